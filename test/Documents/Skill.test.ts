import { mkdirSync, statSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { normalise } from "../../src/Commands/Argv.js"
import { allCommands } from "../../src/Commands/index.js"
import { parse } from "../../src/Commands/Parse.js"
import { served } from "../../src/Documents/index.js"
import { skill } from "../../src/Documents/Skill.js"
import { splitWords } from "../../src/Schema/Shell.js"
import { bin } from "../blackbox/Bin.js"
import { shell } from "../Server/Http/Bundle.js"
import { served as serve, temporaryFolder } from "../Server/Http/Served.js"

const address = "https://images.example.com"
const variants = { "in the package": skill(null), "of a service": skill(address) }

/** The command lines of the skill's blocks, in their order. */
const linesOf = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) => block.trim().split("\n"))

const withIds = (line: string, ids: { readonly job: string; readonly asset: string }): string =>
  line.replace("JOB_ID", ids.job).replace("ASSET_ID", ids.asset)

const someIds = { job: `job_${"0".repeat(32)}`, asset: `image_${"0".repeat(32)}` }

const wordsOf = (line: string): ReadonlyArray<string> => splitWords(line) ?? []

describe.each(Object.entries(variants))("the skill %s", (_, text) => {
  it("has the form of Agent Skills", () => {
    const [, front = "", body = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? []
    const field = (name: string) => new RegExp(`^${name}: (.+)$`, "m").exec(front)?.[1] ?? ""
    expect(field("name")).toBe("image-skill")
    expect(field("name")).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    expect(field("description").length).toBeGreaterThan(100)
    expect(field("description").length).toBeLessThanOrEqual(1024)
    expect(field("compatibility").length).toBeLessThanOrEqual(500)
    // A plain YAML scalar must not hold what YAML reads as more.
    expect(front).not.toMatch(/: .*(?:: | #)/)
    expect([...front.matchAll(/^([a-z-]+):/gm)].map(([, name]) => name)).toEqual([
      "name",
      "description",
      "license",
      "compatibility",
      "metadata"
    ])
    expect(body.split("\n").length).toBeLessThan(500)
    // Four characters make a token, about.
    expect(body.length / 4).toBeLessThan(5_000)
  })

  it("holds only commands that this program understands", () => {
    const lines = linesOf(text)
    expect(lines.length).toBeGreaterThan(12)
    for (const line of lines) {
      const [program, ...argv] = wordsOf(withIds(line, someIds))
      expect(program, line).toBe("image-skill")
      const understood = Effect.runSync(
        Effect.either(Effect.flatMap(normalise(allCommands, argv), (words) => parse(words)))
      )
      expect(Either.isRight(understood), line).toBe(true)
    }
  })

  it("speaks only of flags and commands that there are", () => {
    const known = new Set(
      allCommands.flatMap(({ flags, usesService }) => [
        ...Object.values(flags).map((flag) => `--${"name" in flag ? flag.name : flag[0].name}`),
        ...(usesService ? ["--local", "--api-base-url", "--token-stdin", "--timeout-ms"] : [])
      ])
    )
    const spoken = [...text.matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => flag)
    expect(spoken.filter((flag) => !known.has(flag))).toEqual([])
  })
})

describe("the skill, followed", () => {
  // Runs every line in its order, as it stands, and the suggested ones where the text says so.
  const follow = (text: string, home: string, names: Readonly<Record<string, string>>) =>
    Effect.gen(function* () {
      mkdirSync(home, { recursive: true })
      writeFileSync(path.join(home, "image-skill"), `#!/bin/sh\nexec node ${bin} "$@"\n`, { mode: 0o755 })
      const run = (line: string) =>
        Effect.tap(shell(`PATH=${home}:$PATH; ${line}`, home), ({ exit, json }) =>
          Effect.sync(() => expect([line, exit, json?.error ?? null]).toEqual([line, 0, null]))
        )
      const filled = (command: string) =>
        Object.entries(names).reduce((line, [word, value]) => line.replace(` ${word}`, ` ${value}`), command)
      const [first = "", ...rest] = linesOf(text)
      const stages: Array<string> = []
      let guide = yield* run(first)
      while (guide.json.data.stage !== "ready_to_create") {
        stages.push(guide.json.data.stage)
        expect(stages.length).toBeLessThan(4)
        yield* run(filled(guide.json.data.next_command))
        guide = yield* run(guide.json.data.after_next)
      }
      const made = yield* run(guide.json.data.next_command)
      expect(made.json.data.status).toBe("completed")
      const ids = { job: made.json.data.job_id, asset: made.json.data.assets[0].asset_id }
      const answers = yield* Effect.forEach(rest, (line) => run(withIds(line, ids)))
      for (const file of ["fox.png", "fox-1.png", "fox-2.png", "fox-3.png"])
        expect(statSync(path.join(home, file)).size).toBeGreaterThan(1_000)
      return { stages, answers }
    })

  it.scopedLive(
    "leads from nothing to pictures, embedded and with a service",
    () =>
      Effect.gen(function* () {
        const home = yield* temporaryFolder
        const service = yield* serve({ documents: served })
        const [embedded, hosted] = yield* Effect.all(
          [
            follow(skill(null), path.join(home, "embedded"), {}),
            follow(skill(service.address), path.join(home, "hosted"), {
              INBOX: "agents@example.com",
              NAME: "reader",
              RUNTIME: "test"
            })
          ],
          { concurrency: 2 }
        )
        expect(embedded.stages).toEqual([])
        expect(hosted.stages).toEqual(["auth_required"])
        expect(embedded.answers).toHaveLength(linesOf(skill(null)).length - 1)
      }),
    90_000
  )
})

import { spawn } from "node:child_process"
import { mkdirSync, rmSync } from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { build } from "esbuild"
import sharp from "sharp"
import {
  ChildFault,
  type ChildOptions,
  makePixelChild,
  type Work
} from "../../../src/Server/Providers/Local/Child/index.js"
import { childProgram } from "../../../src/Server/Providers/Local/Child/Program.js"
import { transform } from "../../../src/Server/Providers/Local/Transform/index.js"
import { childPrograms, eventually, isAlive } from "./Children.js"

const picture = (side: number) =>
  Effect.promise(() =>
    sharp({ create: { width: side, height: side, channels: 4, background: "#36c8" } })
      .png()
      .toBuffer()
  )

const invert = (source: Uint8Array): [Work, ReadonlyArray<Uint8Array>] => [
  { work: "transform", source: source.length, parameters: { invert: true } },
  [source]
]

const inFormat = (format: string, source: Uint8Array): [Work, ReadonlyArray<Uint8Array>] => [
  { work: "transform", source: source.length, parameters: { format } },
  [source]
]

/** How work ends: with a picture, or by which fault. */
const outcome = (run: () => Promise<Uint8Array>) =>
  Effect.promise(() =>
    run().then(
      () => "made",
      (error: unknown) => (error instanceof ChildFault ? error.reason : String(error))
    )
  )

const makeChild = (options: ChildOptions = {}) =>
  Effect.acquireRelease(
    Effect.sync(() => makePixelChild(options)),
    (child) =>
      Effect.sync(() => {
        const pid = child.pid()
        if (pid !== undefined) process.kill(pid, "SIGKILL")
      })
  )

describe("the child for callers' pictures", () => {
  it.scopedLive(
    "makes what the same work makes here, one process for all of it, and says no as the work does",
    () =>
      Effect.gen(function* () {
        const child = yield* makeChild()
        const source = yield* picture(64)
        const here = yield* Effect.promise(() => transform(source, { invert: true }))
        const there = yield* Effect.promise(() =>
          Promise.all([1, 2, 3].map(() => child.run(...invert(source))))
        )
        for (const made of there) expect(Buffer.compare(made, here.bytes)).toBe(0)
        const pid = child.pid()
        const svg = Buffer.from(
          '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="1" height="1"/></svg>'
        )
        const drawn = yield* Effect.promise(() =>
          child.run({ work: "svg", width: 20, height: 10, format: "png" }, [svg])
        )
        expect(yield* Effect.promise(() => sharp(drawn).metadata())).toMatchObject({ width: 20, height: 10 })
        const refused = yield* Effect.flip(
          Effect.tryPromise({
            try: () =>
              child.run({ work: "transform", source: 9, parameters: {} }, [Buffer.from("no image!")]),
            catch: (error) => error
          })
        )
        expect(refused).toMatchObject({ name: "MediaRefused", parameter: null })
        const broken = source.subarray(0, source.length - 40)
        expect(yield* outcome(() => child.run(...invert(broken)))).toMatch(/damaged/)
        const unknown = { work: "shell", command: "id" } as unknown as Work
        expect(yield* outcome(() => child.run(unknown, []))).toBe("defect")
        expect(child.pid()).toBe(pid)
      })
  )

  it.scopedLive("is killed at the limit of time and started anew for the next picture", () =>
    Effect.gen(function* () {
      const at = yield* childPrograms
      let program = at("endless")
      const child = yield* makeChild({ program: () => program, timeMs: 400 })
      const source = yield* picture(8)
      const first = child.run(...invert(source))
      yield* eventually("a child is running", () => child.pid() !== undefined)
      const pid = child.pid() ?? 0
      program = childProgram()
      const second = child.run(...invert(source))
      expect(yield* outcome(() => first)).toBe("time")
      yield* eventually("the endless one is gone", () => !isAlive(pid))
      expect(yield* outcome(() => makePixelChild().run(...invert(source)))).toBe("made")
      // The queue goes on after a kill; its short limit is this test's own.
      expect(["made", "time"]).toContain(yield* outcome(() => second))
    })
  )

  it.scopedLive("that crashes takes nothing with it: one end is repeated, a second one is told", () =>
    Effect.gen(function* () {
      const at = yield* childPrograms
      const source = yield* picture(8)
      const programs = [at("crashing")]
      const once = yield* makeChild({ program: () => programs.shift() ?? childProgram() })
      expect(yield* outcome(() => once.run(...invert(source)))).toBe("made")
      const always = yield* makeChild({ program: () => at("crashing") })
      expect(yield* outcome(() => always.run(...invert(source)))).toBe("ended")
      const absent = yield* makeChild({ program: () => "/nowhere/child.cjs" })
      expect(yield* outcome(() => absent.run(...invert(source)))).toBe("ended")
    })
  )

  it.scopedLive("cannot take more memory than it is given, however fast it grows", () =>
    Effect.gen(function* () {
      const at = yield* childPrograms
      const source = yield* picture(8)
      const greedy = yield* makeChild({ program: () => at("greedy") })
      // Both lives end at the kernel's limit, long before the clock.
      if (process.platform === "linux")
        expect(yield* outcome(() => greedy.run(...invert(source)))).toBe("ended")

      const child = yield* makeChild({ memory: 150 * 1024 * 1024 })
      const large = yield* picture(7_000)
      expect(yield* outcome(() => child.run(...inFormat("png", large)))).toBe("memory")
      expect(yield* outcome(() => child.run(...invert(source)))).toBe("made")
    })
  )

  it.scopedLive(
    "starts without environment, in the root folder, and is believed nothing that it was not asked",
    () =>
      Effect.gen(function* () {
        const at = yield* childPrograms
        const source = yield* picture(8)
        process.env["IMAGE_SKILL_CANARY"] = "secret"
        const telling = yield* makeChild({ program: () => at("telling") })
        const told = yield* outcome(() => telling.run(...invert(source)))
        delete process.env["IMAGE_SKILL_CANARY"]
        const [env, cwd, flags] = JSON.parse(told.slice(told.indexOf("["))) as [object, string, Array<string>]
        // A shell may set its own folder, and nothing else.
        expect(Object.keys(env).filter((name) => !/^(?:PWD|OLDPWD|SHLVL|_)$/.test(name))).toEqual([])
        expect([cwd, flags[0]]).toEqual(["/", "--max-old-space-size=128"])
        for (const name of ["foreign", "babbling"] as const) {
          const child = yield* makeChild({ program: () => at(name) })
          expect(yield* outcome(() => child.run(...invert(source)))).toBe("defect")
          expect(child.pid()).toBeUndefined()
        }
      })
  )

  it.scopedLive("ends when it has been idle, and when its parent is killed", () =>
    Effect.gen(function* () {
      const source = yield* picture(8)
      const child = yield* makeChild({ idleMs: 50 })
      yield* outcome(() => child.run(...invert(source)))
      const pid = child.pid() ?? 0
      yield* eventually("the idle one is gone", () => !isAlive(pid) && child.pid() === undefined)
      expect(yield* outcome(() => child.run(...invert(source)))).toBe("made")

      const folder = path.resolve(import.meta.dirname, `../../../.cache/parent-${process.pid}`)
      yield* Effect.acquireRelease(
        Effect.sync(() => mkdirSync(folder, { recursive: true })),
        () => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
      )
      const parent = path.join(folder, "parent.mjs")
      yield* Effect.promise(() =>
        build({
          stdin: {
            contents: `
              import { makePixelChild } from "./src/Server/Providers/Local/Child/index.js"
              const child = makePixelChild({ program: () => ${JSON.stringify(childProgram())} })
              const source = Buffer.from(${JSON.stringify(source.toString("base64"))}, "base64")
              await child.run({ work: "transform", source: source.length, parameters: { invert: true } }, [source])
              if (process.argv[2] === "stay") setInterval(() => {}, 1000)
              console.log(child.pid())`,
            resolveDir: path.resolve(import.meta.dirname, "../../.."),
            loader: "ts"
          },
          bundle: true,
          platform: "node",
          format: "esm",
          packages: "external",
          outfile: parent,
          logLevel: "error"
        })
      )
      const started = (word: string) =>
        new Promise<{ readonly pid: number; readonly kill: () => void; readonly ended: Promise<unknown> }>(
          (resolve) => {
            const running = spawn(process.execPath, [parent, word], { stdio: ["ignore", "pipe", "inherit"] })
            const ended = new Promise((done) => running.on("exit", done))
            running.stdout.once("data", (text: Buffer) =>
              resolve({ pid: Number(text.toString()), kill: () => running.kill("SIGKILL"), ended })
            )
          }
        )
      // A program that has nothing else to do is not kept by a child at rest.
      const brief = yield* Effect.promise(() => started("go"))
      expect(yield* Effect.promise(() => brief.ended)).toBe(0)
      yield* eventually("its child went with it", () => !isAlive(brief.pid))
      const killed = yield* Effect.promise(() => started("stay"))
      expect(isAlive(killed.pid)).toBe(true)
      killed.kill()
      yield* eventually("the child of a killed parent is gone", () => !isAlive(killed.pid))
    })
  )
})

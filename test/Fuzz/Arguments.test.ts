import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { allCommands } from "../../src/Commands/index.js"
import { flagsOf } from "../../src/Commands/Argv.js"
import { credentialFlags } from "../../src/Commands/Flags.js"
import { makeMachine, type FakeHandler, routes, succeeds } from "../../src/Testing/index.js"
import { nastyPieces, nastyText } from "../support/Arbitraries.js"
import { fuzz } from "./Fuzz.js"

// What runs for ever, or opens the machine's own folders, is not for random words.
const tame = allCommands.filter(({ operation: { id } }) => !/^(?:serve|admin|engines)/.test(id))

const flagNames = [...new Set(tame.flatMap((command) => flagsOf(command).map(({ name }) => name)))]
const values = fc.oneof(
  { weight: 3, arbitrary: nastyText },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "a red fox",
      "1",
      "0.07",
      "job_1",
      "image_1",
      "16:9",
      "{}",
      "NaN",
      "1e999",
      "-5",
      "",
      "true",
      "no",
      "-",
      "..",
      "https://a.test",
      "not a url"
    )
  }
)
const flag = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...flagNames) },
      { weight: 1, arbitrary: fc.constantFrom(...flagNames).chain((name) => misspelt(name)) },
      { weight: 1, arbitrary: fc.constantFrom(...credentialFlags) }
    ),
    fc.option(values),
    fc.boolean()
  )
  .map(([name, value, inline]) =>
    value === null ? [`--${name}`] : inline ? [`--${name}=${value}`] : [`--${name}`, value]
  )
const misspelt = (name: string) =>
  fc
    .tuple(fc.nat(name.length), fc.constantFrom("", "-", "_", "x", "  ", "="))
    .map(([at, letter]) => name.slice(0, at) + letter + name.slice(at + 1))

/** Words of a command with mistakes in them: flags of any command, in any place, doubled, cut, changed. */
const line: fc.Arbitrary<ReadonlyArray<string>> = fc
  .record({
    path: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...tame.flatMap(({ aliases, path }) => [path, ...aliases])) },
      { weight: 1, arbitrary: fc.array(values, { maxLength: 3 }) }
    ),
    flags: fc.array(flag, { maxLength: 5 }),
    loose: fc.array(fc.oneof(values, fc.constantFrom("--", "-h", "--help", "-", ...nastyPieces)), {
      maxLength: 2
    }),
    order: fc.nat(5)
  })
  .map(({ flags, loose, order, path }) => {
    const flat = flags.flat()
    return order === 0
      ? [...flat, ...path, ...loose]
      : order === 1
        ? [...path, ...loose, ...flat]
        : [...path, ...flat, ...loose]
  })

const exits: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
const token = "isk_r_CANARYtoken0123456789"

const service: FakeHandler = routes({
  "POST /v1/create": succeeds({ job_id: "job_1", status: "completed", assets: [] }),
  "POST /v1/edit": succeeds({ job_id: "job_1", status: "completed", assets: [] }),
  "GET /v1/whoami": succeeds({ actor: { actor_type: "agent" } }),
  "GET /v1/quota": succeeds({ limits: {} }),
  "GET /v1/models": succeeds({ models: [] }),
  "GET /healthz": succeeds({ status: "ok" })
})

it(
  "random command lines: one envelope, an exit of the contract, no spend that was not asked for",
  () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const machine = yield* makeMachine({
            env: { IMAGE_SKILL_TOKEN: token, IMAGE_SKILL_API_BASE_URL: "https://service.test" },
            service
          })
          yield* Effect.promise(() =>
            fuzz("arguments", line, { whole: 100_000, slice: 500 }, (argv) =>
              Effect.gen(function* () {
                const words = argv.filter((word) => word !== "--local" && !word.startsWith("--timeout-ms"))
                const { envelope, exitCode, requests, stderr, stdout } = yield* machine.run(words, {
                  stdin: "a fox\n"
                })
                const what = JSON.stringify(words)
                expect(JSON.parse(stdout === "" ? stderr : stdout), what).toEqual(envelope)
                expect(exits.has(exitCode), what).toBe(true)
                expect(envelope.ok, what).toBe(exitCode === 0)
                expect(envelope.error?.message ?? "", what).not.toMatch(/a defect of ours/)
                expect(stdout + stderr, what).not.toContain(token)
                if (exitCode === 2) expect(requests, what).toEqual([])
                const spent = requests.filter(
                  ({ body, method, url }) =>
                    method === "POST" &&
                    /\/v1\/(?:create|edit)$/.test(url) &&
                    (JSON.parse(new TextDecoder().decode(body)) as { dry_run?: boolean }).dry_run !== true
                )
                if (spent.length === 0) return
                // What was spent was asked for in so many words: the command, no help, no plan, nothing left over.
                expect(spent.length, what).toBe(1)
                expect(envelope.command, what).toMatch(
                  /^image-skill (?:(?:image|video|audio|3d) )?(?:create|edit)$/
                )
                const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words
                for (const never of ["--dry-run", "--guide", "--help", "-h"])
                  expect(own, what).not.toContain(never)
              })
            )
          )
        })
      )
    ),
  3_600_000
)

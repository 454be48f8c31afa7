import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { allCommands } from "../../src/Commands/index.js"
import { type FakeAnswer, makeMachine } from "../../src/Testing/index.js"
import { code, json, jsonObject, nastyText, token as anyToken } from "../support/Arbitraries.js"
import { fuzz } from "./Fuzz.js"

const token = "isk_r_CANARYtoken0123456789"
let answer: FakeAnswer = { status: 200, body: "" }

/** One line of each command that asks a service. */
const lines: ReadonlyArray<ReadonlyArray<string>> = allCommands
  .filter(({ operation: { id }, usesService }) => usesService && !/^(?:serve|admin|engines|upload)/.test(id))
  .map(({ examples, path }) => {
    const argv = examples[0]?.argv ?? path
    return argv.filter(
      (word, at) => word !== "--local" && word !== "--timeout-ms" && argv[at - 1] !== "--timeout-ms"
    )
  })

/** Fields that the client acts on, with values that it should not. */
const known = fc.dictionary(
  fc.constantFrom(
    "job_id",
    "status",
    "assets",
    "cost",
    "actor",
    "limits",
    "models",
    "job",
    "asset",
    "events",
    "token",
    "url",
    "next",
    "recovery",
    "details",
    "warnings",
    "idempotency_key",
    "suggested_command",
    "retry",
    "retry_after_seconds"
  ),
  json,
  { maxKeys: 8 }
)
const error = fc.record(
  {
    code: fc.oneof(code, nastyText, json),
    message: fc.oneof(nastyText, json),
    retryable: fc.oneof(fc.boolean(), json),
    recovery: fc.oneof(known, jsonObject, json),
    details: fc.oneof(jsonObject, json)
  },
  { requiredKeys: [] }
)
const envelope = fc.record(
  {
    ok: fc.oneof({ weight: 8, arbitrary: fc.boolean() }, { weight: 1, arbitrary: json }),
    data: fc.oneof(known, jsonObject, json),
    error: fc.oneof(error, json),
    actor: fc.oneof(jsonObject, json),
    trace_id: fc.oneof(nastyText, json),
    warnings: fc.oneof(fc.array(nastyText, { maxLength: 3 }), json)
  },
  { requiredKeys: ["ok"] }
)
const bytes = fc.oneof(
  { weight: 8, arbitrary: envelope.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: json.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: nastyText },
  {
    weight: 1,
    arbitrary: fc.tuple(envelope, fc.nat(200)).map(([value, at]) => JSON.stringify(value).slice(0, at))
  }
)
const answers: fc.Arbitrary<FakeAnswer> = fc
  .record({
    status: fc.constantFrom(
      200,
      200,
      200,
      202,
      204,
      301,
      400,
      401,
      402,
      403,
      404,
      409,
      418,
      422,
      429,
      500,
      502,
      503,
      504,
      507
    ),
    body: bytes,
    exit: fc.constantFrom(undefined, "0", "1", "5", "9", "10", "-1", "x", ""),
    after: fc.constantFrom(undefined, "0", "7", "-1", "x", "99999999"),
    echo: fc.option(fc.oneof(fc.constant(token), anyToken), { freq: 8 })
  })
  .map(({ after, body, echo, exit, status }) => ({
    status,
    headers: {
      ...(exit === undefined ? {} : { "x-image-skill-exit-code": exit }),
      ...(after === undefined ? {} : { "retry-after": after })
    },
    body: echo === null ? body : body.replace("a", echo)
  }))

it(
  "hostile answers: one envelope, an exit of the contract, never a success that was none, no token",
  () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const machine = yield* makeMachine({
            env: { IMAGE_SKILL_TOKEN: token, IMAGE_SKILL_API_BASE_URL: "https://service.test" },
            service: () => answer
          })
          yield* Effect.promise(() =>
            fuzz(
              "envelopes",
              fc.record({ line: fc.constantFrom(...lines), answer: answers }),
              { whole: 50_000, slice: 250 },
              ({ answer: given, line }) =>
                Effect.gen(function* () {
                  answer = given
                  const {
                    envelope: ended,
                    exitCode,
                    stderr,
                    stdout
                  } = yield* machine.run([...line, "--timeout-ms", "60"])
                  const what = JSON.stringify([line, given]).slice(0, 1_000)
                  expect(JSON.parse(stdout === "" ? stderr : stdout), what).toEqual(ended)
                  expect(exitCode >= 0 && exitCode <= 9, what).toBe(true)
                  expect(ended.ok, what).toBe(exitCode === 0)
                  expect(ended.error?.message ?? "", what).not.toMatch(/a defect of ours/)
                  expect(stdout + stderr, what).not.toMatch(/isk_[a-z]_[A-Za-z0-9_-]{8,}/)
                  expect(stdout.replaceAll("\n", ""), what).not.toMatch(
                    /[\p{Cc}\p{Bidi_Control}\u200b\u2028\u2029]/u
                  )
                })
            )
          )
        })
      )
    ),
  3_600_000
)

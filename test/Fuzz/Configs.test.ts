import { posix } from "node:path"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { home, makeMachine, succeeds } from "../../src/Testing/index.js"
import { json, jsonObject, nastyText } from "../support/Arbitraries.js"
import { fuzz } from "./Fuzz.js"

const at = posix.join(home, ".config/image-skill/config.json")
const address = "https://service.test"

const credential = fc.oneof(
  fc.record({ token: fc.oneof(fc.constant("isk_r_CANARY12345"), nastyText), saved_at: json }),
  json
)
const config = fc.record(
  {
    version: fc.oneof(fc.constantFrom(1, 2, 99, -1, 1.5), json),
    api_base_url: fc.oneof(
      fc.constantFrom(address, address, address, "local", "", "http://elsewhere.test", null),
      json
    ),
    token: fc.oneof(fc.constant("isk_r_CANARY12345"), json),
    actor: json,
    credentials: fc.oneof(
      fc.dictionary(fc.oneof(fc.constant(address), nastyText), credential, { maxKeys: 3 }),
      json
    ),
    later: jsonObject
  },
  { requiredKeys: [] }
)
const content: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: config.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 1, arbitrary: json.map((value) => Buffer.from(JSON.stringify(value))) },
  {
    weight: 2,
    arbitrary: fc.tuple(config, fc.nat(300), fc.nat(255)).map(([value, where, byte]) => {
      const bytes = Buffer.from(JSON.stringify(value))
      bytes[where % bytes.length] = byte
      return bytes
    })
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(config, fc.nat(300))
      .map(([value, cut]) => Buffer.from(JSON.stringify(value)).subarray(0, cut))
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) }
)

const lines = [
  ["whoami"],
  ["config", "show"],
  ["config", "use", "local"],
  ["auth", "status"],
  ["auth", "logout"],
  ["auth", "save", "--token-stdin", "--api-base-url", address],
  ["doctor"]
]

/** The origin of the address that a config names, which chance may have made another one. */
const originIn = (content: Uint8Array): ReadonlyArray<string> => {
  try {
    return [new URL(JSON.parse(Buffer.from(content).toString()).api_base_url).origin]
  } catch {
    return []
  }
}

it(
  "random config files: one envelope, never taken for none, never lost, never a token to another origin",
  () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const machine = yield* makeMachine({ service: () => succeeds({ actor: { actor_type: "agent" } }) })
          yield* Effect.promise(() =>
            fuzz(
              "config files",
              fc.record({ content, line: fc.constantFrom(...lines) }),
              { whole: 20_000, slice: 200 },
              ({ content: before, line }) =>
                Effect.gen(function* () {
                  machine.files.put(at, before)
                  const { changed, envelope, exitCode, requests, stdout } = yield* machine.run(line, {
                    stdin: "isk_r_fromstdin12345\n"
                  })
                  const what = JSON.stringify([line, Buffer.from(before).toString("latin1")])
                  expect(JSON.parse(stdout), what).toEqual(envelope)
                  expect([0, 2, 3, 7, 9], what).toContain(exitCode)
                  expect(envelope.error?.message ?? "", what).not.toMatch(/a defect of ours/)
                  expect(stdout, what).not.toMatch(/isk_[a-z]_[A-Za-z0-9_-]{8,}/)
                  const after = machine.files.all.get(at)
                  if (envelope.error?.code === "CONFIG_READ_FAILED" || !changed.includes(at)) {
                    expect(Buffer.from(after ?? []).equals(Buffer.from(before)), what).toBe(true)
                  } else {
                    const [old, kept] = [before, after ?? new Uint8Array()].map(
                      (bytes) => JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>
                    )
                    expect(kept?.["later"], what).toEqual(old?.["later"])
                  }
                  // A config's own token goes where it was kept for, or nowhere.
                  const own = [address, "https://api.image-skill.com", ...originIn(before)]
                  for (const { headers, url } of requests)
                    if (headers["authorization"]?.includes("CANARY") === true)
                      expect(own, what).toContain(new URL(url).origin)
                })
            )
          )
        })
      )
    ),
  3_600_000
)

import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { faultOf } from "../../../src/Server/Providers/Wire/Faults.js"

const key = "7f3a9c-SECRET:9b1e55aa0c"
const speaker = { id: "vendor", secrets: [key, "a very secret fox"] }

const around = fc
  .tuple(
    fc.string({ unit: "grapheme", maxLength: 90 }),
    fc.constantFrom(key, "a very secret fox"),
    fc.string({ maxLength: 90 })
  )
  .map((parts) => parts.join(""))
const told = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    around,
    fc.integer(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 30 }),
    fc.dictionary(around, tie("value"), { maxKeys: 30 })
  )
})).value

describe("what a vendor says", () => {
  it("never brings out a key, the prompt, or half of either, and never much", () => {
    fc.assert(
      fc.property(
        around,
        around,
        fc.dictionary(fc.string(), told, { maxKeys: 8 }),
        (said, cause, details) => {
          const { error } = faultOf(speaker, {
            acceptance: "refused",
            code: "PROVIDER_FAILURE",
            cause,
            reason: "it failed",
            said,
            details
          })
          const text = JSON.stringify(error)
          for (const secret of speaker.secrets) {
            for (let at = 0; at + 10 <= secret.length; at++)
              expect(text).not.toContain(secret.slice(at, at + 10))
          }
          expect(text).not.toMatch(/[\u200b-\u200f\u202a-\u202e]/)
        }
      ),
      { numRuns: 500 }
    )
  })

  it("is cut, however deep and wide it is", () => {
    const wide = Array.from({ length: 5_000 }, () => "x".repeat(5_000))
    const { error } = faultOf(speaker, {
      acceptance: "refused",
      code: "CONTENT_POLICY_DENIED",
      cause: "content_policy",
      reason: "refused",
      details: { categories: wide, deep: { a: { b: { c: { d: wide } } } } }
    })
    expect(JSON.stringify(error).length).toBeLessThan(5_000)
    expect(error.details).toMatchObject({ provider_id: "vendor", cause: "content_policy" })
  })
})

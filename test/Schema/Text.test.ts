import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { untrusted, untrustedTextLimit, visible, visibleJson } from "../../src/Schema/Text.js"
import { json, nastyText } from "../support/Arbitraries.js"

// By Unicode's own classes: controls but tab and newline, formats, line and paragraph separators, lone surrogates.
const hidden = /[^\P{Cc}\t\n]|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}/u

const anyText = fc.oneof(
  nastyText,
  fc.fullUnicodeString({ maxLength: 40 }),
  fc.string16bits({ maxLength: 40 })
)

// Visible marks and signs that Unicode files under formats: nothing of them moves or hides text.
const harmless =
  /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}\u{13430}-\u{1345f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}]/gu

describe("foreign text", () => {
  it("is visible, whatever it held", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visible(text).replaceAll(harmless, "")).not.toMatch(hidden)
        expect(visible(visible(text))).toBe(visible(text))
      }),
      { numRuns: 5_000, seed: 41 }
    )
  })

  it("is at most 500 characters", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 1_200 }), (text) => {
        expect(untrusted(text).length).toBeLessThanOrEqual(untrustedTextLimit)
      }),
      { numRuns: 300, seed: 42 }
    )
    expect(untrusted("x".repeat(501))).toHaveLength(500)
    expect(untrusted("😀".repeat(400))).not.toMatch(/\p{Cs}/u)
  })

  it("that is plain passes unchanged", () => {
    for (const text of ["a red fox", "tab\tand\nnewline", "é 日本 😀 العربية हिन्दी"])
      expect(visible(text)).toBe(text)
  })

  it("in JSON parses to the same value and shows every character", () => {
    fc.assert(
      fc.property(fc.oneof(json, anyText), (value) => {
        const text = JSON.stringify(value)
        expect(JSON.parse(visibleJson(text))).toEqual(JSON.parse(text))
        expect(visibleJson(text).replaceAll(harmless, "")).not.toMatch(hidden)
      }),
      { numRuns: 3_000, seed: 43 }
    )
  })
})

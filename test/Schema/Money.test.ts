import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  ceilDiv,
  Credits,
  creditsForCost,
  creditsToUsd,
  MicroUsd,
  microToUsd,
  parseUsd,
  timesCredits,
  usdToMicro,
  UsdNumber
} from "../../src/Schema/Money.js"

const micro = (amount: number) => MicroUsd.make(amount)

/** The rule of the contract (§7) in exact fractions: the smallest whole number of credits not below cost / (1 − margin) / $0.01. */
const byRule = (cost: bigint, marginPercent: bigint): bigint => {
  const numerator = cost * 100n
  const denominator = (100n - marginPercent) * 10_000n
  const whole = numerator / denominator
  const credits = whole * denominator === numerator ? whole : whole + 1n
  return credits < 1n ? 1n : credits
}

describe("the debit of one output", () => {
  it("is the contract's for the contract's prices", () => {
    const table = [
      ["0.07", 12],
      ["0.20", 34],
      ["0.15", 25],
      ["0.04", 7],
      ["0.02", 4],
      ["0", 1],
      ["0.000001", 1],
      ["0.006", 1],
      ["0.006001", 2],
      ["0.06", 10]
    ] as const
    for (const [usd, credits] of table)
      expect(creditsForCost(Option.getOrThrow(parseUsd(usd))), usd).toBe(credits)
  })

  it("is the rule in exact fractions for 100,000 prices", () => {
    let seed = 1
    const next = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    for (let index = 0; index < 100_000; index++) {
      const cost = index < 50_000 ? index * 20 : next(2_000_000_000)
      const margin = index % 3 === 0 ? 40 : next(100)
      const credits = creditsForCost(micro(cost), margin)
      if (BigInt(credits) !== byRule(BigInt(cost), BigInt(margin)))
        expect([cost, margin, credits]).toBe("the rule's")
    }
  })

  it("never loses the margin, and never takes a credit more than it must", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (cost) => {
        const credits = creditsForCost(micro(cost))
        expect(credits * 10_000 * 60).toBeGreaterThanOrEqual(cost * 100)
        if (credits > 1) expect((credits - 1) * 10_000 * 60).toBeLessThan(cost * 100)
      }),
      { numRuns: 2_000, seed: 31 }
    )
  })

  it("times the outputs is whole", () => {
    expect(timesCredits(Credits.make(12), 4)).toBe(48)
    expect(creditsToUsd(12)).toBe(0.12)
    expect(microToUsd(70_000)).toBe(0.07)
    expect([ceilDiv(0, 7), ceilDiv(7, 7), ceilDiv(8, 7)]).toEqual([0, 1, 2])
  })
})

describe("US dollars as text", () => {
  it("are read by their digits: every amount, written in every plain way, is the same amount", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_999 }),
        fc.integer({ min: 0, max: 999_999 }),
        fc.integer({ min: 0, max: 6 }),
        (whole, fraction, cut) => {
          const digits = String(fraction).padStart(6, "0")
          expect(parseUsd(`${whole}.${digits}`)).toEqual(Option.some(whole * 1_000_000 + fraction))
          expect(parseUsd(String(whole))).toEqual(Option.some(whole * 1_000_000))
          if (cut > 0)
            expect(parseUsd(`${whole}.${digits.slice(0, cut)}`)).toEqual(
              Option.some(whole * 1_000_000 + Number(digits.slice(0, cut).padEnd(6, "0")))
            )
        }
      ),
      { numRuns: 5_000, seed: 32 }
    )
  })

  it("are refused in any other form", () => {
    for (const text of [
      "",
      " ",
      "-1",
      "+1",
      "1e3",
      "0x10",
      "NaN",
      "Infinity",
      "1,5",
      "$1",
      "1$",
      "5%",
      ".5",
      "5.",
      "00.1",
      "01",
      "1000000",
      "0.1234567",
      "1 ",
      " 1",
      "1\n",
      "１",
      "1_0",
      "1.2.3"
    ])
      expect(parseUsd(text), JSON.stringify(text)).toEqual(Option.none())
  })

  it("as JSON numbers keep every micro-dollar there and back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (amount) => {
        expect(usdToMicro(microToUsd(amount))).toEqual(Option.some(amount))
        expect(Schema.is(UsdNumber)(microToUsd(amount))).toBe(true)
      }),
      { numRuns: 5_000, seed: 33 }
    )
    for (const value of [Number.NaN, Infinity, -Infinity, -0.01, 1_000_000, 0.1234567, 1e-7, 1e21])
      expect(usdToMicro(value), String(value)).toEqual(Option.none())
  })
})

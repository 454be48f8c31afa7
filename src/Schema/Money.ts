import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** A whole number of credits, 0 or more; 1 credit = $0.01 (contract §7). */
export const Credits = Schema.Int.pipe(Schema.between(0, 1_000_000_000_000), Schema.brand("Credits"))
/** A whole number of credits, 0 or more; 1 credit = $0.01 (contract §7). */
export type Credits = typeof Credits.Type

/** Millionths of a US dollar as an integer: what a provider is owed (contract §7). */
export const MicroUsd = Schema.Int.pipe(Schema.between(0, 1_000_000_000_000_000), Schema.brand("MicroUsd"))
/** Millionths of a US dollar as an integer: what a provider is owed (contract §7). */
export type MicroUsd = typeof MicroUsd.Type

/** Millionths of a dollar in one credit. */
export const microUsdPerCredit = 10_000
/** A credit's worth in US dollars, as the contract prints it. */
export const creditUnitUsd = 0.01
/** The gross margin that prices aim at unless the operator sets another, in percent of the debit. */
export const defaultMarginPercent = 40

/** The smallest integer not below `numerator / denominator`; both are non-negative integers. */
export const ceilDiv = (numerator: number, denominator: number): number => {
  const remainder = numerator % denominator
  return (numerator - remainder) / denominator + (remainder === 0 ? 0 : 1)
}

/** The debit for one unit of provider cost: at least one credit, the margin on top, rounded up (contract §7). */
export const creditsForCost = (cost: MicroUsd, marginPercent: number = defaultMarginPercent): Credits =>
  Credits.make(Math.max(1, ceilDiv(cost * 100, (100 - marginPercent) * microUsdPerCredit)))

/** A number of equal debits together. */
export const timesCredits = (credits: Credits, count: number): Credits => Credits.make(credits * count)

/** A credit amount as US dollars for JSON: exact to the cent. */
export const creditsToUsd = (credits: number): number => credits / 100

/** A provider cost as US dollars for JSON: at most six places. */
export const microToUsd = (micro: number): number => micro / 1_000_000

const decimal = /^(?:0|[1-9][0-9]{0,5})(?:\.([0-9]{1,6}))?$/

/**
 * Reads US dollars from plain decimal text by its digits: no sign, exponent, unit or separator, at most six whole and six
 * decimal places. `None` for anything else, so that a guard which cannot be read never becomes "no guard".
 */
export const parseUsd = (text: string): Option.Option<MicroUsd> => {
  const match = decimal.exec(text)
  if (match === null) return Option.none()
  const [whole = "0", fraction = ""] = text.split(".")
  return Option.some(MicroUsd.make(Number(whole) * 1_000_000 + Number(fraction.padEnd(6, "0"))))
}

/** A JSON number of US dollars with at most six places, as integer micro-dollars on our side. */
export const UsdNumber = Schema.Number.pipe(
  Schema.filter((usd) => Option.isSome(usdToMicro(usd)), {
    identifier: "UsdNumber",
    message: () => "expected US dollars from 0 to 999999.999999 with at most six decimal places"
  })
)

/** Micro-dollars of a JSON number; `None` when it is negative, not finite, or finer than a micro-dollar. */
export const usdToMicro = (usd: number): Option.Option<MicroUsd> => {
  if (!Number.isFinite(usd) || usd < 0 || usd >= 1_000_000) return Option.none()
  const text = String(usd)
  return text.includes("e")
    ? parseUsd(usd.toFixed(6)).pipe(Option.filter((micro) => micro / 1_000_000 === usd))
    : parseUsd(text)
}

import type { PricingConfidence } from "../../Schema/Cost.js"
import {
  ceilDiv,
  Credits as Units,
  creditsForCost,
  creditsToUsd,
  creditUnitUsd,
  type Credits,
  type MicroUsd,
  microToUsd,
  microUsdPerCredit,
  MicroUsd as Micro,
  timesCredits
} from "../../Schema/Money.js"
import type { JsonObject } from "../../Schema/Open.js"
import type { ModelSpec } from "./Catalog/ModelSpec.js"

/** The price of one output. */
export interface OutputPrice {
  readonly creditsPerOutput: Credits
  /** What the provider is owed for it; zero for a local engine, `null` when it is not known before the run. */
  readonly providerCost: MicroUsd | null
  readonly confidence: PricingConfidence
}

/** The price of a whole operation. */
export interface Quote extends OutputPrice {
  readonly outputs: number
  /** The debit: outputs × credits per output. */
  readonly credits: Credits
}

/** Prices one output of a model by its rule. */
export const priceOutput = (model: ModelSpec, marginPercent: number): OutputPrice => {
  switch (model.pricing.rule) {
    case "credits_per_output":
      return { creditsPerOutput: model.pricing.credits, providerCost: Micro.make(0), confidence: "known" }
    case "usd_per_output":
      return {
        creditsPerOutput: creditsForCost(model.pricing.usd, marginPercent),
        providerCost: model.pricing.usd,
        confidence: model.pricing.confidence
      }
    case "unknown":
      return {
        creditsPerOutput: creditsForCost(model.pricing.ceiling, marginPercent),
        providerCost: null,
        confidence: "unknown"
      }
  }
}

/** The caller's own limits of a debit, in micro-dollars; `null` where none was given. */
export interface Limits {
  readonly perOutput: MicroUsd | null
  readonly whole: MicroUsd | null
}

/**
 * Prices an operation. Where only the run can tell the cost, the price is what may be reserved: the caller's limit of the
 * whole, else that of one output times their number, else the model's declared ceiling (contract §7).
 */
export const quote = (model: ModelSpec, outputs: number, marginPercent: number, limits: Limits): Quote => {
  const price = priceOutput(model, marginPercent)
  const ceiling = timesCredits(price.creditsPerOutput, outputs)
  if (price.providerCost !== null) return { ...price, outputs, credits: ceiling }
  const accepted = [
    ...(limits.whole === null ? [] : [wholeCredits(limits.whole)]),
    ...(limits.perOutput === null ? [] : [wholeCredits(limits.perOutput) * outputs])
  ]
  // Both limits hold when both are given.
  const credits = Units.make(accepted.length === 0 ? ceiling : Math.min(...accepted))
  return { ...price, creditsPerOutput: Units.make(ceilDiv(credits, outputs)), outputs, credits }
}

// What is accepted in money is never rounded up to a credit more.
const wholeCredits = (micro: MicroUsd): number => Math.floor(micro / microUsdPerCredit)

/** What a finished job owes: captured from its hold, and what exceeds the hold and is the operator's loss (contract §7). */
export interface Bill {
  readonly captured: Credits
  readonly excess: number
  /** What the provider is owed, as far as it is known. */
  readonly providerCost: MicroUsd | null
  /** Whether the cost was never told, so that the whole reservation was taken. */
  readonly capped: boolean
}

/** Bills what was delivered, never more than was reserved: integers only, and only what was delivered is paid for. */
export const billOf = (
  reserved: {
    readonly credits: number
    readonly credits_per_output: number
    readonly provider_micro_usd: number | null
    readonly confidence: string
    readonly margin_percent?: number
  },
  delivered: number,
  actual: number | null
): Bill => {
  const byCount = Math.min(reserved.credits_per_output * delivered, reserved.credits)
  const estimate = reserved.provider_micro_usd === null ? null : reserved.provider_micro_usd * delivered
  const providerCost = actual ?? estimate
  const cost = providerCost === null ? null : Micro.make(providerCost)
  if (reserved.confidence !== "unknown" || actual === null) {
    return {
      captured: Units.make(byCount),
      excess: 0,
      providerCost: cost,
      capped: reserved.confidence === "unknown"
    }
  }
  const owed = creditsForCost(Micro.make(actual), reserved.margin_percent)
  const captured = Units.make(Math.min(owed, reserved.credits))
  return { captured, excess: owed - captured, providerCost: cost, capped: false }
}

/**
 * The cost of a job that has ended, where the quote said what was held: the debit, and what its provider is owed for what it
 * delivered, as far as that is known (contract §7).
 */
export const costAfter = (quoted: JsonObject | null, bill: Bill, delivered: number): JsonObject | null => {
  if (quoted === null) return null
  const provider = bill.providerCost === null ? null : microToUsd(bill.providerCost)
  const pricing = partsOf(quoted)
  const { pricing_confidence: confidence } = pricing
  return withDebit(
    {
      ...quoted,
      estimated_usd: provider,
      credit_pricing: {
        ...pricing,
        ...(delivered === 0 ? {} : { credits_per_output: ceilDiv(bill.captured, delivered) }),
        estimated_provider_cost_usd: provider,
        // What only the run could tell, it has told.
        pricing_confidence: confidence === "unknown" && !bill.capped ? "known" : confidence
      }
    },
    bill.captured
  )
}

/** A cost with what was really debited, in credits, in place of what was held; zero for a job that failed or was canceled. */
export const withDebit = (cost: JsonObject | null, debited: number): JsonObject | null =>
  cost === null
    ? null
    : {
        ...cost,
        credit_pricing: {
          ...partsOf(cost),
          credits_required: debited,
          estimated_revenue_usd: creditsToUsd(debited)
        }
      }

const partsOf = (cost: JsonObject): JsonObject => {
  const parts = cost["credit_pricing"]
  return typeof parts === "object" && parts !== null && !Array.isArray(parts) ? (parts as JsonObject) : {}
}

/** A quote as answers show it: the provider's estimate, and the debit with its parts (contract §7). */
export const costOf = (quoted: Quote): JsonObject => {
  const provider = quoted.providerCost === null ? null : microToUsd(quoted.providerCost * quoted.outputs)
  return {
    estimated_usd: provider,
    credit_pricing: {
      credit_unit_usd: creditUnitUsd,
      credits_required: quoted.credits,
      credits_per_output: quoted.creditsPerOutput,
      estimated_provider_cost_usd: provider,
      estimated_revenue_usd: creditsToUsd(quoted.credits),
      pricing_confidence: quoted.confidence
    }
  }
}

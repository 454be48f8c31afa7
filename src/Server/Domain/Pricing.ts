import type { PricingConfidence } from "../../Schema/Cost.js"
import {
  creditsForCost,
  creditsToUsd,
  creditUnitUsd,
  type Credits,
  type MicroUsd,
  microToUsd,
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
  }
}

/** Prices an operation. */
export const quote = (model: ModelSpec, outputs: number, marginPercent: number): Quote => {
  const price = priceOutput(model, marginPercent)
  return { ...price, outputs, credits: timesCredits(price.creditsPerOutput, outputs) }
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

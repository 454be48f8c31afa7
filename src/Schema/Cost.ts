import * as Schema from "effect/Schema"
import { open, optional } from "./Open.js"

/** How sure a price is before the run. */
export const PricingConfidence = Schema.Literal("known", "estimated", "unknown")
/** How sure a price is before the run. */
export type PricingConfidence = typeof PricingConfidence.Type

/** The whole operation's debit and what it rests on (contract §7); the provider's cost is in US dollars. */
export const CreditPricing = open({
  credit_unit_usd: optional(Schema.Number),
  credits_required: optional(Schema.NullOr(Schema.Number)),
  estimated_provider_cost_usd: optional(Schema.NullOr(Schema.Number)),
  estimated_revenue_usd: optional(Schema.NullOr(Schema.Number)),
  pricing_confidence: optional(Schema.String)
})

/** What an operation costs: `estimated_usd` is the provider's estimate, `credit_pricing` the debit (contract §7). */
export const Cost = open({
  estimated_usd: optional(Schema.NullOr(Schema.Number)),
  credit_pricing: optional(Schema.NullOr(CreditPricing))
})
/** What an operation costs (contract §7). */
export type Cost = typeof Cost.Type

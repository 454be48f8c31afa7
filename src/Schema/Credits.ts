import * as Schema from "effect/Schema"
import { JsonObject, open, optional } from "./Open.js"

/** A way to pay, as the service shows it (contract §6). */
export const PaymentMethod = open({
  method_id: Schema.String,
  status: optional(Schema.String),
  available: optional(Schema.Boolean),
  quoteable: optional(Schema.Boolean),
  purchasable: optional(Schema.Boolean),
  live_money: optional(Schema.Boolean),
  buyer_modes: optional(Schema.NullOr(Schema.Array(Schema.String))),
  requires_browser: optional(Schema.NullOr(Schema.Boolean)),
  agent_initiated: optional(Schema.NullOr(Schema.Boolean)),
  agent_settleable: optional(Schema.NullOr(Schema.Boolean)),
  settlement_blocker: optional(Schema.NullOr(Schema.String)),
  default_pack_id: optional(Schema.NullOr(Schema.String)),
  purchase_endpoint: optional(Schema.NullOr(Schema.String)),
  unavailable_reason: optional(Schema.NullOr(Schema.String)),
  recovery: optional(Schema.NullOr(JsonObject))
})
/** A way to pay (contract §6). */
export type PaymentMethod = typeof PaymentMethod.Type

/** Answer of `credits methods` (contract §6). */
export const PaymentMethodsAnswer = open({ methods: Schema.Array(PaymentMethod) })
/** Answer of `credits methods` (contract §6). */
export type PaymentMethodsAnswer = typeof PaymentMethodsAnswer.Type

/** A pack of credits; amounts are whole cents. */
export const CreditPack = open({
  pack_id: Schema.String,
  name: optional(Schema.String),
  credits: Schema.Number,
  amount_cents: optional(Schema.Number),
  currency: optional(Schema.String)
})

/** Answer of `credits packs list` (contract §6). */
export const CreditPacksAnswer = open({
  default_pack_id: optional(Schema.NullOr(Schema.String)),
  packs: Schema.Array(CreditPack)
})
/** Answer of `credits packs list` (contract §6). */
export type CreditPacksAnswer = typeof CreditPacksAnswer.Type

import * as Schema from "effect/Schema"
import { CatalogId, CheckoutSessionId, IdempotencyKey, PaymentAttemptId, QuoteId, ReceiptId } from "./Ids.js"
import { JsonObject, open, optional } from "./Open.js"

/** The rails that credits can be bought over (contract §4). */
export const paymentMethodIds = ["stripe_checkout", "stripe_x402.exact.usdc"] as const
/** A rail that credits can be bought over (contract §4). */
export type PaymentMethodId = (typeof paymentMethodIds)[number]

/** The providers that `credits buy` names, by the rail of the quote (contract §4). */
export const providerOf = {
  stripe_checkout: "stripe",
  "stripe_x402.exact.usdc": "stripe_x402"
} as const satisfies Record<PaymentMethodId, string>
/** A provider that `credits buy` names (contract §4). */
export type PaymentProvider = (typeof providerOf)[PaymentMethodId]
/** The providers that `credits buy` names (contract §4). */
export const paymentProviders = ["stripe", "stripe_x402"] as const satisfies ReadonlyArray<PaymentProvider>

/** How many credits one quote may be for (contract §6). */
export const quoteBounds = { least: 1, most: 5_000 } as const

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

/** Request of `POST /v1/credit-quotes` (contract §6): exactly one of `credits` and `pack_id`. */
export const QuoteRequest = Schema.Struct({
  credits: optional(Schema.Int.pipe(Schema.between(quoteBounds.least, quoteBounds.most))),
  pack_id: optional(CatalogId),
  payment_method: optional(Schema.Literal(...paymentMethodIds)),
  idempotency_key: optional(IdempotencyKey)
})
/** Request of `POST /v1/credit-quotes` (contract §6). */
export type QuoteRequest = typeof QuoteRequest.Type

/** Answer of `credits quote` (contract §6): a price in whole cents that grants nothing. */
export const QuoteAnswer = open({
  quote_id: Schema.String,
  state: optional(Schema.String),
  credits: optional(Schema.Number),
  price_amount_cents: optional(Schema.Number),
  currency: optional(Schema.String),
  expires_at: optional(Schema.String),
  accepted_payment_method: optional(Schema.NullOr(Schema.String)),
  idempotency_key: optional(Schema.NullOr(Schema.String)),
  pack_id: optional(Schema.NullOr(Schema.String)),
  pack: optional(Schema.NullOr(JsonObject)),
  live_money: optional(Schema.Boolean)
})
/** Answer of `credits quote` (contract §6). */
export type QuoteAnswer = typeof QuoteAnswer.Type

/** Request of both purchase endpoints (contract §6). */
export const PurchaseRequest = Schema.Struct({ quote_id: QuoteId, idempotency_key: IdempotencyKey })
/** Request of both purchase endpoints (contract §6). */
export type PurchaseRequest = typeof PurchaseRequest.Type

/** Answer of `credits buy` (contract §6): what has to be done for the payment to happen; it grants nothing either. */
export const PurchaseAnswer = open({
  state: optional(Schema.String),
  quote_id: optional(Schema.NullOr(Schema.String)),
  payment_attempt_id: optional(Schema.NullOr(Schema.String)),
  provider: optional(Schema.NullOr(Schema.String)),
  accepted_payment_method: optional(Schema.NullOr(Schema.String)),
  checkout_session_id: optional(Schema.NullOr(Schema.String)),
  checkout_handoff_url: optional(Schema.NullOr(Schema.String)),
  checkout_compact_url: optional(Schema.NullOr(Schema.String)),
  checkout_url: optional(Schema.NullOr(Schema.String)),
  stripe_x402: optional(Schema.NullOr(JsonObject)),
  credits: optional(Schema.Number),
  amount_cents: optional(Schema.Number),
  currency: optional(Schema.String),
  live_money: optional(Schema.Boolean)
})
/** Answer of `credits buy` (contract §6). */
export type PurchaseAnswer = typeof PurchaseAnswer.Type

/** Query of `GET /v1/credit-purchases/status` (contract §6): exactly one reference. */
export const PurchaseQuery = Schema.Struct({
  quote_id: optional(QuoteId),
  payment_attempt_id: optional(PaymentAttemptId),
  checkout_session_id: optional(CheckoutSessionId),
  receipt_id: optional(ReceiptId)
})
/** Query of `GET /v1/credit-purchases/status` (contract §6). */
export type PurchaseQuery = typeof PurchaseQuery.Type

/** Answer of `credits status` (contract §6): how far a purchase has come. */
export const PurchaseStatus = open({
  state: Schema.String,
  quote: optional(Schema.NullOr(JsonObject)),
  payment_attempt: optional(Schema.NullOr(JsonObject)),
  receipt: optional(Schema.NullOr(JsonObject)),
  credit_event: optional(Schema.NullOr(JsonObject)),
  provider_event: optional(Schema.NullOr(JsonObject)),
  limits: optional(Schema.NullOr(JsonObject))
})
/** Answer of `credits status` (contract §6). */
export type PurchaseStatus = typeof PurchaseStatus.Type

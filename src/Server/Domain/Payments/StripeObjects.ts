import * as Schema from "effect/Schema"
import { optional } from "../../../Schema/Open.js"

// Only what is acted on is read: cards, addresses, wallets and client secrets fall away here (contract §7).

const Cents = Schema.Int.pipe(Schema.between(0, 1_000_000_000_000))
const Id = Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9_]{1,255}$/))
const Metadata = optional(Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.String })))
const Expanded = Schema.transform(Schema.Union(Id, Schema.Struct({ id: Id })), Id, {
  strict: true,
  decode: (value) => (typeof value === "string" ? value : value.id),
  encode: (id) => id
})
const Intent = optional(Schema.NullOr(Expanded))

/** A Checkout session. */
export const CheckoutSession = Schema.Struct({
  id: Id,
  url: optional(Schema.NullOr(Schema.String)),
  mode: optional(Schema.String),
  status: Schema.NullOr(Schema.String),
  payment_status: Schema.String,
  payment_intent: Intent,
  amount_subtotal: Schema.NullOr(Cents),
  amount_total: Schema.NullOr(Cents),
  currency: Schema.NullOr(Schema.String),
  client_reference_id: optional(Schema.NullOr(Schema.String)),
  metadata: Metadata,
  livemode: Schema.Boolean
})
/** A Checkout session. */
export type CheckoutSession = typeof CheckoutSession.Type

const DepositAddress = Schema.Struct({
  address: Schema.String,
  supported_tokens: optional(
    Schema.Array(
      Schema.Struct({
        token_currency: Schema.String,
        token_contract_address: optional(Schema.NullOr(Schema.String))
      })
    )
  )
})
/** The next action of a deposit's intent, where it tells where to pay. */
export const DepositAction = Schema.Struct({
  type: Schema.Literal("crypto_display_details"),
  crypto_display_details: Schema.Struct({
    deposit_addresses: Schema.Record({ key: Schema.String, value: DepositAddress })
  })
})

/** A payment intent. */
export const PaymentIntent = Schema.Struct({
  id: Id,
  amount: Cents,
  amount_received: optional(Schema.NullOr(Cents)),
  currency: Schema.String,
  status: Schema.String,
  metadata: Metadata,
  livemode: Schema.Boolean,
  next_action: optional(Schema.Unknown)
})
/** A payment intent. */
export type PaymentIntent = typeof PaymentIntent.Type

/** A charge, as far as it tells what was refunded of it. */
export const Charge = Schema.Struct({
  id: Id,
  amount_refunded: Cents,
  currency: Schema.String,
  payment_intent: Intent
})

/** A refund. */
export const Refund = Schema.Struct({
  id: Id,
  amount: Cents,
  currency: Schema.String,
  payment_intent: Intent,
  status: optional(Schema.NullOr(Schema.String))
})
/** A refund. */
export type Refund = typeof Refund.Type

/** A dispute. */
export const Dispute = Schema.Struct({
  id: Id,
  amount: Cents,
  currency: Schema.String,
  payment_intent: Intent,
  status: Schema.String
})
/** A dispute. */
export type Dispute = typeof Dispute.Type

/** An event; its object is read by the event's type. */
export const StripeEvent = Schema.Struct({
  id: Schema.String.pipe(Schema.pattern(/^evt_[A-Za-z0-9_]{1,250}$/)),
  type: Schema.String.pipe(Schema.maxLength(200)),
  created: Schema.Int,
  livemode: Schema.Boolean,
  data: Schema.Struct({ object: Schema.Unknown })
})
/** An event. */
export type StripeEvent = typeof StripeEvent.Type

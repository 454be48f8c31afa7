import * as Schema from "effect/Schema"
import {
  CreditPacksAnswer,
  PaymentMethodsAnswer,
  paymentProviders,
  PurchaseAnswer,
  PurchaseQuery,
  PurchaseRequest,
  PurchaseStatus,
  QuoteAnswer,
  QuoteRequest
} from "../Schema/Credits.js"
import { type Effects, readOnly } from "../Schema/Effects.js"
import type { Code } from "../Errors.js"
import { IdempotencyKey, QuoteId } from "../Schema/Ids.js"
import { flag, local, service } from "./Operation.js"

const Nothing = Schema.Struct({})

const quotes: Effects = { ...readOnly, payment_object: true }
const pays: Effects = { ...quotes, no_spend: false }

/** Lists the ways to pay for credits, and why those that cannot be used now cannot (contract §6). */
export const creditsMethods = service({
  id: "credits.methods",
  command: ["credits", "methods"],
  summary: "List the payment methods: which can be used, by whom, and whether a browser is needed",
  input: Nothing,
  output: PaymentMethodsAnswer,
  codes: [],
  auth: "none",
  effects: () => readOnly,
  touches: () => [],
  argv: () => ["credits", "methods"],
  wire: { method: "GET", path: "/v1/payment-methods", request: Nothing }
})

/** Lists the packs of credits and the bounds of exact quotes (contract §6). */
export const creditsPacks = service({
  id: "credits.packs",
  command: ["credits", "packs", "list"],
  summary: "List the credit packs with their prices",
  input: Nothing,
  output: CreditPacksAnswer,
  codes: [],
  auth: "none",
  effects: () => readOnly,
  touches: () => [],
  argv: () => ["credits", "packs", "list"],
  wire: { method: "GET", path: "/v1/credit-packs", request: Nothing }
})

/** Asks for a price of a number of credits, or of a pack; it grants nothing and expires (contract §4, §6). */
export const creditsQuote = service({
  id: "credits.quote",
  command: ["credits", "quote"],
  summary: "Ask for the price of a pack or a number of credits; it spends and grants nothing",
  input: QuoteRequest,
  output: QuoteAnswer,
  codes: ["PAYMENT_METHOD_UNAVAILABLE", "CREDIT_QUOTE_CONFLICT", "CREDIT_QUOTE_EXPIRED", "CAPABILITY_DENIED"],
  auth: "required",
  effects: () => quotes,
  touches: () => [],
  argv: (input) => [
    "credits",
    "quote",
    ...flag("pack", input.pack_id),
    ...flag("credits", input.credits),
    ...flag("payment-method", input.payment_method),
    ...flag("idempotency-key", input.idempotency_key)
  ],
  wire: { method: "POST", path: "/v1/credit-quotes", request: QuoteRequest },
  grant: "credits"
})

const PurchaseInput = Schema.Struct({
  provider: Schema.Literal(...paymentProviders),
  quote_id: QuoteId,
  idempotency_key: IdempotencyKey
})
/** What the command `credits buy` hands over (contract §4). */
export type PurchaseInput = typeof PurchaseInput.Type

const purchaseCodes: ReadonlyArray<Code> = [
  "NOT_FOUND",
  "PAYMENT_METHOD_UNAVAILABLE",
  "CREDIT_QUOTE_CONFLICT",
  "CREDIT_QUOTE_EXPIRED",
  "IDEMPOTENCY_CONFLICT",
  "PROVIDER_FAILURE",
  "CAPABILITY_DENIED"
]

const purchaseWords = ({ idempotency_key, provider, quote_id }: PurchaseInput) => [
  "credits",
  "buy",
  ...flag("provider", provider),
  ...flag("quote-id", quote_id),
  ...flag("idempotency-key", idempotency_key)
]

/** Begins the payment of a quote by the provider that its rail names; credits come with the verified payment only (contract §4). */
export const creditsBuy = local({
  id: "credits.buy",
  command: ["credits", "buy"],
  summary: "Begin the payment of a quote: a Checkout page for a person, or a deposit for an agent's wallet",
  input: PurchaseInput,
  output: PurchaseAnswer,
  codes: purchaseCodes,
  auth: "required",
  effects: () => pays,
  touches: () => [],
  argv: purchaseWords
})

const purchase = {
  command: ["credits", "buy"],
  input: PurchaseRequest,
  output: PurchaseAnswer,
  codes: purchaseCodes,
  auth: "required",
  effects: () => pays,
  touches: () => [],
  grant: "credits"
} as const

/** Makes a Stripe Checkout session for a quote (contract §6). */
export const creditsBuyCheckout = service({
  ...purchase,
  id: "credits.buy.checkout",
  summary: "Make a Stripe Checkout session for a quote",
  argv: (input) => purchaseWords({ provider: "stripe", ...input }),
  wire: {
    method: "POST",
    path: "/v1/credit-purchases/stripe-checkout-sessions",
    request: PurchaseRequest
  }
})

/** Makes a crypto deposit for a quote, with the instructions that Stripe gives (contract §6). */
export const creditsBuyDeposit = service({
  ...purchase,
  id: "credits.buy.deposit",
  summary: "Make a USDC deposit for a quote, with the pay-to instructions that Stripe gives",
  argv: (input) => purchaseWords({ provider: "stripe_x402", ...input }),
  wire: { method: "POST", path: "/v1/credit-purchases/stripe-x402-deposits", request: PurchaseRequest }
})

/** Tells how far a purchase has come, by any one of its references (contract §4, §6). */
export const creditsStatus = service({
  id: "credits.status",
  command: ["credits", "status"],
  summary: "Show how far a purchase has come, by its quote, attempt, Checkout session or receipt",
  input: PurchaseQuery,
  output: PurchaseStatus,
  codes: ["NOT_FOUND"],
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: (input) => [
    "credits",
    "status",
    ...flag("quote-id", input.quote_id),
    ...flag("payment-attempt-id", input.payment_attempt_id),
    ...flag("checkout-session-id", input.checkout_session_id),
    ...flag("receipt-id", input.receipt_id)
  ],
  wire: { method: "GET", path: "/v1/credit-purchases/status", request: PurchaseQuery },
  grant: "read"
})

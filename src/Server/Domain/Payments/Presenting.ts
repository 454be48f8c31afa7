import { providerOf } from "../../../Schema/Credits.js"
import type { Attempt, AttemptStatus, Quote } from "../../Storage/Payments.js"

/** How far a purchase has come, as callers are told it. */
export type PurchaseState =
  | "created"
  | "action_required"
  | "processing"
  | "succeeded"
  | "failed"
  | "canceled"
  | "expired"

const states: Readonly<Record<AttemptStatus, PurchaseState>> = {
  creating: "created",
  requires_action: "action_required",
  processing: "processing",
  failed: "failed",
  canceled: "canceled",
  expired: "expired",
  succeeded: "succeeded"
}

/** The state of a purchase at a time: what nobody pays expires, even when Stripe does not say so. */
export const stateOf = (quote: Quote, attempt: Attempt | null, now: number): PurchaseState => {
  if (attempt === null) return quote.expiresAt <= now ? "expired" : "created"
  const state = states[attempt.status]
  const waits = state === "created" || state === "action_required"
  return waits && attempt.expiresAt <= now ? "expired" : state
}

/** The links to a Checkout page; the short one is safe to copy and leads to the full one, whose fragment must stay. */
export const checkoutLinks = (attempt: Attempt, publicUrl: string | null) => {
  const short = publicUrl === null ? null : `${publicUrl}/pay/${attempt.id}`
  return { checkout_handoff_url: short, checkout_compact_url: short, checkout_url: attempt.checkoutUrl }
}

/** USDC has six decimals, and a cent is 10,000 of its smallest units. */
const atomic = (cents: number): string => `${cents}0000`
const dollars = (cents: number): string =>
  `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`

/** A deposit: what a wallet must know to pay it while it is to be paid, and none of Stripe's own identifiers. */
export const depositOf = (quote: Quote, attempt: Attempt, state: PurchaseState) => {
  const instructions = state === "action_required" ? attempt.instructions : null
  return {
    network: instructions?.network ?? null,
    token_currency: "usdc",
    deposit_address_present: instructions !== null,
    payable_instructions:
      instructions === null
        ? null
        : {
            kind: "stripe_crypto_deposit",
            network: instructions.network,
            token_currency: "usdc",
            token_decimals: 6,
            token_amount: dollars(quote.amountCents),
            token_amount_atomic: atomic(quote.amountCents),
            amount_cents: quote.amountCents,
            amount_usd: dollars(quote.amountCents),
            deposit_address: instructions.address,
            token_contract_address: instructions.tokenContract,
            supported_token_currencies: instructions.tokenCurrencies,
            expires_at: new Date(attempt.expiresAt).toISOString(),
            exact_amount_required: true
          },
    redacted: {
      payment_intent_id: "[redacted-stripe-payment-intent]",
      // Of what Stripe showed; the address to pay to stands in the instructions.
      deposit_address: "[redacted-stripe-crypto-deposit-address]",
      client_secret: "[redacted-stripe-client-secret]"
    }
  }
}

/** What has to happen next, and who does it; `null` once nothing has. */
export const nextStep = (
  quote: Quote,
  attempt: Attempt | null,
  state: PurchaseState,
  publicUrl: string | null
) => {
  if (state === "processing") return { retry_after_seconds: 30 }
  if (attempt === null || state !== "action_required") return null
  if (quote.method !== "stripe_checkout") {
    return {
      retry_after_seconds: 10,
      agent_action: "pay_stripe_crypto_deposit",
      after_payment:
        "send exactly token_amount_atomic to deposit_address, then look at the status until it has succeeded"
    }
  }
  const { checkout_url, ...links } = checkoutLinks(attempt, publicUrl)
  return {
    retry_after_seconds: 10,
    human_action: "open_checkout_url",
    ...links,
    fallback_checkout_url: checkout_url,
    after_payment: "once the page says that it is paid, look at the status until it has succeeded"
  }
}

/** What `credits buy` answers. */
export const presentPurchase = (quote: Quote, attempt: Attempt, now: number, publicUrl: string | null) => {
  const state = stateOf(quote, attempt, now)
  const isCheckout = quote.method === "stripe_checkout"
  return {
    state,
    quote_id: quote.id,
    payment_attempt_id: attempt.id,
    provider: providerOf[quote.method],
    accepted_payment_method: quote.method,
    ...(isCheckout
      ? { checkout_session_id: attempt.sessionId, ...checkoutLinks(attempt, publicUrl) }
      : { stripe_x402: depositOf(quote, attempt, state) }),
    credits: quote.credits,
    amount_cents: quote.amountCents,
    currency: quote.currency,
    live_money: quote.live,
    expires_at: new Date(attempt.expiresAt).toISOString(),
    next: nextStep(quote, attempt, state, publicUrl)
  }
}

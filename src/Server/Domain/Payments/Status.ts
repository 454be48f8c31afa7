import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../../Errors.js"
import { type PurchaseQuery, type PurchaseStatus, providerOf } from "../../../Schema/Credits.js"
import { Ledger } from "../../Storage/Ledger.js"
import { type Attempt, Payments, type Quote, type Receipt, type Reference } from "../../Storage/Payments.js"
import { progress, Reversals } from "../../Storage/Reversals.js"
import type { Identity } from "../Identity.js"
import { checkoutLinks, depositOf, nextStep, type PurchaseState, stateOf } from "./Presenting.js"
import { presentQuote } from "./Quoting.js"
import { Stripe } from "./Stripe.js"

/** How far a purchase of the caller's organization has come, by any one of its references (contract §6). */
export const status = Effect.fn("Payments.status")(function* (identity: Identity, query: PurchaseQuery) {
  const reference = yield* referenceOf(query)
  const payments = yield* Payments
  const found = yield* payments.resolve(identity.organizationId, reference)
  if (found === null) return yield* Effect.fail(failure("NOT_FOUND", "there is no such purchase"))
  const { attempt, quote } = found
  const { publicUrl } = yield* Stripe
  const now = yield* Clock.currentTimeMillis
  const state = stateOf(quote, attempt, now)
  const receipt = attempt === null ? null : yield* payments.receiptOfAttempt(attempt.id)
  const { free, held, paid } = yield* (yield* Ledger).balances(identity.organizationId)
  return {
    state,
    quote: { ...presentQuote(quote), state: quote.expiresAt <= now ? "expired" : "created" },
    payment_attempt: attempt === null ? null : presentAttempt(quote, attempt, state, publicUrl()),
    receipt: receipt === null ? null : yield* presentReceipt(receipt),
    credit_event:
      receipt === null
        ? null
        : {
            credit_event_id: receipt.creditEventId,
            type: "credits.payment_backed_granted",
            credits: receipt.credits,
            granted_at: new Date(receipt.createdAt).toISOString()
          },
    provider_event:
      receipt === null ? null : { provider: "stripe", event_id: receipt.source, status: "verified" },
    limits: {
      remaining_credits: free,
      payment_backed_remaining_credits: paid,
      reserved_credits: held,
      credit_unit_usd: 0.01
    },
    next: nextStep(quote, attempt, state, publicUrl())
  } satisfies PurchaseStatus
})

const referenceOf = (query: PurchaseQuery): Effect.Effect<Reference, ImageSkillError> => {
  const { checkout_session_id, payment_attempt_id, quote_id, receipt_id } = query
  const given: ReadonlyArray<Reference> = [
    ...(quote_id === undefined ? [] : [{ quote: quote_id }]),
    ...(payment_attempt_id === undefined ? [] : [{ attempt: payment_attempt_id }]),
    ...(checkout_session_id === undefined ? [] : [{ session: checkout_session_id }]),
    ...(receipt_id === undefined ? [] : [{ receipt: receipt_id }])
  ]
  const [reference] = given
  return given.length === 1 && reference !== undefined
    ? Effect.succeed(reference)
    : Effect.fail(
        failure("INVALID_ARGUMENTS", "name exactly one of the four references", {
          details: { fields: ["quote_id", "payment_attempt_id", "checkout_session_id", "receipt_id"] },
          recovery: {
            required_flags: ["--quote-id", "--payment-attempt-id", "--checkout-session-id", "--receipt-id"]
          }
        })
      )
}

const presentAttempt = (quote: Quote, attempt: Attempt, state: PurchaseState, publicUrl: string | null) => ({
  payment_attempt_id: attempt.id,
  quote_id: quote.id,
  provider: providerOf[quote.method],
  accepted_payment_method: quote.method,
  attempt_status: attempt.status,
  created_at: new Date(attempt.createdAt).toISOString(),
  expires_at: new Date(attempt.expiresAt).toISOString(),
  ...(quote.method === "stripe_checkout"
    ? { checkout_session_id: attempt.sessionId, ...checkoutLinks(attempt, publicUrl) }
    : { stripe_x402: depositOf(quote, attempt, state) })
})

const presentReceipt = (receipt: Receipt) =>
  Effect.gen(function* () {
    const reversals = yield* Reversals
    const position = yield* reversals.position(receipt.id)
    const known = receipt.intentId === null ? [] : yield* reversals.of(receipt.intentId)
    return {
      receipt_id: receipt.id,
      quote_id: receipt.quoteId,
      payment_attempt_id: receipt.attemptId,
      credits: receipt.credits,
      amount_cents: receipt.amountCents,
      paid_amount_cents: receipt.paidCents,
      currency: receipt.currency,
      created_at: new Date(receipt.createdAt).toISOString(),
      reversed_credits: position?.taken ?? 0,
      pending_reversal_credits: position === null ? 0 : position.target - position.taken,
      reversals: known.map((one) => ({
        payment_reversal_id: one.id,
        kind: one.kind === "dispute" ? "dispute" : "refund",
        amount_cents: one.amountCents,
        status: one.rejected
          ? "rejected"
          : one.progress === progress.undone
            ? "reinstated"
            : one.progress === progress.announced
              ? "announced"
              : "effective"
      }))
    }
  })

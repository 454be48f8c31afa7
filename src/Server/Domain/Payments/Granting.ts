import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { PaymentMethodId } from "../../../Schema/Credits.js"
import { makeId } from "../../../Services/Entropy.js"
import { Activity } from "../../Storage/Activity.js"
import { Ledger } from "../../Storage/Ledger.js"
import { type Attempt, Payments, type Quote } from "../../Storage/Payments.js"
import { Crash } from "../Crash.js"
import { settleReversals } from "./Reversing.js"
import { Stripe } from "./Stripe.js"
import type { CheckoutSession, PaymentIntent } from "./StripeObjects.js"

/** A payment that Stripe says has arrived. */
export interface Arrived {
  readonly attemptId: string
  readonly method: PaymentMethodId
  readonly metadata: Readonly<Record<string, string>>
  readonly sessionId: string | null
  readonly intentId: string | null
  /** What was asked for, before any promotion code, and what was paid. */
  readonly askedCents: number
  readonly paidCents: number
  readonly currency: string
  readonly live: boolean
}

/** The payment of a session that is paid for; `null` while it is not. */
export const arrivedBySession = (session: CheckoutSession): Arrived | null => {
  const metadata = session.metadata ?? {}
  const attemptId = session.client_reference_id ?? metadata["payment_attempt_id"]
  const paid = session.payment_status === "paid" || session.payment_status === "no_payment_required"
  if (!paid || attemptId === undefined || (session.mode ?? "payment") !== "payment") return null
  return {
    attemptId,
    method: "stripe_checkout",
    metadata,
    sessionId: session.id,
    intentId: session.payment_intent ?? null,
    askedCents: session.amount_subtotal ?? -1,
    paidCents: session.amount_total ?? 0,
    currency: session.currency ?? "",
    live: session.livemode
  }
}

/** The payment of a deposit that was settled; `null` for one that was not, and for the intent behind a session. */
export const arrivedByIntent = (intent: PaymentIntent): Arrived | null => {
  const metadata = intent.metadata ?? {}
  const attemptId = metadata["payment_attempt_id"]
  const isDeposit = metadata["payment_method"] === ("stripe_x402.exact.usdc" satisfies PaymentMethodId)
  if (!isDeposit || intent.status !== "succeeded" || attemptId === undefined) return null
  return {
    attemptId,
    method: "stripe_x402.exact.usdc",
    metadata,
    sessionId: null,
    intentId: intent.id,
    askedCents: intent.amount,
    paidCents: intent.amount_received ?? 0,
    currency: intent.currency,
    live: intent.livemode
  }
}

/** What became of a payment that arrived; anything but the first two is an operator's to look into. */
export type Granted = "granted" | "granted_before" | "unknown_attempt" | `rejected_${string}`

/**
 * Grants a quote's credits for a payment that arrived: once for an attempt, whoever tells of it how often. What does not fit the
 * attempt to the letter grants nothing. Part of the caller's transaction (contract §7).
 */
export const grant = (arrived: Arrived, source: string, traceId: string) =>
  Effect.gen(function* () {
    const payments = yield* Payments
    const attempt = yield* payments.findAttempt(arrived.attemptId)
    if (attempt === null) return "unknown_attempt" as const
    const quote = yield* payments.findQuote(attempt.quoteId)
    if (quote === null) return "unknown_attempt" as const
    const wrong = yield* misfit(arrived, attempt, quote)
    if (wrong !== null) return `rejected_${wrong}` as const
    if ((yield* payments.receiptOfAttempt(attempt.id)) !== null) return "granted_before" as const

    const ledger = yield* Ledger
    const receiptId = yield* makeId("receipt")
    const creditEventId = yield* ledger.purchase(attempt.organizationId, quote.credits, receiptId)
    yield* Crash.point("credits_granted", attempt.id)
    const receipt = {
      id: receiptId,
      attemptId: attempt.id,
      quoteId: quote.id,
      organizationId: attempt.organizationId,
      credits: quote.credits,
      amountCents: quote.amountCents,
      paidCents: arrived.paidCents,
      currency: quote.currency,
      intentId: arrived.intentId,
      creditEventId,
      source,
      createdAt: yield* Clock.currentTimeMillis
    }
    yield* payments.addReceipt(receipt)
    yield* payments.advance(attempt.id, "succeeded", arrived)
    yield* payments.markPaid(attempt.organizationId)
    yield* (yield* Activity).record(attempt.organizationId, {
      type: "credits.payment_backed_granted",
      summary: `${quote.credits} paid credits granted`,
      operation: "credits",
      subject: { type: "credit", id: creditEventId },
      links: {
        quote_id: quote.id,
        payment_attempt_id: attempt.id,
        receipt_id: receiptId,
        credit_event_id: creditEventId
      },
      status: "granted",
      details: { credits: quote.credits, amount_cents: quote.amountCents, currency: quote.currency },
      traceId
    })
    // A refund or dispute may have been told first.
    yield* settleReversals(receipt, traceId)
    return "granted" as const
  })

const misfit = (arrived: Arrived, attempt: Attempt, quote: Quote) =>
  Effect.map(Stripe, ({ setup }) => {
    const { metadata } = arrived
    if (!setup.ready || arrived.live !== setup.live || arrived.live !== quote.live) return "mode"
    if (arrived.method !== quote.method) return "method"
    if (metadata["organization_id"] !== attempt.organizationId) return "organization"
    if (metadata["quote_id"] !== quote.id || metadata["payment_attempt_id"] !== attempt.id) return "quote"
    if (arrived.currency.toUpperCase() !== quote.currency) return "currency"
    if (arrived.askedCents !== quote.amountCents || arrived.paidCents > quote.amountCents) return "amount"
    // Only a page to pay knows promotion codes: a deposit that brought less was not paid.
    if (arrived.method !== "stripe_checkout" && arrived.paidCents !== quote.amountCents) return "amount"
    if (attempt.sessionId !== null && attempt.sessionId !== arrived.sessionId) return "session"
    // A session names its intent late; a deposit's is known from its beginning.
    if (attempt.intentId !== null && attempt.intentId !== arrived.intentId) return "intent"
    return null
  })

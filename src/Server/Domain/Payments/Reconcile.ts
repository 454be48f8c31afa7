import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { ImageSkillError } from "../../../Errors.js"
import { Database } from "../../Storage/Database.js"
import { type Attempt, Payments, type Receipt } from "../../Storage/Payments.js"
import { type ReversalNews, Reversals } from "../../Storage/Reversals.js"
import { arrivedByIntent, arrivedBySession, grant } from "./Granting.js"
import { unavailable } from "./Methods.js"
import { collectReversals, reverse } from "./Reversing.js"
import { Stripe, type StripeFault } from "./Stripe.js"
import { newsOfDispute, newsOfRefund } from "./Webhook.js"

/** What a reconciliation found and mended. */
export interface Reconciled {
  readonly checked: { readonly attempts: number; readonly receipts: number }
  /** Payments whose credits were granted only now. */
  readonly granted: number
  /** Refunds and disputes that moved credits only now. */
  readonly reversed: number
  /** Credits of pending reversals that were taken now, and those that are still owed. */
  readonly collected: number
  readonly owed: number
  /** What could not be looked at, or does not fit; for a person. */
  readonly problems: ReadonlyArray<{ readonly reference: string; readonly problem: string }>
}

const windowMs = 180 * 24 * 60 * 60 * 1000

// So that the service beside it never waits long for the writer's lock.
const together = 25

/**
 * Re-reads at Stripe everything that may still change, and applies what no event has told: for webhooks that were lost, or that came
 * while nobody listened. Running it twice changes nothing more (contract §7).
 */
export const reconcile = Effect.fn("Payments.reconcile")(function* (
  traceId: string,
  options: { readonly since?: number } = {}
) {
  const { setup } = yield* Stripe
  if (!setup.ready) return yield* Effect.fail(unavailable("stripe_checkout", setup.reason))
  const payments = yield* Payments
  const since = options.since ?? (yield* Clock.currentTimeMillis) - windowMs
  const attempts = yield* payments.unpaidSince(since)
  const looked = yield* Effect.forEach(attempts, (attempt) =>
    tolerant(attempt.id, lookAtAttempt(attempt, traceId))
  )
  // Read now, so that what was just granted is looked at too.
  const receipts = yield* payments.receiptsSince(since)
  const reread = yield* Effect.forEach(receipts, (receipt) =>
    tolerant(receipt.id, lookAtReceipt(receipt, traceId))
  )
  const collected = yield* collectReversals(null, traceId)
  const outcomes = [...looked, ...reread].flatMap(({ outcomes: found }) => found)
  return {
    checked: { attempts: attempts.length, receipts: receipts.length },
    granted: outcomes.filter((outcome) => outcome === "granted").length,
    reversed: outcomes.filter((outcome) => outcome === "reversed" || outcome === "reinstated").length,
    collected,
    owed: yield* (yield* Reversals).owed,
    problems: [...looked, ...reread].flatMap(({ problems }) => problems)
  } satisfies Reconciled
})

const tolerant = <R>(
  reference: string,
  look: Effect.Effect<ReadonlyArray<string>, ImageSkillError | StripeFault, R>
) =>
  Effect.map(
    // One payment that Stripe does not tell of must not hide the others.
    Effect.catchTag(look, "StripeFault", ({ code }) => Effect.succeed([`stripe_${code}`])),
    (outcomes) => ({
      outcomes,
      problems: outcomes
        .filter((outcome) => /^(?:rejected|stripe_|unknown|more_|paid_in_|begun_in_)/.test(outcome))
        .map((problem) => ({ reference, problem }))
    })
  )

const lookAtAttempt = (attempt: Attempt, traceId: string) =>
  Effect.gen(function* () {
    const stripe = yield* Stripe
    const { transaction } = yield* Database
    const payments = yield* Payments
    const other = yield* otherMode(attempt.quoteId)
    if (other !== null) return [`begun_in_${other}`]
    if (attempt.sessionId !== null) {
      const session = yield* stripe.findSession(attempt.sessionId)
      const arrived = arrivedBySession(session)
      if (arrived !== null) return [yield* transaction(grant(arrived, "reconcile", traceId))]
      if (session.status === "expired") yield* payments.advance(attempt.id, "expired")
      return []
    }
    const intent = yield* stripe.findIntent(attempt.intentId ?? "")
    const arrived = arrivedByIntent(intent)
    if (arrived !== null) return [yield* transaction(grant(arrived, "reconcile", traceId))]
    if (intent.status === "processing") yield* payments.advance(attempt.id, "processing")
    if (intent.status === "canceled") yield* payments.advance(attempt.id, "canceled")
    return []
  })

const lookAtReceipt = (receipt: Receipt, traceId: string) =>
  Effect.gen(function* () {
    const stripe = yield* Stripe
    const { transaction } = yield* Database
    const other = yield* otherMode(receipt.quoteId)
    if (other !== null) return [`paid_in_${other}`]
    const intent = receipt.intentId ?? ""
    const [refunds, disputes] = yield* Effect.all([stripe.refundsOf(intent), stripe.disputesOf(intent)])
    const at = disputes.at ?? (yield* Clock.currentTimeMillis)
    const news = [
      ...refunds.items.map(newsOfRefund),
      ...disputes.items.map((dispute) => newsOfDispute(dispute, { type: "", at }))
    ].flatMap((one) => (one === null ? [] : [one]))
    const outcomes = yield* Effect.forEach(batches(news), (some) =>
      transaction(Effect.forEach(some, (one) => reverse(one, traceId)))
    )
    return [
      ...outcomes.flat(),
      ...(refunds.complete ? [] : ["more_refunds_than_were_read"]),
      ...(disputes.complete ? [] : ["more_disputes_than_were_read"])
    ]
  })

const batches = (news: ReadonlyArray<ReversalNews>): ReadonlyArray<ReadonlyArray<ReversalNews>> =>
  Array.from({ length: Math.ceil(news.length / together) }, (_, index) =>
    news.slice(index * together, (index + 1) * together)
  )

/** Stripe's mode in which a quote was made, where it is not that of the key: then the key cannot ask about its payment. */
const otherMode = (quoteId: string) =>
  Effect.gen(function* () {
    const { setup } = yield* Stripe
    const quote = yield* (yield* Payments).findQuote(quoteId)
    return quote === null || !setup.ready || quote.live === setup.live
      ? null
      : quote.live
        ? ("live_mode" as const)
        : ("test_mode" as const)
  })

import * as Effect from "effect/Effect"
import { Credits } from "../../../Schema/Money.js"
import { Activity, type NewEvent } from "../../Storage/Activity.js"
import { Database } from "../../Storage/Database.js"
import { Ledger, type Traded } from "../../Storage/Ledger.js"
import { Payments, type Receipt } from "../../Storage/Payments.js"
import {
  type Position,
  progress,
  type Reversal,
  type ReversalNews,
  Reversals
} from "../../Storage/Reversals.js"
import { Crash } from "../Crash.js"

const sum = (amounts: ReadonlyArray<number>): number => amounts.reduce((total, amount) => total + amount, 0)

/**
 * How many of a receipt's credits its reversals claim. Refunds may be told one by one, by the charge, or both: the larger is what
 * was refunded. All of it claims all credits; a part claims its share, rounded for the buyer.
 */
export const claimOf = (
  { credits, paidCents }: Pick<Receipt, "credits" | "paidCents">,
  reversals: ReadonlyArray<Pick<Reversal, "kind" | "amountCents" | "progress">>
): number => {
  const of = (kind: Reversal["kind"], undone?: boolean) =>
    reversals
      .filter(
        (one) =>
          one.kind === kind &&
          one.progress !== progress.announced &&
          (undone === undefined || (one.progress === progress.undone) === undone)
      )
      .map(({ amountCents }) => amountCents)
  const told = Math.max(sum(of("refund")), ...of("refunded_charge"))
  const refunded = Math.max(0, told - sum(of("refund", true)))
  const reversed = Math.min(paidCents, refunded + sum(of("dispute", false)))
  if (reversed === 0) return 0
  // Both are at most a few million cents, so the product is exact.
  return reversed === paidCents ? credits : Math.floor((credits * reversed) / paidCents)
}

/** Notes what Stripe says of a reversal, and moves credits as far as it changes what is claimed. Part of the caller's transaction. */
export const reverse = (news: ReversalNews, traceId: string) =>
  Effect.gen(function* () {
    const reversals = yield* Reversals
    const before = yield* reversals.of(news.intentId)
    const merged = yield* reversals.merge(news)
    const receipt = yield* (yield* Payments).receiptByIntent(news.intentId)
    if (receipt === null) return "noted" as const
    const isNew = !before.some(({ id }) => id === merged.id)
    return yield* apply(receipt, merged, isNew, traceId)
  })

/** Applies the reversals that were told before their payment was. Part of the caller's transaction. */
export const settleReversals = (receipt: Receipt, traceId: string) =>
  receipt.intentId === null
    ? Effect.void
    : Effect.flatMap(Reversals, (reversals) =>
        Effect.flatMap(reversals.of(receipt.intentId ?? ""), (known) =>
          Effect.forEach(known, (reversal) => apply(receipt, reversal, true, traceId), { discard: true })
        )
      )

/** Takes what reversals are still owed wherever there are paid credits by now; how many were taken. */
export const collectReversals = Effect.fn("Payments.collectReversals")(function* (
  organization: string | null,
  traceId: string
) {
  const { transaction } = yield* Database
  const reversals = yield* Reversals
  // Most of the time nothing is owed: a look outside of the writer's lock is enough.
  if ((yield* reversals.collectable(organization)).length === 0) return 0
  return yield* transaction(
    Effect.gen(function* () {
      const positions = yield* reversals.collectable(organization)
      const taken = yield* Effect.forEach(positions, (position) => collect(position, traceId))
      return sum(taken)
    })
  )
})

const collect = (position: Position, traceId: string) =>
  Effect.gen(function* () {
    const receipt = yield* (yield* Payments).findReceipt(position.receiptId)
    if (receipt === null || receipt.intentId === null) return 0
    const reversals = yield* Reversals
    const effective = (yield* reversals.of(receipt.intentId)).filter(
      (one) => one.progress === progress.effective && !one.rejected
    )
    const cause = effective.at(-1)
    if (cause === undefined) return 0
    const traded = yield* take(receipt, cause, position.target - position.taken, traceId)
    yield* reversals.setPosition({ ...position, taken: position.taken + (traded?.credits ?? 0) })
    return traded?.credits ?? 0
  })

const apply = (receipt: Receipt, reversal: Reversal, isNew: boolean, traceId: string) =>
  Effect.gen(function* () {
    const reversals = yield* Reversals
    const ledger = yield* Ledger
    const say = yield* speakerOf(receipt, reversal, traceId)
    if (!fits(receipt, reversal)) {
      if (reversal.rejected) return "rejected" as const
      yield* reversals.reject(reversal.id)
      yield* say(
        "credits.payment_backed_reversal_rejected",
        "reversal rejected: it does not fit the payment",
        {
          status: "rejected"
        }
      )
      return "rejected" as const
    }
    const known = yield* reversals.of(reversal.intentId)
    const target = claimOf(
      receipt,
      known.filter((one) => fits(receipt, one))
    )
    const position = (yield* reversals.position(receipt.id)) ?? {
      receiptId: receipt.id,
      organizationId: receipt.organizationId,
      target: 0,
      taken: 0
    }
    if (target === position.target && !(isNew && reversal.progress === progress.undone)) {
      return "unchanged" as const
    }

    if (target > position.target) {
      const traded = yield* take(receipt, reversal, target - position.taken, traceId)
      const taken = position.taken + (traded?.credits ?? 0)
      yield* reversals.setPosition({ ...position, target, taken })
      if (taken < target) {
        yield* say(
          "credits.payment_backed_reversal_pending",
          `${target - taken} credits of a reversal could not be taken back yet`,
          { status: "pending", credits: target - taken }
        )
      }
      return "reversed" as const
    }
    const back = Math.max(0, position.taken - target)
    const traded =
      back === 0 ? null : yield* ledger.reinstate(receipt.organizationId, Credits.make(back), reversal.id)
    yield* reversals.setPosition({ ...position, target, taken: position.taken - back })
    yield* Crash.point("credits_reversed", reversal.id)
    yield* say("credits.payment_backed_reinstated", `${back} credits of a reversal given back`, {
      status: "reinstated",
      credits: back,
      traded
    })
    return "reinstated" as const
  })

const fits = (receipt: Receipt, reversal: Reversal): boolean =>
  reversal.currency.toUpperCase() === receipt.currency &&
  // A dispute may name more than was paid; it never claims more than was granted.
  (reversal.kind === "dispute" || reversal.amountCents <= receipt.paidCents)

const take = (receipt: Receipt, reversal: Reversal, upTo: number, traceId: string) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger
    const traded = yield* ledger.reverse(receipt.organizationId, Credits.make(upTo), reversal.id)
    yield* Crash.point("credits_reversed", reversal.id)
    if (traded === null) return null
    const say = yield* speakerOf(receipt, reversal, traceId)
    const disputed = reversal.kind === "dispute"
    yield* say(
      disputed ? "credits.payment_backed_disputed" : "credits.payment_backed_refunded",
      `${traded.credits} paid credits taken back for a ${disputed ? "dispute" : "refund"}`,
      { status: disputed ? "disputed" : "refunded", credits: traded.credits, traded }
    )
    return traded
  })

const speakerOf = (receipt: Receipt, reversal: Reversal, traceId: string) =>
  Effect.map(
    Activity,
    ({ record }) =>
      (
        type: NewEvent["type"],
        summary: string,
        told: { readonly status: string; readonly credits?: number; readonly traded?: Traded | null }
      ) =>
        record(receipt.organizationId, {
          type,
          summary,
          operation: "credits",
          subject: { type: "credit", id: told.traded?.creditEvent ?? receipt.creditEventId },
          links: {
            quote_id: receipt.quoteId,
            payment_attempt_id: receipt.attemptId,
            receipt_id: receipt.id,
            payment_reversal_id: reversal.id,
            credit_event_id: told.traded?.creditEvent ?? null
          },
          status: told.status,
          details: {
            credits: told.credits ?? 0,
            reversal: reversal.kind === "dispute" ? "dispute" : "refund",
            amount_cents: reversal.amountCents,
            currency: reversal.currency.toUpperCase()
          },
          traceId
        })
  )

import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { failure, type ImageSkillError } from "../../../Errors.js"
import { Database } from "../../Storage/Database.js"
import { type AttemptStatus, Payments } from "../../Storage/Payments.js"
import { progress, type Progress, type ReversalNews } from "../../Storage/Reversals.js"
import { Crash } from "../Crash.js"
import { arrivedByIntent, arrivedBySession, grant } from "./Granting.js"
import { collectReversals, reverse } from "./Reversing.js"
import { Stripe, StripeFault } from "./Stripe.js"
import { Charge, CheckoutSession, Dispute, PaymentIntent, Refund, type StripeEvent } from "./StripeObjects.js"

/** The answer to an event. */
export interface Received {
  readonly received: true
  readonly event_id: string
  /** What became of it, now or when it came first. */
  readonly outcome: string
  readonly duplicate: boolean
}

/**
 * Takes an event that Stripe signed: what it changes and the note that it came are one transaction, so that it counts once however
 * often and in whatever order it is sent (contract §7).
 */
export const receiveEvent = Effect.fn("Payments.receiveEvent")(function* (
  body: Uint8Array,
  signature: string | undefined,
  traceId: string
) {
  const stripe = yield* Stripe
  const payments = yield* Payments
  const { transaction } = yield* Database
  const event = yield* stripe.readEvent(body, signature).pipe(Effect.mapError(refusal(signature)))
  yield* Crash.point("event_verified", event.id)
  const live = stripe.setup.ready && stripe.setup.live
  // Not kept, so that Stripe sends it again: the operator may have the other keys in place by then.
  if (event.livemode !== live) {
    return yield* Effect.fail(
      failure("PROVIDER_FAILURE", "this event is of Stripe's other mode than the key in use", {
        details: { cause: "other_mode" }
      })
    )
  }
  const received = yield* transaction(
    Effect.gen(function* () {
      const known = yield* payments.findEvent(event.id)
      if (known !== null) return receivedOf(event, known.outcome, true)
      yield* Crash.point("event_handling", event.id)
      const handle = Object.hasOwn(handlers, event.type) ? handlers[event.type] : undefined
      const outcome = yield* (handle ?? unhandled)(event, traceId)
      yield* collectReversals(null, traceId)
      yield* payments.addEvent({
        id: event.id,
        type: event.type,
        objectId: objectIdOf(event),
        live: event.livemode,
        outcome,
        createdAt: event.created * 1000
      })
      yield* Crash.point("event_noted", event.id)
      return receivedOf(event, outcome, false)
    })
  )
  yield* Crash.point("event_kept", event.id)
  return received
})

const receivedOf = ({ id }: StripeEvent, outcome: string, duplicate: boolean): Received => ({
  received: true,
  event_id: id,
  outcome,
  duplicate
})

const refusal =
  (signature: string | undefined) =>
  ({ code, reason }: StripeFault): ImageSkillError => {
    if (reason === "refused") {
      return signature === undefined
        ? failure("AUTH_REQUIRED", "this endpoint takes what Stripe has signed, and nothing else")
        : failure("TOKEN_INVALID", "this is not signed with the service's webhook secret, or too long ago")
    }
    return reason === "unauthorised"
      ? failure("PAYMENT_METHOD_UNAVAILABLE", "no payments are set up here", { details: { cause: code } })
      : failure("PROVIDER_FAILURE", "the event cannot be read", { details: { cause: code } })
  }

type Handler = (
  event: StripeEvent,
  traceId: string
) => Effect.Effect<
  string,
  ImageSkillError,
  | Effect.Effect.Context<ReturnType<typeof grant>>
  | Effect.Effect.Context<ReturnType<typeof reverse>>
  | Payments
>

const unhandled: Handler = () => Effect.succeed("unhandled")

/** Reads an event's object; one that cannot be read is kept for another try, because money may hang on it. */
const reading =
  <A, I>(
    schema: Schema.Schema<A, I>,
    handle: (object: A, event: StripeEvent, traceId: string) => ReturnType<Handler>
  ): Handler =>
  (event, traceId) =>
    Schema.decodeUnknown(schema)(event.data.object).pipe(
      Effect.mapError(() =>
        failure("PROVIDER_FAILURE", "the event's object cannot be read", {
          details: { cause: "unreadable_object" }
        })
      ),
      Effect.flatMap((object) => handle(object, event, traceId))
    )

const session = (status: AttemptStatus): Handler =>
  reading(CheckoutSession, (object, event, traceId) => {
    const arrived = status === "processing" ? arrivedBySession(object) : null
    return arrived === null
      ? advance(
          object.client_reference_id ?? object.metadata?.["payment_attempt_id"],
          object.metadata?.["organization_id"],
          { sessionId: object.id },
          status
        )
      : grant(arrived, event.id, traceId)
  })

const intent = (status: AttemptStatus): Handler =>
  reading(PaymentIntent, (object, event, traceId) => {
    const arrived = status === "succeeded" ? arrivedByIntent(object) : null
    if (arrived !== null) return grant(arrived, event.id, traceId)
    return status === "succeeded" || object.metadata?.["payment_method"] !== "stripe_x402.exact.usdc"
      ? Effect.succeed("not_a_deposit")
      : advance(
          object.metadata["payment_attempt_id"],
          object.metadata["organization_id"],
          { intentId: object.id },
          status
        )
  })

/** Moves an attempt on that an event names and that fits it. */
const advance = (
  attemptId: string | undefined,
  organization: string | undefined,
  found: { readonly sessionId?: string; readonly intentId?: string },
  status: AttemptStatus
) =>
  Effect.gen(function* () {
    const payments = yield* Payments
    const attempt = attemptId === undefined ? null : yield* payments.findAttempt(attemptId)
    if (attempt === null) return "unknown_attempt"
    const other =
      attempt.organizationId !== organization ||
      (found.sessionId !== undefined && (attempt.sessionId ?? found.sessionId) !== found.sessionId) ||
      (found.intentId !== undefined && (attempt.intentId ?? found.intentId) !== found.intentId)
    if (other) return "rejected_attempt"
    yield* payments.advance(attempt.id, status, found)
    return status
  })

/** By which event an object was told, and when, by Stripe's clock, in milliseconds; read at Stripe it is by none. */
export interface Told {
  readonly type: string
  readonly at: number
}

const reversing =
  <A>(newsOf: (object: A, told: Told) => ReversalNews | null) =>
  (object: A, event: StripeEvent, traceId: string): ReturnType<Handler> => {
    const news = newsOf(object, { type: event.type, at: event.created * 1000 })
    return news === null ? Effect.succeed("no_payment") : reverse(news, traceId)
  }

const charge = reading(
  Charge,
  reversing(({ amount_refunded, currency, id, payment_intent = null }) =>
    payment_intent === null || amount_refunded === 0
      ? null
      : {
          intentId: payment_intent,
          kind: "refunded_charge",
          providerRef: id,
          amountCents: amount_refunded,
          currency,
          progress: progress.effective,
          decidedAt: 0
        }
  )
)

/** What a refund says; one that failed or was canceled is undone. */
export const newsOfRefund = ({
  amount,
  currency,
  id,
  payment_intent = null,
  status
}: Refund): ReversalNews | null =>
  payment_intent === null
    ? null
    : {
        intentId: payment_intent,
        kind: "refund",
        providerRef: id,
        amountCents: amount,
        currency,
        progress: status === "failed" || status === "canceled" ? progress.undone : progress.effective,
        // A refund that came back is never made again: the later progress is the last word.
        decidedAt: 0
      }

/**
 * What a dispute says; an inquiry withdraws nothing, one that was won gives the funds back. What is decided may be decided anew, by an
 * appeal say, and then the latest decision counts.
 */
export const newsOfDispute = (
  { amount, currency, id, payment_intent = null, status }: Dispute,
  { at, type }: Told
): ReversalNews | null => {
  if (payment_intent === null) return null
  const decided = decisionOf(status, type)
  return {
    intentId: payment_intent,
    kind: "dispute",
    providerRef: id,
    amountCents: amount,
    currency,
    progress: decided ?? (/^(?:warning_|prevented)/.test(status) ? progress.announced : progress.effective),
    decidedAt: decided === null ? 0 : at
  }
}

/** Where the funds are by what is said; `null` where it only says that the matter is under way. */
const decisionOf = (status: string, type: string): Progress | null => {
  if (type === "charge.dispute.funds_withdrawn") return progress.effective
  // A lost dispute gives back what a refund had given already, with this same event: it is lost all the same.
  if (status === "lost") return progress.effective
  // Funds come back for other reasons too, before anything is decided: only a dispute that is won undoes it.
  return status === "won" ? progress.undone : null
}

const refund = reading(Refund, reversing(newsOfRefund))
const dispute = reading(Dispute, reversing(newsOfDispute))

const handlers: Readonly<Record<string, Handler>> = {
  // Paid at once, or by a method that takes days: what is not paid yet only moves on.
  "checkout.session.completed": session("processing"),
  "checkout.session.async_payment_succeeded": session("processing"),
  "checkout.session.async_payment_failed": session("failed"),
  "checkout.session.expired": session("expired"),
  "payment_intent.processing": intent("processing"),
  "payment_intent.succeeded": intent("succeeded"),
  "payment_intent.payment_failed": intent("failed"),
  "payment_intent.canceled": intent("canceled"),
  "charge.refunded": charge,
  "charge.refund.updated": refund,
  "refund.created": refund,
  "refund.updated": refund,
  "refund.failed": refund,
  "charge.dispute.created": dispute,
  "charge.dispute.updated": dispute,
  "charge.dispute.closed": dispute,
  "charge.dispute.funds_withdrawn": dispute,
  "charge.dispute.funds_reinstated": dispute
}

const objectIdOf = (event: StripeEvent): string | null => {
  const { object } = event.data
  return typeof object === "object" && object !== null && "id" in object && typeof object.id === "string"
    ? object.id.slice(0, 255)
    : null
}

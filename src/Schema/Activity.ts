import * as Schema from "effect/Schema"
import { JsonObject, open, optional } from "./Open.js"

/** Every activity event type there is: a closed registry (contract §8). */
export const eventTypes = [
  "job.completed",
  "job.planned",
  "asset.created",
  "asset.uploaded",
  "usage.credit_consumed",
  "feedback.created",
  "feedback.github_queue.processed",
  "payment.checkout_session.created",
  "credits.payment_backed_granted",
  "credits.payment_backed_refunded",
  "credits.payment_backed_disputed",
  "credits.payment_backed_reinstated",
  "credits.payment_backed_reversal_pending",
  "credits.payment_backed_reversal_rejected"
] as const
/** An activity event type (contract §8). */
export type EventType = (typeof eventTypes)[number]

/** An entry of the activity ledger (contract §8). */
export const ActivityEvent = open({
  event_id: Schema.String,
  type: Schema.String,
  occurred_at: optional(Schema.String),
  summary: optional(Schema.String),
  operation: optional(Schema.NullOr(Schema.String)),
  subject: optional(Schema.NullOr(JsonObject)),
  links: optional(Schema.NullOr(JsonObject)),
  status: optional(Schema.NullOr(Schema.String)),
  cost: optional(Schema.NullOr(JsonObject)),
  details: optional(Schema.NullOr(JsonObject))
})
/** An entry of the activity ledger (contract §8). */
export type ActivityEvent = typeof ActivityEvent.Type

/** Answer of `activity list` (contract §6). */
export const ActivityAnswer = open({ events: Schema.Array(ActivityEvent), source: optional(Schema.String) })

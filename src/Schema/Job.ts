import * as Schema from "effect/Schema"
import { Asset } from "./Asset.js"
import { Cost } from "./Cost.js"
import { ToleratedError } from "./Envelope.js"
import { JsonObject, open, optional } from "./Open.js"

/** The states of a job (contract §8). */
export const jobStatuses = ["queued", "running", "completed", "failed", "canceled", "planned"] as const
/** A state of a job (contract §8). */
export type JobStatus = (typeof jobStatuses)[number]

/** The states in which a job stays. */
export const terminalStatuses: ReadonlySet<string> = new Set(["completed", "failed", "canceled", "planned"])

/** A job as its owner sees it: no prompt, no provider id, no storage key (contract §8). */
export const Job = open({
  job_id: Schema.String,
  operation: optional(Schema.String),
  status: Schema.String,
  outcome: optional(Schema.NullOr(Schema.String)),
  trace_id: optional(Schema.NullOr(Schema.String)),
  created_at: optional(Schema.NullOr(Schema.String)),
  updated_at: optional(Schema.NullOr(Schema.String)),
  completed_at: optional(Schema.NullOr(Schema.String)),
  capability: optional(Schema.NullOr(open({ id: Schema.String }))),
  cost: optional(Schema.NullOr(Cost)),
  safety: optional(Schema.NullOr(JsonObject)),
  assets: optional(Schema.Array(Asset)),
  plan_receipt: optional(Schema.NullOr(JsonObject)),
  error: optional(ToleratedError)
})
/** A job as its owner sees it (contract §8). */
export type Job = typeof Job.Type

/** Answer of `jobs show` and `jobs wait` (contract §4). */
export const JobAnswer = open({ job: Job })

import * as Schema from "effect/Schema"
import { finishesWork, readOnly } from "../Schema/Effects.js"
import { JobId } from "../Schema/Ids.js"
import { Job, JobAnswer, jobStatuses } from "../Schema/Job.js"
import { open, optional } from "../Schema/Open.js"
import { flag, local, service } from "./Operation.js"

const Reference = Schema.Struct({ job_id: JobId })

/** Shows a job; against the embedded service this also drives it on (contract §8, §9). */
export const jobsShow = service({
  id: "jobs.show",
  command: ["jobs", "show"],
  summary: "Show a job: status, cost, safety and assets",
  input: Reference,
  output: JobAnswer,
  codes: ["NOT_FOUND"],
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: ({ job_id }) => ["jobs", "show", job_id],
  wire: { method: "GET", path: "/v1/jobs/:job_id", request: Reference },
  grant: "read"
})

/** Waits for a job to end; `timeout_ms` is the whole wait, the interval 10 to 60,000 ms (contract §4). */
export const jobsWait = local({
  id: "jobs.wait",
  command: ["jobs", "wait"],
  summary: "Wait until a job completes, fails or is canceled",
  input: Schema.Struct({
    job_id: JobId,
    timeout_ms: optional(Schema.Int.pipe(Schema.between(1, 86_400_000))),
    poll_interval_ms: optional(Schema.Int.pipe(Schema.between(10, 60_000)))
  }),
  output: JobAnswer,
  codes: [
    "NOT_FOUND",
    "JOB_CANCELED",
    "PROVIDER_FAILURE",
    "PROVIDER_OUTCOME_UNKNOWN",
    "CONTENT_POLICY_DENIED",
    "ARTIFACT_STORAGE_WRITE_FAILED"
  ],
  auth: "required",
  // Its price was reserved when it was made; driving it may submit and debit it, once.
  effects: () => finishesWork,
  touches: () => [],
  argv: (input) => [
    "jobs",
    "wait",
    input.job_id,
    ...flag("timeout-ms", input.timeout_ms),
    ...flag("poll-interval-ms", input.poll_interval_ms)
  ]
})

/**
 * Cancels a job: nothing is debited, whatever the provider does; `provider_cancel` tells whether it agreed to stop. A job that
 * has ended stays as it is (contract §6, §7).
 */
export const jobsCancel = service({
  id: "jobs.cancel",
  command: ["jobs", "cancel"],
  summary: "Cancel a job: released if it was not submitted yet, never debited either way",
  input: Reference,
  output: open({
    job: Job,
    canceled: Schema.Boolean,
    provider_cancel: optional(Schema.NullOr(Schema.String))
  }),
  codes: ["NOT_FOUND"],
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: ({ job_id }) => ["jobs", "cancel", job_id],
  wire: { method: "POST", path: "/v1/jobs/:job_id/cancel", request: Reference },
  grant: "create"
})

const ListQuery = Schema.Struct({
  limit: optional(Schema.Int.pipe(Schema.between(1, 100))),
  cursor: optional(Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9_-]{1,200}$/))),
  status: optional(Schema.Literal(...jobStatuses))
})

/** Lists the organization's jobs, newest first (contract §6). */
export const jobsList = service({
  id: "jobs.list",
  command: ["jobs", "list"],
  summary: "List recent jobs, newest first",
  input: ListQuery,
  output: open({ jobs: Schema.Array(Job), next_cursor: optional(Schema.NullOr(Schema.String)) }),
  codes: [],
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: (input) => [
    "jobs",
    "list",
    ...flag("limit", input.limit),
    ...flag("cursor", input.cursor),
    ...flag("status", input.status)
  ],
  wire: { method: "GET", path: "/v1/jobs", request: ListQuery },
  grant: "read"
})

import * as Schema from "effect/Schema"
import { readOnly } from "../Schema/Effects.js"
import { JobId } from "../Schema/Ids.js"
import { JobAnswer } from "../Schema/Job.js"
import { optional } from "../Schema/Open.js"
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
  auth: () => "required",
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
  auth: () => "required",
  effects: () => readOnly,
  touches: () => [],
  argv: (input) => [
    "jobs",
    "wait",
    input.job_id,
    ...flag("timeout-ms", input.timeout_ms),
    ...flag("poll-interval-ms", input.poll_interval_ms)
  ]
})

import * as Schema from "effect/Schema"
import { liveCreate, readOnly, storesMedia } from "../Schema/Effects.js"
import { IdempotencyKey, JobId } from "../Schema/Ids.js"
import { Job, JobAnswer } from "../Schema/Job.js"
import { open, optional } from "../Schema/Open.js"
import { flag, local, service } from "./Operation.js"

/** An operation that an idempotency key can stand for. */
const KeyedOperation = Schema.Literal("create", "edit", "upload")

const KeyQuery = Schema.Struct({ key: IdempotencyKey, operation: optional(KeyedOperation) })

/** What became of an idempotency key: `unseen`, `released`, or its job's status (contract §6, §11). */
export const KeyAnswer = open({
  key: Schema.String,
  operation: optional(Schema.NullOr(Schema.String)),
  state: Schema.String,
  job_id: optional(Schema.NullOr(Schema.String)),
  outcome: optional(Schema.NullOr(Schema.String))
})

/** Tells what became of an idempotency key, and changes nothing (contract §6, §11). */
export const operationsShow = service({
  id: "operations.show",
  command: ["jobs", "recover"],
  summary: "Tell what became of an idempotency key",
  input: KeyQuery,
  output: KeyAnswer,
  codes: [],
  auth: () => "required",
  effects: () => readOnly,
  touches: () => [],
  argv: ({ key }) => ["jobs", "recover", key],
  wire: { method: "GET", path: "/v1/operations/:key", request: KeyQuery },
  grant: "read"
})

const ResumeRequest = Schema.Struct({
  job_id: JobId,
  wait_ms: optional(Schema.Int.pipe(Schema.between(0, 3_600_000)))
})

/** Finishes what a job left unfinished, without ever paying again (contract §6, §9). */
export const jobsResume = service({
  id: "jobs.resume",
  command: ["jobs", "recover"],
  summary: "Finish what a job left unfinished, without ever paying again",
  input: ResumeRequest,
  output: JobAnswer,
  codes: ["NOT_FOUND", "ARTIFACT_STORAGE_WRITE_FAILED", "PROVIDER_FAILURE"],
  auth: () => "required",
  // Its price was reserved when it was made; finishing may submit and debit it, once.
  effects: () => liveCreate,
  touches: () => [],
  argv: ({ job_id }) => ["jobs", "wait", job_id],
  wire: { method: "POST", path: "/v1/jobs/:job_id/resume", request: ResumeRequest },
  grant: "create"
})

/** Resolves an unresolved attempt by its key: asks what became of it, and resumes its job (contract §11). */
export const jobsRecover = local({
  id: "jobs.recover",
  command: ["jobs", "recover"],
  summary: "Resolve an attempt whose end is not known, by its idempotency key, without paying again",
  input: Schema.Struct({ key: IdempotencyKey, operation: optional(KeyedOperation) }),
  output: open({
    attempts: Schema.Array(
      open({ key: Schema.String, state: Schema.String, job: optional(Schema.NullOr(Job)) })
    )
  }),
  codes: ["NOT_FOUND", "ARTIFACT_STORAGE_WRITE_FAILED", "PROVIDER_FAILURE"],
  auth: () => "required",
  effects: () => ({ ...storesMedia, credit_debit: true, provider_call: true, no_spend: false }),
  touches: () => [],
  argv: (input) => ["jobs", "recover", input.key, ...flag("operation", input.operation)]
})

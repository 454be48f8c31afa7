import * as Schema from "effect/Schema"
import { finishesWork, liveCreate, readOnly } from "../Schema/Effects.js"
import { IntentDigest } from "../Schema/Create.js"
import { IdempotencyKey, JobId } from "../Schema/Ids.js"
import { Job, JobAnswer } from "../Schema/Job.js"
import { open, optional } from "../Schema/Open.js"
import { flag, local, operand, service, toggle } from "./Operation.js"

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
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: ({ key }) => ["jobs", "recover", key],
  wire: { method: "GET", path: "/v1/operations/:key", request: KeyQuery },
  grant: "read"
})

const AttemptsQuery = Schema.Struct({ intent: optional(IntentDigest) })

/** One attempt to create or edit, as its service knows it. */
export const ServiceAttempt = open({
  key: Schema.String,
  operation: Schema.String,
  /** The job's status, or `released`: nothing was spent, the key may be used anew. */
  state: Schema.String,
  job_id: Schema.String,
  outcome: optional(Schema.NullOr(Schema.String)),
  started_at: Schema.String,
  /** Whether somebody waits for its end in a live process. */
  waited_for: Schema.Boolean,
  /** Whether its end was told to somebody. */
  told: Schema.Boolean
})

/** Lists attempts: those whose end nobody was told, or those at one request; the newest first, at most 100 (contract §11). */
export const operationsList = service({
  id: "operations.list",
  command: ["jobs", "recover"],
  summary: "List the attempts whose end nobody was told",
  input: AttemptsQuery,
  output: open({ attempts: Schema.Array(ServiceAttempt) }),
  codes: [],
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: () => ["jobs", "recover", "--all"],
  wire: { method: "GET", path: "/v1/operations", request: AttemptsQuery },
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
  auth: "required",
  // Its price was reserved when it was made; finishing may submit and debit it, once.
  effects: () => liveCreate,
  touches: () => [],
  argv: ({ job_id }) => ["jobs", "wait", job_id],
  wire: { method: "POST", path: "/v1/jobs/:job_id/resume", request: ResumeRequest },
  grant: "create"
})

/** Resolves unresolved attempts, one by its key or all: asks what became of them, and resumes their jobs (contract §11). */
export const jobsRecover = local({
  id: "jobs.recover",
  command: ["jobs", "recover"],
  summary: "Resolve attempts whose end is not known, one by its idempotency key or all, without paying again",
  input: Schema.Struct({
    key: optional(IdempotencyKey),
    operation: optional(KeyedOperation),
    all: optional(Schema.Boolean)
  }),
  output: open({
    attempts: Schema.Array(
      open({
        key: Schema.String,
        state: Schema.String,
        resolved: Schema.Boolean,
        job: optional(Schema.NullOr(Job))
      })
    )
  }),
  codes: ["NOT_FOUND", "ARTIFACT_STORAGE_WRITE_FAILED", "PROVIDER_FAILURE"],
  auth: "required",
  effects: () => finishesWork,
  // Without a key, those that this machine has noted.
  touches: ({ key }) => (key === undefined ? ["files"] : []),
  argv: (input) => [
    "jobs",
    "recover",
    ...toggle("all", input.all),
    ...flag("operation", input.operation),
    ...(input.key === undefined ? [] : operand(input.key))
  ]
})

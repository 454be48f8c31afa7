import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ImageSkillError } from "../Errors.js"
import { jobsShow } from "../Operations/Jobs.js"
import { type jobsRecover, jobsResume, operationsShow } from "../Operations/Recovery.js"
import type { InputOf, OutputOf } from "../Operations/Operation.js"
import type { Attempt } from "../Schema/Attempt.js"
import { type Job, terminalStatuses } from "../Schema/Job.js"
import type { Answer } from "./Answer.js"
import { ApiClient } from "./ApiClient.js"
import { Attempts } from "./Attempts.js"
import { Deadlines, withRequestLimits } from "./Deadlines.js"
import { Invocation } from "./Invocation.js"
import { Target } from "./Target.js"

/** How long finishing what is unfinished may take at the embedded service by default, in milliseconds. */
const embeddedLimitMs = 600_000

/** What became of one attempt. */
type Recovered = {
  readonly key: string
  readonly operation: string | null
  readonly started_at: string | null
  readonly state: string
  /** Whether nothing is left to be done about it. */
  readonly resolved: boolean
  readonly job: Job | null
  readonly error?: { readonly code: string; readonly message: string; readonly retryable: boolean }
  readonly next_step?: string
}

interface Named {
  readonly key: string
  readonly operation?: "create" | "edit" | "upload" | undefined
  readonly noted: Attempt | null
}

/**
 * Finds out what became of attempts, and finishes what is unfinished without ever paying again: one by its key, or all that are
 * unresolved at this service (contract §11).
 */
export const recoverAttempts = Effect.fn("Recovering.recoverAttempts")(function* (
  input: InputOf<typeof jobsRecover>
) {
  const api = yield* ApiClient
  const attempts = yield* Attempts
  const { flags } = yield* Invocation
  const deadlines = yield* Deadlines
  const service = yield* (yield* Target).resolve
  const limit =
    flags.timeoutMs ??
    (service.kind === "embedded" ? embeddedLimitMs : Duration.toMillis(deadlines.createTotal))
  const end = (yield* Clock.currentTimeMillis) + limit

  const finish = (jobId: string) =>
    Effect.gen(function* () {
      const left = Math.max(1, end - (yield* Clock.currentTimeMillis))
      const wait = left < 120_000 ? { wait_ms: Math.max(0, Math.floor(left * 0.8)) } : {}
      return yield* withRequestLimits(api.call(jobsResume, { job_id: jobId, ...wait }), {
        total: left,
        firstByte: left
      })
    })

  const one = ({ key, noted, operation }: Named) =>
    Effect.gen(function* () {
      const found = yield* api
        .call(operationsShow, { key, ...(operation === undefined ? {} : { operation }) })
        .pipe(Effect.catchIf(isMissing, () => Effect.succeed(null)))
      const about = {
        key,
        operation: operation ?? noted?.operation ?? null,
        started_at: noted?.startedAt ?? null
      }
      // An older service does not know of keys, but of jobs.
      const jobId = found === null ? (noted?.jobId ?? null) : (found.data.job_id ?? null)
      const state = found?.data.state ?? "not_told"
      if (found === null && jobId === null) {
        return {
          ...about,
          state,
          resolved: false,
          job: null,
          next_step: `run the same command again with --idempotency-key ${key}`
        }
      }
      if (noted !== null && state === "unseen" && (yield* mayStillArrive(noted))) {
        return {
          ...about,
          state,
          resolved: false,
          job: null,
          next_step: "it may still be on its way; look again later"
        }
      }
      if (jobId === null || state === "released") {
        if (noted !== null) yield* attempts.resolve(noted, null, true)
        return {
          ...about,
          operation: found?.data.operation ?? about.operation,
          state,
          resolved: true,
          job: null
        }
      }
      const looked = yield* api.call(jobsShow, { job_id: jobId })
      const shown = terminalStatuses.has(looked.data.job.status) ? looked : yield* finish(jobId)
      const { job } = shown.data
      const resolved = terminalStatuses.has(job.status)
      if (noted !== null) yield* attempts.resolve(noted, job.job_id, resolved)
      return {
        ...about,
        operation: found?.data.operation ?? about.operation,
        state: job.status,
        resolved,
        job,
        ...(job.outcome === "unknown"
          ? { next_step: "what became of it is not known yet; look again later" }
          : {})
      }
    }) satisfies Effect.Effect<Recovered, ImageSkillError>

  // Of several, one that cannot be finished now does not keep the others waiting.
  const oneOfMany = (attempt: Attempt): Effect.Effect<Recovered, ImageSkillError> =>
    one({ key: attempt.key, operation: operationOf(attempt.operation), noted: attempt }).pipe(
      Effect.catchIf(
        ({ _tag, details }) => _tag !== "AuthRequired" && details?.["sent"] !== "no",
        (error) =>
          Effect.succeed({
            key: attempt.key,
            operation: attempt.operation,
            started_at: attempt.startedAt,
            state: attempt.phase,
            resolved: false,
            job: null,
            error: { code: error.code, message: error.reason, retryable: error.retryable }
          })
      )
    )

  const { key } = input
  const noted = yield* attempts.list("target")
  const recovered: ReadonlyArray<Recovered> =
    key === undefined
      ? yield* Effect.forEach(
          noted.filter(({ isWaitedFor }) => !isWaitedFor),
          oneOfMany
        )
      : [
          yield* one({
            key,
            operation: input.operation,
            noted:
              noted.find(
                (each) => each.key === key && (input.operation ?? each.operation) === each.operation
              ) ?? null
          })
        ]
  const open = recovered.filter(({ resolved }) => !resolved).length
  const data: OutputOf<typeof jobsRecover> = { attempts: recovered, unresolved: open }
  return {
    data,
    warnings: open === 0 ? [] : [`${open} of ${recovered.length} attempts could not be resolved yet`],
    actor: null,
    traceId: null,
    status: 200
  } satisfies Answer<OutputOf<typeof jobsRecover>>
})

/** How long a request may be on its way to a service, through whatever holds it up, in milliseconds. */
const onItsWayMs = 600_000

// What the service has not seen yet is not forgotten while it may still come: the same key pays once, another would pay again.
const mayStillArrive = ({ isWaitedFor, startedAt }: Attempt): Effect.Effect<boolean> =>
  Effect.map(Clock.currentTimeMillis, (now) => isWaitedFor || now - Date.parse(startedAt) < onItsWayMs)

const operationOf = (name: string) => (name === "create" || name === "edit" ? name : undefined)

const isMissing = (error: ImageSkillError): boolean =>
  error.code === "NOT_FOUND" || (error.details?.["status"] === 404 && error._tag === "ProviderFailure")

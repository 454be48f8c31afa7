import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { failure, type ImageSkillError } from "../../Errors.js"
import type { CreateResult } from "../../Schema/Create.js"
import type { JsonObject } from "../../Schema/Open.js"
import { Entropy, makeId } from "../../Services/Entropy.js"
import { Activity } from "../Storage/Activity.js"
import { Assets } from "../Storage/Assets.js"
import { Blobs } from "../Storage/Blobs.js"
import { Database } from "../Storage/Database.js"
import { type JobRow, Jobs, type NewJob } from "../Storage/Jobs.js"
import { Ledger } from "../Storage/Ledger.js"
import { Vault } from "../Storage/Vault.js"
import { Providers } from "../Providers/Provider.js"
import { AssetUrls } from "./AssetUrls.js"
import { Catalog } from "./Catalog/Catalog.js"
import { Crash } from "./Crash.js"
import { Driver } from "./Driver.js"
import { expire } from "./Ending.js"
import type { Identity } from "./Identity.js"
import { fromEnvelopeError, toEnvelopeError } from "./JobError.js"
import { type Planned, planRequest, type Request, type Terms, termsOf } from "./Planning.js"
import { Policy } from "./Policy.js"
import { costOfJob, presentAsset, presentJob, retryInDoubt } from "./Present.js"
import { SealedInput } from "./Restore.js"
import { leftBehind } from "./Steps.js"

/** An answer to create or edit: `running` means that the job goes on behind it (202). */
export interface Created {
  readonly data: CreateResult
  readonly warnings: ReadonlyArray<string>
  readonly running: boolean
}

/** How long a service holds a create open before it answers 202, in milliseconds (contract §6). */
export const defaultWaitMs = 120_000

/** Creates or edits: plan, reserve, drive, answer; a key that is known already gets its first end again (contract §7). */
export const perform = Effect.fn("Creation.perform")(function* (
  identity: Identity,
  request: Request,
  traceId: string
) {
  const driver = yield* Driver
  if (yield* driver.isFirst(identity.organizationId)) yield* Effect.ignore(expire(identity.organizationId))
  const key = request.idempotency_key ?? `auto-${yield* makeId("trace")}`
  const terms = yield* termsOf(identity, request)
  const known = yield* lookUp(identity, request, key, terms)
  const planned = known === null ? yield* planRequest(identity, request) : null
  if (planned !== null) yield* ensureRoom(planned, key)
  // A client that named its intent says itself when it was told; until then it is being told again.
  else if (request.intent_digest !== undefined) {
    yield* (yield* Jobs).awaited(identity.agentId, request.kind, key, driver.owner)
  }
  yield* Crash.point("request_planned", known?.id ?? "")
  // What is reserved is also begun, even if the caller is gone by then: no job waits for somebody who will not come.
  const { end, job, replayed } = yield* (
    planned === null
      ? Effect.succeed({ job: known as JobRow, replayed: true })
      : reserve(identity, request, planned, { key, terms, traceId, owner: driver.owner }).pipe(
          Effect.tap(({ job: reserved }) => Crash.point("reserved", reserved.id))
        )
  ).pipe(
    Effect.flatMap((begun) => Effect.map(driver.start(begun.job.id), (end) => ({ ...begun, end }))),
    Effect.uninterruptible
  )
  const jobs = yield* Jobs
  const answered = yield* end.pipe(
    Effect.catchAll((error) => Effect.flatMap(paused(error, job, key), Effect.fail)),
    Effect.timeoutOption(`${request.wait_ms ?? defaultWaitMs} millis`),
    Effect.map(Option.match({ onNone: () => null, onSome: (left) => left.report })),
    Effect.flatMap((report) => answer(job, { key, replayed, report, request })),
    // The caller learns the job's name before the service is gone.
    Effect.raceFirst(
      Effect.zipRight(
        driver.leaving,
        Effect.map(answer(job, { key, replayed, report: null, request }), (created) => ({
          ...created,
          warnings: [...created.warnings, "the service is shutting down; the job goes on when it is back"]
        }))
      )
    ),
    // However it came to an end, nobody waits any more; a caller that goes away was told nothing, and the job has not ended. A
    // client that named its intent has files to save first, and looks at the job once it has told its own caller (contract §11).
    Effect.onExit((exit) =>
      Exit.isSuccess(exit) && !exit.value.running && request.intent_digest !== undefined
        ? Effect.void
        : Effect.ignore(jobs.told(job.id))
    )
  )
  yield* Crash.point("answered", job.id)
  return answered
})

/** Room that one output may take on its way to becoming an asset, in bytes. */
const roomForOutput = 64 * 1024 * 1024

/** No result is bought that could not be stored: it would be lost with this process (contract §7). What costs nothing can be made again. */
const ensureRoom = ({ provider, quote }: Planned, key: string) =>
  Effect.gen(function* () {
    if (provider.resubmit === "safe") return
    const free = yield* Effect.flatMap(Blobs, ({ room }) => room)
    const needed = quote.outputs * roomForOutput
    if (free >= needed) return
    yield* Effect.fail(
      failure(
        "ARTIFACT_STORAGE_WRITE_FAILED",
        "the disk of the data folder has too little room for the result; nothing was submitted or reserved",
        {
          details: { cause: "enospc", free_bytes: free, needed_bytes: needed },
          recovery: {
            idempotency_key: key,
            retry: { policy: "same_key", key },
            next_step: "free some space, or set IMAGE_SKILL_DATA_DIR to a folder on another disk"
          }
        }
      )
    )
  })

/** Plans without spending; for a known caller the plan is kept as a job (contract §8). */
export const plan = Effect.fn("Creation.plan")(function* (
  identity: Identity | null,
  request: Request,
  traceId: string
) {
  const planned = yield* planRequest(identity, request)
  const receipt: JsonObject = {
    operation: request.kind,
    capability: { id: planned.capability },
    model_parameters: { accepted_keys: Object.keys(planned.plan.parameters) },
    output_count: planned.quote.outputs,
    credits_required: planned.quote.credits,
    provider_executed: false,
    credits_debited: 0
  }
  const job = identity === null ? null : yield* keepPlan(identity, request, planned, receipt, traceId)
  const data: CreateResult = {
    job_id: job?.id ?? null,
    status: "planned",
    capability: { id: planned.capability },
    assets: [],
    cost: planned.cost,
    request: { ...planned.receipt, dry_run: true },
    safety: { status: "not_evaluated" },
    quota: { consumed_credits: 0 },
    plan_receipt: receipt
  }
  return { data, warnings: planned.warnings, running: false } satisfies Created
})

const keepPlan = (
  identity: Identity,
  request: Request,
  planned: Planned,
  receipt: JsonObject,
  traceId: string
) =>
  Effect.gen(function* () {
    const { transaction } = yield* Database
    const jobs = yield* Jobs
    const activity = yield* Activity
    const job = yield* newJob(identity, request, planned, { key: null, traceId, status: "planned", receipt })
    yield* transaction(
      Effect.gen(function* () {
        yield* jobs.insert(job, null)
        yield* activity.record(identity.organizationId, {
          type: "job.planned",
          summary: `${request.kind} planned without spending`,
          operation: request.kind,
          subject: { type: "job", id: job.id },
          links: { job_id: job.id, asset_ids: [], usage_event_id: null },
          status: "planned",
          cost: planned.cost,
          details: { plan_receipt: receipt },
          traceId
        })
      })
    )
    return job
  })

const newJob = (
  identity: Identity,
  request: Request,
  planned: Planned,
  options: {
    readonly key: string | null
    readonly traceId: string
    readonly status: "queued" | "planned"
    readonly receipt?: JsonObject
    readonly owner?: string
  }
): Effect.Effect<NewJob, never, Entropy | Policy> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const { quote } = planned
    const { marginPercent } = yield* Policy
    return {
      id: yield* makeId("job"),
      organizationId: identity.organizationId,
      agentId: identity.agentId,
      operation: request.kind,
      status: options.status,
      traceId: options.traceId,
      key: options.key,
      modelId: planned.plan.model.id,
      capabilityId: planned.capability,
      record: {
        pricing: {
          credits_per_output: quote.creditsPerOutput,
          credits: quote.credits,
          provider_micro_usd: quote.providerCost,
          confidence: quote.confidence,
          margin_percent: marginPercent
        },
        output_count: quote.outputs,
        request: planned.receipt,
        cost: planned.cost,
        safety: options.status === "planned" ? { status: "not_evaluated" } : null,
        warnings: planned.warnings,
        ...(options.receipt === undefined ? {} : { plan_receipt: options.receipt })
      },
      day: new Date(now).toISOString().slice(0, 10),
      ...(options.owner === undefined ? {} : { owner: options.owner }),
      createdAt: now,
      completedAt: options.status === "planned" ? now : null
    }
  })

/** The job that a key already stands for; `null` when the key is free, or its attempt was released and may be tried anew. */
const lookUp = (
  identity: Identity,
  request: Request,
  key: string,
  terms: Terms
): Effect.Effect<JobRow | null, ImageSkillError, Jobs | Entropy> =>
  Effect.gen(function* () {
    const jobs = yield* Jobs
    const bound = yield* jobs.findKey(identity.agentId, request.kind, key)
    if (bound === null) return null
    if (!terms.includes(bound.terms)) {
      const fresh = `retry-${(yield* makeId("trace")).slice(6, 22)}`
      return yield* Effect.fail(
        failure("IDEMPOTENCY_CONFLICT", "this idempotency key belongs to a request with other terms", {
          details: { idempotency_key: key, job_id: bound.jobId },
          recovery: { idempotency_key: fresh, retry: { policy: "new_key", key: fresh } }
        })
      )
    }
    const job = yield* jobs.find(bound.jobId)
    return job === null || isReleased(job) ? null : job
  })

/** Whether an attempt ended without having cost anything, so that its key may be used anew. */
export const isReleased = (job: Pick<JobRow, "status" | "replayable">): boolean =>
  (job.status === "failed" || job.status === "canceled") && !job.replayable

/** Key, daily count, hold and job: all in one transaction, so that no two callers can share the last credit (contract §7). */
const reserve = (
  identity: Identity,
  request: Request,
  planned: Planned,
  attempt: { readonly key: string; readonly terms: Terms; readonly traceId: string; readonly owner: string }
): Effect.Effect<
  { readonly job: Pick<JobRow, "id">; readonly replayed: boolean },
  ImageSkillError,
  Database | Jobs | Ledger | Vault | Policy | Entropy
> =>
  Effect.gen(function* () {
    const { transaction } = yield* Database
    const jobs = yield* Jobs
    const ledger = yield* Ledger
    const vault = yield* Vault
    const policy = yield* Policy
    const job = yield* newJob(identity, request, planned, { ...attempt, status: "queued" })
    const { plan: work } = planned
    const input = yield* Effect.orDie(
      Schema.encode(SealedInput)({
        model_id: work.model.id,
        prompt: work.prompt,
        parameters: work.parameters,
        aspect_ratio: work.aspectRatio,
        output_count: work.outputCount,
        input_asset_id: work.input?.assetId ?? null,
        mask_asset_id: work.mask?.assetId ?? null,
        ...(work.references === undefined
          ? {}
          : {
              references: work.references.map((reference) => ({
                asset_id: reference.media.assetId,
                role: reference.role,
                index: reference.index,
                reference_index: reference.referenceIndex,
                task: reference.task
              }))
            })
      })
    )
    return yield* transaction(
      Effect.gen(function* () {
        // Somebody may have used the key since it was looked up.
        const meanwhile = yield* lookUp(identity, request, attempt.key, attempt.terms)
        if (meanwhile !== null) return { job: meanwhile, replayed: true }
        const used = yield* jobs.countDaily(identity.organizationId, job.day, 1)
        if (used > policy.dailyJobs) {
          return yield* Effect.fail(
            failure(
              "DAILY_JOB_LIMIT_REACHED",
              `the ${policy.dailyJobs} live jobs of this UTC day are used up`,
              {
                details: { limit: policy.dailyJobs, resets_at: nextDay(job.day) }
              }
            )
          )
        }
        yield* ledger.hold(identity.organizationId, job.id, planned.quote.credits)
        yield* jobs.insert(job, vault.seal(input))
        yield* jobs.bindKey(identity.agentId, request.kind, attempt.key, {
          terms: attempt.terms[0],
          jobId: job.id,
          intent: request.intent_digest === undefined ? null : vault.digest(request.intent_digest),
          askedBy: attempt.owner
        })
        yield* Crash.point("reserving", job.id)
        return { job, replayed: false }
      })
    )
  })

/** When the daily limit starts anew: the next UTC midnight, ISO 8601. */
export const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00.000Z`) + 86_400_000).toISOString()

/**
 * A job that cannot go on now: the caller must not create again, but go on with this job. Once it was submitted, the provider
 * may have been paid, so that no retry under another key is safe.
 */
const paused = (
  error: ImageSkillError,
  job: Pick<JobRow, "id">,
  key: string
): Effect.Effect<ImageSkillError, ImageSkillError, Jobs> =>
  Effect.gen(function* () {
    const jobs = yield* Jobs
    const begun = leftBehind(yield* jobs.checkpoints(job.id), "submit", "started") !== undefined
    const unstored = error.code === "ARTIFACT_STORAGE_WRITE_FAILED" && begun
    return fromEnvelopeError(
      {
        ...toEnvelopeError(error),
        recovery: {
          ...error.recovery,
          idempotency_key: key,
          suggested_command: `image-skill jobs wait ${job.id}`,
          retry: { policy: unstored ? "never" : "same_key", key }
        }
      },
      {
        job_id: job.id,
        ...(begun ? { outcome: "unknown" } : {}),
        ...(unstored ? { artifact_pending: true } : {})
      }
    )
  }).pipe(Effect.orElseSucceed(() => error))

/** The key for a new attempt after a job whose own is used up: always the same one, so that however often it is told, it is paid once. */
const keyAfter = (jobId: string): string => `retry-${jobId.slice(4, 20)}`

interface Ended {
  readonly key: string
  readonly replayed: boolean
  readonly report: JsonObject | null
  readonly request: Request
}

const answer = (
  job: Pick<JobRow, "id">,
  { key, replayed, report, request }: Ended
): Effect.Effect<Created, ImageSkillError, Jobs | Assets | AssetUrls | Ledger | Catalog | Providers> =>
  Effect.gen(function* () {
    const jobs = yield* Jobs
    const urls = yield* AssetUrls
    const ledger = yield* Ledger
    const row = yield* jobs.find(job.id)
    if (row === null) return yield* Effect.fail(failure("NOT_FOUND", "there is no such job"))
    const assets = yield* Effect.flatMap(Assets, (store) => store.ofJob(row.id))
    if (row.error !== null) {
      const unknown = row.outcome === "unknown"
      const isUsedUp = !unknown && row.replayable
      const goOn = isUsedUp ? keyAfter(row.id) : key
      return yield* Effect.fail(
        fromEnvelopeError(
          {
            ...row.error,
            recovery: {
              ...row.error.recovery,
              idempotency_key: goOn,
              retry: unknown ? retryInDoubt(row) : { policy: isUsedUp ? "new_key" : "same_key", key: goOn },
              ...(unknown ? { suggested_command: `image-skill jobs wait ${row.id}` } : {})
            }
          },
          {
            job: presentJob(urls, row, assets),
            ...(isUsedUp ? { idempotency_key: key } : {}),
            ...(unknown ? { outcome: "unknown" } : {}),
            ...(replayed ? { idempotent_replayed: true } : {})
          }
        )
      )
    }
    const { free, paid } = yield* ledger.balances(row.organizationId)
    const completed = row.status === "completed"
    const told = report ?? (completed ? yield* retell(row, request) : null)
    const data: CreateResult = {
      job_id: row.id,
      status: row.status,
      capability: row.capabilityId === null ? null : { id: row.capabilityId },
      assets: assets.map((asset) => presentAsset(urls, asset)),
      cost: costOfJob(row),
      request: row.record.request,
      safety: row.record.safety ?? { status: "pending" },
      quota: {
        consumed_credits: row.record.debited ?? 0,
        reserved_credits: completed ? 0 : (row.record.pricing?.credits ?? 0),
        remaining_credits: free + paid
      },
      idempotency_key: key,
      idempotent_replayed: replayed,
      ...(told === null ? {} : { render: told })
    }
    return {
      data,
      warnings: [
        ...(row.record.warnings ?? []),
        ...(completed ? deletedWarnings(row, assets.length) : []),
        ...reportWarnings(told)
      ],
      running: !completed
    }
  })

/** What the engine said of a job that another process drove, or an earlier request: told again to whoever brings its prompt. */
const retell = (
  row: JobRow,
  request: Request
): Effect.Effect<JsonObject | null, never, Catalog | Providers> =>
  Effect.gen(function* () {
    if (row.modelId === null) return null
    const { model } = yield* (yield* Catalog).find(row.modelId)
    const provider = (yield* Providers).providers.find(({ id }) => id === model.providerId)
    if (provider?.report === undefined) return null
    const ratio = row.record.request["aspect_ratio"]
    return provider.report({
      jobId: row.id,
      model,
      prompt: request.prompt ?? null,
      parameters: { ...model.defaults, ...request.model_parameters },
      aspectRatio: typeof ratio === "string" ? ratio : null,
      outputCount: row.record.output_count,
      input: null,
      mask: null
    })
  }).pipe(
    Effect.orElseSucceed(() => null),
    // The picture is there and paid for, whatever can be said of it.
    Effect.catchAllDefect(() => Effect.succeed(null))
  )

// Every job that completed stored something, also those of versions that kept no count.
const deletedWarnings = ({ record }: JobRow, left: number): ReadonlyArray<string> => {
  const gone = (record.delivered ?? 1) - left
  return gone <= 0
    ? []
    : [
        `${gone === 1 ? "an output was" : `${gone} outputs were`} deleted since and cannot be fetched any more`
      ]
}

const reportWarnings = (report: JsonObject | null): ReadonlyArray<string> => {
  const missed = report?.["not_depicted"]
  return Array.isArray(missed) && missed.length > 0 ? [`not depicted: ${missed.join(", ")}`] : []
}

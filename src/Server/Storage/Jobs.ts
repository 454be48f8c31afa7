import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ArtifactStorage } from "../../Errors.js"
import type { EnvelopeError } from "../../Schema/Envelope.js"
import type { JobStatus } from "../../Schema/Job.js"
import type { JsonObject } from "../../Schema/Open.js"
import { layerEffect } from "../../Stack.js"
import { Database, unsynced } from "./Database.js"

/** What a job keeps about itself beside its columns: nothing of the prompt (contract §8). */
export interface JobRecord {
  /** Credits reserved for each output, and for all of them. */
  readonly pricing: {
    readonly credits_per_output: number
    readonly credits: number
    /** The provider's estimate for one output; `null` when only the run can tell. */
    readonly provider_micro_usd: number | null
    readonly confidence: string
    /** The margin at the time of the reservation, by which a cost told later is turned into credits. */
    readonly margin_percent?: number
  } | null
  readonly output_count: number
  readonly request: JsonObject
  readonly cost: JsonObject | null
  readonly safety: JsonObject | null
  readonly plan_receipt?: JsonObject
  readonly usage_id?: string
  readonly warnings?: ReadonlyArray<string>
  /** Credits debited at the end; absent while they are held. */
  readonly debited?: number
  /** Outputs that were stored at the end, deleted since or not; absent in jobs of older versions. */
  readonly delivered?: number
}

/** A job as it is stored; times are milliseconds since 1970. */
export interface JobRow {
  readonly id: string
  readonly organizationId: string
  readonly agentId: string
  readonly operation: string
  readonly status: JobStatus
  readonly outcome: "unknown" | null
  readonly traceId: string
  readonly key: string | null
  readonly modelId: string | null
  readonly capabilityId: string | null
  readonly record: JobRecord
  readonly error: EnvelopeError | null
  /** Whether the same key gets this job's end again, or may try anew (contract §7). */
  readonly replayable: boolean
  /** The UTC day whose limit the job counts against. */
  readonly day: string
  readonly owner: string | null
  readonly epoch: number
  readonly leaseUntil: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly completedAt: number | null
}

/** A job about to be stored. */
export type NewJob = Omit<
  JobRow,
  "owner" | "epoch" | "leaseUntil" | "updatedAt" | "outcome" | "error" | "replayable"
> & {
  /** Who will drive it; naming it from the start keeps every other process away from a job that is about to begin. */
  readonly owner?: string
}

/** Who drives a job: every write of a step names both, and is refused when another has taken over. */
export interface Fence {
  readonly owner: string
  readonly epoch: number
}

/** What a step left behind. */
export interface Checkpoint {
  readonly step: string
  readonly state: "started" | "done"
  readonly output: unknown
}

/** An idempotency key and what it was used for. */
export interface KeyRow {
  readonly terms: string
  readonly jobId: string
  /** Keyed digest of the request as its caller typed it, if the caller told one (contract §11). */
  readonly intent?: string | null
  /** The process in which somebody waits for the end. */
  readonly askedBy?: string | null
}

/** A paid attempt as its key and its job tell it; times are milliseconds since 1970. */
export interface AttemptRow {
  readonly key: string
  readonly operation: string
  readonly jobId: string
  readonly status: JobStatus
  readonly outcome: "unknown" | null
  readonly replayable: boolean
  readonly askedBy: string | null
  readonly answeredAt: number | null
  readonly startedAt: number
}

/** How a job ends, or that it cannot be known. */
export interface Ending {
  readonly status: JobStatus
  readonly outcome?: "unknown" | null
  readonly record: JobRecord
  readonly error: EnvelopeError | null
  readonly replayable: boolean
}

/** Jobs, their sealed inputs, their checkpoints and their idempotency keys (contract §8, §9). */
export class Jobs extends Context.Tag("image-skill/Server/Jobs")<
  Jobs,
  {
    readonly insert: (job: NewJob, sealedInput: Uint8Array | null) => Effect.Effect<void, ArtifactStorage>
    readonly find: (id: string) => Effect.Effect<JobRow | null, ArtifactStorage>
    /** Takes a job over as it was seen; the new epoch, or `null` when somebody was faster. */
    readonly claim: (
      seen: JobRow,
      owner: string,
      leaseMs: number
    ) => Effect.Effect<Fence | null, ArtifactStorage>
    /** Lets go of a job so that anyone may go on with it. */
    readonly release: (id: string, fence: Fence) => Effect.Effect<void, ArtifactStorage>
    /** Writes a checkpoint; `false` when the fence no longer holds. */
    readonly checkpoint: (
      id: string,
      fence: Fence,
      checkpoint: Checkpoint
    ) => Effect.Effect<boolean, ArtifactStorage>
    readonly checkpoints: (id: string) => Effect.Effect<ReadonlyArray<Checkpoint>, ArtifactStorage>
    /** Ends a job, or marks its outcome unknown; `false` when the fence no longer holds. */
    readonly end: (id: string, fence: Fence, ending: Ending) => Effect.Effect<boolean, ArtifactStorage>
    /**
     * Ends a job as it was seen, whoever drives it, so that its driver can write nothing more; `false` when it has changed
     * hands or ended meanwhile. Its keys count as told: whoever ended it decided so, and nobody has a result to wait for.
     */
    readonly close: (seen: JobRow, ending: Ending) => Effect.Effect<boolean, ArtifactStorage>
    /** An organization's newest jobs, at most `limit`, after a position in the list. */
    readonly list: (
      organization: string,
      options: {
        readonly limit: number
        readonly status?: string | undefined
        readonly after?: { readonly createdAt: number; readonly id: string } | undefined
      }
    ) => Effect.Effect<ReadonlyArray<JobRow>, ArtifactStorage>
    /** Jobs that have not ended and were made before a time, oldest first; of one organization or of all. */
    readonly openSince: (
      before: number,
      organization: string | null
    ) => Effect.Effect<ReadonlyArray<JobRow>, ArtifactStorage>
    readonly sealedInput: (id: string) => Effect.Effect<Uint8Array | null, ArtifactStorage>
    readonly dropInput: (id: string) => Effect.Effect<void, ArtifactStorage>
    readonly findKey: (
      agent: string,
      operation: string,
      key: string
    ) => Effect.Effect<KeyRow | null, ArtifactStorage>
    /** Every operation for which an agent has used a key. */
    readonly findKeys: (
      agent: string,
      key: string
    ) => Effect.Effect<ReadonlyArray<KeyRow & { readonly operation: string }>, ArtifactStorage>
    /** Binds a key to a job, replacing a binding that was released. */
    readonly bindKey: (
      agent: string,
      operation: string,
      key: string,
      row: KeyRow
    ) => Effect.Effect<void, ArtifactStorage>
    /**
     * An agent's attempts to create or edit, newest first, at most 100: those made for a request, or every one whose end nobody
     * was told or nobody knows.
     */
    readonly attempts: (
      agent: string,
      intent: string | null
    ) => Effect.Effect<ReadonlyArray<AttemptRow>, ArtifactStorage>
    /** Notes that somebody waits for a key's end in a process, whether or not it was told before. */
    readonly awaited: (
      agent: string,
      operation: string,
      key: string,
      askedBy: string
    ) => Effect.Effect<void, ArtifactStorage>
    /** Notes that nobody waits for a job's keys any more, and, once the job has ended, that somebody was told how. */
    readonly told: (jobId: string) => Effect.Effect<void, ArtifactStorage>
    /** Counts a live job of a day; the number used with it. */
    readonly countDaily: (
      organization: string,
      day: string,
      change: 1 | -1
    ) => Effect.Effect<number, ArtifactStorage>
    readonly dailyUsed: (organization: string, day: string) => Effect.Effect<number, ArtifactStorage>
  }
>() {
  /** In the database. */
  static readonly layer = layerEffect(
    Jobs,
    Effect.gen(function* () {
      const { run, sql } = yield* Database
      const changed = (rows: ReadonlyArray<unknown>): boolean => rows.length > 0

      return {
        insert: (job, sealedInput) =>
          Effect.gen(function* () {
            yield* run(sql`INSERT INTO jobs (id, organization_id, agent_id, operation, status, trace_id, idempotency_key,
                model_id, capability_id, record, day, owner, created_at, updated_at, completed_at)
              VALUES (${job.id}, ${job.organizationId}, ${job.agentId}, ${job.operation}, ${job.status}, ${job.traceId},
                ${job.key}, ${job.modelId}, ${job.capabilityId}, ${JSON.stringify(job.record)}, ${job.day},
                ${job.owner ?? null}, ${job.createdAt}, ${job.createdAt}, ${job.completedAt})`)
            if (sealedInput !== null) {
              yield* run(sql`INSERT INTO job_inputs (job_id, sealed) VALUES (${job.id}, ${sealedInput})`)
            }
          }),
        find: (id) =>
          run(sql<RawJob>`SELECT * FROM jobs WHERE id = ${id}`).pipe(
            Effect.map(([row]) => (row === undefined ? null : fromRaw(row)))
          ),
        claim: (seen, owner, leaseMs) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            // What follows from it is written behind it, and waits for both.
            const rows = yield* unsynced(
              run(sql<{ epoch: number }>`UPDATE jobs
              SET owner = ${owner}, epoch = epoch + 1, lease_until = ${now + leaseMs}, updated_at = ${now},
                status = 'running'
              WHERE id = ${seen.id} AND epoch = ${seen.epoch} AND status IN ('queued', 'running')
              RETURNING epoch`)
            )
            const [row] = rows
            return row === undefined ? null : { owner, epoch: row.epoch }
          }),
        release: (id, fence) =>
          Effect.asVoid(
            unsynced(
              run(sql`UPDATE jobs SET owner = NULL, lease_until = 0
              WHERE id = ${id} AND owner = ${fence.owner} AND epoch = ${fence.epoch}`)
            )
          ),
        checkpoint: (id, fence, { output, state, step }) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const text = output === undefined ? null : JSON.stringify(output)
            return changed(
              yield* run(sql`INSERT INTO checkpoints (job_id, step, state, epoch, output, written_at)
                SELECT id, ${step}, ${state}, epoch, ${text}, ${now} FROM jobs
                WHERE id = ${id} AND owner = ${fence.owner} AND epoch = ${fence.epoch} AND status = 'running'
                ON CONFLICT (job_id, step, state) DO UPDATE
                SET epoch = excluded.epoch, output = excluded.output, written_at = excluded.written_at
                RETURNING step`)
            )
          }),
        checkpoints: (id) =>
          run(sql<{
            step: string
            state: "started" | "done"
            output: string | null
          }>`SELECT step, state, output
            FROM checkpoints WHERE job_id = ${id}`).pipe(
            Effect.map((rows) =>
              rows.map((row) => ({
                ...row,
                output: row.output === null ? undefined : (JSON.parse(row.output) as unknown)
              }))
            )
          ),
        end: (id, fence, ending) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const over = ending.status !== "running"
            return changed(
              yield* run(sql`UPDATE jobs SET status = ${ending.status}, outcome = ${ending.outcome ?? null},
                  record = ${JSON.stringify(ending.record)},
                  error = ${ending.error === null ? null : JSON.stringify(ending.error)},
                  replayable = ${ending.replayable ? 1 : 0}, updated_at = ${now},
                  completed_at = ${over ? now : null}, owner = NULL, lease_until = 0
                WHERE id = ${id} AND owner = ${fence.owner} AND epoch = ${fence.epoch} AND status = 'running'
                RETURNING id`)
            )
          }),
        close: (seen, ending) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const closed = changed(
              yield* run(sql`UPDATE jobs SET status = ${ending.status}, outcome = ${ending.outcome ?? null},
                  record = ${JSON.stringify(ending.record)},
                  error = ${ending.error === null ? null : JSON.stringify(ending.error)},
                  replayable = ${ending.replayable ? 1 : 0}, updated_at = ${now}, completed_at = ${now},
                  epoch = epoch + 1, owner = NULL, lease_until = 0
                WHERE id = ${seen.id} AND epoch = ${seen.epoch} AND status IN ('queued', 'running')
                RETURNING id`)
            )
            if (closed) {
              yield* run(sql`UPDATE idempotency_keys SET asked_by = NULL, answered_at = ${now}
                WHERE job_id = ${seen.id} AND answered_at IS NULL`)
            }
            return closed
          }),
        list: (organization, { after, limit, status }) =>
          run(
            sql<RawJob>`SELECT * FROM jobs WHERE ${sql.and([
              sql`organization_id = ${organization}`,
              ...(status === undefined ? [] : [sql`status = ${status}`]),
              ...(after === undefined ? [] : [sql`(created_at, id) < (${after.createdAt}, ${after.id})`])
            ])} ORDER BY created_at DESC, id DESC LIMIT ${limit}`
          ).pipe(Effect.map((rows) => rows.map(fromRaw))),
        openSince: (before, organization) =>
          run(
            sql<RawJob>`SELECT * FROM jobs WHERE ${sql.and([
              sql`status IN ('queued', 'running') AND created_at < ${before}`,
              ...(organization === null ? [] : [sql`organization_id = ${organization}`])
            ])} ORDER BY created_at, id`
          ).pipe(Effect.map((rows) => rows.map(fromRaw))),
        sealedInput: (id) =>
          run(sql<{ sealed: Uint8Array }>`SELECT sealed FROM job_inputs WHERE job_id = ${id}`).pipe(
            Effect.map(([row]) => row?.sealed ?? null)
          ),
        dropInput: (id) => Effect.asVoid(run(sql`DELETE FROM job_inputs WHERE job_id = ${id}`)),
        findKey: (agent, operation, key) =>
          run(sql<{ terms: string; job_id: string }>`SELECT terms, job_id FROM idempotency_keys
            WHERE agent_id = ${agent} AND operation = ${operation} AND idempotency_key = ${key}`).pipe(
            Effect.map(([row]) => (row === undefined ? null : { terms: row.terms, jobId: row.job_id }))
          ),
        findKeys: (agent, key) =>
          run(sql<{ operation: string; terms: string; job_id: string }>`SELECT operation, terms, job_id
            FROM idempotency_keys WHERE agent_id = ${agent} AND idempotency_key = ${key} ORDER BY operation`).pipe(
            Effect.map((rows) =>
              rows.map(({ job_id, operation, terms }) => ({ operation, terms, jobId: job_id }))
            )
          ),
        bindKey: (agent, operation, key, { askedBy = null, intent = null, jobId, terms }) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            yield* run(sql`INSERT INTO idempotency_keys
                (agent_id, operation, idempotency_key, terms, job_id, created_at, intent, asked_by)
              VALUES (${agent}, ${operation}, ${key}, ${terms}, ${jobId}, ${now}, ${intent}, ${askedBy})
              ON CONFLICT (agent_id, operation, idempotency_key) DO UPDATE
              SET terms = excluded.terms, job_id = excluded.job_id, intent = excluded.intent,
                asked_by = excluded.asked_by, answered_at = NULL`)
          }),
        attempts: (agent, intent) =>
          run(
            sql<RawAttempt>`SELECT k.idempotency_key, k.operation, k.job_id, j.status, j.outcome, j.replayable, k.asked_by,
                k.answered_at, k.created_at
              FROM idempotency_keys k JOIN jobs j ON j.id = k.job_id
              WHERE ${sql.and([
                sql`k.agent_id = ${agent}`,
                intent === null
                  ? sql`k.answered_at IS NULL AND k.operation <> 'upload'`
                  : sql`k.intent = ${intent}`
              ])} ORDER BY k.created_at DESC, k.idempotency_key LIMIT 100`
          ).pipe(
            Effect.map((rows) =>
              rows.map((row) => ({
                key: row.idempotency_key,
                operation: row.operation,
                jobId: row.job_id,
                status: row.status,
                outcome: row.outcome,
                replayable: row.replayable === 1,
                askedBy: row.asked_by,
                answeredAt: row.answered_at,
                startedAt: row.created_at
              }))
            )
          ),
        awaited: (agent, operation, key, askedBy) =>
          Effect.asVoid(
            run(sql`UPDATE idempotency_keys SET asked_by = ${askedBy}, answered_at = NULL
              WHERE agent_id = ${agent} AND operation = ${operation} AND idempotency_key = ${key}`)
          ),
        told: (jobId) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const open = yield* run(
              sql`SELECT 1 FROM idempotency_keys WHERE job_id = ${jobId} AND answered_at IS NULL LIMIT 1`
            )
            // Looking at a job again and again writes nothing.
            if (open.length === 0) return
            // A machine that loses it with its power takes the result for untold, and shows it once more.
            yield* unsynced(
              run(sql`UPDATE idempotency_keys SET asked_by = NULL, answered_at =
                (SELECT CASE WHEN status IN ('queued', 'running') THEN NULL ELSE ${now} END FROM jobs WHERE id = ${jobId})
              WHERE job_id = ${jobId} AND answered_at IS NULL`)
            )
          }),
        countDaily: (organization, day, change) =>
          run(sql<{ used: number }>`INSERT INTO daily_jobs (organization_id, day, used)
            VALUES (${organization}, ${day}, ${change === 1 ? 1 : 0})
            ON CONFLICT (organization_id, day) DO UPDATE SET used = max(0, daily_jobs.used + ${change})
            RETURNING used`).pipe(Effect.map(([row]) => row?.used ?? 0)),
        dailyUsed: (organization, day) =>
          run(sql<{ used: number }>`SELECT used FROM daily_jobs
            WHERE organization_id = ${organization} AND day = ${day}`).pipe(
            Effect.map(([row]) => row?.used ?? 0)
          )
      }
    })
  )
}

interface RawAttempt {
  readonly idempotency_key: string
  readonly operation: string
  readonly job_id: string
  readonly status: JobStatus
  readonly outcome: "unknown" | null
  readonly replayable: number
  readonly asked_by: string | null
  readonly answered_at: number | null
  readonly created_at: number
}

interface RawJob {
  readonly id: string
  readonly organization_id: string
  readonly agent_id: string
  readonly operation: string
  readonly status: JobStatus
  readonly outcome: "unknown" | null
  readonly trace_id: string
  readonly idempotency_key: string | null
  readonly model_id: string | null
  readonly capability_id: string | null
  readonly record: string
  readonly error: string | null
  readonly replayable: number
  readonly day: string
  readonly owner: string | null
  readonly epoch: number
  readonly lease_until: number
  readonly created_at: number
  readonly updated_at: number
  readonly completed_at: number | null
}

const fromRaw = (row: RawJob): JobRow => ({
  id: row.id,
  organizationId: row.organization_id,
  agentId: row.agent_id,
  operation: row.operation,
  status: row.status,
  outcome: row.outcome,
  traceId: row.trace_id,
  key: row.idempotency_key,
  modelId: row.model_id,
  capabilityId: row.capability_id,
  record: JSON.parse(row.record) as JobRecord,
  error: row.error === null ? null : (JSON.parse(row.error) as EnvelopeError),
  replayable: row.replayable === 1,
  day: row.day,
  owner: row.owner,
  epoch: row.epoch,
  leaseUntil: row.lease_until,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  completedAt: row.completed_at
})

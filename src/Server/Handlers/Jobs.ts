import * as Effect from "effect/Effect"
import { failure } from "../../Errors.js"
import type { jobsCancel, jobsList } from "../../Operations/Jobs.js"
import type { jobsResume, operationsList, operationsShow } from "../../Operations/Recovery.js"
import { terminalStatuses } from "../../Schema/Job.js"
import { AssetUrls } from "../Domain/AssetUrls.js"
import { defaultWaitMs, isReleased } from "../Domain/Creation.js"
import { Driver } from "../Domain/Driver.js"
import { cancel } from "../Domain/Ending.js"
import { presentJob } from "../Domain/Present.js"
import { Assets } from "../Storage/Assets.js"
import { type JobRow, Jobs } from "../Storage/Jobs.js"
import { Vault } from "../Storage/Vault.js"
import { type Caller, type Handler, identityOf } from "./Handler.js"

/** A job of the caller's own organization; any other is not there. */
const mine = (caller: Caller, jobId: string) =>
  Effect.gen(function* () {
    const identity = yield* identityOf(caller)
    const job = yield* (yield* Jobs).find(jobId)
    return job === null || job.organizationId !== identity.organizationId
      ? yield* Effect.fail(failure("NOT_FOUND", "there is no such job"))
      : job
  })

const present = (job: JobRow) =>
  Effect.gen(function* () {
    const assets = yield* (yield* Assets).ofJob(job.id)
    return presentJob(yield* AssetUrls, job, assets)
  })

export const cancelJob: Handler<typeof jobsCancel> = ({ job_id }, caller) =>
  Effect.gen(function* () {
    yield* mine(caller, job_id)
    const { canceled, job, stopped } = yield* cancel(job_id)
    return {
      data: { job: yield* present(job), canceled, provider_cancel: stopped },
      warnings: !canceled
        ? [`the job had ended before (${job.status}) and stays as it is`]
        : stopped === "agreed" || stopped === "not_submitted"
          ? []
          : ["the provider was not stopped: it may finish and bill its account, and its result is not kept"]
    }
  })

export const resumeJob: Handler<typeof jobsResume> = ({ job_id, wait_ms = defaultWaitMs }, caller) =>
  Effect.gen(function* () {
    const seen = yield* mine(caller, job_id)
    if (!terminalStatuses.has(seen.status)) {
      const driver = yield* Driver
      yield* driver
        .resume(job_id)
        .pipe(Effect.timeoutOption(`${wait_ms} millis`), Effect.raceFirst(driver.leaving))
    }
    const job = yield* mine(caller, job_id)
    yield* Effect.flatMap(Jobs, (jobs) => Effect.ignore(jobs.told(job_id)))
    return {
      data: { job: yield* present(job) },
      status: terminalStatuses.has(job.status) ? 200 : 202
    }
  })

const listLimit = 20

export const listJobs: Handler<typeof jobsList> = ({ cursor, limit = listLimit, status }, caller) =>
  Effect.gen(function* () {
    const identity = yield* identityOf(caller)
    const after = cursor === undefined ? undefined : positionOf(cursor)
    if (after === null) {
      return yield* Effect.fail(
        failure("INVALID_ARGUMENTS", "the cursor is not one that a list answered", {
          details: { path: "cursor" }
        })
      )
    }
    const rows = yield* (yield* Jobs).list(identity.organizationId, { limit: limit + 1, status, after })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      data: {
        jobs: yield* Effect.forEach(page, present),
        next_cursor: rows.length > limit && last !== undefined ? cursorOf(last) : null
      }
    }
  })

// Where a list stopped: rows that come later do not move it.
const cursorOf = (job: JobRow): string =>
  Buffer.from(`${job.createdAt}.${job.id}`, "utf8").toString("base64url")

const positionOf = (cursor: string): { readonly createdAt: number; readonly id: string } | null => {
  const match = /^(\d{1,15})\.(job_[A-Za-z0-9_-]{1,120})$/.exec(
    Buffer.from(cursor, "base64url").toString("utf8")
  )
  return match === null ? null : { createdAt: Number(match[1]), id: match[2] ?? "" }
}

// What costs money comes first, where a key was used for more than one operation.
const byCost = ["create", "edit", "upload"]

export const showOperation: Handler<typeof operationsShow> = ({ key, operation }, caller) =>
  Effect.gen(function* () {
    const identity = yield* identityOf(caller)
    const jobs = yield* Jobs
    const bound = (yield* jobs.findKeys(identity.agentId, key))
      .filter((row) => operation === undefined || row.operation === operation)
      .sort((left, right) => byCost.indexOf(left.operation) - byCost.indexOf(right.operation))
    const [row] = bound
    const job = row === undefined ? null : yield* jobs.find(row.jobId)
    if (row === undefined || job === null) {
      return { data: { key, operation: operation ?? null, state: "unseen", job_id: null, outcome: null } }
    }
    return {
      data: {
        key,
        operation: row.operation,
        state: isReleased(job) ? "released" : job.status,
        job_id: job.id,
        outcome: job.outcome
      }
    }
  })

export const listOperations: Handler<typeof operationsList> = ({ intent }, caller) =>
  Effect.gen(function* () {
    const identity = yield* identityOf(caller)
    const jobs = yield* Jobs
    const vault = yield* Vault
    const driver = yield* Driver
    const rows = yield* jobs.attempts(identity.agentId, intent === undefined ? null : vault.digest(intent))
    const attempts = yield* Effect.forEach(rows, (row) =>
      Effect.map(
        row.askedBy === null ? Effect.succeed(false) : driver.isAlive(row.askedBy),
        (waited_for) => ({
          key: row.key,
          operation: row.operation,
          state: isReleased(row) ? "released" : row.status,
          job_id: row.jobId,
          outcome: row.outcome,
          started_at: new Date(row.startedAt).toISOString(),
          waited_for,
          told: row.answeredAt !== null
        })
      )
    )
    return { data: { attempts } }
  })

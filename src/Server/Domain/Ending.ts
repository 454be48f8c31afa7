import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../Errors.js"
import { terminalStatuses } from "../../Schema/Job.js"
import { Credits } from "../../Schema/Money.js"
import { Database } from "../Storage/Database.js"
import { type JobRow, Jobs } from "../Storage/Jobs.js"
import { Ledger, type Resolution } from "../Storage/Ledger.js"
import { type Stopped, stopProvider } from "./Abandon.js"
import { Driver } from "./Driver.js"
import { toEnvelopeError } from "./JobError.js"
import { restore } from "./Restore.js"
import { announceEnd, estimateOf, type SettlingServices } from "./Settling.js"
import { leftBehind } from "./Steps.js"

/** How long an outcome may stay unknown before its hold is given back, in milliseconds (contract §8). */
export const unknownLimitMs = 24 * 3_600_000

/** How a job is ended from outside: its states before and after a submission, and what becomes of the hold. */
interface Verdict {
  /** The failure of a job whose submission was never announced, so that nothing can have been spent. */
  readonly unsubmitted: ImageSkillError
  /** The failure of a job that may have been submitted. */
  readonly submitted: ImageSkillError
  readonly resolution: Exclude<Resolution, "posted">
  /** Whether the provider's cost is the service's loss. */
  readonly lost: boolean
}

/** Ends an open job by a verdict, in one transaction; `false` when it changed hands or ended meanwhile. */
const close = (seen: JobRow, verdict: Verdict) =>
  Effect.gen(function* () {
    const { transaction } = yield* Database
    const jobs = yield* Jobs
    const ledger = yield* Ledger
    return yield* transaction(
      Effect.gen(function* () {
        // Announced in a transaction of its own before anything is sent: either we come first and fence it out, or we see it.
        const begun = leftBehind(yield* jobs.checkpoints(seen.id), "submit", "started") !== undefined
        const error = begun ? verdict.submitted : verdict.unsubmitted
        const status = error.code === "JOB_CANCELED" ? "canceled" : "failed"
        const closed = yield* jobs.close(seen, {
          status,
          record: { ...seen.record, debited: 0, safety: seen.record.safety ?? { status: "not_evaluated" } },
          error: toEnvelopeError(error),
          replayable: begun
        })
        if (!closed) return false
        yield* ledger.resolve(seen.id, begun ? verdict.resolution : "voided", Credits.make(0))
        if (begun) {
          yield* ledger.writeOff(seen.id, {
            credits: 0,
            providerCost: verdict.lost ? estimateOf(seen.record) : null,
            reason: error.code
          })
        } else {
          yield* jobs.countDaily(seen.organizationId, seen.day, -1)
        }
        yield* announceEnd(seen, status, { error_code: error.code, submitted: begun })
        yield* jobs.dropInput(seen.id)
        return true
      })
    )
  })

/**
 * Cancels a job: one that was not submitted is released; of any other the provider may finish and be paid, but its result is
 * not kept and the caller is never debited; once that is decided it is asked to stop. A job that has ended stays as it is.
 */
export const cancel = Effect.fn("Ending.cancel")(function* (jobId: string) {
  const jobs = yield* Jobs
  const driver = yield* Driver
  const canceled: Verdict = {
    unsubmitted: failure("JOB_CANCELED", "the job was canceled before it was submitted; nothing was debited"),
    submitted: failure(
      "JOB_CANCELED",
      "the job was canceled after it was submitted; nothing was debited and its result is not kept"
    ),
    resolution: "voided",
    lost: true
  }
  while (true) {
    const seen = yield* jobs.find(jobId)
    if (seen === null) return yield* Effect.fail(failure("NOT_FOUND", "there is no such job"))
    if (terminalStatuses.has(seen.status)) return { job: seen, canceled: false, stopped: null }
    // Read first, because a job that has ended keeps nothing of what was asked of it.
    const work = yield* Effect.orElseSucceed(restore(seen, true), () => null)
    if (!(yield* close(seen, canceled))) continue
    yield* driver.halt(jobId)
    const stopped: Stopped | null = yield* stopProvider(jobId, work)
    return { job: yield* found(jobId), canceled: true, stopped }
  }
})

const found = (jobId: string) =>
  Effect.flatMap(Jobs, (jobs) =>
    Effect.flatMap(jobs.find(jobId), (job) =>
      job === null ? Effect.fail(failure("NOT_FOUND", "there is no such job")) : Effect.succeed(job)
    )
  )

/**
 * Decides, as the operator, what became of a job whose outcome is unknown. Either way it ends failed and its hold is given
 * back; if the provider was paid, its cost is written off (contract §8).
 */
export const decide = Effect.fn("Ending.decide")(function* (jobId: string, verdict: "paid" | "not_paid") {
  const seen = yield* found(jobId)
  if (terminalStatuses.has(seen.status) || seen.outcome !== "unknown") {
    return yield* Effect.fail(
      failure("INVALID_ARGUMENTS", "only a job whose outcome is unknown can be decided", {
        details: { job_id: jobId, status: seen.status }
      })
    )
  }
  const error = failure(
    "PROVIDER_OUTCOME_UNKNOWN",
    verdict === "paid"
      ? "the operator found that the provider was paid; nothing was debited and the cost was written off"
      : "the operator found that the provider was not paid; nothing was debited"
  )
  yield* close(seen, {
    unsubmitted: error,
    submitted: error,
    resolution: "voided",
    lost: verdict === "paid"
  })
  return yield* found(jobId)
})

// Looking into a doubtful job once more must not hold up whoever happened to open the folder.
const lookMs = 3_000

/**
 * Ends what has been open for longer than 24 hours: a job that was never submitted is released; one that was is looked into
 * once more, and then ends failed with its hold expired and its cost written off. Jobs that a live process drives are left
 * alone. Answers how many ended; cheap when there are none (contract §8).
 */
export const expire = Effect.fn("Ending.expire")(function* (organization: string | null) {
  const now = yield* Clock.currentTimeMillis
  const jobs = yield* Jobs
  const driver = yield* Driver
  let closed = 0
  for (const old of yield* jobs.openSince(now - unknownLimitMs, organization)) {
    const begun = leftBehind(yield* jobs.checkpoints(old.id), "submit", "started") !== undefined
    // Never submitting what is a day old, only asking what became of it.
    if (begun) {
      yield* driver.resume(old.id).pipe(Effect.timeoutOption(lookMs), Effect.ignore)
      const after = yield* jobs.find(old.id)
      if (after === null || terminalStatuses.has(after.status)) continue
      // Somebody is at work on it, here or elsewhere.
      if (after.outcome !== "unknown" && after.owner !== null) continue
    }
    const seen = begun ? yield* jobs.find(old.id) : old
    if (seen !== null && (yield* close(seen, expired()))) closed += 1
  }
  return closed
})

const expired = (): Verdict => ({
  unsubmitted: failure(
    "JOB_CANCELED",
    "the job was not submitted within 24 hours; it was released and nothing was debited"
  ),
  submitted: failure(
    "PROVIDER_OUTCOME_UNKNOWN",
    "what became of the job was not known within 24 hours; nothing was debited and the cost was written off"
  ),
  resolution: "expired",
  lost: true
})

/** The rooms in which jobs are ended from outside. */
export type EndingServices = SettlingServices | Driver

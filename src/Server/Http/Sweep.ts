import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { Driver } from "../Domain/Driver.js"
import { expire } from "../Domain/Ending.js"
import { collectReversals } from "../Domain/Payments/Reversing.js"
import { type Entropy, makeId } from "../../Services/Entropy.js"
import { Blobs } from "../Storage/Blobs.js"
import type { Database } from "../Storage/Database.js"
import { openWork } from "../Storage/OpenWork.js"
import { OwnerLock } from "../Storage/OwnerLock.js"
import { Removals } from "../Storage/Removals.js"
import type { Log } from "./Log.js"

const everyMs = 5_000
const atOnce = 4
const glance = "20 millis"
const abandonedMs = 60 * 60 * 1000

/** Goes on with the jobs that nobody drives, and tidies up, as long as the service lives (contract §9). */
export const sweep = (
  log: Log
): Effect.Effect<
  never,
  never,
  | Driver
  | Database
  | Blobs
  | Entropy
  | OwnerLock
  | Removals
  | Effect.Effect.Context<ReturnType<typeof expire>>
  | Effect.Effect.Context<ReturnType<typeof collectReversals>>
> =>
  Effect.gen(function* () {
    const driver = yield* Driver
    const jobs = yield* openWork(100)
    if (jobs.length > 0) log("debug", "sweep", { open_jobs: jobs.length })
    yield* Effect.forEach(
      jobs,
      (job) =>
        // Started, not waited for: the driver goes on with it, and one long job must not hold up the others.
        driver.drive(job).pipe(
          Effect.timeoutOption(glance),
          Effect.catchAll((error) => Effect.sync(() => log("warn", "job_paused", { job, code: error.code })))
        ),
      { concurrency: atOnce, discard: true }
    )
    const ended = yield* expire(null)
    if (ended > 0) log("info", "expired", { jobs: ended })
    // What a refund could not take back, because jobs held it, is there once they have let go.
    yield* collectReversals(null, yield* makeId("trace"))
    yield* (yield* OwnerLock).sweep
    yield* (yield* Blobs).sweepTemp(abandonedMs)
    yield* (yield* Removals).collect
  }).pipe(
    // A round that fails must not end the rounds.
    Effect.catchAllCause((cause) =>
      Cause.isInterruptedOnly(cause) ? Effect.interrupt : Effect.sync(() => log("error", "sweep_failed"))
    ),
    Effect.repeat(Schedule.spaced(everyMs)),
    Effect.zipRight(Effect.never)
  )

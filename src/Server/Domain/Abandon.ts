import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { JsonObject } from "../../Schema/Open.js"
import type { Plan, Provider, ProviderFault, Submitted } from "../Providers/Provider.js"
import { Jobs } from "../Storage/Jobs.js"
import type { Work } from "./Restore.js"
import { leftBehind } from "./Steps.js"

/**
 * What came of asking the provider to stop a canceled job: `agreed`; `declined` because it had finished or did not answer;
 * `not_offered`; `not_identified` while nobody can tell it which request is meant; `not_submitted` when there is nothing to stop.
 */
export type Stopped = "agreed" | "declined" | "not_offered" | "not_identified" | "not_submitted"

const patience = "5 seconds"

const told = (asked: Effect.Effect<boolean>): Effect.Effect<Stopped> =>
  asked.pipe(
    Effect.timeoutTo({ duration: patience, onSuccess: (agreed) => agreed, onTimeout: () => false }),
    Effect.map((agreed) => (agreed ? "agreed" : "declined"))
  )

const stopAt = (provider: Provider, plan: Plan, reference: JsonObject): Effect.Effect<Stopped> =>
  provider.cancel === undefined ? Effect.succeed("not_offered") : told(provider.cancel(plan, reference))

const Pending = Schema.Struct({ _tag: Schema.Literal("Pending"), reference: JsonObject })

/** Asks the provider of a job that has just been canceled to stop; `work` was read before the job's input was dropped. */
export const stopProvider = (jobId: string, work: Work | null) =>
  Effect.gen(function* () {
    const checkpoints = yield* (yield* Jobs).checkpoints(jobId)
    if (leftBehind(checkpoints, "submit", "started") === undefined) return "not_submitted" as const
    if (work === null) return "not_identified" as const
    const { plan, provider } = work
    const submission = leftBehind(checkpoints, "submit", "done")
    if (provider.stop !== undefined) {
      return submission === undefined ? yield* told(provider.stop(plan)) : ("declined" as const)
    }
    if (provider.cancel === undefined) return "not_offered" as const
    if (submission === undefined) return "not_identified" as const
    const pending = Schema.decodeUnknownEither(Pending)(submission.output)
    return Either.isLeft(pending) || leftBehind(checkpoints, "collect", "done") !== undefined
      ? ("declined" as const)
      : yield* stopAt(provider, plan, pending.right.reference)
  })

/** Asks the provider to stop what it took for a job that was canceled meanwhile; anything else is left alone. */
export const stopIfCanceled = (jobId: string, { plan, provider }: Work, submitted: Submitted) =>
  Effect.gen(function* () {
    const job = yield* (yield* Jobs).find(jobId)
    if (job?.status === "canceled" && submitted._tag === "Pending") {
      yield* stopAt(provider, plan, submitted.reference)
    }
  }).pipe(Effect.ignore)

/**
 * A submission that a cancellation does not cut off where the provider can be asked to stop: only its answer tells which request
 * that is. Interrupted for any other reason it ends at once.
 */
export const submitStoppably = (jobId: string, work: Work): Effect.Effect<Submitted, ProviderFault, Jobs> =>
  work.provider.cancel === undefined
    ? work.provider.submit(work.plan)
    : Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const jobs = yield* Jobs
          const submission = yield* Effect.forkDaemon(Effect.interruptible(work.provider.submit(work.plan)))
          const afterwards = Effect.gen(function* () {
            const job = yield* jobs.find(jobId)
            if (job?.status === "canceled") {
              yield* Fiber.join(submission).pipe(
                Effect.timeout(patience),
                Effect.flatMap((submitted) => stopIfCanceled(jobId, work, submitted))
              )
            }
          }).pipe(
            Effect.provideService(Jobs, jobs),
            Effect.ignore,
            Effect.ensuring(Fiber.interrupt(submission))
          )
          return yield* restore(Fiber.join(submission)).pipe(
            Effect.onInterrupt(() => Effect.forkDaemon(Effect.interruptible(afterwards)))
          )
        })
      )

import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberMap from "effect/FiberMap"
import * as Option from "effect/Option"
import { failure, type ImageSkillError } from "../../Errors.js"
import { terminalStatuses } from "../../Schema/Job.js"
import type { JsonObject } from "../../Schema/Open.js"
import { layerEffect } from "../../Stack.js"
import { type JobRow, Jobs } from "../Storage/Jobs.js"
import { OwnerLock } from "../Storage/OwnerLock.js"
import { advance, type StepServices } from "./Advance.js"
import { Fenced } from "./Steps.js"

/** A job as its driver left it, with what only the process that drove it knows. */
export interface Driven {
  readonly job: JobRow
  /** What the engine says it depicted; `null` for anyone who did not drive the job. */
  readonly report: JsonObject | null
}

// Only for an owner whose lock cannot be tested; takeover otherwise does not wait for it.
const leaseMs = 60_000
const ended = (job: JobRow) => terminalStatuses.has(job.status)

/** Drives jobs through their steps to their end, once each, whoever asks (contract §9). */
export class Driver extends Context.Tag("image-skill/Server/Driver")<
  Driver,
  {
    /** The owner under which this process drives. */
    readonly owner: string
    /** Whether the process of that owner still runs. */
    readonly isAlive: (owner: string) => Effect.Effect<boolean>
    /** Lets a job go on in the background, as long as the service lives; what it answers is its end, as of `drive`. */
    readonly start: (jobId: string) => Effect.Effect<Effect.Effect<Driven, ImageSkillError>>
    /**
     * Drives a job to its end, or waits for the process that does. Interrupting the caller leaves the job going on as long as
     * the service lives. Fails when the job pauses, for example because its result cannot be stored now.
     */
    readonly drive: (jobId: string) => Effect.Effect<Driven, ImageSkillError>
    /** As `drive`, but a job whose outcome is unknown is looked into once more; it is never submitted blindly. */
    readonly resume: (jobId: string) => Effect.Effect<Driven, ImageSkillError>
    /** Makes this process stop what it is doing for a job that was ended by somebody else; what is being stored is stored. */
    readonly halt: (jobId: string) => Effect.Effect<void>
    /** Whether this is an organization's first request since the service opened: the time to end what is in doubt for too long. */
    readonly isFirst: (organization: string) => Effect.Effect<boolean>
    /** Tells whoever waits for a job that the service is going, so that it can say so; the jobs themselves go on. */
    readonly leave: Effect.Effect<void>
    /** Ends once the service is going. */
    readonly leaving: Effect.Effect<void>
  }
>() {
  /** Over the service's storage and providers. */
  static readonly layer = layerEffect(
    Driver,
    Effect.gen(function* () {
      const jobs = yield* Jobs
      const lock = yield* OwnerLock
      const running = yield* FiberMap.make<string, Driven, ImageSkillError>()
      const halted = new Map<string, Deferred.Deferred<never, Fenced>>()
      const unstored = new Map<string, unknown>()
      const opened = new Set<string>()
      const going = yield* Deferred.make<void>()
      const context = yield* Effect.context<StepServices>()

      const once = (job: JobRow) =>
        Effect.gen(function* () {
          const fence = yield* jobs.claim(job, lock.owner, leaseMs)
          if (fence === null) return null
          const stop = yield* Deferred.make<never, Fenced>()
          halted.set(job.id, stop)
          return yield* advance(job, fence, unstored).pipe(
            Effect.provide(context),
            Effect.raceFirst(Deferred.await(stop)),
            Effect.catchTag("Fenced", () => Effect.succeed(null)),
            Effect.onError(() => Effect.ignore(jobs.release(job.id, fence))),
            Effect.ensuring(Effect.sync(() => halted.delete(job.id)))
          )
        })

      const toEnd = (jobId: string, intoDoubt: boolean): Effect.Effect<Driven, ImageSkillError> =>
        Effect.gen(function* () {
          let pause = 5
          let looks = intoDoubt
          let report: JsonObject | null = null
          while (true) {
            const job = yield* jobs.find(jobId)
            if (job === null) return yield* Effect.fail(failure("NOT_FOUND", "there is no such job"))
            if (ended(job) || (job.outcome === "unknown" && !looks)) return { job, report }
            if (job.owner !== null && job.owner !== lock.owner && (yield* lock.isAlive(job.owner))) {
              yield* Effect.sleep(`${pause} millis`)
              pause = Math.min(pause * 2, 200)
              continue
            }
            if (job.outcome === "unknown") looks = false
            report = yield* once(job)
          }
        })

      // A second caller gets the fiber that is at work: the map itself would hand out one that is already interrupted.
      const fiberOf = (jobId: string, intoDoubt: boolean) =>
        Effect.suspend(() =>
          Option.match(FiberMap.unsafeGet(running, jobId), {
            onSome: Effect.succeed<Fiber.RuntimeFiber<Driven, ImageSkillError>>,
            onNone: () => FiberMap.run(running, jobId, toEnd(jobId, intoDoubt))
          })
        )
      return {
        owner: lock.owner,
        isAlive: lock.isAlive,
        start: (jobId) => Effect.map(fiberOf(jobId, false), Fiber.join),
        drive: (jobId) => Effect.flatMap(fiberOf(jobId, false), Fiber.join),
        resume: (jobId) => Effect.flatMap(fiberOf(jobId, true), Fiber.join),
        isFirst: (organization) =>
          Effect.sync(() => {
            const first = !opened.has(organization)
            opened.add(organization)
            return first
          }),
        leave: Effect.asVoid(Deferred.succeed(going, undefined)),
        leaving: Deferred.await(going),
        halt: (jobId) =>
          Effect.suspend(() => {
            const stop = halted.get(jobId)
            return stop === undefined ? Effect.void : Effect.asVoid(Deferred.fail(stop, new Fenced()))
          })
      }
    })
  )
}

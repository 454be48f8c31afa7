import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Schema from "effect/Schema"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { ProviderFault, type Resubmit } from "../Providers/Provider.js"
import { unsynced } from "../Storage/Database.js"
import type { Checkpoint, Fence, JobRow, Jobs } from "../Storage/Jobs.js"

/** Another process has taken the job over, or it was ended: whatever this one still does must not be written. */
export class Fenced extends Data.TaggedError("Fenced")<Record<never, never>> {}

/** Why a job's steps stopped before the end. */
export type Stop = ProviderFault | ArtifactStorage | Fenced

/**
 * One step of a job: what happens outside (`call`), how its result is brought to safety (`keep`), what it leaves behind
 * (`schema`), and what may be done when it is not known whether it happened. The signature is that of a durable workflow's
 * activity, so that steps could run on such an engine (contract §9).
 */
export interface Step<A, I, R> {
  readonly name: string
  readonly schema: Schema.Schema<A, I>
  readonly resubmit: Resubmit
  /** Whether a loss of power may take its notes: then it is done once more, so it must cost nothing. */
  readonly isFree?: boolean
  /** The deed; whoever loses patience may interrupt it until it has happened. */
  readonly call: Effect.Effect<R, ProviderFault | ArtifactStorage>
  /** Passed between the announcement and the deed. */
  readonly noted?: Effect.Effect<void>
  /** Runs after the deed and is never interrupted: from here on it is paid for. */
  readonly keep: (result: R) => Effect.Effect<A, ProviderFault | ArtifactStorage>
  /** Runs instead of the note when the job was taken away meanwhile. */
  readonly fenced?: (result: R) => Effect.Effect<void>
  /** What became of an earlier try, `null` when it never arrived; for `lookup` only. */
  readonly lookup?: Effect.Effect<R | null, ProviderFault | ArtifactStorage>
}

/** A job being driven: under which fence, and what earlier drivers left behind. */
export interface Drive {
  readonly jobs: typeof Jobs.Service
  readonly job: JobRow
  readonly fence: Fence
  readonly checkpoints: ReadonlyArray<Checkpoint>
  /** Results that were paid for and could not be stored yet, by job and step: they outlive a drive, though not the process. */
  readonly unstored: Map<string, unknown>
}

const tries = 3
const pause = "50 millis"

/** What an earlier driver left of a step. */
export const leftBehind = (
  checkpoints: ReadonlyArray<Checkpoint>,
  step: string,
  state: Checkpoint["state"]
): Checkpoint | undefined =>
  checkpoints.find((checkpoint) => checkpoint.step === step && checkpoint.state === state)

/**
 * Runs a step once: what was done is read back, what was begun and may have happened is treated by its `resubmit` class, and
 * what is new is announced before and written down after. No other place decides whether something is submitted again.
 */
export const runStep = <A, I, R>(drive: Drive, step: Step<A, I, R>): Effect.Effect<A, Stop> =>
  Effect.gen(function* () {
    const { checkpoints, fence, job, jobs, unstored } = drive
    const place = `${job.id}:${step.name}`
    const note = (state: Checkpoint["state"], output: unknown) =>
      jobs.checkpoint(job.id, fence, { step: step.name, state, output }).pipe(
        step.isFree === true ? unsynced : identity,
        Effect.filterOrFail(
          (held) => held,
          () => new Fenced()
        )
      )

    const done = leftBehind(checkpoints, step.name, "done")
    if (done !== undefined) {
      return yield* Schema.decodeUnknown(step.schema)(done.output).pipe(
        Effect.mapError(() => failure("ASSET_INTEGRITY_FAILED", `a checkpoint of ${job.id} cannot be read`))
      )
    }

    const secure = (result: R): Effect.Effect<A, Stop> =>
      Effect.suspend(() => {
        unstored.set(place, result)
        return step.keep(result)
      }).pipe(
        // Only a full or failing disk may bring another chance.
        Effect.tapErrorTag("ProviderFault", () => Effect.sync(() => unstored.delete(place))),
        Effect.tap((output) =>
          Effect.orDie(Schema.encode(step.schema)(output)).pipe(
            Effect.flatMap((encoded) => note("done", encoded))
          )
        ),
        Effect.tap(() => Effect.sync(() => unstored.delete(place))),
        Effect.tapErrorTag("Fenced", () => step.fenced?.(result) ?? Effect.void)
      )
    /**
     * A deed outside, and what became of bringing its result to safety, with no moment between in which it could be lost. The
     * inner effect's failures are certain; only the deed itself can be in doubt.
     */
    const outside = <B, C>(
      deed: Effect.Effect<B, ProviderFault | ArtifactStorage>,
      then: (result: B) => Effect.Effect<C, Stop>
    ): Effect.Effect<Effect.Effect<C, Stop>, ProviderFault | ArtifactStorage> =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(restore(withoutDefect(step.resubmit, deed)), (result) => Effect.exit(then(result)))
      )

    const attempt = (left: number): Effect.Effect<A, Stop> =>
      note("started", undefined).pipe(
        Effect.zipRight(step.noted ?? Effect.void),
        Effect.zipRight(outside(step.call, secure)),
        Effect.catchTag("ProviderFault", (fault) =>
          fault.acceptance === "unknown" ? Effect.succeed(doubt(fault, left - 1)) : Effect.fail(fault)
        ),
        Effect.flatten
      )
    const again = (fault: ProviderFault, left: number): Effect.Effect<A, Stop> =>
      left <= 0
        ? Effect.fail(fault)
        : Effect.delay(
            Effect.suspend(() => attempt(left)),
            pause
          )
    const doubt = (fault: ProviderFault, left: number): Effect.Effect<A, Stop> => {
      if (step.resubmit === "safe") return again(fault, left)
      if (step.resubmit === "unsafe" || step.lookup === undefined) return Effect.fail(fault)
      return outside(
        step.lookup,
        (found): Effect.Effect<A | null, Stop> => (found === null ? Effect.succeed(null) : secure(found))
      ).pipe(
        // Who cannot be asked leaves us in the doubt that we were in; whoever answers, even badly, ends it.
        Effect.catchTag("ProviderFault", (asked) =>
          Effect.fail(asked.acceptance === "unknown" || asked.acceptance === "interrupted" ? fault : asked)
        ),
        Effect.flatten,
        Effect.flatMap((kept) => (kept === null ? again(fault, left) : Effect.succeed(kept)))
      )
    }

    const waiting = unstored.get(place)
    // The place is this step's own, so what waits there is its result.
    if (waiting !== undefined) return yield* Effect.uninterruptible(secure(waiting as R))
    return leftBehind(checkpoints, step.name, "started") === undefined
      ? yield* attempt(tries)
      : yield* doubt(predecessorDied(), tries)
  })

// A provider's own mistake must neither wedge a job nor hide that it may have been paid.
const withoutDefect = <B>(
  resubmit: Resubmit,
  deed: Effect.Effect<B, ProviderFault | ArtifactStorage>
): Effect.Effect<B, ProviderFault | ArtifactStorage> =>
  Effect.catchAllDefect(deed, () =>
    Effect.fail(
      resubmit === "safe"
        ? new ProviderFault({
            acceptance: "accepted",
            error: failure("PROVIDER_FAILURE", "the provider's adapter failed in an unexpected way", {
              retryable: false
            })
          })
        : new ProviderFault({
            acceptance: "unknown",
            error: failure(
              "PROVIDER_OUTCOME_UNKNOWN",
              "the provider's adapter failed in an unexpected way, and the provider may have been paid"
            )
          })
    )
  )

const predecessorDied = () =>
  new ProviderFault({
    acceptance: "unknown",
    error: failure(
      "PROVIDER_OUTCOME_UNKNOWN",
      "the provider may have been paid before this process's predecessor died, and it cannot be asked"
    )
  })

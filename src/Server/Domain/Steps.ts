import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { ProviderFault, type Resubmit } from "../Providers/Provider.js"
import type { Checkpoint, Fence, JobRow, Jobs } from "../Storage/Jobs.js"

/** Another process has taken the job over: whatever this one still does must not be written. */
export class Fenced extends Data.TaggedError("Fenced")<Record<never, never>> {}

/** Why a job's steps stopped before the end. */
export type Stop = ProviderFault | ArtifactStorage | Fenced

/**
 * One step of a job: what it leaves behind (`schema`), and what may be done when a crash leaves it unknown whether it
 * happened. The signature is that of a durable workflow's activity, so that steps could run on such an engine (contract §9).
 */
export interface Step<A, I> {
  readonly name: string
  readonly schema: Schema.Schema<A, I>
  readonly resubmit: Resubmit
  readonly execute: Effect.Effect<A, ProviderFault | ArtifactStorage>
  /** What became of an earlier try, `null` when it never arrived; for `lookup` only. */
  readonly lookup?: Effect.Effect<A | null, ProviderFault | ArtifactStorage>
}

/** A job being driven: under which fence, and what earlier drivers left behind. */
export interface Drive {
  readonly jobs: typeof Jobs.Service
  readonly job: JobRow
  readonly fence: Fence
  readonly checkpoints: ReadonlyArray<Checkpoint>
}

/**
 * Runs a step once: what was done is read back, what was begun and may have happened is treated by its `resubmit` class, and
 * what is new is announced before and written down after. No other place decides whether something is submitted again.
 */
export const runStep = <A, I>(drive: Drive, step: Step<A, I>): Effect.Effect<A, Stop> =>
  Effect.gen(function* () {
    const { checkpoints, fence, job, jobs } = drive
    const left = (state: Checkpoint["state"]) =>
      checkpoints.find((checkpoint) => checkpoint.step === step.name && checkpoint.state === state)
    const note = (state: Checkpoint["state"], output: unknown) =>
      jobs.checkpoint(job.id, fence, { step: step.name, state, output }).pipe(
        Effect.filterOrFail(
          (held) => held,
          () => new Fenced()
        )
      )

    const done = left("done")
    if (done !== undefined) {
      return yield* Schema.decodeUnknown(step.schema)(done.output).pipe(
        Effect.mapError(() => failure("ASSET_INTEGRITY_FAILED", `a checkpoint of ${job.id} cannot be read`))
      )
    }
    const keep = (output: A) =>
      Schema.encode(step.schema)(output).pipe(
        Effect.orDie,
        Effect.flatMap((encoded) => note("done", encoded)),
        Effect.as(output),
        // Once it happened, it must be written down, whoever loses patience.
        Effect.uninterruptible
      )

    if (left("started") !== undefined && step.resubmit === "unsafe") {
      return yield* Effect.fail(
        new ProviderFault({
          acceptance: "unknown",
          error: failure(
            "PROVIDER_OUTCOME_UNKNOWN",
            "the provider may have been paid before this process's predecessor died, and it cannot be asked"
          )
        })
      )
    }
    if (left("started") !== undefined && step.resubmit === "lookup" && step.lookup !== undefined) {
      const found = yield* step.lookup
      if (found !== null) return yield* keep(found)
    }
    yield* note("started", undefined)
    return yield* Effect.flatMap(step.execute, keep)
  })

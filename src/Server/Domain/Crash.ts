import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/**
 * Where the process may be killed by a test, in the order in which a job passes them (contract §9, reliability §3(b)). Points
 * named for something going on lie inside a transaction, or between a deed and its note.
 */
export const crashPoints = [
  "upload_checked",
  "upload_blob_stored",
  "upload_linked",
  "upload_writing",
  "uploaded",
  "request_planned",
  "reserving",
  "reserved",
  "claimed",
  "restored",
  "submit_noted",
  "submitted",
  "blob_storing",
  "blob_stored",
  "outputs_stored",
  "submit_stored",
  "collect_noted",
  "collected",
  "collect_stored",
  "outputs_checkpointed",
  "assets_linking",
  "assets_linked",
  "outputs_linked",
  "settle_begun",
  "settling",
  "settle_written",
  "settled",
  "voiding",
  "voided",
  "unknown_noted",
  "answered"
] as const

/** Those that a payment passes: the buyer's way first, then Stripe's, then that of a reversal. */
export const paymentCrashPoints = [
  "quoted",
  "attempt_noting",
  "attempt_noted",
  "payment_begun",
  "attempt_keeping",
  "attempt_kept",
  "event_verified",
  "event_handling",
  "credits_granted",
  "credits_reversed",
  "event_noted",
  "event_kept"
] as const

/** A point at which a test may kill the process. */
export type CrashPoint = (typeof crashPoints)[number] | (typeof paymentCrashPoints)[number]

/** A test's wish to die at a named point; absent in production, where a point costs one look-up. */
export class Crash extends Context.Tag("image-skill/Server/Crash")<
  Crash,
  { readonly at: (point: CrashPoint, jobId: string) => Effect.Effect<void> }
>() {
  /** Passes a point. */
  static readonly point = (point: CrashPoint, jobId: string): Effect.Effect<void> =>
    Effect.flatMap(
      Effect.serviceOption(Crash),
      Option.match({ onNone: () => Effect.void, onSome: (crash) => crash.at(point, jobId) })
    )
}

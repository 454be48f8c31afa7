import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** Where the process may be killed by a test (contract §9, reliability §3(b)). */
export type CrashPoint =
  | "request_planned"
  | "reserved"
  | "submit_started"
  | "submitted"
  | "submit_stored"
  | "collected"
  | "blob_stored"
  | "outputs_checkpointed"
  | "assets_linked"
  | "store_checkpointed"
  | "settling"
  | "settled"
  | "answered"

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

import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Suggestion } from "../Operations/Suggest.js"
import { type Entropy, makeId } from "./Entropy.js"

/** The flags that every command shares, as the caller gave them (contract §4). */
export interface CommonFlags {
  readonly local: boolean
  readonly apiBaseUrl: string | undefined
  readonly token: string | undefined
  readonly tokenStdin: boolean
  /** Milliseconds for the whole operation. */
  readonly timeoutMs: number | undefined
}

/** No flag given. */
export const noFlags: CommonFlags = {
  local: false,
  apiBaseUrl: undefined,
  token: undefined,
  tokenStdin: false,
  timeoutMs: undefined
}

/** What is known of paid work under way, so that an interrupted caller can go on with it (contract §11). */
export interface Attempt {
  readonly key: string
  readonly jobId: string | null
  /** The same request with the same key: running it again never pays twice. */
  readonly again: Suggestion
  /** What was made and paid for, and is still to be saved. */
  readonly fetch?: ReadonlyArray<Suggestion>
}

/** One run of one operation: its flags, its trace id, and the paid work that it has begun. */
export class Invocation extends Context.Tag("image-skill/Invocation")<
  Invocation,
  {
    readonly flags: CommonFlags
    /** `trace_` and 32 hex digits; sent to the service, which answers under the same id. */
    readonly traceId: string
    /** Which service the run turned to. */
    service: "none" | "embedded" | "remote"
    /** The paid work that this run has begun, if any. */
    attempt: Attempt | null
    /** Values that must never be printed, beside everything shaped like a token. */
    readonly secrets: Set<string>
    /** The one token that the caller asked to see, and sees once (contract §4). */
    spared?: string
  }
>() {
  /** An invocation with the given flags and a fresh trace id. */
  static readonly make = (flags: CommonFlags): Effect.Effect<typeof Invocation.Service, never, Entropy> =>
    Effect.map(makeId("trace"), (traceId) => ({
      flags,
      traceId,
      service: "none",
      attempt: null,
      secrets: new Set<string>()
    }))
}

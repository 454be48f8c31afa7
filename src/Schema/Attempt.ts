import * as Schema from "effect/Schema"
import { IdempotencyKey } from "./Ids.js"

/** How far an attempt has come, as far as its client knows: `open` once it was left without a known end (contract §11). */
export const attemptPhases = ["sent", "open", "settled"] as const

const Digest = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

/**
 * What the client's journal keeps of one attempt at a hosted service: enough to find it again, nothing of what was asked for. The
 * digests are keyed with the record's own salt (contract §11).
 */
export const AttemptRecord = Schema.Struct({
  version: Schema.Literal(1),
  key: IdempotencyKey,
  operation: Schema.Literal("create", "edit"),
  /** Its address, with its path prefix. */
  service: Schema.String,
  salt: Digest,
  token_digest: Digest,
  intent_digest: Digest,
  started_at: Schema.String,
  phase: Schema.Literal(...attemptPhases),
  job_id: Schema.NullOr(Schema.String),
  /** The process that made it: its id, and when it started, so that a later one with the same id is told apart. */
  owner: Schema.Struct({ pid: Schema.Int, started: Schema.String })
})
/** What the client's journal keeps of one attempt at a hosted service (contract §11). */
export type AttemptRecord = typeof AttemptRecord.Type

/** An attempt to create or edit, wherever it is noted (contract §11). */
export interface Attempt {
  /** Its name where it is noted. */
  readonly id: string
  readonly key: typeof IdempotencyKey.Type
  readonly operation: string
  /** Where it was sent: an address, or `local`. */
  readonly service: string
  readonly startedAt: string
  readonly phase: (typeof attemptPhases)[number]
  readonly jobId: string | null
  /** Whether somebody still waits for it in a live process: then it is not cut off, but under way. */
  readonly isWaitedFor: boolean
}

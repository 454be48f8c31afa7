import * as Schema from "effect/Schema"
import { readRecovery, Recovery } from "./Recovery.js"

const absent = { exact: true } as const
const anything = Schema.Record({ key: Schema.String, value: Schema.Unknown })

/** Who acted: shown in every envelope once known (contract §1). */
export const Actor = Schema.Struct(
  {
    actor_type: Schema.String,
    actor_id: Schema.String,
    organization_id: Schema.optionalWith(Schema.NullOr(Schema.String), absent),
    claim_state: Schema.optionalWith(Schema.NullOr(Schema.String), absent)
  },
  anything
)
/** Who acted: shown in every envelope once known (contract §1). */
export type Actor = typeof Actor.Type

/** The failure half of an envelope (contract §1). */
export const EnvelopeError = Schema.Struct(
  {
    code: Schema.String,
    message: Schema.String,
    retryable: Schema.Boolean,
    details: Schema.optionalWith(anything, absent),
    recovery: Schema.optionalWith(Recovery, absent)
  },
  anything
)
/** The failure half of an envelope (contract §1). */
export type EnvelopeError = typeof EnvelopeError.Type

const isCoded = Schema.is(Schema.Struct({ code: Schema.String }))
const isObject = Schema.is(anything)

/**
 * A failure as a service tells it: the code alone is needed, and one odd field must not hide it. What does not fit is left out;
 * `retryable` answers for a code whose failure does not say. `null` without a code.
 */
export const readError = (value: unknown, retryable: (code: string) => boolean): EnvelopeError | null => {
  if (!isObject(value) || !isCoded(value)) return null
  const { details, message, recovery, retryable: told, ...rest } = value as Readonly<Record<string, unknown>>
  const help = readRecovery(recovery)
  return {
    ...rest,
    code: value.code,
    message: typeof message === "string" ? message : "",
    retryable: typeof told === "boolean" ? told : retryable(value.code),
    ...(isObject(details) ? { details } : {}),
    ...(Object.keys(help).length === 0 ? {} : { recovery: help })
  }
}

/** A kept failure, read as `readError` does; `null` where it is none. */
export const ToleratedError = Schema.transform(
  Schema.Unknown,
  Schema.NullOr(Schema.typeSchema(EnvelopeError)),
  { strict: true, decode: (value) => readError(value, () => false), encode: (error) => error }
)

/** A successful answer (contract §1). */
export interface SuccessEnvelope {
  readonly ok: true
  readonly command: string
  readonly trace_id: string
  readonly actor: Actor | null
  readonly data: Readonly<Record<string, unknown>>
  readonly warnings: ReadonlyArray<string>
  readonly error: null
}

/** A failed answer (contract §1). */
export interface FailureEnvelope {
  readonly ok: false
  readonly command: string
  readonly trace_id: string
  readonly actor: Actor | null
  readonly data: null
  readonly warnings: ReadonlyArray<string>
  readonly error: EnvelopeError
}

/** The one JSON document that every command writes and every endpoint answers (contract §1). */
export type Envelope = SuccessEnvelope | FailureEnvelope

/** The envelope as a service sends it: strict where we act, tolerant of anything else. */
export const WireEnvelope = Schema.Struct(
  {
    ok: Schema.Boolean,
    command: Schema.optionalWith(Schema.Unknown, absent),
    trace_id: Schema.optionalWith(Schema.Unknown, absent),
    actor: Schema.optionalWith(Schema.Unknown, absent),
    data: Schema.optionalWith(Schema.Unknown, absent),
    warnings: Schema.optionalWith(Schema.Unknown, absent),
    error: Schema.optionalWith(Schema.Unknown, absent)
  },
  anything
)

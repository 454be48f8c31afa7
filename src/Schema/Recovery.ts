import * as Schema from "effect/Schema"
import { Action } from "./Action.js"

const absent = { exact: true } as const

/** What may be done with the idempotency key of a failed attempt (contract §11). */
export const RetryPolicy = Schema.Literal("same_key", "new_key", "never", "after_reconcile")
/** What may be done with the idempotency key of a failed attempt (contract §11). */
export type RetryPolicy = typeof RetryPolicy.Type

/** How to retry without paying twice: the policy, the key, and the earliest time (ISO 8601), if any (contract §11). */
export const Retry = Schema.Struct({
  policy: RetryPolicy,
  key: Schema.optionalWith(Schema.NullOr(Schema.String), absent),
  not_before: Schema.optionalWith(Schema.NullOr(Schema.String), absent)
})
/** How to retry without paying twice (contract §11). */
export type Retry = typeof Retry.Type

/** The failed command again, for once the caller is signed in (contract §1). */
export const AfterAuth = Schema.Struct({
  command: Schema.String,
  with_env: Schema.String,
  with_stdin: Schema.String
})

/** Machine-readable help in an error; every field is optional and unknown ones survive (contract §1). */
export const Recovery = Schema.Struct(
  {
    suggested_command: Schema.optionalWith(Schema.String, absent),
    docs_url: Schema.optionalWith(Schema.String, absent),
    retry_after_seconds: Schema.optionalWith(Schema.Number, absent),
    retry: Schema.optionalWith(Retry, absent),
    required_flag: Schema.optionalWith(Schema.String, absent),
    required_flags: Schema.optionalWith(Schema.Array(Schema.String), absent),
    accepted_aliases: Schema.optionalWith(Schema.Array(Schema.String), absent),
    idempotency_key: Schema.optionalWith(Schema.String, absent),
    did_you_mean: Schema.optionalWith(Schema.String, absent),
    after_auth: Schema.optionalWith(AfterAuth, absent),
    local_alternative: Schema.optionalWith(Schema.String, absent),
    next: Schema.optionalWith(Schema.Array(Action), absent)
  },
  Schema.Record({ key: Schema.String, value: Schema.Unknown })
)
/** Machine-readable help in an error (contract §1). */
export type Recovery = typeof Recovery.Type

const fits = Schema.is(Recovery)

/** What of a service's recovery can be used: known fields of their type and all unknown ones; anything else is left out. */
export const readRecovery = (value: unknown): Recovery => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {}
  const kept: unknown = Object.fromEntries(
    Object.entries(value).filter(([name, inner]) => fits({ [name]: inner }))
  )
  return fits(kept) ? kept : {}
}

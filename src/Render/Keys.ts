import * as Schema from "effect/Schema"
import type { ImageSkillError } from "../Errors.js"
import { mayHaveRun } from "../Operations/Outcome.js"
import { IdempotencyKey } from "../Schema/Ids.js"
import type { Recovery } from "../Schema/Recovery.js"
import type { Speaker } from "./Speaker.js"

/** What a failure says of idempotency keys. */
export interface Keys {
  /** The key to go on with. */
  readonly named: string | null
  /** The same, when it is one that was not used yet. */
  readonly fresh: string | null
  /** The key that is used up. */
  readonly spent: string | null
  readonly retry: Recovery["retry"]
}

/**
 * `retry.key` and `idempotency_key` are the key to go on with: under the policy `new_key` a fresh one or none, never the one that
 * is used up, which would only replay the failure (contract §7, §11).
 */
export const keysOf = (error: ImageSkillError, { again, attempt }: Speaker): Keys => {
  const { idempotency_key: theirs, retry } = error.recovery ?? {}
  const isUsedUp =
    (retry?.policy === "new_key" && error.details?.["outcome"] !== "unknown" && !mayHaveRun(error)) ||
    (attempt !== null && error.code === "IDEMPOTENCY_CONFLICT")
  if (!isUsedUp) return { named: attempt?.key ?? theirs ?? null, fresh: null, spent: null, retry }
  const at = again?.indexOf("--idempotency-key") ?? -1
  const spent = attempt?.key ?? (at < 0 ? null : (again?.[at + 1] ?? null))
  const fresh = [retry?.key, theirs].find((key) => isKey(key) && key !== spent) ?? null
  const { key: _, ...rest } = retry ?? {}
  return {
    named: fresh,
    fresh,
    spent,
    retry: { ...rest, policy: "new_key", ...(fresh === null ? {} : { key: fresh }) }
  }
}

const isKey = Schema.is(IdempotencyKey)

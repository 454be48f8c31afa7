import { createHash } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type ArtifactStorage, failure, type QuotaExceeded } from "../../Errors.js"
import { Assets } from "../Storage/Assets.js"
import { nextDay } from "./Creation.js"
import { Policy } from "./Policy.js"

/** The UTC day (YYYY-MM-DD) of a time in milliseconds since 1970. */
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10)

/**
 * Refuses content that the organization's day has no room for, before any of it is written: `DAILY_JOB_LIMIT_REACHED`. A look
 * ahead, which somebody may outrun; `countUpload` decides (contract §7).
 */
export const foreseeUpload = (
  organization: string,
  content: Uint8Array
): Effect.Effect<void, QuotaExceeded | ArtifactStorage, Assets | Policy> =>
  Effect.gen(function* () {
    const refusal = yield* refusalOf(organization, content.byteLength, yield* Clock.currentTimeMillis)
    if (refusal === null) return
    // Hashed only where it decides.
    const sha256 = createHash("sha256").update(content).digest("hex")
    if (!(yield* (yield* Assets).shows(organization, sha256))) return yield* Effect.fail(refusal)
  })

/**
 * Counts content against the organization's day, or answers why it cannot be stored; what an asset of the organization shows
 * already counts nothing. Part of the transaction that makes the asset, so that no two uploads pass on the same room.
 */
export const countUpload = (
  organization: string,
  content: { readonly sha256: string; readonly bytes: number },
  now: number
): Effect.Effect<QuotaExceeded | null, ArtifactStorage, Assets | Policy> =>
  Effect.gen(function* () {
    const assets = yield* Assets
    if (yield* assets.shows(organization, content.sha256)) return null
    const refusal = yield* refusalOf(organization, content.bytes, now)
    if (refusal === null) yield* assets.countUploaded(organization, dayOf(now), content.bytes)
    return refusal
  })

const refusalOf = (
  organization: string,
  asked: number,
  now: number
): Effect.Effect<QuotaExceeded | null, ArtifactStorage, Assets | Policy> =>
  Effect.gen(function* () {
    const { dailyUploadBytes: limit } = yield* Policy
    if (limit === null) return null
    const day = dayOf(now)
    const used = yield* (yield* Assets).uploadedOn(organization, day)
    if (used + asked <= limit) return null
    const resetsAt = nextDay(day)
    const details = { limit, used, asked, unit: "bytes", resets_at: resetsAt }
    // Whoever waited for room that no day has would wait in vain.
    return asked > limit
      ? failure("DAILY_JOB_LIMIT_REACHED", `no more than ${limit} bytes may be uploaded in a UTC day`, {
          details
        })
      : failure(
          "DAILY_JOB_LIMIT_REACHED",
          `of the ${limit} bytes that may be uploaded in this UTC day, ${limit - Math.min(limit, used)} are left`,
          {
            details,
            recovery: {
              resets_at: resetsAt,
              retry_after_seconds: Math.max(1, Math.ceil((Date.parse(resetsAt) - now) / 1_000))
            }
          }
        )
  })

import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { failure, type QuotaExceeded } from "../../Errors.js"
import { layerSync } from "../../Stack.js"
import type { Rate } from "./Policy.js"

/** Buckets that empty with use and fill with time, of this process: a limit against haste, not an account of anything. */
export class RateLimits extends Context.Tag("image-skill/Server/RateLimits")<
  RateLimits,
  {
    /** Takes one from a bucket; `RATE_LIMITED` with the seconds until the next when it is empty. */
    readonly take: (bucket: string, rate: Rate) => Effect.Effect<void, QuotaExceeded>
  }
>() {
  /** In memory; the buckets that have filled up again are forgotten. */
  static readonly layer = layerSync(RateLimits, () => {
    const buckets = new Map<string, Bucket>()
    return {
      take: (name, rate) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          if (buckets.size > mostBuckets) forget(buckets, now)
          const bucket = buckets.get(name) ?? { left: rate.burst, seenAt: now, fullAt: now }
          const left = Math.min(rate.burst, bucket.left + ((now - bucket.seenAt) * rate.perMinute) / 60_000)
          if (left < 1) {
            const seconds = Math.max(1, Math.ceil(((1 - left) * 60) / rate.perMinute))
            return Effect.fail(
              failure("RATE_LIMITED", "too many requests; wait as long as the recovery says", {
                recovery: { retry_after_seconds: seconds }
              })
            )
          }
          const rest = left - 1
          buckets.set(name, {
            left: rest,
            seenAt: now,
            fullAt: now + ((rate.burst - rest) * 60_000) / rate.perMinute
          })
          return Effect.void
        })
    }
  })
}

interface Bucket {
  readonly left: number
  readonly seenAt: number
  readonly fullAt: number
}

const mostBuckets = 20_000

const forget = (buckets: Map<string, Bucket>, now: number) => {
  for (const [name, { fullAt }] of buckets) if (fullAt <= now) buckets.delete(name)
  // Whoever fills the table with fresh names must not fill the memory.
  if (buckets.size > mostBuckets) buckets.clear()
}

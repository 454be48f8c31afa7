import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as Random from "effect/Random"
import { foreignFailure, type ImageSkillError } from "../Errors.js"
import { currentLimits, type DeadlinesShape, withRequestLimits } from "./Deadlines.js"

/** What one try came to, and how long was waited behind it. */
interface Try {
  readonly cause: string
  readonly waited_ms: number
}

const causeOf = ({ code, details }: ImageSkillError): string =>
  typeof details?.["cause"] === "string" ? details["cause"] : code.toLowerCase()

// A deadline that has passed is not made better by a second one.
const mayPass = (error: ImageSkillError): boolean => error.retryable && error._tag !== "Timeout"

const withTries = (error: ImageSkillError, tries: ReadonlyArray<Try>): ImageSkillError => {
  const { _tag, actor, code, details, reason, recovery, retryable, trace_id, warnings } = error
  return foreignFailure(_tag, {
    code,
    reason,
    retryable,
    details: { ...details, attempts: [...tries, { cause: causeOf(error), waited_ms: 0 }] },
    ...(recovery === undefined ? {} : { recovery }),
    ...(trace_id === undefined ? {} : { trace_id }),
    ...(actor === undefined ? {} : { actor }),
    ...(warnings === undefined ? {} : { warnings })
  })
}

/**
 * Asks again for what failed in a way that may pass: only for requests that change nothing. Between two tries it waits as long as
 * the service said, else a little and then more. It gives up after `readAttempts` tries, and sooner when the waiting would add up to
 * more than `readPause` or pass the deadline; the failure then tells its tries in `details.attempts` (reliability §3(d)).
 */
export const askAgain = <A, R>(
  ask: Effect.Effect<A, ImageSkillError, R>,
  { readAttempts, readPause, readTotal }: DeadlinesShape
): Effect.Effect<A, ImageSkillError, R> =>
  Effect.gen(function* () {
    const { total = readTotal } = yield* FiberRef.get(currentLimits)
    const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(total)
    const most = Duration.toMillis(readPause)
    const tries: Array<Try> = []
    let paused = 0
    while (true) {
      const left = end - (yield* Clock.currentTimeMillis)
      const result = yield* Effect.either(withRequestLimits(ask, { total: Math.max(1, left) }))
      if (result._tag === "Right") return result.right
      const told = result.left.recovery?.retry_after_seconds
      const pause =
        told === undefined
          ? (most / 20) * 2 ** tries.length * (yield* Random.nextRange(0.5, 1.5))
          : told * 1_000
      const isLate = (yield* Clock.currentTimeMillis) + pause >= end
      if (!mayPass(result.left) || tries.length + 1 >= readAttempts || paused + pause > most || isLate) {
        return yield* Effect.fail(tries.length === 0 ? result.left : withTries(result.left, tries))
      }
      paused += pause
      tries.push({ cause: causeOf(result.left), waited_ms: Math.round(pause) })
      yield* Effect.sleep(pause)
    }
  })

import * as Effect from "effect/Effect"

/**
 * An effect whose first success is kept for all who ask, one at a time. A failure is not kept, nor an interruption, as `Effect.cached`
 * would keep them: who gave up, or came too early, must not decide for everybody after.
 */
export const once = <A, E, R>(make: Effect.Effect<A, E, R>): Effect.Effect<Effect.Effect<A, E, R>> =>
  Effect.sync(() => {
    const turn = Effect.unsafeMakeSemaphore(1)
    let kept: { readonly value: A } | null = null
    const keep = (value: A) =>
      Effect.sync(() => {
        kept = { value }
        return value
      })
    const ask = (otherwise: Effect.Effect<A, E, R>) =>
      Effect.suspend(() => (kept === null ? otherwise : Effect.succeed(kept.value)))
    // What was made is kept before anybody can be interrupted, or it would be made again beside itself.
    const first = Effect.uninterruptibleMask((restore) => Effect.flatMap(restore(make), keep))
    return ask(turn.withPermits(1)(ask(first)))
  })

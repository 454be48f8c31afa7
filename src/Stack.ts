/**
 * Layers that stand one upon another, built plainly. Effect builds layers through a memo map, with a scope, a semaphore and a deferred for
 * each, and side by side in fibers: that is what a graph needs, and costs 0.4 ms a layer while the code is cold, which a command pays
 * each time. A stack has no branches, so its layers are built one after another, each once, by the effect that makes its service.
 *
 * What comes out is an ordinary layer: it can be provided, merged and replaced as any other. But a layer is shared only as a whole: one
 * that stands in a stack and anywhere else beside it is built in both places.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"

// The effect behind each layer that was made here. Any other layer is built Effect's way.
const effects = new WeakMap<object, Effect.Effect<Context.Context<never>, unknown, unknown>>()

/** As `Layer.effectContext` and `Layer.scopedContext`, for a layer that may stand in a stack. */
export const layerContext = <Out, E, R>(
  make: Effect.Effect<Context.Context<Out>, E, R>
): Layer.Layer<Out, E, Exclude<R, Scope.Scope>> => {
  const layer = Layer.scopedContext(make)
  effects.set(layer, make as Effect.Effect<Context.Context<never>, unknown, unknown>)
  return layer
}

const effectOf = <Out, E, R>(
  layer: Layer.Layer<Out, E, R>
): Effect.Effect<Context.Context<Out>, E, R | Scope.Scope> =>
  (effects.get(layer) as Effect.Effect<Context.Context<Out>, E, R | Scope.Scope> | undefined) ??
  Layer.build(layer)

/**
 * Builds a layer in the scope that is given with it, as `Layer.build` does, plainly if it is one of these. What was made is released at
 * once when the building fails or is interrupted, else with the scope.
 */
export const build = <Out, E, R>(
  layer: Layer.Layer<Out, E, R>
): Effect.Effect<Context.Context<Out>, E, R | Scope.Scope> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.scope, (outer) =>
      Effect.flatMap(Scope.fork(outer, ExecutionStrategy.sequential), (own) =>
        Effect.onExit(restore(Scope.extend(effectOf(layer), own)), (exit) =>
          Exit.isFailure(exit) ? Scope.close(own, exit) : Effect.void
        )
      )
    )
  ) as Effect.Effect<Context.Context<Out>, E, R | Scope.Scope>

/** Builds what stands above, in the scope of the stack, whatever scope those below may hold. */
const above = <Out, E, R, Below>(upper: Layer.Layer<Out, E, R>, below: Context.Context<Below>) =>
  Effect.flatMap(Effect.scope, (scope) =>
    Effect.provide(effectOf(upper), Context.add(below, Scope.Scope, scope))
  )

/** As `Layer.effect` and `Layer.scoped`, for a layer that may stand in a stack. */
export const layerEffect = <I, S, E, R>(
  tag: Context.Tag<I, S>,
  make: Effect.Effect<NoInfer<S>, E, R>
): Layer.Layer<I, E, Exclude<R, Scope.Scope>> =>
  layerContext(Effect.map(make, (service) => Context.make(tag, service as S)))

/** As `Layer.sync`, for a layer that may stand in a stack. */
export const layerSync = <I, S>(tag: Context.Tag<I, S>, make: () => NoInfer<S>): Layer.Layer<I> =>
  layerEffect(tag, Effect.sync(make))

/** As `Layer.succeed`, for a layer that may stand in a stack. */
export const layerSucceed = <I, S>(tag: Context.Tag<I, S>, service: NoInfer<S>): Layer.Layer<I> =>
  layerEffect(tag, Effect.succeed(service))

/** Puts a layer on top of those below, which it may use; the result gives the services of both. The flipside of `Layer.provideMerge`. */
export const followedBy =
  <Out, E, R>(upper: Layer.Layer<Out, E, R>) =>
  <Below, E2, R2>(
    lower: Layer.Layer<Below, E2, R2>
  ): Layer.Layer<Below | Out, E | E2, R2 | Exclude<R, Below>> =>
    layerContext(
      Effect.flatMap(effectOf(lower), (below) =>
        Effect.map(above(upper, below), (own) => Context.merge(below, own))
      )
    ) as Layer.Layer<Below | Out, E | E2, R2 | Exclude<R, Below>>

/** Puts a layer on top of those below, which serve it alone: the result gives only its services. The flipside of `Layer.provide`. */
export const beneath =
  <Out, E, R>(upper: Layer.Layer<Out, E, R>) =>
  <Below, E2, R2>(lower: Layer.Layer<Below, E2, R2>): Layer.Layer<Out, E | E2, R2 | Exclude<R, Below>> =>
    layerContext(Effect.flatMap(effectOf(lower), (below) => above(upper, below))) as Layer.Layer<
      Out,
      E | E2,
      R2 | Exclude<R, Below>
    >

import * as HttpClient from "@effect/platform/HttpClient"
import { RequestError } from "@effect/platform/HttpClientError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type { ImageSkillError } from "../Errors.js"
import { once } from "../Once.js"
import { beneath, build, layerContext, layerEffect } from "../Stack.js"
import { Deadlines } from "./Deadlines.js"
import { Entropy } from "./Entropy.js"
import { layerNode, proxyFor } from "./HttpClient.js"
import { Env } from "./Env.js"
import { Observer } from "./Observer.js"
import { Target } from "./Target.js"

/** A transport over the embedded service on a data folder; its engines are configured by the caller's environment. */
export type EmbeddedTransport = (
  dataFolder: string,
  machine: Layer.Layer<Env | Deadlines>
) => Layer.Layer<HttpClient.HttpClient, ImageSkillError>

/**
 * The transport that the target needs, made at the first request, so that a command which sends none pays for none. `embedded`
 * loads the service's code only when the target is the embedded one.
 */
export const layer = (embedded: () => Promise<EmbeddedTransport>) =>
  layerEffect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const target = yield* Target
      const env = yield* Env
      const scope = yield* Effect.scope
      // Of the program's context what the machine is made of, and nothing by which an embedded room could be covered.
      const context = yield* Effect.context<Deadlines | Env>()
      const picked = Context.pick(Deadlines, Entropy, Env, Observer)(context as Context.Context<never>)
      const machine = layerContext(Effect.succeed(picked as Context.Context<Deadlines | Env>))
      const chosen = yield* once(
        Effect.gen(function* () {
          const service = yield* target.resolve
          const transport =
            service.dataFolder !== null
              ? (yield* Effect.promise(embedded))(service.dataFolder, machine)
              : machine.pipe(
                  beneath(
                    layerNode({
                      proxy: proxyFor((name) => env.get(name as never)),
                      env: (name) => env.get(name as never)
                    })
                  )
                )
          return Context.get(yield* build(transport), HttpClient.HttpClient)
        }).pipe(Effect.provideService(Scope.Scope, scope))
      )
      return HttpClient.make((request) =>
        chosen.pipe(
          // The tag's own error is the only way through; the client unwraps it again.
          Effect.mapError((error) => new RequestError({ request, reason: "Transport", cause: error })),
          Effect.flatMap((client) => client.execute(request))
        )
      )
    })
  )

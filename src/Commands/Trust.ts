import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { trust as operation } from "../Operations/Trust.js"
import { ConfigStore } from "../Services/ConfigStore.js"
import { Env } from "../Services/Env.js"
import { layerNode, proxyFor } from "../Services/HttpClient.js"
import { Invocation } from "../Services/Invocation.js"
import { Journal } from "../Services/Journal.js"
import { layerOverTransport } from "../Services/Layers.js"
import { RemoteImage } from "../Services/RemoteImage.js"
import { builtInAddress, Target } from "../Services/Target.js"
import { TokenSource } from "../Services/TokenSource.js"
import { trustPacket } from "../Services/TrustPacket.js"
import { command } from "./Command.js"

// A client of its own, which knows neither the config file nor a token (contract §4).
const layerStranger = (address: string) =>
  Layer.unwrapEffect(
    Effect.map(Env, (env) => {
      const get = (name: string) => env.get(name as never)
      return layerOverTransport.pipe(
        Layer.provideMerge(
          Layer.mergeAll(layerNode({ proxy: proxyFor(get), env: get }), RemoteImage.layer, Journal.layerNone)
        ),
        Layer.provideMerge(Layer.merge(Target.layerRemote(address), TokenSource.layerOf(null))),
        Layer.provideMerge(ConfigStore.layerMemory())
      )
    })
  )

export const trust = command({
  operation,
  flags: {},
  arguments: {},
  examples: [
    { why: "before the first use of a service", argv: ["trust", "--api-base-url", "http://127.0.0.1:8787"] }
  ],
  usesService: true,
  run: () =>
    Effect.gen(function* () {
      const env = yield* Env
      const { flags } = yield* Invocation
      const named = flags.apiBaseUrl ?? env.get("IMAGE_SKILL_API_BASE_URL")
      const embedded = flags.local || named === "local"
      const data = yield* embedded
        ? trustPacket(null)
        : Effect.flatMap(HttpClient.HttpClient, trustPacket).pipe(
            Effect.provide(layerStranger(named ?? builtInAddress))
          )
      return { data, warnings: data.summary.top_warnings }
    })
})

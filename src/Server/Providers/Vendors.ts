import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { Deadlines, type DeadlinesShape } from "../../Services/Deadlines.js"
import { Env } from "../../Services/Env.js"
import { layerEffect } from "../../Stack.js"
import { automatic1111Provider } from "./Automatic1111/Automatic1111Provider.js"
import { comfyProvider } from "./ComfyUi/ComfyProvider.js"
import { falProvider } from "./Fal/FalProvider.js"
import { localProvider } from "./Local/LocalProvider.js"
import { compatibleProvider } from "./OpenAiCompatible/CompatibleProvider.js"
import { openAiProvider } from "./OpenAi/OpenAiProvider.js"
import { type Provider, Providers } from "./Provider.js"
import { xaiProvider } from "./Xai/XaiProvider.js"

/** Every engine that this program can run, configured from the environment; nothing is sent until one is asked. */
export const allProviders = (env: typeof Env.Service, deadlines: DeadlinesShape): ReadonlyArray<Provider> => [
  localProvider,
  openAiProvider(env, deadlines),
  falProvider(env, deadlines),
  xaiProvider(env, deadlines),
  compatibleProvider(env, deadlines),
  comfyProvider(env, deadlines),
  automatic1111Provider(env, deadlines)
]

/** The engines of this service; keys come from the environment only (contract §9). */
export const layerProviders: Layer.Layer<Providers, never, Env | Deadlines> = layerEffect(
  Providers,
  Effect.gen(function* () {
    return { providers: allProviders(yield* Env, yield* Deadlines) }
  })
)

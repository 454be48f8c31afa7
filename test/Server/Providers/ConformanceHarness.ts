import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { allModels } from "../../../src/Server/Domain/Catalog/Models.js"
import { automatic1111Provider } from "../../../src/Server/Providers/Automatic1111/Automatic1111Provider.js"
import { comfyProvider } from "../../../src/Server/Providers/ComfyUi/ComfyProvider.js"
import { compatibleProvider } from "../../../src/Server/Providers/OpenAiCompatible/CompatibleProvider.js"
import { falProvider } from "../../../src/Server/Providers/Fal/FalProvider.js"
import { openAiProvider } from "../../../src/Server/Providers/OpenAi/OpenAiProvider.js"
import {
  type Delivery,
  type MediaInput,
  type Plan,
  type Provider,
  ProviderFault
} from "../../../src/Server/Providers/Provider.js"
import { xaiProvider } from "../../../src/Server/Providers/Xai/XaiProvider.js"
import type { DeadlinesShape } from "../../../src/Services/Deadlines.js"
import type { Env, Variable } from "../../../src/Services/Env.js"
import type { Emulator, ProviderName } from "../../support/Emulators/index.js"

/** Long enough for a busy machine. */
export const patient: DeadlinesShape = {
  connect: Duration.seconds(10),
  firstByte: Duration.seconds(10),
  idle: Duration.seconds(10),
  minimumRate: { bytesPerSecond: 1, over: Duration.seconds(30) },
  readTotal: Duration.seconds(10),
  createTotal: Duration.seconds(10),
  readAttempts: 1,
  readPause: Duration.zero
}

/** Short enough that what hangs is given up within a test. */
export const brisk: DeadlinesShape = {
  ...patient,
  idle: Duration.millis(150),
  readTotal: Duration.millis(500),
  createTotal: Duration.millis(500)
}

const hangs = /stall|late-success|never|unknown-state|failed-state/

/** The deadlines under which a fault is tried. */
export const deadlinesFor = (fault: string): DeadlinesShape => (hangs.test(fault) ? brisk : patient)

export const prompt = "a heron at dusk, painted for the conformance suite"

const env = (values: Partial<Record<Variable, string>>): typeof Env.Service => ({
  get: (name) => values[name]
})

/** The adapter under test, pointed at an emulator. */
export const adapterOf = (emulator: Emulator, deadlines: DeadlinesShape = patient): Provider => {
  const key = emulator.key
  switch (emulator.provider) {
    case "openai":
      return openAiProvider(
        env({ OPENAI_API_KEY: key, IMAGE_SKILL_OPENAI_BASE_URL: emulator.baseUrl }),
        deadlines
      )
    case "xai":
      return xaiProvider(env({ XAI_API_KEY: key, IMAGE_SKILL_XAI_BASE_URL: emulator.baseUrl }), deadlines)
    case "fal":
      return falProvider(env({ FAL_KEY: key, IMAGE_SKILL_FAL_QUEUE_URL: emulator.baseUrl }), deadlines, {
        pollMillis: 10,
        patience: 3
      })
    case "compatible":
      return compatibleProvider(
        env({
          IMAGE_SKILL_OPENAI_COMPATIBLE_KEY: key,
          IMAGE_SKILL_OPENAI_COMPATIBLE_URL: emulator.baseUrl
        }),
        deadlines
      )
    case "comfyui":
      return comfyProvider(
        env({ IMAGE_SKILL_COMFYUI_KEY: key, IMAGE_SKILL_COMFYUI_URL: emulator.baseUrl }),
        deadlines,
        { pollMillis: 10, patience: 3 }
      )
    case "automatic1111":
      return automatic1111Provider(
        env({ IMAGE_SKILL_AUTOMATIC1111_KEY: key, IMAGE_SKILL_AUTOMATIC1111_URL: emulator.baseUrl }),
        deadlines
      )
  }
}

/** A picture as an owned asset. */
export const media = (
  bytes: Uint8Array,
  width: number,
  height: number,
  mimeType = "image/png"
): MediaInput => ({
  assetId: `image_${width}x${height}`,
  mimeType,
  width,
  height,
  read: Effect.succeed(bytes)
})

/** A plan for a model, with its defaults. */
export const planOf = (id: string, changes: Partial<Plan> = {}): Plan => {
  const model = allModels.find((each) => each.id === id)
  if (model === undefined) throw new Error(`no model ${id}`)
  return {
    jobId: "job_0123456789abcdef0123456789abcdef",
    model,
    prompt: model.prompt === "ignored" ? null : prompt,
    aspectRatio: model.aspectRatios === null ? null : model.defaultAspectRatio,
    outputCount: 1,
    input: null,
    mask: null,
    ...changes,
    parameters: { ...model.defaults, ...changes.parameters }
  }
}

/** How a plan ended: what was delivered, or the fault with its acceptance and code. */
export type Ending =
  | { readonly _tag: "Delivered"; readonly delivery: Delivery }
  | { readonly _tag: "Failed"; readonly fault: ProviderFault }
  | { readonly _tag: "Defect"; readonly text: string }

/** Takes a plan through check, submit and collect, as the driver does. */
export const perform = (provider: Provider, plan: Plan): Effect.Effect<Ending> =>
  Effect.gen(function* () {
    yield* provider
      .check(plan)
      .pipe(Effect.mapError((error) => new ProviderFault({ acceptance: "refused", error })))
    const submitted = yield* provider.submit(plan)
    return submitted._tag === "Delivered"
      ? submitted.delivery
      : yield* provider.collect(plan, submitted.reference)
  }).pipe(
    Effect.exit,
    Effect.map(
      Exit.match({
        onSuccess: (delivery): Ending => ({ _tag: "Delivered", delivery }),
        onFailure: (cause): Ending =>
          Option.match(Cause.failureOption(cause), {
            onSome: (fault): Ending => ({ _tag: "Failed", fault }),
            onNone: (): Ending => ({ _tag: "Defect", text: Cause.pretty(cause) })
          })
      })
    )
  )

/** An ending in one word or two, as the tables write it. */
export const shortly = (ending: Ending): string =>
  ending._tag === "Delivered"
    ? `ok ${ending.delivery.outputs.length}`
    : ending._tag === "Defect"
      ? `defect ${ending.text}`
      : `${ending.fault.acceptance} ${ending.fault.error.code} ${String(ending.fault.error.details?.["cause"])}`

/** The plan of a server that answers with addresses where base64 was asked for. */
const byUrl = (plan: Plan): Plan => ({
  ...plan,
  model: { ...plan.model, fixedControls: { ...plan.model.fixedControls, response_format: "url" } }
})

/** The plan on which a provider's faults are tried: two outputs, so that one may be missing. */
export const faultPlan = (provider: ProviderName, fault: string): Plan =>
  fault.startsWith("url-") && (provider === "xai" || provider === "compatible")
    ? byUrl(usualPlan(provider, fault))
    : usualPlan(provider, fault)

const servers = {
  compatible: "openai-compatible.image",
  comfyui: "comfyui.image",
  automatic1111: "automatic1111.image"
}

const usualPlan = (provider: ProviderName, fault: string): Plan =>
  provider === "openai"
    ? planOf("openai.gpt-image-2", { outputCount: 2, parameters: { quality: "low" } })
    : provider === "xai"
      ? planOf("xai.grok-imagine-image", { outputCount: 2 })
      : provider !== "fal"
        ? planOf(servers[provider], { outputCount: 2 })
        : fault.startsWith("usage-")
          ? planOf("fal.flux-dev")
          : planOf("fal.kling-image-o3-text-to-image", { outputCount: 2 })

import { Validator } from "@cfworker/json-schema"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Catalog, matching, rowOf, summaryOf } from "../../../src/Server/Domain/Catalog/Catalog.js"
import { allModels, vendorModels } from "../../../src/Server/Domain/Catalog/Models.js"
import { capabilityId } from "../../../src/Server/Domain/Catalog/ModelSpec.js"
import { Policy } from "../../../src/Server/Domain/Policy.js"
import { select } from "../../../src/Server/Domain/Selection.js"
import { allProviders } from "../../../src/Server/Providers/Vendors.js"
import { Providers } from "../../../src/Server/Providers/Provider.js"
import type { Variable } from "../../../src/Services/Env.js"
import { patient } from "../Providers/ConformanceHarness.js"

const catalogOf = (env: Partial<Record<Variable, string>>) =>
  Catalog.layer(allModels).pipe(
    Layer.provide(
      Layer.succeed(Providers, { providers: allProviders({ get: (name) => env[name] }, patient) })
    )
  )
const keys = { OPENAI_API_KEY: "sk-test", FAL_KEY: "a:b", XAI_API_KEY: "xai-test" }
const served = Layer.merge(catalogOf(keys), Policy.layerPreview())
const embedded = Layer.merge(catalogOf(keys), Policy.layerLocal)

describe("the data", () => {
  it("names 40 models of vendors, each once, with aliases and capabilities of their own", () => {
    expect(vendorModels).toHaveLength(40)
    const plain = (id: string) => id.toLowerCase().replace(/[^a-z0-9]/g, "")
    const names = allModels.flatMap(({ aliases, id }) => [id, ...aliases].map(plain))
    const own = allModels.flatMap(({ aliases, id }) => [...new Set([id, ...aliases].map(plain))])
    expect(new Set(names).size).toBe(own.length)
    const capabilities = allModels.flatMap((model) =>
      model.operations.map((operation) => capabilityId(model, operation))
    )
    expect(new Set(capabilities).size).toBe(capabilities.length)
    expect(capabilities).toContain("is.image.generate.xai-grok-imagine-image-quality.v1")
  })

  it.each(vendorModels.map((model) => [model.id, model] as const))("%s fits itself", (_, model) => {
    const properties = model.parameters["properties"] as Record<string, unknown>
    expect(model.parameters["additionalProperties"]).toBe(false)
    const validator = new Validator(model.parameters, "2020-12", false)
    expect(validator.validate({ ...model.defaults, ...model.finalTier }).errors).toEqual([])
    // A control is either offered, catalogued, or fixed.
    const catalogued = Object.keys(model.catalogued ?? {})
    expect(catalogued.filter((name) => Object.hasOwn(properties, name))).toEqual([])
    expect(Object.keys(model.fixedControls).filter((name) => Object.hasOwn(properties, name))).toEqual([])
    for (const ratio of Object.keys(model.aspect?.values ?? {})) expect(model.aspectRatios).toContain(ratio)
    for (const value of Object.values(model.aspect?.values ?? {})) {
      const field = model.aspect?.field ?? ""
      expect(new Validator(model.parameters, "2020-12", false).validate({ [field]: value }).errors).toEqual(
        []
      )
    }
    if (model.providerId === "fal") {
      expect(model.wire?.["endpoint"]?.split("/").slice(0, 2).join("/")).toBe(model.wire?.["app"])
    }
  })

  it("knows the models that take no prompt", () => {
    expect(
      vendorModels
        .filter(({ prompt }) => prompt === "ignored")
        .map(({ id }) => id)
        .sort()
    ).toEqual([
      "fal.flux-dev-redux",
      "fal.flux-krea-redux",
      "fal.flux-schnell-redux",
      "fal.trellis-image-to-3d"
    ])
  })
})

describe("availability", () => {
  it.effect("comes with credentials, and says what to do without", () =>
    Effect.gen(function* () {
      const catalog = yield* Catalog
      const all = yield* catalog.entries
      const summary = summaryOf(all, matching(all, {}), {})
      const blocked = (summary["execution_availability"] as { cannot_run: ReadonlyArray<object> }).cannot_run
      expect(blocked).toContainEqual({
        id: "openai.gpt-image-2",
        reason: "OPENAI_API_KEY is not set",
        what_to_do: "set OPENAI_API_KEY"
      })
      expect(blocked).toContainEqual(
        expect.objectContaining({ reason: "IMAGE_SKILL_OPENAI_COMPATIBLE_URL is not set" })
      )
      const row = rowOf(yield* catalog.find("gpt-image-2"), 40, true)
      expect([row.status, row.execution?.model_execution_status]).toEqual(["unavailable", "executable"])
    }).pipe(Effect.provide(catalogOf({})))
  )

  it.effect("never lists what is only described, unless asked", () =>
    Effect.gen(function* () {
      const all = yield* (yield* Catalog).entries
      const described = ["fal.imagen4-preview", "fal.imagen4-preview-fast", "fal.imagen4-preview-ultra"]
      expect(matching(all, { catalog_only: true }).map(({ model }) => model.id)).toEqual(described)
      expect(matching(all, {}).some(({ model }) => described.includes(model.id))).toBe(false)
      expect(matching(all, { available: true, provider: "openai" })).toHaveLength(4)
    }).pipe(Effect.provide(catalogOf(keys)))
  )

  it.effect("finds by alias and by other punctuation", () =>
    Effect.gen(function* () {
      const catalog = yield* Catalog
      for (const [asked, id] of [
        ["nano-banana", "fal.nano-banana-2"],
        ["Nano_Banana_Pro", "fal.nano-banana-pro"],
        ["imagen4-ultra", "fal.imagen4-preview-ultra"],
        ["FAL.flux.dev", "fal.flux-dev"]
      ] as const) {
        expect((yield* catalog.find(asked)).model.id).toBe(id)
      }
    }).pipe(Effect.provide(catalogOf({})))
  )

  it.effect("says no address that is not usable, and no key over plain http", () =>
    Effect.gen(function* () {
      const entry = yield* (yield* Catalog).find("openai.gpt-image-2")
      expect(entry.availability).toMatchObject({ available: false })
      expect(JSON.stringify(entry.availability)).toContain("must be https")
    }).pipe(
      Effect.provide(
        catalogOf({ OPENAI_API_KEY: "k", IMAGE_SKILL_OPENAI_BASE_URL: "http://gateway.example/v1" })
      )
    )
  )
})

const chosen = (asked: Parameters<typeof select>[1], kind: "create" | "edit" = "create") =>
  Effect.map(select(kind, { prompt: "a heron", ...asked }), ({ model, parameters, receipt }) => ({
    id: model.id,
    parameters,
    receipt
  }))

describe("the default model", () => {
  it.effect("of the embedded service is a local engine, whatever keys there are", () =>
    Effect.gen(function* () {
      expect((yield* chosen({})).id).toBe("local.canvas")
      expect((yield* chosen({ intent: "final" })).id).toBe("local.canvas")
      expect((yield* chosen({ provider: "openai" })).id).toBe("openai.gpt-image-2")
    }).pipe(Effect.provide(embedded))
  )

  it.effect("is the strongest; final work gets the higher tier, when the budget allows it", () =>
    Effect.gen(function* () {
      const quality = "xai.grok-imagine-image-quality"
      expect(yield* chosen({})).toMatchObject({ id: quality, parameters: { resolution: "1k" } })
      expect((yield* chosen({ intent: "explore" })).id).toBe(quality)
      expect(yield* chosen({ intent: "final" })).toMatchObject({
        id: quality,
        parameters: { resolution: "2k" }
      })
      const capped = yield* chosen({ intent: "final", max_estimated_usd_per_image: 0.1 })
      expect(capped).toMatchObject({ id: quality, parameters: { resolution: "1k" } })
      expect(capped.receipt["considered"]).toContainEqual({
        model_id: quality,
        tier: { resolution: "2k" },
        usd_per_image: 0.12,
        outcome: "over_budget"
      })
      const low = yield* chosen({ intent: "final", max_estimated_usd_per_image: 0.07 })
      expect(low).toMatchObject({ id: "xai.grok-imagine-image" })
      expect(low.receipt).toMatchObject({
        policy: "default_create_v1",
        intent: "final",
        model_parameters: { source: "default_policy" },
        output: { modality: "image", count: 1 }
      })
    }).pipe(Effect.provide(served))
  )

  it.effect("of a draft is the cheapest, and its caller's parameters win", () =>
    Effect.gen(function* () {
      expect((yield* chosen({ intent: "draft" })).id).toBe("local.canvas")
      expect((yield* chosen({ intent: "draft", provider: "xai" })).id).toBe("xai.grok-imagine-image")
      const own = yield* chosen({ intent: "final", model_parameters: { resolution: "1k" } })
      expect(own.parameters).toMatchObject({ resolution: "1k" })
    }).pipe(Effect.provide(served))
  )

  it.effect("makes what is asked: outputs, ratios, masks, references", () =>
    Effect.gen(function* () {
      expect((yield* chosen({ output_count: 4, provider: "fal" }).pipe(Effect.flip)).code).toBe(
        "CAPABILITY_DENIED"
      )
      expect((yield* chosen({ mask_asset_id: "image_x", accept_unknown_cost: true }, "edit")).id).toBe(
        "openai.gpt-image-2-edit"
      )
      expect((yield* chosen({ aspect_ratio: "20:9" })).id).toContain("xai.")
    }).pipe(Effect.provide(served))
  )

  it.effect("names what is needed when nothing fits the budget", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(chosen({ provider: "openai", max_estimated_usd_per_image: 0.05 }))
      expect([error.code, error.details?.["required_usd_per_image"]]).toEqual(["BUDGET_EXCEEDED", 0.09])
      const whole = yield* Effect.flip(chosen({ provider: "xai", output_count: 3, max_usd: 0.05 }))
      expect([whole.code, whole.details?.["required_usd"]]).toEqual(["BUDGET_EXCEEDED", 0.12])
    }).pipe(Effect.provide(served))
  )
})

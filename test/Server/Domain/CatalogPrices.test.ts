import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { pricedFor } from "../../../src/Server/Domain/Catalog/Fields.js"
import { vendorModels } from "../../../src/Server/Domain/Catalog/Models.js"
import {
  megapixelsOf,
  outputTokens,
  priceOf,
  unitsCost,
  usageCost
} from "../../../src/Server/Domain/Catalog/Prices.js"
import { priceOutput } from "../../../src/Server/Domain/Pricing.js"
import { creditsForCost, MicroUsd } from "../../../src/Schema/Money.js"

const model = (id: string) => {
  const found = vendorModels.find((each) => each.id === id)
  if (found === undefined) throw new Error(`no model ${id}`)
  return found
}

interface Request {
  readonly parameters?: Record<string, unknown>
  readonly ratio?: string | null
  readonly outputs?: number
  readonly inputs?: number
  readonly prompt?: string
}

const priced = (id: string, request: Request = {}) => {
  const spec = model(id)
  return priceOutput(
    pricedFor(spec, {
      parameters: { ...spec.defaults, ...request.parameters },
      aspectRatio: request.ratio === undefined ? spec.defaultAspectRatio : request.ratio,
      outputs: request.outputs ?? 1,
      inputs: request.inputs ?? (spec.operations.includes("image.edit") ? 1 : 0),
      prompt: request.prompt ?? null
    }),
    40
  )
}

// Model, request, what the provider asks for one output in micro-dollars, and the debit in credits.
const prices: ReadonlyArray<readonly [string, Request, number, number]> = [
  ["fal.flux-dev", {}, 50_000, 9],
  ["fal.flux-dev", { parameters: { image_size: "square" } }, 25_000, 5],
  ["fal.flux-dev", { ratio: "16:9" }, 25_000, 5],
  ["fal.flux-pro-v1-1-ultra", {}, 60_000, 10],
  ["fal.flux-pro-kontext", {}, 40_000, 7],
  ["fal.flux-pro-kontext-max", {}, 80_000, 14],
  ["fal.z-image-turbo", { ratio: "4:3" }, 5_000, 1],
  ["fal.z-image-turbo", {}, 10_000, 2],
  ["fal.z-image-turbo-image-to-image", { parameters: { image_size: "square" } }, 5_000, 1],
  ["fal.nano-banana-2", {}, 80_000, 14],
  ["fal.nano-banana-2-edit", { parameters: { resolution: "0.5K" } }, 60_000, 10],
  ["fal.nano-banana-2-edit", { parameters: { resolution: "2K" } }, 120_000, 20],
  ["fal.nano-banana-2-edit", { parameters: { resolution: "4K" } }, 160_000, 27],
  ["fal.nano-banana-pro", { parameters: { resolution: "2K" } }, 150_000, 25],
  ["fal.nano-banana-pro-edit", { parameters: { resolution: "4K" } }, 300_000, 50],
  ["fal.gemini-3-pro-image-preview", {}, 150_000, 25],
  ["fal.gemini-3-pro-image-preview", { parameters: { resolution: "4K" } }, 300_000, 50],
  ["fal.gemini-3-pro-image-preview-edit", { parameters: { resolution: "4K" } }, 300_000, 50],
  ["fal.ideogram-v2-edit", {}, 80_000, 14],
  ["fal.bytedance-seedream-v4-5-text-to-image", {}, 40_000, 7],
  ["fal.bytedance-seedream-v4-5-edit", {}, 40_000, 7],
  ["fal.bytedance-seedream-v5-lite-text-to-image", {}, 35_000, 6],
  ["fal.bytedance-seedream-v5-lite-edit", {}, 35_000, 6],
  ["fal.kling-image-o1", {}, 28_000, 5],
  ["fal.kling-image-v3-text-to-image", {}, 28_000, 5],
  ["fal.kling-image-v3-image-to-image", {}, 28_000, 5],
  ["fal.kling-image-o3-text-to-image", { outputs: 2 }, 28_000, 5],
  ["fal.kling-image-o3-image-to-image", { parameters: { resolution: "4K" } }, 56_000, 10],
  ["fal.dreamo", { parameters: { image_size: { width: 1280, height: 720 } } }, 50_000, 9],
  ["fal.trellis-image-to-3d", {}, 20_000, 4],
  ["fal.ltx-video-13b-distilled", {}, 40_000, 7],
  ["fal.stable-audio-25-text-to-audio", {}, 200_000, 34],
  ["fal.flux-dev-redux", {}, 25_000, 5],
  ["fal.flux-krea-redux", {}, 25_000, 5],
  ["fal.flux-schnell-redux", {}, 25_000, 5],
  ["fal.imagen4-preview", {}, 40_000, 7],
  ["fal.imagen4-preview-fast", {}, 20_000, 4],
  ["fal.imagen4-preview-ultra", {}, 60_000, 10],
  ["xai.grok-imagine-image", {}, 20_000, 4],
  ["xai.grok-imagine-image-edit", { inputs: 3 }, 26_000, 5],
  ["xai.grok-imagine-image-quality", {}, 50_000, 9],
  ["xai.grok-imagine-image-quality", { parameters: { resolution: "2k" }, outputs: 10 }, 70_000, 12],
  ["xai.grok-imagine-image-quality-edit", { parameters: { resolution: "2k" } }, 80_000, 14],
  ["openai.gpt-image-1.5", { parameters: { quality: "low" } }, 8_704, 2],
  ["openai.gpt-image-1.5", {}, 33_792, 6],
  ["openai.gpt-image-1.5", { parameters: { quality: "high" }, ratio: "3:2" }, 198_656, 34],
  ["openai.gpt-image-1.5", { parameters: { quality: "high", size: "1024x1536" } }, 199_680, 34],
  ["openai.gpt-image-2", { parameters: { quality: "low" } }, 5_880, 1],
  ["openai.gpt-image-2", {}, 52_680, 9],
  ["openai.gpt-image-2", { parameters: { quality: "high" } }, 210_720, 36],
  ["openai.gpt-image-2", { parameters: { quality: "high" }, ratio: "2:3" }, 164_640, 28],
  // 400 bytes of prompt are about 100 tokens, paid once for both outputs.
  ["openai.gpt-image-2", { prompt: "a".repeat(400), outputs: 2 }, 52_930, 9]
]

describe("the price of a request", () => {
  it.each(prices)("%s %j", (id, request, microUsd, credits) => {
    const price = priced(id, request)
    expect([price.providerCost, price.creditsPerOutput]).toEqual([microUsd, credits])
  })

  it("covers every model of the vendors that has a price before the run", () => {
    const tested = new Set(prices.map(([id]) => id))
    const metered = vendorModels.filter(({ prices: rule }) => rule?.rule === "tokens" && rule.metered)
    expect(vendorModels.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual(
      metered.map(({ id }) => id)
    )
  })

  it.each([
    ["openai.gpt-image-1.5-edit", {}],
    ["openai.gpt-image-2-edit", {}],
    ["openai.gpt-image-1.5", { parameters: { quality: "auto" } }],
    ["openai.gpt-image-2", { parameters: { size: "auto" } }],
    ["fal.z-image-turbo-image-to-image", {}]
  ] as const)("%s %j is unknown before the run, with a ceiling", (id, request) => {
    const price = priced(id, request)
    expect([price.providerCost, price.confidence]).toEqual([null, "unknown"])
    expect(price.creditsPerOutput).toBeGreaterThan(1)
  })

  it.each([
    // The three seed examples that a guard on the debit refuses, and what they need.
    ["fal.gemini-3-pro-image-preview", { parameters: { resolution: "4K" } }, 30, 50],
    ["xai.grok-imagine-image-quality", { parameters: { resolution: "2k" } }, 7, 12],
    ["fal.dreamo", { parameters: { image_size: { width: 1280, height: 720 } }, inputs: 2 }, 6, 9]
  ] as const)("%s %j is above a guard of %i cents and needs %i", (id, request, guard, needed) => {
    const price = priced(id, request)
    expect(price.creditsPerOutput).toBeGreaterThan(guard)
    expect(price.creditsPerOutput).toBe(needed)
  })
})

describe("tokens", () => {
  const formula = { output: "formula" } as const
  it.each([
    ["low", [196, 158, 120, 397, 205, 371]],
    ["medium", [1756, 1372, 1078, 3568, 1843, 3336]],
    ["high", [7024, 5488, 4312, 14272, 7370, 13342]]
  ] as const)("of gpt-image-2 at %s are those that were published", (quality, expected) => {
    const sizes = ["1024x1024", "1024x1536", "1536x864", "2048x2048", "2560x1440", "3840x2160"]
    expect(sizes.map((size) => outputTokens(formula, quality, size))).toEqual(expected)
  })

  it("are the same for a size and its rotation, and never above the ceiling", () => {
    const rule = model("openai.gpt-image-2").prices
    if (rule?.rule !== "tokens") throw new Error("no tokens")
    const side = fc.integer({ min: 40, max: 240 }).map((sixteenths) => sixteenths * 16)
    fc.assert(
      fc.property(side, side, fc.constantFrom("low", "medium", "high"), (width, height, quality) => {
        fc.pre(
          width * height >= 655_360 &&
            width * height <= 8_294_400 &&
            Math.max(width, height) <= 3 * Math.min(width, height)
        )
        const tokens = outputTokens(rule, quality, `${width}x${height}`) ?? Number.NaN
        expect(tokens).toBe(outputTokens(rule, quality, `${height}x${width}`))
        const unknown = priceOf(rule, { fields: { quality }, outputs: 1, inputs: 0, prompt: null })
        expect(unknown.microUsd === null ? unknown.ceiling : 0).toBeGreaterThanOrEqual(tokens * 30)
      })
    )
  })

  it("of a usage report are paid at their own prices", () => {
    const rule = model("openai.gpt-image-2").prices
    if (rule?.rule !== "tokens") throw new Error("no tokens")
    const usage = {
      textInput: 50,
      imageInput: 1_000,
      cachedTextInput: 10,
      cachedImageInput: 400,
      textOutput: 0,
      imageOutput: 1_756
    }
    // 40·5 + 10·1.25 + 600·8 + 400·2 + 1756·30, rounded up
    expect(usageCost(rule.nanoUsd, usage)).toBe(58_493)
  })
})

describe("billed units", () => {
  it.each([
    ["1", 25_000],
    ["1.0", 25_000],
    ["1.048576", 26_215],
    ["0.0000001", 1],
    ["2.5", 62_500]
  ])("%s of $0.025 cost %i", (units, micro) => {
    expect(unitsCost(25_000, units)).toBe(micro)
  })
  it.each(["", "-1", "1e3", "NaN", "0x10", "1.", "1,5", "99999999"])("%j are no units", (units) => {
    expect(unitsCost(25_000, units)).toBeNull()
  })
})

describe("arithmetic", () => {
  it("of credits is that of rational numbers, for 100,000 prices", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000_000 }),
        fc.integer({ min: 0, max: 95 }),
        (micro, margin) => {
          // The smallest n ≥ 1 with n · $0.01 · (100 − margin)% ≥ cost, in exact integers.
          const each = BigInt(100 - margin) * 10_000n
          const n = BigInt(creditsForCost(MicroUsd.make(micro), margin))
          const cost = BigInt(micro) * 100n
          return n >= 1n && n * each >= cost && (n === 1n || (n - 1n) * each < cost)
        }
      ),
      { numRuns: 100_000 }
    )
  })

  it("of units is that of rational numbers", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_999_999 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (micro, price) => {
          const units = `${Math.floor(micro / 1_000_000)}.${String(micro % 1_000_000).padStart(6, "0")}`
          const cost = unitsCost(price, units)
          return cost !== null && BigInt(cost) === (BigInt(micro) * BigInt(price) + 999_999n) / 1_000_000n
        }
      ),
      { numRuns: 20_000 }
    )
  })

  it("of megapixels counts each one begun", () => {
    expect(megapixelsOf({ width: 1_000, height: 1_000 })).toBe(1)
    expect(megapixelsOf({ width: 1_024, height: 1_024 })).toBe(2)
  })
})

import type { JsonObject } from "../../../Schema/Open.js"
import type { ModelData } from "./ModelData.js"
import type { ModelSpec, PricingRule } from "./ModelSpec.js"
import { type PricedRequest, priceOf } from "./Prices.js"

/** A model's own parameters with the field among them that tells the provider the aspect ratio; a given one wins. */
export const fieldsOf = (
  model: Pick<ModelSpec, "aspect">,
  parameters: JsonObject,
  ratio: string | null
): JsonObject => {
  const { aspect } = model
  if (aspect === undefined || ratio === null || Object.hasOwn(parameters, aspect.field)) return parameters
  const value = ratio === "auto" ? aspect.auto : aspect.values === undefined ? ratio : aspect.values[ratio]
  return value === undefined ? parameters : { ...parameters, [aspect.field]: value }
}

/** What of a request decides its price, as the plan tells it. */
export interface Asked {
  readonly parameters: JsonObject
  readonly aspectRatio: string | null
  readonly outputs: number
  readonly inputs: number
  readonly prompt: string | null
}

const resolved = (rule: NonNullable<ModelSpec["prices"]>, request: PricedRequest): PricingRule => {
  const price = priceOf(rule, request)
  return price.microUsd === null
    ? { rule: "unknown", ceiling: price.ceiling }
    : { rule: "usd_per_output", usd: price.microUsd, confidence: price.confidence }
}

/** The model with the price of this very request instead of its usual one. */
export const pricedFor = (model: ModelSpec, asked: Asked): ModelSpec =>
  model.prices === undefined
    ? model
    : {
        ...model,
        pricing: resolved(model.prices, {
          fields: fieldsOf(model, asked.parameters, asked.aspectRatio),
          outputs: asked.outputs,
          inputs: asked.inputs,
          prompt: asked.prompt
        })
      }

/** The price of a model's usual request: its defaults, its usual ratio, one output, and no prompt. */
export const usualPrice = (model: ModelData): PricingRule =>
  resolved(model.prices, {
    fields: fieldsOf(model, model.defaults, model.defaultAspectRatio),
    outputs: 1,
    inputs: model.operations.includes("image.edit") ? 1 : 0,
    prompt: null
  })

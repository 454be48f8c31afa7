import type { MicroUsd } from "../../../Schema/Money.js"
import type { ModelSpec } from "../../Domain/Catalog/ModelSpec.js"
import { unitsCost } from "../../Domain/Catalog/Prices.js"
import type { Reply } from "../Wire/Exchange.js"
import { list, record, text } from "../Wire/Json.js"

/** A finished request: where its media is, and what its checker held back. */
export interface Result {
  readonly urls: ReadonlyArray<string>
  /** Outputs that were blanked because they looked unsafe. */
  readonly withheld: number
}

/** Reads a model's output: a list of files, or one, under the field that the model has for it. */
export const resultOf = (body: unknown, model: ModelSpec): Result => {
  const output = record(body)
  const found = output[model.wire?.["output"] ?? "images"] ?? output["image"]
  const files = Array.isArray(found) ? found : found === undefined ? [] : [found]
  const unsafe = list(output["has_nsfw_concepts"])
  const urls = files.flatMap((file, index) => {
    const url = text(record(file)["url"])
    return url === undefined ? [] : [{ url, isWithheld: unsafe[index] === true }]
  })
  return {
    urls: urls.filter(({ isWithheld }) => !isWithheld).map(({ url }) => url),
    withheld: urls.filter(({ isWithheld }) => isWithheld).length
  }
}

/** What a request was billed, from the header that counts billed units; `null` where its unit is not certain. */
export const billedOf = (reply: Pick<Reply, "headers">, model: ModelSpec): MicroUsd | null => {
  const units = reply.headers["x-fal-billable-units"]
  const { prices } = model
  if (units === undefined || prices === undefined || prices.rule === "tokens") return null
  const isCertain = prices.rule === "megapixels" || (prices.tiers === undefined && model.modality === "image")
  return isCertain ? unitsCost(prices.microUsd, units) : null
}

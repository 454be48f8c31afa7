import type { MicroUsd } from "../../../Schema/Money.js"
import type { PriceRule, Usage } from "../../Domain/Catalog/Prices.js"
import { usageCost } from "../../Domain/Catalog/Prices.js"
import { fromBase64 } from "../Wire/Base64.js"
import { count, list, record, text } from "../Wire/Json.js"

/** One item of an answer: its bytes, or where they are. */
export interface Item {
  readonly bytes: Uint8Array | null
  readonly url: string | null
}

/** The items that hold a picture or name one; what is neither is left out. */
export const itemsOf = (body: unknown): ReadonlyArray<Item> =>
  list(record(body)["data"]).flatMap((each): ReadonlyArray<Item> => {
    const item = record(each)
    const encoded = text(item["b64_json"])
    const bytes = encoded === undefined ? null : fromBase64(encoded)
    const url = text(item["url"]) ?? null
    return bytes === null && url === null ? [] : [{ bytes, url }]
  })

/** What an answer's usage report says that the run cost; `null` when there is no usable one. */
export const usageOf = (body: unknown, prices: PriceRule | undefined): MicroUsd | null => {
  if (prices?.rule !== "tokens") return null
  const report = record(record(body)["usage"])
  const input = count(report["input_tokens"])
  const output = count(report["output_tokens"])
  if (input === undefined || output === undefined) return null
  const given = record(report["input_tokens_details"])
  const made = record(report["output_tokens_details"])
  const imageInput = count(given["image_tokens"]) ?? 0
  const textOutput = count(made["text_tokens"]) ?? 0
  const most = 10_000_000
  if (imageInput > input || textOutput > output || input > most || output > most) return null
  const usage: Usage = {
    textInput: input - imageInput,
    imageInput,
    // The report does not tell which tokens were cached; the dearer price is never too low.
    cachedTextInput: 0,
    cachedImageInput: 0,
    textOutput,
    imageOutput: output - textOutput
  }
  return usageCost(prices.nanoUsd, usage)
}

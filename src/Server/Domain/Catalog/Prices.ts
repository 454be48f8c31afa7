import { ceilDiv, MicroUsd } from "../../../Schema/Money.js"
import type { JsonObject } from "../../../Schema/Open.js"
import { pixelsOf, type Pixels } from "./Sizes.js"

/** Prices of tokens in billionths of a dollar each, so that a quarter of a micro-dollar is still an integer. */
export interface TokenPrices {
  readonly textInput: number
  readonly textInputCached: number
  readonly imageInput: number
  readonly imageInputCached: number
  readonly imageOutput: number
  readonly textOutput?: number
}

/** How a provider prices a request; every amount is an integer (contract §7). */
export type PriceRule =
  /** So much for each output, by a parameter's tier if it has tiers, and for each input image of the request. */
  | {
      readonly rule: "flat"
      readonly microUsd: number
      readonly tiers?: { readonly parameter: string; readonly microUsd: Readonly<Record<string, number>> }
      readonly perInput?: number
      readonly confidence: "known" | "estimated"
    }
  /** So much for each megapixel begun; `ceiling` for one output where the provider chooses the size. */
  | {
      readonly rule: "megapixels"
      readonly microUsd: number
      readonly field: string
      readonly ceiling: number
    }
  /** By tokens: outputs by a table or the formula; a metered request's inputs are only counted by the run. */
  | {
      readonly rule: "tokens"
      readonly nanoUsd: TokenPrices
      readonly output: Readonly<Record<string, Readonly<Record<string, number>>>> | "formula"
      readonly metered: boolean
    }

/** What of a request decides its price: `fields` are the parameters with the aspect ratio's field among them. */
export interface PricedRequest {
  readonly fields: JsonObject
  readonly outputs: number
  /** Images that the request hands over: input and references. */
  readonly inputs: number
  readonly prompt: string | null
}

/** A provider's price of one output: `microUsd` is `null` when only the run tells, and then at most `ceiling`. */
export type ProviderPrice =
  | { readonly microUsd: MicroUsd; readonly confidence: "known" | "estimated" }
  | { readonly microUsd: null; readonly ceiling: MicroUsd }

/** Prices one output of a request by the provider's rule. */
export const priceOf = (rule: PriceRule, request: PricedRequest): ProviderPrice => {
  switch (rule.rule) {
    case "flat": {
      const tier = rule.tiers === undefined ? undefined : request.fields[rule.tiers.parameter]
      const each =
        (typeof tier === "string" && rule.tiers !== undefined && Object.hasOwn(rule.tiers.microUsd, tier)
          ? rule.tiers.microUsd[tier]
          : undefined) ?? rule.microUsd
      // The inputs are paid once for the request, and shared by its outputs.
      const inputs = (rule.perInput ?? 0) * request.inputs
      return {
        microUsd: MicroUsd.make(each + ceilDiv(inputs, request.outputs)),
        confidence: rule.confidence
      }
    }
    case "megapixels": {
      const size = pixelsOf(request.fields[rule.field])
      return size === null
        ? { microUsd: null, ceiling: MicroUsd.make(rule.ceiling) }
        : { microUsd: MicroUsd.make(megapixelsOf(size) * rule.microUsd), confidence: "estimated" }
    }
    case "tokens":
      return tokenPrice(rule, request)
  }
}

/** Megapixels as they are billed: each one begun counts, a megapixel being a million (unverified, so the dearer reading). */
export const megapixelsOf = ({ height, width }: Pixels): number => ceilDiv(width * height, 1_000_000)

type Tokens = Extract<PriceRule, { readonly rule: "tokens" }>

const tokenPrice = (rule: Tokens, request: PricedRequest): ProviderPrice => {
  const quality = String(request.fields["quality"] ?? "auto")
  const size = typeof request.fields["size"] === "string" ? request.fields["size"] : "auto"
  const output = outputTokens(rule, quality, size)
  const text = textTokens(request.prompt ?? "")
  const perOutput = (outputTokensEach: number, imageTokens: number): MicroUsd =>
    microOf(
      outputTokensEach * rule.nanoUsd.imageOutput +
        ceilDiv(
          text * rule.nanoUsd.textInput + request.inputs * imageTokens * rule.nanoUsd.imageInput,
          request.outputs
        )
    )
  return output === null || rule.metered
    ? { microUsd: null, ceiling: perOutput(output ?? mostTokens(rule, quality), mostInputTokens) }
    : { microUsd: perOutput(output, mostInputTokens), confidence: "estimated" }
}

// No formula is published; the dearest figure seen is about 3,050 for a square of 1024 (unverified).
const mostInputTokens = 10_000

/** Tokens of a text, about four bytes each: an estimate before the run. */
export const textTokens = (text: string): number => ceilDiv(Buffer.byteLength(text), 4)

const microOf = (nano: number): MicroUsd => MicroUsd.make(ceilDiv(nano, 1_000))

const fineness: Readonly<Record<string, number>> = { low: 16, medium: 48, high: 96 }

/** Output tokens of one image, `null` when quality or size are left to the provider. */
export const outputTokens = (rule: Pick<Tokens, "output">, quality: string, size: string): number | null => {
  if (rule.output !== "formula") return rule.output[quality]?.[size] ?? null
  const pixels = pixelsOf(size)
  const fine = fineness[quality]
  return pixels === null || fine === undefined ? null : formulaTokens(fine, pixels)
}

// Reproduces every figure that the vendor published (providers.md §1.5).
const formulaTokens = (fine: number, { height, width }: Pixels): number => {
  const long = Math.max(width, height)
  const short = Math.min(width, height)
  const patches = 2 * fine * short + long
  const across = (patches - (patches % (2 * long))) / (2 * long)
  return ceilDiv(fine * across * (2_000_000 + width * height), 4_000_000)
}

/** The most that one output can take at a quality, or at any when it is left to the provider. */
const mostTokens = (rule: Tokens, quality: string): number => {
  if (rule.output === "formula") {
    return formulaTokens(fineness[quality] ?? 96, { width: 2880, height: 2880 })
  }
  const table = rule.output[quality]
  const rows = table === undefined ? Object.values(rule.output) : [table]
  return Math.max(...rows.flatMap((row) => Object.values(row)))
}

/** Tokens as a provider's usage report counts them. */
export interface Usage {
  readonly textInput: number
  readonly imageInput: number
  readonly cachedTextInput: number
  readonly cachedImageInput: number
  readonly textOutput: number
  readonly imageOutput: number
}

/** What a run cost by its usage report, rounded up to a micro-dollar. */
export const usageCost = (prices: TokenPrices, usage: Usage): MicroUsd =>
  microOf(
    (usage.textInput - usage.cachedTextInput) * prices.textInput +
      usage.cachedTextInput * prices.textInputCached +
      (usage.imageInput - usage.cachedImageInput) * prices.imageInput +
      usage.cachedImageInput * prices.imageInputCached +
      usage.imageOutput * prices.imageOutput +
      usage.textOutput * (prices.textOutput ?? prices.imageOutput)
  )

/** What so many billed units cost: `units` is a decimal text like `1.05`; `null` when it is none. */
export const unitsCost = (microUsd: number, units: string): MicroUsd | null => {
  const match = /^([0-9]{1,6})(?:\.([0-9]{1,18}))?$/.exec(units.trim())
  if (match === null) return null
  // A digit beyond the sixth place rounds the units up.
  const fraction = match[2] ?? ""
  const micro = Number(match[1]) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, "0"))
  const beyond = /[1-9]/.test(fraction.slice(6)) ? 1 : 0
  const cost = BigInt(micro + beyond) * BigInt(microUsd)
  const rounded = (cost + 999_999n) / 1_000_000n
  return rounded > 1_000_000_000_000n ? null : MicroUsd.make(Number(rounded))
}

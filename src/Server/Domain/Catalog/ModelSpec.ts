import type { Credits, MicroUsd } from "../../../Schema/Money.js"
import type { ModelOperation } from "../../../Schema/Model.js"
import type { JsonObject } from "../../../Schema/Open.js"
import type { PriceRule } from "./Prices.js"

/** How an output's price is found. */
export type PricingRule =
  /** A local engine's own price list: nobody is owed money. */
  | { readonly rule: "credits_per_output"; readonly credits: Credits }
  | { readonly rule: "usd_per_output"; readonly usd: MicroUsd; readonly confidence: "known" | "estimated" }
  /** Only the run tells the cost; `ceiling` is the most that one output may cost the provider's customer. */
  | { readonly rule: "unknown"; readonly ceiling: MicroUsd }

/** How a model's provider is told the aspect ratio. */
export interface AspectWire {
  readonly field: string
  /** The field's value for each ratio; without it the ratio itself. */
  readonly values?: Readonly<Record<string, string>>
  /** The field's value when the input decides; without it nothing is sent. */
  readonly auto?: string
}

/** Which reference images a model takes (contract §4). */
export interface ReferenceRule {
  readonly roles: ReadonlyArray<string>
  readonly max: number
  /** What a reference may be used for, where the model tells such uses apart. */
  readonly tasks?: ReadonlyArray<string>
}

/** A model as the catalog keeps it: what it takes, makes, costs, and whether it is wired here. */
export interface ModelSpec {
  readonly id: string
  readonly displayName: string
  readonly providerId: string
  readonly operations: ReadonlyArray<ModelOperation>
  readonly modality: "image" | "video" | "audio" | "3d"
  readonly description: string
  /** Whether a prompt is needed, may be given, or is ignored. */
  readonly prompt: "required" | "optional" | "ignored"
  readonly aspectRatios: "any" | ReadonlyArray<string> | null
  /** The ratio of a request that names none. */
  readonly defaultAspectRatio: string
  readonly maxOutputs: number
  readonly outputTypes: ReadonlyArray<string>
  readonly maskSupported: boolean
  readonly references: ReferenceRule | null
  /** JSON Schema of model_parameters. */
  readonly parameters: JsonObject
  readonly defaults: JsonObject
  readonly fixedControls: JsonObject
  readonly pricing: PricingRule
  readonly latencyClass: "seconds" | "tens_of_seconds" | "minutes"
  readonly safety: JsonObject
  readonly aliases: ReadonlyArray<string>
  /** Whether the default policy may choose it when the caller names no model. */
  readonly selectable: boolean
  /** Higher is better: the order in which the default policy prefers models. */
  readonly quality: number
  /** How the provider prices a request; `pricing` is then what its usual request costs. */
  readonly prices?: PriceRule
  /** How the provider is told the aspect ratio. */
  readonly aspect?: AspectWire
  /** Parameters that the provider documents and that cannot be asked for here, as JSON Schemas by name. */
  readonly catalogued?: JsonObject
  /** Longest prompt in characters. */
  readonly promptLimit?: number
  /** Whether nothing can be edited without a mask. */
  readonly maskRequired?: boolean
  /** Whether a mask must have an alpha channel, whose transparent pixels are edited. */
  readonly maskAlphaRequired?: boolean
  /** The provider's own names: endpoint, model, media fields. */
  readonly wire?: Readonly<Record<string, string>>
  /** Parameters of the higher tier, which intents like `final` get when the budget allows. */
  readonly finalTier?: JsonObject
  /** `false` when it is only described: no adapter runs it. */
  readonly wired?: boolean
  /** Which of these facts nobody has verified against the provider. */
  readonly unverified?: ReadonlyArray<string>
}

/** The capability id of a model for one of its operations (contract §6). */
export const capabilityId = (model: ModelSpec, operation: ModelOperation): string =>
  `is.${operation}.${model.id.replaceAll(".", "-")}.v1`

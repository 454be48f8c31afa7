import type { Credits, MicroUsd } from "../../../Schema/Money.js"
import type { ModelOperation } from "../../../Schema/Model.js"
import type { JsonObject } from "../../../Schema/Open.js"

/** How an output's price is found. */
export type PricingRule =
  /** A local engine's own price list: nobody is owed money. */
  | { readonly rule: "credits_per_output"; readonly credits: Credits }
  | { readonly rule: "usd_per_output"; readonly usd: MicroUsd; readonly confidence: "known" | "estimated" }

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
  readonly references: { readonly roles: ReadonlyArray<string>; readonly max: number } | null
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
}

/** The capability id of a model for one of its operations (contract §6). */
export const capabilityId = (model: ModelSpec, operation: ModelOperation): string =>
  `is.${operation}.${model.id.replaceAll(".", "-")}.v1`

import type { CreateRequest } from "../../Schema/Create.js"
import type { JsonObject } from "../../Schema/Open.js"
import type { CatalogEntry } from "./Catalog/Catalog.js"
import { pricedFor } from "./Catalog/Fields.js"
import type { ModelSpec } from "./Catalog/ModelSpec.js"
import { priceOutput } from "./Pricing.js"

/** What of a request decides which model runs it. */
export type Asked = Omit<Partial<CreateRequest>, "dry_run" | "idempotency_key" | "wait_ms"> & {
  readonly mask_asset_id?: string
}

/** A model that could run a request, at one of its tiers, with what it would debit for each output. */
export interface Offer {
  readonly entry: CatalogEntry
  /** Parameters of the tier; empty for the usual one. */
  readonly tier: JsonObject
  readonly credits: number
  /** Whether the price is known before the run. */
  readonly known: boolean
  /** Why it cannot run this request, `null` when it can. */
  readonly unfit: string | null
  /** The order in which the policy prefers offers, the higher the better. */
  readonly rank: number
}

const finalIntents = new Set([
  "final",
  "finalize",
  "product",
  "product-shot",
  "hero",
  "campaign",
  "publication",
  "deliverable"
])

/** What a model offers for a request: its usual tier, and for final work the higher one before it (contract §7). */
export const offersOf = (
  entry: CatalogEntry,
  kind: "create" | "edit",
  asked: Asked,
  marginPercent: number
): ReadonlyArray<Offer> => {
  const { model } = entry
  const tier = finalIntents.has(asked.intent ?? "") ? model.finalTier : undefined
  const offer = (chosen: JsonObject, rank: number): Offer => {
    const price = priceOutput(
      pricedFor(model, {
        parameters: { ...model.defaults, ...chosen, ...asked.model_parameters },
        aspectRatio: model.aspectRatios === null ? null : (asked.aspect_ratio ?? model.defaultAspectRatio),
        outputs: asked.output_count ?? 1,
        inputs: (kind === "edit" ? 1 : 0) + (asked.references ?? []).length,
        prompt: asked.prompt ?? null
      }),
      marginPercent
    )
    return {
      entry,
      tier: chosen,
      credits: price.creditsPerOutput,
      known: price.providerCost !== null,
      unfit: unfitness(model, asked),
      rank
    }
  }
  return [...(tier === undefined ? [] : [offer(tier, model.quality + 0.5)]), offer({}, model.quality)]
}

const unfitness = (model: ModelSpec, asked: Asked): string | null => {
  const ratio = asked.aspect_ratio
  const roles = (asked.references ?? []).map(({ role }) => role)
  if ((asked.output_count ?? 1) > model.maxOutputs) return `makes at most ${model.maxOutputs} at once`
  if (asked.mask_asset_id !== undefined && !model.maskSupported) return "takes no mask"
  if (asked.mask_asset_id === undefined && model.maskRequired === true) return "needs a mask"
  if (roles.some((role) => model.references?.roles.includes(role) !== true)) return "takes no such references"
  if (roles.length > (model.references?.max ?? 0)) return "takes fewer references"
  if (
    ratio !== undefined &&
    ratio !== model.defaultAspectRatio &&
    Array.isArray(model.aspectRatios) &&
    !model.aspectRatios.includes(ratio)
  ) {
    return `does not offer ${ratio}`
  }
  return null
}

import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { failure, type GenericFailure } from "../../../Errors.js"
import type { ModelOperation, ModelRow, ModelsQuery } from "../../../Schema/Model.js"
import { creditsToUsd, creditUnitUsd, microToUsd } from "../../../Schema/Money.js"
import type { JsonObject } from "../../../Schema/Open.js"
import { layerEffect } from "../../../Stack.js"
import { type Availability, Providers } from "../../Providers/Provider.js"
import { Policy } from "../Policy.js"
import { type OutputPrice, priceOutput } from "../Pricing.js"
import { capabilityId, type ModelSpec } from "./ModelSpec.js"

/** A model with whether it can run here and now. */
export interface CatalogEntry {
  readonly model: ModelSpec
  /** `null` when no provider here can run it: it is catalogued only. */
  readonly availability: Availability | null
}

/** The models that this service knows (contract §6). */
export class Catalog extends Context.Tag("image-skill/Server/Catalog")<
  Catalog,
  {
    /** All entries, those that can run first, then by quality and id. */
    readonly entries: Effect.Effect<ReadonlyArray<CatalogEntry>>
    /** The entry of an id, an alias, or an id written with other punctuation. */
    readonly find: (id: string) => Effect.Effect<CatalogEntry, GenericFailure>
  }
>() {
  /** Of these models, run by the providers that are provided. */
  static readonly layer = (models: ReadonlyArray<ModelSpec>) =>
    layerEffect(
      Catalog,
      Effect.gen(function* () {
        const { providers } = yield* Providers
        const byId = new Map(providers.map((provider) => [provider.id, provider]))
        const entries = Effect.gen(function* () {
          const availability = new Map<string, Availability>()
          for (const [id, provider] of byId) availability.set(id, yield* provider.availability)
          return models
            .map(
              (model): CatalogEntry => ({
                model,
                availability: model.wired === false ? null : (availability.get(model.providerId) ?? null)
              })
            )
            .sort(
              (left, right) =>
                rank(right) - rank(left) ||
                right.model.quality - left.model.quality ||
                (left.model.id < right.model.id ? -1 : 1)
            )
        })
        return {
          entries,
          find: (id) =>
            Effect.flatMap(entries, (all) => {
              const wanted = plain(id)
              const found =
                all.find(({ model }) => model.id === id) ??
                all.find(
                  ({ model }) =>
                    plain(model.id) === wanted || model.aliases.some((alias) => plain(alias) === wanted)
                )
              return found === undefined
                ? Effect.fail(
                    failure("NOT_FOUND", "there is no such model here", {
                      recovery: { suggested_command: "image-skill models list" }
                    })
                  )
                : Effect.succeed(found)
            })
        }
      })
    )
}

const plain = (id: string): string => id.toLowerCase().replace(/[^a-z0-9]/g, "")

/** Why a model cannot run, `null` when it can. */
export const reasonOf = (availability: Availability | null): string | null =>
  availability === null
    ? "no provider on this service runs it"
    : availability.available
      ? null
      : availability.reason

/** What would make a model run, `null` when nothing is missing or nothing helps. */
export const cureOf = (availability: Availability | null): string | null =>
  availability?.available === false ? (availability.recovery ?? null) : null

/** Whether a model can run here and now. */
export const isRunnable = (entry: CatalogEntry): boolean => entry.availability?.available === true

const rank = (entry: CatalogEntry): number => (isRunnable(entry) ? 2 : entry.availability === null ? 0 : 1)

/** Keeps the entries that a query asks for (contract §6). */
export const matching = (
  entries: ReadonlyArray<CatalogEntry>,
  query: ModelsQuery
): ReadonlyArray<CatalogEntry> => {
  const text = query.query?.toLowerCase()
  return entries.filter(
    (entry) =>
      (query.catalog_only === true ? entry.availability === null : entry.availability !== null) &&
      (query.available !== true || isRunnable(entry)) &&
      (query.executable !== true || entry.availability !== null) &&
      (query.operation === undefined || entry.model.operations.includes(query.operation)) &&
      (query.provider === undefined || entry.model.providerId === query.provider) &&
      (query.modality === undefined || entry.model.modality === query.modality) &&
      (text === undefined ||
        `${entry.model.id} ${entry.model.displayName} ${entry.model.description}`
          .toLowerCase()
          .includes(text))
  )
}

/** How many images one request may hand over: input and references. */
const inputImages = ({ operations, references }: ModelSpec): number =>
  (operations.includes("image.edit") ? 1 : 0) + (references?.max ?? 0)

/** A price as the registry shows it; one that only the run can tell is `null`, with the most that it can be (contract §7). */
const economicsOf = (price: OutputPrice): JsonObject => {
  const known = price.providerCost !== null
  return {
    estimated_usd_per_image: known ? creditsToUsd(price.creditsPerOutput) : null,
    ...(known ? {} : { ceiling_usd_per_image: creditsToUsd(price.creditsPerOutput) }),
    credit_pricing: {
      credit_unit_usd: creditUnitUsd,
      credits_required: known ? price.creditsPerOutput : null,
      estimated_provider_cost_usd: price.providerCost === null ? null : microToUsd(price.providerCost),
      estimated_revenue_usd: known ? creditsToUsd(price.creditsPerOutput) : null,
      pricing_confidence: price.confidence
    }
  }
}

/** A model's row in the registry; `details` adds parameters, fixed controls and safety (contract §6). */
export const rowOf = (entry: CatalogEntry, marginPercent: number, details: boolean): ModelRow => {
  const { availability, model } = entry
  const price = priceOutput(model, marginPercent)
  const generates = (operation: ModelOperation) => operation !== "image.edit"
  return {
    id: model.id,
    display_name: model.displayName,
    provider_id: model.providerId,
    description: model.description,
    status: availability === null ? "catalog_only" : availability.available ? "available" : "unavailable",
    supports: { create: model.operations.some(generates), edit: model.operations.includes("image.edit") },
    operations: model.operations,
    capabilities: model.operations.map((operation) => capabilityId(model, operation)),
    modality: model.modality,
    execution: {
      model_execution_status: availability === null ? "cataloged_not_wired" : "executable",
      reason: reasonOf(availability),
      ...(cureOf(availability) === null ? {} : { what_to_do: cureOf(availability) })
    },
    prompt: model.prompt,
    aspect_ratios: model.aspectRatios,
    media: {
      input: {
        images: { min: model.operations.includes("image.edit") ? 1 : 0, max: inputImages(model) },
        ...(model.promptLimit === undefined ? {} : { max_prompt_characters: model.promptLimit })
      },
      output: { types: model.outputTypes, max_outputs_per_request: model.maxOutputs }
    },
    references: model.references,
    mask: {
      supported: model.maskSupported,
      required: model.maskRequired === true,
      ...(model.maskSupported ? { alpha_required: model.maskAlphaRequired === true } : {})
    },
    defaults: model.defaults,
    economics: economicsOf(price),
    ...(model.unverified === undefined ? {} : { unverified: model.unverified }),
    latency_class: model.latencyClass,
    aliases: model.aliases,
    show_command: `image-skill models show ${model.id}`,
    ...(details
      ? {
          parameters: model.parameters,
          cataloged_parameters: model.catalogued ?? {},
          fixed_controls: model.fixedControls,
          ...(model.prices === undefined ? {} : { pricing_rule: model.prices }),
          safety: model.safety,
          migration_hints: []
        }
      : {})
  }
}

/** The summary that stands beside a list of models (contract §6). */
export const summaryOf = (
  all: ReadonlyArray<CatalogEntry>,
  returned: ReadonlyArray<CatalogEntry>,
  query: ModelsQuery
): JsonObject => {
  const providers = Object.fromEntries(
    [...new Set(all.map(({ model }) => model.providerId))].map((provider) => {
      const own = all.filter(({ model }) => model.providerId === provider)
      return [provider, { total: own.length, available: own.filter(isRunnable).length }]
    })
  )
  const blocked = all.filter((entry) => entry.availability?.available === false)
  return {
    total: all.length,
    returned: returned.length,
    available: all.filter(isRunnable).length,
    executable: all.filter(({ availability }) => availability !== null).length,
    cataloged_not_wired: all.filter(({ availability }) => availability === null).length,
    providers,
    execution_availability: {
      runnable: returned.filter(isRunnable).length,
      cannot_run: blocked.map(({ availability, model }) => ({
        id: model.id,
        reason: reasonOf(availability),
        what_to_do: cureOf(availability)
      })),
      find_runnable_command: "image-skill models list --available"
    },
    first_actionable_model_ids: returned
      .filter(isRunnable)
      .slice(0, 5)
      .map(({ model }) => model.id),
    recommended_commands: [
      "image-skill models list --available --operation image.generate",
      "image-skill models list --available --operation image.edit"
    ],
    catalog_only_included: query.catalog_only === true
  }
}

/** A capability: one thing that one model does (contract §6). */
export const capabilitiesOf = (
  entries: ReadonlyArray<CatalogEntry>,
  marginPercent: number
): ReadonlyArray<JsonObject & { readonly id: string }> =>
  entries.flatMap((entry) =>
    entry.model.operations.map((operation) => {
      const row = rowOf(entry, marginPercent, true)
      return {
        id: capabilityId(entry.model, operation),
        operation,
        model_id: entry.model.id,
        status: row.status,
        execution: row.execution,
        media: row.media,
        prompt: entry.model.prompt,
        mask: row["mask"],
        references: entry.model.references,
        parameters: entry.model.parameters,
        cataloged_parameters: entry.model.catalogued ?? {},
        defaults: entry.model.defaults,
        fixed_controls: entry.model.fixedControls,
        economics: row.economics,
        safety: entry.model.safety
      }
    })
  )

/** The margin that prices use here. */
export const marginPercent = Effect.map(Policy, (policy) => policy.marginPercent)

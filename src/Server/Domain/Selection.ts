import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { failure, type ImageSkillError } from "../../Errors.js"
import type { CreateRequest } from "../../Schema/Create.js"
import type { ModelOperation } from "../../Schema/Model.js"
import { creditsToUsd, microUsdPerCredit, usdToMicro } from "../../Schema/Money.js"
import type { JsonObject } from "../../Schema/Open.js"
import { Catalog, type CatalogEntry, isRunnable, reasonOf } from "./Catalog/Catalog.js"
import { capabilityId, type ModelSpec } from "./Catalog/ModelSpec.js"
import { Policy } from "./Policy.js"
import { priceOutput } from "./Pricing.js"

type Asked = Pick<
  CreateRequest,
  "model" | "provider" | "intent" | "model_parameters" | "max_estimated_usd_per_image"
>

/** The model that will run, and the receipt that says why (contract §7). */
export interface Selected {
  readonly model: ModelSpec
  readonly operation: ModelOperation
  readonly receipt: JsonObject
}

const cheapIntents = new Set(["cheap", "budget", "draft", "test", "explore"])

/** Chooses the model: the named one, or the strongest that the policy allows and the budget affords (contract §7). */
export const select = (
  kind: "create" | "edit",
  asked: Asked
): Effect.Effect<Selected, ImageSkillError, Catalog | Policy> =>
  Effect.gen(function* () {
    const catalog = yield* Catalog
    const policy = yield* Policy
    const entry =
      asked.model === undefined || asked.model === "default"
        ? yield* byPolicy(kind, asked, yield* catalog.entries, policy)
        : yield* named(kind, asked, yield* catalog.find(asked.model))
    const { model } = entry
    const operation = operationOf(model, kind)
    if (operation === null) {
      return yield* Effect.fail(
        failure("CAPABILITY_DENIED", `${model.id} cannot ${kind}`, {
          details: { model_id: model.id, operations: model.operations },
          recovery: {
            suggested_command: `image-skill models list --available --operation image.${kind === "edit" ? "edit" : "generate"}`
          }
        })
      )
    }
    const parameters = asked.model_parameters ?? {}
    const defaults = Object.entries(model.defaults).filter(([name]) => !Object.hasOwn(parameters, name))
    const explicit = asked.model !== undefined && asked.model !== "default"
    return {
      model,
      operation,
      receipt: {
        policy: explicit ? "explicit_model_v1" : `default_${kind}_v1`,
        reason: explicit
          ? "the caller named the model"
          : "the strongest model available here that the policy and the budget allow",
        intent: asked.intent ?? null,
        capability: { id: capabilityId(model, operation) },
        model_parameters: {
          keys: [...Object.keys(parameters), ...defaults.map(([name]) => name)],
          defaults_applied: defaults.map(([name, value]) => `${name}=${String(value)}`),
          source: Object.keys(parameters).length > 0 ? "caller" : "default_policy"
        }
      }
    }
  })

const operationOf = (model: ModelSpec, kind: "create" | "edit"): ModelOperation | null =>
  model.operations.find((operation) => (operation === "image.edit") === (kind === "edit")) ?? null

const named = (
  kind: "create" | "edit",
  asked: Asked,
  entry: CatalogEntry
): Effect.Effect<CatalogEntry, ImageSkillError> => {
  const { availability, model } = entry
  if (asked.provider !== undefined && asked.provider !== model.providerId) {
    return Effect.fail(
      failure("CAPABILITY_DENIED", `${model.id} is not one of ${asked.provider}'s models`, {
        details: { model_id: model.id, provider_id: model.providerId }
      })
    )
  }
  if (availability?.available === true) return Effect.succeed(entry)
  return Effect.fail(
    failure("CAPABILITY_DENIED", `${model.id} cannot run here: ${reasonOf(availability)}`, {
      details: {
        model_id: model.id,
        model_execution_status: availability === null ? "cataloged_not_wired" : "executable"
      },
      recovery: {
        suggested_command: `image-skill models list --available --operation image.${kind === "edit" ? "edit" : "generate"}`
      }
    })
  )
}

const byPolicy = (
  kind: "create" | "edit",
  asked: Asked,
  entries: ReadonlyArray<CatalogEntry>,
  policy: typeof Policy.Service
): Effect.Effect<CatalogEntry, ImageSkillError> => {
  const able = entries.filter(
    (entry) =>
      isRunnable(entry) &&
      entry.model.selectable &&
      operationOf(entry.model, kind) !== null &&
      (asked.provider === undefined
        ? policy.defaultProviders === null || policy.defaultProviders.includes(entry.model.providerId)
        : entry.model.providerId === asked.provider)
  )
  if (able.length === 0) {
    return Effect.fail(
      failure("CAPABILITY_DENIED", `no model that can ${kind} is available here`, {
        details: {
          operation: kind,
          ...(asked.provider === undefined ? {} : { provider_id: asked.provider })
        },
        recovery: { suggested_command: "image-skill models list" }
      })
    )
  }
  const price = (entry: CatalogEntry) => priceOutput(entry.model, policy.marginPercent).creditsPerOutput
  const guard = Option.fromNullable(asked.max_estimated_usd_per_image).pipe(
    Option.flatMap(usdToMicro),
    Option.getOrNull
  )
  const affordable = able.filter((entry) => guard === null || price(entry) * microUsdPerCredit <= guard)
  const cheap = cheapIntents.has(asked.intent ?? "")
  const [best] = [...affordable].sort((left, right) =>
    cheap ? price(left) - price(right) : right.model.quality - left.model.quality
  )
  if (best !== undefined) return Effect.succeed(best)
  const needed = Math.min(...able.map(price))
  return Effect.fail(
    failure(
      "BUDGET_EXCEEDED",
      `the cheapest model here costs $${creditsToUsd(needed)} an image, above the guard`,
      {
        details: {
          required_usd_per_image: creditsToUsd(needed),
          max_estimated_usd_per_image: asked.max_estimated_usd_per_image ?? null
        },
        recovery: { required_flag: "--max-estimated-usd-per-image" }
      }
    )
  )
}

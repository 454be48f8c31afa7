import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { failure, type ImageSkillError } from "../../Errors.js"
import type { ModelOperation } from "../../Schema/Model.js"
import { creditsToUsd, microUsdPerCredit, usdToMicro } from "../../Schema/Money.js"
import type { JsonObject } from "../../Schema/Open.js"
import { Catalog, type CatalogEntry, cureOf, isRunnable, reasonOf } from "./Catalog/Catalog.js"
import { capabilityId, type ModelSpec } from "./Catalog/ModelSpec.js"
import { type Asked, type Offer, offersOf } from "./Offers.js"
import { Policy } from "./Policy.js"

/** The model that will run, with what parameters, and the receipt that says why (contract §7). */
export interface Selected {
  readonly model: ModelSpec
  readonly operation: ModelOperation
  /** The caller's, over those of the chosen tier, over the model's defaults. */
  readonly parameters: JsonObject
  /** Those of the chosen tier; empty for the usual one, and for a model that the caller named. */
  readonly tier: JsonObject
  readonly receipt: JsonObject
}

interface Choice {
  readonly entry: CatalogEntry
  readonly tier: JsonObject
  readonly reason: string
  readonly considered: ReadonlyArray<JsonObject>
}

const cheapIntents = new Set(["cheap", "budget", "draft", "test"])

/** Chooses the model: the named one, or the strongest that the policy allows and the budget affords (contract §7). */
export const select = (
  kind: "create" | "edit",
  asked: Asked
): Effect.Effect<Selected, ImageSkillError, Catalog | Policy> =>
  Effect.gen(function* () {
    const catalog = yield* Catalog
    const policy = yield* Policy
    const explicit = asked.model !== undefined && asked.model !== "default"
    const choice = explicit
      ? yield* named(kind, asked, yield* catalog.find(asked.model))
      : yield* byPolicy(kind, asked, yield* catalog.entries, policy)
    const { model } = choice.entry
    const operation = operationOf(model, kind)
    if (operation === null) {
      return yield* Effect.fail(
        failure("CAPABILITY_DENIED", `${model.id} cannot ${kind}`, {
          details: { model_id: model.id, operations: model.operations },
          recovery: { suggested_command: alternatives(kind) }
        })
      )
    }
    const given = asked.model_parameters ?? {}
    const applied = { ...model.defaults, ...choice.tier }
    const defaults = Object.entries(applied).filter(([name]) => !Object.hasOwn(given, name))
    return {
      model,
      operation,
      parameters: { ...applied, ...given },
      tier: choice.tier,
      receipt: {
        policy: explicit ? "explicit_model_v1" : `default_${kind}_v1`,
        reason: choice.reason,
        model_id: model.id,
        intent: asked.intent ?? null,
        capability: { id: capabilityId(model, operation) },
        model_parameters: {
          keys: [...Object.keys(given), ...defaults.map(([name]) => name)],
          defaults_applied: defaults.map(([name, value]) => `${name}=${String(value)}`),
          source: Object.keys(given).length > 0 ? "caller" : "default_policy"
        },
        output: { modality: model.modality, types: model.outputTypes, count: asked.output_count ?? 1 },
        ...(choice.considered.length === 0 ? {} : { considered: choice.considered })
      }
    }
  })

const alternatives = (kind: "create" | "edit"): string =>
  `image-skill models list --available --operation image.${kind === "edit" ? "edit" : "generate"}`

const operationOf = (model: ModelSpec, kind: "create" | "edit"): ModelOperation | null =>
  model.operations.find((operation) => (operation === "image.edit") === (kind === "edit")) ?? null

const named = (
  kind: "create" | "edit",
  asked: Asked,
  entry: CatalogEntry
): Effect.Effect<Choice, ImageSkillError> => {
  const { availability, model } = entry
  if (asked.provider !== undefined && asked.provider !== model.providerId) {
    return Effect.fail(
      failure("CAPABILITY_DENIED", `${model.id} is not one of ${asked.provider}'s models`, {
        details: { model_id: model.id, provider_id: model.providerId }
      })
    )
  }
  if (availability?.available === true) {
    return Effect.succeed({ entry, tier: {}, reason: "the caller named the model", considered: [] })
  }
  const cure = cureOf(availability)
  return Effect.fail(
    failure("CAPABILITY_DENIED", `${model.id} cannot run here: ${reasonOf(availability)}`, {
      details: {
        model_id: model.id,
        model_execution_status: availability === null ? "cataloged_not_wired" : "executable",
        ...(cure === null ? {} : { what_to_do: cure })
      },
      recovery: { suggested_command: alternatives(kind) }
    })
  )
}

/** Whether the default policy may choose a model at all when the caller names no provider (contract §7). */
export const isDefault = (
  { model }: CatalogEntry,
  policy: Pick<typeof Policy.Service, "defaultProviders">
): boolean =>
  model.selectable && (policy.defaultProviders === null || policy.defaultProviders.includes(model.providerId))

/**
 * Whether this service chooses a model for a caller who names neither model nor provider: for a picture the default policy's own,
 * for another medium any of the providers that the policy allows to spend (contract §7).
 */
export const isUnasked = (
  entry: CatalogEntry,
  policy: Pick<typeof Policy.Service, "defaultProviders">
): boolean =>
  entry.model.modality === "image"
    ? isDefault(entry, policy)
    : policy.defaultProviders === null || policy.defaultProviders.includes(entry.model.providerId)

/** Entries as lists show them: what the default policy would choose first, then what runs, then the rest (contract §5). */
export const inDefaultOrder = (
  entries: ReadonlyArray<CatalogEntry>,
  policy: Pick<typeof Policy.Service, "defaultProviders">
): ReadonlyArray<CatalogEntry> => {
  const first = (entry: CatalogEntry) => (isRunnable(entry) && isDefault(entry, policy) ? 0 : 1)
  return [...entries].sort((left, right) => first(left) - first(right))
}

const byPolicy = (
  kind: "create" | "edit",
  asked: Asked,
  entries: ReadonlyArray<CatalogEntry>,
  policy: typeof Policy.Service
): Effect.Effect<Choice, ImageSkillError> =>
  Effect.suspend(() => {
    const allowed = entries.filter(
      (entry) =>
        isRunnable(entry) &&
        operationOf(entry.model, kind) !== null &&
        (asked.provider === undefined
          ? isDefault(entry, policy)
          : entry.model.selectable && entry.model.providerId === asked.provider)
    )
    const offers = allowed.flatMap((entry) => offersOf(entry, kind, asked, policy.marginPercent))
    const able = offers.filter(({ unfit }) => unfit === null)
    if (able.length === 0) return Effect.fail(nothingFits(kind, asked, offers))
    const isCheap = cheapIntents.has(asked.intent ?? "")
    const preferred = [...able].sort((left, right) =>
      isCheap
        ? left.credits - right.credits || right.rank - left.rank
        : right.rank - left.rank || left.credits - right.credits
    )
    const limits = limitsOf(asked)
    const best = preferred.find((offer) => isAffordable(offer, asked, limits))
    if (best === undefined) return Effect.fail(tooDear(able, asked))
    const [first] = preferred
    return Effect.succeed({
      entry: best.entry,
      tier: best.tier,
      reason:
        best === first
          ? isCheap
            ? "the cheapest model available here that the policy allows"
            : "the strongest model available here that the policy and the budget allow"
          : "stronger models are above the budget or need --accept-unknown-cost; this is the strongest within it",
      considered: offers.slice(0, 10).map((offer) => describe(offer, best, asked, limits))
    })
  })

interface Limits {
  readonly perOutput: number | null
  readonly whole: number | null
}

const limitsOf = (asked: Asked): Limits => {
  const micro = (usd: number | undefined) =>
    Option.fromNullable(usd).pipe(Option.flatMap(usdToMicro), Option.getOrNull)
  return { perOutput: micro(asked.max_estimated_usd_per_image), whole: micro(asked.max_usd) }
}

const isAffordable = (offer: Offer, asked: Asked, limits: Limits): boolean => {
  // What only the run can tell is reserved within the caller's limits, once that is accepted.
  if (!offer.known) return asked.accept_unknown_cost === true
  const debit = offer.credits * microUsdPerCredit
  return (
    (limits.perOutput === null || debit <= limits.perOutput) &&
    (limits.whole === null || debit * (asked.output_count ?? 1) <= limits.whole)
  )
}

const describe = (offer: Offer, best: Offer, asked: Asked, limits: Limits): JsonObject => ({
  model_id: offer.entry.model.id,
  ...(Object.keys(offer.tier).length === 0 ? {} : { tier: offer.tier }),
  usd_per_image: offer.known ? creditsToUsd(offer.credits) : null,
  outcome:
    offer === best
      ? "chosen"
      : (offer.unfit ??
        (isAffordable(offer, asked, limits) ? "not_preferred" : offer.known ? "over_budget" : "unknown_cost"))
})

const nothingFits = (kind: "create" | "edit", asked: Asked, offers: ReadonlyArray<Offer>): ImageSkillError =>
  failure(
    "CAPABILITY_DENIED",
    offers.length === 0
      ? `no model that can ${kind} is available here`
      : `no model that is available here can ${kind} this: ${offers[0]?.unfit ?? "it does not fit"}`,
    {
      details: {
        operation: kind,
        ...(asked.provider === undefined ? {} : { provider_id: asked.provider }),
        ...(offers.length === 0
          ? {}
          : { considered: offers.map(({ entry, unfit }) => ({ model_id: entry.model.id, reason: unfit })) })
      },
      recovery: { suggested_command: "image-skill models list" }
    }
  )

const tooDear = (able: ReadonlyArray<Offer>, asked: Asked): ImageSkillError => {
  const known = able.filter((offer) => offer.known)
  if (known.length === 0) {
    return failure(
      "BUDGET_REQUIRES_CONFIRMATION",
      "the price of the models here is not known before the run",
      {
        recovery: { required_flag: "--accept-unknown-cost" }
      }
    )
  }
  const needed = Math.min(...known.map(({ credits }) => credits))
  const outputs = asked.output_count ?? 1
  const perImage = limitsOf(asked).perOutput
  return perImage !== null && needed * microUsdPerCredit > perImage
    ? failure(
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
    : failure(
        "BUDGET_EXCEEDED",
        `the cheapest model here costs $${creditsToUsd(needed * outputs)} for ${outputs}, above --max-usd`,
        {
          details: { required_usd: creditsToUsd(needed * outputs), max_usd: asked.max_usd ?? null },
          recovery: { required_flag: "--max-usd" }
        }
      )
}

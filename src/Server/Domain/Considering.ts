import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { failure, type ImageSkillError } from "../../Errors.js"
import type { Choice, Considered } from "../../Schema/Considered.js"
import { creditsToUsd, microToUsd } from "../../Schema/Money.js"
import { Providers } from "../Providers/Provider.js"
import { Catalog, isRunnable } from "./Catalog/Catalog.js"
import type { Asked } from "./Offers.js"
import { checkParameters } from "./Parameters.js"
import { checkBudget, checkFit, priceRequest } from "./Planning.js"
import { Policy } from "./Policy.js"
import { inDefaultOrder, isUnasked, select, type Selected } from "./Selection.js"

/**
 * What a create or edit would run, and why not, by the very rules of planning and without a trace: no job, no asset is looked at.
 * A guide asks this, so that it chooses and prices as the create itself does (contract §5).
 */
export const consider = (
  about: Considered
): Effect.Effect<Choice, ImageSkillError, Catalog | Policy | Providers> =>
  Effect.gen(function* () {
    const { kind, mask, modality, model, parameters_left_out, prompt, ...terms } = about
    const { marginPercent } = yield* Policy
    const asked: Asked = {
      ...terms,
      ...(prompt === undefined ? {} : { prompt: standIn(prompt) }),
      ...(mask === true ? { mask_asset_id: "mask" } : {})
    }
    const named =
      model === undefined || model === "default"
        ? null
        : yield* Effect.either(choose(kind, { ...asked, model }, modality))
    const found =
      named !== null && Either.isRight(named) ? named : yield* Effect.either(choose(kind, asked, modality))
    // What is too dear is still shown with its price.
    const shown =
      Either.isLeft(found) && found.left.code.startsWith("BUDGET_")
        ? yield* Effect.either(choose(kind, unlimited(asked), modality))
        : found
    const instead = named !== null && Either.isLeft(named)
    if (Either.isLeft(shown)) return nothing(Either.isLeft(found) ? found.left : shown.left, instead)

    const selected = shown.right
    const refusal = Either.isLeft(found)
      ? found.left
      : yield* Effect.match(check(kind, selected, asked, parameters_left_out === true), {
          onFailure: (error) => error,
          onSuccess: () => null
        })
    const ratio = asked.aspect_ratio ?? selected.model.defaultAspectRatio
    const price = priceRequest(
      selected,
      asked,
      selected.model.aspectRatios === null ? null : ratio,
      kind === "edit" ? 1 : 0,
      marginPercent
    )
    const budget =
      refusal ??
      (yield* Effect.match(checkBudget(price, asked), {
        onFailure: (error) => error,
        onSuccess: () => null
      }))
    const known = price.providerCost !== null
    return {
      model_id: selected.model.id,
      reason: String(selected.receipt["reason"]),
      instead,
      parameters_added: selected.tier,
      credits_per_output: known ? price.creditsPerOutput : null,
      usd_per_output: known ? creditsToUsd(price.creditsPerOutput) : null,
      provider_usd_per_output: price.providerCost === null ? null : microToUsd(price.providerCost),
      pricing_confidence: price.confidence,
      refusal: budget === null ? null : refused(budget)
    }
  })

/** The model of what is asked; for another medium than pictures the first that may be taken for it, as `video create` does. */
const choose = (
  kind: "create" | "edit",
  asked: Asked,
  modality: Considered["modality"]
): Effect.Effect<Selected, ImageSkillError, Catalog | Policy> =>
  Effect.gen(function* () {
    if (modality === undefined) return yield* select(kind, asked)
    const makes = `${modality}.generate` as const
    if (asked.model !== undefined) {
      const { model } = yield* (yield* Catalog).find(asked.model)
      return model.operations.includes(makes)
        ? yield* select(kind, asked)
        : yield* Effect.fail(failure("CAPABILITY_DENIED", `${model.id} makes no ${modality}`))
    }
    if (modality === "image") return yield* select(kind, asked)
    const policy = yield* Policy
    const first = inDefaultOrder(yield* (yield* Catalog).entries, policy).find(
      (entry) =>
        isRunnable(entry) &&
        entry.model.modality === modality &&
        entry.model.operations.includes(makes) &&
        (asked.provider === undefined ? isUnasked(entry, policy) : asked.provider === entry.model.providerId)
    )
    return first === undefined
      ? yield* Effect.fail(
          failure("CAPABILITY_DENIED", `no model that may be chosen here makes ${modality}`, {
            recovery: { required_flag: "--model" }
          })
        )
      : yield* select(kind, { ...asked, model: first.model.id })
  })

const check = (kind: "create" | "edit", selected: Selected, asked: Asked, partial: boolean) =>
  Effect.gen(function* () {
    const { model, parameters } = selected
    const { aspect, outputs } = yield* checkFit(selected, asked)
    if (partial) return
    yield* checkParameters(model, parameters)
    const provider = (yield* Providers).providers.find(({ id }) => id === model.providerId)
    // What a provider checks of an edit are its pictures.
    if (provider === undefined || kind === "edit") return
    yield* provider.check({
      jobId: "",
      model,
      prompt: asked.prompt ?? null,
      parameters,
      aspectRatio: aspect.ratio,
      outputCount: outputs,
      input: null,
      mask: null
    })
  })

const unlimited = (asked: Asked): Asked => {
  const { max_estimated_usd_per_image: _guard, max_usd: _cap, ...rest } = asked
  return { ...rest, accept_unknown_cost: true }
}

/** A text of the size of a prompt: prices and limits count its bytes and its UTF-16 units, and nothing here reads it. */
const standIn = ({ bytes, characters }: NonNullable<Considered["prompt"]>): string => {
  const more = Math.min(Math.max(0, bytes - characters), 2 * characters)
  const [three, two] = [Math.floor(more / 2), more % 2]
  return "\u20ac".repeat(three) + "\u00e9".repeat(two) + "x".repeat(characters - three - two)
}

const refused = (error: ImageSkillError): NonNullable<Choice["refusal"]> => ({
  code: error.code,
  message: error.reason,
  ...(error.details === undefined ? {} : { details: error.details }),
  ...(error.recovery?.required_flag === undefined ? {} : { required_flag: error.recovery.required_flag })
})

const nothing = (error: ImageSkillError, instead: boolean): Choice => ({
  model_id: null,
  reason: error.reason,
  instead,
  parameters_added: {},
  credits_per_output: null,
  usd_per_output: null,
  provider_usd_per_output: null,
  pricing_confidence: "unknown",
  refusal: refused(error)
})

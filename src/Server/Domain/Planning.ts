import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { failure, type ImageSkillError } from "../../Errors.js"
import { canonical } from "../../Schema/Canonical.js"
import type { CreateRequest, EditRequest } from "../../Schema/Create.js"
import { creditsToUsd, microUsdPerCredit, usdToMicro } from "../../Schema/Money.js"
import type { JsonObject } from "../../Schema/Open.js"
import {
  type MediaInput,
  type Plan,
  type PlannedReference,
  type Provider,
  Providers
} from "../Providers/Provider.js"
import { Assets, type AssetRow } from "../Storage/Assets.js"
import { Blobs } from "../Storage/Blobs.js"
import { Vault } from "../Storage/Vault.js"
import { Catalog } from "./Catalog/Catalog.js"
import { capabilityId } from "./Catalog/ModelSpec.js"
import type { Identity } from "./Identity.js"
import { pricedFor } from "./Catalog/Fields.js"
import type { Asked } from "./Offers.js"
import { checkParameters } from "./Parameters.js"
import { Policy } from "./Policy.js"
import { costOf, type Quote, quote } from "./Pricing.js"
import { resolveReferences } from "./References.js"
import { select, type Selected } from "./Selection.js"

/** A create or edit request with its kind. */
export type Request =
  | ({ readonly kind: "create" } & CreateRequest)
  | ({ readonly kind: "edit" } & EditRequest)

/** A request that was validated, priced and found within its budget: only money and the key are still to be settled. */
export interface Planned {
  readonly plan: Omit<Plan, "jobId">
  readonly provider: Provider
  readonly quote: Quote
  readonly capability: string
  /** What the answer tells of the request; nothing of the prompt. */
  readonly receipt: JsonObject
  readonly cost: JsonObject
  readonly warnings: ReadonlyArray<string>
}

/** Keyed digests of what a request intends: the first is bound to its key, and any of them is the same intent. */
export type Terms = readonly [string, ...ReadonlyArray<string>]

/**
 * What a repeated idempotency key must agree with. Inputs count by their bytes, never by their ids, so that a photograph uploaded
 * again is the same intent; an aspect ratio that is only said aloud is that of who said nothing (contract §4, §7).
 */
export const termsOf = (
  identity: Identity,
  request: Request
): Effect.Effect<Terms, ImageSkillError, Assets | Blobs | Vault | Catalog> =>
  Effect.gen(function* () {
    const vault = yield* Vault
    const assets = yield* Assets
    // A deleted input is still what the first request meant.
    const hashOf = (id: string | undefined, role: "input" | "mask" | "reference") =>
      id === undefined
        ? Effect.succeed(null)
        : Effect.flatMap(assets.hashOf(identity.organizationId, id), (hash) =>
            hash === null ? Effect.fail(noSuchAsset(role)) : Effect.succeed(hash)
          )
    const inputs = [
      request.kind === "edit" ? yield* hashOf(request.input_asset_id, "input") : null,
      request.kind === "edit" ? yield* hashOf(request.mask_asset_id, "mask") : null,
      yield* Effect.forEach(request.references ?? [], ({ asset_id, ...place }) =>
        Effect.map(hashOf(asset_id, "reference"), (hash) => [canonical(place), hash])
      )
    ]
    const under = (aspect: string | null) =>
      vault.digest(
        JSON.stringify([
          request.kind,
          request.prompt ?? null,
          request.model ?? null,
          request.provider ?? null,
          request.intent ?? null,
          canonical(request.model_parameters ?? {}),
          aspect,
          request.output_count ?? 1,
          ...inputs,
          request.max_estimated_usd_per_image ?? null,
          request.max_usd ?? null,
          request.accept_unknown_cost ?? false
        ])
      )
    const { aspect_ratio: given } = request
    const usual = yield* usualAspect(request)
    // Older versions bound a ratio as it was typed, so that both spellings may be found there.
    return given === undefined || given === usual ? [under(null), under(usual)] : [under(given)]
  })

/** The aspect ratio of a request that names none: its model's own, and without a model what the command promises (contract §4). */
const usualAspect = ({ kind, model }: Request): Effect.Effect<string, never, Catalog> =>
  Effect.gen(function* () {
    const usual = kind === "edit" ? "auto" : "1:1"
    if (model === undefined || model === "default") return usual
    return yield* Effect.match((yield* Catalog).find(model), {
      onFailure: () => usual,
      onSuccess: (entry) => entry.model.defaultAspectRatio
    })
  })

/** Validates, prices and checks the budget of a request, without changing anything (contract §7). */
export const planRequest = (
  identity: Identity | null,
  request: Request
): Effect.Effect<Planned, ImageSkillError, Services> =>
  Effect.gen(function* () {
    const { marginPercent } = yield* Policy
    const selected = yield* select(request.kind, request)
    const { model, operation, parameters } = selected
    const { aspect, outputs } = yield* checkFit(selected, request)
    yield* checkParameters(model, parameters)

    const input = request.kind === "edit" ? yield* owned(identity, request.input_asset_id, "input") : null
    const mask =
      request.kind === "edit" && request.mask_asset_id !== undefined
        ? yield* owned(identity, request.mask_asset_id, "mask")
        : null

    const references = yield* resolveReferences(model, request.references ?? [], (id) =>
      owned(identity, id, "reference")
    )

    const { providers } = yield* Providers
    const provider = providers.find(({ id }) => id === model.providerId)
    if (provider === undefined) return yield* denied(model, `${model.id} cannot run here`, {})
    const plan = {
      model,
      prompt: request.prompt ?? null,
      parameters,
      aspectRatio: aspect.ratio,
      outputCount: outputs,
      input: input?.media ?? null,
      mask: mask?.media ?? null,
      ...(references.length === 0 ? {} : { references })
    }
    yield* provider.check({ ...plan, jobId: "" })

    const inputs = (input === null ? 0 : 1) + references.length
    const quoted = priceRequest(selected, request, aspect.ratio, inputs, marginPercent)
    yield* checkBudget(quoted, request)

    return {
      plan,
      provider,
      quote: quoted,
      capability: capabilityId(model, operation),
      receipt: {
        output_count: outputs,
        aspect_ratio: aspect.ratio,
        ...(input === null ? {} : { input_asset: describe(input.row) }),
        ...(mask === null ? {} : { mask_asset: describe(mask.row) }),
        ...(references.length === 0 ? {} : { references: references.map(describeReference) }),
        selection: selected.receipt
      },
      cost: costOf(quoted),
      warnings: aspect.warnings
    }
  })

const denied = (model: Plan["model"], reason: string, details: JsonObject) =>
  Effect.fail(failure("CAPABILITY_DENIED", reason, { details: { model_id: model.id, ...details } }))

/** Whether a model makes what is asked for, as far as that shows without its pictures and parameters (contract §7). */
export const checkFit = ({ model }: Pick<Selected, "model">, asked: Asked) =>
  Effect.gen(function* () {
    const outputs = asked.output_count ?? 1
    if (outputs > model.maxOutputs) {
      return yield* denied(model, `${model.id} makes at most ${model.maxOutputs} outputs for one request`, {
        max_outputs_per_request: model.maxOutputs,
        output_count: outputs
      })
    }
    if (asked.mask_asset_id !== undefined && !model.maskSupported) {
      return yield* denied(model, `${model.id} takes no mask`, { mask: false })
    }
    if (asked.prompt === undefined && model.prompt === "required") {
      return yield* Effect.fail(
        failure("INVALID_ARGUMENTS", `${model.id} needs a prompt`, {
          recovery: { required_flag: "--prompt" }
        })
      )
    }
    return { outputs, aspect: yield* aspectOf(model, asked.aspect_ratio) }
  })

/** The price of a request with its very parameters, within the caller's limits (contract §7). */
export const priceRequest = (
  { model, parameters }: Pick<Selected, "model" | "parameters">,
  asked: Asked,
  aspectRatio: string | null,
  inputs: number,
  marginPercent: number
): Quote => {
  const outputs = asked.output_count ?? 1
  const prompt = asked.prompt ?? null
  return quote(
    pricedFor(model, { parameters, aspectRatio, outputs, inputs, prompt }),
    outputs,
    marginPercent,
    { perOutput: limitOf(asked.max_estimated_usd_per_image), whole: limitOf(asked.max_usd) }
  )
}

type Services = Policy | Providers | Assets | Blobs | Effect.Effect.Context<ReturnType<typeof select>>

const describeReference = ({ index, media, referenceIndex, role, task }: PlannedReference): JsonObject => ({
  asset_id: media.assetId,
  role,
  index,
  ...(referenceIndex === null ? {} : { reference_index: referenceIndex }),
  ...(task === null ? {} : { reference_task: task })
})

const describe = (row: AssetRow): JsonObject => ({
  asset_id: row.id,
  mime_type: row.mimeType,
  width: row.width,
  height: row.height
})

const aspectOf = (
  model: Plan["model"],
  asked: string | undefined
): Effect.Effect<
  { readonly ratio: string | null; readonly warnings: ReadonlyArray<string> },
  ImageSkillError
> => {
  if (model.aspectRatios === null) {
    return Effect.succeed({
      ratio: null,
      warnings:
        asked === undefined || asked === "1:1"
          ? []
          : [`${model.id} has no aspect ratio; ${asked} was ignored`]
    })
  }
  const ratio = asked ?? model.defaultAspectRatio
  const offered =
    ratio === model.defaultAspectRatio ||
    (model.aspectRatios === "any" ? ratio !== "auto" : model.aspectRatios.includes(ratio))
  if (!offered) {
    return denied(model, `${model.id} does not offer the aspect ratio ${ratio}`, {
      aspect_ratios: model.aspectRatios
    })
  }
  return Effect.succeed({ ratio, warnings: [] })
}

/** An owned image and how its bytes are read. */
export const owned = (
  identity: Pick<Identity, "organizationId"> | null,
  id: string,
  role: "input" | "mask" | "reference"
) =>
  Effect.gen(function* () {
    const assets = yield* Assets
    const blobs = yield* Blobs
    const row = identity === null ? null : yield* assets.find(identity.organizationId, id)
    if (row === null) {
      return yield* Effect.fail(noSuchAsset(role))
    }
    const media: MediaInput = {
      assetId: row.id,
      mimeType: row.mimeType,
      width: row.width,
      height: row.height,
      read: blobs.read(row.sha256, row.extension)
    }
    return { row, media }
  })

const noSuchAsset = (role: string) =>
  failure("NOT_FOUND", `there is no such ${role} asset`, {
    recovery: { suggested_command: "image-skill activity list" }
  })

/** Whether a price is within the caller's limits, and accepted where only the run tells it (contract §7). */
export const checkBudget = (
  quoted: Quote,
  request: Asked & { readonly dry_run?: boolean }
): Effect.Effect<void, ImageSkillError> =>
  Effect.suspend(() => {
    const perImage = Option.fromNullable(request.max_estimated_usd_per_image).pipe(Option.flatMap(usdToMicro))
    const whole = Option.fromNullable(request.max_usd).pipe(Option.flatMap(usdToMicro))
    const exceeded = (flag: string, needed: number, field: string) =>
      Effect.fail(
        failure("BUDGET_EXCEEDED", `this costs $${creditsToUsd(needed)}, above ${flag}`, {
          details: {
            [field]: creditsToUsd(needed),
            credits_required: quoted.credits,
            output_count: quoted.outputs
          },
          recovery: { required_flag: flag }
        })
      )
    if (Option.isSome(perImage) && quoted.creditsPerOutput * microUsdPerCredit > perImage.value) {
      return exceeded("--max-estimated-usd-per-image", quoted.creditsPerOutput, "required_usd_per_image")
    }
    if (Option.isSome(whole) && quoted.credits * microUsdPerCredit > whole.value) {
      return exceeded("--max-usd", quoted.credits, "required_usd")
    }
    if (quoted.credits < 1) return exceeded("--max-usd", 1, "required_usd")
    return quoted.providerCost === null && request.accept_unknown_cost !== true && request.dry_run !== true
      ? Effect.fail(
          failure("BUDGET_REQUIRES_CONFIRMATION", "the price of this model is not known before the run", {
            recovery: { required_flag: "--accept-unknown-cost" }
          })
        )
      : Effect.void
  })

const limitOf = (usd: number | undefined) =>
  Option.fromNullable(usd).pipe(Option.flatMap(usdToMicro), Option.getOrNull)

import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../../Errors.js"
import type { JsonObject } from "../../../Schema/Open.js"
import type { MediaInput, Plan } from "../Provider.js"

const pictures: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp"])
const mebibyte = 1024 * 1024

/** What every vendor's model has in common beyond its schema: prompt, inputs, mask and size; costs nothing. */
export const checkPlan = (plan: Plan): Effect.Effect<void, ImageSkillError> =>
  Effect.gen(function* () {
    const { input, mask, model, prompt } = plan
    if (model.prompt === "ignored" && prompt !== null) {
      return yield* invalid(`${model.id} takes no prompt`, {}, "--prompt")
    }
    if (prompt !== null && model.promptLimit !== undefined && prompt.length > model.promptLimit) {
      return yield* invalid(
        `${model.id} takes prompts of at most ${model.promptLimit} characters`,
        { max_prompt_characters: model.promptLimit },
        "--prompt"
      )
    }
    if (model.wire?.["input"] !== undefined && input === null) {
      return yield* invalid(
        `${model.id} needs an image: use edit`,
        { operations: model.operations },
        "--input"
      )
    }
    if (model.maskRequired === true && mask === null) {
      return yield* invalid(`${model.id} needs a mask`, { mask: { required: true } }, "--mask")
    }
    const { aspect } = model
    // A ratio that was asked for must not lose to a size silently.
    if (
      aspect !== undefined &&
      plan.aspectRatio !== null &&
      plan.aspectRatio !== model.defaultAspectRatio &&
      Object.hasOwn(plan.parameters, aspect.field)
    ) {
      return yield* invalid(
        `model_parameters.${aspect.field} and the aspect ratio exclude each other`,
        { parameter: aspect.field, aspect_ratio: plan.aspectRatio },
        "--aspect-ratio"
      )
    }
    for (const [role, media] of [
      ["input", input],
      ["mask", mask],
      ...(plan.references ?? []).map((reference) => ["reference", reference.media] as const)
    ] as const) {
      if (media !== null) yield* checkPicture(role, media)
    }
    if (
      input !== null &&
      mask !== null &&
      [input.width, input.height, mask.width, mask.height].every((side) => side !== null) &&
      (input.width !== mask.width || input.height !== mask.height)
    ) {
      return yield* Effect.fail(
        failure("INPUT_POLICY_DENIED", "the mask must have the input's width and height", {
          details: {
            input: { width: input.width, height: input.height },
            mask: { width: mask.width, height: mask.height }
          }
        })
      )
    }
  })

const invalid = (reason: string, details: JsonObject, flag: string) =>
  Effect.fail(failure("INVALID_ARGUMENTS", reason, { details, recovery: { required_flag: flag } }))

const checkPicture = (role: string, media: MediaInput): Effect.Effect<void, ImageSkillError> =>
  pictures.has(media.mimeType)
    ? Effect.void
    : Effect.fail(
        failure("INPUT_POLICY_DENIED", `the ${role} must be PNG, JPEG or WebP for this model`, {
          details: { role, mime_type: media.mimeType }
        })
      )

/** Reads an input's bytes, refused when they are above a vendor's limit. */
export const readWithin = (
  media: MediaInput,
  limitBytes: number
): Effect.Effect<Uint8Array, ImageSkillError> =>
  Effect.filterOrFail(
    media.read,
    (bytes) => bytes.length <= limitBytes,
    (bytes) =>
      failure("INPUT_POLICY_DENIED", `the provider takes images of at most ${limitBytes / mebibyte} MiB`, {
        details: { asset_id: media.assetId, bytes: bytes.length, max_bytes: limitBytes }
      })
  )

import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../../Errors.js"
import type { JsonObject } from "../../../Schema/Open.js"
import { fieldsOf } from "../../Domain/Catalog/Fields.js"
import { type Pixels, pixelsOf } from "../../Domain/Catalog/Sizes.js"
import { uprightSize } from "../../Domain/Media/Pixels.js"
import { sniff } from "../../Domain/Media/Sniff.js"
import { type MediaInput, type Plan, ProviderFault } from "../Provider.js"
import { readWithin } from "../Wire/CheckPlan.js"
import { turned, whereWhite } from "./Mask.js"

/** What is sent for a plan: the route, its body, and the size that was asked for. */
export interface Request {
  readonly path: "/sdapi/v1/txt2img" | "/sdapi/v1/img2img"
  readonly body: JsonObject
  readonly size: Pixels
  readonly warnings: ReadonlyArray<string>
}

const inputLimit = 50 * 1024 * 1024
/** Eight pixels of a picture are one of what the models work on. */
const grain = 8

const usual: Pixels = { width: 1024, height: 1024 }

/** Parameters that go to the server by their own names. */
export const same = [
  "negative_prompt",
  "steps",
  "cfg_scale",
  "sampler_name",
  "restore_faces",
  "tiling",
  "denoising_strength"
]
/** Parameters that mean something only where there is a mask. */
export const ofMasks = ["mask_blur", "inpainting_fill", "inpaint_full_res", "inpaint_full_res_padding"]

const only = (names: ReadonlyArray<string>, fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))

/** Refuses what the server would change without a word: odd sides, and a mask's parameters where there is no mask. */
export const checkFields = (plan: Plan): Effect.Effect<void, ImageSkillError> =>
  Effect.suspend(() => {
    const invalid = (parameter: string, reason: string) =>
      Effect.fail(
        failure("MODEL_PARAMETERS_INVALID", `model_parameters.${parameter} ${reason}`, {
          details: { model_id: plan.model.id, parameter },
          recovery: { required_flag: "--model-parameters-json" }
        })
      )
    const size = pixelsOf(plan.parameters["size"])
    if (size !== null && (size.width % grain !== 0 || size.height % grain !== 0)) {
      return invalid("size", `needs sides that are multiples of ${grain}`)
    }
    const stray = ofMasks.find((name) => Object.hasOwn(plan.parameters, name))
    return plan.mask === null && stray !== undefined ? invalid(stray, "needs a mask") : Effect.void
  })

/** The seed of a job without one: its own, the same whenever it is sent. */
const seedOf = ({ jobId }: Plan): number => createHash("sha256").update(jobId).digest().readUInt32BE(0)

/** Puts a plan into the server's words; `checkpoint` is as the server calls it. */
export const requestOf = (
  plan: Plan,
  checkpoint: string | undefined
): Effect.Effect<Request, ProviderFault> =>
  Effect.gen(function* () {
    const fields = fieldsOf(plan.model, plan.parameters, plan.aspectRatio)
    const asked = pixelsOf(fields["size"])
    const common: JsonObject = {
      prompt: plan.prompt ?? "",
      ...only(same, fields),
      seed: fields["seed"] ?? seedOf(plan),
      // One after the other: a batch at once needs the memory for all.
      batch_size: 1,
      n_iter: plan.outputCount,
      send_images: true,
      save_images: false,
      // A server that knows this field can be asked by it what runs.
      force_task_id: plan.jobId,
      ...(checkpoint === undefined ? {} : { override_settings: { sd_model_checkpoint: checkpoint } })
    }
    if (plan.input === null) {
      const size = asked ?? usual
      return { path: "/sdapi/v1/txt2img", body: { ...common, ...size }, size, warnings: [] }
    }
    const input = yield* read(plan.input)
    const own = yield* sizeOf(input, plan.input)
    const size = asked ?? { width: rounded(own.width), height: rounded(own.height) }
    const picture = yield* turned(input)
    const mask = plan.mask === null ? null : yield* Effect.flatMap(read(plan.mask), whereWhite)
    return {
      path: "/sdapi/v1/img2img",
      body: {
        ...common,
        ...size,
        init_images: [base64(picture)],
        // Cut to the size where the ratio differs, never squeezed.
        resize_mode: 1,
        ...(mask === null
          ? {}
          : { inpainting_fill: 1, ...only(ofMasks, fields), mask: base64(mask), inpainting_mask_invert: 0 })
      },
      size,
      warnings:
        asked !== null || (size.width === own.width && size.height === own.height)
          ? []
          : [
              `the input of ${own.width}x${own.height} is repainted at ${size.width}x${size.height}: sides are multiples of ${grain} there`
            ]
    }
  })

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64")

const rounded = (side: number): number => Math.max(grain, Math.round(side / grain) * grain)

const refused = (error: ImageSkillError) => new ProviderFault({ acceptance: "refused", error })

const read = (media: MediaInput) => Effect.mapError(readWithin(media, inputLimit), refused)

const sizeOf = (bytes: Uint8Array, media: MediaInput): Effect.Effect<Pixels, ProviderFault> => {
  const header = sniff(bytes)
  const size = header === null ? null : uprightSize(header)
  return size === null
    ? Effect.fail(
        refused(
          failure("INPUT_POLICY_DENIED", "the input's header states no size", {
            details: { role: "input", asset_id: media.assetId }
          })
        )
      )
    : Effect.succeed(size)
}

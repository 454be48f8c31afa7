import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../../Errors.js"
import { pixelsOf } from "../../Domain/Catalog/Sizes.js"
import type { Plan } from "../Provider.js"
import { sniff } from "../../Domain/Media/Sniff.js"
import { checkPlan, readWithin } from "../Wire/CheckPlan.js"
import { maskLimit } from "./Request.js"

const invalid = (plan: Plan, parameter: string, reason: string) =>
  Effect.fail(
    failure("MODEL_PARAMETERS_INVALID", `model_parameters.${parameter} ${reason}`, {
      details: { model_id: plan.model.id, parameter },
      recovery: {
        suggested_command: `image-skill models show ${plan.model.id}`,
        required_flag: "--model-parameters-json"
      }
    })
  )

/** What OpenAI's models ask beyond their schema: sizes, and controls that only some formats have (providers.md §1.2). */
export const checkOpenAi = (plan: Plan): Effect.Effect<void, ImageSkillError> =>
  Effect.gen(function* () {
    yield* checkPlan(plan)
    const { background, output_compression, output_format = "png", size } = plan.parameters
    if (background === "transparent" && output_format === "jpeg") {
      return yield* invalid(plan, "background", "cannot be transparent in JPEG")
    }
    if (output_compression !== undefined && output_format === "png") {
      return yield* invalid(plan, "output_compression", "is only for jpeg and webp")
    }
    if (plan.mask !== null && plan.mask.mimeType !== "image/png") {
      return yield* Effect.fail(
        failure("INPUT_POLICY_DENIED", "the mask must be a PNG whose transparent pixels are to be edited", {
          details: { role: "mask", mime_type: plan.mask.mimeType }
        })
      )
    }
    if (plan.mask !== null && sniff(yield* readWithin(plan.mask, maskLimit))?.alpha !== true) {
      return yield* Effect.fail(
        failure("INPUT_POLICY_DENIED", "the mask has no alpha channel: its transparent pixels are edited", {
          details: { role: "mask", alpha: false }
        })
      )
    }
    const pixels = pixelsOf(size)
    if (plan.model.wire?.["model"] === "gpt-image-2" && pixels !== null) {
      const { height, width } = pixels
      const area = width * height
      if (width % 16 !== 0 || height % 16 !== 0)
        return yield* invalid(plan, "size", "needs sides that 16 divides")
      if (Math.max(width, height) > 3_840) return yield* invalid(plan, "size", "has a side above 3840")
      if (Math.max(width, height) > 3 * Math.min(width, height)) {
        return yield* invalid(plan, "size", "is longer than 3:1")
      }
      if (area < 655_360 || area > 8_294_400) {
        return yield* invalid(plan, "size", "must have 655,360 to 8,294,400 pixels")
      }
    }
  })

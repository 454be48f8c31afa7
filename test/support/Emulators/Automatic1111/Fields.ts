import { bool, custom, int, isObject, list, num, type Problem, type Shape, text } from "../Core/Checks.js"
import { jsonReply } from "../Core/Reply.js"
import type { Json, Reply } from "../Core/Types.js"
import { measure, type Measured } from "../Media/Measure.js"

const anyObject = custom("object", "an object", isObject)

/** Plain base64 or a data URI, as `init_images` and `mask` take it. */
const bytesOf = (value: Json): Buffer | undefined => {
  if (typeof value !== "string") return undefined
  const plain = value.replace(/^data:image\/[a-z]+;base64,/, "")
  return /^[A-Za-z0-9+/]+={0,2}$/.test(plain) && plain.length % 4 === 0
    ? Buffer.from(plain, "base64")
    : undefined
}

export const pictureOf = (value: Json): Measured | undefined => {
  const bytes = bytesOf(value)
  return bytes === undefined ? undefined : measure(bytes)
}

const side = custom("integer", "a multiple of 8 from 64 to 4096", (value: Json) => {
  return Number.isInteger(value) && value >= 64 && value <= 4096 && value % 8 === 0
})

/** The fields of txt2img in providers.md §4.2. */
const common: Shape = {
  prompt: text(),
  negative_prompt: text(),
  styles: list(text(), 0, 100),
  seed: int(-1, 2 ** 32 - 1),
  subseed: int(-1, 2 ** 32 - 1),
  subseed_strength: num(0, 1),
  sampler_name: text(),
  scheduler: text(),
  batch_size: int(1, 8),
  n_iter: int(1, 100),
  steps: int(1, 150),
  cfg_scale: num(0, 30),
  width: side,
  height: side,
  restore_faces: bool,
  tiling: bool,
  eta: num(),
  denoising_strength: num(0, 1),
  override_settings: anyObject,
  override_settings_restore_afterwards: bool,
  refiner_checkpoint: text(),
  script_name: text(),
  script_args: list(
    custom("any", "anything", () => true),
    0,
    100
  ),
  alwayson_scripts: anyObject,
  sampler_index: text(),
  send_images: bool,
  save_images: bool,
  force_task_id: text({ min: 1 }),
  infotext: text()
}

export const txt2img: Shape = {
  ...common,
  enable_hr: bool,
  hr_scale: num(1, 4),
  hr_upscaler: text(),
  hr_second_pass_steps: int(0, 150),
  hr_resize_x: int(0, 4096),
  hr_resize_y: int(0, 4096)
}

export const img2img: Shape = {
  ...common,
  init_images: list(text(), 1, 8),
  mask: text(),
  mask_blur: int(0, 64),
  inpainting_fill: int(0, 3),
  inpaint_full_res: bool,
  inpaint_full_res_padding: int(0, 256),
  inpainting_mask_invert: int(0, 1),
  resize_mode: int(0, 3),
  image_cfg_scale: num(),
  include_init_images: bool
}

export const samplers = ["Euler", "Euler a", "DPM++ 2M", "DDIM"]

/** A problem as FastAPI tells it. */
export const refusal = (problem: Problem): Reply => {
  const loc = ["body", problem.param]
  return jsonReply(422, {
    detail: [
      problem.problem === "unknown"
        ? { loc, msg: "extra fields not permitted", type: "value_error.extra" }
        : problem.problem === "missing"
          ? { loc, msg: "field required", type: "value_error.missing" }
          : { loc, msg: `must be ${problem.wrong.expected}`, type: `value_error.${problem.wrong.why}` }
    ]
  })
}

import { Credits } from "../../../Schema/Money.js"
import type { ModelSpec } from "./ModelSpec.js"

const shared = {
  providerId: "automatic1111",
  modality: "image",
  prompt: "required",
  outputTypes: ["image/png", "image/jpeg", "image/webp"],
  references: null,
  fixedControls: {},
  pricing: { rule: "credits_per_output", credits: Credits.make(1) },
  latencyClass: "minutes",
  safety: { policy: "operator", note: "the operator's own server; whatever it moderates" },
  selectable: true,
  wired: true,
  maxOutputs: 4,
  catalogued: {
    styles: { type: "array", items: { type: "string" } },
    subseed: { type: "integer" },
    subseed_strength: { type: "number" },
    scheduler: { type: "string" },
    eta: { type: "number" },
    refiner_checkpoint: { type: "string" },
    script_name: { type: "string" },
    script_args: { type: "array" },
    alwayson_scripts: { type: "object" }
  }
} as const satisfies Partial<ModelSpec>

const sampling = {
  checkpoint: { type: "string", minLength: 1, maxLength: 400 },
  negative_prompt: { type: "string", maxLength: 8000 },
  seed: { type: "integer", minimum: 0, maximum: 4_294_967_295 },
  steps: { type: "integer", minimum: 1, maximum: 150, default: 20 },
  cfg_scale: { type: "number", minimum: 0, maximum: 30, default: 7 },
  sampler_name: { type: "string", minLength: 1, maxLength: 100 },
  restore_faces: { type: "boolean", default: false },
  tiling: { type: "boolean", default: false },
  size: {
    type: "string",
    pattern: "^[1-9][0-9]{1,3}x[1-9][0-9]{1,3}$",
    description: "Width and height in pixels, multiples of 8."
  }
}

/** Automatic1111's web UI, and SD.Next, which keeps its routes (providers.md §4.2). */
export const automatic1111Models: ReadonlyArray<ModelSpec> = [
  {
    ...shared,
    id: "automatic1111.image",
    displayName: "Automatic1111 / SD.Next",
    operations: ["image.generate"],
    description: "Makes images from a prompt on an Automatic1111 or SD.Next server of your own",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "size",
      values: {
        "1:1": "1024x1024",
        "4:3": "1152x864",
        "3:4": "864x1152",
        "16:9": "1344x768",
        "9:16": "768x1344"
      }
    },
    maskSupported: false,
    parameters: { type: "object", additionalProperties: false, properties: sampling },
    defaults: { steps: 20, cfg_scale: 7 },
    catalogued: {
      ...shared.catalogued,
      enable_hr: { type: "boolean" },
      hr_scale: { type: "number" },
      hr_upscaler: { type: "string" },
      hr_second_pass_steps: { type: "integer" }
    },
    aliases: ["a1111", "sdnext"],
    quality: 32
  },
  {
    ...shared,
    id: "automatic1111.image-edit",
    displayName: "Automatic1111 / SD.Next, editing",
    operations: ["image.edit"],
    description:
      "Repaints an image by a prompt, through a mask if given, on an Automatic1111 or SD.Next server of your own",
    aspectRatios: null,
    defaultAspectRatio: "auto",
    maskSupported: true,
    maskAlphaRequired: true,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        ...sampling,
        denoising_strength: { type: "number", minimum: 0.01, maximum: 1, default: 0.75 },
        mask_blur: { type: "integer", minimum: 0, maximum: 64, default: 4 },
        inpainting_fill: {
          type: "integer",
          minimum: 0,
          maximum: 3,
          default: 1,
          description: "What a mask's part begins as: 0 a fill, 1 the original, 2 noise, 3 nothing."
        },
        inpaint_full_res: {
          type: "boolean",
          default: false,
          description: "Repaints a mask's part enlarged to the whole size, and puts it back."
        },
        inpaint_full_res_padding: { type: "integer", minimum: 0, maximum: 256, default: 32 }
      }
    },
    defaults: { steps: 20, cfg_scale: 7, denoising_strength: 0.75 },
    aliases: ["a1111-edit", "sdnext-edit"],
    quality: 4,
    wire: { input: "init_images" }
  }
]

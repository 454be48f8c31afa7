import { Credits } from "../../../Schema/Money.js"
import type { ModelSpec } from "./ModelSpec.js"

const shared = {
  providerId: "comfyui",
  modality: "image",
  prompt: "required",
  outputTypes: ["image/png", "image/jpeg", "image/webp"],
  references: null,
  fixedControls: {},
  pricing: { rule: "credits_per_output", credits: Credits.make(1) },
  latencyClass: "minutes",
  safety: { policy: "operator", note: "the operator's own server; whatever its workflow moderates" },
  selectable: true,
  wired: true
} as const satisfies Partial<ModelSpec>

const sampling = {
  checkpoint: { type: "string", minLength: 1, maxLength: 400 },
  negative_prompt: { type: "string", maxLength: 8000 },
  seed: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  steps: { type: "integer", minimum: 1, maximum: 200, default: 20 },
  cfg: { type: "number", minimum: 0, maximum: 100, default: 7 }
}

/** ComfyUI's workflows, ours or the operator's (providers.md §4.3). */
export const comfyModels: ReadonlyArray<ModelSpec> = [
  {
    ...shared,
    id: "comfyui.image",
    displayName: "ComfyUI",
    operations: ["image.generate"],
    description: "Makes images from a prompt by a workflow on a ComfyUI server of your own",
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
    maxOutputs: 4,
    maskSupported: false,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        ...sampling,
        // Sides that 16 divides: newer models refuse others.
        size: { type: "string", pattern: "^[1-9][0-9]{1,3}x[1-9][0-9]{1,3}$" }
      }
    },
    defaults: { steps: 20, cfg: 7 },
    aliases: ["comfy"],
    quality: 35
  },
  {
    ...shared,
    id: "comfyui.image-edit",
    displayName: "ComfyUI, editing",
    operations: ["image.edit"],
    description: "Repaints an image by a prompt, through a mask if given, on a ComfyUI server of your own",
    aspectRatios: null,
    defaultAspectRatio: "auto",
    maxOutputs: 1,
    maskSupported: true,
    maskAlphaRequired: true,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: { ...sampling, denoise: { type: "number", minimum: 0.01, maximum: 1, default: 0.6 } }
    },
    defaults: { steps: 20, cfg: 7, denoise: 0.6 },
    aliases: ["comfy-edit"],
    quality: 6,
    wire: { input: "image" }
  }
]

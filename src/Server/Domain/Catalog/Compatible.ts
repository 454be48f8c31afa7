import { Credits } from "../../../Schema/Money.js"
import type { ModelSpec } from "./ModelSpec.js"

const shared = {
  providerId: "openai-compatible",
  modality: "image",
  aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
  prompt: "required",
  outputTypes: ["image/png", "image/jpeg", "image/webp"],
  references: null,
  defaults: {},
  fixedControls: { response_format: "b64_json" },
  pricing: { rule: "credits_per_output", credits: Credits.make(1) },
  latencyClass: "minutes",
  safety: { policy: "operator", note: "the operator's own server; whatever it moderates" },
  selectable: true,
  wired: true
} as const satisfies Partial<ModelSpec>

const size = { type: "string", pattern: "^[1-9][0-9]{1,3}x[1-9][0-9]{1,3}$" }

const sizes = {
  "1:1": "1024x1024",
  "4:3": "1024x768",
  "3:4": "768x1024",
  "16:9": "1024x576",
  "9:16": "576x1024"
}

/** An image server that speaks OpenAI's protocol: LocalAI, stable-diffusion.cpp, vLLM and others (providers.md §4.1). */
export const compatibleModels: ReadonlyArray<ModelSpec> = [
  {
    ...shared,
    id: "openai-compatible.image",
    displayName: "OpenAI-compatible image server",
    operations: ["image.generate"],
    description: "Makes images from a prompt on a server of your own that speaks OpenAI's image protocol",
    defaultAspectRatio: "1:1",
    aspect: { field: "size", values: sizes },
    maxOutputs: 4,
    maskSupported: false,
    parameters: { type: "object", additionalProperties: false, properties: { size } },
    aliases: ["compatible"],
    quality: 30,
    wire: { endpoint: "generations" }
  },
  {
    ...shared,
    id: "openai-compatible.image-edit",
    displayName: "OpenAI-compatible image server, editing",
    operations: ["image.edit"],
    description: "Edits an image by a prompt on a server of your own that speaks OpenAI's image protocol",
    defaultAspectRatio: "auto",
    aspect: { field: "size", values: sizes },
    maxOutputs: 4,
    maskSupported: true,
    parameters: { type: "object", additionalProperties: false, properties: { size } },
    aliases: ["compatible-edit"],
    quality: 5,
    // Servers tell an edit's answer in base64 without being asked.
    fixedControls: {},
    wire: { endpoint: "edits" },
    unverified: ["whether the server edits at all"]
  }
]

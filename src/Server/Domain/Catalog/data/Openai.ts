import type { ModelData } from "../ModelData.js"
import { choice, off, parameters, whole, words } from "./Shapes.js"

// What these models have in common, unless they say otherwise.
const gpt = {
  providerId: "openai",
  modality: "image",
  prompt: "required",
  defaults: { quality: "medium" },
  fixedControls: {},
  latencyClass: "tens_of_seconds",
  safety: { policy: "provider", note: "the provider moderates; a denial is CONTENT_POLICY_DENIED" },
  wired: true,
  outputTypes: ["image/png", "image/jpeg", "image/webp"]
} as const satisfies Partial<ModelData>

/** OpenAI's models: GPT Image, priced by tokens. */
export const openai: ReadonlyArray<ModelData> = [
  {
    ...gpt,
    id: "openai.gpt-image-1.5",
    displayName: "GPT Image 1.5",
    operations: ["image.generate"],
    description: "Makes images from a prompt",
    promptLimit: 32000,
    aspectRatios: ["1:1", "2:3", "3:2"],
    defaultAspectRatio: "1:1",
    aspect: { field: "size", values: { "1:1": "1024x1024", "2:3": "1024x1536", "3:2": "1536x1024" } },
    maxOutputs: 10,
    maskSupported: false,
    references: null,
    parameters: parameters({
      size: choice(["1024x1024", "1024x1536", "1536x1024", "auto"], "auto"),
      quality: choice(["low", "medium", "high", "auto"], "auto"),
      output_format: choice(["png", "jpeg", "webp"], "png"),
      output_compression: whole(0, 100, 100),
      background: choice(["transparent", "opaque", "auto"], "auto"),
      moderation: choice(["auto", "low"], "auto")
    }),
    catalogued: { partial_images: whole(0, 3), stream: off, user: words() },
    prices: {
      rule: "tokens",
      nanoUsd: {
        textInput: 5000,
        textInputCached: 1250,
        imageInput: 8000,
        imageInputCached: 2000,
        imageOutput: 32000,
        textOutput: 10000
      },
      output: {
        low: { "1024x1024": 272, "1024x1536": 408, "1536x1024": 400 },
        medium: { "1024x1024": 1056, "1024x1536": 1584, "1536x1024": 1568 },
        high: { "1024x1024": 4160, "1024x1536": 6240, "1536x1024": 6208 }
      },
      metered: false
    },
    aliases: ["gpt-image-1.5"],
    selectable: false,
    quality: 50,
    wire: { endpoint: "generations", model: "gpt-image-1.5" }
  },
  {
    ...gpt,
    id: "openai.gpt-image-1.5-edit",
    displayName: "GPT Image 1.5 Edit",
    operations: ["image.edit"],
    description: "Edits an image by a prompt, through a mask, with reference images",
    promptLimit: 32000,
    aspectRatios: ["1:1", "2:3", "3:2"],
    defaultAspectRatio: "auto",
    aspect: {
      field: "size",
      values: { "1:1": "1024x1024", "2:3": "1024x1536", "3:2": "1536x1024" },
      auto: "auto"
    },
    maxOutputs: 1,
    maskSupported: true,
    maskAlphaRequired: true,
    references: { roles: ["reference_image"], max: 10 },
    parameters: parameters({
      size: choice(["1024x1024", "1024x1536", "1536x1024", "auto"], "auto"),
      quality: choice(["low", "medium", "high", "auto"], "auto"),
      output_format: choice(["png", "jpeg", "webp"], "png"),
      output_compression: whole(0, 100, 100),
      background: choice(["transparent", "opaque", "auto"], "auto"),
      input_fidelity: choice(["low", "high"], "low")
    }),
    catalogued: {
      partial_images: whole(0, 3),
      stream: off,
      user: words(),
      moderation: choice(["auto", "low"], "auto")
    },
    prices: {
      rule: "tokens",
      nanoUsd: {
        textInput: 5000,
        textInputCached: 1250,
        imageInput: 8000,
        imageInputCached: 2000,
        imageOutput: 32000,
        textOutput: 10000
      },
      output: {
        low: { "1024x1024": 272, "1024x1536": 408, "1536x1024": 400 },
        medium: { "1024x1024": 1056, "1024x1536": 1584, "1536x1024": 1568 },
        high: { "1024x1024": 4160, "1024x1536": 6240, "1536x1024": 6208 }
      },
      metered: true
    },
    aliases: ["gpt-image-1.5-edit"],
    selectable: false,
    quality: 50,
    wire: { endpoint: "edits", model: "gpt-image-1.5" }
  },
  {
    ...gpt,
    id: "openai.gpt-image-2",
    displayName: "GPT Image 2",
    operations: ["image.generate"],
    description: "Makes images from a prompt",
    promptLimit: 32000,
    aspectRatios: ["1:1", "2:3", "3:2", "16:9", "9:16"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "size",
      values: {
        "1:1": "1024x1024",
        "2:3": "1024x1536",
        "3:2": "1536x1024",
        "16:9": "1536x864",
        "9:16": "864x1536"
      }
    },
    maxOutputs: 10,
    maskSupported: false,
    references: null,
    parameters: parameters({
      size: {
        type: "string",
        anyOf: [
          {
            enum: [
              "auto",
              "1024x1024",
              "1536x1024",
              "1024x1536",
              "2048x2048",
              "2048x1152",
              "3840x2160",
              "2160x3840"
            ]
          },
          { pattern: "^[0-9]{2,4}x[0-9]{2,4}$" }
        ],
        default: "auto"
      },
      quality: choice(["low", "medium", "high", "auto"], "auto"),
      output_format: choice(["png", "jpeg", "webp"], "png"),
      output_compression: whole(0, 100, 100),
      background: choice(["opaque", "auto"], "auto"),
      moderation: choice(["auto", "low"], "auto")
    }),
    catalogued: { partial_images: whole(0, 3), stream: off, user: words() },
    prices: {
      rule: "tokens",
      nanoUsd: {
        textInput: 5000,
        textInputCached: 1250,
        imageInput: 8000,
        imageInputCached: 2000,
        imageOutput: 30000
      },
      output: "formula",
      metered: false
    },
    aliases: ["gpt-image-2"],
    selectable: true,
    quality: 60,
    wire: { endpoint: "generations", model: "gpt-image-2" },
    unverified: ["price"]
  },
  {
    ...gpt,
    id: "openai.gpt-image-2-edit",
    displayName: "GPT Image 2 Edit",
    operations: ["image.edit"],
    description: "Edits an image by a prompt, through a mask, with reference images",
    promptLimit: 32000,
    aspectRatios: ["1:1", "2:3", "3:2", "16:9", "9:16"],
    defaultAspectRatio: "auto",
    aspect: {
      field: "size",
      values: {
        "1:1": "1024x1024",
        "2:3": "1024x1536",
        "3:2": "1536x1024",
        "16:9": "1536x864",
        "9:16": "864x1536"
      },
      auto: "auto"
    },
    maxOutputs: 1,
    maskSupported: true,
    maskAlphaRequired: true,
    references: { roles: ["reference_image"], max: 10 },
    parameters: parameters({
      size: {
        type: "string",
        anyOf: [
          {
            enum: [
              "auto",
              "1024x1024",
              "1536x1024",
              "1024x1536",
              "2048x2048",
              "2048x1152",
              "3840x2160",
              "2160x3840"
            ]
          },
          { pattern: "^[0-9]{2,4}x[0-9]{2,4}$" }
        ],
        default: "auto"
      },
      quality: choice(["low", "medium", "high", "auto"], "auto"),
      output_format: choice(["png", "jpeg", "webp"], "png"),
      output_compression: whole(0, 100, 100),
      background: choice(["opaque", "auto"], "auto")
    }),
    catalogued: {
      partial_images: whole(0, 3),
      stream: off,
      user: words(),
      input_fidelity: { note: "omit for gpt-image-2" },
      moderation: choice(["auto", "low"], "auto")
    },
    prices: {
      rule: "tokens",
      nanoUsd: {
        textInput: 5000,
        textInputCached: 1250,
        imageInput: 8000,
        imageInputCached: 2000,
        imageOutput: 30000
      },
      output: "formula",
      metered: true
    },
    aliases: ["gpt-image-2-edit"],
    selectable: true,
    quality: 60,
    wire: { endpoint: "edits", model: "gpt-image-2" },
    unverified: ["price"]
  }
]

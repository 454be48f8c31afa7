import type { ModelData } from "../ModelData.js"
import { choice, parameters, storage, words } from "./Shapes.js"

// What these models have in common, unless they say otherwise.
const grok = {
  providerId: "xai",
  modality: "image",
  prompt: "required",
  maskSupported: false,
  fixedControls: { response_format: "b64_json" },
  latencyClass: "tens_of_seconds",
  safety: { policy: "provider", note: "the provider moderates; a denial is CONTENT_POLICY_DENIED" },
  selectable: true,
  wired: true,
  outputTypes: ["image/jpeg", "image/png", "image/webp"],
  aspectRatios: [
    "1:1",
    "3:4",
    "4:3",
    "9:16",
    "16:9",
    "2:3",
    "3:2",
    "9:19.5",
    "19.5:9",
    "9:20",
    "20:9",
    "1:2",
    "2:1",
    "auto"
  ],
  aspect: { field: "aspect_ratio" }
} as const satisfies Partial<ModelData>

/** xAI's models: Grok Imagine, with what each input and output costs. */
export const xai: ReadonlyArray<ModelData> = [
  {
    ...grok,
    id: "xai.grok-imagine-image",
    displayName: "Grok Imagine Image",
    operations: ["image.generate"],
    description: "Makes images from a prompt",
    defaultAspectRatio: "1:1",
    maxOutputs: 10,
    references: null,
    parameters: parameters({}),
    catalogued: {
      resolution: choice(["1k", "2k"]),
      quality: choice(["low", "medium", "high"]),
      response_format: choice(["url", "b64_json"], "url"),
      user: words(),
      storage_options: storage
    },
    defaults: {},
    prices: { rule: "flat", microUsd: 20000, perInput: 2000, confidence: "known" },
    aliases: ["grok-imagine-image"],
    quality: 70,
    wire: { endpoint: "generations", model: "grok-imagine-image" }
  },
  {
    ...grok,
    id: "xai.grok-imagine-image-edit",
    displayName: "Grok Imagine Image Edit",
    operations: ["image.edit"],
    description: "Edits an image by a prompt, with reference images",
    defaultAspectRatio: "auto",
    maxOutputs: 1,
    references: { roles: ["reference_image"], max: 2 },
    parameters: parameters({}),
    catalogued: {
      resolution: choice(["1k", "2k"]),
      quality: choice(["low", "medium", "high"]),
      response_format: choice(["url", "b64_json"], "url"),
      user: words(),
      storage_options: storage
    },
    defaults: {},
    prices: { rule: "flat", microUsd: 20000, perInput: 2000, confidence: "known" },
    aliases: ["grok-imagine-image-edit"],
    quality: 70,
    wire: { endpoint: "edits", model: "grok-imagine-image" }
  },
  {
    ...grok,
    id: "xai.grok-imagine-image-quality",
    displayName: "Grok Imagine Image Quality",
    operations: ["image.generate"],
    description: "Makes images from a prompt",
    defaultAspectRatio: "1:1",
    maxOutputs: 10,
    references: null,
    parameters: parameters({ resolution: choice(["1k", "2k"]) }),
    catalogued: {
      quality: choice(["low", "medium", "high"]),
      response_format: choice(["url", "b64_json"], "url"),
      user: words(),
      storage_options: storage
    },
    defaults: { resolution: "1k" },
    prices: {
      rule: "flat",
      microUsd: 50000,
      perInput: 10000,
      confidence: "known",
      tiers: { parameter: "resolution", microUsd: { "1k": 50000, "2k": 70000 } }
    },
    aliases: ["grok-imagine-image-quality"],
    quality: 90,
    finalTier: { resolution: "2k" },
    wire: { endpoint: "generations", model: "grok-imagine-image-quality" }
  },
  {
    ...grok,
    id: "xai.grok-imagine-image-quality-edit",
    displayName: "Grok Imagine Image Quality Edit",
    operations: ["image.edit"],
    description: "Edits an image by a prompt, with reference images",
    defaultAspectRatio: "auto",
    maxOutputs: 1,
    references: { roles: ["reference_image"], max: 2 },
    parameters: parameters({ resolution: choice(["1k", "2k"]) }),
    catalogued: {
      quality: choice(["low", "medium", "high"]),
      response_format: choice(["url", "b64_json"], "url"),
      user: words(),
      storage_options: storage
    },
    defaults: { resolution: "1k" },
    prices: {
      rule: "flat",
      microUsd: 50000,
      perInput: 10000,
      confidence: "known",
      tiers: { parameter: "resolution", microUsd: { "1k": 50000, "2k": 70000 } }
    },
    aliases: ["grok-imagine-image-quality-edit"],
    quality: 90,
    wire: { endpoint: "edits", model: "grok-imagine-image-quality" }
  }
]

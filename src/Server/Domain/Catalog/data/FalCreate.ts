import type { ModelData } from "../ModelData.js"
import {
  anyFormat,
  bySize,
  choice,
  decimal,
  elements,
  jpegOrPng,
  off,
  on,
  parameters,
  ratios,
  seed,
  tolerance2,
  tolerance4,
  upTo4,
  whole,
  wideRatios,
  words
} from "./Shapes.js"

// What these models have in common, unless they say otherwise.
const creates = {
  providerId: "fal",
  modality: "image",
  prompt: "required",
  maxOutputs: 1,
  maskSupported: false,
  references: null,
  latencyClass: "tens_of_seconds",
  safety: { policy: "provider", note: "the provider moderates; a denial is CONTENT_POLICY_DENIED" },
  aliases: [],
  selectable: false,
  quality: 50,
  wired: true,
  outputTypes: ["image/png", "image/jpeg", "image/webp"],
  operations: ["image.generate"],
  description: "Makes images from a prompt",
  defaultAspectRatio: "1:1",
  aspect: { field: "aspect_ratio" }
} as const satisfies Partial<ModelData>

/** fal's models that make images; facts collected on 2026-11-21, what is not verified is named in `unverified`. */
export const falCreate: ReadonlyArray<ModelData> = [
  {
    ...creates,
    id: "fal.flux-dev",
    displayName: "FLUX.1 [dev]",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    aspect: bySize,
    outputTypes: ["image/jpeg", "image/png"],
    parameters: parameters({
      image_size: choice(
        ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"],
        "landscape_4_3"
      ),
      seed
    }),
    catalogued: {
      acceleration: choice(["none", "regular", "high"], "none"),
      enable_safety_checker: on,
      guidance_scale: decimal(1, 20, 3.5),
      num_images: upTo4,
      num_inference_steps: whole(1, 50, 28),
      output_format: jpegOrPng,
      sync_mode: off
    },
    defaults: {},
    fixedControls: { num_images: 1, enable_safety_checker: true },
    prices: { rule: "megapixels", microUsd: 25000, field: "image_size", ceiling: 250000 },
    aliases: ["flux-dev"],
    selectable: true,
    quality: 80,
    wire: { endpoint: "fal-ai/flux/dev", app: "fal-ai/flux", output: "images" },
    unverified: ["price"]
  },
  {
    ...creates,
    id: "fal.flux-pro-v1-1-ultra",
    displayName: "FLUX1.1 [pro] ultra",
    aspectRatios: ["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"],
    outputTypes: ["image/jpeg", "image/png"],
    parameters: parameters({ raw: off, seed }),
    catalogued: {
      aspect_ratio: words("16:9"),
      enhance_prompt: off,
      image_prompt_strength: decimal(0, 1, 0.1),
      num_images: upTo4,
      output_format: jpegOrPng,
      safety_tolerance: tolerance2,
      sync_mode: off
    },
    defaults: {},
    fixedControls: { num_images: 1 },
    prices: { rule: "flat", microUsd: 60000, confidence: "known" },
    wire: { endpoint: "fal-ai/flux-pro/v1.1-ultra", app: "fal-ai/flux-pro", output: "images" }
  },
  {
    ...creates,
    id: "fal.z-image-turbo",
    displayName: "Z-Image Turbo",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    aspect: bySize,
    parameters: parameters({
      image_size: choice(
        ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"],
        "landscape_4_3"
      )
    }),
    catalogued: {
      acceleration: choice(["none", "regular", "high"], "regular"),
      enable_prompt_expansion: off,
      enable_safety_checker: on,
      num_images: upTo4,
      num_inference_steps: whole(1, 8, 8),
      output_format: anyFormat,
      seed,
      sync_mode: off
    },
    defaults: {},
    fixedControls: { num_images: 1, enable_safety_checker: true },
    prices: { rule: "megapixels", microUsd: 5000, field: "image_size", ceiling: 50000 },
    wire: { endpoint: "fal-ai/z-image/turbo", app: "fal-ai/z-image", output: "images" },
    unverified: ["id", "price"]
  },
  {
    ...creates,
    id: "fal.nano-banana-2",
    displayName: "Nano Banana 2",
    aspectRatios: wideRatios,
    parameters: parameters({ resolution: choice(["0.5K", "1K", "2K", "4K"], "1K"), seed }),
    catalogued: {
      aspect_ratio: choice(
        [
          "auto",
          "21:9",
          "16:9",
          "3:2",
          "4:3",
          "5:4",
          "1:1",
          "4:5",
          "3:4",
          "2:3",
          "9:16",
          "4:1",
          "1:4",
          "8:1",
          "1:8"
        ],
        "auto"
      ),
      enable_web_search: off,
      limit_generations: on,
      num_images: upTo4,
      output_format: anyFormat,
      safety_tolerance: tolerance4,
      sync_mode: off,
      thinking_level: choice(["minimal", "high"])
    },
    defaults: { resolution: "1K" },
    fixedControls: { num_images: 1 },
    prices: {
      rule: "flat",
      microUsd: 80000,
      tiers: {
        parameter: "resolution",
        microUsd: { "0.5K": 60000, "1K": 80000, "2K": 120000, "4K": 160000 }
      },
      confidence: "known"
    },
    aliases: ["nano-banana"],
    wire: { endpoint: "fal-ai/nano-banana-2", app: "fal-ai/nano-banana-2", output: "images" }
  },
  {
    ...creates,
    id: "fal.nano-banana-pro",
    displayName: "Nano Banana Pro",
    aspectRatios: ratios,
    parameters: parameters({ resolution: choice(["1K", "2K", "4K"], "1K"), seed }),
    catalogued: {
      aspect_ratio: choice(
        ["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"],
        "1:1"
      ),
      enable_web_search: off,
      limit_generations: off,
      num_images: upTo4,
      output_format: anyFormat,
      safety_tolerance: tolerance4,
      sync_mode: off
    },
    defaults: { resolution: "1K" },
    fixedControls: { num_images: 1 },
    prices: {
      rule: "flat",
      microUsd: 150000,
      tiers: { parameter: "resolution", microUsd: { "1K": 150000, "2K": 150000, "4K": 300000 } },
      confidence: "known"
    },
    aliases: ["nano-banana-pro"],
    wire: { endpoint: "fal-ai/nano-banana-pro", app: "fal-ai/nano-banana-pro", output: "images" }
  },
  {
    ...creates,
    id: "fal.gemini-3-pro-image-preview",
    displayName: "Gemini 3 Pro Image Preview",
    aspectRatios: ratios,
    parameters: parameters({ resolution: choice(["1K", "2K", "4K"], "1K"), seed }),
    catalogued: {
      aspect_ratio: choice(
        ["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"],
        "1:1"
      ),
      enable_web_search: off,
      limit_generations: off,
      num_images: upTo4,
      output_format: anyFormat,
      safety_tolerance: tolerance4,
      sync_mode: off
    },
    defaults: { resolution: "1K" },
    fixedControls: { num_images: 1 },
    prices: {
      rule: "flat",
      microUsd: 150000,
      tiers: { parameter: "resolution", microUsd: { "1K": 150000, "2K": 150000, "4K": 300000 } },
      confidence: "known"
    },
    wire: {
      endpoint: "fal-ai/gemini-3-pro-image-preview",
      app: "fal-ai/gemini-3-pro-image-preview",
      output: "images"
    }
  },
  {
    ...creates,
    id: "fal.bytedance-seedream-v4-5-text-to-image",
    displayName: "Seedream 4.5 Text to Image",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    aspect: bySize,
    outputTypes: ["image/png", "image/jpeg"],
    parameters: parameters({
      image_size: choice([
        "square_hd",
        "square",
        "portrait_4_3",
        "portrait_16_9",
        "landscape_4_3",
        "landscape_16_9",
        "auto_2K",
        "auto_4K"
      ]),
      seed
    }),
    catalogued: {
      enable_safety_checker: on,
      max_images: whole(1, 6, 1),
      num_images: whole(1, 6, 1),
      sync_mode: off
    },
    defaults: {},
    fixedControls: { num_images: 1, enable_safety_checker: true, max_images: 1 },
    prices: { rule: "flat", microUsd: 40000, confidence: "known" },
    wire: {
      endpoint: "fal-ai/bytedance/seedream/v4.5/text-to-image",
      app: "fal-ai/bytedance",
      output: "images"
    }
  },
  {
    ...creates,
    id: "fal.bytedance-seedream-v5-lite-text-to-image",
    displayName: "Seedream 5.0 Lite Text to Image",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    aspect: bySize,
    outputTypes: ["image/png", "image/jpeg"],
    parameters: parameters({
      image_size: choice(
        [
          "square_hd",
          "square",
          "portrait_4_3",
          "portrait_16_9",
          "landscape_4_3",
          "landscape_16_9",
          "auto_2K",
          "auto_3K"
        ],
        "auto_2K"
      )
    }),
    catalogued: {
      enable_safety_checker: on,
      max_images: whole(1, 6, 1),
      num_images: whole(1, 6, 1),
      sync_mode: off
    },
    defaults: {},
    fixedControls: { num_images: 1, enable_safety_checker: true, max_images: 1 },
    prices: { rule: "flat", microUsd: 35000, confidence: "known" },
    wire: {
      endpoint: "fal-ai/bytedance/seedream/v5/lite/text-to-image",
      app: "fal-ai/bytedance",
      output: "images"
    }
  },
  {
    ...creates,
    id: "fal.kling-image-o3-text-to-image",
    displayName: "Kling Image O3 Text to Image",
    description: "Makes images from a prompt, with reference images",
    promptLimit: 2500,
    aspectRatios: ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"],
    maxOutputs: 9,
    references: elements,
    parameters: parameters({ resolution: choice(["1K", "2K", "4K"], "1K") }),
    catalogued: {
      aspect_ratio: choice(["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"], "16:9"),
      num_images: whole(1, 9, 1),
      output_format: anyFormat,
      result_type: choice(["single", "series"], "single"),
      series_amount: whole(2, 9),
      sync_mode: off
    },
    defaults: { resolution: "1K" },
    fixedControls: { result_type: "single" },
    prices: {
      rule: "flat",
      microUsd: 28000,
      tiers: { parameter: "resolution", microUsd: { "1K": 28000, "2K": 28000, "4K": 56000 } },
      confidence: "estimated"
    },
    wire: {
      endpoint: "fal-ai/kling-image/o3/text-to-image",
      app: "fal-ai/kling-image",
      output: "images",
      count: "num_images"
    },
    unverified: ["price"]
  },
  {
    ...creates,
    id: "fal.kling-image-v3-text-to-image",
    displayName: "Kling Image V3 Text to Image",
    description: "Makes images from a prompt, with reference images",
    promptLimit: 2500,
    aspectRatios: ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"],
    maxOutputs: 9,
    references: elements,
    parameters: parameters({ resolution: choice(["1K", "2K"], "1K") }),
    catalogued: {
      aspect_ratio: choice(["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"], "16:9"),
      negative_prompt: words(),
      num_images: whole(1, 9, 1),
      output_format: anyFormat,
      sync_mode: off
    },
    defaults: { resolution: "1K" },
    fixedControls: {},
    prices: { rule: "flat", microUsd: 28000, confidence: "known" },
    wire: {
      endpoint: "fal-ai/kling-image/v3/text-to-image",
      app: "fal-ai/kling-image",
      output: "images",
      count: "num_images"
    }
  },
  {
    ...creates,
    id: "fal.dreamo",
    displayName: "DreamO",
    description: "Makes images from a prompt, with reference images",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    aspect: bySize,
    outputTypes: ["image/jpeg", "image/png"],
    references: { roles: ["reference_image"], max: 2, tasks: ["ip", "id", "style"] },
    parameters: parameters({
      image_size: {
        oneOf: [
          {
            type: "string",
            enum: ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"]
          },
          {
            type: "object",
            properties: {
              width: { type: "integer", minimum: 1, maximum: 14142, default: 512 },
              height: { type: "integer", minimum: 1, maximum: 14142, default: 512 }
            },
            required: ["width", "height"],
            additionalProperties: false
          }
        ],
        default: "square_hd"
      }
    }),
    catalogued: {
      enable_safety_checker: on,
      guidance_scale: decimal(undefined, undefined, 3.5),
      negative_prompt: words(""),
      num_inference_steps: whole(undefined, undefined, 12),
      ref_resolution: whole(undefined, undefined, 512),
      seed,
      sync_mode: off,
      true_cfg: decimal(undefined, undefined, 1)
    },
    defaults: {},
    fixedControls: { enable_safety_checker: true },
    prices: { rule: "megapixels", microUsd: 50000, field: "image_size", ceiling: 500000 },
    wire: { endpoint: "fal-ai/dreamo", app: "fal-ai/dreamo", output: "images" },
    unverified: ["price"]
  },
  {
    ...creates,
    id: "fal.imagen4-preview",
    displayName: "Imagen 4",
    aspectRatios: ["1:1", "16:9", "9:16", "4:3", "3:4"],
    parameters: parameters({ resolution: choice(["1K", "2K"], "1K"), seed }),
    catalogued: {
      aspect_ratio: choice(["1:1", "16:9", "9:16", "4:3", "3:4"], "1:1"),
      num_images: upTo4,
      output_format: anyFormat,
      safety_tolerance: tolerance4,
      sync_mode: off
    },
    defaults: { resolution: "1K" },
    fixedControls: { num_images: 1 },
    prices: { rule: "flat", microUsd: 40000, confidence: "estimated" },
    aliases: ["imagen4"],
    wired: false,
    wire: { endpoint: "fal-ai/imagen4/preview", app: "fal-ai/imagen4", output: "images" },
    unverified: ["price"]
  },
  {
    ...creates,
    id: "fal.imagen4-preview-fast",
    displayName: "Imagen 4 Fast",
    aspectRatios: ["1:1", "16:9", "9:16", "4:3", "3:4"],
    parameters: parameters({ seed }),
    catalogued: {
      aspect_ratio: choice(["1:1", "16:9", "9:16", "4:3", "3:4"], "1:1"),
      num_images: upTo4,
      output_format: anyFormat,
      safety_tolerance: tolerance4,
      sync_mode: off
    },
    defaults: {},
    fixedControls: { num_images: 1 },
    prices: { rule: "flat", microUsd: 20000, confidence: "estimated" },
    aliases: ["imagen4-fast"],
    wired: false,
    wire: { endpoint: "fal-ai/imagen4/preview/fast", app: "fal-ai/imagen4", output: "images" },
    unverified: ["price"]
  },
  {
    ...creates,
    id: "fal.imagen4-preview-ultra",
    displayName: "Imagen 4 Ultra",
    aspectRatios: ["1:1", "16:9", "9:16", "4:3", "3:4"],
    parameters: parameters({ resolution: choice(["1K", "2K"], "1K"), seed }),
    catalogued: {
      aspect_ratio: choice(["1:1", "16:9", "9:16", "4:3", "3:4"], "1:1"),
      num_images: upTo4,
      output_format: anyFormat,
      safety_tolerance: tolerance4,
      sync_mode: off
    },
    defaults: { resolution: "1K" },
    fixedControls: { num_images: 1 },
    prices: { rule: "flat", microUsd: 60000, confidence: "estimated" },
    aliases: ["imagen4-ultra"],
    wired: false,
    wire: { endpoint: "fal-ai/imagen4/preview/ultra", app: "fal-ai/imagen4", output: "images" },
    unverified: ["price"]
  }
]

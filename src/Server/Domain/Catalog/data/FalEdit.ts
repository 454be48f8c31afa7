import type { ModelData } from "../ModelData.js"
import {
  anyFormat,
  bySize,
  bySizeOrInput,
  choice,
  decimal,
  elements,
  jpegOrPng,
  off,
  on,
  parameters,
  ratios,
  seed,
  sizeOrPreset,
  tolerance2,
  tolerance4,
  upTo4,
  whole,
  wideRatios
} from "./Shapes.js"

// What these models have in common, unless they say otherwise.
const edits = {
  providerId: "fal",
  modality: "image",
  prompt: "required",
  maxOutputs: 1,
  maskSupported: false,
  references: null,
  defaults: {},
  latencyClass: "tens_of_seconds",
  safety: { policy: "provider", note: "the provider moderates; a denial is CONTENT_POLICY_DENIED" },
  aliases: [],
  selectable: false,
  quality: 50,
  wired: true,
  operations: ["image.edit"],
  description: "Edits an image by a prompt",
  defaultAspectRatio: "auto"
} as const satisfies Partial<ModelData>

/** fal's models that edit images. */
export const falEdit: ReadonlyArray<ModelData> = [
  {
    ...edits,
    id: "fal.flux-pro-kontext",
    displayName: "FLUX.1 Kontext [pro]",
    aspectRatios: null,
    outputTypes: ["image/jpeg", "image/png"],
    parameters: parameters({ seed }),
    catalogued: {
      aspect_ratio: choice(["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"]),
      enhance_prompt: off,
      guidance_scale: decimal(1, 20, 3.5),
      num_images: upTo4,
      output_format: jpegOrPng,
      safety_tolerance: tolerance2,
      sync_mode: off
    },
    fixedControls: { num_images: 1 },
    prices: { rule: "flat", microUsd: 40000, confidence: "known" },
    selectable: true,
    quality: 80,
    wire: {
      endpoint: "fal-ai/flux-pro/kontext",
      app: "fal-ai/flux-pro",
      output: "images",
      input: "image_url"
    }
  },
  {
    ...edits,
    id: "fal.flux-pro-kontext-max",
    displayName: "FLUX.1 Kontext [max]",
    aspectRatios: null,
    outputTypes: ["image/jpeg", "image/png"],
    parameters: parameters({ seed }),
    catalogued: {
      aspect_ratio: choice(["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"]),
      enhance_prompt: off,
      guidance_scale: decimal(1, 20, 3.5),
      num_images: upTo4,
      output_format: jpegOrPng,
      safety_tolerance: tolerance2,
      sync_mode: off
    },
    fixedControls: { num_images: 1 },
    prices: { rule: "flat", microUsd: 80000, confidence: "known" },
    wire: {
      endpoint: "fal-ai/flux-pro/kontext/max",
      app: "fal-ai/flux-pro",
      output: "images",
      input: "image_url"
    }
  },
  {
    ...edits,
    id: "fal.z-image-turbo-image-to-image",
    displayName: "Z-Image Turbo Image to Image",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    aspect: {
      field: "image_size",
      values: {
        "1:1": "square_hd",
        "4:3": "landscape_4_3",
        "3:4": "portrait_4_3",
        "16:9": "landscape_16_9",
        "9:16": "portrait_16_9"
      },
      auto: "auto"
    },
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    parameters: parameters({
      image_size: choice(
        ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9", "auto"],
        "auto"
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
      strength: decimal(undefined, undefined, 0.6),
      sync_mode: off
    },
    fixedControls: { num_images: 1, enable_safety_checker: true },
    prices: { rule: "megapixels", microUsd: 5000, field: "image_size", ceiling: 50000 },
    wire: {
      endpoint: "fal-ai/z-image/turbo/image-to-image",
      app: "fal-ai/z-image",
      output: "images",
      input: "image_url"
    },
    unverified: ["id", "price"]
  },
  {
    ...edits,
    id: "fal.nano-banana-2-edit",
    displayName: "Nano Banana 2 Edit",
    aspectRatios: wideRatios,
    aspect: { field: "aspect_ratio", auto: "auto" },
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
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
    aliases: ["nano-banana-edit"],
    wire: {
      endpoint: "fal-ai/nano-banana-2/edit",
      app: "fal-ai/nano-banana-2",
      output: "images",
      input: "image_urls"
    }
  },
  {
    ...edits,
    id: "fal.nano-banana-pro-edit",
    displayName: "Nano Banana Pro Edit",
    aspectRatios: ratios,
    aspect: { field: "aspect_ratio", auto: "auto" },
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    parameters: parameters({ resolution: choice(["1K", "2K", "4K"], "1K"), seed }),
    catalogued: {
      aspect_ratio: choice(
        ["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"],
        "auto"
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
    aliases: ["nano-banana-pro-edit"],
    wire: {
      endpoint: "fal-ai/nano-banana-pro/edit",
      app: "fal-ai/nano-banana-pro",
      output: "images",
      input: "image_urls"
    }
  },
  {
    ...edits,
    id: "fal.gemini-3-pro-image-preview-edit",
    displayName: "Gemini 3 Pro Image Preview Edit",
    aspectRatios: ratios,
    aspect: { field: "aspect_ratio", auto: "auto" },
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    parameters: parameters({ resolution: choice(["1K", "2K", "4K"], "1K"), seed }),
    catalogued: {
      aspect_ratio: choice(
        ["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"],
        "auto"
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
      endpoint: "fal-ai/gemini-3-pro-image-preview/edit",
      app: "fal-ai/gemini-3-pro-image-preview",
      output: "images",
      input: "image_urls"
    }
  },
  {
    ...edits,
    id: "fal.ideogram-v2-edit",
    displayName: "Ideogram V2 Edit",
    description: "Edits an image by a prompt, through a mask",
    aspectRatios: null,
    outputTypes: ["image/png"],
    maskSupported: true,
    maskRequired: true,
    parameters: parameters({
      expand_prompt: on,
      seed,
      style: choice(["auto", "general", "realistic", "design", "render_3D", "anime"], "auto")
    }),
    catalogued: { sync_mode: off },
    fixedControls: {},
    prices: { rule: "flat", microUsd: 80000, confidence: "known" },
    wire: {
      endpoint: "fal-ai/ideogram/v2/edit",
      app: "fal-ai/ideogram",
      output: "images",
      input: "image_url",
      mask: "mask_url"
    },
    unverified: ["mask polarity"]
  },
  {
    ...edits,
    id: "fal.bytedance-seedream-v4-5-edit",
    displayName: "Seedream 4.5 Edit",
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
    fixedControls: { num_images: 1, enable_safety_checker: true, max_images: 1 },
    prices: { rule: "flat", microUsd: 40000, confidence: "known" },
    wire: {
      endpoint: "fal-ai/bytedance/seedream/v4.5/edit",
      app: "fal-ai/bytedance",
      output: "images",
      input: "image_urls"
    }
  },
  {
    ...edits,
    id: "fal.bytedance-seedream-v5-lite-edit",
    displayName: "Seedream 5.0 Lite Edit",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    aspect: {
      field: "image_size",
      values: {
        "1:1": "square_hd",
        "4:3": "landscape_4_3",
        "3:4": "portrait_4_3",
        "16:9": "landscape_16_9",
        "9:16": "portrait_16_9"
      },
      auto: "auto_2K"
    },
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
    fixedControls: { num_images: 1, enable_safety_checker: true, max_images: 1 },
    prices: { rule: "flat", microUsd: 35000, confidence: "known" },
    wire: {
      endpoint: "fal-ai/bytedance/seedream/v5/lite/edit",
      app: "fal-ai/bytedance",
      output: "images",
      input: "image_urls"
    }
  },
  {
    ...edits,
    id: "fal.kling-image-o1",
    displayName: "Kling Image O1",
    description: "Edits an image by a prompt, with reference images",
    promptLimit: 2500,
    aspectRatios: ["auto", "16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"],
    aspect: { field: "aspect_ratio", auto: "auto" },
    maxOutputs: 9,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    references: elements,
    parameters: parameters({ resolution: choice(["1K", "2K"], "1K") }),
    catalogued: {
      aspect_ratio: choice(["auto", "16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"], "auto"),
      num_images: whole(1, 9, 1),
      output_format: anyFormat,
      sync_mode: off
    },
    defaults: { resolution: "1K" },
    fixedControls: {},
    prices: { rule: "flat", microUsd: 28000, confidence: "estimated" },
    wire: {
      endpoint: "fal-ai/kling-image/o1",
      app: "fal-ai/kling-image",
      output: "images",
      input: "image_urls",
      count: "num_images"
    },
    unverified: ["price"]
  },
  {
    ...edits,
    id: "fal.kling-image-o3-image-to-image",
    displayName: "Kling Image O3 Image to Image",
    description: "Edits an image by a prompt, with reference images",
    promptLimit: 2500,
    aspectRatios: ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9", "auto"],
    aspect: { field: "aspect_ratio", auto: "auto" },
    maxOutputs: 9,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    references: elements,
    parameters: parameters({ resolution: choice(["1K", "2K", "4K"], "1K") }),
    catalogued: {
      aspect_ratio: choice(["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9", "auto"], "auto"),
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
      endpoint: "fal-ai/kling-image/o3/image-to-image",
      app: "fal-ai/kling-image",
      output: "images",
      input: "image_urls",
      count: "num_images"
    },
    unverified: ["price"]
  },
  {
    ...edits,
    id: "fal.kling-image-v3-image-to-image",
    displayName: "Kling Image V3 Image to Image",
    description: "Edits an image by a prompt, with reference images",
    promptLimit: 2500,
    aspectRatios: ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"],
    aspect: { field: "aspect_ratio" },
    maxOutputs: 9,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    references: elements,
    parameters: parameters({ resolution: choice(["1K", "2K"], "1K") }),
    catalogued: {
      aspect_ratio: choice(["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"], "16:9"),
      num_images: whole(1, 9, 1),
      output_format: anyFormat,
      sync_mode: off
    },
    defaults: { resolution: "1K" },
    fixedControls: {},
    prices: { rule: "flat", microUsd: 28000, confidence: "estimated" },
    wire: {
      endpoint: "fal-ai/kling-image/v3/image-to-image",
      app: "fal-ai/kling-image",
      output: "images",
      input: "image_url",
      count: "num_images"
    },
    unverified: ["price"]
  },
  {
    ...edits,
    id: "fal.flux-dev-redux",
    displayName: "FLUX.1 [dev] Redux",
    description: "Makes variations of one image, without a prompt",
    prompt: "ignored",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    aspect: bySizeOrInput,
    outputTypes: ["image/jpeg", "image/png"],
    parameters: parameters({ image_size: sizeOrPreset, seed }),
    catalogued: {
      acceleration: choice(["none", "regular", "high"], "none"),
      enable_safety_checker: on,
      guidance_scale: decimal(1, 20, 3.5),
      num_images: upTo4,
      num_inference_steps: whole(1, 50, 28),
      output_format: jpegOrPng,
      sync_mode: off
    },
    fixedControls: { num_images: 1, enable_safety_checker: true },
    prices: { rule: "megapixels", microUsd: 25000, field: "image_size", ceiling: 250000 },
    wire: { endpoint: "fal-ai/flux/dev/redux", app: "fal-ai/flux", output: "images", input: "image_url" },
    unverified: ["price"]
  },
  {
    ...edits,
    id: "fal.flux-krea-redux",
    displayName: "FLUX.1 Krea [dev] Redux",
    description: "Makes variations of one image, without a prompt",
    prompt: "ignored",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    aspect: bySizeOrInput,
    outputTypes: ["image/jpeg", "image/png"],
    parameters: parameters({ image_size: sizeOrPreset, seed }),
    catalogued: {
      acceleration: choice(["none", "regular", "high"], "none"),
      enable_safety_checker: on,
      guidance_scale: decimal(1, 20),
      num_images: upTo4,
      num_inference_steps: whole(1, 50, 28),
      output_format: jpegOrPng,
      sync_mode: off
    },
    fixedControls: { num_images: 1, enable_safety_checker: true },
    prices: { rule: "megapixels", microUsd: 25000, field: "image_size", ceiling: 250000 },
    wire: { endpoint: "fal-ai/flux/krea/redux", app: "fal-ai/flux", output: "images", input: "image_url" },
    unverified: ["price"]
  },
  {
    ...edits,
    id: "fal.flux-schnell-redux",
    displayName: "FLUX.1 [schnell] Redux",
    description: "Makes variations of one image, without a prompt",
    prompt: "ignored",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    aspect: bySizeOrInput,
    outputTypes: ["image/jpeg", "image/png"],
    parameters: parameters({ image_size: sizeOrPreset, seed }),
    catalogued: {
      acceleration: choice(["none", "regular", "high"], "none"),
      enable_safety_checker: on,
      num_images: upTo4,
      num_inference_steps: whole(1, 12, 4),
      output_format: jpegOrPng,
      sync_mode: off
    },
    fixedControls: { num_images: 1, enable_safety_checker: true },
    prices: { rule: "megapixels", microUsd: 25000, field: "image_size", ceiling: 250000 },
    wire: { endpoint: "fal-ai/flux/schnell/redux", app: "fal-ai/flux", output: "images", input: "image_url" },
    unverified: ["price"]
  }
]

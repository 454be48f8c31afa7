import type { ModelData } from "../ModelData.js"

/** fal's models that make images; facts collected on 2026-11-21, what is not verified is named in `unverified`. */
export const falCreate: ReadonlyArray<ModelData> = [
  {
    id: "fal.flux-dev",
    displayName: "FLUX.1 [dev]",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "image_size",
      values: {
        "1:1": "square_hd",
        "4:3": "landscape_4_3",
        "3:4": "portrait_4_3",
        "16:9": "landscape_16_9",
        "9:16": "portrait_16_9"
      }
    },
    maxOutputs: 1,
    outputTypes: ["image/jpeg", "image/png"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        image_size: {
          type: "string",
          enum: ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"],
          default: "landscape_4_3"
        },
        seed: {
          type: "integer"
        }
      }
    },
    catalogued: {
      acceleration: {
        type: "string",
        enum: ["none", "regular", "high"],
        default: "none"
      },
      enable_safety_checker: {
        type: "boolean",
        default: true
      },
      guidance_scale: {
        type: "number",
        default: 3.5,
        minimum: 1,
        maximum: 20
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 4
      },
      num_inference_steps: {
        type: "integer",
        default: 28,
        minimum: 1,
        maximum: 50
      },
      output_format: {
        type: "string",
        enum: ["jpeg", "png"],
        default: "jpeg"
      },
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {},
    fixedControls: {
      num_images: 1,
      enable_safety_checker: true
    },
    prices: {
      rule: "megapixels",
      microUsd: 25000,
      field: "image_size",
      ceiling: 250000
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["flux-dev"],
    selectable: true,
    quality: 80,
    wired: true,
    wire: {
      endpoint: "fal-ai/flux/dev",
      app: "fal-ai/flux",
      output: "images"
    },
    unverified: ["price"]
  },
  {
    id: "fal.flux-pro-v1-1-ultra",
    displayName: "FLUX1.1 [pro] ultra",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
    aspectRatios: ["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 1,
    outputTypes: ["image/jpeg", "image/png"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        raw: {
          type: "boolean",
          default: false
        },
        seed: {
          type: "integer"
        }
      }
    },
    catalogued: {
      aspect_ratio: {
        type: "string",
        default: "16:9"
      },
      enhance_prompt: {
        type: "boolean",
        default: false
      },
      image_prompt_strength: {
        type: "number",
        default: 0.1,
        minimum: 0,
        maximum: 1
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 4
      },
      output_format: {
        type: "string",
        enum: ["jpeg", "png"],
        default: "jpeg"
      },
      safety_tolerance: {
        type: "string",
        enum: ["1", "2", "3", "4", "5", "6"],
        default: "2"
      },
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {},
    fixedControls: {
      num_images: 1
    },
    prices: {
      rule: "flat",
      microUsd: 60000,
      confidence: "known"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/flux-pro/v1.1-ultra",
      app: "fal-ai/flux-pro",
      output: "images"
    }
  },
  {
    id: "fal.z-image-turbo",
    displayName: "Z-Image Turbo",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "image_size",
      values: {
        "1:1": "square_hd",
        "4:3": "landscape_4_3",
        "3:4": "portrait_4_3",
        "16:9": "landscape_16_9",
        "9:16": "portrait_16_9"
      }
    },
    maxOutputs: 1,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        image_size: {
          type: "string",
          enum: ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"],
          default: "landscape_4_3"
        }
      }
    },
    catalogued: {
      acceleration: {
        type: "string",
        enum: ["none", "regular", "high"],
        default: "regular"
      },
      enable_prompt_expansion: {
        type: "boolean",
        default: false
      },
      enable_safety_checker: {
        type: "boolean",
        default: true
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 4
      },
      num_inference_steps: {
        type: "integer",
        default: 8,
        minimum: 1,
        maximum: 8
      },
      output_format: {
        type: "string",
        enum: ["jpeg", "png", "webp"],
        default: "png"
      },
      seed: {
        type: "integer"
      },
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {},
    fixedControls: {
      num_images: 1,
      enable_safety_checker: true
    },
    prices: {
      rule: "megapixels",
      microUsd: 5000,
      field: "image_size",
      ceiling: 50000
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/z-image/turbo",
      app: "fal-ai/z-image",
      output: "images"
    },
    unverified: ["id", "price"]
  },
  {
    id: "fal.nano-banana-2",
    displayName: "Nano Banana 2",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
    aspectRatios: [
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
    defaultAspectRatio: "1:1",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 1,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        resolution: {
          type: "string",
          enum: ["0.5K", "1K", "2K", "4K"],
          default: "1K"
        },
        seed: {
          type: "integer"
        }
      }
    },
    catalogued: {
      aspect_ratio: {
        type: "string",
        enum: [
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
        default: "auto"
      },
      enable_web_search: {
        type: "boolean",
        default: false
      },
      limit_generations: {
        type: "boolean",
        default: true
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 4
      },
      output_format: {
        type: "string",
        enum: ["jpeg", "png", "webp"],
        default: "png"
      },
      safety_tolerance: {
        type: "string",
        enum: ["1", "2", "3", "4", "5", "6"],
        default: "4"
      },
      sync_mode: {
        type: "boolean",
        default: false
      },
      thinking_level: {
        type: "string",
        enum: ["minimal", "high"]
      }
    },
    defaults: {
      resolution: "1K"
    },
    fixedControls: {
      num_images: 1
    },
    prices: {
      rule: "flat",
      microUsd: 80000,
      tiers: {
        parameter: "resolution",
        microUsd: {
          "0.5K": 60000,
          "1K": 80000,
          "2K": 120000,
          "4K": 160000
        }
      },
      confidence: "known"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["nano-banana"],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/nano-banana-2",
      app: "fal-ai/nano-banana-2",
      output: "images"
    }
  },
  {
    id: "fal.nano-banana-pro",
    displayName: "Nano Banana Pro",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
    aspectRatios: ["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 1,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        resolution: {
          type: "string",
          enum: ["1K", "2K", "4K"],
          default: "1K"
        },
        seed: {
          type: "integer"
        }
      }
    },
    catalogued: {
      aspect_ratio: {
        type: "string",
        enum: ["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"],
        default: "1:1"
      },
      enable_web_search: {
        type: "boolean",
        default: false
      },
      limit_generations: {
        type: "boolean",
        default: false
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 4
      },
      output_format: {
        type: "string",
        enum: ["jpeg", "png", "webp"],
        default: "png"
      },
      safety_tolerance: {
        type: "string",
        enum: ["1", "2", "3", "4", "5", "6"],
        default: "4"
      },
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {
      resolution: "1K"
    },
    fixedControls: {
      num_images: 1
    },
    prices: {
      rule: "flat",
      microUsd: 150000,
      tiers: {
        parameter: "resolution",
        microUsd: {
          "1K": 150000,
          "2K": 150000,
          "4K": 300000
        }
      },
      confidence: "known"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["nano-banana-pro"],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/nano-banana-pro",
      app: "fal-ai/nano-banana-pro",
      output: "images"
    }
  },
  {
    id: "fal.gemini-3-pro-image-preview",
    displayName: "Gemini 3 Pro Image Preview",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
    aspectRatios: ["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 1,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        resolution: {
          type: "string",
          enum: ["1K", "2K", "4K"],
          default: "1K"
        },
        seed: {
          type: "integer"
        }
      }
    },
    catalogued: {
      aspect_ratio: {
        type: "string",
        enum: ["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"],
        default: "1:1"
      },
      enable_web_search: {
        type: "boolean",
        default: false
      },
      limit_generations: {
        type: "boolean",
        default: false
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 4
      },
      output_format: {
        type: "string",
        enum: ["jpeg", "png", "webp"],
        default: "png"
      },
      safety_tolerance: {
        type: "string",
        enum: ["1", "2", "3", "4", "5", "6"],
        default: "4"
      },
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {
      resolution: "1K"
    },
    fixedControls: {
      num_images: 1
    },
    prices: {
      rule: "flat",
      microUsd: 150000,
      tiers: {
        parameter: "resolution",
        microUsd: {
          "1K": 150000,
          "2K": 150000,
          "4K": 300000
        }
      },
      confidence: "known"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/gemini-3-pro-image-preview",
      app: "fal-ai/gemini-3-pro-image-preview",
      output: "images"
    }
  },
  {
    id: "fal.bytedance-seedream-v4-5-text-to-image",
    displayName: "Seedream 4.5 Text to Image",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "image_size",
      values: {
        "1:1": "square_hd",
        "4:3": "landscape_4_3",
        "3:4": "portrait_4_3",
        "16:9": "landscape_16_9",
        "9:16": "portrait_16_9"
      }
    },
    maxOutputs: 1,
    outputTypes: ["image/png", "image/jpeg"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        image_size: {
          type: "string",
          enum: [
            "square_hd",
            "square",
            "portrait_4_3",
            "portrait_16_9",
            "landscape_4_3",
            "landscape_16_9",
            "auto_2K",
            "auto_4K"
          ]
        },
        seed: {
          type: "integer"
        }
      }
    },
    catalogued: {
      enable_safety_checker: {
        type: "boolean",
        default: true
      },
      max_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 6
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 6
      },
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {},
    fixedControls: {
      num_images: 1,
      enable_safety_checker: true,
      max_images: 1
    },
    prices: {
      rule: "flat",
      microUsd: 40000,
      confidence: "known"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/bytedance/seedream/v4.5/text-to-image",
      app: "fal-ai/bytedance",
      output: "images"
    }
  },
  {
    id: "fal.bytedance-seedream-v5-lite-text-to-image",
    displayName: "Seedream 5.0 Lite Text to Image",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "image_size",
      values: {
        "1:1": "square_hd",
        "4:3": "landscape_4_3",
        "3:4": "portrait_4_3",
        "16:9": "landscape_16_9",
        "9:16": "portrait_16_9"
      }
    },
    maxOutputs: 1,
    outputTypes: ["image/png", "image/jpeg"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        image_size: {
          type: "string",
          enum: [
            "square_hd",
            "square",
            "portrait_4_3",
            "portrait_16_9",
            "landscape_4_3",
            "landscape_16_9",
            "auto_2K",
            "auto_3K"
          ],
          default: "auto_2K"
        }
      }
    },
    catalogued: {
      enable_safety_checker: {
        type: "boolean",
        default: true
      },
      max_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 6
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 6
      },
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {},
    fixedControls: {
      num_images: 1,
      enable_safety_checker: true,
      max_images: 1
    },
    prices: {
      rule: "flat",
      microUsd: 35000,
      confidence: "known"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/bytedance/seedream/v5/lite/text-to-image",
      app: "fal-ai/bytedance",
      output: "images"
    }
  },
  {
    id: "fal.kling-image-o3-text-to-image",
    displayName: "Kling Image O3 Text to Image",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt, with reference images",
    prompt: "required",
    promptLimit: 2500,
    aspectRatios: ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 9,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    references: {
      roles: ["element_frontal", "element_reference"],
      max: 40
    },
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        resolution: {
          type: "string",
          enum: ["1K", "2K", "4K"],
          default: "1K"
        }
      }
    },
    catalogued: {
      aspect_ratio: {
        type: "string",
        enum: ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"],
        default: "16:9"
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 9
      },
      output_format: {
        type: "string",
        enum: ["jpeg", "png", "webp"],
        default: "png"
      },
      result_type: {
        type: "string",
        enum: ["single", "series"],
        default: "single"
      },
      series_amount: {
        type: "integer",
        minimum: 2,
        maximum: 9
      },
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {
      resolution: "1K"
    },
    fixedControls: {
      result_type: "single"
    },
    prices: {
      rule: "flat",
      microUsd: 28000,
      tiers: {
        parameter: "resolution",
        microUsd: {
          "1K": 28000,
          "2K": 28000,
          "4K": 56000
        }
      },
      confidence: "estimated"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/kling-image/o3/text-to-image",
      app: "fal-ai/kling-image",
      output: "images",
      count: "num_images"
    },
    unverified: ["price"]
  },
  {
    id: "fal.kling-image-v3-text-to-image",
    displayName: "Kling Image V3 Text to Image",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt, with reference images",
    prompt: "required",
    promptLimit: 2500,
    aspectRatios: ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 9,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    references: {
      roles: ["element_frontal", "element_reference"],
      max: 40
    },
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        resolution: {
          type: "string",
          enum: ["1K", "2K"],
          default: "1K"
        }
      }
    },
    catalogued: {
      aspect_ratio: {
        type: "string",
        enum: ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"],
        default: "16:9"
      },
      negative_prompt: {
        type: "string"
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 9
      },
      output_format: {
        type: "string",
        enum: ["jpeg", "png", "webp"],
        default: "png"
      },
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {
      resolution: "1K"
    },
    fixedControls: {},
    prices: {
      rule: "flat",
      microUsd: 28000,
      confidence: "known"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/kling-image/v3/text-to-image",
      app: "fal-ai/kling-image",
      output: "images",
      count: "num_images"
    }
  },
  {
    id: "fal.dreamo",
    displayName: "DreamO",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt, with reference images",
    prompt: "required",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "image_size",
      values: {
        "1:1": "square_hd",
        "4:3": "landscape_4_3",
        "3:4": "portrait_4_3",
        "16:9": "landscape_16_9",
        "9:16": "portrait_16_9"
      }
    },
    maxOutputs: 1,
    outputTypes: ["image/jpeg", "image/png"],
    maskSupported: false,
    references: {
      roles: ["reference_image"],
      max: 2,
      tasks: ["ip", "id", "style"]
    },
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        image_size: {
          oneOf: [
            {
              type: "string",
              enum: [
                "square_hd",
                "square",
                "portrait_4_3",
                "portrait_16_9",
                "landscape_4_3",
                "landscape_16_9"
              ]
            },
            {
              type: "object",
              properties: {
                width: {
                  type: "integer",
                  minimum: 1,
                  maximum: 14142,
                  default: 512
                },
                height: {
                  type: "integer",
                  minimum: 1,
                  maximum: 14142,
                  default: 512
                }
              },
              required: ["width", "height"],
              additionalProperties: false
            }
          ],
          default: "square_hd"
        }
      }
    },
    catalogued: {
      enable_safety_checker: {
        type: "boolean",
        default: true
      },
      guidance_scale: {
        type: "number",
        default: 3.5
      },
      negative_prompt: {
        type: "string",
        default: ""
      },
      num_inference_steps: {
        type: "integer",
        default: 12
      },
      ref_resolution: {
        type: "integer",
        default: 512
      },
      seed: {
        type: "integer"
      },
      sync_mode: {
        type: "boolean",
        default: false
      },
      true_cfg: {
        type: "number",
        default: 1
      }
    },
    defaults: {},
    fixedControls: {
      enable_safety_checker: true
    },
    prices: {
      rule: "megapixels",
      microUsd: 50000,
      field: "image_size",
      ceiling: 500000
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/dreamo",
      app: "fal-ai/dreamo",
      output: "images"
    },
    unverified: ["price"]
  },
  {
    id: "fal.imagen4-preview",
    displayName: "Imagen 4",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
    aspectRatios: ["1:1", "16:9", "9:16", "4:3", "3:4"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 1,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        resolution: {
          type: "string",
          enum: ["1K", "2K"],
          default: "1K"
        },
        seed: {
          type: "integer"
        }
      }
    },
    catalogued: {
      aspect_ratio: {
        type: "string",
        enum: ["1:1", "16:9", "9:16", "4:3", "3:4"],
        default: "1:1"
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 4
      },
      output_format: {
        type: "string",
        enum: ["jpeg", "png", "webp"],
        default: "png"
      },
      safety_tolerance: {
        type: "string",
        enum: ["1", "2", "3", "4", "5", "6"],
        default: "4"
      },
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {
      resolution: "1K"
    },
    fixedControls: {
      num_images: 1
    },
    prices: {
      rule: "flat",
      microUsd: 40000,
      confidence: "estimated"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["imagen4"],
    selectable: false,
    quality: 50,
    wired: false,
    wire: {
      endpoint: "fal-ai/imagen4/preview",
      app: "fal-ai/imagen4",
      output: "images"
    },
    unverified: ["price"]
  },
  {
    id: "fal.imagen4-preview-fast",
    displayName: "Imagen 4 Fast",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
    aspectRatios: ["1:1", "16:9", "9:16", "4:3", "3:4"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 1,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        seed: {
          type: "integer"
        }
      }
    },
    catalogued: {
      aspect_ratio: {
        type: "string",
        enum: ["1:1", "16:9", "9:16", "4:3", "3:4"],
        default: "1:1"
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 4
      },
      output_format: {
        type: "string",
        enum: ["jpeg", "png", "webp"],
        default: "png"
      },
      safety_tolerance: {
        type: "string",
        enum: ["1", "2", "3", "4", "5", "6"],
        default: "4"
      },
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {},
    fixedControls: {
      num_images: 1
    },
    prices: {
      rule: "flat",
      microUsd: 20000,
      confidence: "estimated"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["imagen4-fast"],
    selectable: false,
    quality: 50,
    wired: false,
    wire: {
      endpoint: "fal-ai/imagen4/preview/fast",
      app: "fal-ai/imagen4",
      output: "images"
    },
    unverified: ["price"]
  },
  {
    id: "fal.imagen4-preview-ultra",
    displayName: "Imagen 4 Ultra",
    providerId: "fal",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
    aspectRatios: ["1:1", "16:9", "9:16", "4:3", "3:4"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 1,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        resolution: {
          type: "string",
          enum: ["1K", "2K"],
          default: "1K"
        },
        seed: {
          type: "integer"
        }
      }
    },
    catalogued: {
      aspect_ratio: {
        type: "string",
        enum: ["1:1", "16:9", "9:16", "4:3", "3:4"],
        default: "1:1"
      },
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 4
      },
      output_format: {
        type: "string",
        enum: ["jpeg", "png", "webp"],
        default: "png"
      },
      safety_tolerance: {
        type: "string",
        enum: ["1", "2", "3", "4", "5", "6"],
        default: "4"
      },
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {
      resolution: "1K"
    },
    fixedControls: {
      num_images: 1
    },
    prices: {
      rule: "flat",
      microUsd: 60000,
      confidence: "estimated"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["imagen4-ultra"],
    selectable: false,
    quality: 50,
    wired: false,
    wire: {
      endpoint: "fal-ai/imagen4/preview/ultra",
      app: "fal-ai/imagen4",
      output: "images"
    },
    unverified: ["price"]
  }
]

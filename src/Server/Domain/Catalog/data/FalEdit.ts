import type { ModelData } from "../ModelData.js"

/** fal's models that edit images. */
export const falEdit: ReadonlyArray<ModelData> = [
  {
    id: "fal.flux-pro-kontext",
    displayName: "FLUX.1 Kontext [pro]",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt",
    prompt: "required",
    aspectRatios: null,
    defaultAspectRatio: "auto",
    maxOutputs: 1,
    outputTypes: ["image/jpeg", "image/png"],
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
        enum: ["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"]
      },
      enhance_prompt: {
        type: "boolean",
        default: false
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
      microUsd: 40000,
      confidence: "known"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: [],
    selectable: true,
    quality: 80,
    wired: true,
    wire: {
      endpoint: "fal-ai/flux-pro/kontext",
      app: "fal-ai/flux-pro",
      output: "images",
      input: "image_url"
    }
  },
  {
    id: "fal.flux-pro-kontext-max",
    displayName: "FLUX.1 Kontext [max]",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt",
    prompt: "required",
    aspectRatios: null,
    defaultAspectRatio: "auto",
    maxOutputs: 1,
    outputTypes: ["image/jpeg", "image/png"],
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
        enum: ["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"]
      },
      enhance_prompt: {
        type: "boolean",
        default: false
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
      microUsd: 80000,
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
      endpoint: "fal-ai/flux-pro/kontext/max",
      app: "fal-ai/flux-pro",
      output: "images",
      input: "image_url"
    }
  },
  {
    id: "fal.z-image-turbo-image-to-image",
    displayName: "Z-Image Turbo Image to Image",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt",
    prompt: "required",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    defaultAspectRatio: "auto",
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
          enum: [
            "square_hd",
            "square",
            "portrait_4_3",
            "portrait_16_9",
            "landscape_4_3",
            "landscape_16_9",
            "auto"
          ],
          default: "auto"
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
      strength: {
        type: "number",
        default: 0.6
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
      endpoint: "fal-ai/z-image/turbo/image-to-image",
      app: "fal-ai/z-image",
      output: "images",
      input: "image_url"
    },
    unverified: ["id", "price"]
  },
  {
    id: "fal.nano-banana-2-edit",
    displayName: "Nano Banana 2 Edit",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt",
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
    defaultAspectRatio: "auto",
    aspect: {
      field: "aspect_ratio",
      auto: "auto"
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
    aliases: ["nano-banana-edit"],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/nano-banana-2/edit",
      app: "fal-ai/nano-banana-2",
      output: "images",
      input: "image_urls"
    }
  },
  {
    id: "fal.nano-banana-pro-edit",
    displayName: "Nano Banana Pro Edit",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt",
    prompt: "required",
    aspectRatios: ["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"],
    defaultAspectRatio: "auto",
    aspect: {
      field: "aspect_ratio",
      auto: "auto"
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
        default: "auto"
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
    aliases: ["nano-banana-pro-edit"],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/nano-banana-pro/edit",
      app: "fal-ai/nano-banana-pro",
      output: "images",
      input: "image_urls"
    }
  },
  {
    id: "fal.gemini-3-pro-image-preview-edit",
    displayName: "Gemini 3 Pro Image Preview Edit",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt",
    prompt: "required",
    aspectRatios: ["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"],
    defaultAspectRatio: "auto",
    aspect: {
      field: "aspect_ratio",
      auto: "auto"
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
        default: "auto"
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
      endpoint: "fal-ai/gemini-3-pro-image-preview/edit",
      app: "fal-ai/gemini-3-pro-image-preview",
      output: "images",
      input: "image_urls"
    }
  },
  {
    id: "fal.ideogram-v2-edit",
    displayName: "Ideogram V2 Edit",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt, through a mask",
    prompt: "required",
    aspectRatios: null,
    defaultAspectRatio: "auto",
    maxOutputs: 1,
    outputTypes: ["image/png"],
    maskSupported: true,
    maskRequired: true,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        expand_prompt: {
          type: "boolean",
          default: true
        },
        seed: {
          type: "integer"
        },
        style: {
          type: "string",
          enum: ["auto", "general", "realistic", "design", "render_3D", "anime"],
          default: "auto"
        }
      }
    },
    catalogued: {
      sync_mode: {
        type: "boolean",
        default: false
      }
    },
    defaults: {},
    fixedControls: {},
    prices: {
      rule: "flat",
      microUsd: 80000,
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
      endpoint: "fal-ai/ideogram/v2/edit",
      app: "fal-ai/ideogram",
      output: "images",
      input: "image_url",
      mask: "mask_url"
    },
    unverified: ["mask polarity"]
  },
  {
    id: "fal.bytedance-seedream-v4-5-edit",
    displayName: "Seedream 4.5 Edit",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt",
    prompt: "required",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    defaultAspectRatio: "auto",
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
      endpoint: "fal-ai/bytedance/seedream/v4.5/edit",
      app: "fal-ai/bytedance",
      output: "images",
      input: "image_urls"
    }
  },
  {
    id: "fal.bytedance-seedream-v5-lite-edit",
    displayName: "Seedream 5.0 Lite Edit",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt",
    prompt: "required",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    defaultAspectRatio: "auto",
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
      endpoint: "fal-ai/bytedance/seedream/v5/lite/edit",
      app: "fal-ai/bytedance",
      output: "images",
      input: "image_urls"
    }
  },
  {
    id: "fal.kling-image-o1",
    displayName: "Kling Image O1",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt, with reference images",
    prompt: "required",
    promptLimit: 2500,
    aspectRatios: ["auto", "16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"],
    defaultAspectRatio: "auto",
    aspect: {
      field: "aspect_ratio",
      auto: "auto"
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
        enum: ["auto", "16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"],
        default: "auto"
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
      endpoint: "fal-ai/kling-image/o1",
      app: "fal-ai/kling-image",
      output: "images",
      input: "image_urls",
      count: "num_images"
    },
    unverified: ["price"]
  },
  {
    id: "fal.kling-image-o3-image-to-image",
    displayName: "Kling Image O3 Image to Image",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt, with reference images",
    prompt: "required",
    promptLimit: 2500,
    aspectRatios: ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9", "auto"],
    defaultAspectRatio: "auto",
    aspect: {
      field: "aspect_ratio",
      auto: "auto"
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
        enum: ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9", "auto"],
        default: "auto"
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
      endpoint: "fal-ai/kling-image/o3/image-to-image",
      app: "fal-ai/kling-image",
      output: "images",
      input: "image_urls",
      count: "num_images"
    },
    unverified: ["price"]
  },
  {
    id: "fal.kling-image-v3-image-to-image",
    displayName: "Kling Image V3 Image to Image",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt, with reference images",
    prompt: "required",
    promptLimit: 2500,
    aspectRatios: ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"],
    defaultAspectRatio: "auto",
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
      endpoint: "fal-ai/kling-image/v3/image-to-image",
      app: "fal-ai/kling-image",
      output: "images",
      input: "image_url",
      count: "num_images"
    },
    unverified: ["price"]
  },
  {
    id: "fal.flux-dev-redux",
    displayName: "FLUX.1 [dev] Redux",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Makes variations of one image, without a prompt",
    prompt: "ignored",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    defaultAspectRatio: "auto",
    aspect: {
      field: "image_size",
      values: {
        "1:1": "square_hd",
        "4:3": "landscape_4_3",
        "3:4": "portrait_4_3",
        "16:9": "landscape_16_9",
        "9:16": "portrait_16_9"
      },
      auto: "landscape_4_3"
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
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/flux/dev/redux",
      app: "fal-ai/flux",
      output: "images",
      input: "image_url"
    },
    unverified: ["price"]
  },
  {
    id: "fal.flux-krea-redux",
    displayName: "FLUX.1 Krea [dev] Redux",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Makes variations of one image, without a prompt",
    prompt: "ignored",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    defaultAspectRatio: "auto",
    aspect: {
      field: "image_size",
      values: {
        "1:1": "square_hd",
        "4:3": "landscape_4_3",
        "3:4": "portrait_4_3",
        "16:9": "landscape_16_9",
        "9:16": "portrait_16_9"
      },
      auto: "landscape_4_3"
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
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/flux/krea/redux",
      app: "fal-ai/flux",
      output: "images",
      input: "image_url"
    },
    unverified: ["price"]
  },
  {
    id: "fal.flux-schnell-redux",
    displayName: "FLUX.1 [schnell] Redux",
    providerId: "fal",
    operations: ["image.edit"],
    modality: "image",
    description: "Makes variations of one image, without a prompt",
    prompt: "ignored",
    aspectRatios: ["1:1", "4:3", "3:4", "16:9", "9:16"],
    defaultAspectRatio: "auto",
    aspect: {
      field: "image_size",
      values: {
        "1:1": "square_hd",
        "4:3": "landscape_4_3",
        "3:4": "portrait_4_3",
        "16:9": "landscape_16_9",
        "9:16": "portrait_16_9"
      },
      auto: "landscape_4_3"
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
      num_images: {
        type: "integer",
        default: 1,
        minimum: 1,
        maximum: 4
      },
      num_inference_steps: {
        type: "integer",
        default: 4,
        minimum: 1,
        maximum: 12
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
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/flux/schnell/redux",
      app: "fal-ai/flux",
      output: "images",
      input: "image_url"
    },
    unverified: ["price"]
  }
]

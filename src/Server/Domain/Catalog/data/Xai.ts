import type { ModelData } from "../ModelData.js"

/** xAI's models: Grok Imagine, with what each input and output costs. */
export const xai: ReadonlyArray<ModelData> = [
  {
    id: "xai.grok-imagine-image",
    displayName: "Grok Imagine Image",
    providerId: "xai",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
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
    defaultAspectRatio: "1:1",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 10,
    outputTypes: ["image/jpeg", "image/png", "image/webp"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {}
    },
    catalogued: {
      resolution: {
        type: "string",
        enum: ["1k", "2k"]
      },
      quality: {
        type: "string",
        enum: ["low", "medium", "high"]
      },
      response_format: {
        type: "string",
        enum: ["url", "b64_json"],
        default: "url"
      },
      user: {
        type: "string"
      },
      storage_options: {
        type: "object",
        properties: {
          filename: {
            type: "string"
          },
          public_url: {
            type: "boolean"
          }
        }
      }
    },
    defaults: {},
    fixedControls: {
      response_format: "b64_json"
    },
    prices: {
      rule: "flat",
      microUsd: 20000,
      perInput: 2000,
      confidence: "known"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["grok-imagine-image"],
    selectable: true,
    quality: 70,
    wired: true,
    wire: {
      endpoint: "generations",
      model: "grok-imagine-image"
    }
  },
  {
    id: "xai.grok-imagine-image-edit",
    displayName: "Grok Imagine Image Edit",
    providerId: "xai",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt, with reference images",
    prompt: "required",
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
    defaultAspectRatio: "auto",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 1,
    outputTypes: ["image/jpeg", "image/png", "image/webp"],
    maskSupported: false,
    references: {
      roles: ["reference_image"],
      max: 2
    },
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {}
    },
    catalogued: {
      resolution: {
        type: "string",
        enum: ["1k", "2k"]
      },
      quality: {
        type: "string",
        enum: ["low", "medium", "high"]
      },
      response_format: {
        type: "string",
        enum: ["url", "b64_json"],
        default: "url"
      },
      user: {
        type: "string"
      },
      storage_options: {
        type: "object",
        properties: {
          filename: {
            type: "string"
          },
          public_url: {
            type: "boolean"
          }
        }
      }
    },
    defaults: {},
    fixedControls: {
      response_format: "b64_json"
    },
    prices: {
      rule: "flat",
      microUsd: 20000,
      perInput: 2000,
      confidence: "known"
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["grok-imagine-image-edit"],
    selectable: true,
    quality: 70,
    wired: true,
    wire: {
      endpoint: "edits",
      model: "grok-imagine-image"
    }
  },
  {
    id: "xai.grok-imagine-image-quality",
    displayName: "Grok Imagine Image Quality",
    providerId: "xai",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
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
    defaultAspectRatio: "1:1",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 10,
    outputTypes: ["image/jpeg", "image/png", "image/webp"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        resolution: {
          type: "string",
          enum: ["1k", "2k"]
        }
      }
    },
    catalogued: {
      quality: {
        type: "string",
        enum: ["low", "medium", "high"]
      },
      response_format: {
        type: "string",
        enum: ["url", "b64_json"],
        default: "url"
      },
      user: {
        type: "string"
      },
      storage_options: {
        type: "object",
        properties: {
          filename: {
            type: "string"
          },
          public_url: {
            type: "boolean"
          }
        }
      }
    },
    defaults: {
      resolution: "1k"
    },
    fixedControls: {
      response_format: "b64_json"
    },
    prices: {
      rule: "flat",
      microUsd: 50000,
      perInput: 10000,
      confidence: "known",
      tiers: {
        parameter: "resolution",
        microUsd: {
          "1k": 50000,
          "2k": 70000
        }
      }
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["grok-imagine-image-quality"],
    selectable: true,
    quality: 90,
    wired: true,
    finalTier: {
      resolution: "2k"
    },
    wire: {
      endpoint: "generations",
      model: "grok-imagine-image-quality"
    }
  },
  {
    id: "xai.grok-imagine-image-quality-edit",
    displayName: "Grok Imagine Image Quality Edit",
    providerId: "xai",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt, with reference images",
    prompt: "required",
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
    defaultAspectRatio: "auto",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 1,
    outputTypes: ["image/jpeg", "image/png", "image/webp"],
    maskSupported: false,
    references: {
      roles: ["reference_image"],
      max: 2
    },
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        resolution: {
          type: "string",
          enum: ["1k", "2k"]
        }
      }
    },
    catalogued: {
      quality: {
        type: "string",
        enum: ["low", "medium", "high"]
      },
      response_format: {
        type: "string",
        enum: ["url", "b64_json"],
        default: "url"
      },
      user: {
        type: "string"
      },
      storage_options: {
        type: "object",
        properties: {
          filename: {
            type: "string"
          },
          public_url: {
            type: "boolean"
          }
        }
      }
    },
    defaults: {
      resolution: "1k"
    },
    fixedControls: {
      response_format: "b64_json"
    },
    prices: {
      rule: "flat",
      microUsd: 50000,
      perInput: 10000,
      confidence: "known",
      tiers: {
        parameter: "resolution",
        microUsd: {
          "1k": 50000,
          "2k": 70000
        }
      }
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["grok-imagine-image-quality-edit"],
    selectable: true,
    quality: 90,
    wired: true,
    wire: {
      endpoint: "edits",
      model: "grok-imagine-image-quality"
    }
  }
]

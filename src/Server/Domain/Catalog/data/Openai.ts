import type { ModelData } from "../ModelData.js"

/** OpenAI's models: GPT Image, priced by tokens. */
export const openai: ReadonlyArray<ModelData> = [
  {
    id: "openai.gpt-image-1.5",
    displayName: "GPT Image 1.5",
    providerId: "openai",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
    promptLimit: 32000,
    aspectRatios: ["1:1", "2:3", "3:2"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "size",
      values: {
        "1:1": "1024x1024",
        "2:3": "1024x1536",
        "3:2": "1536x1024"
      }
    },
    maxOutputs: 10,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        size: {
          type: "string",
          enum: ["1024x1024", "1024x1536", "1536x1024", "auto"],
          default: "auto"
        },
        quality: {
          type: "string",
          enum: ["low", "medium", "high", "auto"],
          default: "auto"
        },
        output_format: {
          type: "string",
          enum: ["png", "jpeg", "webp"],
          default: "png"
        },
        output_compression: {
          type: "integer",
          minimum: 0,
          maximum: 100,
          default: 100
        },
        background: {
          type: "string",
          enum: ["transparent", "opaque", "auto"],
          default: "auto"
        },
        moderation: {
          type: "string",
          enum: ["auto", "low"],
          default: "auto"
        }
      }
    },
    catalogued: {
      partial_images: {
        type: "integer",
        minimum: 0,
        maximum: 3
      },
      stream: {
        type: "boolean",
        default: false
      },
      user: {
        type: "string"
      }
    },
    defaults: {
      quality: "medium"
    },
    fixedControls: {},
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
        low: {
          "1024x1024": 272,
          "1024x1536": 408,
          "1536x1024": 400
        },
        medium: {
          "1024x1024": 1056,
          "1024x1536": 1584,
          "1536x1024": 1568
        },
        high: {
          "1024x1024": 4160,
          "1024x1536": 6240,
          "1536x1024": 6208
        }
      },
      metered: false
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["gpt-image-1.5"],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "generations",
      model: "gpt-image-1.5"
    }
  },
  {
    id: "openai.gpt-image-1.5-edit",
    displayName: "GPT Image 1.5 Edit",
    providerId: "openai",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt, through a mask, with reference images",
    prompt: "required",
    promptLimit: 32000,
    aspectRatios: ["1:1", "2:3", "3:2"],
    defaultAspectRatio: "auto",
    aspect: {
      field: "size",
      values: {
        "1:1": "1024x1024",
        "2:3": "1024x1536",
        "3:2": "1536x1024"
      },
      auto: "auto"
    },
    maxOutputs: 1,
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: true,
    references: {
      roles: ["reference_image"],
      max: 10
    },
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
        size: {
          type: "string",
          enum: ["1024x1024", "1024x1536", "1536x1024", "auto"],
          default: "auto"
        },
        quality: {
          type: "string",
          enum: ["low", "medium", "high", "auto"],
          default: "auto"
        },
        output_format: {
          type: "string",
          enum: ["png", "jpeg", "webp"],
          default: "png"
        },
        output_compression: {
          type: "integer",
          minimum: 0,
          maximum: 100,
          default: 100
        },
        background: {
          type: "string",
          enum: ["transparent", "opaque", "auto"],
          default: "auto"
        },
        input_fidelity: {
          type: "string",
          enum: ["low", "high"],
          default: "low"
        }
      }
    },
    catalogued: {
      partial_images: {
        type: "integer",
        minimum: 0,
        maximum: 3
      },
      stream: {
        type: "boolean",
        default: false
      },
      user: {
        type: "string"
      },
      moderation: {
        type: "string",
        enum: ["auto", "low"],
        default: "auto"
      }
    },
    defaults: {
      quality: "medium"
    },
    fixedControls: {},
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
        low: {
          "1024x1024": 272,
          "1024x1536": 408,
          "1536x1024": 400
        },
        medium: {
          "1024x1024": 1056,
          "1024x1536": 1584,
          "1536x1024": 1568
        },
        high: {
          "1024x1024": 4160,
          "1024x1536": 6240,
          "1536x1024": 6208
        }
      },
      metered: true
    },
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["gpt-image-1.5-edit"],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "edits",
      model: "gpt-image-1.5"
    }
  },
  {
    id: "openai.gpt-image-2",
    displayName: "GPT Image 2",
    providerId: "openai",
    operations: ["image.generate"],
    modality: "image",
    description: "Makes images from a prompt",
    prompt: "required",
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
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
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
            {
              pattern: "^[0-9]{2,4}x[0-9]{2,4}$"
            }
          ],
          default: "auto"
        },
        quality: {
          type: "string",
          enum: ["low", "medium", "high", "auto"],
          default: "auto"
        },
        output_format: {
          type: "string",
          enum: ["png", "jpeg", "webp"],
          default: "png"
        },
        output_compression: {
          type: "integer",
          minimum: 0,
          maximum: 100,
          default: 100
        },
        background: {
          type: "string",
          enum: ["opaque", "auto"],
          default: "auto"
        },
        moderation: {
          type: "string",
          enum: ["auto", "low"],
          default: "auto"
        }
      }
    },
    catalogued: {
      partial_images: {
        type: "integer",
        minimum: 0,
        maximum: 3
      },
      stream: {
        type: "boolean",
        default: false
      },
      user: {
        type: "string"
      }
    },
    defaults: {
      quality: "medium"
    },
    fixedControls: {},
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
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["gpt-image-2"],
    selectable: true,
    quality: 60,
    wired: true,
    wire: {
      endpoint: "generations",
      model: "gpt-image-2"
    },
    unverified: ["price"]
  },
  {
    id: "openai.gpt-image-2-edit",
    displayName: "GPT Image 2 Edit",
    providerId: "openai",
    operations: ["image.edit"],
    modality: "image",
    description: "Edits an image by a prompt, through a mask, with reference images",
    prompt: "required",
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
    outputTypes: ["image/png", "image/jpeg", "image/webp"],
    maskSupported: true,
    references: {
      roles: ["reference_image"],
      max: 10
    },
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {
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
            {
              pattern: "^[0-9]{2,4}x[0-9]{2,4}$"
            }
          ],
          default: "auto"
        },
        quality: {
          type: "string",
          enum: ["low", "medium", "high", "auto"],
          default: "auto"
        },
        output_format: {
          type: "string",
          enum: ["png", "jpeg", "webp"],
          default: "png"
        },
        output_compression: {
          type: "integer",
          minimum: 0,
          maximum: 100,
          default: 100
        },
        background: {
          type: "string",
          enum: ["opaque", "auto"],
          default: "auto"
        }
      }
    },
    catalogued: {
      partial_images: {
        type: "integer",
        minimum: 0,
        maximum: 3
      },
      stream: {
        type: "boolean",
        default: false
      },
      user: {
        type: "string"
      },
      input_fidelity: {
        note: "omit for gpt-image-2"
      },
      moderation: {
        type: "string",
        enum: ["auto", "low"],
        default: "auto"
      }
    },
    defaults: {
      quality: "medium"
    },
    fixedControls: {},
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
    latencyClass: "tens_of_seconds",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: ["gpt-image-2-edit"],
    selectable: true,
    quality: 60,
    wired: true,
    wire: {
      endpoint: "edits",
      model: "gpt-image-2"
    },
    unverified: ["price"]
  }
]

import type { ModelData } from "../ModelData.js"

/** fal's models that make video, audio and 3D. */
export const falMedia: ReadonlyArray<ModelData> = [
  {
    id: "fal.trellis-image-to-3d",
    displayName: "Trellis Image to 3D",
    providerId: "fal",
    operations: ["image.edit", "3d.generate"],
    modality: "3d",
    description: "Makes a textured 3D model (GLB) from one image",
    prompt: "ignored",
    aspectRatios: null,
    defaultAspectRatio: "auto",
    maxOutputs: 1,
    outputTypes: ["model/gltf-binary"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {}
    },
    catalogued: {
      mesh_simplify: {
        type: "number",
        default: 0.95,
        minimum: 0.9,
        maximum: 0.98
      },
      seed: {
        type: "integer"
      },
      slat_guidance_strength: {
        type: "number",
        default: 3,
        minimum: 0,
        maximum: 10
      },
      slat_sampling_steps: {
        type: "integer",
        default: 12,
        minimum: 1,
        maximum: 50
      },
      ss_guidance_strength: {
        type: "number",
        default: 7.5,
        minimum: 0,
        maximum: 10
      },
      ss_sampling_steps: {
        type: "integer",
        default: 12,
        minimum: 1,
        maximum: 50
      },
      texture_size: {
        type: "string",
        enum: ["512", "1024", "2048"],
        default: "1024"
      }
    },
    defaults: {},
    fixedControls: {},
    prices: {
      rule: "flat",
      microUsd: 20000,
      confidence: "known"
    },
    latencyClass: "minutes",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/trellis",
      app: "fal-ai/trellis",
      output: "model_mesh",
      input: "image_url"
    }
  },
  {
    id: "fal.ltx-video-13b-distilled",
    displayName: "LTX Video 0.9.7 13B Distilled",
    providerId: "fal",
    operations: ["video.generate"],
    modality: "video",
    description: "Makes short videos from a prompt",
    prompt: "required",
    aspectRatios: ["9:16", "1:1", "16:9"],
    defaultAspectRatio: "1:1",
    aspect: {
      field: "aspect_ratio"
    },
    maxOutputs: 1,
    outputTypes: ["video/mp4"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {}
    },
    catalogued: {
      aspect_ratio: {
        type: "string",
        enum: ["9:16", "1:1", "16:9"],
        default: "16:9"
      },
      enable_detail_pass: {
        type: "boolean",
        default: false
      },
      enable_safety_checker: {
        type: "boolean",
        default: true
      },
      expand_prompt: {
        type: "boolean",
        default: false
      },
      first_pass_num_inference_steps: {
        type: "integer",
        minimum: 2,
        maximum: 20
      },
      frame_rate: {
        type: "integer",
        default: 24,
        minimum: 1,
        maximum: 60
      },
      negative_prompt: {
        type: "string",
        default: "worst quality, inconsistent motion, blurry, jittery, distorted"
      },
      num_frames: {
        type: "integer",
        default: 121,
        minimum: 9,
        maximum: 161
      },
      resolution: {
        type: "string",
        enum: ["480p", "720p"],
        default: "720p"
      },
      reverse_video: {
        type: "boolean",
        default: false
      },
      second_pass_num_inference_steps: {
        type: "integer",
        minimum: 2,
        maximum: 20
      },
      second_pass_skip_initial_steps: {
        type: "integer",
        minimum: 1,
        maximum: 20
      },
      seed: {
        type: "integer"
      },
      temporal_adain_factor: {
        type: "number",
        default: 0.5
      },
      tone_map_compression_ratio: {
        type: "number"
      }
    },
    defaults: {},
    fixedControls: {
      enable_safety_checker: true
    },
    prices: {
      rule: "flat",
      microUsd: 40000,
      confidence: "estimated"
    },
    latencyClass: "minutes",
    safety: {
      policy: "provider",
      note: "the provider moderates; a denial is CONTENT_POLICY_DENIED"
    },
    aliases: [],
    selectable: false,
    quality: 50,
    wired: true,
    wire: {
      endpoint: "fal-ai/ltx-video-13b-distilled",
      app: "fal-ai/ltx-video-13b-distilled",
      output: "video"
    },
    unverified: ["price"]
  },
  {
    id: "fal.stable-audio-25-text-to-audio",
    displayName: "Stable Audio 2.5",
    providerId: "fal",
    operations: ["audio.generate"],
    modality: "audio",
    description: "Makes audio clips from a prompt",
    prompt: "required",
    aspectRatios: null,
    defaultAspectRatio: "1:1",
    maxOutputs: 1,
    outputTypes: ["audio/wav", "audio/mpeg"],
    unverified: ["output type"],
    maskSupported: false,
    references: null,
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: {}
    },
    catalogued: {
      guidance_scale: {
        type: "number",
        default: 1,
        minimum: 1,
        maximum: 25
      },
      num_inference_steps: {
        type: "integer",
        default: 8,
        minimum: 4,
        maximum: 8
      },
      seconds_total: {
        type: "integer",
        default: 190,
        minimum: 1,
        maximum: 190
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
    fixedControls: {},
    prices: {
      rule: "flat",
      microUsd: 200000,
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
      endpoint: "fal-ai/stable-audio-25/text-to-audio",
      app: "fal-ai/stable-audio-25",
      output: "audio"
    }
  }
]

import type { ModelData } from "../ModelData.js"
import { choice, decimal, off, on, parameters, seed, whole, words } from "./Shapes.js"

// What these models have in common, unless they say otherwise.
const makes = {
  providerId: "fal",
  prompt: "required",
  maxOutputs: 1,
  maskSupported: false,
  references: null,
  defaults: {},
  fixedControls: {},
  latencyClass: "minutes",
  safety: { policy: "provider", note: "the provider moderates; a denial is CONTENT_POLICY_DENIED" },
  aliases: [],
  selectable: false,
  quality: 50,
  wired: true,
  aspectRatios: null,
  defaultAspectRatio: "1:1"
} as const satisfies Partial<ModelData>

/** fal's models that make video, audio and 3D. */
export const falMedia: ReadonlyArray<ModelData> = [
  {
    ...makes,
    id: "fal.trellis-image-to-3d",
    displayName: "Trellis Image to 3D",
    operations: ["image.edit", "3d.generate"],
    modality: "3d",
    description: "Makes a textured 3D model (GLB) from one image",
    prompt: "ignored",
    defaultAspectRatio: "auto",
    outputTypes: ["model/gltf-binary"],
    parameters: parameters({}),
    catalogued: {
      mesh_simplify: decimal(0.9, 0.98, 0.95),
      seed,
      slat_guidance_strength: decimal(0, 10, 3),
      slat_sampling_steps: whole(1, 50, 12),
      ss_guidance_strength: decimal(0, 10, 7.5),
      ss_sampling_steps: whole(1, 50, 12),
      texture_size: choice(["512", "1024", "2048"], "1024")
    },
    prices: { rule: "flat", microUsd: 20000, confidence: "known" },
    wire: { endpoint: "fal-ai/trellis", app: "fal-ai/trellis", output: "model_mesh", input: "image_url" }
  },
  {
    ...makes,
    id: "fal.ltx-video-13b-distilled",
    displayName: "LTX Video 0.9.7 13B Distilled",
    operations: ["video.generate"],
    modality: "video",
    description: "Makes short videos from a prompt",
    aspectRatios: ["9:16", "1:1", "16:9"],
    aspect: { field: "aspect_ratio" },
    outputTypes: ["video/mp4"],
    parameters: parameters({}),
    catalogued: {
      aspect_ratio: choice(["9:16", "1:1", "16:9"], "16:9"),
      enable_detail_pass: off,
      enable_safety_checker: on,
      expand_prompt: off,
      first_pass_num_inference_steps: whole(2, 20),
      frame_rate: whole(1, 60, 24),
      negative_prompt: words("worst quality, inconsistent motion, blurry, jittery, distorted"),
      num_frames: whole(9, 161, 121),
      resolution: choice(["480p", "720p"], "720p"),
      reverse_video: off,
      second_pass_num_inference_steps: whole(2, 20),
      second_pass_skip_initial_steps: whole(1, 20),
      seed,
      temporal_adain_factor: decimal(undefined, undefined, 0.5),
      tone_map_compression_ratio: decimal()
    },
    fixedControls: { enable_safety_checker: true },
    prices: { rule: "flat", microUsd: 40000, confidence: "estimated" },
    wire: {
      endpoint: "fal-ai/ltx-video-13b-distilled",
      app: "fal-ai/ltx-video-13b-distilled",
      output: "video"
    },
    unverified: ["price"]
  },
  {
    ...makes,
    id: "fal.stable-audio-25-text-to-audio",
    displayName: "Stable Audio 2.5",
    operations: ["audio.generate"],
    modality: "audio",
    description: "Makes audio clips from a prompt",
    outputTypes: ["audio/wav", "audio/mpeg"],
    unverified: ["output type"],
    parameters: parameters({}),
    catalogued: {
      guidance_scale: decimal(1, 25, 1),
      num_inference_steps: whole(4, 8, 8),
      seconds_total: whole(1, 190, 190),
      seed,
      sync_mode: off
    },
    prices: { rule: "flat", microUsd: 200000, confidence: "known" },
    latencyClass: "tens_of_seconds",
    wire: { endpoint: "fal-ai/stable-audio-25/text-to-audio", app: "fal-ai/stable-audio-25", output: "audio" }
  }
]

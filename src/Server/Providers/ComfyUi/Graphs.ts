import type { JsonObject } from "../../../Schema/Open.js"

/** A workflow in the form that ComfyUI's API takes: nodes by id, linked as `[id, output]`. */
export type Graph = Readonly<Record<string, { readonly class_type: string; readonly inputs: JsonObject }>>

const model = { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "{{checkpoint}}" } }
const wanted = { class_type: "CLIPTextEncode", inputs: { text: "{{prompt}}", clip: ["model", 1] } }
const unwanted = { class_type: "CLIPTextEncode", inputs: { text: "{{negative_prompt}}", clip: ["model", 1] } }
const decoded = { class_type: "VAEDecode", inputs: { samples: ["sampled", 0], vae: ["model", 2] } }
const saved = { class_type: "SaveImage", inputs: { images: ["decoded", 0], filename_prefix: "{{prefix}}" } }

const sampled = (denoise: string | number) => ({
  class_type: "KSampler",
  inputs: {
    model: ["model", 0],
    positive: ["wanted", 0],
    negative: ["unwanted", 0],
    latent_image: ["latent", 0],
    seed: "{{seed}}",
    steps: "{{steps}}",
    cfg: "{{cfg}}",
    sampler_name: "euler",
    scheduler: "normal",
    denoise
  }
})

/** Makes pictures with a checkpoint, as ComfyUI's own first example does. */
export const createGraph: Graph = {
  model,
  wanted,
  unwanted,
  latent: {
    class_type: "EmptyLatentImage",
    inputs: { width: "{{width}}", height: "{{height}}", batch_size: "{{count}}" }
  },
  sampled: sampled(1),
  decoded,
  saved
}

const image = { class_type: "LoadImage", inputs: { image: "{{image}}" } }

/** Repaints a picture as much as `denoise` allows. */
export const editGraph: Graph = {
  model,
  wanted,
  unwanted,
  image,
  latent: { class_type: "VAEEncode", inputs: { pixels: ["image", 0], vae: ["model", 2] } },
  sampled: sampled("{{denoise}}"),
  decoded,
  saved
}

/** Makes anew what a mask leaves transparent: the second output of a loaded picture is what its alpha channel hides. */
export const maskedGraph: Graph = {
  ...editGraph,
  mask: { class_type: "LoadImage", inputs: { image: "{{mask}}" } },
  latent: {
    class_type: "VAEEncodeForInpaint",
    inputs: { pixels: ["image", 0], vae: ["model", 2], mask: ["mask", 1], grow_mask_by: 6 }
  },
  sampled: sampled(1)
}

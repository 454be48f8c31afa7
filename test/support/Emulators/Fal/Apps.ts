import {
  bool,
  custom,
  int,
  isObject,
  list,
  num,
  oneOf,
  required,
  type Rule,
  type Shape,
  text
} from "../Core/Checks.js"
import type { Json } from "../Core/Types.js"

/** What an endpoint delivers. */
export type Kind = "image" | "video" | "audio" | "mesh"

/** An endpoint: its inputs (from the vendor's own client's types) and its price (providers.md §3.6). */
export interface App {
  readonly fields: Shape
  readonly kind: Kind
  /** micro-USD per billing unit. */
  readonly unitMicros: number
  readonly unit: "megapixels" | "images" | "units"
  /** Multiplies or adds to the units of one request. */
  readonly factor?: (body: Json) => number
  readonly surchargeMicros?: (body: Json) => number
  readonly jpeg?: boolean
  readonly nsfw?: boolean
  readonly described?: boolean
  readonly large?: boolean
}

const presets = ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"]

const imageSize = (...more: ReadonlyArray<string>): Rule => {
  const names = [...presets, ...more]
  const edge = (n: Json): boolean => Number.isInteger(n) && n >= 1 && n <= 14_142
  return custom(
    "image size",
    `one of ${names.join(", ")}, or {width, height}`,
    (v) =>
      names.includes(v) ||
      (isObject(v) &&
        Object.keys(v).every((k) => k === "width" || k === "height") &&
        edge(v.width) &&
        edge(v.height))
  )
}

const link = custom(
  "url",
  "an https URL or a data URI",
  (v) => typeof v === "string" && /^(https?:\/\/|data:)\S+$/.test(v)
)
const links = (max = 10): Rule => required(list(link, 1, max))
const prompt = required(text({ min: 1 }))
const n = int(1, 4)
const seed = int()
const sync = bool
const jp = oneOf("jpeg", "png")
const jpw = oneOf("jpeg", "png", "webp")
const tolerance = oneOf("1", "2", "3", "4", "5", "6")
const acceleration = oneOf("none", "regular", "high")
const elements = list(
  custom(
    "element",
    "{frontal_image_url, reference_image_urls}",
    (v) =>
      isObject(v) && Object.keys(v).every((k) => ["frontal_image_url", "reference_image_urls"].includes(k))
  ),
  1,
  10
)

const flux: Shape = {
  prompt,
  acceleration,
  enable_safety_checker: bool,
  guidance_scale: num(1, 20),
  image_size: imageSize(),
  num_images: n,
  num_inference_steps: int(1, 50),
  output_format: jp,
  seed,
  sync_mode: sync
}
const redux: Shape = {
  acceleration,
  enable_safety_checker: bool,
  guidance_scale: num(1, 20),
  image_size: imageSize(),
  image_url: required(link),
  num_images: n,
  num_inference_steps: int(1, 50),
  output_format: jp,
  seed,
  sync_mode: sync
}
const kontext: Shape = {
  prompt,
  image_url: required(link),
  aspect_ratio: oneOf("21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"),
  enhance_prompt: bool,
  guidance_scale: num(1, 20),
  num_images: n,
  output_format: jp,
  safety_tolerance: tolerance,
  seed,
  sync_mode: sync
}
const zimage: Shape = {
  prompt,
  acceleration,
  enable_prompt_expansion: bool,
  enable_safety_checker: bool,
  image_size: imageSize(),
  num_images: n,
  num_inference_steps: int(1, 8),
  output_format: jpw,
  seed,
  sync_mode: sync
}
const bananaRatios = ["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"]
const banana = (two: boolean): Shape => ({
  prompt,
  aspect_ratio: oneOf(...bananaRatios, ...(two ? ["4:1", "1:4", "8:1", "1:8"] : [])),
  enable_web_search: bool,
  limit_generations: bool,
  num_images: n,
  output_format: jpw,
  resolution: oneOf(...(two ? ["0.5K"] : []), "1K", "2K", "4K"),
  safety_tolerance: tolerance,
  seed,
  sync_mode: sync,
  ...(two ? { thinking_level: oneOf("minimal", "high") } : {})
})
const seedream = (largest: string, seeded: boolean): Shape => ({
  prompt,
  enable_safety_checker: bool,
  image_size: imageSize("auto_2K", largest),
  max_images: int(1, 6),
  num_images: int(1, 6),
  sync_mode: sync,
  ...(seeded ? { seed } : {})
})
const klingRatios = ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"]
const kling = (auto: boolean, four: boolean): Shape => ({
  prompt,
  aspect_ratio: oneOf(...klingRatios, ...(auto ? ["auto"] : [])),
  elements,
  num_images: int(1, 9),
  output_format: jpw,
  resolution: oneOf("1K", "2K", ...(four ? ["4K"] : [])),
  sync_mode: sync
})
const series: Shape = { result_type: oneOf("single", "series"), series_amount: int(2, 9) }
const imagen = (resolution: boolean): Shape => ({
  prompt,
  aspect_ratio: oneOf("1:1", "16:9", "9:16", "4:3", "3:4"),
  num_images: n,
  output_format: jpw,
  safety_tolerance: tolerance,
  seed,
  sync_mode: sync,
  ...(resolution ? { resolution: oneOf("1K", "2K") } : {})
})
const reference = oneOf("ip", "id", "style")

const image = (fields: Shape, usd: number, more: Partial<App> = {}): App => ({
  fields,
  kind: "image",
  unit: "images",
  unitMicros: Math.round(usd * 1e6),
  ...more
})
const perMegapixel = (fields: Shape, usd: number, more: Partial<App> = {}): App =>
  image(fields, usd, { unit: "megapixels", jpeg: true, nsfw: true, ...more })
const tier =
  (tiers: Readonly<Record<string, number>>) =>
  (body: Json): number =>
    tiers[body.resolution ?? "1K"] ?? 1
const banana2 = {
  described: true,
  factor: tier({ "0.5K": 0.75, "2K": 1.5, "4K": 2 }),
  surchargeMicros: (b: Json) => (b.enable_web_search ? 15_000 : 0) + (b.thinking_level === "high" ? 2_000 : 0)
}
const pro = { described: true, factor: tier({ "4K": 2 }) }
const expansion = { surchargeMicros: (b: Json) => (b.enable_prompt_expansion ? 2_500 : 0) }

export const apps: Readonly<Record<string, App>> = {
  "fal-ai/flux/dev": perMegapixel(flux, 0.025),
  "fal-ai/flux/dev/redux": perMegapixel(redux, 0.025),
  "fal-ai/flux/krea/redux": perMegapixel(redux, 0.025),
  "fal-ai/flux/schnell/redux": perMegapixel({ ...redux, num_inference_steps: int(1, 12) }, 0.025),
  "fal-ai/flux-pro/v1.1-ultra": image(
    {
      prompt,
      aspect_ratio: text(),
      enhance_prompt: bool,
      image_prompt_strength: num(0, 1),
      image_url: link,
      num_images: n,
      output_format: jp,
      raw: bool,
      safety_tolerance: tolerance,
      seed,
      sync_mode: sync
    },
    0.06,
    { jpeg: true, nsfw: true }
  ),
  "fal-ai/flux-pro/kontext": image(kontext, 0.04, { jpeg: true, nsfw: true }),
  "fal-ai/flux-pro/kontext/max": image(kontext, 0.08, { jpeg: true, nsfw: true }),
  "fal-ai/z-image/turbo": perMegapixel(zimage, 0.005, { jpeg: false, ...expansion }),
  "fal-ai/z-image/turbo/image-to-image": perMegapixel(
    { ...zimage, image_url: required(link), strength: num(0, 1), image_size: imageSize("auto") },
    0.005,
    { jpeg: false, ...expansion }
  ),
  "fal-ai/nano-banana-2": image(banana(true), 0.08, banana2),
  "fal-ai/nano-banana-2/edit": image({ ...banana(true), image_urls: links(14) }, 0.08, banana2),
  "fal-ai/nano-banana-pro": image(banana(false), 0.15, pro),
  "fal-ai/nano-banana-pro/edit": image({ ...banana(false), image_urls: links(14) }, 0.15, pro),
  "fal-ai/gemini-3-pro-image-preview": image(banana(false), 0.15, pro),
  "fal-ai/gemini-3-pro-image-preview/edit": image({ ...banana(false), image_urls: links(14) }, 0.15, pro),
  "fal-ai/ideogram/v2/edit": image(
    {
      prompt,
      expand_prompt: bool,
      image_url: required(link),
      mask_url: required(link),
      seed,
      style: oneOf("auto", "general", "realistic", "design", "render_3D", "anime"),
      sync_mode: sync
    },
    0.08
  ),
  "fal-ai/bytedance/seedream/v4.5/text-to-image": image(seedream("auto_4K", true), 0.04, { large: true }),
  "fal-ai/bytedance/seedream/v4.5/edit": image({ ...seedream("auto_4K", true), image_urls: links() }, 0.04, {
    large: true
  }),
  "fal-ai/bytedance/seedream/v5/lite/text-to-image": image(seedream("auto_3K", false), 0.035, {
    large: true
  }),
  "fal-ai/bytedance/seedream/v5/lite/edit": image(
    { ...seedream("auto_3K", false), image_urls: links() },
    0.035,
    { large: true }
  ),
  "fal-ai/kling-image/o1": image({ ...kling(true, false), image_urls: links() }, 0.028),
  "fal-ai/kling-image/v3/text-to-image": image({ ...kling(false, false), negative_prompt: text() }, 0.028),
  "fal-ai/kling-image/v3/image-to-image": image({ ...kling(false, false), image_url: required(link) }, 0.028),
  "fal-ai/kling-image/o3/text-to-image": image({ ...kling(false, true), ...series }, 0.028, {
    factor: tier({ "4K": 2 })
  }),
  "fal-ai/kling-image/o3/image-to-image": image(
    { ...kling(true, true), ...series, image_urls: links() },
    0.028,
    { factor: tier({ "4K": 2 }) }
  ),
  "fal-ai/dreamo": perMegapixel(
    {
      prompt,
      enable_safety_checker: bool,
      first_image_url: link,
      first_reference_task: reference,
      second_image_url: link,
      second_reference_task: reference,
      guidance_scale: num(1, 10),
      image_size: imageSize(),
      negative_prompt: text(),
      num_inference_steps: int(8, 50),
      ref_resolution: int(512, 1024),
      seed,
      sync_mode: sync,
      true_cfg: num(1, 5)
    },
    0.05
  ),
  "fal-ai/imagen4/preview": image(imagen(true), 0.04, { described: true }),
  "fal-ai/imagen4/preview/fast": image(imagen(false), 0.02, { described: true }),
  "fal-ai/imagen4/preview/ultra": image(imagen(true), 0.06, { described: true }),
  "fal-ai/trellis": {
    fields: {
      image_url: required(link),
      mesh_simplify: num(0.9, 0.98),
      seed,
      slat_guidance_strength: num(0, 10),
      slat_sampling_steps: int(1, 50),
      ss_guidance_strength: num(0, 10),
      ss_sampling_steps: int(1, 50),
      texture_size: custom("texture size", "512, 1024 or 2048", (v) =>
        ["512", "1024", "2048", 512, 1024, 2048].includes(v)
      )
    },
    kind: "mesh",
    unit: "units",
    unitMicros: 20_000
  },
  "fal-ai/ltx-video-13b-distilled": {
    fields: {
      prompt,
      aspect_ratio: oneOf("9:16", "1:1", "16:9"),
      enable_detail_pass: bool,
      enable_safety_checker: bool,
      expand_prompt: bool,
      first_pass_num_inference_steps: int(2, 20),
      frame_rate: num(1, 60),
      loras: list(custom("lora", "{path}", isObject), 0, 5),
      negative_prompt: text(),
      num_frames: int(9, 1441),
      resolution: oneOf("480p", "720p"),
      reverse_video: bool,
      second_pass_num_inference_steps: int(2, 20),
      second_pass_skip_initial_steps: int(1, 20),
      seed,
      temporal_adain_factor: num(0, 1),
      tone_map_compression_ratio: num(0, 1)
    },
    kind: "video",
    unit: "units",
    unitMicros: 40_000,
    factor: (b) => (b.enable_detail_pass ? 2 : 1)
  },
  "fal-ai/stable-audio-25/text-to-audio": {
    fields: {
      prompt,
      guidance_scale: num(1, 25),
      num_inference_steps: int(4, 8),
      seconds_total: int(1, 190),
      seed,
      sync_mode: sync
    },
    kind: "audio",
    unit: "units",
    unitMicros: 200_000
  }
}

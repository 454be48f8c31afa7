import { isObject } from "../Core/Checks.js"
import type { Json } from "../Core/Types.js"
import type { App } from "./Apps.js"

const fixed: Readonly<Record<string, readonly [number, number]>> = {
  square_hd: [1024, 1024],
  square: [512, 512],
  portrait_4_3: [768, 1024],
  portrait_16_9: [576, 1024],
  landscape_4_3: [1024, 768],
  landscape_16_9: [1024, 576],
  auto: [1024, 1024],
  auto_2K: [2048, 2048],
  auto_3K: [3072, 3072],
  auto_4K: [4096, 4096]
}

/** Pixels of one output; where the vendor chooses, a plausible choice. */
export const pixelsOf = (app: App, body: Json): readonly [number, number] => {
  if (isObject(body.image_size)) return [body.image_size.width ?? 512, body.image_size.height ?? 512]
  if (typeof body.image_size === "string" || app.unit === "megapixels" || app.large) {
    const [w, h] = fixed[
      body.image_size ?? (app.large ? "auto_2K" : app.fields.image_url ? "square_hd" : "landscape_4_3")
    ] ?? [1024, 1024]
    return app.large && w * h < 2560 * 1440 ? [w * 2, h * 2] : [w, h]
  }
  const edge = { "0.5K": 512, "2K": 2048, "4K": 4096 }[body.resolution as string] ?? 1024
  const [a = 1, b = 1] = /^\d+:\d+$/.test(body.aspect_ratio ?? "")
    ? body.aspect_ratio.split(":").map(Number)
    : [1, 1]
  const step = (x: number): number => Math.max(16, Math.round(x / 16) * 16)
  return [step(edge * Math.sqrt(a / b)), step(edge * Math.sqrt(b / a))]
}

import { randomUUID } from "node:crypto"
import type { Host, Twist } from "../Core/Protocol.js"
import { jsonReply } from "../Core/Reply.js"
import type { Json, Reply } from "../Core/Types.js"
import { glb, mp3, mp4 } from "../Media/Clips.js"
import { extensionOf, type Picture, pictures, typeOfFormat } from "../Media/Outputs.js"
import type { App } from "./Apps.js"
import { pixelsOf } from "./Pixels.js"

export interface Input {
  readonly endpoint: string
  readonly app: App
  readonly body: Json
}

/** Billing units of a request: megapixels are rounded up by picture (`ceil`, unverified) or taken as they are. */
export const unitsOf = ({ app, body }: Input, rounding: "ceil" | "exact"): number => {
  const factor = app.factor?.(body) ?? 1
  if (app.kind !== "image") return factor
  const n = body.num_images ?? 1
  if (app.unit !== "megapixels") return n * factor
  const [w, h] = pixelsOf(app, body)
  const megapixels = (w * h) / 1e6
  return n * (rounding === "ceil" ? Math.ceil(megapixels) : megapixels)
}

export const costOf = (input: Input, units: number): number =>
  Math.round(units * input.app.unitMicros) + (input.app.surchargeMicros?.(input.body) ?? 0)

const stored = (
  host: Host,
  twist: Twist,
  extension: string,
  type: string,
  whole: Buffer,
  name: string,
  inline: boolean
): Json => {
  const bytes = twist.bytes ? twist.bytes(whole, 0) : whole
  const url = inline
    ? `data:${type};base64,${(twist.base64 ?? ((s: string) => s))(bytes.toString("base64"))}`
    : host.files.put("/files/emulated", extension, type, bytes, twist.file)
  return { url, content_type: type, file_name: `${name}${extension}`, file_size: bytes.length }
}

const clip = (input: Input, twist: Twist, host: Host): Json => {
  const { app, body } = input
  const base = { seed: body.seed ?? 2_718_281 }
  const empty = twist.count !== undefined && twist.count(1) === 0
  if (app.kind === "video") {
    const [w, h] = body.resolution === "480p" ? [848, 480] : [1216, 704]
    const [width, height] =
      body.aspect_ratio === "9:16" ? [h, w] : body.aspect_ratio === "1:1" ? [h, h] : [w, h]
    const frames = Math.min(12, body.num_frames ?? 121)
    return {
      ...base,
      prompt: body.prompt,
      video: empty
        ? null
        : stored(
            host,
            twist,
            ".mp4",
            "video/mp4",
            mp4(width, height, frames, Math.round(body.frame_rate ?? 24)),
            "video",
            false
          )
    }
  }
  if (app.kind === "audio") {
    return {
      ...base,
      audio: empty
        ? null
        : stored(
            host,
            twist,
            ".mp3",
            "audio/mpeg",
            mp3(body.seconds_total ?? 30),
            "audio",
            body.sync_mode === true
          )
    }
  }
  return {
    model_mesh: empty ? null : stored(host, twist, ".glb", "model/gltf-binary", glb(), "model", false),
    timings: { inference: 3.4 }
  }
}

const images = (input: Input, twist: Twist, host: Host): Json => {
  const { app, body } = input
  const [width, height] = pixelsOf(app, body)
  const type = typeOfFormat(body.output_format, app.jpeg ? "image/jpeg" : "image/png")
  const made = pictures({ n: body.num_images ?? 1, width, height, type }, twist)
  const described = (p: Picture): Json => ({
    ...stored(
      host,
      { ...twist, bytes: (b) => b },
      extensionOf[p.type],
      p.type,
      p.bytes,
      randomUUID(),
      body.sync_mode === true
    ),
    width: app.described ? null : width,
    height: app.described ? null : height
  })
  return {
    images: made.map(described),
    ...(app.fields.seed ? { seed: body.seed ?? 3_141_592 } : {}),
    ...(app.nsfw
      ? {
          has_nsfw_concepts: made.map(() => false),
          timings: { inference: 1.53 },
          ...(body.prompt === undefined ? {} : { prompt: body.prompt })
        }
      : {}),
    ...(app.described ? { description: "" } : {})
  }
}

/** The result's body and headers. */
export const resultOf = (input: Input, twist: Twist, host: Host, requestId: string, units: number): Reply => {
  const output = input.app.kind === "image" ? images(input, twist, host) : clip(input, twist, host)
  const told = twist.usage ? twist.usage(units) : units
  const reply = jsonReply(200, twist.body ? twist.body(output) : output, {
    "x-fal-request-id": requestId,
    ...(told === undefined ? {} : { "x-fal-billable-units": String(told) })
  })
  return twist.headers ? { ...reply, headers: twist.headers({ ...reply.headers }) } : reply
}

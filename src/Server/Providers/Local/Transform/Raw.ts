import type { Sharp } from "../../../Domain/Media/Decode.js"
import { maxPixels } from "../../../Domain/Media/Pixels.js"

/** A picture in memory: rows of sRGB bytes, three or four to a pixel, colour not multiplied by alpha. */
export interface Raw {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
}

/** One step of the pixel library. */
export type Step = ReturnType<Sharp>

/** Opens a picture in memory for the next step. */
export const open = (sharp: Sharp, { data, width, height, channels }: Raw): Step =>
  sharp(data, { raw: { width, height, channels }, limitInputPixels: maxPixels })

/** Carries a step out; single-channel results are spread to three. */
export const settle = async (step: Step): Promise<Raw> => {
  const { data, info } = await step.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  if (channels === 3 || channels === 4) return { data, width, height, channels }
  const hasAlpha = channels === 2
  const spread = new Uint8Array(width * height * (hasAlpha ? 4 : 3))
  for (let from = 0, to = 0; from < data.length; from += channels) {
    const grey = data[from] ?? 0
    spread[to++] = grey
    spread[to++] = grey
    spread[to++] = grey
    if (hasAlpha) spread[to++] = data[from + 1] ?? 0
  }
  return { data: spread, width, height, channels: hasAlpha ? 4 : 3 }
}

/** The same picture with an alpha channel, opaque where there was none. */
export const withAlpha = (raw: Raw): Raw => {
  if (raw.channels === 4) return raw
  const data = new Uint8Array(raw.width * raw.height * 4)
  for (let from = 0, to = 0; from < raw.data.length; from += 3, to += 4) {
    data[to] = raw.data[from] ?? 0
    data[to + 1] = raw.data[from + 1] ?? 0
    data[to + 2] = raw.data[from + 2] ?? 0
    data[to + 3] = 255
  }
  return { ...raw, data, channels: 4 }
}

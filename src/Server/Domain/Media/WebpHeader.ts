import { ascii, hasAscii, uintLE } from "./Bytes.js"
import { readOrientation } from "./Exif.js"
import type { Header } from "./Header.js"

const maxChunks = 4096

/** One RIFF chunk; `end` counts the padding byte and may lie beyond the bytes when the file is cut off. */
export interface WebpChunk {
  readonly type: string
  readonly start: number
  readonly data: number
  readonly length: number
  readonly end: number
}

/** The chunk at an offset, or null when not even its head is there. */
export const webpChunk = (bytes: Uint8Array, at: number): WebpChunk | null => {
  const length = uintLE(bytes, at + 4, 4)
  if (length === null) return null
  return { type: ascii(bytes, at, 4), start: at, data: at + 8, length, end: at + 8 + length + (length % 2) }
}

/** The TIFF block of an EXIF chunk; some writers put the JPEG prefix before it. */
export const webpExif = (bytes: Uint8Array, chunk: WebpChunk): Uint8Array => {
  const data = bytes.subarray(chunk.data, chunk.data + chunk.length)
  return hasAscii(data, 0, "Exif\0\0") ? data.subarray(6) : data
}

interface Size {
  readonly width: number
  readonly height: number
}

const lossySize = (bytes: Uint8Array, at: number): Size | null => {
  const width = uintLE(bytes, at + 6, 2)
  const height = uintLE(bytes, at + 8, 2)
  const isKeyFrame = bytes[at + 3] === 0x9d && bytes[at + 4] === 0x01 && bytes[at + 5] === 0x2a
  return isKeyFrame && width !== null && height !== null
    ? { width: width & 0x3fff, height: height & 0x3fff }
    : null
}

const losslessBits = (bytes: Uint8Array, at: number): number | null =>
  bytes[at] === 0x2f ? uintLE(bytes, at + 1, 4) : null

/** Header facts of a WebP, from VP8X where there is one, else from the VP8 or VP8L chunk. */
export const webpHeader = (bytes: Uint8Array): Header => {
  let size: Size | null = null
  let alpha: boolean | null = null
  let animated: boolean | null = null
  let orientation: number | null = null
  let at = 12
  for (let count = 0; count < maxChunks; count++) {
    const chunk = webpChunk(bytes, at)
    if (chunk === null) break
    if (chunk.type === "VP8X" && size === null) {
      const flags = bytes[chunk.data]
      const width = uintLE(bytes, chunk.data + 4, 3)
      const height = uintLE(bytes, chunk.data + 7, 3)
      if (flags === undefined || width === null || height === null) break
      size = { width: width + 1, height: height + 1 }
      alpha = (flags & 0x10) !== 0
      animated = (flags & 0x02) !== 0
    } else if (chunk.type === "VP8 " && size === null) {
      size = lossySize(bytes, chunk.data)
      alpha = false
      animated = false
    } else if (chunk.type === "VP8L" && size === null) {
      const bits = losslessBits(bytes, chunk.data)
      if (bits !== null) {
        size = { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
        alpha = ((bits >>> 28) & 1) === 1
        animated = false
      }
    } else if (chunk.type === "EXIF") {
      orientation = readOrientation(webpExif(bytes, chunk))
    }
    at = chunk.end
  }
  return { width: size?.width ?? null, height: size?.height ?? null, alpha, animated, orientation }
}

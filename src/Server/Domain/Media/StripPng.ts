import { crc32 } from "node:zlib"
import { concat } from "./Bytes.js"
import { orientationOnly } from "./Exif.js"
import { type PngChunk, pngChunk, pngHeader } from "./PngHeader.js"
import { MediaRefused } from "./Refused.js"

const kept: ReadonlySet<string> = new Set(
  "IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs acTL fcTL fdAT".split(" ")
)

const exifChunk = (orientation: number): Uint8Array => {
  const tiff = orientationOnly(orientation)
  const body = concat([Uint8Array.of(0x65, 0x58, 0x49, 0x66), tiff])
  const chunk = new Uint8Array(body.length + 8)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, tiff.length)
  chunk.set(body, 4)
  view.setUint32(body.length + 4, crc32(body))
  return chunk
}

/** A PNG with its pixel, palette, colour and animation chunks only, EXIF reduced to its orientation, nothing after IEND. */
export const stripPng = (bytes: Uint8Array): Uint8Array => {
  const { orientation } = pngHeader(bytes)
  const parts: Array<Uint8Array> = [bytes.subarray(0, 8)]
  let at = 8
  for (;;) {
    const chunk: PngChunk | null = pngChunk(bytes, at)
    if (chunk === null || chunk.end > bytes.length)
      throw new MediaRefused("the PNG ends before its IEND chunk")
    if (kept.has(chunk.type)) parts.push(bytes.subarray(chunk.start, chunk.end))
    if (chunk.type === "IHDR" && orientation !== null && orientation !== 1) parts.push(exifChunk(orientation))
    if (chunk.type === "IEND") return concat(parts)
    at = chunk.end
  }
}

import { concat } from "./Bytes.js"
import { orientationOnly } from "./Exif.js"
import { MediaRefused } from "./Refused.js"
import { type WebpChunk, webpChunk, webpHeader } from "./WebpHeader.js"

const kept: ReadonlySet<string> = new Set(["VP8X", "ICCP", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L"])

const exifFlag = 0x08
const xmpFlag = 0x04

const exifChunk = (orientation: number): Uint8Array => {
  const tiff = orientationOnly(orientation)
  const chunk = new Uint8Array(8 + tiff.length)
  chunk.set([0x45, 0x58, 0x49, 0x46, tiff.length])
  chunk.set(tiff, 8)
  return chunk
}

/** A WebP with its pixel, profile and animation chunks only, EXIF reduced to its orientation, nothing after the RIFF. */
export const stripWebp = (bytes: Uint8Array): Uint8Array => {
  const { orientation } = webpHeader(bytes)
  const isTurned = orientation !== null && orientation !== 1
  const riffEnd = webpChunk(bytes, 0)?.end ?? 0
  // An odd RIFF size is the writer's slip, and its padding byte may be missing at the very end.
  if (riffEnd > bytes.length + 1) throw new MediaRefused("the WebP ends before its RIFF length")
  const end = Math.min(riffEnd, bytes.length)
  const parts: Array<Uint8Array> = []
  let isExtended = false
  for (let at = 12; at + 8 <= end; ) {
    const chunk: WebpChunk | null = webpChunk(bytes, at)
    if (chunk === null || chunk.data + chunk.length > end) throw new MediaRefused("a WebP chunk is cut off")
    const piece = new Uint8Array(chunk.end - chunk.start)
    piece.set(bytes.subarray(chunk.start, Math.min(chunk.end, end)))
    if (chunk.type === "VP8X" && chunk.length >= 10) {
      isExtended = true
      piece[8] = ((piece[8] ?? 0) & ~(exifFlag | xmpFlag)) | (isTurned ? exifFlag : 0)
    }
    if (kept.has(chunk.type)) parts.push(piece)
    at = chunk.end
  }
  // Orientation can only stand in the extended layout; a plain file that carried EXIF breaks the format and loses it.
  if (isTurned && isExtended) parts.push(exifChunk(orientation))
  const body = concat(parts)
  const head = bytes.slice(0, 12)
  new DataView(head.buffer).setUint32(4, body.length + 4, true)
  return concat([head, body])
}

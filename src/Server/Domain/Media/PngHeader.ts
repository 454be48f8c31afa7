import { ascii, uintBE } from "./Bytes.js"
import { readOrientation } from "./Exif.js"
import type { Header } from "./Header.js"

const maxChunks = 4096

/** One chunk: `end` lies after its checksum and may lie beyond the bytes when the file is cut off. */
export interface PngChunk {
  readonly type: string
  readonly start: number
  readonly data: number
  readonly length: number
  readonly end: number
}

/** The chunk at an offset, or null when not even its head is there. */
export const pngChunk = (bytes: Uint8Array, at: number): PngChunk | null => {
  const length = uintBE(bytes, at, 4)
  if (length === null || at + 8 > bytes.length) return null
  return { type: ascii(bytes, at + 4, 4), start: at, data: at + 8, length, end: at + 12 + length }
}

/** Header facts of a PNG, from the chunks before the first pixels and an eXIf wherever it stands. */
export const pngHeader = (bytes: Uint8Array): Header => {
  const first = pngChunk(bytes, 8)
  const isHeader = first?.type === "IHDR" && first.length === 13
  const colourType = isHeader ? uintBE(bytes, 25, 1) : null
  let alpha = colourType === null ? null : colourType === 4 || colourType === 6
  let animated: boolean | null = null
  let orientation: number | null = null
  let at = 8
  for (let count = 0; count < maxChunks; count++) {
    const chunk = pngChunk(bytes, at)
    if (chunk === null) break
    if (chunk.type === "tRNS") alpha = true
    if (chunk.type === "acTL") animated = true
    if (chunk.type === "IDAT") animated = animated ?? false
    if (chunk.type === "eXIf")
      orientation = readOrientation(bytes.subarray(chunk.data, chunk.data + chunk.length))
    if (chunk.type === "IEND") break
    at = chunk.end
  }
  return {
    width: isHeader ? uintBE(bytes, 16, 4) : null,
    height: isHeader ? uintBE(bytes, 20, 4) : null,
    alpha,
    animated,
    orientation
  }
}

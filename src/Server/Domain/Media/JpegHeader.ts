import { hasAscii, uintBE } from "./Bytes.js"
import { readOrientation } from "./Exif.js"
import type { Header } from "./Header.js"

const maxSegments = 4096

/** A marker segment: `length` counts the payload, `end` lies after it; markers without payload have length 0. */
export interface JpegSegment {
  readonly marker: number
  readonly start: number
  readonly data: number
  readonly length: number
  readonly end: number
}

const isBare = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9)

/** The segment at an offset, past fill bytes; null where no marker stands or its length is missing or absurd. */
export const jpegSegment = (bytes: Uint8Array, at: number): JpegSegment | null => {
  if (bytes[at] !== 0xff) return null
  let code = at + 1
  while (bytes[code] === 0xff) code++
  const marker = bytes[code]
  if (marker === undefined || marker === 0) return null
  if (isBare(marker)) return { marker, start: at, data: code + 1, length: 0, end: code + 1 }
  const size = uintBE(bytes, code + 1, 2)
  if (size === null || size < 2) return null
  return { marker, start: at, data: code + 3, length: size - 2, end: code + 1 + size }
}

/** Whether a marker starts a frame (SOF0 to SOF15 without DHT, JPG and DAC). */
export const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** The TIFF block inside an EXIF segment, or null when the segment is another. */
export const exifOf = (bytes: Uint8Array, segment: JpegSegment): Uint8Array | null =>
  segment.marker === 0xe1 && segment.length >= 6 && hasAscii(bytes, segment.data, "Exif\0\0")
    ? bytes.subarray(segment.data + 6, segment.data + segment.length)
    : null

/** Header facts of a JPEG, from the segments before the first scan. */
export const jpegHeader = (bytes: Uint8Array): Header => {
  let width: number | null = null
  let height: number | null = null
  let orientation: number | null = null
  let at = 2
  for (let count = 0; count < maxSegments; count++) {
    const segment = jpegSegment(bytes, at)
    if (segment === null || segment.marker === 0xda || segment.marker === 0xd9) break
    if (width === null && isFrame(segment.marker)) {
      height = uintBE(bytes, segment.data + 1, 2)
      width = uintBE(bytes, segment.data + 3, 2)
    }
    const exif = orientation === null ? exifOf(bytes, segment) : null
    if (exif !== null) orientation = readOrientation(exif)
    at = segment.end
  }
  return { width, height, alpha: false, animated: false, orientation }
}

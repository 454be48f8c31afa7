import { concat, hasAscii } from "./Bytes.js"
import { orientationOnly } from "./Exif.js"
import { jpegHeader, type JpegSegment, jpegSegment } from "./JpegHeader.js"
import { MediaRefused } from "./Refused.js"

/** Offset of the next marker after entropy-coded data, past stuffed zeros and restart markers; null at the end of the bytes. */
const afterScan = (bytes: Uint8Array, from: number): number | null => {
  let at = from
  for (;;) {
    at = bytes.indexOf(0xff, at)
    if (at === -1) return null
    const next = bytes[at + 1]
    if (next === undefined) return null
    const belongsToScan = next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7)
    if (!belongsToScan) return at
    at += next === 0xff ? 1 : 2
  }
}

const isKept = (bytes: Uint8Array, { marker, data, length }: JpegSegment): boolean => {
  const isApplication = marker >= 0xe0 && marker <= 0xef
  if (!isApplication) return marker !== 0xfe
  if (marker === 0xe0) return hasAscii(bytes, data, "JFIF\0")
  if (marker === 0xe2) return hasAscii(bytes, data, "ICC_PROFILE\0")
  // Adobe's segment says how the channels are to be read: without it the colours change.
  return marker === 0xee && hasAscii(bytes, data, "Adobe") && length <= 64
}

/** JFIF may carry a thumbnail of the picture before it was cropped: its head is kept with a size of 0 × 0. */
const withoutThumbnail = (bytes: Uint8Array, segment: JpegSegment): Uint8Array => {
  const kept = bytes.slice(segment.data - 4, segment.data + 14)
  kept.set([0xff, 0xe0, 0, 16])
  kept.set([0, 0], 16)
  return kept
}

const exifSegment = (orientation: number): Uint8Array => {
  const tiff = orientationOnly(orientation)
  return concat([Uint8Array.of(0xff, 0xe1, 0, tiff.length + 8, 0x45, 0x78, 0x69, 0x66, 0, 0), tiff])
}

/** A JPEG with JFIF, ICC, Adobe and coded picture only, EXIF reduced to its orientation, nothing after the end marker. */
export const stripJpeg = (bytes: Uint8Array): Uint8Array => {
  const { orientation } = jpegHeader(bytes)
  const exif = orientation !== null && orientation !== 1 ? exifSegment(orientation) : null
  const head: Array<Uint8Array> = []
  const rest: Array<Uint8Array> = []
  let at = 2
  for (;;) {
    const segment = jpegSegment(bytes, at)
    if (segment === null || segment.end > bytes.length) {
      throw new MediaRefused("the JPEG ends before its picture does")
    }
    const isJfif = segment.marker === 0xe0 && isKept(bytes, segment) && segment.length >= 14
    if (segment.marker === 0xda) {
      const end = afterScan(bytes, segment.end)
      if (end === null) throw new MediaRefused("the JPEG ends before its picture does")
      rest.push(bytes.subarray(segment.start, end))
      at = end
      continue
    }
    if (isJfif && head.length === 0 && rest.length === 0) head.push(withoutThumbnail(bytes, segment))
    else if (!isJfif && isKept(bytes, segment)) rest.push(bytes.subarray(segment.start, segment.end))
    if (segment.marker === 0xd9) break
    at = segment.end
  }
  return concat([bytes.subarray(0, 2), ...head, ...(exif === null ? [] : [exif]), ...rest])
}

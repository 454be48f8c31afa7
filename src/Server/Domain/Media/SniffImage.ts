import { avifHeader } from "./AvifHeader.js"
import { ascii } from "./Bytes.js"
import { gifHeader } from "./GifHeader.js"
import type { Header, ImageFormat, Sniffed } from "./Header.js"
import { jpegHeader } from "./JpegHeader.js"
import { pngHeader } from "./PngHeader.js"
import { webpHeader } from "./WebpHeader.js"

const startsWith = (bytes: Uint8Array, magic: ReadonlyArray<number>): boolean =>
  bytes.length >= magic.length && magic.every((byte, index) => bytes[index] === byte)

const isAvif = (bytes: Uint8Array): boolean => {
  if (ascii(bytes, 4, 4) !== "ftyp") return false
  const size = ((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)
  const end = Math.min(bytes.length, size > 0 ? size : 0, 8 + 4 * 64)
  for (let at = 8; at + 4 <= end; at += 4) {
    // Bytes 12 to 15 are the minor version, not a brand.
    if (at === 12) continue
    const brand = ascii(bytes, at, 4)
    if (brand === "avif" || brand === "avis") return true
  }
  return false
}

const formatOf = (bytes: Uint8Array): ImageFormat | null => {
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png"
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return "jpeg"
  const head = ascii(bytes, 0, 6)
  if (head === "GIF87a" || head === "GIF89a") return "gif"
  if (head.startsWith("RIFF") && ascii(bytes, 8, 4) === "WEBP") return "webp"
  return isAvif(bytes) ? "avif" : null
}

const headers: { readonly [F in ImageFormat]: (bytes: Uint8Array) => Header } = {
  png: pngHeader,
  jpeg: jpegHeader,
  webp: webpHeader,
  gif: gifHeader,
  avif: avifHeader
}

/** Reads format, size and orientation from the header alone; never throws, and null means none of the five formats. */
export const sniff = (bytes: Uint8Array): Sniffed | null => {
  const format = formatOf(bytes)
  return format === null ? null : { format, mime: `image/${format}`, ...headers[format](bytes) }
}

/** Whether EXIF orientation turns the picture by a quarter, so that width and height change places. */
export const isQuarterTurn = (orientation: number | null): boolean => orientation !== null && orientation >= 5

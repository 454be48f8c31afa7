import { stripAvif } from "./StripAvif.js"
import { stripGif } from "./StripGif.js"
import { stripJpeg } from "./StripJpeg.js"
import { stripPng } from "./StripPng.js"
import { stripWebp } from "./StripWebp.js"
import type { ImageFormat } from "./Header.js"

const strippers: { readonly [F in ImageFormat]: (bytes: Uint8Array) => Uint8Array } = {
  png: stripPng,
  jpeg: stripJpeg,
  webp: stripWebp,
  gif: stripGif,
  avif: stripAvif
}

/**
 * Leaves out everything that may say where or by whom a picture was taken (EXIF but its orientation, XMP, IPTC, comments,
 * embedded previews, whatever follows the picture), keeping pixels and colour profile byte for byte; MediaRefused when the
 * structure of the file cannot be followed to its end.
 */
export const stripLocation = (bytes: Uint8Array, format: ImageFormat): Uint8Array => strippers[format](bytes)

import { decodeOptions, loadSharp, onPixels } from "./Decode.js"
import type { ImageFormat, Sniffed } from "./Header.js"
import { orient, refusePixels } from "./Pixels.js"
import { MediaRefused } from "./Refused.js"
import { sniff } from "./SniffImage.js"
import { stripLocation } from "./StripLocation.js"

/** The truth about a picture's bytes, established by decoding them to the end. */
export interface Observed {
  readonly format: ImageFormat
  readonly mime: string
  /** Pixels as the picture is seen: EXIF orientation is counted in. */
  readonly width: number
  readonly height: number
  readonly alpha: boolean
  readonly animated: boolean
  /** EXIF orientation, 1 to 8; 1 when there is none. */
  readonly orientation: number
  /** Length of the file in bytes. */
  readonly bytes: number
}

/** An upload as it is stored, with the truth about those bytes. */
export interface NormalizedUpload {
  readonly bytes: Uint8Array
  readonly observed: Observed
  /** Whether metadata or trailing bytes were left out, so that the stored bytes differ from the sent ones. */
  readonly changed: boolean
}

const loaderNames: { readonly [F in ImageFormat]: string } = {
  png: "png",
  jpeg: "jpeg",
  webp: "webp",
  gif: "gif",
  avif: "heif"
}

/** The header of bytes that may be decoded; throws MediaRefused for any others. */
export const admit = (bytes: Uint8Array): Sniffed => {
  const sniffed = sniff(bytes)
  const refused = refusePixels(sniffed)
  if (sniffed === null || refused !== null) throw new MediaRefused(refused ?? "the bytes are not a picture")
  return sniffed
}

/** Decodes a picture of at most 50 million pixels and says what it is; rejects with MediaRefused when any of it is broken. */
export const observe = async (bytes: Uint8Array): Promise<Observed> => {
  const { format, mime, animated } = admit(bytes)
  const sharp = await loadSharp()
  return onPixels(`${format} picture`, async () => {
    const metadata = await sharp(bytes, decodeOptions).metadata()
    if (metadata.format !== loaderNames[format]) {
      throw new MediaRefused("the picture is not of the format that its first bytes announce")
    }
    // One output pixel still makes the decoder read every row, without holding the picture in memory.
    await sharp(bytes, decodeOptions).resize(1, 1, { fit: "fill", kernel: "nearest" }).raw().toBuffer()
    const { width, height, hasAlpha, pages = 1, orientation = 1 } = metadata
    return {
      format,
      mime,
      ...orient({ width, height }, orientation),
      alpha: hasAlpha,
      animated: animated ?? pages > 1,
      orientation,
      bytes: bytes.length
    }
  })
}

/**
 * What is stored of an upload: the caller's own pixels, profile and orientation byte for byte, without location and other
 * metadata. It is never recompressed, so that an edit starts from what the camera recorded and a second upload of the same file
 * has the same hash.
 */
export const normalizeUpload = async (bytes: Uint8Array): Promise<NormalizedUpload> => {
  const stripped = stripLocation(bytes, admit(bytes).format)
  return {
    bytes: stripped,
    observed: await observe(stripped),
    changed: Buffer.compare(stripped, bytes) !== 0
  }
}

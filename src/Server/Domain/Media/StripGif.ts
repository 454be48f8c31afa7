import { ascii, concat } from "./Bytes.js"
import { afterGifImage, afterSubBlocks, gifBlocksStart } from "./GifHeader.js"
import { MediaRefused } from "./Refused.js"

const keptApplications: ReadonlySet<string> = new Set(["NETSCAPE2.0", "ANIMEXTS1.0", "ICCRGBG1012"])

const isKeptExtension = (bytes: Uint8Array, at: number): boolean => {
  const label = bytes[at + 1]
  if (label === 0xf9) return true
  return label === 0xff && bytes[at + 2] === 11 && keptApplications.has(ascii(bytes, at + 3, 11))
}

const cutOff = (): MediaRefused => new MediaRefused("the GIF ends before its trailer")

/** A GIF with its frames, timing, looping and profile only: no comments, no XMP, nothing after the trailer. */
export const stripGif = (bytes: Uint8Array): Uint8Array => {
  const start = gifBlocksStart(bytes)
  if (start > bytes.length) throw cutOff()
  const parts: Array<Uint8Array> = [bytes.subarray(0, start)]
  let at = start
  for (;;) {
    const kind = bytes[at]
    if (kind === 0x3b) {
      parts.push(bytes.subarray(at, at + 1))
      return concat(parts)
    }
    if (kind !== 0x21 && kind !== 0x2c) throw cutOff()
    const end: number | null = kind === 0x21 ? afterSubBlocks(bytes, at + 2) : afterGifImage(bytes, at)
    if (end === null) throw cutOff()
    if (kind === 0x2c || isKeptExtension(bytes, at)) parts.push(bytes.subarray(at, end))
    at = end
  }
}

import { uintLE } from "./Bytes.js"
import type { Header } from "./Header.js"

const maxBlocks = 4096

/** Offset after a chain of sub-blocks that starts here, and null when it runs out of bytes. */
export const afterSubBlocks = (bytes: Uint8Array, at: number): number | null => {
  let next = at
  for (;;) {
    const size = bytes[next]
    if (size === undefined) return null
    next += size + 1
    if (size === 0) return next
  }
}

/** Offset of the first block, after the screen descriptor and the global colour table. */
export const gifBlocksStart = (bytes: Uint8Array): number => {
  const packed = bytes[10] ?? 0
  return 13 + (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0)
}

/** Offset after the image descriptor, its colour table and its data; null when cut off. */
export const afterGifImage = (bytes: Uint8Array, at: number): number | null => {
  const packed = bytes[at + 9]
  if (packed === undefined) return null
  const table = packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0
  // One byte of minimum code size stands before the data.
  return afterSubBlocks(bytes, at + 10 + table + 1)
}

/** Header facts of a GIF; frames are counted only as far as the second. */
export const gifHeader = (bytes: Uint8Array): Header => {
  const width = uintLE(bytes, 6, 2)
  const height = uintLE(bytes, 8, 2)
  let alpha: boolean | null = null
  let frames = 0
  let at: number | null = gifBlocksStart(bytes)
  for (let count = 0; count < maxBlocks && at !== null && frames < 2; count++) {
    const kind: number | undefined = bytes[at]
    if (kind === 0x21) {
      if (bytes[at + 1] === 0xf9 && bytes[at + 3] !== undefined)
        alpha = alpha || ((bytes[at + 3] ?? 0) & 1) === 1
      at = afterSubBlocks(bytes, at + 2)
    } else if (kind === 0x2c) {
      frames += 1
      at = afterGifImage(bytes, at)
    } else {
      break
    }
  }
  const whole = frames >= 2 || (at !== null && bytes[at] === 0x3b)
  return {
    width,
    height,
    alpha: alpha ?? (whole ? false : null),
    animated: whole ? frames >= 2 : null,
    orientation: null
  }
}

import { ascii, uintBE } from "./Bytes.js"

/** One ISO media box; `data` lies after its header and `end` never beyond its parent. */
export interface Box {
  readonly type: string
  readonly start: number
  readonly data: number
  readonly end: number
}

const maxBoxes = 4096

/** The boxes between two offsets, at most 4096; stops at the first that is cut off, and at a length too small to move on. */
export const boxes = (bytes: Uint8Array, from: number, to: number): ReadonlyArray<Box> => {
  const found: Array<Box> = []
  const limit = Math.min(to, bytes.length)
  let at = from
  while (found.length < maxBoxes) {
    const short = uintBE(bytes, at, 4)
    if (short === null || at + 8 > limit) break
    const long = short === 1 ? uintBE(bytes, at + 10, 6) : null
    // The two top bytes of a 64-bit length would make it larger than any file we read.
    if (short === 1 && (long === null || uintBE(bytes, at + 8, 2) !== 0)) break
    const header = short === 1 ? 16 : 8
    const size = short === 1 ? (long ?? 0) : short === 0 ? limit - at : short
    if (size < header || at + size > limit) break
    found.push({ type: ascii(bytes, at + 4, 4), start: at, data: at + header, end: at + size })
    at += size
  }
  return found
}

/** The first box of a type between two offsets, or null. */
export const findBox = (bytes: Uint8Array, from: number, to: number, type: string): Box | null =>
  boxes(bytes, from, to).find((box) => box.type === type) ?? null

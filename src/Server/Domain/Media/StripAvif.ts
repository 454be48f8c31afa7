import { type Box, boxes, findBox } from "./Boxes.js"
import { ascii, hasAscii, uintBE } from "./Bytes.js"
import { MediaRefused } from "./Refused.js"

interface Extent {
  readonly offset: number
  readonly length: number
}

const maxItems = 4096

const isMetadataItem = (bytes: Uint8Array, infe: Box): boolean => {
  const version = bytes[infe.data] ?? 0
  const type = ascii(bytes, infe.data + (version >= 3 ? 10 : 8), 4)
  return type === "Exif" || type === "mime" || type === "uri "
}

const metadataItems = (bytes: Uint8Array, meta: Box): ReadonlySet<number> => {
  const iinf = findBox(bytes, meta.data + 4, meta.end, "iinf")
  if (iinf === null) return new Set()
  const first = iinf.data + ((bytes[iinf.data] ?? 0) === 0 ? 6 : 8)
  const entries = boxes(bytes, first, iinf.end).filter(
    (box) => box.type === "infe" && isMetadataItem(bytes, box)
  )
  return new Set(
    entries.flatMap((box) => uintBE(bytes, box.data + 4, (bytes[box.data] ?? 0) >= 3 ? 4 : 2) ?? [])
  )
}

/** Where the items lie in the file (construction method 0) or in idat (1), as iloc states it. */
const extentsOf = (bytes: Uint8Array, meta: Box, items: ReadonlySet<number>): ReadonlyArray<Extent> => {
  const iloc = findBox(bytes, meta.data + 4, meta.end, "iloc")
  if (iloc === null) return []
  const idat = findBox(bytes, meta.data + 4, meta.end, "idat")
  const version = bytes[iloc.data] ?? 0
  const sizes = uintBE(bytes, iloc.data + 4, 2) ?? 0
  const offsetSize = sizes >> 12
  const lengthSize = (sizes >> 8) & 15
  const baseSize = (sizes >> 4) & 15
  const indexSize = version === 0 ? 0 : sizes & 15
  const idSize = version < 2 ? 2 : 4
  const read = (at: number, size: number): number => {
    if (size === 0) return 0
    // An 8-byte offset beyond 2^48 lies outside any file that we read.
    const value = size === 8 ? uintBE(bytes, at + 2, 6) : uintBE(bytes, at, Math.min(size, 6))
    if (value === null) throw new MediaRefused("the AVIF item table is cut off")
    return value
  }
  const count = Math.min(read(iloc.data + 6, idSize), maxItems)
  const found: Array<Extent> = []
  let at = iloc.data + 6 + idSize
  for (let item = 0; item < count && at < iloc.end; item++) {
    const id = read(at, idSize)
    at += idSize
    const method = version === 0 ? 0 : read(at, 2) & 15
    at += version === 0 ? 2 : 4
    const base = read(at, baseSize)
    at += baseSize
    const extents = Math.min(read(at, 2), maxItems)
    at += 2
    for (let extent = 0; extent < extents && at < iloc.end; extent++) {
      at += indexSize
      const offset = base + read(at, offsetSize)
      const length = read(at + offsetSize, lengthSize)
      at += offsetSize + lengthSize
      if (!items.has(id)) continue
      if (method === 1 && idat === null) throw new MediaRefused("an AVIF metadata item lies nowhere")
      found.push({ offset: method === 1 ? (idat?.data ?? 0) + offset : offset, length })
    }
  }
  return found
}

/** An EXIF payload without entries, or blanks, which are well-formed where XMP stood; the length stays, so no offset moves. */
const blank = (bytes: Uint8Array, { offset, length }: Extent): void => {
  if (offset + length > bytes.length) throw new MediaRefused("an AVIF metadata item lies beyond the end")
  const isExif =
    length >= 18 &&
    (hasAscii(bytes, offset + 4, "II*\0") ||
      hasAscii(bytes, offset + 4, "MM\0*") ||
      hasAscii(bytes, offset + 4, "Exif"))
  bytes.fill(isExif ? 0 : 0x20, offset, offset + length)
  if (isExif) bytes.set([0, 0, 0, 0, 0x49, 0x49, 42, 0, 8, 0, 0, 0], offset)
}

const keptBoxes: ReadonlySet<string> = new Set(["ftyp", "meta", "mdat", "moov", "free", "skip"])
const trackBoxes: ReadonlySet<string> = new Set(["moov", "trak", "mdia", "minf"])

/** Turns boxes that may hold anything into empty free space, here and inside the tracks of an image sequence. */
const freeStrangers = (bytes: Uint8Array, level: ReadonlyArray<Box>, isTop: boolean): void => {
  for (const box of level) {
    const isStranger = isTop
      ? !keptBoxes.has(box.type)
      : box.type === "udta" || box.type === "meta" || box.type === "uuid"
    if (isStranger || box.type === "free" || box.type === "skip") {
      bytes.set([0x66, 0x72, 0x65, 0x65], box.start + 4)
      bytes.fill(0, box.data, box.end)
    } else if (trackBoxes.has(box.type)) {
      freeStrangers(bytes, boxes(bytes, box.data, box.end), false)
    }
  }
}

/** An AVIF of the same layout whose EXIF, XMP and foreign boxes are blank, without what follows its last box. */
export const stripAvif = (bytes: Uint8Array): Uint8Array => {
  const level = boxes(bytes, 0, bytes.length)
  const last = level.at(-1)
  const meta = level.find((box) => box.type === "meta")
  if (last === undefined || meta === undefined)
    throw new MediaRefused("the AVIF ends before its meta box does")
  const copy = bytes.slice(0, last.end)
  for (const extent of extentsOf(copy, meta, metadataItems(copy, meta))) blank(copy, extent)
  freeStrangers(copy, level, true)
  return copy
}

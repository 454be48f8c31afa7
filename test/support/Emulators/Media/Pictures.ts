import * as zlib from "node:zlib"
import { jpeg } from "./Jpeg.js"
import { webp } from "./Webp.js"

export type PictureType = "image/png" | "image/jpeg" | "image/webp"

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

const crc = (bytes: Buffer): number => {
  let c = 0xffffffff
  for (const byte of bytes) c = (crcTable[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

const chunk = (type: string, data: Buffer): Buffer => {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length, 0)
  out.write(type, 4, "latin1")
  data.copy(out, 8)
  out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}

/** The colour that tells picture `seed` from its neighbours. */
export const colourOf = (seed: number): readonly [number, number, number] => [
  (seed * 67 + 40) & 255,
  (seed * 151 + 90) & 255,
  (seed * 211 + 140) & 255
]

/** A palette PNG of two bits a pixel, striped; colour 3 is transparent when asked for. */
export const png = (width: number, height: number, seed = 0, transparent = false): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([2, 3, 0, 0, 0], 8)
  const palette = Buffer.from([seed, seed + 1, seed + 2, seed + 3].flatMap((s) => [...colourOf(s)]))
  const stride = 1 + Math.ceil(width / 4)
  const rows = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y++)
    rows.fill([0x00, 0x55, 0xaa, 0xff][(y >> 5) & 3] ?? 0, y * stride + 1, (y + 1) * stride)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("PLTE", palette),
    ...(transparent ? [chunk("tRNS", Buffer.from([255, 255, 255, 0]))] : []),
    chunk("IDAT", zlib.deflateSync(rows, { level: 1 })),
    chunk("IEND", Buffer.alloc(0))
  ])
}

/** An RGBA PNG whose upper half is fully transparent: a mask as OpenAI wants it. */
export const maskPng = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const stride = 1 + width * 4
  const rows = Buffer.alloc(stride * height)
  for (let y = height >> 1; y < height; y++) rows.fill(255, y * stride + 1, (y + 1) * stride)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", zlib.deflateSync(rows, { level: 1 })),
    chunk("IEND", Buffer.alloc(0))
  ])
}

/** A black picture, as a safety checker leaves it behind. */
export const blackPng = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([1, 0, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", zlib.deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height), { level: 1 })),
    chunk("IEND", Buffer.alloc(0))
  ])
}

const made = new Map<string, Buffer>()

/** A real picture of that type and size; equal arguments give the very same bytes. */
export const picture = (
  type: PictureType,
  width: number,
  height: number,
  seed = 0,
  transparent = false
): Buffer => {
  const name = `${type} ${width} ${height} ${seed} ${transparent}`
  const known = made.get(name)
  if (known) return known
  const bytes =
    type === "image/jpeg"
      ? jpeg(width, height, colourOf(seed))
      : type === "image/webp"
        ? webp(width, height, colourOf(seed))
        : png(width, height, seed, transparent)
  if (made.size > 200) made.clear()
  made.set(name, bytes)
  return bytes
}

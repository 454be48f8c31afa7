/** What a picture's header says: enough to check a client's inputs. */
export interface Measured {
  readonly type: "image/png" | "image/jpeg" | "image/webp" | "image/gif"
  readonly width: number
  readonly height: number
  readonly alpha: boolean
}

const measurePng = (b: Buffer): Measured => ({
  type: "image/png",
  width: b.readUInt32BE(16),
  height: b.readUInt32BE(20),
  alpha: b[25] === 4 || b[25] === 6 || b.includes("tRNS", 33, "latin1")
})

const measureJpeg = (b: Buffer): Measured | undefined => {
  let at = 2
  while (at + 9 < b.length) {
    if (b[at] !== 0xff) return undefined
    const marker = b[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return {
        type: "image/jpeg",
        width: b.readUInt16BE(at + 7),
        height: b.readUInt16BE(at + 5),
        alpha: false
      }
    }
    at += 2 + b.readUInt16BE(at + 2)
  }
  return undefined
}

const measureWebp = (b: Buffer): Measured | undefined => {
  const kind = b.toString("latin1", 12, 16)
  if (kind === "VP8X") {
    const side = (at: number) => 1 + b.readUIntLE(at, 3)
    return { type: "image/webp", width: side(24), height: side(27), alpha: ((b[20] ?? 0) & 16) !== 0 }
  }
  if (kind === "VP8L") {
    const bits = b.readUInt32LE(21)
    return {
      type: "image/webp",
      width: (bits & 0x3fff) + 1,
      height: ((bits >>> 14) & 0x3fff) + 1,
      alpha: ((bits >>> 28) & 1) === 1
    }
  }
  if (kind === "VP8 ")
    return {
      type: "image/webp",
      width: b.readUInt16LE(26) & 0x3fff,
      height: b.readUInt16LE(28) & 0x3fff,
      alpha: false
    }
  return undefined
}

/** Type, size and alpha of a picture, or undefined when it is none that a vendor takes. */
export const measure = (bytes: Buffer): Measured | undefined => {
  if (bytes.length < 16) return undefined
  if (bytes.length > 32 && bytes.toString("latin1", 1, 4) === "PNG") return measurePng(bytes)
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return measureJpeg(bytes)
  if (bytes.length > 30 && bytes.toString("latin1", 8, 12) === "WEBP") return measureWebp(bytes)
  if (bytes.toString("latin1", 0, 3) === "GIF") {
    return { type: "image/gif", width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8), alpha: false }
  }
  return undefined
}

/** The bytes of a base64 data URI. */
export const dataUri = (text: string): { readonly type: string; readonly bytes: Buffer } | undefined => {
  const match = /^data:([a-z0-9.+/-]+);base64,([A-Za-z0-9+/]+={0,2})$/.exec(text)
  if (!match || (match[2] ?? "").length % 4 !== 0) return undefined
  return { type: match[1] ?? "", bytes: Buffer.from(match[2] ?? "", "base64") }
}

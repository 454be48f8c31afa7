import { readdirSync, readFileSync, statSync } from "node:fs"
import * as path from "node:path"
import { gunzipSync } from "node:zlib"

/** The spellings in which a secret may lie somewhere: itself, base64 at each of three offsets, hex, in a URL, two bytes a letter. */
export const spellings = (secret: string): ReadonlyArray<Buffer> => {
  const bytes = Buffer.from(secret)
  const shifted = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64")
    // The first and last letters hold neighbours' bits too.
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
  })
  return [
    secret,
    ...shifted,
    ...shifted.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    encodeURIComponent(secret)
  ]
    .map((text) => Buffer.from(text))
    .concat(Buffer.from(secret, "utf16le"))
}

/** Whether bytes, or what they are compressed from, hold a secret in any spelling. */
export const holdsSecret = (bytes: Buffer, secret: string): boolean => {
  const plain = [bytes, ...(bytes[0] === 0x1f && bytes[1] === 0x8b ? [gunzipSync(bytes)] : [])]
  return spellings(secret).some((spelling) => plain.some((text) => text.includes(spelling)))
}

/** Every file below a folder, by its path from there. */
export const filesBelow = (folder: string, from = folder): ReadonlyMap<string, Buffer> =>
  new Map(
    readdirSync(folder).flatMap((name): ReadonlyArray<readonly [string, Buffer]> => {
      const at = path.join(folder, name)
      const stat = statSync(at, { throwIfNoEntry: false })
      if (stat === undefined) return []
      if (stat.isDirectory()) return [...filesBelow(at, from)]
      return stat.isFile() ? [[path.relative(from, at), readFileSync(at)]] : []
    })
  )

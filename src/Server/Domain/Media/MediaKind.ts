import { ascii, hasAscii } from "./Bytes.js"
import { sniff } from "./SniffImage.js"

/** What kind of file some bytes are, with the extension to store them under. */
export interface MediaKind {
  readonly kind: "image" | "video" | "audio" | "file"
  readonly mime: string
  /** Without the dot. */
  readonly extension: string
}

const audioBrands: ReadonlySet<string> = new Set(["M4A ", "M4B ", "M4P "])
const stillBrands: ReadonlySet<string> = new Set(["heic", "heix", "heim", "heis", "mif1", "msf1", "hevc"])

const isoMedia = (bytes: Uint8Array): MediaKind | null => {
  if (!hasAscii(bytes, 4, "ftyp")) return null
  const brand = ascii(bytes, 8, 4)
  if (stillBrands.has(brand)) return null
  if (audioBrands.has(brand)) return { kind: "audio", mime: "audio/mp4", extension: "m4a" }
  if (brand === "qt  ") return { kind: "video", mime: "video/quicktime", extension: "mov" }
  return { kind: "video", mime: "video/mp4", extension: "mp4" }
}

const ebml = (bytes: Uint8Array): MediaKind | null => {
  if (!hasAscii(bytes, 0, "\x1a\x45\xdf\xa3")) return null
  return ascii(bytes, 0, 64).includes("webm")
    ? { kind: "video", mime: "video/webm", extension: "webm" }
    : null
}

const riffWave = (bytes: Uint8Array): MediaKind | null =>
  hasAscii(bytes, 0, "RIFF") && hasAscii(bytes, 8, "WAVE")
    ? { kind: "audio", mime: "audio/wav", extension: "wav" }
    : null

/** ID3, or the sync word of a layer III frame whose bit rate and sample rate are both valid. */
const mp3 = (bytes: Uint8Array): MediaKind | null => {
  const [first = 0, second = 0, third = 0] = bytes
  const isFrame =
    bytes.length >= 4 &&
    first === 0xff &&
    (second & 0xe0) === 0xe0 &&
    (second & 0x18) !== 0x08 &&
    (second & 0x06) === 0x02 &&
    third >> 4 !== 0 &&
    third >> 4 !== 15 &&
    (third & 0x0c) !== 0x0c
  return hasAscii(bytes, 0, "ID3") || isFrame ? { kind: "audio", mime: "audio/mpeg", extension: "mp3" } : null
}

const ogg = (bytes: Uint8Array): MediaKind | null => {
  if (!hasAscii(bytes, 0, "OggS")) return null
  return ascii(bytes, 0, 64).includes("\x80theora")
    ? { kind: "video", mime: "video/ogg", extension: "ogv" }
    : { kind: "audio", mime: "audio/ogg", extension: "ogg" }
}

const flac = (bytes: Uint8Array): MediaKind | null =>
  hasAscii(bytes, 0, "fLaC") ? { kind: "audio", mime: "audio/flac", extension: "flac" } : null

const glb = (bytes: Uint8Array): MediaKind | null =>
  hasAscii(bytes, 0, "glTF") ? { kind: "file", mime: "model/gltf-binary", extension: "glb" } : null

/** A JSON object whose first 4 kB name the `asset` and a `version`; glTF in JSON has no magic of its own. */
const gltf = (bytes: Uint8Array): MediaKind | null => {
  const head = ascii(bytes, 0, 4096)
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart()
  return head.startsWith("{") && /"asset"\s*:\s*\{[^{}]{0,1000}"version"\s*:/.test(head)
    ? { kind: "file", mime: "model/gltf+json", extension: "gltf" }
    : null
}

const others = [isoMedia, ebml, riffWave, ogg, flac, glb, mp3, gltf]

/** Names the media type of a provider's output by its first bytes; null when they are none that the catalog knows. */
export const sniffMedia = (bytes: Uint8Array): MediaKind | null => {
  const image = sniff(bytes)
  if (image !== null) {
    return { kind: "image", mime: image.mime, extension: image.format === "jpeg" ? "jpg" : image.format }
  }
  for (const recognise of others) {
    const found = recognise(bytes)
    if (found !== null) return found
  }
  return null
}

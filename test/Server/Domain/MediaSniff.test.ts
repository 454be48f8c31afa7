import { readdirSync, readFileSync } from "node:fs"
import fc from "fast-check"
import sharp from "sharp"
import { describe, expect, it } from "vitest"
import { refusePixels, sniff, sniffMedia, uprightSize } from "../../../src/Server/Domain/Media/index.js"

const folder = new URL("../../fixtures/photos/", import.meta.url)
const photos = readdirSync(folder)
  .filter((name) => !name.endsWith(".mjs"))
  .map((name) => [name, new Uint8Array(readFileSync(new URL(name, folder)))] as const)

const photo = (wanted: string): Uint8Array =>
  photos.find(([name]) => name === wanted)?.[1] ?? new Uint8Array()

const swatch = (alpha: boolean) =>
  sharp({
    create: {
      width: 37,
      height: 21,
      channels: alpha ? 4 : 3,
      background: { r: 9, g: 99, b: 199, alpha: 0.5 }
    }
  })

describe("sniff", () => {
  it.each(photos)("%s agrees with the decoder", async (_, bytes) => {
    const metadata = await sharp(bytes).metadata()
    expect(sniff(bytes)).toMatchObject({
      format: metadata.format === "heif" ? "avif" : metadata.format,
      width: metadata.width,
      height: metadata.height,
      alpha: metadata.hasAlpha,
      animated: (metadata.pages ?? 1) > 1
    })
    expect(sniff(bytes)?.orientation ?? 1).toBe(metadata.orientation ?? 1)
  })

  it.each(["png", "webp", "avif"] as const)("%s tells alpha from none", async (format) => {
    for (const alpha of [true, false]) {
      const bytes = await swatch(alpha).toFormat(format, { effort: 1 }).toBuffer()
      expect(sniff(bytes)).toMatchObject({ format, width: 37, height: 21, alpha })
    }
  })

  it("reads a lossless WebP with alpha and a palette PNG with transparency", async () => {
    expect(sniff(await swatch(true).webp({ lossless: true }).toBuffer())).toMatchObject({
      alpha: true,
      width: 37
    })
    expect(sniff(await swatch(true).png({ palette: true }).toBuffer())).toMatchObject({
      alpha: true,
      height: 21
    })
  })

  it("swaps the sides that EXIF turns", () => {
    const sniffed = sniff(photo("orientation-6.jpg"))
    expect(sniffed).toMatchObject({ width: 16, height: 24, orientation: 6 })
    expect(sniffed === null ? null : uprightSize(sniffed)).toEqual({ width: 24, height: 16 })
  })

  it.each(photos)("%s may be cut off at every byte", (_, bytes) => {
    for (let length = 0; length <= bytes.length; length++) refusePixels(sniff(bytes.subarray(0, length)))
  })

  it("never throws and never lingers, whatever happens to a file's bytes", () => {
    const mutation = fc.record({ at: fc.nat(3000), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) })
    const longest = { ms: 0 }
    fc.assert(
      fc.property(
        fc.constantFrom(...photos.map(([, bytes]) => bytes)),
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        fc.nat(3000),
        (original, mutations, cut) => {
          const bytes = original.slice(0, Math.max(1, original.length - (cut % original.length)))
          for (const { at, bytes: put } of mutations) {
            const start = at % bytes.length
            bytes.set(put.subarray(0, bytes.length - start), start)
          }
          const started = performance.now()
          sniffMedia(bytes)
          refusePixels(sniff(bytes))
          longest.ms = Math.max(longest.ms, performance.now() - started)
        }
      ),
      { numRuns: 20_000 }
    )
    expect(longest.ms).toBeLessThan(200)
  })

  it("takes bounded time for files that are nothing but structure", () => {
    const size = 8_000_000
    const repeat = (head: ReadonlyArray<number>, unit: ReadonlyArray<number>) => {
      const bytes = Buffer.alloc(size, Buffer.from(unit))
      Buffer.from(head).copy(bytes)
      return bytes
    }
    const hostile = [
      repeat([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], [0]),
      repeat([0xff, 0xd8, 0xff], [0xff, 0xe1, 0, 2]),
      repeat([0xff, 0xd8, 0xff], [0xff]),
      repeat([...Buffer.from("GIF89a"), 1, 0, 1, 0, 0, 0, 0], [0x21, 0xfe, 0]),
      repeat([...Buffer.from("GIF89a"), 1, 0, 1, 0, 0, 0, 0, 0x21, 0xfe], [1, 1]),
      repeat([...Buffer.from("RIFF\0\0\0\0WEBP")], [...Buffer.from("EXIF\0\0\0\0")]),
      repeat([0, 0, 0, 16, ...Buffer.from("ftypavif"), 0, 0, 0, 0], [0, 0, 0, 8, ...Buffer.from("free")]),
      repeat([0, 0, 0, 16, ...Buffer.from("ftypavif"), 0, 0, 0, 0], [0, 0, 0, 0, ...Buffer.from("meta")])
    ]
    const started = performance.now()
    for (const bytes of hostile) expect(refusePixels(sniff(bytes)) === null).toBe(bytes[0] === 0x47)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe("refusePixels", () => {
  const png = (width: number, height: number): Uint8Array => {
    const bytes = new Uint8Array(photo("located.png"))
    const view = new DataView(bytes.buffer)
    view.setUint32(16, width)
    view.setUint32(20, height)
    return bytes
  }

  it.each([
    [2 ** 31, 2 ** 31],
    [2 ** 31 - 1, 1],
    [14_000, 14_000],
    [7072, 7072],
    [0, 10],
    [30_001, 1]
  ])("refuses a header of %i × %i", (width, height) => {
    expect(refusePixels(sniff(png(width, height)))).toMatch(/pixels|empty/)
  })

  it("allows 50 million pixels and no more", () => {
    expect(refusePixels(sniff(png(10_000, 5000)))).toBeNull()
    expect(refusePixels(sniff(png(10_000, 5001)))).not.toBeNull()
  })

  it("refuses headers that are cut off", () => {
    expect(refusePixels(sniff(png(10, 10).subarray(0, 20)))).toMatch(/cut off/)
    expect(refusePixels(sniff(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)))).toMatch(/cut off/)
  })

  it("judges polyglots by how they begin", () => {
    const picture = Buffer.from(photo("located.png"))
    expect(refusePixels(sniff(Buffer.concat([Buffer.from("%PDF-1.7\n"), picture])))).toMatch(/not a PNG/)
    expect(refusePixels(sniff(Buffer.concat([Buffer.from("<html>"), picture])))).toMatch(/not a PNG/)
    expect(sniff(Buffer.concat([picture, Buffer.from("PK\x03\x04")]))?.format).toBe("png")
    // As a GIF the script's first characters are its size.
    expect(refusePixels(sniff(Buffer.from("GIF89a=1;a/*padding padding*/")))).toMatch(/12605 × 24891/)
  })
})

describe("sniffMedia", () => {
  const box = (brand: string) => `\0\0\0\x18ftyp${brand}\0\0\0\0isom`
  it.each([
    [box("isom"), "video", "video/mp4", "mp4"],
    [box("M4A "), "audio", "audio/mp4", "m4a"],
    [box("qt  "), "video", "video/quicktime", "mov"],
    ["\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x84webm", "video", "video/webm", "webm"],
    ["RIFF\x24\0\0\0WAVEfmt ", "audio", "audio/wav", "wav"],
    ["ID3\x04\0\0\0\0\0\0", "audio", "audio/mpeg", "mp3"],
    ["\xff\xfb\x90\x64\0\0\0\0", "audio", "audio/mpeg", "mp3"],
    ["OggS\0\x02", "audio", "audio/ogg", "ogg"],
    ["fLaC\0\0\0\x22", "audio", "audio/flac", "flac"],
    ["glTF\x02\0\0\0", "file", "model/gltf-binary", "glb"],
    ['{"asset":{"generator":"x","version":"2.0"}}', "file", "model/gltf+json", "gltf"]
  ])("%j", (head, kind, mime, extension) => {
    expect(sniffMedia(Buffer.from(head, "latin1"))).toEqual({ kind, mime, extension })
  })

  it("names images, and nothing that it does not know", () => {
    expect(sniffMedia(photo("located.jpg"))).toEqual({ kind: "image", mime: "image/jpeg", extension: "jpg" })
    for (const stranger of [
      "",
      "hello",
      "<svg/>",
      '{"a":1}',
      "\x1a\x45\xdf\xa3matroska",
      box("heic"),
      "\xff\xff\xff\xff"
    ]) {
      expect(sniffMedia(Buffer.from(stranger, "latin1"))).toBeNull()
    }
  })
})

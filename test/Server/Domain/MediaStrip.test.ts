import { readFileSync } from "node:fs"
import { crc32 } from "node:zlib"
import fc from "fast-check"
import sharp from "sharp"
import { describe, expect, it } from "vitest"
import {
  type ImageFormat,
  MediaRefused,
  normalizeUpload,
  observe,
  sniff,
  stripLocation
} from "../../../src/Server/Domain/Media/index.js"

const photo = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/photos/${name}`, import.meta.url)))

const pixels = (bytes: Uint8Array) => sharp(bytes, { animated: true }).raw().toBuffer()

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1")

/** 51/1 degrees as both byte orders write it. */
const latitudes = ["\x33\0\0\0\x01\0\0\0", "\0\0\0\x33\0\0\0\x01"]

const expectClean = (bytes: Uint8Array): void => {
  expect(text(bytes)).not.toMatch(/SECRET|Secret|xmpmeta|GPS/)
  for (const latitude of latitudes) expect(text(bytes).includes(latitude)).toBe(false)
}

const located: ReadonlyArray<readonly [name: string, format: ImageFormat]> = [
  ["located.jpg", "jpeg"],
  ["located.png", "png"],
  ["located.webp", "webp"],
  ["located.avif", "avif"],
  ["orientation-1.jpg", "jpeg"],
  ["orientation-8.jpg", "jpeg"],
  ["animated.gif", "gif"],
  ["animated.webp", "webp"],
  ["plain.webp", "webp"],
  ["lossless.webp", "webp"],
  ["cmyk.jpg", "jpeg"]
]

describe("stripLocation", () => {
  it.each(located)(
    "%s loses place, person and trailer, and keeps pixels, profile and orientation",
    async (name, format) => {
      const before = photo(name)
      const after = stripLocation(before, format)
      expectClean(after)
      expect(await pixels(after)).toEqual(await pixels(before))
      const [was, is] = await Promise.all([sharp(before).metadata(), sharp(after).metadata()])
      expect(is.icc).toEqual(was.icc)
      expect(is.orientation ?? 1).toBe(was.orientation ?? 1)
      expect(is.pages).toBe(was.pages)
      expect(stripLocation(after, format)).toEqual(after)
    }
  )

  it("finds what the fixtures hide, so that the test above means something", () => {
    for (const name of ["located.jpg", "located.png", "located.webp", "located.avif", "animated.gif"]) {
      expect(text(photo(name))).toContain("SECRET")
    }
  })

  it("drops everything of a JPEG that is neither picture nor profile", () => {
    const plain = photo("located.jpg")
    const segment = (marker: number, body: string) =>
      Buffer.concat([Buffer.from([0xff, marker, 0, body.length + 2]), Buffer.from(body, "latin1")])
    const stuffed = Buffer.concat([
      plain.subarray(0, 2),
      segment(0xfe, "SECRET comment"),
      segment(0xed, "Photoshop 3.0\0SECRET city"),
      segment(0xe2, "MPF\0SECRET preview"),
      segment(0xeb, "JP\0SECRET claim"),
      segment(0xe0, "JFXX\0SECRET thumbnail"),
      plain.subarray(2),
      Buffer.from("ftypmp42 SECRET motion photo")
    ])
    expect(stripLocation(stuffed, "jpeg")).toEqual(stripLocation(plain, "jpeg"))
  })

  it("keeps the size of a JFIF thumbnail at nothing", async () => {
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#888" } })
      .jpeg()
      .toBuffer()
    const jfif = Buffer.concat([
      Buffer.from([0xff, 0xe0, 0, 16 + 3]),
      Buffer.from("JFIF\0", "latin1"),
      Buffer.from([1, 1, 0, 0, 1, 0, 1, 1, 1, 9, 9, 9])
    ])
    const stripped = stripLocation(Buffer.concat([picture.subarray(0, 2), jfif, picture.subarray(2)]), "jpeg")
    expect(text(stripped)).not.toContain("\x09\x09\x09")
    expect(await pixels(stripped)).toEqual(await pixels(picture))
  })

  it("drops text chunks of a PNG and a ZIP behind it", () => {
    const plain = photo("located.png")
    const chunk = (type: string, body: string) => {
      const inner = Buffer.from(type + body, "latin1")
      const out = Buffer.alloc(inner.length + 8)
      out.writeUInt32BE(body.length)
      inner.copy(out, 4)
      out.writeUInt32BE(crc32(inner), inner.length + 4)
      return out
    }
    const stuffed = Buffer.concat([
      plain.subarray(0, 33),
      chunk("tEXt", "Comment\0SECRET"),
      chunk("iTXt", "SECRET"),
      chunk("zTXt", "SECRET"),
      chunk("tIME", "SECRET!"),
      plain.subarray(33),
      Buffer.from("PK\x03\x04 SECRET")
    ])
    expect(stripLocation(stuffed, "png")).toEqual(stripLocation(plain, "png"))
  })

  it.each(located)("%s cut off anywhere is either refused or whole enough, never a crash", (name, format) => {
    const whole = photo(name)
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.subarray(0, length)
      if (sniff(cut)?.format !== format) continue
      try {
        expectClean(stripLocation(cut, format))
      } catch (cause) {
        expect(cause).toBeInstanceOf(MediaRefused)
      }
    }
  })
})

describe("stripLocation of damaged files", () => {
  it("gives bytes or MediaRefused, whatever happens to a file", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...located),
        fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        ([name, format], changes) => {
          const bytes = Uint8Array.from(photo(name))
          for (const [at, value] of changes) bytes[at % bytes.length] = value
          try {
            stripLocation(bytes, format)
          } catch (cause) {
            if (!(cause instanceof MediaRefused)) throw cause
          }
        }
      ),
      { numRuns: 5000 }
    )
  })
})

describe("observe", () => {
  it("tells the upright size and the truth about the bytes", async () => {
    const bytes = photo("located.jpg")
    expect(await observe(bytes)).toEqual({
      format: "jpeg",
      mime: "image/jpeg",
      width: 24,
      height: 16,
      alpha: false,
      animated: false,
      orientation: 6,
      bytes: bytes.length
    })
    expect(await observe(photo("animated.gif"))).toMatchObject({
      format: "gif",
      animated: true,
      width: 24,
      height: 16
    })
    expect(await observe(photo("located.avif"))).toMatchObject({ format: "avif", width: 16, height: 24 })
  })

  it.each(["located.jpg", "located.png", "lossless.webp", "located.avif"])(
    "refuses %s when its end is missing",
    async (name) => {
      const bytes = photo(name)
      await expect(observe(bytes.subarray(0, bytes.length - 20))).rejects.toBeInstanceOf(MediaRefused)
    }
  )

  it("refuses what is none of the five formats before a decoder sees it", async () => {
    const strangers = [
      "<svg xmlns='http://www.w3.org/2000/svg'/>",
      "%PDF-1.7",
      "II*\0\x08\0\0\0",
      "BM",
      "",
      "\0\0\x01\0"
    ]
    for (const stranger of strangers) {
      await expect(observe(Buffer.from(stranger, "latin1"))).rejects.toThrow(
        /not a PNG, JPEG, WebP, GIF or AVIF/
      )
    }
  })
})

describe("normalizeUpload", () => {
  it("stores the picture without its place and says that the bytes changed", async () => {
    const { bytes, observed, changed } = await normalizeUpload(photo("located.webp"))
    expectClean(bytes)
    expect(changed).toBe(true)
    expect(observed).toMatchObject({ width: 24, height: 16, orientation: 6, bytes: bytes.length })
  })

  it("keeps bytes that carry nothing", async () => {
    const plain = photo("plain.webp")
    expect(await normalizeUpload(plain)).toMatchObject({ bytes: plain, changed: false })
  })
})

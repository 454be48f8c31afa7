import { readFileSync } from "node:fs"
import fc from "fast-check"
import sharp from "sharp"
import { describe, expect, it } from "vitest"
import { MediaRefused } from "../../../src/Server/Domain/Media/index.js"
import { checkParameters, transform } from "../../../src/Server/Providers/Local/Transform/index.js"

const photo = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/photos/${name}`, import.meta.url)))

interface Picture {
  readonly data: Buffer
  readonly width: number
  readonly height: number
  readonly channels: number
}

const read = async (bytes: Uint8Array): Promise<Picture> => {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: info.channels }
}

const at = ({ data, width, channels }: Picture, x: number, y: number): ReadonlyArray<number> => [
  ...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)
]

type Paint = (x: number, y: number) => ReadonlyArray<number>

const painted = (width: number, height: number, paint: Paint, channels: 3 | 4 = 3): Promise<Uint8Array> => {
  const data = Buffer.alloc(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(paint(x, y), (y * width + x) * channels)
  }
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer()
}

/** Every pixel another colour, so that a pixel out of place shows. */
const patchwork: Paint = (x, y) => [(x * 37) % 256, (y * 53) % 256, (x * 11 + y * 29) % 256]

const edited = async (bytes: Uint8Array, parameters: object, options = {}) =>
  read((await transform(bytes, parameters, options)).bytes)

const expectPixels = (picture: Picture, paint: Paint): void => {
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) expect(at(picture, x, y)).toEqual(paint(x, y))
  }
}

describe("orientation", () => {
  const names = Array.from({ length: 8 }, (_, index) => `orientation-${index + 1}.jpg`)

  it("all eight give the same upright picture", async () => {
    const pictures = await Promise.all(names.map((name) => edited(photo(name), { format: "png" })))
    for (const picture of pictures) {
      expect([picture.width, picture.height]).toEqual([24, 16])
      for (const [x, y, colour] of [
        [5, 4, [220, 30, 30]],
        [18, 4, [30, 200, 40]],
        [5, 12, [40, 60, 220]],
        [18, 12, [240, 230, 60]]
      ] as const) {
        const difference = at(picture, x, y).map((value, index) => Math.abs(value - (colour[index] ?? 0)))
        expect(Math.max(...difference)).toBeLessThan(8)
      }
    }
  })

  it.each(["jpeg", "png", "webp", "avif"])(
    "is not carried into %s, nor is any other metadata",
    async (format) => {
      const { bytes } = await transform(photo("located.jpg"), { format })
      const metadata = await sharp(bytes).metadata()
      expect(metadata).toMatchObject({ width: 24, height: 16 })
      for (const key of ["exif", "xmp", "icc", "iptc"] as const) expect(metadata[key]).toBeUndefined()
      expect(metadata.orientation ?? 1).toBe(1)
      expect(Buffer.from(bytes).toString("latin1")).not.toMatch(/SECRET|GPS/)
    }
  )

  it("crops where the eye sees it", async () => {
    for (const name of names) {
      const picture = await edited(photo(name), {
        crop: { left: 14, top: 10, width: 8, height: 4 },
        format: "png"
      })
      expect([picture.width, picture.height]).toEqual([8, 4])
      const difference = at(picture, 4, 2).map((value, index) =>
        Math.abs(value - ([240, 230, 60][index] ?? 0))
      )
      expect(Math.max(...difference)).toBeLessThan(8)
    }
  })

  it("reads colours through the profile", async () => {
    const p3 = await sharp({ create: { width: 4, height: 4, channels: 3, background: "#c83c3c" } })
      .withIccProfile("p3")
      .png()
      .toBuffer()
    const picture = await edited(p3, { format: "png" })
    const difference = at(picture, 1, 1).map((value, index) => Math.abs(value - ([200, 60, 60][index] ?? 0)))
    expect(Math.max(...difference)).toBeLessThan(4)
    const cmyk = await edited(photo("cmyk.jpg"), { format: "png" })
    expect(cmyk.channels).toBe(3)
  })
})

describe("geometry", () => {
  const source = painted(13, 7, patchwork)

  it("leaves pixels alone when nothing is asked", async () => {
    expectPixels(await edited(await source, {}), patchwork)
  })

  it("crops exactly", async () => {
    const picture = await edited(await source, { crop: { left: 3, top: 2, width: 5, height: 4 } })
    expect([picture.width, picture.height]).toEqual([5, 4])
    expectPixels(picture, (x, y) => patchwork(x + 3, y + 2))
  })

  it.each([
    [90, (x: number, y: number) => patchwork(y, 6 - x)],
    [-270, (x: number, y: number) => patchwork(y, 6 - x)],
    [180, (x: number, y: number) => patchwork(12 - x, 6 - y)],
    [270, (x: number, y: number) => patchwork(12 - y, x)],
    [360, patchwork]
  ])("rotates by %i exactly", async (rotate, paint) => {
    expectPixels(await edited(await source, { rotate }), paint)
  })

  it("mirrors exactly, and crops before it turns before it mirrors", async () => {
    expectPixels(await edited(await source, { flip: true }), (x, y) => patchwork(x, 6 - y))
    expectPixels(await edited(await source, { flop: true }), (x, y) => patchwork(12 - x, y))
    const all = await edited(await source, {
      flop: true,
      rotate: 90,
      crop: { left: 1, top: 1, width: 4, height: 3 }
    })
    expect([all.width, all.height]).toEqual([3, 4])
    // Mirrored last: x runs back through the turned crop.
    expectPixels(all, (x, y) => patchwork(1 + y, 1 + x))
  })

  it("fills the corners of an odd turn with nothing, background, or the white of jpeg", async () => {
    const flat = await painted(40, 20, () => [200, 10, 10])
    const turned = await edited(flat, { rotate: 30 })
    expect([turned.width, turned.height]).toEqual([45, 37])
    expect(at(turned, 0, 0)).toEqual([0, 0, 0, 0])
    expect(at(turned, 22, 18)).toEqual([200, 10, 10, 255])
    for (let pixel = 0; pixel < turned.data.length; pixel += 4) {
      // No dark rim: whatever is not clear has the picture's own red.
      if ((turned.data[pixel + 3] ?? 0) > 20) expect(turned.data[pixel] ?? 0).toBeGreaterThan(185)
    }
    const onBlue = await edited(flat, { rotate: 30, background: "#0000ff" })
    expect(at(onBlue, 0, 0)).toEqual([0, 0, 255])
    const asJpeg = await edited(flat, { rotate: 30, format: "jpeg", quality: 95 })
    expect(at(asJpeg, 0, 0).every((value) => value > 240)).toBe(true)
  })

  it.each([
    [{ width: 26 }, 26, 14],
    [{ height: 14 }, 26, 14],
    [{ width: 10, height: 10 }, 10, 10],
    [{ width: 10, height: 10, fit: "contain" }, 10, 10],
    [{ width: 10, height: 10, fit: "inside" }, 10, 5],
    [{ width: 10, height: 10, fit: "fill" }, 10, 10]
  ])("resizes to %j", async (resize, width, height) => {
    const made = await transform(await source, { resize })
    expect(made).toMatchObject({ width, height, format: "png" })
    expect(checkParameters({ resize }, { width: 13, height: 7 }, false)).toMatchObject({
      ok: true,
      width,
      height
    })
  })

  it("adds clear bars to contain", async () => {
    const picture = await edited(await source, { resize: { width: 20, height: 20, fit: "contain" } })
    expect(at(picture, 10, 0)).toEqual([0, 0, 0, 0])
    expect(at(picture, 10, 10)[3]).toBe(255)
  })

  it("takes a size from beside the parameters, which their own resize overrides", async () => {
    expect(await transform(await source, {}, { width: 8, height: 8 })).toMatchObject({ width: 8, height: 8 })
    const both = await transform(await source, { resize: { width: 5 } }, { width: 8, height: 8 })
    expect(both.width).toBe(5)
  })

  it("makes the size that the check foretold", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          {
            crop: fc.record({
              left: fc.nat(20),
              top: fc.nat(20),
              width: fc.integer({ min: 1, max: 20 }),
              height: fc.integer({ min: 1, max: 20 })
            }),
            rotate: fc.integer({ min: -360, max: 360 }),
            flip: fc.boolean(),
            resize: fc.record(
              { width: fc.integer({ min: 1, max: 60 }), height: fc.integer({ min: 1, max: 60 }) },
              { requiredKeys: ["width"] }
            )
          },
          { requiredKeys: [] }
        ),
        async (parameters) => {
          const bytes = await painted(31, 23, patchwork)
          const checked = checkParameters(parameters, { width: 31, height: 23 }, false)
          if (!checked.ok) {
            await expect(transform(bytes, parameters)).rejects.toBeInstanceOf(MediaRefused)
            return
          }
          const { width, height } = checked
          const made = await transform(bytes, parameters)
          expect(made).toMatchObject({ width, height })
          expect(await read(made.bytes)).toMatchObject({ width, height })
        }
      ),
      { numRuns: 60 }
    )
  })
})

describe("colour and sharpness", () => {
  const source = painted(16, 16, patchwork)
  const means = async (parameters: object) => {
    const { channels } = await sharp((await transform(await source, parameters)).bytes).stats()
    return channels.map(({ mean }) => mean)
  }

  it("grayscale makes the channels equal and keeps alpha", async () => {
    const see = await painted(4, 4, (x, y) => [...patchwork(x, y), x * 80], 4)
    const picture = await edited(see, { grayscale: true })
    for (let x = 0; x < 4; x++) {
      const [red, green, blue, alpha] = at(picture, x, 1)
      expect(red).toBe(green)
      expect(green).toBe(blue)
      expect(alpha).toBe(x * 80)
    }
  })

  it("invert is its own opposite", async () => {
    expectPixels(await edited(await source, { invert: true }), (x, y) =>
      patchwork(x, y).map((value) => 255 - value)
    )
  })

  it("modulate, contrast, temperature and tint go the way that they say", async () => {
    const [red = 0, green = 0, blue = 0] = await means({})
    const [warmRed = 0, warmGreen = 0, warmBlue = 0] = await means({ temperature: 60 })
    expect(warmRed).toBeGreaterThan(red)
    expect(warmGreen).toBeCloseTo(green, 5)
    expect(warmBlue).toBeLessThan(blue)
    expect((await means({ modulate: { brightness: 1.5 } }))[1]).toBeGreaterThan(green)
    const flat = await means({ modulate: { saturation: 0 } })
    expect(Math.max(...flat) - Math.min(...flat)).toBeLessThan(2)
    const tinted = await means({ tint: "#ff8000" })
    expect(tinted[0]).toBeGreaterThan(tinted[2] ?? 0)
    const even = await edited(await source, { contrast: 0 })
    expect(new Set(even.data)).toEqual(new Set([128]))
  })

  it("blur lessens differences and sharpen adds to them", async () => {
    const spread = async (parameters: object) =>
      (await sharp((await transform(await source, parameters)).bytes).stats()).channels[0]?.stdev ?? 0
    const plain = await spread({})
    expect(await spread({ blur: 3 })).toBeLessThan(plain)
    expect(await spread({ sharpen: 2 })).toBeGreaterThan(plain)
  })
})

describe("formats", () => {
  it("gives the same bytes for the same request", async () => {
    const bytes = photo("orientation-3.jpg")
    for (const format of ["png", "jpeg", "webp", "avif"]) {
      const parameters = { format, rotate: 10, blur: 1, modulate: { hue: 40 } }
      const [one, two] = await Promise.all([transform(bytes, parameters), transform(bytes, parameters)])
      expect(one.bytes).toEqual(two.bytes)
      expect(one.format).toBe(format)
    }
  })

  it("keeps the source's format where it can hold the result", async () => {
    expect((await transform(photo("orientation-1.jpg"), { blur: 1 })).format).toBe("jpeg")
    expect((await transform(photo("plain.webp"), { blur: 1 })).format).toBe("webp")
    expect((await transform(photo("located.avif"), { blur: 1 })).format).toBe("avif")
    expect(await transform(photo("animated.gif"), { blur: 1 })).toMatchObject({
      format: "png",
      width: 24,
      height: 16
    })
  })

  it("writes webp without loss at quality 100, clear pixels included", async () => {
    const paint: Paint = (x, y) => [...patchwork(x, y), x % 3 === 0 ? 0 : 255]
    expectPixels(await edited(await painted(9, 9, paint, 4), { format: "webp", quality: 100 }), paint)
  })

  it("takes 16-bit, grey and palette pictures", async () => {
    const wide = await sharp(await painted(8, 8, patchwork))
      .toColourspace("rgb16")
      .png()
      .toBuffer()
    expectPixels(await edited(wide, { format: "png" }), patchwork)
    const grey = await sharp(await painted(8, 8, () => [90, 90, 90]))
      .toColourspace("b-w")
      .png()
      .toBuffer()
    expect(at(await edited(grey, { tint: "#ff0000" }), 3, 3)[0]).toBeGreaterThan(90)
    const palette = await sharp(await painted(8, 8, () => [10, 20, 30]))
      .png({ palette: true })
      .toBuffer()
    expect(at(await edited(palette, { flip: true }), 3, 3).slice(0, 3)).toEqual([10, 20, 30])
  })
})

describe("refusals", () => {
  it.each([
    [Buffer.from("hello"), /not a PNG/],
    [Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), /not a PNG/],
    [photo("located.jpg").subarray(0, 1700), /damaged/],
    [photo("located.png").subarray(0, 1000), /damaged/]
  ])("refuses bytes that are no whole picture", async (bytes, reason) => {
    await expect(transform(bytes, { blur: 1 })).rejects.toThrow(reason)
    await expect(transform(bytes, { blur: 1 })).rejects.toBeInstanceOf(MediaRefused)
  })

  it("refuses a bomb by its header", async () => {
    const bomb = Uint8Array.from(photo("located.png"))
    new DataView(bomb.buffer).setUint32(16, 14_000)
    new DataView(bomb.buffer).setUint32(20, 14_000)
    await expect(transform(bomb, { resize: { width: 10 } })).rejects.toThrow(/14000 × 14000/)
  })
})

import sharp from "sharp"
import { describe, expect, it } from "vitest"
import { transform } from "../../../src/Server/Providers/Local/Transform/index.js"

const width = 60
const height = 40

type Paint = (x: number, y: number) => ReadonlyArray<number>

const painted = (paint: Paint, channels: 3 | 4, across = width, down = height): Promise<Uint8Array> => {
  const data = Buffer.alloc(across * down * channels)
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) data.set(paint(x, y), (y * across + x) * channels)
  }
  return sharp(data, { raw: { width: across, height: down, channels } })
    .png()
    .toBuffer()
}

const scene: Paint = (x, y) => [(x * 4) % 256, (y * 6) % 256, ((x + y) * 3) % 256]
const isInside = (x: number, y: number): boolean => x >= 20 && x < 40 && y >= 10 && y < 30

const pixels = async (bytes: Uint8Array) => {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
  return {
    info,
    at: (x: number, y: number) => [...data.subarray((y * info.width + x) * info.channels).subarray(0, 3)]
  }
}

const masks: ReadonlyArray<readonly [name: string, make: () => Promise<Uint8Array>]> = [
  ["white on black", () => painted((x, y) => (isInside(x, y) ? [255, 255, 255] : [0, 0, 0]), 3)],
  [
    "opaque white on transparent white",
    () => painted((x, y) => [255, 255, 255, isInside(x, y) ? 255 : 0], 4)
  ],
  [
    "one channel",
    async () =>
      sharp(await painted((x, y) => (isInside(x, y) ? [255, 255, 255] : [0, 0, 0]), 3))
        .toColourspace("b-w")
        .png()
        .toBuffer()
  ]
]

describe("an edit through a mask", () => {
  it.each(masks)("%s: changes the inside, and no byte of the outside", async (_, make) => {
    const edit = { invert: true }
    const made = await transform(await painted(scene, 3), edit, { mask: await make() })
    const { at } = await pixels(made.bytes)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const before = scene(x, y)
        expect(at(x, y)).toEqual(isInside(x, y) ? before.map((value) => 255 - value) : before)
      }
    }
  })

  it("keeps clear pixels of the outside as they are", async () => {
    const clear: Paint = (x, y) => [...scene(x, y), isInside(x, y) ? 255 : 0]
    const [, make] = masks[0] ?? []
    const mask = await (make?.() ?? painted(scene, 3))
    const made = await transform(await painted(clear, 4), { blur: 3, background: "#ff0000" }, { mask })
    const { data } = await sharp(made.bytes).raw().toBuffer({ resolveWithObject: true })
    expect([...data.subarray(0, 4)]).toEqual([...scene(0, 0), 0])
  })

  it("mixes where the mask is grey", async () => {
    const grey = await painted(() => [128, 128, 128], 3)
    const made = await transform(await painted(() => [200, 200, 200], 3), { invert: true }, { mask: grey })
    const { at } = await pixels(made.bytes)
    expect(at(5, 5)).toEqual([127, 127, 127])
  })

  it("stretches a mask of the same ratio, and stays off beyond its edge", async () => {
    const half = await painted((x, y) => (isInside(x * 2, y * 2) ? [255, 255, 255] : [0, 0, 0]), 3, 30, 20)
    const made = await transform(await painted(scene, 3), { invert: true }, { mask: half })
    const { at } = await pixels(made.bytes)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const isFar = x < 18 || x >= 42 || y < 8 || y >= 32
        if (isFar) expect(at(x, y)).toEqual(scene(x, y))
      }
    }
    expect(at(30, 20)).toEqual(scene(30, 20).map((value) => 255 - value))
  })

  it("refuses another ratio, a mask of nothing, and bytes that are no picture", async () => {
    const source = await painted(scene, 3)
    const square = await painted(() => [255, 255, 255], 3, 40, 40)
    const black = await painted(() => [0, 0, 0], 3)
    const refusal = (mask: Uint8Array) => transform(source, { invert: true }, { mask })
    await expect(refusal(square)).rejects.toMatchObject({ name: "MediaRefused", parameter: "mask" })
    await expect(refusal(black)).rejects.toMatchObject({ name: "MediaRefused", parameter: "mask" })
    await expect(refusal(Buffer.from("no"))).rejects.toMatchObject({ name: "MediaRefused" })
  })
})

import sharp from "sharp"
import { describe, expect, it } from "vitest"
import { transform } from "../../../src/Server/Providers/Local/Transform/index.js"

const size = 120

type Colour = readonly [number, number, number]
type Paint = (x: number, y: number) => Colour

const rawOf = (paint: Paint) => {
  const data = Buffer.alloc(size * size * 3)
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) data.set(paint(x, y), (y * size + x) * 3)
  return sharp(data, { raw: { width: size, height: size, channels: 3 } })
}

const reach = (x: number, y: number): number => Math.hypot(x - 60, y - 60)

/** A ball with shading and a white highlight in its middle, on near-white ground. */
const ball: Paint = (x, y) =>
  reach(x, y) < 8 ? [250, 250, 250] : [180 - Math.round(reach(x, y)), 60 + Math.round(x / 3), 40]
const ground: Colour = [244, 244, 246]

const mix = (one: Colour, other: Colour, share: number): Colour => [
  Math.round(one[0] * share + other[0] * (1 - share)),
  Math.round(one[1] * share + other[1] * (1 - share)),
  Math.round(one[2] * share + other[2] * (1 - share))
]

/** The share of a pixel that lies in the ball, by 8 × 8 points. */
const shareInside = (x: number, y: number): number => {
  let inside = 0
  for (let row = 0; row < 8; row++) {
    for (let column = 0; column < 8; column++) {
      if (reach(x - 0.5 + (column + 0.5) / 8, y - 0.5 + (row + 0.5) / 8) < 36) inside++
    }
  }
  return inside / 64
}

const smooth =
  (around: Paint): Paint =>
  (x, y) =>
    mix(ball(x, y), around(x, y), shareInside(x, y))

const cut = async (source: Uint8Array, tolerance?: number) => {
  const remove_background = tolerance === undefined ? {} : { tolerance }
  const made = await transform(source, { remove_background })
  const { data, info } = await sharp(made.bytes).raw().toBuffer({ resolveWithObject: true })
  expect(made.format).toBe("png")
  expect(info).toMatchObject({ width: size, height: size, channels: 4 })
  return (x: number, y: number): ReadonlyArray<number> => [
    ...data.subarray((y * size + x) * 4, (y * size + x) * 4 + 4)
  ]
}

const each = (visit: (x: number, y: number) => void): void => {
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) visit(x, y)
}

describe("remove_background", () => {
  it("clears a flat ground and keeps a hard-edged object byte for byte", async () => {
    const at = await cut(
      await rawOf((x, y) => (reach(x, y) < 36 ? ball(x, y) : ground))
        .png()
        .toBuffer()
    )
    each((x, y) => {
      expect(at(x, y)).toEqual(reach(x, y) < 36 ? [...ball(x, y), 255] : [0, 0, 0, 0])
    })
  })

  it("gives a smooth edge its share of alpha and the object's own colour", async () => {
    const at = await cut(
      await rawOf(smooth(() => ground))
        .png()
        .toBuffer()
    )
    let worst = 0
    each((x, y) => {
      const share = shareInside(x, y)
      const [red = 0, , , alpha = 0] = at(x, y)
      if (reach(x, y) > 38) expect(at(x, y)).toEqual([0, 0, 0, 0])
      else if (reach(x, y) < 33) expect(at(x, y)).toEqual([...ball(x, y), 255])
      else worst = Math.max(worst, Math.abs(alpha / 255 - share))
      // No pale rim: what is left of the edge has the ball's red, not the ground's.
      if (share > 0.3 && share < 1) expect(red).toBeLessThan(190)
    })
    expect(worst).toBeLessThan(0.25)
  })

  it("follows light that falls off evenly, and the noise of jpeg", async () => {
    const lit: Paint = (x, y) => [
      250 - Math.round((x + y) / 6),
      250 - Math.round((x + y) / 6),
      252 - Math.round(y / 4)
    ]
    const at = await cut(await rawOf(smooth(lit)).jpeg({ quality: 85 }).toBuffer())
    let left = 0
    each((x, y) => {
      const alpha = at(x, y)[3] ?? 0
      if (reach(x, y) > 42) left += alpha
      if (reach(x, y) < 30) expect(alpha).toBe(255)
    })
    expect(left).toBe(0)
  })

  it("tolerance 0 clears only the exact colour", async () => {
    const source = await rawOf((x, y) => (reach(x, y) < 36 ? ball(x, y) : x < 60 ? ground : [200, 200, 205]))
      .png()
      .toBuffer()
    const at = await cut(source, 0)
    const [near, far] = [at(2, 60)[3], at(117, 60)[3]]
    expect([near, far].sort()).toEqual([0, 255])
  })

  it("puts a product on another ground when a background is given", async () => {
    const source = await rawOf(smooth(() => ground))
      .jpeg({ quality: 95 })
      .toBuffer()
    const made = await transform(source, { remove_background: {}, background: "#00ff00" })
    expect(made.format).toBe("jpeg")
    const { data } = await sharp(made.bytes).raw().toBuffer({ resolveWithObject: true })
    expect(data[1]).toBeGreaterThan(240)
    expect(data[0]).toBeLessThan(20)
  })

  it("refuses a scene without a flat border", async () => {
    const noise: Paint = (x, y) => [(x * 97 + y * 31) % 256, (x * 13 + y * 151) % 256, (x * y * 7) % 256]
    const source = await rawOf(noise).png().toBuffer()
    await expect(transform(source, { remove_background: {} })).rejects.toMatchObject({
      parameter: "remove_background"
    })
  })

  it("leaves a picture whose border is clear already as it is", async () => {
    const source = await rawOf((x, y) => (reach(x, y) < 36 ? ball(x, y) : ground))
      .png()
      .toBuffer()
    const once = (await transform(source, { remove_background: {} })).bytes
    expect((await transform(once, { remove_background: {} })).bytes).toEqual(once)
  })

  it("is quick on a photo of 12 million pixels", async () => {
    const large = await rawOf(smooth(() => ground))
      .resize(3464, 3464)
      .jpeg()
      .toBuffer()
    const started = performance.now()
    await transform(large, { remove_background: {}, format: "jpeg", background: "#ffffff" })
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

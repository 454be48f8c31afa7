import sharp from "sharp"
import { describe, expect, it } from "vitest"
import { rasterSvg, rasterTrusted } from "../../../src/Server/Providers/Local/Svg/index.js"

const svg = (body: string, attributes = 'viewBox="0 0 100 50"'): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${body}</svg>`

const red = svg('<rect width="100" height="50" fill="red"/>')

const read = async (bytes: Uint8Array) => {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4)
  ]
  return { width: info.width, height: info.height, at }
}

describe("rasterSvg", () => {
  it.each([
    [40, 40],
    [100, 50],
    [13, 97],
    [1, 1],
    [4096, 16]
  ])("fills exactly %i × %i", async (width, height) => {
    expect(await read(await rasterSvg(red, { width, height }))).toMatchObject({ width, height })
  })

  it("keeps the ratio between clear bars, or bars of the background", async () => {
    const clear = await read(await rasterSvg(red, { width: 40, height: 40 }))
    expect(clear.at(20, 5)).toEqual([0, 0, 0, 0])
    expect(clear.at(20, 20)).toEqual([255, 0, 0, 255])
    expect(clear.at(0, 20)).toEqual([255, 0, 0, 255])
    const blue = await read(await rasterSvg(red, { width: 40, height: 40, background: "#0000ff" }))
    expect(blue.at(20, 5)).toEqual([0, 0, 255, 255])
    const paper = await read(await rasterSvg(red, { width: 40, height: 40, format: "jpeg" }))
    expect(paper.at(20, 2)).toEqual([255, 255, 255, 255])
  })

  it("follows the document's own preserveAspectRatio", async () => {
    const stretched = svg(
      '<rect width="100" height="50" fill="red"/>',
      'viewBox="0 0 100 50" preserveAspectRatio="none"'
    )
    expect((await read(await rasterSvg(stretched, { width: 40, height: 40 }))).at(20, 2)).toEqual([
      255, 0, 0, 255
    ])
  })

  it("draws small documents large without blur", async () => {
    const halves = svg(
      '<rect width="1" height="2" fill="#000"/><rect x="1" width="1" height="2" fill="#fff"/>',
      'width="2" height="2"'
    )
    const picture = await read(await rasterSvg(halves, { width: 512, height: 512 }))
    expect(picture.at(255, 100)).toEqual([0, 0, 0, 255])
    expect(picture.at(256, 100)).toEqual([255, 255, 255, 255])
  })

  it("draws gradients, references, clips, masks and filters", async () => {
    const picture = await read(
      await rasterSvg(
        svg(
          '<defs><linearGradient id="g"><stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient>' +
            '<clipPath id="c"><rect width="10" height="10"/></clipPath><mask id="m"><rect width="100" height="25" fill="#fff"/></mask>' +
            '<filter id="f"><feFlood flood-color="lime"/></filter><rect id="r" width="20" height="20"/></defs>' +
            '<rect width="100" height="20" fill="url(#g)"/><use href="#r" y="25" clip-path="url(#c)"/>' +
            '<rect x="50" y="20" width="20" height="30" mask="url(#m)"/><rect x="80" y="30" width="10" height="10" filter="url(#f)"/>'
        ),
        { width: 100, height: 50 }
      )
    )
    const [left, right] = [picture.at(2, 10), picture.at(97, 10)]
    expect(left[0]).toBeGreaterThan(200)
    expect(right[2]).toBeGreaterThan(200)
    expect(picture.at(60, 22)[3]).toBe(255)
    expect(picture.at(60, 40)[3]).toBe(0)
    expect(picture.at(85, 35)).toEqual([0, 255, 0, 255])
  })

  it.each(["png", "jpeg", "webp"] as const)("gives the same %s for the same request", async (format) => {
    const [one, two] = await Promise.all([1, 2].map(() => rasterSvg(red, { width: 64, height: 48, format })))
    expect(one).toEqual(two)
    expect((await sharp(one).metadata()).format).toBe(format)
  })

  it("checks markup, size and colour itself", async () => {
    const size = { width: 10, height: 10 }
    await expect(rasterSvg(svg("<script/>"), size)).rejects.toMatchObject({
      name: "MediaRefused",
      parameter: "svg"
    })
    await expect(rasterSvg(red, { width: 4097, height: 1 })).rejects.toThrow(/4096/)
    await expect(rasterSvg(red, { width: 0, height: 1 })).rejects.toThrow(/4096/)
    await expect(rasterSvg(red, { ...size, background: "red" })).rejects.toMatchObject({
      parameter: "background"
    })
  })

  it("refuses filters over areas that would take too long, and draws them smaller", async () => {
    const blurred = svg(
      '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter><rect width="100" height="50" filter="url(#f)"/>' +
        '<rect width="100" height="50" filter="url(#f)"/>'.repeat(3)
    )
    await expect(rasterSvg(blurred, { width: 4096, height: 4096 })).rejects.toThrow(/smaller size/)
    expect(await read(await rasterSvg(blurred, { width: 128, height: 64 }))).toMatchObject({ width: 128 })
  })
})

describe("rasterTrusted", () => {
  it("draws at the size that the markup states", async () => {
    const own = svg('<rect width="100%" height="100%" fill="#123456"/>', 'width="30" height="20"')
    const picture = await read(await rasterTrusted(own))
    expect(picture).toMatchObject({ width: 30, height: 20 })
    expect(picture.at(3, 3)).toEqual([0x12, 0x34, 0x56, 255])
  })
})

import { describe, expect, it } from "vitest"
import { glb, mp3, mp4 } from "../support/Emulators/Media/Clips.js"
import { measure } from "../support/Emulators/Media/Measure.js"
import { maskPng, type PictureType, picture } from "../support/Emulators/Media/Pictures.js"

const sharp = await import("sharp").then((m) => m.default).catch(() => undefined)

describe("emulated media", () => {
  const sizes: ReadonlyArray<readonly [number, number]> = [
    [1, 1],
    [7, 13],
    [1024, 576]
  ]
  for (const type of [
    "image/png",
    "image/jpeg",
    "image/webp"
  ] as const satisfies ReadonlyArray<PictureType>) {
    it.each(sizes)(`${type} %i x %i is what its header says, and a decoder agrees`, async (width, height) => {
      const bytes = picture(type, width, height, 5)
      expect(measure(bytes)).toMatchObject({ type, width, height })
      if (!sharp) return
      const { data, info } = await sharp(bytes)
        .toColourspace("srgb")
        .raw()
        .toBuffer({ resolveWithObject: true })
      expect([info.width, info.height]).toEqual([width, height])
      for (const [channel, want] of [
        (5 * 67 + 40) & 255,
        (5 * 151 + 90) & 255,
        (5 * 211 + 140) & 255
      ].entries()) {
        expect(Math.abs((data[channel] ?? -99) - want)).toBeLessThan(5)
      }
    })
  }

  it("masks have alpha, and other pictures of one submission other bytes", () => {
    expect(measure(maskPng(64, 32))).toEqual({ type: "image/png", width: 64, height: 32, alpha: true })
    expect(picture("image/jpeg", 64, 64, 1).equals(picture("image/jpeg", 64, 64, 2))).toBe(false)
  })

  it("clips carry their containers' marks and lengths", () => {
    const video = mp4(848, 480, 8)
    expect(video.toString("latin1", 4, 12)).toBe("ftypisom")
    expect(video.includes("avcC")).toBe(true)
    const offset = video.readUInt32BE(video.indexOf("stco") + 12)
    expect(video.toString("latin1", offset - 4, offset)).toBe("mdat")
    expect((video[offset + 4] ?? 0) & 31).toBe(5)
    const audio = mp3(2)
    for (let at = 0; at < audio.length; at += 104) expect(audio.readUInt16BE(at)).toBe(0xfffb)
    const mesh = glb()
    expect([mesh.toString("latin1", 0, 4), mesh.readUInt32LE(8)]).toEqual(["glTF", mesh.length])
  })
})

import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { checkParameters, promptToParameters } from "../../../src/Server/Providers/Local/Transform/index.js"

const cases: ReadonlyArray<readonly [prompt: string, parameters: object]> = [
  ["make it grayscale and rotate 90 degrees", { grayscale: true, rotate: 90 }],
  ["Please convert it to black and white.", { grayscale: true }],
  ["resize to 512x512", { resize: { width: 512, height: 512, fit: "cover" } }],
  ["resize it to 640 by 480 pixels", { resize: { width: 640, height: 480, fit: "cover" } }],
  ["fit within 800 × 600", { resize: { width: 800, height: 600, fit: "inside" } }],
  ["resize to 800px wide", { resize: { width: 800 } }],
  ["remove the background", { remove_background: {} }],
  ["make the background transparent", { remove_background: {} }],
  ["replace the background with white", { remove_background: {}, background: "#ffffff" }],
  ["blur", { blur: 5 }],
  ["blur it slightly", { blur: 1.67 }],
  ["blur by 2.5", { blur: 2.5 }],
  ["convert to webp", { format: "webp" }],
  ["save it as a jpg at quality 70", { format: "jpeg", quality: 70 }],
  ["save it as a jpg, quality 70", { format: "jpeg", quality: 70 }],
  ["flip horizontally", { flop: true }],
  ["flip it vertically", { flip: true }],
  ["mirror the picture", { flop: true }],
  ["warmer", { temperature: 35 }],
  ["make it a little bit cooler", { temperature: -12 }],
  ["much brighter", { modulate: { brightness: 1.5 } }],
  ["brighter and more saturated", { modulate: { brightness: 1.25, saturation: 1.4 } }],
  ["more contrast, sharpen", { contrast: 1.3, sharpen: 1 }],
  ["rotate 45° counterclockwise", { rotate: -45 }],
  ["rotate left", { rotate: -90 }],
  ["turn it 90 degrees clockwise then rotate 90", { rotate: 180 }],
  ["turn it upside down", { rotate: 180 }],
  ["sepia", { tint: "#b08d57" }],
  ["tint it with #112233", { tint: "#112233" }],
  ["invert the colours", { invert: true }],
  ["crop to 100x50 at 10,20", { crop: { left: 10, top: 20, width: 100, height: 50 } }],
  ["crop to 100x50 from 10 20", { crop: { left: 10, top: 20, width: 100, height: 50 } }]
]

describe("promptToParameters", () => {
  it.each(cases)("%s", (prompt, parameters) => {
    expect(promptToParameters(prompt).parameters).toEqual(parameters)
  })

  it("says what it did not understand, and does the rest", () => {
    expect(promptToParameters("Make it grayscale and add a dragon in the sky")).toEqual({
      parameters: { grayscale: true },
      understood: ["make it grayscale"],
      not_understood: ["add a dragon in the sky"]
    })
  })

  it.each([
    "resize to 99999x1",
    "rotate 900 degrees",
    "quality 0",
    "blur by 500",
    "flip",
    "",
    "please make it"
  ])("makes nothing of %j", (prompt) => {
    expect(promptToParameters(prompt).parameters).toEqual({})
  })

  it("gives only parameters that its own schema accepts", () => {
    const words = fc.constantFrom(
      "make it",
      "brighter",
      "slightly",
      "much",
      "rotate",
      "90",
      "degrees",
      "and",
      "resize to",
      "512x512",
      "40 wide",
      "blur",
      "flip",
      "horizontally",
      "remove the background",
      "on white",
      "webp",
      "quality 40",
      "warmer",
      "crop",
      ","
    )
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (list) => {
        const { parameters } = promptToParameters(list.join(" "))
        const checked = checkParameters(parameters, { width: 500, height: 500 }, false)
        return checked.ok || !checked.reason.includes("schema")
      }),
      { numRuns: 1000 }
    )
  })

  it("answers any text within bounds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 5000 }), (prompt) => {
        const { understood, not_understood } = promptToParameters(prompt)
        return [...understood, ...not_understood].every((clause) => clause.length <= 80)
      })
    )
  })
})

import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { readReferences, type ReferenceValues } from "../../src/Commands/References.js"

const read = (values: Partial<ReferenceValues>) =>
  Effect.runSync(
    Effect.either(
      readReferences({ element_frontal: [], element_reference: [], reference_image: [], ...values })
    )
  )

describe("reference flags", () => {
  it("read the image, the place and the purpose", () => {
    expect(
      read({
        element_frontal: ["front.png@0", "other.png@1"],
        element_reference: ["side.webp@0:2", "back.webp"],
        reference_image: ["face.png@0:id", "mood.webp@1:style"]
      })
    ).toMatchObject({
      right: [
        { image: "front.png", role: "element_frontal", index: 0 },
        { image: "other.png", role: "element_frontal", index: 1 },
        { image: "side.webp", role: "element_reference", index: 0, reference_index: 2 },
        { image: "back.webp", role: "element_reference", index: 0 },
        { image: "face.png", role: "reference_image", index: 0, reference_task: "id" },
        { image: "mood.webp", role: "reference_image", index: 1, reference_task: "style" }
      ]
    })
    expect(read({})).toMatchObject({ right: undefined })
  })

  it.each([
    ["photo@home.png", "photo@home.png"],
    ["photo.png@10", "photo.png@10"],
    ["photo.png@0:face", "photo.png@0:face"],
    ["@0", "@0"],
    ["a@1@0", "a@1"]
  ])("keep a suffix that does not fit in the path: %s", (value, image) => {
    expect(read({ reference_image: [value] })).toMatchObject({ right: [{ image, index: 0 }] })
  })

  it.each<[string, Partial<ReferenceValues>]>([
    ["two frontals of one element", { element_frontal: ["a@0", "b@0"] }],
    ["a gap between elements", { element_frontal: ["a@0", "b@2"] }],
    ["elements that do not begin at 0", { element_frontal: ["a@1"] }],
    ["a reference without its frontal", { element_frontal: ["a@0"], element_reference: ["b@1"] }],
    ["four references of one element", { element_frontal: ["a"], element_reference: ["b", "c", "d", "e"] }],
    ["one view twice", { element_frontal: ["a"], element_reference: ["b@0:1", "c@0:1"] }],
    ["one picture's place twice", { reference_image: ["a@0", "b@0"] }],
    ["a gap between pictures", { reference_image: ["a@0", "b@2"] }],
    ["more than forty", { reference_image: Array.from({ length: 41 }, (_, index) => `p@${index % 10}`) }]
  ])("refuse %s", (_, values) => {
    expect(read(values)).toMatchObject({ left: { _tag: "InvalidArguments", code: "REFERENCES_INVALID" } })
  })
})

import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { allModels } from "../../../src/Server/Domain/Catalog/Models.js"
import { resolveReferences } from "../../../src/Server/Domain/References.js"
import type { AssetRow } from "../../../src/Server/Storage/Assets.js"
import { media } from "../Providers/ConformanceHarness.js"

type Places = Parameters<typeof resolveReferences>[1]

const resolve = (id: string, references: Places, row: Partial<AssetRow> = {}) => {
  const model = allModels.find((each) => each.id === id)
  if (model === undefined) throw new Error(`no model ${id}`)
  return resolveReferences(model, references, (assetId) =>
    Effect.succeed({
      row: { id: assetId, mimeType: "image/png", bytes: 1_000, width: 400, height: 400, ...row } as AssetRow,
      media: media(new Uint8Array(1), 400, 400)
    })
  ).pipe(
    Effect.match({
      onFailure: ({ code }) => code as string,
      onSuccess: (planned) => planned.map(({ index, role }) => `${role} ${index}`).join(", ")
    })
  )
}

const image = (index: number, more: object = {}) => ({
  asset_id: `image_${index}`,
  role: "reference_image" as const,
  index,
  ...more
})
const frontal = (index: number) => ({ asset_id: `image_f${index}`, role: "element_frontal" as const, index })
const side = (index: number, reference_index: number) => ({
  asset_id: `image_s${index}${reference_index}`,
  role: "element_reference" as const,
  index,
  reference_index
})

const kling = "fal.kling-image-o1"

describe("references", () => {
  it.effect.each<readonly [string, Places, string]>([
    ["fal.dreamo", [image(1), image(0, { reference_task: "id" })], "reference_image 0, reference_image 1"],
    ["fal.dreamo", [image(0), image(1), image(2)], "REFERENCES_INVALID"],
    ["fal.dreamo", [image(1)], "REFERENCES_INVALID"],
    ["fal.dreamo", [frontal(0)], "CAPABILITY_DENIED"],
    ["xai.grok-imagine-image-edit", [image(0), image(1)], "reference_image 0, reference_image 1"],
    ["xai.grok-imagine-image-edit", [image(0, { reference_task: "id" })], "REFERENCES_INVALID"],
    ["xai.grok-imagine-image", [image(0)], "CAPABILITY_DENIED"],
    [
      kling,
      [side(0, 0), frontal(0), frontal(1)],
      "element_frontal 0, element_reference 0, element_frontal 1"
    ],
    [kling, [side(0, 0)], "REFERENCES_INVALID"],
    [kling, [frontal(0), frontal(0)], "REFERENCES_INVALID"],
    [kling, [frontal(0), frontal(2)], "REFERENCES_INVALID"],
    [kling, [frontal(0), side(0, 0), side(0, 1), side(0, 2), side(0, 2)], "REFERENCES_INVALID"]
  ])("%s", ([id, references, expected]) =>
    Effect.map(resolve(id, references), (ended) => expect(ended).toBe(expected))
  )

  it.effect.each<Partial<AssetRow>>([
    { mimeType: "image/gif" },
    { bytes: 10 * 1024 * 1024 + 1 },
    { width: 299 },
    { width: 300, height: 751 },
    { width: 1_001, height: 400 },
    { width: null }
  ])("of an asset like %j are refused", (row) =>
    Effect.map(resolve("fal.dreamo", [image(0)], row), (ended) => expect(ended).toBe("REFERENCES_INVALID"))
  )
})

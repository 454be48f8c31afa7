import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { sniffMedia } from "../../../src/Server/Domain/Media/MediaKind.js"
import type { Plan, PlannedReference } from "../../../src/Server/Providers/Provider.js"
import { allModels } from "../../../src/Server/Domain/Catalog/Models.js"
import {
  type Emulator,
  maskPng,
  type ProviderName,
  startCompatible,
  starters
} from "../../support/Emulators/index.js"
import { png } from "../../support/Emulators/Media/Pictures.js"
import { adapterOf, media, perform, planOf, shortly } from "./ConformanceHarness.js"

const input = media(png(512, 512, 3), 512, 512)
const mask = media(maskPng(512, 512), 512, 512)
const reference = (
  role: PlannedReference["role"],
  index: number,
  more: Partial<PlannedReference> = {}
): PlannedReference => ({
  media: media(png(400, 400, index + 9), 400, 400),
  role,
  index,
  referenceIndex: null,
  task: null,
  ...more
})

let emulators: Record<ProviderName, Emulator>
beforeAll(async () => {
  const [openai, xai, fal, compatible, comfyui, automatic1111] = await Promise.all([
    starters.openai(),
    starters.xai(),
    starters.fal(),
    // The profile that edits.
    startCompatible({ profile: "sd-server" }),
    starters.comfyui(),
    starters.automatic1111()
  ])
  emulators = { openai, xai, fal, compatible, comfyui, automatic1111 }
})
afterAll(() => Promise.all(Object.values(emulators).map((emulator) => emulator.close())))

const run = async (name: ProviderName, plan: Plan) => {
  const emulator = emulators[name]
  await emulator.reset()
  const ended = await Effect.runPromise(perform(adapterOf(emulator), plan))
  return {
    ended,
    emulator,
    kinds:
      ended._tag === "Delivered" ? ended.delivery.outputs.map(({ bytes }) => sniffMedia(bytes)?.mime) : []
  }
}

const provided: Readonly<Record<string, ProviderName>> = {
  openai: "openai",
  xai: "xai",
  fal: "fal",
  "openai-compatible": "compatible",
  comfyui: "comfyui",
  automatic1111: "automatic1111"
}

describe("every wired model of the catalog", () => {
  const wired = allModels.filter(({ providerId, wired: on }) => providerId !== "local" && on !== false)
  it.each(wired.map(({ id, providerId }) => [id, provided[providerId] as ProviderName] as const))(
    "%s is understood by %s's emulator, which refuses unknown fields",
    async (id, name) => {
      const plan = planOf(id)
      const isEdit = plan.model.operations.includes("image.edit")
      const { ended, kinds, emulator } = await run(name, {
        ...plan,
        ...(isEdit ? { input } : {}),
        ...(plan.model.maskRequired === true ? { mask } : {})
      })
      expect(shortly(ended)).toBe("ok 1")
      expect(kinds.every((kind) => plan.model.outputTypes.includes(String(kind)))).toBe(true)
      expect(emulator.submissions.map(({ valid }) => valid)).toEqual([true])
    },
    20_000
  )
})

describe("openai", () => {
  it("edits several images through a mask, and tells its cost by usage", async () => {
    const plan = planOf("openai.gpt-image-2-edit", {
      input,
      mask,
      references: [reference("reference_image", 0), reference("reference_image", 1)]
    })
    const { ended, emulator } = await run("openai", plan)
    expect(shortly(ended)).toBe("ok 1")
    const files = emulator.submissions[0]?.body.files as ReadonlyArray<{ field: string }>
    expect(files.map(({ field }) => field)).toEqual(["image[]", "image[]", "image[]", "mask"])
    expect(ended._tag === "Delivered" && ended.delivery.actualCost).toBe(emulator.paid)
  })

  it.each([
    ["gpt-image-2", { size: "1000x1000" }],
    ["gpt-image-2", { size: "3856x1024" }],
    ["gpt-image-2", { size: "512x512" }],
    ["gpt-image-2", { output_compression: 50 }],
    ["gpt-image-1.5", { background: "transparent", output_format: "jpeg" }]
  ] as const)("%s refuses %j before anything is sent", async (model, parameters) => {
    const { ended, emulator } = await run("openai", planOf(`openai.${model}`, { parameters }))
    expect(shortly(ended)).toBe("refused MODEL_PARAMETERS_INVALID undefined")
    expect(emulator.submissions).toEqual([])
  })

  it("refuses a size beside a ratio, and a mask that is not the input's size", async () => {
    const both = planOf("openai.gpt-image-2", { parameters: { size: "1024x1024" }, aspectRatio: "3:2" })
    expect(shortly((await run("openai", both)).ended)).toContain("refused INVALID_ARGUMENTS")
    const small = planOf("openai.gpt-image-2-edit", { input, mask: media(maskPng(64, 64), 64, 64) })
    expect(shortly((await run("openai", small)).ended)).toContain("refused INPUT_POLICY_DENIED")
  })
})

describe("xai", () => {
  it("edits with references, and its ticks are the cost", async () => {
    const plan = planOf("xai.grok-imagine-image-quality-edit", {
      input,
      parameters: { resolution: "2k" },
      references: [reference("reference_image", 0), reference("reference_image", 1)]
    })
    const { ended, emulator } = await run("xai", plan)
    expect(shortly(ended)).toBe("ok 1")
    expect(emulator.submissions[0]?.body.images).toHaveLength(3)
    expect([ended._tag === "Delivered" && ended.delivery.actualCost, emulator.paid]).toEqual([
      100_000, 100_000
    ])
  })
})

describe("fal", () => {
  it.each([
    ["fal.ltx-video-13b-distilled", "video/mp4"],
    ["fal.stable-audio-25-text-to-audio", "audio/mpeg"],
    ["fal.trellis-image-to-3d", "model/gltf-binary"]
  ])("%s delivers %s", async (id, mime) => {
    const { kinds } = await run("fal", planOf(id, id.includes("trellis") ? { input } : {}))
    expect(kinds).toEqual([mime])
  })

  it("hands over DreamO's references with their tasks", async () => {
    const plan = planOf("fal.dreamo", {
      parameters: { image_size: { width: 1280, height: 720 } },
      references: [
        reference("reference_image", 0, { task: "id" }),
        reference("reference_image", 1, { task: "style" })
      ]
    })
    const { ended, emulator } = await run("fal", plan)
    expect(shortly(ended)).toBe("ok 1")
    expect(emulator.submissions[0]?.body).toMatchObject({
      first_reference_task: "id",
      second_reference_task: "style",
      image_size: { width: 1280, height: 720 }
    })
  })

  it("hands over Kling's elements, frontal and references", async () => {
    const plan = planOf("fal.kling-image-o3-text-to-image", {
      outputCount: 2,
      references: [
        reference("element_frontal", 0),
        reference("element_reference", 0, { referenceIndex: 0 }),
        reference("element_frontal", 1)
      ]
    })
    const { ended, emulator } = await run("fal", plan)
    expect(shortly(ended)).toBe("ok 2")
    const elements = emulator.submissions[0]?.body.elements as ReadonlyArray<Record<string, unknown>>
    expect(elements.map((element) => Object.keys(element))).toEqual([
      ["frontal_image_url", "reference_image_urls"],
      ["frontal_image_url"]
    ])
  })

  it("refuses a prompt where none is taken, before anything is sent", async () => {
    const { ended, emulator } = await run("fal", planOf("fal.flux-dev-redux", { input, prompt: "words" }))
    expect(shortly(ended)).toContain("refused INVALID_ARGUMENTS")
    expect(emulator.submissions).toEqual([])
  })
})

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { comfyProvider } from "../../../src/Server/Providers/ComfyUi/ComfyProvider.js"
import { createGraph, editGraph, maskedGraph } from "../../../src/Server/Providers/ComfyUi/Graphs.js"
import { fill, readWorkflow, slotsOf } from "../../../src/Server/Providers/ComfyUi/Workflow.js"
import type { Plan } from "../../../src/Server/Providers/Provider.js"
import type { Variable } from "../../../src/Services/Env.js"
import { sampleGraph } from "../../support/Emulators/Comfy/Sample.js"
import { type Emulator, maskPng, startComfyui } from "../../support/Emulators/index.js"
import { png } from "../../support/Emulators/Media/Pictures.js"
import { media, patient, perform, planOf, shortly } from "./ConformanceHarness.js"

let comfy: Emulator
let folder: string
beforeAll(async () => {
  comfy = await startComfyui()
  folder = mkdtempSync(path.join(tmpdir(), "image-skill-comfy-"))
})
afterEach(() => comfy.reset())
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await comfy.close()
})

const providerWith = (more: Partial<Record<Variable, string>> = {}, at = comfy) => {
  const values: Partial<Record<Variable, string>> = { IMAGE_SKILL_COMFYUI_URL: at.baseUrl, ...more }
  return comfyProvider({ get: (name) => values[name] }, patient, { pollMillis: 5, patience: 3 })
}
const run = (plan: Plan, more: Partial<Record<Variable, string>> = {}) =>
  Effect.runPromise(perform(providerWith(more), plan))
const sent = () => comfy.submissions.at(-1)?.body
const input = media(png(512, 384, 3), 512, 384)
const mask = media(maskPng(512, 384), 512, 384)
const fileOf = (name: string, content: unknown): string => {
  const file = path.join(folder, name)
  writeFileSync(file, JSON.stringify(content))
  return file
}

describe("slots", () => {
  it("are filled in one pass: whatever a prompt says, it stands in its place and nowhere else", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("", "{{seed}}", "{{prompt}}", "$&"), (words, trap) => {
        const prompt = `${words}${trap}`
        const { model, wanted } = fill(createGraph, { prompt, checkpoint: "a", seed: 7 })
        expect(wanted?.inputs).toEqual({ text: prompt, clip: ["model", 1] })
        expect(model?.inputs).toEqual({ ckpt_name: "a" })
      })
    )
  })

  it("keep a number's type when they are the whole text, and join a longer one", () => {
    const graph = { a: { class_type: "X", inputs: { seed: "{{seed}}", text: "{{prompt}}, seed {{seed}}" } } }
    expect(fill(graph, { seed: 7, prompt: "a boat" })["a"]?.inputs).toEqual({
      seed: 7,
      text: "a boat, seed 7"
    })
  })

  it.each([
    ["[]", "is no JSON object"],
    ["{", "is no JSON object"],
    ['{"nodes":[],"links":[]}', "API format"],
    ['{"1":{"class_type":"X","inputs":{"text":"{{promt}}"}}}', "{{promt}}"],
    ['{"1":{"class_type":"X","inputs":{}}}', "has no {{prompt}}"]
  ])("of %s cannot be used: %s", (text, why) => expect(readWorkflow(text)).toContain(why))

  it("of our own workflows are all known", () => {
    for (const graph of [createGraph, editGraph, maskedGraph]) {
      expect(readWorkflow(JSON.stringify(graph))).toEqual(graph)
      expect(slotsOf(graph).size).toBeGreaterThan(6)
    }
  })
})

describe("a server of one's own", () => {
  it("makes several of the asked size, by its first checkpoint or the caller's", async () => {
    const plan = planOf("comfyui.image", { outputCount: 2, aspectRatio: "16:9" })
    const ended = await run(plan)
    expect([shortly(ended), ended._tag === "Delivered" && ended.delivery.warnings]).toEqual(["ok 2", []])
    expect(sent().prompt.latent.inputs).toEqual({ width: 1344, height: 768, batch_size: 2 })
    expect(sent().prompt.model.inputs.ckpt_name).toBe("sd_xl_base_1.0.safetensors")
    const other = { checkpoint: "v1-5-pruned-emaonly.safetensors", seed: 42, steps: 9, cfg: 3.5 }
    expect(shortly(await run({ ...plan, parameters: other }))).toBe("ok 2")
    expect(sent().prompt.model.inputs.ckpt_name).toBe(other.checkpoint)
    expect(sent().prompt.sampled.inputs).toMatchObject({ seed: 42, steps: 9, cfg: 3.5 })
    const missing = { ...plan, parameters: { checkpoint: "none.safetensors" } }
    expect(shortly(await run(missing))).toBe("refused MODEL_PARAMETERS_INVALID value_not_in_list")
  })

  it("repaints a picture, and only the mask's transparent part where there is one", async () => {
    expect(shortly(await run(planOf("comfyui.image-edit", { input, parameters: { denoise: 0.3 } })))).toBe(
      "ok 1"
    )
    expect(sent().prompt.sampled.inputs.denoise).toBe(0.3)
    expect(sent().prompt.image.inputs.image).toMatch(/^image-skill\/[0-9a-f-]{36}-image\.png$/)
    expect(shortly(await run(planOf("comfyui.image-edit", { input, mask })))).toBe("ok 1")
    expect(sent().prompt.latent).toMatchObject({
      class_type: "VAEEncodeForInpaint",
      inputs: { mask: ["mask", 1] }
    })
  })

  it("runs the operator's workflow, and refuses what it has no place for before anything is sent", async () => {
    const graph = sampleGraph(64, 64, 1)
    graph["6"].inputs.text = "{{prompt}}, oil on canvas"
    const own = { IMAGE_SKILL_COMFYUI_WORKFLOW: fileOf("own.json", graph) }
    expect(shortly(await run(planOf("comfyui.image"), own))).toBe("ok 1")
    expect(sent().prompt["6"].inputs.text).toMatch(/^a heron.*, oil on canvas$/)
    const submissions = comfy.submissions.length
    const refusals = [
      [{ parameters: { seed: 1 } }, "MODEL_PARAMETERS_INVALID"],
      [{ parameters: { size: "512x512" } }, "MODEL_PARAMETERS_INVALID"],
      [{ aspectRatio: "16:9" }, "CAPABILITY_DENIED"],
      [{ outputCount: 2 }, "CAPABILITY_DENIED"]
    ] as const
    for (const [changes, code] of refusals) {
      expect(shortly(await run(planOf("comfyui.image", changes), own))).toContain(`refused ${code}`)
    }
    const broken = { IMAGE_SKILL_COMFYUI_WORKFLOW: fileOf("broken.json", {}) }
    expect(shortly(await run(planOf("comfyui.image"), broken))).toContain("refused CAPABILITY_DENIED")
    expect(comfy.submissions).toHaveLength(submissions)
  })

  it("is looked up after a submission whose answer was lost, by our id or by our mark", async () => {
    const older = await startComfyui({ ids: "own", polls: { queued: 50, running: 0 } })
    try {
      for (const at of [comfy, older]) {
        const provider = providerWith({}, at)
        const plan = planOf("comfyui.image")
        const lookup = provider.lookup?.(plan)
        if (lookup === undefined) throw new Error("no lookup")
        expect(await Effect.runPromise(lookup)).toBe(null)
        at.script("reset-after-accept")
        const fault = await Effect.runPromise(Effect.flip(provider.submit(plan)))
        expect([fault.acceptance, fault.error.code]).toEqual(["unknown", "PROVIDER_OUTCOME_UNKNOWN"])
        const found = await Effect.runPromise(lookup)
        expect(found).toEqual({ _tag: "Pending", reference: { prompt_id: at.jobs[0]?.requestId } })
        // Whom nobody can ask leaves the doubt as it is.
        at.script({ fault: "http-502-html", on: "status", times: 3 })
        expect((await Effect.runPromise(Effect.flip(lookup))).acceptance).toBe("interrupted")
      }
    } finally {
      await older.close()
    }
  })

  it.each([
    ["waiting", { queued: 99, running: 0 }, "/queue"],
    ["running", { queued: 0, running: 99 }, "/interrupt"]
  ] as const)("stops a run that is %s", async (_, polls, at) => {
    const busy = await startComfyui({ polls })
    try {
      const provider = providerWith({}, busy)
      const plan = planOf("comfyui.image")
      const submitted = await Effect.runPromise(provider.submit(plan))
      if (submitted._tag !== "Pending" || provider.cancel === undefined) throw new Error("not pending")
      // One look, which moves it on.
      await Effect.runPromise(provider.lookup?.(plan) ?? Effect.die("no lookup"))
      expect(await Effect.runPromise(provider.cancel(plan, submitted.reference))).toBe(true)
      expect(busy.jobs.map(({ cancelled }) => cancelled)).toEqual([true])
      expect(busy.requests.filter(({ point }) => point === "cancel").map((visit) => visit.path)).toEqual([at])
      expect(await Effect.runPromise(provider.cancel(plan, submitted.reference))).toBe(false)
    } finally {
      await busy.close()
    }
  })

  it.each(["http-500", "http-502-html", "cut-body"])(
    "%s of a look or a file is waited out",
    async (fault) => {
      for (const on of ["status", "result"] as const) {
        comfy.script({ fault, on, times: 2 })
        expect(shortly(await run(planOf("comfyui.image")))).toBe("ok 1")
      }
    }
  )

  it("says whether it is there", async () => {
    const at = async (provider: ReturnType<typeof providerWith>) => [
      await Effect.runPromise(provider.availability),
      await Effect.runPromise(provider.probe ?? Effect.die("no probe"))
    ]
    expect(await at(providerWith())).toMatchObject([{ available: true }, { reachable: true, cause: null }])
    expect(await at(providerWith({ IMAGE_SKILL_COMFYUI_URL: "http://127.0.0.1:1" }))).toMatchObject([
      { available: false, recovery: "start ComfyUI, or correct IMAGE_SKILL_COMFYUI_URL" },
      { reachable: false }
    ])
    expect(await at(comfyProvider({ get: () => undefined }, patient))).toMatchObject([
      { available: false, reason: "IMAGE_SKILL_COMFYUI_URL is not set" },
      { reachable: null, cause: "not_configured" }
    ])
  })
})

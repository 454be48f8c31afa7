import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import sharp from "sharp"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { automatic1111Provider } from "../../../src/Server/Providers/Automatic1111/Automatic1111Provider.js"
import type { Plan } from "../../../src/Server/Providers/Provider.js"
import type { Variable } from "../../../src/Services/Env.js"
import { type Emulator, maskPng, startAutomatic1111 } from "../../support/Emulators/index.js"
import { jpeg } from "../../support/Emulators/Media/Jpeg.js"
import { png } from "../../support/Emulators/Media/Pictures.js"
import { brisk, media, patient, perform, planOf, shortly } from "./ConformanceHarness.js"

let server: Emulator
beforeAll(async () => {
  server = await startAutomatic1111()
})
afterEach(() => server.reset())
afterAll(() => server.close())

const providerWith = (
  more: Partial<Record<Variable, string>> = {},
  at: Emulator = server,
  deadlines = patient
) => {
  const values: Partial<Record<Variable, string>> = {
    IMAGE_SKILL_AUTOMATIC1111_URL: at.baseUrl,
    IMAGE_SKILL_AUTOMATIC1111_KEY: at.key,
    ...more
  }
  return automatic1111Provider({ get: (name) => values[name] }, deadlines)
}
const run = (plan: Plan, more: Partial<Record<Variable, string>> = {}) =>
  Effect.runPromise(perform(providerWith(more), plan))
const warningsOf = async (plan: Plan) => {
  const ended = await run(plan)
  return ended._tag === "Delivered" ? ended.delivery.warnings : [shortly(ended)]
}
const sent = () => server.submissions.at(-1)?.body
const input = media(png(512, 384, 3), 512, 384)
const mask = media(maskPng(512, 384), 512, 384)
const edit = (changes: Partial<Plan> = {}) => planOf("automatic1111.image-edit", { input, ...changes })

describe("a create", () => {
  it("asks for several of a size, one after the other, keeps nothing there, and has a seed of its own", async () => {
    const plan = planOf("automatic1111.image", { outputCount: 2, aspectRatio: "16:9" })
    const ended = await run(plan)
    expect([shortly(ended), ended._tag === "Delivered" && ended.delivery.warnings]).toEqual(["ok 2", []])
    expect(sent()).toMatchObject({ width: 1344, height: 768, n_iter: 2, batch_size: 1, save_images: false })
    expect(sent()).not.toHaveProperty("override_settings")
    const { seed } = sent()
    await run(plan)
    expect(sent().seed).toBe(seed)
    await run({ ...plan, jobId: "job_another" })
    expect(sent().seed).not.toBe(seed)
  })

  it("takes the server's own parameters, and a checkpoint by any of its names", async () => {
    const parameters = { steps: 9, cfg_scale: 3.5, sampler_name: "DDIM", tiling: true, seed: 42 }
    const title = /^sd_xl_base_1\.0\.safetensors \[[0-9a-f]{10}\]$/
    for (const checkpoint of ["sd_xl_base_1.0", "sd_xl_base_1.0.safetensors"]) {
      const plan = planOf("automatic1111.image", { parameters: { ...parameters, checkpoint } })
      expect(await warningsOf(plan)).toEqual([])
      expect(sent()).toMatchObject(parameters)
      expect(sent()).not.toHaveProperty("checkpoint")
      expect(sent().override_settings.sd_model_checkpoint).toMatch(title)
    }
    await run(planOf("automatic1111.image"), { IMAGE_SKILL_AUTOMATIC1111_CHECKPOINT: "sd_xl_base_1.0" })
    expect(sent().override_settings.sd_model_checkpoint).toMatch(title)
  })

  it("refuses before anything is sent what the server would change without a word", async () => {
    const refusals = [
      [planOf("automatic1111.image", { parameters: { checkpoint: "ghost" } }), "MODEL_PARAMETERS_INVALID"],
      [planOf("automatic1111.image", { parameters: { size: "500x512" } }), "MODEL_PARAMETERS_INVALID"],
      [edit({ parameters: { mask_blur: 8 } }), "MODEL_PARAMETERS_INVALID"],
      [edit({ mask: input }), "INPUT_POLICY_DENIED"],
      [edit({ mask: media(maskPng(64, 64), 64, 64) }), "INPUT_POLICY_DENIED"]
    ] as const
    for (const [plan, code] of refusals) expect(shortly(await run(plan))).toContain(`refused ${code}`)
    expect(server.submissions).toEqual([])
  })

  it("says so when another checkpoint made it", async () => {
    server.script("other-checkpoint")
    const plan = planOf("automatic1111.image", { parameters: { checkpoint: "sd_xl_base_1.0" } })
    expect(await warningsOf(plan)).toEqual(["another checkpoint than the one asked for made this"])
  })

  it.each(["grid-first", "grid-and-maps", "maps-behind"])(
    "delivers its pictures and nothing else: %s",
    async (fault) => {
      server.script(fault)
      expect(await warningsOf(planOf("automatic1111.image", { outputCount: 2 }))).toEqual([])
    }
  )
})

describe("an edit", () => {
  it("has the input's size, or the asked one without squeezing", async () => {
    expect(await warningsOf(edit({ parameters: { denoising_strength: 0.3 } }))).toEqual([])
    expect(sent()).toMatchObject({ width: 512, height: 384, denoising_strength: 0.3 })
    expect(Buffer.from(sent().init_images[0], "base64")).toEqual(Buffer.from(png(512, 384, 3)))
    for (const name of ["mask", "inpainting_fill", "size"]) expect(sent()).not.toHaveProperty(name)
    expect(await warningsOf(edit({ parameters: { size: "768x768" } }))).toEqual([])
    expect(sent()).toMatchObject({ width: 768, height: 768, resize_mode: 1 })
    expect(await warningsOf(edit({ input: media(png(500, 383, 3), 500, 383) }))).toEqual([
      "the input of 500x383 is repainted at 504x384: sides are multiples of 8 there"
    ])
  })

  it("hands a mask over as the server reads it: white where ours is transparent", async () => {
    expect(await warningsOf(edit({ mask, parameters: { mask_blur: 8, inpaint_full_res: true } }))).toEqual([])
    expect(sent()).toMatchObject({
      mask_blur: 8,
      inpaint_full_res: true,
      inpainting_fill: 1,
      inpainting_mask_invert: 0
    })
    const { data, info } = await sharp(Buffer.from(sent().mask, "base64"))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([512, 384])
    // Its upper half is transparent.
    expect([...new Set(data.subarray(0, 512 * 192))]).toEqual([255])
    expect([...new Set(data.subarray(512 * 192))]).toEqual([0])
  })

  it("keeps a soft edge soft, whatever colour lies under it", async () => {
    const soft = await sharp({
      create: { width: 64, height: 64, channels: 4, background: { r: 255, g: 40, b: 200, alpha: 0.25 } }
    })
      .png()
      .toBuffer()
    const small = media(png(64, 64, 3), 64, 64)
    expect(await warningsOf(edit({ input: small, mask: media(soft, 64, 64) }))).toEqual([])
    const { dominant } = await sharp(Buffer.from(sent().mask, "base64")).stats()
    const [pixel] = await sharp(Buffer.from(sent().mask, "base64")).greyscale().raw().toBuffer()
    expect(dominant.r).toBeGreaterThan(150)
    expect(Math.abs((pixel ?? 0) - 191)).toBeLessThan(3)
  })

  it("turns a photo as it is seen before it is sent", async () => {
    const lying = await sharp(jpeg(128, 64, [9, 99, 199]))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect(await warningsOf(edit({ input: media(lying, 64, 128, "image/jpeg") }))).toEqual([])
    expect(sent()).toMatchObject({ width: 64, height: 128 })
    const { height, width } = await sharp(Buffer.from(sent().init_images[0], "base64")).metadata()
    expect([width, height]).toEqual([64, 128])
  })
})

describe("a run that nobody waits for any more", () => {
  const busyWith = async <A>(
    options: Parameters<typeof startAutomatic1111>[0],
    use: (busy: Emulator) => Promise<A>
  ): Promise<A> => {
    const busy = await startAutomatic1111(options)
    try {
      return await use(busy)
    } finally {
      await busy.close()
    }
  }
  const interrupts = ({ requests }: Emulator) =>
    requests.filter(({ point }) => point === "cancel").map(({ path }) => path)
  const begun = async ({ submissions }: Emulator) => {
    while (submissions.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const plan = planOf("automatic1111.image")

  it.each(["the driver ends", "the time is over", "a proxy gave up"])("is interrupted: %s", async (why) => {
    await busyWith({ polls: { queued: 0, running: 99 } }, async (busy) => {
      busy.script(why === "a proxy gave up" ? "http-504" : "stall")
      if (why === "the driver ends") {
        const fiber = Effect.runFork(providerWith({}, busy).submit(plan))
        await begun(busy)
        await Effect.runPromise(Fiber.interrupt(fiber))
      } else {
        const fault = await Effect.runPromise(Effect.flip(providerWith({}, busy, brisk).submit(plan)))
        expect(fault.error.code).toBe("TIMEOUT")
      }
      expect(busy.requests.map(({ path }) => path)).toContain("/internal/progress")
      // A proxy's page hides whether the run was begun; here it was not.
      const isBegun = why !== "a proxy gave up"
      expect(interrupts(busy)).toEqual(isBegun ? ["/sdapi/v1/interrupt"] : [])
      expect(busy.jobs.map(({ cancelled }) => cancelled)).toEqual(isBegun ? [true] : [])
    })
  })

  it.each([
    ["running", { polls: { queued: 0, running: 99 } }, true, 1],
    ["over", { polls: { queued: 0, running: 0 } }, true, 0],
    // Nothing takes it out of the queue, and an interrupt would hit somebody else's.
    ["waiting", { polls: { queued: 99, running: 0 } }, false, 0],
    ["nobody's, for SD.Next", { polls: { queued: 0, running: 99 }, server: "sdnext" }, false, 0]
  ] as const)("when stopped while it is %s", async (_, options, agreed, times) => {
    await busyWith(options, async (busy) => {
      const provider = providerWith({}, busy)
      await Effect.runPromise(provider.submit(plan))
      expect(await Effect.runPromise(provider.stop?.(plan) ?? Effect.die("no stop"))).toBe(agreed)
      expect(interrupts(busy)).toHaveLength(times)
    })
  })

  it("is not another job's", async () => {
    await busyWith({ polls: { queued: 0, running: 99 } }, async (busy) => {
      const provider = providerWith({}, busy)
      await Effect.runPromise(provider.submit(plan))
      const other = { ...plan, jobId: "job_another" }
      expect(await Effect.runPromise(provider.stop?.(other) ?? Effect.die("no stop"))).toBe(false)
      expect(interrupts(busy)).toEqual([])
    })
  })
})

describe("whether it is there", () => {
  const at = async (provider: ReturnType<typeof providerWith>) => [
    await Effect.runPromise(provider.availability),
    await Effect.runPromise(provider.probe ?? Effect.die("no probe"))
  ]

  it("is told by its checkpoints, which its key opens", async () => {
    expect(await at(providerWith())).toMatchObject([
      { available: true },
      { reachable: true, authenticated: true, cause: null }
    ])
    expect(await at(providerWith({ IMAGE_SKILL_AUTOMATIC1111_KEY: "painter:wrong" }))).toMatchObject([
      { available: false, reason: "the image server does not accept IMAGE_SKILL_AUTOMATIC1111_KEY" },
      { reachable: true, authenticated: false, cause: "http_401" }
    ])
    expect(server.submissions).toEqual([])
  })

  it("says what to do when it is not, or is there without its API", async () => {
    server.script({ fault: "no-api", on: "catalog", times: 2 })
    expect(await at(providerWith())).toMatchObject([
      { available: false, recovery: "start it with --api" },
      { cause: "http_404" }
    ])
    expect(await at(providerWith({ IMAGE_SKILL_AUTOMATIC1111_URL: "http://127.0.0.1:1" }))).toMatchObject([
      { available: false, recovery: expect.stringContaining("--api") },
      { reachable: false }
    ])
    expect(await at(automatic1111Provider({ get: () => undefined }, patient))).toMatchObject([
      { available: false, reason: "IMAGE_SKILL_AUTOMATIC1111_URL is not set" },
      { reachable: null, cause: "not_configured" }
    ])
  })
})

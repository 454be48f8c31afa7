import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { layerLocal } from "../../../src/Server/index.js"
import { Env } from "../../../src/Services/Env.js"
import { ImageSkill } from "../../../src/Services/ImageSkill.js"
import { layerMemoryFiles, makeMachine } from "../../../src/Testing/index.js"
import { type Emulator, maskPng, starters } from "../../support/Emulators/index.js"
import { png } from "../../support/Emulators/Media/Pictures.js"

let openai: Emulator
let fal: Emulator
let xai: Emulator
beforeAll(async () => {
  ;[openai, fal, xai] = await Promise.all([starters.openai(), starters.fal(), starters.xai()])
})
afterAll(() => Promise.all([openai, fal, xai].map((emulator) => emulator.close())))

type Data = Record<string, never> & { readonly [key: string]: unknown }

/** Runs command lines one after the other on one machine whose keys lead to the emulators; `JOB` is the last one that was named. */
const session = async (
  lines: ReadonlyArray<ReadonlyArray<string>>,
  env: Readonly<Record<string, string>> = {}
) => {
  for (const emulator of [openai, fal, xai]) await emulator.reset()
  return run(lines, env)
}

const run = (lines: ReadonlyArray<ReadonlyArray<string>>, env: Readonly<Record<string, string>> = {}) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const machine = yield* makeMachine({
          files: { "/in/photo.png": png(512, 512, 3), "/in/mask.png": maskPng(512, 512) },
          env: {
            OPENAI_API_KEY: openai.key,
            IMAGE_SKILL_OPENAI_BASE_URL: openai.baseUrl,
            FAL_KEY: fal.key,
            IMAGE_SKILL_FAL_QUEUE_URL: fal.baseUrl,
            XAI_API_KEY: xai.key,
            IMAGE_SKILL_XAI_BASE_URL: xai.baseUrl,
            ...env
          }
        })
        let last = ""
        return yield* Effect.forEach(lines, (line) =>
          Effect.map(
            machine.run([...line.map((word) => (word === "JOB" ? last : word)), "--local"]),
            ({ envelope, exitCode, stdout }) => {
              last = /"job_id": "(job_[^"]+)"/.exec(stdout)?.[1] ?? last
              return {
                exitCode,
                error: envelope.error,
                data: (envelope.data ?? {}) as Data,
                warnings: envelope.warnings,
                stdout
              }
            }
          )
        )
      })
    )
  )

const create = (model: string, ...rest: ReadonlyArray<string>) => [
  "create",
  "--model",
  model,
  "--prompt",
  "a heron at dusk",
  ...rest
]

describe("through command line, service and ledger", () => {
  it("a create is priced before and billed by usage after", async () => {
    const [made] = await session([create("openai.gpt-image-2", "--output-count", "2")])
    expect([made?.exitCode, made?.error]).toEqual([0, null])
    expect(made?.data["assets"]).toHaveLength(2)
    expect(made?.data["cost"]).toMatchObject({
      credit_pricing: { credits_required: 18, pricing_confidence: "estimated" }
    })
    expect(openai.submissions).toHaveLength(1)
    expect(made?.stdout).not.toContain(openai.key)
  }, 30_000)

  it("an edit with a mask needs its unknown cost accepted, and debits what it cost", async () => {
    const edit = [
      "edit",
      "--model",
      "openai.gpt-image-2-edit",
      "--input",
      "/in/photo.png",
      "--mask",
      "/in/mask.png",
      "--prompt",
      "snow"
    ]
    const [refused, made] = await session([edit, [...edit, "--accept-unknown-cost", "--max-usd", "0.50"]])
    expect([refused?.exitCode, refused?.error?.code]).toEqual([5, "BUDGET_REQUIRES_CONFIRMATION"])
    expect([made?.exitCode, made?.error]).toEqual([0, null])
    const quota = made?.data["quota"] as unknown as { consumed_credits: number }
    expect(quota.consumed_credits).toBe(Math.max(1, Math.ceil((openai.paid * 100) / 600_000)))
  }, 30_000)

  it.each([
    ["fal.gemini-3-pro-image-preview", '{"resolution":"4K"}', "0.30", 0.5],
    ["xai.grok-imagine-image-quality", '{"resolution":"2k"}', "0.07", 0.12],
    ["fal.dreamo", '{"image_size":{"width":1280,"height":720}}', "0.06", 0.09]
  ])(
    "%s %s under %s ends in BUDGET_EXCEEDED, which names %d",
    async (model, parameters, guard, needed) => {
      const [ended] = await session([
        create(model, "--model-parameters-json", parameters, "--max-estimated-usd-per-image", guard)
      ])
      expect([ended?.exitCode, ended?.error?.code]).toEqual([5, "BUDGET_EXCEEDED"])
      expect(ended?.error?.details).toMatchObject({ required_usd_per_image: needed })
      expect([fal.submissions.length, xai.submissions.length]).toEqual([0, 0])
    },
    30_000
  )

  // What is promised and held before the run is one thing, what was debited another (contract §7).
  it.each([
    ["usage in place of what was held", "openai.gpt-image-2-edit", ["--max-usd", "0.50"], undefined, 50],
    ["usage in place of the declared ceiling", "openai.gpt-image-2-edit", [], undefined, 43],
    ["what was held, where no usage is told", "openai.gpt-image-2-edit", [], "usage-missing", 43],
    ["what was delivered", "openai.gpt-image-2", ["--output-count", "3"], "fewer-outputs", 27]
  ] as const)(
    "the cost of a finished job is its debit everywhere: %s",
    async (_, model, flags, fault, held) => {
      await session([])
      if (fault !== undefined) openai.script(fault)
      const line = [
        ...(model.endsWith("-edit") ? ["edit", "--input", "/in/photo.png"] : ["create"]),
        "--model",
        model,
        "--prompt",
        "snow",
        "--accept-unknown-cost",
        ...flags
      ]
      const [dry, made, again, wait, listed, activity] = await run([
        [...line, "--dry-run"],
        [...line, "--idempotency-key", "k"],
        [...line, "--idempotency-key", "k"],
        ["jobs", "wait", "JOB"],
        ["jobs", "list", "--status", "completed", "--limit", "1"],
        ["activity", "list"]
      ])
      expect([made?.exitCode, made?.error, again?.data["idempotent_replayed"]]).toEqual([0, null, true])
      expect(dry?.data["cost"]).toMatchObject({ credit_pricing: { credits_required: held } })
      const debit = Number((made?.data["quota"] as Data | undefined)?.["consumed_credits"])
      const told = fault === "usage-missing" ? null : openai.paid / 1_000_000
      expect(debit).toBe(
        fault === "usage-missing"
          ? held
          : fault === "fewer-outputs"
            ? 18
            : Math.ceil((openai.paid * 100) / 600_000)
      )
      const [job] = (listed?.data["jobs"] ?? []) as ReadonlyArray<Data>
      const events = (activity?.data["events"] ?? []) as ReadonlyArray<Data>
      const ofTypes = (type: string) => events.filter((event) => String(event["type"]) === type)
      expect(ofTypes("usage.credit_consumed")).toHaveLength(1)
      for (const shown of [
        made?.data,
        again?.data,
        job,
        wait?.data["job"],
        ...["usage.credit_consumed", "job.completed", "asset.created"].flatMap(ofTypes)
      ]) {
        expect(shown?.["cost"]).toMatchObject({
          estimated_usd: told,
          credit_pricing: {
            credits_required: debit,
            estimated_revenue_usd: debit / 100,
            estimated_provider_cost_usd: told,
            pricing_confidence: fault === "usage-missing" ? "unknown" : held === 27 ? "estimated" : "known"
          }
        })
      }
    },
    30_000
  )

  it("a job that failed or was denied costs nothing, and a wait for one in doubt tells its key and its end", async () => {
    await session([])
    openai.script("moderation-input")
    openai.script("reset-after-accept")
    const [denied, late, waited] = await run([
      create("openai.gpt-image-2", "--idempotency-key", "k1"),
      create("openai.gpt-image-2", "--idempotency-key", "k2"),
      ["jobs", "wait", "JOB", "--timeout-ms", "300"]
    ])
    expect(denied?.error?.details?.["job"]).toMatchObject({
      status: "failed",
      cost: { credit_pricing: { credits_required: 0, estimated_revenue_usd: 0 } }
    })
    expect(late?.error?.details?.["job"]).toMatchObject({
      status: "running",
      cost: { credit_pricing: { credits_required: 9 } }
    })
    const retry = late?.error?.recovery?.retry
    expect(retry).toMatchObject({ policy: "after_reconcile", key: "k2" })
    expect(Date.parse(String(retry?.not_before))).toBeGreaterThan(Date.now())
    expect([waited?.exitCode, waited?.error?.recovery?.retry]).toEqual([8, retry])
    expect(waited?.error?.recovery?.idempotency_key).toBe("k2")
  }, 30_000)

  it("a policy denial is exit 6, an outage exit 7 with nothing held, a late success is held and never sent again", async () => {
    await session([])
    openai.script("moderation-input")
    openai.script("http-503-retry-after")
    openai.script("reset-after-accept")
    const [denied, out, late, again, quota] = await run([
      create("openai.gpt-image-2", "--idempotency-key", "k1"),
      create("openai.gpt-image-2", "--idempotency-key", "k2"),
      create("openai.gpt-image-2", "--idempotency-key", "k3"),
      create("openai.gpt-image-2", "--idempotency-key", "k3"),
      ["usage", "quota"]
    ])
    expect([denied?.exitCode, denied?.error?.code]).toEqual([6, "CONTENT_POLICY_DENIED"])
    expect([out?.exitCode, out?.error?.code, out?.error?.retryable]).toEqual([7, "PROVIDER_FAILURE", true])
    expect([late?.exitCode, late?.error?.code]).toEqual([7, "PROVIDER_OUTCOME_UNKNOWN"])
    expect(again?.error?.code).toBe("PROVIDER_OUTCOME_UNKNOWN")
    expect(openai.submissions).toHaveLength(3)
    expect(quota?.exitCode).toBe(0)
  }, 30_000)

  it("a fal video is delivered as a video", async () => {
    const [made] = await session([create("fal.ltx-video-13b-distilled", "--aspect-ratio", "16:9")])
    expect([made?.exitCode, made?.error]).toEqual([0, null])
    const assets = (made?.data["assets"] ?? []) as ReadonlyArray<{ asset_id: string; mime_type: string }>
    const [asset] = assets
    expect([asset?.asset_id.slice(0, 6), asset?.mime_type]).toEqual(["video_", "video/mp4"])
  }, 30_000)

  it("a fal job that outlasts the caller's patience is gone on with, and submitted once", async () => {
    await session([])
    fal.script("queue-long")
    const [made, listed, again] = await run([
      create("fal.ltx-video-13b-distilled", "--idempotency-key", "long", "--timeout-ms", "2500"),
      ["jobs", "list"],
      // The same key goes on with the job, as `jobs wait` does.
      create("fal.ltx-video-13b-distilled", "--idempotency-key", "long")
    ])
    expect([made?.exitCode, made?.error?.code]).toEqual([8, "TIMEOUT"])
    const jobs = (listed?.data["jobs"] ?? []) as ReadonlyArray<{ status: string }>
    expect(jobs.map(({ status }) => status)).toEqual(["running"])
    expect([again?.exitCode, again?.error]).toEqual([0, null])
    expect(again?.data["assets"]).toHaveLength(1)
    expect(fal.submissions).toHaveLength(1)
  }, 30_000)

  it.each([
    [
      "xai.grok-imagine-image-quality-edit",
      [0, 1].map((index) => ({ role: "reference_image" as const, index }))
    ],
    ["fal.dreamo", [{ role: "reference_image" as const, index: 0, reference_task: "id" as const }]],
    [
      "fal.kling-image-o3-text-to-image",
      [
        { role: "element_frontal" as const, index: 0 },
        { role: "element_reference" as const, index: 0, reference_index: 0 }
      ]
    ]
  ])(
    "%s takes references from the caller's files",
    async (model, places) => {
      await session([])
      const references = places.map((place) => ({ image: "/in/face.png", ...place }))
      const data = mkdtempSync(path.join(tmpdir(), "image-skill-references-"))
      const answer = await Effect.runPromise(
        Effect.gen(function* () {
          const client = yield* ImageSkill
          return model.endsWith("-edit")
            ? yield* client.edit({ input: "/in/face.png", prompt: "snow", model, references })
            : yield* client.create({ prompt: "snow", model, references })
        }).pipe(
          Effect.provide(
            layerLocal({
              dataFolder: data,
              env: Env.layerOf({
                HOME: "/home/agent",
                FAL_KEY: fal.key,
                IMAGE_SKILL_FAL_QUEUE_URL: fal.baseUrl,
                XAI_API_KEY: xai.key,
                IMAGE_SKILL_XAI_BASE_URL: xai.baseUrl
              }),
              files: layerMemoryFiles({
                files: { "/in/face.png": png(400, 400, 5) },
                folders: ["/home/agent"]
              })
            })
          ),
          Effect.ensuring(Effect.sync(() => rmSync(data, { recursive: true, force: true })))
        )
      )
      expect(answer.data.assets).toHaveLength(1)
      const [submission] = (model.startsWith("xai.") ? xai : fal).submissions
      const { elements, first_reference_task, images } = submission?.body ?? {}
      expect(images?.length === 3 || first_reference_task === "id" || elements?.length === 1).toBe(true)
    },
    30_000
  )

  it("engines are listed with what is missing, and tested without spending", async () => {
    const [listed, tested] = await session([
      ["engines", "list"],
      ["engines", "test"]
    ])
    const engines = listed?.data["engines"] as unknown as ReadonlyArray<Record<string, unknown>>
    expect(engines.map(({ id, status }) => `${String(id)} ${String(status)}`)).toEqual([
      "local available",
      "openai available",
      "fal available",
      "xai available",
      "openai-compatible unavailable",
      "comfyui unavailable",
      "automatic1111 unavailable"
    ])
    expect(engines.slice(-2).map((engine) => engine["what_to_do"])).toEqual([
      expect.stringContaining("IMAGE_SKILL_COMFYUI_URL"),
      "set IMAGE_SKILL_AUTOMATIC1111_URL, e.g. http://127.0.0.1:7860"
    ])
    const probes = tested?.data["engines"] as unknown as ReadonlyArray<{ probe: { reachable: boolean } }>
    expect(probes.slice(0, 4).map(({ probe }) => probe.reachable)).toEqual([true, true, true, true])
    for (const emulator of [openai, fal, xai]) expect(emulator.submissions).toEqual([])
  }, 30_000)

  it("models show what they need, and the default stays local", async () => {
    const [listed, shown, def] = await session(
      [
        ["models", "list"],
        ["models", "show", "gpt-image-2"],
        ["models", "show", "default"]
      ],
      { OPENAI_API_KEY: "" }
    )
    const models = listed?.data["models"] as unknown as ReadonlyArray<{ id: string }>
    expect(models[0]?.id).toContain("local.")
    expect(JSON.stringify(listed?.data["summary"])).toContain("set OPENAI_API_KEY")
    expect(shown?.data["model"]).toMatchObject({ id: "openai.gpt-image-2", status: "unavailable" })
    expect(def?.data["model"]).toMatchObject({ id: "local.canvas" })
  }, 30_000)
})

import { afterAll, describe, expect, it } from "vitest"
import { sampleGraph } from "../support/Emulators/Comfy/Sample.js"
import {
  type Emulator,
  faultInfo,
  faultNames,
  type ProviderName,
  startAutomatic1111,
  startComfyui,
  startCompatible,
  startFal,
  startOpenai,
  startXai
} from "../support/Emulators/index.js"

const emulators: Readonly<Record<ProviderName, Emulator>> = {
  openai: await startOpenai(),
  xai: await startXai(),
  fal: await startFal({ polls: { queued: 0, running: 0 } }),
  compatible: await startCompatible(),
  comfyui: await startComfyui(),
  automatic1111: await startAutomatic1111()
}
afterAll(() => Promise.all(Object.values(emulators).map((e) => e.close())))

const happy: Readonly<Record<ProviderName, { readonly path: string; readonly body: object }>> = {
  openai: {
    path: "/v1/images/generations",
    body: { model: "gpt-image-1.5", prompt: "a boat", n: 2, quality: "low", size: "1024x1024" }
  },
  xai: { path: "/v1/images/generations", body: { model: "grok-imagine-image", prompt: "a boat", n: 2 } },
  fal: { path: "/fal-ai/flux/dev", body: { prompt: "a boat", num_images: 2, image_size: "square" } },
  compatible: { path: "/v1/images/generations", body: { prompt: "a boat", n: 2, size: "64x64" } },
  comfyui: { path: "/prompt", body: { prompt: sampleGraph(64, 64, 2) } },
  automatic1111: { path: "/sdapi/v1/txt2img", body: { prompt: "a boat", n_iter: 2, width: 64, height: 64 } }
}

const auth = (e: Emulator): string =>
  e.provider === "automatic1111"
    ? `Basic ${Buffer.from(e.key).toString("base64")}`
    : `${e.provider === "fal" ? "Key" : "Bearer"} ${e.key}`

/** What a naive client sees: a status and body, or how the connection failed. */
const send = async (
  e: Emulator,
  patience = 150
): Promise<{ readonly status: number; readonly body: string } | "failed"> => {
  const { path, body } = happy[e.provider]
  try {
    const signal = AbortSignal.timeout(patience)
    const answer = await fetch(e.url + path, {
      method: "POST",
      redirect: "manual",
      signal,
      headers: { authorization: auth(e), "content-type": "application/json" },
      body: JSON.stringify(body)
    })
    const bytes = await answer.arrayBuffer()
    return { status: answer.status, body: Buffer.from(bytes).toString("latin1", 0, 5000) }
  } catch {
    return "failed"
  }
}

/** Long enough for an answer; short where none will come. */
const patienceFor = (name: string): number => (name.startsWith("stall") ? 80 : 5000)

/** Tens of megabytes each; one emulator speaks for all. */
const heavy = new Set(["ok-huge", "oversized-file"])

const slowOnes = new Set(["slow", "slow-drip", "late-success", "url-slow"])
const healthy: Readonly<Record<ProviderName, number>> = {
  openai: 2 * 272 * 32 + 2 * 5,
  xai: 40_000,
  fal: 50_000,
  compatible: 0,
  comfyui: 0,
  automatic1111: 0
}

describe.each(Object.values(emulators))("each fault of $provider", (emulator) => {
  const { provider } = emulator

  it("is one of at least 80, with words and a verdict on the bill", () => {
    expect(faultNames(provider).length).toBeGreaterThan(80)
    for (const name of faultNames(provider)) expect(faultInfo(provider, name).summary).not.toBe("")
    expect(() => emulator.script("no-such-fault")).toThrow("no-such-fault")
  })

  it("acts once, is recorded, is billed as it says, and leaves the next request alone", {
    timeout: 60_000
  }, async () => {
    const strange: Array<string> = []
    for (const name of faultNames(provider)) {
      if (heavy.has(name) && provider !== "compatible") continue
      await emulator.reset()
      const info = faultInfo(provider, name)
      emulator.script(slowOnes.has(name) && info.kind === "wire" ? { fault: name, ms: 40 } : name)
      const seen = await send(emulator, patienceFor(name))
      if (emulator.pending !== 0) strange.push(`${name}: not taken`)
      const outside = name === "connection-refused" || name === "reset-on-connect"
      const [submission] = emulator.submissions
      if (outside !== (submission === undefined)) strange.push(`${name}: recorded ${submission?.outcome}`)
      const charged = (submission?.paidMicros ?? 0) > 0
      if (info.billed !== "yes" && charged) strange.push(`${name}: charged ${submission?.paidMicros}`)
      if (info.billed === "yes" && !charged && healthy[provider] > 0) strange.push(`${name}: not charged`)
      if (info.kind === "wire" && !slowOnes.has(name) && seen !== "failed")
        strange.push(`${name}: answered ${seen.status}`)
      if (info.kind !== "wire" && seen === "failed" && !["url-stall"].includes(name))
        strange.push(`${name}: no answer`)
      if (name === "connection-refused") await emulator.listen()
      const before = emulator.paid
      const next = await send(emulator, 3000)
      if (next === "failed" || next.status !== 200)
        strange.push(`${name}: the next request got ${JSON.stringify(next).slice(0, 200)}`)
      else if (emulator.paid - before !== healthy[provider])
        strange.push(`${name}: the next one cost ${emulator.paid - before}`)
    }
    expect(strange).toEqual([])
  })
})

describe("scripting", () => {
  const { openai, fal, xai } = emulators

  it("asks a function for each request until reset, after what is queued", async () => {
    await openai.reset()
    openai.script((request) => (request.body.n === 2 ? "model-not-found" : undefined))
    openai.script("rate-limited")
    const statuses = [await send(openai), await send(openai), await send(openai)].map((s) =>
      s === "failed" ? 0 : s.status
    )
    expect(statuses).toEqual([429, 404, 404])
    await openai.reset()
    expect(await send(openai, 3000)).toMatchObject({ status: 200 })
  })

  it("holds a stalled request until released; it was charged already", async () => {
    await openai.reset()
    openai.script("stall")
    const answer = send(openai, 5000)
    while (openai.submissions[0]?.outcome !== "accepted") await new Promise((r) => setTimeout(r, 5))
    expect(openai.paid).toBe(healthy.openai)
    openai.release()
    expect(await answer).toMatchObject({ status: 200 })
  })

  it("fails status polls, and the CDN, at their own points", async () => {
    await fal.reset()
    fal.script({ fault: "http-503", on: "status", times: 2 })
    fal.script({ fault: "http-502-html", on: "cdn" })
    const sent = await send(fal)
    const job = JSON.parse(sent === "failed" ? "{}" : sent.body)
    const ask = (url: string) => fetch(url, { headers: { authorization: auth(fal) } })
    expect([
      (await ask(job.status_url)).status,
      (await ask(job.status_url)).status,
      (await ask(job.status_url)).status
    ]).toEqual([503, 503, 200])
    const { images } = (await (await ask(job.response_url)).json()) as {
      images: ReadonlyArray<{ url: string }>
    }
    expect([(await fetch(images[0]?.url ?? "")).status, (await fetch(images[0]?.url ?? "")).status]).toEqual([
      502, 200
    ])
    expect(() => fal.script({ fault: "usage-missing", on: "status" })).toThrow("belongs to a submission")
  })

  it("keeps a job open until finished by hand", async () => {
    await fal.reset()
    fal.script("queue-never-finishing")
    const sent = await send(fal)
    const job = JSON.parse(sent === "failed" ? "{}" : sent.body)
    const state = async () =>
      (
        (await (await fetch(job.status_url, { headers: { authorization: auth(fal) } })).json()) as {
          status: string
        }
      ).status
    for (let i = 0; i < 5; i++) expect(await state()).toBe("IN_PROGRESS")
    fal.finish(job.request_id)
    expect(await state()).toBe("COMPLETED")
  })

  it("bends result URLs for one submission only", async () => {
    await xai.reset()
    const first = async (fault?: string) => {
      if (fault) xai.script(fault)
      const sent = await send(xai, 3000)
      return JSON.parse(sent === "failed" ? "{}" : sent.body).data[0].url as string
    }
    const expired = await first("url-expired-410")
    const moved = await first("url-redirect-private")
    const fine = await first()
    const status = async (url: string) => (await fetch(url, { redirect: "manual" })).status
    expect([await status(expired), await status(moved), await status(fine)]).toEqual([410, 302, 200])
    expect(await first("url-foreign-host")).toMatch(/^https:\/\/pictures\.invalid\//)
    await expect(
      first("url-cut")
        .then((u) => fetch(u))
        .then((r) => r.arrayBuffer())
    ).rejects.toThrow()
  })
})

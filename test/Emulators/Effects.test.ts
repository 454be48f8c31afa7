import { createHash } from "node:crypto"
import { afterAll, expect, it } from "vitest"
import type { Json } from "../support/Emulators/Core/Types.js"
import { sampleGraph } from "../support/Emulators/Comfy/Sample.js"
import {
  type Emulator,
  faultInfo,
  faultNames,
  startAutomatic1111,
  startComfyui,
  startCompatible,
  startFal,
  startOpenai,
  startXai
} from "../support/Emulators/index.js"

const emulators = [
  await startOpenai(),
  await startXai(),
  await startFal(),
  await startCompatible(),
  await startComfyui(),
  await startAutomatic1111()
]
afterAll(() => Promise.all(emulators.map((e) => e.close())))

const auth = (e: Emulator): string =>
  e.provider === "automatic1111"
    ? `Basic ${Buffer.from(e.key).toString("base64")}`
    : `${e.provider === "fal" ? "Key" : "Bearer"} ${e.key}`

const steady = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "*")
    .replaceAll(/(req_|xai-|gen-)[0-9a-f]+/g, "$1*")
    .replaceAll(/"created":\d+/g, "")

/** One answer without what changes from run to run. */
const look = async (
  url: string,
  init: RequestInit = {}
): Promise<{ readonly trace: string; readonly json: Json }> => {
  const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(700), ...init }).catch(
    () => undefined
  )
  if (!answer) return { trace: "failed", json: undefined }
  const bytes = Buffer.from(
    await answer.arrayBuffer().catch(() => new TextEncoder().encode("cut").buffer as ArrayBuffer)
  )
  const headers = ["content-type", "location", "x-fal-billable-units"]
    .map((h) => answer.headers.get(h))
    .join()
  const ids = ["x-request-id", "x-fal-request-id"].map((h) => answer.headers.has(h)).join()
  const text = bytes.toString("latin1")
  const json = ((): Json => {
    try {
      return JSON.parse(text)
    } catch {
      return undefined
    }
  })()
  return {
    trace: [answer.status, headers, ids, createHash("sha256").update(steady(text)).digest("hex")].join(" "),
    json
  }
}

const linksIn = (value: Json): ReadonlyArray<string> =>
  typeof value === "string"
    ? value.startsWith("http://127.0.0.1")
      ? [value]
      : []
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(linksIn)
      : []

/** All that a patient client could see of one submission, with the end of the bill. */
const observe = async (e: Emulator, inline: boolean): Promise<string> => {
  const headers = { authorization: auth(e), "content-type": "application/json" }
  const bodies = {
    openai: { model: "gpt-image-1.5", n: 2, quality: "low" },
    xai: { model: "grok-imagine-image", n: 2, ...(inline ? { response_format: "b64_json" } : {}) },
    fal: { num_images: 2, image_size: "square", ...(inline ? { sync_mode: true } : {}) },
    compatible: { n: 2, size: "64x64", ...(inline ? { response_format: "b64_json" } : {}) },
    comfyui: { prompt: sampleGraph(64, 64, 2) },
    automatic1111: { n_iter: 2, width: 64, height: 64 }
  }
  const path =
    e.provider === "fal"
      ? "/fal-ai/flux/dev"
      : e.provider === "comfyui"
        ? "/prompt"
        : e.provider === "automatic1111"
          ? "/sdapi/v1/txt2img"
          : "/v1/images/generations"
  const body = JSON.stringify({ prompt: "a boat", ...bodies[e.provider] })
  const sent = await look(e.url + path, { method: "POST", headers, body })
  const traces = [sent.trace]
  let delivered = sent.json
  if (e.provider === "fal") {
    const job = `${e.url}/fal-ai/flux/requests/${e.jobs[0]?.requestId}`
    for (let i = 0; i < 3; i++) traces.push((await look(`${job}/status`, { headers })).trace)
    const result = await look(job, { headers })
    traces.push(result.trace, (await look(`${job}/cancel`, { method: "PUT", headers })).trace)
    delivered = result.json
  }
  if (e.provider === "comfyui") {
    const run = e.jobs[0]?.requestId
    for (let i = 0; i < 3; i++) {
      for (const at of ["/queue", `/history/${run}`]) traces.push((await look(e.url + at)).trace)
    }
    for (const i of [0, 1, 2]) {
      traces.push((await look(`${e.url}/view?filename=${run}_${i}_.png&subfolder=&type=output`)).trace)
    }
  }
  for (const link of linksIn(delivered)) traces.push((await look(link)).trace)
  return [...traces, e.paid].join("\n")
}

const inlineOnly = /base64/
const alone = new Set([
  "compatible usage-absent",
  "compatible usage-dearer",
  "compatible usage-cheaper",
  "compatible no-request-id",
  "xai url-slow",
  "fal url-slow",
  "compatible url-slow"
])
const heavy = new Set(["oversized-file"])
const cancels = new Set(["late-success", "cancel-already-completed", "cancel-not-found"])

it.each(emulators)(
  "every fault of $provider changes what a client can see",
  { timeout: 60_000 },
  async (emulator) => {
    const { provider } = emulator
    const normal = new Map<boolean, string>()
    for (const inline of [false, true]) {
      await emulator.reset()
      normal.set(inline, await observe(emulator, inline))
      await emulator.reset()
      expect(await observe(emulator, inline)).toBe(normal.get(inline))
    }
    const idle: Array<string> = []
    for (const name of faultNames(provider)) {
      if (
        faultInfo(provider, name).kind !== "twist" ||
        heavy.has(name) ||
        cancels.has(name) ||
        alone.has(`${provider} ${name}`)
      )
        continue
      await emulator.reset()
      const inline = inlineOnly.test(name)
      emulator.script(name)
      if ((await observe(emulator, inline)) === normal.get(inline)) idle.push(name)
    }
    expect(idle).toEqual([])
  }
)

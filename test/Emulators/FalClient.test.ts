import { createFalClient } from "@fal-ai/client"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import { picture, startFal } from "../support/Emulators/index.js"
import { measure } from "../support/Emulators/Media/Measure.js"

const emulator = await startFal()
const local = (url: string): string =>
  url
    .replace(/^https:\/\/(queue\.fal\.run|rest\.fal\.ai)/, emulator.url)
    .replace(/^https:\/\/fal\.run/, `${emulator.url}/sync`)
const fal = createFalClient({
  credentials: emulator.key,
  retry: { maxRetries: 0 },
  requestMiddleware: async (request) => ({ ...request, url: local(request.url) })
})
afterEach(() => emulator.reset())
afterAll(() => emulator.close())

const quick = { pollInterval: 5 } as const
const get = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer())

describe("the vendor's client against the fal emulator", () => {
  it("subscribes through all states and finds the picture on the CDN", async () => {
    const states: Array<string> = []
    const { data, requestId } = await fal.subscribe("fal-ai/flux/dev", {
      ...quick,
      logs: true,
      input: { prompt: "a boat", image_size: "landscape_4_3", num_images: 2 },
      onQueueUpdate: (s) => states.push(s.status)
    })
    expect(states).toEqual(["IN_QUEUE", "IN_PROGRESS", "COMPLETED"])
    expect(requestId).toBe(emulator.submissions[0]?.requestId)
    const seen = await Promise.all(data.images.map(async (i) => measure(await get(i.url))))
    expect(seen).toEqual([
      { type: "image/jpeg", width: 1024, height: 768, alpha: false },
      { type: "image/jpeg", width: 1024, height: 768, alpha: false }
    ])
    expect(emulator.paid).toBe(2 * 25_000)
    expect(emulator.requests.filter((r) => r.point === "status").map((r) => r.status)).toEqual([
      202, 202, 200
    ])
  })

  it("polls a sub-path's job at its two-segment app, where the full path is 405", async () => {
    const { request_id, status_url } = await fal.queue.submit("fal-ai/stable-audio-25/text-to-audio", {
      input: { prompt: "rain", seconds_total: 2 }
    })
    expect(new URL(status_url).pathname).toBe(`/fal-ai/stable-audio-25/requests/${request_id}/status`)
    const wrong = await fetch(
      `${emulator.url}/fal-ai/stable-audio-25/text-to-audio/requests/${request_id}/status`,
      { headers: { authorization: `Key ${emulator.key}` } }
    )
    expect(wrong.status).toBe(405)
    const { data } = await fal.subscribe("fal-ai/stable-audio-25/text-to-audio", {
      ...quick,
      input: { prompt: "rain", seconds_total: 2 }
    })
    expect((await get(data.audio.url)).readUInt16BE(0)).toBe(0xfffb)
  })

  it("uploads a picture for itself and makes a mesh and a video", async () => {
    const file = new Blob([picture("image/png", 32, 32)], { type: "image/png" })
    const mesh = await fal.subscribe("fal-ai/trellis", { ...quick, input: { image_url: file } })
    expect((await get(mesh.data.model_mesh.url)).toString("latin1", 0, 4)).toBe("glTF")
    const video = await fal.subscribe("fal-ai/ltx-video-13b-distilled", {
      ...quick,
      input: { prompt: "waves", num_frames: 25 }
    })
    expect((await get(video.data.video.url)).toString("latin1", 4, 8)).toBe("ftyp")
  })

  it("follows the status stream", async () => {
    const states: Array<string> = []
    const { data } = await fal.subscribe("fal-ai/imagen4/preview/fast", {
      mode: "streaming",
      connectionMode: "server",
      input: { prompt: "a boat" },
      onQueueUpdate: (s) => states.push(s.status)
    })
    expect(states).toEqual(["IN_QUEUE", "IN_PROGRESS", "COMPLETED"])
    expect(data.images).toHaveLength(1)
  })

  it("runs on the synchronous host", async () => {
    const { data } = await fal.run("fal-ai/nano-banana-2", { input: { prompt: "a boat", resolution: "2K" } })
    expect(data.images).toHaveLength(1)
    expect(emulator.paid).toBe(120_000)
  })

  it("cancels before completion without charge; a late success is charged", async () => {
    const { request_id } = await fal.queue.submit("fal-ai/flux/dev", { input: { prompt: "x" } })
    await fal.queue.cancel("fal-ai/flux/dev", { requestId: request_id })
    expect(emulator.paid).toBe(0)
    emulator.script("late-success")
    const late = await fal.queue.submit("fal-ai/flux/dev", { input: { prompt: "x" } })
    await fal.queue.cancel("fal-ai/flux/dev", { requestId: late.request_id })
    for (let i = 0; i < 6; i++) await fal.queue.status("fal-ai/flux/dev", { requestId: late.request_id })
    expect(
      (await fal.queue.result("fal-ai/flux/dev", { requestId: late.request_id })).data.images
    ).toHaveLength(1)
    expect(emulator.paid).toBe(25_000)
  })

  it("reads refusals and failures as its own errors", async () => {
    const failing = (fault: string) => {
      emulator.script(fault)
      return fal.subscribe("fal-ai/flux/dev", { ...quick, input: { prompt: "x" } }).then(
        () => "no error",
        (cause: { name: string; status: number; body: unknown }) => [cause.name, cause.status]
      )
    }
    expect(await failing("balance-exhausted")).toEqual(["ApiError", 403])
    expect(await failing("policy-denied")).toEqual(["ValidationError", 422])
    expect(await failing("completed-with-error")).toEqual(["ApiError", 500])
    expect(await failing("user-timeout")).toEqual(["ApiError", 504])
    expect(emulator.paid).toBe(0)
    expect(await failing("policy-denied-billed")).toEqual(["ValidationError", 422])
    expect(emulator.paid).toBe(25_000)
    // The vendor's client takes COMPLETED at its word even when flagged black.
    expect(await failing("has-nsfw-concepts")).toBe("no error")
  })
})

import type { Json } from "../support/Emulators/Core/Types.js"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import {
  maskPng,
  picture,
  startCompatible,
  startFal,
  startOpenai,
  startXai
} from "../support/Emulators/index.js"

const openai = await startOpenai()
const xai = await startXai()
const fal = await startFal()
const local = await startCompatible()
const all = [openai, xai, fal, local]
afterEach(() => Promise.all(all.map((e) => e.reset())))
afterAll(() => Promise.all(all.map((e) => e.close())))

const post = async (url: string, auth: string, body: unknown, headers: Record<string, string> = {}) => {
  const form = body instanceof FormData
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      ...(auth === "" ? {} : { authorization: auth }),
      ...(form ? {} : { "content-type": "application/json" }),
      ...headers
    },
    body: form ? body : JSON.stringify(body)
  })
  return { status: answer.status, body: (await answer.json()) as Json }
}

describe("OpenAI refuses", () => {
  const send = (more: object, headers = {}) =>
    post(
      `${openai.baseUrl}/images/generations`,
      `Bearer ${openai.key}`,
      { model: "gpt-image-2", prompt: "x", ...more },
      headers
    )
  it.each([
    [{ seed: 1 }, "seed", "unknown_parameter"],
    [{ response_format: "b64_json" }, "response_format", "unknown_parameter"],
    [{ prompt: undefined }, "prompt", "missing_required_parameter"],
    [{ n: 11 }, "n", "invalid_value"],
    [{ n: "2" }, "n", "invalid_type"],
    [{ quality: "hd" }, "quality", "invalid_value"],
    [{ size: "1000x1000" }, "size", "invalid_value"],
    [{ size: "3840x1024" }, "size", "invalid_value"],
    [{ background: "transparent" }, "background", "invalid_value"],
    [{ model: "gpt-image-1.5", size: "2048x2048" }, "size", "invalid_value"],
    [{ model: "dall-e-9" }, "model", "model_not_found"],
    [{ output_compression: 50 }, "output_compression", "invalid_value"]
  ])("%j", async (more, param, code) => {
    const { status, body } = await send(more)
    expect(body.error).toMatchObject({ param, code, type: "invalid_request_error" })
    expect(status).toBe(code === "model_not_found" ? 404 : 400)
    expect(openai.submissions).toMatchObject([{ valid: false, outcome: "refused", paidMicros: 0 }])
  })

  it("other headers, other forms of authorization; and keeps the scripted fault for a valid request", async () => {
    openai.script("insufficient-quota")
    expect((await send({}, { "x-image-skill-job": "1" })).status).toBe(400)
    expect((await post(`${openai.baseUrl}/images/generations`, `Key ${openai.key}`, {})).status).toBe(401)
    expect((await post(`${openai.baseUrl}/images/generations`, "", {})).body.error.code).toBeNull()
    expect((await send({})).status).toBe(429)
  })

  const form = (fields: Record<string, string | Blob>) => {
    const f = new FormData()
    for (const [k, v] of Object.entries({ model: "gpt-image-2", prompt: "x", ...fields })) f.append(k, v)
    return f
  }
  const blob = (bytes: Uint8Array, type = "image/png") => new Blob([bytes], { type })
  const image = blob(picture("image/png", 64, 48))
  it.each([
    ["a mask of another size", { image, mask: blob(maskPng(48, 64)) }, "invalid_mask_image_format"],
    ["a mask without alpha", { image, mask: image }, "invalid_mask_image_format"],
    ["no image", {}, "missing_required_parameter"],
    ["moderation", { image, moderation: "low" }, "unknown_parameter"],
    ["input_fidelity on gpt-image-2", { image, input_fidelity: "high" }, "unknown_parameter"],
    ["a file that is no picture", { image: blob(Buffer.from("hello")) }, "invalid_image_file"],
    [
      "a picture with a wrong type",
      { image: blob(picture("image/png", 8, 8), "image/jpeg") },
      "unsupported_file_mimetype"
    ],
    ["an unknown file", { image, picture: image }, "unknown_parameter"]
  ])("an edit with %s", async (_, fields, code) => {
    const { status, body } = await post(
      `${openai.baseUrl}/images/edits`,
      `Bearer ${openai.key}`,
      form(fields)
    )
    expect([status, body.error.code]).toEqual([400, code])
  })
  it("an edit in JSON, and more than 16 images", async () => {
    expect(
      (await post(`${openai.baseUrl}/images/edits`, `Bearer ${openai.key}`, { prompt: "x" })).status
    ).toBe(400)
    const many = form({})
    for (let i = 0; i < 17; i++) many.append("image[]", image, "a.png")
    expect((await post(`${openai.baseUrl}/images/edits`, `Bearer ${openai.key}`, many)).body.error.code).toBe(
      "array_above_max_length"
    )
  })
})

describe("xAI", () => {
  const send = (path: string, more: object) =>
    post(`${xai.baseUrl}/images/${path}`, `Bearer ${xai.key}`, {
      model: "grok-imagine-image-quality",
      prompt: "x",
      ...more
    })
  const url = `data:image/png;base64,${picture("image/png", 64, 32).toString("base64")}`
  it("refuses what it does not support", async () => {
    expect(await send("generations", { size: "1024x1024" })).toEqual({
      status: 400,
      body: { code: "Client specified an invalid argument", error: "Argument not supported: size" }
    })
    expect((await send("generations", { n: "2" })).status).toBe(422)
    expect((await send("generations", { aspect_ratio: "5:4" })).status).toBe(422)
    expect((await send("generations", { model: "grok-9" })).status).toBe(404)
    expect((await send("edits", {})).status).toBe(422)
    expect((await send("edits", { image: { url, type: "image_url" }, images: [{ url }] })).status).toBe(400)
    expect((await send("edits", { images: Array.from({ length: 4 }, () => ({ url })) })).status).toBe(400)
    expect((await send("edits", { image: { url }, mask: { url } })).body.error).toBe(
      "Argument not supported: mask"
    )
    expect((await post(`${xai.baseUrl}/images/generations`, "Bearer wrong", {})).status).toBe(400)
    expect((await post(`${xai.baseUrl}/images/generations`, "", {})).status).toBe(401)
    expect(
      (
        await post(
          `${xai.baseUrl}/images/generations`,
          `Bearer ${xai.key}`,
          {},
          { "content-type": "text/plain" }
        )
      ).status
    ).toBe(415)
    expect((await fetch(`${xai.baseUrl}/images/generations`)).status).toBe(405)
    expect(xai.paid).toBe(0)
  })
  it("counts ticks for outputs and sources", async () => {
    const { body } = await send("edits", {
      images: [{ url, type: "image_url" }, { url }],
      n: 2,
      resolution: "2k"
    })
    expect(body.usage.cost_in_usd_ticks).toBe(1_600_000_000)
    expect(xai.paid).toBe(160_000)
    const bytes = Buffer.from(await (await fetch(body.data[0].url)).arrayBuffer())
    expect([bytes[0], bytes[1]]).toEqual([0xff, 0xd8])
    xai.script("moderated-billed")
    const denied = await send("generations", {})
    expect(denied).toMatchObject({
      status: 400,
      body: { code: "imagine:content-moderated", usage: { cost_in_usd_ticks: 500_000_000 } }
    })
    expect(xai.paid).toBe(210_000)
  })
})

describe("fal refuses", () => {
  const send = (app: string, body: object, headers = {}) =>
    post(`${fal.url}/${app}`, `Key ${fal.key}`, body, headers)
  it.each([
    ["fal-ai/flux/dev", { prompt: "x", strength: 1 }, ["strength", "extra_forbidden"]],
    ["fal-ai/flux/dev", {}, ["prompt", "missing"]],
    ["fal-ai/flux/dev", { prompt: "x", num_images: 5 }, ["num_images", "less_than_equal"]],
    ["fal-ai/flux/dev", { prompt: "x", image_size: "huge" }, ["image_size", "value_error"]],
    ["fal-ai/flux/dev", { prompt: "x", output_format: "webp" }, ["output_format", "literal_error"]],
    ["fal-ai/kling-image/o1", { prompt: "x", image_urls: [] }, ["image_urls", "sequence_too_short"]],
    ["fal-ai/trellis", { image_url: "data:image/png;base64,AAAA" }, ["image_url", "image_load_error"]]
  ])("%s %j", async (app, body, [field, type]) => {
    const answer = await send(app, body)
    expect(answer).toMatchObject({ status: 422, body: { detail: [{ loc: ["body", field], type }] } })
  })
  it("other keys, apps, headers, methods and early results", async () => {
    expect((await post(`${fal.url}/fal-ai/flux/dev`, `Bearer ${fal.key}`, {})).status).toBe(401)
    expect((await send("fal-ai/nothing", { prompt: "x" })).status).toBe(404)
    expect((await send("fal-ai/flux/dev", { prompt: "x" }, { "x-fal-request-timeout": "1" })).status).toBe(
      400
    )
    expect((await send("fal-ai/flux/dev", { prompt: "x" }, { "idempotency-key": "a" })).status).toBe(400)
    expect(
      (await fetch(`${fal.url}/fal-ai/flux/dev`, { headers: { authorization: `Key ${fal.key}` } })).status
    ).toBe(405)
    const { body } = await send("fal-ai/flux/dev", { prompt: "x" })
    const early = await fetch(body.response_url, { headers: { authorization: `Key ${fal.key}` } })
    expect([early.status, await early.json()]).toEqual([400, { detail: "Request is still in progress" }])
    const prices = await fetch(`${fal.url}/v1/models/pricing?endpoint_id=fal-ai/flux/dev`, {
      headers: { authorization: `Key ${fal.key}` }
    })
    expect(((await prices.json()) as Json).prices).toEqual([
      { endpoint_id: "fal-ai/flux/dev", unit_price: 0.025, unit: "megapixels", currency: "USD" }
    ])
  })
  it("only in the job's result, when told so", async () => {
    const late = await startFal({ validate: "result", polls: { queued: 0, running: 0 } })
    const { body } = await post(`${late.url}/fal-ai/flux/dev`, `Key ${late.key}`, { nonsense: 1 })
    const ask = async (url: string) =>
      (await fetch(url, { headers: { authorization: `Key ${late.key}` } })).status
    expect([await ask(body.status_url), await ask(body.response_url), late.paid]).toEqual([200, 422, 0])
    await late.close()
  })
})

describe("compatible servers", () => {
  it("answer with URLs or base64 in their own sizes, and complain in their own ways", async () => {
    const send = (url: string, body: object) => post(`${url}/images/generations`, "", body)
    const made = await send(local.baseUrl, { prompt: "x", model: "flux.1-dev" })
    expect((await fetch(made.body.data[0].url)).headers.get("content-type")).toBe("image/png")
    expect((await send(local.baseUrl, { prompt: "x", quality: "hd" })).body.error.code).toBe(400)
    const sd = await startCompatible({ profile: "sd-server" })
    const vllm = await startCompatible({ profile: "vllm-omni", auth: true })
    expect((await send(sd.baseUrl, {})).body).toMatchObject({ error: "prompt required" })
    expect((await send(sd.baseUrl, { prompt: "x", size: "256x128" })).body.data[0].b64_json).toMatch(/^iVBOR/)
    expect((await send(vllm.baseUrl, { prompt: "x" })).status).toBe(401)
    expect(
      (await post(`${vllm.baseUrl}/images/generations`, `Bearer ${vllm.key}`, { prompt: "x", size: "7" }))
        .body.detail
    ).toMatch(/^Invalid size format/)
    await Promise.all([sd.close(), vllm.close()])
  })
})

import OpenAI, { toFile } from "openai"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import { maskPng, picture, startOpenai } from "../support/Emulators/index.js"
import { measure } from "../support/Emulators/Media/Measure.js"

const emulator = await startOpenai()
const client = new OpenAI({ apiKey: emulator.key, baseURL: emulator.baseUrl, maxRetries: 0, timeout: 5_000 })
afterEach(() => emulator.reset())
afterAll(() => emulator.close())

const ask = { model: "gpt-image-2", prompt: "a red boat", size: "1024x1024", quality: "low" } as const
const bytesOf = (b64: string | undefined) => Buffer.from(b64 ?? "", "base64")

describe("the vendor's client against the OpenAI emulator", () => {
  it("generates two pictures with usage, and is charged by the published table", async () => {
    const { data, _request_id, ...answer } = await client.images.generate({
      ...ask,
      n: 2,
      output_format: "webp"
    })
    expect(data?.map((d) => measure(bytesOf(d.b64_json)))).toMatchObject([
      { type: "image/webp", width: 1024, height: 1024 },
      { type: "image/webp", width: 1024, height: 1024 }
    ])
    expect(answer.usage).toMatchObject({ input_tokens: 3, output_tokens: 392, total_tokens: 395 })
    expect(_request_id).toMatch(/^req_/)
    expect(emulator.paid).toBe(3 * 5 + 392 * 30)
  })

  it("edits several pictures in order, with a mask", async () => {
    const images = await Promise.all(
      [picture("image/png", 64, 48), picture("image/jpeg", 32, 32, 1)].map((b, i) =>
        toFile(b, `in${i}`, { type: i === 0 ? "image/png" : "image/jpeg" })
      )
    )
    const mask = await toFile(maskPng(64, 48), "mask.png", { type: "image/png" })
    const { data } = await client.images.edit({
      model: "gpt-image-1.5",
      prompt: "make it blue",
      image: images,
      mask,
      size: "1536x1024",
      input_fidelity: "high",
      background: "transparent"
    })
    expect(measure(bytesOf(data?.[0]?.b64_json))).toMatchObject({ width: 1536, height: 1024, alpha: true })
    expect(
      emulator.submissions[0]?.body.files.map((f: { field: string; width: number }) => [f.field, f.width])
    ).toEqual([
      ["image[]", 64],
      ["image[]", 32],
      ["mask", 64]
    ])
  })

  it("streams partial pictures", async () => {
    const seen: Array<string> = []
    for await (const event of await client.images.generate({ ...ask, stream: true, partial_images: 2 }))
      seen.push(event.type)
    expect(seen).toEqual([
      "image_generation.partial_image",
      "image_generation.partial_image",
      "image_generation.completed"
    ])
  })

  it("reads refusals and faults as its own error classes", async () => {
    const failing = async (fault: string) => {
      emulator.script(fault)
      return client.images.generate(ask).then(
        () => "no error",
        (cause: InstanceType<typeof OpenAI.APIError>) => [cause.constructor.name, cause.status, cause.code]
      )
    }
    expect(await failing("moderation-input")).toEqual(["BadRequestError", 400, "moderation_blocked"])
    expect(await failing("auth-invalid-key")).toEqual(["AuthenticationError", 401, "invalid_api_key"])
    expect(await failing("not-verified")).toEqual(["PermissionDeniedError", 403, null])
    expect(await failing("model-not-found")).toEqual(["NotFoundError", 404, "model_not_found"])
    expect(await failing("insufficient-quota")).toEqual(["RateLimitError", 429, "insufficient_quota"])
    expect(await failing("http-502-html")).toEqual(["InternalServerError", 502, undefined])
    expect(await failing("reset-after-accept")).toEqual(["APIConnectionError", undefined, undefined])
    expect(await failing("garbage-http")).toEqual(["APIConnectionError", undefined, undefined])
    expect(emulator.submissions.filter((s) => s.paidMicros > 0).map((s) => s.fault)).toEqual([
      "reset-after-accept"
    ])
  })

  it("obeys retry-after-ms and x-should-retry; a lost answer is paid twice when it retries", async () => {
    const eager = client.withOptions({ maxRetries: 2 })
    emulator.script("rate-limited-ms")
    await eager.images.generate(ask)
    expect(emulator.submissions.map((s) => s.outcome)).toEqual(["refused", "accepted"])
    await emulator.reset()
    emulator.script("should-retry-false")
    await expect(eager.images.generate(ask)).rejects.toMatchObject({ status: 503 })
    expect(emulator.submissions).toHaveLength(1)
    await emulator.reset()
    emulator.script("reset-after-accept")
    await eager.images.generate(ask)
    expect(emulator.paid).toBe(2 * (3 * 5 + 196 * 30))
  })
})

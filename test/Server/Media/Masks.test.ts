import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import sharp from "sharp"
import { allModels } from "../../../src/Server/Domain/Catalog/Models.js"
import { checkOpenAi } from "../../../src/Server/Providers/OpenAi/CheckOpenAi.js"
import type { MediaInput } from "../../../src/Server/Providers/Provider.js"
import { send, served, signUp, uploadOf } from "../Http/Served.js"

const flat = (width: number, height: number, channels: 3 | 4) =>
  Effect.promise(() =>
    sharp({ create: { width, height, channels, background: "#ffffff" } })
      .png()
      .toBuffer()
  )

const media = (bytes: Uint8Array, size: number): MediaInput => ({
  assetId: "image_a",
  mimeType: "image/png",
  width: size,
  height: size,
  read: Effect.succeed(bytes)
})

describe("a mask that does not fit", () => {
  it.scopedLive(
    "is refused before there is a job: nothing is held, and the key is free for the right one",
    () =>
      Effect.gen(function* () {
        const { address } = yield* served()
        const { token } = yield* signUp(address)
        const upload = (bytes: Buffer) =>
          Effect.map(
            send(address, "POST", "/v1/upload", {
              token,
              body: uploadOf(bytes)
            }),
            ({ json }) => String(json.data.asset.asset_id)
          )
        const input = yield* upload(yield* flat(40, 20, 3))
        const edit = (mask: string) =>
          send(address, "POST", "/v1/edit", {
            token,
            body: {
              input_asset_id: input,
              mask_asset_id: mask,
              model: "local.transform",
              model_parameters: { invert: true },
              idempotency_key: "one-key"
            }
          })
        const jobs = Effect.map(send(address, "GET", "/v1/jobs?limit=50", { token }), ({ json }) =>
          json.data.jobs.map(({ operation }: { operation: string }) => operation)
        )
        const quota = Effect.map(send(address, "GET", "/v1/quota", { token }), ({ json }) => json.data)
        const wrong = yield* upload(yield* flat(20, 40, 3))
        const [jobsBefore, quotaBefore] = [yield* jobs, yield* quota]
        const refused = yield* edit(wrong)
        expect([refused.status, refused.headers["x-image-skill-exit-code"]]).toEqual([422, "6"])
        expect(refused.json.error).toMatchObject({
          code: "INPUT_POLICY_DENIED",
          details: { role: "mask", input: { width: 40, height: 20 }, mask: { width: 20, height: 40 } }
        })
        expect([yield* jobs, yield* quota]).toEqual([jobsBefore, quotaBefore])
        const made = yield* edit(yield* upload(yield* flat(80, 40, 4)))
        expect([made.json.error, made.json.data?.status]).toEqual([null, "completed"])
      })
  )

  it.effect("is refused for OpenAI when it has no alpha channel, whose clear pixels are what is edited", () =>
    Effect.gen(function* () {
      const model = allModels.find(
        ({ maskSupported, providerId }) => maskSupported && providerId === "openai"
      )
      if (model === undefined) throw new Error("no model takes a mask")
      const input = media(yield* flat(64, 64, 3), 64)
      const check = (mask: Uint8Array) =>
        Effect.either(
          checkOpenAi({
            jobId: "",
            model,
            prompt: "x",
            parameters: {},
            aspectRatio: null,
            outputCount: 1,
            input,
            mask: media(mask, 64)
          })
        )
      expect(yield* check(yield* flat(64, 64, 3))).toMatchObject({
        _tag: "Left",
        left: { code: "INPUT_POLICY_DENIED", details: { role: "mask", alpha: false } }
      })
      expect(yield* check(yield* flat(64, 64, 4))).toMatchObject({ _tag: "Right" })
      expect(yield* check(new Uint8Array(4 * 1024 * 1024))).toMatchObject({
        left: { code: "INPUT_POLICY_DENIED", details: { max_bytes: 4 * 1024 * 1024 - 1 } }
      })
    })
  )
})

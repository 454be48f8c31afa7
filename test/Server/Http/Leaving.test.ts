import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { Deadlines } from "../../../src/Services/Deadlines.js"
import { Env } from "../../../src/Services/Env.js"
import { startOpenai } from "../../support/Emulators/index.js"
import { send, served, signUp } from "./Served.js"

const hanging = Effect.acquireRelease(
  Effect.promise(async () => {
    const openai = await startOpenai()
    await openai.script("stall")
    return openai
  }),
  (openai) => Effect.promise(() => openai.close())
)

describe("a service that stops while a provider hangs", () => {
  it.scopedLive("tells its callers which job goes on, and under which key", () =>
    Effect.gen(function* () {
      const openai = yield* hanging
      const { address, stop } = yield* served({
        drainMs: 100,
        machine: Layer.merge(
          Env.layerOf({ OPENAI_API_KEY: openai.key, IMAGE_SKILL_OPENAI_BASE_URL: openai.baseUrl }),
          Deadlines.layer
        )
      })
      const { token } = yield* signUp(address)
      const waiting = yield* Effect.fork(
        send(address, "POST", "/v1/create", {
          token,
          body: { model: "openai.gpt-image-2", prompt: "a heron", idempotency_key: "heron" }
        })
      )
      const known = yield* send(address, "GET", "/v1/jobs", { token }).pipe(
        Effect.map(({ json }) => json.data.jobs[0]?.job_id),
        Effect.delay("10 millis"),
        Effect.repeat({ until: (id) => id !== undefined })
      )
      const resuming = yield* Effect.fork(
        send(address, "POST", `/v1/jobs/${known}/resume`, { token, body: {} })
      )
      yield* Effect.sleep("200 millis")
      yield* stop
      const made = yield* Fiber.join(waiting)
      expect([made.status, made.headers["x-image-skill-exit-code"]]).toEqual([202, "0"])
      expect(made.json).toMatchObject({
        ok: true,
        data: { job_id: known, status: "running", idempotency_key: "heron" }
      })
      expect(made.json.warnings.join()).toContain("shutting down")
      const resumed = yield* Fiber.join(resuming)
      expect([resumed.status, resumed.json.data.job.job_id]).toEqual([202, known])
    })
  )
})

import { createHash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { send, served, signUp } from "./Served.js"

const intent = createHash("sha256").update("a square").digest("hex")
const svg = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><rect width='8' height='8'/></svg>"

describe("an attempt that its caller named by its intent", () => {
  it.scopedLive("counts as untold until the caller has looked at its job, and then as settled", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const { token } = yield* signUp(address)
      const attempts = (query: string) =>
        Effect.map(
          send(address, "GET", `/v1/operations${query}`, { token }),
          ({ json }) => json.data.attempts
        )
      const create = () =>
        send(address, "POST", "/v1/create", {
          token,
          headers: { "x-image-skill-intent": intent },
          body: { prompt: "a square", model: "local.svg", model_parameters: { svg }, idempotency_key: "k" }
        })
      const made = yield* create()
      expect(made.json.data.status).toBe("completed")
      const [untold, ...more] = yield* attempts(`?intent=${intent}`)
      expect(more).toEqual([])
      // Its process still runs, so that nobody else goes on with it.
      expect(untold).toMatchObject({ key: "k", told: false, waited_for: true, state: "completed" })
      expect(yield* attempts("")).toHaveLength(1)
      yield* send(address, "GET", `/v1/jobs/${made.json.data.job_id}`, { token })
      expect(yield* attempts("")).toEqual([])
      expect(yield* attempts(`?intent=${intent}`)).toMatchObject([{ told: true, waited_for: false }])
      expect(yield* attempts(`?intent=${"0".repeat(64)}`)).toEqual([])
      // Whoever asks again under the key is told again, and may be cut off again on the way.
      yield* create()
      expect(yield* attempts(`?intent=${intent}`)).toMatchObject([{ told: false, waited_for: true }])
      yield* send(address, "GET", `/v1/jobs/${made.json.data.job_id}`, { token })
      expect(yield* attempts("")).toEqual([])
    })
  )

  it.scopedLive("is told at once without one, because nobody will look", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const { token } = yield* signUp(address)
      yield* send(address, "POST", "/v1/create", {
        token,
        body: { prompt: "a square", model: "local.svg", model_parameters: { svg }, idempotency_key: "k" }
      })
      const { json } = yield* send(address, "GET", "/v1/operations", { token })
      expect(json.data.attempts).toEqual([])
    })
  )
})

import { afterAll, afterEach, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Credits } from "../../../src/Schema/Money.js"
import { type Emulator, startAutomatic1111, startFal, startOpenai } from "../../support/Emulators/index.js"
import { send, served, signUp, type Wire } from "../Http/Served.js"

let fal: Emulator
let openai: Emulator
let automatic: Emulator
const before = { ...process.env }

beforeAll(async () => {
  ;[fal, openai, automatic] = await Promise.all([
    startFal(),
    startOpenai(),
    startAutomatic1111({ polls: { queued: 0, running: 99 } })
  ])
  // A service reads its own process's environment.
  Object.assign(process.env, {
    FAL_KEY: fal.key,
    IMAGE_SKILL_FAL_QUEUE_URL: fal.baseUrl,
    OPENAI_API_KEY: openai.key,
    IMAGE_SKILL_OPENAI_BASE_URL: openai.baseUrl,
    IMAGE_SKILL_AUTOMATIC1111_URL: automatic.baseUrl,
    IMAGE_SKILL_AUTOMATIC1111_KEY: automatic.key
  })
})
afterEach(() => Promise.all([fal.reset(), openai.reset(), automatic.reset()]))
afterAll(async () => {
  process.env = before
  await Promise.all([fal.close(), openai.close(), automatic.close()])
})

const eventually = (holds: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() =>
    holds() ? Effect.void : Effect.zipRight(Effect.sleep("10 millis"), eventually(holds))
  )

const video = { model: "fal.ltx-video-13b-distilled", prompt: "a heron at dusk" }
const picture = { model: "openai.gpt-image-2", prompt: "a heron at dusk" }

/** What an agent can do at a service, in the words of these tests. */
const agentAt = (address: string) =>
  Effect.map(signUp(address), ({ token }) => {
    const ask = (method: string, path: string, body?: object) =>
      send(address, method, path, { token, ...(body === undefined ? {} : { body }) })
    return {
      create: (body: object) => ask("POST", "/v1/create", body),
      cancel: (job: string) => ask("POST", `/v1/jobs/${job}/cancel`, {}),
      show: (job: string) => ask("GET", `/v1/jobs/${job}`),
      credits: Effect.map(ask("GET", "/v1/quota"), ({ json }) => json.data.limits.remaining_credits)
    }
  })

const told = ({ json }: Wire) => [json.data.canceled, json.data.provider_cancel, json.data.job.status]

describe("a job that is canceled", () => {
  it.scopedLive("in the queue: the ledger decides, then fal is asked and stops", () =>
    Effect.gen(function* () {
      const agent = yield* agentAt((yield* served()).address)
      const credits = yield* agent.credits
      fal.script("queue-never-finishing")
      const made = yield* agent.create({ ...video, wait_ms: 300 })
      expect(made.status).toBe(202)
      const answer = yield* agent.cancel(made.json.data.job_id)
      expect(told(answer)).toEqual([true, "agreed", "canceled"])
      expect(answer.json.warnings).toEqual([])
      expect(fal.jobs.map(({ cancelled }) => cancelled)).toEqual([true])
      expect([fal.paid, yield* agent.credits]).toEqual([0, credits])
      // Asked once only: what has ended stays.
      expect(told(yield* agent.cancel(made.json.data.job_id))).toEqual([false, null, "canceled"])
      expect(fal.requests.filter(({ point }) => point === "cancel")).toHaveLength(1)
    })
  )

  it.scopedLive.each(["cancel-already-completed", "cancel-not-found", "http-500", "reset-before-body"])(
    "is canceled here whatever fal answers: %s",
    (fault) =>
      Effect.gen(function* () {
        const agent = yield* agentAt((yield* served()).address)
        const credits = yield* agent.credits
        fal.script(fault.startsWith("cancel-") ? fault : "queue-never-finishing")
        if (!fault.startsWith("cancel-")) fal.script({ fault, on: "cancel" })
        const made = yield* agent.create({ ...video, wait_ms: 200 })
        const answer = yield* agent.cancel(made.json.data.job_id)
        expect(told(answer)).toEqual([true, "declined", "canceled"])
        expect(answer.json.warnings[0]).toContain("may finish and bill")
        expect(yield* agent.credits).toBe(credits)
      })
  )

  it.scopedLive(
    "while it is being handed over: fal is asked as soon as it has told which request it is",
    () =>
      Effect.gen(function* () {
        const agent = yield* agentAt((yield* served()).address)
        const credits = yield* agent.credits
        fal.script({ fault: "slow", ms: 700 })
        const made = yield* agent.create({ ...video, wait_ms: 150 })
        const answer = yield* agent.cancel(made.json.data.job_id)
        expect(told(answer)).toEqual([true, "not_identified", "canceled"])
        yield* eventually(() => fal.jobs.some(({ cancelled }) => cancelled))
        expect([fal.paid, yield* agent.credits]).toEqual([0, credits])
      })
  )

  it.scopedLive("at a provider that stops nothing: nothing is debited, and the answer says so", () =>
    Effect.gen(function* () {
      const agent = yield* agentAt((yield* served()).address)
      const credits = yield* agent.credits
      openai.script("stall")
      const made = yield* agent.create({ ...picture, wait_ms: 300 })
      const answer = yield* agent.cancel(made.json.data.job_id)
      expect(told(answer)).toEqual([true, "not_offered", "canceled"])
      expect(yield* agent.credits).toBe(credits)
    })
  )

  it.scopedLive(
    "at a server whose answer is the result: it is told by our own id, and interrupts that run",
    () =>
      Effect.gen(function* () {
        const agent = yield* agentAt((yield* served()).address)
        const credits = yield* agent.credits
        automatic.script("stall")
        const made = yield* agent.create({ ...picture, model: "automatic1111.image", wait_ms: 300 })
        yield* eventually(() => automatic.jobs.length === 1)
        const answer = yield* agent.cancel(made.json.data.job_id)
        expect(told(answer)).toEqual([true, "agreed", "canceled"])
        expect(automatic.jobs).toMatchObject([{ cancelled: true, requestId: made.json.data.job_id }])
        expect(yield* agent.credits).toBe(credits)
      })
  )

  it.scopedLive("about when it completes: one of the two, and the money follows it", () =>
    Effect.gen(function* () {
      const { address } = yield* served({ policy: { previewCredits: Credits.make(100) } })
      const agent = yield* agentAt(address)
      const credits = yield* agent.credits
      // fal is looked at each 500 ms and done at the third look.
      const ends = yield* Effect.forEach(
        Array.from({ length: 12 }, (_, turn) => 800 + turn * 60),
        (delay) =>
          Effect.gen(function* () {
            const made = yield* agent.create({ ...video, wait_ms: 1 })
            yield* Effect.sleep(`${delay} millis`)
            const answer = yield* agent.cancel(made.json.data.job_id)
            const { job } = (yield* agent.show(made.json.data.job_id)).json.data
            const [canceled, provider] = told(answer)
            expect(job.status).toBe(canceled ? "canceled" : "completed")
            expect(job.assets.length).toBe(canceled ? 0 : 1)
            if (!canceled) expect(provider).toBe(null)
            return Boolean(canceled)
          }),
        { concurrency: "unbounded" }
      )
      const completed = ends.filter((canceled) => !canceled).length
      expect(yield* agent.credits).toBe(credits - completed * 7)
      expect(fal.submissions).toHaveLength(12)
      // Every job that fal was able to stop is not billed.
      expect(fal.paid).toBeGreaterThanOrEqual(completed * 40_000)
    })
  )
})

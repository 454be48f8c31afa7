import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import { paySession, type StripeEmulator, type Thing } from "../../support/Emulators/Stripe/index.js"
import { shop } from "./Shop.js"

const none = {} as Thing
const at = /^POST \/v1\/checkout\/sessions$/

const refusals = (stripe: StripeEmulator) => stripe.requests.filter(({ status }) => status === 409)

/** A shop with one quote, and the purchase of it under a key. */
const quoted = () =>
  Effect.gen(function* () {
    const made = yield* shop()
    const { json } = yield* made.ask("POST", "/v1/credit-quotes", { credits: 200, idempotency_key: "q" })
    const quote = String(json.data.quote_id)
    const buy = (key: string) =>
      made.ask("POST", "/v1/credit-purchases/stripe-checkout-sessions", {
        quote_id: quote,
        idempotency_key: key
      })
    const refused = Effect.repeat(
      Effect.sync(() => refusals(made.stripe).length),
      {
        until: (count) => count > 0,
        schedule: Schedule.intersect(Schedule.spaced("10 millis"), Schedule.recurs(1_000))
      }
    )
    return { ...made, quote, buy, refused }
  })

const retryable = (key: string, cause = "idempotency_key_in_use") => ({
  code: "PROVIDER_FAILURE",
  retryable: true,
  details: { cause },
  recovery: { retry: { policy: "same_key", key } }
})

describe("a key that Stripe is still busy with", () => {
  it.scopedLive("two buys at once, the first answered slowly: one session, told to both", () =>
    Effect.gen(function* () {
      const { buy, refused, stripe } = yield* quoted()
      stripe.misfortunes.push({ at, what: "held", times: 1 })
      const both = yield* Effect.fork(Effect.all([buy("b"), buy("b")], { concurrency: "unbounded" }))
      yield* refused
      expect(stripe.sessions()).toEqual([])
      stripe.release()
      const [one, other] = yield* Fiber.join(both)
      const [session, ...more] = stripe.sessions()
      expect(more).toEqual([])
      expect([one.status, other.status]).toEqual([200, 200])
      for (const { json } of [one, other]) {
        expect(json.data).toMatchObject({ state: "action_required", checkout_session_id: session?.id })
      }
      expect(one.json.data.payment_attempt_id).toBe(other.json.data.payment_attempt_id)
    })
  )

  it.scopedLive("whoever cannot wait for it is told to ask again under the same key, and then has it", () =>
    Effect.gen(function* () {
      const { balances, buy, deliver, stripe } = yield* quoted()
      stripe.misfortunes.push({ at, what: "held", times: 1 })
      const [first, second] = [yield* Effect.fork(buy("b")), yield* Effect.fork(buy("b"))]
      // One of them is held; the other has asked three times in vain.
      const early = yield* Effect.raceFirst(Fiber.join(first), Fiber.join(second))
      expect(early.json.error).toMatchObject(retryable("b"))
      expect(refusals(stripe)).toHaveLength(3)
      stripe.release()
      const answers = [yield* Fiber.join(first), yield* Fiber.join(second)]
      const late = answers.filter(({ status }) => status === 200)
      expect(late).toHaveLength(1)
      const again = yield* buy("b")
      expect(again.json.data).toMatchObject({
        idempotent_replayed: true,
        payment_attempt_id: early.json.error.details.payment_attempt_id,
        checkout_session_id: late[0]?.json.data.checkout_session_id
      })
      expect(stripe.sessions()).toHaveLength(1)
      yield* deliver(paySession(stripe.books, stripe.sessions()[0] ?? none))
      expect((yield* balances()).paid).toBe(200)
    })
  )

  it.scopedLive("in use for good: the attempt stays open, and no second one is made", () =>
    Effect.gen(function* () {
      const { buy, quote, status, stripe } = yield* quoted()
      // With Stripe's word for it and without: both say that somebody is busy, and nothing of what he does.
      const bad = { at, what: "in_use" as const, times: 3 }
      const worse = { at, what: "conflict" as const, times: 3 }
      stripe.misfortunes.push(bad, worse)
      const [one, two] = [yield* buy("b"), yield* buy("b")]
      expect([bad.times, worse.times]).toEqual([0, 0])
      expect([one.json.error, two.json.error]).toMatchObject([
        retryable("b"),
        retryable("b", "StripeAPIError")
      ])
      const attempt = one.json.error.details.payment_attempt_id
      expect(two.json.error.details.payment_attempt_id).toBe(attempt)
      expect((yield* status(`quote_id=${quote}`)).json.data).toMatchObject({
        state: "created",
        payment_attempt: { payment_attempt_id: attempt, attempt_status: "creating" }
      })
      // Another key is no way around it: both sessions could be paid.
      const around = yield* buy("another")
      expect(around.json.error).toMatchObject({
        code: "CREDIT_QUOTE_CONFLICT",
        details: { payment_attempt_id: attempt }
      })
      expect(stripe.sessions()).toEqual([])
      const done = yield* buy("b")
      expect(done.json.data).toMatchObject({
        payment_attempt_id: attempt,
        checkout_session_id: stripe.sessions()[0]?.id
      })
      expect(stripe.sessions()).toHaveLength(1)
    })
  )
})

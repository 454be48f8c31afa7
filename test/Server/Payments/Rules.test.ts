import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { splitWords } from "../../../src/Schema/Shell.js"
import { expireSession } from "../../support/Emulators/Stripe/index.js"
import { send, signUp } from "../Http/Served.js"
import { shop } from "./Shop.js"

const pack = { pack_id: "starter-500", payment_method: "stripe_checkout" }

describe("quotes", () => {
  it.scopedLive("are for a pack or for 1 to 5000 credits, and for nothing else", () =>
    Effect.gen(function* () {
      const { ask } = yield* shop()
      const wrong = [
        {},
        { credits: 0 },
        { credits: 5_001 },
        { credits: 1.5 },
        { credits: "100" },
        { credits: 100, pack_id: "starter-500" },
        { pack_id: "no-such" },
        { credits: 100, payment_method: "cash" },
        { credits: 100, card_number: "4242424242424242" }
      ]
      for (const body of wrong) {
        const { json, status } = yield* ask("POST", "/v1/credit-quotes", body)
        expect([body, status, json.error?.code]).toEqual([body, 400, "INVALID_ARGUMENTS"])
      }
      for (const credits of [1, 50, 5_000]) {
        const { json } = yield* ask("POST", "/v1/credit-quotes", { credits })
        expect(json.data).toMatchObject({ credits, price_amount_cents: credits, live_money: true })
      }
      const small = yield* ask("POST", "/v1/credit-quotes", { credits: 10 })
      expect(small.json.warnings).toEqual([expect.stringContaining("50 credits")])
    })
  )

  it.scopedLive("a key is one quote: again the same, other terms a conflict with the way out", () =>
    Effect.gen(function* () {
      const { ask, service } = yield* shop()
      const first = yield* ask("POST", "/v1/credit-quotes", { ...pack, idempotency_key: "k" })
      const again = yield* ask("POST", "/v1/credit-quotes", { ...pack, idempotency_key: "k" })
      expect(again.json.data).toEqual({ ...first.json.data, idempotent_replayed: true })
      for (const terms of [
        { credits: 500, payment_method: "stripe_checkout" },
        { pack_id: "builder-2000" },
        { pack_id: "starter-500", payment_method: "stripe_x402.exact.usdc" }
      ]) {
        const { json, status } = yield* ask("POST", "/v1/credit-quotes", { ...terms, idempotency_key: "k" })
        expect([status, json.error.code]).toEqual([409, "CREDIT_QUOTE_CONFLICT"])
        const words = splitWords(json.error.recovery.suggested_command) ?? []
        expect(words.slice(0, 3)).toEqual(["image-skill", "credits", "quote"])
        expect(words.at(-1)).toBe(json.error.recovery.idempotency_key)
        expect(words.at(-1)).not.toBe("k")
      }
      const other = yield* signUp(service.address)
      const own = yield* ask("POST", "/v1/credit-quotes", { credits: 77, idempotency_key: "k" }, other.token)
      expect(own.json.data.credits).toBe(77)
    })
  )

  it.scopedLive("nobody else's quote can be paid for, or looked at", () =>
    Effect.gen(function* () {
      const { begin, service, status } = yield* shop()
      const { bought, quote } = yield* begin()
      const other = yield* signUp(service.address)
      const body = { quote_id: quote.quote_id, idempotency_key: "theirs" }
      for (const rail of ["stripe-checkout-sessions", "stripe-x402-deposits"]) {
        const answer = yield* send(service.address, "POST", `/v1/credit-purchases/${rail}`, {
          token: other.token,
          body
        })
        expect([answer.status, answer.json.error.code]).toEqual([404, "NOT_FOUND"])
      }
      for (const query of [
        `quote_id=${quote.quote_id}`,
        `payment_attempt_id=${bought.payment_attempt_id}`,
        `checkout_session_id=${bought.checkout_session_id}`
      ]) {
        expect((yield* status(query, other.token)).status).toBe(404)
        expect((yield* status(query)).status).toBe(200)
      }
      expect((yield* status("")).status).toBe(400)
      const both = `quote_id=${quote.quote_id}&payment_attempt_id=${bought.payment_attempt_id}`
      expect((yield* status(both)).status).toBe(400)
    })
  )
})

describe("purchases", () => {
  it.scopedLive("a key is one purchase, and a quote has one", () =>
    Effect.gen(function* () {
      const { ask, begin, stripe } = yield* shop()
      const { bought, quote } = yield* begin()
      const path = "/v1/credit-purchases/stripe-checkout-sessions"
      const again = yield* ask("POST", path, { quote_id: quote.quote_id, idempotency_key: "b1" })
      expect(again.json.data).toEqual({ ...bought, idempotent_replayed: true })
      expect(stripe.sessions()).toHaveLength(1)

      const second = yield* ask("POST", path, { quote_id: quote.quote_id, idempotency_key: "another" })
      expect([second.status, second.json.error.code]).toEqual([409, "CREDIT_QUOTE_CONFLICT"])
      expect(second.json.error.recovery.suggested_command).toBe(
        `image-skill credits status --payment-attempt-id ${bought.payment_attempt_id}`
      )
      const next = yield* ask("POST", "/v1/credit-quotes", pack)
      const reused = yield* ask("POST", path, {
        quote_id: next.json.data.quote_id,
        idempotency_key: "b1"
      })
      expect([reused.status, reused.json.error.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"])
      expect(reused.json.error.recovery.retry.policy).toBe("new_key")
      const keyless = yield* ask("POST", path, { quote_id: next.json.data.quote_id })
      expect([keyless.status, keyless.json.error.details.path]).toEqual([400, "idempotency_key"])
      const wrongRail = yield* ask("POST", "/v1/credit-purchases/stripe-x402-deposits", {
        quote_id: next.json.data.quote_id,
        idempotency_key: "rail"
      })
      expect([wrongRail.status, wrongRail.json.error.code, wrongRail.json.error.details]).toMatchObject([
        400,
        "INVALID_ARGUMENTS",
        { required_provider: "stripe" }
      ])
      const tiny = yield* begin({ credits: 49 })
      expect([tiny.answer.status, tiny.answer.json.error.details.min_credits]).toEqual([400, 50])
      expect(stripe.sessions()).toHaveLength(1)
    })
  )

  it.scopedLive("what Stripe did not answer is asked again under the same key, and made once", () =>
    Effect.gen(function* () {
      const { ask, begin, stripe } = yield* shop()
      const at = /POST \/v1\/checkout\/sessions/
      stripe.misfortunes.push({ at, what: "reset_after", times: 9 })
      const lost = yield* begin()
      expect([lost.answer.status, lost.answer.json.error]).toMatchObject([
        502,
        { code: "PROVIDER_FAILURE", retryable: true, recovery: { retry: { policy: "same_key", key: "b1" } } }
      ])
      expect(stripe.sessions()).toHaveLength(1)
      stripe.misfortunes.length = 0
      const path = "/v1/credit-purchases/stripe-checkout-sessions"
      const found = yield* ask("POST", path, { quote_id: lost.quote.quote_id, idempotency_key: "b1" })
      expect(found.json.data).toMatchObject({
        state: "action_required",
        checkout_session_id: stripe.sessions()[0]?.id
      })
      expect(stripe.sessions()).toHaveLength(1)

      // Stripe keeps a 500 for its key, so the next try is another attempt there.
      stripe.misfortunes.push({ at, what: "fails", times: 1 })
      const failed = yield* begin()
      expect([failed.answer.status, failed.answer.json.error.code]).toEqual([502, "PROVIDER_FAILURE"])
      const retried = yield* ask("POST", path, { quote_id: failed.quote.quote_id, idempotency_key: "b2" })
      expect(retried.json.data.state).toBe("action_required")
      expect(stripe.sessions()).toHaveLength(2)
    })
  )

  it.scopedLive("expire with their session, and their link says so", () =>
    Effect.gen(function* () {
      const { ask, begin, deliver, service, status, stripe } = yield* shop()
      const { bought, quote } = yield* begin()
      yield* deliver(expireSession(stripe.books, stripe.sessions()[0] ?? ({} as never)))
      const told = yield* status(`payment_attempt_id=${bought.payment_attempt_id}`)
      expect(told.json.data).toMatchObject({ state: "expired", receipt: null, next: null })
      const link = yield* send(service.address, "GET", `/pay/${bought.payment_attempt_id}`)
      expect(link.status).toBe(410)
      const again = yield* ask("POST", "/v1/credit-purchases/stripe-checkout-sessions", {
        quote_id: quote.quote_id,
        idempotency_key: "b1"
      })
      expect(again.json.data).toMatchObject({ state: "expired", idempotent_replayed: true })
      for (const path of ["/pay/payatt_nobody", "/pay/", `/pay/${bought.payment_attempt_id}/x`]) {
        expect((yield* send(service.address, "GET", path)).status).toBe(404)
      }
      expect((yield* send(service.address, "POST", `/pay/${bought.payment_attempt_id}`)).status).toBe(405)
    })
  )
})

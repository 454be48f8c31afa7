import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  endDelayed,
  happen,
  paySession,
  settleDeposit,
  type Thing
} from "../../support/Emulators/Stripe/index.js"
import { send, signUp } from "../Http/Served.js"
import { shop } from "./Shop.js"

const none = {} as Thing

describe("events", () => {
  it.scopedLive("that are forged, stale, unsigned or changed are refused and change nothing", () =>
    Effect.gen(function* () {
      const { balances, begin, service, stripe } = yield* shop()
      yield* begin()
      const event = paySession(stripe.books, stripe.sessions()[0] ?? none).at(-1) ?? none
      const { body, signature } = stripe.sign(event)
      const post = (raw: string, headers: Readonly<Record<string, string>>) =>
        send(service.address, "POST", "/v1/webhooks/stripe", {
          raw,
          headers: { "content-type": "application/json", ...headers }
        })
      const stale = stripe.sign(event, { at: Date.now() - 301_000 })
      const forged = stripe.sign(event, { secret: "whsec_another" })
      const cases: ReadonlyArray<readonly [string, Readonly<Record<string, string>>, string]> = [
        [body, {}, "AUTH_REQUIRED"],
        [body, { "stripe-signature": "" }, "TOKEN_INVALID"],
        [body, { "stripe-signature": signature.replace("v1=", "v0=") }, "TOKEN_INVALID"],
        [body, { "stripe-signature": forged.signature }, "TOKEN_INVALID"],
        [stale.body, { "stripe-signature": stale.signature }, "TOKEN_INVALID"],
        [body.replace("500", "501"), { "stripe-signature": signature }, "TOKEN_INVALID"],
        [` ${body}`, { "stripe-signature": signature }, "TOKEN_INVALID"],
        [body, { "stripe-signature": signature, authorization: "Bearer x" }, "AUTH_REQUIRED"]
      ]
      for (const [raw, headers, code] of cases) {
        const answer = yield* post(raw, headers)
        expect([answer.status, answer.json.error?.code]).toEqual([401, code])
      }
      expect((yield* send(service.address, "GET", "/v1/webhooks/stripe")).status).toBe(405)
      expect((yield* balances()).paid).toBe(0)
      // While a secret is exchanged Stripe signs with both.
      const both = stripe.sign(event, { also: "whsec_another" })
      expect((yield* post(both.body, { "stripe-signature": both.signature })).status).toBe(200)
      expect((yield* balances()).paid).toBe(500)
    })
  )

  it.scopedLive("fifty times at once grant once", () =>
    Effect.gen(function* () {
      const { balances, begin, service, stripe, types } = yield* shop()
      yield* begin()
      const event = paySession(stripe.books, stripe.sessions()[0] ?? none).at(-1) ?? none
      const sent = yield* Effect.promise(() =>
        Promise.all(Array.from({ length: 50 }, () => stripe.deliver(service.address, event)))
      )
      expect(sent).toEqual(Array.from({ length: 50 }, () => 200))
      // The same payment told by other events: still the same payment.
      const session = stripe.sessions()[0] ?? none
      const others = Array.from({ length: 20 }, () =>
        happen(stripe.books, "checkout.session.completed", session)
      )
      const told = yield* Effect.promise(() =>
        Promise.all(others.map((other) => stripe.deliver(service.address, other)))
      )
      expect(told).toEqual(others.map(() => 200))
      expect((yield* balances()).paid).toBe(500)
      expect((yield* types()).filter((type) => type === "credits.payment_backed_granted")).toHaveLength(1)
    })
  )

  it.scopedLive(
    "that tell of another organization, amount, currency, quote, mode or session grant nothing",
    () =>
      Effect.gen(function* () {
        const { balances, begin, ask, service, stripe } = yield* shop()
        const { bought, quote } = yield* begin()
        const other = yield* signUp(service.address)
        const strangers = yield* begin({ pack_id: "starter-500" }, other.token)
        paySession(stripe.books, stripe.sessions()[0] ?? none)
        const session = stripe.sessions()[0] ?? none
        const { metadata } = session as unknown as { metadata: Record<string, string> }
        const bent: ReadonlyArray<readonly [string, object]> = [
          ["rejected_organization", { metadata: { ...metadata, organization_id: other.organization } }],
          ["rejected_organization", { metadata: {} }],
          ["rejected_amount", { amount_subtotal: 499 }],
          ["rejected_amount", { amount_total: 501 }],
          ["rejected_currency", { currency: "eur" }],
          ["rejected_quote", { metadata: { ...metadata, quote_id: strangers.quote.quote_id } }],
          ["rejected_organization", { client_reference_id: strangers.bought.payment_attempt_id }],
          ["rejected_session", { id: "cs_live_another" }],
          ["rejected_mode", { livemode: false }],
          ["unknown_attempt", { client_reference_id: "payatt_nobody" }],
          ["processing", { payment_status: "unpaid" }]
        ]
        for (const [outcome, change] of bent) {
          const event = happen(stripe.books, "checkout.session.completed", { ...session, ...change } as Thing)
          const { body, signature } = stripe.sign(event)
          const answer = yield* send(service.address, "POST", "/v1/webhooks/stripe", {
            raw: body,
            headers: { "content-type": "application/json", "stripe-signature": signature }
          })
          expect([outcome, answer.status, answer.json.data.outcome]).toEqual([outcome, 200, outcome])
        }
        const testMode = happen(stripe.books, "checkout.session.completed", session)
        // Not kept: with the other keys in place by then, it may be told again.
        expect(
          yield* Effect.promise(() =>
            stripe.deliver(service.address, { ...testMode, livemode: false } as Thing)
          )
        ).toBe(502)
        const unknown = happen(stripe.books, "customer.created", { id: "cus_1", object: "customer" })
        expect(yield* Effect.promise(() => stripe.deliver(service.address, unknown))).toBe(200)
        expect(yield* balances()).toEqual({ free: 50, paid: 0 })
        expect((yield* balances(other.token)).paid).toBe(0)
        const shown = yield* ask("GET", `/v1/credit-purchases/status?quote_id=${quote.quote_id}`)
        expect(shown.json.data.state).toBe("processing")
        expect(bought.state).toBe("action_required")
        // And the true one still does.
        const real = happen(stripe.books, "checkout.session.completed", session)
        yield* Effect.promise(() => stripe.deliver(service.address, real))
        expect((yield* balances()).paid).toBe(500)
      })
  )

  it.scopedLive("that come before the purchase has been answered grant, and the answer says so", () =>
    Effect.gen(function* () {
      const { ask, balances, begin, deliver, status, stripe } = yield* shop()
      stripe.misfortunes.push({ at: /POST/, what: "reset_after", times: 9 })
      const { quote } = yield* begin()
      stripe.misfortunes.length = 0
      yield* deliver(paySession(stripe.books, stripe.sessions()[0] ?? none))
      expect((yield* balances()).paid).toBe(500)
      const late = yield* ask("POST", "/v1/credit-purchases/stripe-checkout-sessions", {
        quote_id: quote.quote_id,
        idempotency_key: "b1"
      })
      expect(late.json.data).toMatchObject({ state: "succeeded", idempotent_replayed: true })
      expect((yield* balances()).paid).toBe(500)
      expect((yield* status(`quote_id=${quote.quote_id}`)).json.data.state).toBe("succeeded")
    })
  )

  it.scopedLive("of slow payments and promotion codes grant the quote when it is paid, however little", () =>
    Effect.gen(function* () {
      const { balances, begin, deliver, status, stripe } = yield* shop()
      const slow = yield* begin()
      const [session] = stripe.sessions()
      yield* deliver(paySession(stripe.books, session ?? none, { delayed: true }))
      const told = yield* status(`quote_id=${slow.quote.quote_id}`)
      expect([told.json.data.state, (yield* balances()).paid]).toEqual(["processing", 0])
      yield* deliver(endDelayed(stripe.books, session ?? none, true))
      expect((yield* balances()).paid).toBe(500)
      yield* begin()
      yield* deliver(paySession(stripe.books, stripe.sessions()[1] ?? none, { discount: 500 }))
      expect((yield* balances()).paid).toBe(1_000)
      yield* begin()
      yield* deliver(paySession(stripe.books, stripe.sessions()[2] ?? none, { delayed: true }))
      yield* deliver(endDelayed(stripe.books, stripe.sessions()[2] ?? none, false))
      expect((yield* balances()).paid).toBe(1_000)
    })
  )

  it.scopedLive("of a deposit come in any order, and its failure grants nothing", () =>
    Effect.gen(function* () {
      const { balances, begin, deliver, status, stripe } = yield* shop()
      const deposit = { credits: 100, payment_method: "stripe_x402.exact.usdc" }
      const first = yield* begin(deposit)
      const events = settleDeposit(stripe.books, stripe.intents()[0] ?? none)
      for (const event of [...events].reverse()) yield* deliver([event])
      const told = yield* status(`quote_id=${first.quote.quote_id}`)
      expect([told.json.data.state, (yield* balances()).paid]).toEqual(["succeeded", 100])
      const second = yield* begin(deposit)
      const failing = settleDeposit(stripe.books, stripe.intents()[1] ?? none, false)
      for (const event of [...failing].reverse()) yield* deliver([event])
      const lost = yield* status(`quote_id=${second.quote.quote_id}`)
      expect([lost.json.data.state, (yield* balances()).paid]).toEqual(["failed", 100])
    })
  )

  it.scopedLive(
    "of a deposit that brought less than was asked for grant nothing, and no wallet pays it again",
    () =>
      Effect.gen(function* () {
        const { balances, begin, deliver, status, stripe } = yield* shop()
        const { quote } = yield* begin({ credits: 100, payment_method: "stripe_x402.exact.usdc" })
        const intent = stripe.intents()[0] ?? none
        const events = settleDeposit(stripe.books, intent)
        for (const amount_received of [0, 1, 99, null]) {
          const short = happen(stripe.books, "payment_intent.succeeded", {
            ...intent,
            amount_received
          } as Thing)
          yield* deliver([short])
        }
        expect((yield* balances()).paid).toBe(0)
        yield* deliver(events)
        expect((yield* balances()).paid).toBe(100)
        const { json } = yield* status(`quote_id=${quote.quote_id}`)
        expect(json.data.payment_attempt.stripe_x402.payable_instructions).toBeNull()
      })
  )

  it.scopedLive("of a deposit are of one intent, and count once, whoever tells of it how often", () =>
    Effect.gen(function* () {
      const { balances, begin, service, stripe, types } = yield* shop()
      yield* begin({ credits: 100, payment_method: "stripe_x402.exact.usdc" })
      const intent = stripe.intents()[0] ?? none
      const tell = (change: object) =>
        Effect.map(
          Effect.suspend(() => {
            const event = happen(stripe.books, "payment_intent.succeeded", { ...intent, ...change })
            const { body, signature } = stripe.sign(event)
            return send(service.address, "POST", "/v1/webhooks/stripe", {
              raw: body,
              headers: { "content-type": "application/json", "stripe-signature": signature }
            })
          }),
          ({ json, status }) => [status, json.data?.outcome]
        )
      settleDeposit(stripe.books, intent)
      expect(yield* tell({ id: "pi_another" })).toEqual([200, "rejected_intent"])
      expect((yield* balances()).paid).toBe(0)
      expect(yield* tell({})).toEqual([200, "granted"])
      // Each an event of its own, so that only the receipt tells that they are the same payment.
      const again = yield* Effect.all(
        Array.from({ length: 8 }, () => tell({})),
        { concurrency: "unbounded" }
      )
      expect(again).toEqual(again.map(() => [200, "granted_before"]))
      expect(yield* tell({ id: "pi_another" })).toEqual([200, "rejected_intent"])
      expect((yield* balances()).paid).toBe(100)
      expect((yield* types()).filter((type) => type === "credits.payment_backed_granted")).toHaveLength(1)
    })
  )

  it.scopedLive.each(["constructor", "__proto__", "toString", "hasOwnProperty"])(
    "of a type that only JavaScript knows (%s) are none of ours",
    (type) =>
      Effect.gen(function* () {
        const { deliver, stripe } = yield* shop()
        const strange = happen(stripe.books, type, { id: "x_1", object: "thing" } as unknown as Thing)
        expect(yield* deliver([strange])).toEqual([200])
      })
  )

  it.scopedLive("with a signature that is none are nobody's", () =>
    Effect.gen(function* () {
      const { service } = yield* shop()
      for (const signature of ["t=1,v1=", "t=,v1=x", "v1=abc", "t=99999999999999999999,v1=ab", "nonsense"]) {
        const answer = yield* send(service.address, "POST", "/v1/webhooks/stripe", {
          raw: Buffer.from("{}"),
          headers: { "content-type": "application/json", "stripe-signature": signature }
        })
        expect([signature, answer.status]).toEqual([signature, 401])
      }
    })
  )
})

describe("an identity for which a payment is on its way", () => {
  it.scopedLive("is not handed to whoever knows its contact and name", () =>
    Effect.gen(function* () {
      const { agent, balances, begin, deliver, service, stripe } = yield* shop()
      yield* begin()
      const again = {
        agent_contact: agent.contact,
        agent_name: agent.name,
        runtime: "test",
        return_token: true
      }
      const stranger = yield* send(service.address, "POST", "/v1/agent-signups", { body: again })
      expect([stranger.status, stranger.json.error.code]).toEqual([401, "AUTH_REQUIRED"])
      yield* deliver(paySession(stripe.books, stripe.sessions()[0] ?? none))
      expect((yield* balances()).paid).toBe(500)
      const holder = yield* send(service.address, "POST", "/v1/agent-signups", {
        body: again,
        token: agent.token
      })
      expect(holder.status).toBe(200)
    })
  )
})

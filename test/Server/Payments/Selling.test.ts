import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { paySession, settleDeposit, type Thing } from "../../support/Emulators/Stripe/index.js"
import { send, signUp } from "../Http/Served.js"
import { shop } from "./Shop.js"

const none = {} as Thing

describe("buying credits", () => {
  it.scopedLive(
    "a quote and a session grant nothing; a verified payment grants the quote's credits once",
    () =>
      Effect.gen(function* () {
        const { agent, ask, balances, begin, deliver, service, status, stripe, types } = yield* shop()
        const before = yield* balances()
        const { bought, quote } = yield* begin({ pack_id: "starter-500" })
        expect(quote).toMatchObject({
          state: "created",
          credits: 500,
          price_amount_cents: 500,
          currency: "USD",
          accepted_payment_method: "stripe_checkout",
          pack_id: "starter-500",
          live_money: true
        })
        const handoff = `${service.address}/pay/${bought.payment_attempt_id}`
        const [session] = stripe.sessions()
        expect(bought).toMatchObject({
          state: "action_required",
          quote_id: quote.quote_id,
          provider: "stripe",
          checkout_session_id: session?.id,
          checkout_handoff_url: handoff,
          checkout_compact_url: handoff,
          checkout_url: session?.["url"],
          credits: 500,
          amount_cents: 500,
          live_money: true,
          next: { human_action: "open_checkout_url", fallback_checkout_url: session?.["url"] }
        })
        expect(yield* balances()).toEqual(before)

        const link = yield* send(service.address, "GET", new URL(handoff).pathname)
        expect([link.status, link.headers["location"]]).toEqual([302, session?.["url"]])
        expect(link.headers["location"]).toContain("#fid")

        const waiting = yield* status(`payment_attempt_id=${bought.payment_attempt_id}`)
        expect(waiting.json.data).toMatchObject({
          state: "action_required",
          payment_attempt: { attempt_status: "requires_action", checkout_handoff_url: handoff },
          receipt: null,
          credit_event: null,
          next: { retry_after_seconds: 10 }
        })
        const events = paySession(stripe.books, session ?? none)
        expect(yield* deliver(events)).toEqual(events.map(() => 200))
        expect(yield* balances()).toEqual({ free: before.free, paid: 500 })
        const done = yield* status(`quote_id=${quote.quote_id}`)
        expect(done.json.data).toMatchObject({
          state: "succeeded",
          receipt: { credits: 500, paid_amount_cents: 500, reversed_credits: 0 },
          credit_event: { credits: 500 },
          limits: { payment_backed_remaining_credits: 500 },
          next: null
        })
        for (const query of [
          `payment_attempt_id=${bought.payment_attempt_id}`,
          `checkout_session_id=${session?.id}`,
          `receipt_id=${done.json.data.receipt.receipt_id}`
        ]) {
          const { data } = (yield* status(query)).json
          expect([query, data.receipt, data.quote]).toEqual([
            query,
            done.json.data.receipt,
            done.json.data.quote
          ])
        }
        expect(yield* types()).toEqual(["payment.checkout_session.created", "credits.payment_backed_granted"])
        expect((yield* ask("GET", "/v1/whoami")).json.data.claim_state).toBe("payment_backed_unclaimed")
        const shown = yield* ask("GET", `/v1/activity/${done.json.data.receipt.receipt_id}`)
        expect(shown.json.data.event.links).toMatchObject({
          quote_id: quote.quote_id,
          credit_event_id: done.json.data.credit_event.credit_event_id
        })
        const spent = yield* send(service.address, "GET", new URL(handoff).pathname)
        expect([spent.status, spent.bytes.toString()]).toEqual([200, expect.stringContaining("Thank you")])
        // An identity with money behind it: contact and name are no longer enough for a new token.
        const stolen = yield* send(service.address, "POST", "/v1/agent-signups", {
          body: { agent_contact: agent.contact, agent_name: agent.name, runtime: "x", return_token: true }
        })
        expect([stolen.status, stolen.json.error.details.cause]).toEqual([401, "current_token_required"])
      })
  )

  it.scopedLive("a deposit is paid by what Stripe says, and by nothing that it does not say", () =>
    Effect.gen(function* () {
      const { balances, begin, deliver, stripe } = yield* shop()
      const { bought } = yield* begin({ credits: 137, payment_method: "stripe_x402.exact.usdc" })
      const [intent] = stripe.intents()
      const { address, supported_tokens } = (intent ?? none)["next_action"].crypto_display_details
        .deposit_addresses.base
      expect(bought).toMatchObject({
        state: "action_required",
        provider: "stripe_x402",
        live_money: true,
        amount_cents: 137,
        stripe_x402: {
          network: "base",
          deposit_address_present: true,
          payable_instructions: {
            token_amount: "1.37",
            token_amount_atomic: "1370000",
            deposit_address: address,
            token_contract_address: supported_tokens[0].token_contract_address,
            exact_amount_required: true
          },
          redacted: {
            payment_intent_id: "[redacted-stripe-payment-intent]",
            deposit_address: "[redacted-stripe-crypto-deposit-address]"
          }
        },
        next: { agent_action: "pay_stripe_crypto_deposit" }
      })
      expect(JSON.stringify(bought)).not.toContain(intent?.id)
      expect(JSON.stringify(bought)).not.toContain("canary")
      yield* deliver(settleDeposit(stripe.books, intent ?? none))
      expect((yield* balances()).paid).toBe(137)

      for (const deposits of ["silent", "disabled"] as const) {
        stripe.account = { deposits }
        const { answer } = yield* begin({ credits: 10, payment_method: "stripe_x402.exact.usdc" })
        expect([answer.status, answer.json.error.code]).toEqual([403, "PAYMENT_METHOD_UNAVAILABLE"])
        expect(answer.json.error.details).not.toHaveProperty("deposit_address")
      }
      expect((yield* balances()).paid).toBe(137)
    })
  )

  it.scopedLive("nothing is for sale without keys, and every method says why", () =>
    Effect.gen(function* () {
      const { service } = yield* shop({ machine: undefined as never })
      const { token } = yield* signUp(service.address)
      const methods = yield* send(service.address, "GET", "/v1/payment-methods")
      for (const method of methods.json.data.methods) {
        expect(method).toMatchObject({
          available: false,
          quoteable: false,
          purchasable: false,
          agent_settleable: false,
          live_money: false,
          unavailable_reason: expect.stringContaining("STRIPE_SECRET_KEY")
        })
      }
      const quote = yield* send(service.address, "POST", "/v1/credit-quotes", {
        token,
        body: { credits: 100 }
      })
      expect([quote.status, quote.json.error.code]).toEqual([403, "PAYMENT_METHOD_UNAVAILABLE"])
      const event = yield* send(service.address, "POST", "/v1/webhooks/stripe", { body: {} })
      expect([event.status, event.json.error.code]).toEqual([403, "PAYMENT_METHOD_UNAVAILABLE"])
    })
  )
})

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ServeOptions } from "../../../src/Server/Http/Serve.js"
import { Deadlines } from "../../../src/Services/Deadlines.js"
import { Env } from "../../../src/Services/Env.js"
import { type StripeEmulator, startStripe, type Thing } from "../../support/Emulators/Stripe/index.js"
import { send, served, signUp, type Wire } from "../Http/Served.js"

/** An emulator of Stripe that goes with the scope. */
export const emulator = (options: Parameters<typeof startStripe>[0] = {}) =>
  Effect.acquireRelease(
    Effect.promise(() => startStripe(options)),
    (stripe) => Effect.promise(() => stripe.close())
  )

/** The environment of an operator who sells through it. */
export const environmentOf = (stripe: StripeEmulator): Readonly<Record<string, string>> => ({
  STRIPE_SECRET_KEY: stripe.key,
  STRIPE_WEBHOOK_SECRET: stripe.signingSecret,
  STRIPE_API_BASE: stripe.url,
  IMAGE_SKILL_STRIPE_X402: "1"
})

/** A service that sells credits through an emulated Stripe, with one agent who has signed up. */
export const shop = (
  options: Partial<ServeOptions> = {},
  stripeOptions: Parameters<typeof startStripe>[0] = {}
) =>
  Effect.gen(function* () {
    const stripe = yield* emulator(stripeOptions)
    const service = yield* served({
      machine: Layer.merge(Env.layerOf(environmentOf(stripe)), Deadlines.layer),
      ...options
    })
    const agent = yield* signUp(service.address)
    const ask = (method: string, path: string, body?: unknown, token = agent.token) =>
      send(service.address, method, path, { token, ...(body === undefined ? {} : { body }) })
    let keys = 0
    /** A quote and its purchase, as far as the payment. */
    const begin = (
      terms: Readonly<Record<string, unknown>> = { pack_id: "starter-500" },
      token = agent.token
    ) =>
      Effect.gen(function* () {
        keys += 1
        const quote = yield* ask(
          "POST",
          "/v1/credit-quotes",
          { ...terms, idempotency_key: `q${keys}` },
          token
        )
        const deposit = terms["payment_method"] === "stripe_x402.exact.usdc"
        const bought = yield* ask(
          "POST",
          `/v1/credit-purchases/${deposit ? "stripe-x402-deposits" : "stripe-checkout-sessions"}`,
          { quote_id: quote.json.data?.quote_id, idempotency_key: `b${keys}` },
          token
        )
        return { quote: quote.json.data, bought: bought.json.data, quoted: quote, answer: bought }
      })
    const status = (query: string, token = agent.token) =>
      ask("GET", `/v1/credit-purchases/status?${query}`, undefined, token)
    const balances = (token = agent.token) =>
      Effect.map(ask("GET", "/v1/quota", undefined, token), ({ json }: Wire) => ({
        free: Number(json.data.limits.remaining_credits),
        paid: Number(json.data.limits.payment_backed_remaining_credits)
      }))
    const deliver = (events: ReadonlyArray<Thing>) =>
      Effect.promise(() => Promise.all(events.map((event) => stripe.deliver(service.address, event))))
    const types = (token = agent.token) =>
      Effect.map(ask("GET", "/v1/activity?limit=100", undefined, token), ({ json }) =>
        (json.data.events as ReadonlyArray<{ readonly type: string }>).map(({ type }) => type).reverse()
      )
    return { stripe, service, agent, ask, begin, status, balances, deliver, types }
  })

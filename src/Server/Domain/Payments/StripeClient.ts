import type Sdk from "stripe"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { PaymentMethodId } from "../../../Schema/Credits.js"
import { Env } from "../../../Services/Env.js"
import { currency } from "./Packs.js"
import { type Order, type Setup, Stripe, StripeFault, unready } from "./Stripe.js"
import { CheckoutSession, Dispute, PaymentIntent, Refund, StripeEvent } from "./StripeObjects.js"

// The version in which Stripe speaks of deposits; the SDK's own knows nothing of them (providers §5.5).
const depositVersion = "2026-03-04.preview"
const depositNetwork = "base"
const timeoutMs = 20_000
const toleranceSeconds = 300
// Of a list's pages, 2,000 entries in all: more than any payment has, and an end to a list that has none.
const perPage = 100
const mostPages = 20

/**
 * Stripe by its SDK, with the keys of the environment; the SDK is loaded when Stripe is first asked, so that a start does not pay
 * for it. Without both keys nothing is for sale: without the webhook's, what is paid could never be granted.
 */
export const layerStripe = (publicUrl: () => string): Layer.Layer<Stripe, never, Env> =>
  Layer.effect(
    Stripe,
    Effect.gen(function* () {
      const { get } = yield* Env
      const secret = get("STRIPE_SECRET_KEY")
      const signing = get("STRIPE_WEBHOOK_SECRET")
      const base = get("STRIPE_API_BASE")
      const address = base === undefined ? {} : addressOf(base)
      const live = /^[sr]k_live_/.test(secret ?? "")
      if (secret === undefined) return unready(missing("STRIPE_SECRET_KEY is not set"), publicUrl)
      if (!/^[sr]k_(?:live|test)_[A-Za-z0-9]+$/.test(secret)) {
        return unready(missing("STRIPE_SECRET_KEY is not a secret or restricted key of Stripe"), publicUrl)
      }
      if (signing === undefined) return unready(missing("STRIPE_WEBHOOK_SECRET is not set"), publicUrl)
      // Anything that could be known to others, a publishable key say, would let them sign payments.
      if (!/^whsec_\S{16,}$/.test(signing)) {
        return unready(missing("STRIPE_WEBHOOK_SECRET is no signing secret of Stripe (whsec_…)"), publicUrl)
      }
      if (address === null) {
        return unready(missing("STRIPE_API_BASE is not an https address, or one of this machine"), publicUrl)
      }

      const sdk = yield* Effect.cached(
        Effect.tryPromise({
          try: async () => {
            const { Stripe: Client } = await import("stripe")
            // Its telemetry would write an identifier into the home folder.
            return new Client(secret, {
              ...address,
              telemetry: false,
              maxNetworkRetries: 2,
              timeout: timeoutMs
            })
          },
          catch: () => new StripeFault({ reason: "unauthorised", code: "sdk_not_installed" })
        })
      )
      const ask = <A, I>(schema: Schema.Schema<A, I>, question: (client: Sdk) => Promise<unknown>) =>
        Effect.flatMap(sdk, (client) =>
          Effect.tryPromise({ try: () => question(client), catch: faultOf }).pipe(
            Effect.flatMap(Schema.decodeUnknown(schema)),
            Effect.catchTag("ParseError", () =>
              Effect.fail(new StripeFault({ reason: "failed", code: "unreadable_answer" }))
            ),
            Effect.withSpan("Stripe.ask", { captureStackTrace: false })
          )
        )

      return {
        setup: { ready: true, live, deposits: get("IMAGE_SKILL_STRIPE_X402") === "1" },
        publicUrl,
        openCheckout: (order) =>
          ask(CheckoutSession, (client) =>
            client.checkout.sessions.create(checkoutOf(order, publicUrl()), {
              idempotencyKey: order.attemptId
            })
          ),
        openDeposit: (order) =>
          ask(PaymentIntent, (client) =>
            client.rawRequest("POST", "/v1/payment_intents", depositOf(order), {
              idempotencyKey: order.attemptId,
              apiVersion: depositVersion
            })
          ),
        findSession: (id) => ask(CheckoutSession, (client) => client.checkout.sessions.retrieve(id)),
        findIntent: (id) => ask(PaymentIntent, (client) => client.paymentIntents.retrieve(id)),
        refundsOf: (intent) =>
          ask(ListOf(Refund), (client) =>
            everyPage((page) => client.refunds.list({ payment_intent: intent, ...page }))
          ),
        disputesOf: (intent) =>
          ask(ListOf(Dispute), (client) =>
            everyPage((page) => client.disputes.list({ payment_intent: intent, ...page }))
          ),
        readEvent: (body, signature = "") =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            ask(StripeEvent, async (client) =>
              // What was signed are the bytes, so they are checked before anything reads them.
              client.webhooks.constructEvent(
                Buffer.from(body),
                signature,
                signing,
                toleranceSeconds,
                undefined,
                now
              )
            ).pipe(
              // A header that the SDK stumbles over, or signed text that is no JSON: nothing that Stripe sends.
              Effect.mapError((fault) =>
                fault.reason === "unreachable"
                  ? new StripeFault({ reason: "refused", code: fault.code })
                  : fault
              )
            )
          )
      }
    })
  )

const missing = (reason: string): Setup => ({ ready: false, reason })

const ListOf = <A, I>(item: Schema.Schema<A, I>) =>
  Schema.Struct({
    items: Schema.Array(item),
    complete: Schema.Boolean,
    at: Schema.NullOr(Schema.JsonNumber)
  })

/** Reads a list to its end, or as far as is read at once. */
const everyPage = async <A extends { readonly id: string }>(
  ask: (page: {
    readonly limit: number
    readonly starting_after?: string
  }) => Promise<Sdk.Response<Sdk.ApiList<A>>>
) => {
  const items: Array<A> = []
  let at: number | null = null
  for (let count = 0; count < mostPages; count += 1) {
    const last = items.at(-1)
    const page = await ask({ limit: perPage, ...(last === undefined ? {} : { starting_after: last.id }) })
    // The first page's time: no entry of a later one is older than that.
    const told = Date.parse(String(page.lastResponse.headers["date"]))
    at ??= Number.isNaN(told) ? null : told
    items.push(...page.data)
    if (!page.has_more) return { items, complete: true, at }
    if (page.data.length === 0) break
  }
  return { items, complete: false, at }
}

/** Host, port and protocol as the SDK takes them; `null` for an address to which a key must not go. */
const addressOf = (
  base: string
): { readonly host: string; readonly port: string; readonly protocol: "http" | "https" } | null => {
  if (!URL.canParse(base)) return null
  const url = new URL(base)
  const loopback = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/.test(url.hostname)
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) return null
  const protocol = url.protocol === "https:" ? "https" : "http"
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (protocol === "https" ? "443" : "80") : url.port,
    protocol
  }
}

const metadataOf = ({ attemptId, organizationId, quoteId }: Order, method: PaymentMethodId) => ({
  payment_attempt_id: attemptId,
  quote_id: quoteId,
  organization_id: organizationId,
  payment_method: method
})

const checkoutOf = (order: Order, publicUrl: string): Sdk.Checkout.SessionCreateParams => ({
  mode: "payment",
  success_url: `${publicUrl}/pay/${order.attemptId}?returned=1`,
  cancel_url: `${publicUrl}/pay/${order.attemptId}`,
  client_reference_id: order.attemptId,
  metadata: metadataOf(order, "stripe_checkout"),
  // So that whoever looks at the intent, or at what refunds it, finds its way back.
  payment_intent_data: { metadata: metadataOf(order, "stripe_checkout") },
  line_items: [
    {
      quantity: 1,
      price_data: {
        currency: currency.toLowerCase(),
        unit_amount: order.amountCents,
        product_data: { name: `${order.credits} image credits` }
      }
    }
  ],
  allow_promotion_codes: true,
  expires_at: Math.floor(order.expiresAt / 1000)
})

const depositOf = (order: Order) => ({
  amount: order.amountCents,
  currency: currency.toLowerCase(),
  payment_method_types: ["crypto"],
  payment_method_data: { type: "crypto" },
  payment_method_options: {
    crypto: { mode: "deposit", deposit_options: { networks: [depositNetwork] } }
  },
  confirm: true,
  metadata: metadataOf(order, "stripe_x402.exact.usdc")
})

const reasons: Readonly<Record<string, StripeFault["reason"]>> = {
  StripeInvalidRequestError: "refused",
  StripeCardError: "refused",
  StripeSignatureVerificationError: "refused",
  StripeAuthenticationError: "unauthorised",
  StripePermissionError: "unauthorised",
  StripeAPIError: "failed",
  StripeIdempotencyError: "failed"
}

// An error's text may hold the request; its type and code are Stripe's own words.
const faultOf = (error: unknown): StripeFault => {
  const { code, statusCode, type } = (error ?? {}) as {
    readonly type?: unknown
    readonly code?: unknown
    readonly statusCode?: unknown
  }
  const word = [code, type].find((one) => typeof one === "string" && /^[A-Za-z0-9_]{1,60}$/.test(one))
  // The same order is at Stripe already, and its answer is still to come; the SDK calls that a breakdown of Stripe's.
  if (statusCode === 409) return new StripeFault({ reason: "unreachable", code: String(word ?? "conflict") })
  // Whatever else breaks (a socket, a limit, a body that is not JSON) leaves open what Stripe did.
  return new StripeFault({ reason: reasons[String(type)] ?? "unreachable", code: String(word ?? "unknown") })
}

import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Listed, type Order, Stripe, StripeFault } from "../../../src/Server/Domain/Payments/Stripe.js"
import {
  CheckoutSession,
  Dispute,
  PaymentIntent,
  Refund,
  StripeEvent
} from "../../../src/Server/Domain/Payments/StripeObjects.js"
import { type Books, makeDeposit, makeSession, type Thing } from "../../support/Emulators/Stripe/index.js"

const metadataOf = ({ attemptId, organizationId, quoteId }: Order, method: string) => ({
  payment_attempt_id: attemptId,
  quote_id: quoteId,
  organization_id: organizationId,
  payment_method: method
})

/** What the world does to the next request: nothing is done, or it is done and nobody hears of it. */
export interface Weather {
  next: "fair" | "lost_before" | "lost_after" | "fails"
}

/** Stripe straight over the emulator's books, without a socket: an event is its own text, signed with one word. */
export const stripeOf = (books: Books, weather: Weather): typeof Stripe.Service => {
  const keys = new Map<string, Thing>()
  const read = <A, I>(schema: Schema.Schema<A, I>, value: unknown): Effect.Effect<A, StripeFault> =>
    // Copied, because an answer is a thing of its moment.
    Effect.mapError(
      Schema.decodeUnknown(schema)(structuredClone(value)),
      () => new StripeFault({ reason: "failed", code: "unreadable_answer" })
    )
  const open = <A, I>(schema: Schema.Schema<A, I>, key: string, make: () => Thing) =>
    Effect.suspend(() => {
      const { next } = weather
      weather.next = "fair"
      if (next === "lost_before") {
        return Effect.fail(new StripeFault({ reason: "unreachable", code: "econnreset" }))
      }
      if (next === "fails") return Effect.fail(new StripeFault({ reason: "failed", code: "api_error" }))
      const thing = keys.get(key) ?? make()
      keys.set(key, thing)
      return next === "lost_after"
        ? Effect.fail(new StripeFault({ reason: "unreachable", code: "econnreset" }))
        : read(schema, thing)
    }).pipe(Effect.zipLeft(Effect.yieldNow()))
  const find = <A, I>(schema: Schema.Schema<A, I>, id: string) => read(schema, books.things.get(id))
  const listed = <A, I>(schema: Schema.Schema<A, I>, object: string, intent: string) =>
    Effect.map(
      Effect.forEach(
        [...books.things.values()].filter((one) => one.object === object && one["payment_intent"] === intent),
        (one) => read(schema, one)
      ),
      (items): Listed<A> => ({ items, complete: true, at: books.now() * 1000 })
    )
  return {
    setup: { ready: true, live: books.live, deposits: true },
    publicUrl: () => "https://images.example.com",
    openCheckout: (order) =>
      open(CheckoutSession, order.attemptId, () =>
        makeSession(books, {
          amount: order.amountCents,
          reference: order.attemptId,
          metadata: metadataOf(order, "stripe_checkout"),
          intentMetadata: metadataOf(order, "stripe_checkout"),
          expiresAt: Math.floor(order.expiresAt / 1000)
        })
      ),
    openDeposit: (order) =>
      open(PaymentIntent, order.attemptId, () =>
        makeDeposit(books, order.amountCents, metadataOf(order, "stripe_x402.exact.usdc"), true)
      ),
    findSession: (id) => find(CheckoutSession, id),
    findIntent: (id) => find(PaymentIntent, id),
    refundsOf: (intent) => listed(Refund, "refund", intent),
    disputesOf: (intent) => listed(Dispute, "dispute", intent),
    readEvent: (body, signature) =>
      signature === "signed"
        ? read(StripeEvent, JSON.parse(Buffer.from(body).toString("utf8")))
        : Effect.fail(new StripeFault({ reason: "refused", code: "signature" }))
  }
}

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { PaymentMethodId } from "../../../src/Schema/Credits.js"
import { buy } from "../../../src/Server/Domain/Payments/Buying.js"
import { quote } from "../../../src/Server/Domain/Payments/Quoting.js"
import { Stripe } from "../../../src/Server/Domain/Payments/Stripe.js"
import { receiveEvent } from "../../../src/Server/Domain/Payments/Webhook.js"
import { Payments } from "../../../src/Server/Storage/Payments.js"
import { Reversals } from "../../../src/Server/Storage/Reversals.js"
import { makeBooks, type Thing } from "../../support/Emulators/Stripe/index.js"
import { layerMoney, layerStorageMemory, newcomer, Time } from "../../support/MoneyService.js"
import { stripeOf } from "./BooksStripe.js"

const trace = "trace_0123456789abcdef"

/** A buyer before a Stripe without a socket, in a service without files whose clock a test moves. */
export const market = Effect.gen(function* () {
  // Nothing at Stripe happens in the same second: what came later is known by its time.
  let second = Math.floor(Date.now() / 1000)
  const books = makeBooks(true, () => (second += 1))
  const stripe = stripeOf(books, { next: "fair" })
  const within = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provideService(effect, Stripe, stripe)
  const buyer = yield* newcomer(0)
  return {
    books,
    buyer,
    things: (object: string): ReadonlyArray<Thing> =>
      [...books.things.values()].filter((one) => one.object === object),
    quote: (key: string, credits: number, method: PaymentMethodId = "stripe_checkout") =>
      within(quote(buyer, { credits, payment_method: method, idempotency_key: key })),
    buy: (id: string, key: string, method: PaymentMethodId = "stripe_checkout") =>
      within(buy(buyer, method, { quote_id: id, idempotency_key: key }, trace)),
    deliver: (events: ReadonlyArray<Thing>) =>
      Effect.forEach(events, (event) =>
        within(receiveEvent(new TextEncoder().encode(JSON.stringify(event)), "signed", trace))
      )
  }
})

/** What a market stands on. */
export const layerMarket = (time: Time = new Time()) =>
  Layer.mergeAll(Payments.layer, Reversals.layer).pipe(
    Layer.provideMerge(layerMoney(layerStorageMemory, () => Effect.die("nothing is made here"))),
    Layer.provideMerge(time.layer)
  )

import * as Effect from "effect/Effect"
import type {
  creditsBuyCheckout,
  creditsBuyDeposit,
  creditsMethods,
  creditsPacks,
  creditsQuote,
  creditsStatus
} from "../../Operations/Credits.js"
import { buy } from "../Domain/Payments/Buying.js"
import { methodsOf, paymentFrame } from "../Domain/Payments/Methods.js"
import { packsAnswer } from "../Domain/Payments/Packs.js"
import { quote } from "../Domain/Payments/Quoting.js"
import { status } from "../Domain/Payments/Status.js"
import { Stripe } from "../Domain/Payments/Stripe.js"
import { type Handler, identityOf } from "./Handler.js"

export const listMethods: Handler<typeof creditsMethods> = () =>
  Effect.map(Stripe, ({ setup }) => ({ data: { ...paymentFrame, methods: methodsOf(setup) } }))

export const listPacks: Handler<typeof creditsPacks> = () =>
  Effect.map(Stripe, ({ setup }) => ({ data: packsAnswer(setup.ready) }))

export const quoteCredits: Handler<typeof creditsQuote> = (request, caller) =>
  Effect.flatMap(identityOf(caller), (identity) => quote(identity, request))

export const buyByCheckout: Handler<typeof creditsBuyCheckout> = (request, caller) =>
  Effect.flatMap(identityOf(caller), (identity) =>
    Effect.map(buy(identity, "stripe_checkout", request, caller.traceId), (data) => ({ data }))
  )

export const buyByDeposit: Handler<typeof creditsBuyDeposit> = (request, caller) =>
  Effect.flatMap(identityOf(caller), (identity) =>
    Effect.map(buy(identity, "stripe_x402.exact.usdc", request, caller.traceId), (data) => ({ data }))
  )

export const showPurchase: Handler<typeof creditsStatus> = (query, caller) =>
  Effect.flatMap(identityOf(caller), (identity) => Effect.map(status(identity, query), (data) => ({ data })))

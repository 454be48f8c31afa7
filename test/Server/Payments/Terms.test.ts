import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Credits } from "../../../src/Schema/Money.js"
import type { Identity } from "../../../src/Server/Domain/Identity.js"
import { quoteLifeMs } from "../../../src/Server/Domain/Payments/Quoting.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import { Payments, type Quote } from "../../../src/Server/Storage/Payments.js"
import {
  happen,
  paySession,
  refundIntent,
  settleDeposit,
  type Thing
} from "../../support/Emulators/Stripe/index.js"
import { readRows, Time } from "../../support/MoneyService.js"
import { layerMarket, market } from "./Market.js"

const none = {} as Thing
const minuteMs = 60_000

/** A quote as a service with another price list has made it: a credit was nine tenths of a cent. */
const made = (buyer: Identity, change: Partial<Quote> & Pick<Quote, "id">) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    yield* (yield* Payments).addQuote({
      organizationId: buyer.organizationId,
      agentId: buyer.agentId,
      key: change.id,
      credits: Credits.make(500),
      amountCents: 450,
      currency: "USD",
      method: "stripe_checkout",
      packId: "starter-500",
      live: true,
      createdAt: now,
      expiresAt: now + minuteMs,
      ...change
    })
  })

describe("the terms of a quote", () => {
  it.live("a quote that has run out is not sold, nor told again", () => {
    const time = new Time()
    return Effect.gen(function* () {
      const { buy, buyer, deliver, books, quote, things } = yield* market
      const paid = Effect.map(
        Effect.flatMap(Ledger, ({ balances }) => balances(buyer.organizationId)),
        (all) => all.paid
      )
      const late = String((yield* quote("late", 300)).data.quote_id)
      const early = String((yield* quote("early", 200)).data.quote_id)
      time.shift = quoteLifeMs - minuteMs
      expect((yield* buy(early, "early")).state).toBe("action_required")

      time.shift = quoteLifeMs + minuteMs
      const refused = yield* Effect.flip(buy(late, "late"))
      expect(refused).toMatchObject({
        code: "CREDIT_QUOTE_EXPIRED",
        details: { quote_id: late },
        recovery: { suggested_command: expect.stringContaining("credits quote --credits 300") }
      })
      expect(things("checkout.session")).toHaveLength(1)
      expect((yield* readRows(["payment_attempts"]))["payment_attempts"]).toHaveLength(1)
      const again = yield* Effect.flip(quote("late", 300))
      expect(again).toMatchObject({
        code: "CREDIT_QUOTE_EXPIRED",
        recovery: { retry: { policy: "new_key" } }
      })

      // What was begun in time is told and paid as it was: its session lives longer than the quote.
      expect(yield* buy(early, "early")).toMatchObject({
        checkout_session_id: things("checkout.session")[0]?.id,
        idempotent_replayed: true
      })
      yield* deliver(paySession(books, things("checkout.session")[0] ?? none))
      expect(yield* paid).toBe(200)
    }).pipe(Effect.provide(layerMarket(time)))
  })

  it.live("a quote is sold at its own price, whatever the price list says by then", () =>
    Effect.gen(function* () {
      const { books, buy, buyer, deliver, things } = yield* market
      const ledger = yield* Ledger
      const paid = Effect.map(ledger.balances(buyer.organizationId), (all) => all.paid)
      yield* made(buyer, { id: "quote_page" })
      expect(yield* buy("quote_page", "b1")).toMatchObject({ credits: 500, amount_cents: 450 })
      const session = things("checkout.session")[0] ?? none
      expect(session["amount_subtotal"]).toBe(450)
      const events = paySession(books, session)
      const dear = happen(books, "checkout.session.completed", { ...session, amount_subtotal: 500 })
      expect(yield* deliver([dear])).toMatchObject([{ outcome: "rejected_amount" }])
      yield* deliver(events)
      expect(yield* paid).toBe(500)
      yield* deliver(refundIntent(books, session["payment_intent"], 225))
      expect(yield* paid).toBe(250)
      // A share that is no whole credit is rounded for the buyer.
      yield* deliver(refundIntent(books, session["payment_intent"], 1))
      expect(yield* paid).toBe(249)

      yield* made(buyer, { id: "quote_wallet", method: "stripe_x402.exact.usdc" })
      yield* buy("quote_wallet", "b2", "stripe_x402.exact.usdc")
      const intent = things("payment_intent").find((one) => one["status"] === "requires_action") ?? none
      expect(intent["amount"]).toBe(450)
      yield* deliver(settleDeposit(books, intent))
      expect(yield* paid).toBe(749)
      expect(yield* ledger.audit).toEqual([])
    }).pipe(Effect.provide(layerMarket()))
  )

  it.live("a quote of test money is not sold for real money", () =>
    Effect.gen(function* () {
      const { buy, buyer, things } = yield* market
      yield* made(buyer, { id: "quote_test", live: false })
      expect(yield* Effect.flip(buy("quote_test", "b"))).toMatchObject({ code: "CREDIT_QUOTE_EXPIRED" })
      expect(things("checkout.session")).toEqual([])
      expect((yield* readRows(["payment_attempts"]))["payment_attempts"]).toEqual([])
    }).pipe(Effect.provide(layerMarket()))
  )
})

import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { reconcilePayments } from "../../../src/Server/Admin/Payments.js"
import { buy } from "../../../src/Server/Domain/Payments/Buying.js"
import { quote } from "../../../src/Server/Domain/Payments/Quoting.js"
import { reconcile } from "../../../src/Server/Domain/Payments/Reconcile.js"
import { Stripe } from "../../../src/Server/Domain/Payments/Stripe.js"
import { receiveEvent } from "../../../src/Server/Domain/Payments/Webhook.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import { Payments } from "../../../src/Server/Storage/Payments.js"
import { Reversals } from "../../../src/Server/Storage/Reversals.js"
import { Env } from "../../../src/Services/Env.js"
import {
  appealDispute,
  type Books,
  closeDispute,
  makeBooks,
  openDispute,
  paySession,
  refundIntent,
  type Thing
} from "../../support/Emulators/Stripe/index.js"
import { layerMoney, layerStorageMemory, newcomer } from "../../support/MoneyService.js"
import { stripeOf } from "./BooksStripe.js"
import { layerMarket, market } from "./Market.js"
import { environmentOf, shop } from "./Shop.js"

const trace = "trace_0123456789abcdef"
const none = {} as Thing
const credits = 500

/** How a dispute goes on: closed one way or the other, and taken up again. */
const anyLife = fc.record({
  refunded: fc.constantFrom(0, 0, 120),
  ends: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
  /** Whether the last of its closings is taken up again, and not closed any more. */
  open: fc.boolean(),
  /** The order in which its events arrive, and some of them twice. */
  order: fc.array(fc.nat(1_000), { minLength: 40, maxLength: 40 }),
  reconciled: fc.constantFrom("never", "halfway", "early")
})

/** What is claimed of the credits by Stripe's own books. */
const claimed = (books: Books, id: string, refunded: number) =>
  books.things.get(id)?.["status"] === "won" ? refunded : credits

describe("a dispute that is decided more than once", () => {
  it("the latest decision counts, in whatever order its events arrive", async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(anyLife, ({ ends, open, order, reconciled, refunded }) =>
        Effect.gen(function* () {
          let second = Math.floor(Date.now() / 1000)
          const books = makeBooks(true, () => (second += 1))
          const buyer = yield* newcomer(0)
          const stripe = stripeOf(books, { next: "fair" })
          const within = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
            Effect.provideService(effect, Stripe, stripe)
          const deliver = (event: unknown) =>
            within(receiveEvent(new TextEncoder().encode(JSON.stringify(event)), "signed", trace))
          const method = "stripe_checkout"
          const { data } = yield* within(
            quote(buyer, { credits, payment_method: method, idempotency_key: "q" })
          )
          yield* within(
            buy(
              buyer,
              method,
              { quote_id: String(data.quote_id) as never, idempotency_key: "b" as never },
              trace
            )
          )
          const session =
            [...books.things.values()].find(({ object }) => object === "checkout.session") ?? none
          yield* Effect.forEach(paySession(books, session), deliver)
          const intent = String(session["payment_intent"])
          if (refunded > 0) yield* Effect.forEach(refundIntent(books, intent, refunded), deliver)

          const from = books.events.length
          const id = String(openDispute(books, intent, credits)[0]?.["data"].object.id)
          for (const [index, won] of ends.entries()) {
            if (index > 0) appealDispute(books, id)
            closeDispute(books, id, won)
          }
          if (open) appealDispute(books, id)
          seen.add(`${ends.slice(-2).join()}${open ? " open" : ""}`)

          const events = books.events.slice(from)
          const late = [...events, ...events.slice(0, 2)].map((event, index) => ({
            event,
            place: order[index] ?? 0
          }))
          late.sort((left, right) => left.place - right.place)
          for (const [index, { event }] of late.entries()) {
            const now =
              (reconciled === "early" && index === 0) ||
              (reconciled === "halfway" && index === Math.floor(late.length / 2))
            if (now) yield* within(reconcile(trace, { since: 0 }))
            yield* deliver(event)
          }
          const ledger = yield* Ledger
          const { paid } = yield* ledger.balances(buyer.organizationId)
          expect(paid).toBe(credits - claimed(books, id, refunded))
          expect(yield* ledger.audit).toEqual([])
          expect(yield* within(reconcile(trace, { since: 0 }))).toMatchObject({ reversed: 0, owed: 0 })
        }).pipe(
          Effect.provide(
            Layer.mergeAll(Payments.layer, Reversals.layer).pipe(
              Layer.provideMerge(layerMoney(layerStorageMemory, () => Effect.die("nothing is made here")))
            )
          ),
          Effect.runPromise
        )
      ),
      { numRuns: 60 }
    )
    // Won and then lost, lost and then won, and taken up again after either.
    for (const life of ["true,false", "false,true", "true open", "false open"]) {
      expect(
        [...seen].some((one) => one.endsWith(life)),
        life
      ).toBe(true)
    }
  }, 60_000)

  for (const won of [true, false]) {
    it.live(`${won ? "lost, then won" : "won, then lost"}, and told the other way round`, () =>
      Effect.gen(function* () {
        const { books, buy, buyer, deliver, quote, things } = yield* market
        yield* buy(String((yield* quote("q", credits)).data.quote_id), "b")
        const session = things("checkout.session")[0] ?? none
        yield* deliver(paySession(books, session))
        const opened = openDispute(books, String(session["payment_intent"]), credits)
        const id = String(opened[0]?.["data"].object.id)
        const first = closeDispute(books, id, !won)
        const appealed = appealDispute(books, id)
        const last = closeDispute(books, id, won)
        yield* deliver([...opened, ...last, ...appealed, ...first])
        const { balances } = yield* Ledger
        expect((yield* balances(buyer.organizationId)).paid).toBe(won ? credits : 0)
      }).pipe(Effect.provide(layerMarket()))
    )
  }

  it.scopedLive("won, appealed and lost: by its events, or by asking Stripe", () =>
    Effect.gen(function* () {
      let ahead = 0
      const { balances, begin, deliver, service, status, stripe, types } = yield* shop(
        {},
        { now: () => Date.now() + (ahead += 1_000) }
      )
      const ask = reconcilePayments(service.dataFolder, trace).pipe(
        Effect.provide(Env.layerOf(environmentOf(stripe)))
      )
      const { bought } = yield* begin({ credits })
      const session = stripe.sessions()[0] ?? none
      yield* deliver(paySession(stripe.books, session))
      const opened = openDispute(stripe.books, String(session["payment_intent"]), credits)
      const id = String(opened[0]?.["data"].object.id)
      const won = closeDispute(stripe.books, id, true)
      yield* deliver([...opened, ...won])
      expect((yield* balances()).paid).toBe(credits)
      // The appeal takes the funds, and so the credits, before anybody has decided on it.
      const appealed = appealDispute(stripe.books, id)
      yield* deliver(appealed)
      expect((yield* balances()).paid).toBe(0)
      yield* deliver([...won].reverse())
      expect((yield* balances()).paid).toBe(0)
      // Its end is not told at all, and found.
      const last = closeDispute(stripe.books, id, true)
      expect(yield* ask).toMatchObject({ reversed: 1, problems: [] })
      expect((yield* balances()).paid).toBe(credits)
      yield* deliver([...last, ...appealed])
      expect((yield* balances()).paid).toBe(credits)
      appealDispute(stripe.books, id)
      const lost = closeDispute(stripe.books, id, false)
      expect(yield* ask).toMatchObject({ reversed: 1, problems: [] })
      expect((yield* balances()).paid).toBe(0)
      yield* deliver([...stripe.books.events, ...lost])
      expect((yield* balances()).paid).toBe(0)
      const { receipt } = (yield* status(`payment_attempt_id=${bought.payment_attempt_id}`)).json.data
      expect(receipt).toMatchObject({ reversed_credits: credits, reversals: [{ status: "effective" }] })
      expect((yield* types()).filter((type) => /disputed|reinstated/.test(type))).toEqual([
        "credits.payment_backed_disputed",
        "credits.payment_backed_reinstated",
        "credits.payment_backed_disputed",
        "credits.payment_backed_reinstated",
        "credits.payment_backed_disputed"
      ])
    })
  )

  it.scopedLive("lost after a part was refunded: what comes back of it is not a victory", () =>
    Effect.gen(function* () {
      const { balances, begin, deliver, stripe } = yield* shop()
      yield* begin({ credits })
      const session = stripe.sessions()[0] ?? none
      yield* deliver(paySession(stripe.books, session))
      const intent = String(session["payment_intent"])
      yield* deliver(refundIntent(stripe.books, intent, 200))
      const opened = openDispute(stripe.books, intent, credits)
      yield* deliver(opened)
      const closed = closeDispute(stripe.books, String(opened[0]?.["data"].object.id), false)
      expect(closed.map(({ type }) => type)).toContain("charge.dispute.funds_reinstated")
      yield* deliver([...closed].reverse())
      expect((yield* balances()).paid).toBe(0)
    })
  )
})

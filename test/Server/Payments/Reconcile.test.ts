import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { inFolder } from "../../../src/Server/Admin/Folder.js"
import { reconcilePayments } from "../../../src/Server/Admin/Payments.js"
import { reconcile } from "../../../src/Server/Domain/Payments/Reconcile.js"
import { Stripe } from "../../../src/Server/Domain/Payments/Stripe.js"
import { layerStripe } from "../../../src/Server/Domain/Payments/StripeClient.js"
import { Env } from "../../../src/Services/Env.js"
import {
  closeDispute,
  openDispute,
  paySession,
  refundIntent,
  settleDeposit,
  type Thing
} from "../../support/Emulators/Stripe/index.js"
import { stripeOf } from "./BooksStripe.js"
import { emulator, environmentOf, shop } from "./Shop.js"

const none = {} as Thing
const trace = "trace_0123456789abcdef"

describe("reconciling", () => {
  it.scopedLive("finds what no webhook told, beside the service that runs, and twice changes nothing", () =>
    Effect.gen(function* () {
      const { balances, begin, service, status, stripe, types } = yield* shop()
      const reconcile = reconcilePayments(service.dataFolder, trace).pipe(
        Effect.provide(Env.layerOf(environmentOf(stripe)))
      )
      const paid = yield* begin()
      yield* begin({ credits: 300, payment_method: "stripe_x402.exact.usdc" })
      yield* begin({ credits: 70 })
      const [first, unpaid] = stripe.sessions()
      paySession(stripe.books, first ?? none)
      const deposit = stripe.intents().find((one) => one["status"] === "requires_action") ?? none
      settleDeposit(stripe.books, deposit)
      expect((yield* balances()).paid).toBe(0)
      expect(yield* reconcile).toEqual({
        checked: { attempts: 3, receipts: 2 },
        granted: 2,
        reversed: 0,
        collected: 0,
        owed: 0,
        problems: []
      })
      expect((yield* balances()).paid).toBe(800)
      expect((yield* status(`quote_id=${paid.quote.quote_id}`)).json.data).toMatchObject({
        state: "succeeded",
        provider_event: { event_id: "reconcile" }
      })
      expect(yield* reconcile).toMatchObject({ granted: 0, reversed: 0 })

      const intent = String(first?.["payment_intent"])
      refundIntent(stripe.books, intent, 100)
      const dispute = openDispute(stripe.books, deposit.id, 300)[0]?.["data"].object.id
      expect(yield* reconcile).toMatchObject({ granted: 0, reversed: 2 })
      expect((yield* balances()).paid).toBe(400)
      closeDispute(stripe.books, String(dispute), true)
      expect(yield* reconcile).toMatchObject({ reversed: 1 })
      expect((yield* balances()).paid).toBe(700)
      const before = yield* types()
      expect(yield* reconcile).toMatchObject({ granted: 0, reversed: 0 })
      expect(yield* types()).toEqual(before)

      // The events come after all: everything is known.
      for (const event of stripe.books.events) {
        expect(yield* Effect.promise(() => stripe.deliver(service.address, event))).toBe(200)
      }
      expect((yield* balances()).paid).toBe(700)
      // What Stripe has lost is named and does not hide the rest.
      stripe.books.things.delete(unpaid?.id ?? "")
      refundIntent(stripe.books, intent, 50)
      expect(yield* reconcile).toMatchObject({
        reversed: 1,
        problems: [{ problem: "stripe_resource_missing" }]
      })
      expect((yield* balances()).paid).toBe(650)
    })
  )

  it.scopedLive("reads every page of a payment's refunds and disputes", () =>
    Effect.gen(function* () {
      const { balances, begin, deliver, service, stripe } = yield* shop()
      const reconcile = reconcilePayments(service.dataFolder, trace).pipe(
        Effect.provide(Env.layerOf(environmentOf(stripe)))
      )
      yield* begin({ pack_id: "studio-5000" })
      const session = stripe.sessions()[0] ?? none
      yield* deliver(paySession(stripe.books, session))
      const intent = String(session["payment_intent"])
      for (let count = 0; count < 130; count += 1) refundIntent(stripe.books, intent, 1)
      for (let count = 0; count < 101; count += 1) openDispute(stripe.books, intent, 1)
      const pages = (path: string) => stripe.requests.filter((one) => one.path === path).length
      expect(yield* reconcile).toMatchObject({ reversed: 231, problems: [] })
      expect((yield* balances()).paid).toBe(5_000 - 231)
      expect([pages("/v1/refunds"), pages("/v1/disputes")]).toEqual([2, 2])
      expect(yield* reconcile).toMatchObject({ reversed: 0, problems: [] })
    })
  )

  it.scopedLive("says where a list is longer than it reads, and has applied what it read", () =>
    Effect.gen(function* () {
      const { balances, begin, deliver, service, status, stripe } = yield* shop()
      const { bought } = yield* begin({ pack_id: "studio-5000" })
      const session = stripe.sessions()[0] ?? none
      yield* deliver(paySession(stripe.books, session))
      const intent = String(session["payment_intent"])
      for (let count = 0; count < 2_001; count += 1) refundIntent(stripe.books, intent, 1)
      const read = yield* Effect.flatMap(Stripe, ({ refundsOf }) => refundsOf(intent)).pipe(
        Effect.provide(
          Layer.provide(
            layerStripe(() => ""),
            Env.layerOf(environmentOf(stripe))
          )
        )
      )
      expect([read.items.length, read.complete]).toEqual([2_000, false])
      expect(stripe.requests.filter(({ path }) => path === "/v1/refunds")).toHaveLength(20)
      expect(new Set(read.items.map(({ id }) => id)).size).toBe(2_000)

      // The same with fewer of them, which are applied sooner.
      const some = { ...read, items: read.items.slice(0, 60) }
      const cut = {
        ...stripeOf(stripe.books, { next: "fair" }),
        refundsOf: () => Effect.succeed(some),
        disputesOf: () => Effect.succeed({ items: [], complete: false, at: null })
      }
      const { receipt } = (yield* status(`payment_attempt_id=${bought.payment_attempt_id}`)).json.data
      expect(
        yield* inFolder(service.dataFolder, Effect.provideService(reconcile(trace), Stripe, cut))
      ).toMatchObject({
        reversed: 60,
        problems: [
          { reference: receipt.receipt_id, problem: "more_refunds_than_were_read" },
          { reference: receipt.receipt_id, problem: "more_disputes_than_were_read" }
        ]
      })
      expect((yield* balances()).paid).toBe(5_000 - 60)
    })
  )

  it.scopedLive("asks nothing of the other mode, and names what was paid in it", () =>
    Effect.gen(function* () {
      const { begin, deliver, service, status, stripe } = yield* shop({}, { key: "sk_test_emulator00" })
      const paid = yield* begin()
      yield* deliver(paySession(stripe.books, stripe.sessions()[0] ?? none))
      const unpaid = yield* begin({ credits: 70 })
      const { receipt } = (yield* status(`quote_id=${paid.quote.quote_id}`)).json.data
      const live = yield* emulator()
      const found = yield* reconcilePayments(service.dataFolder, trace).pipe(
        Effect.provide(Env.layerOf(environmentOf(live)))
      )
      expect(found).toMatchObject({
        granted: 0,
        problems: [
          { reference: unpaid.bought.payment_attempt_id, problem: "begun_in_test_mode" },
          { reference: receipt.receipt_id, problem: "paid_in_test_mode" }
        ]
      })
      expect(live.requests).toEqual([])
    })
  )

  it.scopedLive("needs the operator's keys, and says which are missing", () =>
    Effect.gen(function* () {
      const { service } = yield* shop()
      const error = yield* Effect.flip(
        reconcilePayments(service.dataFolder, trace).pipe(Effect.provide(Layer.fresh(Env.layerOf({}))))
      )
      expect([error.code, error.reason]).toEqual([
        "PAYMENT_METHOD_UNAVAILABLE",
        expect.stringContaining("STRIPE_SECRET_KEY")
      ])
    })
  )
})

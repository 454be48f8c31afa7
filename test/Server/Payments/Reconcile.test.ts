import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { reconcilePayments } from "../../../src/Server/Admin/Payments.js"
import { Env } from "../../../src/Services/Env.js"
import {
  closeDispute,
  openDispute,
  paySession,
  refundIntent,
  settleDeposit,
  type Thing
} from "../../support/Emulators/Stripe/index.js"
import { environmentOf, shop } from "./Shop.js"

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

import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { Credits } from "../../../src/Schema/Money.js"
import { layerStorage } from "../../../src/Server/App.js"
import { DataFolder } from "../../../src/Server/Storage/DataFolder.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import {
  closeDispute,
  failRefund,
  openDispute,
  paySession,
  refundIntent,
  type Thing
} from "../../support/Emulators/Stripe/index.js"
import { shop } from "./Shop.js"

const svg = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><rect width='8' height='8'/></svg>"
const none = {} as Thing

/** A shop in which one pack was paid for, and what can be done with that payment. */
const sold = (credits = 500) =>
  Effect.gen(function* () {
    const made = yield* shop({ policy: { previewCredits: 0 as never } })
    const { bought } = yield* made.begin({ credits })
    const session = made.stripe.sessions()[0] ?? none
    const paid = paySession(made.stripe.books, session)
    yield* made.deliver(paid)
    const intent = String(session["payment_intent"])
    const receipt = Effect.map(
      made.status(`payment_attempt_id=${bought.payment_attempt_id}`),
      ({ json }) => json.data.receipt
    )
    const spend = (key: string) =>
      made.ask("POST", "/v1/create", {
        prompt: "a square",
        model: "local.svg",
        output_count: 1,
        model_parameters: { svg },
        idempotency_key: key
      })
    return { ...made, intent, receipt, spend, bought }
  })

describe("reversals", () => {
  it.scopedLive("refunds take back their part, all of it takes all, whichever events tell of it", () =>
    Effect.gen(function* () {
      const { balances, deliver, intent, receipt, stripe, types } = yield* sold()
      yield* deliver(refundIntent(stripe.books, intent, 120))
      expect((yield* balances()).paid).toBe(380)
      // Only the charge's event, then only the refund's.
      yield* deliver([refundIntent(stripe.books, intent, 80)[1] ?? none])
      expect((yield* balances()).paid).toBe(300)
      yield* deliver([refundIntent(stripe.books, intent, 300)[0] ?? none])
      // 120 and 300 are known one by one; of the 80 only what they came to together.
      expect((yield* balances()).paid).toBe(80)
      yield* deliver([...stripe.books.events].reverse())
      expect((yield* balances()).paid).toBe(0)
      expect(yield* receipt).toMatchObject({ reversed_credits: 500, pending_reversal_credits: 0 })
      const told = yield* types()
      expect(told.filter((type) => type === "credits.payment_backed_refunded")).toHaveLength(4)
      expect(told).not.toContain("credits.payment_backed_reversal_pending")
    })
  )

  it.scopedLive("told by the charge alone, the newest word of it counts, whenever it comes", () =>
    Effect.gen(function* () {
      const { balances, deliver, intent, stripe } = yield* sold()
      const [, early] = refundIntent(stripe.books, intent, 100)
      const [, late] = refundIntent(stripe.books, intent, 100)
      yield* deliver([late ?? none])
      expect((yield* balances()).paid).toBe(300)
      yield* deliver([early ?? none])
      expect((yield* balances()).paid).toBe(300)
    })
  )

  it.scopedLive("a dispute of more than was paid takes all that was granted, and no more", () =>
    Effect.gen(function* () {
      const { balances, deliver, intent, stripe } = yield* sold()
      yield* deliver(openDispute(stripe.books, intent, 501))
      expect((yield* balances()).paid).toBe(0)
    })
  )

  it.scopedLive("a dispute takes, winning it gives back, an inquiry does neither", () =>
    Effect.gen(function* () {
      const { balances, deliver, intent, stripe, types } = yield* sold()
      yield* deliver(openDispute(stripe.books, intent, 500, true))
      expect((yield* balances()).paid).toBe(500)
      const opened = openDispute(stripe.books, intent, 500)
      const id = String(opened[0]?.["data"].object.id)
      yield* deliver(opened)
      expect((yield* balances()).paid).toBe(0)
      const closed = closeDispute(stripe.books, id, true)
      yield* deliver(closed)
      expect((yield* balances()).paid).toBe(500)
      // What comes late of an earlier state changes nothing any more.
      yield* deliver([...opened, ...closed, ...opened])
      expect((yield* balances()).paid).toBe(500)
      const second = openDispute(stripe.books, intent, 200)
      yield* deliver(second)
      yield* deliver(closeDispute(stripe.books, String(second[0]?.["data"].object.id), false))
      expect((yield* balances()).paid).toBe(300)
      expect((yield* types()).filter((type) => /disputed|reinstated/.test(type))).toEqual([
        "credits.payment_backed_disputed",
        "credits.payment_backed_reinstated",
        "credits.payment_backed_disputed"
      ])
    })
  )

  it.scopedLive("what was spent is owed, taken as soon as it is there, and never makes a debt", () =>
    Effect.gen(function* () {
      const { balances, begin, deliver, intent, receipt, spend, stripe, types } = yield* sold(50)
      for (const key of ["1", "2", "3"]) expect((yield* spend(key)).status).toBe(200)
      yield* deliver(refundIntent(stripe.books, intent, 50))
      expect((yield* balances()).paid).toBe(0)
      expect(yield* receipt).toMatchObject({ reversed_credits: 47, pending_reversal_credits: 3 })
      expect((yield* types()).slice(-2)).toEqual([
        "credits.payment_backed_refunded",
        "credits.payment_backed_reversal_pending"
      ])
      expect((yield* spend("4")).json.error.code).toBe("QUOTA_EXCEEDED")
      // The next purchase pays it first.
      yield* begin({ credits: 100 })
      yield* deliver(paySession(stripe.books, stripe.sessions()[1] ?? none))
      expect((yield* balances()).paid).toBe(97)
      expect(yield* receipt).toMatchObject({ reversed_credits: 50, pending_reversal_credits: 0 })
    })
  )

  it.scopedLive("what a job held is taken by the service itself, once the job has let go", () =>
    Effect.gen(function* () {
      const { agent, balances, deliver, intent, receipt, service, stripe } = yield* sold(50)
      const beside = <A, E>(work: (ledger: typeof Ledger.Service) => Effect.Effect<A, E>) =>
        Effect.flatMap(Ledger, work).pipe(
          Effect.provide(Layer.provide(layerStorage, DataFolder.layer(service.dataFolder)))
        )
      yield* beside((ledger) => ledger.hold(agent.organization, "job_beside", Credits.make(50)))
      yield* deliver(refundIntent(stripe.books, intent, 50))
      expect(yield* receipt).toMatchObject({ reversed_credits: 0, pending_reversal_credits: 50 })
      yield* beside((ledger) => ledger.resolve("job_beside", "voided", Credits.make(0)))
      yield* Effect.repeat(receipt, {
        until: (seen: { reversed_credits: number }) => seen.reversed_credits === 50,
        schedule: Schedule.intersect(Schedule.spaced("200 millis"), Schedule.recurs(100))
      })
      expect(yield* receipt).toMatchObject({ reversed_credits: 50, pending_reversal_credits: 0 })
      expect((yield* balances()).paid).toBe(0)
    })
  )

  it.scopedLive("a refund that failed gives back; one that cannot be of this payment is rejected", () =>
    Effect.gen(function* () {
      const { balances, deliver, intent, receipt, stripe, types } = yield* sold()
      const refunded = refundIntent(stripe.books, intent, 500)
      yield* deliver(refunded)
      expect((yield* balances()).paid).toBe(0)
      yield* deliver(failRefund(stripe.books, String(refunded[0]?.["data"].object.id)))
      expect((yield* balances()).paid).toBe(500)
      const other = refunded[0] ?? none
      const bent = (id: string, change: object): Thing => ({
        ...other,
        id: `evt_${id}`,
        data: { object: { ...other["data"].object, id: `re_${id}`, ...change } }
      })
      yield* deliver([bent("large", { amount: 501 }), bent("euro", { currency: "eur", amount: 1 })])
      expect((yield* balances()).paid).toBe(500)
      expect((yield* types()).slice(-3)).toEqual([
        "credits.payment_backed_reinstated",
        "credits.payment_backed_reversal_rejected",
        "credits.payment_backed_reversal_rejected"
      ])
      expect((yield* receipt).reversals.map(({ status }: { status: string }) => status)).toEqual(
        expect.arrayContaining(["reinstated", "rejected"])
      )
    })
  )

  it.scopedLive("that are told before the payment are applied with it", () =>
    Effect.gen(function* () {
      const { balances, begin, deliver, stripe } = yield* shop()
      yield* begin({ credits: 200 })
      const session = stripe.sessions()[0] ?? none
      const paid = paySession(stripe.books, session)
      yield* deliver(refundIntent(stripe.books, session["payment_intent"], 50))
      expect((yield* balances()).paid).toBe(0)
      yield* deliver(paid)
      expect((yield* balances()).paid).toBe(150)
    })
  )
})

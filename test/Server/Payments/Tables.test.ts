import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Credits } from "../../../src/Schema/Money.js"
import { Database } from "../../../src/Server/Storage/Database.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import { type Attempt, Payments, type Receipt } from "../../../src/Server/Storage/Payments.js"
import { Reversals } from "../../../src/Server/Storage/Reversals.js"
import { paySession, type Thing } from "../../support/Emulators/Stripe/index.js"
import { readRows } from "../../support/MoneyService.js"
import { layerMarket, market } from "./Market.js"

// The code never asks for any of this; these are the nets beneath it, which nothing else would put to the test.
describe("the tables of payments", () => {
  it.live("refuse what would be money twice, or less than none", () =>
    Effect.gen(function* () {
      const { books, buy, buyer, deliver, quote, things } = yield* market
      const { run, sql, transaction } = yield* Database
      const ledger = yield* Ledger
      const payments = yield* Payments
      const reversals = yield* Reversals
      const made = (key: string) =>
        Effect.gen(function* () {
          const id = String((yield* quote(key, 500)).data.quote_id)
          yield* buy(id, key)
          return (yield* payments.attemptOfQuote(id)) as Attempt
        })
      const attempt = yield* made("paid")
      const other = yield* made("unpaid")
      const unbought = String((yield* quote("unbought", 500)).data.quote_id)
      yield* deliver(paySession(books, things("checkout.session")[0] ?? ({} as Thing)))
      const receipt = (yield* payments.receiptOfAttempt(attempt.id)) as Receipt
      const { paid } = yield* ledger.balances(buyer.organizationId)
      expect([paid, receipt.intentId]).toEqual([500, expect.stringMatching(/^pi_/)])

      const before = yield* readRows([
        "transfers",
        "entries",
        "receipts",
        "payment_attempts",
        "stripe_events"
      ])
      const grantAgain = (change: Partial<Receipt>) =>
        transaction(
          Effect.gen(function* () {
            const id = "rcpt_again"
            const creditEventId = yield* ledger.purchase(buyer.organizationId, Credits.make(500), id)
            yield* payments.addReceipt({ ...receipt, id, creditEventId, ...change })
          })
        )
      const event = (yield* run(sql<{ id: string }>`SELECT id FROM stripe_events`))[0]
      const refused: Readonly<Record<string, Effect.Effect<unknown, { readonly code: string }>>> = {
        "a second receipt of an attempt": grantAgain({ intentId: "pi_another" }),
        "a second receipt of an intent": grantAgain({ attemptId: other.id, quoteId: other.quoteId }),
        "a second receipt of a grant": transaction(
          payments.addReceipt({ ...receipt, id: "rcpt_again", attemptId: other.id, intentId: "pi_another" })
        ),
        "a second open attempt of a quote": payments.addAttempt({
          ...other,
          id: "payatt_again",
          key: "again"
        }),
        "a second open attempt under a key": payments.addAttempt({
          ...other,
          id: "payatt_again",
          quoteId: unbought
        }),
        "an event again": payments.addEvent({
          id: String(event?.id),
          type: "again",
          objectId: null,
          live: true,
          outcome: "again",
          createdAt: 0
        }),
        "a debt": run(sql`INSERT INTO entries (transfer_id, account_id, amount, balance, may_go_below_zero)
          SELECT transfer_id, account_id, -501, balance - 501, may_go_below_zero FROM entries
          WHERE account_id = ${`${buyer.organizationId}:paid`} ORDER BY seq DESC LIMIT 1`),
        "more taken than is claimed": reversals.setPosition({
          receiptId: receipt.id,
          organizationId: buyer.organizationId,
          target: 1,
          taken: 2
        })
      }
      const accepted: Array<string> = []
      for (const [what, write] of Object.entries(refused)) {
        // Taken back where it was accepted, so that each stands for itself.
        const end = yield* Effect.flip(transaction(Effect.zipRight(write, Effect.fail({ code: "accepted" }))))
        if (end.code === "accepted") accepted.push(what)
      }
      expect(accepted).toEqual([])
      expect(yield* readRows(Object.keys(before))).toEqual(before)
    }).pipe(Effect.provide(layerMarket()))
  )
})

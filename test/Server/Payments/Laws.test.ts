import { expect, it } from "vitest"
import fc from "fast-check"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { perform } from "../../../src/Server/Domain/Creation.js"
import { eventTypes } from "../../../src/Schema/Activity.js"
import type { Identity } from "../../../src/Server/Domain/Identity.js"
import { buy } from "../../../src/Server/Domain/Payments/Buying.js"
import { quote } from "../../../src/Server/Domain/Payments/Quoting.js"
import { reconcile } from "../../../src/Server/Domain/Payments/Reconcile.js"
import { claimOf, collectReversals } from "../../../src/Server/Domain/Payments/Reversing.js"
import { Stripe } from "../../../src/Server/Domain/Payments/Stripe.js"
import { receiveEvent } from "../../../src/Server/Domain/Payments/Webhook.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import { Payments } from "../../../src/Server/Storage/Payments.js"
import { Reversals } from "../../../src/Server/Storage/Reversals.js"
import {
  appealDispute,
  type Books,
  closeDispute,
  endDelayed,
  expireSession,
  failRefund,
  happen,
  makeBooks,
  openDispute,
  paySession,
  refundIntent,
  settleDeposit,
  type Thing
} from "../../support/Emulators/Stripe/index.js"
import { Engine } from "../../support/MoneyEngine.js"
import { layerMoney, layerStorageMemory, newcomer, readRows } from "../../support/MoneyService.js"
import { stripeOf, type Weather } from "./BooksStripe.js"

const trace = "trace_0123456789abcdef"
const numRuns = Number(process.env["PAYMENT_RUNS"] ?? 25)

/** Something that happens: by a buyer, at Stripe, on the way, or inside. Numbers choose among what there is. */
type Step =
  | { readonly do: "quote"; readonly who: number; readonly credits: number; readonly deposit: boolean }
  | { readonly do: "buy"; readonly quote: number; readonly weather: Weather["next"]; readonly key: number }
  | { readonly do: "pay"; readonly session: number; readonly discount: number; readonly delayed: boolean }
  | { readonly do: "arrive"; readonly session: number; readonly arrived: boolean }
  | { readonly do: "expire"; readonly session: number }
  | { readonly do: "settle"; readonly intent: number; readonly arrived: boolean }
  | { readonly do: "refund"; readonly intent: number; readonly part: number }
  | { readonly do: "fail_refund"; readonly refund: number }
  | { readonly do: "dispute"; readonly intent: number; readonly part: number; readonly inquiry: boolean }
  | { readonly do: "close"; readonly dispute: number; readonly won: boolean }
  | { readonly do: "appeal"; readonly dispute: number }
  | { readonly do: "deliver"; readonly events: ReadonlyArray<number> }
  | { readonly do: "bend"; readonly event: number; readonly how: number }
  | { readonly do: "oversize"; readonly intent: number }
  | { readonly do: "spend"; readonly who: number; readonly count: number; readonly denied: boolean }
  | { readonly do: "collect" }
  | { readonly do: "reconcile" }

const some = fc.nat(1_000)
const part = fc.constantFrom(1, 33, 50, 99, 100)
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("quote" as const),
      who: some,
      credits: fc.constantFrom(50, 51, 100, 333, 500, 5_000),
      deposit: fc.boolean()
    })
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("buy" as const),
      quote: some,
      weather: fc.constantFrom(
        "fair" as const,
        "fair" as const,
        "lost_before" as const,
        "lost_after" as const,
        "fails" as const
      ),
      key: fc.nat(1)
    })
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("pay" as const),
      session: some,
      discount: fc.constantFrom(0, 0, 0, 7, 50),
      delayed: fc.boolean()
    })
  },
  fc.record({ do: fc.constant("arrive" as const), session: some, arrived: fc.boolean() }),
  fc.record({ do: fc.constant("expire" as const), session: some }),
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("settle" as const), intent: some, arrived: fc.boolean() })
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("refund" as const), intent: some, part }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("fail_refund" as const), refund: some }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("dispute" as const), intent: some, part, inquiry: fc.boolean() })
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("close" as const), dispute: some, won: fc.boolean() })
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("appeal" as const), dispute: some }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("deliver" as const),
      events: fc.array(some, { minLength: 1, maxLength: 6 })
    })
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("bend" as const), event: some, how: fc.nat(5) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("spend" as const),
      who: some,
      count: fc.integer({ min: 1, max: 4 }),
      denied: fc.boolean()
    })
  },
  fc.record({ do: fc.constant("oversize" as const), intent: some }),
  fc.record({ do: fc.constant("collect" as const) }),
  fc.record({ do: fc.constant("reconcile" as const) })
)

/** Something to pay for, so that what comes after has a meaning. */
const beginnings: ReadonlyArray<Step> = [0, 1, 2, 3].flatMap(
  (index): ReadonlyArray<Step> => [
    { do: "quote", who: index % 2, credits: [50, 60, 333, 51][index] ?? 0, deposit: index === 3 },
    { do: "buy", quote: index, weather: "fair", key: 0 }
  ]
)

const all = { do: "deliver", events: Array.from({ length: 12 }, (_, index) => index) } as const
const spend = { do: "spend", who: 0, count: 4, denied: false } as const

/** Bought, spent and refunded: what is claimed back is not there. Chance alone seldom comes so far. */
const owing: ReadonlyArray<Step> = [
  { do: "pay", session: 0, discount: 0, delayed: false },
  all,
  ...[1, 2, 3].map(() => spend),
  { do: "refund", intent: 0, part: 100 },
  all
]

const at = <A>(all: ReadonlyArray<A>, index: number): A | undefined =>
  all.length === 0 ? undefined : all[index % all.length]

/** One world: two buyers, their Stripe, and what the two may disagree about. */
interface World {
  readonly books: Books
  readonly weather: Weather
  readonly buyers: ReadonlyArray<Identity>
  readonly quotes: Array<{ readonly id: string; readonly owner: Identity; readonly deposit: boolean }>
  /** What was spent of each buyer's credits, as the runs themselves answered. */
  readonly spent: Map<string, number>
  count: number
}

const things = (world: World, object: string, fits: (one: Thing) => boolean = () => true) =>
  [...world.books.things.values()].filter((one) => one.object === object && fits(one))

const paidIntents = (world: World) =>
  things(world, "charge").map((charge) => String(charge["payment_intent"]))

const deliver = (event: unknown, signature = "signed") =>
  receiveEvent(new TextEncoder().encode(JSON.stringify(event)), signature, trace)

/** Carries a step out; what the product refuses is refused, and must have changed nothing. */
const run = (world: World, step: Step) =>
  Effect.gen(function* () {
    const { books, buyers, quotes, weather } = world
    switch (step.do) {
      case "quote": {
        const owner = at(buyers, step.who) as Identity
        world.count += 1
        const { data } = yield* quote(owner, {
          credits: step.credits,
          payment_method: step.deposit ? "stripe_x402.exact.usdc" : "stripe_checkout",
          idempotency_key: `q${world.count}`
        })
        quotes.push({ id: String(data.quote_id), owner, deposit: step.deposit })
        return
      }
      case "buy": {
        const chosen = at(quotes, step.quote)
        if (chosen === undefined) return
        weather.next = step.weather
        yield* buy(
          chosen.owner,
          chosen.deposit ? "stripe_x402.exact.usdc" : "stripe_checkout",
          { quote_id: chosen.id, idempotency_key: `b${chosen.id}${step.key}` },
          trace
        ).pipe(Effect.ensuring(Effect.sync(() => (weather.next = "fair"))))
        return
      }
      case "pay": {
        const session = at(
          things(world, "checkout.session", (one) => one["status"] === "open"),
          step.session
        )
        if (session !== undefined)
          paySession(books, session, { discount: step.discount, delayed: step.delayed })
        return
      }
      case "arrive": {
        const session = at(
          things(
            world,
            "checkout.session",
            (one) => books.things.get(one["payment_intent"])?.["status"] === "processing"
          ),
          step.session
        )
        if (session !== undefined) endDelayed(books, session, step.arrived)
        return
      }
      case "expire": {
        const session = at(
          things(world, "checkout.session", (one) => one["status"] === "open"),
          step.session
        )
        if (session !== undefined) expireSession(books, session)
        return
      }
      case "settle": {
        const intent = at(
          things(world, "payment_intent", (one) => one["status"] === "requires_action"),
          step.intent
        )
        if (intent !== undefined) settleDeposit(books, intent, step.arrived)
        return
      }
      case "refund": {
        const charge = at(
          things(world, "charge", (one) => one["amount_refunded"] < one["amount"]),
          step.intent
        )
        if (charge === undefined) return
        const left = charge["amount"] - charge["amount_refunded"]
        refundIntent(books, charge["payment_intent"], Math.max(1, Math.floor((left * step.part) / 100)))
        return
      }
      case "fail_refund": {
        const refund = at(
          things(world, "refund", (one) => one["status"] === "succeeded"),
          step.refund
        )
        if (refund !== undefined) failRefund(books, refund.id)
        return
      }
      case "dispute": {
        const intent = at(paidIntents(world), step.intent)
        if (intent === undefined) return
        const amount = Number(books.things.get(intent)?.["amount"])
        openDispute(books, intent, Math.max(1, Math.floor((amount * step.part) / 100)), step.inquiry)
        return
      }
      case "close": {
        const dispute = at(
          things(world, "dispute", (one) => /^(?:needs_response|appeal_under_review)$/.test(one["status"])),
          step.dispute
        )
        if (dispute !== undefined) closeDispute(books, dispute.id, step.won)
        return
      }
      case "appeal": {
        const dispute = at(
          things(world, "dispute", (one) => /^(?:won|lost)$/.test(one["status"])),
          step.dispute
        )
        if (dispute !== undefined) appealDispute(books, dispute.id)
        return
      }
      case "deliver": {
        const events = step.events.flatMap((index) => at(books.events, index) ?? [])
        // At once, and some of them twice.
        yield* Effect.forEach(events, (event) => deliver(event), { concurrency: "unbounded" })
        return
      }
      case "bend": {
        const event = at(
          books.events.filter(({ type }) => /completed|succeeded/.test(type)),
          step.event
        )
        if (event === undefined) return
        const { object } = event["data"] as { readonly object: Thing }
        const stranger = { ...(object["metadata"] as object), organization_id: "org_stranger" }
        const bent = [
          { metadata: stranger },
          { amount_subtotal: 1, amount: 1 },
          { currency: "eur" },
          { livemode: !books.live },
          { client_reference_id: "payatt_nobody", metadata: {} }
        ][step.how]
        if (bent === undefined) return yield* deliver(event, "forged")
        return yield* deliver({ ...event, id: books.id("evt_"), data: { object: { ...object, ...bent } } })
      }
      case "oversize": {
        // A refund of more than was paid, as if the books of two services were mixed up.
        const intent = at(paidIntents(world), step.intent)
        if (intent === undefined) return
        const refund = { id: books.id("re_"), object: "refund", amount: 1_000_000, currency: "usd" }
        return yield* deliver({
          ...happen({ ...books, events: [] }, "refund.created", refund),
          data: { object: { ...refund, payment_intent: intent, status: "succeeded" } }
        })
      }
      case "spend": {
        const owner = at(buyers, step.who) as Identity
        world.count += 1
        const { data } = yield* perform(
          owner,
          {
            kind: "create",
            model: "safe",
            output_count: step.count,
            prompt: JSON.stringify({ does: step.denied ? "deny" : "deliver" }),
            idempotency_key: `s${world.count}`
          },
          trace
        )
        const debit = Number(
          (data.cost?.["credit_pricing"] as { credits_required?: number })?.credits_required
        )
        world.spent.set(owner.organizationId, (world.spent.get(owner.organizationId) ?? 0) + debit)
        return
      }
      case "collect":
        return yield* collectReversals(null, trace)
      case "reconcile":
        return yield* reconcile(trace, { since: 0 })
    }
  }).pipe(
    Effect.catchAll((error) => Effect.succeed(error.code)),
    Effect.asVoid
  )

/** What each buyer is owed by the books alone: what was paid for, less what was refunded or is disputed. */
const truth = (world: World, organization: string) => {
  let granted = 0
  let claimed = 0
  const mine = (one: Thing) => one["metadata"]["organization_id"] === organization
  const reversed = (intent: unknown, credits: number, paid: number) => {
    const refunded = things(world, "refund", (one) => one["payment_intent"] === intent)
      .filter((one) => one["status"] !== "failed")
      .reduce((sum, one) => sum + Number(one["amount"]), 0)
    const disputed = things(world, "dispute", (one) => one["payment_intent"] === intent)
      .filter((one) => ["needs_response", "appeal_under_review", "lost"].includes(one["status"]))
      .reduce((sum, one) => sum + Number(one["amount"]), 0)
    const cents = Math.min(paid, refunded + disputed)
    return cents === paid && cents > 0 ? credits : paid === 0 ? 0 : Math.floor((credits * cents) / paid)
  }
  for (const session of things(world, "checkout.session", mine)) {
    if (session["payment_status"] === "unpaid") continue
    granted += session["amount_subtotal"]
    claimed += reversed(session["payment_intent"], session["amount_subtotal"], session["amount_total"])
  }
  for (const intent of things(world, "payment_intent", mine)) {
    if (intent["metadata"]["payment_method"] !== "stripe_x402.exact.usdc") continue
    if (intent["status"] !== "succeeded") continue
    granted += intent["amount"]
    claimed += reversed(intent.id, intent["amount"], intent["amount"])
  }
  return { granted, claimed }
}

const number = (row: Readonly<Record<string, unknown>>, name: string): number => Number(row[name])

/** What the rows say of a buyer, added up here and nowhere else. */
const told = (organization: string) =>
  Effect.gen(function* () {
    const rows = yield* readRows([
      "transfers",
      "receipts",
      "reversal_positions",
      "payment_attempts",
      "events"
    ])
    const of = (table: string) =>
      (rows as Record<string, ReadonlyArray<Record<string, unknown>>>)[table] ?? []
    const paid = `${organization}:paid`
    const moved = (kind: string, side: string) =>
      of("transfers")
        .filter((row) => row["kind"] === kind && row[side] === paid)
        .reduce((sum, row) => sum + number(row, "amount"), 0)
    const receipts = of("receipts").filter((row) => row["organization_id"] === organization)
    const positions = of("reversal_positions").filter((row) => row["organization_id"] === organization)
    const attempts = receipts.map((row) => String(row["attempt_id"]))
    return {
      granted: receipts.reduce((sum, row) => sum + number(row, "credits"), 0),
      grantedByTransfers: moved("grant", "credit_account"),
      taken: moved("reversal", "debit_account") - moved("reinstatement", "credit_account"),
      takenByPositions: positions.reduce((sum, row) => sum + number(row, "taken"), 0),
      target: positions.reduce((sum, row) => sum + number(row, "target"), 0),
      doubled: attempts.length - new Set(attempts).size,
      paidSpent: moved("hold", "debit_account") - moved("release", "credit_account")
    }
  })

const check = (world: World, final: boolean) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger
    expect(yield* ledger.audit).toEqual([])
    for (const { organizationId } of world.buyers) {
      const seen = yield* told(organizationId)
      const { free, held, paid, spent } = yield* ledger.balances(organizationId)
      const real = truth(world, organizationId)
      expect(seen.doubled).toBe(0)
      expect(seen.grantedByTransfers).toBe(seen.granted)
      expect(seen.takenByPositions).toBe(seen.taken)
      expect(seen.taken).toBeLessThanOrEqual(seen.target)
      expect(seen.target).toBeLessThanOrEqual(seen.granted)
      expect(seen.granted).toBeLessThanOrEqual(real.granted)
      expect(paid).toBe(seen.granted - seen.taken - seen.paidSpent)
      expect(held).toBe(0)
      expect(spent).toBe(world.spent.get(organizationId) ?? 0)
      expect(free + paid + spent).toBe(seen.granted - seen.taken)
      if (!final) continue
      expect([organizationId, seen.granted, seen.target]).toEqual([
        organizationId,
        real.granted,
        real.claimed
      ])
      // What is still owed is owed by somebody who has nothing left.
      if (seen.taken < seen.target) expect(paid).toBe(0)
    }
  })

it(
  "payments in any order and interleaving: the rows are the books, and nothing is granted or taken twice",
  async () => {
    const engine = new Engine()
    let runs = 0
    const seen = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 25, maxLength: 45, size: "max" }),
        fc.array(some, { minLength: 60, maxLength: 60 }),
        (chosen, order) =>
          Effect.gen(function* () {
            runs += 1
            const steps = [...beginnings, ...chosen]
            // Nothing at Stripe happens in the same second: what came later is known by its time.
            let second = Math.floor(Date.now() / 1000)
            const books = makeBooks(true, () => (second += 1))
            const weather: Weather = { next: "fair" }
            const world: World = {
              books,
              weather,
              buyers: [yield* newcomer(0), yield* newcomer(0)],
              quotes: [],
              spent: new Map(),
              count: 0
            }
            const stripe = stripeOf(books, weather)
            const within = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
              Effect.provideService(effect, Stripe, stripe)
            // A third of the steps at once with the one before.
            for (let index = 0; index < steps.length; ) {
              const together = steps.slice(index, index + 1 + ((order[index] ?? 0) % 3))
              yield* within(
                Effect.forEach(together, (step) => run(world, step), { concurrency: "unbounded" })
              )
              index += together.length
              if (index % 7 === 0) yield* check(world, false)
            }
            // In the end every event arrives, in whatever order, some of them again.
            const late = books.events.map((event, index) => ({
              event,
              place: order[index % order.length] ?? 0
            }))
            late.sort((left, right) => left.place - right.place)
            yield* within(Effect.forEach(late, ({ event }) => deliver(event), { concurrency: 4 }))
            yield* within(collectReversals(null, trace))
            yield* check(world, true)
            const before = yield* readRows(["transfers", "events"])
            for (const { type } of before["events"] as ReadonlyArray<{ readonly type: string }>) {
              seen.set(type, (seen.get(type) ?? 0) + 1)
            }
            const again = yield* within(reconcile(trace, { since: 0 }))
            expect([again.granted, again.reversed]).toEqual([0, 0])
            expect(yield* readRows(["transfers", "events"])).toEqual(before)
          }).pipe(
            Effect.provide(
              Layer.mergeAll(Payments.layer, Reversals.layer).pipe(
                Layer.provideMerge(
                  layerMoney(layerStorageMemory, (call) => Effect.sync(() => engine.handle(call)))
                )
              )
            ),
            Effect.runPromise
          )
      ),
      { numRuns, endOnFailure: false, examples: [[[...owing], Array<number>(60).fill(0)]] }
    )
    expect(runs).toBeGreaterThan(10)
    // A law that nothing put to the test is none.
    for (const type of eventTypes.filter((one) => /^(?:credits|payment)\./.test(one))) {
      expect(seen.get(type) ?? 0, type).toBeGreaterThan(0)
    }
  },
  60_000 + numRuns * 3_000
)

it("what reversals claim does not depend on the order, and never exceeds the purchase", () => {
  const reversal = fc.record({
    kind: fc.constantFrom("refund" as const, "refunded_charge" as const, "dispute" as const),
    amountCents: fc.integer({ min: 0, max: 600 }),
    progress: fc.constantFrom(0 as const, 1 as const, 2 as const)
  })
  fc.assert(
    fc.property(
      fc.record({
        credits: fc.integer({ min: 1, max: 5_000 }),
        paidCents: fc.integer({ min: 0, max: 5_000 })
      }),
      fc.array(reversal, { maxLength: 8 }),
      (receipt, reversals) => {
        const claim = claimOf(receipt as never, reversals)
        expect(claim).toBeGreaterThanOrEqual(0)
        expect(claim).toBeLessThanOrEqual(receipt.credits)
        expect(claimOf(receipt as never, [...reversals].reverse())).toBe(claim)
      }
    )
  )
})

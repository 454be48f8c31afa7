import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { moveCredits, type WantedMovement } from "../../../src/Server/Admin/Credits.js"
import { type AdminRooms, inFolder } from "../../../src/Server/Admin/Folder.js"
import { Credits } from "../../../src/Schema/Money.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import { Organizations } from "../../../src/Server/Storage/Organizations.js"
import { temporaryFolder } from "../Http/Served.js"

interface Step {
  readonly is: "move" | "spend"
  readonly whose: number
  readonly kind: WantedMovement["kind"]
  readonly credits: number
  readonly key: number
  readonly reason: string
}

const step: fc.Arbitrary<Step> = fc.record({
  is: fc.constantFrom("move" as const, "move" as const, "move" as const, "spend" as const),
  whose: fc.nat(1),
  kind: fc.constantFrom("grant" as const, "take_back" as const),
  credits: fc.integer({ min: 1, max: 30 }),
  key: fc.nat(9),
  reason: fc.constantFrom("a", "b")
})

it.live(
  "whatever is given, taken and held in any order, the balance is what the keys moved, once each, and never below zero",
  () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      let runs = 0
      yield* inFolder(
        root,
        Effect.gen(function* () {
          const ledger = yield* Ledger
          const organizations = yield* Organizations
          const context = yield* Effect.context<AdminRooms>()
          const work = (steps: ReadonlyArray<Step>) =>
            Effect.gen(function* () {
              runs += 1
              const ids = [yield* organizations.add("one"), yield* organizations.add("two")]
              yield* Effect.forEach(ids, ledger.open)
              const expected = [0, 0]
              const known = new Map<number, Step>()
              for (const [index, one] of steps.entries()) {
                const organizationId = ids[one.whose] ?? ""
                const before = expected[one.whose] ?? 0
                if (one.is === "spend") {
                  const held = yield* Effect.either(
                    ledger.hold(organizationId, `job_${runs}_${index}`, Credits.make(one.credits))
                  )
                  expect(held._tag === "Right").toBe(before >= one.credits)
                  if (held._tag === "Right") expected[one.whose] = before - one.credits
                  continue
                }
                const moved = yield* Effect.either(
                  moveCredits({
                    organizationId,
                    kind: one.kind,
                    credits: one.credits,
                    reason: one.reason,
                    key: `${runs}-${one.key}`
                  })
                )
                const first = known.get(one.key)
                if (first !== undefined) {
                  const same =
                    first.whose === one.whose &&
                    first.kind === one.kind &&
                    first.credits === one.credits &&
                    first.reason === one.reason
                  expect(moved).toMatchObject(
                    same
                      ? { right: { idempotent_replayed: true } }
                      : { left: { code: "IDEMPOTENCY_CONFLICT" } }
                  )
                } else if (one.kind === "take_back" && before < one.credits) {
                  expect(moved).toMatchObject({ left: { code: "QUOTA_EXCEEDED" } })
                } else {
                  expect(moved).toMatchObject({ right: { idempotent_replayed: false } })
                  known.set(one.key, one)
                  expected[one.whose] = before + (one.kind === "grant" ? one.credits : -one.credits)
                }
                for (const [whose, id] of ids.entries()) {
                  expect((yield* ledger.balances(id)).free).toBe(expected[whose])
                }
              }
            })
          yield* Effect.promise(() =>
            fc.assert(
              fc.asyncProperty(fc.array(step, { maxLength: 20 }), (steps) =>
                Effect.runPromise(Effect.provide(Effect.asVoid(work(steps)), context))
              ),
              { numRuns: 30 }
            )
          )
          // Holds have no jobs here, of which other laws speak.
          const broken = (yield* ledger.audit).filter(({ law }) => !/^(?:I5|I6)/.test(law))
          expect(broken).toEqual([])
        }),
        { mayMake: true }
      )
      expect(runs).toBeGreaterThanOrEqual(30)
    }).pipe(Effect.scoped),
  30_000
)

it.live("many at once under one key move credits once", () =>
  Effect.gen(function* () {
    const root = yield* temporaryFolder
    const answers = yield* inFolder(
      root,
      Effect.gen(function* () {
        const id = yield* (yield* Organizations).add("one")
        yield* (yield* Ledger).open(id)
        const wanted = { organizationId: id, kind: "grant", credits: 7, reason: "r", key: "k" } as const
        const moved = yield* Effect.all(
          Array.from({ length: 20 }, () => moveCredits(wanted)),
          { concurrency: "unbounded" }
        )
        expect((yield* (yield* Ledger).balances(id)).free).toBe(7)
        return moved
      }),
      { mayMake: true }
    )
    expect(answers.filter(({ idempotent_replayed }) => !idempotent_replayed)).toHaveLength(1)
    expect(new Set(answers.map(({ reference }) => reference)).size).toBe(1)
  }).pipe(Effect.scoped)
)

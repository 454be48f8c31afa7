import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { Crash } from "../../../src/Server/Domain/Crash.js"
import { Assets } from "../../../src/Server/Storage/Assets.js"
import { Database } from "../../../src/Server/Storage/Database.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import { holds, usualLength } from "../../support/MoneyRun.js"
import { brisk, type MoneyRooms, newcomer, Time } from "../../support/MoneyService.js"
import { outcomeOf, pictureOf, twoServices } from "../../support/Uploads.js"

interface Stored {
  readonly uploads: number
  readonly assets: number
  readonly events: number
  readonly keys: number
  /** Bytes of the different contents that assets show. */
  readonly shown: number
  readonly counted: number
  readonly left: number
}

/** What the rows say, added up here and not by the product. */
const stored = Effect.flatMap(Database, ({ run, sql }) =>
  Effect.map(
    run(sql<Stored & object>`SELECT
      (SELECT count(*) FROM jobs WHERE operation = 'upload') AS uploads,
      (SELECT count(*) FROM assets) AS assets,
      (SELECT count(*) FROM events) AS events,
      (SELECT count(*) FROM idempotency_keys) AS keys,
      (SELECT coalesce(sum(bytes), 0) FROM (SELECT DISTINCT sha256, bytes FROM assets WHERE deleted_at IS NULL)) AS shown,
      (SELECT coalesce(sum(bytes), 0) FROM daily_uploads) AS counted,
      (SELECT count(*) FROM leftovers) AS left`),
    ([row]) => row as Stored
  )
)

const day = "2031-05-05"

/** Noon, so that no midnight comes in between. */
const noon = () => {
  const time = new Time(brisk)
  time.shift = Date.parse(`${day}T12:00:00.000Z`) - Date.now()
  return time
}

it("uploads that all saw room at once do not all get it", async () => {
  await Effect.runPromise(
    Effect.gen(function* () {
      const services = yield* twoServices(1_000)
      const [one] = services as [Context.Context<MoneyRooms>]
      const identity = yield* Effect.provide(newcomer(0), one)
      const all = 8
      let waiting = 0
      const together = yield* Deferred.make<void>()
      // Each has passed the look ahead and written its bytes before any of them decides.
      const crash = Context.make(Crash, {
        at: (point) => {
          if (point !== "upload_linked") return Effect.void
          waiting += 1
          return waiting < all
            ? Deferred.await(together)
            : Effect.asVoid(Deferred.succeed(together, undefined))
        }
      })
      const outcomes = yield* Effect.forEach(
        Array.from({ length: all }, (_, index) => index),
        (index) =>
          outcomeOf(identity, pictureOf(index, 300), index % 2 === 0 ? `key-${index}` : undefined).pipe(
            Effect.provide(Context.merge(services[index % 2] as Context.Context<MoneyRooms>, crash))
          ),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(noon().layer))
      expect(waiting).toBe(all)
      expect(outcomes.map(({ code }) => code).toSorted()).toEqual([
        ...Array.from({ length: 5 }, () => "DAILY_JOB_LIMIT_REACHED"),
        ...Array.from({ length: 3 }, () => "ok")
      ])
      const keys = outcomes.filter(({ code }, index) => code === "ok" && index % 2 === 0).length
      expect(yield* Effect.provide(stored, one)).toEqual({
        uploads: 3,
        assets: 3,
        events: 3,
        keys,
        shown: 900,
        counted: 900,
        left: 5
      })
    }).pipe(Effect.scoped)
  )
}, 30_000)

/** What is begun without waiting for what was begun before. */
type Deed =
  | { readonly does: "upload"; readonly picture: number; readonly key: number | null }
  | { readonly does: "delete"; readonly pick: number }

const sizes = [100, 150, 220, 300, 450, 701]
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant("upload" as const),
      picture: fc.nat({ max: sizes.length * 2 - 1 }),
      key: fc.option(fc.nat({ max: 4 }), { freq: 2 })
    })
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("delete" as const), pick: fc.nat({ max: 20 }) }) }
)

const must = (isSo: boolean, what: string): void => {
  if (!isSo) throw new Error(what)
}

const interleaved = (limit: number, program: ReadonlyArray<Deed>, scheduler: fc.Scheduler) =>
  Effect.gen(function* () {
    const services = yield* twoServices(limit)
    const [one] = services as [Context.Context<MoneyRooms>]
    const identity = yield* Effect.provide(newcomer(0), one)
    // A point inside the transaction holds the other service's writer up, so nobody waits there.
    const crash = Context.make(Crash, {
      at: (point) =>
        point === "upload_writing"
          ? Effect.void
          : Effect.asVoid(Effect.promise(() => scheduler.schedule(Promise.resolve(), point)))
    })
    const time = noon()
    const on = <A, E>(side: number, effect: Effect.Effect<A, E, MoneyRooms>): Promise<A> =>
      Effect.runPromise(
        Effect.provide(effect, Context.merge(services[side] as Context.Context<MoneyRooms>, crash)).pipe(
          Effect.provide(time.layer)
        )
      )
    const made = new Map<number, string>()
    const seen = { ok: 0, refused: 0, deleted: 0, counted: 0 }
    const deed = async (side: number, what: Deed): Promise<void> => {
      if (what.does === "delete") {
        const [...ids] = made.values()
        const id = ids[what.pick % Math.max(1, ids.length)]
        if (id === undefined) return
        await on(
          side,
          Effect.flatMap(Assets, (assets) => assets.remove(identity.organizationId, id))
        )
        seen.deleted += 1
        return
      }
      const bytes = sizes[what.picture % sizes.length] ?? 0
      const picture = pictureOf(what.picture, bytes)
      const key = what.key === null ? undefined : `key-${what.key}`
      const { asset, code, details } = await on(side, outcomeOf(identity, picture, key))
      must(
        ["ok", "DAILY_JOB_LIMIT_REACHED", "IDEMPOTENCY_CONFLICT", "NOT_FOUND"].includes(code),
        `an upload answered ${code}`
      )
      if (asset !== null) {
        seen.ok += 1
        made.set(what.picture, asset)
      }
      if (code === "DAILY_JOB_LIMIT_REACHED") {
        seen.refused += 1
        must(details?.["asked"] === bytes && details["limit"] === limit, "a refusal told other numbers")
        must(Number(details?.["used"]) + bytes > limit, "what had room was refused")
      }
      const { counted } = await on(side, stored)
      must(counted <= limit, `${counted} bytes of ${limit} were let in`)
      // Deleting gives nothing back.
      must(counted >= seen.counted, "a day's count went down")
      seen.counted = Math.max(seen.counted, counted)
    }
    const wrong: Array<string> = []
    yield* Effect.promise(() => {
      const begun: Array<Promise<unknown>> = []
      const begins = scheduler.scheduleSequence(
        program.map((what, index) => ({
          label: `begin ${what.does}`,
          builder: () => {
            begun.push(deed(index % 2, what).catch((error) => wrong.push(String(error))))
            return Promise.resolve()
          }
        }))
      )
      return scheduler.waitFor(begins.task.then(() => Promise.all(begun))).then(() => scheduler.waitAll())
    })
    must(wrong.length === 0, wrong.join("; "))
    const rows = yield* Effect.provide(stored, one)
    must(rows.counted <= limit, `${rows.counted} bytes of ${limit} were let in`)
    must(rows.shown <= rows.counted, `${rows.shown} bytes are shown and ${rows.counted} counted`)
    if (seen.deleted === 0) must(rows.shown === rows.counted, "something was counted twice")
    must(rows.uploads === rows.assets && rows.events === rows.assets, "a refused upload left a row")
    const days = yield* Effect.provide(
      Effect.flatMap(Database, ({ run, sql }) => run(sql<{ day: string }>`SELECT day FROM daily_uploads`)),
      one
    )
    must(
      days.every((row) => row.day === day),
      "another day was counted"
    )
    const breaches = yield* Effect.flatMap(Ledger, ({ audit }) => audit).pipe(Effect.provide(one))
    must(breaches.length === 0, `broken laws: ${JSON.stringify(breaches)}`)
    tally.ok += seen.ok
    tally.refused += seen.refused
    tally.left += rows.left
  }).pipe(Effect.scoped)

const tally = { ok: 0, refused: 0, left: 0 }

// Everything comes to rest before the scheduler chooses who is next.
const schedulers = fc.scheduler({
  act: async (choose) => {
    await choose()
    await new Promise((resolve) => setImmediate(resolve))
  }
})

it("no interleaving of two services lets in more than the day allows, or counts what was not stored", async () => {
  await holds(
    "uploads",
    fc.asyncProperty(
      fc.constantFrom(400, 900, 1_500, 1_000_000),
      fc.array(deeds, { minLength: usualLength, maxLength: usualLength, size: "max" }),
      schedulers,
      (limit, program, scheduler) => Effect.runPromise(interleaved(limit, program, scheduler))
    ),
    25
  )
  // Else nothing of it was tried: neither the look ahead nor the decision.
  expect(tally.ok).toBeGreaterThan(0)
  expect(tally.refused).toBeGreaterThan(tally.left)
  expect(tally.left).toBeGreaterThan(0)
}, 120_000)

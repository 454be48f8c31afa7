import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as fc from "fast-check"
import { perform } from "../../src/Server/Domain/Creation.js"
import { Crash } from "../../src/Server/Domain/Crash.js"
import { Driver } from "../../src/Server/Domain/Driver.js"
import { cancel, decide, expire } from "../../src/Server/Domain/Ending.js"
import type { Identity } from "../../src/Server/Domain/Identity.js"
import { Database } from "../../src/Server/Storage/Database.js"
import { Ledger } from "../../src/Server/Storage/Ledger.js"
import { OwnerLock } from "../../src/Server/Storage/OwnerLock.js"
import { Engine } from "./MoneyEngine.js"
import { type Ask, asks, requestOf } from "./MoneyModel.js"
import { judge, losses, oracleTables } from "./MoneyOracle.js"
import { type Limits, limits, usualLength } from "./MoneyRun.js"
import {
  layerService,
  layerStorageMemory,
  type MoneyRooms,
  newcomer,
  readRows,
  type StorageRooms,
  Time
} from "./MoneyService.js"

/** What is begun without waiting for what was begun before. */
type Deed =
  | { readonly does: "create"; readonly ask: Ask }
  | { readonly does: "cancel" | "resume" | "paid" | "not_paid"; readonly pick: number }
  | { readonly does: "expire" | "audit" }

const deedOf = (known: ReadonlyArray<Ask>): fc.Arbitrary<Deed> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known).map((ask): Deed => ({ does: "create", ask })) },
    {
      weight: 2,
      arbitrary: asks.map((ask): Deed => ({ does: "create", ask: { ...ask, key: ask.key % 4 } }))
    },
    {
      weight: 3,
      arbitrary: fc.record({
        does: fc.constantFrom("cancel" as const, "resume" as const, "paid" as const, "not_paid" as const),
        pick: fc.integer({ min: 0, max: 30 })
      })
    },
    { weight: 1, arbitrary: fc.constantFrom<Deed>({ does: "expire" }, { does: "audit" }) }
  )

// Most creates ask for what another one asks for under the same key, at the same time.
const programs = (length: number): fc.Arbitrary<ReadonlyArray<Deed>> =>
  fc
    .array(asks, { minLength: 4, maxLength: 4 })
    .chain((known) => fc.array(deedOf(known), { minLength: length, maxLength: length, size: "max" }))

/** Every answer that a create may get, whatever happens beside it. */
const answers: ReadonlySet<string> = new Set([
  "ok",
  "BUDGET_EXCEEDED",
  "CONTENT_POLICY_DENIED",
  "DAILY_JOB_LIMIT_REACHED",
  "IDEMPOTENCY_CONFLICT",
  "JOB_CANCELED",
  "PROVIDER_FAILURE",
  "PROVIDER_OUTCOME_UNKNOWN",
  "QUOTA_EXCEEDED"
])

const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what)
}

/** A side's name; the other side sees that it lives. */
const ownerOf = (side: number): string => `owner_${String(side).repeat(24)}`

const layerOwner = (side: number) =>
  Layer.succeed(OwnerLock, {
    owner: ownerOf(side),
    isAlive: () => Effect.succeed(true),
    sweep: Effect.succeed(0)
  })

const sides = [0, 1] as const

/** Which rows must agree with the limits, beside the laws: a day is never overdrawn, and no credit is made or lost. */
const agree = (identity: Identity, { credits, daily }: Limits) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger
    const { run, sql } = yield* Database
    const breaches = yield* ledger.audit
    must(breaches.length === 0, `broken laws: ${JSON.stringify(breaches)}`)
    const { free, held, paid, spent } = yield* ledger.balances(identity.organizationId)
    must(free + held + paid + spent === credits, `${credits} credits became ${free + held + paid + spent}`)
    const [over] = yield* run(sql`SELECT used FROM daily_jobs WHERE used > ${daily}`)
    must(over === undefined, "a day was overdrawn")
  })

/**
 * One run: two services over one storage, every deed begun by the scheduler, and at every crash point, call of a provider and
 * pause it is the scheduler that says who goes on. At the end all that is open is ended, and nothing may be lost.
 */
const interleaved = (limit: Limits, program: ReadonlyArray<Deed>, scheduler: fc.Scheduler) =>
  Effect.gen(function* () {
    const pass = (what: string) =>
      Effect.asVoid(Effect.promise(() => scheduler.schedule(Promise.resolve(), what)))
    const engine = new Engine()
    // Every pause ends when the scheduler says so, but for the patience that somebody has lost already.
    let longest = 10_000
    const time = new Time((pause) =>
      Duration.toMillis(pause) > longest ? Effect.never : pass(`pause ${Duration.toMillis(pause)}`)
    )
    const storage = yield* Effect.flatMap(Effect.scope, (scope) =>
      Layer.buildWithScope(layerStorageMemory, scope)
    )
    const identity = yield* Effect.provide(newcomer(limit.credits), storage)
    const crash = Context.make(Crash, { at: (point) => pass(point) })
    const service = layerService(
      (call) =>
        Effect.zipRight(
          pass(`ask ${call.op}`),
          Effect.zipLeft(
            Effect.sync(() => engine.handle(call)),
            pass(`told ${call.op}`)
          )
        ),
      { dailyJobs: limit.daily }
    )
    const contexts = yield* Effect.forEach(sides, (side) =>
      Effect.gen(function* () {
        const scope = yield* Effect.scope
        const own = Context.merge(
          Context.merge(storage, yield* Layer.buildWithScope(layerOwner(side), scope)),
          crash
        ) as Context.Context<StorageRooms>
        return Context.merge(own, yield* Effect.provide(Layer.buildWithScope(service, scope), own))
      })
    )
    const on = <A, E>(side: number, effect: Effect.Effect<A, E, MoneyRooms>): Promise<Exit.Exit<A, E>> =>
      Effect.runPromiseExit(
        Effect.provide(effect, contexts[side] as Context.Context<MoneyRooms>).pipe(
          Effect.provide(time.layer),
          Effect.withTracerEnabled(false)
        )
      )

    const made = new Map<string, string>()
    const wrong: Array<string> = []
    const create = async (side: number, ask: Ask) => {
      const key = `key-${ask.key}`
      const exit = await on(side, perform(identity, requestOf(ask, key), "trace_0123456789abcdef"))
      const code = Exit.match(exit, {
        onSuccess: () => "ok",
        onFailure: (cause) => (cause._tag === "Fail" ? cause.error.code : `defect ${String(cause)}`)
      })
      must(answers.has(code), `a create answered ${code}`)
      if (Exit.isFailure(exit)) return
      const job = exit.value.data.job_id ?? ""
      must((made.get(key) ?? job) === job, `${key} answered with two jobs`)
      made.set(key, job)
    }
    const jobAt = (side: number, pick: number) =>
      on(
        side,
        Effect.flatMap(Database, ({ run, sql }) =>
          run(sql<{ id: string }>`SELECT id FROM jobs ORDER BY rowid`).pipe(
            Effect.map((rows) => rows[pick % Math.max(1, rows.length)]?.id ?? null)
          )
        )
      ).then((exit) => (Exit.isSuccess(exit) ? exit.value : null))
    const deed = async (side: number, what: Deed): Promise<void> => {
      switch (what.does) {
        case "create":
          return create(side, what.ask)
        case "expire":
          await on(side, expire(null))
          return
        case "audit": {
          const exit = await on(side, agree(identity, limit))
          return must(Exit.isSuccess(exit), `in between: ${String(exit)}`)
        }
        default: {
          const job = await jobAt(side, what.pick)
          if (job === null) return
          if (what.does === "cancel") await on(side, cancel(job))
          else if (what.does === "resume") {
            await on(
              side,
              Effect.flatMap(Driver, (driver) => driver.resume(job))
            )
          } else await on(side, decide(job, what.does))
        }
      }
    }
    const run = (program: ReadonlyArray<Deed>) =>
      Effect.promise(() => {
        const begun: Array<Promise<unknown>> = []
        const begins = scheduler.scheduleSequence(
          program.map((what, index) => ({
            label: `begin ${what.does}`,
            builder: () => {
              // Not waited for: whatever it does next is in the scheduler's hands.
              begun.push(
                deed(index % sides.length, what).catch((error) => wrong.push(`${what.does}: ${error}`))
              )
              return Promise.resolve()
            }
          }))
        )
        return scheduler
          .waitFor(begins.task.then(() => Promise.all(begun)))
          .then(() => scheduler.waitAll())
          .then(() => must(wrong.length === 0, wrong.join("; ")))
      })

    yield* run(program)
    // A day later everything that nobody could finish is given back. Who sweeps leaves what another looks at, or looks at it for
    // too long; so the last one is alone and patient.
    time.shift = 25 * 3_600_000
    yield* run([{ does: "expire" }, { does: "expire" }, { does: "audit" }])
    longest = 200
    yield* run([{ does: "expire" }])
    yield* run([{ does: "audit" }])
    const rows = yield* Effect.provide(readRows(oracleTables), storage)
    const lost = losses(judge(rows, engine.jobs))
    must(lost.length === 0, `losses: ${lost.join(", ")}`)
    const open = (rows["jobs"] ?? []).filter(
      (row) => row["status"] === "queued" || row["status"] === "running"
    )
    must(open.length === 0, `never ended: ${JSON.stringify(open)}`)
  }).pipe(Effect.scoped)

// Everything comes to rest before the scheduler chooses who is next.
const schedulers = fc.scheduler({
  act: async (choose) => {
    await choose()
    await new Promise((resolve) => setImmediate(resolve))
  }
})

/** That so many deeds in any interleaving leave the money right. */
export const concurrent = (
  length = usualLength
): fc.IAsyncProperty<[Limits, ReadonlyArray<Deed>, fc.Scheduler]> =>
  fc.asyncProperty(limits, programs(length), schedulers, (limit, program, scheduler) =>
    Effect.runPromise(interleaved(limit, program, scheduler))
  )

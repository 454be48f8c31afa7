import { it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { expect } from "vitest"
import { perform, plan } from "../../../src/Server/Domain/Creation.js"
import { Crash, type CrashPoint } from "../../../src/Server/Domain/Crash.js"
import { Driver } from "../../../src/Server/Domain/Driver.js"
import { cancel, decide, expire } from "../../../src/Server/Domain/Ending.js"
import type { Identity } from "../../../src/Server/Domain/Identity.js"
import type { Request } from "../../../src/Server/Domain/Planning.js"
import { Activity } from "../../../src/Server/Storage/Activity.js"
import { Assets } from "../../../src/Server/Storage/Assets.js"
import { Blobs } from "../../../src/Server/Storage/Blobs.js"
import { Database } from "../../../src/Server/Storage/Database.js"
import { Jobs } from "../../../src/Server/Storage/Jobs.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import { Vault } from "../../../src/Server/Storage/Vault.js"
import { type Call, Engine, type Reply, type Script } from "../../support/MoneyEngine.js"
import { judge, losses, oracleTables } from "../../support/MoneyOracle.js"
import {
  type Allowed,
  dataFolder,
  layerMoney,
  layerStorageFolder,
  layerStorageMemory,
  type MoneyRooms,
  newcomer,
  readRows,
  Time,
  hurried
} from "../../support/MoneyService.js"

interface Scene {
  readonly engine: Engine
  readonly time: Time
  readonly identity: Identity
}

interface Setting extends Allowed {
  readonly credits?: number
  readonly wire?: (engine: Engine) => (call: Call) => Effect.Effect<Reply>
  readonly file?: boolean
}

/** Runs a scene and then audits all of its money, by the product's laws and by the oracle. */
const scene = <A, E>(body: (scene: Scene) => Effect.Effect<A, E, MoneyRooms>, setting: Setting = {}) =>
  Effect.scoped(
    Effect.gen(function* () {
      const engine = new Engine()
      const time = new Time(hurried)
      const wire =
        setting.wire?.(engine) ??
        ((call: Call) =>
          Effect.zipRight(
            Effect.yieldNow(),
            Effect.sync(() => engine.handle(call))
          ))
      const storage = setting.file === true ? layerStorageFolder(yield* dataFolder) : layerStorageMemory
      return yield* Effect.gen(function* () {
        const identity = yield* newcomer(setting.credits ?? 100)
        const result = yield* body({ engine, time, identity })
        expect(yield* (yield* Ledger).audit).toEqual([])
        expect(losses(judge(yield* readRows(oracleTables), engine.jobs))).toEqual([])
        return result
      }).pipe(
        Effect.provide(layerMoney(storage as typeof layerStorageMemory, wire, setting)),
        Effect.provide(time.layer)
      )
    })
  )

const ask = (script: Script, key: string, more: Partial<Request> = {}): Request =>
  ({
    kind: "create",
    prompt: JSON.stringify(script),
    model: "unsafe",
    idempotency_key: key,
    ...more
  }) as Request

const deliver: Script = { does: "deliver" }
const trace = "trace_0123456789abcdef"
const make = (identity: Identity, request: Request) => perform(identity, request, trace)
const codeOf = (result: Either.Either<unknown, { readonly code: string }>): string =>
  Either.match(result, { onLeft: ({ code }) => code, onRight: () => "ok" })
const jobOf = (identity: Identity, key: string) =>
  Effect.gen(function* () {
    const jobs = yield* Jobs
    const bound = yield* jobs.findKey(identity.agentId, "create", key)
    const job = bound === null ? null : yield* jobs.find(bound.jobId)
    if (job === null) return yield* Effect.dieMessage("no job")
    return job
  })
const balances = (identity: Identity) =>
  Effect.flatMap(Ledger, (ledger) => ledger.balances(identity.organizationId))

for (const file of [false, true]) {
  const where = file ? "a real file" : "memory"

  it.live(`100 parallel creates with one key: one submission, one debit, 100 equal answers (${where})`, () =>
    scene(
      ({ engine, identity }) =>
        Effect.gen(function* () {
          const answers = yield* Effect.all(
            Array.from({ length: 100 }, () => make(identity, ask(deliver, "one"))),
            { concurrency: "unbounded" }
          )
          const told = answers.map(({ data }) => JSON.stringify({ ...data, idempotent_replayed: null }))
          expect(new Set(told).size).toBe(1)
          expect(answers.filter(({ data }) => data.idempotent_replayed === false)).toHaveLength(1)
          expect([...engine.jobs.values()].map(({ submissions }) => submissions)).toEqual([1])
          expect(yield* balances(identity)).toEqual({ free: 93, paid: 0, held: 0, spent: 7 })
        }),
      { file }
    )
  )

  it.live(`100 creates on a wallet for 10: exactly 10 run, 90 are QUOTA_EXCEEDED (${where})`, () =>
    scene(
      ({ engine, identity }) =>
        Effect.gen(function* () {
          const results = yield* Effect.all(
            Array.from({ length: 100 }, (_, index) =>
              Effect.either(make(identity, ask(deliver, `k${index}`)))
            ),
            { concurrency: "unbounded" }
          )
          const codes = results.map(codeOf)
          expect(codes.filter((code) => code === "ok")).toHaveLength(10)
          expect(codes.filter((code) => code === "QUOTA_EXCEEDED")).toHaveLength(90)
          expect(engine.jobs.size).toBe(10)
          expect(yield* balances(identity)).toEqual({ free: 0, paid: 0, held: 0, spent: 70 })
        }),
      { credits: 70, file }
    )
  )
}

it.live("100 creates on a day for 10: exactly 10 run, whatever the wallet holds", () =>
  scene(
    ({ engine, identity }) =>
      Effect.gen(function* () {
        const results = yield* Effect.all(
          Array.from({ length: 100 }, (_, index) => Effect.either(make(identity, ask(deliver, `k${index}`)))),
          { concurrency: "unbounded" }
        )
        expect(results.map(codeOf).filter((code) => code === "DAILY_JOB_LIMIT_REACHED")).toHaveLength(90)
        expect(engine.jobs.size).toBe(10)
      }),
    { credits: 1_000, dailyJobs: 10 }
  )
)

it.live(
  "nothing is bought that could not be stored: refused before anything is reserved, and free for later",
  () =>
    scene(({ engine, identity }) =>
      Effect.gen(function* () {
        const crowded = <A, E, R>(work: Effect.Effect<A, E, R>) =>
          Effect.updateService(work, Blobs, (blobs) => ({ ...blobs, room: Effect.succeed(1_000_000) }))
        const refused = yield* Effect.either(crowded(make(identity, ask(deliver, "k"))))
        expect(codeOf(refused)).toBe("ARTIFACT_STORAGE_WRITE_FAILED")
        expect(Either.isLeft(refused) && refused.left.recovery?.retry).toMatchObject({
          policy: "same_key",
          key: "k"
        })
        expect(engine.jobs.size).toBe(0)
        expect(yield* balances(identity)).toEqual({ free: 100, paid: 0, held: 0, spent: 0 })
        // What can be made again for nothing needs no room kept for it.
        yield* crowded(make(identity, ask(deliver, "free", { model: "safe" } as Partial<Request>)))
        const made = yield* make(identity, ask(deliver, "k"))
        expect(made.data.idempotent_replayed).toBe(false)
      })
    )
)

it.live("a key with other terms conflicts and names a fresh key; with its own terms it replays", () =>
  scene(({ engine, identity }) =>
    Effect.gen(function* () {
      yield* make(identity, ask(deliver, "k"))
      for (const other of [
        { prompt: "another" },
        { model: "safe" },
        { output_count: 2 },
        { max_usd: 1 },
        { max_estimated_usd_per_image: 1 },
        { intent: "final" },
        { aspect_ratio: "16:9" },
        { accept_unknown_cost: true }
      ]) {
        const result = yield* Effect.either(make(identity, ask(deliver, "k", other as Partial<Request>)))
        expect(codeOf(result)).toBe("IDEMPOTENCY_CONFLICT")
        expect(Either.isLeft(result) && result.left.recovery?.retry?.policy).toBe("new_key")
        const recovery = Either.isLeft(result) ? result.left.recovery : undefined
        expect(recovery?.idempotency_key).toMatch(/^retry-/)
        expect(recovery?.retry?.key).toBe(recovery?.idempotency_key)
      }
      const again = yield* make(identity, ask(deliver, "k"))
      expect(again.data.idempotent_replayed).toBe(true)
      expect(engine.jobs.size).toBe(1)
    })
  )
)

it.live(
  "a key of an older version, which kept the aspect ratio as it was typed, is still known by either spelling",
  () =>
    scene(({ engine, identity }) =>
      Effect.gen(function* () {
        const { digest } = yield* Vault
        const jobs = yield* Jobs
        const request = ask(deliver, "k", { model: "safe" })
        const made = yield* make(identity, request)
        const row = yield* jobs.findKey(identity.agentId, "create", "k")
        for (const typed of ["1:1", null]) {
          const terms = ["create", request.prompt, "safe", null, null, {}, typed, 1, null, null, []]
          const key = `older ${String(typed)}`
          yield* jobs.bindKey(identity.agentId, "create", key, {
            terms: digest(JSON.stringify([...terms, null, null, false])),
            jobId: row?.jobId ?? "",
            intent: null,
            askedBy: null
          })
          for (const said of [{}, { aspect_ratio: "1:1" }]) {
            const again = yield* make(identity, { ...request, ...said, idempotency_key: key })
            expect([again.data.job_id, again.data.idempotent_replayed]).toEqual([made.data.job_id, true])
          }
        }
        expect(engine.jobs.size).toBe(1)
      })
    )
)

it.live("a released attempt reopens its key; a policy denial and an accepted failure replay", () =>
  scene(({ engine, identity }) =>
    Effect.gen(function* () {
      for (const [does, jobs] of [
        ["refuse", 2],
        ["deny", 1],
        ["fail", 1]
      ] as const) {
        const before = engine.jobs.size
        const request = ask({ does }, does)
        yield* Effect.either(make(identity, request))
        const second = yield* Effect.either(make(identity, request))
        expect(Either.isLeft(second)).toBe(true)
        expect(engine.jobs.size - before).toBe(jobs)
        // The key that is named can be gone on with: its own, or a fresh one, the same however often it is told.
        const third = yield* Effect.either(make(identity, request))
        const told = [second, third].map(
          (end) => (Either.isLeft(end) && end.left.recovery?.idempotency_key) || "none"
        )
        expect(Either.isLeft(second) && second.left.recovery?.retry).toEqual({
          policy: does === "refuse" ? "same_key" : "new_key",
          key: told[0]
        })
        if (does === "refuse") expect(told[0]).toBe(does)
        else {
          expect(told).toEqual([told[0], told[0]])
          expect(told[0]).toMatch(/^retry-[0-9a-f]{16}$/)
          expect(Either.isLeft(second) && second.left.details?.["idempotency_key"]).toBe(does)
        }
      }
      expect(yield* balances(identity)).toEqual({ free: 100, paid: 0, held: 0, spent: 0 })
    })
  )
)

it.live("fewer outputs debit fewer, more never debit more, none debit nothing", () =>
  scene(({ identity }) =>
    Effect.gen(function* () {
      const spent = (outputs: number, key: string) =>
        Effect.gen(function* () {
          const before = (yield* balances(identity)).spent
          yield* Effect.either(make(identity, ask({ does: "deliver", outputs }, key, { output_count: 2 })))
          return (yield* balances(identity)).spent - before
        })
      expect(yield* spent(1, "one")).toBe(7)
      expect(yield* spent(2, "two")).toBe(14)
      expect(yield* spent(4, "four")).toBe(14)
      expect(yield* spent(0, "none")).toBe(0)
    })
  )
)

it.live(
  "unknown cost: what was accepted is reserved, min(actual, reserved) captured, the rest written off",
  () =>
    scene(
      ({ identity }) =>
        Effect.gen(function* () {
          const run = (key: string, cost: number | null, more: Partial<Request>) =>
            Effect.gen(function* () {
              const before = (yield* balances(identity)).spent
              const answer = yield* make(
                identity,
                ask({ does: "deliver", cost }, key, {
                  model: "metered",
                  accept_unknown_cost: true,
                  ...more
                } as Partial<Request>)
              )
              const { run: query, sql } = yield* Database
              const [loss] = yield* query(
                sql<{
                  credits: number
                }>`SELECT credits FROM write_offs WHERE job_id = ${answer.data.job_id ?? ""}`
              )
              return [(yield* balances(identity)).spent - before, loss?.credits ?? 0]
            })
          expect(codeOf(yield* Effect.either(make(identity, ask(deliver, "no", { model: "metered" }))))).toBe(
            "BUDGET_REQUIRES_CONFIRMATION"
          )
          // $0.04 at 40 percent margin is 7 credits; $0.60 is 100.
          expect(yield* run("within", 40_000, { max_usd: 0.5 })).toEqual([7, 0])
          expect(yield* run("whole", 600_000, { max_usd: 0.5 })).toEqual([50, 50])
          expect(yield* run("each", 600_000, { max_estimated_usd_per_image: 0.2, output_count: 2 })).toEqual([
            40, 60
          ])
          expect(yield* run("ceiling", 600_000, {})).toEqual([17, 83])
          expect(yield* run("untold", null, { max_usd: 0.3 })).toEqual([30, 0])
          expect(yield* run("absurd", -5, { max_usd: 0.3 })).toEqual([30, 0])
          expect(yield* run("free", 0, { max_usd: 0.3 })).toEqual([1, 0])
          const small = ask(deliver, "small", { model: "metered", accept_unknown_cost: true, max_usd: 0.009 })
          expect(codeOf(yield* Effect.either(make(identity, small)))).toBe("BUDGET_EXCEEDED")
        }),
      { credits: 1_000 }
    )
)

it.live("an unknown outcome keeps its hold, is never submitted again, and ends written off after a day", () =>
  scene(({ engine, identity, time }) =>
    Effect.gen(function* () {
      const request = ask({ does: "lose", charged: true, times: 9_999 }, "k")
      const first = yield* Effect.either(make(identity, request))
      expect(codeOf(first)).toBe("PROVIDER_OUTCOME_UNKNOWN")
      expect(Either.isLeft(first) && first.left.recovery?.retry?.policy).toBe("after_reconcile")
      const job = yield* jobOf(identity, "k")
      expect([job.status, job.outcome]).toEqual(["running", "unknown"])
      const driver = yield* Driver
      yield* Effect.ignore(driver.resume(job.id))
      yield* Effect.either(make(identity, request))
      expect((yield* balances(identity)).held).toBe(7)
      time.shift = 23 * 3_600_000
      expect(yield* expire(null)).toBe(0)
      time.shift = 25 * 3_600_000
      expect(yield* expire(null)).toBe(1)
      expect(engine.of(job.id).submissions).toBe(1)
      expect(yield* balances(identity)).toEqual({ free: 100, paid: 0, held: 0, spent: 0 })
      const ended = yield* jobOf(identity, "k")
      expect([ended.status, ended.error?.code]).toEqual(["failed", "PROVIDER_OUTCOME_UNKNOWN"])
      const replay = yield* Effect.either(make(identity, request))
      expect(codeOf(replay)).toBe("PROVIDER_OUTCOME_UNKNOWN")
      expect(engine.jobs.size).toBe(1)
    })
  )
)

it.live("the operator decides an unknown outcome once, either way without a debit", () =>
  scene(({ identity }) =>
    Effect.gen(function* () {
      for (const verdict of ["paid", "not_paid"] as const) {
        yield* Effect.either(make(identity, ask({ does: "lose", charged: true, times: 9_999 }, verdict)))
        const job = yield* jobOf(identity, verdict)
        expect((yield* decide(job.id, verdict)).status).toBe("failed")
        expect(codeOf(yield* Effect.either(decide(job.id, verdict)))).toBe("INVALID_ARGUMENTS")
      }
      expect((yield* balances(identity)).free).toBe(100)
    })
  )
)

// A real timer: the tests' clock makes short pauses vanish, and a loop without any would starve everything else.
const eventually = (holds: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() =>
    holds()
      ? Effect.void
      : Effect.zipRight(
          Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 2))),
          eventually(holds)
        )
  )

const gate = () => {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open: () => open(), opened }
}

it.live("a job canceled while its provider works ends at once, debits nothing and keeps no result", () => {
  const working = gate()
  return scene(
    ({ engine, identity }) =>
      Effect.gen(function* () {
        const caller = yield* Effect.fork(Effect.either(make(identity, ask(deliver, "k"))))
        yield* eventually(() => engine.jobs.size === 1)
        const job = yield* jobOf(identity, "k")
        expect((yield* cancel(job.id)).canceled).toBe(true)
        expect((yield* cancel(job.id)).canceled).toBe(false)
        expect(codeOf(yield* Fiber.join(caller))).toBe("JOB_CANCELED")
        working.open()
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 20)))
        expect(yield* (yield* Assets).ofJob(job.id)).toEqual([])
        expect(yield* balances(identity)).toEqual({ free: 100, paid: 0, held: 0, spent: 0 })
        expect(codeOf(yield* Effect.either(make(identity, ask(deliver, "k"))))).toBe("JOB_CANCELED")
        expect(engine.jobs.size).toBe(1)
      }),
    {
      wire: (engine) => (call) =>
        Effect.zipRight(
          Effect.sync(() => engine.of(call.job)),
          Effect.zipRight(
            Effect.promise(() => working.opened),
            Effect.sync(() => engine.handle(call))
          )
        )
    }
  )
})

it.live(
  "a late success after the hold expired keeps the asset, debits nothing and is written off",
  () => {
    const working = gate()
    return scene(
      ({ engine, identity, time }) =>
        Effect.gen(function* () {
          const caller = yield* Effect.fork(Effect.either(make(identity, ask(deliver, "k"))))
          yield* eventually(() => engine.jobs.size === 1)
          const job = yield* jobOf(identity, "k")
          time.shift = 25 * 3_600_000
          // Another process's sweep does not see this one's fiber, only that the job is a day old: it may come before the success.
          const { run, sql } = yield* Database
          yield* run(sql`UPDATE jobs SET owner = NULL, outcome = 'unknown' WHERE id = ${job.id}`)
          yield* expire(null)
          working.open()
          expect(codeOf(yield* Fiber.join(caller))).toBe("PROVIDER_OUTCOME_UNKNOWN")
          expect(yield* (yield* Assets).ofJob(job.id)).toHaveLength(1)
          expect(yield* balances(identity)).toEqual({ free: 100, paid: 0, held: 0, spent: 0 })
        }),
      {
        wire: (engine) => (call) =>
          Effect.zipRight(
            Effect.sync(() => engine.of(call.job)),
            Effect.zipRight(
              Effect.promise(() => working.opened),
              Effect.sync(() => engine.handle(call))
            )
          )
      }
    )
  },
  20_000
)

it.live("a job that cannot be restored before its submission is released, not wedged", () =>
  scene(({ engine, identity }) =>
    Effect.gen(function* () {
      const { run, sql } = yield* Database
      const jobs = yield* Jobs
      const driver = yield* Driver
      yield* Effect.either(make(identity, ask({ does: "pend", collects: ["interrupt"] }, "begun")))
      // As a process leaves it that died right after it had reserved.
      const begun = yield* jobOf(identity, "begun")
      yield* run(sql`DELETE FROM checkpoints WHERE job_id = ${begun.id}`)
      yield* run(sql`DELETE FROM job_inputs WHERE job_id = ${begun.id}`)
      engine.jobs.clear()
      yield* driver.drive(begun.id)
      const after = yield* jobs.find(begun.id)
      expect([after?.status, after?.error?.code]).toEqual(["failed", "ASSET_INTEGRITY_FAILED"])
      expect(yield* balances(identity)).toEqual({ free: 100, paid: 0, held: 0, spent: 0 })
    })
  )
)

it.live(
  "a paused job that another process cancels just as it is taken up again is canceled, not broken",
  () =>
    scene(({ identity }) =>
      Effect.gen(function* () {
        const request = ask({ does: "pend", collects: ["interrupt"] }, "k")
        yield* Effect.either(make(identity, request))
        const job = yield* jobOf(identity, "k")
        const rooms = yield* Effect.context<MoneyRooms>()
        const elsewhere = Context.add(rooms, Driver, {
          ...Context.get(rooms, Driver),
          halt: () => Effect.void
        })
        let canceled = false
        const crash = {
          at: (point: CrashPoint) =>
            Effect.suspend(() => {
              if (point !== "claimed" || canceled) return Effect.void
              canceled = true
              return Effect.orDie(Effect.provide(cancel(job.id), elsewhere))
            })
        }
        const again = yield* Effect.either(Effect.provideService(make(identity, request), Crash, crash))
        expect(canceled).toBe(true)
        expect(codeOf(again)).toBe("JOB_CANCELED")
      })
    )
)

it.live("an adapter that breaks neither wedges a job nor hides that it may have been paid", () =>
  scene(({ identity }) =>
    Effect.gen(function* () {
      const state = (model: string) =>
        Effect.gen(function* () {
          yield* Effect.either(make(identity, ask({ does: "defect" }, model, { model })))
          const job = yield* jobOf(identity, model)
          return `${job.status} ${job.outcome ?? "known"}`
        })
      expect(yield* state("safe")).toBe("failed known")
      expect(yield* state("unsafe")).toBe("running unknown")
      expect(yield* state("lookup")).toBe("running unknown")
    })
  )
)

it.live("a caller who goes away loses nothing: the job ends, and the key finds it", () =>
  scene(
    ({ engine, identity }) =>
      Effect.gen(function* () {
        const caller = yield* Effect.fork(make(identity, ask(deliver, "k")))
        yield* eventually(() => engine.jobs.size === 1)
        yield* Fiber.interrupt(caller)
        const again = yield* make(identity, ask(deliver, "k"))
        expect([again.data.status, again.data.idempotent_replayed]).toEqual(["completed", true])
        expect([...engine.jobs.values()].map(({ submissions }) => submissions)).toEqual([1])
      }),
    {
      wire: (engine) => (call) =>
        Effect.sync(() => engine.handle(call)).pipe(Effect.zipLeft(Effect.sleep("400 millis")))
    }
  )
)

it.live("a plan changes nothing, and facts cannot be changed", () =>
  scene(({ engine, identity }) =>
    Effect.gen(function* () {
      const before = yield* balances(identity)
      yield* plan(identity, { ...ask(deliver, "k"), dry_run: true }, trace)
      expect(yield* balances(identity)).toEqual(before)
      expect(engine.jobs.size).toBe(0)
      yield* make(identity, ask(deliver, "k"))
      const { run, sql } = yield* Database
      for (const table of ["transfers", "entries", "holds", "hold_resolutions", "usages", "events"]) {
        expect(Exit.isFailure(yield* Effect.exit(run(sql.unsafe(`DELETE FROM ${table}`))))).toBe(true)
        expect(
          Exit.isFailure(yield* Effect.exit(run(sql.unsafe(`UPDATE ${table} SET rowid = rowid + 1`))))
        ).toBe(true)
      }
      const events = yield* (yield* Activity).list(identity.organizationId, { limit: 100 })
      expect(events.map(({ type }) => type)).toEqual([
        "job.completed",
        "usage.credit_consumed",
        "asset.created",
        "job.planned"
      ])
    })
  )
)

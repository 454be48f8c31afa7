import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import type { SqlError } from "@effect/sql/SqlError"
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { afterAll, expect } from "vitest"
import { Crash, type CrashPoint } from "../../../src/Server/Domain/Crash.js"
import { perform } from "../../../src/Server/Domain/Creation.js"
import { Driver } from "../../../src/Server/Domain/Driver.js"
import { cancel } from "../../../src/Server/Domain/Ending.js"
import type { Identity } from "../../../src/Server/Domain/Identity.js"
import type { Request } from "../../../src/Server/Domain/Planning.js"
import { Database } from "../../../src/Server/Storage/Database.js"
import { Jobs } from "../../../src/Server/Storage/Jobs.js"
import { Engine } from "../../support/MoneyEngine.js"
import { layerMoney, layerStorageFolder, newcomer } from "../../support/MoneyService.js"

const folder = mkdtempSync(path.join(tmpdir(), "money-power-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const trace = "trace_0123456789abcdef"
const asked = (model: string): Request => ({
  kind: "create",
  prompt: JSON.stringify({ does: "deliver" }),
  model,
  output_count: 2,
  idempotency_key: "K",
  intent_digest: "1".repeat(64)
})

const on = (root: string) => {
  const engine = new Engine()
  return layerMoney(layerStorageFolder(root), (call) => Effect.sync(() => engine.handle(call)))
}

/** Does something once where a job, or a request, passes a point. */
const at = (point: CrashPoint, deed: (job: string) => Effect.Effect<void>) => {
  let done = false
  return Effect.provideService(Crash, {
    at: (passed, job) =>
      Effect.suspend(() => {
        if (passed !== point || done) return Effect.void
        done = true
        return deed(job)
      })
  } as typeof Crash.Service)
}

it.live("what money or a result hangs on waits for the disk, and nothing else does", () =>
  Effect.gen(function* () {
    const identity: Identity = yield* newcomer(100)
    const { data } = yield* perform(identity, asked("unsafe"), trace)
    const id = String(data.job_id)
    const database = yield* Database
    let level: number | undefined
    // Before each query its own fiber asks how far it would wait: 2 for the disk, 1 for nothing.
    const ask = Effect.map(database.sql<{ synchronous: number }>`PRAGMA synchronous`, ([row]) => {
      level = row?.synchronous
    })
    const asking = Layer.succeed(Database, {
      ...database,
      run: <A, R>(query: Effect.Effect<A, SqlError, R>) =>
        Effect.zipRight(database.run(ask), database.run(query))
    })
    yield* Effect.gen(function* () {
      const jobs = yield* Jobs
      const seen = yield* jobs.find(id)
      if (seen === null) throw new Error("no job")
      const fence = { owner: "owner_1", epoch: seen.epoch }
      const levels: Record<string, number | undefined> = {}
      for (const [name, write] of Object.entries({
        claim: jobs.claim(seen, fence.owner, 1_000),
        release: jobs.release(id, fence),
        told: jobs.told(id),
        awaited: jobs.awaited(identity.agentId, "create", "K", fence.owner),
        checkpoint: jobs.checkpoint(id, fence, { step: "submit", state: "done", output: null }),
        end: jobs.end(id, fence, { status: "failed", record: seen.record, error: null, replayable: false })
      })) {
        yield* write
        levels[name] = level
      }
      // Who asks again for a result must not find it told because the power went: that waits.
      expect(levels).toEqual({ claim: 1, release: 1, told: 1, awaited: 2, checkpoint: 2, end: 2 })
    }).pipe(Effect.provide(Layer.provide(Jobs.layer, asking)))
  }).pipe(Effect.provide(on(path.join(folder, "levels"))))
)

for (const model of ["safe", "unsafe"]) {
  for (const point of ["outputs_checkpointed", "assets_linking", "assets_linked"] as const) {
    it.live(`a ${model} job that is canceled at ${point} leaves no picture behind`, () =>
      Effect.gen(function* () {
        const root = path.join(folder, `canceled-${model}-${point}`)
        yield* Effect.gen(function* () {
          const identity = yield* newcomer(100)
          const driver = yield* Driver
          const rooms = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof cancel>>>()
          // As another process would: it cannot halt this one's driver.
          const elsewhere = Layer.succeed(Driver, { ...driver, halt: () => Effect.void })
          const ended = yield* Effect.flip(
            perform(identity, asked(model), trace).pipe(
              at(point, (job) =>
                cancel(job).pipe(
                  Effect.provide(elsewhere),
                  Effect.provide(rooms),
                  Effect.orDie,
                  Effect.asVoid
                )
              )
            )
          )
          expect(ended.code).toBe("JOB_CANCELED")
          expect(readdirSync(path.join(root, "a"))).toEqual([])
        }).pipe(Effect.provide(on(root)))
      })
    )
  }
}

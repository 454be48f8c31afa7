import { createHash } from "node:crypto"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { expect, it } from "vitest"
import { failure, type ImageSkillError } from "../../../src/Errors.js"
import { perform } from "../../../src/Server/Domain/Creation.js"
import { expire } from "../../../src/Server/Domain/Ending.js"
import type { Identity } from "../../../src/Server/Domain/Identity.js"
import { upload } from "../../../src/Server/Domain/Uploading.js"
import { Database } from "../../../src/Server/Storage/Database.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import { type Call, Engine, pixel, type Reply, type Script } from "../../support/MoneyEngine.js"
import { judge, losses, oracleTables } from "../../support/MoneyOracle.js"
import {
  hurried,
  layerService,
  layerStorageFailing,
  type MoneyRooms,
  newcomer,
  readRows,
  Time
} from "../../support/MoneyService.js"

/** A work whose every call fails once, and whether a new process goes on with it or the same one. */
interface Work {
  readonly kind: "create" | "edit"
  readonly model: "safe" | "lookup" | "unsafe"
  readonly script: Script
  readonly restarts: boolean
}

const trace = "trace_0123456789abcdef"
const photo = pixel("the photo")
const sha256 = createHash("sha256").update(photo).digest("hex")

const attempt = (identity: Identity, { kind, model, script }: Work, key: string) =>
  Effect.gen(function* () {
    const shared = { model, prompt: JSON.stringify(script), output_count: 2, idempotency_key: key }
    if (kind === "create") return yield* perform(identity, { kind, ...shared }, trace)
    const picture = {
      source_kind: "local_path",
      filename: "photo.png",
      remote_origin: null,
      mime_type: "image/png",
      content_length: photo.length,
      sha256,
      bytes_base64: Buffer.from(photo).toString("base64"),
      idempotency_key: `${key}/upload/${sha256}`
    }
    const { data } = yield* upload(identity, picture as never, trace)
    const { asset_id } = data["asset"] as { readonly asset_id: string }
    return yield* perform(identity, { kind, input_asset_id: asset_id, ...shared }, trace)
  })

const codeOf = (exit: Exit.Exit<unknown, ImageSkillError>): string =>
  Exit.match(exit, {
    onSuccess: () => "ok",
    onFailure: (cause) => (cause._tag === "Fail" ? cause.error.code : `defect ${String(cause)}`)
  })

/** Lets the first call fail, then the second, until one more than there are; answers how many failed. */
const everyCall = (work: Work) =>
  Effect.gen(function* () {
    let left = Number.POSITIVE_INFINITY
    const fires = Effect.sync(() => {
      left -= 1
      return left === 0
    })
    const pass = Effect.flatMap(fires, (now) =>
      now ? Effect.fail(failure("ARTIFACT_STORAGE_WRITE_FAILED", "injected")) : Effect.void
    )
    const engine = new Engine()
    let unheard = false
    const lose = (): Reply => {
      unheard = true
      return { is: "lost" }
    }
    // A provider fails on the way there, when nothing has happened, and on the way back, when everything has.
    const wire = (call: Call): Effect.Effect<Reply> =>
      Effect.gen(function* () {
        if (yield* fires) return lose()
        const reply = engine.handle(call)
        return (yield* fires) ? lose() : reply
      })
    const time = new Time(hurried)
    const storage = yield* Effect.flatMap(Effect.scope, (scope) =>
      Layer.buildWithScope(layerStorageFailing(pass), scope)
    )
    const open = Effect.flatMap(Effect.scope, (scope) =>
      Effect.map(
        Effect.provide(Layer.buildWithScope(layerService(wire, {}), scope), storage),
        (service): Context.Context<MoneyRooms> => Context.merge(storage, service)
      )
    )
    const on = <A, E>(service: Context.Context<MoneyRooms>, effect: Effect.Effect<A, E, MoneyRooms>) =>
      Effect.exit(Effect.provide(Effect.provide(effect, service), time.layer))

    let service = yield* open
    for (let n = 1; ; n++) {
      const where = `call ${n} of ${JSON.stringify(work)}`
      const identity = yield* Effect.provide(newcomer(100), storage)
      left = n
      unheard = false
      const first = codeOf(yield* on(service, attempt(identity, work, "K")))
      const fired = left <= 0
      left = Number.POSITIVE_INFINITY
      expect(first, where).toMatch(
        /^(ok|ARTIFACT_STORAGE_WRITE_FAILED|PROVIDER_FAILURE|PROVIDER_OUTCOME_UNKNOWN)$/
      )
      if (work.restarts) service = yield* open
      const second = codeOf(yield* on(service, attempt(identity, work, "K")))

      const { run, sql } = Context.get(service, Database)
      const jobs = yield* run(sql<{
        id: string
      }>`SELECT id FROM jobs WHERE organization_id = ${identity.organizationId}
        AND operation = ${work.kind} AND NOT (status = 'failed' AND replayable = 0)`)
      expect(jobs.length, where).toBe(1)
      const known = engine.of(jobs[0]?.id ?? "")
      expect(known.charges, where).toBeLessThanOrEqual(1)
      // Only an answer that nobody heard, or that died with its process, leaves it unknown.
      const inDoubt =
        work.model === "unsafe" && (unheard || work.restarts) && second === "PROVIDER_OUTCOME_UNKNOWN"
      if (!inDoubt) expect(second, where).toBe("ok")
      const balances = yield* Context.get(service, Ledger).balances(identity.organizationId)
      const wanted = inDoubt ? { free: 86, held: 14, spent: 0 } : { free: 86, held: 0, spent: 14 }
      expect(balances, where).toEqual({ ...wanted, paid: 0 })
      // What is broken once stays broken; the audit walks over all that was done before.
      if (!fired || n % 20 === 0) expect(yield* Context.get(service, Ledger).audit, where).toEqual([])
      if (inDoubt) {
        time.shift += 25 * 3_600_000
        yield* on(service, expire(identity.organizationId))
        const after = yield* Context.get(service, Ledger).balances(identity.organizationId)
        expect(after, where).toEqual({ free: 100, held: 0, spent: 0, paid: 0 })
      }
      if (fired) continue
      const rows = yield* Effect.provide(readRows(oracleTables), storage)
      expect(losses(judge(rows, engine.jobs))).toEqual([])
      return n - 1
    }
  }).pipe(Effect.scoped)

const deliver: Script = { does: "deliver" }
const pend: Script = { does: "pend", collects: ["deliver"] }

it("every call that a create or an edit makes fails once: the same key then ends right, and pays once", async () => {
  let faults = 0
  for (const work of [
    { kind: "create", model: "safe", script: deliver, restarts: true },
    { kind: "create", model: "lookup", script: deliver, restarts: false },
    { kind: "create", model: "unsafe", script: deliver, restarts: false },
    { kind: "create", model: "unsafe", script: pend, restarts: true },
    { kind: "edit", model: "lookup", script: deliver, restarts: true },
    { kind: "edit", model: "unsafe", script: deliver, restarts: true }
  ] satisfies ReadonlyArray<Work>) {
    faults += await Effect.runPromise(everyCall(work))
  }
  process.stdout.write(`${faults} faults, one at each call\n`)
  expect(faults).toBeGreaterThan(300)
}, 300_000)

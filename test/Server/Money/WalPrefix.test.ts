import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, expect, it } from "vitest"
import { perform } from "../../../src/Server/Domain/Creation.js"
import type { Identity } from "../../../src/Server/Domain/Identity.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import type { Work } from "../../support/MoneyChild.js"
import { Engine } from "../../support/MoneyEngine.js"
import { judge, losses, oracleTables } from "../../support/MoneyOracle.js"
import { layerMoney, layerStorageFolder, readRows } from "../../support/MoneyService.js"
import { buildChild, rowsOf, runChild, serveEngine } from "../../support/MoneySupervisor.js"

const folder = mkdtempSync(path.join(tmpdir(), "money-wal-"))
let child = ""
beforeAll(() => {
  child = buildChild(undefined, `wal-${process.pid}`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// The agent that the child works for.
const identity: Identity = {
  actorType: "agent",
  agentId: "agt_crash",
  organizationId: "org_crash",
  claimState: "unclaimed",
  tokenClass: "test",
  grants: ["create", "edit", "upload"]
}

/** Moves everything that is in the WAL into the database, so that the next WAL holds what comes next and nothing else. */
const checkpoint = (root: string): void => {
  const Libsql = createRequire(import.meta.url)("libsql") as new (
    file: string
  ) => { readonly exec: (script: string) => unknown; readonly close: () => unknown }
  const database = new Libsql(path.join(root, "image-skill.db"))
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
  database.close()
}

/** The lengths of a WAL after each of its commits, and once before the first. */
const commits = (wal: Buffer): ReadonlyArray<number> => {
  const frame = 24 + wal.readUInt32BE(8)
  const ends = [32]
  for (let at = 32; at + frame <= wal.length; at += frame) {
    // The size of the database after the commit stands only in the frame that commits.
    if (wal.readUInt32BE(at + 4) !== 0) ends.push(at + frame)
  }
  return ends
}

it.each(["safe", "lookup", "unsafe"])(
  "a create of a %s provider, of which only the beginning is on the disk, is paid at most once",
  async (model) => {
    const root = path.join(folder, model)
    const prompt = JSON.stringify({ does: "deliver" })
    const work: Work = { kind: "create", key: "K", model, prompt, count: 2 }
    const engine = new Engine()
    const server = await serveEngine(engine)
    const orders = { root, port: server.port, credits: 100, work: [] }
    await runChild(child, orders)
    checkpoint(root)
    const ended = await runChild(child, { ...orders, work: [work], dieAt: "answered" })
    server.stop()
    expect(ended).toMatchObject({ killed: true, errors: "" })
    const wal = readFileSync(path.join(root, "image-skill.db-wal"))
    const ends = commits(wal)
    expect(ends.length).toBeGreaterThan(6)

    const codes: Array<string> = []
    // What ends in the middle of a frame is what ended with the frame before.
    for (const [index, end] of [...ends, ...ends.slice(1).map((at) => at - 2_000)].entries()) {
      const copy = path.join(folder, `${model}-${index}`)
      cpSync(root, copy, { recursive: true })
      truncateSync(path.join(copy, "image-skill.db-wal"), end)
      const before = rowsOf(copy)
      // A submission is announced on the disk before it is made: without the announcement there was none, with it there may be. That
      // of an engine which costs nothing does not wait for the disk, though its reservation did.
      const announced = (before["checkpoints"] ?? []).some(({ step }) => step === "submit")
      const reserved = (before["jobs"] ?? []).length > 0
      const stored = (before["checkpoints"] ?? []).some(
        ({ state, step }) => step === "submit" && state === "done"
      )
      for (const charged of stored
        ? [true]
        : announced || (model === "safe" && reserved)
          ? [false, true]
          : [false]) {
        const again = path.join(folder, `${model}-${index}-${charged}`)
        cpSync(copy, again, { recursive: true })
        const world = new Engine()
        if (charged) for (const [job, known] of engine.jobs) world.jobs.set(job, { ...known })
        await Effect.gen(function* () {
          const where = `${end} of ${wal.length} bytes, charged: ${charged}`
          const ledger = yield* Ledger
          expect(yield* ledger.audit, where).toEqual([])
          const request = { kind: "create", prompt, model, output_count: 2, idempotency_key: "K" } as const
          const code = yield* perform(identity, request, "trace_0123456789abcdef").pipe(
            Effect.match({ onFailure: (error) => error.code, onSuccess: () => "ok" })
          )
          codes.push(code)
          const doubtful = model === "unsafe" && announced && !stored
          expect(code, where).toBe(doubtful ? "PROVIDER_OUTCOME_UNKNOWN" : "ok")
          const rows = yield* readRows(oracleTables)
          expect(yield* ledger.audit, where).toEqual([])
          expect(losses(judge(rows, world.jobs)), where).toEqual([])
          expect(rows["usages"], where).toHaveLength(doubtful ? 0 : 1)
          expect(
            [...world.jobs.values()].reduce((sum, { charges }) => sum + charges, 0),
            where
          ).toBeLessThanOrEqual(1)
        }).pipe(
          Effect.provide(
            layerMoney(layerStorageFolder(again), (call) => Effect.sync(() => world.handle(call)))
          ),
          Effect.runPromise
        )
        rmSync(again, { recursive: true })
      }
      rmSync(copy, { recursive: true })
    }
    expect(codes.length).toBeGreaterThan(ends.length)
    expect(codes.includes("PROVIDER_OUTCOME_UNKNOWN")).toBe(model === "unsafe")
  },
  60_000
)

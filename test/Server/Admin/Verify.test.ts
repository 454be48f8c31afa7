import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync
} from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { backUp, verify } from "../../../src/Server/Admin/index.js"
import { inFolder } from "../../../src/Server/Admin/Folder.js"
import { Assets } from "../../../src/Server/Storage/Assets.js"
import { Database } from "../../../src/Server/Storage/Database.js"
import { Removals } from "../../../src/Server/Storage/Removals.js"
import { makeMachine } from "../../../src/Testing/index.js"
import { send, served, signUp, temporaryFolder } from "../Http/Served.js"
import { entries, fill, noise, upload } from "./support.js"

const contentOf = (dataFolder: string): ReadonlyArray<string> =>
  readdirSync(path.join(dataFolder, "blobs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes("."))
    .map((name) => path.join(dataFolder, "blobs", name))
    .sort()

const stopped = (count: number) =>
  Effect.gen(function* () {
    const dataFolder = yield* temporaryFolder
    const service = yield* served({ dataFolder })
    const agent = yield* signUp(service.address)
    const ids = yield* fill(service.address, agent.token, count, 32)
    yield* service.stop
    return { dataFolder, ids }
  })

const problems = (dataFolder: string) =>
  Effect.map(Effect.either(verify(dataFolder)), (either) =>
    either._tag === "Right"
      ? []
      : (either.left.details?.["problems"] as ReadonlyArray<{
          readonly kind: string
          readonly subject: string
        }>)
  )

describe("admin verify", () => {
  it.live("finds one changed byte, one missing file, and says what to do with exit 9", () =>
    Effect.gen(function* () {
      const { dataFolder, ids } = yield* stopped(3)
      expect((yield* verify(dataFolder)).sound).toBe(true)
      const [changed = "", missing = ""] = contentOf(dataFolder)
      const bytes = readFileSync(changed)
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
      chmodSync(changed, 0o600)
      writeFileSync(changed, bytes)
      rmSync(missing)
      rmSync(path.join(dataFolder, "a"), { recursive: true })
      mkdirSync(path.join(dataFolder, "a"))
      const found = yield* problems(dataFolder)
      expect(found.map(({ kind }) => kind).sort()).toEqual([
        "asset_file_missing",
        "content_changed",
        "content_missing"
      ])
      expect(new Set(found.map(({ subject }) => subject))).toEqual(new Set(ids))
      const machine = yield* makeMachine({ dataFolder })
      const { envelope, exitCode } = yield* machine.run(["admin", "verify"])
      expect(exitCode).toBe(9)
      expect(envelope.error).toMatchObject({
        code: "ASSET_INTEGRITY_FAILED",
        details: { problem_count: 3, backups: [], what_to_do: { content_changed: expect.any(String) } }
      })
      // No backup is there, so none is named.
      expect(JSON.stringify(envelope.error)).not.toMatch(/newest/)
    }).pipe(Effect.scoped)
  )

  it.live("finds a database that is damaged in the middle, and names the backup that is there", () =>
    Effect.gen(function* () {
      const { dataFolder } = yield* stopped(2)
      const { data } = yield* backUp(dataFolder, null)
      yield* inFolder(
        dataFolder,
        Effect.flatMap(Database, ({ run, sql }) => Effect.asVoid(run(sql`PRAGMA wal_checkpoint(TRUNCATE)`)))
      )
      const file = path.join(dataFolder, "image-skill.db")
      const size = statSync(file).size
      const opened = openSync(file, "r+")
      writeSync(opened, Buffer.alloc(16_384, 0xa5), 0, 16_384, Math.floor(size / 2 / 4096) * 4096)
      closeSync(opened)
      const either = yield* Effect.either(verify(dataFolder))
      expect(either).toMatchObject({ _tag: "Left", left: { code: "ASSET_INTEGRITY_FAILED" } })
      expect((yield* problems(dataFolder)).some(({ kind }) => kind === "database_damaged")).toBe(true)
      if (either._tag === "Left") expect(either.left.details?.["backups"]).toEqual([data.path])
    }).pipe(Effect.scoped)
  )

  it.live("finds an entry that was written past the ledger", () =>
    Effect.gen(function* () {
      const { dataFolder } = yield* stopped(1)
      yield* inFolder(
        dataFolder,
        Effect.flatMap(Database, ({ run, sql }) =>
          Effect.asVoid(
            run(sql`INSERT INTO entries (transfer_id, account_id, amount, balance, may_go_below_zero)
              SELECT transfer_id, account_id, 5, balance + 5, may_go_below_zero FROM entries LIMIT 1`)
          )
        )
      )
      expect((yield* problems(dataFolder)).map(({ kind }) => kind)).toContain("law_broken")
    }).pipe(Effect.scoped)
  )

  it.live("counts content that nobody shows without calling it wrong", () =>
    Effect.gen(function* () {
      const { dataFolder } = yield* stopped(1)
      const hash = "ab".repeat(32)
      mkdirSync(path.join(dataFolder, "blobs", "ab"), { recursive: true })
      writeFileSync(path.join(dataFolder, "blobs", "ab", `${hash}.png`), "xyz")
      expect((yield* verify(dataFolder)).notes).toMatchObject([
        { kind: "content_unused", count: 1, bytes: 3 }
      ])
    }).pipe(Effect.scoped)
  )
})

describe("a deleted asset", () => {
  it.live("takes its content with it, once no other asset shows it; its address stays 410", () =>
    Effect.gen(function* () {
      const dataFolder = yield* temporaryFolder
      const service = yield* served({ dataFolder })
      const one = yield* signUp(service.address)
      const two = yield* signUp(service.address)
      const picture = yield* Effect.promise(() => noise(32))
      const shown = yield* Effect.forEach([one, two], ({ token }) => upload(service.address, token, picture))
      const [first = "", second = ""] = shown
      expect(contentOf(dataFolder)).toHaveLength(1)
      const remove = (token: string, id: string) =>
        send(service.address, "DELETE", `/v1/assets/${id}`, { token })
      expect((yield* remove(one.token, first)).status).toBe(200)
      expect(contentOf(dataFolder)).toHaveLength(1)
      expect((yield* send(service.address, "GET", `/a/${second}.png`)).status).toBe(200)
      expect((yield* remove(two.token, second)).status).toBe(200)
      expect([contentOf(dataFolder), entries(path.join(dataFolder, "a"))]).toEqual([[], []])
      for (const id of shown) expect((yield* send(service.address, "GET", `/a/${id}.png`)).status).toBe(410)
      expect((yield* verify(dataFolder)).sound).toBe(true)
      // The same picture again is a new asset with its content.
      const again = yield* upload(service.address, one.token, picture)
      expect((yield* send(service.address, "GET", `/a/${again}.png`)).status).toBe(200)
      expect(contentOf(dataFolder)).toHaveLength(1)
    }).pipe(Effect.scoped)
  )

  it.live(
    "whose remover died after the tombstone is removed by the next, content that is stored anew is not",
    () =>
      Effect.gen(function* () {
        const { dataFolder, ids } = yield* stopped(2)
        yield* inFolder(
          dataFolder,
          Effect.gen(function* () {
            const assets = yield* Assets
            const removals = yield* Removals
            const { transaction } = yield* Database
            const found = yield* Effect.forEach(ids, assets.locate)
            for (const one of found) {
              if (one === null) throw new Error("there is no such asset")
              yield* transaction(
                Effect.zipRight(assets.remove(one.organizationId, one.asset.id), removals.request(one.asset))
              )
            }
            // Here the process died; somebody else begins to store the first one's bytes again.
            const [kept = ""] = contentOf(dataFolder).filter((file) =>
              file.includes(found[0]?.asset.sha256 ?? "-")
            )
            const soon = Date.now() / 1000
            utimesSync(kept, soon, soon)
            expect(yield* removals.collect).toBe(1)
            expect(contentOf(dataFolder)).toEqual([kept])
            // An hour later nobody has made an asset of them.
            const old = Date.now() / 1000 - 3_700
            utimesSync(kept, old, old)
            expect(yield* removals.collect).toBe(1)
            expect(existsSync(kept)).toBe(false)
            expect(yield* removals.collect).toBe(0)
          })
        )
        expect((yield* verify(dataFolder)).notes).toEqual([])
      }).pipe(Effect.scoped)
  )
})

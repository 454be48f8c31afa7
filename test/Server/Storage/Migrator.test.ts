import { cpSync, readdirSync, statSync } from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import type { ArtifactStorage } from "../../../src/Errors.js"
import { DataFolder, open } from "../../../src/Server/Storage/DataFolder.js"
import { type Migration, migrate } from "../../../src/Server/Storage/Migrator.js"
import { isConstraint, layer, Sqlite } from "../../../src/Server/Storage/Sqlite.js"
import { steps } from "./migrations.js"
import { built, folder, start } from "./support.js"

const inFolder = <A, E>(effect: Effect.Effect<A, E, DataFolder>): Effect.Effect<A, E | ArtifactStorage> =>
  Effect.scoped(
    Effect.flatMap(folder, (at) => Effect.provide(effect, DataFolder.layer(path.join(at, "data"))))
  )

/** A fresh connection for each use, as each process has. */
const connected = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(DataFolder, ({ database }) => Effect.provide(effect, layer({ filename: database })))

const rows = (query: string) =>
  connected(Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Record<string, unknown>>(query)))

it.live("migrates forward, records each step, and does nothing when up to date", () =>
  Effect.gen(function* () {
    expect(yield* connected(migrate(steps.slice(0, 1)))).toEqual({ from: 0, to: 1 })
    expect(yield* connected(migrate(steps.slice(0, 1)))).toEqual({ from: 1, to: 1 })
    expect(yield* rows("SELECT * FROM facts")).toEqual([{ name: "made", value: "once" }])
    expect(yield* connected(migrate(steps))).toEqual({ from: 1, to: 5 })
    expect((yield* rows("SELECT id, name FROM migrations ORDER BY id")).map(({ id }) => id)).toEqual([
      1, 2, 3, 4, 5
    ])
    yield* rows("INSERT INTO notes (body) VALUES ('x')")
    const refused = yield* Effect.flip(rows("DELETE FROM notes"))
    expect(refused instanceof SqlError && isConstraint(refused)).toBe(true)
  }).pipe(inFolder)
)

it.live("copies an existing database first, and keeps three copies", () =>
  Effect.gen(function* () {
    const { backups, tmp } = yield* DataFolder
    for (let version = 1; version <= 5; version++) {
      yield* connected(migrate(steps.slice(0, version)))
      yield* rows(`INSERT INTO notes (body) VALUES ('version ${version}')`)
    }
    expect(readdirSync(backups).sort()).toEqual(["pre-3.db", "pre-4.db", "pre-5.db"])
    expect(readdirSync(tmp)).toEqual([])
    const copy = path.join(backups, "pre-5.db")
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    const read = Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      return [
        yield* sql`SELECT body FROM notes`.values,
        yield* sql`SELECT user_version FROM pragma_user_version`.values
      ]
    }).pipe(Effect.provide(layer({ filename: copy })))
    expect(yield* read).toEqual([[["version 1"], ["version 2"], ["version 3"], ["version 4"]], [[4]]])
  }).pipe(inFolder)
)

it.live("refuses a newer database and leaves it untouched", () =>
  Effect.gen(function* () {
    const { root, backups } = yield* DataFolder
    yield* connected(migrate(steps))
    const before = statSync(path.join(root, "image-skill.db")).mtimeMs
    expect(yield* Effect.flip(connected(migrate(steps.slice(0, 2))))).toMatchObject({
      code: "DATA_FOLDER_NEWER",
      details: { found: 5, known: 2 }
    })
    expect(statSync(path.join(root, "image-skill.db")).mtimeMs).toBe(before)
    expect(readdirSync(backups)).toEqual([])
  }).pipe(inFolder)
)

it.live("applies all steps or none", () =>
  Effect.gen(function* () {
    yield* connected(migrate(steps.slice(0, 1)))
    yield* rows("INSERT INTO notes (body) VALUES ('CANARY')")
    const broken: ReadonlyArray<Migration> = [
      ...steps.slice(0, 2),
      {
        id: 3,
        name: "broken",
        statements: ["UPDATE notes SET colour = 'red'", "ALTER TABLE nowhere ADD COLUMN x"]
      }
    ]
    const error = yield* Effect.flip(connected(migrate(broken)))
    expect(error).toMatchObject({
      code: "ARTIFACT_STORAGE_WRITE_FAILED",
      details: { cause: "sqlite_error", migration: 3 }
    })
    expect(JSON.stringify(error)).not.toContain("nowhere")
    expect(yield* rows("SELECT * FROM notes")).toEqual([{ id: 1, body: "CANARY" }])
    expect(yield* connected(migrate(steps))).toEqual({ from: 1, to: 5 })
  }).pipe(inFolder)
)

it.live("works in memory", () =>
  Effect.gen(function* () {
    const result = yield* Effect.gen(function* () {
      yield* migrate(steps.slice(0, 2))
      yield* migrate(steps)
      return (yield* Sqlite).filename
    }).pipe(Effect.provide(layer({ filename: ":memory:" })))
    expect(result).toBe(":memory:")
  }).pipe(inFolder)
)

it.live("is cheap when there is nothing to do", () =>
  connected(
    Effect.gen(function* () {
      yield* migrate(steps)
      const times: Array<number> = []
      for (let i = 0; i < 51; i++) {
        const before = performance.now()
        yield* migrate(steps)
        times.push(performance.now() - before)
      }
      expect(times.sort((a, b) => a - b)[25]).toBeLessThan(1)
    })
  ).pipe(inFolder)
)

it.live("twenty processes open a new folder and then upgrade it at once", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const root = path.join(yield* folder, "deep", "data")
      const script = built("open")
      const together = (version: number, expected: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          const at = String(Date.now() + 4000)
          const children = Array.from({ length: 20 }, () => start(script, root, String(version), at))
          const ends = yield* Effect.promise(() => Promise.all(children.map(({ ended }) => ended)))
          for (const { code, output } of ends)
            expect([code, expected.includes(output.trim()) ? "" : output]).toEqual([0, ""])
        })
      yield* together(1, ['{"from":0,"to":1}', '{"from":1,"to":1}'])
      yield* together(4, ['{"from":1,"to":4}', '{"from":4,"to":4}'])
      yield* Effect.gen(function* () {
        expect(yield* rows("SELECT name, value FROM facts")).toEqual([{ name: "made", value: "once" }])
        expect(yield* rows("SELECT count(*) AS n FROM migrations")).toEqual([{ n: 4 }])
        const { backups, tmp } = yield* DataFolder
        expect([readdirSync(backups), readdirSync(tmp)]).toEqual([["pre-4.db"], []])
        cpSync(path.join(backups, "pre-4.db"), path.join(root, "copy.db"))
        const version = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`PRAGMA user_version`.values)
        expect(yield* Effect.provide(version, layer({ filename: path.join(root, "copy.db") }))).toEqual([[1]])
      }).pipe(Effect.provideServiceEffect(DataFolder, open(root)))
    })
  )
)

import { chmodSync, readdirSync, renameSync, rmSync } from "node:fs"
import { randomBytes } from "node:crypto"
import * as path from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { DataFolder } from "./DataFolder.js"
import { causeOf } from "./Engine.js"
import { isBusy, Sqlite, sqliteCode, storageFailure } from "./Sqlite.js"

/** One step of the database forward; ids count up from 1 and are never reused. */
export interface Migration {
  readonly id: number
  readonly name: string
  readonly statements: ReadonlyArray<string>
}

const kept = 3

/**
 * Brings the database to the newest version, all steps or none; several processes may try at once. An existing database is
 * first copied to `backups/pre-<version>.db`. `DATA_FOLDER_NEWER`, untouched, when it knows more than we do (contract §9).
 */
export const migrate = Effect.fn("Storage.migrate")(
  function* (migrations: ReadonlyArray<Migration>) {
    const sql = yield* SqlClient.SqlClient
    const newest = migrations.reduce((highest, { id }) => Math.max(highest, id), 0)
    // As a SELECT it reads beside the writer.
    const version = sql<{ version: number }>`SELECT user_version AS version FROM pragma_user_version`.pipe(
      Effect.map(([row]) => row?.version ?? 0),
      Effect.filterOrFail(
        (found) => found <= newest,
        (found) =>
          failure(
            "DATA_FOLDER_NEWER",
            `the database has version ${found}, this program knows up to ${newest}`,
            {
              details: { found, known: newest },
              recovery: { next_step: "upgrade image-skill, or set IMAGE_SKILL_DATA_DIR to another folder" }
            }
          )
      )
    )
    const from = yield* version
    if (from === newest) return { from, to: newest }
    return yield* sql
      .withTransaction(Effect.flatMap(version, (found) => forward(migrations, found, newest)))
      // A process ahead of us may be copying a large database.
      .pipe(Effect.retry({ times: 5, while: (error) => error instanceof SqlError && isBusy(error) }))
  },
  Effect.mapError((error) => (error instanceof SqlError ? storageFailure(error) : error))
)

const forward = Effect.fnUntraced(function* (
  migrations: ReadonlyArray<Migration>,
  from: number,
  newest: number
) {
  const sql = yield* SqlClient.SqlClient
  const sqlite = yield* Sqlite
  const todo = migrations.filter(({ id }) => id > from).sort((a, b) => a.id - b.id)
  if (todo.length === 0) return { from, to: newest }
  const tables = yield* sql`SELECT 1 FROM sqlite_master LIMIT 1`
  if (tables.length > 0 && sqlite.filename !== ":memory:") yield* backup(newest)
  yield* sqlite.exec(
    "CREATE TABLE IF NOT EXISTS migrations (id INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)"
  )
  for (const { id, name, statements } of todo) {
    const appliedAt = yield* Clock.currentTimeMillis
    yield* Effect.forEach(statements, sqlite.exec, { discard: true }).pipe(
      Effect.zipRight(
        sql`INSERT INTO migrations (id, name, applied_at) VALUES (${id}, ${name}, ${appliedAt})`
      ),
      Effect.mapError((error) =>
        isBusy(error)
          ? error
          : failure(
              "ARTIFACT_STORAGE_WRITE_FAILED",
              `migration ${id} (${name}) failed; the database is as it was`,
              {
                details: { cause: sqliteCode(error).toLowerCase(), migration: id },
                recovery: storageFailure(error).recovery ?? {
                  next_step: "report this with the version of image-skill"
                }
              }
            )
      )
    )
  }
  yield* sqlite.exec(`PRAGMA user_version = ${newest}`)
  return { from, to: newest }
})

// Another connection copies, while the writer's lock keeps everybody else from changing what is copied: the copy is exactly
// what the migration starts from, and of several processes only the one that migrates makes it.
const backup = Effect.fnUntraced(function* (newest: number) {
  const sqlite = yield* Sqlite
  const folder = yield* DataFolder
  const copy = path.join(folder.tmp, `${randomBytes(12).toString("hex")}.db`)
  yield* sqlite.copyTo(copy).pipe(
    Effect.zipRight(
      Effect.try({
        try: () => {
          chmodSync(copy, 0o600)
          renameSync(copy, path.join(folder.backups, `pre-${newest}.db`))
          removeOld(folder.backups)
        },
        catch: (cause) => notCopied(folder.backups, causeOf(cause))
      })
    ),
    Effect.tapError(() => Effect.sync(() => rmSync(copy, { force: true }))),
    Effect.mapError((error) =>
      error instanceof SqlError && !isBusy(error)
        ? notCopied(folder.backups, sqliteCode(error).toLowerCase())
        : error
    )
  )
})

const removeOld = (backups: string) => {
  const versions = readdirSync(backups).flatMap((name) => {
    const version = /^pre-(\d+)\.db$/.exec(name)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
  for (const version of versions.sort((a, b) => b - a).slice(kept)) {
    rmSync(path.join(backups, `pre-${version}.db`), { force: true })
  }
}

const notCopied = (backups: string, cause: string): ArtifactStorage =>
  failure(
    "ARTIFACT_STORAGE_WRITE_FAILED",
    `no copy of the database could be made before its migration (${cause})`,
    {
      details: { path: backups, cause },
      recovery: {
        next_step: "free some space in the data folder, or set IMAGE_SKILL_DATA_DIR to another one"
      }
    }
  )

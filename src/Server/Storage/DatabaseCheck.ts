import { existsSync } from "node:fs"
import * as Effect from "effect/Effect"
import type { ArtifactStorage } from "../../Errors.js"
import { codeOf, type EngineDatabase, engine } from "./Engine.js"
import { type Breach, invariants } from "./Invariants.js"
import { storageFailure, sqlError } from "./SqliteFailure.js"
import { migrations } from "./Tables.js"

/** The newest version of the database that this program knows. */
export const newestVersion: number = migrations.reduce((highest, { id }) => Math.max(highest, id), 0)

/** An asset as a database names it, whoever it belongs to. */
export interface NamedContent {
  readonly id: string
  readonly sha256: string
  readonly extension: string
  readonly bytes: number
}

/** What a database file says of itself, read without changing it. */
export interface DatabaseCheck {
  /** `null` when even that cannot be read. */
  readonly version: number | null
  /** What SQLite finds wrong with the file, or its code when it cannot look. */
  readonly damage: ReadonlyArray<string>
  /** Broken laws of money; empty where the file is of another version and they cannot be asked. */
  readonly breaches: ReadonlyArray<Breach>
  /** The assets that were not deleted. */
  readonly assets: ReadonlyArray<NamedContent>
  /** Hashes that jobs under way have stored and not yet shown as assets. */
  readonly underWay: ReadonlySet<string>
  /** Removals that are still to be carried out. */
  readonly removals: number
}

const hash = /[0-9a-f]{64}/g

/** Looks a database file through: its pages, every law of money, and which content it needs. Walks all of it. */
export const checkDatabase = (file: string): Effect.Effect<DatabaseCheck, ArtifactStorage> =>
  Effect.flatMap(engine, (open) =>
    Effect.sync((): DatabaseCheck => {
      const unread = { breaches: [], assets: [], underWay: new Set<string>(), removals: 0 }
      // Opening would make it.
      if (!existsSync(file)) return { version: null, damage: ["the file is missing"], ...unread }
      let database: EngineDatabase | null = null
      try {
        database = open(file)
        database.exec("PRAGMA busy_timeout=5000; PRAGMA query_only=ON")
        return lookThrough(database)
      } catch (error) {
        return { version: null, damage: [codeOf(error) ?? "it cannot be read"], ...unread }
      } finally {
        database?.close()
      }
    })
  )

const lookThrough = (database: EngineDatabase): DatabaseCheck => {
  const rows = <A>(sql: string) => database.prepare(sql).all([]) as ReadonlyArray<A>
  const [{ user_version: version } = { user_version: 0 }] = rows<{ user_version: number }>(
    "PRAGMA user_version"
  )
  const damage = rows<{ integrity_check: string }>("PRAGMA integrity_check(20)")
    .map((row) => row.integrity_check)
    .filter((found) => found !== "ok")
  const foreign = rows<{ table: string }>("PRAGMA foreign_key_check").map(
    ({ table }) => `a row of ${table} names one that is not there`
  )
  if (version !== newestVersion) {
    return {
      version,
      damage: [...damage, ...foreign],
      breaches: [],
      assets: version === 0 ? [] : rows<NamedContent>(liveAssets),
      underWay: new Set(),
      removals: 0
    }
  }
  return {
    version,
    damage: [...damage, ...foreign],
    breaches: invariants.flatMap(({ law, violations }) => {
      const [{ bad } = { bad: 0 }] = rows<{ bad: number }>(violations)
      return bad > 0 ? [{ law, violations: bad }] : []
    }),
    assets: rows<NamedContent>(liveAssets),
    underWay: new Set(
      rows<{ output: string }>(`SELECT c.output FROM checkpoints c JOIN jobs j ON j.id = c.job_id
        WHERE j.status IN ('queued', 'running') AND c.output IS NOT NULL`).flatMap(
        ({ output }) => output.match(hash) ?? []
      )
    ),
    removals: rows<{ waiting: number }>("SELECT count(*) AS waiting FROM removals")[0]?.waiting ?? 0
  }
}

const liveAssets = "SELECT id, sha256, extension, bytes FROM assets WHERE deleted_at IS NULL ORDER BY id"

/** Marks assets as deleted in a copy that nobody uses yet. */
export const forgetAssets = (
  file: string,
  ids: ReadonlyArray<string>,
  deletedAt: number
): Effect.Effect<void, ArtifactStorage> =>
  Effect.flatMap(engine, (open) =>
    Effect.try({
      try: () => {
        const database = open(file)
        try {
          const statement = database.prepare("UPDATE assets SET deleted_at = ? WHERE id = ?")
          for (const id of ids) statement.run([BigInt(deletedAt), id])
        } finally {
          database.close()
        }
      },
      catch: (error) => storageFailure(sqlError(error))
    })
  )

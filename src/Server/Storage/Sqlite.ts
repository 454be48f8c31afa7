import { closeSync, fsyncSync, openSync } from "node:fs"
import * as Reactivity from "@effect/experimental/Reactivity"
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Statement from "@effect/sql/Statement"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import type * as Layer from "effect/Layer"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { layerContext } from "../../Stack.js"
import { codeOf, engine, type OpenDatabase } from "./Engine.js"
import { attempt, connectionOf, type Prepared, prepared, type Run, whileBusy } from "./SqliteConnection.js"
import { storageFailure } from "./SqliteFailure.js"
import { transactions } from "./SqliteTransaction.js"

export { isBusy, isConstraint, sqliteCode, storageFailure } from "./SqliteFailure.js"

/** What migrations and backups need beyond the SQL client of the same database. */
export class Sqlite extends Context.Tag("image-skill/Server/Sqlite")<
  Sqlite,
  {
    /** The database file, or `:memory:`. */
    readonly filename: string
    /** Runs a script of any number of statements, in the transaction that is open in this fiber, if any. */
    readonly exec: (script: string) => Effect.Effect<void, SqlError>
    /** Writes a consistent, compact copy that is on disk when it returns; the file must not exist. Blocks while it copies. */
    readonly copyTo: (file: string) => Effect.Effect<void, SqlError>
  }
>() {}

// What is forked waits again: a daemon must not be let off for good.
const isSynced = FiberRef.unsafeMake(true, { fork: () => true })

/**
 * Lets an effect's writes outside transactions return before the disk has them: for what may be lost with the machine's power, though
 * never with the process. The log keeps its order, so that nothing can be lost from before a write that waited. Several times cheaper
 * than one that waits. Fibers that it forks are not let off, nor a database without a log.
 */
export const unsynced: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.locally(
  isSynced,
  false
)

/**
 * For a process that stays: its log grows to 16 MB, four times the usual, before it is moved into the database. So that is done less often,
 * and a page that is written again and again is moved once each time. A process of one command would leave the log to the next, to be read.
 */
export const keepLongLog: Effect.Effect<void, ArtifactStorage, Sqlite> = Effect.flatMap(Sqlite, ({ exec }) =>
  Effect.mapError(exec("PRAGMA wal_autocheckpoint=4000"), storageFailure)
)

// First the patience, or concurrent first opens fail at the switch to WAL.
const opening = `PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;
PRAGMA busy_timeout=50;`

/**
 * The SQL client on one database file, or on `:memory:` (contract §9). Outside a transaction, what begins with SELECT reads on a
 * connection of its own and sees what is committed; everything else, and every transaction, waits for the one writer.
 * `ENGINE_NOT_INSTALLED` without the optional package, `ARTIFACT_STORAGE_WRITE_FAILED` when the file cannot be opened.
 */
export const layer = (options: {
  readonly filename: string
}): Layer.Layer<SqlClient.SqlClient | Sqlite, ArtifactStorage> =>
  layerContext(Effect.provideServiceEffect(make(options.filename), Reactivity.Reactivity, Reactivity.make))

const make = Effect.fnUntraced(function* (filename: string) {
  const open = yield* engine
  const memory = filename === ":memory:"
  const connect = (pragmas: string) =>
    Effect.acquireRelease(
      attempt(() => {
        const database = openFile(open, filename)
        database.exec(pragmas)
        return prepared(database)
      }),
      ({ database }) => Effect.sync(() => database.close())
    ).pipe(Effect.mapError((error) => unopened(error, filename)))

  const writer = yield* connect(opening)
  // A write that was taken for a read is refused, instead of slipping past the writer's lock.
  const reader = memory ? writer : yield* connect(`${opening} PRAGMA query_only=ON;`)
  const lock = Effect.unsafeMakeSemaphore(1)

  const isLogged = (writer.rows("PRAGMA journal_mode", []) as ReadonlyArray<{ journal_mode?: unknown }>).some(
    (row) => row.journal_mode === "wal"
  )
  const write = <A>(work: () => A) =>
    Effect.flatMap(FiberRef.get(isSynced), (waits) =>
      lock.withPermits(1)(whileBusy(attempt(waits || !isLogged ? work : () => withoutSync(writer, work))))
    )
  // In memory there is one connection, where a read beside a transaction would see what is not committed.
  const routed: Run = (sql, use) =>
    !memory && /^\s*select\b/i.test(sql) ? whileBusy(attempt(() => use(reader))) : write(() => use(writer))
  const { current, reserve, withTransaction } = transactions(writer, lock, routed)

  const client = yield* SqlClient.make({
    acquirer: Effect.succeed(connectionOf(routed)),
    transactionAcquirer: reserve,
    compiler: Statement.makeCompilerSqlite(),
    spanAttributes: [["db.system.name", "sqlite"]]
  })
  return Context.make(SqlClient.SqlClient, Object.assign(client, { withTransaction })).pipe(
    Context.add(Sqlite, {
      filename,
      exec: (script) =>
        Effect.flatMap(current, (run) =>
          run(script, (connection) => {
            connection.database.exec(script)
          })
        ),
      copyTo: (file) => {
        const script = `VACUUM INTO '${file.replaceAll("'", "''")}'`
        return memory
          ? write(() => writer.database.exec(script))
          : whileBusy(attempt(() => copy(open, filename, script, file)))
      }
    })
  )
})

const withoutSync = <A>({ database }: Prepared, work: () => A): A => {
  database.exec("PRAGMA synchronous=NORMAL")
  try {
    return work()
  } finally {
    // Nothing but a transaction of our own may stay open, and inside one the level could not be set back.
    database.exec(database.inTransaction ? "ROLLBACK; PRAGMA synchronous=FULL" : "PRAGMA synchronous=FULL")
  }
}

const openFile = (open: OpenDatabase, filename: string) => {
  if (filename !== ":memory:") {
    // SQLite would make the file with the umask's mode; its journals take over the mode of the file.
    try {
      closeSync(openSync(filename, "wx", 0o600))
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error
    }
  }
  return open(filename)
}

const copy = (open: OpenDatabase, filename: string, script: string, file: string) => {
  const source = open(filename)
  try {
    source.exec(`PRAGMA busy_timeout=50; ${script}`)
  } finally {
    source.close()
  }
  const copied = openSync(file, "r+")
  try {
    fsyncSync(copied)
  } finally {
    closeSync(copied)
  }
}

const unopened = (error: SqlError, filename: string): ArtifactStorage => {
  const { details, recovery } = storageFailure(error)
  return failure("ARTIFACT_STORAGE_WRITE_FAILED", `the database cannot be opened (${details?.["cause"]})`, {
    details: { ...details, path: filename },
    recovery: recovery ?? { next_step: "set IMAGE_SKILL_DATA_DIR to a writable folder" }
  })
}

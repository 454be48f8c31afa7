import type { Connection } from "@effect/sql/SqlConnection"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { type EngineDatabase, EngineFailure, type EngineStatement } from "./Engine.js"
import { isBusy, sqlError } from "./SqliteFailure.js"

/** An engine connection with its prepared statements; its methods are synchronous and throw. */
export interface Prepared {
  readonly database: EngineDatabase
  readonly rows: (sql: string, parameters: ReadonlyArray<unknown>) => ReadonlyArray<unknown>
  readonly values: (sql: string, parameters: ReadonlyArray<unknown>) => ReadonlyArray<ReadonlyArray<unknown>>
  readonly run: (sql: string, parameters: ReadonlyArray<unknown>) => unknown
}

const statementLimit = 256

/** Adds a statement cache and safe parameters to an engine connection. */
export const prepared = (database: EngineDatabase): Prepared => {
  const forRows = new Map<string, EngineStatement>()
  const forValues = new Map<string, EngineStatement>()
  const statement = (cache: Map<string, EngineStatement>, sql: string) => {
    const known = cache.get(sql)
    if (known !== undefined) return known
    const made = database.prepare(sql)
    if (cache === forValues) made.raw()
    const [oldest] = cache.keys()
    if (cache.size >= statementLimit && oldest !== undefined) cache.delete(oldest)
    cache.set(sql, made)
    return made
  }
  return {
    database,
    rows: (sql, parameters) => withBytes(statement(forRows, sql).all(parameters.map(parameter))),
    values: (sql, parameters) =>
      withBytes(statement(forValues, sql).all(parameters.map(parameter))) as ReadonlyArray<
        ReadonlyArray<unknown>
      >,
    run: (sql, parameters) => {
      const made = statement(forRows, sql)
      const bound = parameters.map(parameter)
      if (made.reader) return withBytes(made.all(bound))
      const { changes, lastInsertRowid } = made.run(bound)
      return { changes, lastInsertRowid }
    }
  }
}

// The engine aborts the whole process on a type that it does not know, stores every number as REAL, cuts text at NUL when it
// reads it back, and rounds integers beyond 2^53: nothing may reach it that would not come back as it was.
const parameter = (value: unknown, index: number): unknown => {
  switch (typeof value) {
    case "string":
      if (value.includes("\0")) throw refused(index, "text with a NUL character")
      return value
    case "number":
      if (Number.isSafeInteger(value)) return BigInt(value)
      if (Number.isFinite(value)) return value
      throw refused(index, "a number that is not finite")
    case "boolean":
      return value ? 1n : 0n
    case "bigint":
      if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) return value
      throw refused(index, "an integer beyond 2^53")
    case "undefined":
      return null
    default:
      if (value === null || value instanceof Uint8Array) return value
      throw refused(index, "neither text, number, boolean, bytes nor null")
  }
}

const refused = (index: number, what: string) =>
  new EngineFailure("PARAMETER_REFUSED", `parameter ${index + 1} is ${what}`)

const withBytes = (rows: Array<unknown>): ReadonlyArray<unknown> => {
  for (const row of rows as Array<Record<string, unknown>>) {
    for (const key in row) {
      const value = row[key]
      if (value instanceof ArrayBuffer) row[key] = new Uint8Array(value)
      else if (Buffer.isBuffer(value)) row[key] = new Uint8Array(value)
    }
  }
  return rows
}

/** How a statement reaches an engine connection: at once, behind the writer's lock, or inside a transaction. */
export type Run = <A>(sql: string, use: (connection: Prepared) => A) => Effect.Effect<A, SqlError>

/** A connection of @effect/sql over a way to run statements; a stream reads all of its rows first. */
export const connectionOf = (run: Run): Connection => {
  const execute: Connection["execute"] = (sql, parameters, transformRows) =>
    Effect.map(
      run(sql, (connection) => connection.rows(sql, parameters) as ReadonlyArray<object>),
      (rows) => (transformRows === undefined ? rows : transformRows(rows))
    )
  return {
    execute,
    executeUnprepared: execute,
    executeRaw: (sql, parameters) => run(sql, (connection) => connection.run(sql, parameters)),
    executeValues: (sql, parameters) => run(sql, (connection) => connection.values(sql, parameters)),
    executeStream: (sql, parameters, transformRows) =>
      Stream.fromIterableEffect(execute(sql, parameters, transformRows))
  }
}

/** Runs synchronous engine work; what it throws becomes an `SqlError`. */
export const attempt = <A>(work: () => A): Effect.Effect<A, SqlError> =>
  Effect.try({ try: work, catch: sqlError })

// The engine waits at most 50 ms at a time, since it blocks every fiber; between its tries the event loop is free.
const patience = Schedule.exponential("5 millis", 1.7).pipe(
  Schedule.union(Schedule.spaced("200 millis")),
  Schedule.jittered,
  Schedule.upTo("10 seconds")
)

/** Tries again, for up to 10 seconds, while another process holds the database. */
export const whileBusy = <A>(effect: Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> =>
  Effect.catchAll(effect, (error) =>
    isBusy(error) ? Effect.retry(effect, { schedule: patience, while: isBusy }) : Effect.fail(error)
  )

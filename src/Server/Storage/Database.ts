import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ArtifactStorage } from "../../Errors.js"
import { layerEffect } from "../../Stack.js"
import { storageFailure } from "./Sqlite.js"

export { unsynced } from "./Sqlite.js"

/** The database as the storage rooms use it: SQL errors end here, as `ArtifactStorage`. */
export class Database extends Context.Tag("image-skill/Server/Database")<
  Database,
  {
    readonly sql: SqlClient.SqlClient
    /** Runs an effect in one transaction: all of its writes, or none. Nested calls join the outer one. */
    readonly transaction: <A, E, R>(
      effect: Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | ArtifactStorage, R>
    /** A query whose failure is the storage's. */
    readonly run: <A, R>(effect: Effect.Effect<A, SqlError, R>) => Effect.Effect<A, ArtifactStorage, R>
  }
>() {
  /** On the SQL client that is provided. */
  static readonly layer = layerEffect(
    Database,
    Effect.map(SqlClient.SqlClient, (sql) => ({
      sql,
      run: (effect) => Effect.mapError(effect, storageFailure),
      transaction: <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        // Our own errors pass through; only the client's own, of begin and commit, are mapped.
        sql
          .withTransaction(Effect.mapError(effect, (error) => new Inner(error)))
          .pipe(
            Effect.mapError((error) => (error instanceof Inner ? (error.error as E) : storageFailure(error)))
          )
    }))
  )
}

class Inner<E> {
  readonly _tag = "Inner"
  readonly error: E
  constructor(error: E) {
    this.error = error
  }
}

/** Keeps out the transaction that a program may have open in a database of its own: the service would read and write in that one. */
export const ofItsOwn = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.mapInputContext(effect, (context: Context.Context<R>) => withoutTransaction(context))

// Whatever else is in it stays, so its type does.
const withoutTransaction = Context.omit(SqlClient.TransactionConnection) as unknown as <R>(
  context: Context.Context<R>
) => Context.Context<R>

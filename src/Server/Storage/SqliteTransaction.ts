import type { Connection } from "@effect/sql/SqlConnection"
import { TransactionConnection } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { EngineFailure } from "./Engine.js"
import { attempt, connectionOf, type Prepared, type Run, whileBusy } from "./SqliteConnection.js"

interface Level {
  readonly depth: number
  readonly connection: Connection
  readonly run: Run
  /** Siblings take turns, because savepoints can only end in the reverse order of their begin. */
  readonly turns: Effect.Semaphore
  open: boolean
}

/**
 * Transactions on the one writing connection. They differ from those of @effect/sql in what a money ledger needs: a commit that
 * fails rolls back and is an `SqlError`, not a defect; a begin that fails is not rolled back; waiting for the writer can be
 * interrupted; after the database itself rolled back (full disk) no further statement runs by itself; a fiber that outlives its
 * transaction no longer writes into the next one.
 */
export const transactions = (writer: Prepared, lock: Effect.Semaphore, routed: Run) => {
  const { database } = writer
  const levels = new WeakMap<Connection, Level>()
  const levelOf = (context: Context.Context<never>): Level | undefined => {
    const found = Context.getOption(context, TransactionConnection)
    const level = Option.isSome(found) ? levels.get(found.value[0]) : undefined
    return level?.open === true ? level : undefined
  }

  const inside = () => {
    if (!database.inTransaction)
      throw new EngineFailure("SQLITE_ABORT_ROLLBACK", "the database has rolled the transaction back")
  }
  const rollback = () => {
    if (!database.inTransaction) return
    try {
      database.exec("ROLLBACK")
    } catch {
      // What ended it is reported by the caller; what is still open is rolled back before the next begin.
    }
  }

  const levelAt = (depth: number, outside: Run): Level => {
    const run: Run = (sql, use) =>
      Effect.suspend(() =>
        level.open
          ? attempt(() => {
              inside()
              return use(writer)
            })
          : outside(sql, use)
      )
    const level: Level = {
      depth,
      connection: connectionOf(run),
      run,
      turns: Effect.unsafeMakeSemaphore(1),
      open: true
    }
    levels.set(level.connection, level)
    return level
  }

  const scopeOf = <A, E, R>(
    level: Level,
    begin: Effect.Effect<void, SqlError>,
    effect: Effect.Effect<A, E, R>,
    commit: () => void,
    abandon: () => void
  ): Effect.Effect<A, E | SqlError, R> =>
    Effect.uninterruptibleMask((restore) =>
      restore(begin).pipe(
        Effect.zipRight(
          restore(
            Effect.mapInputContext(effect, (context: Context.Context<R>) =>
              Context.add(context, TransactionConnection, [level.connection, level.depth] as const)
            )
          )
        ),
        Effect.exit,
        Effect.flatMap((exit): Effect.Effect<A, E | SqlError> => {
          level.open = false
          if (Exit.isSuccess(exit)) return Effect.zipRight(attempt(commit), exit)
          abandon()
          return exit
        })
      )
    )

  const outermost = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    lock.withPermits(1)(
      Effect.suspend(() =>
        scopeOf(
          levelAt(0, routed),
          whileBusy(
            attempt(() => {
              rollback()
              database.exec("BEGIN IMMEDIATE")
            })
          ),
          effect,
          () => {
            inside()
            try {
              database.exec("COMMIT")
            } catch (error) {
              rollback()
              throw error
            }
          },
          rollback
        )
      )
    )

  const nested = <A, E, R>(outer: Level, effect: Effect.Effect<A, E, R>) =>
    outer.turns.withPermits(1)(
      Effect.suspend(() => {
        const depth = outer.depth + 1
        const name = `level_${depth}`
        let began = false
        const undo = () => {
          // The database ends every savepoint when it rolls back by itself.
          if (!began || !database.inTransaction) return
          try {
            database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`)
          } catch {
            // Half of a savepoint must not be committed with the rest.
            rollback()
          }
        }
        return scopeOf(
          levelAt(depth, outer.run),
          attempt(() => {
            inside()
            database.exec(`SAVEPOINT ${name}`)
            began = true
          }),
          effect,
          () => {
            inside()
            try {
              database.exec(`RELEASE ${name}`)
            } catch (error) {
              undo()
              throw error
            }
          },
          undo
        )
      })
    )

  /** Runs an effect in one transaction (BEGIN IMMEDIATE), or in a savepoint of the one that is open in this fiber. */
  const withTransaction = <R, E, A>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError, R> =>
    Effect.contextWithEffect((context: Context.Context<never>) => {
      const outer = levelOf(context)
      return outer === undefined ? outermost(effect) : nested(outer, effect)
    }).pipe(Effect.withSpan("sql.transaction", { kind: "client", captureStackTrace: false }))

  /** The writing connection for one scope; what is left open in it is rolled back. */
  const reserve: Effect.Effect<Connection, SqlError, Scope.Scope> = Effect.uninterruptibleMask((restore) =>
    restore(lock.take(1)).pipe(
      Effect.zipRight(Effect.addFinalizer(() => Effect.zipRight(Effect.sync(rollback), lock.release(1)))),
      Effect.as(connectionOf((_sql, use) => whileBusy(attempt(() => use(writer)))))
    )
  )

  /** How a statement of this fiber runs. */
  const current: Effect.Effect<Run> = Effect.contextWith(
    (context: Context.Context<never>) => levelOf(context)?.run ?? routed
  )

  return { withTransaction, reserve, current }
}

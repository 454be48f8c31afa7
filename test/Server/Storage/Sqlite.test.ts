import { rmSync, statSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import {
  isBusy,
  isConstraint,
  layer,
  Sqlite,
  sqliteCode,
  storageFailure,
  unsynced
} from "../../../src/Server/Storage/Sqlite.js"
import { built, folder, mounted, onFile, start } from "./support.js"

const table = Effect.flatMap(Sqlite, (sqlite) =>
  sqlite.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, n INTEGER, r REAL, b BLOB, x)")
)
const count = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(sql<{ n: number }>`SELECT count(*) AS n FROM t`, ([row]) => row?.n)
)

for (const [where, run] of [
  ["a file", onFile],
  [
    "memory",
    <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient | Sqlite>) =>
      Effect.provide(effect, layer({ filename: ":memory:" }))
  ]
] as const) {
  it.live(`gives back what it was given, on ${where}`, () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* table
      const bytes = new Uint8Array([0, 1, 255])
      const [row] =
        yield* sql`INSERT INTO t ${sql.insert({ name: "Zoë 🦊", n: 42, r: 1.5, b: bytes, x: true })} RETURNING *`
      expect(row).toEqual({ id: 1, name: "Zoë 🦊", n: 42, r: 1.5, b: bytes, x: 1 })
      expect(row?.["b"]).toBeInstanceOf(Uint8Array)
      yield* sql`INSERT INTO t (name, b, x) VALUES (${null}, ${Buffer.from("part").subarray(1, 3)}, ${12n})`
      const second =
        yield* sql`SELECT name, b, x, typeof(x) AS kind, typeof(${7}) AS number FROM t WHERE id = 2`
      expect(second).toEqual([
        { name: null, b: new Uint8Array([97, 114]), x: 12, kind: "integer", number: "integer" }
      ])
      expect(yield* sql`SELECT id, b FROM t WHERE id = 1`.values).toEqual([[1, bytes]])
      expect(yield* sql`UPDATE t SET n = 1`.raw).toMatchObject({ changes: 2 })
      const streamed = yield* Stream.runCollect(sql`SELECT id FROM t ORDER BY id`.stream)
      expect(Chunk.toReadonlyArray(streamed)).toEqual([{ id: 1 }, { id: 2 }])
      const [big] = yield* sql`SELECT ${Number.MAX_SAFE_INTEGER} AS n, ${-1} AS m, ${0.1} AS f`
      expect(big).toEqual({ n: Number.MAX_SAFE_INTEGER, m: -1, f: 0.1 })
    }).pipe(run)
  )

  it.live(`refuses parameters that would not come back, on ${where}`, () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      for (const value of [
        2n ** 60n,
        NaN,
        Infinity,
        "a\0b",
        new Date(0),
        { a: 1 },
        Symbol("s"),
        () => 1,
        new ArrayBuffer(2)
      ]) {
        const error = yield* Effect.flip(sql`SELECT ${value as string} AS v`)
        expect(sqliteCode(error)).toBe("PARAMETER_REFUSED")
      }
      expect(yield* sql`SELECT ${undefined as unknown as null} AS v`).toEqual([{ v: null }])
    }).pipe(run)
  )

  it.live(`commits, rolls back and nests, on ${where}`, () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* table
      const add = (name: string) => sql`INSERT INTO t (name) VALUES (${name})`
      yield* sql.withTransaction(Effect.zipRight(add("kept"), add("kept too")))
      const failed = yield* Effect.exit(sql.withTransaction(Effect.zipRight(add("lost"), Effect.fail("no"))))
      expect(failed).toEqual(Exit.fail("no"))
      expect(yield* count).toBe(2)
      yield* sql.withTransaction(
        Effect.gen(function* () {
          yield* add("outer")
          yield* Effect.ignore(sql.withTransaction(Effect.zipRight(add("inner lost"), Effect.fail("no"))))
          yield* sql.withTransaction(Effect.zipRight(add("inner"), sql.withTransaction(add("innermost"))))
          yield* Effect.all(
            Array.from({ length: 20 }, (_, i) =>
              sql.withTransaction(
                Effect.zipRight(add(`sibling ${i}`), i % 2 === 0 ? Effect.fail(i) : Effect.yieldNow())
              )
            ).map(Effect.ignore),
            { concurrency: "unbounded" }
          )
        })
      )
      expect(yield* count).toBe(2 + 3 + 10)
      const died = yield* Effect.exit(sql.withTransaction(Effect.zipRight(add("dead"), Effect.die("bug"))))
      expect(Exit.isFailure(died)).toBe(true)
      expect(yield* count).toBe(15)
    }).pipe(run)
  )

  it.live(`rolls back and frees the writer when it is interrupted, on ${where}`, () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* table
      for (let i = 0; i < 50; i++) {
        const inside = yield* Deferred.make<void>()
        const holder = yield* Effect.fork(
          sql.withTransaction(
            Effect.gen(function* () {
              yield* sql`INSERT INTO t (name) VALUES (${`half ${i}`})`
              yield* Deferred.succeed(inside, undefined)
              return yield* Effect.never
            })
          )
        )
        yield* Deferred.await(inside)
        const waiting = yield* Effect.fork(sql.withTransaction(sql`INSERT INTO t (name) VALUES ('never')`))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(waiting).pipe(Effect.timeout("2 seconds"))
        yield* Fiber.interrupt(holder)
      }
      yield* sql.withTransaction(sql`INSERT INTO t (name) VALUES ('after')`).pipe(Effect.timeout("2 seconds"))
      expect(yield* count).toBe(1)
    }).pipe(run)
  )

  it.live(`a commit that fails rolls back, on ${where}`, () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const sqlite = yield* Sqlite
      yield* sqlite.exec(`CREATE TABLE parent (id INTEGER PRIMARY KEY);
        CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)`)
      const error = yield* Effect.flip(sql.withTransaction(sql`INSERT INTO child VALUES (7)`))
      expect(sqliteCode(error)).toBe("SQLITE_CONSTRAINT_FOREIGNKEY")
      yield* sql.withTransaction(sql`INSERT INTO parent VALUES (1)`)
      expect(yield* sql`SELECT count(*) AS n FROM child`).toEqual([{ n: 0 }])
    }).pipe(run)
  )
}

it.live("a transaction that the database itself has rolled back runs nothing more", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* table
    const error = yield* Effect.flip(
      sql.withTransaction(
        Effect.gen(function* () {
          yield* sql`INSERT INTO t (name) VALUES ('first')`
          yield* Effect.ignore(sql.withTransaction(sql`ROLLBACK`))
          yield* sql`INSERT INTO t (name) VALUES ('second')`
        })
      )
    )
    expect(sqliteCode(error)).toBe("SQLITE_ABORT_ROLLBACK")
    expect(yield* count).toBe(0)
  }).pipe(onFile)
)

it.live("a fiber that outlives its transaction does not write into the next one", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* table
    const go = yield* Deferred.make<void>()
    const late = yield* sql.withTransaction(
      Effect.forkDaemon(Effect.zipRight(Deferred.await(go), sql`INSERT INTO t (name) VALUES ('late')`))
    )
    yield* Effect.ignore(
      sql.withTransaction(
        Effect.gen(function* () {
          yield* Deferred.succeed(go, undefined)
          yield* Effect.sleep("20 millis")
          return yield* Effect.fail("rolled back")
        })
      )
    )
    yield* Fiber.join(late)
    expect(yield* count).toBe(1)
  }).pipe(onFile)
)

it.live("reads beside an open transaction see what is committed, and reads inside see their own writes", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* table
    const inside = yield* Deferred.make<void>()
    const go = yield* Deferred.make<void>()
    const writing = yield* Effect.fork(
      sql.withTransaction(
        Effect.gen(function* () {
          yield* sql`INSERT INTO t (name) VALUES ('new')`
          yield* Deferred.succeed(inside, undefined)
          yield* Deferred.await(go)
          return yield* count
        })
      )
    )
    yield* Deferred.await(inside)
    expect(yield* count).toBe(0)
    yield* Deferred.succeed(go, undefined)
    expect(yield* Fiber.join(writing)).toBe(1)
    expect(yield* count).toBe(1)
  }).pipe(onFile)
)

it.live("counts exactly under many fibers", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* Effect.flatMap(Sqlite, ({ exec }) =>
      exec("CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0)")
    )
    const one = sql.withTransaction(
      Effect.gen(function* () {
        const [row] = yield* sql<{ n: number }>`SELECT n FROM counter`
        yield* Effect.yieldNow()
        yield* sql`UPDATE counter SET n = ${(row?.n ?? 0) + 1}`
      })
    )
    yield* Effect.replicateEffect(one, 200, { concurrency: "unbounded" })
    expect(yield* sql`SELECT n FROM counter`).toEqual([{ n: 200 }])
  }).pipe(onFile)
)

it.live("counts exactly under several processes", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const filename = path.join(yield* folder, "shared.db")
      const script = built("count")
      const result = yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* Effect.flatMap(Sqlite, ({ exec }) =>
          exec("CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0)")
        )
        const children = Array.from({ length: 4 }, () => start(script, filename, "250"))
        for (const child of children) {
          expect(yield* Effect.promise(() => child.ended)).toEqual({ code: 0, output: "" })
        }
        return yield* sql`SELECT n FROM counter`
      }).pipe(Effect.provide(layer({ filename })))
      expect(result).toEqual([{ n: 1000 }])
    })
  )
)

it.live("waits for another process without freezing the event loop", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const filename = path.join(yield* folder, "shared.db")
      const script = built("hold")
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* table
        const child = start(script, filename, "1500")
        yield* Effect.promise(() => child.firstLine)
        let ticks = 0
        let longest = 0
        const ticking = yield* Effect.fork(
          Effect.forever(
            Effect.gen(function* () {
              const before = performance.now()
              yield* Effect.sleep("1 millis")
              longest = Math.max(longest, performance.now() - before)
              ticks += 1
            })
          )
        )
        yield* sql`INSERT INTO t (name) VALUES ('waited')`
        yield* sql.withTransaction(sql`INSERT INTO t (name) VALUES ('waited too')`)
        yield* Fiber.interrupt(ticking)
        expect(ticks).toBeGreaterThan(100)
        expect(longest).toBeLessThan(400)
        expect(yield* count).toBe(2)
        yield* Effect.promise(() => child.ended)

        const stubborn = start(script, filename, "60000")
        yield* Effect.promise(() => stubborn.firstLine)
        const waiting = yield* Effect.fork(sql.withTransaction(Effect.void))
        yield* Effect.sleep("100 millis")
        const before = performance.now()
        yield* Fiber.interrupt(waiting)
        expect(performance.now() - before).toBeLessThan(500)
        stubborn.process.kill("SIGKILL")
        yield* Effect.promise(() => stubborn.ended)
        yield* sql`INSERT INTO t (name) VALUES ('freed')`
      }).pipe(Effect.provide(layer({ filename })))
    })
  )
)

it.scoped("gives up after ten seconds", () =>
  Effect.gen(function* () {
    const filename = path.join(yield* folder, "shared.db")
    yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* table
      const stubborn = start(built("hold"), filename, "60000")
      yield* Effect.promise(() => stubborn.firstLine)
      const waiting = yield* Effect.fork(Effect.flip(sql`INSERT INTO t (name) VALUES ('given up')`))
      yield* TestClock.adjust("9 seconds")
      expect(yield* Fiber.poll(waiting)).toEqual(Option.none())
      yield* TestClock.adjust("2 seconds")
      const error = yield* Fiber.join(waiting)
      expect(isBusy(error)).toBe(true)
      expect(storageFailure(error)).toMatchObject({
        code: "ARTIFACT_STORAGE_WRITE_FAILED",
        details: { cause: "sqlite_busy" }
      })
      stubborn.process.kill("SIGKILL")
      yield* Effect.promise(() => stubborn.ended)
    }).pipe(Effect.provide(layer({ filename })))
  })
)

it.live("a full disk loses nothing that was committed, and works again when there is room", (context) =>
  Effect.scoped(
    Effect.gen(function* () {
      const at = path.join(yield* folder, "small")
      if (!(yield* mounted(at, "512k"))) return context.skip()
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* table
        const filler = path.join(at, "filler")
        writeFileSync(filler, new Uint8Array(200_000))
        const grow = (size: number) => sql`INSERT INTO t (b) VALUES (${new Uint8Array(size)})`
        yield* grow(1000)
        for (const failing of [
          grow(400_000),
          sql.withTransaction(Effect.zipRight(grow(1000), grow(400_000))),
          sql.withTransaction(
            Effect.gen(function* () {
              yield* grow(1000)
              yield* Effect.ignore(sql.withTransaction(grow(400_000)))
              yield* grow(400_000)
            })
          )
        ]) {
          const error = yield* Effect.flip(failing)
          expect(storageFailure(error)).toMatchObject({
            code: "ARTIFACT_STORAGE_WRITE_FAILED",
            retryable: false,
            details: { cause: expect.stringMatching(/^sqlite_(full|ioerr|abort)/) }
          })
          expect(yield* count).toBe(1)
        }
        rmSync(filler)
        yield* sql.withTransaction(Effect.zipRight(grow(1000), grow(50_000)))
        expect(yield* count).toBe(3)
        expect(yield* sql`PRAGMA integrity_check`).toEqual([{ integrity_check: "ok" }])
      }).pipe(Effect.provide(layer({ filename: path.join(at, "small.db") })))
    })
  )
)

it.live("tells constraints from other errors and names no value", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* table
    yield* sql`INSERT INTO t (name) VALUES ('CANARY')`
    const error = yield* Effect.flip(sql`INSERT INTO t (name) VALUES (${"CANARY"})`)
    expect(error).toBeInstanceOf(SqlError)
    expect([isConstraint(error), isBusy(error)]).toEqual([true, false])
    expect(error.message).toBe("the database refused (SQLITE_CONSTRAINT_UNIQUE)")
    expect(JSON.stringify(storageFailure(error))).not.toMatch(/CANARY|INSERT/)
    const unknown = yield* Effect.flip(sql`SELECT * FROM nowhere`)
    expect([isConstraint(unknown), storageFailure(unknown).details]).toEqual([
      false,
      { cause: "sqlite_error" }
    ])
    const slipped = yield* Effect.flip(sql`WITH x AS (SELECT 1) INSERT INTO t (name) VALUES ('CANARY')`)
    expect(isConstraint(slipped)).toBe(true)
  }).pipe(onFile)
)

it.live("sees a change of the tables through its cached statements", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* table
    yield* sql`INSERT INTO t (name) VALUES ('a')`
    const all = sql`SELECT * FROM t`
    yield* all
    yield* Effect.flatMap(Sqlite, ({ exec }) => exec("ALTER TABLE t ADD COLUMN more TEXT DEFAULT 'x'"))
    expect((yield* all)[0]).toMatchObject({ more: "x" })
    for (let i = 0; i < 600; i++) yield* sql.unsafe(`SELECT ${i} AS n FROM t`)
    expect(yield* all).toHaveLength(1)
  }).pipe(onFile)
)

it.live("reserves the writer for a scope and rolls back what is left open", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* table
    yield* Effect.scoped(
      Effect.gen(function* () {
        const connection = yield* sql.reserve
        yield* connection.executeUnprepared("BEGIN", [], undefined)
        yield* connection.executeRaw("INSERT INTO t (name) VALUES (?)", ["open"])
      })
    )
    yield* sql`INSERT INTO t (name) VALUES ('after')`
    expect(yield* count).toBe(1)
  }).pipe(onFile)
)

it.live("keeps the file from other users, and copies it", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const at = yield* folder
      const filename = path.join(at, "it's odd?%20#.db")
      const copy = path.join(at, "it's a copy.db")
      yield* Effect.gen(function* () {
        yield* table
        yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`INSERT INTO t (name) VALUES ('a')`)
        for (const suffix of ["", "-wal", "-shm"])
          expect(statSync(filename + suffix).mode & 0o777).toBe(0o600)
        yield* Effect.flatMap(Sqlite, ({ copyTo }) => copyTo(copy))
      }).pipe(Effect.provide(layer({ filename })))
      expect(yield* Effect.provide(count, layer({ filename: copy }))).toBe(1)
    })
  )
)

it.live("fails with the path and the cause when the file cannot be opened", () =>
  Effect.gen(function* () {
    const open = (filename: string) => Effect.flip(Effect.provide(count, layer({ filename })))
    expect(yield* open("/nowhere/at/all.db")).toMatchObject({
      code: "ARTIFACT_STORAGE_WRITE_FAILED",
      details: { cause: "enoent", path: "/nowhere/at/all.db" }
    })
    expect(yield* open("/tmp")).toMatchObject({ details: { cause: "sqlite_cantopen" } })
  })
)

it.live("waits for the disk with every write but those that are let off, which others see at once", () =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const level = sql<{ synchronous: number }>`PRAGMA synchronous`.pipe(
      Effect.map(([row]) => row?.synchronous)
    )
    const normal = 1
    const full = 2
    yield* table
    expect(yield* level).toBe(full)
    expect(yield* unsynced(level)).toBe(normal)
    expect(yield* level).toBe(full)

    yield* unsynced(sql`INSERT INTO t (name) VALUES ('fox')`)
    // A read has a connection of its own, as another process has.
    expect(yield* count).toBe(1)
    expect(yield* level).toBe(full)
    const refused = yield* Effect.exit(unsynced(sql`INSERT INTO t (name) VALUES ('fox')`))
    expect(Exit.isFailure(refused)).toBe(true)
    expect(yield* level).toBe(full)

    // What it forks may live on, and is not let off.
    expect(yield* unsynced(Effect.flatMap(Effect.fork(level), Fiber.join))).toBe(full)
    // Nor may what is left open keep the level: nobody else's transaction would wait then.
    const sqlite = yield* Sqlite
    yield* unsynced(sqlite.exec("BEGIN; INSERT INTO t (name) VALUES ('left open')"))
    expect(yield* level).toBe(full)
    expect(yield* count).toBe(1)

    // A transaction waits, whoever asks for it.
    expect(yield* unsynced(sql.withTransaction(level))).toBe(full)
    // And what runs beside one that is let off is not let off with it.
    const beside = yield* Effect.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? unsynced(level) : level)),
      { concurrency: "unbounded" }
    )
    expect(beside).toEqual(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? normal : full)))
  }).pipe(onFile)
)

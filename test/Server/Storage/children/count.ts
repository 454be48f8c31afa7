import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { layer } from "../../../../src/Server/Storage/Sqlite.js"

// Adds 1 to a counter in the database argv[2], argv[3] times, each in a transaction that reads first.
const [, , filename = "", times = "0"] = process.argv

const program = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* Effect.replicateEffect(
    sql.withTransaction(
      Effect.flatMap(
        sql<{ n: number }>`SELECT n FROM counter`,
        ([row]) => sql`UPDATE counter SET n = ${(row?.n ?? 0) + 1}`
      )
    ),
    Number(times),
    { discard: true }
  )
}).pipe(Effect.provide(layer({ filename })))

Effect.runPromise(program).catch((error) => {
  process.stderr.write(`${error}\n`)
  process.exitCode = 1
})

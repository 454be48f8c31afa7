import * as Effect from "effect/Effect"
import { layer, Sqlite } from "../../../../src/Server/Storage/Sqlite.js"

// Holds the write lock of the database argv[2] for argv[3] milliseconds.
const [, , filename = "", ms = "0"] = process.argv

const program = Effect.gen(function* () {
  const sqlite = yield* Sqlite
  yield* sqlite.exec("BEGIN IMMEDIATE")
  process.stdout.write("held\n")
  yield* Effect.sleep(Number(ms))
  yield* sqlite.exec("ROLLBACK")
}).pipe(Effect.provide(layer({ filename })))

Effect.runPromise(program)

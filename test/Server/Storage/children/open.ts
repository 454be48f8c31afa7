import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DataFolder } from "../../../../src/Server/Storage/DataFolder.js"
import { migrate } from "../../../../src/Server/Storage/Migrator.js"
import { layer } from "../../../../src/Server/Storage/Sqlite.js"
import { steps } from "../migrations.js"

// Opens the folder argv[2] at the moment argv[4], migrates to version argv[3], prints what was done.
const [, , root = "", version = "1", at = "0"] = process.argv

const program = Effect.gen(function* () {
  yield* Effect.sleep(Math.max(0, Number(at) - Date.now()))
  const folder = yield* DataFolder
  return yield* Effect.provide(migrate(steps.slice(0, Number(version))), layer({ filename: folder.database }))
}).pipe(Effect.provide(Layer.suspend(() => DataFolder.layer(root))))

Effect.runPromise(program).then(
  (done) => {
    process.stdout.write(`${JSON.stringify(done)}\n`)
  },
  (error) => {
    process.stderr.write(`${error}\n${JSON.stringify(error)}\n`)
    process.exitCode = 1
  }
)

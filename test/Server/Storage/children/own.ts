import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DataFolder } from "../../../../src/Server/Storage/DataFolder.js"
import { OwnerLock } from "../../../../src/Server/Storage/OwnerLock.js"

// Owns in the folder argv[2] until it is killed or its input ends; answers each line of input, an owner, with whether that lives.
const [, , root = ""] = process.argv

const program = Effect.gen(function* () {
  const lock = yield* OwnerLock
  process.stdout.write(`${lock.owner}\n`)
  yield* Effect.async<void>((resume) => {
    process.stdin.on("data", (chunk: Buffer) => {
      for (const owner of chunk.toString().split("\n").filter(Boolean)) {
        process.stdout.write(`${Effect.runSync(lock.isAlive(owner))}\n`)
      }
    })
    process.stdin.on("end", () => resume(Effect.void))
  })
}).pipe(Effect.provide(Layer.provide(OwnerLock.layer, DataFolder.layer(root))))

Effect.runPromise(program)

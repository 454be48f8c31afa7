// Giving up is safe: the work is found again under its key, and is paid for once.
import assert from "node:assert/strict"
import { Console, Effect, Option } from "effect"
import { ImageSkill, Operations } from "image-skill"
import { layerLocal } from "image-skill/server"

const program = Effect.gen(function* () {
  const client = yield* ImageSkill
  const left = Effect.map(
    client.call(Operations.serviceOperations["usage.quota"], {}),
    ({ data }) => data.limits?.["remaining_credits"] as number
  )
  const before = yield* left
  const owl = client.create({ prompt: "an owl in the rain", idempotency_key: "examples/interrupt" })
  // Interruption reaches everything that the call has under way; nothing is left half done.
  const first = yield* Effect.timeoutOption(owl, "30 millis")
  const second = yield* owl
  assert.equal(second.data.status, "completed")
  assert.equal(before - (yield* left), 1)
  return Option.isNone(first) ? "given up" : "done in time"
})

const first = await program.pipe(Effect.provide(layerLocal()), Effect.runPromise)
await Effect.runPromise(Console.log(`first call: ${first}; then the same key: completed, one credit in all`))

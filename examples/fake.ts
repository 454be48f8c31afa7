// The same program against a fake: no service, no engine, no disk; the fake tells what was asked of it.
import assert from "node:assert/strict"
import { Console, Effect } from "effect"
import { ImageSkill } from "image-skill"
import { FakeRequests, failsWith, layerTest, routes, succeeds } from "image-skill/testing"

const program = Effect.gen(function* () {
  const client = yield* ImageSkill
  const { data } = yield* client.create({ prompt: "an owl", idempotency_key: "task-1" })
  return data.assets?.[0]?.asset_id
})

const made = layerTest(
  routes({
    "POST /v1/create": succeeds({ job_id: "job_1", status: "completed", assets: [{ asset_id: "image_1" }] })
  })
)
const poor = layerTest(routes({ "POST /v1/create": failsWith("QUOTA_EXCEEDED") }))

await Effect.gen(function* () {
  assert.equal(yield* program, "image_1")
  const [request] = yield* Effect.flatMap(FakeRequests, ({ all }) => all)
  assert.match(new TextDecoder().decode(request?.body), /"idempotency_key":"task-1"/)
  yield* Console.log("the fake made image_1, asked under the key task-1")
}).pipe(Effect.provide(made), Effect.runPromise)

const error = await program.pipe(Effect.flip, Effect.provide(poor), Effect.runPromise)
assert.equal(error._tag, "QuotaExceeded")
assert.equal(error.code, "QUOTA_EXCEEDED")
await Effect.runPromise(Console.log("a fake without credits fails with QuotaExceeded"))

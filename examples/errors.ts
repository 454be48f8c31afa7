// Each exit class of the CLI is a tag; what a failure says of itself decides whether the same call may be sent again.
import assert from "node:assert/strict"
import { Console, Effect, Ref, Schedule } from "effect"
import { ImageSkill } from "image-skill"
import { failsWith, layerTest, routes, succeeds } from "image-skill/testing"

const program = Effect.gen(function* () {
  const client = yield* ImageSkill
  // The key makes sending again safe: whatever happened the first time, it is one picture and one debit.
  const { data } = yield* client.create({ prompt: "an owl", max_usd: 0.1, idempotency_key: "task-1" }).pipe(
    Effect.retry({
      while: (error) => error.retryable && error.recovery?.retry?.policy !== "never",
      schedule: Schedule.intersect(Schedule.exponential("10 millis"), Schedule.recurs(3))
    })
  )
  return `made ${data.assets?.[0]?.asset_id}`
}).pipe(
  Effect.catchTags({
    QuotaExceeded: (error) => Effect.succeed(`too expensive: ${error.code}`),
    ContentPolicyDenied: (error) => Effect.succeed(`refused: ${error.message}`),
    AuthRequired: () => Effect.succeed("sign up first")
  })
)

const flaky = Effect.gen(function* () {
  const asked = yield* Ref.make(0)
  const service = layerTest((request) =>
    Effect.runSync(Ref.updateAndGet(asked, (count) => count + 1)) < 3
      ? failsWith("PROVIDER_FAILURE")
      : routes({
          "POST /v1/create": succeeds({ status: "completed", assets: [{ asset_id: "image_1" }] })
        })(request)
  )
  return yield* Effect.provide(program, service)
})
const poor = Effect.provide(program, layerTest(routes({ "POST /v1/create": failsWith("BUDGET_EXCEEDED") })))

const told = await Effect.runPromise(Effect.all([flaky, poor]))
assert.deepEqual(told, ["made image_1", "too expensive: BUDGET_EXCEEDED"])
await Effect.runPromise(Console.log(told.join("; ")))

// Makes a picture in this process, through the embedded service, and prints where it is.
import { Console, Effect } from "effect"
import { ImageSkill } from "image-skill"
import { layerLocal } from "image-skill/server"

const program = Effect.gen(function* () {
  const client = yield* ImageSkill
  const { data } = yield* client.create({
    prompt: "an owl on a stack of books at night",
    max_usd: 0.05,
    idempotency_key: "examples/embedded"
  })
  yield* Console.log(`${data.status}: ${data.assets?.[0]?.url}`)
}).pipe(
  // Each exit class of the CLI is a tagged error here.
  Effect.catchTag("QuotaExceeded", (error) => Console.log(`too expensive: ${error.code}`))
)

await program.pipe(Effect.provide(layerLocal()), Effect.runPromise)

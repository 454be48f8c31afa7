// Every piece beneath the client is a Layer: here the embedded service is real, but the caller's files are in memory.
import assert from "node:assert/strict"
import { Console, Effect } from "effect"
import { ImageSkill } from "image-skill"
import { layerLocal } from "image-skill/server"
import { layerMemoryFiles } from "image-skill/testing"

const dot = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64"
)
const files = layerMemoryFiles({ files: { "/pictures/dot.png": dot } })

const program = Effect.gen(function* () {
  const client = yield* ImageSkill
  const { data } = yield* client.upload({ source: "/pictures/dot.png" })
  assert.equal(data.asset?.content_length, dot.length)
  yield* Console.log(
    `uploaded ${data.asset?.width} by ${data.asset?.height} pixels from a file that is on no disk`
  )
})

await program.pipe(Effect.provide(layerLocal({ files })), Effect.runPromise)

// The same client over a service at an address, with a token from a secret store.
import assert from "node:assert/strict"
import { Console, Effect, Redacted } from "effect"
import { ImageSkill, layerHosted, Operations } from "image-skill"
import { layerFake, routes, succeeds } from "image-skill/testing"

// A real program leaves `transport` out; this one brings its service along, so that it runs anywhere.
const transport = layerFake(
  routes({ "GET /v1/models": succeeds({ models: [{ id: "local.canvas", status: "available" }] }) })
)
const service = layerHosted({
  baseUrl: "https://images.example.com",
  token: Redacted.make("isk_r_from-your-secret-store"),
  transport
})

const program = Effect.gen(function* () {
  const client = yield* ImageSkill
  // Every operation of the service can be called by its declaration, typed by its schemas.
  const { data } = yield* client.call(Operations.serviceOperations["models.list"], { available: true })
  return data.models.map(({ id }) => id)
})

const models = await program.pipe(Effect.provide(service), Effect.runPromise)
assert.deepEqual(models, ["local.canvas"])
await Effect.runPromise(Console.log(`can run: ${models.join(", ")}`))

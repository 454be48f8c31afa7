import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Deadlines } from "../../../src/Services/Deadlines.js"
import { Env } from "../../../src/Services/Env.js"
import { ImageSkill } from "../../../src/Services/ImageSkill.js"
import { layerHosted } from "../../../src/Services/Library.js"
import { modelsList } from "../../../src/Operations/Models.js"
import { send, served, signUp } from "../Http/Served.js"

interface Got {
  readonly path: string
  readonly body: string
  readonly header: string | undefined
}

/** A collector on a port of its own: it takes everything and tells what came. */
const collector = Effect.acquireRelease(
  Effect.promise(
    () =>
      new Promise<{ server: Server; got: Array<Got>; address: string }>((resolve) => {
        const got: Array<Got> = []
        const server = createServer((request, response) => {
          let body = ""
          request.on("data", (piece: Buffer) => {
            body += piece.toString()
          })
          request.on("end", () => {
            got.push({
              path: request.url ?? "",
              body,
              header: request.headers["x-team"] as string | undefined
            })
            response.setHeader("content-type", "application/json")
            response.end("{}")
          })
        })
        server.listen(0, "127.0.0.1", () =>
          resolve({ server, got, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
        )
      })
  ),
  ({ server }) =>
    Effect.sync(() => {
      server.closeAllConnections()
      server.close()
    })
)

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number; readonly doubleValue?: number }
}

// A collector's document is looked into freely by tests.
// oxlint-disable-next-line typescript/no-explicit-any
type Any = any

const spansOf = (got: ReadonlyArray<Got>) =>
  got
    .filter(({ path }) => path === "/v1/traces")
    .flatMap(
      ({ body }) => (JSON.parse(body) as Any).resourceSpans[0].scopeSpans[0].spans as ReadonlyArray<Any>
    )
    .map((span) => ({
      name: String(span.name),
      traceId: String(span.traceId),
      attributes: Object.fromEntries(
        (span.attributes as ReadonlyArray<Attribute>).map(({ key, value }) => [key, Object.values(value)[0]])
      )
    }))

const secretPrompt = "a fox that nobody may hear of"

it.live("a service with a collector exports its operations, and of them the closed schema only", () =>
  Effect.gen(function* () {
    const { address, got } = yield* collector
    const service = yield* served({
      machine: Layer.merge(
        Env.layerOf({
          OTEL_EXPORTER_OTLP_ENDPOINT: `${address}/`,
          OTEL_EXPORTER_OTLP_HEADERS: "x-team=design"
        }),
        Deadlines.layer
      )
    })
    const agent = yield* signUp(service.address, "Secret Name")
    const created = yield* send(service.address, "POST", "/v1/create", {
      token: agent.token,
      body: { prompt: secretPrompt, model: "local.canvas", idempotency_key: "secret-key-1" }
    })
    expect(created.status).toBe(200)
    yield* send(service.address, "GET", "/v1/whoami", { token: "isk_r_wrongwrongwrong" })
    yield* service.stop
    const spans = spansOf(got)
    expect(spans.map(({ name }) => name)).toEqual(["signup", "create", "whoami"])
    const [, create, whoami] = spans
    expect(create?.attributes).toMatchObject({
      "image_skill.status": "ok",
      "image_skill.capability_id": "is.image.generate.local-canvas.v1",
      "image_skill.model_id": "local.canvas",
      "image_skill.trace_id": created.json.trace_id
    })
    expect(`trace_${create?.traceId}`).toBe(created.json.trace_id)
    expect(whoami?.attributes).toMatchObject({
      "image_skill.status": "failed",
      "image_skill.code": "TOKEN_INVALID"
    })
    const keys = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)))
    for (const key of keys) {
      expect([
        "image_skill.operation",
        "image_skill.status",
        "image_skill.code",
        "image_skill.duration_ms",
        "image_skill.capability_id",
        "image_skill.model_id",
        "image_skill.trace_id",
        "span.label",
        "status.interrupted"
      ]).toContain(key)
    }
    const metrics = got.filter(({ path }) => path === "/v1/metrics").map(({ body }) => body)
    expect(metrics.join("")).toContain("image_skill.operations")
    expect(got.every(({ header }) => header === "design")).toBe(true)
    const all = got.map(({ body }) => body).join("\n")
    for (const secret of [
      secretPrompt,
      agent.token,
      agent.contact,
      "Secret Name",
      "secret-key-1",
      service.dataFolder,
      service.address,
      "isk_"
    ]) {
      expect(all, secret).not.toContain(secret)
    }
  }).pipe(Effect.scoped)
)

it.live("a library program with a collector exports its calls, and one without sends nothing", () =>
  Effect.gen(function* () {
    const { address, got } = yield* collector
    const service = yield* served()
    const program = Effect.flatMap(ImageSkill, (client) =>
      client.call(modelsList, { query: "a secret query" })
    )
    const run = (env: Readonly<Record<string, string>>) =>
      program.pipe(
        Effect.provide(
          layerHosted({ baseUrl: service.address, env: Env.layerOf({ HOME: "/nowhere", ...env }) })
        )
      )
    yield* run({})
    expect(got).toEqual([])
    yield* run({ OTEL_EXPORTER_OTLP_ENDPOINT: address })
    expect(spansOf(got).map(({ name }) => name)).toEqual(["models.list"])
    expect(got.map(({ body }) => body).join("")).not.toContain("secret")
  }).pipe(Effect.scoped)
)

it.live("a collector that is down costs a stopping service no more than a second or two", () =>
  Effect.gen(function* () {
    const service = yield* served({
      machine: Layer.merge(
        Env.layerOf({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" }),
        Deadlines.layer
      )
    })
    expect((yield* send(service.address, "GET", "/healthz")).status).toBe(200)
    const started = Date.now()
    yield* service.stop
    expect(Date.now() - started).toBeLessThan(8_000)
  }).pipe(Effect.scoped)
)

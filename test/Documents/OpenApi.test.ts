import { type AnyOperation, authOf } from "../../src/Operations/Operation.js"
import { type Schema as JsonSchema, Validator } from "@cfworker/json-schema"
import { describe, expect, it } from "@effect/vitest"
import { Validator as OpenApiValidator } from "@seriousme/openapi-schema-validator"
import * as Effect from "effect/Effect"
import { served as documents } from "../../src/Documents/index.js"
import { openApi } from "../../src/Documents/OpenApi.js"
import { serviceOperations } from "../../src/Operations/index.js"
import { everyOperation } from "../Server/Identity/Requests.js"
import { send, served, signUp, type Wire } from "../Server/Http/Served.js"

interface OperationObject {
  readonly operationId: string
  readonly security: ReadonlyArray<object>
  readonly "x-image-skill-codes"?: ReadonlyArray<string>
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: object } } }
  readonly responses: Readonly<Record<string, object>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>
}

const document = openApi("https://images.example.com", documents) as Document

const operationOf = (id: string): { path: string; method: string; operation: OperationObject } => {
  const found = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { operationId }]) => operationId === id)
      .map(([method, operation]) => ({ path, method, operation }))
  )
  expect(found, id).toHaveLength(1)
  return found[0] as (typeof found)[number]
}

// References lead into the document's components, so these go along.
const misfits = (schema: object, value: unknown): ReadonlyArray<string> =>
  new Validator({ ...schema, components: document.components } as JsonSchema, "2020-12", false)
    .validate(value)
    .errors.map(({ error, instanceLocation }) => `${instanceLocation}: ${error}`)

const responseOf = (
  operation: OperationObject,
  status: number
): { content: Record<string, { schema: object }> } => {
  const declared = operation.responses[String(status)]
  expect(declared, `${operation.operationId} answers ${status}, which is not documented`).toBeDefined()
  const { $ref } = declared as { readonly $ref?: string }
  return (
    $ref === undefined ? declared : document.components["responses"]?.[$ref.split("/").at(-1) ?? ""]
  ) as { content: Record<string, { schema: object }> }
}

/** What of an answer the document does not foresee. */
const unforeseen = (id: string, { headers, json, status }: Wire): ReadonlyArray<string> => {
  const { operation } = operationOf(id)
  const schema = responseOf(operation, status).content["application/json"]?.schema ?? {}
  const codes = operation["x-image-skill-codes"] ?? []
  return [
    ...misfits(schema, json),
    ...(json.ok === true || codes.includes(json.error.code) ? [] : [`${json.error.code} is not documented`]),
    ...(headers["x-request-id"] === json.trace_id ? [] : ["x-request-id is not the trace id"]),
    ...((headers["x-image-skill-exit-code"] === "0") === json.ok ? [] : ["the exit code contradicts ok"]),
    ...(status === 401 && headers["www-authenticate"] !== "Bearer" ? ["no www-authenticate"] : [])
  ]
}

describe("openapi.json", () => {
  it("is a valid OpenAPI 3.1 document", async () => {
    for (const address of [null, "https://images.example.com/below"]) {
      const checked = await new OpenApiValidator().validate(
        JSON.parse(JSON.stringify(openApi(address, documents))) as Record<string, unknown>
      )
      expect(checked.errors ?? null).toBeNull()
      expect(checked.valid).toBe(true)
    }
    const broken = { ...document, paths: { "/v1/whoami": { get: { responses: [] } } } }
    expect((await new OpenApiValidator().validate(broken)).valid).toBe(false)
  })

  it("has every operation of the service with its method, path and authentication, and no reference without an end", () => {
    for (const [id, { auth, wire }] of Object.entries(serviceOperations)) {
      const { method, operation, path } = operationOf(id)
      expect(`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`).toBe(
        `${wire.method} ${wire.path}`
      )
      const needed = authOf({ auth } as AnyOperation, {})
      expect(operation.security.some((one) => "bearer" in one) || needed === "none", id).toBe(true)
      if (needed === "none") expect(operation.security, id).toContainEqual({})
    }
    const text = JSON.stringify(document)
    for (const [, kind = "", name = ""] of text.matchAll(/"#\/components\/([A-Za-z]+)\/([A-Za-z0-9]+)"/g))
      expect(document.components[kind]?.[name], `${kind}/${name}`).toBeDefined()
    // Names of the generator's own building blocks would resolve against the document's address.
    expect(text).not.toContain('"$id"')
  })

  it("takes the requests that the service takes, and refuses others", () => {
    for (const { body, id } of everyOperation) {
      const schema = operationOf(id).operation.requestBody?.content["application/json"].schema
      if (body !== undefined) expect(misfits(schema ?? { not: {} }, body), id).toEqual([])
    }
    const create = operationOf("create").operation.requestBody?.content["application/json"].schema ?? {}
    expect(misfits(create, { prompt: 1 })).not.toEqual([])
    expect(misfits(create, { prompt: "a fox", colour: "red" })).not.toEqual([])
    expect(misfits(create, {})).not.toEqual([])
  })

  it.scopedLive("describes what the service really answers, to nobody and to somebody", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const { token } = yield* signUp(address)
      const ask = (id: string, path: string, body: unknown, bearer: string | null = token) =>
        Effect.tap(
          send(address, operationOf(id).method.toUpperCase(), path, {
            ...(bearer === null ? {} : { token: bearer }),
            ...(body === undefined ? {} : { body })
          }),
          (answer) =>
            Effect.sync(() =>
              expect([id, path, bearer, unforeseen(id, answer)]).toEqual([id, path, bearer, []])
            )
        )
      let failures = 0
      for (const { body, id, path } of everyOperation)
        for (const bearer of [null, "isk_r_nobody-knows-this-one", token]) {
          const answer = yield* ask(id, path, body, bearer)
          if (answer.json.ok !== true) failures += 1
        }
      expect(failures).toBeGreaterThan(20)

      // With things that are there.
      const made = (yield* ask("create", "/v1/create", {
        prompt: "a boat on a lake",
        output_count: 1,
        intent: "draft",
        idempotency_key: "described-1"
      })).json.data
      const asset = made.assets[0].asset_id as string
      yield* ask("create", "/v1/create", { prompt: "a boat on a lake", dry_run: true })
      const waiting = yield* ask("create", "/v1/create", { prompt: "three boats", wait_ms: 0 })
      expect([waiting.status, waiting.json.data.status]).toEqual([202, "running"])
      yield* ask("create", "/v1/create", { prompt: "another", idempotency_key: "described-1" })
      yield* ask("create", "/v1/create", { prompt: "a boat", max_usd: 0.001 })
      yield* ask("edit", "/v1/edit", { input_asset_id: asset, prompt: "make it grayscale" })
      yield* ask("jobs.show", `/v1/jobs/${made.job_id}`, undefined)
      yield* ask("jobs.cancel", `/v1/jobs/${made.job_id}/cancel`, {})
      yield* ask("jobs.resume", `/v1/jobs/${made.job_id}/resume`, {})
      yield* ask("jobs.list", "/v1/jobs?limit=2", undefined)
      yield* ask("operations.show", "/v1/operations/described-1?operation=create", undefined)
      yield* ask("activity.show", `/v1/activity/${made.job_id}`, undefined)
      yield* ask("activity.list", "/v1/activity?limit=0", undefined)
      yield* ask("assets.show", `/v1/assets/${asset}`, undefined)
      yield* ask("assets.delete", `/v1/assets/${asset}`, undefined)

      // What has no operation behind it.
      for (const [id, path] of [
        ["payments.handoff", `/pay/payatt_${"0".repeat(32)}`],
        ["webhooks.stripe", "/v1/webhooks/stripe"],
        ["assets.bytes", `/a/image_${"0".repeat(32)}.png`]
      ] as const) {
        const { method, operation } = operationOf(id)
        const answer = yield* send(address, method.toUpperCase(), path, method === "post" ? { body: {} } : {})
        const schema = responseOf(operation, answer.status).content["application/json"]?.schema
        expect([id, misfits(schema ?? { not: {} }, answer.json)]).toEqual([id, []])
      }

      // The comparison must be able to see something.
      const whoami = yield* send(address, "GET", "/v1/whoami", { token })
      const { trace_id: _, ...without } = whoami.json
      expect(unforeseen("whoami", { ...whoami, json: without })).not.toEqual([])
      expect(
        unforeseen("jobs.list", { ...whoami, json: { ...whoami.json, data: { jobs: [{ job_id: 7 }] } } })
      ).not.toEqual([])
    })
  )
})

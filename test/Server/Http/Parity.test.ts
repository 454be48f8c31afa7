import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpBody from "@effect/platform/HttpBody"
import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layerServed } from "../../../src/Server/App.js"
import { Policy } from "../../../src/Server/Domain/Policy.js"
import { layerTransport } from "../../../src/Server/Transport.js"
import { everyOperation } from "../Identity/Requests.js"
import { generous, send, served, signUp, temporaryFolder, type Wire } from "./Served.js"

type Ask = (
  method: string,
  path: string,
  token: string | null,
  body: unknown
) => Effect.Effect<Pick<Wire, "status" | "headers" | "json">>

/** What differs between any two services that are the same: ids, times, addresses. */
const plain = (answer: unknown, base: string): unknown =>
  JSON.parse(
    JSON.stringify(answer)
      .replaceAll(base, "BASE")
      .replaceAll(/\b([a-z]+)_[0-9a-f]{32}\b/g, "$1_X")
      .replaceAll(/\d{4}-\d\d-\d\dT[0-9:.]+Z/g, "TIME")
      .replaceAll(/isk_r_[A-Za-z0-9_-]+/g, "TOKEN")
  )

const kept = [
  "content-type",
  "x-image-skill-exit-code",
  "retry-after",
  "cache-control",
  "www-authenticate",
  "allow"
]

/** Asks for everything, as nobody and as somebody, in one order; what came back. */
const all = (ask: Ask, base: string) =>
  Effect.gen(function* () {
    const signedUp = yield* ask("POST", "/v1/agent-signups", null, {
      agent_contact: "parity@example.com",
      agent_name: "somebody",
      runtime: "test",
      return_token: true
    })
    const token = String(signedUp.json.data.token)
    const asked = [
      ...everyOperation.map(({ body, operation, path }) => [operation.wire.method, path, body] as const),
      ["POST", "/v1/create", { prompt: 1 }],
      ["GET", "/v1/activity?limit=1000", undefined],
      ["GET", "/v1/activity?limit=1&limit=2", undefined],
      ["GET", "/nowhere", undefined],
      ["GET", "/v1/models/nothing", undefined]
    ] as const
    return yield* Effect.forEach(asked, ([method, path, body]) =>
      Effect.forEach([null, token], (bearer) =>
        Effect.map(ask(method, path, bearer, body), ({ headers, json, status }) =>
          plain(
            {
              asked: `${method} ${path} ${bearer === null ? "nobody" : "somebody"}`,
              status,
              headers: {
                ...Object.fromEntries(kept.map((name) => [name, headers[name] ?? null])),
                // What may be kept under an entity tag is of HTTP alone.
                ...(headers["etag"] === undefined ? {} : { "cache-control": "no-store" })
              },
              json
            },
            base
          )
        )
      )
    )
  })

describe("two ways in", () => {
  it.scopedLive("every operation answers the same in process and over a socket", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const overSocket = yield* all(
        (method, path, token, body) =>
          send(address, method, path, {
            ...(token === null ? {} : { token }),
            ...(body === undefined ? {} : { body })
          }),
        address
      )

      const base = "http://in-process.invalid"
      const folder = yield* temporaryFolder
      const context = yield* Layer.build(
        layerTransport.pipe(Layer.provide(layerServed(folder, () => base, Policy.layerPreview(generous))))
      )
      const client = Context.get(context, HttpClient.HttpClient)
      const inProcess = yield* all(
        (method, path, token, body) =>
          client
            .execute(
              HttpClientRequest.make(method as "GET")(`${base}${path}`, {
                headers: token === null ? {} : { authorization: `Bearer ${token}` },
                ...(body === undefined
                  ? {}
                  : { body: HttpBody.text(JSON.stringify(body), "application/json") })
              })
            )
            .pipe(
              Effect.flatMap((answer) =>
                Effect.map(answer.json, (json) => ({
                  status: answer.status,
                  headers: answer.headers,
                  json: json as Wire["json"]
                }))
              ),
              Effect.scoped,
              Effect.orDie
            ),
        base
      )
      for (const [index, answers] of overSocket.entries()) expect(answers).toEqual(inProcess[index])
      // The comparison must have seen something.
      expect(JSON.stringify(overSocket)).toContain('"status":"completed"')
    })
  )

  it.scopedLive(
    "two organizations at once see nothing of each other, whatever they do",
    () =>
      Effect.gen(function* () {
        const { address } = yield* served()
        const agents = yield* Effect.replicateEffect(signUp(address), 3)
        const own: ReadonlyArray<Set<string>> = agents.map(() => new Set())
        let seed = 20_260_101
        const random = (below: number): number => {
          seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
          return Math.floor((seed / 0x80000000) * below)
        }
        const svg =
          "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><rect width='8' height='8'/></svg>"
        const step = (who: number, kind: number, ids: ReadonlyArray<string>) =>
          Effect.gen(function* () {
            const token = agents[who]?.token ?? ""
            const get = (path: string) => send(address, "GET", path, { token })
            if (kind === 0) {
              const made = yield* send(address, "POST", "/v1/create", {
                token,
                body: { prompt: "a square", model: "local.svg", model_parameters: { svg } }
              })
              for (const id of JSON.stringify(made.json.data ?? {}).match(/(?:job|image)_[0-9a-f]{32}/g) ??
                [])
                own[who]?.add(id)
              return
            }
            const id = ids.length === 0 ? `job_${"0".repeat(32)}` : (ids[random(ids.length)] ?? "")
            const answer =
              kind === 1
                ? yield* get(id.startsWith("job_") ? `/v1/jobs/${id}` : `/v1/assets/${id}`)
                : kind === 2
                  ? yield* get(`/v1/activity/${id}`)
                  : yield* get(["/v1/jobs", "/v1/assets", "/v1/activity"][kind % 3] ?? "")
            const seen = JSON.stringify(answer.json.data ?? {}).match(/(?:job|image)_[0-9a-f]{32}/g) ?? []
            for (const other of seen) expect(own[who]?.has(other)).toBe(true)
            if (kind < 3) expect(answer.status).toBe(own[who]?.has(id) === true ? 200 : 404)
          })
        for (let round = 0; round < 60; round++) {
          const ids = own.flatMap((set) => [...set])
          yield* Effect.forEach(agents, (_, who) => step(who, random(6), ids), { concurrency: "unbounded" })
        }
        expect(own.every((set) => set.size > 0)).toBe(true)
      }),
    60_000
  )
})

import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { serve } from "../../../src/Server/Http/Serve.js"
import { send, served, signUp, temporaryFolder, generous } from "../Http/Served.js"
import { everyOperation } from "./Requests.js"
import * as Sqlite from "../../../src/Server/Storage/Sqlite.js"
import * as SqlClient from "@effect/sql/SqlClient"
import { type AnyOperation, authOf } from "../../../src/Operations/Operation.js"
import * as path from "node:path"

/** Changes a service's database from beside it, as an operator does. */
const operate = (folder: string, statement: (sql: SqlClient.SqlClient) => Effect.Effect<unknown, unknown>) =>
  Effect.flatMap(SqlClient.SqlClient, statement).pipe(
    Effect.provide(Sqlite.layer({ filename: path.join(folder, "image-skill.db") })),
    Effect.orDie
  )

describe("the authorization matrix", () => {
  it.scopedLive(
    "every operation against every kind of caller",
    () =>
      Effect.gen(function* () {
        const { address, dataFolder } = yield* served()
        const right = yield* signUp(address)
        const rotated = yield* signUp(address)
        const again = yield* send(address, "POST", "/v1/agent-signups", {
          body: {
            agent_contact: rotated.contact,
            agent_name: rotated.name,
            runtime: "test",
            return_token: true
          }
        })
        expect(again.json.data.agent_id).toBe(rotated.agent)
        const shutOut = yield* signUp(address)
        const grantless = yield* signUp(address)
        yield* operate(
          dataFolder,
          (sql) => sql`UPDATE organizations SET claim_state = 'revoked' WHERE id = ${shutOut.organization}`
        )
        yield* operate(
          dataFolder,
          (sql) => sql`UPDATE tokens SET grants = '[]' WHERE agent_id = ${grantless.agent}`
        )
        const callers = {
          none: { token: undefined, code: "AUTH_REQUIRED", status: 401 },
          malformed: { token: "\u00a0", code: "TOKEN_INVALID", status: 401 },
          wrong: { token: `isk_r_${"A".repeat(32)}`, code: "TOKEN_INVALID", status: 401 },
          foreign: { token: "sk-another-service", code: "TOKEN_INVALID", status: 401 },
          truncated: { token: right.token.slice(0, -1), code: "TOKEN_INVALID", status: 401 },
          rotated: { token: rotated.token, code: "TOKEN_REVOKED", status: 401 },
          revoked: { token: shutOut.token, code: "TOKEN_REVOKED", status: 401 }
        }
        for (const { body, id, operation, path: target } of everyOperation) {
          const needs = authOf(operation as AnyOperation, body ?? {}) === "required"
          const ask = (token: string | undefined) =>
            send(address, operation.wire.method, target, {
              ...(token === undefined ? {} : { token }),
              ...(body === undefined ? {} : { body })
            })
          for (const [who, { code, status, token }] of Object.entries(callers)) {
            const answer = yield* ask(token)
            const seen = [id, who, answer.status, answer.json.error?.code ?? null]
            if (needs) {
              expect(seen).toEqual([id, who, status, code])
              expect(answer.json.actor).toBeNull()
              expect(answer.headers["x-image-skill-exit-code"]).toBe("3")
            } else expect([id, who, answer.status]).not.toEqual([id, who, 401])
          }
          if (needs) {
            const answer = yield* ask(right.token)
            expect([id, answer.status]).not.toEqual([id, 401])
            expect(answer.json.actor).toMatchObject({ actor_id: right.agent, claim_state: "unclaimed" })
          }
          if ((operation as { grant?: string }).grant !== undefined) {
            const answer = yield* ask(grantless.token)
            expect([id, answer.status, answer.json.error?.code]).toEqual([id, 403, "CAPABILITY_DENIED"])
          }
        }
      }),
    60_000
  )

  it.scopedLive("another organization's things are missing things, to the letter", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const owner = yield* signUp(address)
      const other = yield* signUp(address)
      const made = yield* send(address, "POST", "/v1/create", {
        token: owner.token,
        body: { prompt: "a fox", model: "local.canvas", idempotency_key: "secret-key" }
      })
      const { assets, job_id } = made.json.data
      const events = yield* send(address, "GET", "/v1/activity", { token: owner.token })
      const targets = [
        ["GET", "/v1/jobs/", job_id],
        ["POST", "/v1/jobs/:/cancel", job_id],
        ["POST", "/v1/jobs/:/resume", job_id],
        ["GET", "/v1/assets/", assets[0].asset_id],
        ["DELETE", "/v1/assets/", assets[0].asset_id],
        ["GET", "/v1/activity/", events.json.data.events[0].event_id],
        ["GET", "/v1/activity/", job_id],
        ["GET", "/v1/operations/:?operation=create", "secret-key"]
      ] as const
      for (const [method, pattern, id] of targets) {
        const missing = String(id)
          .replaceAll(/[0-9a-f]{32}/g, "0".repeat(32))
          .replace("secret", "absent")
        const at = (one: string) => (pattern.includes(":") ? pattern.replace(":", one) : `${pattern}${one}`)
        const ask = (one: string) =>
          send(address, method, at(one), { token: other.token, ...(method === "POST" ? { body: {} } : {}) })
        const [foreign, absent] = [yield* ask(String(id)), yield* ask(missing)]
        const plain = (text: Buffer, one: string) =>
          text
            .toString("utf8")
            .replaceAll(one, "ID")
            .replaceAll(/trace_[0-9a-f]+/g, "TRACE")
        expect([at("ID"), foreign.status, plain(foreign.bytes, String(id))]).toEqual([
          at("ID"),
          absent.status,
          plain(absent.bytes, missing)
        ])
      }
      for (const list of ["/v1/jobs", "/v1/assets", "/v1/activity"]) {
        const answer = yield* send(address, "GET", list, { token: other.token })
        expect(answer.bytes.toString("utf8")).not.toContain(job_id)
      }
      // The same key is the other's own.
      const own = yield* send(address, "POST", "/v1/create", {
        token: other.token,
        body: { prompt: "a fox", model: "local.canvas", idempotency_key: "secret-key" }
      })
      expect(own.json.data.idempotent_replayed).toBe(false)
      expect(own.json.data.job_id).not.toBe(job_id)
    })
  )

  it.scopedLive("unclaimed agents get the preview: 50 credits and four live jobs a day", () =>
    Effect.gen(function* () {
      const dataFolder = yield* temporaryFolder
      const { address } = yield* Effect.acquireRelease(
        serve({
          host: "127.0.0.1",
          port: 0,
          publicUrl: null,
          dataFolder,
          log: () => {},
          policy: { signups: generous.signups }
        }),
        ({ stop }) => stop
      )
      const { token } = yield* signUp(address)
      const quota = yield* send(address, "GET", "/v1/quota", { token })
      expect(quota.json.data.limits.remaining_credits).toBe(50)
      expect(quota.json.data.daily_jobs).toMatchObject({ limit: 4, used: 0 })
      const svg =
        "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><rect width='8' height='8'/></svg>"
      const create = (key: string, dry = false) =>
        send(address, "POST", "/v1/create", {
          token,
          body: {
            prompt: "a square",
            model: "local.svg",
            model_parameters: { svg },
            ...(dry ? { dry_run: true } : { idempotency_key: key })
          }
        })
      for (const key of ["1", "2", "3", "4"]) expect((yield* create(key)).json.error).toBeNull()
      expect((yield* create("1")).json.data.idempotent_replayed).toBe(true)
      expect((yield* create("", true)).status).toBe(200)
      const fifth = yield* create("5")
      expect([fifth.status, fifth.json.error.code]).toEqual([429, "DAILY_JOB_LIMIT_REACHED"])
      expect(fifth.headers["x-image-skill-exit-code"]).toBe("5")
    })
  )
})

describe("a dry run of a create", () => {
  it.scopedLive(
    "is told to anyone; with a token that is none, or with somebody's references, to nobody",
    () =>
      Effect.gen(function* () {
        const { address } = yield* served()
        const dry = (more: object, token?: string) =>
          send(address, "POST", "/v1/create", {
            body: { prompt: "a square", dry_run: true, ...more },
            ...(token === undefined ? {} : { token })
          })
        const answer = yield* dry({})
        expect([answer.status, answer.json.data?.status, answer.json.data?.job_id]).toEqual([
          200,
          "planned",
          null
        ])
        expect((yield* dry({}, "isk_r_unknownunknown")).status).toBe(401)
        const reference = { asset_id: `image_${"0".repeat(32)}`, role: "reference_image", index: 0 }
        expect((yield* dry({ references: [reference] })).status).toBe(401)
        expect((yield* dry({ dry_run: false })).status).toBe(401)
      })
  )
})

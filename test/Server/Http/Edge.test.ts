import { connect } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { patience } from "../../../src/Server/Http/Listen.js"
import { send, served, signUp, type Wire } from "./Served.js"

const isEnvelope = (answer: Wire, code: string, exit: number) => {
  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8")
  expect(answer.headers["x-image-skill-exit-code"]).toBe(String(exit))
  expect(answer.headers["x-request-id"]).toMatch(/^trace_[0-9a-f]{32}$/)
  expect(answer.json).toMatchObject({ ok: false, data: null, error: { code } })
  expect(answer.json.trace_id).toBe(answer.headers["x-request-id"])
}

/** Writes bytes to a bare connection and reads until it closes. */
const raw = (base: string, text: string, after?: { readonly ms: number; readonly text: string }) =>
  Effect.promise(
    () =>
      new Promise<string>((resolve) => {
        const socket = connect(Number(new URL(base).port), "127.0.0.1")
        let seen = ""
        socket.on("data", (chunk) => (seen += chunk.toString("utf8")))
        socket.on("close", () => resolve(seen))
        socket.on("error", () => resolve(seen))
        socket.write(text)
        if (after !== undefined) setTimeout(() => socket.write(after.text), after.ms).unref()
      })
  )

describe("the HTTP edge", () => {
  it.scopedLive("takes the key of a create and an edit from its header too, and pays once", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const { token } = yield* signUp(address)
      const headers = { "idempotency-key": "same" }
      const create = (body: object) =>
        send(address, "POST", "/v1/create", { token, headers, body: { prompt: "a red fox", ...body } })
      const first = (yield* create({})).json.data
      expect([first.status, first.idempotency_key, first.idempotent_replayed]).toEqual([
        "completed",
        "same",
        false
      ])
      const again = (yield* create({ idempotency_key: "same" })).json.data
      expect([again.job_id, again.idempotent_replayed]).toEqual([first.job_id, true])

      const [{ asset_id }] = first.assets
      const edit = send(address, "POST", "/v1/edit", {
        token,
        headers,
        body: { input_asset_id: asset_id, prompt: "rotate 90" }
      })
      const edited = yield* Effect.all([edit, edit])
      expect(edited.map(({ json }) => json.data.idempotent_replayed)).toEqual([false, true])

      const other = yield* create({ idempotency_key: "other" })
      isEnvelope(other, "INVALID_ARGUMENTS", 2)
      expect([other.status, other.json.error.details]).toEqual([
        400,
        { path: "idempotency_key", header: "idempotency-key" }
      ])
      isEnvelope(
        yield* send(address, "POST", "/v1/create", {
          token,
          headers: { "idempotency-key": "" },
          body: { prompt: "a red fox" }
        }),
        "INVALID_ARGUMENTS",
        2
      )
      const { used } = (yield* send(address, "GET", "/v1/quota", { token })).json.data.daily_jobs
      expect(used).toBe(2)
    })
  )

  it.scopedLive("answers an envelope for whatever is wrong", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const { token } = yield* signUp(address)
      isEnvelope(yield* send(address, "GET", "/nothing"), "NOT_FOUND", 1)
      const wrong = yield* send(address, "DELETE", "/v1/models")
      isEnvelope(wrong, "INVALID_ARGUMENTS", 2)
      expect([wrong.status, wrong.headers["allow"]]).toEqual([405, "GET"])
      const status = yield* send(address, "GET", "/v1/jobs?status=done", { token })
      isEnvelope(status, "INVALID_ARGUMENTS", 2)
      expect(status.json.error.details).toEqual({
        path: "status",
        expected: '"queued" or "running" or "completed" or "failed" or "canceled" or "planned"'
      })
      const post = (raw: string | Buffer, headers = {}) =>
        send(address, "POST", "/v1/create", { token, raw, headers })
      for (const text of [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        '{"prompt":1e999}',
        "[".repeat(20_000),
        '{"__proto__":{}}'
      ]) {
        const answer = yield* post(text)
        isEnvelope(answer, "INVALID_ARGUMENTS", 2)
        expect(answer.status).toBe(400)
      }
      isEnvelope(yield* post(Buffer.from([0x7b, 0xff, 0x7d])), "INVALID_ARGUMENTS", 2)
      const type = yield* post("{}", { "content-type": "text/plain" })
      isEnvelope(type, "INVALID_ARGUMENTS", 2)
      expect(type.status).toBe(415)
      const zipped = yield* post("{}", { "content-encoding": "gzip" })
      expect(zipped.status).toBe(415)
    })
  )

  it.scopedLive("counts a body while it comes in, told or not", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const { token } = yield* signUp(address)
      const large = JSON.stringify({ prompt: "x".repeat(600_000) })
      const told = yield* send(address, "POST", "/v1/create", { token, raw: large })
      isEnvelope(told, "INVALID_ARGUMENTS", 2)
      expect([told.status, told.headers["connection"]]).toEqual([413, "close"])
      const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`
      const untold = yield* raw(
        address,
        `POST /v1/create HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunk.repeat(12)}`
      )
      expect(untold).toMatch(/^HTTP\/1\.1 413 /)
      // A stranger's upload is refused before its bytes are let in.
      const stranger = yield* raw(
        address,
        "POST /v1/upload HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 30000000\r\n\r\n"
      )
      expect(stranger).toMatch(/^HTTP\/1\.1 401 /)
      expect(stranger).toContain("AUTH_REQUIRED")
    })
  )

  it.scopedLive("does not wait for slow clients", () =>
    Effect.gen(function* () {
      const { address } = yield* served({
        patience: { ...patience, header: 300, request: 5_000, keepAlive: 500 }
      })
      const { token } = yield* signUp(address)
      const body = yield* raw(
        address,
        `POST /v1/create HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`
      )
      expect(body).toMatch(/^HTTP\/1\.1 408 /)
      expect(body).toContain("TIMEOUT")
      const header = yield* raw(address, "GET /healthz HTTP/1.1\r\nhost: local")
      expect(header).toMatch(/^HTTP\/1\.1 408 /)
      expect(JSON.parse(header.split("\r\n\r\n")[1] ?? "")).toMatchObject({
        ok: false,
        error: { code: "TIMEOUT" }
      })
    })
  )

  it.scopedLive("answers what is no HTTP, and headers without end", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const garbage = yield* raw(address, "\u0016\u0003\u0001 hello\r\n\r\n")
      expect(garbage).toMatch(/^HTTP\/1\.1 400 /)
      expect(garbage).toContain("x-image-skill-exit-code: 2")
      const endless = yield* raw(
        address,
        `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"y".repeat(20_000)}\r\n\r\n`
      )
      expect(endless).toMatch(/^HTTP\/1\.1 431 /)
    })
  )

  it.scopedLive("on loopback answers only to its own names, and never to other origins", () =>
    Effect.gen(function* () {
      const { address, port } = yield* served({ publicUrl: "https://images.example.com/base" })
      for (const host of ["evil.example", "127.0.0.1.nip.io", "169.254.169.254"]) {
        const answer = yield* send(address, "GET", "/healthz", { headers: { host } })
        expect([host, answer.status]).toEqual([host, 421])
      }
      for (const host of [`localhost:${port}`, "127.0.0.1", "[::1]:1", "images.example.com"]) {
        expect((yield* send(address, "GET", "/healthz", { headers: { host } })).status).toBe(200)
      }
      const asked = yield* send(address, "OPTIONS", "/v1/create", {
        headers: { origin: "https://evil.example", "access-control-request-method": "POST" }
      })
      expect(asked.status).toBe(405)
      expect(Object.keys(asked.headers).filter((name) => name.startsWith("access-control"))).toEqual([])
      // Below the prefix of the public address, too.
      expect((yield* send(address, "GET", "/base/healthz")).json.data.media_origin).toBe(
        "https://images.example.com/base"
      )
    })
  )

  it.scopedLive(
    "keeps a caller's trace id, tells HEAD without a body, and logs nothing that is anybody's",
    () =>
      Effect.gen(function* () {
        const { address, lines } = yield* served()
        const { token } = yield* signUp(address)
        const trace = `trace_${"ab".repeat(16)}`
        const answer = yield* send(address, "GET", "/healthz", {
          headers: { "x-image-skill-trace-id": trace }
        })
        expect(answer.headers["x-request-id"]).toBe(trace)
        const head = yield* send(address, "HEAD", "/healthz")
        expect([head.status, head.bytes.length]).toEqual([200, 0])
        yield* send(address, "POST", "/v1/create", {
          token,
          body: { prompt: "PROMPT-CANARY", dry_run: true }
        })
        yield* send(address, "GET", `/v1/jobs/${token}?prompt=QUERY-CANARY`, { token })
        const log = lines.join("")
        expect(log).toContain('"operation":"create"')
        for (const secret of [token, "PROMPT-CANARY", "QUERY-CANARY", "example.com"])
          expect(log).not.toContain(secret)
      })
  )

  it.scopedLive("slows a hasty token down and says for how long", () =>
    Effect.gen(function* () {
      const { address } = yield* served({ policy: { requests: { burst: 3, perMinute: 30 } } })
      const { token } = yield* signUp(address)
      const answers = yield* Effect.replicateEffect(send(address, "GET", "/v1/whoami", { token }), 5)
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429])
      const last = answers[4] as Wire
      isEnvelope(last, "RATE_LIMITED", 5)
      expect(Number(last.headers["retry-after"])).toBeGreaterThan(0)
      expect(last.json.error).toMatchObject({
        retryable: true,
        recovery: { retry_after_seconds: expect.any(Number) }
      })
    })
  )

  it.scopedLive("slows down who tries tokens, and nobody else at that address", () =>
    Effect.gen(function* () {
      const { address } = yield* served({ policy: { wrongTokens: { burst: 2, perMinute: 30 } } })
      const { token } = yield* signUp(address)
      const guess = send(address, "GET", "/v1/whoami", { token: "isk_r_guessed" })
      const answers = yield* Effect.replicateEffect(guess, 3)
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 429])
      isEnvelope(answers[2] as Wire, "RATE_LIMITED", 5)
      expect(Number(answers[2]?.headers["retry-after"])).toBeGreaterThan(0)
      expect((yield* send(address, "GET", "/v1/whoami", { token })).status).toBe(200)
      // Nor is anything decoded for who guesses.
      const post = yield* send(address, "POST", "/v1/create", { token: "isk_r_guessed", raw: "{" })
      expect(post.status).toBe(429)
    })
  )

  it.scopedLive("answers its own envelope where Node has a page of its own", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      const hostless = yield* raw(address, "GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n")
      expect(hostless).toMatch(/^HTTP\/1\.1 400 .*no host header/s)
      const expecting = yield* raw(
        address,
        "POST /v1/create HTTP/1.1\r\nhost: localhost\r\nexpect: foo\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}"
      )
      expect(expecting).toMatch(/^HTTP\/1\.1 417 .*x-image-skill-exit-code: 2/s)
      for (const answer of [hostless, expecting]) {
        expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({
          ok: false,
          error: { code: "INVALID_ARGUMENTS" }
        })
      }
    })
  )

  it.scopedLive("says of every failure where it is described", () =>
    Effect.gen(function* () {
      const { address } = yield* served({
        publicUrl: "https://images.example.com",
        docsUrlAt: (publicUrl, code) => `${publicUrl}/docs#${code}`
      })
      const { token } = yield* signUp(address)
      for (const [method, path, headers] of [
        ["GET", "/v1/whoami", {}],
        ["GET", "/nothing", {}],
        ["GET", "/a/image_x.png", {}],
        ["PUT", "/v1/models", {}],
        ["GET", "/healthz", { host: "evil.example" }]
      ] as const) {
        const { error } = (yield* send(address, method, path, { headers })).json
        expect([path, error.recovery.docs_url]).toEqual([
          path,
          `https://images.example.com/docs#${error.code}`
        ])
      }
      const limited = yield* send(address, "POST", "/v1/create", { token, raw: "{" })
      expect(limited.json.error.recovery.docs_url).toBe("https://images.example.com/docs#INVALID_ARGUMENTS")
    })
  )
})

import type { LookupAddress } from "node:dns"
import { TLSSocket } from "node:tls"
import * as zlib from "node:zlib"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { uploadLimit } from "../../src/Schema/Upload.js"
import { Deadlines, withRequestLimits } from "../../src/Services/Deadlines.js"
import { Env } from "../../src/Services/Env.js"
import { RemoteImage, type RemoteImageOptions } from "../../src/Services/RemoteImage.js"
import { version } from "../../src/Version.js"
import { faultProxy } from "../support/FaultProxy.js"
import { answers, type Behaviour, faultServer, faults } from "../support/FaultServer.js"

const picture = (type = "image/png", body: string | Buffer = "png"): Behaviour =>
  answers(`200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}`, body)

const leads = (location: string, status = 302): Behaviour =>
  answers(`${status} Found\r\nlocation: ${location}\r\nset-cookie: a=b\r\ncontent-length: 0`)

interface Setting extends RemoteImageOptions {
  readonly env?: Record<string, string>
  /** How much faster than the real deadlines. */
  readonly faster?: number
}

const layer = ({ env = {}, faster = 1, ...options }: Setting) =>
  RemoteImage.layerWith(options).pipe(
    Layer.provide(Layer.merge(Env.layerOf(env), Deadlines.layerScaled(1 / faster)))
  )

const fetch = (url: string, setting: Setting = {}) =>
  Effect.flatMap(RemoteImage, (images) => images.fetch(url)).pipe(
    Effect.provide(layer({ loopbackOrigins: [new URL(url).origin], ...setting }))
  )

const refusal = (url: string, setting: Setting = {}) =>
  Effect.map(Effect.flip(fetch(url, setting)), (error) => ({
    code: error.code,
    cause: error.details?.["cause"],
    retryable: error.retryable,
    error
  }))

const refused = { code: "REMOTE_UPLOAD_FETCH_FAILED", cause: "private_address", retryable: false }

const names =
  (table: Record<string, ReadonlyArray<string>>, asked: Array<string> = []) =>
  (host: string): Promise<ReadonlyArray<LookupAddress>> => {
    asked.push(host)
    return Promise.resolve(
      (table[host] ?? []).map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))
    )
  }

describe("a picture's URL", () => {
  it.scopedLive("is asked for the picture and told nothing else", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(picture("IMAGE/PNG; charset=binary", Buffer.from([137, 80, 78, 71])))
      const image = yield* fetch(`${server.url}/a%20b/c.png?sig=x%2By&z=a+b#part`).pipe(
        Effect.withSpan("outer")
      )
      expect(image).toEqual({
        bytes: new Uint8Array([137, 80, 78, 71]),
        mimeType: "image/png",
        origin: server.url
      })
      const lines = (server.heads[0] ?? "").split("\r\n")
      expect(lines[0]).toBe("GET /a%20b/c.png?sig=x%2By&z=a+b HTTP/1.1")
      expect(lines.slice(1).sort()).toEqual([
        "Connection: close",
        "accept-encoding: identity",
        "accept: image/*",
        `host: 127.0.0.1:${server.port}`,
        `user-agent: image-skill/${version}`
      ])
      yield* server.allClosed
    })
  )

  it.scopedLive("on loopback is refused unless a test allows its very origin", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(picture())
      for (const url of [
        server.url,
        `http://localhost:${server.port}`,
        `http://[::ffff:127.0.0.1]:${server.port}`
      ]) {
        expect(yield* refusal(url, { loopbackOrigins: [] })).toMatchObject(refused)
        expect(
          yield* refusal(url, { loopbackOrigins: ["http://127.0.0.1", "http://127.0.0.1:1"] })
        ).toMatchObject(refused)
      }
      expect(server.bytes()).toBe(0)
    })
  )

  it.live("is allowed by its own variable alone", () =>
    Effect.gen(function* () {
      const others = {
        IMAGE_SKILL_ALLOW_INSECURE_HTTP: "1",
        IMAGE_SKILL_ALLOW_PRIVATE_URLS: "yes",
        NO_PROXY: "*"
      }
      const look = (env: Readonly<Record<string, string>>) =>
        refusal("http://127.0.0.1:9/", { loopbackOrigins: [], env })
      expect(yield* look(others)).toMatchObject(refused)
      // Past the guard of addresses, the next one stops at the port.
      expect(yield* look({ ...others, IMAGE_SKILL_ALLOW_PRIVATE_URLS: "1" })).toMatchObject({
        cause: "blocked_port"
      })
    })
  )

  it.live("allowed on loopback may not be anywhere else that is private", () =>
    Effect.gen(function* () {
      const lookup = names({ "a.example": ["10.0.0.1"], "b.example": ["127.0.0.1", "169.254.169.254"] })
      expect(yield* refusal("http://a.example/", { lookup })).toMatchObject(refused)
      expect(yield* refusal("http://b.example/", { lookup })).toMatchObject(refused)
    })
  )
})

describe("a name", () => {
  it.live("is refused when any of its addresses is private", () =>
    Effect.gen(function* () {
      const mixed = [
        ["93.184.216.34", "10.0.0.1"],
        ["2606:4700::1111", "fd00::1"],
        ["93.184.216.34", "::1"],
        ["fe80::1%eth0"],
        ["127.0.0.1"]
      ]
      for (const addresses of mixed) {
        const lookup = names({ "a.example": addresses })
        expect(yield* refusal("https://a.example/", { lookup, loopbackOrigins: [] })).toMatchObject(refused)
      }
    })
  )

  it.live("that nobody knows is not found; one that could not be looked up may be later", () =>
    Effect.gen(function* () {
      const code = (name: string) => () => Promise.reject(Object.assign(new Error(name), { code: name }))
      const results = [
        yield* refusal("https://a.example/", { lookup: names({}) }),
        yield* refusal("https://a.example/", { lookup: code("ENOTFOUND") }),
        yield* refusal("https://a.example/", { lookup: code("EAI_AGAIN") })
      ]
      expect(results.map(({ cause, retryable }) => [cause, retryable])).toEqual([
        ["enotfound", false],
        ["enotfound", false],
        ["eai_again", true]
      ])
      expect(results[0]?.error.details).toEqual({
        cause: "enotfound",
        phase: "connect",
        origin: "https://a.example"
      })
    })
  )

  it.live("whose look-up never ends is given up", () =>
    Effect.gen(function* () {
      const setting = { lookup: () => new Promise<never>(() => {}), faster: 50 }
      expect(yield* refusal("https://a.example/", setting)).toMatchObject({
        code: "TIMEOUT",
        cause: "connect_timeout"
      })
    })
  )

  it.scopedLive(
    "is looked up once: the connection goes to what was checked, whatever the name means next",
    () =>
      Effect.gen(function* () {
        const server = yield* faultServer(picture())
        const asked: Array<string> = []
        const rebinding = (host: string) => {
          asked.push(host)
          return Promise.resolve([{ address: asked.length === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }])
        }
        const url = `http://rebind.example:${server.port}/a.png`
        expect((yield* fetch(url, { lookup: rebinding })).origin).toBe(new URL(url).origin)
        expect(asked).toEqual(["rebind.example"])
        expect(server.heads[0]).toContain(`host: rebind.example:${server.port}`)
      })
  )

  it.scopedLive("is looked up and checked anew at every hop", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(leads("/again"))
      let asked = 0
      const rebinding = () =>
        Promise.resolve([{ address: ++asked === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }])
      const url = `http://rebind.example:${server.port}/a.png`
      expect(yield* refusal(url, { lookup: rebinding })).toMatchObject(refused)
      expect([asked, server.heads.length]).toEqual([2, 1])
    })
  )

  it.scopedLive("is tried at each of its checked addresses", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(picture())
      const lookup = names({ "a.example": ["127.0.0.2", "127.0.0.1"] })
      expect((yield* fetch(`http://a.example:${server.port}`, { lookup })).mimeType).toBe("image/png")
    })
  )

  it.scopedLive("stays the name that TLS asks for and verifies", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const server = yield* faultServer(
        (connection) => {
          seen.push(
            connection.socket instanceof TLSSocket ? Reflect.get(connection.socket, "servername") : null
          )
          picture()(connection)
        },
        { tls: true }
      )
      const lookup = names({ localhost: ["127.0.0.1"], "a.example": ["127.0.0.1"] })
      const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" }
      expect((yield* fetch(server.url, { lookup, env })).bytes).toHaveLength(3)
      expect(seen).toEqual(["localhost"])
      const other = `https://a.example:${server.port}`
      expect(yield* refusal(other, { lookup })).toMatchObject({ cause: "depth_zero_self_signed_cert" })
      expect(yield* refusal(other, { lookup, env })).toMatchObject({ cause: "tls_verification_disabled" })
      expect(server.heads).toHaveLength(1)
    })
  )
})

describe("a redirect", () => {
  const chain = (length: number) =>
    faultServer(({ onHead, socket }) =>
      onHead((head) => {
        const at = Number(/^GET \/(\d+)/.exec(head)?.[1])
        const status = [301, 302, 303, 307, 308][at % 5]
        socket.write(
          at < length
            ? `HTTP/1.1 ${status} Moved\r\nlocation: ${at + 1}?\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n`
            : "HTTP/1.1 200 OK\r\ncontent-type: image/gif\r\ncontent-length: 3\r\n\r\ngif"
        )
      })
    )

  it.scopedLive("is followed five times, without cookies or referrer", () =>
    Effect.gen(function* () {
      const server = yield* chain(5)
      expect((yield* fetch(`${server.url}/0`)).mimeType).toBe("image/gif")
      expect(server.heads).toHaveLength(6)
      expect(server.heads.join("\n")).not.toMatch(/cookie|referer|authorization|traceparent|b3/i)
    })
  )

  it.scopedLive("is not followed a sixth time", () =>
    Effect.gen(function* () {
      const server = yield* chain(6)
      expect(yield* refusal(`${server.url}/0`)).toMatchObject({
        code: "REMOTE_UPLOAD_FETCH_FAILED",
        cause: "too_many_redirects",
        retryable: false
      })
      expect(server.heads).toHaveLength(6)
    })
  )

  it.scopedLive("keeps the caller's origin as the picture's", () =>
    Effect.gen(function* () {
      const target = yield* faultServer(picture())
      const server = yield* faultServer(leads(`${target.url}/é.png`, 307))
      const image = yield* fetch(server.url, { loopbackOrigins: [server.url, target.url] })
      expect(image.origin).toBe(server.url)
    })
  )

  it.scopedLive("in raw UTF-8 is understood", () =>
    Effect.gen(function* () {
      const target = yield* faultServer(picture())
      const head = Buffer.from(
        `HTTP/1.1 302 Found\r\nlocation: ${target.url}/é.png\r\ncontent-length: 0\r\n\r\n`
      )
      const server = yield* faultServer(({ onHead, socket }) => onHead(() => void socket.write(head)))
      yield* fetch(server.url, { loopbackOrigins: [server.url, target.url] })
      expect(target.heads[0]).toContain("GET /%C3%A9.png HTTP/1.1")
    })
  )

  const places: ReadonlyArray<readonly [string, string, string?]> = [
    ["http://127.0.0.1:9/", "private_address"],
    ["http://2130706433/", "private_address"],
    ["//169.254.169.254/latest/meta-data", "private_address"],
    ["https://10.0.0.1/", "private_address"],
    ["http://[::1]/", "private_address"],
    ["http://[::ffff:127.0.0.1]/", "private_address"],
    ["http://[fd00:ec2::254]/", "private_address"],
    ["http://localhost/", "private_address"],
    ["http://inside.example/", "private_address"],
    ["file:///etc/passwd", "invalid_redirect", "unsupported_scheme"],
    ["data:image/png;base64,AAAA", "invalid_redirect", "unsupported_scheme"],
    ["ftp://a.example/a.png", "invalid_redirect", "unsupported_scheme"],
    ["http://user:pw@a.example/", "invalid_redirect", "userinfo"],
    ["http://8.8.8.8:25/", "blocked_port"],
    ["http://a.example\\@127.0.0.1/", "invalid_redirect", "invalid_url"],
    ["http://256.1.1.1/", "invalid_redirect", "invalid_url"],
    ["http://a.\tb.example/", "invalid_redirect", "invalid_url"]
  ]
  it.scopedLive.each(places)("to %s is %s", ([location, cause, problem]) =>
    Effect.gen(function* () {
      const server = yield* faultServer(leads(location))
      const lookup = names({ "inside.example": ["192.168.0.1"], localhost: ["127.0.0.1"] })
      const result = yield* refusal(server.url, { lookup })
      expect(result).toMatchObject({ code: "REMOTE_UPLOAD_FETCH_FAILED", cause, retryable: false })
      expect(result.error.details?.["problem"]).toBe(problem)
      expect(JSON.stringify(result.error)).not.toMatch(/passwd|meta-data|pw@/)
      expect(server.heads).toHaveLength(1)
    })
  )

  it.scopedLive("through public-looking hops to a private place is refused there", () =>
    Effect.gen(function* () {
      const last = yield* faultServer(leads("http://172.16.0.1:8080/admin"))
      const middle = yield* faultServer(leads(`http://b.example:${last.port}/`))
      const lookup = names({ "a.example": ["127.0.0.1"], "b.example": ["127.0.0.1"] })
      const first = `http://a.example:${middle.port}`
      const result = yield* refusal(first, {
        lookup,
        loopbackOrigins: [first, `http://b.example:${last.port}`]
      })
      expect(result).toMatchObject(refused)
      expect(result.error.details?.["origin"]).toBe("http://172.16.0.1:8080")
      expect([middle.heads.length, last.heads.length]).toEqual([1, 1])
    })
  )

  it.scopedLive("from https to http is refused", () =>
    Effect.gen(function* () {
      const plain = yield* faultServer(picture())
      const server = yield* faultServer(leads(plain.url), { tls: true })
      const result = yield* refusal(server.url, {
        loopbackOrigins: [server.url, plain.url],
        env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" }
      })
      expect(result).toMatchObject({ code: "REMOTE_UPLOAD_FETCH_FAILED", cause: "insecure_redirect" })
      expect(plain.bytes()).toBe(0)
    })
  )

  it.scopedLive("is hung up on at once, however long its body", () =>
    Effect.gen(function* () {
      const target = yield* faultServer(faults.stallBeforeHeader)
      const server = yield* faultServer(endlessRedirect(target.url))
      const fiber = yield* Effect.fork(fetch(server.url, { loopbackOrigins: [server.url, target.url] }))
      yield* server.allClosed
      yield* Fiber.interrupt(fiber)
    })
  )

  it.scopedLive("without a place to go is an answer like any other", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(answers("302 Found\r\ncontent-length: 0"))
      const result = yield* refusal(server.url)
      expect(result).toMatchObject({ cause: "http_status", error: { details: { status: 302 } } })
    })
  )
})

const endlessRedirect =
  (location: string): Behaviour =>
  ({ every, onHead, socket }) =>
    onHead(() => {
      socket.write(`HTTP/1.1 302 Found\r\nlocation: ${location}\r\n\r\n`)
      every(5, () => socket.write("x".repeat(10_000)))
    })

describe("an answer", () => {
  const types: ReadonlyArray<readonly [string | null, string | null]> = [
    ["image/png", "image/png"],
    ["image/svg+xml; charset=utf-8", "image/svg+xml"],
    ["application/octet-stream", "application/octet-stream"],
    ["binary/octet-stream", "application/octet-stream"],
    [null, "application/octet-stream"],
    ["", "application/octet-stream"],
    ["text/html; charset=utf-8", null],
    ["TEXT/HTML", null],
    ["text/plain", null],
    ["application/json", null],
    ["application/pdf", null],
    ["multipart/mixed; boundary=x", null],
    ["image/", null],
    ["image/a b", null],
    [`image/${"x".repeat(100)}`, null],
    ["imagex/png", null]
  ]
  it.scopedLive.each(types)("of type %j is taken as %j", ([type, taken]) =>
    Effect.gen(function* () {
      const header = type === null ? "" : `\r\ncontent-type: ${type}`
      const server = yield* faultServer(answers(`200 OK${header}\r\ncontent-length: 1`, "x"))
      if (taken !== null) return expect((yield* fetch(server.url)).mimeType).toBe(taken)
      const { error } = yield* refusal(server.url)
      expect([error._tag, error.code, error.details?.["cause"]]).toEqual([
        "ContentPolicyDenied",
        "INPUT_POLICY_DENIED",
        "not_an_image"
      ])
      yield* server.allClosed
    })
  )

  const statuses: ReadonlyArray<readonly [string, boolean]> = [
    ["300 Multiple Choices", false],
    ["304 Not Modified", false],
    ["401 Unauthorized", false],
    ["403 Forbidden", false],
    ["404 Not Found", false],
    ["408 Request Timeout", true],
    ["410 Gone", false],
    ["429 Too Many Requests", true],
    ["500 Internal Server Error", true],
    ["503 Service Unavailable", true]
  ]
  it.scopedLive.each(statuses)("of status %s may be asked for again: %s", ([status, retryable]) =>
    Effect.gen(function* () {
      const server = yield* faultServer(answers(`${status}\r\ncontent-type: image/png\r\ncontent-length: 0`))
      const result = yield* refusal(server.url)
      expect(result).toMatchObject({ code: "REMOTE_UPLOAD_FETCH_FAILED", cause: "http_status", retryable })
      expect(result.error.details?.["status"]).toBe(Number(status.slice(0, 3)))
    })
  )

  it.scopedLive("of exactly 25 MiB is taken", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(picture("image/png", Buffer.alloc(uploadLimit)))
      expect((yield* fetch(server.url)).bytes).toHaveLength(uploadLimit)
    })
  )

  const tooLarge: ReadonlyArray<readonly [string, Behaviour]> = [
    ["one byte too large", picture("image/png", Buffer.alloc(uploadLimit + 1))],
    ["declared too large", faults.declaredTooLarge],
    ["endless", faults.endlessBody],
    ["a gzip bomb", faults.gzipBomb],
    [
      "a brotli bomb",
      answers(
        "200 OK\r\ncontent-encoding: br\r\nconnection: close",
        zlib.brotliCompressSync(Buffer.alloc(64 * 1024 * 1024), {
          params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 3 }
        })
      )
    ]
  ]
  it.scopedLive.each(tooLarge)("%s is refused", ([_name, behaviour]) =>
    Effect.gen(function* () {
      const server = yield* faultServer(behaviour)
      const { error } = yield* refusal(server.url)
      expect([error._tag, error.code, error.details?.["cause"]]).toEqual([
        "ContentPolicyDenied",
        "INPUT_POLICY_DENIED",
        "too_large"
      ])
      yield* server.allClosed
    })
  )

  it.scopedLive("that is compressed though nobody asked is unpacked", () =>
    Effect.gen(function* () {
      const packed = zlib.gzipSync("picture")
      const server = yield* faultServer(
        answers(`200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${packed.length}`, packed)
      )
      expect(Buffer.from((yield* fetch(server.url)).bytes).toString()).toBe("picture")
    })
  )

  const broken: ReadonlyArray<readonly [string, Behaviour, string, string]> = [
    ["none", faults.stallBeforeHeader, "TIMEOUT", "first_byte_timeout"],
    ["a slow header", faults.slowLorisHeader, "TIMEOUT", "first_byte_timeout"],
    ["a stalled body", faults.stallInBody, "TIMEOUT", "idle_timeout"],
    ["a slow body", faults.slowLorisBody, "TIMEOUT", "rate_too_low"],
    ["an endless steady body", faults.steadyTooLong, "TIMEOUT", "total_timeout"],
    ["a cut body", faults.cutKnownLength, "REMOTE_UPLOAD_FETCH_FAILED", "truncated_body"],
    ["a reset", faults.resetAfterRequest, "REMOTE_UPLOAD_FETCH_FAILED", "econnreset"],
    ["no HTTP", faults.sshBanner, "REMOTE_UPLOAD_FETCH_FAILED", "invalid_http"],
    ["a huge header", faults.hugeHeader, "REMOTE_UPLOAD_FETCH_FAILED", "header_overflow"],
    ["broken gzip", faults.brokenGzip, "REMOTE_UPLOAD_FETCH_FAILED", "bad_encoding"],
    ["an upgrade", faults.upgrade, "REMOTE_UPLOAD_FETCH_FAILED", "invalid_http"]
  ]
  it.scopedLive.each(broken)("that is %s", ([_name, behaviour, code, cause]) =>
    Effect.gen(function* () {
      const server = yield* faultServer(behaviour)
      const result = yield* refusal(server.url, { faster: code === "TIMEOUT" ? 100 : 1 })
      expect(result).toMatchObject({ code, cause })
      expect(result.error.details?.["origin"]).toBe(server.url)
      yield* server.allClosed
    })
  )

  it.scopedLive("must come within one total deadline for all hops", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(({ onHead, socket }) =>
        onHead(() => {
          setTimeout(() => socket.write("HTTP/1.1 302 F\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"), 100)
        })
      )
      const result = yield* refusal(server.url).pipe(withRequestLimits({ total: "250 millis" }))
      expect(result).toMatchObject({ code: "TIMEOUT", cause: "total_timeout", retryable: true })
      yield* server.allClosed
    })
  )

  it.scopedLive("that nobody waits for any more is hung up on", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(faults.stallInBody)
      const fiber = yield* Effect.fork(fetch(server.url))
      yield* Effect.sleep("50 millis").pipe(Effect.repeat({ until: () => server.heads.length > 0 }))
      yield* Fiber.interrupt(fiber)
      yield* server.allClosed
    })
  )
})

describe("a failure", () => {
  it.scopedLive("names the origin and nothing more of the URL", () =>
    Effect.gen(function* () {
      const canary = "CANARY"
      const behaviours: ReadonlyArray<Behaviour> = [
        answers("404 Not Found\r\ncontent-length: 0"),
        answers("200 OK\r\ncontent-type: text/html\r\ncontent-length: 0"),
        leads(`http://10.0.0.1/${canary}?${canary}`),
        leads(`file:///${canary}`),
        leads(`/${canary}`),
        faults.declaredTooLarge,
        faults.cutKnownLength,
        faults.sshBanner,
        faults.resetAfterRequest
      ]
      for (const behaviour of behaviours) {
        const server = yield* faultServer(behaviour)
        const { error } = yield* refusal(`${server.url}/${canary}/a.png?${canary}#${canary}`)
        expect(`${error.message} ${JSON.stringify(error)} ${String(error.stack)}`).not.toContain(canary)
        expect(error.details?.["origin"]).toMatch(/^http:\/\/[\d.]+(:\d+)?$/)
      }
      const { error } = yield* refusal(`http://${canary}:${canary}@a.example/${canary}`)
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(canary)
    })
  )
})

describe("through a proxy", () => {
  it.scopedLive("a picture comes when the name is public here too", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(picture())
      const proxy = yield* faultProxy()
      const lookup = names({ "a.example": ["93.184.216.34"] })
      const setting = { lookup, env: { HTTP_PROXY: proxy.url }, loopbackOrigins: [] }
      const image = yield* fetch(`http://a.example:${server.port}/a.png`, setting)
      expect(image.bytes).toHaveLength(3)
      expect(proxy.seen).toEqual([`GET http://a.example:${server.port}/a.png`])
    })
  )

  it.scopedLive("a tunnel is made to the name, and verified as that name", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(picture(), { tls: true })
      const proxy = yield* faultProxy()
      const lookup = names({ "a.example": ["93.184.216.34"] })
      const url = `https://a.example:${server.port}/a.png`
      const result = yield* refusal(url, { lookup, env: { https_proxy: proxy.url }, loopbackOrigins: [] })
      expect(result.cause).toBe("depth_zero_self_signed_cert")
      expect(proxy.seen).toEqual([`CONNECT a.example:${server.port}`])
    })
  )

  it.scopedLive("private names, unknown names and private redirects are refused before it is asked", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(leads("http://inside.example/"))
      const proxy = yield* faultProxy()
      const lookup = names({ "a.example": ["93.184.216.34"], "inside.example": ["10.0.0.1"] })
      const setting = { lookup, env: { ALL_PROXY: proxy.url }, loopbackOrigins: [] }
      for (const url of ["http://inside.example/", "https://inside.example/", "http://192.168.0.1/"]) {
        expect(yield* refusal(url, setting)).toMatchObject(refused)
      }
      expect(yield* refusal("http://only-there.example/", setting)).toMatchObject({ cause: "enotfound" })
      expect(proxy.seen).toEqual([])
      expect(yield* refusal(`http://a.example:${server.port}/`, setting)).toMatchObject(refused)
      expect(proxy.seen).toHaveLength(1)
    })
  )

  it.scopedLive("that cannot be used nothing goes directly instead", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(picture())
      const lookup = names({ "a.example": ["127.0.0.1"] })
      const url = `http://a.example:${server.port}/`
      const causes = []
      for (const proxy of ["socks5://127.0.0.1:9", "http://p:99999"]) {
        causes.push((yield* refusal(url, { lookup, env: { ALL_PROXY: proxy } })).cause)
      }
      expect(causes).toEqual(["proxy_unsupported", "proxy_unsupported"])
      expect(server.bytes()).toBe(0)
    })
  )
})

describe("the layers", () => {
  it.effect("for tests answer from a function", () =>
    Effect.gen(function* () {
      const images = yield* RemoteImage
      expect((yield* images.fetch("https://a.example/x")).origin).toBe("https://a.example/x")
    }).pipe(
      Effect.provide(
        RemoteImage.layerTest((url) =>
          Effect.succeed({ bytes: new Uint8Array(), mimeType: "image/png", origin: url })
        )
      )
    )
  )

  it.live("for use ask the system for names", () =>
    Effect.gen(function* () {
      const images = yield* RemoteImage
      const error = yield* Effect.flip(images.fetch("http://localhost:9/"))
      expect(error.details?.["cause"]).toBe("private_address")
    }).pipe(
      Effect.provide(RemoteImage.layer.pipe(Layer.provide(Layer.merge(Env.layerOf({}), Deadlines.layer))))
    )
  )
})

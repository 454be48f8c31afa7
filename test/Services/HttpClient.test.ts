import * as zlib from "node:zlib"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Deadlines, withRequestLimits } from "../../src/Services/Deadlines.js"
import { layerNode, networkCause } from "../../src/Services/HttpClient.js"
import { answers, answersJson, type Behaviour, faultServer, faults } from "../support/FaultServer.js"

const patient = layerNode({ env: () => undefined }).pipe(Layer.provide(Deadlines.layer))
const fast = layerNode({ env: () => undefined }).pipe(Layer.provide(Deadlines.layerScaled(1 / 100)))

const causeOf = <A, R>(effect: Effect.Effect<A, HttpClientError, R>) =>
  Effect.map(Effect.flip(effect), networkCause)

describe("a request", () => {
  it.scopedLive("sends what the caller set and nothing that traces", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(answersJson({ ok: true }))
      const request = HttpClientRequest.post(`${server.url}/tenant/a/v1/x?b=c%20d`).pipe(
        HttpClientRequest.setHeaders({
          "user-agent": "image-skill/1",
          connection: "upgrade",
          "content-length": "1"
        }),
        HttpClientRequest.bodyUnsafeJson({ a: 1 })
      )
      const response = yield* HttpClient.execute(request).pipe(Effect.withSpan("outer"))
      expect(response.status).toBe(200)
      expect(yield* response.json).toEqual({ ok: true })
      expect(yield* response.text).toBe('{"ok":true}')
      const lines = (server.heads[0] ?? "").split("\r\n")
      expect(lines[0]).toBe("POST /tenant/a/v1/x?b=c%20d HTTP/1.1")
      expect(lines.slice(1).sort()).toEqual([
        "Connection: close",
        "accept-encoding: identity",
        "content-length: 7",
        "content-type: application/json",
        `host: 127.0.0.1:${server.port}`,
        "user-agent: image-skill/1"
      ])
      yield* server.allClosed
    }).pipe(Effect.provide(patient))
  )

  it.scopedLive("is never redirected: the answer is handed on, and an unread body holds nothing open", () =>
    Effect.gen(function* () {
      const other = yield* faultServer(answersJson({}))
      const server = yield* faultServer(
        answers(`307 Temporary Redirect\r\nlocation: ${other.url}/landing\r\ncontent-length: 0`)
      )
      const response = yield* HttpClient.post(server.url)
      expect([response.status, response.headers["location"]]).toEqual([307, `${other.url}/landing`])
      expect(other.heads).toEqual([])
      expect(server.heads).toHaveLength(1)
    }).pipe(Effect.provide(patient))
  )

  it.scopedLive("may be answered before all of it is sent", () =>
    Effect.gen(function* () {
      const refuses: Behaviour = ({ onHead, socket }) =>
        onHead(() => {
          socket.pause()
          socket.write("HTTP/1.1 413 Payload Too Large\r\ncontent-length: 2\r\n\r\n{}")
        })
      const server = yield* faultServer(refuses)
      const response = yield* HttpClient.post(server.url, {
        body: HttpBody.uint8Array(new Uint8Array(20_000_000))
      })
      expect(response.status).toBe(413)
      expect(yield* response.text).toBe("{}")
    }).pipe(Effect.provide(patient))
  )

  it.scopedLive("that the service does not take in is given up while sending", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(({ onHead, socket }) => onHead(() => void socket.pause()))
      const body = HttpBody.uint8Array(new Uint8Array(40_000_000))
      expect(yield* causeOf(HttpClient.post(server.url, { body }))).toMatchObject({
        cause: "idle_timeout",
        phase: "send",
        sent: "maybe"
      })
    }).pipe(Effect.provide(fast), withRequestLimits({ total: "20 seconds" }))
  )

  it.scopedLive("whose body fails keeps the reason; one of another length than was said is refused", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(faults.stallBeforeHeader)
      const post = (body: HttpBody.HttpBody) => HttpClient.post(server.url, { body })
      const broken = yield* Effect.flip(post(HttpBody.stream(Stream.fail("disk gone"))))
      expect(broken).toMatchObject({
        reason: "Encode",
        cause: { cause: "request_body_failed", origin: "disk gone" }
      })
      const ten = Stream.succeed(new Uint8Array(10))
      for (const length of [9, 11]) {
        expect(yield* causeOf(post(HttpBody.stream(ten, "text/plain", length)))).toMatchObject({
          cause: "request_body_failed",
          retryable: false
        })
      }
    }).pipe(Effect.provide(patient))
  )

  it.scopedLive("may carry a form, or a stream of unknown length", () =>
    Effect.gen(function* () {
      const bodies: Array<string> = []
      const server = yield* faultServer(({ socket }) => {
        let all = ""
        socket.on("data", (chunk: Buffer) => {
          all += chunk.toString("latin1")
          if (!all.endsWith("\r\n0\r\n\r\n")) return
          bodies.push(all)
          socket.end("HTTP/1.1 204 No Content\r\n\r\n")
        })
      })
      const form = new FormData()
      form.set("prompt", "a fox")
      yield* HttpClient.post(server.url, { body: HttpBody.formData(form) })
      yield* HttpClient.get(server.url, {}).pipe(
        Effect.zipRight(Effect.void),
        Effect.timeoutOption("1 millis")
      )
      const stream = HttpBody.stream(Stream.make(new Uint8Array([97]), new Uint8Array([98])))
      const response = yield* HttpClient.post(server.url, { body: stream })
      expect([response.status, yield* response.text]).toEqual([204, ""])
      expect(bodies[0]).toMatch(/content-type: multipart\/form-data; boundary=[^]*name="prompt"\r\n\r\na fox/)
      expect(bodies[1]).toMatch(/transfer-encoding: chunked[^]*\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n$/)
    }).pipe(Effect.provide(patient))
  )
})

describe("an answer", () => {
  const text = "x".repeat(100_000)
  const encoded = {
    gzip: zlib.gzipSync(text),
    br: zlib.brotliCompressSync(text),
    deflate: zlib.deflateSync(text)
  }
  for (const [encoding, bytes] of Object.entries(encoded)) {
    it.scopedLive(`in ${encoding} is decoded, under the cap on decoded bytes`, () =>
      Effect.gen(function* () {
        const server = yield* faultServer(
          answers(`200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${bytes.length}`, bytes)
        )
        const response = yield* HttpClient.get(server.url)
        expect(yield* response.text).toBe(text)
        expect(response.headers["content-encoding"]).toBeUndefined()
        expect(response.headers["content-length"]).toBeUndefined()
        const capped = HttpClient.get(server.url).pipe(
          Effect.flatMap((answer) => answer.text),
          withRequestLimits({ maxBytes: text.length - 1 })
        )
        expect(yield* causeOf(capped)).toMatchObject({ cause: "too_large" })
        const exact = yield* HttpClient.get(server.url).pipe(withRequestLimits({ maxBytes: text.length }))
        expect((yield* exact.arrayBuffer).byteLength).toBe(text.length)
      }).pipe(Effect.provide(patient))
    )
  }

  it.scopedLive("to HEAD, and 304, have a header that speaks of a body and none", () =>
    Effect.gen(function* () {
      const head = "content-encoding: gzip\r\ncontent-length: 999999999"
      const whole = yield* faultServer(answers(`200 OK\r\n${head}`))
      expect(yield* (yield* HttpClient.head(whole.url)).text).toBe("")
      const unchanged = yield* faultServer(answers(`304 Not Modified\r\n${head}`))
      expect(yield* (yield* HttpClient.get(unchanged.url)).text).toBe("")
    }).pipe(Effect.provide(patient))
  )

  it.scopedLive("keeps all its cookies, and is read once as a stream", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(
        answers("200 OK\r\nset-cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: 2", "{}")
      )
      const response = yield* HttpClient.get(server.url)
      expect(Object.keys(response.cookies.cookies)).toEqual(["a", "b"])
      yield* Stream.runDrain(response.stream)
      expect(yield* causeOf(Stream.runDrain(response.stream))).toMatchObject({ cause: "body_consumed" })
      expect(yield* causeOf(response.text)).toMatchObject({ cause: "body_consumed" })
    }).pipe(Effect.provide(patient))
  )

  it.scopedLive("may take longer than the usual first byte when the request says so", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(({ onHead, socket }) =>
        onHead(() => setTimeout(() => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), 500))
      )
      const create = yield* Deadlines
      const limits = { firstByte: create.createTotal, total: create.createTotal }
      const response = yield* HttpClient.post(server.url).pipe(withRequestLimits(limits))
      expect(response.status).toBe(200)
      const impatient = HttpClient.post(server.url).pipe(
        withRequestLimits({ ...limits, firstByte: "50 millis" })
      )
      expect(yield* causeOf(impatient)).toMatchObject({ cause: "first_byte_timeout" })
    }).pipe(Effect.provide(Layer.merge(fast, Deadlines.layerScaled(1 / 100))))
  )

  it.scopedLive("is not given up because its reader is slow", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(answers(`200 OK\r\ncontent-length: ${text.length}`, text))
      const response = yield* HttpClient.get(server.url).pipe(withRequestLimits({ total: "20 seconds" }))
      const first = yield* response.stream.pipe(
        Stream.tap(() => Effect.sleep("400 millis")),
        Stream.runFold(0, (sum, chunk) => sum + chunk.length)
      )
      expect(first).toBe(text.length)
    }).pipe(Effect.provide(fast))
  )
})

describe("interruption closes the connection at once", () => {
  const interrupts = <A, E>(
    name: string,
    behaviour: Behaviour,
    run: (url: string) => Effect.Effect<A, E, HttpClient.HttpClient>
  ) =>
    it.scopedLive(name, () =>
      Effect.gen(function* () {
        const server = yield* faultServer(behaviour)
        const fiber = yield* Effect.fork(run(server.url))
        while (server.open() === 0 || server.bytes() === 0) yield* Effect.sleep("5 millis")
        yield* Effect.sleep("20 millis")
        yield* Fiber.interrupt(fiber)
        yield* server.allClosed.pipe(Effect.timeout("1 second"))
      }).pipe(Effect.provide(patient))
    )
  interrupts("before the answer", faults.stallBeforeHeader, (url) => HttpClient.get(url))
  interrupts("in a text", faults.stallInBody, (url) =>
    Effect.flatMap(HttpClient.get(url), (response) => response.text)
  )
  interrupts("in a stream", faults.stallInBody, (url) =>
    Effect.flatMap(HttpClient.get(url), (response) => Stream.runDrain(response.stream))
  )
  interrupts(
    "while sending",
    // A server that never reads would not notice the end either.
    ({ onHead, socket }) =>
      onHead(() => {
        socket.pause()
        setTimeout(() => socket.resume(), 100)
      }),
    (url) => HttpClient.post(url, { body: HttpBody.uint8Array(new Uint8Array(40_000_000)) })
  )

  it.scopedLive("and so does a stream that is left early", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(faults.endlessBody)
      const response = yield* HttpClient.get(server.url)
      yield* response.stream.pipe(Stream.take(1), Stream.runDrain)
      yield* server.allClosed.pipe(Effect.timeout("1 second"))
    }).pipe(Effect.provide(patient))
  )
})

describe("memory stays bounded", () => {
  const mega = 1024 * 1024
  const growth = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      const before = process.memoryUsage.rss()
      let peak = before
      const timer = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage.rss())
      }, 10)
      const value = yield* Effect.ensuring(
        effect,
        Effect.sync(() => clearInterval(timer))
      )
      return { value, megabytes: (Math.max(peak, process.memoryUsage.rss()) - before) / mega }
    })
  const unhurried = withRequestLimits({ total: "1 minute", maxBytes: 200 * mega })

  it.scopedLive("for an upload of 25 MB", () =>
    Effect.gen(function* () {
      const size = 25 * mega
      const server = yield* faultServer(({ socket }) => {
        let received = 0
        socket.on("data", (chunk: Buffer) => {
          received += chunk.length
          if (received >= size) socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        })
      })
      const piece = new Uint8Array(64 * 1024)
      let ahead = 0
      const source = Stream.range(1, size / piece.length).pipe(
        Stream.rechunk(1),
        Stream.map((nth) => {
          ahead = Math.max(ahead, nth * piece.length - server.bytes())
          return piece
        })
      )
      const { megabytes, value } = yield* growth(
        HttpClient.post(server.url, { body: HttpBody.stream(source, "image/png", size) })
      )
      expect(value.status).toBe(200)
      expect(server.bytes()).toBeGreaterThanOrEqual(size)
      // What lies between is the kernel's buffers.
      expect(ahead).toBeLessThan(12 * mega)
      expect(megabytes).toBeLessThan(40)
    }).pipe(unhurried, Effect.provide(patient))
  )

  it.scopedLive("for a download of 100 MB", () =>
    Effect.gen(function* () {
      const size = 100 * mega
      const server = yield* faultServer(({ onHead, socket }) =>
        onHead(() => {
          const chunk = Buffer.alloc(64 * 1024)
          let left = size / chunk.length
          const pump = (): void => {
            while (left > 0 && socket.writable) {
              left -= 1
              if (!socket.write(chunk)) break
            }
          }
          socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`)
          socket.on("drain", pump)
          pump()
        })
      )
      const { megabytes, value } = yield* growth(
        HttpClient.get(server.url).pipe(
          Effect.flatMap((response) => Stream.runFold(response.stream, 0, (sum, chunk) => sum + chunk.length))
        )
      )
      expect(value).toBe(size)
      expect(megabytes).toBeLessThan(80)
    }).pipe(unhurried, Effect.provide(patient))
  )
})

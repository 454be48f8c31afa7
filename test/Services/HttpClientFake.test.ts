import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { FakeRequests, layerFake } from "../../src/Services/Http/Fake.js"
import { fromBytes, networkCause } from "../../src/Services/HttpClient.js"

describe("layerFake", () => {
  it.effect("answers bytes, text, JSON and faults, and records what was asked", () =>
    Effect.gen(function* () {
      const body = HttpBody.stream(Stream.make(new Uint8Array([1]), new Uint8Array([2])))
      const posted = yield* HttpClient.post("http://a.test/json?x=1", { headers: { "x-y": "z" }, body })
      expect(yield* posted.json).toEqual({ ok: true })
      expect(posted.headers["content-type"]).toBe("application/json")
      const text = yield* HttpClient.get("http://a.test/text")
      expect([text.status, yield* text.text]).toEqual([404, "none"])
      const fault = yield* Effect.flip(HttpClient.get("http://a.test/fault"))
      expect(networkCause(fault)).toMatchObject({ cause: "econnreset", phase: "send", sent: "maybe" })
      const { all, clear } = yield* FakeRequests
      const requests = yield* all
      expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
        "POST http://a.test/json?x=1",
        "GET http://a.test/text",
        "GET http://a.test/fault"
      ])
      expect(requests[0]?.headers["x-y"]).toBe("z")
      expect([...(requests[0]?.body ?? [])]).toEqual([1, 2])
      yield* clear
      expect(yield* all).toEqual([])
    }).pipe(
      Effect.provide(
        layerFake(({ url }) =>
          url.includes("json")
            ? { json: { ok: true } }
            : url.includes("text")
              ? Effect.succeed({ status: 404, body: "none" })
              : { fault: "econnreset", phase: "send" }
        )
      )
    )
  )
})

describe("fromBytes", () => {
  const request = HttpClientRequest.get("http://a.test")

  it.effect("can be read as often as wanted, in every way", () =>
    Effect.gen(function* () {
      const response = fromBytes(request, {
        status: 200,
        headers: { "Content-Type": "x" },
        body: '\ufeff{"a":"é"}'
      })
      expect(response.headers["content-type"]).toBe("x")
      expect(yield* response.json).toEqual({ a: "é" })
      expect(yield* response.json).toEqual({ a: "é" })
      expect((yield* response.arrayBuffer).byteLength).toBe(13)
      const sizes = yield* Stream.runCollect(Stream.map(response.stream, (chunk) => chunk.length))
      expect([...sizes]).toEqual([13])
      expect(yield* fromBytes(request, { status: 204 }).json).toBeNull()
    })
  )

  it.effect("does not put U+FFFD in the place of what it cannot read, nor shows its body", () =>
    Effect.gen(function* () {
      const response = fromBytes(request, {
        status: 200,
        headers: { "content-type": "application/json" },
        body: new Uint8Array([0x22, 0xc3, 0x28, 0x22])
      })
      expect(networkCause(yield* Effect.flip(response.json)).cause).toBe("invalid_utf8")
      const secret = fromBytes(request, {
        status: 200,
        headers: { "content-type": "text/plain" },
        body: "CANARY"
      })
      expect(JSON.stringify(secret)).not.toContain("CANARY")
    })
  )
})

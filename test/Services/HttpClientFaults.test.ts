import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Deadlines } from "../../src/Services/Deadlines.js"
import { causeOfNode } from "../../src/Services/Http/Fault.js"
import { layerNode, type NetworkCause, networkCause } from "../../src/Services/HttpClient.js"
import { type FaultServer, faultServer, faults } from "../support/FaultServer.js"

const patient = layerNode({ env: () => undefined }).pipe(Layer.provide(Deadlines.layer))
const fast = layerNode({ env: () => undefined }).pipe(Layer.provide(Deadlines.layerScaled(1 / 75)))

const post = (url: string): Effect.Effect<unknown, HttpClientError, HttpClient.HttpClient> =>
  HttpClient.execute(
    HttpClientRequest.post(`${url}/v1/x`).pipe(HttpClientRequest.bodyUnsafeJson({ a: 1 }))
  ).pipe(Effect.flatMap((response) => response.json))

const causeOf = (
  effect: ReturnType<typeof post>
): Effect.Effect<NetworkCause, unknown, HttpClient.HttpClient> =>
  Effect.flip(effect).pipe(
    Effect.flatMap((error) =>
      "_tag" in (error as object)
        ? Effect.succeed(networkCause(error as HttpClientError))
        : Effect.fail(error)
    )
  )

type Expected = Pick<NetworkCause, "cause" | "phase" | "retryable"> & Partial<NetworkCause>

const table: Record<keyof typeof faults, Expected> = {
  resetOnAccept: { cause: "econnreset", phase: "first_byte", retryable: true },
  resetAfterRequest: { cause: "econnreset", phase: "first_byte", retryable: true },
  closedWithoutAnswer: { cause: "econnreset", phase: "first_byte", retryable: true },
  stallBeforeHeader: { cause: "first_byte_timeout", phase: "first_byte", retryable: true, timeout: true },
  stallInHeader: { cause: "first_byte_timeout", phase: "first_byte", retryable: true, timeout: true },
  slowLorisHeader: { cause: "first_byte_timeout", phase: "first_byte", retryable: true, timeout: true },
  stallInBody: { cause: "idle_timeout", phase: "body", retryable: true, timeout: true },
  slowLorisBody: { cause: "rate_too_low", phase: "body", retryable: true, timeout: true },
  steadyTooLong: { cause: "total_timeout", phase: "body", retryable: true, timeout: true },
  cutKnownLength: { cause: "truncated_body", phase: "body", retryable: true },
  cutChunked: { cause: "truncated_body", phase: "body", retryable: true },
  resetInBody: { cause: "truncated_body", phase: "body", retryable: true },
  badChunkSize: { cause: "invalid_http", phase: "body", retryable: false },
  hugeHeader: { cause: "header_overflow", phase: "first_byte", retryable: false },
  sshBanner: { cause: "invalid_http", phase: "first_byte", retryable: false },
  gzipBomb: { cause: "too_large", phase: "body", retryable: false },
  brokenGzip: { cause: "bad_encoding", phase: "body", retryable: false },
  unknownEncoding: { cause: "bad_encoding", phase: "body", retryable: false },
  endlessBody: { cause: "too_large", phase: "body", retryable: false },
  declaredTooLarge: { cause: "too_large", phase: "body", retryable: false },
  invalidUtf8: { cause: "invalid_utf8", phase: "body", retryable: false },
  invalidJson: { cause: "invalid_json", phase: "body", retryable: false },
  upgrade: { cause: "invalid_http", phase: "first_byte", retryable: false }
}

// Such a reset may be seen before, while or after the request is written.
const raced = (cause: NetworkCause): NetworkCause => {
  expect(cause.sent).toBe(cause.phase === "connect" ? "no" : "maybe")
  expect(["econnreset", "epipe"]).toContain(cause.cause)
  return { ...cause, cause: "econnreset", phase: "first_byte", sent: "maybe" }
}

describe("faults of the service", () => {
  for (const [name, expected] of Object.entries(table) as ReadonlyArray<[keyof typeof faults, Expected]>) {
    it.scopedLive(`${name} → ${expected.cause}`, () =>
      Effect.gen(function* () {
        const server = yield* faultServer(faults[name])
        const cause = yield* causeOf(post(server.url)).pipe(Effect.provide(expected.timeout ? fast : patient))
        expect(name === "resetOnAccept" ? raced(cause) : cause).toEqual({
          sent: "maybe",
          timeout: false,
          via: "direct",
          ...expected
        })
        yield* server.allClosed
      })
    )
  }
})

const closedPort: Effect.Effect<FaultServer> = Effect.scoped(faultServer(faults.sshBanner))

describe("before the service is reached", () => {
  const nothingSent = { sent: "no", via: "direct" } as const

  it.live("refused", () =>
    Effect.gen(function* () {
      const { port } = yield* closedPort
      // The name has two addresses, whose refusals Node reports together.
      for (const host of ["127.0.0.1", "localhost"]) {
        expect(yield* causeOf(post(`http://${host}:${port}`)).pipe(Effect.provide(patient))).toEqual({
          cause: "econnrefused",
          phase: "connect",
          retryable: true,
          timeout: false,
          ...nothingSent
        })
      }
    })
  )

  it.live("a name that does not exist", () =>
    Effect.gen(function* () {
      const cause = yield* causeOf(post("http://nothing.invalid")).pipe(Effect.provide(patient))
      // A sandbox without a resolver says EAI_AGAIN.
      expect(["enotfound", "eai_again"]).toContain(cause.cause)
      expect(cause).toMatchObject({ phase: "connect", timeout: false, ...nothingSent })
      expect(cause.retryable).toBe(cause.cause === "eai_again")
    })
  )

  it.scopedLive("TLS self-signed", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(faults.stallBeforeHeader, { tls: true })
      expect(yield* causeOf(post(server.url)).pipe(Effect.provide(patient))).toEqual({
        cause: "depth_zero_self_signed_cert",
        phase: "tls",
        retryable: false,
        timeout: false,
        ...nothingSent
      })
      expect(server.bytes()).toBe(0)
    })
  )

  it.scopedLive("TLS spoken to a server without", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(faults.sshBanner)
      const cause = yield* causeOf(post(server.url.replace("http:", "https:"))).pipe(Effect.provide(patient))
      expect(cause).toMatchObject({
        cause: "tls_handshake_failed",
        phase: "tls",
        retryable: false,
        ...nothingSent
      })
    })
  )

  it.scopedLive("a reset in the TLS handshake", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(({ socket }) => socket.on("data", () => socket.resetAndDestroy()))
      const cause = yield* causeOf(post(server.url.replace("http:", "https:"))).pipe(Effect.provide(patient))
      expect(cause).toMatchObject({ cause: "econnreset", phase: "tls", retryable: true, ...nothingSent })
    })
  )

  it.scopedLive("a TLS handshake that never comes", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(() => {})
      const cause = yield* causeOf(post(server.url.replace("http:", "https:"))).pipe(Effect.provide(fast))
      expect(cause).toMatchObject({ cause: "connect_timeout", phase: "tls", timeout: true, ...nothingSent })
      yield* server.allClosed
    })
  )

  it.live("verification switched off for a host that is not loopback", () =>
    Effect.gen(function* () {
      const layer = layerNode({ env: () => "0" }).pipe(Layer.provide(Deadlines.layer))
      const cause = yield* causeOf(post("https://nothing.invalid")).pipe(Effect.provide(layer))
      expect(cause).toMatchObject({ cause: "tls_verification_disabled", retryable: false, ...nothingSent })
    })
  )

  it.live("an address with a password, a scheme of another kind, a header that cannot be written", () =>
    Effect.gen(function* () {
      const secret = yield* Effect.flip(post("http://user:CANARY@127.0.0.1:9")).pipe(Effect.provide(patient))
      expect(networkCause(secret as HttpClientError)).toMatchObject({ cause: "invalid_url", ...nothingSent })
      expect(String(secret)).not.toContain("CANARY")
      expect(yield* causeOf(post("ftp://127.0.0.1")).pipe(Effect.provide(patient))).toMatchObject({
        cause: "invalid_url",
        ...nothingSent
      })
      const server = yield* faultServer(faults.stallBeforeHeader)
      const broken = HttpClient.get(server.url, { headers: { "x-a": "a\r\nb: c" } })
      expect(yield* causeOf(broken).pipe(Effect.provide(patient))).toMatchObject({
        cause: "invalid_request",
        ...nothingSent
      })
      expect(server.bytes()).toBe(0)
    }).pipe(Effect.scoped)
  )
})

describe("Node's codes", () => {
  const codes = [
    ["ECONNREFUSED", "connect", "econnrefused"],
    ["EAI_AGAIN", "connect", "eai_again"],
    ["EHOSTUNREACH", "connect", "ehostunreach"],
    ["ENETUNREACH", "connect", "enetunreach"],
    ["ETIMEDOUT", "connect", "etimedout"],
    ["EPIPE", "send", "epipe"],
    ["CERT_HAS_EXPIRED", "tls", "cert_has_expired"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls", "err_tls_cert_altname_invalid"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls", "tls_handshake_failed"],
    ["SOMETHING_NEW", "tls", "tls_handshake_failed"],
    ["SOMETHING_NEW", "send", "unknown"]
  ] as const
  for (const [code, phase, cause] of codes) {
    it(`${code} in ${phase} → ${cause}`, () => {
      expect(causeOfNode(Object.assign(new Error(), { code }), phase)).toBe(cause)
    })
  }
})

import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Deadlines } from "../../src/Services/Deadlines.js"
import { isLoopback, layerNode, networkCause, proxyFor } from "../../src/Services/HttpClient.js"
import { type FaultProxy, faultProxy } from "../support/FaultProxy.js"
import { answersJson, faultServer } from "../support/FaultServer.js"

const chosen = (env: Record<string, string>, url: string): string | undefined =>
  proxyFor((name) => env[name])(new URL(url))?.href

describe("proxyFor", () => {
  const cases: ReadonlyArray<[string, Record<string, string>, string, string | undefined]> = [
    ["nothing set", {}, "https://a.example", undefined],
    [
      "its own scheme",
      { HTTPS_PROXY: "http://p:1", HTTP_PROXY: "http://q:2" },
      "https://a.example",
      "http://p:1/"
    ],
    ["http", { HTTPS_PROXY: "http://p:1", HTTP_PROXY: "http://q:2" }, "http://a.example", "http://q:2/"],
    ["all", { ALL_PROXY: "http://p:1" }, "https://a.example", "http://p:1/"],
    [
      "lower case first",
      { https_proxy: "http://l:1", HTTPS_PROXY: "http://u:1" },
      "https://a.example",
      "http://l:1/"
    ],
    [
      "an empty one is absent",
      { https_proxy: " ", HTTPS_PROXY: "http://u:1" },
      "https://a.example",
      "http://u:1/"
    ],
    ["without scheme", { HTTPS_PROXY: "p.example:3128" }, "https://a.example", "http://p.example:3128/"],
    ["unreadable", { HTTPS_PROXY: "http://p:99999" }, "https://a.example", "invalid:"],
    ["another kind", { ALL_PROXY: "socks5://p:1" }, "https://a.example", "socks5://p:1"],
    ["loopback", { ALL_PROXY: "http://p:1" }, "http://127.0.0.1:8080", undefined],
    ["loopback by name", { ALL_PROXY: "http://p:1" }, "http://localhost:8080", undefined],
    ["loopback v6", { ALL_PROXY: "http://p:1" }, "http://[::1]:8080", undefined],
    ["NO_PROXY *", { ALL_PROXY: "http://p:1", NO_PROXY: "*" }, "https://a.example", undefined],
    [
      "NO_PROXY name",
      { ALL_PROXY: "http://p:1", no_proxy: "b.test, a.example" },
      "https://a.example",
      undefined
    ],
    ["NO_PROXY suffix", { ALL_PROXY: "http://p:1", NO_PROXY: ".example" }, "https://a.example", undefined],
    [
      "NO_PROXY star suffix",
      { ALL_PROXY: "http://p:1", NO_PROXY: "*.example" },
      "https://a.example",
      undefined
    ],
    [
      "NO_PROXY sub domain",
      { ALL_PROXY: "http://p:1", NO_PROXY: "a.example" },
      "https://x.a.example",
      undefined
    ],
    [
      "NO_PROXY no suffix of a word",
      { ALL_PROXY: "http://p:1", NO_PROXY: "a.example" },
      "https://xa.example",
      "http://p:1/"
    ],
    ["NO_PROXY port", { ALL_PROXY: "http://p:1", NO_PROXY: "a.example:443" }, "https://a.example", undefined],
    [
      "NO_PROXY other port",
      { ALL_PROXY: "http://p:1", NO_PROXY: "a.example:8443" },
      "https://a.example",
      "http://p:1/"
    ],
    ["NO_PROXY network", { ALL_PROXY: "http://p:1", NO_PROXY: "10.0.0.0/8" }, "https://10.2.3.4", undefined],
    [
      "NO_PROXY other network",
      { ALL_PROXY: "http://p:1", NO_PROXY: "10.0.0.0/16" },
      "https://10.2.3.4",
      "http://p:1/"
    ],
    ["NO_PROXY v6", { ALL_PROXY: "http://p:1", NO_PROXY: "fd00::1" }, "https://[fd00::1]", undefined],
    [
      "NO_PROXY v6 port",
      { ALL_PROXY: "http://p:1", NO_PROXY: "[fd00::1]:443" },
      "https://[fd00::1]",
      undefined
    ]
  ]
  for (const [name, env, url, expected] of cases) {
    it(name, () => expect(chosen(env, url)).toBe(expected))
  }

  it("knows loopback by its spelling", () => {
    for (const host of ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "LOCALHOST."]) {
      expect([host, isLoopback(host)]).toEqual([host, true])
    }
    for (const host of ["localhost.evil.example", "127.0.0.1.nip.io", "10.0.0.1", "[::2]", ""]) {
      expect([host, isLoopback(host)]).toEqual([host, false])
    }
  })
})

const at = (proxy: string, env = "1", deadlines: Layer.Layer<Deadlines> = Deadlines.layer) =>
  layerNode({ proxy: () => new URL(proxy), env: () => env }).pipe(Layer.provide(deadlines))

const withUser = (proxy: FaultProxy): string => proxy.url.replace("//", "//us%20er:CANARY@")

const causeOf = (url: string) =>
  Effect.map(Effect.flip(HttpClient.post(url)), (error: HttpClientError) => {
    expect(JSON.stringify([error, String(error), networkCause(error)])).not.toContain("CANARY")
    return networkCause(error)
  })

describe("through a proxy", () => {
  const json = answersJson({ ok: true })
  const authorization = `Basic ${Buffer.from("us er:CANARY").toString("base64")}`

  it.scopedLive("http in absolute form, with its userinfo", () =>
    Effect.gen(function* () {
      const [server, proxy] = yield* Effect.all([faultServer(json), faultProxy()])
      const response = yield* HttpClient.get(`http://far.invalid:${server.port}/v1/x`).pipe(
        Effect.provide(at(withUser(proxy)))
      )
      expect(yield* response.json).toEqual({ ok: true })
      expect(proxy.seen).toEqual([`GET http://far.invalid:${server.port}/v1/x`])
      expect(proxy.authorizations).toEqual([authorization])
      expect(server.heads[0]).toContain(`host: far.invalid:${server.port}`)
      expect(server.heads[0]).not.toContain("authorization")
    })
  )

  it.scopedLive("https in a tunnel, whose secret the service never sees", () =>
    Effect.gen(function* () {
      const [server, proxy] = yield* Effect.all([faultServer(json, { tls: true }), faultProxy()])
      // Loopback may go unverified, which lets the self-signed certificate pass.
      const response = yield* HttpClient.get(`https://localhost:${server.port}/v1/x`).pipe(
        Effect.provide(at(withUser(proxy), "0"))
      )
      expect(yield* response.json).toEqual({ ok: true })
      expect(proxy.seen).toEqual([`CONNECT localhost:${server.port}`])
      expect(proxy.authorizations).toEqual([authorization])
      expect(server.heads[0]).not.toContain("proxy-authorization")
    })
  )

  it.scopedLive("the service's certificate is still verified", () =>
    Effect.gen(function* () {
      const [server, proxy] = yield* Effect.all([faultServer(json, { tls: true }), faultProxy()])
      expect(
        yield* causeOf(`https://localhost:${server.port}`).pipe(Effect.provide(at(proxy.url)))
      ).toMatchObject({
        cause: "depth_zero_self_signed_cert",
        via: "direct",
        sent: "no"
      })
    })
  )

  const https = "https://far.invalid"
  const http = "http://far.invalid"
  const faults = [
    [
      https,
      { status: 407 },
      { cause: "proxy_auth_required", phase: "connect", sent: "no", retryable: false }
    ],
    [
      http,
      { status: 407 },
      { cause: "proxy_auth_required", phase: "first_byte", sent: "maybe", retryable: false }
    ],
    [https, { status: 403 }, { cause: "proxy_refused", phase: "connect", sent: "no", retryable: false }],
    [https, { status: 503 }, { cause: "proxy_refused", phase: "connect", sent: "no", retryable: true }],
    [https, { stall: true }, { cause: "connect_timeout", phase: "connect", sent: "no", timeout: true }]
  ] as const
  for (const [url, fault, expected] of faults) {
    it.scopedLive(`${url.split(":")[0]}, ${JSON.stringify(fault)} → ${expected.cause}`, () =>
      Effect.gen(function* () {
        const proxy = yield* faultProxy(fault)
        const deadlines = "stall" in fault ? Deadlines.layerScaled(1 / 50) : Deadlines.layer
        const cause = yield* causeOf(url).pipe(Effect.provide(at(withUser(proxy), "1", deadlines)))
        expect(cause).toMatchObject({ ...expected, via: "proxy" })
      })
    )
  }

  for (const url of [http, https]) {
    it.live(`${url.split(":")[0]}, a proxy that is not there → proxy_refused`, () =>
      Effect.gen(function* () {
        const gone = yield* Effect.scoped(faultProxy())
        const cause = yield* causeOf(url).pipe(Effect.provide(at(withUser(gone))))
        expect(cause).toMatchObject({ cause: "proxy_refused", sent: "no", retryable: true, via: "proxy" })
      })
    )
  }

  it.live("of a kind that is not spoken → proxy_unsupported, and nothing goes directly", () =>
    Effect.gen(function* () {
      for (const proxy of ["socks5://p:1", "invalid:"]) {
        const cause = yield* causeOf(https).pipe(Effect.provide(at(proxy)))
        expect(cause).toMatchObject({
          cause: "proxy_unsupported",
          sent: "no",
          retryable: false,
          via: "proxy"
        })
      }
    })
  )
})

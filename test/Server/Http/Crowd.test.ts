import { connect, type Socket } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { limits } from "../../../src/Server/Http/Limits.js"
import { patience } from "../../../src/Server/Http/Listen.js"
import { addressOf, makeShares, sourceOf } from "../../../src/Server/Http/Sources.js"
import { send, served, signUp } from "./Served.js"

/** A bare connection of which every byte that is read is known. */
const open = (base: string, text: string, reading = true) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const socket = connect(Number(new URL(base).port), "127.0.0.1")
      const seen = { text: "", bytes: 0, closed: false }
      if (reading)
        socket.on("data", (chunk) => {
          seen.text += chunk.toString("latin1")
          seen.bytes += chunk.length
        })
      const ended = new Promise<void>((resolve) => {
        socket.on("close", () => {
          seen.closed = true
          resolve()
        })
      })
      socket.on("error", () => undefined)
      socket.write(text)
      return { socket, seen, ended: Effect.promise(() => ended) }
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )

const eventually = (holds: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (holds() ? Effect.void : Effect.zipRight(Effect.sleep("5 millis"), eventually(holds))))

const head = (path: string, lines: ReadonlyArray<string>) =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`
const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${" ".repeat(bytes)}\r\n`
const bearer = (token: string) => `authorization: Bearer ${token}`
const chunked = "transfer-encoding: chunked"

describe("bodies", () => {
  it.scopedLive("of strangers are not read: a token is looked at first", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      // None of these ever sends its body.
      for (const [path, lines, code] of [
        ["/v1/upload", [chunked], "AUTH_REQUIRED"],
        ["/v1/edit", ["content-length: 200"], "AUTH_REQUIRED"],
        ["/v1/create", ["content-length: 200000"], "AUTH_REQUIRED"],
        ["/v1/create", [chunked, bearer("isk_r_nobody")], "TOKEN_INVALID"],
        ["/v1/upload", [chunked, bearer("isk_r_nobody")], "TOKEN_INVALID"]
      ] as const) {
        const { ended, seen } = yield* open(address, head(path, lines))
        yield* ended
        expect([path, seen.text.slice(0, 12)]).toEqual([path, "HTTP/1.1 401"])
        expect(seen.text).toContain(`"${code}"`)
      }
      // Of what may be a dry run so much is read as a dry run can need.
      const endless = yield* open(address, `${head("/v1/create", [chunked])}${chunk(60_000).repeat(2)}`)
      yield* endless.ended
      expect(endless.seen.text).toMatch(/^HTTP\/1\.1 401 .*needs a token/s)
      const dry = yield* send(address, "POST", "/v1/create", { body: { prompt: "a fox", dry_run: true } })
      expect([dry.status, dry.json.data.status]).toEqual([200, "planned"])
    })
  )

  it.scopedLive("hold the bytes that have come, and one source no more than its share of them", () =>
    Effect.gen(function* () {
      const { address } = yield* served({ limits: { ...limits, bodiesOfOne: 100_000 } })
      const { token } = yield* signUp(address)
      // An unfinished body without length holds what it sent, not what it might send.
      const slow = yield* open(address, `${head("/v1/upload", [chunked, bearer(token)])}${chunk(1_000)}`)
      const large = { body: { prompt: "x".repeat(98_000), dry_run: true }, token }
      yield* Effect.sleep("50 millis")
      expect((yield* send(address, "POST", "/v1/create", large)).json.error?.code).not.toBe("RATE_LIMITED")
      slow.socket.write(chunk(50_000))
      const until = (holds: (status: number) => boolean) =>
        Effect.repeat(send(address, "POST", "/v1/create", large), { until: ({ status }) => holds(status) })
      const refused = yield* until((status) => status === 429)
      expect([refused.status, refused.json.error.code, refused.headers["retry-after"]]).toEqual([
        429,
        "RATE_LIMITED",
        "2"
      ])
      expect(refused.json.command).toBe("image-skill create")
      expect((yield* send(address, "GET", "/v1/whoami", { token })).status).toBe(200)
      // What is given up is free again.
      slow.socket.destroy()
      expect((yield* until((status) => status !== 429)).status).toBeGreaterThan(0)
    })
  )

  it.scopedLive("that come ever slower are cut, however quickly they began", () =>
    Effect.gen(function* () {
      const { address } = yield* served({ patience: { ...patience, header: 200 } })
      const { token } = yield* signUp(address)
      const drip = yield* open(address, `${head("/v1/create", [chunked, bearer(token)])}${chunk(100_000)}`)
      const timer = setInterval(() => drip.socket.write(chunk(1)), 40)
      yield* drip.ended.pipe(Effect.ensuring(Effect.sync(() => clearInterval(timer))))
      expect(drip.seen.text).toMatch(/^HTTP\/1\.1 408 /)
      expect(drip.seen.text).toContain('"TIMEOUT"')
    })
  )
})

describe("connections", () => {
  it.scopedLive("of readers who never read are closed, those whose answer is being made are not", () =>
    Effect.gen(function* () {
      const { address, lines } = yield* served({ patience: { ...patience, write: 150 } })
      const { token } = yield* signUp(address)
      // More pipelined answers than the kernel keeps for somebody.
      const many = "GET /v1/models?details=true HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(1_500)
      yield* open(address, many, false)
      // Who does not read does not see the end either; the service's log tells of an answer that did not arrive.
      yield* eventually(() => lines.some((line) => line.includes('"status":0'))).pipe(
        Effect.timeout("5 seconds")
      )
      // Silent on both sides for longer than that, because the work takes its time.
      const body = JSON.stringify({ dry_run: true, prompt: "a fox" })
      const slow = yield* open(address, head("/v1/create", [bearer(token), `content-length: ${body.length}`]))
      yield* Effect.sleep("500 millis")
      expect(slow.seen.closed).toBe(false)
      slow.socket.write(body)
      yield* eventually(() => slow.seen.text.includes('"planned"'))
    })
  )

  it.scopedLive("of one source are no more than its share", () =>
    Effect.gen(function* () {
      const { address } = yield* served({ limits: { ...limits, connectionsOfOne: 3 } })
      const ask = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"
      const first = yield* Effect.replicateEffect(open(address, ask), 3)
      yield* eventually(() => first.every(({ seen }) => seen.text.includes('"ok":true')))
      const fourth = yield* open(address, ask)
      yield* fourth.ended
      expect(fourth.seen.bytes).toBe(0)
      ;(first[0] as { readonly socket: Socket }).socket.destroy()
      const again = yield* Effect.repeat(Effect.exit(send(address, "GET", "/healthz")), {
        until: Exit.isSuccess
      })
      expect(again).toMatchObject({ value: { status: 200 } })
    })
  )
})

describe("a source", () => {
  it("is an IPv4 address, or the /64 of an IPv6 address", () => {
    expect(
      ["10.0.0.1", "::ffff:10.0.0.1", "2001:db8::1", "2001:db8:0:0:9:8:7:6", "fe80::1%eth0", "::1"].map(
        (remote) => sourceOf(addressOf(remote))
      )
    ).toEqual([
      "10.0.0.1",
      "10.0.0.1",
      "2001:db8:0:0::/64",
      "2001:db8:0:0::/64",
      "fe80:0:0:0::/64",
      "0:0:0:0::/64"
    ])
    expect([sourceOf(addressOf(undefined)), sourceOf(addressOf(""))]).toEqual(["unknown", "unknown"])
    // However a proxy spells it.
    expect(sourceOf(addressOf("2001:0DB8:0000::1"))).toBe("2001:db8:0:0::/64")
    expect(sourceOf(addressOf("::ffff:a00:1"))).toBe("10.0.0.1")
  })

  it("takes no more than its share, nor than there is", () => {
    const shares = makeShares(10, 6)
    expect([shares.take("a", 6), shares.take("a", 1), shares.take("b", 5), shares.take("b", 4)]).toEqual([
      true,
      false,
      false,
      true
    ])
    shares.give("a", 6)
    expect([shares.take("b", 3), shares.take("b", 2), shares.take("c", 4)]).toEqual([false, true, true])
  })
})

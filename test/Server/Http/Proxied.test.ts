import { createServer, request as httpRequest } from "node:http"
import { connect, type AddressInfo, type Socket } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { limits } from "../../../src/Server/Http/Limits.js"
import { makeEnter } from "../../../src/Server/Http/Sources.js"
import { networks, send, served } from "./Served.js"

/** A reverse proxy as they are: it appends whom it saw to what the client sent, in a line of its own or in the same. */
const proxyTo = (base: string, seen: string, lines: "joined" | "added" = "joined") =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<{ readonly address: string; readonly close: () => void }>((resolve) => {
          const server = createServer((incoming, outgoing) => {
            const sent = incoming.headersDistinct["x-forwarded-for"] ?? []
            const { "x-forwarded-for": _, ...headers } = incoming.headers
            const onward = httpRequest(
              `${base}${incoming.url ?? "/"}`,
              {
                method: incoming.method ?? "GET",
                headers: {
                  ...headers,
                  "x-forwarded-for": lines === "added" ? [...sent, seen] : [...sent, seen].join(", ")
                }
              },
              (answer) => {
                outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
                answer.pipe(outgoing)
              }
            )
            onward.on("error", () => outgoing.destroy())
            incoming.pipe(onward)
          })
          server.listen(0, "127.0.0.1", () =>
            resolve({
              address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
              close: () => {
                server.close()
                server.closeAllConnections()
              }
            })
          )
        })
    ),
    ({ close }) => Effect.sync(close)
  )

let signups = 0
const signUpAt = (base: string, headers: Readonly<Record<string, string>> = {}) =>
  Effect.map(
    Effect.suspend(() => {
      signups += 1
      return send(base, "POST", "/v1/agent-signups", {
        body: { agent_contact: `proxied${signups}@example.com`, agent_name: "a", return_token: true },
        headers
      })
    }),
    ({ status }) => status
  )

const twoEach = {
  signups: { perAddress: { burst: 2, perMinute: 0.01 }, perContact: { burst: 100, perMinute: 100 } },
  wrongTokens: { burst: 1, perMinute: 0.01 }
}

describe("behind a proxy", () => {
  it.scopedLive("each client has its own limits, and a spoofer no more than one", () =>
    Effect.gen(function* () {
      const { address } = yield* served({ policy: twoEach, trustedProxies: networks("127.0.0.1") })
      const ada = yield* proxyTo(address, "198.51.100.1")
      const bob = yield* proxyTo(address, "2001:db8:1:2::1")
      // Another address of Bob's network, which is his too; his proxy adds a line of its own.
      const bobToo = yield* proxyTo(address, "2001:db8:1:2:ffff::7", "added")
      for (const [who, statuses] of [
        [ada, [200, 200, 429]],
        [bob, [200]],
        [bobToo, [200, 429, 429]],
        [bob, [429]]
      ] as const) {
        for (const status of statuses) {
          // Each time another one, as whoever wants to be many would say.
          expect(yield* signUpAt(who.address, { "x-forwarded-for": `203.0.113.${signups}` })).toBe(status)
        }
      }
      const guess = (at: { readonly address: string }) =>
        Effect.map(
          send(at.address, "GET", "/v1/whoami", {
            token: "isk_r_guessed",
            headers: { "x-forwarded-for": "8.8.8.8, 127.0.0.1" }
          }),
          ({ status }) => status
        )
      expect([yield* guess(ada), yield* guess(ada), yield* guess(bob)]).toEqual([401, 429, 401])
      // What comes from the proxy itself is the proxy's.
      expect([yield* signUpAt(address), yield* signUpAt(address), yield* signUpAt(address)]).toEqual([
        200, 200, 429
      ])
    })
  )

  it.scopedLive("the client is found behind two of them", () =>
    Effect.gen(function* () {
      const { address } = yield* served({
        policy: twoEach,
        trustedProxies: networks("127.0.0.1", "10.0.0.0/8")
      })
      const near = yield* proxyTo(address, "10.0.0.2")
      const ada = yield* proxyTo(near.address, "198.51.100.1", "added")
      const bob = yield* proxyTo(near.address, "198.51.100.2")
      const spoofed = { "x-forwarded-for": "203.0.113.1, 10.0.0.3" }
      const statuses = yield* Effect.forEach([ada, ada, ada, bob, bob, bob], (who) =>
        signUpAt(who.address, spoofed)
      )
      expect(statuses).toEqual([200, 200, 429, 200, 200, 429])
    })
  )

  it.scopedLive("that nobody named, all are one, and the header changes nothing", () =>
    Effect.gen(function* () {
      for (const trustedProxies of [undefined, networks("10.0.0.0/8")]) {
        const { address } = yield* served({
          policy: twoEach,
          ...(trustedProxies === undefined ? {} : { trustedProxies })
        })
        const ada = yield* proxyTo(address, "198.51.100.1")
        expect([
          yield* signUpAt(ada.address),
          yield* signUpAt(address, { "x-forwarded-for": "198.51.100.2" }),
          yield* signUpAt(address, { "x-forwarded-for": "198.51.100.3" })
        ]).toEqual([200, 200, 429])
      }
    })
  )

  it.scopedLive("no number of lines hides what it says last", () =>
    Effect.gen(function* () {
      const { address } = yield* served({ policy: twoEach, trustedProxies: networks("127.0.0.1") })
      const body = (contact: number) =>
        JSON.stringify({ agent_contact: `many${contact}@example.com`, agent_name: "a", return_token: true })
      const statuses: Array<string> = []
      for (const attempt of [1, 2, 3]) {
        const { seen } = yield* open(
          address,
          [
            "POST /v1/agent-signups HTTP/1.1",
            "host: localhost",
            "content-type: application/json",
            `content-length: ${body(attempt).length}`,
            "connection: close",
            `x-forwarded-for: 203.0.113.${attempt}`,
            ...Array<string>(2_200).fill("a:1"),
            "x-forwarded-for: 198.51.100.1",
            "",
            body(attempt)
          ].join("\r\n")
        )
        yield* eventually(() => seen.closed)
        statuses.push(seen.text.slice(9, 12))
      }
      expect(statuses).toEqual(["200", "200", "429"])
    })
  )
})

/** A bare connection. */
const open = (base: string, text: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const socket = connect(Number(new URL(base).port), "127.0.0.1")
      const seen = { text: "", closed: false }
      socket.on("data", (chunk) => (seen.text += chunk.toString("latin1")))
      socket.on("close", () => (seen.closed = true))
      socket.on("error", () => undefined)
      socket.write(text)
      return { socket, seen }
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )

const eventually = (holds: () => boolean): Effect.Effect<void> =>
  Effect.repeat(Effect.delay(Effect.sync(holds), "5 millis"), { until: (held) => held }).pipe(
    Effect.timeout("5 seconds"),
    Effect.orDie,
    Effect.asVoid
  )

const get = (client: string) =>
  `GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: ${client}\r\n\r\n`
/** A request whose body does not come, so that it stays under way. */
const begin = (client: string) =>
  `POST /v1/agent-signups HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: ${client}\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n`

describe("connections of a proxy", () => {
  it.scopedLive("are not one stranger's: they are bounded only all together", () =>
    Effect.gen(function* () {
      const { address } = yield* served({
        limits: { ...limits, connections: 6, connectionsOfOne: 2 },
        trustedProxies: networks("127.0.0.1")
      })
      const all = yield* Effect.forEach([1, 2, 3, 4, 5, 6], (place) =>
        open(address, get(`198.51.100.${place}`))
      )
      yield* eventually(() => all.every(({ seen }) => seen.text.startsWith("HTTP/1.1 200")))
      const seventh = yield* open(address, get("198.51.100.7"))
      yield* eventually(() => seventh.seen.closed)
      expect(seventh.seen.text).toBe("")
    })
  )

  it.scopedLive("carry no more requests of one client at once than its share, and others' all the same", () =>
    Effect.gen(function* () {
      const { address, lines } = yield* served({
        limits: { ...limits, connectionsOfOne: 2 },
        trustedProxies: networks("127.0.0.1")
      })
      const ask = (client: string) =>
        send(address, "GET", "/healthz", { headers: { "x-forwarded-for": client } })
      const held = [
        yield* open(address, begin("8.8.8.8, 198.51.100.1")),
        yield* open(address, begin("9.9.9.9, 198.51.100.1"))
      ]
      const refused = yield* Effect.repeat(ask("7.7.7.7, 198.51.100.1"), {
        until: ({ status }) => status === 429
      })
      expect(refused.json).toMatchObject({ ok: false, error: { code: "RATE_LIMITED", retryable: true } })
      expect(refused.headers["retry-after"]).toBe("2")
      expect(lines.join("")).toContain(refused.headers["x-request-id"])
      expect((yield* ask("198.51.100.2")).status).toBe(200)
      // The connection is the proxy's, and goes on: for others, and for the same once it has less under way.
      const kept = yield* open(address, get("198.51.100.1"))
      yield* eventually(() => kept.seen.text.includes('"RATE_LIMITED"'))
      kept.socket.write(get("198.51.100.2"))
      yield* eventually(() => kept.seen.text.includes("HTTP/1.1 200"))
      // One ends by its answer, one by its connection.
      held[0]?.socket.write("x".repeat(50))
      yield* eventually(() => held[0]?.seen.text.startsWith("HTTP/1.1 400") === true)
      expect((yield* ask("198.51.100.1")).status).toBe(200)
      const another = yield* open(address, begin("198.51.100.1"))
      yield* Effect.repeat(ask("198.51.100.1"), { until: ({ status }) => status === 429 })
      held[1]?.socket.destroy()
      yield* Effect.repeat(ask("198.51.100.1"), { until: ({ status }) => status === 200 })
      expect(another.seen.closed).toBe(false)
    })
  )

  it.scopedLive("differ from those of nobody's, which are counted themselves and not their requests", () =>
    Effect.gen(function* () {
      const { address } = yield* served({ limits: { ...limits, connectionsOfOne: 1 } })
      const { seen } = yield* open(address, get("198.51.100.1").repeat(3))
      yield* eventually(() => seen.text.split("HTTP/1.1 ").length === 4)
      expect(seen.text.match(/HTTP\/1\.1 \d+/g)).toEqual(Array<string>(3).fill("HTTP/1.1 200"))
    })
  )

  it.scopedLive("give back what waited behind an answer when they break", () =>
    Effect.gen(function* () {
      const enter = makeEnter(3)
      const entered: Array<boolean> = []
      const sockets = new Set<Socket>()
      const server = yield* Effect.acquireRelease(
        Effect.promise(
          () =>
            new Promise<ReturnType<typeof createServer>>((resolve) => {
              const made = createServer((request, response) => {
                entered.push(enter("a", request, response))
                sockets.add(request.socket)
              }).listen(0, "127.0.0.1", () => resolve(made))
            })
        ),
        (made) =>
          Effect.sync(() => {
            made.close()
            made.closeAllConnections()
          })
      )
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const first = yield* open(base, get("-").repeat(4))
      yield* eventually(() => entered.length === 4)
      expect(entered).toEqual([true, true, true, false])
      first.socket.destroy()
      yield* eventually(() => [...sockets].every(({ destroyed }) => destroyed))
      yield* open(base, get("-").repeat(4))
      yield* eventually(() => entered.length === 8)
      expect(entered.slice(4)).toEqual([true, true, true, false])
    })
  )

  it.scopedLive("bring bodies, of which each client may hold its share", () =>
    Effect.gen(function* () {
      const { address } = yield* served({
        limits: { ...limits, bodiesOfOne: 60_000 },
        trustedProxies: networks("127.0.0.1")
      })
      const dry = (client: string) =>
        send(address, "POST", "/v1/create", {
          headers: { "x-forwarded-for": client },
          body: { prompt: `a fox${" ".repeat(40_000)}`, dry_run: true }
        })
      yield* open(
        address,
        `POST /v1/create HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 198.51.100.1\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n${" ".repeat(40_000)}`
      )
      yield* Effect.repeat(dry("8.8.8.8, 198.51.100.1"), { until: ({ status }) => status === 429 })
      expect((yield* dry("198.51.100.1, 198.51.100.2")).status).not.toBe(429)
    })
  )
})

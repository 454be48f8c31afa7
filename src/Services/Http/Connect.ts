import type { LookupAddress } from "node:dns"
import type { LookupFunction, Socket } from "node:net"
import * as Effect from "effect/Effect"
import type { Exchange } from "./Exchange.js"
import { causeOfNode, makeFault, type NetworkFault } from "./Fault.js"
import { isLoopback, type ProxyFor, proxyHeaders } from "./Proxy.js"

/** What the connection depends on beside the address. */
export interface ConnectOptions {
  readonly proxy: ProxyFor
  readonly env: (name: "NODE_TLS_REJECT_UNAUTHORIZED") => string | undefined
  /**
   * Decides where an address may be connected to, or refuses; no other look-up follows, so that what was checked is what is
   * reached. A proxy looks names up itself: then this only refuses. Without it any address will do.
   */
  readonly addresses?: ((url: URL) => Step<Addresses>) | undefined
}

/** Where a host is reached, in the order of trying. */
export type Addresses = ReadonlyArray<LookupAddress>

/** A connection on which the request can be written; `forward` names the proxy that wants the whole address in it. */
export interface Connection {
  readonly socket: Socket
  readonly forward: URL | null
}

type Step<A> = Effect.Effect<A, NetworkFault>

/** The host of a URL as Node wants it: IPv6 without brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "")
const portOf = (url: URL): number => Number(url.port || (url.protocol === "https:" ? 443 : 80))
const isAddress = (host: string): boolean => host.includes(":") || /^[\d.]+$/.test(host)

const lookupOf =
  (addresses: Addresses): LookupFunction =>
  (_host, options, callback) => {
    const [first] = addresses
    if (options.all === true || first === undefined) callback(null, [...addresses])
    else callback(null, first.address, first.family)
  }

const dial = (exchange: Exchange, url: URL, pinned?: Addresses): Step<Socket> =>
  Effect.flatMap(
    Effect.promise(() => import("node:net")),
    ({ connect }) =>
      exchange.step<Socket>((done) => {
        const socket = connect({
          host: hostOf(url),
          port: portOf(url),
          ...(pinned === undefined ? {} : { lookup: lookupOf(pinned) }),
          noDelay: true,
          // Node gives an address 250 ms before it tries the next and never returns to it: too short for slow lines.
          autoSelectFamilyAttemptTimeout: 1_000
        })
        // Needed next, and better loaded while the handshake travels than behind it.
        void import("node:http")
        exchange.own(() => socket.destroy())
        socket.on("error", (error) => {
          const refused = exchange.via === "proxy" && causeOfNode(error, exchange.phase) === "econnrefused"
          if (refused) exchange.fail("proxy_refused")
          else exchange.failWith(error)
        })
        socket.once("connect", () => done(socket))
      })
  )

const secure = (exchange: Exchange, url: URL, below: Socket, options: ConnectOptions): Step<Socket> =>
  Effect.flatMap(
    Effect.promise(() => import("node:tls")),
    ({ connect }) =>
      exchange.step<Socket>((done) => {
        exchange.phase = "tls"
        const host = hostOf(url)
        const socket = connect({
          socket: below,
          host,
          ...(isAddress(host) ? {} : { servername: host }),
          ALPNProtocols: ["http/1.1"],
          // Stated, so that the variable that Node itself reads can switch it off for loopback only.
          rejectUnauthorized: !(unverified(options) && isLoopback(host))
        })
        exchange.own(() => socket.destroy())
        socket.on("error", exchange.failWith)
        socket.once("secureConnect", () => done(socket))
      })
  )

const unverified = (options: ConnectOptions): boolean => options.env("NODE_TLS_REJECT_UNAUTHORIZED") === "0"

const tunnel = (exchange: Exchange, url: URL, proxy: URL, below: Socket): Step<Socket> =>
  Effect.flatMap(
    Effect.promise(() => import("node:http")),
    ({ request }) =>
      exchange.step<Socket>((done) => {
        exchange.phase = "connect"
        const authority = `${url.hostname}:${portOf(url)}`
        const asking = request({
          method: "CONNECT",
          path: authority,
          headers: { host: authority, connection: "keep-alive", ...proxyHeaders(proxy) },
          setHost: false,
          createConnection: () => below
        })
        asking.on("error", exchange.failWith)
        asking.once("connect", (answer, socket, early) => {
          const status = answer.statusCode ?? 0
          if (status === 407) exchange.fail("proxy_auth_required")
          else if (status < 200 || status > 299) exchange.fail("proxy_refused", { retryable: status >= 500 })
          // Bytes before our own handshake would be read as the service's: the tunnel is not clean.
          else if (early.length > 0) exchange.fail("invalid_http")
          else done(socket)
        })
        asking.end()
      })
  )

const through = (exchange: Exchange, url: URL, proxy: URL, options: ConnectOptions): Step<Connection> =>
  Effect.gen(function* () {
    if (proxy.protocol !== "http:" && proxy.protocol !== "https:") {
      return yield* Effect.fail(makeFault("proxy_unsupported", "connect", { via: "proxy" }))
    }
    exchange.via = "proxy"
    const plain = yield* dial(exchange, proxy)
    const socket = proxy.protocol === "https:" ? yield* secure(exchange, proxy, plain, options) : plain
    if (url.protocol === "http:") return { socket, forward: proxy }
    const inner = yield* tunnel(exchange, url, proxy, socket)
    exchange.via = "direct"
    return { socket: yield* secure(exchange, url, inner, options), forward: null }
  })

const verifiable = (url: URL, proxy: URL | null, options: ConnectOptions): boolean =>
  !unverified(options) ||
  [url, proxy].every((hop) => hop === null || hop.protocol !== "https:" || isLoopback(hop.hostname))

const permitted = (
  exchange: Exchange,
  url: URL,
  { addresses }: ConnectOptions
): Step<Addresses | undefined> =>
  addresses === undefined
    ? Effect.succeed(undefined)
    : // A look-up cannot be stopped, but it can be left behind when the deadline passes.
      Effect.raceFirst(
        addresses(url),
        exchange.step<never>(() => {})
      )

/** Opens the connection to an address within the connect deadline, through its proxy if it has one; nothing is sent to the service. */
export const connect = (exchange: Exchange, url: URL, options: ConnectOptions): Step<Connection> =>
  Effect.suspend(() => {
    const proxy = options.proxy(url)
    if (!verifiable(url, proxy, options)) return Effect.fail(makeFault("tls_verification_disabled", "tls"))
    const inTime = exchange.deadline(exchange.limits.connect, "connect_timeout")
    const opened = Effect.flatMap(
      permitted(exchange, url, options),
      (pinned): Step<Connection> =>
        proxy !== null
          ? through(exchange, url, proxy, options)
          : Effect.flatMap(dial(exchange, url, pinned), (socket) =>
              url.protocol === "https:" ? secure(exchange, url, socket, options) : Effect.succeed(socket)
            ).pipe(Effect.map((socket) => ({ socket, forward: null })))
    )
    return Effect.tap(opened, () => Effect.sync(inTime))
  })

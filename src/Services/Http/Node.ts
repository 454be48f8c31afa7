import type { IncomingMessage } from "node:http"
import { RequestError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import type { RuntimeFiber } from "effect/Fiber"
import { currentLimits, type DeadlinesShape, resolveLimits } from "../Deadlines.js"
import { encodingOf, pullBody } from "./Body.js"
import { type Connection, type ConnectOptions, connect } from "./Connect.js"
import { Exchange } from "./Exchange.js"
import { causeOfNode, makeFault, type NetworkFault } from "./Fault.js"
import { proxyHeaders } from "./Proxy.js"
import { fromPull, type ResponseHead } from "./Response.js"
import { type Outgoing, outgoing, send } from "./Send.js"

/** What the caller may decide about the hosted transport. */
export interface NodeOptions {
  /** Chooses the proxy of an address (see `proxyFor`); without it every request goes directly. */
  readonly proxy?: ConnectOptions["proxy"]
  /** Where NODE_TLS_REJECT_UNAUTHORIZED is read; this process's environment unless given. */
  readonly env?: ConnectOptions["env"]
  /** Decides where an address may be connected to (see `ConnectOptions`); any address unless given. */
  readonly addresses?: ConnectOptions["addresses"]
}

const maxHeaderSize = 16 * 1024

const without = <A>(headers: Readonly<Record<string, A>>, names: ReadonlyArray<string>): Record<string, A> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))

const headersOf = (
  request: HttpClientRequest.HttpClientRequest,
  url: URL,
  body: Outgoing,
  proxy: URL | null
): Record<string, string> => {
  // The framing is ours to state: a wrong length would let the rest of the body pass as another request.
  const given = without(request.headers, ["connection", "content-length", "host", "transfer-encoding"])
  const headers: Record<string, string> = { host: url.host, "accept-encoding": "identity", ...given }
  if (body.contentType !== undefined) headers["content-type"] = body.contentType
  if (body.length === null) headers["transfer-encoding"] = "chunked"
  else if (body.length > 0 || /^(POST|PUT|PATCH)$/.test(request.method))
    headers["content-length"] = `${body.length}`
  return proxy === null ? headers : { ...headers, ...proxyHeaders(proxy) }
}

const converse = (
  exchange: Exchange,
  request: HttpClientRequest.HttpClientRequest,
  url: URL,
  body: Outgoing,
  { forward, socket }: Connection
): Effect.Effect<IncomingMessage, NetworkFault> =>
  Effect.gen(function* () {
    const http = yield* Effect.promise(() => import("node:http"))
    exchange.phase = "send"
    const outbound = yield* Effect.try({
      try: () =>
        http.request({
          method: request.method,
          path: forward === null ? url.pathname + url.search : url.origin + url.pathname + url.search,
          headers: headersOf(request, url, body, forward),
          setHost: false,
          maxHeaderSize,
          createConnection: () => socket
        }),
      catch: (error) => makeFault(causeOfNode(error, "send"), "send", { sent: "no" })
    })
    outbound.on("error", exchange.failWith)
    outbound.on("upgrade", () => exchange.fail("invalid_http"))
    let arrived: IncomingMessage | undefined
    let announce: ((response: IncomingMessage) => void) | undefined
    // Listened to from the start: an answer that nobody listens for is thrown away by Node.
    outbound.once("response", (response) => {
      exchange.phase = "body"
      response.on("error", exchange.failWith)
      arrived = response
      announce?.(response)
    })
    const answered = exchange.step<IncomingMessage>((done) => {
      announce = done
      if (arrived !== undefined) done(arrived)
    })
    const sent = Effect.zipRight(
      send(exchange, outbound, body),
      exchange.step<never>(() => {
        exchange.phase = "first_byte"
        return exchange.deadline(exchange.limits.firstByte, "first_byte_timeout")
      })
    )
    // An answer that comes before the whole request is sent counts, e.g. a refusal of its size.
    const response = yield* Effect.raceFirst(answered, sent)
    if (forward !== null && response.statusCode === 407) {
      exchange.phase = "first_byte"
      return yield* exchange.failure("proxy_auth_required")
    }
    // Said again, because sending may have ended after the answer came. From here on it is the service that speaks.
    exchange.phase = "body"
    exchange.via = "direct"
    response.socket.unref()
    return response
  })

const headOf = (response: IncomingMessage): ResponseHead => ({
  status: response.statusCode ?? 0,
  // The body is handed on decoded: these two would not be true of it any more.
  headers:
    encodingOf(response) === null
      ? response.headers
      : without(response.headers, ["content-encoding", "content-length"])
})

const refusal = (url: URL): NetworkFault | undefined =>
  (url.protocol !== "http:" && url.protocol !== "https:") || url.username !== "" || url.password !== ""
    ? makeFault("invalid_url", "connect")
    : undefined

const toRequestError = (request: HttpClientRequest.HttpClientRequest, fault: NetworkFault): RequestError =>
  new RequestError({
    // The platform prints the address in the message, and a userinfo would be a password.
    request: fault.cause === "invalid_url" ? HttpClientRequest.setUrl(request, "") : request,
    reason:
      fault.cause === "invalid_url"
        ? "InvalidUrl"
        : fault.cause === "request_body_failed"
          ? "Encode"
          : "Transport",
    cause: fault,
    description: fault.cause
  })

/** Runs one request on a connection of its own, as `HttpClient.make` wants it. */
export const execute =
  (deadlines: DeadlinesShape, options: NodeOptions) =>
  (
    request: HttpClientRequest.HttpClientRequest,
    url: URL,
    signal: AbortSignal,
    fiber: RuntimeFiber<unknown, unknown>
  ): Effect.Effect<HttpClientResponse, RequestError> =>
    Effect.suspend(() => {
      const refused = refusal(url)
      if (refused !== undefined) return Effect.fail(toRequestError(request, refused))
      const exchange = new Exchange(resolveLimits(deadlines, fiber.getFiberRef(currentLimits)))
      signal.addEventListener("abort", () => exchange.fail("canceled"), { once: true })
      const connectOptions: ConnectOptions = {
        proxy: options.proxy ?? (() => null),
        env: options.env ?? ((name) => process.env[name]),
        addresses: options.addresses
      }
      return Effect.gen(function* () {
        const body = yield* outgoing(request.body)
        const connection = yield* connect(exchange, url, connectOptions)
        const response = yield* converse(exchange, request, url, body, connection)
        return fromPull(request, headOf(response), pullBody(exchange, response, request.method))
      }).pipe(
        Effect.mapError((fault) => toRequestError(request, fault)),
        Effect.onExit((exit) => Effect.sync(() => (exit._tag === "Failure" ? exchange.close() : undefined)))
      )
    })

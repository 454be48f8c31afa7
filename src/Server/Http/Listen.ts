import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { Socket } from "node:net"
import * as Effect from "effect/Effect"
import { failure, type InvalidArguments } from "../../Errors.js"
import { onClientError } from "./Edge.js"
import { type Limits, limits } from "./Limits.js"
import { type IsTrusted, trustedIn } from "./Proxies.js"
import { addressOf, makeShares, sourceOf } from "./Sources.js"

/** How long a client may take, in milliseconds. */
export interface Patience {
  /** For the request's line and header. */
  readonly header: number
  /** For the whole request with its body. */
  readonly request: number
  /** For the next request of a connection. */
  readonly keepAlive: number
  /** For reading the next part of an answer. */
  readonly write: number
}

/** The patience of `serve`. */
export const patience: Patience = { header: 10_000, request: 300_000, keepAlive: 5_000, write: 30_000 }

/** A server that listens. */
export interface Listening {
  readonly port: number
  /** From now on takes nothing new; resolves when every connection has ended, which `force` hastens. */
  readonly close: () => Promise<void>
  readonly force: () => void
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/**
 * Listens on an address. Requests that come before `attach` wait for it, so that the address can be known before the service that
 * needs it. A port in use, or one that is not allowed, is `INVALID_ARGUMENTS`.
 */
export const listen = (
  host: string,
  port: number,
  patient: Patience = patience,
  { connections, connectionsOfOne }: Limits = limits,
  isTrusted: IsTrusted = trustedIn([])
): Effect.Effect<Listening & { readonly attach: (listener: Listener) => void }, InvalidArguments> =>
  Effect.async((resume) => {
    let listener: Listener | null = null
    let closing = false
    const waiting: Array<Parameters<Listener>> = []
    const answering = new WeakMap<Socket, number>()
    const take: Listener = (request, response) => {
      const { socket } = request
      answering.set(socket, (answering.get(socket) ?? 0) + 1)
      response.once("close", () => answering.set(socket, (answering.get(socket) ?? 1) - 1))
      if (closing) response.setHeader("connection", "close")
      if (listener === null) waiting.push([request, response])
      else listener(request, response)
    }
    const server: Server = createServer(
      {
        maxHeaderSize: 16 * 1024,
        headersTimeout: patient.header,
        requestTimeout: patient.request,
        keepAliveTimeout: patient.keepAlive,
        connectionsCheckingInterval: Math.min(1_000, patient.header),
        // The edge says so itself, in an envelope.
        requireHostHeader: false
      },
      take
    )
    server.maxConnections = connections
    // Of lines beyond its count Node says nothing and drops them, and so the last one, in which a proxy says who asks. The header's
    // size bounds them already.
    server.maxHeadersCount = 0
    server.on("checkContinue", take)
    server.on("checkExpectation", take)
    boundConnections(server, connectionsOfOne, isTrusted)
    boundSilence(server, answering, patient.write)
    // An upgrade, or a tunnel, is nothing that this service offers.
    server.on("connect", (_, socket) => socket.destroy())
    server.on("clientError", onClientError)
    server.once("error", (error: NodeJS.ErrnoException) => {
      const cause = error.code?.toLowerCase() ?? "unknown"
      resume(
        Effect.fail(
          failure("INVALID_ARGUMENTS", `the service cannot listen on ${host}:${port} (${cause})`, {
            details: { cause, host, port },
            recovery: {
              required_flag: cause === "eaddrnotavail" || cause === "enotfound" ? "--host" : "--port"
            }
          })
        )
      )
    })
    server.listen(port, host, () => {
      const address = server.address()
      resume(
        Effect.succeed({
          port: typeof address === "object" && address !== null ? address.port : port,
          attach: (given) => {
            listener = given
            for (const [request, response] of waiting.splice(0)) given(request, response)
          },
          close: () =>
            new Promise((resolve) => {
              closing = true
              server.close(() => resolve())
              server.closeIdleConnections()
            }),
          force: () => server.closeAllConnections()
        })
      )
    })
  })

// Beyond its share a source is not let in at all: a word to it would be one more thing that it need not read. The connections of a
// trusted proxy are everybody's: only all together are bounded, and of each client behind it the edge counts the requests.
const boundConnections = (server: Server, ofOne: number, isTrusted: IsTrusted): void => {
  const open = makeShares(Number.POSITIVE_INFINITY, ofOne)
  server.prependListener("connection", (socket: Socket) => {
    const address = addressOf(socket.remoteAddress)
    if (address !== undefined && isTrusted(address)) return
    const source = sourceOf(address)
    if (!open.take(source, 1)) return void socket.destroy()
    socket.once("close", () => open.give(source, 1))
  })
}

/**
 * Closes a connection whose answer nobody takes. Node tells of a silence only when not even a part of what waits was taken; where
 * nothing waits, the answer is still being made.
 */
const boundSilence = (server: Server, answering: WeakMap<Socket, number>, ms: number): void => {
  server.setTimeout(ms, (socket) => {
    if ((answering.get(socket) ?? 0) === 0 || socket.writableLength > 0) socket.destroy()
    else socket.setTimeout(ms)
  })
}

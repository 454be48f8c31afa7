import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import * as Effect from "effect/Effect"
import { failure, type InvalidArguments } from "../../Errors.js"
import { onClientError } from "./Edge.js"

/** How long a client may take, in milliseconds. */
export interface Patience {
  /** For the request's line and header. */
  readonly header: number
  /** For the whole request with its body. */
  readonly request: number
  /** For the next request of a connection. */
  readonly keepAlive: number
}

/** The patience of `serve`. */
export const patience: Patience = { header: 10_000, request: 300_000, keepAlive: 5_000 }

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
  limits: Patience = patience
): Effect.Effect<Listening & { readonly attach: (listener: Listener) => void }, InvalidArguments> =>
  Effect.async((resume) => {
    let listener: Listener | null = null
    let closing = false
    const waiting: Array<Parameters<Listener>> = []
    const take: Listener = (request, response) => {
      if (closing) response.setHeader("connection", "close")
      if (listener === null) waiting.push([request, response])
      else listener(request, response)
    }
    const server: Server = createServer(
      {
        maxHeaderSize: 16 * 1024,
        headersTimeout: limits.header,
        requestTimeout: limits.request,
        keepAliveTimeout: limits.keepAlive,
        connectionsCheckingInterval: Math.min(1_000, limits.header)
      },
      take
    )
    server.maxConnections = 2_000
    server.on("checkContinue", take)
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

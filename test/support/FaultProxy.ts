import * as http from "node:http"
import * as net from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A forwarding proxy on loopback; `seen` holds `METHOD target` of each request, `authorizations` what they carried. */
export interface FaultProxy {
  readonly url: string
  readonly seen: ReadonlyArray<string>
  readonly authorizations: ReadonlyArray<string | undefined>
}

/** What the proxy does instead of forwarding: answer with a status, or nothing at all. */
export type ProxyFault = { readonly status?: number; readonly stall?: boolean }

/** Runs a proxy for absolute-form requests and CONNECT tunnels until the scope closes; every host leads to 127.0.0.1. */
export const faultProxy = (fault: ProxyFault = {}): Effect.Effect<FaultProxy, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<FaultProxy & { readonly stop: () => void }>((resume) => {
      const seen: Array<string> = []
      const authorizations: Array<string | undefined> = []
      const sockets = new Set<net.Socket>()
      const note = (request: http.IncomingMessage): void => {
        seen.push(`${request.method} ${request.url}`)
        authorizations.push(request.headers["proxy-authorization"])
      }
      const server = http.createServer((request, response) => {
        note(request)
        if (fault.stall) return
        if (fault.status !== undefined) {
          response.writeHead(fault.status).end()
          return
        }
        const target = new URL(request.url ?? "")
        const { "proxy-authorization": _secret, ...headers } = request.headers
        const onward = http.request(
          { host: "127.0.0.1", port: target.port, method: request.method, path: target.pathname, headers },
          (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers)
            answer.pipe(response)
          }
        )
        onward.on("error", () => response.writeHead(502).end())
        request.pipe(onward)
      })
      server.on("connection", (socket) => {
        sockets.add(socket)
        socket.on("error", () => {})
      })
      server.on("connect", (request: http.IncomingMessage, socket: net.Socket) => {
        note(request)
        if (fault.stall) return
        if (fault.status !== undefined) {
          socket.end(`HTTP/1.1 ${fault.status} Refused\r\ncontent-length: 0\r\n\r\n`)
          return
        }
        const onward = net.connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
          socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
          onward.pipe(socket)
          socket.pipe(onward)
        })
        sockets.add(onward)
        onward.on("error", () => socket.destroy())
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        const stop = (): void => {
          server.close()
          for (const socket of sockets) socket.destroy()
        }
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, seen, authorizations, stop }))
      })
    }),
    (proxy) => Effect.sync(proxy.stop)
  )

import * as net from "node:net"
import * as tls from "node:tls"
import * as zlib from "node:zlib"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { selfSigned } from "./FaultTls.js"

/** One connection as a server that misbehaves sees it. */
export interface FaultConnection {
  readonly socket: net.Socket
  /** Calls back once the request's header is complete, with all that came until then. */
  readonly onHead: (then: (received: string) => void) => void
  /** Repeats until the connection is gone. */
  readonly every: (millis: number, then: () => void) => void
}

/** How a server misbehaves on each connection. */
export type Behaviour = (connection: FaultConnection) => void

/** A server on loopback; `bytes` counts what it received, `heads` what requests began with. */
export interface FaultServer {
  readonly port: number
  readonly url: string
  readonly heads: ReadonlyArray<string>
  readonly bytes: () => number
  readonly open: () => number
  /** Waits until a connection has been made, and then until none is left. */
  readonly allClosed: Effect.Effect<void>
}

const eventually = (holds: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (holds() ? Effect.void : Effect.zipRight(Effect.sleep("5 millis"), eventually(holds))))

/** Runs a misbehaving server on 127.0.0.1 until the scope closes; with `tls` it speaks TLS with a self-signed certificate. */
export const faultServer = (
  behaviour: Behaviour,
  options: { readonly tls?: boolean } = {}
): Effect.Effect<FaultServer, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<FaultServer & { readonly stop: () => void }>((resume) => {
      const sockets = new Set<net.Socket>()
      const heads: Array<string> = []
      let bytes = 0
      let made = 0
      const accept = (socket: net.Socket): void => {
        made += 1
        sockets.add(socket)
        socket.on("error", () => {})
        socket.on("close", () => sockets.delete(socket))
        socket.on("data", (chunk: Buffer) => {
          bytes += chunk.length
        })
        behaviour({
          socket,
          onHead: (then) => {
            let received = ""
            let done = false
            socket.on("data", (chunk: Buffer) => {
              if (done) return
              received += chunk.toString("latin1")
              if (!received.includes("\r\n\r\n")) return
              done = true
              heads.push(received.slice(0, received.indexOf("\r\n\r\n")))
              then(received)
            })
          },
          every: (millis, then) => {
            const timer = setInterval(() => (socket.writable ? then() : clearInterval(timer)), millis)
            socket.on("close", () => clearInterval(timer))
          }
        })
      }
      const server = options.tls ? tls.createServer(selfSigned, accept) : net.createServer(accept)
      server.on("tlsClientError", () => {})
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(
          Effect.succeed({
            port,
            url: `${options.tls ? "https://localhost" : "http://127.0.0.1"}:${port}`,
            heads,
            bytes: () => bytes,
            open: () => sockets.size,
            allClosed: eventually(() => made > 0 && sockets.size === 0),
            stop: () => {
              server.close()
              for (const socket of sockets) socket.destroy()
            }
          })
        )
      })
    }),
    (server) => Effect.sync(server.stop)
  )

/** Answers every request with these bytes and leaves the connection open. */
export const answers =
  (head: string, body: string | Buffer = ""): Behaviour =>
  ({ onHead, socket }) =>
    onHead(() => {
      socket.write(`HTTP/1.1 ${head}\r\n\r\n`)
      if (body.length > 0) socket.write(body)
    })

const known = (body: string): string =>
  `200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`

/** A well-behaved answer of JSON. */
export const answersJson = (value: unknown): Behaviour => {
  const body = JSON.stringify(value)
  return answers(known(body), body)
}

const bomb = (): Buffer => zlib.gzipSync(Buffer.alloc(32 * 1024 * 1024))

const endless: Behaviour = ({ onHead, socket }) =>
  onHead(() => {
    const chunk = Buffer.alloc(64 * 1024, "x")
    const pump = (): void => {
      while (socket.writable && socket.write(chunk));
    }
    socket.write("HTTP/1.1 200 OK\r\n\r\n")
    socket.on("drain", pump)
    pump()
  })

const cut =
  (head: string, body: string): Behaviour =>
  ({ onHead, socket }) =>
    onHead(() => socket.end(`HTTP/1.1 ${head}\r\n\r\n${body}`))

const trickle =
  (head: string, millis: number, piece: string): Behaviour =>
  ({ every, onHead, socket }) =>
    onHead(() => {
      socket.write(`HTTP/1.1 ${head}\r\n\r\n`)
      every(millis, () => socket.write(piece))
    })

/** The ways in which a server of one network fault behaves, by name (reliability §3(d)). */
export const faults = {
  resetOnAccept: ({ socket }) => void socket.resetAndDestroy(),
  resetAfterRequest: ({ onHead, socket }) => onHead(() => void socket.resetAndDestroy()),
  closedWithoutAnswer: ({ onHead, socket }) => onHead(() => void socket.end()),
  stallBeforeHeader: ({ onHead }) => onHead(() => {}),
  stallInHeader: ({ onHead, socket }) => onHead(() => void socket.write("HTTP/1.1 200 OK\r\ncontent-")),
  stallInBody: answers("200 OK\r\ncontent-length: 100", '{"ok":'),
  slowLorisHeader: ({ every, onHead, socket }) =>
    onHead(() => {
      socket.write("HTTP/1.1 200 OK\r\nx: ")
      every(10, () => socket.write("x"))
    }),
  slowLorisBody: trickle("200 OK\r\ncontent-length: 100000", 15, "x"),
  steadyTooLong: trickle("200 OK\r\ncontent-length: 1000000", 10, "x".repeat(500)),
  cutKnownLength: cut("200 OK\r\ncontent-length: 100", '{"ok":'),
  cutChunked: cut("200 OK\r\ntransfer-encoding: chunked", '6\r\n{"ok":\r\n'),
  resetInBody: ({ onHead, socket }) =>
    onHead(() => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"ok":')
      setTimeout(() => socket.resetAndDestroy(), 20)
    }),
  badChunkSize: answers("200 OK\r\ntransfer-encoding: chunked", "zz\r\n"),
  hugeHeader: answers(`200 OK\r\nx-huge: ${"x".repeat(32 * 1024)}\r\ncontent-length: 0`),
  sshBanner: ({ socket }) => void socket.write("SSH-2.0-OpenSSH_9.6\r\n"),
  gzipBomb: ({ onHead, socket }) =>
    onHead(() => {
      const body = bomb()
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`)
      socket.write(body)
    }),
  brokenGzip: answers("200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 10", "not gzip!!"),
  unknownEncoding: answers("200 OK\r\ncontent-encoding: zstd\r\ncontent-length: 2", "{}"),
  endlessBody: endless,
  declaredTooLarge: answers("200 OK\r\ncontent-length: 300000000", "{"),
  invalidUtf8: answers("200 OK\r\ncontent-length: 4", Buffer.from([0x22, 0xc3, 0x28, 0x22])),
  invalidJson: answers(known("<html>"), "<html>"),
  upgrade: answers("101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket")
} as const satisfies Record<string, Behaviour>

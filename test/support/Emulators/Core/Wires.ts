import type { ServerResponse } from "node:http"
import type { Socket } from "node:net"
import type { Reply } from "./Types.js"

/** Misbehaviour below HTTP. `early` ones act before the body is read; nothing was accepted then. */
export const wires = {
  "connection-refused": { early: true, summary: "nobody listens" },
  "reset-on-connect": { early: true, summary: "the connection is reset before a byte is read" },
  "reset-before-body": { early: true, summary: "reset once the request's header is read" },
  "close-before-body": { early: true, summary: "closed cleanly once the request's header is read" },
  "stall-before-body": { early: true, summary: "the header is read, then nothing ever happens" },
  "garbage-http": { early: true, summary: "the answer is not HTTP" },
  "reset-after-accept": {
    early: false,
    summary: "work is done, then the connection is reset without an answer"
  },
  "close-after-accept": {
    early: false,
    summary: "work is done, then the connection is closed without an answer"
  },
  "reset-after-headers": { early: false, summary: "work is done, header sent, then reset" },
  "reset-mid-body": { early: false, summary: "work is done, half of the body sent, then reset" },
  stall: { early: false, summary: "work is done, no answer until release()" },
  "stall-after-headers": { early: false, summary: "work is done, header sent, body held until release()" },
  "stall-mid-body": {
    early: false,
    summary: "work is done, half of the body sent, the rest held until release()"
  },
  slow: { early: false, summary: "a right answer after ms (1500)" },
  "slow-drip": { early: false, summary: "a right answer in pieces over ms (1500)" },
  "late-success": { early: false, summary: "a right answer after ms (3000): later than a short deadline" },
  "cut-body": { early: false, summary: "work is done, the body ends before its Content-Length" },
  "cut-chunked": { early: false, summary: "work is done, a chunked body ends without its last chunk" }
} as const satisfies Record<string, { early: boolean; summary: string }>

export type WireName = keyof typeof wires

/** Waits for release(); resolves at once to false when the client has left. */
export type Hold = (socket: Socket) => Promise<boolean>

const pause = (ms: number, socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer)
      socket.removeListener("close", finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    socket.once("close", finish)
  })

export const sendReply = (response: ServerResponse, reply: Reply): void => {
  const empty = reply.status === 204 || reply.status === 304
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(empty ? {} : { "content-length": String(reply.body.length) })
  })
  response.end(empty ? undefined : reply.body)
}

/** Acts before anything is accepted. */
export const deliverEarly = (wire: WireName, socket: Socket): void => {
  if (wire === "stall-before-body") return
  if (wire === "close-before-body") socket.end()
  else if (wire === "garbage-http") socket.end("\x16\x03\x01 this is no HTTP\r\n\r\n")
  else socket.resetAndDestroy()
}

/** Sends a reply the wrong way. */
export const deliverLate = async (
  wire: WireName,
  socket: Socket,
  response: ServerResponse,
  reply: Reply,
  ms: number | undefined,
  hold: Hold
): Promise<void> => {
  const half = reply.body.subarray(0, reply.body.length >> 1)
  const head = (length: number): void => {
    response.writeHead(reply.status, { ...reply.headers, "content-length": String(length) })
    response.flushHeaders()
  }
  switch (wire) {
    case "reset-after-accept":
      socket.resetAndDestroy()
      return
    case "close-after-accept":
      socket.end()
      return
    case "reset-after-headers":
      head(reply.body.length)
      await pause(20, socket)
      socket.resetAndDestroy()
      return
    case "reset-mid-body":
      head(reply.body.length)
      response.write(half)
      await pause(20, socket)
      socket.resetAndDestroy()
      return
    case "stall":
      if (await hold(socket)) sendReply(response, reply)
      return
    case "stall-after-headers":
    case "stall-mid-body": {
      head(reply.body.length)
      const first = wire === "stall-mid-body" ? half.length : 0
      if (first > 0) response.write(half)
      if (await hold(socket)) response.end(reply.body.subarray(first))
      return
    }
    case "slow":
    case "late-success":
      await pause(ms ?? (wire === "slow" ? 1500 : 3000), socket)
      if (!socket.destroyed) sendReply(response, reply)
      return
    case "slow-drip": {
      head(reply.body.length)
      const pieces = 10
      const step = Math.max(1, Math.ceil(reply.body.length / pieces))
      for (let at = 0; at < reply.body.length && !socket.destroyed; at += step) {
        await pause((ms ?? 1500) / pieces, socket)
        response.write(reply.body.subarray(at, at + step))
      }
      response.end()
      return
    }
    case "cut-body":
      head(reply.body.length + 64)
      response.write(half)
      await pause(20, socket)
      socket.end()
      return
    case "cut-chunked":
      response.writeHead(reply.status, { ...reply.headers, "transfer-encoding": "chunked" })
      response.write(half.length > 0 ? half : " ")
      await pause(20, socket)
      socket.end()
      return
    default:
      socket.resetAndDestroy()
  }
}

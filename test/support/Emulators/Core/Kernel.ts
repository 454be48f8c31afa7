import * as http from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { restartPictures } from "../Media/Outputs.js"
import { control } from "./Control.js"
import { makeFiles, serveFile } from "./Files.js"
import { makeLedger } from "./Ledger.js"
import type { FaultSpec, Host, Protocol } from "./Protocol.js"
import { bytesReply } from "./Reply.js"
import { makeScript } from "./Script.js"
import { readBody, strangeHeader } from "./Reading.js"
import type { Emulator, EmulatorOptions, Fault, FaultCall, Point, Reply, Request } from "./Types.js"
import { deliverEarly, deliverLate, type Hold, sendReply, type WireName, wires } from "./Wires.js"

const nowhere: Reply = bytesReply(404, "", Buffer.alloc(0))

/** Runs a vendor's protocol on loopback. */
export const start = async <Plan>(
  protocol: Protocol<Plan>,
  options: EmulatorOptions = {}
): Promise<Emulator> => {
  const key = options.key ?? protocol.defaultKey
  const ledger = makeLedger()
  const script = makeScript(protocol.provider, protocol.faults)
  const sockets = new Set<Socket>()
  const held = new Set<(go: boolean) => void>()
  let url = ""
  const files = makeFiles(() => options.cdnBase ?? url)
  const host: Host = {
    get url() {
      return url
    },
    key,
    files,
    settle: ledger.settle
  }

  const hold: Hold = (socket) =>
    new Promise((resolve) => {
      const left = (): void => finish(false)
      const finish = (go: boolean): void => {
        held.delete(finish)
        socket.removeListener("close", left)
        resolve(go && !socket.destroyed)
      }
      held.add(finish)
      socket.once("close", left)
    })

  const deliver = (
    wire: WireName | undefined,
    request: http.IncomingMessage,
    response: http.ServerResponse,
    reply: Reply,
    ms?: number
  ) => {
    if (wire === undefined) {
      sendReply(response, reply)
      return
    }
    if (wires[wire].early) deliverEarly(wire, request.socket)
    else
      void deliverLate(wire, request.socket, response, reply, ms, hold).catch(() => request.socket.destroy())
  }

  const serveCdn = (
    incoming: http.IncomingMessage,
    response: http.ServerResponse,
    path: string,
    call: FaultCall | undefined
  ): number => {
    const file = files.find(path)
    const reply = serveFile(file, url + path)
    const spec = call && protocol.faults[call.fault]
    if (spec && "reply" in spec) {
      const spoilt = spec.reply(bare(incoming, path, "cdn"), call, key)
      sendReply(response, spoilt)
      return spoilt.status
    }
    const wire = spec && "wire" in spec ? spec.wire : file?.twist.wire
    deliver(
      wire,
      incoming,
      response,
      incoming.method === "HEAD" ? { ...reply, body: Buffer.alloc(0) } : reply,
      call?.ms ?? file?.twist.ms
    )
    return reply.status
  }

  const exchange = (
    incoming: http.IncomingMessage,
    response: http.ServerResponse,
    request: Request
  ): void => {
    const { point } = request
    const draft = point === "submit" ? ledger.open(request) : undefined
    const finish = (status: number, call?: FaultCall): void => {
      if (!draft) ledger.visit(request.point, request.method, request.path, status, call?.fault)
    }
    const strange =
      options.headers === "lenient" ? undefined : strangeHeader(incoming.headers, protocol.headers)
    const checked =
      strange === undefined ? protocol.check(request, host) : { refuse: protocol.badHeader(strange) }
    if ("refuse" in checked) {
      draft?.close({ outcome: "refused", valid: false })
      finish(checked.refuse.status)
      sendReply(response, checked.refuse)
      return
    }
    const call = script.take(request)
    const spec: FaultSpec | undefined = call && protocol.faults[call.fault]
    const fault = call?.fault
    if (call && spec && "reply" in spec) {
      const reply = spec.reply(request, call, key)
      const micros =
        point === "submit" && spec.billed !== "no"
          ? (protocol.perform(checked.plan, {}, host).micros ?? 0)
          : 0
      draft?.close({
        outcome: spec.billed === "yes" ? "accepted" : "refused",
        fault,
        paid: spec.billed === "yes" ? micros : 0,
        atMost: micros
      })
      finish(reply.status, call)
      sendReply(response, reply)
      return
    }
    if (spec && "wire" in spec && wires[spec.wire].early) {
      draft?.close({ outcome: "dropped", fault })
      finish(0, call)
      deliverEarly(spec.wire, incoming.socket)
      return
    }
    const done = protocol.perform(
      checked.plan,
      call && spec && "twist" in spec ? spec.twist(call, url) : {},
      host
    )
    const paid = spec?.billed === "no" ? 0 : (done.micros ?? 0)
    draft?.close({
      outcome: done.outcome ?? "accepted",
      fault,
      paid: spec?.billed === "unknown" ? 0 : paid,
      atMost: paid,
      requestId: done.requestId
    })
    finish(done.reply.status, call)
    deliver(spec && "wire" in spec ? spec.wire : undefined, incoming, response, done.reply, call?.ms)
  }

  const handle = async (incoming: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const target = new URL(incoming.url ?? "/", "http://loopback")
    const path = target.pathname
    const method = incoming.method ?? "GET"
    if (path.startsWith("/__")) {
      sendReply(response, (await control(emulator, method, path, await readBody(incoming))) ?? nowhere)
      return
    }
    if ((method === "GET" || method === "HEAD") && files.find(path)) {
      const call = script.take(bare(incoming, path, "cdn"))
      ledger.visit("cdn", method, path, serveCdn(incoming, response, path, call), call?.fault)
      return
    }
    const point = protocol.route(method, path)
    if (point === undefined) {
      const reply = protocol.noRoute(method, path)
      await readBody(incoming)
      ledger.visit("unknown", method, path, reply.status, undefined)
      sendReply(response, reply)
      return
    }
    const early = script.takeEarly(point)
    if (early) {
      if (point === "submit")
        ledger.open(bare(incoming, path, point)).close({ outcome: "dropped", fault: early.fault })
      else ledger.visit(point, method, path, 0, early.fault)
      deliverEarly(early.fault as WireName, incoming.socket)
      return
    }
    const raw = await readBody(incoming).catch(() => undefined)
    if (raw === undefined) {
      if (point === "submit") ledger.open(bare(incoming, path, point)).close({ outcome: "dropped" })
      return
    }
    exchange(incoming, response, bare(incoming, path, point, raw, Object.fromEntries(target.searchParams)))
  }

  const server = http.createServer((incoming, response) => {
    handle(incoming, response).catch((cause: unknown) => {
      process.stderr.write(
        `emulator ${protocol.provider}: ${cause instanceof Error ? cause.stack : String(cause)}\n`
      )
      incoming.socket.destroy()
    })
  })
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.on("error", () => {})
    socket.on("close", () => sockets.delete(socket))
    if (script.takeNamed("reset-on-connect")) socket.resetAndDestroy()
  })

  const listen = (): Promise<void> =>
    server.listening
      ? Promise.resolve()
      : new Promise((resolve, reject) => {
          server.once("error", reject)
          server.listen(url === "" ? (options.port ?? 0) : Number(new URL(url).port), "127.0.0.1", () => {
            server.removeListener("error", reject)
            url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
            resolve()
          })
        })
  const release = (go: boolean): void => {
    for (const finish of held) finish(go)
  }
  const stopListening = (): Promise<void> =>
    new Promise((resolve) => {
      if (!server.listening) return resolve()
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })

  await listen()
  const emulator: Emulator = {
    provider: protocol.provider,
    url,
    baseUrl: url + protocol.basePath,
    port: Number(new URL(url).port),
    key,
    script: (next: Fault | ((request: Request) => Fault | undefined)) => {
      const call = script.add(next)
      if (call?.fault === "reset-on-connect") server.closeIdleConnections()
      if (call?.fault !== "connection-refused") return
      script.takeNamed("connection-refused")
      void stopListening()
      if (call.ms !== undefined) setTimeout(() => void listen().catch(() => {}), call.ms).unref()
    },
    get submissions() {
      return ledger.submissions()
    },
    get requests() {
      return ledger.visits()
    },
    get jobs() {
      return protocol.jobs?.() ?? []
    },
    get pending() {
      return script.pending()
    },
    get paid() {
      return ledger.paid()
    },
    get paidAtMost() {
      return ledger.paidAtMost()
    },
    release: () => release(true),
    finish: (requestId) => protocol.finish?.(requestId),
    listen,
    reset: async () => {
      script.clear()
      release(false)
      ledger.clear()
      files.clear()
      protocol.forget?.()
      restartPictures()
      await listen()
    },
    close: async () => {
      script.clear()
      release(false)
      await stopListening()
    }
  }
  return emulator
}

const parsed = (headers: http.IncomingHttpHeaders, raw: Buffer): unknown => {
  if (!/^application\/json\b/i.test(headers["content-type"] ?? "")) return undefined
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw))
  } catch {
    return undefined
  }
}

const bare = (
  incoming: http.IncomingMessage,
  path: string,
  point: Point,
  raw: Buffer = Buffer.alloc(0),
  query: Record<string, string> = {}
): Request => ({
  point,
  method: incoming.method ?? "GET",
  path,
  query,
  headers: incoming.headers,
  raw,
  body: parsed(incoming.headers, raw)
})

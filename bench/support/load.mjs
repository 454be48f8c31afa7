/** Load over bare sockets, so that the client takes little of the machine from the server that it measures. */
import { connect } from "node:net"
import { readFileSync } from "node:fs"

/** A request as bytes. */
export const requestOf = ({ body, headers = {}, method = "GET", path }) => {
  const lines = Object.entries({
    host: "127.0.0.1",
    ...(body === undefined
      ? {}
      : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }),
    ...headers
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`
}

/**
 * Keeps `connections` busy, each with one request at a time, until `count` requests are answered or `ms` have passed. `next(n)`
 * makes the bytes of a request; `seen(status, body)` may look at an answer.
 */
export const load = ({ connections, count = Infinity, ms = Infinity, next, port, seen }) =>
  new Promise((resolve, reject) => {
    const latencies = []
    const statuses = {}
    const started = performance.now()
    let asked = 0
    let open = connections
    const ended = () => {
      open -= 1
      if (open > 0) return
      latencies.sort((left, right) => left - right)
      const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]
      const seconds = (performance.now() - started) / 1000
      resolve({ requests: latencies.length, seconds, statuses, p50_ms: at(0.5), p99_ms: at(0.99) })
    }
    const begin = () => {
      const socket = connect(port, "127.0.0.1")
      socket.setNoDelay(true)
      let held = Buffer.alloc(0)
      let sent = 0
      const ask = () => {
        if (asked >= count || performance.now() - started >= ms) {
          socket.destroy()
          return ended()
        }
        asked += 1
        sent = performance.now()
        socket.write(next(asked - 1))
      }
      socket.once("connect", ask)
      socket.once("error", reject)
      socket.once("end", () => reject(new Error("the server closed a connection")))
      socket.on("data", (chunk) => {
        held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
        const end = held.indexOf("\r\n\r\n")
        if (end < 0) return
        const head = held.latin1Slice(0, end)
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
        if (held.length < end + 4 + length) return
        latencies.push(performance.now() - sent)
        const status = Number(head.slice(9, 12))
        statuses[status] = (statuses[status] ?? 0) + 1
        seen?.(status, held.subarray(end + 4, end + 4 + length), head)
        held = held.subarray(end + 4 + length)
        ask()
      })
    }
    for (let index = 0; index < connections; index++) begin()
  })

const ticksPerSecond = 100

/** CPU milliseconds that a process has taken so far, and its resident memory in MiB; Linux only. */
export const usage = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ")
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))
  return {
    cpu_ms: ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond,
    rss_mib: Number(resident?.[1] ?? 0) / 1024
  }
}

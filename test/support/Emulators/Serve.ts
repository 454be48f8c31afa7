import * as http from "node:http"
import type { AddressInfo } from "node:net"
import { parseArgs } from "node:util"
import { control } from "./Core/Control.js"
import { readBody } from "./Core/Reading.js"
import { bytesReply } from "./Core/Reply.js"
import type { ProviderName } from "./Core/Types.js"
import { sendReply } from "./Core/Wires.js"
import { starters } from "./index.js"

/** An emulator as a process: one line of JSON, then it serves until told otherwise. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: "0" },
    key: { type: "string" },
    options: { type: "string", default: "{}" },
    "watch-stdin": { type: "boolean", default: false },
    "max-seconds": { type: "string", default: "900" }
  }
})

const provider = positionals[0]
if (provider === undefined || !Object.hasOwn(starters, provider)) {
  process.stderr.write(
    `usage: serve.mjs ${Object.keys(starters).join("|")} [--port n] [--key k] [--options json] [--watch-stdin] [--max-seconds n]\n`
  )
  process.exit(2)
}
const emulator = await starters[provider as ProviderName]({
  port: Number(values.port),
  ...(values.key === undefined ? {} : { key: values.key }),
  ...JSON.parse(values.options)
})

const desk = http.createServer((incoming, response) => {
  void readBody(incoming)
    .then((body) => control(emulator, incoming.method ?? "GET", incoming.url ?? "/", body))
    .then((reply) => sendReply(response, reply ?? bytesReply(404, "", Buffer.alloc(0))))
    .catch(() => incoming.socket.destroy())
})
await new Promise<void>((resolve) => desk.listen(0, "127.0.0.1", resolve))

const controlUrl = `http://127.0.0.1:${(desk.address() as AddressInfo).port}`
process.stdout.write(
  `${JSON.stringify({ provider, url: emulator.url, baseUrl: emulator.baseUrl, control: controlUrl, key: emulator.key, pid: process.pid })}\n`
)

const stop = (): void => process.exit(0)
setTimeout(stop, Number(values["max-seconds"]) * 1000).unref()
if (values["watch-stdin"]) process.stdin.on("end", stop).on("error", stop).resume()
process.on("SIGTERM", stop)

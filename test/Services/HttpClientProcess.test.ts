import { spawn } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as esbuild from "esbuild"
import { afterAll, beforeAll, describe } from "vitest"
import { answersJson, faultServer, faults } from "../support/FaultServer.js"
import { selfSigned } from "../support/FaultTls.js"

const program = `
import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Deadlines } from "./src/Services/Deadlines.js"
import { layerNode, networkCause } from "./src/Services/HttpClient.js"

const [url, reads] = process.argv.slice(2)
const layer = layerNode().pipe(Layer.provide(Deadlines.layer))
HttpClient.get(url).pipe(
  Effect.flatMap((response) => (reads === "reads" ? response.text : Effect.succeed(String(response.status)))),
  Effect.catchAll((error) => Effect.succeed(networkCause(error).cause)),
  Effect.provide(layer),
  Effect.runPromise
).then((text) => process.stdout.write(text + " " + process.getActiveResourcesInfo().includes("Timeout")))
`

let folder = ""

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "http-client-"))
  fs.writeFileSync(path.join(folder, "ca.pem"), selfSigned.cert)
  await esbuild.build({
    stdin: { contents: program, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    platform: "node",
    format: "cjs",
    supported: { "dynamic-import": false },
    outfile: path.join(folder, "program.cjs")
  })
})
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

// The child ends by itself, or the test does by its time limit: nothing here ends it.
const run = (url: string, reads: "reads" | "leaves", env: Record<string, string> = {}) =>
  Effect.async<{ readonly out: string; readonly err: string; readonly code: number | null }>((resume) => {
    const child = spawn(process.execPath, [path.join(folder, "program.cjs"), url, reads], {
      env: { PATH: process.env["PATH"] ?? "", ...env }
    })
    let out = ""
    let err = ""
    child.stdout.on("data", (chunk) => {
      out += chunk
    })
    child.stderr.on("data", (chunk) => {
      err += chunk
    })
    child.on("close", (code) => resume(Effect.succeed({ out, err, code })))
    return Effect.sync(() => child.kill())
  }).pipe(Effect.timeout("5 seconds"))

describe("a process", () => {
  it.scopedLive("ends right after the answer", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(answersJson({ ok: true }))
      expect(yield* run(server.url, "reads")).toEqual({ out: '{"ok":true} false', err: "", code: 0 })
    })
  )

  it.scopedLive("ends even when it leaves a body unread, however slow or long that is", () =>
    Effect.gen(function* () {
      const env = { NODE_EXTRA_CA_CERTS: path.join(folder, "ca.pem") }
      const misbehaviours = [
        faultServer(faults.stallInBody),
        faultServer(faults.endlessBody),
        faultServer(faults.stallInBody, { tls: true })
      ]
      for (const misbehaviour of misbehaviours) {
        const server = yield* misbehaviour
        expect(yield* run(server.url, "leaves", env)).toMatchObject({ out: "200 false", err: "", code: 0 })
      }
    })
  )

  it.scopedLive("stays while it waits for a body", () =>
    Effect.gen(function* () {
      const server = yield* faultServer(({ onHead, socket }) =>
        onHead(() => {
          socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n")
          setTimeout(() => socket.write("{}"), 300)
        })
      )
      expect(yield* run(server.url, "reads")).toMatchObject({ out: "{} false", code: 0 })
    })
  )

  it.scopedLive("trusts NODE_EXTRA_CA_CERTS, for the names in them only", () =>
    Effect.gen(function* () {
      const env = { NODE_EXTRA_CA_CERTS: path.join(folder, "ca.pem") }
      const server = yield* faultServer(answersJson({ ok: true }), { tls: true })
      expect((yield* run(server.url, "reads", env)).out).toBe('{"ok":true} false')
      const other = yield* run(`https://127.0.0.1:${server.port}`, "reads", env)
      expect(other.out).toBe("err_tls_cert_altname_invalid false")
      expect((yield* run(server.url, "reads")).out).toBe("depth_zero_self_signed_cert false")
    })
  )
})

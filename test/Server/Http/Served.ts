import { createHash } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { request as httpRequest } from "node:http"
import { tmpdir } from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { type Network, readNetwork } from "../../../src/Schema/Address.js"
import { makeLog } from "../../../src/Server/Http/Log.js"
import { serve, type ServeOptions } from "../../../src/Server/Http/Serve.js"

/** A temporary folder that goes with the scope. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(path.join(tmpdir(), "image-skill-served-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Limits that no test reaches by accident. */
export const generous = {
  dailyJobs: 10_000,
  requests: null,
  wrongTokens: null,
  signups: null
} as const

/** Networks as `--trusted-proxy` names them. */
export const networks = (...texts: ReadonlyArray<string>): ReadonlyArray<Network> =>
  texts.map((text) => {
    const network = readNetwork(text)
    if (network === undefined) throw new Error(`${text} is no network`)
    return network
  })

/** A service on a port of its own and an empty folder; it stops with the scope. */
export const served = (options: Partial<ServeOptions> = {}) =>
  Effect.gen(function* () {
    const dataFolder = options.dataFolder ?? (yield* temporaryFolder)
    const lines: Array<string> = []
    const service = yield* Effect.acquireRelease(
      serve({
        host: "127.0.0.1",
        port: 0,
        publicUrl: null,
        log: makeLog("debug", (line) => lines.push(line)),
        drainMs: 2_000,
        ...options,
        policy: { ...generous, ...options.policy },
        dataFolder
      }),
      ({ stop }) => stop
    )
    return { ...service, dataFolder, lines }
  })

/** An answer as it came over the wire. */
export interface Wire {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly bytes: Buffer
  // An envelope is looked into freely by tests.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any
}

/** Sends one request over a real socket, exactly as told. */
export const send = (
  base: string,
  method: string,
  target: string,
  options: {
    readonly token?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: unknown
    readonly raw?: string | Buffer
  } = {}
): Effect.Effect<Wire> =>
  Effect.promise(
    () =>
      new Promise((resolve, reject) => {
        const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
        const url = new URL(base)
        const outgoing = httpRequest(
          {
            host: url.hostname.replace(/^\[|\]$/g, ""),
            port: url.port,
            method,
            path: target,
            agent: false,
            headers: {
              ...(body === undefined
                ? {}
                : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
              ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
              ...options.headers
            }
          },
          (incoming) => {
            const chunks: Array<Buffer> = []
            incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
            incoming.on("error", reject)
            incoming.on("end", () => {
              const bytes = Buffer.concat(chunks)
              resolve({
                status: incoming.statusCode ?? 0,
                headers: incoming.headers as Wire["headers"],
                bytes,
                json: /json/.test(incoming.headers["content-type"] ?? "") ? parse(bytes) : null
              })
            })
          }
        )
        outgoing.on("error", reject)
        outgoing.end(body)
      })
  )

const parse = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString("utf8"))
  } catch {
    return null
  }
}

let signups = 0

/** Signs an agent up; its token and who it is. */
export const signUp = (base: string, name = "agent") =>
  Effect.gen(function* () {
    signups += 1
    const answer = yield* send(base, "POST", "/v1/agent-signups", {
      body: {
        agent_contact: `inbox${signups}@example.com`,
        agent_name: name,
        runtime: "test",
        return_token: true
      }
    })
    return {
      token: String(answer.json.data.token),
      agent: String(answer.json.data.agent_id),
      organization: String(answer.json.data.organization_id),
      contact: `inbox${signups}@example.com`,
      name
    }
  })

/** The body of an upload of a PNG from the caller's disk. */
export const uploadOf = (bytes: Buffer) => ({
  source_kind: "local_path",
  filename: "x.png",
  remote_origin: null,
  mime_type: "image/png",
  content_length: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
  bytes_base64: bytes.toString("base64")
})

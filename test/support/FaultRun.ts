import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { tmpdir } from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { expect } from "vitest"
import { normalise } from "../../src/Commands/Argv.js"
import { allCommands } from "../../src/Commands/index.js"
import { run } from "../../src/Commands/Run.js"
import type { Code } from "../../src/Errors.js"
import { write } from "../../src/Render/Write.js"
import type { Envelope } from "../../src/Schema/Envelope.js"
import { splitWords } from "../../src/Schema/Shell.js"
import { Deadlines } from "../../src/Services/Deadlines.js"
import { Entropy } from "../../src/Services/Entropy.js"
import { Env } from "../../src/Services/Env.js"
import { Files } from "../../src/Services/Files.js"
import { layerClient } from "../../src/Services/Layers.js"
import { Prefix } from "../../src/Services/Prefix.js"
import { Signals } from "../../src/Services/Signals.js"
import { Stdin } from "../../src/Services/Stdin.js"
import { Telemetry } from "../../src/Services/Telemetry.js"
import { Captured, layerCapture } from "../../src/Testing/index.js"

/** The token of every row, and what is never to be seen of it. */
export const token = "isk_r_CANARYtoken0123456789"

/** A PNG of one pixel. */
export const png: Uint8Array = new Uint8Array(
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64"
  )
)

/** A folder to work in, which is also the home folder; it goes with the scope. */
export const workFolder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(path.join(tmpdir(), "image-skill-fault-"))
    mkdirSync(path.join(folder, "work"))
    return folder
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** A request as a server over a real socket received it. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What a server answers; `raw` takes the socket over. */
export type Reply =
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly json?: unknown
      readonly body?: string | Uint8Array
    }
  | { readonly raw: (socket: Socket) => void }

/** A server on loopback that goes with the scope. */
export interface Service {
  readonly url: string
  readonly seen: ReadonlyArray<Seen>
}

/** Runs a server that answers each request as it is told; `self` is its own address. */
export const httpService = (
  reply: (request: Seen, self: string) => Reply
): Effect.Effect<Service, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Service & { readonly stop: () => void }>((resume) => {
      const seen: Array<Seen> = []
      const server = createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("error", () => {})
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          const got = {
            method: request.method ?? "",
            path: request.url ?? "",
            headers: request.headers,
            body: Buffer.concat(chunks).toString()
          }
          seen.push(got)
          const answer = reply(got, address())
          if ("raw" in answer) return answer.raw(request.socket)
          const body =
            answer.json === undefined ? (answer.body ?? "") : Buffer.from(JSON.stringify(answer.json))
          response.writeHead(answer.status ?? 200, {
            ...(answer.json === undefined ? {} : { "content-type": "application/json" }),
            ...answer.headers
          })
          response.end(body)
        })
      })
      const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      server.listen(0, "127.0.0.1", () =>
        resume(
          Effect.succeed({
            url: address(),
            seen,
            stop: () => {
              server.closeAllConnections()
              server.close()
            }
          })
        )
      )
    }),
    ({ stop }) => Effect.sync(stop)
  )

/** A service's success. */
export const fine = (data: object, more: object = {}): Reply => ({
  json: { ok: true, command: "x", trace_id: "trace_0", actor: null, data, warnings: [], error: null, ...more }
})

/** How one command line is run. */
export interface Start {
  readonly argv: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** Standard input; without it, a terminal. */
  readonly stdin?: string
  /** How much faster than in earnest deadlines pass. */
  readonly haste?: number
  readonly stdoutFault?: string
}

/** How it ended. */
export interface Ended {
  readonly envelope: Envelope
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
  readonly millis: number
}

const noServer = () => Promise.reject(new Error("no row of these tables runs the embedded service"))

/** Runs one command line through the real runner, over real sockets and files, with `home` as its home folder. */
export const runIn = (
  home: string,
  { argv, env = {}, haste = 75, stdin, stdoutFault }: Start
): Effect.Effect<Ended> =>
  Effect.gen(function* () {
    const began = performance.now()
    const finished = yield* run(argv, {
      layer: layerClient(noServer),
      docsUrl: (code) => `docs/exit-codes.md#${code.toLowerCase()}`
    })
    const exit = yield* write(finished)
    const { stderr, stdout } = yield* Captured
    const document = finished.bytes === null ? stdout() : stderr()
    return {
      // As it was written: the one document, or this throws.
      envelope: stdoutFault === undefined ? (JSON.parse(document) as Envelope) : finished.envelope,
      exit,
      stdout: document,
      stderr: finished.bytes === null ? stderr() : "",
      millis: performance.now() - began
    }
  }).pipe(
    Effect.provide(
      Layer.mergeAll(
        Deadlines.layerScaled(1 / haste),
        Entropy.layer,
        Prefix.layerOf("image-skill"),
        Signals.layerNone,
        Stdin.layerOf(stdin ?? null),
        Telemetry.layer,
        layerCapture(stdoutFault === undefined ? {} : { stdoutFault })
      ).pipe(
        Layer.provideMerge(Files.layer),
        Layer.provideMerge(Env.layerOf({ HOME: home, IMAGE_SKILL_TOKEN: token, ...env }))
      )
    )
  )

/** What a row of a fault table expects of an end. */
export interface Expected {
  readonly exit: number
  readonly code?: Code | (string & {})
  /** `details.cause`. */
  readonly cause?: string | RegExp
  readonly retryable?: boolean
}

/**
 * What holds of every end, whatever the fault: one document, its exit, a way on that is a command of ours, no stack trace, and nothing
 * of the token.
 */
export const holds = (ended: Ended, expected: Expected): void => {
  const { envelope, exit, stderr, stdout } = ended
  const told = JSON.stringify(envelope.error ?? envelope.data).slice(0, 600)
  expect([exit, envelope.error?.code ?? null], told).toEqual([expected.exit, expected.code ?? null])
  expect(stdout + stderr).not.toMatch(/CANARY|\n {4}at /)
  if (expected.cause !== undefined) {
    const cause = String(envelope.error?.details?.["cause"])
    if (typeof expected.cause === "string") expect(cause).toBe(expected.cause)
    else expect(cause).toMatch(expected.cause)
  }
  if (expected.retryable !== undefined) expect(envelope.error?.retryable, told).toBe(expected.retryable)
  if (envelope.error !== null) {
    const words = splitWords(envelope.error.recovery?.suggested_command ?? "") ?? []
    expect(words[0], told).toBe("image-skill")
    expect(normalise(allCommands, words.slice(1))._tag, told).toBe("Right")
  }
}

/** What lies in the work folder of a home, by name. */
export const worked = (home: string): ReadonlyArray<string> =>
  existsSync(path.join(home, "work")) ? readdirSync(path.join(home, "work")).sort() : []

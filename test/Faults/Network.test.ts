import { createHash } from "node:crypto"
import { writeFileSync } from "node:fs"
import { createServer } from "node:net"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { faultProxy } from "../support/FaultProxy.js"
import {
  type Ended,
  type Expected,
  fine,
  holds,
  httpService,
  png,
  runIn,
  worked,
  workFolder
} from "../support/FaultRun.js"
import { answers, answersJson, type FaultServer, faultServer, faults } from "../support/FaultServer.js"

// reliability §1.2 and §3(d): each behaviour of the transport with one command of each class, over real sockets.

type Fault = keyof typeof faults
const classes = ["read", "keyed write", "upload", "download"] as const
type Class = (typeof classes)[number]

interface Row {
  readonly cause: string | RegExp
  readonly code?: string
  readonly exit?: number
  /** Whether the same read may succeed at once, and is therefore asked three times. */
  readonly again?: boolean
  /** What a download makes of it: bytes are not JSON, and known by their length and hash. */
  readonly download?: Expected
}

const late = { exit: 8, code: "TIMEOUT" }
const altered = { exit: 9, code: "ASSET_INTEGRITY_FAILED", cause: "length" }

const table: Record<Fault, Row> = {
  resetOnAccept: { cause: /econnreset|epipe/, again: true },
  resetAfterRequest: { cause: "econnreset", again: true },
  closedWithoutAnswer: { cause: "econnreset", again: true },
  stallBeforeHeader: { cause: /first_byte_timeout|undefined/, ...late },
  stallInHeader: { cause: /first_byte_timeout|undefined/, ...late },
  slowLorisHeader: { cause: /first_byte_timeout|undefined/, ...late },
  stallInBody: { cause: /idle_timeout|undefined/, ...late },
  slowLorisBody: { cause: /rate_too_low|undefined/, ...late },
  steadyTooLong: { cause: /total_timeout|undefined/, ...late, download: altered },
  cutKnownLength: { cause: "truncated_body", again: true },
  cutChunked: { cause: "truncated_body", again: true },
  resetInBody: { cause: "truncated_body", again: true },
  badChunkSize: { cause: "invalid_http" },
  hugeHeader: { cause: "header_overflow" },
  sshBanner: { cause: "invalid_http" },
  gzipBomb: { cause: "too_large", download: altered },
  brokenGzip: { cause: "bad_encoding" },
  unknownEncoding: { cause: "bad_encoding" },
  endlessBody: { cause: "too_large", download: altered },
  declaredTooLarge: { cause: "too_large", download: { ...late, cause: "idle_timeout" } },
  invalidUtf8: { cause: "invalid_utf8", download: altered },
  invalidJson: { cause: "non_json", code: "HOSTED_API_NON_JSON_RESPONSE", download: altered },
  upgrade: { cause: "invalid_http" }
}

const argvOf = (kind: Class, url: string, work: string, isLate: boolean): ReadonlyArray<string> => {
  const at = ["--api-base-url", url]
  switch (kind) {
    case "read":
      return ["jobs", "show", "job_1", ...at]
    case "keyed write":
      return ["create", "--prompt", "a fox", "--idempotency-key", "key-1", ...at]
    case "upload":
      return ["upload", path.join(work, "in.png"), "--timeout-ms", isLate ? "1000" : "20000", ...at]
    case "download":
      return ["assets", "get", "image_1", "--output", path.join(work, "out.png"), ...at]
  }
}

const expectedOf = (kind: Class, row: Row): Expected => {
  const { cause, code = "HOSTED_API_REQUEST_FAILED", exit = 7 } = row
  if (kind !== "download") return { exit, code, cause }
  return row.download ?? { exit, code: code === "TIMEOUT" ? code : "ASSET_DOWNLOAD_FAILED", cause }
}

interface Result {
  readonly ended: Ended
  readonly left: ReadonlyArray<string>
  readonly connections: number
  readonly heads: FaultServer["heads"]
}

const runCell = (fault: Fault, kind: Class): Effect.Effect<Result> =>
  Effect.gen(function* () {
    const home = yield* workFolder
    const work = path.join(home, "work")
    writeFileSync(path.join(work, "in.png"), png)
    const server = yield* faultServer(faults[fault])
    const asset = {
      asset_id: "image_1",
      url: `${server.url}/a/image_1.png`,
      content_length: 100,
      sha256: createHash("sha256").update("x".repeat(100)).digest("hex")
    }
    // A download asks a sound service where the bytes are; only the media host misbehaves.
    const sound = yield* httpService(({ path: asked }) =>
      asked === "/healthz" ? fine({ status: "ok", media_origin: server.url }) : fine({ asset })
    )
    const url = kind === "download" ? sound.url : server.url
    const isLate = table[fault].code === late.code
    const ended = yield* runIn(home, {
      argv: argvOf(kind, url, work, isLate),
      // What no deadline ends must not be ended by one, on however busy a machine.
      haste: isLate ? 75 : 5
    })
    return { ended, left: worked(home), connections: server.heads.length, heads: server.heads }
  }).pipe(Effect.scoped)

const cells = (Object.keys(faults) as ReadonlyArray<Fault>).flatMap((fault) =>
  classes.map((kind) => ({ fault, kind }))
)
const results = new Map<string, Result>()

describe("a fault of the transport", () => {
  beforeAll(
    () =>
      Effect.runPromise(
        Effect.forEach(
          cells,
          ({ fault, kind }) =>
            Effect.map(runCell(fault, kind), (result) => results.set(`${fault} ${kind}`, result)),
          { concurrency: 8, discard: true }
        )
      ),
    60_000
  )
  afterAll(() => process.stdout.write(`${cells.length} faults of the transport`.concat("\n")))

  for (const { fault, kind } of cells) {
    it(`${fault}, ${kind}`, () => {
      const result = results.get(`${fault} ${kind}`)
      if (result === undefined) throw new Error("did not run")
      const { ended, heads, left } = result
      const row = table[fault]
      holds(ended, expectedOf(kind, row))
      if (row.code === late.code) expect(ended.millis).toBeLessThan(6_000)
      expect(left).toEqual(["in.png"])
      const error = ended.envelope.error
      if (kind === "read" && heads.length > 0) {
        expect(heads.length).toBe(row.again === true ? 3 : 1)
        const tries = (error?.details?.["attempts"] ?? []) as ReadonlyArray<{ cause: string }>
        expect(tries.length).toBe(row.again === true ? 3 : 0)
      }
      if (kind === "keyed write") {
        // Whatever the service got, it got once, and the way on is the same key.
        expect(heads.length).toBeLessThanOrEqual(1)
        expect(error?.recovery?.idempotency_key).toBe("key-1")
        if (error?.details?.["sent"] !== "no") {
          expect(error?.recovery?.suggested_command).toContain("--idempotency-key key-1")
          expect(error?.details?.["outcome"]).toBe("unknown")
          expect(error?.recovery?.retry).toEqual({ policy: "same_key", key: "key-1" })
        }
      }
      if (kind === "upload") expect(heads.length).toBeLessThanOrEqual(1)
    })
  }
})

/** A port on which nobody listens. */
const closedPort = Effect.async<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() =>
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 1))
    )
  })
})

interface Way extends Expected {
  readonly why: string
  readonly url: string
  readonly env?: Readonly<Record<string, string>>
  readonly argv?: ReadonlyArray<string>
}

const whoami = ["whoami"]
const badAddress = { exit: 2, code: "INVALID_ARGUMENTS", cause: "api_base_url", retryable: false }

const ways = (closed: number): ReadonlyArray<Way> => [
  {
    why: "nobody listens",
    url: `http://127.0.0.1:${closed}`,
    exit: 7,
    code: "HOSTED_API_REQUEST_FAILED",
    cause: "econnrefused",
    retryable: true
  },
  {
    why: "nobody listens to a create: nothing was sent",
    url: `http://127.0.0.1:${closed}`,
    argv: ["create", "--prompt", "x"],
    exit: 7,
    code: "HOSTED_API_REQUEST_FAILED",
    cause: "econnrefused",
    retryable: true
  },
  {
    why: "a name that does not exist",
    url: "https://nothing.invalid",
    exit: 7,
    code: "HOSTED_API_REQUEST_FAILED",
    cause: /enotfound|eai_again/
  },
  {
    why: "a proxy that is not there",
    url: "https://service.invalid",
    env: { HTTPS_PROXY: `http://user:CANARYproxy@127.0.0.1:${closed}` },
    exit: 7,
    code: "HOSTED_API_REQUEST_FAILED",
    cause: "proxy_refused"
  },
  {
    why: "a proxy of an unknown kind",
    url: "https://service.invalid",
    env: { ALL_PROXY: "socks5://127.0.0.1:1080" },
    exit: 7,
    code: "HOSTED_API_REQUEST_FAILED",
    cause: "proxy_unsupported",
    retryable: false
  },
  {
    why: "verification switched off",
    url: "https://service.invalid",
    env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
    exit: 7,
    code: "HOSTED_API_REQUEST_FAILED",
    cause: "tls_verification_disabled",
    retryable: false
  },
  ...[
    "not a url",
    "http://127.0.0.1:99999",
    "ftp://127.0.0.1",
    "file:///etc/passwd",
    "http://service.invalid",
    "https://user:CANARYpassword@service.invalid",
    "https://service.invalid/?x=CANARY",
    "https://service.invalid/#x"
  ].map((url): Way => ({ why: `the address ${url}`, url, ...badAddress }))
]

describe("the way to the service", () => {
  it("ends in its own code, whatever is wrong with it", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const home = yield* workFolder
        for (const way of ways(yield* closedPort)) {
          const ended = yield* runIn(home, {
            argv: [...(way.argv ?? whoami), "--api-base-url", way.url],
            ...(way.env === undefined ? {} : { env: way.env })
          })
          holds(ended, way)
        }
      }).pipe(Effect.scoped)
    ))

  it("through a self-signed certificate is refused before a byte is sent", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const home = yield* workFolder
        const server = yield* faultServer(faults.stallBeforeHeader, { tls: true })
        holds(yield* runIn(home, { argv: [...whoami, "--api-base-url", server.url] }), {
          exit: 7,
          code: "HOSTED_API_REQUEST_FAILED",
          cause: "depth_zero_self_signed_cert",
          retryable: false
        })
        expect(server.bytes()).toBe(0)
      }).pipe(Effect.scoped)
    ))

  it("through a proxy that wants a password, or refuses, tells so without its own", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const home = yield* workFolder
        for (const [status, cause] of [
          [407, "proxy_auth_required"],
          [403, "proxy_refused"]
        ] as const) {
          const proxy = yield* faultProxy({ status })
          const ended = yield* runIn(home, {
            argv: [...whoami, "--api-base-url", "https://service.invalid"],
            env: { HTTPS_PROXY: proxy.url.replace("//", "//user:CANARYproxy@") }
          })
          holds(ended, { exit: 7, code: "HOSTED_API_REQUEST_FAILED", cause, retryable: false })
        }
      }).pipe(Effect.scoped)
    ))
})

describe("a redirect of the API is never followed", () => {
  const statuses = [301, 302, 303, 307, 308]
  it.each(statuses)("%i", (status) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const home = yield* workFolder
        const other = yield* faultServer(answersJson({ ok: true, data: { actor: {} } }))
        const server = yield* faultServer(
          answers(`${status} Elsewhere\r\nlocation: ${other.url}/landing\r\ncontent-length: 0`)
        )
        for (const argv of [whoami, ["create", "--prompt", "PROMPT-CANARY", "--idempotency-key", "key-1"]]) {
          const ended = yield* runIn(home, { argv: [...argv, "--api-base-url", server.url] })
          const { envelope } = ended
          expect([ended.exit, envelope.error?.code]).toEqual([7, "HOSTED_API_INVALID_RESPONSE"])
          expect(envelope.error?.details).toMatchObject({
            cause: "unexpected_redirect",
            target_origin: other.url
          })
        }
        expect([other.bytes(), server.heads.length]).toEqual([0, 2])
      }).pipe(Effect.scoped)
    )
  )

  it("to a file, or to itself for ever, is the same", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const home = yield* workFolder
        for (const location of ["file:///etc/passwd", "/v1/whoami", "javascript:alert(1)", ""]) {
          const server = yield* faultServer(
            answers(`302 Found\r\nlocation: ${location}\r\ncontent-length: 0`)
          )
          holds(yield* runIn(home, { argv: [...whoami, "--api-base-url", server.url] }), {
            exit: 7,
            code: "HOSTED_API_INVALID_RESPONSE",
            cause: "unexpected_redirect",
            retryable: false
          })
          expect(server.heads.length).toBe(1)
        }
      }).pipe(Effect.scoped)
    ))
})

import type { IncomingMessage, ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Runtime from "effect/Runtime"
import * as Stream from "effect/Stream"
import { failure, type ImageSkillError } from "../../Errors.js"
import { authOf } from "../../Operations/Operation.js"
import { formatId } from "../../Schema/Ids.js"
import { Entropy } from "../../Services/Entropy.js"
import { Observer, observedOf, unwatched } from "../../Services/Observer.js"
import { bodyLimitOf } from "../Decode.js"
import { askedTraceId, Dispatch, failureOf } from "../Dispatch.js"
import { renderFailure, type ServiceResponse } from "../Reply.js"
import { route } from "../Routes.js"
import type { Assets } from "../Storage/Assets.js"
import type { Blobs } from "../Storage/Blobs.js"
import { serveAsset } from "./AssetFiles.js"
import { type BodyProblem, readBody } from "./Body.js"
import { type Document, type DocumentReply, makeDocuments } from "./Documents.js"
import { isAllowedHost } from "./Hosts.js"
import type { Limits } from "./Limits.js"
import type { Log } from "./Log.js"
import { answerHandoff, answerWebhook, handoffPath, webhookBodyLimit, webhookPath } from "./Payments.js"
import { type IsTrusted, makeCallerOf } from "./Proxies.js"
import { makeEnter, makeShares } from "./Sources.js"
import { makeStanding, replyOf, type Standing } from "./Standing.js"

/** What the edge needs of the service behind it. */
export type EdgeRooms =
  | Dispatch
  | Assets
  | Blobs
  | Entropy
  | Observer
  | Effect.Effect.Context<ReturnType<typeof answerWebhook | typeof answerHandoff>>

/** How the edge is set up. */
export interface EdgeOptions {
  readonly loopback: boolean
  readonly host: string
  readonly publicUrl: string
  /** What the service serves about itself. */
  readonly documents: ReadonlyArray<Document>
  readonly log: Log
  /** The longest silence of a body, in milliseconds. */
  readonly bodyIdleMs: number
  readonly limits: Limits
  /** Which addresses are proxies that tell whom they speak for. */
  readonly isTrusted: IsTrusted
  /** Where an error code is described. */
  readonly docsUrl?: (code: string) => string
}

/** HTTP over the dispatch: what is of HTTP alone (hosts, sizes, slowness, assets' bytes) ends here (contract §6). */
export interface Edge {
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void
  /** Waits until nothing is under way, but no longer than so many milliseconds. */
  readonly idle: (ms: number) => Promise<void>
  /** Ends what is still under way: its callers are told that the service is going. */
  readonly interrupt: () => Promise<void>
  /** How many requests are under way. */
  readonly active: () => number
}

/** Makes the edge on a service's runtime. */
export const makeEdge = (runtime: Runtime.Runtime<EdgeRooms>, options: EdgeOptions): Edge => {
  const fork = Runtime.runFork(runtime)
  const running = new Set<Fiber.RuntimeFiber<unknown, unknown>>()
  const prefix = new URL(options.publicUrl).pathname.replace(/\/+$/, "")
  const documentAt = makeDocuments(options.documents, options.publicUrl)
  const standing = makeStanding()
  const entropy = Context.get(runtime.context, Entropy)
  const observer = Context.get(runtime.context, Observer)
  const refusal = refusalOf(options.docsUrl)
  const space = makeShares(options.limits.bodies, options.limits.bodiesOfOne)
  const callerOf = makeCallerOf(options.isTrusted)
  const enter = makeEnter(options.limits.connectionsOfOne)

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const started = performance.now()
    const seen = { operation: "none", traceId: "" }
    response.once("close", () =>
      options.log("info", "request", {
        method: (request.method ?? "").slice(0, 10),
        operation: seen.operation,
        status: response.writableFinished ? response.statusCode : 0,
        ms: Math.round(performance.now() - started),
        trace_id: seen.traceId
      })
    )
    const { source, viaProxy } = callerOf(request)
    // A connection of a proxy is nobody's: what bounds one client there is how many requests it has under way.
    if (viaProxy && !enter(source, request, response)) {
      seen.traceId = traceIdOf(request.headers)
      return send(response, refusal(seen.traceId, tooMany()), { close: hasBody(request) })
    }
    const known = knownAnswer(request, started)
    if (known !== null) {
      seen.operation = known.operation
      seen.traceId = traceIdOf(request.headers)
      sendStanding(request, response, known, seen.traceId)
      if (observer !== unwatched) {
        const now = Date.now()
        const time = { started: now, ended: now }
        fork(observer.record(observedOf(known.operation, "ok", null, time, { traceId: seen.traceId })))
      }
      return
    }
    // No spans are made that nobody collects: whoever watches is told by the observer.
    const fiber = fork(Effect.withTracerEnabled(handle(request, response, source, seen), false))
    running.add(fiber)
    fiber.addObserver((exit) => {
      running.delete(fiber)
      if (Exit.isSuccess(exit)) return
      if (!Cause.isInterruptedOnly(exit.cause)) {
        options.log("error", "defect", { operation: seen.operation, trace_id: seen.traceId })
      }
      const error = failureOf(exit.cause as Cause.Cause<ImageSkillError>)
      if (response.headersSent) response.destroy()
      else send(response, refusal(seen.traceId, error), { close: true })
    })
  }

  const traceIdOf = (headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>) => {
    const asked = headers["x-image-skill-trace-id"]
    return (
      (typeof asked === "string" ? askedTraceId({ "x-image-skill-trace-id": asked }) : null) ??
      formatId("trace", entropy.bytes(16))
    )
  }

  /** The answer to a request that needs nothing of the service but what it said a moment ago. */
  const knownAnswer = (request: IncomingMessage, now: number): Standing | null =>
    (request.method === "GET" || request.method === "HEAD") &&
    !hasBody(request) &&
    request.headers.expect === undefined &&
    request.headers.host !== undefined &&
    isAllowedHost(request.headers.host, options)
      ? standing.find(request.url ?? "/", now)
      : null

  const handle = (
    request: IncomingMessage,
    response: ServerResponse,
    source: string,
    seen: { operation: string; traceId: string }
  ): Effect.Effect<void, never, EdgeRooms> =>
    Effect.gen(function* () {
      const headers = headersOf(request)
      seen.traceId = traceIdOf(headers)
      const refuse = (error: ImageSkillError, status: number, extra?: Readonly<Record<string, string>>) =>
        // The body was not read, so nothing more can come over this connection.
        Effect.sync(() =>
          send(response, refusal(seen.traceId, error, status, extra), { close: hasBody(request) })
        )
      if (request.headers.host === undefined && request.httpVersion === "1.1") {
        return yield* refuse(failure("INVALID_ARGUMENTS", "the request has no host header"), 400)
      }
      if (request.headers.expect !== undefined && !/^100-continue$/i.test(request.headers.expect)) {
        return yield* refuse(
          failure("INVALID_ARGUMENTS", "nothing but 100-continue can be expected here"),
          417
        )
      }
      if (!isAllowedHost(request.headers.host, options)) {
        return yield* refuse(failure("INVALID_ARGUMENTS", "the host header does not name this service"), 421)
      }
      const at = locationOf(request.url ?? "/", prefix)
      if (at === null) return yield* refuse(failure("NOT_FOUND", "there is no such endpoint"), 404)
      const method = request.method === "HEAD" ? "GET" : (request.method ?? "")

      if (at.path.startsWith("/a/") && at.path.indexOf("/", 3) < 0) {
        seen.operation = "assets.bytes"
        if (method !== "GET") {
          return yield* refuse(failure("INVALID_ARGUMENTS", "assets are only read here"), 405, {
            allow: "GET, HEAD"
          })
        }
        return yield* sendAsset(request, response, at.path.slice(3), headers, seen.traceId, refusal)
      }

      const document = documentAt(at.path, headers["if-none-match"])
      if (document !== null) {
        seen.operation = "documents"
        if (method !== "GET") {
          return yield* refuse(failure("INVALID_ARGUMENTS", "documents are only read here"), 405, {
            allow: "GET, HEAD"
          })
        }
        return yield* Effect.sync(() => sendDocument(request, response, document, seen.traceId))
      }

      if (at.path.startsWith(handoffPath)) {
        seen.operation = "credits.handoff"
        if (method !== "GET") {
          return yield* refuse(failure("INVALID_ARGUMENTS", "a payment's link is only followed here"), 405, {
            allow: "GET, HEAD"
          })
        }
        const id = at.path.slice(handoffPath.length)
        const reply = yield* answerHandoff(id, at.query.has("returned"), seen.traceId)
        return yield* Effect.sync(() => send(response, reply, { close: false }))
      }

      const isEvent = at.path === webhookPath
      if (isEvent && method !== "POST") {
        return yield* refuse(failure("INVALID_ARGUMENTS", "events are posted here"), 405, { allow: "POST" })
      }
      const { match } = route(method, at.path)
      seen.operation = isEvent ? "webhooks.stripe" : (match?.id ?? "none")
      const incoming: Incoming = { request, response, source, isWhole: false, status: null }
      if (isEvent) {
        const reply = yield* readWhole(incoming, webhookBodyLimit).pipe(
          Effect.matchEffect({
            onSuccess: (body) => answerWebhook(body, headers, seen.traceId, options.log),
            onFailure: (error) => Effect.succeed(refusal(seen.traceId, error))
          })
        )
        return yield* Effect.sync(() => sendIncoming(incoming, reply))
      }
      const limit = match === null ? 0 : bodyLimitOf(match.operation)
      const dispatch = yield* Dispatch
      const reply = yield* dispatch.handle({
        method,
        path: at.path,
        query: at.query,
        headers: { ...headers, "x-image-skill-trace-id": seen.traceId },
        body: (isKnown) =>
          readFor(incoming, limit, isKnown || (match !== null && authOf(match.operation, {}) === "none")),
        remote: source
      })
      const kept =
        hasBody(request) && !incoming.isWhole
          ? null
          : standing.keep(request.url ?? "/", match?.id, reply, seen.traceId, performance.now())
      if (kept === null) sendIncoming(incoming, reply)
      else sendStanding(request, response, kept, seen.traceId)
    })

  /** A body of at most so many bytes; of a stranger much less, unless no token is asked of anybody. */
  const readFor = (
    incoming: Incoming,
    limit: number,
    isWelcome: boolean
  ): Effect.Effect<Uint8Array, ImageSkillError> => {
    const { strangersBody } = options.limits
    if (isWelcome || limit <= strangersBody) return readWhole(incoming, limit)
    return Effect.mapError(readWhole(incoming, strangersBody), (error) => {
      if (incoming.status !== 413) return error
      incoming.status = 401
      return failure("AUTH_REQUIRED", `a body larger than ${strangersBody} bytes needs a token`)
    })
  }

  const readWhole = (incoming: Incoming, limit: number): Effect.Effect<Uint8Array, ImageSkillError> =>
    Effect.suspend(() => {
      const { request, response, source } = incoming
      const refuse = (error: ImageSkillError, status: number) => {
        incoming.status = status
        return Effect.fail(error)
      }
      if (limit === 0) return Effect.succeed(new Uint8Array())
      if (!isJson(request.headers["content-type"])) {
        return refuse(
          failure("INVALID_ARGUMENTS", "the body must be sent as content-type: application/json"),
          415
        )
      }
      const encoding = request.headers["content-encoding"]
      if (encoding !== undefined && encoding !== "identity") {
        return refuse(failure("INVALID_ARGUMENTS", "the body must be sent uncompressed"), 415)
      }
      if (request.headers.expect !== undefined && Number(request.headers["content-length"] ?? 0) <= limit) {
        response.writeContinue()
      }
      const read = readBody(request, {
        limit,
        idleMs: options.bodyIdleMs,
        leastRate: options.limits.leastRate,
        space: {
          take: (bytes) => space.take(source, bytes),
          give: (bytes) => space.give(source, bytes)
        }
      })
      return Effect.flatMap(
        Effect.promise(() => read),
        (ended) => {
          if (ended._tag === "Problem") {
            const { error, status } = problems[ended.problem](limit)
            return refuse(error, status)
          }
          incoming.isWhole = true
          return Effect.succeed(ended.bytes)
        }
      )
    })

  return {
    onRequest,
    active: () => running.size,
    idle: (ms) =>
      Effect.runPromise(
        Effect.asVoid(Effect.timeoutOption(Effect.forEach(running, Fiber.await, { discard: true }), ms))
      ),
    interrupt: () => Effect.runPromise(Effect.asVoid(Fiber.interruptAll(running)))
  }
}

/** A request whose body may still be outside. */
interface Incoming {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly source: string
  isWhole: boolean
  /** HTTP's finer word for why the body was not read. */
  status: number | null
}

// What was not read still stands in the connection: nothing more can come over it.
const sendIncoming = ({ isWhole, request, response, status }: Incoming, reply: ServiceResponse): void =>
  send(response, status === null ? reply : { ...reply, status }, { close: hasBody(request) && !isWhole })

const problems: Readonly<
  Record<BodyProblem, (limit: number) => { readonly status: number; readonly error: ImageSkillError }>
> = {
  too_large: (limit) => ({
    status: 413,
    error: failure("INVALID_ARGUMENTS", `the body is larger than ${limit} bytes`, { details: { limit } })
  }),
  too_slow: () => ({ status: 408, error: failure("TIMEOUT", "the body came too slowly") }),
  crowded: () => ({
    status: 429,
    error: failure("RATE_LIMITED", "too many large bodies at once", { recovery: { retry_after_seconds: 2 } })
  }),
  aborted: () => ({ status: 400, error: failure("INVALID_ARGUMENTS", "the body broke off") })
}

const tooMany = () =>
  failure("RATE_LIMITED", "too many requests of one address at once", {
    recovery: { retry_after_seconds: 2 }
  })

const headersOf = (request: IncomingMessage): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : value
    ])
  )

const hasBody = (request: IncomingMessage): boolean =>
  request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0

// A web page may send any body as text or a form without being asked; JSON it may send nowhere but home.
const isJson = (type: string | undefined): boolean => /^application\/json\s*(?:;|$)/i.test(type ?? "")

/** Path and query of a request target, below the prefix of the public address, if it has one. */
const locationOf = (
  target: string,
  prefix: string
): { readonly path: string; readonly query: URLSearchParams } | null => {
  if (!target.startsWith("/") || target.startsWith("//")) return null
  const mark = target.indexOf("?")
  const path = mark < 0 ? target : target.slice(0, mark)
  const query = new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1))
  return prefix !== "" && path.startsWith(`${prefix}/`)
    ? { path: path.slice(prefix.length), query }
    : { path, query }
}

const refusalOf =
  (docsUrl?: (code: string) => string) =>
  (
    traceId: string,
    error: ImageSkillError,
    status?: number,
    headers?: Readonly<Record<string, string>>
  ): ServiceResponse =>
    renderFailure({ command: "image-skill", traceId, actor: null, docsUrl }, error, {
      ...(status === undefined ? {} : { status }),
      ...(headers === undefined ? {} : { headers })
    })

const send = (
  response: ServerResponse,
  { body, headers, status }: ServiceResponse,
  { close }: { readonly close: boolean }
): void => {
  if (response.destroyed || response.headersSent) return
  const bytes = Buffer.from(body)
  response.writeHead(status, {
    ...headers,
    "content-length": bytes.length,
    ...(close ? { connection: "close" } : {})
  })
  // Node leaves the body out by itself when the request was HEAD.
  response.end(bytes)
}

const sendStanding = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Standing,
  traceId: string
): void => {
  if (response.destroyed || response.headersSent) return
  const { headers, status } = replyOf(answer, traceId, request.headers["if-none-match"])
  response.writeHead(status, headers)
  if (status === 304) return void response.end()
  // One system call for both halves.
  response.cork()
  response.write(`${answer.before}${traceId}`)
  response.end(answer.after)
}

const sendDocument = (
  request: IncomingMessage,
  response: ServerResponse,
  { body, headers, status }: DocumentReply,
  traceId: string
): void => {
  response.writeHead(status, { ...headers, "x-request-id": traceId, "x-image-skill-exit-code": "0" })
  response.end(request.method === "HEAD" || body === null ? undefined : body)
}

const sendAsset = (
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  headers: Readonly<Record<string, string | undefined>>,
  traceId: string,
  refusal: ReturnType<typeof refusalOf>
): Effect.Effect<void, never, Assets | Blobs> =>
  Effect.gen(function* () {
    const reply = yield* serveAsset(file, headers)
    if (reply._tag === "Refused") {
      return yield* Effect.sync(() =>
        send(response, refusal(traceId, reply.error, reply.status, reply.headers), { close: false })
      )
    }
    response.writeHead(reply.status, {
      ...reply.headers,
      "x-request-id": traceId,
      "x-image-skill-exit-code": "0"
    })
    const { body } = reply
    if (body === null || request.method === "HEAD") return yield* Effect.sync(() => void response.end())
    if (body instanceof Uint8Array) return yield* Effect.sync(() => void response.end(body))
    yield* Stream.runForEach(body, (piece) => written(response, piece)).pipe(
      Effect.match({
        onSuccess: () => void response.end(),
        // The length was told already; a broken connection is the only way to say that the rest is not coming.
        onFailure: () => void response.destroy()
      })
    )
  })

const written = (response: ServerResponse, piece: Uint8Array): Effect.Effect<void, ImageSkillError> =>
  Effect.async((resume) => {
    if (response.destroyed) return resume(Effect.fail(failure("INTERRUPTED", "the reader has gone")))
    const onClose = () => resume(Effect.fail(failure("INTERRUPTED", "the reader has gone")))
    response.once("close", onClose)
    response.write(piece, () => {
      response.off("close", onClose)
      resume(Effect.void)
    })
  })

/** Answers what is not HTTP, too long a header, or too slow a one, on the bare connection. */
export const onClientError = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (!socket.writable) return void socket.destroy()
  const [status, reason, problem] =
    error.code === "HPE_HEADER_OVERFLOW"
      ? ([
          431,
          "Request Header Fields Too Large",
          failure("INVALID_ARGUMENTS", "the header is too large")
        ] as const)
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? ([408, "Request Timeout", failure("TIMEOUT", "the request came too slowly")] as const)
        : ([
            400,
            "Bad Request",
            failure("INVALID_ARGUMENTS", "this is not a request that HTTP allows")
          ] as const)
  const { body, headers } = refusalOf()(
    formatId("trace", crypto.getRandomValues(new Uint8Array(16))),
    problem,
    status
  )
  const lines = Object.entries({
    ...headers,
    "content-length": String(Buffer.byteLength(body)),
    connection: "close"
  })
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`
  )
}

import * as path from "node:path"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { codeRow, failure, type ImageSkillError, isImageSkillError } from "../Errors.js"
import { type AnyServiceOperation, authOf } from "../Operations/Operation.js"
import { makeId } from "../Services/Entropy.js"
import { Observer, observedOf, unwatched } from "../Services/Observer.js"
import { layerEffect } from "../Stack.js"
import { Authenticator } from "./Authenticator.js"
import { decode } from "./Decode.js"
import { actorOf, type Identity } from "./Domain/Identity.js"
import type { Again, Handler, ServiceRooms } from "./Handlers/Handler.js"
import { handlers } from "./Handlers/index.js"
import { Manual } from "./Manual.js"
import { render, renderFailure, renderSuccess, type ServiceResponse } from "./Reply.js"
import { route } from "./Routes.js"
import { Assets } from "./Storage/Assets.js"
import { Blobs } from "./Storage/Blobs.js"

export type { ServiceResponse } from "./Reply.js"

/** A request as any way in hands it over; header names are in lower case. */
export interface ServiceRequest {
  readonly method: string
  /** Path without the service's own prefix. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  /** As it came, or how it is read once it is known who sends it. */
  readonly body: Uint8Array | Unread
  /** The network address behind the request; none for the embedded way in. */
  readonly remote?: string
}

/** Reads a body; of somebody who showed no token that is known, not far. */
export type Unread = (isKnown: boolean) => Effect.Effect<Uint8Array, ImageSkillError>

/**
 * The service's one inside, free of HTTP: routes, authenticates, decodes, checks grants, handles, encodes. Both ways in, the
 * embedded transport and the server, come through here.
 */
export class Dispatch extends Context.Tag("image-skill/Server/Dispatch")<
  Dispatch,
  {
    readonly handle: (request: ServiceRequest) => Effect.Effect<ServiceResponse>
    /** Reads an asset's content to its end, for whoever read it past the service; what is wrong is put aside and told (contract §9). */
    readonly verify: (file: string) => Effect.Effect<ServiceResponse>
  }
>() {
  /** Over the rooms of a service. */
  static readonly layer = layerEffect(
    Dispatch,
    Effect.gen(function* () {
      const authenticator = yield* Authenticator
      // With the observer too, where the service has one.
      const rooms = yield* Effect.context<ServiceRooms>()
      return {
        handle: (request) => Effect.provide(answer(request, authenticator), rooms),
        verify: (file) => Effect.provide(verify(file), rooms)
      }
    })
  )
}

const tracePattern = /^trace_[0-9a-f]{16,64}$/

/** The trace id that a caller asked for, if it is one. */
export const askedTraceId = (headers: ServiceRequest["headers"]): string | null => {
  const asked = headers["x-image-skill-trace-id"] ?? ""
  return tracePattern.test(asked) ? asked : null
}

const tokenNeeded = () => failure("AUTH_REQUIRED", "this operation needs a token")

const answer = (
  request: ServiceRequest,
  authenticator: typeof Authenticator.Service,
  // Whether it came from outside, and so may have a command run.
  isFirst = true
): Effect.Effect<ServiceResponse, never, ServiceRooms> =>
  Effect.gen(function* () {
    const traceId = askedTraceId(request.headers) ?? (yield* makeId("trace"))
    const rooms = yield* Effect.context<ServiceRooms>()
    const docsUrl = Option.getOrUndefined(yield* Effect.serviceOption(Manual))?.docsUrl
    const { allowed, match } = route(request.method, request.path)
    if (match === null) {
      const nobody = { command: "image-skill", traceId, actor: null, docsUrl }
      return allowed.length === 0
        ? renderFailure(nobody, failure("NOT_FOUND", "there is no such endpoint"))
        : renderFailure(
            nobody,
            failure("INVALID_ARGUMENTS", `this endpoint does not take ${request.method.slice(0, 10)}`, {
              details: { allowed }
            }),
            { status: 405, headers: { allow: allowed.join(", ") } }
          )
    }
    const { id, operation, parameters } = match
    const started = yield* Clock.currentTimeMillis
    const seen: { identity: Identity | null } = { identity: null }
    // Its span takes no stack trace: that would be written even where spans are off, and costs 10 µs.
    const handled = yield* Effect.exit(
      Effect.gen(function* () {
        // The token first: a body is read, and decoded, for whom it is known to be worth it.
        if (authOf(operation, {}) !== "none") {
          seen.identity = yield* authenticator.authenticate(
            bearerOf(request.headers["authorization"]),
            request.remote ?? null
          )
        }
        const isKnown = seen.identity !== null
        // Which of them needs no token for some requests must see the request to tell.
        if (!isKnown && operation.auth === "required") {
          return yield* Effect.fail(tokenNeeded())
        }
        const body = typeof request.body === "function" ? yield* request.body(isKnown) : request.body
        const decoded = yield* Effect.either(decode(operation, { ...request, body }, parameters))
        const auth = authOf(
          operation,
          Either.getOrElse(decoded, () => ({}))
        )
        // Before the request's own faults: a stranger learns nothing about what would fit.
        if (auth === "required" && seen.identity === null) {
          return yield* Effect.fail(tokenNeeded())
        }
        if (id === "cli" && !isFirst) {
          return yield* Effect.fail(
            failure("PUBLIC_CLI_COMMAND_NOT_AVAILABLE", "a command runs no other command")
          )
        }
        yield* checkGrant(operation, seen.identity)
        // Looked up by the operation's own id, so request and handler belong together.
        const handler = handlers[id] as Handler<AnyServiceOperation>
        const caller = {
          identity: seen.identity,
          traceId,
          remote: request.remote ?? null,
          again: (next: Again) =>
            Effect.provide(answer(inTheNameOf(request, next, traceId), authenticator, false), rooms)
        }
        const reply = yield* handler(yield* decoded, caller)
        const data = yield* Schema.encode(operation.output)(reply.data as never).pipe(Effect.orDie)
        return { ...reply, data: data as Readonly<Record<string, unknown>> }
      }).pipe(Effect.withSpan("Dispatch.handle", { captureStackTrace: false }))
    )
    const speaking = {
      command: ["image-skill", ...operation.command].join(" "),
      traceId,
      actor: seen.identity === null ? null : actorOf(seen.identity),
      docsUrl
    }
    yield* observe(operation.id, traceId, started, handled)
    if (handled._tag === "Success" && handled.value.envelope !== undefined) {
      const { envelope, exitCode = 0 } = handled.value
      return render(envelope.ok ? 200 : (codeRow(envelope.error.code)?.status ?? 500), exitCode, envelope)
    }
    return handled._tag === "Success"
      ? renderSuccess(speaking, handled.value.data, handled.value)
      : renderFailure(speaking, failureOf(handled.cause))
  })

const verify = (file: string): Effect.Effect<ServiceResponse, never, ServiceRooms> =>
  Effect.gen(function* () {
    const nobody = { command: "image-skill assets get", traceId: yield* makeId("trace"), actor: null }
    return yield* Effect.gen(function* () {
      const found = yield* (yield* Assets).locate(path.parse(file).name)
      if (found === null || found.deleted) {
        return yield* Effect.fail(failure("NOT_FOUND", "there is no such asset"))
      }
      yield* Stream.runDrain((yield* Blobs).stream(found.asset.sha256, found.asset.extension))
    }).pipe(
      Effect.match({
        onFailure: (error) => renderFailure(nobody, error),
        onSuccess: () => renderSuccess(nobody, {}, {})
      })
    )
  })

/**
 * The outermost middleware, the only place of the service that reads a cause. What is not a failure of ours is a defect: its
 * text may hold anything, so only the trace id is told.
 */
export const failureOf = (cause: Cause.Cause<ImageSkillError>): ImageSkillError =>
  Cause.failureOption(cause).pipe(
    Option.filter(isImageSkillError),
    Option.getOrElse(() =>
      Cause.isInterruptedOnly(cause)
        ? failure("TIMEOUT", "the service is shutting down; ask again when it is back, under the same key")
        : failure("INTERNAL_ERROR", "the service failed in an unexpected way; the trace id names the request")
    )
  )

/** Tells whoever watches the service how an operation ended; for most services that is nobody. */
const observe = (
  operation: string,
  traceId: string,
  started: number,
  handled: Exit.Exit<{ readonly data: Readonly<Record<string, unknown>> }, ImageSkillError>
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const observer = yield* Effect.serviceOption(Observer)
    if (observer._tag === "None" || observer.value === unwatched) return
    const ended = yield* Clock.currentTimeMillis
    const time = { started, ended }
    yield* observer.value.record(
      handled._tag === "Success"
        ? observedOf(operation, "ok", null, time, { traceId, data: handled.value.data })
        : observedOf(
            operation,
            Cause.isInterruptedOnly(handled.cause) ? "interrupted" : "failed",
            failureOf(handled.cause).code,
            time,
            { traceId }
          )
    )
  })

/** A request that a handler makes for its caller: under the caller's token and address, whatever it says itself. */
const inTheNameOf = (first: ServiceRequest, next: Again, traceId: string): ServiceRequest => ({
  ...next,
  headers: {
    ...next.headers,
    authorization: first.headers["authorization"],
    "x-image-skill-trace-id": traceId
  },
  ...(first.remote === undefined ? {} : { remote: first.remote })
})

// A header that is there but holds no token is a wrong token, not a missing one.
const bearerOf = (header: string | undefined): string | null => {
  if (header === undefined || !/^Bearer\b/i.test(header)) return null
  return /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(header)?.[1] ?? ""
}

const checkGrant = (
  operation: AnyServiceOperation,
  identity: Identity | null
): Effect.Effect<void, ImageSkillError> =>
  operation.grant === undefined || identity === null || identity.grants.includes(operation.grant)
    ? Effect.void
    : Effect.fail(
        failure("CAPABILITY_DENIED", `this token lacks the grant ${operation.grant}`, {
          details: { missing_grant: operation.grant }
        })
      )

import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import {
  codeRow,
  exitCodeOf,
  failure,
  type ImageSkillError,
  type InvalidArguments,
  isImageSkillError
} from "../Errors.js"
import type { AnyServiceOperation } from "../Operations/Operation.js"
import type { Envelope } from "../Schema/Envelope.js"
import { makeId } from "../Services/Entropy.js"
import { Authenticator } from "./Authenticator.js"
import { actorOf, type Identity } from "./Domain/Identity.js"
import { toEnvelopeError } from "./Domain/JobError.js"
import type { Handler, ServiceRooms } from "./Handlers/Handler.js"
import { handlers } from "./Handlers/index.js"
import { route } from "./Routes.js"

/** A request as any way in hands it over; header names are in lower case. */
export interface ServiceRequest {
  readonly method: string
  /** Path without the service's own prefix. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

/** An answer as any way in sends it: always an envelope (contract §6). */
export interface ServiceResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Largest JSON body of every operation but upload, in bytes. */
export const jsonBodyLimit = 512 * 1024
/** Largest body of an upload: 25 MiB as base64 and its frame, in bytes. */
export const uploadBodyLimit = 36 * 1024 * 1024

/**
 * The service's one inside, free of HTTP: routes, authenticates, decodes, checks grants, handles, encodes. Both ways in, the
 * embedded transport and the server, come through here.
 */
export class Dispatch extends Context.Tag("image-skill/Server/Dispatch")<
  Dispatch,
  { readonly handle: (request: ServiceRequest) => Effect.Effect<ServiceResponse> }
>() {
  /** Over the rooms of a service. */
  static readonly layer = Layer.effect(
    Dispatch,
    Effect.gen(function* () {
      const authenticator = yield* Authenticator
      const rooms = yield* Effect.context<ServiceRooms>()
      return {
        handle: (request) => Effect.provide(answer(request, authenticator), rooms)
      }
    })
  )
}

const tracePattern = /^trace_[0-9a-f]{16,64}$/

const answer = (
  request: ServiceRequest,
  authenticator: typeof Authenticator.Service
): Effect.Effect<ServiceResponse, never, ServiceRooms> =>
  Effect.gen(function* () {
    const asked = request.headers["x-image-skill-trace-id"] ?? ""
    const traceId = tracePattern.test(asked) ? asked : yield* makeId("trace")
    const seen: { identity: Identity | null; command: string } = { identity: null, command: "image-skill" }
    const handled = yield* Effect.exit(
      Effect.gen(function* () {
        const { allowed, match } = route(request.method, request.path)
        if (match === null) return yield* Effect.fail(noRoute(request.method, allowed))
        const { id, operation, parameters } = match
        seen.command = ["image-skill", ...operation.command].join(" ")
        const decoded = yield* Effect.either(decode(operation, request, parameters))
        const auth = operation.auth(Either.getOrElse(decoded, () => ({})))
        if (auth !== "none") {
          seen.identity = yield* authenticator.authenticate(bearerOf(request.headers["authorization"]))
        }
        // Before the request's own faults: a stranger learns nothing about what would fit.
        if (auth === "required" && seen.identity === null) {
          return yield* Effect.fail(failure("AUTH_REQUIRED", "this operation needs a token"))
        }
        yield* checkGrant(operation, seen.identity)
        // Looked up by the operation's own id, so request and handler belong together.
        const handler = handlers[id] as Handler<AnyServiceOperation>
        const reply = yield* handler(yield* decoded, { identity: seen.identity, traceId })
        const data = yield* Schema.encode(operation.output)(reply.data as never).pipe(Effect.orDie)
        return { ...reply, data: data as Readonly<Record<string, unknown>> }
      }).pipe(Effect.withSpan("Dispatch.handle"))
    )
    const actor = seen.identity === null ? null : actorOf(seen.identity)
    const common = { command: seen.command, trace_id: traceId, actor }
    if (handled._tag === "Success") {
      const { data, status = 200, warnings = [] } = handled.value
      return render(status, 0, { ok: true, ...common, data, warnings, error: null })
    }
    const error = failureOf(handled.cause)
    return render(codeRow(error.code)?.status ?? 500, exitCodeOf(error), {
      ok: false,
      ...common,
      data: null,
      warnings: error.warnings ?? [],
      error: toEnvelopeError(error)
    })
  })

// The outermost middleware, the only place of the service that reads a cause. What is not a failure of ours is a defect: its text
// may hold anything, so only the trace id is told.
const failureOf = (cause: Cause.Cause<ImageSkillError>): ImageSkillError =>
  Cause.failureOption(cause).pipe(
    Option.filter(isImageSkillError),
    Option.getOrElse(() =>
      Cause.isInterruptedOnly(cause)
        ? failure("TIMEOUT", "the service is shutting down; the work goes on when it is back")
        : failure("INTERNAL_ERROR", "the service failed in an unexpected way; the trace id names the request")
    )
  )

const render = (status: number, exit: number, envelope: Envelope): ServiceResponse => {
  const retryAfter = envelope.error?.recovery?.retry_after_seconds
  return {
    status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "x-image-skill-exit-code": String(exit),
      "x-request-id": envelope.trace_id,
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) })
    },
    body: JSON.stringify(envelope)
  }
}

const noRoute = (method: string, allowed: ReadonlyArray<string>): ImageSkillError =>
  allowed.length === 0
    ? failure("NOT_FOUND", "there is no such endpoint")
    : failure("INVALID_ARGUMENTS", `this endpoint does not take ${method.slice(0, 10)}`, {
        details: { allowed }
      })

const bearerOf = (header: string | undefined): string | null => {
  const match = /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(header ?? "")
  return match?.[1] ?? null
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

const decode = (
  operation: AnyServiceOperation,
  request: ServiceRequest,
  parameters: Readonly<Record<string, string>>
): Effect.Effect<unknown, InvalidArguments> =>
  Effect.gen(function* () {
    const { wire } = operation
    const headers = Object.fromEntries(
      Object.entries(wire.headers ?? {}).flatMap(([field, header]) => {
        const value = request.headers[header]
        return value === undefined ? [] : [[field, value]]
      })
    )
    const rest =
      wire.method === "POST"
        ? yield* readBody(operation, request)
        : yield* readQuery(operation, request.query)
    return yield* Schema.decodeUnknown(wire.request, { onExcessProperty: "error" })({
      ...rest,
      ...headers,
      ...parameters
    }).pipe(Effect.mapError(invalid))
  })

const readBody = (
  operation: AnyServiceOperation,
  request: ServiceRequest
): Effect.Effect<Record<string, unknown>, InvalidArguments> =>
  Effect.gen(function* () {
    const limit = operation.id === "upload" ? uploadBodyLimit : jsonBodyLimit
    const refuse = (reason: string) => Effect.fail(failure("INVALID_ARGUMENTS", reason))
    if (request.body.length > limit) return yield* refuse(`the body is larger than ${limit} bytes`)
    const parsed = yield* Effect.try({
      try: (): unknown => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(request.body)),
      catch: () => failure("INVALID_ARGUMENTS", "the body is not JSON in UTF-8")
    })
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
      return yield* refuse("the body is not a JSON object")
    }
    return { ...parsed }
  })

// Query text becomes what the schema's field is: a number, a boolean or text, and never more than one of a name.
const readQuery = (
  operation: AnyServiceOperation,
  query: URLSearchParams
): Effect.Effect<Record<string, unknown>, InvalidArguments> =>
  Effect.gen(function* () {
    const values: Record<string, unknown> = {}
    const kinds = queryKinds(operation)
    for (const [name, text] of query) {
      if (Object.hasOwn(values, name)) {
        return yield* Effect.fail(
          failure("INVALID_ARGUMENTS", "a query parameter stands twice", {
            details: { path: name.slice(0, 60) }
          })
        )
      }
      const kind = kinds.get(name) ?? "text"
      values[name] =
        kind === "number" && /^-?\d{1,15}$/.test(text)
          ? Number(text)
          : kind === "boolean" && (text === "true" || text === "false")
            ? text === "true"
            : text
    }
    return values
  })

const kindsById = new Map<string, ReadonlyMap<string, "number" | "boolean" | "text">>()

const queryKinds = (operation: AnyServiceOperation): ReadonlyMap<string, "number" | "boolean" | "text"> => {
  const known = kindsById.get(operation.id)
  if (known !== undefined) return known
  const kinds = new Map<string, "number" | "boolean" | "text">()
  const { ast } = Schema.encodedSchema(operation.wire.request as Schema.Schema<unknown, unknown>)
  if (ast._tag === "TypeLiteral") {
    for (const property of ast.propertySignatures) {
      const tag = property.type._tag
      kinds.set(
        String(property.name),
        tag === "NumberKeyword" ? "number" : tag === "BooleanKeyword" ? "boolean" : "text"
      )
    }
  }
  kindsById.set(operation.id, kinds)
  return kinds
}

/** The first place where a request does not fit, and what was expected there; the value itself may be a prompt. */
const invalid = (error: ParseResult.ParseError): InvalidArguments => {
  const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
  const path = (issue?.path ?? []).map(String).join(".").slice(0, 80)
  const expected =
    issue?._tag === "Missing"
      ? "a value"
      : issue?._tag === "Unexpected"
        ? "no such field"
        : (/^[Ee]xpected ([^,]{1,200}?)(?:, actual .*)?$/s.exec(issue?.message ?? "")?.[1] ?? "another value")
  return failure(
    "INVALID_ARGUMENTS",
    path === "" ? `the request does not fit: expected ${expected}` : `${path}: expected ${expected}`,
    { details: { path, expected } }
  )
}

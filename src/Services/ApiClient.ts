import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { getPropertySignatures } from "effect/SchemaAST"
import { failure, type ImageSkillError, type InvalidArguments, isImageSkillError } from "../Errors.js"
import {
  type AnyOperation,
  type AnyServiceOperation,
  type Auth,
  authOf,
  type InputOf,
  type OutputOf,
  type RequestOf
} from "../Operations/Operation.js"
import { version } from "../Version.js"
import { layerEffect } from "../Stack.js"
import { askAgain } from "./Again.js"
import { type Answer, readAnswer } from "./Answer.js"
import { Deadlines } from "./Deadlines.js"
import { type Attachment, withAttachment } from "./Attachment.js"
import { networkCause, NetworkFault } from "./HttpClient.js"
import { Invocation } from "./Invocation.js"
import { Observer, watched } from "./Observer.js"
import { type Service, Target } from "./Target.js"
import { TokenSource } from "./TokenSource.js"

/** The client's half of the wire: sends one operation's request and reads what comes back (contract §2, §6). */
export class ApiClient extends Context.Tag("image-skill/ApiClient")<
  ApiClient,
  {
    /** Sends a request; fails with any of the nine errors. A network failure tells in `details.sent` whether the service may have it. */
    readonly call: <O extends AnyServiceOperation>(
      operation: O,
      request: RequestOf<O>,
      attachment?: Attachment
    ) => Effect.Effect<Answer<OutputOf<O>>, ImageSkillError>
  }
>() {
  /** Over the transport that is provided, to the target's address. */
  static readonly layer = layerEffect(
    ApiClient,
    Effect.gen(function* () {
      const http = HttpClient.withTracerPropagation(yield* HttpClient.HttpClient, false)
      const target = yield* Target
      const tokens = yield* TokenSource
      const deadlines = yield* Deadlines
      const { traceId } = yield* Invocation
      const observer = yield* Effect.serviceOption(Observer)

      const authorization = (auth: Auth, service: Service) =>
        Effect.gen(function* () {
          if (service.kind === "embedded" || auth === "none") return {}
          const found = yield* tokens.find(service.origin)
          if (found !== null) return { authorization: `Bearer ${Redacted.value(found.token)}` }
          return auth === "optional"
            ? {}
            : yield* Effect.fail(
                failure("AUTH_REQUIRED", `this needs a token for ${service.origin}, and none was found`, {
                  details: { origin: service.origin }
                })
              )
        })

      const exchange = <O extends AnyServiceOperation>(
        { output, tells = () => true, wire }: O,
        request: RequestOf<O>,
        address: string,
        encoded: EncodedRequest,
        authorized: { readonly authorization?: string },
        attachment: Attachment | undefined
      ): Effect.Effect<Answer<OutputOf<O>>, ImageSkillError> =>
        http
          .execute(
            HttpClientRequest.make(wire.method)(`${address}${encoded.path}`, {
              headers: {
                accept: "application/json",
                "user-agent": `image-skill/${version}`,
                "x-image-skill-trace-id": traceId,
                ...encoded.headers,
                ...authorized
              },
              ...(encoded.body === null
                ? {}
                : {
                    body:
                      attachment === undefined
                        ? HttpBody.text(encoded.body, "application/json; charset=utf-8")
                        : withAttachment(encoded.body, attachment)
                  })
            })
          )
          .pipe(
            Effect.flatMap((answer) =>
              Effect.map(answer.text, (text) => ({
                status: answer.status,
                headers: answer.headers,
                text,
                tokenSent: "authorization" in { ...encoded.headers, ...authorized }
              }))
            ),
            Effect.mapError(requestFailure),
            Effect.flatMap((response) => readAnswer(output, response, (answer) => tells(answer, request))),
            Effect.scoped
          )

      return {
        call: (operation, request, attachment) =>
          watched(
            observer,
            operation.id,
            Effect.gen(function* () {
              const service = yield* target.resolve
              const encoded = yield* encodeRequest(operation, request)
              const authorized = yield* authorization(authOf(operation, request), service)
              const asked = exchange(operation, request, service.baseUrl, encoded, authorized, attachment)
              return yield* isRepeatable(operation, service) ? askAgain(asked, deadlines) : asked
            }),
            {
              traceId,
              of: (answer) => ({ traceId, data: answer.data as Readonly<Record<string, unknown>> })
            }
          ).pipe(Effect.withSpan(`ApiClient.${operation.id}`))
      }
    })
  )
}

// Only what changes nothing, and never the question whether the service is there, whose answer is the first one.
const isRepeatable = ({ id, wire }: AnyServiceOperation, { kind }: Service): boolean =>
  kind === "remote" && wire.method === "GET" && id !== "health"

interface EncodedRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

// The command line is checked before; a program's values are checked by the compiler only. The parse error itself would print the prompt.
const misfit = (error: ParseResult.ParseError): InvalidArguments => {
  const fields = ParseResult.ArrayFormatter.formatErrorSync(error).map(({ path }) => path.join("."))
  return unfit([...new Set(fields)])
}

const unfit = (fields: ReadonlyArray<string>): InvalidArguments =>
  failure("INVALID_ARGUMENTS", `the input does not fit: ${fields.join(", ")}`, { details: { fields } })

// A misspelt guard would be dropped in silence, and become no guard (contract §4). Only what a service answers stays open.
const strict = { onExcessProperty: "error" } as const

/** Checks an operation's input before anything is read or sent for it; `INVALID_ARGUMENTS` names the fields, also unknown ones. */
export const checkInput = <O extends AnyOperation>(
  operation: O,
  input: InputOf<O>
): Effect.Effect<void, InvalidArguments> =>
  Effect.asVoid(Effect.mapError(Schema.validate(operation.input, strict)(input), misfit))

/** Refuses fields that an operation's input does not know, where a dropped one would change what is done; values are not looked at. */
export const checkFields = (
  operation: AnyOperation,
  input: object
): Effect.Effect<void, InvalidArguments> => {
  const known = new Set(getPropertySignatures(operation.input.ast).map(({ name }) => name))
  const fields = Object.keys(input).filter((name) => !known.has(name))
  return fields.length === 0 ? Effect.void : Effect.fail(unfit(fields))
}

const encodeRequest = <O extends AnyServiceOperation>(
  { wire }: O,
  request: RequestOf<O>
): Effect.Effect<EncodedRequest, ImageSkillError> =>
  Schema.encodeUnknown(
    wire.request,
    strict
  )(request).pipe(
    Effect.mapError(misfit),
    Effect.map((encoded) => {
      const rest: Record<string, unknown> = { ...(encoded as Record<string, unknown>) }
      const take = (name: string): string => {
        const value = String(rest[name])
        delete rest[name]
        return value
      }
      const path = wire.path.replace(/:([a-z_]+)/g, (_, name: string) => encodeURIComponent(take(name)))
      const headers = Object.fromEntries(
        Object.entries(wire.headers ?? {})
          .filter(([name]) => rest[name] !== undefined)
          .map(([name, header]) => [header, take(name)])
      )
      if (wire.method === "POST") return { path, headers, body: JSON.stringify(rest) }
      const query = new URLSearchParams(
        Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)])
      ).toString()
      return { path: query === "" ? path : `${path}?${query}`, headers, body: null }
    })
  )

/** The failure of an exchange that brought no readable answer; `details.sent` is `maybe` once the service may have the request. */
export const requestFailure = (error: HttpClientError): ImageSkillError => {
  // The embedded transport fails with our own errors: the folder, the engine, the database.
  if (isImageSkillError(error.cause)) return error.cause
  // So does what was being read while it was sent.
  if (error.cause instanceof NetworkFault && isImageSkillError(error.cause.origin)) return error.cause.origin
  const { cause, phase, retryable, sent, timeout } = networkCause(error)
  return timeout
    ? failure("TIMEOUT", `the service did not answer in time (${cause})`, { details: { cause, phase, sent } })
    : failure("HOSTED_API_REQUEST_FAILED", `the request to the service failed (${cause})`, {
        retryable,
        details: { cause, phase, sent }
      })
}

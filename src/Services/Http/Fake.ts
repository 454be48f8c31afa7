import * as HttpClient from "@effect/platform/HttpClient"
import { type HttpClientError, RequestError } from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import { type CauseName, type FaultOptions, makeFault, type Phase } from "./Fault.js"
import { fromBytes, type ResponseHead } from "./Response.js"

/** A request as the fake received it; the body as bytes, empty when there was none. */
export interface RecordedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What the fake answers: bytes or text, a JSON value, or a fault of the network. */
export type FakeAnswer =
  | (ResponseHead & { readonly body?: Uint8Array | string })
  | { readonly status?: number; readonly headers?: ResponseHead["headers"]; readonly json: unknown }
  | ({ readonly fault: CauseName; readonly phase?: Phase } & FaultOptions)

/** Decides the fake's answer to a request; an Effect may wait, to test interruption. */
export type FakeHandler = (request: RecordedRequest) => FakeAnswer | Effect.Effect<FakeAnswer>

/** The requests that a fake transport received, in their order. */
export class FakeRequests extends Context.Tag("image-skill/Services/Http/FakeRequests")<
  FakeRequests,
  { readonly all: Effect.Effect<ReadonlyArray<RecordedRequest>>; readonly clear: Effect.Effect<void> }
>() {}

const bodyOf = (request: HttpClientRequest): Effect.Effect<Uint8Array, RequestError> => {
  const body = request.body
  const encodeError = (origin?: unknown) =>
    new RequestError({
      request,
      reason: "Encode",
      cause: makeFault("request_body_failed", "send", { origin }),
      description: "request_body_failed"
    })
  switch (body._tag) {
    case "Empty":
      return Effect.succeed(new Uint8Array())
    case "Uint8Array":
      return Effect.succeed(body.body)
    case "Stream":
      return Stream.runFold(body.stream, new Uint8Array(), (all, chunk) => {
        const next = new Uint8Array(all.length + chunk.length)
        next.set(all)
        next.set(chunk, all.length)
        return next
      }).pipe(Effect.mapError(encodeError))
    default:
      return Effect.fail(encodeError())
  }
}

const answerOf = (request: HttpClientRequest, answer: FakeAnswer) => {
  if ("fault" in answer) {
    const cause = makeFault(answer.fault, answer.phase ?? "connect", answer)
    return Effect.fail<HttpClientError>(
      new RequestError({ request, reason: "Transport", cause, description: cause.cause })
    )
  }
  return Effect.succeed(
    "json" in answer
      ? fromBytes(request, {
          status: answer.status ?? 200,
          headers: { "content-type": "application/json", ...answer.headers },
          body: JSON.stringify(answer.json)
        })
      : fromBytes(request, answer)
  )
}

/** A transport in memory for tests: `handler` answers, `FakeRequests` tells what was asked. */
export const layerFake = (handler: FakeHandler): Layer.Layer<HttpClient.HttpClient | FakeRequests> =>
  Layer.effectContext(
    Effect.map(Ref.make<ReadonlyArray<RecordedRequest>>([]), (requests) => {
      const client = HttpClient.make((request, url) =>
        Effect.gen(function* () {
          const recorded: RecordedRequest = {
            method: request.method,
            url: url.href,
            headers: { ...request.headers },
            body: yield* bodyOf(request)
          }
          yield* Ref.update(requests, (all) => [...all, recorded])
          const answer = handler(recorded)
          return yield* answerOf(request, Effect.isEffect(answer) ? yield* answer : answer)
        })
      )
      return Context.make(HttpClient.HttpClient, client.pipe(HttpClient.withTracerPropagation(false))).pipe(
        Context.add(FakeRequests, { all: Ref.get(requests), clear: Ref.set(requests, []) })
      )
    })
  )

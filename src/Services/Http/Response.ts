import * as Cookies from "@effect/platform/Cookies"
import * as Headers from "@effect/platform/Headers"
import { ResponseError } from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import * as ClientResponse from "@effect/platform/HttpClientResponse"
import * as IncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type CauseName, makeFault, type NetworkFault } from "./Fault.js"

/** A body that is read piece by piece: the next bytes, or null at its end. */
export type Pull = Effect.Effect<Uint8Array | null, NetworkFault>

/** Status and header of an answer; several values of one name are a list. */
export interface ResponseHead {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
}

const concat = (chunks: ReadonlyArray<Uint8Array>): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

const collect = (pull: Pull): Effect.Effect<Uint8Array<ArrayBuffer>, NetworkFault> =>
  Effect.gen(function* () {
    const chunks: Array<Uint8Array> = []
    for (let chunk = yield* pull; chunk !== null; chunk = yield* pull) chunks.push(chunk)
    return concat(chunks)
  })

const noBody = "this transport reads no multipart answers"

// The platform's own implementation wraps a web Response, whose first use costs 25–40 ms (feasibility §1).
class LightResponse extends Inspectable.Class implements ClientResponse.HttpClientResponse {
  readonly [IncomingMessage.TypeId]: IncomingMessage.TypeId = IncomingMessage.TypeId
  readonly [ClientResponse.TypeId]: ClientResponse.TypeId = ClientResponse.TypeId
  readonly status: number
  readonly headers: Headers.Headers
  readonly remoteAddress = Option.none<string>()
  readonly #setCookie: ReadonlyArray<string>
  readonly #bytes: Effect.Effect<Uint8Array<ArrayBuffer>, ResponseError>
  readonly #stream: Stream.Stream<Uint8Array, ResponseError>

  constructor(
    readonly request: HttpClientRequest,
    head: ResponseHead,
    body: Uint8Array | Pull
  ) {
    super()
    this.status = head.status
    this.headers = Headers.fromInput(head.headers ?? {})
    const cookie = head.headers?.["set-cookie"] ?? []
    this.#setCookie = typeof cookie === "string" ? [cookie] : cookie
    if (body instanceof Uint8Array) {
      this.#bytes = Effect.sync(() => concat([body]))
      this.#stream = Stream.suspend(() => (body.length === 0 ? Stream.empty : Stream.succeed(body)))
    } else {
      const pull = once(body)
      this.#bytes = Effect.runSync(Effect.cached(Effect.mapError(collect(pull()), this.#fail)))
      this.#stream = Stream.suspend(() =>
        Stream.unfoldChunkEffect(pull(), (next) =>
          Effect.map(next, (chunk) =>
            chunk === null ? Option.none() : Option.some([Chunk.of(chunk), next] as const)
          )
        )
      ).pipe(Stream.mapError(this.#fail))
    }
  }

  readonly #fail = (fault: NetworkFault): ResponseError =>
    new ResponseError({
      request: this.request,
      response: this,
      reason: "Decode",
      cause: fault,
      description: fault.cause
    })

  #decode<A>(cause: CauseName, decode: () => A): Effect.Effect<A, ResponseError> {
    return Effect.try({ try: decode, catch: () => this.#fail(makeFault(cause, "body")) })
  }

  get cookies(): Cookies.Cookies {
    return Cookies.fromSetCookie(this.#setCookie)
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, ResponseError> {
    return Effect.map(this.#bytes, (bytes) => bytes.buffer)
  }

  get stream(): Stream.Stream<Uint8Array, ResponseError> {
    return this.#stream
  }

  get text(): Effect.Effect<string, ResponseError> {
    return Effect.flatMap(this.#bytes, (bytes) =>
      this.#decode("invalid_utf8", () => new TextDecoder("utf-8", { fatal: true }).decode(bytes))
    )
  }

  get json(): Effect.Effect<unknown, ResponseError> {
    return Effect.flatMap(this.text, (text) =>
      this.#decode("invalid_json", () => (text === "" ? null : (JSON.parse(text) as unknown)))
    )
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, ResponseError> {
    return Effect.map(this.text, (text) => UrlParams.fromInput(new URLSearchParams(text)))
  }

  get formData(): Effect.Effect<FormData, ResponseError> {
    return Effect.fail(
      new ResponseError({ request: this.request, response: this, reason: "Decode", description: noBody })
    )
  }

  // The platform's `inspect` would read the body, and show it.
  toJSON(): unknown {
    return {
      _id: "@effect/platform/HttpClientResponse",
      status: this.status,
      headers: Inspectable.redact(this.headers)
    }
  }
}

// Bytes that came over a wire can be read once; a second reader must not see an empty body as the whole one.
const once = (pull: Pull): (() => Pull) => {
  let taken = false
  return () => {
    let mine = false
    return Effect.suspend((): Pull => {
      if (!mine && taken) return Effect.fail(makeFault("body_consumed", "body"))
      taken = mine = true
      return pull
    })
  }
}

/** A platform response over bytes that are already here: the embedded transport's and the fakes'. */
export const fromBytes = (
  request: HttpClientRequest,
  response: ResponseHead & { readonly body?: Uint8Array | string | undefined }
): ClientResponse.HttpClientResponse =>
  new LightResponse(
    request,
    response,
    typeof response.body === "string"
      ? new TextEncoder().encode(response.body)
      : (response.body ?? new Uint8Array())
  )

/** A platform response whose body is pulled from elsewhere, once; its failures become ResponseErrors. */
export const fromPull = (
  request: HttpClientRequest,
  head: ResponseHead,
  pull: Pull
): ClientResponse.HttpClientResponse => new LightResponse(request, head, pull)

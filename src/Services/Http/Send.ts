import type { ClientRequest } from "node:http"
import type { HttpBody } from "@effect/platform/HttpBody"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Exchange } from "./Exchange.js"
import { makeFault, type NetworkFault } from "./Fault.js"

/** A request's body as the transport writes it; a length of null means that only its end tells. */
export interface Outgoing {
  readonly length: number | null
  readonly contentType?: string | undefined
  readonly bytes: Uint8Array | Stream.Stream<Uint8Array, unknown>
}

const refuse = (origin?: unknown): NetworkFault =>
  makeFault("request_body_failed", "send", { sent: "no", origin })

/** Reads the platform's body; FormData goes through Node's own encoder, and any other foreign value is refused. */
export const outgoing = (body: HttpBody): Effect.Effect<Outgoing, NetworkFault> =>
  Effect.suspend((): Effect.Effect<Outgoing, NetworkFault> => {
    switch (body._tag) {
      case "Empty":
        return Effect.succeed({ length: 0, bytes: new Uint8Array() })
      case "Uint8Array":
        return Effect.succeed({ length: body.body.length, bytes: body.body })
      case "Stream":
        return Effect.succeed({ length: body.contentLength ?? null, bytes: body.stream })
      case "FormData": {
        const encoded = new Response(body.formData)
        const source = encoded.body
        if (source === null) return Effect.fail(refuse())
        return Effect.succeed({
          length: null,
          contentType: encoded.headers.get("content-type") ?? undefined,
          bytes: Stream.fromReadableStream(
            () => source,
            (cause) => cause
          )
        })
      }
      case "Raw": {
        const bytes = typeof body.body === "string" ? new TextEncoder().encode(body.body) : body.body
        return bytes instanceof Uint8Array
          ? Effect.succeed({ length: bytes.length, bytes })
          : Effect.fail(refuse())
      }
    }
  })

/** A request's bytes at once, for transports that hand them over instead of sending them; a stream's own failure is its failure. */
export const wholeBody = (body: HttpBody): Effect.Effect<Uint8Array, unknown> => {
  if (body._tag === "Uint8Array") return Effect.succeed(body.body)
  if (body._tag !== "Stream") return Effect.succeed(new Uint8Array())
  return Effect.map(Stream.runCollect(body.stream), (pieces) => Buffer.concat([...pieces]))
}

// Small enough that a write that is done tells how far a slow line has come.
const slice = 16 * 1024

/** Writes a body as fast as the other side takes it, under the idle and rate limits, and ends the request. */
export const send = (
  exchange: Exchange,
  request: ClientRequest,
  body: Outgoing
): Effect.Effect<void, NetworkFault> => {
  let taken = 0
  const watch = exchange.meter(() => taken)
  const step = (write: (done: () => void) => void, size: number): Effect.Effect<void, NetworkFault> =>
    exchange.step<void>((done) => {
      const stop = watch()
      write(() => {
        taken += size
        done()
      })
      return stop
    })
  const write = (chunk: Uint8Array): Effect.Effect<void, NetworkFault> =>
    step((done) => {
      // A failed write is reported by the socket's own error.
      request.write(chunk, (error) => (error ? undefined : done()))
    }, chunk.length)
  const end = (chunk: Uint8Array): Effect.Effect<void, NetworkFault> =>
    step((done) => {
      if (chunk.length === 0) request.end(done)
      else request.end(chunk, done)
    }, chunk.length + 1)

  const { bytes, length } = body
  if (bytes instanceof Uint8Array) {
    const last = Math.max(0, Math.ceil(bytes.length / slice) - 1) * slice
    return Effect.gen(function* () {
      for (let at = 0; at < last; at += slice) yield* write(bytes.subarray(at, at + slice))
      yield* end(bytes.subarray(last))
    })
  }
  let given = 0
  return Stream.runForEach(Stream.mapError(bytes, failedBody), (chunk) => {
    given += chunk.length
    if (length !== null && given > length) return Effect.fail(failedBody())
    return Effect.gen(function* () {
      for (let at = 0; at < chunk.length; at += slice) yield* write(chunk.subarray(at, at + slice))
    })
  }).pipe(
    // The service would wait for the rest of a body that is shorter than was said.
    Effect.zipRight(
      Effect.suspend(() =>
        length !== null && given < length ? Effect.fail(failedBody()) : end(new Uint8Array())
      )
    )
  )
}

const failedBody = (origin?: unknown): NetworkFault => makeFault("request_body_failed", "send", { origin })

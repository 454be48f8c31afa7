import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as Duration from "effect/Duration"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type DeadlinesShape, withRequestLimits } from "../../../Services/Deadlines.js"
import type { Env } from "../../../Services/Env.js"
import type { ConnectOptions } from "../../../Services/Http/Connect.js"
import { execute } from "../../../Services/Http/Node.js"
import { type NetworkCause, networkCause, proxyFor } from "../../../Services/HttpClient.js"
import { version } from "../../../Version.js"

/** One request to a vendor; the key is put in as late as possible and shows nowhere. */
export interface Ask {
  readonly method: "GET" | "POST" | "PUT"
  readonly url: string
  readonly authorization?: Redacted.Redacted | null
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: { readonly contentType: string; readonly bytes: Uint8Array }
  /** The whole exchange, answer and all. */
  readonly within: Duration.DurationInput
  /** Cap on the answer's decoded body, in bytes. */
  readonly maxBytes: number
}

/** A vendor's answer, whatever its status. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly bytes: Uint8Array
}

/** An exchange that broke; `status` is there when the answer had begun. */
export class Broken extends Data.TaggedError("Broken")<{
  readonly network: NetworkCause
  readonly status: number | null
}> {}

/** Speaks with vendors: one connection a request, never redirected, never traced (contract §1). */
export type Exchange = (ask: Ask) => Effect.Effect<Reply, Broken>

/** Over the network, by the caller's proxy; `addresses` decides where may be connected to. */
export const makeExchange = (
  env: typeof Env.Service,
  deadlines: DeadlinesShape,
  addresses?: ConnectOptions["addresses"]
): Exchange => {
  const client = HttpClient.make(
    execute(deadlines, { proxy: proxyFor(env.get), env: env.get, addresses })
  ).pipe(
    HttpClient.withTracerPropagation(false),
    // A span would carry the address, whose path may hold a provider's id.
    HttpClient.withTracerDisabledWhen(() => true),
    HttpClient.withScope
  )
  return (ask) =>
    Effect.gen(function* () {
      const request = HttpClientRequest.make(ask.method)(ask.url, {
        headers: {
          accept: "application/json",
          "user-agent": `image-skill/${version}`,
          ...ask.headers,
          ...(ask.authorization === undefined || ask.authorization === null
            ? {}
            : { authorization: Redacted.value(ask.authorization) })
        }
      })
      const sent =
        ask.body === undefined
          ? request
          : HttpClientRequest.bodyUint8Array(request, ask.body.bytes, ask.body.contentType)
      const response = yield* client
        .execute(sent)
        .pipe(Effect.mapError((error) => new Broken({ network: networkCause(error), status: null })))
      const buffer = yield* response.arrayBuffer.pipe(
        Effect.mapError((error) => new Broken({ network: networkCause(error), status: response.status }))
      )
      return { status: response.status, headers: response.headers, bytes: new Uint8Array(buffer) }
    }).pipe(
      Effect.scoped,
      withRequestLimits({ total: ask.within, firstByte: ask.within, maxBytes: ask.maxBytes })
    )
}

/** An answer's body as text; bytes that are no UTF-8 become replacement characters, for they are only looked at. */
export const bodyText = (reply: Pick<Reply, "bytes">): string => new TextDecoder().decode(reply.bytes)

/** A JSON body. */
export const jsonBody = (value: unknown): NonNullable<Ask["body"]> => ({
  contentType: "application/json",
  bytes: new TextEncoder().encode(JSON.stringify(value))
})

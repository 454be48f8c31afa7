import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { fromBytes } from "../Services/HttpClient.js"
import { Dispatch } from "./Dispatch.js"

/** The transport of the embedded service: requests go straight into the handler table, without port or socket (contract §9). */
export const layerTransport = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(Dispatch, (dispatch) =>
    HttpClient.make((request, url) =>
      dispatch
        .handle({
          method: request.method,
          path: url.pathname,
          query: url.searchParams,
          headers: request.headers,
          body: request.body._tag === "Uint8Array" ? request.body.body : new Uint8Array()
        })
        .pipe(
          Effect.map(({ body, headers, status }) =>
            fromBytes(request, { status, headers, body: new TextEncoder().encode(body) })
          )
        )
    )
  )
)

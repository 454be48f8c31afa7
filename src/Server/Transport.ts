import * as HttpClient from "@effect/platform/HttpClient"
import { RequestError } from "@effect/platform/HttpClientError"
import * as Effect from "effect/Effect"
import { fromBytes, wholeBody } from "../Services/HttpClient.js"
import { layerEffect } from "../Stack.js"
import { Dispatch } from "./Dispatch.js"
import { ofItsOwn } from "./Storage/Database.js"

/** The transport of the embedded service: requests go straight into the handler table, without port or socket (contract §9). */
export const layerTransport = layerEffect(
  HttpClient.HttpClient,
  Effect.map(Dispatch, (dispatch) =>
    HttpClient.make((request, url) =>
      wholeBody(request.body).pipe(
        Effect.mapError((cause) => new RequestError({ request, reason: "Transport", cause })),
        Effect.flatMap((body) =>
          ofItsOwn(
            // Assets are files here, which their owner reads himself.
            request.method === "GET" && url.pathname.startsWith("/a/")
              ? dispatch.verify(url.pathname.slice("/a/".length))
              : dispatch.handle({
                  method: request.method,
                  path: url.pathname,
                  query: url.searchParams,
                  headers: request.headers,
                  body
                })
          )
        ),
        Effect.map(({ body, headers, status }) =>
          fromBytes(request, { status, headers, body: new TextEncoder().encode(body) })
        )
      )
    )
  )
)

import * as HttpClient from "@effect/platform/HttpClient"
import { RequestError } from "@effect/platform/HttpClientError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { once } from "../Once.js"
import { type FakeHandler, layerFake, type RecordedRequest } from "../Services/Http/Fake.js"
import type { Deadlines } from "../Services/Deadlines.js"
import type { Env } from "../Services/Env.js"
import { wholeBody } from "../Services/HttpClient.js"
import { RemoteImage } from "../Services/RemoteImage.js"
import { Target } from "../Services/Target.js"
import { failure } from "../Errors.js"

/** The service that answers when a test names none: nobody listens. */
export const unreachable: FakeHandler = () => ({ fault: "econnrefused" })

/** To the embedded service when that is the target, else to `handler`; both leave their requests in `requests`. */
export const layerRecorded = (
  handler: FakeHandler,
  requests: Array<RecordedRequest>
): Layer.Layer<HttpClient.HttpClient, never, Target | Deadlines | Env> =>
  Layer.scoped(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const target = yield* Target
      const scope = yield* Effect.scope
      const machine = Layer.succeedContext(yield* Effect.context<Deadlines | Env>())
      const chosen = yield* once(
        Effect.gen(function* () {
          const { dataFolder } = yield* target.resolve
          const transport =
            dataFolder === null
              ? layerFake(handler)
              : (yield* Effect.promise(() => import("../Server/index.js"))).layerEmbeddedTransport(
                  dataFolder,
                  machine
                )
          return Context.get(yield* Layer.buildWithScope(transport, scope), HttpClient.HttpClient)
        })
      )
      return HttpClient.make((request, url) =>
        Effect.all([chosen, wholeBody(request.body)]).pipe(
          Effect.mapError((cause) => new RequestError({ request, reason: "Transport", cause })),
          Effect.tap(([, body]) =>
            Effect.sync(() =>
              requests.push({
                method: request.method,
                url: url.href,
                headers: { ...request.headers },
                body
              })
            )
          ),
          Effect.flatMap(([client]) => client.execute(request))
        )
      )
    })
  )

/** Pictures by their URL, as if they stood on the network; any other URL is refused, and each fetch is left in `requests`. */
export const layerImages = (
  images: Readonly<Record<string, Uint8Array>>,
  requests: Array<RecordedRequest>
): Layer.Layer<RemoteImage> =>
  RemoteImage.layerTest((url) =>
    Effect.suspend(() => {
      requests.push({ method: "GET", url, headers: {}, body: new Uint8Array() })
      const bytes = images[url]
      return bytes === undefined
        ? Effect.fail(
            failure("REMOTE_UPLOAD_FETCH_FAILED", "the picture could not be fetched (econnrefused)", {
              details: { cause: "econnrefused" }
            })
          )
        : Effect.succeed({ bytes, mimeType: "application/octet-stream", origin: new URL(url).origin })
    })
  )

import * as HttpClient from "@effect/platform/HttpClient"
import { RequestError } from "@effect/platform/HttpClientError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { failure } from "../Errors.js"
import { Deadlines } from "./Deadlines.js"
import { Entropy } from "./Entropy.js"
import { Env } from "./Env.js"
import { Files } from "./Files.js"
import { layerNode, proxyFor } from "./HttpClient.js"
import { ImageSkill } from "./ImageSkill.js"
import { Invocation, noFlags } from "./Invocation.js"
import { Observer } from "./Observer.js"
import { layerClientOver } from "./Layers.js"
import { Stdin } from "./Stdin.js"
import { Target } from "./Target.js"

/** The pieces beneath the library that a program may replace; each has its usual one. */
export interface LibraryPieces {
  /** The environment; this process's unless given. */
  readonly env?: Layer.Layer<Env>
  /** The caller's files; the real ones unless given. */
  readonly files?: Layer.Layer<Files>
  readonly deadlines?: Layer.Layer<Deadlines>
  readonly entropy?: Layer.Layer<Entropy>
}

/** How the library reaches a hosted service. */
export interface HostedOptions extends LibraryPieces {
  /** Address of the service; without it the environment's, the config's, or the built-in one (contract §3). */
  readonly baseUrl?: string
  /** Token for that service; without it the environment's or the config's. */
  readonly token?: string | Redacted.Redacted
  /** The transport; node:http through the environment's proxy unless given. */
  readonly transport?: Layer.Layer<HttpClient.HttpClient>
}

/** The adapters beneath the library, closed but for what a program replaces. */
export const layerPieces = (
  pieces: LibraryPieces,
  flags: Partial<typeof noFlags>
): Layer.Layer<Deadlines | Entropy | Env | Files | Invocation | Observer | Stdin> =>
  Layer.effect(Invocation, Invocation.make({ ...noFlags, ...flags })).pipe(
    Layer.provideMerge(Observer.layer),
    Layer.provideMerge(
      Layer.mergeAll(
        pieces.deadlines ?? Deadlines.layer,
        pieces.entropy ?? Entropy.layer,
        pieces.env ?? Env.layerProcess,
        pieces.files ?? Files.layer,
        // A library never reads its host's standard input.
        Stdin.layerOf(null)
      )
    )
  )

const layerNetwork = Layer.unwrapEffect(
  Effect.map(Env, (env) => {
    const get = (name: string) => env.get(name as Parameters<typeof env.get>[0])
    return layerNode({ proxy: proxyFor(get), env: get })
  })
)

// The embedded service's code is no part of this entry; `image-skill/server` holds it.
const remoteOnly = <E, R>(transport: Layer.Layer<HttpClient.HttpClient, E, R>) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const target = yield* Target
      const http = yield* HttpClient.HttpClient
      return HttpClient.make((request) =>
        target.resolve.pipe(
          Effect.filterOrFail(
            ({ kind }) => kind === "remote",
            () =>
              failure(
                "INVALID_ARGUMENTS",
                "the embedded service is chosen; provide layerLocal of image-skill/server instead",
                { details: { cause: "embedded_target" } }
              )
          ),
          Effect.mapError((cause) => new RequestError({ request, reason: "Transport", cause })),
          Effect.zipRight(http.execute(request))
        )
      )
    })
  ).pipe(Layer.provide(transport))

/** `ImageSkill` over a hosted service; requires nothing (contract §3, §6). */
export const layerHosted = (options: HostedOptions = {}): Layer.Layer<ImageSkill> =>
  layerClientOver(remoteOnly(options.transport ?? layerNetwork)).pipe(
    Layer.provide(
      layerPieces(options, {
        apiBaseUrl: options.baseUrl,
        token: Redacted.isRedacted(options.token) ? Redacted.value(options.token) : options.token
      })
    )
  )

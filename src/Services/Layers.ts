import type * as HttpClient from "@effect/platform/HttpClient"
import * as Layer from "effect/Layer"
import { ApiClient } from "./ApiClient.js"
import { Attempts } from "./Attempts.js"
import { ConfigStore } from "./ConfigStore.js"
import type { Deadlines } from "./Deadlines.js"
import { Downloads } from "./Downloads.js"
import type { Env } from "./Env.js"
import { ImageSkill } from "./ImageSkill.js"
import * as RemoteImage from "./RemoteImage.js"
import { Journal } from "./Journal.js"
import { MediaHost } from "./MediaHost.js"
import { Processes } from "./Processes.js"
import { Target } from "./Target.js"
import { TokenSource } from "./TokenSource.js"
import { type EmbeddedTransport, layer as layerTransport } from "./Transport.js"
import { Uploads } from "./Uploads.js"

/** What stands on the transport: the wire, uploads, downloads and the client itself. */
export const layerOverTransport = ImageSkill.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(Uploads.layer, Downloads.layer, Attempts.layer)),
  Layer.provideMerge(MediaHost.layer),
  Layer.provideMerge(ApiClient.layer)
)

const layerJournal = Layer.provide(Journal.layer, Processes.layer)

/**
 * The client's services, over adapters that the caller provides: environment, files, standard input, random bytes, deadlines and
 * the invocation. Composed here once for the bin, the library and the harness.
 */
export const layerClient = (embedded: () => Promise<EmbeddedTransport>) =>
  layerOverTransport.pipe(
    Layer.provideMerge(Layer.mergeAll(layerTransport(embedded), RemoteImage.RemoteImage.layer, layerJournal)),
    Layer.provideMerge(Layer.mergeAll(Target.layer, TokenSource.layer)),
    Layer.provideMerge(ConfigStore.layer)
  )

/** The client's services over a transport of the caller's choice, and over another way to fetch pictures: for the library and for fakes. */
export const layerClientOver = <A, E, R>(
  transport: Layer.Layer<HttpClient.HttpClient | A, E, R>,
  images: Layer.Layer<RemoteImage.RemoteImage, never, Deadlines | Env> = RemoteImage.RemoteImage.layer
) =>
  layerOverTransport.pipe(
    Layer.provideMerge(Layer.mergeAll(transport, images, layerJournal)),
    Layer.provideMerge(Layer.mergeAll(Target.layer, TokenSource.layer)),
    Layer.provideMerge(ConfigStore.layer)
  )

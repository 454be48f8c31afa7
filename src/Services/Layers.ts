import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Layer from "effect/Layer"
import { beneath, followedBy } from "../Stack.js"
import { ApiClient } from "./ApiClient.js"
import { Attempts } from "./Attempts.js"
import { ConfigStore } from "./ConfigStore.js"
import type { Deadlines } from "./Deadlines.js"
import { Downloads } from "./Downloads.js"
import type { Env } from "./Env.js"
import { ImageSkill } from "./ImageSkill.js"
import { RemoteImage } from "./RemoteImage.js"
import { Journal } from "./Journal.js"
import { MediaHost } from "./MediaHost.js"
import { Processes } from "./Processes.js"
import { Target } from "./Target.js"
import { TokenSource } from "./TokenSource.js"
import { type EmbeddedTransport, layer as layerTransport } from "./Transport.js"
import { Uploads } from "./Uploads.js"

/** What stands on the transport: the wire, uploads, downloads and the client itself. */
export const layerOverTransport = ApiClient.layer.pipe(
  followedBy(MediaHost.layer),
  followedBy(Uploads.layer),
  followedBy(Downloads.layer),
  followedBy(Attempts.layer),
  followedBy(ImageSkill.layer)
)

/** What any transport stands on: which service is meant, with which token, and what was begun before. */
const layerBeneath = ConfigStore.layer.pipe(
  followedBy(TokenSource.layer),
  followedBy(Target.layer),
  followedBy(Processes.layer.pipe(beneath(Journal.layer)))
)

/**
 * The client's services, over adapters that the caller provides: environment, files, standard input, random bytes, deadlines and
 * the invocation. Composed here once for the bin, the library and the harness.
 */
export const layerClient = (embedded: () => Promise<EmbeddedTransport>) =>
  layerClientOver(layerTransport(embedded))

/** The client's services over a transport of the caller's choice, and over another way to fetch pictures: for the library and for fakes. */
export const layerClientOver = <A, E, R>(
  transport: Layer.Layer<HttpClient.HttpClient | A, E, R>,
  images: Layer.Layer<RemoteImage, never, Deadlines | Env> = RemoteImage.layer
) => layerBeneath.pipe(followedBy(transport), followedBy(images), followedBy(layerOverTransport))

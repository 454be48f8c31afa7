import * as Layer from "effect/Layer"
import { layerEmbedded } from "./App.js"
import { layerTransport } from "./Transport.js"

export { layerEmbedded } from "./App.js"

/** The embedded service on a data folder, as a transport for the client (contract §9). */
export const layerEmbeddedTransport = (dataFolder: string) =>
  Layer.provide(layerTransport, layerEmbedded(dataFolder))

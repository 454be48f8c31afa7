import type * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ArtifactStorage } from "../Errors.js"
import { Env } from "../Services/Env.js"
import type { ImageSkill } from "../Services/ImageSkill.js"
import { layerClient } from "../Services/Layers.js"
import { layerPieces, type LibraryPieces } from "../Services/Library.js"
import { beneath, build, layerContext } from "../Stack.js"
import { layerEmbedded, type Machine } from "./App.js"
import { ofItsOwn } from "./Storage/Database.js"
import { layerTransport } from "./Transport.js"

export { layerEmbedded } from "./App.js"

/** The embedded service on a data folder, as a transport for the client (contract §9). */
export const layerEmbeddedTransport = (
  dataFolder: string,
  machine?: Machine
): Layer.Layer<HttpClient.HttpClient, ArtifactStorage> =>
  layerContext(ofItsOwn(build(layerEmbedded(dataFolder, machine).pipe(beneath(layerTransport)))))

/** Where the embedded service of a library program keeps its data. */
export interface LocalOptions extends LibraryPieces {
  /** The data folder; without it the one that the environment names, which the CLI uses too (contract §3). */
  readonly dataFolder?: string
}

/** `ImageSkill` over the embedded service; requires nothing, and several programs may share one data folder (contract §9). */
export const layerLocal = ({ dataFolder, ...pieces }: LocalOptions = {}): Layer.Layer<ImageSkill> => {
  const given = pieces.env ?? Env.layerProcess
  const env =
    dataFolder === undefined
      ? given
      : Layer.effect(
          Env,
          Effect.map(Env, ({ get }) => ({
            get: (name) => (name === "IMAGE_SKILL_DATA_DIR" ? dataFolder : get(name))
          }))
        ).pipe(Layer.provide(given))
  return layerClient(() => Promise.resolve(layerEmbeddedTransport)).pipe(
    Layer.provide(layerPieces({ ...pieces, env }, { local: true }))
  )
}

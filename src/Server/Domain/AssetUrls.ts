import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { pathToFileURL } from "node:url"
import * as path from "node:path"
import { layerEffect, layerSucceed } from "../../Stack.js"
import { DataFolder } from "../Storage/DataFolder.js"

/** Where an asset's bytes are for this service's callers: only ids are stored, URLs are made when an answer is (contract §9). */
export class AssetUrls extends Context.Tag("image-skill/Server/AssetUrls")<
  AssetUrls,
  {
    readonly urlOf: (assetId: string, extension: string) => string
    /** `${public-url}` for assets, told by /healthz; `null` when they are files. */
    readonly mediaOrigin: string | null
  }
>() {
  /** `file:` URLs into the data folder, for the embedded service. */
  static readonly layerFiles = layerEffect(
    AssetUrls,
    Effect.map(DataFolder, (folder) => ({
      urlOf: (assetId, extension) => pathToFileURL(path.join(folder.assets, `${assetId}.${extension}`)).href,
      mediaOrigin: null
    }))
  )
  /** URLs under an address that callers reach, for `serve`; the address is asked for late, because port 0 is known late. */
  static readonly layerPublic = (publicUrl: () => string) =>
    layerSucceed(AssetUrls, {
      urlOf: (assetId, extension) => `${publicUrl()}/a/${assetId}.${extension}`,
      get mediaOrigin() {
        return publicUrl()
      }
    })
}

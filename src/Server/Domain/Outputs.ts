import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { optional } from "../../Schema/Open.js"
import { type Delivery, ProviderFault } from "../Providers/Provider.js"
import { Blobs } from "../Storage/Blobs.js"
import { Crash } from "./Crash.js"
import { sniffMedia } from "./Media/MediaKind.js"
import { uprightSize } from "./Media/Pixels.js"
import { sniff } from "./Media/Sniff.js"

/** Media that is safely stored, and what was observed of it (contract §13). */
export const StoredOutput = Schema.Struct({
  sha256: Schema.String,
  extension: Schema.String,
  kind: Schema.Literal("image", "video", "audio", "file"),
  mime_type: Schema.String,
  bytes: Schema.Int,
  width: Schema.NullOr(Schema.Int),
  height: Schema.NullOr(Schema.Int),
  format: Schema.NullOr(Schema.String),
  alpha: Schema.NullOr(Schema.Boolean)
})
/** Media that is safely stored, and what was observed of it (contract §13). */
export type StoredOutput = typeof StoredOutput.Type

/** A delivery once its media is stored. */
export const StoredDelivery = Schema.Struct({
  outputs: Schema.Array(StoredOutput),
  actual_micro_usd: Schema.NullOr(Schema.Int),
  warnings: optional(Schema.Array(Schema.String))
})
/** A delivery once its media is stored. */
export type StoredDelivery = typeof StoredDelivery.Type

/** Stores what a provider delivered; a delivery without any media that can be told by its bytes is the provider's failure. */
export const storeDelivery = (
  jobId: string,
  delivery: Delivery
): Effect.Effect<StoredDelivery, ProviderFault | ArtifactStorage, Blobs> =>
  Effect.gen(function* () {
    const blobs = yield* Blobs
    const outputs: Array<StoredOutput> = []
    for (const { bytes } of delivery.outputs) {
      const media = sniffMedia(bytes)
      if (media === null) continue
      const image = sniff(bytes)
      const size = image === null ? null : uprightSize(image)
      const stored = yield* blobs.put(bytes, media.extension)
      yield* Crash.point("blob_stored", jobId)
      outputs.push({
        sha256: stored.sha256,
        extension: media.extension,
        kind: media.kind,
        mime_type: media.mime,
        bytes: stored.bytes,
        width: size?.width ?? null,
        height: size?.height ?? null,
        format: image?.format ?? media.extension,
        alpha: image?.alpha ?? null
      })
    }
    if (outputs.length === 0) {
      return yield* Effect.fail(
        new ProviderFault({
          acceptance: "accepted",
          error: failure("PROVIDER_FAILURE", "the provider delivered nothing that is media by its bytes", {
            retryable: false
          })
        })
      )
    }
    const unusable = delivery.outputs.length - outputs.length
    return {
      outputs,
      actual_micro_usd: delivery.actualCost,
      warnings: [
        ...delivery.warnings,
        ...(unusable === 0 ? [] : [`${unusable} delivered outputs were not media by their bytes`])
      ]
    }
  })

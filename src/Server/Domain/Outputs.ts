import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { MicroUsd } from "../../Schema/Money.js"
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
    const actual = actualCost(delivery.actualCost)
    for (const { bytes } of delivery.outputs) {
      const seen = yield* look(bytes)
      if (seen === null) continue
      const { image, media, size } = seen
      yield* Crash.point("blob_storing", jobId)
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
          }),
          ...(actual === null ? {} : { billed: actual })
        })
      )
    }
    yield* Crash.point("outputs_stored", jobId)
    const unusable = delivery.outputs.length - outputs.length
    return {
      outputs,
      actual_micro_usd: actual,
      warnings: [
        ...delivery.warnings,
        ...(actual === null && delivery.actualCost !== null
          ? ["the cost that the provider reported is not usable and was ignored"]
          : []),
        ...(unusable === 0 ? [] : [`${unusable} delivered outputs were not media by their bytes`])
      ]
    }
  })

/** What bytes are; bytes that break the reader are no media, because somebody paid for them and the job must still end. */
const look = (bytes: Uint8Array) =>
  Effect.sync(() => {
    const media = sniffMedia(bytes)
    if (media === null) return null
    const image = sniff(bytes)
    return { media, image, size: image === null ? null : uprightSize(image) }
  }).pipe(Effect.catchAllDefect(() => Effect.succeed(null)))

// A thousand dollars for one job is a provider's mistake, not a price.
const absurd = 1_000_000_000

/** A provider's reported cost, `null` when it is no sum of money. */
const actualCost = (reported: number | null): MicroUsd | null =>
  reported !== null && Number.isSafeInteger(reported) && reported >= 0 && reported <= absurd
    ? MicroUsd.make(reported)
    : null

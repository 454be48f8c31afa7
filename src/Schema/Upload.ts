import * as Schema from "effect/Schema"
import { Asset } from "./Asset.js"
import { IdempotencyKey } from "./Ids.js"
import { JsonObject, open, optional } from "./Open.js"

/** Largest upload in bytes (25 MiB). */
export const uploadLimit = 25 * 1024 * 1024

/** The image types that may be uploaded, told by their bytes (contract §2). */
export const uploadMimeTypes = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"] as const

/** What a caller hands to upload: a local path or an http(s) URL. */
export const UploadInput = Schema.Struct({
  source: Schema.NonEmptyString,
  idempotency_key: optional(IdempotencyKey)
})

/** Body of `POST /v1/upload`; the key travels as the header `idempotency-key` (contract §6). */
export const UploadRequest = Schema.Struct({
  source_kind: Schema.Literal("local_path", "remote_url"),
  filename: Schema.String.pipe(Schema.maxLength(255)),
  remote_origin: Schema.NullOr(Schema.String.pipe(Schema.maxLength(300))),
  mime_type: Schema.String.pipe(Schema.maxLength(100)),
  content_length: Schema.Int.pipe(Schema.between(0, 1_000_000_000)),
  sha256: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  bytes_base64: Schema.String,
  idempotency_key: optional(IdempotencyKey)
})
/** Body of `POST /v1/upload` (contract §6). */
export type UploadRequest = typeof UploadRequest.Type

/** Answer of upload (contract §6). */
export const UploadResult = open({
  request: optional(Schema.NullOr(JsonObject)),
  // A service that forgets the asset's id is UPLOAD_ASSET_ID_MISSING, not a broken contract: hence optional here.
  asset: optional(Schema.NullOr(open({ ...Asset.fields, asset_id: optional(Schema.NullOr(Schema.String)) }))),
  upload: optional(Schema.NullOr(JsonObject))
})

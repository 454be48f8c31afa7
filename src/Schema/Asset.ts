import * as Schema from "effect/Schema"
import { open, optional } from "./Open.js"

/** An owned asset: what was observed of its bytes, and where to get them (contract §13). */
export const Asset = open({
  asset_id: Schema.String,
  job_id: optional(Schema.NullOr(Schema.String)),
  kind: optional(Schema.String),
  url: optional(Schema.NullOr(Schema.String)),
  path: optional(Schema.NullOr(Schema.String)),
  mime_type: optional(Schema.NullOr(Schema.String)),
  content_length: optional(Schema.NullOr(Schema.Number)),
  sha256: optional(Schema.NullOr(Schema.String)),
  width: optional(Schema.NullOr(Schema.Number)),
  height: optional(Schema.NullOr(Schema.Number)),
  format: optional(Schema.NullOr(Schema.String)),
  alpha: optional(Schema.NullOr(Schema.Boolean)),
  created_at: optional(Schema.NullOr(Schema.String))
})
/** An owned asset: what was observed of its bytes, and where to get them (contract §13). */
export type Asset = typeof Asset.Type

/** Answer of `assets show` (contract §4). */
export const AssetAnswer = open({ asset: Asset })

/** One file that a download wrote (contract §13). */
export const Download = Schema.Struct({
  asset_id: Schema.String,
  output: Schema.String,
  bytes: Schema.Int,
  sha256: Schema.String,
  mime_type: Schema.NullOr(Schema.String),
  verified: Schema.Array(Schema.Literal("length", "sha256")),
  /** The file was there already, with these very bytes. */
  unchanged: optional(Schema.Boolean)
})
/** One file that a download wrote (contract §13). */
export type Download = typeof Download.Type

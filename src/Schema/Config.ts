import * as Schema from "effect/Schema"
import { open, optional } from "./Open.js"

/** A token kept for one origin. */
export const Credential = open({ token: Schema.String, saved_at: optional(Schema.NullOr(Schema.String)) })

/** The config file; unknown keys survive a rewrite (contract §3). */
export const Config = open({
  version: optional(Schema.Number),
  api_base_url: optional(Schema.NullOr(Schema.String)),
  token: optional(Schema.NullOr(Schema.String)),
  saved_at: optional(Schema.NullOr(Schema.String)),
  actor: optional(Schema.Unknown),
  credentials: optional(Schema.Record({ key: Schema.String, value: Credential }))
})
/** The config file (contract §3). */
export type Config = typeof Config.Type

/** The shape of every token: `isk_`, a class letter, and the secret. */
export const tokenPattern = /isk_[a-z]_[A-Za-z0-9_-]{8,}/

import * as Schema from "effect/Schema"
import { CatalogId } from "./Ids.js"
import { JsonObject, open, optional } from "./Open.js"

/** What a model can be asked to do (contract §6). */
export const modelOperations = [
  "image.generate",
  "image.edit",
  "video.generate",
  "audio.generate",
  "3d.generate"
] as const
/** What a model can be asked to do (contract §6). */
export const ModelOperation = Schema.Literal(...modelOperations)
/** What a model can be asked to do (contract §6). */
export type ModelOperation = typeof ModelOperation.Type

/** The media that a model makes. */
export const Modality = Schema.Literal("image", "video", "audio", "3d")

/** A model as the registry shows it (contract §6). */
export const ModelRow = open({
  id: Schema.String,
  display_name: optional(Schema.String),
  provider_id: optional(Schema.String),
  status: optional(Schema.String),
  supports: optional(Schema.Unknown),
  operations: optional(Schema.Array(Schema.String)),
  modality: optional(Schema.Unknown),
  execution: optional(
    open({ model_execution_status: optional(Schema.String), reason: optional(Schema.NullOr(Schema.String)) })
  ),
  media: optional(Schema.Unknown),
  economics: optional(Schema.NullOr(JsonObject))
})
/** A model as the registry shows it (contract §6). */
export type ModelRow = typeof ModelRow.Type

/** Query of `GET /v1/models` (contract §6). */
export const ModelsQuery = Schema.Struct({
  available: optional(Schema.Boolean),
  executable: optional(Schema.Boolean),
  catalog_only: optional(Schema.Boolean),
  operation: optional(ModelOperation),
  provider: optional(CatalogId),
  modality: optional(Modality),
  query: optional(Schema.NonEmptyString.pipe(Schema.maxLength(200))),
  details: optional(Schema.Boolean)
})
/** Query of `GET /v1/models` (contract §6). */
export type ModelsQuery = typeof ModelsQuery.Type

/** Answer of `models list` (contract §6). */
export const ModelsAnswer = open({
  models: Schema.Array(ModelRow),
  summary: optional(JsonObject),
  /** What would run, when the request told what it is `for`; another service may not answer it. */
  choice: optional(Schema.Unknown)
})
/** Answer of `models show` (contract §4). */
export const ModelAnswer = open({ model: ModelRow, resolved_from: optional(Schema.NullOr(Schema.String)) })

/** Answer of `capabilities list` (contract §6). */
export const CapabilitiesAnswer = open({ capabilities: Schema.Array(open({ id: Schema.String })) })
/** Answer of `capabilities show` (contract §6). */
export const CapabilityAnswer = open({ capability: open({ id: Schema.String }) })

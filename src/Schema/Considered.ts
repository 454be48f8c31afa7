import * as Schema from "effect/Schema"
import { AspectRatio, Intent, OutputCount, promptLimit } from "./Create.js"
import { CatalogId } from "./Ids.js"
import { Modality, ModelsQuery } from "./Model.js"
import { UsdNumber } from "./Money.js"
import { JsonObject, open, optional } from "./Open.js"

/**
 * A create or edit that somebody thinks about: what of it decides which model would run it and what that would cost. Of the prompt
 * only its size, in UTF-16 units and in bytes; of a mask only that there is one (contract §5, §7).
 */
export const Considered = Schema.Struct({
  kind: Schema.Literal("create", "edit"),
  modality: optional(Modality),
  model: optional(CatalogId),
  provider: optional(CatalogId),
  intent: optional(Intent),
  aspect_ratio: optional(AspectRatio),
  output_count: optional(OutputCount),
  model_parameters: optional(JsonObject),
  /** Whether `model_parameters` lacks some that were too long for a query: then they are priced, but not checked. */
  parameters_left_out: optional(Schema.Boolean),
  max_estimated_usd_per_image: optional(UsdNumber),
  max_usd: optional(UsdNumber),
  accept_unknown_cost: optional(Schema.Boolean),
  mask: optional(Schema.Boolean),
  prompt: optional(
    Schema.Struct({
      characters: Schema.Int.pipe(Schema.between(1, promptLimit)),
      bytes: Schema.Int.pipe(Schema.between(1, promptLimit * 3))
    })
  )
})
/** A create or edit that somebody thinks about (contract §5, §7). */
export type Considered = typeof Considered.Type

/** Request of `GET /v1/models`: its query, and as JSON what the caller thinks of creating, which `choice` then answers. */
export const ModelsRequest = Schema.Struct({
  ...ModelsQuery.fields,
  for: optional(Schema.parseJson(Considered))
})

/** What the service would do with what was considered: the choice of a create or edit without a model, and its refusal, if any. */
export const Choice = open({
  /** `null` where no model can do it at all. */
  model_id: Schema.NullOr(Schema.String),
  reason: Schema.String,
  /** Whether the model that was asked for cannot run, so that this one stands in for it. */
  instead: Schema.Boolean,
  /** Parameters that the policy adds, such as those of a higher tier. */
  parameters_added: JsonObject,
  /** The debit for one output in credits and US dollars; `null` where only the run tells. */
  credits_per_output: Schema.NullOr(Schema.Int.pipe(Schema.nonNegative())),
  usd_per_output: Schema.NullOr(Schema.Number),
  provider_usd_per_output: Schema.NullOr(Schema.Number),
  pricing_confidence: Schema.String,
  refusal: Schema.NullOr(
    open({
      code: Schema.String,
      message: Schema.String,
      details: optional(JsonObject),
      required_flag: optional(Schema.String)
    })
  )
})
/** What the service would do with what was considered (contract §5, §7). */
export type Choice = typeof Choice.Type

import * as Schema from "effect/Schema"
import { Action } from "./Action.js"
import { Asset, Download } from "./Asset.js"
import { Cost } from "./Cost.js"
import { AssetId, CatalogId, IdempotencyKey } from "./Ids.js"
import { UsdNumber } from "./Money.js"
import { JsonObject, open, optional } from "./Open.js"

/** Longest prompt in characters; a model may set less. */
export const promptLimit = 65_536

/** A prompt: not blank, at most 65,536 characters, no NUL. */
export const Prompt = Schema.String.pipe(
  Schema.filter((text) => text.trim().length > 0 && text.length <= promptLimit && !text.includes("\u0000"), {
    identifier: "Prompt",
    message: () => `expected a prompt of 1 to ${promptLimit} characters that is not blank`
  })
)

/** Width to height, as `1:1` or `19.5:9`. */
export const AspectRatio = Schema.String.pipe(
  Schema.pattern(/^(?:auto|[1-9][0-9]{0,3}(?:\.[0-9]{1,2})?:[1-9][0-9]{0,3}(?:\.[0-9]{1,2})?)$/, {
    identifier: "AspectRatio",
    message: () => "expected an aspect ratio like 1:1 or 16:9"
  })
)

/** What the picture is for: a short word that steers the choice of a model, such as draft, explore or final. */
export const Intent = Schema.String.pipe(
  Schema.pattern(/^[a-z][a-z0-9_-]{0,39}$/, {
    identifier: "Intent",
    message: () => "expected a short lower-case word like draft, explore or final"
  })
)

/** How many outputs one request asks for; the model's own limit is checked by the service. */
export const OutputCount = Schema.Int.pipe(
  Schema.between(1, 100, {
    identifier: "OutputCount",
    message: () => "expected a whole number from 1 to 100"
  })
)

/** What a reference image is to the model (contract §4). */
export const ReferenceRole = Schema.Literal("element_frontal", "element_reference", "reference_image")
/** A reference image's place and purpose beside which image it is. */
export const referenceFields = {
  role: ReferenceRole,
  index: Schema.Int.pipe(Schema.between(0, 9)),
  reference_index: optional(Schema.Int.pipe(Schema.between(0, 2))),
  reference_task: optional(Schema.Literal("ip", "id", "style"))
}

/** Digest of what a caller asked for: 64 lower-case hex digits (contract §11). */
export const IntentDigest = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

const shared = {
  provider: optional(CatalogId),
  model: optional(CatalogId),
  intent: optional(Intent),
  aspect_ratio: optional(AspectRatio),
  output_count: optional(OutputCount),
  model_parameters: optional(JsonObject),
  max_estimated_usd_per_image: optional(UsdNumber),
  max_usd: optional(UsdNumber),
  dry_run: optional(Schema.Boolean),
  accept_unknown_cost: optional(Schema.Boolean),
  idempotency_key: optional(IdempotencyKey)
}

const onWire = {
  ...shared,
  references: optional(
    Schema.Array(Schema.Struct({ asset_id: AssetId, ...referenceFields })).pipe(Schema.maxItems(40))
  ),
  wait_ms: optional(Schema.Int.pipe(Schema.between(0, 3_600_000))),
  /** Digest of the request as its caller typed it, by which a cut attempt is found again; travels as a header (contract §11). */
  intent_digest: optional(IntentDigest)
}

/** Body of `POST /v1/create` (contract §6). */
export const CreateRequest = Schema.Struct({ prompt: Prompt, ...onWire })
/** Body of `POST /v1/create` (contract §6). */
export type CreateRequest = typeof CreateRequest.Type

/** Body of `POST /v1/edit` (contract §6). */
export const EditRequest = Schema.Struct({
  input_asset_id: AssetId,
  mask_asset_id: optional(AssetId),
  prompt: optional(Prompt),
  ...onWire
})
/** Body of `POST /v1/edit` (contract §6). */
export type EditRequest = typeof EditRequest.Type

const asked = {
  ...shared,
  /** A file or folder to which the outputs are saved once they exist (contract §13). */
  download: optional(Schema.NonEmptyString),
  /** Make another one, although an earlier attempt at the same is unresolved (contract §11). */
  again: optional(Schema.Boolean),
  /** Hand out the result of an earlier attempt at the same, if there is one (contract §11). */
  reuse: optional(Schema.Boolean),
  references: optional(Schema.Array(Schema.Struct({ image: Schema.NonEmptyString, ...referenceFields })))
}

/** What a caller hands to create: as on the wire, but references may be files, URLs or asset ids (contract §4). */
export const CreateInput = Schema.Struct({ prompt: Prompt, ...asked })
/** What a caller hands to create (contract §4). */
export type CreateInput = typeof CreateInput.Type

/** What a caller hands to edit: input and mask may be files, URLs or asset ids (contract §4). */
export const EditInput = Schema.Struct({
  input: Schema.NonEmptyString,
  mask: optional(Schema.NonEmptyString),
  prompt: optional(Prompt),
  ...asked
})
/** What a caller hands to edit (contract §4). */
export type EditInput = typeof EditInput.Type

/** Answer of create and edit (contract §6, §7, §13). */
export const CreateResult = open({
  job_id: optional(Schema.NullOr(Schema.String)),
  status: optional(Schema.String),
  capability: optional(Schema.NullOr(open({ id: Schema.String }))),
  assets: optional(Schema.Array(Asset)),
  cost: optional(Schema.NullOr(Cost)),
  request: optional(Schema.NullOr(JsonObject)),
  safety: optional(Schema.NullOr(JsonObject)),
  quota: optional(Schema.NullOr(JsonObject)),
  idempotency_key: optional(Schema.NullOr(Schema.String)),
  idempotent_replayed: optional(Schema.Boolean),
  render: optional(Schema.NullOr(JsonObject)),
  downloads: optional(Schema.Array(Download)),
  /** The earlier attempt that this answer belongs to, instead of a new one (contract §11). */
  attached_to: optional(open({ key: Schema.String, started_at: Schema.String })),
  next: optional(Schema.Array(Action))
})
/** Answer of create and edit (contract §6, §7, §13). */
export type CreateResult = typeof CreateResult.Type

import * as Schema from "effect/Schema"
import { Asset } from "../Schema/Asset.js"
import { readOnly } from "../Schema/Effects.js"
import { AssetId } from "../Schema/Ids.js"
import { open, optional } from "../Schema/Open.js"
import { flag, service } from "./Operation.js"

const Query = Schema.Struct({
  limit: optional(Schema.Int.pipe(Schema.between(1, 100))),
  cursor: optional(Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9_-]{1,200}$/)))
})

/** Lists the caller's assets, newest first (contract §6). */
export const assetsList = service({
  id: "assets.list",
  command: ["assets", "list"],
  summary: "List your assets, newest first",
  input: Query,
  output: open({ assets: Schema.Array(Asset), next_cursor: optional(Schema.NullOr(Schema.String)) }),
  codes: [],
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: (input) => ["assets", "list", ...flag("limit", input.limit), ...flag("cursor", input.cursor)],
  wire: { method: "GET", path: "/v1/assets", request: Query },
  grant: "read"
})

/** Deletes an owned asset: its address answers 410 from then on, and its job keeps its record (contract §6). */
export const assetsDelete = service({
  id: "assets.delete",
  command: ["assets", "delete"],
  summary: "Delete an owned asset for good; the job that made it keeps its record",
  input: Schema.Struct({ reference: Schema.NonEmptyString }),
  output: open({ asset_id: Schema.String, deleted: Schema.Boolean }),
  codes: ["NOT_FOUND"],
  auth: "required",
  effects: () => ({ ...readOnly, media_write: true }),
  touches: () => [],
  argv: ({ reference }) => ["assets", "delete", reference],
  wire: { method: "DELETE", path: "/v1/assets/:id", request: Schema.Struct({ id: AssetId }) },
  grant: "delete"
})

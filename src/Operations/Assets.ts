import * as Schema from "effect/Schema"
import { AssetAnswer, Download } from "../Schema/Asset.js"
import { readOnly } from "../Schema/Effects.js"
import { AssetId } from "../Schema/Ids.js"
import { open, optional } from "../Schema/Open.js"
import { Asset } from "../Schema/Asset.js"
import { flag, local, operand, service, toggle } from "./Operation.js"

/** Shows an owned asset: what was observed of its bytes and where they are (contract §6, §13). */
export const assetsShow = service({
  id: "assets.show",
  command: ["assets", "show"],
  summary: "Show an owned asset by its id or owned URL",
  input: Schema.Struct({ reference: Schema.NonEmptyString }),
  output: AssetAnswer,
  codes: ["NOT_FOUND"],
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: ({ reference }) => ["assets", "show", ...operand(reference)],
  wire: { method: "GET", path: "/v1/assets/:id", request: Schema.Struct({ id: AssetId }) },
  grant: "read"
})

/** Downloads an owned asset to a file, verified, never leaving a partial one (contract §4, §13). */
export const assetsGet = local({
  id: "assets.get",
  command: ["assets", "get"],
  summary: "Download an owned asset to a file, checked by length and sha256, without repeating any work",
  input: Schema.Struct({
    reference: Schema.NonEmptyString,
    output: optional(Schema.NonEmptyString),
    overwrite: optional(Schema.Boolean)
  }),
  output: open({ asset: Asset, download: Download }),
  codes: [
    "NOT_FOUND",
    "OUTPUT_EXISTS",
    "OUTPUT_WRITE_FAILED",
    "ASSET_DOWNLOAD_FAILED",
    "ASSET_INTEGRITY_FAILED"
  ],
  auth: "required",
  effects: () => readOnly,
  touches: () => ["files", "network"],
  argv: (input) => [
    "assets",
    "get",
    ...flag("output", input.output),
    ...toggle("overwrite", input.overwrite),
    ...operand(input.reference)
  ]
})

import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { failure } from "../Errors.js"
import { assetsGet, assetsShow } from "../Operations/Assets.js"
import { assetsDelete, assetsList } from "../Operations/AssetList.js"
import { suggest } from "../Operations/Suggest.js"
import { MediaHost } from "../Services/MediaHost.js"
import { command } from "./Command.js"
import { argument, integer, text } from "./Flags.js"
import { defined, request } from "./ServiceCommand.js"

export const listAssets = command({
  operation: assetsList,
  flags: {
    limit: integer("limit", 1, 100, "How many at most; 20 unless given"),
    cursor: text("cursor", "CURSOR", "Go on behind an earlier list: its next_cursor")
  },
  arguments: {},
  examples: [{ why: "the newest assets", argv: ["assets", "list", "--local", "--limit", "5"] }],
  usesService: true,
  run: (values) =>
    request(assetsList, defined(values), ({ assets, next_cursor }) => [
      ...(assets[0] === undefined
        ? []
        : [
            suggest("show", "what is known of the newest", assetsShow, { reference: assets[0].asset_id }),
            suggest("download", "save the newest to a file, verified", assetsGet, {
              reference: assets[0].asset_id
            })
          ]),
      ...(typeof next_cursor === "string"
        ? [suggest("next_page", "the older ones", assetsList, { ...defined(values), cursor: next_cursor })]
        : [])
    ])
})

export const deleteAsset = command({
  operation: assetsDelete,
  flags: {},
  arguments: { reference: argument("ASSET", "an owned asset's id or URL", Schema.NonEmptyString) },
  examples: [
    {
      why: "remove a picture for good",
      argv: ["assets", "delete", "--local", "image_0123456789abcdef0123456789abcdef"]
    }
  ],
  usesService: true,
  run: (values) =>
    Effect.gen(function* () {
      const found = yield* (yield* MediaHost).read(values.reference ?? "")
      return found._tag === "Owned"
        ? yield* request(assetsDelete, { id: found.assetId })
        : yield* Effect.fail(failure("INVALID_ARGUMENTS", "expected an owned asset's id or URL"))
    })
})

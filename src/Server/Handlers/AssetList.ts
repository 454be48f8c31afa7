import * as Effect from "effect/Effect"
import { failure } from "../../Errors.js"
import type { assetsDelete, assetsList } from "../../Operations/AssetList.js"
import { AssetUrls } from "../Domain/AssetUrls.js"
import { presentAsset } from "../Domain/Present.js"
import { type AssetPlace, Assets } from "../Storage/Assets.js"
import { Database } from "../Storage/Database.js"
import { Removals } from "../Storage/Removals.js"
import { type Handler, identityOf } from "./Handler.js"

const listLimit = 20

export const listAssets: Handler<typeof assetsList> = ({ cursor, limit = listLimit }, caller) =>
  Effect.gen(function* () {
    const identity = yield* identityOf(caller)
    const urls = yield* AssetUrls
    const before = cursor === undefined ? null : placeOf(cursor)
    if (cursor !== undefined && before === null) {
      return yield* Effect.fail(
        failure("INVALID_ARGUMENTS", "the cursor is not one that a list answered", {
          details: { path: "cursor" }
        })
      )
    }
    // One more than asked for tells whether there is another page.
    const rows = yield* (yield* Assets).list(identity.organizationId, { limit: limit + 1, before })
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    return {
      data: {
        assets: shown.map((asset) => presentAsset(urls, asset)),
        next_cursor: rows.length > limit && last !== undefined ? cursorOf(last) : null
      }
    }
  })

export const deleteAsset: Handler<typeof assetsDelete> = ({ id }, caller) =>
  Effect.gen(function* () {
    const identity = yield* identityOf(caller)
    const { transaction } = yield* Database
    const assets = yield* Assets
    const removals = yield* Removals
    const found = yield* assets.locate(id)
    // Of another organization, or of nobody: alike.
    if (found === null || found.organizationId !== identity.organizationId) {
      return yield* Effect.fail(failure("NOT_FOUND", "there is no such asset"))
    }
    const now = yield* transaction(
      Effect.tap(assets.remove(identity.organizationId, id), (removed) =>
        removed ? removals.request(found.asset) : Effect.void
      )
    )
    // Again each time, so that a deletion that was cut off is completed by its repetition.
    yield* removals.collect
    return { data: { asset_id: id, deleted: true, already_deleted: !now } }
  })

const cursorOf = (place: AssetPlace): string =>
  Buffer.from(`${place.createdAt}:${place.id}`).toString("base64url")

const placeOf = (cursor: string): AssetPlace | null => {
  const match = /^(\d{1,15}):([a-z]+_[A-Za-z0-9_-]{1,120})$/.exec(
    Buffer.from(cursor, "base64url").toString("utf8")
  )
  return match === null ? null : { createdAt: Number(match[1]), id: match[2] ?? "" }
}

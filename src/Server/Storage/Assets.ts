import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ArtifactStorage } from "../../Errors.js"
import { Database } from "./Database.js"

/** An asset as it is stored: what was observed of its bytes (contract §13). */
export interface AssetRow {
  readonly id: string
  readonly jobId: string
  /** Place among its job's outputs, from 0. */
  readonly position: number
  readonly kind: "generated" | "edited" | "uploaded"
  readonly sha256: string
  /** File name ending without the dot. */
  readonly extension: string
  readonly mimeType: string
  readonly bytes: number
  readonly width: number | null
  readonly height: number | null
  readonly format: string | null
  readonly alpha: boolean | null
  readonly createdAt: number
}

/** The assets of each organization; their bytes are in the blob store. */
export class Assets extends Context.Tag("image-skill/Server/Assets")<
  Assets,
  {
    readonly insert: (
      organization: string,
      assets: ReadonlyArray<Omit<AssetRow, "createdAt">>
    ) => Effect.Effect<void, ArtifactStorage>
    /** An asset of this organization that was not deleted; anything else is `null`, alike. */
    readonly find: (organization: string, id: string) => Effect.Effect<AssetRow | null, ArtifactStorage>
    /** A job's assets in their order. */
    readonly ofJob: (jobId: string) => Effect.Effect<ReadonlyArray<AssetRow>, ArtifactStorage>
  }
>() {
  /** In the database. */
  static readonly layer = Layer.effect(
    Assets,
    Effect.gen(function* () {
      const { run, sql } = yield* Database
      return {
        insert: (organization, assets) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.forEach(
              assets,
              (asset) =>
                run(sql`INSERT INTO assets (id, organization_id, job_id, position, kind, sha256, extension, mime_type, bytes,
                    width, height, format, alpha, created_at)
                  VALUES (${asset.id}, ${organization}, ${asset.jobId}, ${asset.position}, ${asset.kind}, ${asset.sha256},
                    ${asset.extension}, ${asset.mimeType}, ${asset.bytes}, ${asset.width}, ${asset.height}, ${asset.format},
                    ${asset.alpha === null ? null : asset.alpha ? 1 : 0}, ${now})`),
              { discard: true }
            )
          ),
        find: (organization, id) =>
          run(sql<RawAsset>`SELECT * FROM assets
            WHERE id = ${id} AND organization_id = ${organization} AND deleted_at IS NULL`).pipe(
            Effect.map(([row]) => (row === undefined ? null : fromRaw(row)))
          ),
        ofJob: (jobId) =>
          run(
            sql<RawAsset>`SELECT * FROM assets WHERE job_id = ${jobId} AND deleted_at IS NULL ORDER BY position`
          ).pipe(Effect.map((rows) => rows.map(fromRaw)))
      }
    })
  )
}

interface RawAsset {
  readonly id: string
  readonly job_id: string
  readonly position: number
  readonly kind: AssetRow["kind"]
  readonly sha256: string
  readonly extension: string
  readonly mime_type: string
  readonly bytes: number
  readonly width: number | null
  readonly height: number | null
  readonly format: string | null
  readonly alpha: number | null
  readonly created_at: number
}

const fromRaw = (row: RawAsset): AssetRow => ({
  id: row.id,
  jobId: row.job_id,
  position: row.position,
  kind: row.kind,
  sha256: row.sha256,
  extension: row.extension,
  mimeType: row.mime_type,
  bytes: row.bytes,
  width: row.width,
  height: row.height,
  format: row.format,
  alpha: row.alpha === null ? null : row.alpha === 1,
  createdAt: row.created_at
})

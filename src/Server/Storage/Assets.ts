import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ArtifactStorage } from "../../Errors.js"
import { layerEffect } from "../../Stack.js"
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

/** Where a list of assets stopped. */
export interface AssetPlace {
  readonly createdAt: number
  readonly id: string
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
    /** The content hash of an asset of this organization, deleted or not: what a request that names it means. */
    readonly hashOf: (organization: string, id: string) => Effect.Effect<string | null, ArtifactStorage>
    /** An asset of any organization, for whoever knows its id; deleted ones are told apart (contract §6). */
    readonly locate: (
      id: string
    ) => Effect.Effect<
      { readonly asset: AssetRow; readonly organizationId: string; readonly deleted: boolean } | null,
      ArtifactStorage
    >
    /** An organization's assets, newest first, at most `limit`, those older than `before` when given. */
    readonly list: (
      organization: string,
      options: { readonly limit: number; readonly before: AssetPlace | null }
    ) => Effect.Effect<ReadonlyArray<AssetRow>, ArtifactStorage>
    /** Marks an asset of this organization as deleted; `false` when there is none that was not. */
    readonly remove: (organization: string, id: string) => Effect.Effect<boolean, ArtifactStorage>
    /** A job's assets in their order. */
    readonly ofJob: (jobId: string) => Effect.Effect<ReadonlyArray<AssetRow>, ArtifactStorage>
    /** Whether an asset of this organization that was not deleted shows this content. */
    readonly shows: (organization: string, sha256: string) => Effect.Effect<boolean, ArtifactStorage>
    /** Bytes of uploads that were newly stored for an organization on a UTC day (YYYY-MM-DD), deleted since or not. */
    readonly uploadedOn: (organization: string, day: string) => Effect.Effect<number, ArtifactStorage>
    /** Counts newly stored bytes of a day. */
    readonly countUploaded: (
      organization: string,
      day: string,
      bytes: number
    ) => Effect.Effect<void, ArtifactStorage>
    /** Notes that files were written for an asset that was then refused, so that they are removed. */
    readonly leave: (files: {
      readonly id: string
      readonly sha256: string
      readonly extension: string
    }) => Effect.Effect<void, ArtifactStorage>
  }
>() {
  /** In the database. */
  static readonly layer = layerEffect(
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
        hashOf: (organization, id) =>
          run(sql<{ sha256: string }>`SELECT sha256 FROM assets
            WHERE id = ${id} AND organization_id = ${organization}`).pipe(
            Effect.map(([row]) => row?.sha256 ?? null)
          ),
        locate: (id) =>
          run(sql<RawAsset>`SELECT * FROM assets WHERE id = ${id}`).pipe(
            Effect.map(([row]) =>
              row === undefined
                ? null
                : {
                    asset: fromRaw(row),
                    organizationId: row.organization_id,
                    deleted: row.deleted_at !== null
                  }
            )
          ),
        list: (organization, { before, limit }) =>
          run(sql<RawAsset>`SELECT * FROM assets
            WHERE organization_id = ${organization} AND deleted_at IS NULL
              AND (${before === null ? 1 : 0} = 1 OR created_at < ${before?.createdAt ?? 0}
                OR (created_at = ${before?.createdAt ?? 0} AND id < ${before?.id ?? ""}))
            ORDER BY created_at DESC, id DESC LIMIT ${limit}`).pipe(Effect.map((rows) => rows.map(fromRaw))),
        remove: (organization, id) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            run(sql`UPDATE assets SET deleted_at = ${now}
              WHERE id = ${id} AND organization_id = ${organization} AND deleted_at IS NULL RETURNING id`)
          ).pipe(Effect.map((rows) => rows.length > 0)),
        ofJob: (jobId) =>
          run(
            sql<RawAsset>`SELECT * FROM assets WHERE job_id = ${jobId} AND deleted_at IS NULL ORDER BY position`
          ).pipe(Effect.map((rows) => rows.map(fromRaw))),
        shows: (organization, sha256) =>
          run(sql`SELECT 1 FROM assets
            WHERE organization_id = ${organization} AND sha256 = ${sha256} AND deleted_at IS NULL LIMIT 1`).pipe(
            Effect.map((rows) => rows.length > 0)
          ),
        uploadedOn: (organization, day) =>
          run(sql<{ bytes: number }>`SELECT bytes FROM daily_uploads
            WHERE organization_id = ${organization} AND day = ${day}`).pipe(
            Effect.map(([row]) => row?.bytes ?? 0)
          ),
        countUploaded: (organization, day, bytes) =>
          Effect.asVoid(
            run(sql`INSERT INTO daily_uploads (organization_id, day, bytes) VALUES (${organization}, ${day}, ${bytes})
              ON CONFLICT (organization_id, day) DO UPDATE SET bytes = daily_uploads.bytes + ${bytes}`)
          ),
        leave: ({ extension, id, sha256 }) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.asVoid(
              run(sql`INSERT INTO leftovers (asset_id, sha256, extension, noted_at)
                VALUES (${id}, ${sha256}, ${extension}, ${now})
                ON CONFLICT (asset_id) DO UPDATE SET noted_at = ${now}`)
            )
          )
      }
    })
  )
}

interface RawAsset {
  readonly id: string
  readonly organization_id: string
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
  readonly deleted_at: number | null
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

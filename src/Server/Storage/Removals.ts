import { rmSync, statSync } from "node:fs"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { layerEffect } from "../../Stack.js"
import { assetFile, blobFile } from "./BlobFiles.js"
import { Database } from "./Database.js"
import { DataFolder } from "./DataFolder.js"
import { causeOf } from "./Engine.js"

// Content that was stored again after its last asset was made is about to become one, or its maker died.
const abandonedMs = 60 * 60 * 1000
const atOnce = 100

/**
 * The files of deleted assets, and of those that were refused after their files were written. A removal is written with its
 * tombstone and carried out afterwards, so that whoever dies between the two leaves it to the next (contract §6).
 */
export class Removals extends Context.Tag("image-skill/Server/Removals")<
  Removals,
  {
    /** Notes that a deleted asset's file, and content that no other asset shows, are to go; part of the caller's transaction. */
    readonly request: (asset: {
      readonly id: string
      readonly sha256: string
      readonly extension: string
    }) => Effect.Effect<void, ArtifactStorage>
    /** Carries out what is noted, at most 100 of each; answers how many are done. Content that something still needs stays. */
    readonly collect: Effect.Effect<number, ArtifactStorage>
  }
>() {
  /** In the database and the data folder. */
  static readonly layer = layerEffect(
    Removals,
    Effect.gen(function* () {
      const { run, sql, transaction } = yield* Database
      const folder = yield* DataFolder

      const isNeeded = (sha256: string) =>
        run(sql<{ needed: number }>`SELECT
          EXISTS (SELECT 1 FROM assets WHERE sha256 = ${sha256} AND deleted_at IS NULL)
            OR EXISTS (SELECT 1 FROM checkpoints c JOIN jobs j ON j.id = c.job_id
              WHERE j.status IN ('queued', 'running') AND instr(c.output, ${sha256}) > 0) AS needed`).pipe(
          Effect.map(([row]) => row?.needed === 1)
        )

      const one = ({ asset_id, extension, sha256 }: Row) =>
        // Under the writer's lock: nobody can begin to need the content between the question and the removal. That is why the
        // file calls stand inside, against the rule; each is one unlink.
        transaction(
          Effect.gen(function* () {
            yield* remove(assetFile(folder, asset_id, extension))
            const [use] = yield* run(sql<{ newest: number }>`SELECT coalesce(max(created_at), 0) AS newest
              FROM assets WHERE sha256 = ${sha256}`)
            if (!(yield* isNeeded(sha256))) {
              const now = yield* Clock.currentTimeMillis
              const file = blobFile(folder, sha256, extension)
              const stored = yield* storedAt(file)
              if (stored > (use?.newest ?? 0) && now - stored < abandonedMs) return false
              yield* remove(file)
            }
            yield* run(sql`DELETE FROM removals WHERE asset_id = ${asset_id}`)
            return true
          })
        )

      /** Files of an asset that was refused when they were written; an asset of that id that was made since keeps them. */
      const leftover = ({ asset_id, extension, sha256 }: Row) =>
        transaction(
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const made = yield* run(sql`SELECT 1 FROM assets WHERE id = ${asset_id}`)
            if (made.length === 0) {
              const file = blobFile(folder, sha256, extension)
              // Whoever stored it since may be about to make the same asset of it, or another.
              if (now - (yield* storedAt(file)) < abandonedMs) {
                yield* run(sql`UPDATE leftovers SET noted_at = ${now} WHERE asset_id = ${asset_id}`)
                return false
              }
              yield* remove(assetFile(folder, asset_id, extension))
              if (!(yield* isNeeded(sha256))) yield* remove(file)
            }
            yield* run(sql`DELETE FROM leftovers WHERE asset_id = ${asset_id}`)
            return true
          })
        )

      return {
        request: ({ extension, id, sha256 }) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.asVoid(
              run(sql`INSERT INTO removals (asset_id, sha256, extension, requested_at)
                VALUES (${id}, ${sha256}, ${extension}, ${now}) ON CONFLICT (asset_id) DO NOTHING`)
            )
          ),
        collect: Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const removals = yield* run(
            sql<Row>`SELECT asset_id, sha256, extension FROM removals ORDER BY requested_at LIMIT ${atOnce}`
          )
          const leftovers = yield* run(sql<Row>`SELECT asset_id, sha256, extension FROM leftovers
            WHERE noted_at <= ${now - abandonedMs} ORDER BY noted_at LIMIT ${atOnce}`)
          const done = [
            ...(yield* Effect.forEach(removals, one)),
            ...(yield* Effect.forEach(leftovers, leftover))
          ]
          return done.filter(Boolean).length
        })
      }
    })
  )
}

/** When content was last stored; 0 where it is not. */
const storedAt = (file: string): Effect.Effect<number> =>
  Effect.sync(() => Math.floor(statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0))

const remove = (file: string): Effect.Effect<void, ArtifactStorage> =>
  Effect.try({
    try: () => rmSync(file, { force: true }),
    catch: (error) =>
      failure(
        "ARTIFACT_STORAGE_WRITE_FAILED",
        `a deleted asset's file cannot be removed (${causeOf(error)})`,
        {
          details: { cause: causeOf(error) }
        }
      )
  })

interface Row {
  readonly asset_id: string
  readonly sha256: string
  readonly extension: string
}

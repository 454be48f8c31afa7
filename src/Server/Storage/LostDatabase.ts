import { readdirSync, statSync } from "node:fs"
import * as Effect from "effect/Effect"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { DataFolder } from "./DataFolder.js"

/**
 * Refuses a folder that holds assets but no database: a new one would forget every key, and pay again for what was paid
 * (`ASSET_INTEGRITY_FAILED`, nothing is touched; contract §9).
 */
export const refuseLostDatabase: Effect.Effect<void, ArtifactStorage, DataFolder> = Effect.flatMap(
  DataFolder,
  ({ assets, database }) =>
    Effect.suspend(() =>
      sizeOf(database) > 0 || isEmpty(assets)
        ? Effect.void
        : Effect.fail(
            failure(
              "ASSET_INTEGRITY_FAILED",
              "the data folder holds assets, but its database is missing or empty",
              {
                details: { path: database, cause: "database_missing" },
                recovery: {
                  next_step:
                    "put the database back from a copy, or set IMAGE_SKILL_DATA_DIR to another folder"
                }
              }
            )
          )
    )
)

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

const isEmpty = (folder: string): boolean => {
  try {
    return readdirSync(folder).length === 0
  } catch {
    return true
  }
}

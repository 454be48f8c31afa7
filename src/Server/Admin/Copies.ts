import * as path from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { makeBackup } from "../Storage/Backup.js"
import { DataFolder } from "../Storage/DataFolder.js"
import { type Inspection, inspect, type Note, type Problem } from "../Storage/Integrity.js"
import { putBack } from "../Storage/Restoring.js"
import { inFolder, pathsOf } from "./Folder.js"

/** Copies a data folder to a new folder, by default one of its own `backups`. */
export const backUp = (root: string, output: string | null) =>
  inFolder(
    root,
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const { backups } = yield* DataFolder
      const target =
        output ?? path.join(backups, `backup-${new Date(now).toISOString().replace(/[:.]/g, "-")}`)
      const { damaged, manifest } = yield* makeBackup(target)
      return {
        data: {
          path: target,
          created_at: manifest.created_at,
          assets: manifest.assets,
          blobs: manifest.blobs,
          bytes: manifest.bytes,
          verified: damaged.length === 0,
          ...(damaged.length === 0 ? {} : { damaged })
        },
        warnings: [
          "whoever reads this folder has the service's secret, tokens' digests and all pictures: keep it as safe as the data folder",
          ...(damaged.length === 0
            ? []
            : [`the content of ${damaged.length} assets is damaged here, and so is not in the backup`])
        ]
      }
    })
  )

/** Makes a data folder from a backup. */
export const restore = (options: {
  readonly from: string
  readonly target: string
  readonly replace: boolean
}) =>
  Effect.map(putBack(options), ({ manifest, previous }) => ({
    data: {
      data_folder: options.target,
      from: options.from,
      backup_created_at: manifest.created_at,
      previous_data_folder: previous,
      assets: manifest.assets,
      blobs: manifest.blobs
    },
    warnings: [
      `what happened after ${manifest.created_at} is not in this folder: tokens revoked since then hold again, and keys used since then are free again`
    ]
  }))

const shownAtMost = 100

/** Looks a data folder through; `ASSET_INTEGRITY_FAILED`, with the list and what to do, when anything is wrong. */
export const verify = (root: string) =>
  Effect.gen(function* () {
    const found = yield* Effect.flatMap(pathsOf(root), inspect)
    if (found.problems.length > 0) return yield* Effect.fail(unsound(root, found))
    return {
      sound: true,
      data_folder: root,
      checked: checkedOf(found),
      notes: found.notes.map((note) => ({ ...note, what_to_do: adviceOnNotes[note.kind] })),
      backups: found.backups
    }
  })

const checkedOf = ({ assets, bytes, contents, databaseVersion }: Inspection) => ({
  database_version: databaseVersion,
  assets,
  blobs: contents,
  bytes
})

const unsound = (root: string, found: Inspection): ArtifactStorage => {
  const kinds = [...new Set(found.problems.map(({ kind }) => kind))]
  return failure(
    "ASSET_INTEGRITY_FAILED",
    `${found.problems.length} things are wrong with the data folder; nothing was changed`,
    {
      details: {
        path: root,
        checked: checkedOf(found),
        problem_count: found.problems.length,
        problems: found.problems.slice(0, shownAtMost),
        what_to_do: Object.fromEntries(kinds.map((kind) => [kind, advice[kind]])),
        backups: found.backups
      },
      recovery: {
        next_step:
          found.backups.length === 0
            ? "stop the service and make a copy of the data folder before anything else; it holds no backup of its own"
            : "stop the service, make a copy of the data folder, then restore the newest sound backup of details.backups"
      }
    }
  )
}

const advice: Readonly<Record<Problem["kind"], string>> = {
  database_damaged: "restore a backup; until then no new work should be taken on",
  law_broken:
    "stop the service, keep a copy of the folder, and report the law with the version of image-skill",
  content_missing:
    "copy the file from blobs/ of a backup, or restore it; the asset cannot be read until then",
  content_changed: "as content_missing: the bytes are not those that were stored, and are never served",
  asset_file_missing:
    "the content is there, only its file in a/ is not: a backup and its restore make it again",
  secret_missing:
    "put the file secret back from a backup: without it tokens and jobs under way cannot be read"
}

const adviceOnNotes: Readonly<Record<Note["kind"], string>> = {
  content_unused: "nothing: content that no asset shows, left by work that was cut off",
  removals_waiting: "nothing: serve removes what was deleted in its next round",
  quarantined: "look into quarantine/: content whose bytes were wrong when it was read",
  file_unknown: "look into blobs/: a file there was not made by this program",
  database_older: "start serve once: it brings the database to this version, with a copy first"
}

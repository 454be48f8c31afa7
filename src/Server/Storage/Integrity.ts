import * as fs from "node:fs/promises"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { inBackup } from "./Backup.js"
import { assetFile } from "./BlobFiles.js"
import { hashOfFile, listBlobs, type StoredContent } from "./BlobStore.js"
import { checkDatabase, type DatabaseCheck, newestVersion } from "./DatabaseCheck.js"
import type { Paths } from "./DataFolder.js"
import { causeOf, codeOf } from "./Engine.js"

/** Something that is wrong with a data folder. */
export interface Problem {
  readonly kind:
    | "database_damaged"
    | "law_broken"
    | "content_missing"
    | "content_changed"
    | "asset_file_missing"
    | "secret_missing"
  /** What it is about: an asset's id, a law, SQLite's own words. */
  readonly subject: string
}

/** What lies in a data folder without being wrong. */
export interface Note {
  readonly kind: "content_unused" | "removals_waiting" | "quarantined" | "file_unknown" | "database_older"
  readonly count: number
  readonly bytes: number
}

/** A data folder, looked through. */
export interface Inspection {
  readonly databaseVersion: number | null
  readonly assets: number
  readonly contents: number
  readonly bytes: number
  readonly problems: ReadonlyArray<Problem>
  readonly notes: ReadonlyArray<Note>
  /** Backups that are in the folder, newest first. */
  readonly backups: ReadonlyArray<string>
}

/**
 * Reads everything that a data folder holds again: the database's pages, every law of money, and each asset's content against its
 * hash. Changes nothing, and takes as long as the disk needs to read it all.
 */
export const inspect = (folder: Paths): Effect.Effect<Inspection, ArtifactStorage> =>
  Effect.gen(function* () {
    const database = yield* checkDatabase(folder.database)
    const found = yield* Effect.tryPromise({
      try: () => look(folder, database),
      catch: (error) =>
        failure("ARTIFACT_STORAGE_WRITE_FAILED", `the data folder cannot be read (${causeOf(error)})`, {
          details: { path: folder.root, cause: causeOf(error) }
        })
    })
    if (!found.problems.some(({ kind }) => ofAssets.has(kind))) return found
    // What was deleted since the database was asked is no loss.
    const left = new Set((yield* checkDatabase(folder.database)).assets.map(({ id }) => id))
    return {
      ...found,
      problems: found.problems.filter(({ kind, subject }) => !ofAssets.has(kind) || left.has(subject))
    }
  })

const ofAssets: ReadonlySet<Problem["kind"]> = new Set([
  "content_missing",
  "content_changed",
  "asset_file_missing"
])

const look = async (folder: Paths, database: DatabaseCheck): Promise<Inspection> => {
  const { content, strange } = await listBlobs(folder.blobs)
  const stored = new Map(content.map((blob) => [keyOf(blob), blob]))
  const shown = new Set(await fs.readdir(folder.assets))
  const problems: Array<Problem> = [
    ...database.damage.map((subject): Problem => ({ kind: "database_damaged", subject })),
    ...database.breaches.map(({ law }): Problem => ({ kind: "law_broken", subject: law }))
  ]
  if (database.version !== null && !(await has(path.join(folder.root, inBackup.secret)))) {
    problems.push({ kind: "secret_missing", subject: inBackup.secret })
  }
  const verdicts = new Map<string, Problem["kind"] | null>()
  const needed = new Set<string>()
  for (const asset of database.assets) {
    const key = keyOf(asset)
    needed.add(key)
    const verdict = verdicts.has(key) ? (verdicts.get(key) ?? null) : await judge(asset, stored.get(key))
    verdicts.set(key, verdict)
    if (verdict !== null) problems.push({ kind: verdict, subject: asset.id })
    else if (!shown.has(path.basename(assetFile(folder, asset.id, asset.extension)))) {
      problems.push({ kind: "asset_file_missing", subject: asset.id })
    }
  }
  const unused = content.filter((blob) => !needed.has(keyOf(blob)) && !database.underWay.has(blob.sha256))
  const quarantined = await fs.readdir(folder.quarantine)
  const note = (kind: Note["kind"], count: number, bytes = 0): ReadonlyArray<Note> =>
    count === 0 ? [] : [{ kind, count, bytes }]
  return {
    databaseVersion: database.version,
    assets: database.assets.length,
    contents: content.length,
    bytes: content.reduce((sum, { bytes }) => sum + bytes, 0),
    problems,
    notes: [
      ...note(
        "content_unused",
        unused.length,
        unused.reduce((sum, { bytes }) => sum + bytes, 0)
      ),
      ...note("removals_waiting", database.removals),
      ...note("quarantined", quarantined.length),
      ...note("file_unknown", strange.length),
      ...note("database_older", database.version !== null && database.version < newestVersion ? 1 : 0)
    ],
    backups: await backupsIn(folder)
  }
}

const keyOf = ({ extension, sha256 }: { readonly sha256: string; readonly extension: string }): string =>
  `${sha256}.${extension}`

const judge = async (
  asset: DatabaseCheck["assets"][number],
  blob: StoredContent | undefined
): Promise<Problem["kind"] | null> => {
  const found = blob === undefined ? null : await hashOfFile(blob.file)
  if (blob === undefined || found === null) return "content_missing"
  return found === asset.sha256 && blob.bytes === asset.bytes ? null : "content_changed"
}

/** The whole backups in a data folder, and the copies that migrations left, newest first. */
const backupsIn = async (folder: Paths): Promise<ReadonlyArray<string>> => {
  const found: Array<{ readonly at: string; readonly age: number }> = []
  for (const entry of await fs.readdir(folder.backups)) {
    const at = path.join(folder.backups, entry)
    const whole = entry.endsWith(".db") ? at : path.join(at, inBackup.manifest)
    if (await has(whole)) found.push({ at, age: (await fs.stat(whole)).mtimeMs })
  }
  return found.sort((a, b) => b.age - a.age).map(({ at }) => at)
}

const has = async (at: string): Promise<boolean> => {
  try {
    return (await fs.stat(at)).size > 0
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return false
    throw error
  }
}

import { createHash, randomBytes } from "node:crypto"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { version } from "../../Version.js"
import { Database } from "./Database.js"
import { copyBlob, hashOfFile, listBlobs, onDisk } from "./BlobStore.js"
import { checkDatabase, forgetAssets, newestVersion } from "./DatabaseCheck.js"
import { DataFolder, format } from "./DataFolder.js"
import { syncFolder, writeNew } from "./Durable.js"
import { causeOf, codeOf } from "./Engine.js"
import { Sqlite, storageFailure } from "./Sqlite.js"

/** What a backup says of itself; written last, so that a folder with it is whole. */
export const Manifest = Schema.Struct({
  schema: Schema.Literal("image-skill.backup.v1"),
  created_at: Schema.String,
  image_skill_version: Schema.String,
  data_format: Schema.Int,
  database_version: Schema.Int,
  database_sha256: Schema.String,
  assets: Schema.Int,
  blobs: Schema.Int,
  bytes: Schema.Int,
  /** Digest of the sorted hashes of all content. */
  blobs_digest: Schema.String
})
/** What a backup says of itself. */
export type Manifest = typeof Manifest.Type

/** Names inside a backup; those of the data folder where there is one. */
export const inBackup = {
  manifest: "manifest.json",
  database: "image-skill.db",
  blobs: "blobs",
  secret: "secret",
  policy: "policy.json"
} as const

/** One digest over all hashes, whatever order they came in. */
export const digestOf = (hashes: ReadonlyArray<string>): string =>
  createHash("sha256")
    .update([...hashes].sort().join("\n"))
    .digest("hex")

/** Runs file work; what it throws is `ARTIFACT_STORAGE_WRITE_FAILED`, which names the folder and the cause. */
export const fileWork = <A>(
  what: string,
  at: string,
  work: () => Promise<A>
): Effect.Effect<A, ArtifactStorage> =>
  Effect.tryPromise({
    try: work,
    catch: (error) =>
      failure("ARTIFACT_STORAGE_WRITE_FAILED", `${what} (${causeOf(error)})`, {
        details: { path: at, cause: causeOf(error) },
        recovery: { next_step: "free some space or choose another folder; what was there is unchanged" }
      })
  })

/** A backup that was made. */
export interface BackedUp {
  readonly manifest: Manifest
  /** Content that could not be copied because it is damaged or missing in the data folder. */
  readonly damaged: ReadonlyArray<string>
}

const partial = /^\.image-skill-backup-[0-9a-f]{16}\.partial$/
const forgottenMs = 24 * 3_600_000

/**
 * Copies the data folder to `target`, a folder that must not exist: a state of the database as of one moment, the content that it
 * needs, each piece read again and compared with its hash, the secret and the policy; modes 0600 and 0700. Others may go on writing.
 * The folder appears whole or not at all (contract §9).
 */
export const makeBackup = (
  target: string
): Effect.Effect<BackedUp, ArtifactStorage, DataFolder | Sqlite | Database> =>
  Effect.gen(function* () {
    const beside = path.dirname(target)
    const broken = "the backup cannot be written"
    if (yield* fileWork(broken, target, () => exists(target))) return yield* Effect.fail(taken(target))
    const now = yield* Clock.currentTimeMillis
    yield* fileWork(broken, beside, () => removeForgotten(beside, now))
    const staging = path.join(beside, `.image-skill-backup-${randomBytes(8).toString("hex")}.partial`)
    return yield* fileWork(broken, staging, () => fs.mkdir(staging, { mode: 0o700 })).pipe(
      Effect.zipRight(fill(staging, now)),
      Effect.tap(() =>
        Effect.tryPromise({
          try: async () => {
            await fs.rename(staging, target)
            await syncFolder(beside)
          },
          catch: (error) =>
            codeOf(error) === "ENOTEMPTY" || codeOf(error) === "EEXIST" || codeOf(error) === "ENOTDIR"
              ? taken(target)
              : failure("ARTIFACT_STORAGE_WRITE_FAILED", `${broken} (${causeOf(error)})`, {
                  details: { path: target, cause: causeOf(error) }
                })
        })
      ),
      Effect.onError(() => Effect.promise(() => fs.rm(staging, { recursive: true, force: true })))
    )
  })

const fill = (staging: string, now: number) =>
  Effect.gen(function* () {
    const folder = yield* DataFolder
    const sqlite = yield* Sqlite
    const database = path.join(staging, inBackup.database)
    const blobs = path.join(staging, inBackup.blobs)
    const work = <A>(run: () => Promise<A>) => fileWork("the backup cannot be written", staging, run)

    // The database first: what it names was stored before it was named, so all of it is there to be copied.
    yield* sqlite.copyTo(database).pipe(Effect.mapError(storageFailure))
    const copied = yield* work(async () => {
      await onDisk(database, 0o600)
      for (const name of [inBackup.secret, inBackup.policy]) {
        await copyIfThere(path.join(folder.root, name), path.join(staging, name))
      }
      await fs.mkdir(blobs, { mode: 0o700 })
      const { content } = await listBlobs(folder.blobs)
      const done = new Map<string, number>()
      for (const blob of content) {
        if (await copyBlob(blob, blobs, 0o600)) done.set(`${blob.sha256}.${blob.extension}`, blob.bytes)
      }
      return done
    })
    const before = yield* checkDatabase(database)
    const lost = before.assets.filter(({ extension, sha256 }) => !copied.has(`${sha256}.${extension}`))
    // Deleted while the content was being copied: then it is deleted in the copy too.
    const deleted = yield* deletedSince(lost.map(({ id }) => id))
    if (deleted.size > 0) {
      yield* forgetAssets(database, [...deleted], now)
      yield* work(() => onDisk(database, 0o600))
    }
    const check = deleted.size > 0 ? yield* checkDatabase(database) : before
    if (check.damage.length + check.breaches.length > 0) {
      return yield* Effect.fail(
        failure("ASSET_INTEGRITY_FAILED", "the database is not sound, so no backup was kept", {
          details: { damage: check.damage, broken_laws: check.breaches },
          recovery: { next_step: "admin verify tells what is wrong and which backups there are" }
        })
      )
    }
    const manifest: Manifest = {
      schema: "image-skill.backup.v1",
      created_at: new Date(now).toISOString(),
      image_skill_version: version,
      data_format: format,
      database_version: check.version ?? newestVersion,
      database_sha256: (yield* work(() => hashOfFile(database))) ?? "",
      assets: check.assets.length,
      blobs: copied.size,
      bytes: [...copied.values()].reduce((sum, bytes) => sum + bytes, 0),
      blobs_digest: digestOf([...copied.keys()])
    }
    yield* work(async () => {
      await syncShelves(blobs)
      await writeNew(
        path.join(staging, inBackup.manifest),
        new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`),
        0o600
      )
      await syncFolder(staging)
    })
    return { manifest, damaged: lost.filter(({ id }) => !deleted.has(id)).map(({ id }) => id) }
  })

/** Puts the names in a folder of blobs and its shelves onto the disk. */
export const syncShelves = async (blobs: string): Promise<void> => {
  for (const shelf of await fs.readdir(blobs)) await syncFolder(path.join(blobs, shelf))
  await syncFolder(blobs)
}

const deletedSince = (
  ids: ReadonlyArray<string>
): Effect.Effect<ReadonlySet<string>, ArtifactStorage, Database> =>
  Effect.flatMap(Database, ({ run, sql }) =>
    Effect.forEach(ids, (id) =>
      run(sql<{ id: string }>`SELECT id FROM assets WHERE id = ${id} AND deleted_at IS NOT NULL`)
    )
  ).pipe(Effect.map((found) => new Set(found.flat().map(({ id }) => id))))

/** Copies a file onto the disk with mode 0600, if there is one. */
export const copyIfThere = async (from: string, to: string): Promise<void> => {
  try {
    await fs.copyFile(from, to)
  } catch (error) {
    if (codeOf(error) === "ENOENT") return
    throw error
  }
  await onDisk(to, 0o600)
}

/** Whether a path names anything. */
export const exists = async (at: string): Promise<boolean> => {
  try {
    await fs.lstat(at)
    return true
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false
    throw error
  }
}

// What a process left that was killed while it copied.
const removeForgotten = async (folder: string, now: number): Promise<void> => {
  for (const entry of await fs.readdir(folder)) {
    if (!partial.test(entry)) continue
    const at = path.join(folder, entry)
    const found = await fs.stat(at).catch(() => undefined)
    if (found !== undefined && now - found.mtimeMs > forgottenMs) {
      await fs.rm(at, { recursive: true, force: true })
    }
  }
}

const taken = (target: string): ArtifactStorage =>
  failure("OUTPUT_EXISTS", "the place of the backup is taken; nothing was overwritten", {
    details: { path: target },
    recovery: { required_flag: "--output", next_step: "name a folder that does not exist" }
  })

import { randomBytes } from "node:crypto"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { copyIfThere, digestOf, exists, fileWork, inBackup, Manifest, syncShelves } from "./Backup.js"
import { assetFile, blobFile, copyAcross, unlinkable } from "./BlobFiles.js"
import { copyBlob, hashOfFile, listBlobs } from "./BlobStore.js"
import { checkDatabase, newestVersion } from "./DatabaseCheck.js"
import { format, open, type Paths } from "./DataFolder.js"
import { syncFolder } from "./Durable.js"
import { causeOf, codeOf } from "./Engine.js"
import { anybodyIn } from "./OwnerLock.js"

/** A data folder that was put back. */
export interface PutBack {
  readonly manifest: Manifest
  /** Where the data lies that was there before, if any was. */
  readonly previous: string | null
}

const broken = "the data folder cannot be put back"

/**
 * Makes the data folder `target` from a backup. It is built beside its place, verified whole, and put there in one rename; what was
 * there before is set aside under another name and never removed. `OUTPUT_EXISTS` when something is there and `replace` was not
 * said; nothing is touched before the backup has been found sound (contract §9).
 */
export const putBack = (options: {
  readonly from: string
  readonly target: string
  readonly replace: boolean
}): Effect.Effect<PutBack, ArtifactStorage> =>
  Effect.gen(function* () {
    const { from, replace, target } = options
    const manifest = yield* readManifest(from)
    if (yield* fileWork(broken, target, () => isFilled(target))) {
      if (!replace) return yield* Effect.fail(taken(target))
      if (yield* anybodyIn(path.join(target, "locks"))) return yield* Effect.fail(inUse(target))
    }
    const now = yield* Clock.currentTimeMillis
    const tag = randomBytes(8).toString("hex")
    const staging = `${target}.restoring-${tag}`
    yield* fileWork(broken, target, () => removeForgotten(target, now))
    return yield* Effect.gen(function* () {
      const folder = yield* open(staging)
      yield* fill(folder, from, manifest)
      const stamp = new Date(now).toISOString().replace(/[:.]/g, "-")
      const previous = yield* swap(staging, target, `${target}.replaced-${stamp}-${tag.slice(0, 4)}`)
      return { manifest, previous }
    }).pipe(Effect.onError(() => Effect.promise(() => fs.rm(staging, { recursive: true, force: true }))))
  })

const readManifest = (from: string): Effect.Effect<Manifest, ArtifactStorage> =>
  Effect.gen(function* () {
    const file = path.join(from, inBackup.manifest)
    const text = yield* Effect.tryPromise({
      try: () => fs.readFile(file, "utf8"),
      catch: (error) => unreadable(file, causeOf(error))
    })
    const manifest = yield* Effect.mapError(Schema.decode(Schema.parseJson(Manifest))(text), () =>
      unreadable(file, "not_a_manifest")
    )
    if (manifest.data_format > format || manifest.database_version > newestVersion) {
      return yield* Effect.fail(
        failure("DATA_FOLDER_NEWER", "the backup was made by a newer version of this program", {
          details: { path: from, version: manifest.image_skill_version },
          recovery: { next_step: "upgrade image-skill, then restore" }
        })
      )
    }
    return manifest
  })

const fill = (folder: Paths, from: string, manifest: Manifest) =>
  Effect.gen(function* () {
    const work = <A>(run: () => Promise<A>) => fileWork(broken, folder.root, run)
    const damaged = (what: string) =>
      failure("ASSET_INTEGRITY_FAILED", `the backup is damaged: ${what}; nothing was put back`, {
        details: { path: from },
        recovery: { next_step: "restore another backup" }
      })
    const hashes = yield* work(async () => {
      for (const [name, to] of [
        [inBackup.database, folder.database],
        [inBackup.secret, path.join(folder.root, inBackup.secret)],
        [inBackup.policy, path.join(folder.root, inBackup.policy)]
      ] as const) {
        await copyIfThere(path.join(from, name), to)
      }
      const { content } = await listBlobs(path.join(from, inBackup.blobs))
      const copied: Array<string> = []
      for (const blob of content) {
        if (await copyBlob(blob, folder.blobs, 0o444)) copied.push(`${blob.sha256}.${blob.extension}`)
      }
      await syncShelves(folder.blobs)
      return copied
    })
    if ((yield* work(() => hashOfFile(folder.database))) !== manifest.database_sha256) {
      return yield* Effect.fail(damaged("its database is not the one that was copied"))
    }
    if (digestOf(hashes) !== manifest.blobs_digest) {
      return yield* Effect.fail(damaged("content is missing or changed"))
    }
    const check = yield* checkDatabase(folder.database)
    if (check.damage.length + check.breaches.length > 0) {
      return yield* Effect.fail(damaged("its database is not sound"))
    }
    yield* work(async () => {
      const there = new Set(hashes)
      for (const { extension, id, sha256 } of check.assets) {
        if (there.has(`${sha256}.${extension}`)) await show(folder, sha256, extension, id)
      }
      await syncFolder(folder.assets)
      await syncFolder(folder.root)
    })
  })

const show = async (folder: Paths, sha256: string, extension: string, id: string): Promise<void> => {
  const from = blobFile(folder, sha256, extension)
  const to = assetFile(folder, id, extension)
  try {
    await fs.link(from, to)
  } catch (error) {
    if (!unlinkable.has(codeOf(error) ?? "")) throw error
    await copyAcross(folder, from, to)
  }
}

/** Puts a folder in another's place; where that was filled it stays, under a name of its own, which is answered. */
const swap = (staging: string, target: string, aside: string) =>
  fileWork(
    "the data folder cannot be put in its place; it may be where a disk is mounted",
    target,
    async () => {
      const filled = await isFilled(target)
      if (filled) await fs.rename(target, aside)
      try {
        await fs.rename(staging, target)
      } catch (error) {
        if (filled) await fs.rename(aside, target)
        throw error
      }
      await syncFolder(path.dirname(target))
      return filled ? aside : null
    }
  )

const isFilled = async (at: string): Promise<boolean> => {
  try {
    return (await fs.readdir(at)).length > 0
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false
    if (codeOf(error) === "ENOTDIR") return true
    throw error
  }
}

const forgottenMs = 24 * 3_600_000

// What a process left that was killed while it restored.
const removeForgotten = async (target: string, now: number): Promise<void> => {
  const beside = path.dirname(target)
  const left = `${path.basename(target)}.restoring-`
  if (!(await exists(beside))) return
  for (const entry of await fs.readdir(beside)) {
    if (!entry.startsWith(left)) continue
    const at = path.join(beside, entry)
    const found = await fs.stat(at).catch(() => undefined)
    if (found !== undefined && now - found.mtimeMs > forgottenMs) {
      await fs.rm(at, { recursive: true, force: true })
    }
  }
}

const unreadable = (file: string, cause: string): ArtifactStorage =>
  failure("INPUT_READ_FAILED", `there is no whole backup here (${cause})`, {
    details: { path: file, cause },
    recovery: { required_flag: "--from", next_step: "name a folder that admin backup made" }
  })

const taken = (target: string): ArtifactStorage =>
  failure("OUTPUT_EXISTS", "the data folder is not empty; nothing was touched", {
    details: { path: target },
    recovery: {
      required_flag: "--replace",
      next_step:
        "name another folder with --data, or say --replace: what is there is then set aside, not removed"
    }
  })

const inUse = (target: string): ArtifactStorage =>
  failure("OUTPUT_WRITE_FAILED", "a running process uses the data folder; nothing was touched", {
    details: { path: target, cause: "in_use" },
    recovery: { next_step: "stop the service, then restore" }
  })

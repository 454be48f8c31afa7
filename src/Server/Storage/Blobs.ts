import * as fs from "node:fs/promises"
import * as path from "node:path"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { layerEffect } from "../../Stack.js"
import {
  assetFile,
  blobFile,
  copyAcross,
  isSame,
  hashOf,
  isUnfinished,
  makeFolder,
  MissingContent,
  renewed,
  setAside,
  sizeOf,
  temporaryFile,
  unlinkable,
  WrongContent
} from "./BlobFiles.js"
import { readSpan, readVerified, rememberVerified, verify } from "./BlobStream.js"
import { DataFolder, type Paths } from "./DataFolder.js"
import { syncFolder, writeNew } from "./Durable.js"
import { causeOf, codeOf } from "./Engine.js"

/** Content by its hash, in files of mode 0444, each verified whenever it is read (contract §9). */
export class Blobs extends Context.Tag("image-skill/Server/Blobs")<
  Blobs,
  {
    /** Stores bytes durably; the same bytes again change nothing. `ARTIFACT_STORAGE_WRITE_FAILED` leaves nothing behind. */
    readonly put: (
      bytes: Uint8Array,
      extension: string
    ) => Effect.Effect<{ readonly sha256: string; readonly bytes: number }, ArtifactStorage>
    /** Shows stored content as an asset's file and answers its path; doing so again changes nothing. */
    readonly link: (
      sha256: string,
      extension: string,
      assetId: string
    ) => Effect.Effect<string, ArtifactStorage>
    /** The stored bytes; wrong ones are put aside, and they and missing ones are `ASSET_INTEGRITY_FAILED`. */
    readonly read: (sha256: string, extension: string) => Effect.Effect<Uint8Array, ArtifactStorage>
    /** The stored bytes in pieces; the last piece comes only when the hash of all is right, else as `read` fails. */
    readonly stream: (sha256: string, extension: string) => Stream.Stream<Uint8Array, ArtifactStorage>
    /** The bytes from `first` to `last`, both included, in pieces, once all are verified: as `read`, or by an earlier look at this very file. */
    readonly span: (
      sha256: string,
      extension: string,
      span: { readonly first: number; readonly last: number }
    ) => Effect.Effect<Stream.Stream<Uint8Array, ArtifactStorage>, ArtifactStorage>
    /** Removes an asset's file, if there is one; the content stays. */
    readonly unlinkAsset: (assetId: string, extension: string) => Effect.Effect<void, ArtifactStorage>
    /** How many bytes can still be stored; infinite where the disk does not tell. */
    readonly room: Effect.Effect<number>
    /** Removes temporary files that are older than so many milliseconds; answers their number. */
    readonly sweepTemp: (olderThanMs: number) => Effect.Effect<number, ArtifactStorage>
  }
>() {
  /** In the data folder. */
  static readonly layer: Layer.Layer<Blobs, never, DataFolder> = layerEffect(
    Blobs,
    Effect.map(DataFolder, (folder) => make(folder))
  )
}

/** How many files' verifications are remembered: some 200 bytes each. */
const remembered = 4096

const make = (folder: Paths): Context.Tag.Service<Blobs> => {
  const verified = rememberVerified(remembered)

  const store = <A>(what: string, work: () => Promise<A>) =>
    // A paid result is stored to the end, even when the caller gives up.
    Effect.uninterruptible(Effect.tryPromise({ try: work, catch: (error) => unstored(what, error) }))

  const put = (bytes: Uint8Array, extension: string) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => putAt(bytes, extension, now))

  const putAt = (bytes: Uint8Array, extension: string, now: number) =>
    store("the content cannot be stored", async () => {
      const sha256 = await hashOf(bytes)
      const file = blobFile(folder, sha256, extension)
      const stored = { sha256, bytes: bytes.byteLength }
      const present = await sizeOf(file)
      // Its new age keeps content that is needed again from being removed with the last asset that showed it.
      if (present === bytes.byteLength && (await renewed(file, now))) return stored
      if (present !== undefined && present !== bytes.byteLength) await setAside(folder, file)
      const parent = path.dirname(file)
      if (await makeFolder(parent)) await syncFolder(folder.blobs)
      const temporary = temporaryFile(folder)
      try {
        await writeNew(temporary, bytes, 0o444)
        await fs.rename(temporary, file)
      } catch (error) {
        await fs.rm(temporary, { force: true })
        throw error
      }
      await syncFolder(parent)
      return stored
    })

  const link = (sha256: string, extension: string, assetId: string) =>
    store("the asset's file cannot be made", async () => {
      const from = blobFile(folder, sha256, extension)
      const to = assetFile(folder, assetId, extension)
      if ((await sizeOf(from)) === undefined) throw new MissingContent()
      try {
        await fs.link(from, to)
      } catch (error) {
        const code = codeOf(error) ?? ""
        if (code !== "EEXIST" && !unlinkable.has(code)) throw error
        if (!(await isSame(from, to))) await copyAcross(folder, from, to)
        return to
      }
      await syncFolder(folder.assets)
      return to
    })

  const read = (sha256: string, extension: string) =>
    Effect.tryPromise({
      try: async () => {
        const file = blobFile(folder, sha256, extension)
        const bytes = await fs.readFile(file)
        if ((await hashOf(bytes)) !== sha256) {
          await setAside(folder, file)
          throw new WrongContent()
        }
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      },
      catch: broken
    })

  const unlinkAsset = (assetId: string, extension: string) =>
    store("the asset's file cannot be removed", () =>
      fs.rm(assetFile(folder, assetId, extension), { force: true })
    )

  const sweepTemp = (olderThanMs: number) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      store("temporary files cannot be removed", async () => {
        const inAssets = (await fs.readdir(folder.assets)).filter(isUnfinished)
        const files = [
          ...(await fs.readdir(folder.tmp)).map((name) => path.join(folder.tmp, name)),
          ...inAssets.map((name) => path.join(folder.assets, name))
        ]
        let removed = 0
        for (const file of files) {
          const found = await fs.lstat(file).catch(() => undefined)
          if (found?.isFile() !== true || now - found.mtimeMs < olderThanMs) continue
          await fs.rm(file, { force: true })
          removed += 1
        }
        return removed
      })
    )

  const stream = (sha256: string, extension: string) =>
    Stream.suspend(() => Stream.fromAsyncIterable(readVerified(folder, sha256, extension), broken))

  const span: Context.Tag.Service<Blobs>["span"] = (sha256, extension, wanted) =>
    Effect.as(
      Effect.tryPromise({ try: () => verify(folder, verified, sha256, extension), catch: broken }),
      Stream.suspend(() =>
        Stream.fromAsyncIterable(readSpan(folder, verified, sha256, extension, wanted), broken)
      )
    )

  const room = Effect.promise(() =>
    fs.statfs(folder.root).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => Number.POSITIVE_INFINITY
    )
  )

  return { put, link, read, stream, span, unlinkAsset, room, sweepTemp }
}

const unstored = (what: string, error: unknown): ArtifactStorage => {
  const cause = causeOf(error)
  return error instanceof MissingContent
    ? broken(error)
    : failure("ARTIFACT_STORAGE_WRITE_FAILED", `${what} (${cause})`, {
        details: { cause },
        recovery: {
          next_step: "free some space in the data folder, or set IMAGE_SKILL_DATA_DIR to another one"
        }
      })
}

const broken = (error: unknown): ArtifactStorage => {
  const cause = causeOf(error) === "enoent" ? "missing" : causeOf(error)
  return failure("ASSET_INTEGRITY_FAILED", reasons[cause] ?? `the content cannot be read (${cause})`, {
    details: { cause }
  })
}

const reasons: Readonly<Record<string, string>> = {
  missing: "the content is missing from the data folder",
  wrong_content: "the content is not what was stored; it was put aside"
}

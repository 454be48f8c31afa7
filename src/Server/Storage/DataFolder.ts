import { randomBytes } from "node:crypto"
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync
} from "node:fs"
import * as path from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { layerEffect } from "../../Stack.js"
import { causeOf, codeOf } from "./Engine.js"

/** The format of the data folder that this program reads and writes; a higher one is `DATA_FOLDER_NEWER` (contract §9). */
export const format = 1

/** Where everything of the service lies; all paths are absolute. */
export interface Paths {
  readonly root: string
  readonly database: string
  /** Content by its hash: `<2 hex>/<sha256>.<extension>`. */
  readonly blobs: string
  /** Content by asset: `<asset id>.<extension>`, the folder that `file:` addresses point into. */
  readonly assets: string
  readonly tmp: string
  readonly locks: string
  readonly backups: string
  /** Content whose hash was wrong. */
  readonly quarantine: string
  readonly format: number
}

/** The service's folder on the local disk, made and checked (contract §9). */
export class DataFolder extends Context.Tag("image-skill/Server/DataFolder")<DataFolder, Paths>() {
  /** The folder at a path, made when it is missing. */
  static readonly layer = (root: string): Layer.Layer<DataFolder, ArtifactStorage> =>
    layerEffect(DataFolder, open(root))
}

/**
 * Opens the data folder, making what is missing with mode 0700; several processes may do so at once. `DATA_FOLDER_NEWER` and
 * `CONFIG_READ_FAILED` leave it untouched; `ARTIFACT_STORAGE_WRITE_FAILED` names the path and the cause (contract §9).
 */
export const open = (root: string): Effect.Effect<Paths, ArtifactStorage> =>
  Effect.suspend(() => {
    const at = path.resolve(root)
    const file = path.join(at, "format")
    const under = (name: string) => path.join(at, name)
    const paths: Paths = {
      root: at,
      database: under("image-skill.db"),
      blobs: under("blobs"),
      assets: under("a"),
      tmp: under("tmp"),
      locks: under("locks"),
      backups: under("backups"),
      quarantine: under("quarantine"),
      format
    }
    try {
      makeFolder(at)
      const found = read(file)
      if (found !== undefined && !/^[1-9]\d{0,8}\n?$/.test(found))
        return Effect.fail(unreadable(file, "not_a_number"))
      if (found !== undefined && Number(found) > format) return Effect.fail(newer(at, Number(found)))
      for (const folder of [
        paths.blobs,
        paths.assets,
        paths.tmp,
        paths.locks,
        paths.backups,
        paths.quarantine
      ]) {
        makeFolder(folder)
      }
      // Last, so that a folder with a format is complete.
      if (found === undefined) write(file, paths.tmp)
      return Effect.succeed(paths)
    } catch (error) {
      return Effect.fail(unusable(at, causeOf(error)))
    }
  })

// One level at a time: with `recursive`, Node 20 never returns from some unwritable paths.
const makeFolder = (folder: string): void => {
  const parent = path.dirname(folder)
  if (parent !== folder && !isFolder(parent)) makeFolder(parent)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Whatever it is that cannot be made, it is there: perhaps another process was first.
    if (!isFolder(folder)) throw error
  }
}

const isFolder = (folder: string): boolean =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    throw error
  }
}

// A reader sees the whole file or none, and a format that somebody else wrote meanwhile stays.
const write = (file: string, tmp: string) => {
  const temporary = path.join(tmp, `${randomBytes(12).toString("hex")}.format`)
  const opened = openSync(temporary, "wx", 0o600)
  try {
    writeSync(opened, `${format}\n`)
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
  try {
    linkSync(temporary, file)
  } catch (error) {
    if (codeOf(error) !== "EEXIST") renameSync(temporary, file)
  } finally {
    rmSync(temporary, { force: true })
  }
}

const unreadable = (file: string, cause: string): ArtifactStorage =>
  failure(
    "CONFIG_READ_FAILED",
    `the format of the data folder cannot be read (${cause}); nothing was changed`,
    {
      details: { path: file, cause },
      recovery: { next_step: "set IMAGE_SKILL_DATA_DIR to another folder, or restore this file" }
    }
  )

const newer = (root: string, found: number): ArtifactStorage =>
  failure("DATA_FOLDER_NEWER", `the data folder has format ${found}, this program knows up to ${format}`, {
    details: { path: root, found, known: format },
    recovery: { next_step: "upgrade image-skill, or set IMAGE_SKILL_DATA_DIR to another folder" }
  })

const unusable = (root: string, cause: string): ArtifactStorage =>
  failure("ARTIFACT_STORAGE_WRITE_FAILED", `the data folder cannot be used (${cause})`, {
    details: { path: root, cause },
    recovery: { next_step: "set IMAGE_SKILL_DATA_DIR to a folder on a local disk that can be written" }
  })

import { createHash, randomBytes, webcrypto } from "node:crypto"
import type { Stats } from "node:fs"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import type { Paths } from "./DataFolder.js"
import { syncFolder } from "./Durable.js"
import { codeOf } from "./Engine.js"

/** Content whose hash is not its name. */
export class WrongContent extends Error {
  readonly code = "WRONG_CONTENT"
}

/** Content that is not there. */
export class MissingContent extends Error {
  readonly code = "MISSING"
}

/** A name that must not become part of a path. */
class BadName extends Error {
  readonly code = "INVALID_NAME"
}

const checked = (value: string, pattern: RegExp): string => {
  if (!pattern.test(value)) throw new BadName()
  return value
}

const suffix = (extension: string) => checked(extension, /^[a-z0-9]{1,8}$/)

/** Where content lies: `blobs/<2 hex>/<sha256>.<extension>`. */
export const blobFile = (folder: Paths, sha256: string, extension: string): string => {
  const name = checked(sha256, /^[0-9a-f]{64}$/)
  return path.join(folder.blobs, name.slice(0, 2), `${name}.${suffix(extension)}`)
}

/** Where an asset's content is shown: `a/<asset id>.<extension>`. */
export const assetFile = (folder: Paths, assetId: string, extension: string): string =>
  path.join(folder.assets, `${checked(assetId, /^[a-z]+_[A-Za-z0-9_-]{1,120}$/)}.${suffix(extension)}`)

const unfinished = () => `.${randomBytes(12).toString("hex")}.part`

/** Whether a name is that of a file which is still being written, or never was finished. */
export const isUnfinished = (name: string): boolean => /^\.[0-9a-f]{24}\.part$/.test(name)

/** A new name in the folder of temporary files. */
export const temporaryFile = (folder: Paths): string => path.join(folder.tmp, unfinished())

const inOneGo = 1024 * 1024

/** SHA-256 in hex; large content is hashed beside the event loop. */
export const hashOf = async (bytes: Uint8Array): Promise<string> =>
  bytes.byteLength <= inOneGo
    ? createHash("sha256").update(bytes).digest("hex")
    : Buffer.from(await webcrypto.subtle.digest("SHA-256", bytes)).toString("hex")

const statOf = async (file: string): Promise<Stats | undefined> => {
  try {
    return await fs.stat(file)
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    throw error
  }
}

/** A file's size in bytes, if there is one. */
export const sizeOf = async (file: string): Promise<number | undefined> => (await statOf(file))?.size

/** Whether two names hold the same bytes: of one file, or of a copy. `false` where one is missing. */
export const isSame = async (one: string, other: string): Promise<boolean> => {
  const [left, right] = await Promise.all([statOf(one), statOf(other)])
  if (left === undefined || right === undefined || left.size !== right.size) return false
  if (left.ino === right.ino && left.dev === right.dev) return true
  const [first, second] = await Promise.all([fs.readFile(one), fs.readFile(other)])
  return first.equals(second)
}

/** Gives a file the age of one that was written now; `false` when it is gone meanwhile. */
export const renewed = async (file: string, now: number): Promise<boolean> => {
  try {
    await fs.utimes(file, now / 1000, now / 1000)
    return true
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false
    throw error
  }
}

/** Makes a folder with mode 0700; answers whether it is new. */
export const makeFolder = async (folder: string): Promise<boolean> => {
  try {
    await fs.mkdir(folder, { mode: 0o700 })
    return true
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false
    throw error
  }
}

/** Moves wrong content to `quarantine/`, where it can be looked at and is never served. */
export const setAside = async (folder: Paths, file: string): Promise<void> => {
  try {
    await fs.rename(file, path.join(folder.quarantine, path.basename(file)))
  } catch (error) {
    // Another reader was first.
    if (codeOf(error) !== "ENOENT") throw error
  }
}

/** What `link` fails with where only a copy helps: another device, no hard links, too many of them. */
export const unlinkable: ReadonlySet<string> = new Set([
  "EXDEV",
  "EPERM",
  "EACCES",
  "EMLINK",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP"
])

/** Copies content to an asset's file, which appears whole or not at all. */
export const copyAcross = async (folder: Paths, from: string, to: string): Promise<void> => {
  // Beside its target, because the assets may lie on another device than the temporary files.
  const temporary = path.join(folder.assets, unfinished())
  try {
    await fs.copyFile(from, temporary)
    // The copy has the mode of the original, which may not be written, not even to the disk.
    await fs.chmod(temporary, 0o600)
    const opened = await fs.open(temporary, "r+")
    try {
      await opened.chmod(0o444)
      await opened.sync()
    } finally {
      await opened.close()
    }
    await fs.rename(temporary, to)
    await syncFolder(folder.assets)
  } catch (error) {
    await fs.rm(temporary, { force: true })
    throw error
  }
}

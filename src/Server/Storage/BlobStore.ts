import { createHash } from "node:crypto"
import { constants, createReadStream } from "node:fs"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { makeFolder } from "./BlobFiles.js"
import { codeOf } from "./Engine.js"

/** Content as it lies in a folder of blobs. */
export interface StoredContent {
  readonly sha256: string
  /** File name ending without the dot. */
  readonly extension: string
  readonly file: string
  readonly bytes: number
}

const name = /^([0-9a-f]{64})\.([a-z0-9]{1,8})$/

/** All content below a folder of blobs, and what else lies there; sorted. */
export const listBlobs = async (
  blobs: string
): Promise<{ readonly content: ReadonlyArray<StoredContent>; readonly strange: ReadonlyArray<string> }> => {
  const content: Array<StoredContent> = []
  const strange: Array<string> = []
  for (const shelf of (await fs.readdir(blobs)).sort()) {
    for (const entry of [...(await namesIn(path.join(blobs, shelf)))].sort()) {
      const [, sha256 = "", extension = ""] = name.exec(entry) ?? []
      const file = path.join(blobs, shelf, entry)
      if (sha256.slice(0, 2) !== shelf || sha256 === "") strange.push(path.join(shelf, entry))
      else {
        const found = await fs.stat(file).catch(gone)
        // Removed since its name was read.
        if (found !== undefined) content.push({ sha256, extension, file, bytes: found.size })
      }
    }
  }
  return { content, strange }
}

const namesIn = async (folder: string): Promise<ReadonlyArray<string>> => {
  try {
    return await fs.readdir(folder)
  } catch (error) {
    if (codeOf(error) === "ENOTDIR" || codeOf(error) === "ENOENT") return []
    throw error
  }
}

const gone = (error: unknown): undefined => {
  if (codeOf(error) === "ENOENT") return undefined
  throw error
}

/** SHA-256 of a file in hex, read in pieces; `null` when there is none. */
export const hashOfFile = async (file: string): Promise<string | null> => {
  const hash = createHash("sha256")
  try {
    for await (const piece of createReadStream(file, { highWaterMark: 256 * 1024 })) hash.update(piece)
  } catch (error) {
    gone(error)
    return null
  }
  return hash.digest("hex")
}

/**
 * Copies content into another folder of blobs and reads the copy again; `false`, with nothing left behind, when its bytes are not
 * those of its name or it is gone meanwhile.
 */
export const copyBlob = async (
  { extension, file, sha256 }: StoredContent,
  blobs: string,
  mode: number
): Promise<boolean> => {
  const shelf = path.join(blobs, sha256.slice(0, 2))
  await makeFolder(shelf)
  const copy = path.join(shelf, `${sha256}.${extension}`)
  try {
    await fs.copyFile(file, copy, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  } catch (error) {
    gone(error)
    return false
  }
  if ((await hashOfFile(copy)) !== sha256) {
    await fs.rm(copy, { force: true })
    return false
  }
  await onDisk(copy, mode)
  return true
}

/** Gives a file its mode and puts it onto the disk. */
export const onDisk = async (file: string, mode: number): Promise<void> => {
  // The copy has the mode of its original, which may not be opened for writing.
  await fs.chmod(file, 0o600)
  const opened = await fs.open(file, "r+")
  try {
    await opened.chmod(mode)
    await opened.sync()
  } finally {
    await opened.close()
  }
}

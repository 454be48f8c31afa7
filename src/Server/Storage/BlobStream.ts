import { createHash } from "node:crypto"
import type { BigIntStats } from "node:fs"
import * as fs from "node:fs/promises"
import { blobFile, setAside, WrongContent } from "./BlobFiles.js"
import type { Paths } from "./DataFolder.js"

const pieceBytes = 256 * 1024

/** Reads content in pieces and holds the last one back until the hash of all is right. */
export async function* readVerified(
  folder: Paths,
  sha256: string,
  extension: string
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = blobFile(folder, sha256, extension)
  const opened = await fs.open(file, "r")
  try {
    const hash = createHash("sha256")
    let held: Uint8Array | undefined
    for (;;) {
      const piece = new Uint8Array(pieceBytes)
      const { bytesRead } = await opened.read(piece, 0, pieceBytes)
      if (bytesRead === 0) break
      if (held !== undefined) yield held
      held = piece.subarray(0, bytesRead)
      hash.update(held)
    }
    if (hash.digest("hex") !== sha256) {
      await setAside(folder, file)
      throw new WrongContent()
    }
    if (held !== undefined) yield held
  } finally {
    await opened.close()
  }
}

/** Which files were found right, by what changes with them: a write changes times, a replacement the inode. */
export interface Verified {
  readonly has: (sha256: string, stat: BigIntStats) => boolean
  readonly add: (sha256: string, stat: BigIntStats) => void
}

/** Remembers the files that were found right last, at most so many. */
export const rememberVerified = (most: number): Verified => {
  const known = new Map<string, string>()
  const markOf = ({ ctimeNs, dev, ino, mtimeNs, size }: BigIntStats) =>
    [dev, ino, size, mtimeNs, ctimeNs].join(" ")
  return {
    has: (sha256, stat) => known.get(sha256) === markOf(stat),
    add: (sha256, stat) => {
      known.delete(sha256)
      known.set(sha256, markOf(stat))
      const [oldest] = known.keys()
      if (known.size > most && oldest !== undefined) known.delete(oldest)
    }
  }
}

/**
 * Hashes content unless this very file was found right before: a reader who fetches a film in a thousand ranges must not make the
 * service read it a thousand times.
 */
export const verify = async (
  folder: Paths,
  verified: Verified,
  sha256: string,
  extension: string
): Promise<void> => {
  const opened = await openVerified(folder, verified, sha256, extension)
  await opened.close()
}

/** Reads content from a byte to another, both included, once it is known to be right. */
export async function* readSpan(
  folder: Paths,
  verified: Verified,
  sha256: string,
  extension: string,
  span: { readonly first: number; readonly last: number }
): AsyncGenerator<Uint8Array, void, undefined> {
  const opened = await openVerified(folder, verified, sha256, extension)
  try {
    for (let at = span.first; at <= span.last; ) {
      const piece = new Uint8Array(Math.min(pieceBytes, span.last + 1 - at))
      const { bytesRead } = await opened.read(piece, 0, piece.length, at)
      if (bytesRead === 0) throw new WrongContent()
      yield piece.subarray(0, bytesRead)
      at += bytesRead
    }
  } finally {
    await opened.close()
  }
}

const openVerified = async (
  folder: Paths,
  verified: Verified,
  sha256: string,
  extension: string
): Promise<fs.FileHandle> => {
  const file = blobFile(folder, sha256, extension)
  const opened = await fs.open(file, "r")
  try {
    // Looked at before it is read, so that a write meanwhile makes it unknown again.
    const stat = await opened.stat({ bigint: true })
    if (verified.has(sha256, stat)) return opened
    if ((await hashOfFile(opened)) !== sha256) {
      await setAside(folder, file)
      throw new WrongContent()
    }
    verified.add(sha256, stat)
    return opened
  } catch (error) {
    await opened.close()
    throw error
  }
}

const hashOfFile = async (opened: fs.FileHandle): Promise<string> => {
  const hash = createHash("sha256")
  const piece = new Uint8Array(pieceBytes)
  for (let at = 0; ; ) {
    const { bytesRead } = await opened.read(piece, 0, pieceBytes, at)
    if (bytesRead === 0) return hash.digest("hex")
    hash.update(piece.subarray(0, bytesRead))
    at += bytesRead
  }
}

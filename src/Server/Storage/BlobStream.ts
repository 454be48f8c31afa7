import { createHash } from "node:crypto"
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

import * as fs from "node:fs/promises"

/** Writes a file that must not exist yet, with its final mode, onto the disk itself. */
export const writeNew = async (file: string, bytes: Uint8Array, mode: number): Promise<void> => {
  const opened = await fs.open(file, "wx", 0o600)
  try {
    await opened.writeFile(bytes)
    await opened.chmod(mode)
    await opened.sync()
  } finally {
    await opened.close()
  }
}

/** Puts the names in a folder onto the disk, so that a new file is still there after a power loss. */
export const syncFolder = async (folder: string): Promise<void> => {
  const opened = await fs.open(folder, "r")
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}

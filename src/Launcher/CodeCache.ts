import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync
} from "node:fs"

/**
 * V8 checks little of a code cache: that a source of the same length, the same version and flags belong to it. A flipped bit aborts the
 * process, and a source edited to the same length runs as it was before. So each entry carries, in front of V8's bytes:
 *
 *     0  "ISCC"      4  CRC-32 of the source      8  CRC-32 of V8's bytes      12  their length
 *
 * An entry is executed as code: one that another user owns or may write is not read.
 */
const headerBytes = 16
const magic = 0x49534343

/** How many entries the folder of a user may hold, several versions of Node with a dozen units each; old ones are dropped. */
const keptEntries = 48

/** A folder of entries. */
export interface CacheFolder {
  /** Folders above it that may have to be made, outermost first. */
  readonly parents: ReadonlyArray<string>
  readonly path: string
  /** Whether it came with the program, and is trusted and left alone as the program itself is. */
  readonly shipped: boolean
}

/** CRC-32; in zlib since Node 20.15 at a gigabyte a second. */
const crc32 = (bytes: Uint8Array): number => zlib().crc32(bytes)
const zlib = () => require("zlib") as { readonly crc32: (bytes: Uint8Array) => number }

/** An entry's file name: all that V8's bytes depend on. */
export const entryName = (version: string, unit: string, sha: string): string => {
  const flags = [...process.execArgv, process.env["NODE_OPTIONS"] ?? ""].join(" ").trim()
  const suffix = flags === "" ? "" : `-${crc32(Buffer.from(flags)).toString(16)}`
  return `${version}-${unit}-${sha}-${process.version}-${process.platform}-${process.arch}${suffix}.jsc`
}

/** The cache folder of this user, `null` when the environment names none (contract §3). */
export const userFolder = (env: Readonly<Record<string, string | undefined>>): CacheFolder | null => {
  const absolute = (name: string) => {
    const value = env[name]?.trim()
    return value !== undefined && value.startsWith("/") ? value : undefined
  }
  const chosen = absolute("XDG_CACHE_HOME")
  const home = absolute("HOME")
  const base = chosen ?? (home === undefined ? undefined : `${home}/.cache`)
  return base === undefined ? null : { parents: [base], path: `${base}/image-skill`, shipped: false }
}

/** V8's bytes for a source, `null` when there are none that can be trusted. */
export const readEntry = (folder: CacheFolder, name: string, source: Uint8Array): Buffer | null => {
  let entry: Buffer
  try {
    const descriptor = openSync(`${folder.path}/${name}`, "r")
    try {
      if (!folder.shipped && !isOurs(fstatSync(descriptor))) return null
      entry = readFileSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return null
  }
  if (entry.length <= headerBytes || entry.readUInt32BE(0) !== magic) return null
  const data = entry.subarray(headerBytes)
  return entry.readUInt32BE(12) === data.length &&
    entry.readUInt32BE(4) === crc32(source) &&
    entry.readUInt32BE(8) === crc32(data)
    ? data
    : null
}

/** Keeps V8's bytes for the next run; whatever goes wrong, the program has done its work already. */
export const writeEntry = (folder: CacheFolder, name: string, source: Uint8Array, data: Buffer): void => {
  try {
    // Not `recursive`: on Node 20 that spins for ever where a path cannot be made, below /proc for instance.
    for (const path of [...folder.parents, folder.path]) makeFolder(path, folder.shipped ? 0o755 : 0o700)
    if (!folder.shipped && !isOurs(statSync(folder.path))) return
    const header = Buffer.alloc(headerBytes)
    header.writeUInt32BE(magic, 0)
    header.writeUInt32BE(crc32(source), 4)
    header.writeUInt32BE(crc32(data), 8)
    header.writeUInt32BE(data.length, 12)
    // Nobody reads half an entry, however many first runs there are at once.
    const temporary = `${folder.path}/${name}.${process.pid}.tmp`
    try {
      writeFileSync(temporary, Buffer.concat([header, data]), {
        mode: folder.shipped ? 0o644 : 0o600,
        flag: "wx"
      })
      renameSync(temporary, `${folder.path}/${name}`)
    } catch (error) {
      unlinkSync(temporary)
      throw error
    }
    if (!folder.shipped) dropOldest(folder.path)
  } catch {
    // A read-only home, a full disk: every run compiles, which is slower and nothing else.
  }
}

const makeFolder = (path: string, mode: number): void => {
  try {
    mkdirSync(path, mode)
  } catch {
    // It exists; or else the write that follows fails.
  }
}

const isOurs = (stat: { readonly uid: number; readonly mode: number }): boolean =>
  process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o022) === 0)

const dropOldest = (path: string): void => {
  const entries = readdirSync(path).filter((name) => name.endsWith(".jsc") || name.endsWith(".tmp"))
  if (entries.length <= keptEntries) return
  const dated = entries.map((name) => ({ name, at: statSync(`${path}/${name}`).mtimeMs }))
  dated.sort((left, right) => right.at - left.at)
  for (const { name } of dated.slice(keptEntries)) unlinkSync(`${path}/${name}`)
}

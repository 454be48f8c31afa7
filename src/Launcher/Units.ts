import { readFileSync } from "node:fs"
import { Script } from "node:vm"
import { type CacheFolder, entryName, readEntry, writeEntry } from "./CodeCache.js"

/** The program's units as built: name → file beside the launcher, and the start of its SHA-256. */
export type UnitTable = Readonly<Record<string, { readonly file: string; readonly sha: string }>>

/** How units are found and kept. */
export interface UnitOptions {
  readonly version: string
  /** Folder of the unit files. */
  readonly folder: string
  readonly units: UnitTable
  /** Where caches are looked for, in this order; the last takes what was compiled. */
  readonly caches: ReadonlyArray<CacheFolder>
  /** Loads what is not a unit: Node's own modules and the optional packages. */
  readonly external: (id: string) => unknown
}

/** Loaded code. */
export type Exports = Readonly<Record<string, unknown>>

interface Loaded {
  readonly exports: Exports
  readonly name: string
  readonly script: Script
  readonly source: Buffer
  readonly isCached: boolean
}

type Wrapper = (exports: object, require: (id: string) => unknown, module: { exports: Exports }) => void

/**
 * Loads units: files that hold one function of `exports`, `require` and `module`, as CommonJS has it, and name each other `unit:NAME`, or `unit:NAME/PART` for one of several groups of exports, which are functions that make the group. A unit is
 * loaded when somebody first asks for it, from V8's cache where there is one.
 */
export const makeUnits = ({ caches, external, folder, units, version }: UnitOptions) => {
  const loaded = new Map<string, Loaded>()
  const parts = new Map<string, unknown>()

  const load = (name: string): Exports => {
    const known = loaded.get(name)
    if (known !== undefined) return known.exports
    const unit = units[name]
    if (unit === undefined) throw new Error(`no unit ${name}`)
    const filename = `${folder}/${unit.file}`
    const source = readFileSync(filename)
    const entry = entryName(version, name, unit.sha)
    let cachedData: Buffer | null = null
    for (const cache of caches) cachedData ??= readEntry(cache, entry, source)
    // The build writes ASCII only, so one byte is one character.
    const script = new Script(
      source.toString("latin1"),
      cachedData === null ? { filename } : { filename, cachedData }
    )
    const module: { exports: Exports } = { exports: {} }
    const run = script.runInThisContext() as Wrapper
    // On its way Effect looks whether a stack trace shows the names of functions; to write that one trace takes 1 ms.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    try {
      run(module.exports, resolve, module)
    } finally {
      Error.stackTraceLimit = stackTraceLimit
    }
    const isCached = cachedData !== null && script.cachedDataRejected !== true
    loaded.set(name, { exports: module.exports, name: entry, script, source, isCached })
    return module.exports
  }

  const resolve = (id: string): unknown => {
    if (!id.startsWith("unit:")) return external(id)
    const [name = "", part] = id.slice("unit:".length).split("/")
    const exports = load(name)
    if (part === undefined) return exports
    const made = parts.get(id) ?? (exports[part] as () => unknown)()
    parts.set(id, made)
    return made
  }

  /**
   * Keeps the code of every unit that was compiled in this run. Only after the work is done: then the functions that it
   * compiled on the way are kept too.
   */
  const keep = (): void => {
    const cache = caches.at(-1)
    if (cache === undefined) return
    for (const { isCached, name, script, source } of loaded.values()) {
      if (!isCached) writeEntry(cache, name, source, script.createCachedData())
    }
  }

  return { load, keep }
}

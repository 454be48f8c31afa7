import * as path from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { type FileProblem, Files } from "../Services/Files.js"

/** What the memory file system was asked to do, as its faults name it. */
export type FileCall =
  | "entry"
  | "read"
  | "stream"
  | "probe"
  | "makeFolder"
  | "write"
  | "append"
  | "list"
  | "remove"

/** What a memory file system starts with. */
export interface MemoryFilesOptions {
  /** Absolute paths and their content; the folders above them exist too. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Further folders that exist. */
  readonly folders?: ReadonlyArray<string>
  /** Makes a call fail: an errno in lower case such as `enospc`. */
  readonly fault?: (call: FileCall, path: string) => string | undefined
  /** Paths that are read from another file system, e.g. the embedded service's own data folder. */
  readonly beneath?: { readonly covers: (path: string) => boolean; readonly files: typeof Files.Service }
}

/** The content of a memory file system, to look at. */
export class MemoryFiles extends Context.Tag("image-skill/Testing/MemoryFiles")<
  MemoryFiles,
  {
    /** Every file by its absolute path. */
    readonly all: ReadonlyMap<string, Uint8Array>
    /** Mode of each file that was written, not of those given at the start. */
    readonly modes: ReadonlyMap<string, number>
    /** Absolute paths of the files that were written, changed or removed since the start, in their order. */
    readonly changed: ReadonlyArray<string>
    /** A file as text; `undefined` when it is missing. */
    readonly text: (path: string) => string | undefined
    /** Puts a file there, as if it had been there from the start. */
    readonly put: (path: string, content: string | Uint8Array) => void
  }
>() {}

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content

const ancestors = (at: string): ReadonlyArray<string> => {
  const above = path.dirname(at)
  return above === at ? [at] : [above, ...ancestors(above)]
}

/** A file system in memory: links do not exist, everything else behaves as the real one (see `Files`). */
export const makeMemoryFiles = (
  options: MemoryFilesOptions = {}
): { readonly files: typeof Files.Service; readonly memory: typeof MemoryFiles.Service } => {
  const all = new Map<string, Uint8Array>()
  const modes = new Map<string, number>()
  const folders = new Set<string>(["/"])
  const changed: Array<string> = []
  const put = (at: string, content: string | Uint8Array): void => {
    all.set(path.resolve(at), bytesOf(content))
    for (const folder of ancestors(path.resolve(at))) folders.add(folder)
  }
  for (const [at, content] of Object.entries(options.files ?? {})) put(at, content)
  for (const folder of options.folders ?? [])
    for (const each of [path.resolve(folder), ...ancestors(path.resolve(folder))]) folders.add(each)

  const problem = (at: string, cause: string): FileProblem => ({ _tag: "FileProblem", cause, path: at })
  const change = (at: string, content: Uint8Array | null, mode?: number): void => {
    changed.push(at)
    if (content === null) all.delete(at)
    else all.set(at, content)
    if (mode !== undefined) modes.set(at, mode)
  }
  const call = <A>(
    name: FileCall,
    given: string,
    run: (at: string) => A | FileProblem
  ): Effect.Effect<A, FileProblem> =>
    Effect.suspend(() => {
      const at = path.resolve(given)
      const fault = options.fault?.(name, at)
      if (fault !== undefined) return Effect.fail(problem(given, fault))
      const result = run(at)
      return isProblem(result) ? Effect.fail(result) : Effect.succeed(result)
    })
  const inFolder = (at: string, given: string): FileProblem | undefined => {
    if (folders.has(path.dirname(at))) return undefined
    return problem(given, all.has(path.dirname(at)) ? "enotdir" : "enoent")
  }
  const beneath = (at: string): typeof Files.Service | null =>
    options.beneath !== undefined && options.beneath.covers(path.resolve(at)) ? options.beneath.files : null

  const locks = Effect.unsafeMakeSemaphore(1)
  const files: typeof Files.Service = {
    entry: (given) =>
      beneath(given)?.entry(given) ??
      call("entry", given, (at) => (all.has(at) ? "file" : folders.has(at) ? "directory" : "missing")),
    read: (given, limit) =>
      beneath(given)?.read(given, limit) ??
      call("read", given, (at) => {
        const content = all.get(at)
        if (content === undefined) return problem(given, folders.has(at) ? "eisdir" : "enoent")
        return content.length > limit ? problem(given, "efbig") : content
      }),
    stream: (given, limit = Number.MAX_SAFE_INTEGER) =>
      beneath(given)?.stream(given, limit) ??
      Stream.fromEffect(
        call("stream", given, (at) => {
          const content = all.get(at)
          if (content === undefined) return problem(given, folders.has(at) ? "eisdir" : "enoent")
          return content.length > limit ? problem(given, "efbig") : content
        })
      ),
    probe: (folder) =>
      call("probe", folder, (at) =>
        folders.has(at) ? undefined : problem(folder, all.has(at) ? "enotdir" : "enoent")
      ),
    makeFolder: (folder) =>
      call("makeFolder", folder, (at) => {
        const blocked = [at, ...ancestors(at)].find((each) => all.has(each))
        if (blocked !== undefined) return problem(folder, "enotdir")
        for (const each of [at, ...ancestors(at)]) folders.add(each)
        return undefined
      }),
    write: (given, content, { mode, replace }) =>
      Effect.gen(function* () {
        const at = path.resolve(given)
        const missing = inFolder(at, given)
        if (missing !== undefined) return yield* Effect.fail(missing)
        // Copied, because whoever reads a file in pieces may use one buffer for all of them.
        const chunks = yield* Stream.runCollect(Stream.map(content, (piece) => Uint8Array.from(piece)))
        // Only now, as the real one does: the content may fail or be cut off, and then nothing may be there.
        yield* call("write", given, () => {
          if (folders.has(at)) return problem(given, replace ? "eisdir" : "eexist")
          if (!replace && all.has(at)) return problem(given, "eexist")
          return change(at, new Uint8Array(Buffer.concat([...chunks])), mode)
        })
      }),
    append: (given, line) =>
      call("append", given, (at) => {
        const missing = inFolder(at, given)
        if (missing !== undefined) return missing
        const before = all.get(at)
        const whole = new Uint8Array(Buffer.concat([before ?? new Uint8Array(), bytesOf(line)]))
        change(at, whole, before === undefined ? 0o600 : undefined)
        return whole.length
      }),
    remove: (given) => call("remove", given, (at) => (all.has(at) ? change(at, null) : undefined)),
    list: (given) =>
      beneath(given)?.list(given) ??
      call("list", given, (at) =>
        [...all.keys()].filter((each) => path.dirname(each) === at).map((each) => path.basename(each))
      ),
    size: (given) =>
      beneath(given)?.size(given) ?? call("entry", given, (at): number | null => all.get(at)?.length ?? null),
    withLock: (_, work) => locks.withPermits(1)(work),
    behindLinks: (given) => Effect.succeed(given),
    rename: (from, to) =>
      call("write", to, (at) => {
        const content = all.get(path.resolve(from))
        if (content === undefined) return problem(to, "enoent")
        change(path.resolve(from), null)
        return change(at, content)
      })
  }
  const memory: typeof MemoryFiles.Service = {
    all,
    modes,
    changed,
    put,
    text: (at) => {
      const content = all.get(path.resolve(at))
      return content === undefined ? undefined : new TextDecoder().decode(content)
    }
  }
  return { files, memory }
}

const isProblem = (value: unknown): value is FileProblem =>
  typeof value === "object" && value !== null && "_tag" in value && value._tag === "FileProblem"

/** A file system in memory, and the handle to look into it. */
export const layerMemoryFiles = (options: MemoryFilesOptions = {}): Layer.Layer<Files | MemoryFiles> =>
  Layer.effectContext(
    Effect.sync(() => {
      const { files, memory } = makeMemoryFiles(options)
      return Context.make(Files, files).pipe(Context.add(MemoryFiles, memory))
    })
  )

import { constants } from "node:fs"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** A file system call that failed: the errno in lower case (`enoent`, `enospc` …) and the path. */
export interface FileProblem {
  readonly _tag: "FileProblem"
  readonly cause: string
  readonly path: string
}

/** What a path names, without following a link at its end. */
export type Entry = "missing" | "file" | "directory" | "link" | "other"

/** The caller's files: reads are bounded, writes appear whole or not at all. */
export class Files extends Context.Tag("image-skill/Files")<
  Files,
  {
    /** What a path names. */
    readonly entry: (path: string) => Effect.Effect<Entry, FileProblem>
    /** Reads a regular file (links followed) of at most `limit` bytes; a larger one is `efbig`, anything else `einval`. */
    readonly read: (path: string, limit: number) => Effect.Effect<Uint8Array, FileProblem>
    /** Reads a regular file in pieces. */
    readonly stream: (path: string) => Stream.Stream<Uint8Array, FileProblem>
    /** Whether a file could be created in this folder: found out by creating one of real bytes and removing it. */
    readonly probe: (folder: string) => Effect.Effect<void, FileProblem>
    /** Makes a folder and those above it, mode 0700. */
    readonly makeFolder: (folder: string) => Effect.Effect<void, FileProblem>
    /**
     * Writes a file whole: into a hidden temporary file of the same folder, flushed, then put in place. Without `replace` an
     * existing path makes it fail with `eexist`, also one that appears meanwhile. A failure or interruption leaves nothing.
     */
    readonly write: <E, R>(
      path: string,
      content: Stream.Stream<Uint8Array, E, R>,
      options: { readonly replace: boolean; readonly mode: number }
    ) => Effect.Effect<void, FileProblem | E, R>
    /** Adds one line to a file, creating it with mode 0600; a write is one system call, so that lines never mix. */
    readonly append: (path: string, line: string) => Effect.Effect<void, FileProblem>
    /** Removes a file; a missing one is no failure. */
    readonly remove: (path: string) => Effect.Effect<void, FileProblem>
    /** Size in bytes, or `null` when missing. */
    readonly size: (path: string) => Effect.Effect<number | null, FileProblem>
    /** Renames over whatever is there. */
    readonly rename: (from: string, to: string) => Effect.Effect<void, FileProblem>
  }
>() {
  /** The real file system. */
  static readonly layer = Layer.sync(Files, () => make)
}

const problem =
  (at: string) =>
  (error: unknown): FileProblem => ({
    _tag: "FileProblem",
    cause:
      error instanceof Error && "code" in error && typeof error.code === "string"
        ? error.code.toLowerCase()
        : "unknown",
    path: at
  })

const attempt = <A>(at: string, run: () => Promise<A>): Effect.Effect<A, FileProblem> =>
  Effect.tryPromise({ try: run, catch: problem(at) })

const fail = (at: string, cause: string): Effect.Effect<never, FileProblem> =>
  Effect.fail({ _tag: "FileProblem", cause, path: at })

const makeFolder = (folder: string): Effect.Effect<void, FileProblem> =>
  attempt(folder, () => fs.mkdir(folder, { mode: 0o700 })).pipe(
    Effect.catchAll((failure) => {
      if (failure.cause === "eexist") return Effect.void
      // One level at a time: mkdir with `recursive` never returns on some unwritable paths in Node 20.
      if (failure.cause === "enoent" && path.dirname(folder) !== folder) {
        return makeFolder(path.dirname(folder)).pipe(
          Effect.zipRight(attempt(folder, () => fs.mkdir(folder, { mode: 0o700 }))),
          Effect.catchIf(
            (again) => again.cause === "eexist",
            () => Effect.void
          )
        )
      }
      return Effect.fail(failure)
    })
  )

const syncFolder = (folder: string) =>
  Effect.ignore(
    attempt(folder, async () => {
      const handle = await fs.open(folder, constants.O_RDONLY)
      await handle.sync().finally(() => handle.close())
    })
  )

const writeAll = async (handle: fs.FileHandle, bytes: Uint8Array): Promise<void> => {
  let offset = 0
  while (offset < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, offset, bytes.length - offset)
    offset += bytesWritten
  }
}

let temporaries = 0

const make: typeof Files.Service = {
  entry: (at) =>
    attempt(at, () => fs.lstat(at)).pipe(
      Effect.map(
        (stat): Entry =>
          stat.isFile() ? "file" : stat.isDirectory() ? "directory" : stat.isSymbolicLink() ? "link" : "other"
      ),
      Effect.catchIf(
        (failure) => failure.cause === "enoent",
        () => Effect.succeed("missing" as const)
      )
    ),
  read: (at, limit) =>
    Effect.acquireUseRelease(
      // Non-blocking, so that a FIFO without a writer is refused below instead of waited for.
      attempt(at, () => fs.open(at, constants.O_RDONLY | constants.O_NONBLOCK)),
      (handle) =>
        Effect.gen(function* () {
          const stat = yield* attempt(at, () => handle.stat())
          if (stat.isDirectory()) return yield* fail(at, "eisdir")
          if (!stat.isFile()) return yield* fail(at, "einval")
          if (stat.size > limit) return yield* fail(at, "efbig")
          const buffer = Buffer.alloc(stat.size)
          let offset = 0
          while (offset < buffer.length) {
            const { bytesRead } = yield* attempt(at, () =>
              handle.read(buffer, offset, buffer.length - offset, offset)
            )
            if (bytesRead === 0) break
            offset += bytesRead
          }
          return new Uint8Array(buffer.buffer, buffer.byteOffset, offset)
        }),
      (handle) => Effect.promise(() => handle.close().catch(() => undefined))
    ),
  stream: (at) =>
    Stream.acquireRelease(
      attempt(at, () => fs.open(at, constants.O_RDONLY)),
      (handle) => Effect.promise(() => handle.close().catch(() => undefined))
    ).pipe(
      Stream.flatMap((handle) =>
        Stream.repeatEffectOption(
          attempt(at, () => handle.read(Buffer.alloc(65_536), 0, 65_536, null)).pipe(
            Effect.mapError(Option.some),
            Effect.filterOrFail(
              ({ bytesRead }) => bytesRead > 0,
              () => Option.none<FileProblem>()
            ),
            Effect.map(({ buffer, bytesRead }) => new Uint8Array(buffer.buffer, buffer.byteOffset, bytesRead))
          )
        )
      )
    ),
  probe: (folder) =>
    Effect.suspend(() => {
      temporaries += 1
      const at = path.join(folder, `.image-skill-probe-${process.pid}-${temporaries}`)
      return attempt(at, () => fs.writeFile(at, "probe\n".repeat(512), { flag: "wx", mode: 0o600 })).pipe(
        Effect.ensuring(Effect.ignore(attempt(at, () => fs.unlink(at))))
      )
    }),
  makeFolder,
  write: (at, content, { mode, replace }) =>
    Effect.suspend(() => {
      temporaries += 1
      const folder = path.dirname(at)
      const temporary = path.join(
        folder,
        `.${path.basename(at).slice(0, 100)}.${process.pid}-${temporaries}.part`
      )
      const fill = Effect.acquireUseRelease(
        attempt(at, () => fs.open(temporary, "wx", mode)),
        (handle) =>
          content.pipe(
            Stream.runForEach((chunk) => attempt(at, () => writeAll(handle, chunk))),
            Effect.zipRight(attempt(at, () => handle.chmod(mode))),
            Effect.zipRight(attempt(at, () => handle.sync()))
          ),
        (handle) => Effect.promise(() => handle.close().catch(() => undefined))
      )
      // A hard link fails when the name exists, which a rename would silently replace.
      const place = replace
        ? attempt(at, () => fs.rename(temporary, at))
        : attempt(at, () => fs.link(temporary, at)).pipe(
            Effect.catchIf(
              ({ cause }) => cause === "eperm" || cause === "enotsup" || cause === "enosys",
              () => attempt(at, () => fs.copyFile(temporary, at, constants.COPYFILE_EXCL))
            )
          )
      return fill.pipe(
        Effect.zipRight(Effect.uninterruptible(place)),
        Effect.zipRight(syncFolder(folder)),
        Effect.ensuring(Effect.ignore(attempt(temporary, () => fs.unlink(temporary))))
      )
    }),
  append: (at, line) =>
    attempt(at, async () => {
      const handle = await fs.open(at, "a", 0o600)
      await handle.write(line).finally(() => handle.close())
    }),
  remove: (at) =>
    attempt(at, () => fs.unlink(at)).pipe(
      Effect.catchIf(
        (failure) => failure.cause === "enoent",
        () => Effect.void
      )
    ),
  size: (at) =>
    attempt(at, () => fs.stat(at)).pipe(
      Effect.map((stat): number | null => stat.size),
      Effect.catchIf(
        (failure) => failure.cause === "enoent",
        () => Effect.succeed(null)
      )
    ),
  rename: (from, to) => attempt(to, () => fs.rename(from, to))
}

import { createHash, randomBytes } from "node:crypto"
import { constants } from "node:fs"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import * as Clock from "effect/Clock"
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
    /**
     * Reads a regular file in pieces, with the same refusals as `read`; without a limit a file of any size. All pieces are read into
     * one buffer: a piece holds until the next is asked for, and what is to be kept must be copied.
     */
    readonly stream: (path: string, limit?: number) => Stream.Stream<Uint8Array, FileProblem>
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
    /** The names in a folder, in no order; none when it is missing. */
    readonly list: (folder: string) => Effect.Effect<ReadonlyArray<string>, FileProblem>
    /** Size in bytes, or `null` when missing. */
    readonly size: (path: string) => Effect.Effect<number | null, FileProblem>
    /**
     * Runs work while this process alone holds the lock file. Another's lock is waited for, at most 2 seconds (`locked`); one
     * older than 10 seconds was left behind and is removed.
     */
    readonly withLock: <A, E, R>(
      path: string,
      work: Effect.Effect<A, E, R>
    ) => Effect.Effect<A, FileProblem | E, R>
    /** Renames over whatever is there. */
    readonly rename: (from: string, to: string) => Effect.Effect<void, FileProblem>
  }
>() {
  /** The real file system. */
  static readonly layer = Layer.sync(Files, () => make)
}

/** The sha256 of a regular file's bytes, in hex. */
export const hashOf = (files: typeof Files.Service, at: string): Effect.Effect<string, FileProblem> =>
  Effect.suspend(() => {
    const hash = createHash("sha256")
    return Effect.map(
      Stream.runForEach(files.stream(at), (chunk) => Effect.sync(() => hash.update(chunk))),
      () => hash.digest("hex")
    )
  })

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

const randomName = (): string => randomBytes(6).toString("hex")

const closed = (handle: fs.FileHandle): Effect.Effect<void> =>
  Effect.promise(() => handle.close().catch(() => undefined))

// A multiple of three, so that base64 of a piece needs nothing of the next one.
const pieceBytes = 48 * 1024

// Non-blocking, so that a FIFO without a writer is refused by its kind instead of waited for.
const openUnblocked = (at: string) =>
  attempt(at, () => fs.open(at, constants.O_RDONLY | constants.O_NONBLOCK))

/** The size of an open file, refused unless it is a regular one of at most `limit` bytes. */
const regularSize = (at: string, handle: fs.FileHandle, limit: number): Effect.Effect<number, FileProblem> =>
  Effect.flatMap(
    attempt(at, () => handle.stat()),
    (stat) => {
      if (stat.isDirectory()) return fail(at, "eisdir")
      if (!stat.isFile()) return fail(at, "einval")
      return stat.size > limit ? fail(at, "efbig") : Effect.succeed(stat.size)
    }
  )

/** Makes a file that goes afterwards; one that somebody else made is left alone. */
const withTemporary = <A, E, R>(
  at: string,
  temporary: string,
  mode: number,
  use: (handle: fs.FileHandle) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | FileProblem, R> =>
  Effect.acquireUseRelease(
    attempt(at, () => fs.open(temporary, "wx", mode)),
    use,
    (handle) => Effect.zipRight(closed(handle), Effect.ignore(attempt(at, () => fs.unlink(temporary))))
  )

const lockPatience = 2_000
const lockPause = 20
const lockStale = 10_000

/** Makes the lock file, waiting for another's; its inode. */
const takeLock = (at: string): Effect.Effect<number, FileProblem> =>
  Effect.gen(function* () {
    const started = yield* Clock.currentTimeMillis
    for (;;) {
      const taken = yield* Effect.either(
        Effect.uninterruptible(
          attempt(at, async () => {
            const handle = await fs.open(at, "wx", 0o600)
            return handle.stat().finally(() => handle.close())
          })
        )
      )
      if (taken._tag === "Right") return taken.right.ino
      if (taken.left.cause !== "eexist") return yield* Effect.fail(taken.left)
      const now = yield* Clock.currentTimeMillis
      yield* Effect.ignore(attempt(at, () => removeStale(at, now)))
      if (now - started >= lockPatience) return yield* fail(at, "locked")
      yield* Effect.interruptible(Effect.sleep(lockPause))
    }
  })

const removeStale = async (at: string, now: number): Promise<void> => {
  if (now - (await fs.stat(at)).mtimeMs < lockStale) return
  // Moved first, so that of two who find it stale one does not remove the other's fresh lock unseen.
  const aside = `${at}.${randomName()}`
  await fs.rename(at, aside)
  if (now - (await fs.stat(aside)).mtimeMs < lockStale) await fs.link(aside, at).catch(() => undefined)
  await fs.unlink(aside)
}

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
      openUnblocked(at),
      (handle) =>
        Effect.gen(function* () {
          const buffer = Buffer.alloc(yield* regularSize(at, handle, limit))
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
  stream: (at, limit = Number.MAX_SAFE_INTEGER) =>
    Stream.acquireRelease(openUnblocked(at), closed).pipe(
      Stream.tap((handle) => regularSize(at, handle, limit)),
      Stream.map((handle) => ({ handle, piece: Buffer.allocUnsafeSlow(pieceBytes) })),
      Stream.flatMap(({ handle, piece }) =>
        Stream.repeatEffectOption(
          attempt(at, () => handle.read(piece, 0, pieceBytes, null)).pipe(
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
      const at = path.join(folder, `.image-skill-probe-${randomName()}`)
      return withTemporary(at, at, 0o600, (handle) =>
        attempt(at, () => handle.writeFile("probe\n".repeat(512)))
      )
    }),
  makeFolder,
  write: (at, content, { mode, replace }) =>
    Effect.suspend(() => {
      const folder = path.dirname(at)
      const temporary = path.join(folder, `.${path.basename(at).slice(0, 100)}.${randomName()}.part`)
      // A hard link fails when the name exists, which a rename would silently replace.
      const place = replace
        ? attempt(at, () => fs.rename(temporary, at))
        : attempt(at, () => fs.link(temporary, at)).pipe(
            Effect.catchIf(
              ({ cause }) => cause === "eperm" || cause === "enotsup" || cause === "enosys",
              () => attempt(at, () => fs.copyFile(temporary, at, constants.COPYFILE_EXCL))
            )
          )
      return withTemporary(at, temporary, mode, (handle) =>
        content.pipe(
          Stream.runForEach((chunk) => attempt(at, () => writeAll(handle, chunk))),
          Effect.zipRight(attempt(at, () => handle.chmod(mode))),
          Effect.zipRight(attempt(at, () => handle.sync())),
          Effect.zipRight(closed(handle)),
          Effect.zipRight(Effect.uninterruptible(place)),
          Effect.zipRight(syncFolder(folder))
        )
      )
    }),
  withLock: (at, work) =>
    Effect.acquireUseRelease(
      takeLock(at),
      () => work,
      (own) =>
        Effect.ignore(
          attempt(at, async () => {
            // Another process may have taken over a lock that stood too long.
            if ((await fs.stat(at)).ino === own) await fs.unlink(at)
          })
        )
    ),
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
  list: (folder) =>
    attempt(folder, () => fs.readdir(folder)).pipe(
      Effect.catchIf(
        ({ cause }) => cause === "enoent",
        () => Effect.succeed([])
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

import { createHash, randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { layerSync } from "../Stack.js"
import {
  close,
  type FileProblem,
  onOpen,
  onPath,
  open,
  type OpenFile,
  openFileOf,
  problem,
  writeAll
} from "./Descriptors.js"

export type { FileProblem } from "./Descriptors.js"

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
    /**
     * Adds one line to a file, creating it with mode 0600, and answers its size in bytes; a write is one system call, so that lines
     * never mix. Done at once, on the caller's thread: for a short line that is a tenth of what handing it to another costs.
     */
    readonly append: (path: string, line: string) => Effect.Effect<number, FileProblem>
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
    /**
     * The file that a path leads to: the path itself, or the end of its links. Links are followed only to a file that exists
     * (`link_dangling`), is this user's own as they are (`link_not_own`), and stands in the path's own folder or below it
     * (`link_outside`): a link from anywhere else could choose any file as the one to be written.
     */
    readonly behindLinks: (path: string) => Effect.Effect<string, FileProblem>
    /** Renames over whatever is there. */
    readonly rename: (from: string, to: string) => Effect.Effect<void, FileProblem>
  }
>() {
  /** The real file system. */
  static readonly layer = layerSync(Files, () => make)
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

const fail = (at: string, cause: string): Effect.Effect<never, FileProblem> =>
  Effect.fail({ _tag: "FileProblem", cause, path: at })

const stat = (at: string) => onPath<fs.Stats>(at, (done) => fs.stat(at, done))
const unlink = (at: string) => onPath(at, (done) => fs.unlink(at, done))
const link = (from: string, to: string) => onPath(to, (done) => fs.link(from, to, done))
const rename = (from: string, to: string) => onPath(to, (done) => fs.rename(from, to, done))

const makeFolder = (folder: string): Effect.Effect<void, FileProblem> =>
  onPath(folder, (done) => fs.mkdir(folder, { mode: 0o700 }, done)).pipe(
    Effect.catchAll((failure) => {
      if (failure.cause === "eexist") return Effect.void
      // One level at a time: mkdir with `recursive` never returns on some unwritable paths in Node 20.
      if (failure.cause === "enoent" && path.dirname(folder) !== folder) {
        return makeFolder(path.dirname(folder)).pipe(
          Effect.zipRight(onPath(folder, (done) => fs.mkdir(folder, { mode: 0o700 }, done))),
          Effect.catchIf(
            (again) => again.cause === "eexist",
            () => Effect.void
          )
        )
      }
      return Effect.fail(failure)
    })
  )

// Where the system knows no users (Windows), nobody else's files can be told apart.
const isOwn = ({ uid }: fs.Stats): boolean => process.geteuid === undefined || uid === process.geteuid()

const mostLinks = 40

const realPath = (at: string) => onPath<string>(at, (done) => fs.realpath(at, done))

const endOfLinks = (at: string, followed = 0): Effect.Effect<string, FileProblem> =>
  onPath<fs.Stats>(at, (done) => fs.lstat(at, done)).pipe(
    Effect.catchIf(
      ({ cause }) => cause === "enoent",
      () => (followed === 0 ? Effect.succeed(null) : fail(at, "link_dangling"))
    ),
    Effect.flatMap((stat) => {
      const isLink = stat?.isSymbolicLink() === true
      if (stat !== null && (isLink || followed > 0) && !isOwn(stat)) return fail(at, "link_not_own")
      if (!isLink) return Effect.succeed(at)
      if (followed >= mostLinks) return fail(at, "eloop")
      return Effect.flatMap(
        // `..` in a link counts from where its folder really is.
        Effect.all([onPath<string>(at, (done) => fs.readlink(at, done)), realPath(path.dirname(at))]),
        ([to, folder]) => endOfLinks(path.resolve(folder, to), followed + 1)
      )
    })
  )

const behindLinks = (at: string): Effect.Effect<string, FileProblem> =>
  Effect.flatMap(endOfLinks(at), (end) =>
    end === at
      ? Effect.succeed(at)
      : Effect.flatMap(
          Effect.all([realPath(path.dirname(at)), realPath(end)]),
          ([folder, real]): Effect.Effect<string, FileProblem> =>
            real.startsWith(folder + path.sep) ? Effect.succeed(real) : fail(real, "link_outside")
        )
  )

const syncFolder = (folder: string) =>
  Effect.ignore(
    Effect.acquireUseRelease(
      open(folder, fs.constants.O_RDONLY),
      (folderFile) => onOpen(folder, (done) => fs.fsync(folderFile, done)),
      close
    )
  )

const randomName = (): string => randomBytes(6).toString("hex")

// A multiple of three, so that base64 of a piece needs nothing of the next one.
const pieceBytes = 192 * 1024

// Non-blocking, so that a FIFO without a writer is refused by its kind instead of waited for.
const openUnblocked = (at: string) => open(at, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)

/** The size of an open file, refused unless it is a regular one of at most `limit` bytes. */
const regularSize = (at: string, file: number, limit: number): Effect.Effect<number, FileProblem> =>
  Effect.flatMap(
    onOpen<fs.Stats>(at, (done) => fs.fstat(file, done)),
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
  use: (temporary: OpenFile) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | FileProblem, R> =>
  Effect.acquireUseRelease(
    Effect.mapBoth(open(temporary, "wx", mode), {
      onFailure: ({ cause }): FileProblem => ({ _tag: "FileProblem", cause, path: at }),
      onSuccess: openFileOf
    }),
    use,
    (temporaryFile) => Effect.zipRight(temporaryFile.close, Effect.ignore(unlink(temporary)))
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
          Effect.acquireUseRelease(
            open(at, "wx", 0o600),
            (file) => onOpen<fs.Stats>(at, (done) => fs.fstat(file, done)),
            close
          )
        )
      )
      if (taken._tag === "Right") return taken.right.ino
      if (taken.left.cause !== "eexist") return yield* Effect.fail(taken.left)
      const now = yield* Clock.currentTimeMillis
      yield* Effect.ignore(removeStale(at, now))
      if (now - started >= lockPatience) return yield* fail(at, "locked")
      yield* Effect.interruptible(Effect.sleep(lockPause))
    }
  })

const removeStale = (at: string, now: number): Effect.Effect<void, FileProblem> =>
  Effect.gen(function* () {
    if (now - (yield* stat(at)).mtimeMs < lockStale) return
    // Moved first, so that of two who find it stale one does not remove the other's fresh lock unseen.
    const aside = `${at}.${randomName()}`
    yield* rename(at, aside)
    if (now - (yield* stat(aside)).mtimeMs < lockStale) yield* Effect.ignore(link(aside, at))
    yield* unlink(aside)
  })

const make: typeof Files.Service = {
  entry: (at) =>
    onPath<fs.Stats>(at, (done) => fs.lstat(at, done)).pipe(
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
      (file) =>
        Effect.gen(function* () {
          const buffer = Buffer.alloc(yield* regularSize(at, file, limit))
          let offset = 0
          while (offset < buffer.length) {
            const bytesRead = yield* onOpen<number>(at, (done) =>
              fs.read(file, buffer, offset, buffer.length - offset, offset, done)
            )
            if (bytesRead === 0) break
            offset += bytesRead
          }
          return new Uint8Array(buffer.buffer, buffer.byteOffset, offset)
        }),
      close
    ),
  stream: (at, limit = Number.MAX_SAFE_INTEGER) =>
    Stream.acquireRelease(openUnblocked(at), close).pipe(
      Stream.tap((file) => regularSize(at, file, limit)),
      Stream.map((file) => ({ file, piece: Buffer.allocUnsafeSlow(pieceBytes) })),
      Stream.flatMap(({ file, piece }) =>
        Stream.repeatEffectOption(
          onOpen<number>(at, (done) => fs.read(file, piece, 0, pieceBytes, null, done)).pipe(
            Effect.mapError(Option.some),
            Effect.filterOrFail(
              (bytesRead) => bytesRead > 0,
              () => Option.none<FileProblem>()
            ),
            Effect.map((bytesRead) => new Uint8Array(piece.buffer, piece.byteOffset, bytesRead))
          )
        )
      )
    ),
  probe: (folder) =>
    Effect.suspend(() => {
      const at = path.join(folder, `.image-skill-probe-${randomName()}`)
      return withTemporary(
        at,
        at,
        0o600,
        ({ file }) => writeAll(at, file, Buffer.from("probe\n".repeat(512)))
        // The file's name is of our making: nobody would know it.
      ).pipe(Effect.mapError(({ cause }): FileProblem => ({ _tag: "FileProblem", cause, path: folder })))
    }),
  makeFolder,
  write: (at, content, { mode, replace }) =>
    Effect.suspend(() => {
      const folder = path.dirname(at)
      const temporary = path.join(folder, `.${path.basename(at).slice(0, 100)}.${randomName()}.part`)
      // A hard link fails when the name exists, which a rename would silently replace.
      const place = replace
        ? rename(temporary, at)
        : link(temporary, at).pipe(
            Effect.catchIf(
              ({ cause }) => cause === "eperm" || cause === "enotsup" || cause === "enosys",
              () => onPath(at, (done) => fs.copyFile(temporary, at, fs.constants.COPYFILE_EXCL, done))
            )
          )
      return withTemporary(at, temporary, mode, ({ close: closeFile, file }) =>
        content.pipe(
          Stream.runForEach((chunk) => writeAll(at, file, chunk)),
          Effect.zipRight(onOpen(at, (done) => fs.fchmod(file, mode, done))),
          Effect.zipRight(onOpen(at, (done) => fs.fsync(file, done))),
          Effect.zipRight(closeFile),
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
          // Another process may have taken over a lock that stood too long.
          Effect.flatMap(stat(at), ({ ino }) => (ino === own ? unlink(at) : Effect.void))
        )
    ),
  append: (at, line) =>
    Effect.try({
      try: () => {
        // Non-blocking, so that a FIFO without a reader is refused instead of waited for.
        const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = fs.constants
        const file = fs.openSync(at, O_APPEND | O_CREAT | O_NONBLOCK | O_WRONLY, 0o600)
        try {
          fs.writeSync(file, line)
          return fs.fstatSync(file).size
        } finally {
          fs.closeSync(file)
        }
      },
      catch: problem(at)
    }),
  remove: (at) =>
    unlink(at).pipe(
      Effect.catchIf(
        (failure) => failure.cause === "enoent",
        () => Effect.void
      )
    ),
  list: (folder) =>
    onPath<ReadonlyArray<string>>(folder, (done) => fs.readdir(folder, done)).pipe(
      Effect.catchIf(
        ({ cause }) => cause === "enoent",
        () => Effect.succeed([])
      )
    ),
  size: (at) =>
    stat(at).pipe(
      Effect.map((stat): number | null => stat.size),
      Effect.catchIf(
        (failure) => failure.cause === "enoent",
        () => Effect.succeed(null)
      )
    ),
  behindLinks,
  rename
}

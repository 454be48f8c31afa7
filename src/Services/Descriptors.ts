/**
 * Calls of `node:fs` with a callback; `node:fs/promises` would do the same, but takes 3 ms to load.
 *
 * An open file is its descriptor, a number that is another file's as soon as it is closed. So it is closed once, by whoever opened it,
 * and never while a call on it is under way: such calls, and the opening itself, end before an interruption is heard.
 */
import * as fs from "node:fs"
import * as Effect from "effect/Effect"

/** A file system call that failed: the errno in lower case (`enoent`, `enospc` …) and the path. */
export interface FileProblem {
  readonly _tag: "FileProblem"
  readonly cause: string
  readonly path: string
}

/** What a thrown value says of a call on a path. */
export const problem =
  (at: string) =>
  (error: unknown): FileProblem => ({
    _tag: "FileProblem",
    cause:
      error instanceof Error && "code" in error && typeof error.code === "string"
        ? error.code.toLowerCase()
        : "unknown",
    path: at
  })

type Call<A> = (done: (error: NodeJS.ErrnoException | null, value?: A) => void) => void

/** One call on a path. */
export const onPath = <A = void>(at: string, run: Call<A>): Effect.Effect<A, FileProblem> =>
  Effect.async((resume) => {
    const failed = (error: unknown) => resume(Effect.fail(problem(at)(error)))
    try {
      run((error, value) => ((error ?? null) === null ? resume(Effect.succeed(value as A)) : failed(error)))
    } catch (error) {
      // A path that cannot be one, with a zero byte for instance, is refused before the call.
      failed(error)
    }
  })

/** One call on an open file; interruption waits until it is over. */
export const onOpen = <A = void>(at: string, run: Call<A>): Effect.Effect<A, FileProblem> =>
  Effect.uninterruptible(onPath(at, run))

/** Opens a file; the descriptor is to be given to `close`. */
export const open = (at: string, flags: string | number, mode?: number): Effect.Effect<number, FileProblem> =>
  onPath<number>(at, (done) => fs.open(at, flags, mode, done))

/** Closes a descriptor, whatever comes of it. */
export const close = (file: number): Effect.Effect<void> =>
  Effect.ignore(onOpen("", (done) => fs.close(file, done)))

/** An open file that may be closed early, and is closed once. */
export interface OpenFile {
  readonly file: number
  readonly close: Effect.Effect<void>
}

/** A descriptor whose `close` may be run again, to no effect. */
export const openFileOf = (file: number): OpenFile => {
  let isOpen = true
  return {
    file,
    close: Effect.uninterruptible(
      Effect.suspend(() => {
        if (!isOpen) return Effect.void
        isOpen = false
        return close(file)
      })
    )
  }
}

/** Writes all bytes at the file's own position. */
export const writeAll = (at: string, file: number, bytes: Uint8Array): Effect.Effect<void, FileProblem> =>
  Effect.flatMap(
    onOpen<number>(at, (done) => fs.write(file, bytes, 0, bytes.length, null, done)),
    (written) => (written < bytes.length ? writeAll(at, file, bytes.subarray(written)) : Effect.void)
  )

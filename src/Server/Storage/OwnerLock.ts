import { randomBytes } from "node:crypto"
import { existsSync, readdirSync, rmSync, statSync } from "node:fs"
import * as path from "node:path"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { layerEffect } from "../../Stack.js"
import { DataFolder } from "./DataFolder.js"
import { codeOf, type EngineDatabase, engine, type OpenDatabase } from "./Engine.js"

const suffix = ".lock"
const youngMs = 60_000

/** This process as an owner of work, which others can see die: the kernel frees its lock at the death of the process (contract §9). */
export class OwnerLock extends Context.Tag("image-skill/Server/OwnerLock")<
  OwnerLock,
  {
    /** This owner's name, new in every process. */
    readonly owner: string
    /** Whether that owner's process still runs; in doubt it does, so that work is never taken from a live one. */
    readonly isAlive: (owner: string) => Effect.Effect<boolean>
    /** Removes what owners left that died more than a minute ago; answers their number. */
    readonly sweep: Effect.Effect<number>
  }
>() {
  /** A lock in the data folder, held until the scope closes; `ARTIFACT_STORAGE_WRITE_FAILED` when it cannot be made. */
  static readonly layer: Layer.Layer<OwnerLock, ArtifactStorage, DataFolder> = layerEffect(
    OwnerLock,
    Effect.gen(function* () {
      const { locks } = yield* DataFolder
      const open = yield* engine
      const owner = `owner_${randomBytes(12).toString("hex")}`
      const fileOf = (name: string) => path.join(locks, name + suffix)
      yield* Effect.acquireRelease(
        Effect.try({
          try: () => acquire(open, fileOf(owner)),
          catch: (error) => {
            remove(fileOf(owner))
            const cause = codeOf(error)?.toLowerCase() ?? "unknown"
            return failure(
              "ARTIFACT_STORAGE_WRITE_FAILED",
              `the lock of this process cannot be made (${cause})`,
              {
                details: { path: locks, cause },
                recovery: {
                  next_step: "set IMAGE_SKILL_DATA_DIR to a folder on a local disk that can be written"
                }
              }
            )
          }
        }),
        (held) =>
          Effect.sync(() => {
            release(held)
            remove(fileOf(owner))
          })
      )
      const isAlive = (other: string) =>
        Effect.sync(() => {
          if (other === owner) return true
          return /^owner_[0-9a-f]{24}$/.test(other) && probe(open, fileOf(other))
        })
      const sweep = Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        let removed = 0
        for (const name of yield* Effect.sync(() => namesIn(locks))) {
          const other = name.slice(0, -suffix.length)
          // A young file may belong to a process that is about to lock it.
          if (!name.endsWith(suffix) || ageOf(fileOf(other), now) < youngMs) continue
          if (!(yield* isAlive(other))) removed += 1
        }
        return removed
      })
      return { owner, isAlive, sweep }
    })
  )
}

/** Whether any process lives that owns work in a folder of locks; asking removes the locks of the dead. */
export const anybodyIn = (locks: string): Effect.Effect<boolean, ArtifactStorage> =>
  Effect.flatMap(engine, (open) =>
    Effect.sync(() =>
      namesIn(locks).some(
        (name) => /^owner_[0-9a-f]{24}\.lock$/.test(name) && probe(open, path.join(locks, name))
      )
    )
  )

// Only SQLite may open these files: when this process closes any descriptor of one, POSIX drops the process's lock on it.
const acquire = (open: OpenDatabase, file: string): EngineDatabase => {
  const database = open(file)
  try {
    // Without a journal nothing is written and nothing is synchronised.
    database.exec("PRAGMA busy_timeout=0; PRAGMA journal_mode=OFF; BEGIN EXCLUSIVE")
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const release = (held: EngineDatabase) => {
  try {
    held.exec("ROLLBACK")
  } finally {
    held.close()
  }
}

// It asks for a shared lock only, or two who ask at once would each take the other for the owner.
const probe = (open: OpenDatabase, file: string): boolean => {
  // Opening would make a missing file.
  if (!existsSync(file)) return false
  try {
    const database = open(file)
    try {
      database.exec("PRAGMA busy_timeout=0; SELECT 1 FROM sqlite_master")
    } finally {
      database.close()
    }
  } catch {
    return true
  }
  remove(file)
  return false
}

// A file that cannot be removed tells nothing wrong: its lock is free.
const remove = (file: string) => {
  try {
    rmSync(file, { force: true })
  } catch {
    return
  }
}

// Sweeping is housekeeping: what cannot be looked at stays.
const namesIn = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const ageOf = (file: string, now: number): number => {
  try {
    return now - statSync(file).mtimeMs
  } catch {
    return 0
  }
}

import * as Effect from "effect/Effect"
import { type ArtifactStorage, failure } from "../../Errors.js"

/** A prepared statement of the engine; parameters go in as one array, because spreading them aborts the process. */
export interface EngineStatement {
  readonly reader: boolean
  raw(on?: boolean): this
  all(parameters: ReadonlyArray<unknown>): Array<unknown>
  run(parameters: ReadonlyArray<unknown>): {
    readonly changes: number
    readonly lastInsertRowid: number | bigint
  }
}

/** One connection of the engine. It stays open until its prepared statements are collected, so what must close uses `exec` only. */
export interface EngineDatabase {
  readonly inTransaction: boolean
  prepare(sql: string): EngineStatement
  exec(script: string): unknown
  close(): unknown
}

/** Opens a connection, synchronously; throws an `EngineFailure` whose code is SQLite's. */
export type OpenDatabase = (filename: string) => EngineDatabase

/** What the engine throws, reduced to SQLite's own code, such as `SQLITE_FULL`. */
export class EngineFailure extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = "EngineFailure"
    this.code = code
  }
}

/** The embedded SQL engine, loaded on first use; `ENGINE_NOT_INSTALLED` when the optional package is missing (contract §9). */
export const engine: Effect.Effect<OpenDatabase, ArtifactStorage> = Effect.tryPromise({
  try: async (): Promise<OpenDatabase> => {
    const { default: Database } = await import("libsql")
    return (filename) => {
      try {
        return new Database(filename)
      } catch {
        // The package's constructor leaves the code out.
        throw new EngineFailure("SQLITE_CANTOPEN", "the database file cannot be opened")
      }
    }
  },
  catch: (cause) =>
    failure(
      "ENGINE_NOT_INSTALLED",
      "the embedded service needs the optional package libsql, which cannot be loaded",
      {
        details: { package: "libsql", cause: codeOf(cause)?.toLowerCase() ?? "unloadable" },
        recovery: { install_command: "npm install libsql@0.5.29" }
      }
    )
})

/** The code that a thrown value carries (`ENOSPC`, `SQLITE_BUSY`), if any. */
export const codeOf = (thrown: unknown): string | undefined =>
  typeof thrown === "object" &&
  thrown !== null &&
  "code" in thrown &&
  typeof thrown.code === "string" &&
  thrown.code !== ""
    ? thrown.code
    : undefined

/** The code of a failed file operation in lower case, such as `enospc` (contract §2). */
export const causeOf = (thrown: unknown): string => codeOf(thrown)?.toLowerCase() ?? "unknown"

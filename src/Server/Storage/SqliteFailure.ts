import { SqlError } from "@effect/sql/SqlError"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { codeOf } from "./Engine.js"

/** A thrown value as an SQL error; its message holds SQLite's code and neither SQL nor values. */
export const sqlError = (cause: unknown): SqlError =>
  new SqlError({ cause, message: `the database refused (${codeOf(cause) ?? "unknown"})` })

/** SQLite's code of a failure, such as `SQLITE_CONSTRAINT_UNIQUE`. */
export const sqliteCode = (error: SqlError): string => codeOf(error.cause) ?? "unknown"

/** Whether a constraint, a unique index or an insert-only trigger refused the write. */
export const isConstraint = (error: SqlError): boolean => sqliteCode(error).startsWith("SQLITE_CONSTRAINT")

/** Whether another connection held the database for longer than we wait. */
export const isBusy = (error: SqlError): boolean => /^SQLITE_(?:BUSY|LOCKED)/.test(sqliteCode(error))

// What is damaged, and which backups there are, only a look at the whole folder can tell.
const damaged = "admin verify tells what is damaged and which backups there are; admin restore puts one back"

const reasons: ReadonlyArray<readonly [prefix: string, reason: string, nextStep: string]> = [
  [
    "SQLITE_FULL",
    "the disk of the data folder is full",
    "free some space, or set IMAGE_SKILL_DATA_DIR to another disk"
  ],
  [
    "SQLITE_READONLY",
    "the database is read-only",
    "make the data folder writable, or set IMAGE_SKILL_DATA_DIR"
  ],
  [
    "SQLITE_CANTOPEN",
    "the database cannot be opened",
    "make the data folder writable, or set IMAGE_SKILL_DATA_DIR"
  ],
  [
    "SQLITE_PERM",
    "the database cannot be opened",
    "make the data folder writable, or set IMAGE_SKILL_DATA_DIR"
  ],
  [
    "SQLITE_IOERR",
    "the disk of the data folder failed",
    "check the disk, or set IMAGE_SKILL_DATA_DIR to another one"
  ],
  ["SQLITE_CORRUPT", "the database is damaged", damaged],
  ["SQLITE_NOTADB", "the database is damaged", damaged],
  ["SQLITE_BUSY", "other processes kept the database locked", "try again when they have finished"],
  ["SQLITE_LOCKED", "other processes kept the database locked", "try again when they have finished"]
]

/** An SQL error as the caller's `ARTIFACT_STORAGE_WRITE_FAILED`: the cause in lower case, no SQL text, no values (contract §2). */
export const storageFailure = (error: SqlError): ArtifactStorage => {
  const code = sqliteCode(error)
  const known = reasons.find(([prefix]) => code.startsWith(prefix))
  return failure("ARTIFACT_STORAGE_WRITE_FAILED", known?.[1] ?? "the database refused a statement", {
    details: { cause: code.toLowerCase() },
    ...(known === undefined ? {} : { recovery: { next_step: known[2] } })
  })
}

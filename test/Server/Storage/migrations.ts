import type { Migration } from "../../../src/Server/Storage/Migrator.js"

/** Steps for the tests, enough to upgrade several times. */
export const steps: ReadonlyArray<Migration> = [
  {
    id: 1,
    name: "first",
    statements: [
      "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL)",
      "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
      "CREATE TRIGGER notes_stay BEFORE DELETE ON notes BEGIN SELECT RAISE(ABORT, 'notes are insert-only'); END",
      "INSERT INTO facts (name, value) VALUES ('made', 'once')"
    ]
  },
  { id: 2, name: "colour", statements: ["ALTER TABLE notes ADD COLUMN colour TEXT"] },
  { id: 3, name: "size", statements: ["ALTER TABLE notes ADD COLUMN size INTEGER"] },
  { id: 4, name: "weight", statements: ["ALTER TABLE notes ADD COLUMN weight INTEGER"] },
  { id: 5, name: "place", statements: ["ALTER TABLE notes ADD COLUMN place TEXT"] }
]

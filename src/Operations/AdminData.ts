import * as Schema from "effect/Schema"
import { BackupAnswer, RestoreAnswer, VerifyAnswer } from "../Schema/Admin.js"
import { optional } from "../Schema/Open.js"
import { admin, folderField } from "./AdminOperation.js"
import { flag, toggle } from "./Operation.js"

/** Copies a data folder as of one moment, verified, while others go on writing (contract §9). */
export const adminBackup = admin({
  id: "admin.backup",
  command: ["admin", "backup"],
  summary: "Copy the data folder as of one moment, verified, also while serve runs",
  input: Schema.Struct({ ...folderField, output: optional(Schema.NonEmptyString) }),
  output: BackupAnswer,
  codes: ["OUTPUT_EXISTS"],
  argv: ({ output }) => ["admin", "backup", ...flag("output", output)]
})

/** Makes a data folder from a backup; what was there before is set aside, never removed (contract §9). */
export const adminRestore = admin({
  id: "admin.restore",
  command: ["admin", "restore"],
  summary: "Make the data folder from a backup; what was there is set aside, never removed",
  input: Schema.Struct({
    ...folderField,
    from: Schema.NonEmptyString,
    replace: optional(Schema.Boolean)
  }),
  output: RestoreAnswer,
  codes: ["OUTPUT_EXISTS", "OUTPUT_WRITE_FAILED"],
  argv: ({ from, replace }) => ["admin", "restore", ...flag("from", from), ...toggle("replace", replace)]
})

/** Reads everything again: database, laws of money, every asset's content against its hash (contract §9). */
export const adminVerify = admin({
  id: "admin.verify",
  command: ["admin", "verify"],
  summary: "Read everything again: the database, the laws of money, every asset against its hash",
  input: Schema.Struct(folderField),
  output: VerifyAnswer,
  argv: () => ["admin", "verify"]
})

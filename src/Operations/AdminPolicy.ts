import * as Schema from "effect/Schema"
import { PolicyAnswer } from "../Schema/Admin.js"
import { admin, folderField } from "./AdminOperation.js"
import { operand } from "./Operation.js"

/** Shows the policy that `serve` goes by on this data folder. */
export const adminPolicyShow = admin({
  id: "admin.policy.show",
  command: ["admin", "policy", "show"],
  summary: "Show the limits that serve goes by on this data folder: the file's and the defaults",
  input: Schema.Struct(folderField),
  output: PolicyAnswer,
  argv: () => ["admin", "policy", "show"]
})

/** Reads a policy file as `serve` would, and changes nothing. */
export const adminPolicyCheck = admin({
  id: "admin.policy.check",
  command: ["admin", "policy", "check"],
  summary: "Read a policy file as serve would; changes nothing",
  input: Schema.Struct({ ...folderField, file: Schema.NonEmptyString }),
  output: PolicyAnswer,
  argv: ({ file }) => ["admin", "policy", "check", ...operand(file)]
})

/** Makes a file the policy of a data folder; a service goes by it from its next start. */
export const adminPolicySet = admin({
  id: "admin.policy.set",
  command: ["admin", "policy", "set"],
  summary: "Make a file the policy of this data folder; serve goes by it from its next start",
  input: Schema.Struct({ ...folderField, file: Schema.NonEmptyString }),
  output: PolicyAnswer,
  codes: ["OUTPUT_WRITE_FAILED"],
  argv: ({ file }) => ["admin", "policy", "set", ...operand(file)]
})

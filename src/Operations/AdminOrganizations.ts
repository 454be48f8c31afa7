import * as Schema from "effect/Schema"
import { OperatorName, OrganizationAnswer, OrganizationId, OrganizationRow } from "../Schema/Admin.js"
import { open, optional } from "../Schema/Open.js"
import { admin, folderField } from "./AdminOperation.js"
import { flag } from "./Operation.js"

/** Lists the organizations of a data folder, newest first, with their credits. */
export const adminOrganizationsList = admin({
  id: "admin.organizations.list",
  command: ["admin", "organizations", "list"],
  summary: "List the organizations of a data folder, newest first, with their credits",
  input: Schema.Struct({ ...folderField, limit: optional(Schema.Int.pipe(Schema.between(1, 1_000))) }),
  output: open({ organizations: Schema.Array(OrganizationRow) }),
  argv: ({ limit }) => ["admin", "organizations", "list", ...flag("limit", limit)]
})

/** Shows one organization with its agents and the tokens that hold. */
export const adminOrganizationsShow = admin({
  id: "admin.organizations.show",
  command: ["admin", "organizations", "show"],
  summary: "Show an organization with its agents, its credits and the tokens that hold",
  input: Schema.Struct({ ...folderField, organization: OrganizationId }),
  output: OrganizationAnswer,
  codes: ["NOT_FOUND"],
  argv: ({ organization }) => ["admin", "organizations", "show", organization]
})

/** Makes an organization without agents or credits; makes the data folder too where there is none. */
export const adminOrganizationsCreate = admin({
  id: "admin.organizations.create",
  command: ["admin", "organizations", "create"],
  summary: "Make an organization; it starts without agents and without credits",
  input: Schema.Struct({ ...folderField, name: OperatorName }),
  output: open({ organization: OrganizationRow }),
  argv: ({ name }) => ["admin", "organizations", "create", ...flag("name", name)]
})

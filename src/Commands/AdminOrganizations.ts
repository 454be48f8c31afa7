import * as Effect from "effect/Effect"
import { adminCreditsGrant } from "../Operations/AdminCredits.js"
import {
  adminOrganizationsCreate,
  adminOrganizationsList,
  adminOrganizationsShow
} from "../Operations/AdminOrganizations.js"
import { adminTokensCreate } from "../Operations/AdminTokens.js"
import { suggest } from "../Operations/Suggest.js"
import { OperatorName, OrganizationId } from "../Schema/Admin.js"
import { folderFlag, lacks, onFolder, sameFolder, warnOfNew } from "./AdminCommand.js"
import { command } from "./Command.js"
import { argument, integer, schema } from "./Flags.js"
import { defined } from "./ServiceCommand.js"

export const adminOrganizations = command({
  operation: adminOrganizationsList,
  aliases: [["admin", "organizations"]],
  flags: { limit: integer("limit", 1, 1_000, "How many at most; 100 unless given"), ...folderFlag },
  arguments: {},
  examples: [{ why: "who is served, and with what credits", argv: ["admin", "organizations", "list"] }],
  usesService: false,
  run: ({ data, limit }) =>
    onFolder(data, ({ listOrganizations }, root) => listOrganizations(root, defined({ limit }))).pipe(
      Effect.map((listed) => ({ data: listed }))
    )
})

export const adminOrganization = command({
  operation: adminOrganizationsShow,
  flags: folderFlag,
  arguments: { organization: argument("ORGANIZATION_ID", "an organization's id", OrganizationId) },
  examples: [
    {
      why: "one organization with its agents and tokens",
      argv: ["admin", "organizations", "show", "org_0123456789abcdef0123456789abcdef"]
    }
  ],
  usesService: false,
  run: ({ data, organization = "" }) =>
    onFolder(data, ({ showOrganization }, root) => showOrganization(root, organization)).pipe(
      Effect.map((shown) => ({ data: shown }))
    )
})

export const adminNewOrganization = command({
  operation: adminOrganizationsCreate,
  flags: { name: schema("name", "NAME", "What you call it", OperatorName), ...folderFlag },
  arguments: {},
  examples: [
    { why: "before its first token", argv: ["admin", "organizations", "create", "--name", "Design team"] }
  ],
  usesService: false,
  run: ({ data, name }) =>
    Effect.gen(function* () {
      if (name === undefined) return yield* lacks("an organization needs a name", "--name")
      const warnings = yield* warnOfNew(data)
      const made = yield* onFolder(data, ({ createOrganization }, root) => createOrganization(root, name))
      const organization = made.organization.organization_id
      const folder = sameFolder(data)
      return {
        data: made,
        warnings,
        next: [
          suggest(
            "create_token",
            "let an agent in; put your own name for it",
            adminTokensCreate,
            { organization, agent_name: "AGENT_NAME", show_token: true, ...folder },
            ["agent_name"]
          ),
          suggest(
            "grant_credits",
            "give it credits to spend; put your own number and reason",
            adminCreditsGrant,
            { organization, credits: 500, reason: "REASON", ...folder },
            ["credits", "reason"]
          )
        ]
      }
    })
})

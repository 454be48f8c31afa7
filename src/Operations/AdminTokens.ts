import * as Schema from "effect/Schema"
import {
  AgentId,
  Grants,
  OperatorName,
  OrganizationId,
  TokenAnswer,
  TokenId,
  TokenRow
} from "../Schema/Admin.js"
import { open, optional } from "../Schema/Open.js"
import { admin, folderField } from "./AdminOperation.js"
import { flag, toggle } from "./Operation.js"

/** Lists tokens by their ids; their text is kept nowhere. */
export const adminTokensList = admin({
  id: "admin.tokens.list",
  command: ["admin", "tokens", "list"],
  summary: "List tokens by their ids, newest first; their text is kept nowhere",
  input: Schema.Struct({
    ...folderField,
    organization: optional(OrganizationId),
    limit: optional(Schema.Int.pipe(Schema.between(1, 1_000))),
    revoked: optional(Schema.Boolean)
  }),
  output: open({ tokens: Schema.Array(TokenRow) }),
  codes: ["NOT_FOUND"],
  argv: (input) => [
    "admin",
    "tokens",
    "list",
    ...flag("organization", input.organization),
    ...flag("limit", input.limit),
    ...toggle("revoked", input.revoked)
  ]
})

/** Makes a token for an agent of an organization; its text is shown once, or written to a new file of mode 0600. */
export const adminTokensCreate = admin({
  id: "admin.tokens.create",
  command: ["admin", "tokens", "create"],
  summary: "Make a token for an agent: shown once, or written to a new file",
  input: Schema.Struct({
    ...folderField,
    organization: OrganizationId,
    agent: optional(AgentId),
    agent_name: optional(OperatorName),
    class: optional(Schema.Literal("restricted", "viewer")),
    grants: optional(Grants),
    output: optional(Schema.String),
    show_token: optional(Schema.Boolean)
  }),
  output: TokenAnswer,
  codes: ["NOT_FOUND", "OUTPUT_EXISTS", "OUTPUT_WRITE_FAILED"],
  argv: (input) => [
    "admin",
    "tokens",
    "create",
    ...flag("organization", input.organization),
    ...flag("agent", input.agent),
    ...flag("agent-name", input.agent_name),
    ...flag("class", input.class),
    ...flag("grants", input.grants?.join(",")),
    ...flag("output", input.output),
    ...toggle("show-token", input.show_token)
  ]
})

/** Ends a token at once, also for a service that runs. */
export const adminTokensRevoke = admin({
  id: "admin.tokens.revoke",
  command: ["admin", "tokens", "revoke"],
  summary: "Revoke a token by its id, at once",
  input: Schema.Struct({ ...folderField, token_id: TokenId }),
  output: open({ token: TokenRow, already_revoked: Schema.Boolean }),
  codes: ["NOT_FOUND"],
  argv: ({ token_id }) => ["admin", "tokens", "revoke", token_id]
})

/** Sets what one token, or an agent with any of its tokens, may do. */
export const adminGrants = admin({
  id: "admin.grants",
  command: ["admin", "grants"],
  summary: "Set what one token may do, or what an agent may do with any token",
  input: Schema.Struct({
    ...folderField,
    agent: optional(AgentId),
    token_id: optional(TokenId),
    grants: optional(Grants),
    reset: optional(Schema.Boolean)
  }),
  output: open({
    agent_id: Schema.String,
    token_id: Schema.NullOr(Schema.String),
    grants: Schema.NullOr(Schema.Array(Schema.String))
  }),
  codes: ["NOT_FOUND"],
  argv: (input) => [
    "admin",
    "grants",
    ...flag("agent", input.agent),
    ...flag("token-id", input.token_id),
    ...flag("grants", input.grants?.join(",")),
    ...toggle("reset", input.reset)
  ]
})

import * as Effect from "effect/Effect"
import { failure } from "../../Errors.js"
import { Database } from "../Storage/Database.js"
import { type Balances, Ledger } from "../Storage/Ledger.js"
import { type AgentRow, type OrganizationRow, Organizations } from "../Storage/Organizations.js"
import { type TokenRow, Tokens } from "../Storage/Tokens.js"
import { inFolder } from "./Folder.js"

const iso = (millis: number): string => new Date(millis).toISOString()

const presented = (row: OrganizationRow, credits: Balances) => ({
  organization_id: row.id,
  name: row.name,
  claim_state: row.claimState,
  created_at: iso(row.createdAt),
  agents: row.agents,
  open_jobs: row.openJobs,
  assets: row.assets,
  credits: { ...credits }
})

const presentedAgent = (row: AgentRow) => ({
  agent_id: row.id,
  actor_type: row.actorType,
  name: row.name,
  runtime: row.runtime,
  agent_contact: row.contactShown,
  grants: row.grants
})

/** A token as answers show it; never its text. */
export const presentedToken = (row: TokenRow) => ({
  token_id: row.id,
  agent_id: row.agentId,
  organization_id: row.organizationId,
  token_class: row.tokenClass,
  grants: row.grants,
  created_at: iso(row.createdAt),
  revoked_at: row.revokedAt === null ? null : iso(row.revokedAt)
})

/** An organization by its id; `NOT_FOUND` when there is none. */
export const organizationOf = (id: string) =>
  Effect.gen(function* () {
    const found = yield* (yield* Organizations).find(id)
    return found === null
      ? yield* Effect.fail(
          failure("NOT_FOUND", "there is no such organization", { details: { organization_id: id } })
        )
      : found
  })

const whole = (row: OrganizationRow) =>
  Effect.map(
    Effect.flatMap(Ledger, (ledger) => ledger.balances(row.id)),
    (credits) => presented(row, credits)
  )

const listDefault = 100

/** The newest organizations with their credits. */
export const listOrganizations = (root: string, { limit = listDefault }: { readonly limit?: number }) =>
  inFolder(
    root,
    Effect.gen(function* () {
      const rows = yield* (yield* Organizations).list(limit)
      return { organizations: yield* Effect.forEach(rows, whole) }
    })
  )

/** An organization, its agents, and the tokens that hold. */
export const showOrganization = (root: string, id: string) =>
  inFolder(
    root,
    Effect.gen(function* () {
      const row = yield* organizationOf(id)
      const agents = yield* (yield* Organizations).agents(id)
      const tokens = yield* (yield* Tokens).list({ organization: id, limit: 1_000, revokedToo: false })
      return {
        organization: yield* whole(row),
        agents: agents.map(presentedAgent),
        tokens: tokens.map(presentedToken)
      }
    })
  )

/** A new organization with accounts and nothing on them. */
export const createOrganization = (root: string, name: string) =>
  inFolder(
    root,
    Effect.gen(function* () {
      const { transaction } = yield* Database
      const organizations = yield* Organizations
      const ledger = yield* Ledger
      const id = yield* transaction(Effect.tap(organizations.add(name.trim()), ledger.open))
      return { organization: yield* Effect.flatMap(organizationOf(id), whole) }
    }),
    { mayMake: true }
  )

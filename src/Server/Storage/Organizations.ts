import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ArtifactStorage } from "../../Errors.js"
import { Entropy, makeId } from "../../Services/Entropy.js"
import type { ClaimState } from "../Domain/Identity.js"
import { Database } from "./Database.js"

/** An organization as its operator sees it; times are milliseconds since 1970. */
export interface OrganizationRow {
  readonly id: string
  /** What the operator calls it; agents that signed up by themselves have none. */
  readonly name: string | null
  readonly claimState: ClaimState
  readonly createdAt: number
  readonly agents: number
  /** Jobs that have not ended. */
  readonly openJobs: number
  /** Assets that were not deleted. */
  readonly assets: number
}

/** An agent of an organization; of its contact only what may be shown. */
export interface AgentRow {
  readonly id: string
  readonly organizationId: string
  readonly actorType: string
  readonly name: string | null
  readonly runtime: string | null
  readonly contactShown: string | null
  /** What the operator lets it do at most; `null` leaves that to its tokens. */
  readonly grants: ReadonlyArray<string> | null
  readonly createdAt: number
}

/** Organizations and agents as the operator makes and looks after them. */
export class Organizations extends Context.Tag("image-skill/Server/Organizations")<
  Organizations,
  {
    /** The newest organizations, at most `limit`. */
    readonly list: (limit: number) => Effect.Effect<ReadonlyArray<OrganizationRow>, ArtifactStorage>
    readonly find: (id: string) => Effect.Effect<OrganizationRow | null, ArtifactStorage>
    /** A new organization with people behind it (`claimed`); its id. */
    readonly add: (name: string | null) => Effect.Effect<string, ArtifactStorage>
    /** An organization's agents, oldest first. */
    readonly agents: (organization: string) => Effect.Effect<ReadonlyArray<AgentRow>, ArtifactStorage>
    readonly findAgent: (agent: string) => Effect.Effect<AgentRow | null, ArtifactStorage>
    /** A new agent of an organization; its id. */
    readonly addAgent: (organization: string, name: string) => Effect.Effect<string, ArtifactStorage>
    /** Bounds what an agent may do with any token, also with later ones; `null` lifts the bound. */
    readonly boundAgent: (
      agent: string,
      grants: ReadonlyArray<string> | null
    ) => Effect.Effect<void, ArtifactStorage>
  }
>() {
  /** In the database. */
  static readonly layer = Layer.effect(
    Organizations,
    Effect.gen(function* () {
      const { run, sql } = yield* Database
      const entropy = yield* Entropy
      const columns = sql`o.id, o.name, o.claim_state, o.created_at,
        (SELECT count(*) FROM agents a WHERE a.organization_id = o.id) AS agents,
        (SELECT count(*) FROM jobs j WHERE j.organization_id = o.id AND j.status IN ('queued', 'running')) AS open_jobs,
        (SELECT count(*) FROM assets f WHERE f.organization_id = o.id AND f.deleted_at IS NULL) AS assets`
      const agentColumns = sql`a.id, a.organization_id, a.actor_type, a.name, a.runtime, a.grants, a.created_at,
        s.contact_shown FROM agents a LEFT JOIN signups s ON s.agent_id = a.id`
      return {
        list: (limit) =>
          run(
            sql<RawOrganization>`SELECT ${columns} FROM organizations o ORDER BY o.created_at DESC, o.id LIMIT ${limit}`
          ).pipe(Effect.map((rows) => rows.map(fromRaw))),
        find: (id) =>
          run(sql<RawOrganization>`SELECT ${columns} FROM organizations o WHERE o.id = ${id}`).pipe(
            Effect.map(([row]) => (row === undefined ? null : fromRaw(row)))
          ),
        add: (name) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const id = yield* makeId("organization")
            yield* run(sql`INSERT INTO organizations (id, name, claim_state, created_at)
              VALUES (${id}, ${name}, 'claimed', ${now})`)
            return id
          }).pipe(Effect.provideService(Entropy, entropy)),
        agents: (organization) =>
          run(sql<RawAgent>`SELECT ${agentColumns} WHERE a.organization_id = ${organization}
            ORDER BY a.created_at, a.id`).pipe(Effect.map((rows) => rows.map(agentFromRaw))),
        findAgent: (agent) =>
          run(sql<RawAgent>`SELECT ${agentColumns} WHERE a.id = ${agent}`).pipe(
            Effect.map(([row]) => (row === undefined ? null : agentFromRaw(row)))
          ),
        addAgent: (organization, name) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const id = yield* makeId("agent")
            yield* run(sql`INSERT INTO agents (id, organization_id, actor_type, name, created_at)
              VALUES (${id}, ${organization}, 'agent', ${name}, ${now})`)
            return id
          }).pipe(Effect.provideService(Entropy, entropy)),
        boundAgent: (agent, grants) =>
          Effect.asVoid(
            run(sql`UPDATE agents SET grants = ${grants === null ? null : JSON.stringify(grants)}
              WHERE id = ${agent}`)
          )
      }
    })
  )
}

interface RawOrganization {
  readonly id: string
  readonly name: string | null
  readonly claim_state: ClaimState
  readonly created_at: number
  readonly agents: number
  readonly open_jobs: number
  readonly assets: number
}

interface RawAgent {
  readonly id: string
  readonly organization_id: string
  readonly actor_type: string
  readonly name: string | null
  readonly runtime: string | null
  readonly grants: string | null
  readonly contact_shown: string | null
  readonly created_at: number
}

const fromRaw = (row: RawOrganization): OrganizationRow => ({
  id: row.id,
  name: row.name,
  claimState: row.claim_state,
  createdAt: row.created_at,
  agents: row.agents,
  openJobs: row.open_jobs,
  assets: row.assets
})

const agentFromRaw = (row: RawAgent): AgentRow => ({
  id: row.id,
  organizationId: row.organization_id,
  actorType: row.actor_type,
  name: row.name,
  runtime: row.runtime,
  contactShown: row.contact_shown,
  grants: row.grants === null ? null : (JSON.parse(row.grants) as ReadonlyArray<string>),
  createdAt: row.created_at
})

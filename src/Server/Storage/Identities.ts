import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ArtifactStorage } from "../../Errors.js"
import { makeId, Entropy } from "../../Services/Entropy.js"
import { layerEffect } from "../../Stack.js"
import { type ClaimState, grantsOf, type Identity } from "../Domain/Identity.js"
import { Database } from "./Database.js"

/** An agent that signed up, found again by its contact and name. */
export interface SignedUp {
  readonly agentId: string
  readonly organizationId: string
  readonly claimState: ClaimState
  /** What the operator lets it do at most; `null` leaves that to its tokens. */
  readonly bound: ReadonlyArray<string> | null
}

/** Who signs up; the contact only as its digest and in the form that may be shown. */
export interface Newcomer {
  readonly contactDigest: string
  readonly contactShown: string
  readonly name: string
  readonly runtime: string
}

/** Organizations and the agents that act for them. */
export class Identities extends Context.Tag("image-skill/Server/Identities")<
  Identities,
  {
    /** The machine's user if this folder knows one already. */
    readonly known: Effect.Effect<Identity | null, ArtifactStorage>
    /** The identity of the machine's user, which the embedded service acts as; `isNew` the first time (contract §9). */
    readonly localUser: Effect.Effect<
      { readonly identity: Identity; readonly isNew: boolean },
      ArtifactStorage
    >
    /** The agent that signed up with this contact and name. */
    readonly findSignedUp: (
      contactDigest: string,
      name: string
    ) => Effect.Effect<SignedUp | null, ArtifactStorage>
    /** A new agent in an organization of its own, unclaimed. */
    readonly addSignedUp: (newcomer: Newcomer) => Effect.Effect<SignedUp, ArtifactStorage>
  }
>() {
  /** In the database. */
  static readonly layer = layerEffect(
    Identities,
    Effect.gen(function* () {
      const { run, sql, transaction } = yield* Database
      const entropy = yield* Entropy

      const stored = run(sql<{ value: string }>`SELECT value FROM facts WHERE name = 'local_user'`).pipe(
        Effect.map(([row]) => (row === undefined ? null : identityOf(JSON.parse(row.value) as LocalUser)))
      )
      const create = Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const organization = yield* makeId("organization")
        const agent = yield* makeId("agent")
        yield* run(
          sql`INSERT INTO organizations (id, claim_state, created_at) VALUES (${organization}, 'claimed', ${now})`
        )
        yield* run(sql`INSERT INTO agents (id, organization_id, actor_type, name, created_at)
          VALUES (${agent}, ${organization}, 'human', 'local user', ${now})`)
        yield* run(sql`INSERT INTO facts (name, value)
          VALUES ('local_user', ${JSON.stringify({ agent, organization } satisfies LocalUser)})`)
        return identityOf({ agent, organization })
      }).pipe(Effect.provideService(Entropy, entropy))

      const localUser = Effect.gen(function* () {
        const found = yield* stored
        if (found !== null) return { identity: found, isNew: false }
        return yield* transaction(
          Effect.gen(function* () {
            // Looked up again inside, because another process may have been first.
            const again = yield* stored
            return again !== null
              ? { identity: again, isNew: false }
              : { identity: yield* create, isNew: true }
          })
        )
      })
      const findSignedUp = (contactDigest: string, name: string) =>
        run(sql<{ id: string; organization_id: string; claim_state: ClaimState; grants: string | null }>`
          SELECT a.id, a.organization_id, o.claim_state, a.grants FROM signups s
            JOIN agents a ON a.id = s.agent_id JOIN organizations o ON o.id = a.organization_id
          WHERE s.contact_digest = ${contactDigest} AND s.name = ${name}`).pipe(
          Effect.map(([row]) =>
            row === undefined
              ? null
              : {
                  agentId: row.id,
                  organizationId: row.organization_id,
                  claimState: row.claim_state,
                  bound: row.grants === null ? null : (JSON.parse(row.grants) as ReadonlyArray<string>)
                }
          )
        )

      const addSignedUp = ({ contactDigest, contactShown, name, runtime }: Newcomer) =>
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const organizationId = yield* makeId("organization")
          const agentId = yield* makeId("agent")
          const claimState = "unclaimed" as const
          yield* run(sql`INSERT INTO organizations (id, claim_state, created_at)
            VALUES (${organizationId}, ${claimState}, ${now})`)
          yield* run(sql`INSERT INTO agents (id, organization_id, actor_type, name, runtime, created_at)
            VALUES (${agentId}, ${organizationId}, 'agent', ${name}, ${runtime}, ${now})`)
          yield* run(sql`INSERT INTO signups (agent_id, contact_digest, contact_shown, name, created_at)
            VALUES (${agentId}, ${contactDigest}, ${contactShown}, ${name}, ${now})`)
          return { agentId, organizationId, claimState, bound: null }
        }).pipe(Effect.provideService(Entropy, entropy))

      return { known: stored, localUser, findSignedUp, addSignedUp }
    })
  )
}

interface LocalUser {
  readonly agent: string
  readonly organization: string
}

const identityOf = ({ agent, organization }: LocalUser): Identity => ({
  actorType: "human",
  agentId: agent,
  organizationId: organization,
  claimState: "claimed",
  tokenClass: "local",
  grants: grantsOf.local
})

import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ArtifactStorage } from "../../Errors.js"
import { makeId, Entropy } from "../../Services/Entropy.js"
import type { Identity } from "../Domain/Identity.js"
import { Database } from "./Database.js"

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
  }
>() {
  /** In the database. */
  static readonly layer = Layer.effect(
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
      return { known: stored, localUser }
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
  grants: ["read", "create", "edit", "upload", "feedback"]
})

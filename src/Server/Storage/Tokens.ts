import { timingSafeEqual } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ArtifactStorage } from "../../Errors.js"
import { Entropy } from "../../Services/Entropy.js"
import { type ClaimState, grantsOf, type Identity } from "../Domain/Identity.js"
import { Database } from "./Database.js"
import { Vault } from "./Vault.js"

/** A token that the service knows: whose it is, and whether it still holds. */
export interface KnownToken {
  readonly identity: Identity
  readonly revoked: boolean
}

/** The tokens of all agents, kept only as keyed digests: a copy of the database opens nothing (contract §6). */
export class Tokens extends Context.Tag("image-skill/Server/Tokens")<
  Tokens,
  {
    /** Makes a restricted token for an agent; the text exists only in this answer. */
    readonly issue: (agent: string) => Effect.Effect<string, ArtifactStorage>
    /** Whom a token belongs to; `null` when nobody ever had it. */
    readonly find: (token: string) => Effect.Effect<KnownToken | null, ArtifactStorage>
    /** Ends every token of an agent; answers how many held until now. */
    readonly revokeAll: (
      agent: string,
      reason: "rotated" | "revoked"
    ) => Effect.Effect<number, ArtifactStorage>
  }
>() {
  /** In the database. */
  static readonly layer = Layer.effect(
    Tokens,
    Effect.gen(function* () {
      const { run, sql } = yield* Database
      const vault = yield* Vault
      const entropy = yield* Entropy
      const digestOf = (token: string) => vault.digest(`token:${token}`)

      return {
        issue: (agent) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const token = `isk_r_${Buffer.from(entropy.bytes(24)).toString("base64url")}`
            yield* run(sql`INSERT INTO tokens (digest, agent_id, class, grants, created_at)
              VALUES (${digestOf(token)}, ${agent}, 'restricted', ${JSON.stringify(grantsOf.restricted)}, ${now})`)
            return token
          }),
        find: (token) =>
          Effect.gen(function* () {
            const digest = digestOf(token)
            const [row] =
              yield* run(sql<Row>`SELECT t.digest, t.class, t.grants, t.revoked_at, a.id AS agent_id,
                a.actor_type, a.organization_id, o.claim_state
              FROM tokens t JOIN agents a ON a.id = t.agent_id JOIN organizations o ON o.id = a.organization_id
              WHERE t.digest = ${digest}`)
            // The index has compared already; this is what stays true should the look-up ever become looser.
            if (row === undefined || !timingSafeEqual(Buffer.from(row.digest), Buffer.from(digest)))
              return null
            return {
              identity: {
                actorType: row.actor_type,
                agentId: row.agent_id,
                organizationId: row.organization_id,
                claimState: row.claim_state,
                tokenClass: row.class,
                grants: JSON.parse(row.grants) as ReadonlyArray<string>
              },
              revoked: row.revoked_at !== null || row.claim_state === "revoked"
            }
          }),
        revokeAll: (agent, reason) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const rows = yield* run(sql`UPDATE tokens SET revoked_at = ${now}, revoked_reason = ${reason}
              WHERE agent_id = ${agent} AND revoked_at IS NULL RETURNING digest`)
            return rows.length
          })
      }
    })
  )
}

interface Row {
  readonly digest: string
  readonly class: string
  readonly grants: string
  readonly revoked_at: number | null
  readonly agent_id: string
  readonly actor_type: Identity["actorType"]
  readonly organization_id: string
  readonly claim_state: ClaimState
}

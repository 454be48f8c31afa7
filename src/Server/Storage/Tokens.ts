import { timingSafeEqual } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ArtifactStorage } from "../../Errors.js"
import { Entropy } from "../../Services/Entropy.js"
import { layerEffect } from "../../Stack.js"
import {
  boundedBy,
  type ClaimState,
  grantsOf,
  type Identity,
  type IssuedClass,
  tokenLetters
} from "../Domain/Identity.js"
import { Database } from "./Database.js"
import { Vault } from "./Vault.js"

/** A token that the service knows: whose it is, and whether it still holds. */
export interface KnownToken {
  readonly identity: Identity
  readonly revoked: boolean
}

/** A token as its operator sees it; the text itself is nowhere. Times are milliseconds since 1970. */
export interface TokenRow {
  /** `tok_` and the beginning of its digest: names the token and opens nothing. */
  readonly id: string
  readonly agentId: string
  readonly organizationId: string
  readonly tokenClass: string
  readonly grants: ReadonlyArray<string>
  readonly createdAt: number
  readonly revokedAt: number | null
  readonly revokedReason: string | null
}

/** A token that was just made; `token` exists nowhere else. */
export interface IssuedToken {
  readonly id: string
  readonly token: string
}

/** The tokens of all agents, kept only as keyed digests: a copy of the database opens nothing (contract §6). */
export class Tokens extends Context.Tag("image-skill/Server/Tokens")<
  Tokens,
  {
    /** Makes a restricted token for an agent; the text exists only in this answer. */
    readonly issue: (agent: string) => Effect.Effect<string, ArtifactStorage>
    /** Makes a token of a class for an agent, with fewer grants than its class has where told. */
    readonly issueOf: (
      agent: string,
      tokenClass: IssuedClass,
      grants: ReadonlyArray<string>
    ) => Effect.Effect<IssuedToken, ArtifactStorage>
    /** Tokens, newest first, at most `limit`: of one organization or of all, only those that hold unless told otherwise. */
    readonly list: (options: {
      readonly organization: string | null
      readonly limit: number
      readonly revokedToo: boolean
    }) => Effect.Effect<ReadonlyArray<TokenRow>, ArtifactStorage>
    readonly findById: (id: string) => Effect.Effect<TokenRow | null, ArtifactStorage>
    /** Ends one token; `false` when it had ended already. */
    readonly revoke: (id: string) => Effect.Effect<boolean, ArtifactStorage>
    readonly setGrants: (id: string, grants: ReadonlyArray<string>) => Effect.Effect<void, ArtifactStorage>
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
  static readonly layer = layerEffect(
    Tokens,
    Effect.gen(function* () {
      const { run, sql } = yield* Database
      const vault = yield* Vault
      const entropy = yield* Entropy
      const digestOf = (token: string) => vault.digest(`token:${token}`)

      const issueOf = (agent: string, tokenClass: IssuedClass, grants: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const secret = Buffer.from(entropy.bytes(24)).toString("base64url")
          const token = `isk_${tokenLetters[tokenClass]}_${secret}`
          const digest = digestOf(token)
          yield* run(sql`INSERT INTO tokens (digest, agent_id, class, grants, created_at)
            VALUES (${digest}, ${agent}, ${tokenClass}, ${JSON.stringify(grants)}, ${now})`)
          return { id: idOf(digest), token }
        })

      return {
        issue: (agent) => Effect.map(issueOf(agent, "restricted", grantsOf.restricted), ({ token }) => token),
        issueOf,
        list: ({ limit, organization, revokedToo }) =>
          run(sql<RawToken>`SELECT t.*, a.organization_id FROM tokens t JOIN agents a ON a.id = t.agent_id
            WHERE ${sql.and([
              sql`1 = 1`,
              ...(organization === null ? [] : [sql`a.organization_id = ${organization}`]),
              ...(revokedToo ? [] : [sql`t.revoked_at IS NULL`])
            ])} ORDER BY t.created_at DESC, t.digest LIMIT ${limit}`).pipe(
            Effect.map((rows) => rows.map(fromRaw))
          ),
        findById: (id) =>
          run(sql<RawToken>`SELECT t.*, a.organization_id FROM tokens t JOIN agents a ON a.id = t.agent_id
            WHERE substr(t.digest, 1, ${idDigits}) = ${id.slice(idPrefix.length)}`).pipe(
            Effect.map(([row]) => (row === undefined || idOf(row.digest) !== id ? null : fromRaw(row)))
          ),
        revoke: (id) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const rows = yield* run(sql`UPDATE tokens SET revoked_at = ${now}, revoked_reason = 'revoked'
              WHERE substr(digest, 1, ${idDigits}) = ${id.slice(idPrefix.length)} AND revoked_at IS NULL
              RETURNING digest`)
            return rows.length > 0
          }),
        setGrants: (id, grants) =>
          Effect.asVoid(
            run(sql`UPDATE tokens SET grants = ${JSON.stringify(grants)}
              WHERE substr(digest, 1, ${idDigits}) = ${id.slice(idPrefix.length)}`)
          ),
        find: (token) =>
          Effect.gen(function* () {
            const digest = digestOf(token)
            const [row] =
              yield* run(sql<Row>`SELECT t.digest, t.class, t.grants, t.revoked_at, a.id AS agent_id,
                a.grants AS bound, a.actor_type, a.organization_id, o.claim_state
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
                grants: boundedBy(namesIn(row.grants), row.bound === null ? null : namesIn(row.bound))
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

const idPrefix = "tok_"
const idDigits = 24

const idOf = (digest: string): string => `${idPrefix}${digest.slice(0, idDigits)}`

const namesIn = (column: string) => JSON.parse(column) as ReadonlyArray<string>

const fromRaw = (row: RawToken): TokenRow => ({
  id: idOf(row.digest),
  agentId: row.agent_id,
  organizationId: row.organization_id,
  tokenClass: row.class,
  grants: namesIn(row.grants),
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
  revokedReason: row.revoked_reason
})

interface RawToken {
  readonly digest: string
  readonly agent_id: string
  readonly organization_id: string
  readonly class: string
  readonly grants: string
  readonly created_at: number
  readonly revoked_at: number | null
  readonly revoked_reason: string | null
}

interface Row {
  readonly digest: string
  readonly class: string
  readonly grants: string
  readonly bound: string | null
  readonly revoked_at: number | null
  readonly agent_id: string
  readonly actor_type: Identity["actorType"]
  readonly organization_id: string
  readonly claim_state: ClaimState
}

import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ArtifactStorage } from "../../Errors.js"
import { Database } from "./Database.js"

/** Credits that the operator gave or took back, once for each key. */
export interface OperatorMovement {
  readonly key: string
  readonly organizationId: string
  readonly kind: "grant" | "take_back"
  readonly credits: number
  /** Why, in the operator's own words. */
  readonly reason: string
  /** The reference of its transfer in the ledger. */
  readonly reference: string
}

/** Why credits moved that nobody paid or spent: insert-only, beside the ledger's own rows (contract §7). */
export class OperatorCredits extends Context.Tag("image-skill/Server/OperatorCredits")<
  OperatorCredits,
  {
    readonly find: (
      key: string
    ) => Effect.Effect<(OperatorMovement & { readonly createdAt: number }) | null, ArtifactStorage>
    readonly insert: (movement: OperatorMovement) => Effect.Effect<void, ArtifactStorage>
  }
>() {
  /** In the database. */
  static readonly layer = Layer.effect(
    OperatorCredits,
    Effect.gen(function* () {
      const { run, sql } = yield* Database
      return {
        find: (key) =>
          run(sql<Row>`SELECT * FROM operator_credits WHERE idempotency_key = ${key}`).pipe(
            Effect.map(([row]) =>
              row === undefined
                ? null
                : {
                    key: row.idempotency_key,
                    organizationId: row.organization_id,
                    kind: row.kind,
                    credits: row.credits,
                    reason: row.reason,
                    reference: row.reference,
                    createdAt: row.created_at
                  }
            )
          ),
        insert: ({ credits, key, kind, organizationId, reason, reference }) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.asVoid(
              run(sql`INSERT INTO operator_credits
                  (idempotency_key, organization_id, kind, credits, reason, reference, created_at)
                VALUES (${key}, ${organizationId}, ${kind}, ${credits}, ${reason}, ${reference}, ${now})`)
            )
          )
      }
    })
  )
}

interface Row {
  readonly idempotency_key: string
  readonly organization_id: string
  readonly kind: OperatorMovement["kind"]
  readonly credits: number
  readonly reason: string
  readonly reference: string
  readonly created_at: number
}

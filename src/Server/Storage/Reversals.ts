import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ArtifactStorage } from "../../Errors.js"
import { formatId } from "../../Schema/Ids.js"
import { Entropy } from "../../Services/Entropy.js"
import { layerEffect } from "../../Stack.js"
import { Database } from "./Database.js"

/**
 * What takes money back: a refund, what a charge says of all its refunds together, or a dispute. A charge and its refunds tell
 * the same thing twice, and either may be missing.
 */
export type ReversalKind = "refund" | "refunded_charge" | "dispute"

/**
 * How far a reversal has come: announced (a dispute that withdrew nothing yet), effective, and undone (a refund that failed, a
 * dispute whose funds came back). It only ever moves on, but that a later decision on a dispute replaces an earlier one.
 */
export const progress = { announced: 0, effective: 1, undone: 2 } as const
/** How far a reversal has come. */
export type Progress = (typeof progress)[keyof typeof progress]

/** What Stripe says of one reversal. */
export interface ReversalNews {
  readonly intentId: string
  readonly kind: ReversalKind
  readonly providerRef: string
  /** In cents; of a charge, all of its refunds so far. */
  readonly amountCents: number
  readonly currency: string
  readonly progress: Progress
  /** When its progress was decided, by Stripe's clock, in milliseconds since 1970; 0 for what is only under way. */
  readonly decidedAt: number
}

/** A reversal as all news of it together say. */
export interface Reversal extends ReversalNews {
  readonly id: string
  /** Whether it cannot belong to the payment that it names, and so takes nothing. */
  readonly rejected: boolean
}

/** How many of a receipt's credits must be taken back, and how many were. */
export interface Position {
  readonly receiptId: string
  readonly organizationId: string
  readonly target: number
  readonly taken: number
}

/** Refunds and disputes as they were told, and what they came to for each receipt (contract §7). */
export class Reversals extends Context.Tag("image-skill/Server/Reversals")<
  Reversals,
  {
    /**
     * Merges news: the larger amount wins, and the latest decision; at the same time, or without any, the later progress. So their
     * order does not matter.
     */
    readonly merge: (news: ReversalNews) => Effect.Effect<Reversal, ArtifactStorage>
    readonly reject: (id: string) => Effect.Effect<void, ArtifactStorage>
    /** The reversals of a payment, in the order in which they became known. */
    readonly of: (intent: string) => Effect.Effect<ReadonlyArray<Reversal>, ArtifactStorage>
    readonly position: (receipt: string) => Effect.Effect<Position | null, ArtifactStorage>
    readonly setPosition: (position: Position) => Effect.Effect<void, ArtifactStorage>
    /** Where credits are still to be taken that are there by now; of one organization or of all. */
    readonly collectable: (
      organization: string | null
    ) => Effect.Effect<ReadonlyArray<Position>, ArtifactStorage>
    /** Credits that all open reversals are still owed. */
    readonly owed: Effect.Effect<number, ArtifactStorage>
  }
>() {
  /** In the database. */
  static readonly layer = layerEffect(
    Reversals,
    Effect.gen(function* () {
      const { run, sql } = yield* Database
      const entropy = yield* Entropy

      return {
        merge: (news) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const id = formatId("reversal", entropy.bytes(16))
            const [row] =
              yield* run(sql<RawReversal>`INSERT INTO payment_reversals (id, payment_intent_id, kind, provider_ref,
                amount_cents, currency, progress, decided_at, created_at, updated_at)
              VALUES (${id}, ${news.intentId}, ${news.kind}, ${news.providerRef}, ${news.amountCents}, ${news.currency},
                ${news.progress}, ${news.decidedAt}, ${now}, ${now})
              ON CONFLICT (kind, provider_ref) DO UPDATE SET amount_cents = max(amount_cents, excluded.amount_cents),
                progress = CASE WHEN excluded.decided_at > decided_at THEN excluded.progress
                  WHEN excluded.decided_at < decided_at THEN progress ELSE max(progress, excluded.progress) END,
                decided_at = max(decided_at, excluded.decided_at), updated_at = excluded.updated_at
              RETURNING *`)
            return reversalFrom(row as RawReversal)
          }),
        reject: (id) => Effect.asVoid(run(sql`UPDATE payment_reversals SET rejected = 1 WHERE id = ${id}`)),
        of: (intent) =>
          run(sql<RawReversal>`SELECT * FROM payment_reversals WHERE payment_intent_id = ${intent}
            ORDER BY created_at, rowid`).pipe(Effect.map((rows) => rows.map(reversalFrom))),
        position: (receipt) =>
          run(sql<RawPosition>`SELECT * FROM reversal_positions WHERE receipt_id = ${receipt}`).pipe(
            Effect.map(([row]) => (row === undefined ? null : positionFrom(row)))
          ),
        setPosition: ({ organizationId, receiptId, taken, target }) =>
          Effect.asVoid(
            run(sql`INSERT INTO reversal_positions (receipt_id, organization_id, target, taken)
              VALUES (${receiptId}, ${organizationId}, ${target}, ${taken})
              ON CONFLICT (receipt_id) DO UPDATE SET target = excluded.target, taken = excluded.taken`)
          ),
        collectable: (organization) =>
          run(sql<RawPosition>`SELECT p.* FROM reversal_positions p WHERE p.taken < p.target
            AND (${organization} IS NULL OR p.organization_id = ${organization})
            AND coalesce((SELECT e.balance FROM entries e WHERE e.account_id = p.organization_id || ':paid'
              ORDER BY e.seq DESC LIMIT 1), 0) > 0
            ORDER BY p.rowid`).pipe(Effect.map((rows) => rows.map(positionFrom))),
        owed: run(
          sql<{
            owed: number
          }>`SELECT coalesce(sum(target - taken), 0) AS owed FROM reversal_positions WHERE taken < target`
        ).pipe(Effect.map(([row]) => row?.owed ?? 0))
      }
    })
  )
}

interface RawReversal {
  readonly id: string
  readonly payment_intent_id: string
  readonly kind: ReversalKind
  readonly provider_ref: string
  readonly amount_cents: number
  readonly currency: string
  readonly progress: Progress
  readonly decided_at: number
  readonly rejected: number
}

const reversalFrom = (raw: RawReversal): Reversal => ({
  id: raw.id,
  intentId: raw.payment_intent_id,
  kind: raw.kind,
  providerRef: raw.provider_ref,
  amountCents: raw.amount_cents,
  currency: raw.currency,
  progress: raw.progress,
  decidedAt: raw.decided_at,
  rejected: raw.rejected === 1
})

interface RawPosition {
  readonly receipt_id: string
  readonly organization_id: string
  readonly target: number
  readonly taken: number
}

const positionFrom = (raw: RawPosition): Position => ({
  receiptId: raw.receipt_id,
  organizationId: raw.organization_id,
  target: raw.target,
  taken: raw.taken
})

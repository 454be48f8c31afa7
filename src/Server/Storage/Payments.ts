import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ArtifactStorage } from "../../Errors.js"
import type { PaymentMethodId } from "../../Schema/Credits.js"
import type { Credits } from "../../Schema/Money.js"
import { layerEffect } from "../../Stack.js"
import { Database } from "./Database.js"

/** The terms of a purchase, for as long as they hold; times are milliseconds since 1970. */
export interface Quote {
  readonly id: string
  readonly organizationId: string
  readonly agentId: string
  readonly key: string
  readonly credits: Credits
  readonly amountCents: number
  readonly currency: string
  readonly method: PaymentMethodId
  readonly packId: string | null
  /** Whether real money pays for it. */
  readonly live: boolean
  readonly createdAt: number
  readonly expiresAt: number
}

/** How far a payment has come, as Stripe tells it; `creating` until Stripe has answered. */
export type AttemptStatus =
  | "creating"
  | "requires_action"
  | "processing"
  | "failed"
  | "canceled"
  | "expired"
  | "succeeded"

/** Where to send USDC, exactly as Stripe answered it: an address of Stripe's, not of the payer. */
export interface DepositInstructions {
  readonly network: string
  readonly address: string
  readonly tokenContract: string | null
  readonly tokenCurrencies: ReadonlyArray<string>
}

/** What Stripe made for an attempt. */
export interface Begun {
  readonly sessionId: string | null
  readonly intentId: string | null
  readonly checkoutUrl: string | null
  readonly instructions: DepositInstructions | null
}

/** One try to pay for a quote. */
export interface Attempt extends Begun {
  readonly id: string
  readonly quoteId: string
  readonly organizationId: string
  readonly agentId: string
  readonly key: string
  readonly status: AttemptStatus
  readonly createdAt: number
  readonly expiresAt: number
}

/** An attempt about to be noted. */
export type NewAttempt = Pick<
  Attempt,
  "id" | "quoteId" | "organizationId" | "agentId" | "key" | "createdAt" | "expiresAt"
>

/** A payment that arrived, and the credits that it granted. */
export interface Receipt {
  readonly id: string
  readonly attemptId: string
  readonly quoteId: string
  readonly organizationId: string
  readonly credits: Credits
  /** The quote's price, and what was really paid: less, where a promotion code lowered it. */
  readonly amountCents: number
  readonly paidCents: number
  readonly currency: string
  readonly intentId: string | null
  readonly creditEventId: string
  /** The Stripe event by which it was granted, or `reconcile`. */
  readonly source: string
  readonly createdAt: number
}

/** What is kept of a Stripe event: what names it, and what became of it. */
export interface KnownEvent {
  readonly id: string
  readonly type: string
  readonly objectId: string | null
  readonly live: boolean
  readonly outcome: string
  readonly createdAt: number
}

/** A name by which a purchase is found again. */
export type Reference =
  | { readonly quote: string }
  | { readonly attempt: string }
  | { readonly session: string }
  | { readonly receipt: string }

// A method that takes days may still bring its money after the page to pay has closed.
const lateMs = 86_400_000

/** Quotes, payment attempts, receipts and the events that Stripe sent (contract §6, §7). */
export class Payments extends Context.Tag("image-skill/Server/Payments")<
  Payments,
  {
    readonly addQuote: (quote: Quote) => Effect.Effect<void, ArtifactStorage>
    readonly quoteByKey: (agent: string, key: string) => Effect.Effect<Quote | null, ArtifactStorage>
    readonly findQuote: (id: string) => Effect.Effect<Quote | null, ArtifactStorage>
    readonly addAttempt: (attempt: NewAttempt) => Effect.Effect<void, ArtifactStorage>
    readonly findAttempt: (id: string) => Effect.Effect<Attempt | null, ArtifactStorage>
    /** The attempt that a key stands for, unless Stripe refused to begin it. */
    readonly attemptByKey: (agent: string, key: string) => Effect.Effect<Attempt | null, ArtifactStorage>
    /** The attempt to pay for a quote, unless Stripe refused to begin it. */
    readonly attemptOfQuote: (quote: string) => Effect.Effect<Attempt | null, ArtifactStorage>
    /** Keeps what Stripe made for an attempt that was still being made; `false` when somebody already has. */
    readonly begin: (id: string, begun: Begun) => Effect.Effect<boolean, ArtifactStorage>
    /** Notes that Stripe would not begin an attempt, so that its key and quote are free again. */
    readonly refuse: (id: string, failure: string) => Effect.Effect<void, ArtifactStorage>
    /** Moves an attempt on; what comes late from an earlier state changes nothing. */
    readonly advance: (
      id: string,
      status: AttemptStatus,
      found?: { readonly sessionId?: string | null; readonly intentId?: string | null }
    ) => Effect.Effect<void, ArtifactStorage>
    /** Whether a payment of an organization may still arrive: an attempt that is open, or ran out less than a day ago. */
    readonly isAwaited: (organization: string) => Effect.Effect<boolean, ArtifactStorage>
    /** Attempts that Stripe knows and that were not paid yet, made since a time, oldest first. */
    readonly unpaidSince: (since: number) => Effect.Effect<ReadonlyArray<Attempt>, ArtifactStorage>
    readonly addReceipt: (receipt: Receipt) => Effect.Effect<void, ArtifactStorage>
    readonly receiptOfAttempt: (attempt: string) => Effect.Effect<Receipt | null, ArtifactStorage>
    readonly receiptByIntent: (intent: string) => Effect.Effect<Receipt | null, ArtifactStorage>
    readonly findReceipt: (id: string) => Effect.Effect<Receipt | null, ArtifactStorage>
    /** Receipts of payments that can be reversed, made since a time, oldest first. */
    readonly receiptsSince: (since: number) => Effect.Effect<ReadonlyArray<Receipt>, ArtifactStorage>
    /** The quote and attempt of an organization behind a reference. */
    readonly resolve: (
      organization: string,
      reference: Reference
    ) => Effect.Effect<{ readonly quote: Quote; readonly attempt: Attempt | null } | null, ArtifactStorage>
    readonly findEvent: (id: string) => Effect.Effect<KnownEvent | null, ArtifactStorage>
    readonly addEvent: (event: KnownEvent) => Effect.Effect<void, ArtifactStorage>
    /** Marks an organization that nobody has claimed as one that paid. */
    readonly markPaid: (organization: string) => Effect.Effect<void, ArtifactStorage>
  }
>() {
  /** In the database. */
  static readonly layer = layerEffect(
    Payments,
    Effect.gen(function* () {
      const { run, sql } = yield* Database
      const one = <Raw, A>(from: (raw: Raw) => A) =>
        Effect.map(([row]: ReadonlyArray<Raw>) => (row === undefined ? null : from(row)))
      const quote = one(quoteFrom)
      const attempt = one(attemptFrom)
      const receipt = one(receiptFrom)

      const findQuote = (id: string) => run(sql<RawQuote>`SELECT * FROM quotes WHERE id = ${id}`).pipe(quote)
      const findAttempt = (id: string) =>
        run(sql<RawAttempt>`SELECT * FROM payment_attempts WHERE id = ${id}`).pipe(attempt)
      const attemptOfQuote = (id: string) =>
        run(sql<RawAttempt>`SELECT * FROM payment_attempts WHERE quote_id = ${id} AND refused = 0`).pipe(
          attempt
        )
      const findReceipt = (id: string) =>
        run(sql<RawReceipt>`SELECT * FROM receipts WHERE id = ${id}`).pipe(receipt)

      /** Where a reference begins: at a quote, or at one attempt to pay for it. */
      const begins = (reference: Reference) =>
        "quote" in reference
          ? Effect.all({ quote: findQuote(reference.quote), attempt: attemptOfQuote(reference.quote) })
          : Effect.gen(function* () {
              const found =
                "attempt" in reference
                  ? yield* findAttempt(reference.attempt)
                  : "session" in reference
                    ? yield* run(
                        sql<RawAttempt>`SELECT * FROM payment_attempts WHERE checkout_session_id = ${reference.session}`
                      ).pipe(attempt)
                    : yield* Effect.flatMap(findReceipt(reference.receipt), (paid) =>
                        paid === null ? Effect.succeed(null) : findAttempt(paid.attemptId)
                      )
              return { quote: found === null ? null : yield* findQuote(found.quoteId), attempt: found }
            })

      return {
        addQuote: (made) =>
          Effect.asVoid(
            run(sql`INSERT INTO quotes (id, organization_id, agent_id, idempotency_key, credits, amount_cents, currency,
                method, pack_id, live, created_at, expires_at)
              VALUES (${made.id}, ${made.organizationId}, ${made.agentId}, ${made.key}, ${made.credits}, ${made.amountCents},
                ${made.currency}, ${made.method}, ${made.packId}, ${made.live ? 1 : 0}, ${made.createdAt}, ${made.expiresAt})`)
          ),
        quoteByKey: (agent, key) =>
          run(
            sql<RawQuote>`SELECT * FROM quotes WHERE agent_id = ${agent} AND idempotency_key = ${key}`
          ).pipe(quote),
        findQuote,
        addAttempt: (made) =>
          Effect.asVoid(
            run(sql`INSERT INTO payment_attempts (id, quote_id, organization_id, agent_id, idempotency_key, status,
                created_at, updated_at, expires_at)
              VALUES (${made.id}, ${made.quoteId}, ${made.organizationId}, ${made.agentId}, ${made.key}, 'creating',
                ${made.createdAt}, ${made.createdAt}, ${made.expiresAt})`)
          ),
        findAttempt,
        attemptByKey: (agent, key) =>
          run(sql<RawAttempt>`SELECT * FROM payment_attempts
            WHERE agent_id = ${agent} AND idempotency_key = ${key} AND refused = 0`).pipe(attempt),
        attemptOfQuote,
        begin: (id, { checkoutUrl, instructions, intentId, sessionId }) =>
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            // Stripe's event may have been faster than its answer: then only the place to pay is still missing.
            const rows =
              yield* run(sql`UPDATE payment_attempts SET checkout_session_id = coalesce(checkout_session_id, ${sessionId}),
                payment_intent_id = coalesce(payment_intent_id, ${intentId}), checkout_url = ${checkoutUrl},
                instructions = ${instructions === null ? null : JSON.stringify(instructions)}, updated_at = ${now},
                status = CASE status WHEN 'creating' THEN 'requires_action' ELSE status END
              WHERE id = ${id} AND refused = 0 AND checkout_url IS NULL AND instructions IS NULL RETURNING id`)
            return rows.length > 0
          }),
        isAwaited: (organization) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.map(
              run(sql`SELECT 1 FROM payment_attempts WHERE organization_id = ${organization} AND refused = 0
                AND status IN ('creating', 'requires_action', 'processing') AND expires_at > ${now - lateMs} LIMIT 1`),
              (rows) => rows.length > 0
            )
          ),
        refuse: (id, failure) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.asVoid(
              run(sql`UPDATE payment_attempts SET status = 'failed', refused = 1, failure = ${failure}, updated_at = ${now}
                WHERE id = ${id} AND status = 'creating'`)
            )
          ),
        advance: (id, status, { intentId = null, sessionId = null } = {}) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.asVoid(
              run(sql`UPDATE payment_attempts SET checkout_session_id = coalesce(checkout_session_id, ${sessionId}),
                  payment_intent_id = coalesce(payment_intent_id, ${intentId}), updated_at = ${now},
                  status = CASE WHEN ${rankOf(status)} > ${sql.unsafe(rankColumn)} THEN ${status} ELSE status END
                WHERE id = ${id}`)
            )
          ),
        unpaidSince: (since) =>
          run(sql<RawAttempt>`SELECT * FROM payment_attempts WHERE created_at >= ${since} AND status <> 'succeeded'
              AND (checkout_session_id IS NOT NULL OR payment_intent_id IS NOT NULL) ORDER BY created_at, id`).pipe(
            Effect.map((rows) => rows.map(attemptFrom))
          ),
        addReceipt: (made) =>
          Effect.asVoid(
            run(sql`INSERT INTO receipts (id, attempt_id, quote_id, organization_id, credits, amount_cents, paid_cents,
                currency, payment_intent_id, credit_event_id, source, created_at)
              VALUES (${made.id}, ${made.attemptId}, ${made.quoteId}, ${made.organizationId}, ${made.credits},
                ${made.amountCents}, ${made.paidCents}, ${made.currency}, ${made.intentId}, ${made.creditEventId},
                ${made.source}, ${made.createdAt})`)
          ),
        receiptOfAttempt: (id) =>
          run(sql<RawReceipt>`SELECT * FROM receipts WHERE attempt_id = ${id}`).pipe(receipt),
        receiptByIntent: (intent) =>
          run(sql<RawReceipt>`SELECT * FROM receipts WHERE payment_intent_id = ${intent}`).pipe(receipt),
        findReceipt,
        receiptsSince: (since) =>
          run(sql<RawReceipt>`SELECT * FROM receipts WHERE created_at >= ${since} AND payment_intent_id IS NOT NULL
              ORDER BY created_at, id`).pipe(Effect.map((rows) => rows.map(receiptFrom))),
        resolve: (organization, reference) =>
          Effect.map(begins(reference), (found) =>
            found.quote === null || found.quote.organizationId !== organization
              ? null
              : { quote: found.quote, attempt: found.attempt }
          ),
        findEvent: (id) =>
          run(sql<RawEvent>`SELECT * FROM stripe_events WHERE id = ${id}`).pipe(
            one((raw: RawEvent) => ({
              id: raw.id,
              type: raw.type,
              objectId: raw.object_id,
              live: raw.live === 1,
              outcome: raw.outcome,
              createdAt: raw.created_at
            }))
          ),
        addEvent: (event) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.asVoid(
              run(sql`INSERT INTO stripe_events (id, type, object_id, live, outcome, created_at, received_at)
                VALUES (${event.id}, ${event.type}, ${event.objectId}, ${event.live ? 1 : 0}, ${event.outcome},
                  ${event.createdAt}, ${now})`)
            )
          ),
        markPaid: (organization) =>
          Effect.asVoid(
            run(sql`UPDATE organizations SET claim_state = 'payment_backed_unclaimed'
              WHERE id = ${organization} AND claim_state = 'unclaimed'`)
          )
      }
    })
  )
}

// An attempt only ever moves to the right, whatever the order of Stripe's events; money that came is the last word.
const ranks: ReadonlyArray<ReadonlyArray<AttemptStatus>> = [
  ["creating"],
  ["requires_action"],
  ["processing"],
  ["failed", "canceled", "expired"],
  ["succeeded"]
]
const rankOf = (status: AttemptStatus): number => ranks.findIndex((rank) => rank.includes(status))
const rankColumn = `CASE status ${ranks
  .flatMap((rank, index) => rank.map((status) => `WHEN '${status}' THEN ${index}`))
  .join(" ")} END`

interface RawQuote {
  readonly id: string
  readonly organization_id: string
  readonly agent_id: string
  readonly idempotency_key: string
  readonly credits: number
  readonly amount_cents: number
  readonly currency: string
  readonly method: PaymentMethodId
  readonly pack_id: string | null
  readonly live: number
  readonly created_at: number
  readonly expires_at: number
}

const quoteFrom = (raw: RawQuote): Quote => ({
  id: raw.id,
  organizationId: raw.organization_id,
  agentId: raw.agent_id,
  key: raw.idempotency_key,
  credits: raw.credits as Credits,
  amountCents: raw.amount_cents,
  currency: raw.currency,
  method: raw.method,
  packId: raw.pack_id,
  live: raw.live === 1,
  createdAt: raw.created_at,
  expiresAt: raw.expires_at
})

interface RawAttempt {
  readonly id: string
  readonly quote_id: string
  readonly organization_id: string
  readonly agent_id: string
  readonly idempotency_key: string
  readonly status: AttemptStatus
  readonly checkout_session_id: string | null
  readonly payment_intent_id: string | null
  readonly checkout_url: string | null
  readonly instructions: string | null
  readonly created_at: number
  readonly expires_at: number
}

const attemptFrom = (raw: RawAttempt): Attempt => ({
  id: raw.id,
  quoteId: raw.quote_id,
  organizationId: raw.organization_id,
  agentId: raw.agent_id,
  key: raw.idempotency_key,
  status: raw.status,
  sessionId: raw.checkout_session_id,
  intentId: raw.payment_intent_id,
  checkoutUrl: raw.checkout_url,
  instructions: raw.instructions === null ? null : (JSON.parse(raw.instructions) as DepositInstructions),
  createdAt: raw.created_at,
  expiresAt: raw.expires_at
})

interface RawReceipt {
  readonly id: string
  readonly attempt_id: string
  readonly quote_id: string
  readonly organization_id: string
  readonly credits: number
  readonly amount_cents: number
  readonly paid_cents: number
  readonly currency: string
  readonly payment_intent_id: string | null
  readonly credit_event_id: string
  readonly source: string
  readonly created_at: number
}

const receiptFrom = (raw: RawReceipt): Receipt => ({
  id: raw.id,
  attemptId: raw.attempt_id,
  quoteId: raw.quote_id,
  organizationId: raw.organization_id,
  credits: raw.credits as Credits,
  amountCents: raw.amount_cents,
  paidCents: raw.paid_cents,
  currency: raw.currency,
  intentId: raw.payment_intent_id,
  creditEventId: raw.credit_event_id,
  source: raw.source,
  createdAt: raw.created_at
})

interface RawEvent {
  readonly id: string
  readonly type: string
  readonly object_id: string | null
  readonly live: number
  readonly outcome: string
  readonly created_at: number
}

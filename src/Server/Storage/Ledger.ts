import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { type ArtifactStorage, failure, type QuotaExceeded } from "../../Errors.js"
import { formatId } from "../../Schema/Ids.js"
import { Credits, type MicroUsd } from "../../Schema/Money.js"
import { Entropy } from "../../Services/Entropy.js"
import { layerEffect } from "../../Stack.js"
import { Database } from "./Database.js"
import { type Breach, invariants } from "./Invariants.js"

/** An organization's credits: free and paid ones to spend, those held for jobs, those spent. */
export interface Balances {
  readonly free: Credits
  readonly paid: Credits
  readonly held: Credits
  readonly spent: Credits
}

/** What a hold reserved, by where it came from. */
export interface Hold {
  readonly free: Credits
  readonly paid: Credits
}

/** A movement of paid credits: the credit event's id, and how many. */
export interface Traded {
  readonly creditEvent: string
  readonly credits: Credits
}

/** How a hold ended. */
export type Resolution = "posted" | "voided" | "expired"

/**
 * Credits as double entry: every movement is a transfer between two accounts, rows are only ever added, and a hold ends exactly
 * once (contract §7). Every method is one transaction, or part of the caller's.
 */
export class Ledger extends Context.Tag("image-skill/Server/Ledger")<
  Ledger,
  {
    /** Opens an organization's accounts. */
    readonly open: (organization: string) => Effect.Effect<void, ArtifactStorage>
    /** Grants free credits (`promo`) or paid ones (`paid_in`). */
    readonly grant: (
      organization: string,
      amount: Credits,
      source: "promo" | "paid_in",
      reference: string
    ) => Effect.Effect<void, ArtifactStorage>
    /** Takes free credits back; `QUOTA_EXCEEDED` when fewer are free. Paid ones are only ever refunded. */
    readonly takeBack: (
      organization: string,
      amount: Credits,
      reference: string
    ) => Effect.Effect<void, ArtifactStorage | QuotaExceeded>
    /** Grants the credits of a receipt, which were paid for; the credit event's id. */
    readonly purchase: (
      organization: string,
      amount: Credits,
      receipt: string
    ) => Effect.Effect<string, ArtifactStorage>
    /** Takes paid credits back for a reversal, as many as there are up to an amount; `null` when there is none to take. */
    readonly reverse: (
      organization: string,
      upTo: Credits,
      reversal: string
    ) => Effect.Effect<Traded | null, ArtifactStorage>
    /** Gives back paid credits that a reversal had taken. */
    readonly reinstate: (
      organization: string,
      amount: Credits,
      reversal: string
    ) => Effect.Effect<Traded, ArtifactStorage>
    readonly balances: (organization: string) => Effect.Effect<Balances, ArtifactStorage>
    /** Reserves credits for a job, free ones first; `QUOTA_EXCEEDED` when there are too few. */
    readonly hold: (
      organization: string,
      jobId: string,
      amount: Credits
    ) => Effect.Effect<Hold, ArtifactStorage | QuotaExceeded>
    /**
     * Ends a job's hold: captures up to what it reserved, gives back the rest; the credits captured. Whoever comes second
     * changes nothing and gets `null`.
     */
    readonly resolve: (
      jobId: string,
      resolution: Resolution,
      captured: Credits
    ) => Effect.Effect<Credits | null, ArtifactStorage>
    /** Notes what a job consumed, once, under a usage id. */
    readonly recordUsage: (
      id: string,
      usage: {
        readonly organization: string
        readonly jobId: string
        readonly credits: Credits
        readonly providerCost: MicroUsd | null
      }
    ) => Effect.Effect<void, ArtifactStorage>
    /** Notes a provider's cost, or credits, that nobody pays for. */
    readonly writeOff: (
      jobId: string,
      loss: { readonly credits: number; readonly providerCost: MicroUsd | null; readonly reason: string }
    ) => Effect.Effect<void, ArtifactStorage>
    /** Checks every law of money over all rows; the broken ones, none in a sound ledger. Walks the whole ledger. */
    readonly audit: Effect.Effect<ReadonlyArray<Breach>, ArtifactStorage>
  }
>() {
  /** In the database. */
  static readonly layer = layerEffect(
    Ledger,
    Effect.gen(function* () {
      const { run, sql, transaction } = yield* Database
      const entropy = yield* Entropy

      const balanceOf = (account: string) =>
        sql`coalesce((SELECT balance FROM entries WHERE account_id = ${account} ORDER BY seq DESC LIMIT 1), 0)`

      const entry = (transfer: string, account: string, amount: number) =>
        run(sql`INSERT INTO entries (transfer_id, account_id, amount, balance, may_go_below_zero)
          VALUES (${transfer}, ${account}, ${amount}, ${balanceOf(account)} + ${amount}, ${account.includes(":") ? 0 : 1})`)

      const post = (
        kind: string,
        from: string,
        to: string,
        amount: number,
        reference: string,
        now: number
      ): Effect.Effect<string, ArtifactStorage> =>
        Effect.gen(function* () {
          const id = formatId("creditEvent", entropy.bytes(16))
          yield* run(sql`INSERT INTO transfers (id, kind, debit_account, credit_account, amount, reference, created_at)
            VALUES (${id}, ${kind}, ${from}, ${to}, ${amount}, ${reference}, ${now})`)
          yield* entry(id, from, -amount)
          yield* entry(id, to, amount)
          return id
        })

      const move = (...transfer: Parameters<typeof post>): Effect.Effect<void, ArtifactStorage> =>
        transfer[3] === 0 ? Effect.void : Effect.asVoid(post(...transfer))

      const balances = (organization: string) => {
        const account = accountsOf(organization)
        // One statement, so that all four are of the same moment.
        return run(sql<Record<keyof Balances, number>>`SELECT ${balanceOf(account.free)} AS free,
          ${balanceOf(account.paid)} AS paid, ${balanceOf(account.held)} AS held, ${balanceOf(account.spent)} AS spent`).pipe(
          Effect.map(([row]) => ({
            free: Credits.make(row?.free ?? 0),
            paid: Credits.make(row?.paid ?? 0),
            held: Credits.make(row?.held ?? 0),
            spent: Credits.make(row?.spent ?? 0)
          }))
        )
      }

      const hold = (organization: string, jobId: string, amount: Credits) =>
        transaction(
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const account = accountsOf(organization)
            const { free, paid } = yield* balances(organization)
            if (free + paid < amount) {
              return yield* Effect.fail(
                failure("QUOTA_EXCEEDED", `this needs ${amount} credits and ${free + paid} are left`, {
                  details: { required_credits: amount, remaining_credits: free + paid }
                })
              )
            }
            const fromFree = Credits.make(Math.min(free, amount))
            const fromPaid = Credits.make(amount - fromFree)
            yield* run(sql`INSERT INTO holds (job_id, organization_id, free_amount, paid_amount, created_at)
              VALUES (${jobId}, ${organization}, ${fromFree}, ${fromPaid}, ${now})`)
            yield* move("hold", account.free, account.held, fromFree, jobId, now)
            yield* move("hold", account.paid, account.held, fromPaid, jobId, now)
            return { free: fromFree, paid: fromPaid }
          })
        )

      const resolve = (jobId: string, resolution: Resolution, captured: Credits) =>
        transaction(
          Effect.gen(function* () {
            const now = yield* Clock.currentTimeMillis
            const [found] = yield* run(sql<{
              organization_id: string
              free_amount: number
              paid_amount: number
              resolved: string | null
            }>`SELECT h.organization_id, h.free_amount, h.paid_amount, r.kind AS resolved
                 FROM holds h LEFT JOIN hold_resolutions r ON r.job_id = h.job_id WHERE h.job_id = ${jobId}`)
            if (found === undefined || found.resolved !== null) return null
            const account = accountsOf(found.organization_id)
            const capture =
              resolution === "posted" ? Math.min(captured, found.free_amount + found.paid_amount) : 0
            const fromFree = Math.min(capture, found.free_amount)
            const fromPaid = capture - fromFree
            yield* run(sql`INSERT INTO hold_resolutions (job_id, kind, captured, resolved_at)
              VALUES (${jobId}, ${resolution}, ${capture}, ${now})`)
            yield* move("capture", account.held, account.spent, capture, jobId, now)
            yield* move("release", account.held, account.free, found.free_amount - fromFree, jobId, now)
            yield* move("release", account.held, account.paid, found.paid_amount - fromPaid, jobId, now)
            return Credits.make(capture)
          })
        )

      return {
        open: (organization) =>
          transaction(
            Effect.forEach(
              [...Object.values(accountsOf(organization)), ...systemAccounts],
              (id) =>
                run(sql`INSERT INTO accounts (id, organization_id, kind)
                  VALUES (${id}, ${id.includes(":") ? organization : null}, ${id.split(":").at(-1) ?? id})
                  ON CONFLICT (id) DO NOTHING`),
              { discard: true }
            )
          ),
        grant: (organization, amount, source, reference) =>
          transaction(
            Effect.flatMap(Clock.currentTimeMillis, (now) => {
              const account = accountsOf(organization)
              return move(
                "grant",
                source,
                source === "promo" ? account.free : account.paid,
                amount,
                reference,
                now
              )
            })
          ),
        takeBack: (organization, amount, reference) =>
          transaction(
            Effect.gen(function* () {
              const { free } = yield* balances(organization)
              if (free < amount) {
                return yield* Effect.fail(
                  failure("QUOTA_EXCEEDED", `only ${free} free credits are left to take back`, {
                    details: { required_credits: amount, remaining_credits: free }
                  })
                )
              }
              const now = yield* Clock.currentTimeMillis
              yield* move("take_back", accountsOf(organization).free, "promo", amount, reference, now)
            })
          ),
        purchase: (organization, amount, receipt) =>
          transaction(
            Effect.flatMap(Clock.currentTimeMillis, (now) =>
              post("grant", "paid_in", accountsOf(organization).paid, amount, receipt, now)
            )
          ),
        reverse: (organization, upTo, reversal) =>
          transaction(
            Effect.gen(function* () {
              const { paid } = yield* balances(organization)
              const credits = Credits.make(Math.min(paid, upTo))
              if (credits === 0) return null
              const now = yield* Clock.currentTimeMillis
              const account = accountsOf(organization)
              return {
                creditEvent: yield* post("reversal", account.paid, "refunds_out", credits, reversal, now),
                credits
              }
            })
          ),
        reinstate: (organization, amount, reversal) =>
          transaction(
            Effect.gen(function* () {
              const now = yield* Clock.currentTimeMillis
              const account = accountsOf(organization)
              return {
                creditEvent: yield* post("reinstatement", "refunds_out", account.paid, amount, reversal, now),
                credits: amount
              }
            })
          ),
        balances,
        hold,
        resolve,
        recordUsage: (id, { credits, jobId, organization, providerCost }) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.asVoid(
              run(sql`INSERT INTO usages (id, organization_id, job_id, credits, provider_micro_usd, created_at)
                VALUES (${id}, ${organization}, ${jobId}, ${credits}, ${providerCost}, ${now})`)
            )
          ),
        writeOff: (jobId, { credits, providerCost, reason }) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.asVoid(
              run(sql`INSERT INTO write_offs (job_id, provider_micro_usd, credits, reason, created_at)
                VALUES (${jobId}, ${providerCost}, ${credits}, ${reason}, ${now}) ON CONFLICT (job_id) DO NOTHING`)
            )
          ),
        audit: transaction(
          Effect.forEach(invariants, ({ law, violations }) =>
            Effect.map(
              run(sql.unsafe<{ bad: number }>(violations)),
              ([row]): Breach => ({ law, violations: row?.bad ?? 0 })
            )
          )
        ).pipe(Effect.map((checked) => checked.filter(({ violations }) => violations > 0)))
      }
    })
  )
}

const systemAccounts = ["promo", "paid_in", "refunds_out", "write_off"] as const

// The colon tells an organization's account, which never goes below zero, from the world's.
const accountsOf = (organization: string) => ({
  free: `${organization}:free`,
  paid: `${organization}:paid`,
  held: `${organization}:held`,
  spent: `${organization}:spent`
})

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { failure, type GenericFailure, type InvalidArguments } from "../../../Errors.js"
import { creditsQuote } from "../../../Operations/Credits.js"
import { type QuoteAnswer, type QuoteRequest, quoteBounds } from "../../../Schema/Credits.js"
import { Credits } from "../../../Schema/Money.js"
import { quoteWords } from "../../../Schema/Shell.js"
import { type Entropy, makeId } from "../../../Services/Entropy.js"
import { Database } from "../../Storage/Database.js"
import { Payments, type Quote } from "../../Storage/Payments.js"
import { Crash } from "../Crash.js"
import type { Identity } from "../Identity.js"
import { rails, requireRail } from "./Methods.js"
import { currency, packs } from "./Packs.js"

/** How long a quote's terms hold, in milliseconds. */
export const quoteLifeMs = 60 * 60 * 1000

/** A quote, and whether its key had been used for the same terms before. */
export interface Quoted {
  readonly data: QuoteAnswer
  readonly warnings: ReadonlyArray<string>
}

/** Prices a number of credits; the same key and terms are the same quote, and nothing is ever granted by one (contract §7). */
export const quote = Effect.fn("Payments.quote")(function* (identity: Identity, request: QuoteRequest) {
  const { credits, packId } = yield* termsOf(request)
  const method = request.payment_method ?? "stripe_checkout"
  const setup = yield* requireRail(method)
  const payments = yield* Payments
  const { transaction } = yield* Database
  const key = request.idempotency_key ?? `auto-${(yield* makeId("trace")).slice(6)}`
  const now = yield* Clock.currentTimeMillis
  const fresh: Quote = {
    id: yield* makeId("quote"),
    organizationId: identity.organizationId,
    agentId: identity.agentId,
    key,
    credits,
    amountCents: credits,
    currency,
    method,
    packId,
    live: setup.live,
    createdAt: now,
    expiresAt: now + quoteLifeMs
  }
  const { made, replayed } = yield* transaction(
    Effect.gen(function* () {
      const known = yield* payments.quoteByKey(identity.agentId, key)
      if (known === null) {
        yield* payments.addQuote(fresh)
        return { made: fresh, replayed: false }
      }
      const same =
        known.credits === credits &&
        known.packId === packId &&
        known.method === method &&
        known.live === setup.live
      if (!same) {
        return yield* Effect.flatMap(
          conflict("CREDIT_QUOTE_CONFLICT", "this key belongs to a quote of other terms", request),
          Effect.fail
        )
      }
      if (known.expiresAt <= now) {
        return yield* Effect.flatMap(
          conflict("CREDIT_QUOTE_EXPIRED", "this key's quote has expired", request),
          Effect.fail
        )
      }
      return { made: known, replayed: true }
    })
  )
  yield* Crash.point("quoted", made.id)
  const { least } = rails[method]
  return {
    data: { ...presentQuote(made), state: "created", min_credits: least, idempotent_replayed: replayed },
    warnings:
      credits < least
        ? [`${method} takes payments of ${least} credits and more; this quote cannot be paid over it`]
        : []
  } satisfies Quoted
})

/** A quote as callers see it. */
export const presentQuote = (made: Quote) => ({
  quote_id: made.id,
  credits: made.credits,
  price_amount_cents: made.amountCents,
  currency: made.currency,
  expires_at: new Date(made.expiresAt).toISOString(),
  accepted_payment_method: made.method,
  idempotency_key: made.key,
  pack_id: made.packId,
  pack: packs.find(({ pack_id }) => pack_id === made.packId) ?? null,
  live_money: made.live,
  x402: null
})

const termsOf = (
  request: QuoteRequest
): Effect.Effect<{ readonly credits: Credits; readonly packId: string | null }, InvalidArguments> => {
  const { credits, pack_id } = request
  if ((credits === undefined) === (pack_id === undefined)) {
    return Effect.fail(
      failure("INVALID_ARGUMENTS", "a quote is for a pack or for a number of credits, not both", {
        details: { fields: ["pack_id", "credits"] },
        recovery: { required_flags: ["--pack", "--credits"] }
      })
    )
  }
  if (credits !== undefined) return Effect.succeed({ credits: Credits.make(credits), packId: null })
  const pack = packs.find((one) => one.pack_id === pack_id)
  return pack === undefined
    ? Effect.fail(
        failure("INVALID_ARGUMENTS", "there is no such pack", {
          details: { packs: packs.map((one) => one.pack_id), max_credits: quoteBounds.most },
          recovery: { required_flag: "--pack", suggested_command: "image-skill credits packs list" }
        })
      )
    : Effect.succeed({ credits: Credits.make(pack.credits), packId: pack.pack_id })
}

/** What a key cannot be used for any more, with the same terms under a fresh one. */
const conflict = (
  code: "CREDIT_QUOTE_CONFLICT" | "CREDIT_QUOTE_EXPIRED",
  reason: string,
  request: QuoteRequest
): Effect.Effect<GenericFailure, never, Entropy> =>
  Effect.map(makeId("trace"), (random) => {
    const key = `quote-${random.slice(6, 22)}`
    return failure(code, reason, {
      recovery: {
        idempotency_key: key,
        retry: { policy: "new_key", key },
        suggested_command: quoteWords([
          "image-skill",
          ...creditsQuote.argv({ ...request, idempotency_key: key })
        ])
      }
    })
  })

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { failure, type ImageSkillError } from "../../../Errors.js"
import { creditsQuote, creditsStatus } from "../../../Operations/Credits.js"
import {
  type PaymentMethodId,
  providerOf,
  type PurchaseAnswer,
  type PurchaseRequest,
  type QuoteRequest
} from "../../../Schema/Credits.js"
import { quoteWords } from "../../../Schema/Shell.js"
import { type Entropy, makeId } from "../../../Services/Entropy.js"
import { Activity } from "../../Storage/Activity.js"
import { Database } from "../../Storage/Database.js"
import { type Attempt, type Begun, Payments, type Quote } from "../../Storage/Payments.js"
import { Crash } from "../Crash.js"
import type { Identity } from "../Identity.js"
import { rails, requireRail, unavailable } from "./Methods.js"
import { presentPurchase } from "./Presenting.js"
import { Stripe, StripeFault } from "./Stripe.js"
import { DepositAction, type PaymentIntent } from "./StripeObjects.js"

// Stripe keeps a session open for half an hour at least; the rest is for an answer that was lost and is asked for again.
const attemptLifeMs = 2 * 60 * 60 * 1000

/**
 * Begins the payment of a quote: an attempt is noted first, and is the key towards Stripe, so that a buy that was cut off anywhere
 * comes to the same session again. It changes no balance; only a verified payment does (contract §7).
 */
export const buy = Effect.fn("Payments.buy")(function* (
  identity: Identity,
  method: PaymentMethodId,
  request: PurchaseRequest,
  traceId: string
) {
  const { transaction } = yield* Database
  const payments = yield* Payments
  const { attempt, quote, replayed } = yield* transaction(note(identity, method, request))
  yield* Crash.point("attempt_noted", attempt.id)
  const begun = attempt.checkoutUrl !== null || attempt.instructions !== null
  if (!begun && attempt.status === "creating") yield* begin(attempt, quote, traceId)
  const now = (yield* payments.findAttempt(attempt.id)) ?? attempt
  const { publicUrl } = yield* Stripe
  return {
    ...presentPurchase(quote, now, yield* Clock.currentTimeMillis, publicUrl()),
    idempotency_key: attempt.key,
    idempotent_replayed: replayed
  } satisfies PurchaseAnswer
})

/** Finds the attempt that the key stands for, or notes a new one. */
const note = (identity: Identity, method: PaymentMethodId, request: PurchaseRequest) =>
  Effect.gen(function* () {
    const payments = yield* Payments
    const known = yield* payments.attemptByKey(identity.agentId, request.idempotency_key)
    if (known !== null && known.quoteId !== request.quote_id) {
      return yield* Effect.flatMap(keyTaken(known), Effect.fail)
    }
    const quote = yield* payments.findQuote(request.quote_id)
    if (quote === null || quote.organizationId !== identity.organizationId) {
      return yield* Effect.fail(failure("NOT_FOUND", "there is no such quote"))
    }
    if (quote.method !== method) return yield* Effect.fail(otherRail(quote, request))
    if (known !== null) return { attempt: known, quote, replayed: true }

    const other = yield* payments.attemptOfQuote(quote.id)
    if (other !== null) return yield* Effect.fail(quoteTaken(quote, other))
    const now = yield* Clock.currentTimeMillis
    if (quote.expiresAt <= now) {
      return yield* Effect.fail(
        failure("CREDIT_QUOTE_EXPIRED", "the quote has expired; ask for a new one", {
          details: { quote_id: quote.id, expires_at: new Date(quote.expiresAt).toISOString() },
          recovery: { suggested_command: quoteAgain(quote) }
        })
      )
    }
    const setup = yield* requireRail(method)
    if (setup.live !== quote.live) {
      return yield* Effect.fail(
        failure("CREDIT_QUOTE_EXPIRED", "the service has changed between test and live money since", {
          recovery: { suggested_command: quoteAgain(quote) }
        })
      )
    }
    const { least } = rails[method]
    if (quote.credits < least) {
      return yield* Effect.fail(
        failure("INVALID_ARGUMENTS", `${method} takes payments of ${least} credits and more`, {
          details: { quote_id: quote.id, credits: quote.credits, min_credits: least },
          recovery: { suggested_command: quoteAgain(quote, least) }
        })
      )
    }
    const attempt: Attempt = {
      id: yield* makeId("paymentAttempt"),
      quoteId: quote.id,
      organizationId: identity.organizationId,
      agentId: identity.agentId,
      key: request.idempotency_key,
      status: "creating",
      sessionId: null,
      intentId: null,
      checkoutUrl: null,
      instructions: null,
      createdAt: now,
      expiresAt: now + attemptLifeMs
    }
    yield* payments.addAttempt(attempt)
    yield* Crash.point("attempt_noting", attempt.id)
    return { attempt, quote, replayed: false }
  })

/** Has Stripe make what the attempt is paid by, and keeps it. */
const begin = (attempt: Attempt, quote: Quote, traceId: string) =>
  Effect.gen(function* () {
    const { transaction } = yield* Database
    const payments = yield* Payments
    const made = yield* askStripe(attempt, quote).pipe(
      Effect.catchTag("StripeFault", (fault) => Effect.flatMap(refused(attempt, quote, fault), Effect.fail))
    )
    yield* Crash.point("payment_begun", attempt.id)
    yield* transaction(
      Effect.gen(function* () {
        const isFirst = yield* payments.begin(attempt.id, made)
        yield* Crash.point("attempt_keeping", attempt.id)
        if (!isFirst || made.sessionId === null) return
        yield* (yield* Activity).record(attempt.organizationId, {
          type: "payment.checkout_session.created",
          summary: "Checkout session made; it awaits a person",
          operation: "payment",
          subject: { type: "payment", id: attempt.id },
          links: {
            quote_id: quote.id,
            payment_attempt_id: attempt.id,
            checkout_session_id: made.sessionId
          },
          status: "requires_action",
          details: { credits: quote.credits, amount_cents: quote.amountCents, currency: quote.currency },
          traceId
        })
      })
    )
    yield* Crash.point("attempt_kept", attempt.id)
  })

const askStripe = (attempt: Attempt, quote: Quote): Effect.Effect<Begun, StripeFault, Stripe> =>
  Effect.gen(function* () {
    const stripe = yield* Stripe
    const order = {
      attemptId: attempt.id,
      quoteId: quote.id,
      organizationId: quote.organizationId,
      credits: quote.credits,
      amountCents: quote.amountCents,
      expiresAt: attempt.expiresAt
    }
    if (quote.method === "stripe_checkout") {
      const session = yield* stripe.openCheckout(order)
      const url = session.url ?? ""
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
        return yield* Effect.fail(new StripeFault({ reason: "failed", code: "no_checkout_url" }))
      }
      return {
        sessionId: session.id,
        intentId: session.payment_intent ?? null,
        checkoutUrl: url,
        instructions: null
      }
    }
    const intent = yield* stripe.openDeposit(order)
    const instructions = instructionsOf(intent)
    return instructions === null
      ? yield* Effect.fail(new StripeFault({ reason: "refused", code: "no_pay_to_instructions" }))
      : { sessionId: null, intentId: intent.id, checkoutUrl: null, instructions }
  })

/** Where Stripe says that USDC may be sent; `null` unless it says all of it, because nothing of it may be made up. */
const instructionsOf = (intent: PaymentIntent): Begun["instructions"] => {
  const action = Option.getOrNull(Schema.decodeUnknownOption(DepositAction)(intent.next_action))
  if (intent.status !== "requires_action" || action === null) return null
  const network = "base"
  const found = action.crypto_display_details.deposit_addresses[network]
  const tokens = found?.supported_tokens ?? []
  const usdc = tokens.find(({ token_currency }) => token_currency.toLowerCase() === "usdc")
  return found === undefined || usdc === undefined || !/^0x[0-9a-fA-F]{40}$/.test(found.address)
    ? null
    : {
        network,
        address: found.address,
        tokenContract: usdc.token_contract_address ?? null,
        tokenCurrencies: tokens.map(({ token_currency }) => token_currency)
      }
}

/** What a fault of Stripe means for the attempt, and for the caller. */
const refused = (
  attempt: Attempt,
  quote: Quote,
  { code, reason }: StripeFault
): Effect.Effect<ImageSkillError, ImageSkillError, Payments> =>
  Effect.gen(function* () {
    const payments = yield* Payments
    if (reason === "unreachable") {
      return failure("PROVIDER_FAILURE", `Stripe did not answer (${code}); nothing was paid`, {
        details: { cause: code, payment_attempt_id: attempt.id },
        recovery: { retry: { policy: "same_key", key: attempt.key } }
      })
    }
    // Whoever tries again, under this key or another, gets a new attempt.
    yield* payments.refuse(attempt.id, code)
    return reason === "failed"
      ? failure("PROVIDER_FAILURE", `Stripe failed (${code}); nothing was paid`, {
          details: { cause: code, payment_attempt_id: attempt.id },
          recovery: { retry: { policy: "same_key", key: attempt.key } }
        })
      : unavailable(
          quote.method,
          code === "sdk_not_installed"
            ? "the service lacks the optional package stripe"
            : code === "no_pay_to_instructions"
              ? "Stripe gave no pay-to instructions"
              : reason === "unauthorised"
                ? "Stripe does not accept the operator's key for this"
                : "Stripe refused to begin the payment",
          code
        )
  })

const quoteAgain = (quote: Quote, credits = quote.credits as number): string => {
  const terms: QuoteRequest =
    quote.packId === null
      ? { credits, payment_method: quote.method }
      : ({ pack_id: quote.packId, payment_method: quote.method } as QuoteRequest)
  return quoteWords(["image-skill", ...creditsQuote.argv(terms)])
}

const keyTaken = (known: Attempt): Effect.Effect<ImageSkillError, never, Entropy> =>
  Effect.map(makeId("trace"), (random) => {
    const key = `buy-${random.slice(6, 22)}`
    return failure("IDEMPOTENCY_CONFLICT", "this idempotency key belongs to the payment of another quote", {
      details: { idempotency_key: known.key, payment_attempt_id: known.id, quote_id: known.quoteId },
      recovery: { idempotency_key: key, retry: { policy: "new_key", key } }
    })
  })

const quoteTaken = (quote: Quote, other: Attempt): ImageSkillError =>
  failure("CREDIT_QUOTE_CONFLICT", "this quote is being paid under another key", {
    details: { quote_id: quote.id, payment_attempt_id: other.id },
    recovery: {
      retry: { policy: "never" },
      suggested_command: quoteWords([
        "image-skill",
        ...creditsStatus.argv({ payment_attempt_id: other.id } as never)
      ])
    }
  })

const otherRail = (quote: Quote, request: PurchaseRequest): ImageSkillError => {
  const provider = providerOf[quote.method]
  return failure("INVALID_ARGUMENTS", `this quote is paid with --provider ${provider}`, {
    details: {
      quote_id: request.quote_id,
      accepted_payment_method: quote.method,
      required_provider: provider
    },
    recovery: { required_flag: "--provider" }
  })
}

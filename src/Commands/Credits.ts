import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { failure, foreignFailure, type InvalidArguments } from "../Errors.js"
import { usageQuota } from "../Operations/Account.js"
import {
  creditsBuy,
  creditsBuyCheckout,
  creditsBuyDeposit,
  creditsMethods,
  creditsPacks,
  creditsQuote,
  creditsStatus
} from "../Operations/Credits.js"
import { suggest, type Suggestion } from "../Operations/Suggest.js"
import {
  type PaymentMethodId,
  paymentMethodIds,
  paymentProviders,
  providerOf,
  type PurchaseAnswer,
  type PurchaseStatus,
  type QuoteAnswer,
  quoteBounds
} from "../Schema/Credits.js"
import {
  CatalogId,
  CheckoutSessionId,
  IdempotencyKey,
  PaymentAttemptId,
  QuoteId,
  ReceiptId
} from "../Schema/Ids.js"
import { Entropy } from "../Services/Entropy.js"
import { ImageSkill } from "../Services/ImageSkill.js"
import { Invocation } from "../Services/Invocation.js"
import { Target } from "../Services/Target.js"
import { TokenSource } from "../Services/TokenSource.js"
import { command } from "./Command.js"
import { choice, integer, schema } from "./Flags.js"
import { defined, request, successOf } from "./ServiceCommand.js"

// Nobody needs to be known here: a token that is handed over is checked for form, and not sent (contract §4).
const handedToken = Effect.gen(function* () {
  const { flags } = yield* Invocation
  if (flags.token === undefined && !flags.tokenStdin) return
  const service = yield* (yield* Target).resolve
  yield* (yield* TokenSource).find(service.origin)
})

export const methods = command({
  operation: creditsMethods,
  flags: {},
  arguments: {},
  examples: [{ why: "how credits can be paid for", argv: ["credits", "methods"] }],
  usesService: true,
  run: () => Effect.zipRight(handedToken, request(creditsMethods, {}))
})

export const packs = command({
  operation: creditsPacks,
  flags: {},
  arguments: {},
  examples: [{ why: "what credits cost", argv: ["credits", "packs", "list"] }],
  usesService: true,
  run: () => Effect.zipRight(handedToken, request(creditsPacks, {}))
})

const key = schema(
  "idempotency-key",
  "KEY",
  "Names this request, so that repeating it repeats nothing",
  IdempotencyKey
)

const refuse = (reason: string, flags: ReadonlyArray<string>): Effect.Effect<never, InvalidArguments> =>
  Effect.fail(
    failure("INVALID_ARGUMENTS", reason, {
      recovery: { ...(flags.length === 1 ? { required_flag: flags[0] ?? "" } : {}), required_flags: flags }
    })
  )

export const quote = command({
  operation: creditsQuote,
  flags: {
    pack: schema("pack", "ID", "A pack, as credits packs list names it", CatalogId),
    credits: integer("credits", quoteBounds.least, quoteBounds.most, "Exactly so many credits instead"),
    payment_method: choice(
      "payment-method",
      paymentMethodIds,
      "How it will be paid; stripe_checkout unless given"
    ),
    idempotency_key: key
  },
  arguments: {},
  examples: [
    { why: "the price of a pack", argv: ["credits", "quote", "--pack", "starter-500"] },
    {
      why: "exactly so many, to be paid by an agent's wallet",
      argv: ["credits", "quote", "--credits", "137", "--payment-method", "stripe_x402.exact.usdc"]
    }
  ],
  usesService: true,
  run: (values) =>
    Effect.gen(function* () {
      if ((values.pack === undefined) === (values.credits === undefined)) {
        return yield* refuse(
          values.pack === undefined
            ? "name a pack with --pack, or a number of credits with --credits"
            : "--pack and --credits exclude each other",
          ["--pack", "--credits"]
        )
      }
      const made = values.idempotency_key ?? (yield* madeKey)
      const warnings =
        values.idempotency_key === undefined
          ? [`no --idempotency-key was given; repeat this request with ${made}`]
          : []
      const success = yield* request(
        creditsQuote,
        defined({
          pack_id: values.pack,
          credits: values.credits,
          payment_method: values.payment_method,
          idempotency_key: made
        }),
        afterQuote
      ).pipe(
        // The quote may be there all the same: whoever repeats the request without its key makes another.
        Effect.mapError((error) =>
          foreignFailure(error._tag, {
            ...error,
            recovery: { idempotency_key: made, ...error.recovery },
            warnings: [...(error.warnings ?? []), ...warnings]
          })
        )
      )
      return { ...success, warnings: [...(success.warnings ?? []), ...warnings] }
    })
})

export const buy = command({
  operation: creditsBuy,
  flags: {
    provider: choice("provider", paymentProviders, "stripe for a Checkout page, stripe_x402 for a deposit"),
    quote_id: schema("quote-id", "ID", "The quote to pay for", QuoteId),
    idempotency_key: key
  },
  arguments: {},
  examples: [
    {
      why: "get the page on which a person pays",
      argv: [
        "credits",
        "buy",
        "--provider",
        "stripe",
        "--quote-id",
        "quote_0123456789abcdef0123456789abcdef",
        "--idempotency-key",
        "my-buy-1"
      ]
    }
  ],
  usesService: true,
  run: ({ idempotency_key, provider, quote_id }) =>
    Effect.gen(function* () {
      if (provider === undefined || quote_id === undefined || idempotency_key === undefined) {
        return yield* refuse("a purchase needs a provider, a quote and a key of your own", [
          ...(provider === undefined ? ["--provider"] : []),
          ...(quote_id === undefined ? ["--quote-id"] : []),
          ...(idempotency_key === undefined ? ["--idempotency-key"] : [])
        ])
      }
      const client = yield* ImageSkill
      const invocation = yield* Invocation
      invocation.attempt = {
        key: idempotency_key,
        jobId: null,
        again: suggest("retry_same_key", "the same key never begins a second payment", creditsBuy, {
          provider,
          quote_id,
          idempotency_key
        })
      }
      const answer = yield* client.call(provider === "stripe" ? creditsBuyCheckout : creditsBuyDeposit, {
        quote_id,
        idempotency_key
      })
      const { data } = answer
      const copySafe =
        provider === "stripe"
          ? { checkout_compact_url: data.checkout_compact_url ?? data.checkout_handoff_url ?? null }
          : {}
      return successOf({ ...answer, data: withHandoff({ ...data, ...copySafe }) }, afterBuy(data))
    })
})

export const status = command({
  operation: creditsStatus,
  flags: {
    quote_id: schema("quote-id", "ID", "By the quote", QuoteId),
    payment_attempt_id: schema("payment-attempt-id", "ID", "By the attempt to pay", PaymentAttemptId),
    checkout_session_id: schema("checkout-session-id", "ID", "By Stripe's session", CheckoutSessionId),
    receipt_id: schema("receipt-id", "ID", "By the receipt", ReceiptId)
  },
  arguments: {},
  examples: [
    {
      why: "whether the payment has arrived",
      argv: ["credits", "status", "--payment-attempt-id", "payatt_0123456789abcdef0123456789abcdef"]
    }
  ],
  usesService: true,
  run: (values) =>
    Effect.gen(function* () {
      const query = defined(values)
      if (Object.keys(query).length !== 1) {
        return yield* refuse("name the purchase by exactly one of its references", [
          "--quote-id",
          "--payment-attempt-id",
          "--checkout-session-id",
          "--receipt-id"
        ])
      }
      const answer = yield* (yield* ImageSkill).call(creditsStatus, query)
      return successOf(
        { ...answer, data: withHandoff(answer.data) },
        afterStatus(answer.data, suggest("payment_status", "look again", creditsStatus, query))
      )
    })
})

const madeKey = Effect.map(Entropy, ({ bytes }) => `quote-${Buffer.from(bytes(12)).toString("hex")}`)

// `data.next` holds actions (contract §12); what a person or a wallet has to do, which is no command, stands beside them.
const withHandoff = (data: PurchaseAnswer | PurchaseStatus): object => {
  const { next, ...rest } = data
  return typeof next === "object" && next !== null && !Array.isArray(next) ? { ...rest, handoff: next } : rest
}

const isMethod = (method: unknown): method is PaymentMethodId =>
  paymentMethodIds.some((known) => known === method)

const afterQuote = (data: QuoteAnswer): ReadonlyArray<Suggestion> => {
  const { accepted_payment_method: method, credits = 0, min_credits: least, quote_id } = data
  if (!Schema.is(QuoteId)(quote_id) || !isMethod(method)) return []
  if (typeof least === "number" && credits < least) {
    return [
      suggest("quote", "the least that can be paid this way", creditsQuote, {
        credits: least,
        payment_method: method
      })
    ]
  }
  return [
    suggest("buy", "begin the payment; this key belongs to this quote", creditsBuy, {
      provider: providerOf[method],
      quote_id,
      idempotency_key: `buy-${quote_id}`
    })
  ]
}

const afterBuy = ({ payment_attempt_id }: PurchaseAnswer): ReadonlyArray<Suggestion> =>
  Schema.is(PaymentAttemptId)(payment_attempt_id)
    ? [
        suggest("payment_status", "see whether the payment has arrived", creditsStatus, {
          payment_attempt_id
        })
      ]
    : []

const afterStatus = (data: PurchaseStatus, again: Suggestion): ReadonlyArray<Suggestion> => {
  const terms = data.quote ?? {}
  const { accepted_payment_method: method, credits, quote_id } = terms
  switch (data.state) {
    case "succeeded":
      return [suggest("quota", "see the credits that came", usageQuota, {})]
    case "action_required":
    case "processing":
      return [again]
    case "created":
      return afterQuote({ ...terms, quote_id: String(quote_id ?? "") })
    case "expired":
    case "failed":
    case "canceled":
      return isMethod(method) && typeof credits === "number" && Number.isInteger(credits)
        ? [suggest("quote", "ask for the price again", creditsQuote, { credits, payment_method: method })]
        : []
    default:
      return []
  }
}

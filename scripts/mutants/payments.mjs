/** Faults of payments, and the one test that must notice each: file of test/Server/Payments, and its title. See ../mutants.mjs. */

const bench = (file, title) => ({ file: `test/Server/Payments/${file}.test.ts`, title })

const untrue = bench("Webhooks", "that are forged, stale, unsigned or changed are refused and change nothing")
const strange = bench(
  "Webhooks",
  "that tell of another organization, amount, currency, quote, mode or session grant nothing"
)
const fifty = bench("Webhooks", "fifty times at once grant once")
const slow = bench(
  "Webhooks",
  "of slow payments and promotion codes grant the quote when it is paid, however little"
)
const short = bench(
  "Webhooks",
  "of a deposit that brought less than was asked for grant nothing, and no wallet pays it again"
)
const deposit = bench(
  "Webhooks",
  "of a deposit are of one intent, and count once, whoever tells of it how often"
)
const anyOrder = bench("Webhooks", "of a deposit come in any order, and its failure grants nothing")
const part = bench(
  "Reversals",
  "refunds take back their part, all of it takes all, whichever events tell of it"
)
const dispute = bench("Reversals", "a dispute takes, winning it gives back, an inquiry does neither")
const owed = bench(
  "Reversals",
  "what was spent is owed, taken as soon as it is there, and never makes a debt"
)
const unfit = bench(
  "Reversals",
  "a refund that failed gives back; one that cannot be of this payment is rejected"
)
const early = bench("Reversals", "that are told before the payment are applied with it")
const appeal = bench("Disputes", "won, appealed and lost: by its events, or by asking Stripe")
const partLost = bench("Disputes", "lost after a part was refunded: what comes back of it is not a victory")
const pages = bench("Reconcile", "reads every page of a payment's refunds and disputes")
const busy = bench("KeyInUse", "in use for good: the attempt stays open, and no second one is made")
const again = bench("Rules", "what Stripe did not answer is asked again under the same key, and made once")
const onePurchase = bench("Rules", "a key is one purchase, and a quote has one")
const nobodyElse = bench("Rules", "nobody else's quote can be paid for, or looked at")
const order = bench("Disputes", "won, then lost, and told the other way round")
const expired = bench("Terms", "a quote that has run out is not sold, nor told again")
const kept = bench("Terms", "a quote is sold at its own price, whatever the price list says by then")
const testMoney = bench("Terms", "a quote of test money is not sold for real money")
const tables = bench("Tables", "refuse what would be money twice, or less than none")

export const payments = [
  // What Stripe says, and whether it was Stripe.
  [
    "believe any signature",
    "Domain/Payments/StripeClient.ts",
    "client.webhooks.constructEvent(\n                Buffer.from(body),",
    "((bytes) => JSON.parse(bytes.toString()))(\n                Buffer.from(body),",
    untrue
  ],
  [
    "believe what is old",
    "Domain/Payments/StripeClient.ts",
    "const toleranceSeconds = 300",
    "const toleranceSeconds = 3_000",
    untrue
  ],
  [
    "grant in test mode",
    "Domain/Payments/Granting.ts",
    "if (!setup.ready || arrived.live !== setup.live || arrived.live !== quote.live)",
    "if (!setup.ready)",
    strange
  ],
  [
    "take an event of the other mode",
    "Domain/Payments/Webhook.ts",
    "if (event.livemode !== live)",
    "if (event.livemode && !live)",
    strange
  ],

  // Granting: once, and only what was paid for.
  [
    "grant a payment again",
    "Domain/Payments/Granting.ts",
    "if ((yield* payments.receiptOfAttempt(attempt.id)) !== null)",
    'if ((yield* payments.receiptOfAttempt(attempt.id))?.id === "")',
    fifty
  ],
  [
    "forget the events that came",
    "Domain/Payments/Webhook.ts",
    "if (known !== null) return receivedOf(event, known.outcome, true)",
    'if (known?.id === "") return receivedOf(event, known.outcome, true)',
    fifty
  ],
  [
    "let a payment have two receipts",
    "Storage/Tables.ts",
    "attempt_id TEXT NOT NULL UNIQUE REFERENCES payment_attempts (id)",
    "attempt_id TEXT NOT NULL REFERENCES payment_attempts (id)",
    tables
  ],
  [
    "let an intent pay for two attempts",
    "Storage/Tables.ts",
    "currency TEXT NOT NULL, payment_intent_id TEXT UNIQUE,",
    "currency TEXT NOT NULL, payment_intent_id TEXT,",
    tables
  ],
  [
    "count a deposit twice",
    "Domain/Payments/Granting.ts",
    "if ((yield* payments.receiptOfAttempt(attempt.id)) !== null)",
    'if (arrived.method === "stripe_checkout" && (yield* payments.receiptOfAttempt(attempt.id)) !== null)',
    deposit
  ],
  [
    "take another deposit's intent",
    "Domain/Payments/Granting.ts",
    "if (attempt.intentId !== null && attempt.intentId !== arrived.intentId)",
    "if (arrived.attemptId !== attempt.id)",
    deposit
  ],
  [
    "grant to another organization",
    "Domain/Payments/Granting.ts",
    'if (metadata["organization_id"] !== attempt.organizationId)',
    'if (metadata["organization_id"] === "")',
    strange
  ],
  [
    "take another currency",
    "Domain/Payments/Granting.ts",
    "if (arrived.currency.toUpperCase() !== quote.currency)",
    'if (arrived.currency === "")',
    strange
  ],
  [
    "sell for less",
    "Domain/Payments/Granting.ts",
    "if (arrived.askedCents !== quote.amountCents ||",
    "if (arrived.askedCents > quote.amountCents ||",
    strange
  ],
  [
    "take a part of a deposit for all",
    "Domain/Payments/Granting.ts",
    'if (arrived.method !== "stripe_checkout" && arrived.paidCents !== quote.amountCents)',
    'if (arrived.method !== "stripe_checkout" && arrived.paidCents > quote.amountCents)',
    short
  ],
  [
    "grant before it is paid",
    "Domain/Payments/Granting.ts",
    'if (!paid || attemptId === undefined || (session.mode ?? "payment") !== "payment")',
    'if (attemptId === undefined || (session.mode ?? "payment") !== "payment")',
    slow
  ],

  // Quotes and attempts.
  [
    "sell an expired quote",
    "Domain/Payments/Buying.ts",
    "if (quote.expiresAt <= now)",
    "if (quote.expiresAt <= 0)",
    expired
  ],
  [
    "tell an expired quote again",
    "Domain/Payments/Quoting.ts",
    "if (known.expiresAt <= now)",
    "if (known.expiresAt <= 0)",
    expired
  ],
  [
    "price a quote anew when it is bought",
    "Domain/Payments/Buying.ts",
    "amountCents: quote.amountCents,\n      expiresAt: attempt.expiresAt",
    "amountCents: quote.credits,\n      expiresAt: attempt.expiresAt",
    kept
  ],
  [
    "price a quote anew when it is paid",
    "Domain/Payments/Granting.ts",
    "if (arrived.askedCents !== quote.amountCents || arrived.paidCents > quote.amountCents)",
    "if (arrived.askedCents !== quote.credits || arrived.paidCents > quote.credits)",
    kept
  ],
  [
    "sell a quote of test money",
    "Domain/Payments/Buying.ts",
    "if (setup.live !== quote.live)",
    "if (quote.live && !setup.live)",
    testMoney
  ],
  [
    "pay for another's quote",
    "Domain/Payments/Buying.ts",
    "if (quote === null || quote.organizationId !== identity.organizationId)",
    "if (quote === null)",
    nobodyElse
  ],
  [
    "begin a quote twice",
    "Storage/Tables.ts",
    "ON payment_attempts (quote_id) WHERE refused = 0",
    "ON payment_attempts (quote_id, id) WHERE refused = 0",
    tables
  ],
  [
    "begin twice under one key",
    "Storage/Tables.ts",
    "ON payment_attempts (agent_id, idempotency_key) WHERE refused = 0",
    "ON payment_attempts (agent_id, idempotency_key, id) WHERE refused = 0",
    tables
  ],
  [
    "overlook the attempt of a quote",
    "Domain/Payments/Buying.ts",
    "if (other !== null) return yield* Effect.fail(quoteTaken(quote, other))",
    'if (other?.id === "") return yield* Effect.fail(quoteTaken(quote, other))',
    onePurchase
  ],
  [
    "ask Stripe under another key",
    "Domain/Payments/StripeClient.ts",
    "client.checkout.sessions.create(checkoutOf(order, publicUrl()), {\n              idempotencyKey: order.attemptId",
    "client.checkout.sessions.create(checkoutOf(order, publicUrl()), {\n              idempotencyKey: `${order.attemptId}${Math.random()}`",
    again
  ],
  [
    "close an attempt that Stripe is busy with",
    "Domain/Payments/StripeClient.ts",
    "if (statusCode === 409)",
    "if (statusCode === 0)",
    busy
  ],
  [
    "let a late event move an attempt back",
    "Storage/Payments.ts",
    "CASE WHEN ${rankOf(status)} > ${sql.unsafe(rankColumn)} THEN",
    "CASE WHEN ${rankOf(status)} <> ${sql.unsafe(rankColumn)} THEN",
    anyOrder
  ],

  // Refunds and disputes.
  [
    "count a refund and its charge both",
    "Domain/Payments/Reversing.ts",
    'Math.max(sum(of("refund")), ...of("refunded_charge"))',
    'sum(of("refund")) + Math.max(0, ...of("refunded_charge"))',
    part
  ],
  [
    "take a refund again",
    "Domain/Payments/Reversing.ts",
    "take(receipt, reversal, target - position.taken, traceId)",
    "take(receipt, reversal, target, traceId)",
    part
  ],
  [
    "round a part against the buyer",
    "Domain/Payments/Reversing.ts",
    "Math.floor((credits * reversed) / paidCents)",
    "Math.ceil((credits * reversed) / paidCents)",
    kept
  ],
  [
    "take a refund of more than was paid",
    "Domain/Payments/Reversing.ts",
    '(reversal.kind === "dispute" || reversal.amountCents <= receipt.paidCents)',
    "reversal.amountCents >= 0",
    unfit
  ],
  [
    "keep what a failed refund took",
    "Domain/Payments/Webhook.ts",
    'progress: status === "failed" || status === "canceled" ? progress.undone : progress.effective,',
    "progress: progress.effective,",
    unfit
  ],
  [
    "take more than is there",
    "Storage/Ledger.ts",
    "const credits = Credits.make(Math.min(paid, upTo))",
    "const credits = Credits.make(upTo)",
    owed
  ],
  ["let a balance go below zero", "Storage/Ledger.ts", '${account.includes(":") ? 0 : 1})`)', "1)`)", tables],
  [
    "forget what is owed",
    "Domain/Payments/Webhook.ts",
    "yield* collectReversals(null, traceId)\n      yield* payments.addEvent",
    "yield* payments.addEvent",
    owed
  ],
  [
    "forget what came before the payment",
    "Domain/Payments/Granting.ts",
    "yield* settleReversals(receipt, traceId)",
    "yield* Effect.void",
    early
  ],
  [
    "lose a dispute for nothing",
    "Domain/Payments/Webhook.ts",
    'if (status === "lost") return progress.effective',
    'if (status === "lost") return progress.undone',
    dispute
  ],
  [
    "keep what a won dispute took",
    "Domain/Payments/Webhook.ts",
    'return status === "won" ? progress.undone : null',
    "return null",
    dispute
  ],
  [
    "take what comes back for a victory",
    "Domain/Payments/Webhook.ts",
    'if (status === "lost") return progress.effective',
    'if (status === "lost" && type !== "charge.dispute.funds_reinstated") return progress.effective\n  if (status === "lost") return progress.undone',
    partLost
  ],
  [
    "let the first decision stand",
    "Storage/Reversals.ts",
    "CASE WHEN excluded.decided_at > decided_at THEN excluded.progress",
    "CASE WHEN decided_at > 0 THEN progress WHEN excluded.decided_at > decided_at THEN excluded.progress",
    appeal
  ],
  [
    "let the decision stand that came last",
    "Storage/Reversals.ts",
    "WHEN excluded.decided_at < decided_at THEN progress ELSE",
    "WHEN excluded.decided_at < decided_at THEN excluded.progress ELSE",
    order
  ],
  [
    "read the first page only",
    "Domain/Payments/StripeClient.ts",
    "if (!page.has_more) return",
    "if (items.length > 0) return",
    pages
  ]
]

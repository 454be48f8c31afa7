import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { FakeAnswer } from "../../src/Services/Http/Fake.js"
import { failsWith, makeMachine, routes, succeeds } from "../../src/Testing/index.js"

const token = "isk_r_abcdefghijklmnopqrstuvwxyz012345"
const base = ["--api-base-url", "https://service.test"]
const quoteId = `quote_${"1".repeat(32)}`
const attemptId = `payatt_${"2".repeat(32)}`

const run = (words: ReadonlyArray<string>, table: Readonly<Record<string, FakeAnswer>> = {}) =>
  Effect.gen(function* () {
    const machine = yield* makeMachine({ env: { IMAGE_SKILL_TOKEN: token }, service: routes(table) })
    const result = yield* machine.run([...words, ...base])
    // An envelope is looked into freely by tests.
    // oxlint-disable-next-line typescript/no-explicit-any
    return { ...result, data: result.envelope.data as any, error: result.envelope.error as any }
  })

const bodyOf = ({ requests }: { readonly requests: ReadonlyArray<{ readonly body: Uint8Array | null }> }) =>
  JSON.parse(Buffer.from(requests[0]?.body ?? []).toString("utf8"))

const quoted = (change: object = {}) =>
  succeeds({
    quote_id: quoteId,
    state: "created",
    credits: 500,
    accepted_payment_method: "stripe_checkout",
    min_credits: 50,
    ...change
  })

describe("credits quote", () => {
  it.scopedLive(
    "makes a key where none was given and names it; then comes the purchase, with a key of its own",
    () =>
      Effect.gen(function* () {
        const made = yield* run(["credits", "quote", "--pack", "starter-500"], {
          "POST /v1/credit-quotes": quoted()
        })
        const sent = bodyOf(made)
        expect(sent).toEqual({
          pack_id: "starter-500",
          idempotency_key: expect.stringMatching(/^quote-[0-9a-f]{24}$/)
        })
        expect(made.envelope.warnings).toEqual([expect.stringContaining(sent.idempotency_key)])
        expect(made.data.next).toMatchObject([
          {
            id: "buy",
            command: `image-skill credits buy --provider stripe --quote-id ${quoteId} --idempotency-key buy-${quoteId} ${base.join(" ")}`,
            copy_runnable: true,
            requires_auth: true,
            effect: { payment_object: true, no_spend: false, credit_debit: false }
          }
        ])
        const named = yield* run(["credits", "quote", "--credits", "137", "--idempotency-key", "mine"], {
          "POST /v1/credit-quotes": quoted({ accepted_payment_method: "stripe_x402.exact.usdc" })
        })
        expect(named.envelope.warnings).toEqual([])
        expect(named.data.next[0].argv).toContain("stripe_x402")
        const small = yield* run(["credits", "quote", "--credits", "10"], {
          "POST /v1/credit-quotes": quoted({ credits: 10 })
        })
        expect(small.data.next[0].argv.slice(0, 4)).toEqual(["credits", "quote", "--credits", "50"])
      })
  )

  it.scopedLive("names the key that it made in a failure too", () =>
    Effect.gen(function* () {
      const answer = { "POST /v1/credit-quotes": failsWith("INTERNAL_ERROR") }
      const made = yield* run(["credits", "quote", "--credits", "50"], answer)
      const { idempotency_key } = bodyOf(made)
      expect(made.envelope.warnings).toEqual([expect.stringContaining(idempotency_key)])
      expect(made.error.recovery).toMatchObject({ idempotency_key })
      const own = yield* run(["credits", "quote", "--credits", "50", "--idempotency-key", "mine"], answer)
      expect(own.envelope.warnings).toEqual([])
    })
  )

  it.scopedLive("is for one thing, in range, and sends nothing else", () =>
    Effect.gen(function* () {
      for (const words of [
        [],
        ["--pack", "starter-500", "--credits", "10"],
        ["--credits", "0"],
        ["--credits", "5001"],
        ["--credits", "1.5"],
        ["--credits", "-1"],
        ["--credits", "5", "--payment-method", "cash"],
        ["--credits", "5", "--idempotency-key", ""]
      ]) {
        const refused = yield* run(["credits", "quote", ...words])
        expect([words, refused.exitCode, refused.requests.length]).toEqual([words, 2, 0])
      }
      const card = yield* run(["credits", "quote", "--credits", "50", "--card-number", "4242424242424242"])
      expect([card.exitCode, card.error.code]).toEqual([2, "PAYMENT_CREDENTIAL_FLAG_REJECTED"])
      expect(card.stdout).not.toContain("4242")
    })
  )

  it.scopedLive("passes a conflict's way out on, because it spends nothing", () =>
    Effect.gen(function* () {
      const conflict = yield* run(["credits", "quote", "--credits", "50", "--idempotency-key", "k"], {
        "POST /v1/credit-quotes": failsWith("CREDIT_QUOTE_CONFLICT", {
          recovery: {
            idempotency_key: "quote-fresh",
            suggested_command: "image-skill credits quote --credits 50 --idempotency-key quote-fresh"
          }
        })
      })
      expect([conflict.exitCode, conflict.error.recovery.suggested_command]).toEqual([
        1,
        `image-skill credits quote --credits 50 --idempotency-key quote-fresh ${base.join(" ")}`
      ])
    })
  )
})

describe("credits buy", () => {
  const buy = ["credits", "buy", "--provider", "stripe", "--quote-id", quoteId, "--idempotency-key", "k"]
  const path = "POST /v1/credit-purchases/stripe-checkout-sessions"

  it.scopedLive("needs all three words, and says which is missing", () =>
    Effect.gen(function* () {
      for (const [flag, index] of [
        ["--provider", 2],
        ["--quote-id", 4],
        ["--idempotency-key", 6]
      ] as const) {
        const words = [...buy.slice(0, index), ...buy.slice(index + 2)]
        const refused = yield* run(words)
        expect([refused.exitCode, refused.error.recovery.required_flag, refused.requests]).toEqual([
          2,
          flag,
          []
        ])
      }
    })
  )

  it.scopedLive("fills the copy-safe link, keeps the fragment, and hands over what is no command", () =>
    Effect.gen(function* () {
      const handoff = `https://service.test/pay/${attemptId}`
      const full = "https://checkout.stripe.com/c/pay/cs_live_1#fidkdWxOYHwnPyd1blpx"
      const bought = yield* run(buy, {
        [path]: succeeds({
          state: "action_required",
          payment_attempt_id: attemptId,
          checkout_handoff_url: handoff,
          checkout_url: full,
          next: { human_action: "open_checkout_url", checkout_handoff_url: handoff }
        })
      })
      expect(bodyOf(bought)).toEqual({ quote_id: quoteId, idempotency_key: "k" })
      expect(bought.data).toMatchObject({
        checkout_compact_url: handoff,
        checkout_url: full,
        handoff: { human_action: "open_checkout_url" },
        next: [
          {
            id: "payment_status",
            command: `image-skill credits status --payment-attempt-id ${attemptId} ${base.join(" ")}`
          }
        ]
      })
      const own = yield* run(buy, {
        [path]: succeeds({ checkout_handoff_url: handoff, checkout_compact_url: "https://short.test/1" })
      })
      expect(own.data.checkout_compact_url).toBe("https://short.test/1")
    })
  )

  it.scopedLive(
    "names the right command for a quote of the other rail, and the same one for an unknown end",
    () =>
      Effect.gen(function* () {
        const wrong = yield* run(buy, {
          [path]: failsWith("INVALID_ARGUMENTS", { details: { required_provider: "stripe_x402" } })
        })
        expect([wrong.exitCode, wrong.error.recovery.suggested_command]).toEqual([
          2,
          `image-skill ${buy.join(" ").replace("stripe", "stripe_x402")} ${base.join(" ")}`
        ])
        const hostile = yield* run(buy, {
          [path]: failsWith("INVALID_ARGUMENTS", { details: { required_provider: "stripe; rm -rf /" } })
        })
        expect(hostile.error.recovery.suggested_command).not.toContain("rm")
        const again = `image-skill ${buy.join(" ")} ${base.join(" ")}`
        const lost = yield* run(buy, {
          [path]: failsWith("PROVIDER_FAILURE", { recovery: { retry: { policy: "same_key", key: "k" } } })
        })
        expect([lost.exitCode, lost.error.recovery.suggested_command]).toEqual([7, again])
        const broken = yield* run(buy, { [path]: failsWith("INTERNAL_ERROR") })
        expect(broken.error).toMatchObject({
          details: { outcome: "unknown" },
          recovery: { retry: { policy: "same_key", key: "k" }, suggested_command: again }
        })
      })
  )
})

describe("credits status", () => {
  const path = "GET /v1/credit-purchases/status"

  it.scopedLive("takes exactly one reference and says what to do next in each state", () =>
    Effect.gen(function* () {
      for (const words of [
        [],
        ["--quote-id", quoteId, "--payment-attempt-id", attemptId],
        ["--quote-id", "x"]
      ]) {
        const refused = yield* run(["credits", "status", ...words])
        expect([words, refused.exitCode, refused.requests.length]).toEqual([words, 2, 0])
      }
      const quote = { quote_id: quoteId, credits: 500, accepted_payment_method: "stripe_checkout" }
      const expected: Readonly<Record<string, string | null>> = {
        created: `credits buy --provider stripe --quote-id ${quoteId} --idempotency-key buy-${quoteId}`,
        action_required: `credits status --payment-attempt-id ${attemptId}`,
        processing: `credits status --payment-attempt-id ${attemptId}`,
        succeeded: "usage quota",
        expired: "credits quote --credits 500 --payment-method stripe_checkout",
        failed: "credits quote --credits 500 --payment-method stripe_checkout",
        canceled: "credits quote --credits 500 --payment-method stripe_checkout",
        "of a newer service": null
      }
      for (const [state, command] of Object.entries(expected)) {
        const answer = yield* run(["credits", "status", "--payment-attempt-id", attemptId], {
          [path]: succeeds({ state, quote, next: { retry_after_seconds: 10 } })
        })
        expect([state, answer.data.next?.[0].command ?? null]).toEqual([
          state,
          command === null ? null : `image-skill ${command} ${base.join(" ")}`
        ])
        expect(answer.data.handoff).toEqual({ retry_after_seconds: 10 })
      }
    })
  )
})

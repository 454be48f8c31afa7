import type { CreditPacksAnswer, PaymentMethod } from "../../Schema/Credits.js"
import { creditUnitUsd } from "../../Schema/Money.js"

/** A way to pay that this service has code for. */
interface Rail {
  readonly id: string
  readonly buyerModes: ReadonlyArray<string>
  readonly requiresBrowser: boolean
  readonly settlementBlocker: string | null
  readonly purchaseEndpoint: string
  readonly provider: string
}

const rails: ReadonlyArray<Rail> = [
  {
    id: "stripe_checkout",
    buyerModes: ["hybrid", "human_only"],
    requiresBrowser: true,
    settlementBlocker: "a person completes the checkout in a browser",
    purchaseEndpoint: "/v1/credit-purchases/stripe-checkout-sessions",
    provider: "stripe"
  },
  {
    id: "stripe_x402.exact.usdc",
    buyerModes: ["agent_only", "hybrid"],
    requiresBrowser: false,
    settlementBlocker: null,
    purchaseEndpoint: "/v1/credit-purchases/stripe-x402-deposits",
    provider: "stripe_x402"
  }
]

const defaultPack = "starter-500"

/** The rails as callers see them; without the operator's credentials none can be used, and each says so (contract §6). */
export const paymentMethods = (): ReadonlyArray<PaymentMethod> =>
  rails.map((rail) => ({
    method_id: rail.id,
    status: "unavailable",
    available: false,
    quoteable: false,
    purchasable: false,
    live_money: false,
    buyer_modes: rail.buyerModes,
    requires_browser: rail.requiresBrowser,
    agent_initiated: false,
    agent_settleable: false,
    settlement_blocker: rail.settlementBlocker ?? "this service has no credentials for it",
    unavailable_reason: "this service has no credentials for Stripe",
    default_pack_id: defaultPack,
    purchase_endpoint: rail.purchaseEndpoint,
    recovery: {
      quote_command: `image-skill credits quote --pack ${defaultPack} --payment-method ${rail.id} --idempotency-key KEY`,
      purchase_command: `image-skill credits buy --provider ${rail.provider} --quote-id QUOTE_ID --idempotency-key KEY`,
      status_command: "image-skill credits status --quote-id QUOTE_ID"
    }
  }))

const currency = "USD"

/** The packs, and the bounds of exact quotes: a credit is a cent (contract §6, §7). */
export const creditPacks = (): CreditPacksAnswer => ({
  credit_unit_cents: 1,
  credit_unit_usd: creditUnitUsd,
  currency,
  default_pack_id: defaultPack,
  packs: [
    ["starter-500", "Starter", 500],
    ["studio-2000", "Studio", 2_000],
    ["team-5000", "Team", 5_000]
  ].map(([pack_id, name, credits]) => ({
    pack_id: String(pack_id),
    name: String(name),
    credits: Number(credits),
    amount_cents: Number(credits),
    currency
  })),
  custom_quotes: { supported: true, min_credits: 1, max_credits: 5_000 }
})

/** What stands beside the methods. */
export const paymentFrame = {
  contract_version: "image-skill.payment-methods.v1",
  credit_unit_cents: 1,
  currency,
  quote_endpoint: "/v1/credit-quotes",
  packs_endpoint: "/v1/credit-packs",
  status_endpoint: "/v1/credit-purchases/status"
} as const

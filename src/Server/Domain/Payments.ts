import type { CreditPacksAnswer, PaymentMethod } from "../../Schema/Credits.js"
import { creditUnitUsd } from "../../Schema/Money.js"

/** The rails that this service has code for: none yet, so none is listed and nothing can be quoted or bought (contract §6). */
export const paymentMethods: ReadonlyArray<PaymentMethod> = []

const currency = "USD"

/** The packs that an operator with a payment rail sells: a credit is a cent (contract §6, §7). */
export const creditPacks: CreditPacksAnswer = {
  credit_unit_cents: 1,
  credit_unit_usd: creditUnitUsd,
  currency,
  default_pack_id: "starter-500",
  packs: [
    { pack_id: "starter-500", name: "Starter", credits: 500 },
    { pack_id: "builder-2000", name: "Builder", credits: 2_000 },
    { pack_id: "studio-5000", name: "Studio", credits: 5_000 }
  ].map((pack) => ({ ...pack, amount_cents: pack.credits, currency })),
  custom_quotes: { supported: paymentMethods.length > 0, min_credits: 1, max_credits: 5_000 },
  purchasable: paymentMethods.length > 0
}

/** What stands beside the methods. */
export const paymentFrame = {
  contract_version: "image-skill.payment-methods.v1",
  credit_unit_cents: 1,
  currency
} as const

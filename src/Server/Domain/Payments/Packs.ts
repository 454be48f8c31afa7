import type { CreditPacksAnswer } from "../../../Schema/Credits.js"
import { quoteBounds } from "../../../Schema/Credits.js"
import { creditUnitUsd } from "../../../Schema/Money.js"

/** The currency of every price. */
export const currency = "USD"
/** The pack that is offered unless another is named. */
export const defaultPackId = "starter-500"

/** The packs for sale: a credit is a cent (contract §6, §7). */
export const packs = [
  { pack_id: defaultPackId, name: "Starter", credits: 500 },
  { pack_id: "builder-2000", name: "Builder", credits: 2_000 },
  { pack_id: "studio-5000", name: "Studio", credits: 5_000 }
].map((pack) => ({ ...pack, amount_cents: pack.credits, currency }))

/** The packs as callers see them; without a rail they are a price list and nothing more. */
export const packsAnswer = (purchasable: boolean): CreditPacksAnswer => ({
  credit_unit_cents: 1,
  credit_unit_usd: creditUnitUsd,
  currency,
  default_pack_id: defaultPackId,
  packs,
  custom_quotes: {
    supported: purchasable,
    min_credits: quoteBounds.least,
    max_credits: quoteBounds.most
  },
  purchasable
})

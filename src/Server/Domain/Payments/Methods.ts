import * as Effect from "effect/Effect"
import { type CapabilityDenied, failure } from "../../../Errors.js"
import { creditsBuy, creditsQuote, creditsStatus } from "../../../Operations/Credits.js"
import {
  type PaymentMethod,
  type PaymentMethodId,
  paymentMethodIds,
  providerOf,
  quoteBounds
} from "../../../Schema/Credits.js"
import { quoteWords } from "../../../Schema/Shell.js"
import { currency, defaultPackId } from "./Packs.js"
import { type Setup, Stripe } from "./Stripe.js"

/** What stands beside the methods. */
export const paymentFrame = {
  contract_version: "image-skill.payment-methods.v1",
  credit_unit_cents: 1,
  currency,
  quote_endpoint: "/v1/credit-quotes",
  packs_endpoint: "/v1/credit-packs",
  status_endpoint: "/v1/credit-purchases/status"
} as const

/** What a rail is like, whether or not it can be used here. */
interface Rail {
  readonly id: PaymentMethodId
  /** The fewest credits that can be paid for at once. */
  readonly least: number
  readonly buyerModes: ReadonlyArray<string>
  readonly requiresBrowser: boolean
  readonly blocker: string | null
  readonly endpoint: string
}

/** The rails that there is code for. */
export const rails: Readonly<Record<PaymentMethodId, Rail>> = {
  stripe_checkout: {
    id: "stripe_checkout",
    // Stripe charges no card less than half a dollar.
    least: 50,
    buyerModes: ["hybrid", "human_only"],
    requiresBrowser: true,
    blocker: "requires human browser checkout completion",
    endpoint: "/v1/credit-purchases/stripe-checkout-sessions"
  },
  "stripe_x402.exact.usdc": {
    id: "stripe_x402.exact.usdc",
    least: quoteBounds.least,
    buyerModes: ["agent_only", "hybrid"],
    requiresBrowser: false,
    blocker: null,
    endpoint: "/v1/credit-purchases/stripe-x402-deposits"
  }
}

/** Why a rail cannot be used here; `null` when it can. */
export const unavailableReason = (setup: Setup, method: PaymentMethodId): string | null =>
  !setup.ready
    ? setup.reason
    : method === "stripe_x402.exact.usdc" && !setup.deposits
      ? "IMAGE_SKILL_STRIPE_X402 is not 1: the operator has not said that the Stripe account takes crypto deposits"
      : null

/** The rails as callers see them (contract §6). */
export const methodsOf = (setup: Setup): ReadonlyArray<PaymentMethod> =>
  paymentMethodIds.map((id) => {
    const rail = rails[id]
    const reason = unavailableReason(setup, id)
    const available = reason === null
    const line = (words: ReadonlyArray<string>) => quoteWords(["image-skill", ...words])
    return {
      method_id: id,
      status: available ? "available" : "unavailable",
      available,
      quoteable: available,
      purchasable: available,
      live_money: available && setup.ready && setup.live,
      buyer_modes: rail.buyerModes,
      requires_browser: rail.requiresBrowser,
      agent_initiated: available,
      agent_settleable: available && rail.blocker === null,
      settlement_blocker: rail.blocker ?? reason,
      default_pack_id: defaultPackId,
      purchase_endpoint: rail.endpoint,
      limits: { min_credits: rail.least, max_credits: quoteBounds.most },
      unavailable_reason: reason,
      recovery: {
        quote_command: line(creditsQuote.argv({ pack_id: defaultPackId, payment_method: id })),
        purchase_command: line(
          creditsBuy.argv({ provider: providerOf[id], quote_id: "QUOTE_ID", idempotency_key: "KEY" })
        ),
        status_command: line([...creditsStatus.argv({}), "--quote-id", "QUOTE_ID"])
      }
    }
  })

/** Refuses a rail that cannot be used here; `PAYMENT_METHOD_UNAVAILABLE` says why. */
export const requireRail = (
  method: PaymentMethodId
): Effect.Effect<Extract<Setup, { ready: true }>, CapabilityDenied, Stripe> =>
  Effect.flatMap(Stripe, ({ setup }) => {
    const reason = unavailableReason(setup, method)
    return reason === null && setup.ready
      ? Effect.succeed(setup)
      : Effect.fail(unavailable(method, reason ?? "unavailable"))
  })

/** That a rail cannot be used. */
export const unavailable = (method: PaymentMethodId, reason: string, cause?: string): CapabilityDenied =>
  failure("PAYMENT_METHOD_UNAVAILABLE", `${method} cannot be used: ${reason}`, {
    details: {
      payment_method: method,
      unavailable_reason: reason,
      ...(cause === undefined ? {} : { cause })
    },
    recovery: { suggested_command: "image-skill credits methods" }
  })

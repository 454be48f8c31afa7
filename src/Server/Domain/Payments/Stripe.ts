import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import * as E from "effect/Effect"
import { layerSucceed } from "../../../Stack.js"
import type { CheckoutSession, Dispute, PaymentIntent, Refund, StripeEvent } from "./StripeObjects.js"

/** Why Stripe did not do what it was asked. */
export class StripeFault extends Data.TaggedError("StripeFault")<{
  /**
   * `refused`: Stripe said no, and has made nothing. `unauthorised`: it does not accept the operator's key. `failed`: it broke down,
   * and would tell the same again under the same key. `unreachable`: nobody knows; the same key asks again safely.
   */
  readonly reason: "refused" | "unauthorised" | "failed" | "unreachable"
  /** Stripe's own word for it, never its text. */
  readonly code: string
}> {}

/** What an attempt asks Stripe for; the same order under the same key is the same object for a day. */
export interface Order {
  /** The attempt, which is also the idempotency key towards Stripe. */
  readonly attemptId: string
  readonly quoteId: string
  readonly organizationId: string
  readonly credits: number
  readonly amountCents: number
  readonly expiresAt: number
}

/** A list of Stripe's, read page by page. */
export interface Listed<A> {
  readonly items: ReadonlyArray<A>
  /** `false` where there is more than is read at once. */
  readonly complete: boolean
  /** When Stripe told it, by Stripe's own clock, in milliseconds since 1970; `null` where it did not say. */
  readonly at: number | null
}

/** What the operator has set up. */
export type Setup =
  | { readonly ready: true; readonly live: boolean; readonly deposits: boolean }
  | { readonly ready: false; readonly reason: string }

/** Stripe, as far as credits are sold through it (providers §5). */
export class Stripe extends Context.Tag("image-skill/Server/Stripe")<
  Stripe,
  {
    readonly setup: Setup
    /** Where people reach this service; `null` without an address. */
    readonly publicUrl: () => string | null
    readonly openCheckout: (order: Order) => Effect.Effect<CheckoutSession, StripeFault>
    readonly openDeposit: (order: Order) => Effect.Effect<PaymentIntent, StripeFault>
    readonly findSession: (id: string) => Effect.Effect<CheckoutSession, StripeFault>
    readonly findIntent: (id: string) => Effect.Effect<PaymentIntent, StripeFault>
    readonly refundsOf: (intent: string) => Effect.Effect<Listed<Refund>, StripeFault>
    readonly disputesOf: (intent: string) => Effect.Effect<Listed<Dispute>, StripeFault>
    /** An event that Stripe signed not long ago; anything else is refused, and what cannot be read as one is `refused` too. */
    readonly readEvent: (
      body: Uint8Array,
      signature: string | undefined
    ) => Effect.Effect<StripeEvent, StripeFault>
  }
>() {
  /** Nothing can be bought, and why. */
  static readonly layerNone = (reason: string) =>
    layerSucceed(
      Stripe,
      unready({ ready: false, reason }, () => null)
    )
}

/** Stripe where it cannot be asked. */
export const unready = (setup: Setup, publicUrl: () => string | null): typeof Stripe.Service => {
  const refuse = E.fail(new StripeFault({ reason: "unauthorised", code: "not_configured" }))
  return {
    setup,
    publicUrl,
    openCheckout: () => refuse,
    openDeposit: () => refuse,
    findSession: () => refuse,
    findIntent: () => refuse,
    refundsOf: () => refuse,
    disputesOf: () => refuse,
    readEvent: () => refuse
  }
}

import { creditsMethods, creditsPacks } from "../Operations/Credits.js"
import { suggest, type Suggestion } from "../Operations/Suggest.js"
import type { PaymentMethod, PaymentMethodsAnswer } from "../Schema/Credits.js"
import { readOnly } from "../Schema/Effects.js"

/** The ways to pay as a guide sums them up, and the commands that use them, best first (contract §5). */
export interface Payments {
  readonly checked: boolean
  readonly live_money_methods: ReadonlyArray<string>
  readonly requires_browser: boolean
  readonly browserless_methods: ReadonlyArray<string>
  readonly agent_initiated_methods: ReadonlyArray<string>
  readonly agent_payable_methods: ReadonlyArray<string>
  readonly agent_settleable_methods: ReadonlyArray<string>
  readonly human_handoff_methods: ReadonlyArray<string>
  readonly preferred_method: string | null
  readonly buyer_modes: ReadonlyArray<string>
  readonly suggestions: ReadonlyArray<Suggestion>
}

/** The methods of an answer. */
export const methodsOf = (answer: PaymentMethodsAnswer): ReadonlyArray<PaymentMethod> => answer.methods

const modes = (method: PaymentMethod) => method.buyer_modes ?? []
const ids = (methods: ReadonlyArray<PaymentMethod>) => methods.map(({ method_id }) => method_id)

// The operations of payment that this version has: a suggestion of any other would not run.
const here: ReadonlyArray<string> = [creditsMethods, creditsPacks].map(({ command }) => command.join(" "))

const existing = (suggestions: ReadonlyArray<Suggestion>): ReadonlyArray<Suggestion> =>
  suggestions.filter(({ argv }) =>
    here.some((command) => argv.slice(0, command.split(" ").length).join(" ") === command)
  )

/** Sums the methods up; `null` when they could not be asked for. */
export const paymentsOf = (methods: ReadonlyArray<PaymentMethod> | null): Payments => {
  const usable = (methods ?? []).filter((method) => method.live_money === true && method.available === true)
  const browserless = usable.filter((method) => method.requires_browser === false)
  const payable = browserless.filter(
    (method) =>
      method.agent_settleable === true &&
      modes(method).some((mode) => mode === "agent_only" || mode === "hybrid")
  )
  const handoff = usable.filter(
    (method) => method.requires_browser === true || modes(method).includes("human_only")
  )
  const preferred = payable[0] ?? handoff[0] ?? browserless[0] ?? usable[0] ?? null
  const inOrder = preferred === null ? [] : [preferred, ...usable.filter((method) => method !== preferred)]
  return {
    checked: methods !== null,
    live_money_methods: ids(usable),
    requires_browser: usable.length > 0 && usable.every((method) => method.requires_browser === true),
    browserless_methods: ids(browserless),
    agent_initiated_methods: ids(usable.filter((method) => method.agent_initiated === true)),
    agent_payable_methods: ids(payable),
    agent_settleable_methods: ids(payable),
    human_handoff_methods: ids(handoff),
    preferred_method: preferred?.method_id ?? null,
    buyer_modes: [...new Set(usable.flatMap(modes))],
    suggestions: existing([
      suggest("payment_methods", "see the ways to pay", creditsMethods, {}),
      suggest("packs", "see what credits cost", creditsPacks, {}),
      ...inOrder.flatMap((method) => [quoteSuggestion(method), buySuggestion(method), statusSuggestion])
    ])
  }
}

/** A quote for a method's pack; without a method, the list of methods, which says why there is none. */
export const quoteSuggestion = (method: PaymentMethod | null): Suggestion =>
  method === null
    ? suggest("payment_methods", "see the ways to pay, if any", creditsMethods, {})
    : {
        id: "quote",
        why: "a price that grants nothing yet",
        argv: [
          "credits",
          "quote",
          "--pack",
          method.default_pack_id ?? "starter-500",
          "--payment-method",
          method.method_id
        ],
        missing_inputs: [],
        requires_auth: true,
        effect: { ...readOnly, payment_object: true }
      }

const buySuggestion = (method: PaymentMethod): Suggestion => ({
  id: "buy",
  why: "begin the payment of a quote",
  argv: [
    "credits",
    "buy",
    "--provider",
    method.method_id.startsWith("stripe_x402") ? "stripe_x402" : "stripe",
    "--quote-id",
    "QUOTE_ID",
    "--idempotency-key",
    "KEY"
  ],
  missing_inputs: ["quote_id", "idempotency_key"],
  requires_auth: true,
  effect: { ...readOnly, payment_object: true, no_spend: false }
})

const statusSuggestion: Suggestion = {
  id: "payment_status",
  why: "see whether a payment has arrived",
  argv: ["credits", "status", "--quote-id", "QUOTE_ID"],
  missing_inputs: ["quote_id"],
  requires_auth: true,
  effect: readOnly
}

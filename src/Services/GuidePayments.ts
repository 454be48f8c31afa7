import * as Schema from "effect/Schema"
import {
  creditsBuy,
  creditsMethods,
  creditsPacks,
  creditsQuote,
  creditsStatus
} from "../Operations/Credits.js"
import { suggest, type Suggestion } from "../Operations/Suggest.js"
import {
  type CreditPacksAnswer,
  type PaymentMethod,
  type PaymentMethodId,
  paymentMethodIds,
  type PaymentMethodsAnswer,
  providerOf
} from "../Schema/Credits.js"
import { CatalogId } from "../Schema/Ids.js"

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

/** A pack that credits are sold in. */
type Pack = CreditPacksAnswer["packs"][number]

// Another service may list what our own `credits quote` would refuse, or what it does not sell now.
const isPackId = Schema.is(CatalogId)
const isSold = (pack: Pack): boolean =>
  isPackId(pack.pack_id) &&
  Number.isSafeInteger(pack.credits) &&
  pack.credits > 0 &&
  !("available" in pack && pack["available"] === false)

/**
 * The pack to buy when credits are missing: the smallest that holds them all, so that one purchase is enough; where none does, the
 * largest. `null` when nothing is missing or no packs are known: then the method's own default is as good as any.
 */
export const packFor = (packs: ReadonlyArray<Pack>, missing: number): string | null => {
  if (!(missing > 0)) return null
  const [first, ...rest] = packs.filter(isSold)
  if (first === undefined) return null
  const better = (one: Pack, other: Pack): Pack => {
    const [less, more] = one.credits <= other.credits ? [one, other] : [other, one]
    return less.credits >= missing ? less : more
  }
  return rest.reduce(better, first).pack_id
}

/** Sums the methods up; `null` when they could not be asked for. `pack` is the one to offer in place of a method's default. */
export const paymentsOf = (
  methods: ReadonlyArray<PaymentMethod> | null,
  pack: string | null = null
): Payments => {
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
    suggestions: [
      suggest("payment_methods", "see the ways to pay", creditsMethods, {}),
      suggest("packs", "see what credits cost", creditsPacks, {}),
      ...inOrder
        .filter(isKnown)
        .flatMap((method) => [quoteSuggestion(method, pack), buySuggestion(method), statusSuggestion])
    ]
  }
}

/** A quote for a pack, the method's own unless one is named; without a method, the list of methods, which says why there is none. */
export const quoteSuggestion = (method: KnownMethod | null, pack: string | null = null): Suggestion =>
  method === null
    ? suggest("payment_methods", "see the ways to pay, if any", creditsMethods, {})
    : suggest("quote", "a price that grants nothing yet", creditsQuote, {
        pack_id: pack ?? method.default_pack_id ?? "starter-500",
        payment_method: method.method_id
      })

const buySuggestion = (method: KnownMethod): Suggestion =>
  suggest(
    "buy",
    "begin the payment of a quote",
    creditsBuy,
    { provider: providerOf[method.method_id], quote_id: "QUOTE_ID", idempotency_key: "KEY" },
    ["quote_id", "idempotency_key"]
  )

const statusSuggestion = suggest(
  "payment_status",
  "see whether a payment has arrived",
  creditsStatus,
  { quote_id: "QUOTE_ID" },
  ["quote_id"]
)

/** A method that this program has commands for. */
type KnownMethod = PaymentMethod & { readonly method_id: PaymentMethodId }

const isKnown = (method: PaymentMethod): method is KnownMethod =>
  paymentMethodIds.some((id) => id === method.method_id)

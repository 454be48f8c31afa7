/** What the emulator knows of the money: objects as Stripe documents them (providers §5), as far as this trade needs them. */
// Objects are written out as JSON and changed in place, as a database would.
// oxlint-disable-next-line typescript/no-explicit-any
export type Thing = { id: string; object: string; [field: string]: any }

export interface Books {
  readonly live: boolean
  readonly things: Map<string, Thing>
  /** Every event, in the order in which it happened. */
  readonly events: Array<Thing>
  /** Seconds since 1970. */
  readonly now: () => number
  readonly id: (prefix: string) => string
}

export const makeBooks = (live: boolean, now: () => number): Books => {
  let count = 0
  return {
    live,
    things: new Map(),
    events: [],
    now,
    id: (prefix) => {
      count += 1
      return `${prefix}${count.toString(36).padStart(24, "0")}`
    }
  }
}

const keep = (books: Books, thing: Thing): Thing => {
  books.things.set(thing.id, thing)
  return thing
}

/** Notes that something happened to an object, as it is now. */
export const happen = (books: Books, type: string, object: Thing): Thing => {
  const event: Thing = {
    id: books.id("evt_"),
    object: "event",
    api_version: "2026-10-28.endive",
    created: books.now(),
    livemode: books.live,
    type,
    pending_webhooks: 1,
    request: { id: books.id("req_"), idempotency_key: null },
    data: { object: structuredClone(object) }
  }
  books.events.push(event)
  return event
}

const mode = (books: Books): string => (books.live ? "live" : "test")

export const makeSession = (
  books: Books,
  order: {
    readonly amount: number
    readonly reference: string | null
    readonly metadata: Record<string, string>
    readonly intentMetadata: Record<string, string>
    readonly expiresAt: number
  }
): Thing => {
  const id = books.id(`cs_${mode(books)}_`)
  return keep(books, {
    id,
    object: "checkout.session",
    amount_subtotal: order.amount,
    amount_total: order.amount,
    client_reference_id: order.reference,
    created: books.now(),
    currency: "usd",
    customer_details: null,
    expires_at: order.expiresAt,
    livemode: books.live,
    metadata: order.metadata,
    mode: "payment",
    // Newer versions make the intent when somebody begins to pay.
    payment_intent: null,
    payment_status: "unpaid",
    status: "open",
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: "hosted_page",
    url: `https://checkout.stripe.com/c/pay/${id}#fidkdWxOYHwnPyd1blpxYHZxWjA0${id.slice(-8)}`,
    intent_metadata: order.intentMetadata
  })
}

const makeCharge = (books: Books, intent: Thing): Thing =>
  keep(books, {
    id: books.id("ch_"),
    object: "charge",
    amount: intent["amount"],
    amount_captured: intent["amount"],
    amount_refunded: 0,
    billing_details: {
      email: "payer@example.com",
      name: "Payer Canary",
      address: { line1: "1 Canary Road" }
    },
    created: books.now(),
    currency: "usd",
    livemode: books.live,
    metadata: intent["metadata"],
    payment_intent: intent.id,
    payment_method_details: { type: "card", card: { brand: "visa", last4: "4242", exp_year: 2030 } },
    refunded: false,
    status: "succeeded"
  })

/** A person pays a session; a promotion code lowers what is due, to nothing if it likes. */
export const paySession = (
  books: Books,
  session: Thing,
  { discount = 0, delayed = false }: { readonly discount?: number; readonly delayed?: boolean } = {}
): ReadonlyArray<Thing> => {
  if (session["status"] !== "open") throw new Error(`the session is ${session["status"]}`)
  session["status"] = "complete"
  session["url"] = null
  session["amount_total"] -= discount
  session["total_details"].amount_discount = discount
  session["customer_details"] = { email: "payer@example.com", name: "Payer Canary" }
  const events: Array<Thing> = []
  if (session["amount_total"] > 0) {
    const intent = keep(books, {
      id: books.id("pi_"),
      object: "payment_intent",
      amount: session["amount_total"],
      amount_received: delayed ? 0 : session["amount_total"],
      client_secret: "pi_canary_secret_canary",
      created: books.now(),
      currency: "usd",
      livemode: books.live,
      metadata: session["intent_metadata"],
      next_action: null,
      status: delayed ? "processing" : "succeeded"
    })
    session["payment_intent"] = intent.id
    if (!delayed) {
      const charge = makeCharge(books, intent)
      intent["latest_charge"] = charge.id
      session["payment_status"] = "paid"
      events.push(
        happen(books, "charge.succeeded", charge),
        happen(books, "payment_intent.succeeded", intent)
      )
    }
  } else session["payment_status"] = "no_payment_required"
  events.push(happen(books, "checkout.session.completed", session))
  return events
}

/** What was paid by a method that takes days arrives, or does not. */
export const endDelayed = (books: Books, session: Thing, arrived: boolean): ReadonlyArray<Thing> => {
  const intent = books.things.get(session["payment_intent"])
  if (intent === undefined) throw new Error("nothing was paid")
  intent["status"] = arrived ? "succeeded" : "requires_payment_method"
  if (!arrived) return [happen(books, "checkout.session.async_payment_failed", session)]
  intent["amount_received"] = intent["amount"]
  intent["latest_charge"] = makeCharge(books, intent).id
  session["payment_status"] = "paid"
  return [happen(books, "checkout.session.async_payment_succeeded", session)]
}

export const expireSession = (books: Books, session: Thing): ReadonlyArray<Thing> => {
  session["status"] = "expired"
  session["url"] = null
  return [happen(books, "checkout.session.expired", session)]
}

export const makeDeposit = (
  books: Books,
  amount: number,
  metadata: Record<string, string>,
  instructions: boolean
): Thing => {
  const id = books.id("pi_")
  return keep(books, {
    id,
    object: "payment_intent",
    amount,
    amount_received: 0,
    client_secret: `${id}_secret_canary`,
    created: books.now(),
    currency: "usd",
    livemode: books.live,
    metadata,
    next_action: instructions
      ? {
          type: "crypto_display_details",
          crypto_display_details: {
            deposit_addresses: {
              base: {
                address: `0x${id
                  .slice(-24)
                  .padStart(40, "a")
                  .replaceAll(/[^0-9a-f]/g, "0")}`,
                supported_tokens: [
                  {
                    token_currency: "usdc",
                    token_contract_address: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
                  }
                ]
              }
            }
          }
        }
      : null,
    payment_method_types: ["crypto"],
    status: "requires_action"
  })
}

/** What was sent to a deposit's address settles, or fails. */
export const settleDeposit = (books: Books, intent: Thing, arrived = true): ReadonlyArray<Thing> => {
  if (intent["status"] !== "requires_action") throw new Error(`the deposit is ${intent["status"]}`)
  intent["status"] = "processing"
  const processing = happen(books, "payment_intent.processing", intent)
  intent["status"] = arrived ? "succeeded" : "requires_payment_method"
  intent["next_action"] = null
  if (!arrived) return [processing, happen(books, "payment_intent.payment_failed", intent)]
  intent["amount_received"] = intent["amount"]
  intent["latest_charge"] = makeCharge(books, intent).id
  return [processing, happen(books, "payment_intent.succeeded", intent)]
}

const chargeOf = (books: Books, intent: string): Thing => {
  const charge = [...books.things.values()].find(
    (one) => one.object === "charge" && one["payment_intent"] === intent
  )
  if (charge === undefined) throw new Error("there is no charge to refund")
  return charge
}

export const refundIntent = (books: Books, intent: string, amount: number): ReadonlyArray<Thing> => {
  const charge = chargeOf(books, intent)
  if (charge["amount_refunded"] + amount > charge["amount"]) throw new Error("more than was paid")
  charge["amount_refunded"] += amount
  charge["refunded"] = charge["amount_refunded"] === charge["amount"]
  const refund = keep(books, {
    id: books.id("re_"),
    object: "refund",
    amount,
    charge: charge.id,
    created: books.now(),
    currency: "usd",
    metadata: {},
    payment_intent: intent,
    status: "succeeded"
  })
  return [happen(books, "refund.created", refund), happen(books, "charge.refunded", charge)]
}

/** A refund comes back, because its card is closed. */
export const failRefund = (books: Books, id: string): ReadonlyArray<Thing> => {
  const refund = books.things.get(id)
  if (refund === undefined) throw new Error("there is no such refund")
  refund["status"] = "failed"
  chargeOf(books, refund["payment_intent"])["amount_refunded"] -= refund["amount"]
  return [happen(books, "refund.failed", refund)]
}

export const openDispute = (
  books: Books,
  intent: string,
  amount: number,
  inquiry = false
): ReadonlyArray<Thing> => {
  const charge = chargeOf(books, intent)
  const dispute = keep(books, {
    id: books.id("du_"),
    object: "dispute",
    amount,
    charge: charge.id,
    created: books.now(),
    currency: "usd",
    livemode: books.live,
    payment_intent: intent,
    reason: "fraudulent",
    status: inquiry ? "warning_needs_response" : "needs_response"
  })
  const created = happen(books, "charge.dispute.created", dispute)
  return inquiry ? [created] : [created, happen(books, "charge.dispute.funds_withdrawn", dispute)]
}

export const closeDispute = (books: Books, id: string, won: boolean): ReadonlyArray<Thing> => {
  const dispute = books.things.get(id)
  if (dispute === undefined) throw new Error("there is no such dispute")
  dispute["status"] = won ? "won" : "lost"
  // Of a lost one comes back what a refund had given already.
  const returns = won || chargeOf(books, dispute["payment_intent"])["amount_refunded"] > 0
  return [
    ...(returns ? [happen(books, "charge.dispute.funds_reinstated", dispute)] : []),
    happen(books, "charge.dispute.closed", dispute)
  ]
}

/** A closed dispute goes on, because somebody appeals: what had come back is withdrawn again. */
export const appealDispute = (books: Books, id: string): ReadonlyArray<Thing> => {
  const dispute = books.things.get(id)
  if (dispute === undefined) throw new Error("there is no such dispute")
  const returned = dispute["status"] === "won"
  dispute["status"] = "appeal_under_review"
  return [
    happen(books, "charge.dispute.updated", dispute),
    ...(returned ? [happen(books, "charge.dispute.funds_withdrawn", dispute)] : [])
  ]
}

import { check, type Form, integer, metadata, oneOf, type Rules, text, url, type Wrong } from "./Form.js"
import { type Books, expireSession, makeDeposit, makeSession, type Thing } from "./Objects.js"

/** An answer before it is written. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** What a request to Stripe is, read. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly form: Form
  readonly version: string
}

/** How the account is set up. */
export interface Account {
  /** Whether it may take crypto deposits, and whether Stripe then says where to. */
  readonly deposits: "enabled" | "disabled" | "silent"
}

export const errorOf = (
  status: number,
  type: string,
  code: string | null,
  message: string,
  param?: string
): Answer => ({
  status,
  body: {
    error: {
      type,
      ...(code === null ? {} : { code }),
      message,
      ...(param === undefined ? {} : { param }),
      doc_url: "https://stripe.com/docs/error-codes"
    }
  }
})

const invalid = ({ code, param }: Wrong): Answer =>
  errorOf(400, "invalid_request_error", code, `Received ${code.replaceAll("_", " ")}: ${param}`, param)

const found = (thing: Thing | undefined, id: string): Answer =>
  thing === undefined
    ? errorOf(404, "invalid_request_error", "resource_missing", `No such object: '${id}'`, "id")
    : { status: 200, body: shown(thing) }

// What the emulator keeps for itself is not shown.
const shown = (thing: Thing) =>
  Object.fromEntries(Object.entries(thing).filter(([name]) => name !== "intent_metadata"))

const sessionRules: Rules = {
  mode: oneOf("payment", "setup", "subscription"),
  success_url: url,
  cancel_url: url,
  client_reference_id: text(200),
  metadata,
  payment_intent_data: { object: { metadata, description: text(1_000) } },
  line_items: {
    list: {
      object: {
        quantity: integer(1, 999_999),
        price_data: {
          object: {
            currency: oneOf("usd"),
            unit_amount: integer(0, 99_999_999),
            product_data: { object: { name: text(5_000) }, required: ["name"] }
          },
          required: ["currency", "unit_amount", "product_data"]
        }
      },
      required: ["quantity", "price_data"]
    }
  },
  allow_promotion_codes: oneOf("true", "false"),
  expires_at: integer(0, 99_999_999_999),
  customer_email: text(500),
  payment_method_types: { list: text(50) }
}

const depositRules: Rules = {
  amount: integer(1, 99_999_999),
  currency: oneOf("usd"),
  payment_method_types: { list: oneOf("crypto") },
  payment_method_data: { object: { type: oneOf("crypto") }, required: ["type"] },
  payment_method_options: {
    object: {
      crypto: {
        object: {
          mode: oneOf("deposit"),
          deposit_options: { object: { networks: { list: oneOf("base", "tempo", "solana") } } }
        },
        required: ["mode", "deposit_options"]
      }
    }
  },
  confirm: oneOf("true"),
  metadata
}

type Texts = Record<string, string>
type Inner = { [name: string]: Inner & string }

const createSession = (books: Books, form: Form): Answer => {
  const wrong = check(form, { object: sessionRules, required: ["mode", "line_items", "success_url"] })
  if (wrong !== null) return invalid(wrong)
  const given = form as unknown as Inner
  const items = Object.values(given["line_items"] ?? {}) as unknown as ReadonlyArray<Inner>
  const amount = items.reduce(
    (sum, item) => sum + Number(item["quantity"]) * Number(item["price_data"]?.["unit_amount"]),
    0
  )
  if (amount < 50) {
    return errorOf(
      400,
      "invalid_request_error",
      "amount_too_small",
      "The Checkout Session's total amount due must add up to at least $0.50 usd",
      "line_items"
    )
  }
  const now = books.now()
  const expiresAt = given["expires_at"] === undefined ? now + 86_400 : Number(given["expires_at"])
  if (expiresAt < now + 1_800 || expiresAt > now + 86_400) {
    return errorOf(
      400,
      "invalid_request_error",
      null,
      "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
      "expires_at"
    )
  }
  const session = makeSession(books, {
    amount,
    reference: (form["client_reference_id"] as string | undefined) ?? null,
    metadata: (form["metadata"] ?? {}) as Texts,
    intentMetadata: (given["payment_intent_data"]?.["metadata"] ?? {}) as unknown as Texts,
    expiresAt
  })
  return { status: 200, body: shown(session) }
}

const createDeposit = (books: Books, { form, version }: Asked, { deposits }: Account): Answer => {
  if (version !== "2026-03-04.preview" || deposits === "disabled") {
    return errorOf(
      400,
      "invalid_request_error",
      null,
      "The payment method type provided: crypto is invalid. This account is not enabled for deposits.",
      "payment_method_types"
    )
  }
  const wrong = check(form, {
    object: depositRules,
    required: [
      "amount",
      "currency",
      "payment_method_types",
      "payment_method_data",
      "payment_method_options",
      "confirm"
    ]
  })
  if (wrong !== null) return invalid(wrong)
  const intent = makeDeposit(
    books,
    Number(form["amount"]),
    (form["metadata"] ?? {}) as Texts,
    deposits === "enabled"
  )
  return { status: 200, body: intent }
}

/** A page of a list, newest first; `starting_after` names the last of the page before. */
const listOf = (books: Books, object: string, path: string, query: URLSearchParams): Answer => {
  const unknown = [...query.keys()].find(
    (name) => !["payment_intent", "limit", "charge", "starting_after"].includes(name)
  )
  if (unknown !== undefined) return invalid({ param: unknown, code: "parameter_unknown" })
  const limit = query.get("limit") ?? "10"
  if (!integer(1, 100)(limit)) return invalid({ param: "limit", code: "parameter_invalid_integer" })
  const all = [...books.things.values()]
    .filter((thing) => thing.object === object && thing["payment_intent"] === query.get("payment_intent"))
    .reverse()
  const after = query.get("starting_after")
  const place = after === null ? -1 : all.findIndex(({ id }) => id === after)
  if (after !== null && place < 0) {
    return errorOf(
      400,
      "invalid_request_error",
      "resource_missing",
      `No such object: '${after}'`,
      "starting_after"
    )
  }
  const data = all.slice(place + 1, place + 1 + Number(limit))
  return {
    status: 200,
    body: { object: "list", url: path, has_more: place + 1 + data.length < all.length, data }
  }
}

/** Carries a request out. */
export const perform = (books: Books, asked: Asked, account: Account): Answer => {
  const { form, method, path, query } = asked
  const at = `${method} ${path}`
  if (at === "POST /v1/checkout/sessions") return createSession(books, form)
  if (at === "POST /v1/payment_intents") return createDeposit(books, asked, account)
  if (at === "GET /v1/refunds") return listOf(books, "refund", path, query)
  if (at === "GET /v1/disputes") return listOf(books, "dispute", path, query)
  const [, kind, id = "", action] =
    /^\/v1\/(checkout\/sessions|payment_intents)\/([A-Za-z0-9_]+)(?:\/(expire))?$/.exec(path) ?? []
  if (kind !== undefined && method === "GET" && action === undefined) return found(books.things.get(id), id)
  const session = books.things.get(id)
  if (method === "POST" && action === "expire" && session?.["status"] === "open") {
    expireSession(books, session)
    return found(session, id)
  }
  return errorOf(404, "invalid_request_error", null, `Unrecognized request URL (${at})`)
}

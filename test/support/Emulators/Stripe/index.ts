import { createHash, createHmac } from "node:crypto"
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import { type Account, type Answer, errorOf, perform } from "./Endpoints.js"
import { readForm } from "./Form.js"
import { type Books, makeBooks, type Thing } from "./Objects.js"

export * from "./Objects.js"

/** A scripted misbehaviour of the next request to a path. */
export interface Misfortune {
  readonly at: RegExp
  /**
   * `before`: nothing was done; `after`: it was, and nobody is told; `fails`: it was not, and 500 is kept for the key; `held`: it is
   * under way until `release`, and its key in use; `in_use`: its key is, by a request that nobody sees the end of;
   * `conflict`: the same without Stripe's word for it.
   */
  readonly what: "reset_before" | "reset_after" | "fails" | "rate_limited" | "held" | "in_use" | "conflict"
  times: number
}

/** A request that came in. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly replayed: boolean
}

/** Stripe on loopback: its documented protocol, strict about what it does not document (providers §5). */
export interface StripeEmulator {
  readonly url: string
  readonly key: string
  readonly signingSecret: string
  readonly books: Books
  readonly requests: ReadonlyArray<Seen>
  readonly misfortunes: Array<Misfortune>
  /** Carries out and answers what is held. */
  readonly release: () => void
  account: Account
  readonly sessions: () => ReadonlyArray<Thing>
  readonly intents: () => ReadonlyArray<Thing>
  readonly sign: (
    event: unknown,
    options?: SignOptions
  ) => { readonly body: string; readonly signature: string }
  /** Sends an event as Stripe does; the status that it got. */
  readonly deliver: (address: string, event: Thing, options?: SignOptions) => Promise<number>
  readonly close: () => Promise<void>
}

/** How an event is signed, where it is not as it should be. */
export interface SignOptions {
  readonly secret?: string
  readonly at?: number
  /** A second signature, as while a secret is exchanged. */
  readonly also?: string
}

interface Kept {
  readonly digest: string
  /** `null` while the first request is under way. */
  readonly answer: Answer | null
}

/** What becomes of a request: an answer, or none yet. */
interface Outcome {
  readonly answer: Answer
  readonly replayed: boolean
  readonly reset: boolean
}

const busy = (code: string | null) =>
  errorOf(
    409,
    "idempotency_error",
    code,
    "There is currently another in-progress request using this Idempotency Key."
  )
const inUse = busy("idempotency_key_in_use")

const allowedHeaders =
  /^(?:authorization|accept|accept-encoding|content-type|content-length|user-agent|stripe-version|idempotency-key|x-stripe-client-user-agent|host|connection|transfer-encoding)$/

/** Starts the emulator. `now` moves its clock, in milliseconds. */
export const startStripe = async ({
  key = "sk_live_emulator000000000000",
  signingSecret = "whsec_emulatorsecret00000000",
  now = Date.now,
  account = { deposits: "enabled" }
}: {
  readonly key?: string
  readonly signingSecret?: string
  readonly now?: () => number
  readonly account?: Account
} = {}): Promise<StripeEmulator> => {
  const books = makeBooks(key.includes("_live_"), () => Math.floor(now() / 1000))
  const keys = new Map<string, Kept>()
  const requests: Array<Seen> = []
  const misfortunes: Array<Misfortune> = []
  const state = { account }
  const held: Array<() => void> = []

  const answerTo = (
    method: string,
    target: string,
    headers: http.IncomingHttpHeaders,
    body: string
  ): Outcome | { readonly heldKey: string } => {
    const plain = (answer: Answer, replayed = false, reset = false): Outcome => ({ answer, replayed, reset })
    const strange = Object.keys(headers).find((name) => !allowedHeaders.test(name))
    if (strange !== undefined) {
      return plain(errorOf(400, "invalid_request_error", null, `Unknown header ${strange}`))
    }
    if (headers.authorization !== `Bearer ${key}`) {
      return plain(errorOf(401, "invalid_request_error", null, "Invalid API Key provided"))
    }
    if (
      method === "POST" &&
      headers["content-type"]?.startsWith("application/x-www-form-urlencoded") !== true
    ) {
      return plain(errorOf(400, "invalid_request_error", null, "The body must be form-encoded"))
    }
    const { pathname, searchParams } = new URL(target, "http://stripe")
    const bad = misfortunes.find(({ at, times }) => times > 0 && at.test(`${method} ${pathname}`))
    if (bad !== undefined) bad.times -= 1
    if (bad?.what === "reset_before") return plain({ status: 0, body: null }, false, true)
    if (bad?.what === "rate_limited") {
      return plain(errorOf(429, "rate_limit_error", "rate_limit", "Too many requests"))
    }
    if (bad?.what === "in_use") return plain(inUse)
    if (bad?.what === "conflict") return plain(busy(null))
    const idempotencyKey = method === "POST" ? String(headers["idempotency-key"] ?? "") : ""
    const digest = createHash("sha256").update(`${method} ${target} ${body}`).digest("hex")
    const kept = keys.get(idempotencyKey)
    if (idempotencyKey !== "" && kept !== undefined) {
      if (kept.digest !== digest) {
        return plain(
          errorOf(
            400,
            "idempotency_error",
            null,
            "Keys for idempotent requests can only be used with the same parameters they were first used with."
          )
        )
      }
      return kept.answer === null ? plain(inUse) : plain(kept.answer, true, bad?.what === "reset_after")
    }
    if (bad?.what === "held") {
      keys.set(idempotencyKey, { digest, answer: null })
      return { heldKey: idempotencyKey }
    }
    const answer =
      bad?.what === "fails"
        ? errorOf(500, "api_error", null, "An unknown error occurred")
        : perform(
            books,
            {
              method,
              path: pathname,
              query: searchParams,
              form: readForm(body),
              version: String(headers["stripe-version"] ?? "")
            },
            state.account
          )
    // What failed validation is not kept; everything that was carried out is, a 500 too.
    if (idempotencyKey !== "" && (answer.status === 200 || answer.status >= 500)) {
      keys.set(idempotencyKey, { digest, answer: structuredClone(answer) })
    }
    return plain(answer, false, bad?.what === "reset_after")
  }

  const server = http.createServer((incoming, response) => {
    const chunks: Array<Buffer> = []
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
    const answer = () => {
      const method = incoming.method ?? "GET"
      const target = incoming.url ?? "/"
      const outcome = answerTo(method, target, incoming.headers, Buffer.concat(chunks).toString("utf8"))
      if ("heldKey" in outcome) {
        held.push(() => {
          keys.delete(outcome.heldKey)
          answer()
        })
        return
      }
      const { answer: given, replayed, reset } = outcome
      requests.push({ method, path: target.split("?")[0] ?? "", status: given.status, replayed })
      if (reset) return void incoming.socket.destroy()
      const text = JSON.stringify(given.body)
      response.writeHead(given.status, {
        "content-type": "application/json",
        date: new Date(books.now() * 1000).toUTCString(),
        "request-id": books.id("req_"),
        "stripe-version": String(incoming.headers["stripe-version"] ?? ""),
        ...(method === "POST"
          ? { "idempotency-key": String(incoming.headers["idempotency-key"] ?? "") }
          : {}),
        ...(replayed ? { "idempotent-replayed": "true" } : {}),
        "stripe-should-retry": given.status >= 500 ? "false" : "",
        "content-length": Buffer.byteLength(text)
      })
      response.end(text)
    }
    incoming.on("end", answer)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))

  const sign: StripeEmulator["sign"] = (event, { also, at, secret = signingSecret } = {}) => {
    const body = JSON.stringify(event)
    const t = Math.floor((at ?? now()) / 1000)
    const mac = (by: string) => createHmac("sha256", by).update(`${t}.${body}`).digest("hex")
    const signatures = [...(also === undefined ? [] : [also]), secret].map((by) => `v1=${mac(by)}`)
    return { body, signature: `t=${t},${signatures.join(",")},v0=${"0".repeat(64)}` }
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    signingSecret,
    books,
    requests,
    misfortunes,
    release: () => {
      for (const answer of held.splice(0)) answer()
    },
    get account() {
      return state.account
    },
    set account(next: Account) {
      state.account = next
    },
    sessions: () => [...books.things.values()].filter(({ object }) => object === "checkout.session"),
    intents: () => [...books.things.values()].filter(({ object }) => object === "payment_intent"),
    sign,
    deliver: async (address, event, options) => {
      const { body, signature } = sign(event, options)
      const answer = await fetch(`${address}/v1/webhooks/stripe`, {
        method: "POST",
        headers: {
          "content-type": "application/json; charset=utf-8",
          "stripe-signature": signature,
          "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
        },
        body
      })
      await answer.arrayBuffer()
      return answer.status
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
}

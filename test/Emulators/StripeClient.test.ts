import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { Stripe } from "stripe"
import {
  paySession,
  refundIntent,
  settleDeposit,
  startStripe,
  type StripeEmulator,
  type Thing
} from "../support/Emulators/Stripe/index.js"

let emulator: StripeEmulator
let client: Stripe
const none = {} as Thing

beforeAll(async () => {
  emulator = await startStripe()
  client = new Stripe(emulator.key, {
    host: "127.0.0.1",
    port: new URL(emulator.url).port,
    protocol: "http",
    telemetry: false,
    maxNetworkRetries: 0
  })
})
beforeEach(() => void (emulator.misfortunes.length = 0))
afterAll(() => emulator.close())

const order = (change: object = {}) =>
  ({
    mode: "payment",
    success_url: "https://images.example.com/pay/x",
    client_reference_id: "payatt_1",
    metadata: { a: "b" },
    payment_intent_data: { metadata: { a: "b" } },
    line_items: [
      {
        quantity: 1,
        price_data: { currency: "usd", unit_amount: 500, product_data: { name: "500 image credits" } }
      }
    ],
    ...change
  }) as Stripe.Checkout.SessionCreateParams

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: { readonly type?: string; readonly code?: string; readonly param?: string }) =>
      [error.type, error.code, error.param].filter((word) => word !== undefined).join(" ")
  )

describe("Stripe's own client against the emulator", () => {
  it("makes, reads and pays a session, and reads the events that tell of it", async () => {
    const session = await client.checkout.sessions.create(order())
    expect(session).toMatchObject({
      object: "checkout.session",
      status: "open",
      payment_status: "unpaid",
      amount_subtotal: 500,
      livemode: true,
      client_reference_id: "payatt_1"
    })
    expect(session.url).toMatch(/^https:\/\/checkout\.stripe\.com\/c\/pay\/cs_live_\w+#fid/)
    const event = paySession(emulator.books, emulator.books.things.get(session.id) ?? none).at(-1)
    const { body, signature } = emulator.sign(event)
    const read = client.webhooks.constructEvent(body, signature, emulator.signingSecret)
    expect(read).toMatchObject({
      type: "checkout.session.completed",
      data: { object: { id: session.id, payment_status: "paid", url: null } }
    })
    expect(() => client.webhooks.constructEvent(body, signature, "whsec_other")).toThrow()
    const again = await client.checkout.sessions.retrieve(session.id)
    expect([again.status, again.payment_status]).toEqual(["complete", "paid"])
    const intent = await client.paymentIntents.retrieve(String(again.payment_intent))
    expect([intent.status, intent.metadata]).toEqual(["succeeded", { a: "b" }])
    const refunds = await client.refunds.list({ payment_intent: intent.id, limit: 100 })
    expect(refunds.data).toEqual([])
  })

  it("is told of everything that Stripe would refuse", async () => {
    const refuse = (change: object) => codeOf(client.checkout.sessions.create(order(change)))
    const [item] = order().line_items ?? []
    const lines = (change: object) => [{ ...item, price_data: { ...item?.price_data, ...change } }]
    const now = Math.floor(Date.now() / 1000)
    expect(await refuse({ colour: "red" })).toBe("StripeInvalidRequestError parameter_unknown colour")
    expect(await refuse({ ui_mode: "hosted" })).toContain("parameter_unknown ui_mode")
    expect(await refuse({ line_items: lines({ tint: "red" }) })).toContain("price_data][tint]")
    expect(await refuse({ line_items: lines({ unit_amount: 49 }) })).toContain("amount_too_small")
    expect(await refuse({ success_url: undefined })).toContain("parameter_missing success_url")
    expect(await refuse({ client_reference_id: "x".repeat(201) })).toContain("client_reference_id")
    expect(await refuse({ expires_at: now + 60 })).toContain("expires_at")
    expect(await refuse({ expires_at: now + 90_000 })).toContain("expires_at")
    expect(await refuse({ metadata: { ["k".repeat(41)]: "v" } })).toContain("metadata")
    expect(await codeOf(client.checkout.sessions.retrieve("cs_live_nothing"))).toContain("resource_missing")
    expect(await codeOf(client.customers.create({}))).toBe("StripeInvalidRequestError")
    const stranger = new Stripe("sk_live_another", {
      host: "127.0.0.1",
      port: new URL(emulator.url).port,
      protocol: "http",
      telemetry: false,
      maxNetworkRetries: 0
    })
    expect(await codeOf(stranger.checkout.sessions.create(order()))).toContain("StripeAuthenticationError")
  })

  it("keeps a key's first answer, 500s too, and refuses it other parameters", async () => {
    const idempotencyKey = "key-1"
    const first = await client.checkout.sessions.create(order(), { idempotencyKey })
    const again = await client.checkout.sessions.create(order(), { idempotencyKey })
    expect(again.id).toBe(first.id)
    expect(again.lastResponse.headers["idempotent-replayed"]).toBe("true")
    expect(
      await codeOf(client.checkout.sessions.create(order({ client_reference_id: "y" }), { idempotencyKey }))
    ).toBe("StripeIdempotencyError")
    emulator.misfortunes.push({ at: /POST/, what: "fails", times: 1 })
    const broken = { idempotencyKey: "key-2" }
    expect(await codeOf(client.checkout.sessions.create(order(), broken))).toBe("StripeAPIError")
    expect(await codeOf(client.checkout.sessions.create(order(), broken))).toBe("StripeAPIError")
    const lost = { idempotencyKey: "key-3" }
    emulator.misfortunes.push({ at: /POST/, what: "reset_after", times: 9 })
    expect(await codeOf(client.checkout.sessions.create(order(), lost))).toContain("StripeConnectionError")
    emulator.misfortunes.length = 0
    const made = emulator.sessions().length
    await client.checkout.sessions.create(order(), lost)
    expect(emulator.sessions()).toHaveLength(made)
  })

  it("says that a key is in use while its first request is under way, and then gives both the same", async () => {
    const idempotencyKey = "key-held"
    emulator.misfortunes.push({ at: /POST/, what: "held", times: 1 })
    const made = emulator.sessions().length
    const first = client.checkout.sessions.create(order(), { idempotencyKey })
    while (emulator.misfortunes[0]?.times !== 0) await new Promise((done) => setTimeout(done, 5))
    // To the SDK every 409 is a breakdown of Stripe's: only the code tells that it is none.
    expect(await codeOf(client.checkout.sessions.create(order(), { idempotencyKey }))).toBe(
      "StripeAPIError idempotency_key_in_use"
    )
    expect(emulator.sessions()).toHaveLength(made)
    emulator.release()
    const again = client.checkout.sessions.create(order(), { idempotencyKey })
    expect((await again).id).toBe((await first).id)
    expect(emulator.sessions()).toHaveLength(made + 1)
  })

  it("pages a list, newest first", async () => {
    const { id } = await client.checkout.sessions.create(order({ client_reference_id: "paged" }))
    paySession(emulator.books, emulator.books.things.get(id) ?? none)
    const payment_intent = String(emulator.books.things.get(id)?.["payment_intent"])
    const refunded = Array.from({ length: 25 }, () =>
      String(refundIntent(emulator.books, payment_intent, 1)[0]?.["data"].object.id)
    ).reverse()
    const page = await client.refunds.list({ payment_intent })
    expect([page.data.map((one) => one.id), page.has_more]).toEqual([refunded.slice(0, 10), true])
    const last = await client.refunds.list({
      payment_intent,
      limit: 15,
      starting_after: String(refunded[9])
    })
    expect([last.data.map((one) => one.id), last.has_more]).toEqual([refunded.slice(10), false])
    expect(await codeOf(client.refunds.list({ payment_intent, limit: 101 }))).toContain("limit")
    expect(await codeOf(client.refunds.list({ payment_intent, starting_after: "re_none" }))).toContain(
      "resource_missing"
    )
  })

  it("gives a deposit's address in the preview version only, and settles it", async () => {
    const deposit = {
      amount: 500,
      currency: "usd",
      payment_method_types: ["crypto"],
      payment_method_data: { type: "crypto" },
      payment_method_options: { crypto: { mode: "deposit", deposit_options: { networks: ["base"] } } },
      confirm: true
    }
    expect(await codeOf(client.rawRequest("POST", "/v1/payment_intents", deposit))).toContain(
      "StripeInvalidRequestError"
    )
    const intent = (await client.rawRequest("POST", "/v1/payment_intents", deposit, {
      apiVersion: "2026-03-04.preview"
    })) as unknown as Thing
    expect(intent).toMatchObject({
      status: "requires_action",
      next_action: {
        type: "crypto_display_details",
        crypto_display_details: { deposit_addresses: { base: { address: expect.stringMatching(/^0x/) } } }
      }
    })
    settleDeposit(emulator.books, emulator.books.things.get(intent.id) ?? none)
    expect((await client.paymentIntents.retrieve(intent.id)).status).toBe("succeeded")
  })
})

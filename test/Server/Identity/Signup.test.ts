import { readFileSync } from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { normaliseContact, redactContact } from "../../../src/Server/Domain/Contact.js"
import { send, served } from "../Http/Served.js"

const body = (change: object = {}) => ({
  agent_contact: "Inbox@Example.com",
  agent_name: "fox",
  runtime: "test",
  return_token: true,
  ...change
})

describe("sign-up", () => {
  it.scopedLive("makes an identity, tells its token once, and keeps neither token nor contact", () =>
    Effect.gen(function* () {
      const { address, dataFolder } = yield* served()
      const ask = (change: object = {}, token?: string) =>
        send(address, "POST", "/v1/agent-signups", {
          body: body(change),
          ...(token === undefined ? {} : { token })
        })
      const quiet = yield* ask({ return_token: false })
      expect(quiet.json.data).toMatchObject({
        token: null,
        agent_contact: "i***@example.com",
        claim_state: "unclaimed"
      })
      const first = yield* ask()
      expect(first.json.data.agent_id).toBe(quiet.json.data.agent_id)
      expect(first.json.data.token).toMatch(/^isk_r_[A-Za-z0-9_-]{32}$/)
      // Without a wish for a token none is issued, and so the current one stays.
      yield* ask({ return_token: false })
      const who = (token: string) => send(address, "GET", "/v1/whoami", { token })
      expect((yield* who(first.json.data.token)).json.data).toMatchObject({ token_class: "restricted" })
      const second = yield* ask({ agent_contact: undefined, human_email: "inbox@example.COM " })
      expect(second.json.data.agent_id).toBe(first.json.data.agent_id)
      expect((yield* who(first.json.data.token)).json.error.code).toBe("TOKEN_REVOKED")
      expect((yield* who(second.json.data.token)).status).toBe(200)
      const other = yield* ask({ agent_name: "other" })
      expect(other.json.data.organization_id).not.toBe(first.json.data.organization_id)

      const stored = ["image-skill.db", "image-skill.db-wal"]
        .flatMap((name) => {
          try {
            return [readFileSync(path.join(dataFolder, name))]
          } catch {
            return []
          }
        })
        .map((bytes) => bytes.toString("latin1"))
        .join("")
      for (const secret of [first.json.data.token, second.json.data.token, "inbox@example.com"]) {
        expect(stored).not.toContain(secret)
      }
    })
  )

  it.scopedLive("refuses what is no inbox, and two that differ", () =>
    Effect.gen(function* () {
      const { address } = yield* served()
      for (const change of [
        { agent_contact: "nobody" },
        { agent_contact: "a@b" },
        { agent_contact: "" },
        { agent_contact: "a b@example.com" },
        { agent_contact: undefined },
        { human_email: "other@example.com" },
        { agent_name: " " },
        { unknown_field: 1 }
      ]) {
        const answer = yield* send(address, "POST", "/v1/agent-signups", { body: body(change) })
        expect([change, answer.status, answer.json.error.code]).toEqual([change, 400, "INVALID_ARGUMENTS"])
      }
    })
  )

  it.scopedLive("slows down who signs up too often, for one inbox or from one address", () =>
    Effect.gen(function* () {
      const { address } = yield* served({
        policy: {
          signups: { perAddress: { burst: 4, perMinute: 1 }, perContact: { burst: 2, perMinute: 1 } }
        }
      })
      const ask = (name: string) =>
        send(address, "POST", "/v1/agent-signups", { body: body({ agent_contact: `${name}@example.com` }) })
      const seen = yield* Effect.forEach(["a", "a", "a", "b", "c"], (name) =>
        Effect.map(ask(name), (one) => one.status)
      )
      expect(seen).toEqual([200, 200, 429, 200, 429])
    })
  )

  it("compares inboxes in one form and shows them in another", () => {
    expect(normaliseContact(" A.B+c@Example.Co.UK ")).toBe("a.b+c@example.co.uk")
    for (const bad of [
      "a",
      "@b.co",
      "a@b",
      "a@-b.co",
      "a..b@c.co",
      "a@b.co\n",
      `${"a".repeat(65)}@b.co`,
      "a@b..co"
    ])
      expect([bad, bad.endsWith("\n") ? null : normaliseContact(bad)]).toEqual([bad, null])
    expect(redactContact("inbox@example.com")).toBe("i***@example.com")
  })
})

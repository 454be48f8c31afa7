import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import type { Envelope } from "../../src/Schema/Envelope.js"
import { failsWith, makeMachine, runCommandPromise } from "../../src/Testing/index.js"
import type { FakeAnswer } from "../../src/Testing/index.js"

const env = { IMAGE_SKILL_API_BASE_URL: "https://a.test", IMAGE_SKILL_TOKEN: "isk_r_abcdefgh12345678" }
const quoteId = `quote_${"1".repeat(32)}`
const fails = (words: ReadonlyArray<string>, answer: FakeAnswer) =>
  runCommandPromise(words, { env, service: () => answer })
const recoveryOf = (envelope: Envelope) => envelope.error?.recovery ?? {}

const create = ["create", "--prompt", "a fox", "--max-usd", "0.5"]
const keyed = [...create, "--idempotency-key", "k1"]
const buy = ["credits", "buy", "--provider", "stripe", "--quote-id", quoteId, "--idempotency-key", "k1"]
const free = { no_spend: true, credit_debit: false }
const spends = { no_spend: false, credit_debit: true, hosted_create: true }
const fresh = { idempotency_key: "k2", retry: { policy: "new_key", key: "k2" } }
const sameKey = { retry: { policy: "same_key", key: "k1" } }

interface Row {
  readonly words: ReadonlyArray<string>
  readonly answer: FakeAnswer
  readonly action: object
}

describe("a command that a failure tells is an action too, once and first", () => {
  const rows: Readonly<Record<string, Row>> = {
    "a key that is taken": {
      words: keyed,
      answer: failsWith("IDEMPOTENCY_CONFLICT", { recovery: fresh }),
      action: { id: "new_key", requires_auth: true, effect: spends }
    },
    "an attempt that was released": {
      words: keyed,
      answer: failsWith("PROVIDER_FAILURE", { recovery: sameKey }),
      action: { id: "retry_same_key", requires_auth: true, effect: spends }
    },
    "an attempt that was made and failed": {
      words: keyed,
      answer: failsWith("PROVIDER_FAILURE", { recovery: fresh }),
      action: { id: "new_key", argv: [...create, "--idempotency-key", "k2"], effect: spends }
    },
    "a purchase that can be tried again": {
      words: buy,
      answer: failsWith("PROVIDER_FAILURE", { recovery: sameKey }),
      action: { id: "retry_same_key", effect: { payment_object: true, no_spend: false } }
    },
    "a purchase under a key of another": {
      words: buy,
      answer: failsWith("IDEMPOTENCY_CONFLICT", { recovery: fresh }),
      action: { argv: [...buy.slice(0, -1), "k2"], effect: { payment_object: true, no_spend: false } }
    },
    "an outcome that is in doubt": {
      words: create,
      answer: failsWith("PROVIDER_OUTCOME_UNKNOWN", {
        details: { outcome: "unknown" },
        recovery: {
          suggested_command: "image-skill jobs wait job_1",
          retry: { policy: "after_reconcile", key: "k1" }
        }
      }),
      action: { argv: ["jobs", "wait", "job_1"], requires_auth: true }
    },
    "too many requests": {
      words: create,
      answer: failsWith("RATE_LIMITED"),
      action: { argv: ["usage", "quota"], requires_auth: true, effect: free }
    },
    "a budget that is too small": {
      words: create,
      answer: failsWith("BUDGET_EXCEEDED"),
      action: { argv: ["models", "list", "--available"], requires_auth: false, effect: free }
    },
    "nothing of that name": {
      words: ["jobs", "show", "job_1"],
      answer: failsWith("NOT_FOUND"),
      action: { argv: ["doctor"], requires_auth: false, effect: free }
    },
    "a command line that is wrong": {
      words: ["create", "--prompt", "x", "--output-count", "0"],
      answer: failsWith("NOT_FOUND"),
      action: { argv: ["create", "--help"], requires_auth: false, effect: free }
    },
    "a sign-up that the service words": {
      words: ["whoami"],
      answer: failsWith("TOKEN_REVOKED", {
        recovery: {
          suggested_command:
            "image-skill signup --agent --agent-contact AGENT_INBOX --agent-name fox --runtime RUNTIME"
        }
      }),
      action: {
        copy_runnable: false,
        missing_inputs: ["agent_contact", "runtime"],
        requires_auth: false,
        effect: { hosted_signup: true }
      }
    }
  }
  for (const [name, { action, answer, words }] of Object.entries(rows)) {
    it(name, async () => {
      const { next = [], suggested_command } = recoveryOf((await fails(words, answer)).envelope)
      expect(next[0]).toMatchObject({ copy_runnable: true, missing_inputs: [], ...action })
      expect(next.map(({ command }) => command).filter((each) => each === suggested_command)).toEqual([
        next[0]?.command
      ])
      expect(new Set(next.map(({ command }) => command)).size).toBe(next.length)
    })
  }
})

describe("the key that a failure names is the one to go on with", () => {
  it.each([
    ["IDEMPOTENCY_CONFLICT", { idempotency_key: "k2" }],
    ["PROVIDER_FAILURE", { retry: { policy: "new_key", key: "k2" } }],
    ["JOB_CANCELED", fresh]
  ] as const)("%s: fresh wherever it stands", async (code, recovery) => {
    const told = (await fails(keyed, failsWith(code, { recovery }))).envelope
    expect(recoveryOf(told)).toMatchObject({
      ...fresh,
      suggested_command: "image-skill create --prompt 'a fox' --max-usd 0.5 --idempotency-key k2"
    })
    expect(told.error?.details).toMatchObject({ idempotency_key: "k1" })
  })

  it("a refused prompt is not sent again: another one is asked for", async () => {
    const { next, suggested_command } = recoveryOf(
      (await fails(keyed, failsWith("CONTENT_POLICY_DENIED", { recovery: fresh }))).envelope
    )
    expect(suggested_command).toBe(
      "image-skill create --prompt NEW_PROMPT --max-usd 0.5 --idempotency-key k2"
    )
    expect(next?.[0]).toMatchObject({ copy_runnable: false, missing_inputs: ["prompt"], effect: spends })
  })

  it("none, where a service names the key that it calls used up", async () => {
    for (const code of ["CONTENT_POLICY_DENIED", "PROVIDER_FAILURE", "JOB_CANCELED"] as const) {
      const recovery = { idempotency_key: "k1", retry: { policy: "new_key", key: "k1" } }
      const told = (await fails(keyed, failsWith(code, { recovery }))).envelope
      expect(recoveryOf(told).retry).toEqual({ policy: "new_key" })
      expect(recoveryOf(told)).not.toHaveProperty("idempotency_key")
      expect(recoveryOf(told).suggested_command).not.toContain("k1")
      expect(told.error?.details).toMatchObject({ idempotency_key: "k1" })
    }
  })
})

describe("no token is asked for where the embedded service answers", () => {
  const authOf = (envelope: Envelope) =>
    (
      (envelope.data?.["next"] ?? recoveryOf(envelope).next ?? []) as ReadonlyArray<{
        requires_auth: boolean
      }>
    ).map(({ requires_auth }) => requires_auth)

  it("by a flag, by the environment, by the config", async () => {
    const local = { IMAGE_SKILL_API_BASE_URL: "local" }
    await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const configured = yield* makeMachine()
          yield* configured.run(["config", "use", "local"])
          const chosen = yield* makeMachine({ env: local })
          const flagged = yield* makeMachine()
          for (const [machine, more] of [
            [configured, []],
            [chosen, []],
            [flagged, ["--local"]]
          ] as const) {
            const made = yield* machine.run(["create", "--prompt", "owl", "--idempotency-key", "k", ...more])
            expect(authOf(made.envelope)).toEqual([false, false, false])
            const other = yield* machine.run(["create", "--prompt", "fox", "--idempotency-key", "k", ...more])
            expect([other.envelope.error?.code, authOf(other.envelope)]).toEqual([
              "IDEMPOTENCY_CONFLICT",
              [false]
            ])
          }
        })
      )
    )
  })

  it("but where an address is given beside it", async () => {
    const { envelope } = await runCommandPromise([...keyed, "--api-base-url", "https://a.test"], {
      env: { ...env, IMAGE_SKILL_API_BASE_URL: "local" },
      service: () => failsWith("IDEMPOTENCY_CONFLICT", { recovery: fresh })
    })
    expect(authOf(envelope)).toEqual([true])
  })
})

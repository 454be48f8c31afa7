import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { failsWith, makeMachine, routes, succeeds } from "../../../src/Testing/index.js"
import type { FakeAnswer } from "../../../src/Services/Http/Fake.js"

const token = "isk_r_abcdefghijklmnopqrstuvwxyz012345"
const base = ["--api-base-url", "https://service.test"]

const row = (id: string, usd: number, change: object = {}) => ({
  id,
  provider_id: id.split(".")[0],
  status: "available",
  supports: { create: true, edit: id.includes("edit") },
  execution: { model_execution_status: "executable", reason: null },
  economics: {
    estimated_usd_per_image: usd,
    credit_pricing: {
      credit_unit_usd: 0.01,
      credits_required: Math.round(usd * 100),
      estimated_provider_cost_usd: usd / 2,
      pricing_confidence: "known"
    }
  },
  ...change
})

const method = (id: string, change: object = {}) => ({
  method_id: id,
  available: true,
  live_money: true,
  requires_browser: true,
  buyer_modes: ["hybrid", "human_only"],
  agent_initiated: true,
  agent_settleable: false,
  default_pack_id: "starter-500",
  ...change
})
const usdc = method("stripe_x402.exact.usdc", {
  requires_browser: false,
  buyer_modes: ["agent_only", "hybrid"],
  agent_settleable: true
})

const quota = (credits: number, jobs: number) =>
  succeeds({
    authenticated: true,
    claim_state: "unclaimed",
    token_status: "active",
    limits: { remaining_credits: credits, payment_backed_remaining_credits: 1 },
    daily_jobs: { remaining: jobs, resets_at: "2026-01-02T00:00:00.000Z" }
  })

const models = succeeds({
  models: [row("big.model", 0.12), row("small.model", 0.04)],
  summary: { cataloged_not_wired: 7 }
})

const ask = (
  words: ReadonlyArray<string>,
  table: Readonly<Record<string, FakeAnswer>> = {},
  signedIn = true
) =>
  Effect.gen(function* () {
    const machine = yield* makeMachine({
      ...(signedIn ? { env: { IMAGE_SKILL_TOKEN: token } } : {}),
      service: routes({
        "GET /healthz": succeeds({ status: "ok" }),
        "GET /v1/models": models,
        "GET /v1/payment-methods": succeeds({ methods: [method("stripe_checkout"), usdc] }),
        "GET /v1/quota": quota(50, 4),
        ...table
      })
    })
    const result = yield* machine.run([...words, ...base])
    // oxlint-disable-next-line typescript/no-explicit-any
    const data = (result.envelope.data ?? {}) as any
    return { ...result, data }
  })

const guide = ["create", "--guide", "--prompt", "a fox"]

describe("the guide", () => {
  it.scopedLive("goes through its stages in their order, each a success", () =>
    Effect.gen(function* () {
      const none = yield* ask(["create", "--guide"], {}, false)
      expect(none.data.stage).toBe("prompt_required")
      const down = yield* ask(guide, { "GET /healthz": failsWith("INTERNAL_ERROR") })
      expect([down.data.stage, down.data.next_command]).toEqual([
        "service_unreachable",
        "image-skill create --guide --prompt 'a fox' --local"
      ])
      const broken = yield* ask(guide, { "GET /v1/quota": failsWith("INTERNAL_ERROR") })
      expect(broken.data.stage).toBe("service_unreachable")
      const empty = yield* ask(guide, {
        "GET /v1/models": succeeds({ models: [row("a.b", 0.1, { status: "unavailable" })] })
      })
      expect(empty.data.stage).toBe("no_executable_model")
      const stranger = yield* ask(guide, {}, false)
      expect(stranger.data).toMatchObject({
        stage: "auth_required",
        next_command: `image-skill signup --agent --agent-contact INBOX --agent-name NAME --runtime RUNTIME ${base.join(" ")}`,
        checks: { auth: { token_status: "missing" } },
        auth_handoff: {
          rerun_guide: {
            with_env: expect.stringContaining('IMAGE_SKILL_TOKEN="$YOUR_TOKEN" image-skill create')
          }
        }
      })
      expect(stranger.requests.map(({ url }) => new URL(url).pathname)).not.toContain("/v1/quota")
      const revoked = yield* ask(guide, { "GET /v1/quota": failsWith("TOKEN_REVOKED") })
      expect(revoked.data).toMatchObject({
        stage: "auth_required",
        checks: { auth: { token_status: "revoked" } }
      })
      const poor = yield* ask(guide, { "GET /v1/quota": quota(3, 4) })
      expect(poor.data).toMatchObject({
        stage: "quota_required",
        checks: { quota: { remaining_credits: 4, required_credits: 12 } },
        next_command: `image-skill credits quote --pack starter-500 --payment-method stripe_x402.exact.usdc ${base.join(" ")}`,
        next: [
          { id: "quote", copy_runnable: true },
          { id: "quota", command: `image-skill usage quota ${base.join(" ")}`, copy_runnable: true },
          { id: "guide" }
        ]
      })
      const line = (words: string) => `image-skill credits ${words} ${base.join(" ")}`
      const rail = (method: string, provider: string) => [
        line(`quote --pack starter-500 --payment-method ${method}`),
        line(`buy --provider ${provider} --quote-id QUOTE_ID --idempotency-key KEY`),
        line("status --quote-id QUOTE_ID")
      ]
      expect(poor.data.checks.payments.suggested_commands).toEqual([
        line("methods"),
        line("packs list"),
        ...rail("stripe_x402.exact.usdc", "stripe_x402"),
        ...rail("stripe_checkout", "stripe")
      ])
      const unsold = yield* ask(guide, {
        "GET /v1/quota": quota(3, 4),
        "GET /v1/payment-methods": succeeds({ methods: [method("stripe_checkout", { available: false })] })
      })
      expect(unsold.data.next_command).toBe(line("methods"))
      const tired = yield* ask(guide, { "GET /v1/quota": quota(50, 0) })
      expect(tired.data).toMatchObject({
        stage: "quota_required",
        blocker: { code: "DAILY_JOB_LIMIT_REACHED" },
        next_command: `image-skill usage quota ${base.join(" ")}`
      })
      const ready = yield* ask(guide)
      expect(ready.data.next_command).toMatch(
        /^image-skill create --prompt 'a fox' --model big\.model --max-estimated-usd-per-image 0\.12 --idempotency-key guide-[0-9a-f]{24} --api-base-url/
      )
      for (const one of [none, down, broken, empty, stranger, revoked, poor, tired, ready]) {
        expect(one.exitCode).toBe(0)
        expect(one.data.schema).toBe("image-skill.create-guide.v1")
        expect(Object.values(one.data.mutation)).toEqual(Array.from({ length: 6 }, () => false))
        expect(one.requests.every(({ method: verb }) => verb === "GET")).toBe(true)
        expect(one.stdout).not.toContain(token)
      }
    })
  )

  it.scopedLive("offers the smallest pack that is enough, so that one purchase is", () =>
    Effect.gen(function* () {
      const dear = succeeds({ models: [row("big.model", 6)] })
      const packs = [500, 2_000, 5_000].map((credits) => ({ pack_id: `pack-${credits}`, credits }))
      const short = (table: Readonly<Record<string, FakeAnswer>> = {}) =>
        ask([...guide, "--output-count", "3"], {
          "GET /v1/models": dear,
          "GET /v1/quota": quota(3, 4),
          "GET /v1/credit-packs": succeeds({ default_pack_id: "pack-500", packs }),
          ...table
        })
      const poor = yield* short()
      const quoted = (pack: string) =>
        `image-skill credits quote --pack ${pack} --payment-method stripe_x402.exact.usdc ${base.join(" ")}`
      // 1,800 are needed and 4 are there.
      expect(poor.data.next_command).toBe(quoted("pack-2000"))
      expect(poor.data.checks.payments.suggested_commands.join()).not.toContain("starter-500")
      const rich = yield* short({ "GET /v1/quota": quota(3 + 2_000, 4) })
      expect(rich.data.stage).toBe("ready_to_create")
      const vast = yield* short({ "GET /v1/models": succeeds({ models: [row("big.model", 60)] }) })
      expect(vast.data.next_command).toBe(quoted("pack-5000"))
      // A service that does not tell its packs still tells the default of its methods.
      const mute = yield* short({ "GET /v1/credit-packs": failsWith("INTERNAL_ERROR") })
      expect(mute.data.next_command).toBe(quoted("starter-500"))
      const stranger = yield* ask(guide, {}, false)
      expect(stranger.requests.map(({ url }) => new URL(url).pathname)).not.toContain("/v1/credit-packs")
    })
  )

  it.scopedLive("chooses within the cap and never raises it", () =>
    Effect.gen(function* () {
      const cheap = yield* ask([...guide, "--max-estimated-usd-per-image", "0.05"])
      expect(cheap.data.selection.model_id).toBe("small.model")
      expect(cheap.data.next_command).toContain("--max-estimated-usd-per-image 0.05")
      const tight = yield* ask([...guide, "--max-estimated-usd-per-image", "0.01"])
      expect(tight.data).toMatchObject({
        ready: false,
        blocker: { code: "BUDGET_EXCEEDED", required_usd_per_image: 0.12 }
      })
      expect(tight.data.next_command).not.toContain("--max-estimated")
      const named = yield* ask([...guide, "--model", "small.model", "--output-count", "3"])
      expect(named.data).toMatchObject({
        selection: { model_id: "small.model" },
        cost: { estimated_credits: 12 }
      })
      const absent = yield* ask([...guide, "--model", "no.such"])
      expect(absent.data.selection.reason).toContain("the requested model cannot")
    })
  )

  it.scopedLive("is not ready to edit without an image, and keeps what was accepted", () =>
    Effect.gen(function* () {
      const blind = yield* ask(["edit", "--guide", "--prompt", "grey", "--accept-unknown-cost"], {
        "GET /v1/models": succeeds({ models: [row("x.edit", 0.1)] })
      })
      expect(blind.data).toMatchObject({
        ready: false,
        stage: "prompt_required",
        blocker: { required_flag: "--input" },
        next_command: `image-skill edit --guide --prompt grey --input IMAGE --accept-unknown-cost ${base.join(" ")}`,
        next: [{ missing_inputs: ["input"], copy_runnable: false }]
      })
      const bare = yield* ask(["edit", "--guide"])
      expect(bare.data.blocker.required_flags).toEqual(["--prompt", "--input"])
    })
  )

  it.scopedLive("sums payments up and refuses what contradicts it", () =>
    Effect.gen(function* () {
      const ready = yield* ask(guide)
      expect(ready.data.checks.payments).toMatchObject({
        live_money_methods: ["stripe_checkout", "stripe_x402.exact.usdc"],
        requires_browser: false,
        browserless_methods: ["stripe_x402.exact.usdc"],
        agent_payable_methods: ["stripe_x402.exact.usdc"],
        agent_settleable_methods: ["stripe_x402.exact.usdc"],
        human_handoff_methods: ["stripe_checkout"],
        preferred_method: "stripe_x402.exact.usdc"
      })
      const unsettled = yield* ask(guide, {
        "GET /v1/payment-methods": succeeds({
          methods: [{ ...usdc, agent_settleable: false }, method("stripe_checkout")]
        })
      })
      expect(unsettled.data.checks.payments).toMatchObject({
        agent_payable_methods: [],
        preferred_method: "stripe_checkout"
      })
      expect((yield* ask([...guide, "--dry-run"])).exitCode).toBe(2)
      expect((yield* ask(["create", "--guide", "--prompt", ""])).exitCode).toBe(2)
      const shellish = yield* ask(["create", "--guide", "--prompt", "it's $HOME `id`\n--x"])
      expect(shellish.data.next_command).toContain("'it'\\''s $HOME `id`\n--x'")
    })
  )
})

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { paySession, settleDeposit, type Thing } from "../../support/Emulators/Stripe/index.js"
import { bin } from "../../blackbox/Bin.js"
import { serveProcess, shell } from "../Http/Bundle.js"
import { temporaryFolder } from "../Http/Served.js"
import { emulator, environmentOf } from "./Shop.js"

const filled = (command: string, name: string) =>
  command
    .replace("--agent-contact INBOX", `--agent-contact ${name}@example.com`)
    .replace("--agent-name NAME", `--agent-name ${name}`)
    .replace("--runtime RUNTIME", "--runtime test")

/** Everything that lies in a folder, as one text. */
const everything = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file).toString("latin1"))
    .join("\n")

describe("an agent without credits, in a shell", () => {
  it.scopedLive(
    "follows the suggested commands from the guide to paid credits to its picture, over both rails",
    () =>
      Effect.gen(function* () {
        const home = yield* temporaryFolder
        const stripe = yield* emulator()
        const policy = path.join(home, "policy.json")
        writeFileSync(policy, JSON.stringify({ preview_credits: 0 }))
        const journey = (rail: "wallet" | "person") =>
          Effect.gen(function* () {
            const own = path.join(home, rail)
            mkdirSync(own)
            const service = yield* serveProcess(
              bin,
              own,
              ["--port", "0", "--data", path.join(own, "data"), "--policy", policy, "--log-level", "debug"],
              { ...environmentOf(stripe), IMAGE_SKILL_STRIPE_X402: rail === "wallet" ? "1" : "0" }
            )
            const { address } = service.ready.data
            const run = (line: string) =>
              Effect.tap(shell(line, own), ({ exit, json, stderr }) =>
                Effect.sync(() =>
                  expect([line, exit, json?.error ?? null, stderr]).toEqual([line, 0, null, ""])
                )
              )
            type Answer = Effect.Effect.Success<ReturnType<typeof shell>>
            // What stands first is what to do; an agent that reads nothing else gets there.
            const next = (of: Answer): string => {
              const [action] = of.json.data.next
              expect(action.copy_runnable).toBe(true)
              return action.command
            }
            const guide = `node ${bin} create --guide --prompt 'a red fox' --api-base-url ${address}`
            const stranger = yield* run(guide)
            yield* run(filled(stranger.json.data.next_command, rail))
            const poor = yield* run(stranger.json.data.after_next)
            const method = rail === "wallet" ? "stripe_x402.exact.usdc" : "stripe_checkout"
            expect(poor.json.data).toMatchObject({
              stage: "quota_required",
              checks: {
                quota: { remaining_credits: 0, required_credits: 1 },
                payments: {
                  preferred_method: method,
                  requires_browser: rail === "person",
                  agent_payable_methods: rail === "wallet" ? [method] : []
                }
              }
            })
            expect(Object.values(poor.json.data.mutation)).not.toContain(true)
            const quote = yield* run(poor.json.data.next_command)
            expect(quote.json.warnings).toEqual([expect.stringContaining("--idempotency-key")])
            const bought = yield* run(next(quote))
            const again = yield* run(next(quote))
            expect(again.json.data.payment_attempt_id).toBe(bought.json.data.payment_attempt_id)
            const waiting = yield* run(next(bought))
            expect(waiting.json.data).toMatchObject({ state: "action_required", receipt: null })

            let events: ReadonlyArray<Thing>
            if (rail === "wallet") {
              expect(bought.json.data.handoff.agent_action).toBe("pay_stripe_crypto_deposit")
              const { deposit_address, token_amount_atomic } =
                bought.json.data.stripe_x402.payable_instructions
              // The wallet knows nothing but what it was told.
              const intent = stripe
                .intents()
                .find((one) => JSON.stringify(one["next_action"]).includes(deposit_address))
              expect(token_amount_atomic).toBe(`${intent?.["amount"]}0000`)
              events = settleDeposit(stripe.books, intent ?? ({} as Thing))
            } else {
              expect(bought.json.data.handoff.human_action).toBe("open_checkout_url")
              const page = yield* Effect.promise(() =>
                fetch(bought.json.data.checkout_compact_url, { redirect: "manual" })
              )
              const session = stripe.sessions().find((one) => one["url"] === page.headers.get("location"))
              events = paySession(stripe.books, session ?? ({} as Thing))
            }
            for (const event of events) {
              expect(yield* Effect.promise(() => stripe.deliver(address, event))).toBe(200)
            }
            const paid = yield* run(next(waiting))
            expect(paid.json.data).toMatchObject({ state: "succeeded", receipt: { credits: 500 } })
            const left = yield* run(next(paid))
            expect(left.json.data.limits.payment_backed_remaining_credits).toBe(500)
            const ready = yield* run(poor.json.data.after_next)
            expect(ready.json.data).toMatchObject({ stage: "ready_to_create", ready: true })
            const made = yield* run(ready.json.data.next_command)
            expect(made.json.data.status).toBe("completed")
            expect((yield* run(next(paid))).json.data.limits.payment_backed_remaining_credits).toBe(499)

            // Nothing of keys, cards, people or client secrets lies anywhere, or was logged.
            const left_behind = everything(own) + service.stderr() + service.stdout()
            for (const secret of [stripe.key, stripe.signingSecret, "canary", "Canary", '"4242"', "payer@"]) {
              expect([secret, left_behind.includes(secret)]).toEqual([secret, false])
            }
          })
        yield* Effect.forEach(["wallet", "person"] as const, journey, { concurrency: "unbounded" })
      }),
    120_000
  )
})

import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { home, makeMachine, routes, runCommand, succeeds } from "../../src/Testing/index.js"

const at = `${home}/.config/image-skill/config.json`
const origin = "http://127.0.0.1:8787"

describe("doctor", () => {
  it.live("reports a broken config instead of failing for it", () =>
    Effect.gen(function* () {
      const { envelope, exitCode } = yield* runCommand(["doctor"], { files: { [at]: "{" } })
      expect(exitCode).toBe(0)
      expect(envelope.data).toMatchObject({
        service: { kind: null, reachable: false, problem: { code: "CONFIG_READ_FAILED" } },
        auth: { problem: { code: "CONFIG_READ_FAILED" } },
        docs: "docs/cli.md"
      })
      expect((yield* runCommand(["doctor", "--api-base-url", "nowhere"])).exitCode).toBe(2)
    })
  )

  it.live("suggests the first picture on the embedded service, and counts an older client's token", () =>
    Effect.gen(function* () {
      const { envelope } = yield* runCommand(["doctor", "--api-base-url", origin], {
        config: { api_base_url: origin, token: "isk_r_abcdefgh" }
      })
      expect(envelope.data).toMatchObject({
        auth: { saved_token: true, source: "config" },
        next: [{ command: "image-skill create --prompt PROMPT --local", requires_auth: false }]
      })
      const local = yield* runCommand(["doctor", "--local"])
      expect(local.envelope.data).toMatchObject({
        next: [{ command: "image-skill create --prompt PROMPT --local" }]
      })
    })
  )
})

it.live("trust names commands that run as they stand", () =>
  Effect.gen(function* () {
    const { envelope } = yield* runCommand(["trust", "--local"])
    const commands = (envelope.data as { safe_commands: ReadonlyArray<string> }).safe_commands
    expect(commands).toEqual([
      "image-skill doctor --local",
      "image-skill models list --available --local",
      "image-skill create --guide --local"
    ])
    for (const command of commands) expect((yield* runCommand(command.split(" ").slice(1))).exitCode).toBe(0)
  })
)

it.live("help tells where the documents are, and what a command does", () =>
  Effect.gen(function* () {
    expect((yield* runCommand(["help"])).envelope.data).toMatchObject({ docs_url: "docs/cli.md" })
    expect((yield* runCommand(["help", "create"])).envelope.data).toMatchObject({
      effects: { credit_debit: true }
    })
  })
)

describe("feedback", () => {
  it.scopedLive("needs a title or a body, and asks for the other", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine()
      const none = yield* machine.run(["feedback", "create", "--local"])
      expect([none.exitCode, none.envelope.error?.recovery?.required_flag]).toEqual([2, "--title"])
      const words = "--source cli --trace-id trace_1 --dedupe-key k --allow-weak-signal".split(" ")
      const titled = yield* machine.run(["feedback", "create", "--local", "--title", "T", ...words])
      expect([titled.exitCode, titled.envelope.warnings]).toEqual([
        0,
        ["feedback is easier to act on with --body too"]
      ])
      const bodied = yield* machine.run(["feedback", "create", "--local", "--body", "B"])
      expect(bodied.envelope.warnings).toEqual(["feedback is easier to act on with --title too"])
      const both = yield* machine.run(["feedback", "create", "--local", "--title", "T", "--body", "B"])
      expect(both.envelope.warnings).toEqual([])
    })
  )

  it.scopedLive("sends every field that it was given", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({
        env: { IMAGE_SKILL_TOKEN: "isk_r_abcdefghij" },
        service: routes({ "POST /v1/feedback": succeeds({ feedback_id: "sig_1" }) })
      })
      const argv =
        "feedback create --title T --strategic-reason S --friction F --dedupe-key K --source cli --trace-id trace_1 --allow-weak-signal"
      const { requests } = yield* machine.run([...argv.split(" "), "--api-base-url", origin])
      expect(JSON.parse(new TextDecoder().decode(requests[0]?.body))).toEqual({
        title: "T",
        strategic_reason: "S",
        friction: "F",
        dedupe_key: "K",
        source: "cli",
        trace_id: "trace_1",
        allow_weak_signal: true
      })
    })
  )
})

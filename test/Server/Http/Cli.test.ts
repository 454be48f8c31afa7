import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { layerCommandRunner } from "../../../src/Commands/Remote.js"
import { send, served, signUp } from "./Served.js"

const withCommands = served({ commands: layerCommandRunner((code) => `docs#${code}`) })

describe("POST /v1/cli", () => {
  it.scopedLive("runs a command as its caller and answers the command's own envelope", () =>
    Effect.gen(function* () {
      const { address } = yield* withCommands
      const agent = yield* signUp(address)
      const other = yield* signUp(address)
      const run = (token: string, ...argv: ReadonlyArray<string>) =>
        send(address, "POST", "/v1/cli", { token, body: { argv } })
      for (const { organization, token } of [agent, other]) {
        const who = yield* run(token, "whoami")
        expect([who.status, who.headers["x-image-skill-exit-code"]]).toEqual([200, "0"])
        expect(who.json).toMatchObject({ ok: true, command: "image-skill whoami" })
        expect(who.json.data.organization.organization_id).toBe(organization)
      }
      const made = yield* run(agent.token, "create", "--prompt", "a fox", "--model", "local.canvas")
      expect(made.json.data.status).toBe("completed")
      expect(made.json.data.next[0].command).toMatch(/^image-skill jobs show job_/)
      expect((yield* run(agent.token, "jobs", "show", made.json.data.job_id)).json.data.job.status).toBe(
        "completed"
      )
      const foreign = yield* run(other.token, "jobs", "show", made.json.data.job_id)
      expect([foreign.status, foreign.json.error.code]).toEqual([404, "NOT_FOUND"])
      expect((yield* run(agent.token, "models", "--help")).json.data.usage).toContain("image-skill models")
      const guide = yield* run(agent.token, "create", "--guide", "--prompt", "a fox")
      expect(guide.json.data.stage).toBe("ready_to_create")
      expect((yield* send(address, "POST", "/v1/cli", { body: { argv: ["version"] } })).status).toBe(401)
    })
  )

  it.scopedLive("refuses everything that touches more than the service, and what it does not know", () =>
    Effect.gen(function* () {
      const { address } = yield* withCommands
      const { token } = yield* signUp(address)
      for (const argv of [
        [],
        ["serve", "--port", "0"],
        ["signup", "--agent", "--agent-contact", "a@example.com", "--agent-name", "a", "--runtime", "a"],
        ["auth", "status"],
        ["config", "show"],
        ["doctor"],
        ["upload", "/etc/passwd"],
        ["upload", "https://example.com/a.png"],
        ["edit", "--input", "/etc/passwd", "--prompt", "x"],
        ["create", "--prompt-file", "/etc/passwd"],
        ["create", "--prompt", "x", "--download", "/tmp/x.png"],
        ["create", "--prompt", "x", "--reference-image", "/etc/passwd"],
        ["assets", "get", `image_${"0".repeat(32)}`, "--output", "/tmp/x"],
        ["whoami", "--local"],
        ["whoami", "--api-base-url", "http://169.254.169.254"],
        ["whoami", "--token", "isk_r_somebodyelse"],
        ["whoami", "--token-stdin"],
        ["no-such-command"],
        ["cli", "whoami"]
      ]) {
        const answer = yield* send(address, "POST", "/v1/cli", { token, body: { argv } })
        const allowed = argv.length === 0
        expect([argv, answer.status, answer.json.error?.code ?? null]).toEqual(
          allowed ? [argv, 200, null] : [argv, 400, "PUBLIC_CLI_COMMAND_NOT_AVAILABLE"]
        )
      }
      for (const argv of [
        ["create", "--prompt", "x", "--card", "4242424242424242"],
        ["credits", "buy", "--card=4242424242424242"]
      ]) {
        const answer = yield* send(address, "POST", "/v1/cli", { token, body: { argv } })
        expect([answer.json.error.code, answer.headers["x-image-skill-exit-code"]]).toEqual([
          "PAYMENT_CREDENTIAL_FLAG_REJECTED",
          "2"
        ])
        expect(answer.bytes.toString()).not.toContain("4242")
      }
      const wrong = yield* send(address, "POST", "/v1/cli", {
        token,
        body: { argv: ["activity", "list", "--limit", "x"] }
      })
      expect([wrong.status, wrong.json.error.code, wrong.headers["x-image-skill-exit-code"]]).toEqual([
        400,
        "INVALID_ARGUMENTS",
        "2"
      ])
    })
  )
})

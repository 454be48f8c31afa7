import { readFileSync, statSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { allCommands } from "../../../src/Commands/index.js"
import { layerCommandRunner } from "../../../src/Commands/Remote.js"
import { type CommandOptions, home, type Machine, makeMachine } from "../../../src/Testing/index.js"
import { send, served, signUp, temporaryFolder } from "../Http/Served.js"

/** A machine whose data folder is the one of a service that runs. */
const beside = Effect.gen(function* () {
  const dataFolder = yield* temporaryFolder
  const service = yield* served({ dataFolder })
  const machine = yield* makeMachine({ dataFolder })
  return { service, machine, dataFolder, run: runner(machine) }
})

// An envelope is looked into freely by tests.
// oxlint-disable-next-line typescript/no-explicit-any
type Any = any

const runner =
  (machine: Machine) =>
  (words: string, options: CommandOptions = {}) =>
    Effect.map(machine.run(words.split(" "), options), ({ envelope, exitCode, stdout }) => ({
      exit: exitCode,
      data: envelope.data as Any,
      error: envelope.error as Any,
      warnings: envelope.warnings,
      stdout
    }))

describe("organizations, tokens and credits, while the service runs", () => {
  it.live("let an agent in, give it credits, bound it, and shut it out", () =>
    Effect.gen(function* () {
      const { run, service } = yield* beside
      const made = yield* run("admin organizations create --name Design")
      expect(made).toMatchObject({
        exit: 0,
        data: { organization: { name: "Design", claim_state: "claimed" } }
      })
      const organization: string = made.data.organization.organization_id
      const granted = yield* run(
        `admin credits grant --organization ${organization} --credits 500 --reason November --idempotency-key k1`
      )
      expect(granted.data).toMatchObject({ credits: 500, idempotent_replayed: false, balance: { free: 500 } })

      const issued = yield* run(
        `admin tokens create --organization ${organization} --agent-name painter --show-token`
      )
      const token: string = issued.data.token
      expect(token).toMatch(/^isk_r_[A-Za-z0-9_-]{32}$/)
      expect(issued.data.agent_is_new).toBe(true)
      const ask = (method: string, target: string, body?: object) =>
        send(service.address, method, target, { token, ...(body === undefined ? {} : { body }) })
      expect((yield* ask("GET", "/v1/quota")).json.data.limits.remaining_credits).toBe(500)
      const create = { prompt: "a fox", model: "local.canvas", dry_run: true }
      expect((yield* ask("POST", "/v1/create", create)).status).toBe(200)

      const agent: string = issued.data.agent_id
      expect((yield* run(`admin grants --agent ${agent} --grants read`)).exit).toBe(0)
      const denied = yield* ask("POST", "/v1/create", create)
      expect([denied.status, denied.json.error.code]).toEqual([403, "CAPABILITY_DENIED"])
      const second = yield* run(
        `admin tokens create --organization ${organization} --agent ${agent} --show-token`
      )
      const whoami = yield* send(service.address, "GET", "/v1/whoami", { token: second.data.token })
      // The bound lies over every token of the agent, also those that come later.
      expect(whoami.json.data.grants).toEqual(["read"])
      expect((yield* run(`admin grants --agent ${agent} --reset`)).exit).toBe(0)
      expect((yield* ask("POST", "/v1/create", create)).status).toBe(200)

      const id: string = issued.data.token_id
      expect((yield* run(`admin tokens revoke ${id}`)).data.already_revoked).toBe(false)
      expect((yield* ask("GET", "/v1/whoami")).json.error.code).toBe("TOKEN_REVOKED")
      expect((yield* run(`admin tokens revoke ${id}`)).data.already_revoked).toBe(true)
      const listed = yield* run(`admin organizations show ${organization}`)
      expect(listed.data.tokens.map((one: Any) => one.token_id)).toEqual([second.data.token_id])
      expect(listed.stdout).not.toContain("isk_")
      expect((yield* run("admin tokens list --revoked")).data.tokens).toHaveLength(2)
    }).pipe(Effect.scoped)
  )

  it.live("a bound survives a new sign-up, which hands out no more than it allows", () =>
    Effect.gen(function* () {
      const { run, service } = yield* beside
      const agent = yield* signUp(service.address)
      yield* run(`admin grants --agent ${agent.agent} --grants read,feedback`)
      const again = yield* send(service.address, "POST", "/v1/agent-signups", {
        body: { agent_contact: agent.contact, agent_name: agent.name, runtime: "test", return_token: true }
      })
      expect(again.json.data.grants).toEqual(["read", "feedback"])
      const token = String(again.json.data.token)
      const whoami = yield* send(service.address, "GET", "/v1/whoami", { token })
      expect(whoami.json.data.grants).toEqual(["read", "feedback"])
    }).pipe(Effect.scoped)
  )

  it.live("a token goes into a new file of mode 0600, or is shown, or is not made", () =>
    Effect.gen(function* () {
      const { dataFolder, machine, run } = yield* beside
      const { data } = yield* run("admin organizations create --name Files")
      const organization: string = data.organization.organization_id
      const make = `admin tokens create --organization ${organization} --agent-name a`
      expect(yield* run(make)).toMatchObject({
        exit: 2,
        error: { recovery: { required_flag: "--output", required_flags: ["--output", "--show-token"] } }
      })
      const file = `${home}/painter.token`
      const written = yield* run(`${make} --output ${file}`)
      expect(written).toMatchObject({ exit: 0, data: { token: null, output: file } })
      expect(written.stdout).not.toContain("isk_")
      const kept = machine.files.text(file) ?? ""
      expect(kept).toMatch(/^isk_r_\S+\n$/)
      expect(machine.files.modes.get(file)).toBe(0o600)
      expect(yield* run(`${make} --output ${file}`)).toMatchObject({
        exit: 9,
        error: { code: "OUTPUT_EXISTS" }
      })
      expect(machine.files.text(file)).toBe(kept)
      expect((yield* run("admin tokens list")).data.tokens).toHaveLength(1)
      // The text is nowhere else in the folder.
      for (const name of ["image-skill.db", "image-skill.db-wal"]) {
        expect(readFileSync(path.join(dataFolder, name)).includes(kept.trim())).toBe(false)
      }
      expect((yield* run(`${make} --class viewer --grants create --show-token`)).error.code).toBe(
        "INVALID_ARGUMENTS"
      )
      const viewer = yield* run(`${make} --class viewer --show-token`)
      expect(viewer.data.token).toMatch(/^isk_v_/)
      expect(viewer.data.grants).toEqual(["read"])
    }).pipe(Effect.scoped)
  )

  it.live("refuse what names nothing, and a place where no data folder is", () =>
    Effect.gen(function* () {
      const { dataFolder, run } = yield* beside
      const nobody = "org_00000000000000000000000000000000"
      for (const words of [
        `admin organizations show ${nobody}`,
        `admin tokens list --organization ${nobody}`,
        `admin tokens create --organization ${nobody} --agent-name a --show-token`,
        `admin credits grant --organization ${nobody} --credits 1 --reason r`,
        "admin tokens revoke tok_000000000000000000000000",
        "admin grants --agent agt_00000000000000000000000000000000 --grants read",
        "admin jobs resolve job_00000000000000000000000000000000 --paid"
      ]) {
        const { error, exit } = yield* run(words)
        expect([words, exit, error.code]).toEqual([words, 1, "NOT_FOUND"])
      }
      const elsewhere = path.join(dataFolder, "nowhere")
      const missing = yield* run(`admin tokens list --data ${elsewhere}`)
      expect(missing).toMatchObject({ exit: 9, error: { code: "INPUT_READ_FAILED" } })
      expect(() => statSync(elsewhere)).toThrow()
      for (const words of [
        "admin grants --grants read",
        "admin grants --agent agt_1 --grants fly",
        "admin credits grant --organization org_1 --credits 0 --reason r",
        "admin jobs resolve job_1 --paid --not-paid"
      ]) {
        expect((yield* run(words)).exit, words).toBe(2)
      }
    }).pipe(Effect.scoped)
  )
})

describe("the policy", () => {
  it.live("is one file, read strictly, kept in the folder, and what serve goes by", () =>
    Effect.gen(function* () {
      const dataFolder = yield* temporaryFolder
      const machine = yield* makeMachine({ dataFolder })
      const run = runner(machine)
      const at = path.join(dataFolder, "mine.json")
      writeFileSync(at, JSON.stringify({ daily_job: 9 }))
      expect(yield* run(`admin policy check ${at}`)).toMatchObject({
        exit: 2,
        error: { recovery: { did_you_mean: "daily_jobs" } }
      })
      writeFileSync(at, JSON.stringify({ requests: { burst: 5, perMinute: 9 } }))
      expect(yield* run(`admin policy set ${at}`)).toMatchObject({
        exit: 2,
        error: { details: { path: "requests.perMinute" }, recovery: { did_you_mean: "per_minute" } }
      })
      expect((yield* run("admin policy show")).data).toMatchObject({
        path: null,
        named: [],
        policy: { preview_credits: 50, daily_jobs: 4 }
      })
      writeFileSync(at, JSON.stringify({ daily_jobs: 9, signups: null }))
      expect((yield* run(`admin policy set ${at}`)).exit).toBe(0)
      expect((yield* run("admin policy show")).data).toMatchObject({
        path: path.join(dataFolder, "policy.json"),
        named: ["daily_jobs", "signups"],
        policy: { daily_jobs: 9, signups: null, preview_credits: 50 }
      })
      expect(statSync(path.join(dataFolder, "policy.json")).mode & 0o777).toBe(0o600)
    }).pipe(Effect.scoped)
  )
})

it.live("nothing of it is run for others", () =>
  Effect.gen(function* () {
    const service = yield* served({ commands: layerCommandRunner((code) => `https://docs.test/${code}`) })
    const { token } = yield* signUp(service.address)
    for (const { path: words } of allCommands.filter(({ path: [first] }) => first === "admin")) {
      const { json } = yield* send(service.address, "POST", "/v1/cli", { token, body: { argv: words } })
      expect([words.join(" "), json.ok]).toEqual([words.join(" "), false])
      expect(["PUBLIC_CLI_COMMAND_NOT_AVAILABLE", "INVALID_ARGUMENTS"]).toContain(json.error.code)
    }
    const listed = yield* send(service.address, "POST", "/v1/cli", {
      token,
      body: { argv: ["admin", "tokens", "list"] }
    })
    expect(listed.json.error.code).toBe("PUBLIC_CLI_COMMAND_NOT_AVAILABLE")
  }).pipe(Effect.scoped)
)

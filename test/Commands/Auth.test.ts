import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { home, makeMachine, routes, runCommand, succeeds } from "../../src/Testing/index.js"

const folder = `${home}/.config/image-skill`
const at = `${folder}/config.json`
const origin = "http://127.0.0.1:8787"
const there = ["--api-base-url", origin]
const good = "isk_r_goodgoodgood"
const other = "isk_r_otherothero"

const signup = (name: string) =>
  `signup --agent --agent-contact a@example.com --agent-name ${name} --runtime test`.split(" ").concat(there)

const handsOut = (token: unknown, agent = "agt_2") =>
  routes({ "POST /v1/agent-signups": succeeds({ agent_id: agent, organization_id: "org_2", token }) })

const holding = (token: string, actor: object | null = null) => ({
  version: 1,
  api_base_url: origin,
  token,
  actor,
  credentials: { [origin]: { token, saved_at: null } }
})

const kept = (text: string | undefined): Readonly<Record<string, unknown>> => JSON.parse(text ?? "{}")

describe("a sign-up", () => {
  for (const [why, token] of [
    ["blank", "  "],
    ["a line break", "\n"],
    ["not one word", "weird token\n"],
    ["not ASCII", "isk_r_€€€€€€€€"],
    ["too long", "x".repeat(4097)]
  ])
    it.live(`whose answer holds a token that is ${why} leaves the good one where it is`, () =>
      Effect.gen(function* () {
        for (const more of [[], ["--show-token", "--no-save"]]) {
          const { envelope, exitCode, files } = yield* runCommand([...signup("two"), ...more], {
            config: holding(good),
            service: handsOut(token)
          })
          expect([exitCode, envelope.error?.code]).toEqual([3, "AUTH_REQUIRED"])
          if (more.length === 0)
            expect(envelope.error?.recovery?.suggested_command).toContain("--show-token --no-save")
          expect(kept(files.text(at))).toEqual(holding(good))
        }
      })
    )

  it.live("saves a token without the blanks around it", () =>
    Effect.gen(function* () {
      const { files } = yield* runCommand(signup("two"), { service: handsOut(` ${good}\n`) })
      expect(kept(files.text(at))).toMatchObject({ token: good, credentials: { [origin]: { token: good } } })
    })
  )

  it.live("keeps another identity's token in a file that can be used, and says so", () =>
    Effect.gen(function* () {
      for (const config of [
        holding(good),
        holding(good, { actor_type: "agent", actor_id: "agt_1" }),
        { api_base_url: origin, token: good }
      ]) {
        const { envelope, files } = yield* runCommand(signup("two"), { config, service: handsOut(other) })
        const [aside = "", ...more] = [...files.all.keys()].filter((name) => name.includes(".replaced-"))
        expect([aside.startsWith(`${folder}/`), more, files.modes.get(aside)]).toEqual([true, [], 0o600])
        expect(kept(files.text(aside))).toMatchObject({
          token: good,
          credentials: { [origin]: { token: good } }
        })
        expect(kept(files.text(at))).toMatchObject({
          ...holding(other),
          actor: { actor_type: "agent", actor_id: "agt_2", organization_id: "org_2" },
          credentials: { [origin]: { token: other } }
        })
        expect(envelope.warnings.join()).toContain(aside)
        expect(JSON.stringify(envelope)).not.toMatch(/isk_r_(?:good|other)/)
        const back = yield* runCommand(["auth", "status"], {
          env: { IMAGE_SKILL_CONFIG_PATH: aside },
          files: { [aside]: files.text(aside) ?? "" },
          service: routes({ "GET /v1/whoami": succeeds({ claim_state: "unclaimed" }) })
        })
        expect(back.requests[0]?.headers["authorization"]).toBe(`Bearer ${good}`)
      }
    })
  )

  it.live("of the same agent replaces its token, which no longer counts, without a copy", () =>
    Effect.gen(function* () {
      const { envelope, files } = yield* runCommand(signup("two"), {
        config: holding(good, { actor_type: "agent", actor_id: "agt_2" }),
        service: handsOut(other)
      })
      expect([...files.all.keys()].filter((name) => name.startsWith(folder))).toEqual([at])
      expect(files.text(at)).not.toContain(good)
      expect(envelope.warnings).toEqual([`the token was saved to ${at}`])
    })
  )

  it.live("that cannot keep another identity's token does not take its place, and loses neither", () =>
    Effect.gen(function* () {
      const { envelope, exitCode, files } = yield* runCommand(signup("two"), {
        config: holding(good),
        service: handsOut(other),
        fault: (call, path) => (call === "write" && path.includes(".replaced-") ? "enospc" : undefined)
      })
      expect([exitCode, envelope.error?.code]).toEqual([9, "PUBLIC_CLI_CONFIG_WRITE_FAILED"])
      expect(kept(files.text(at))).toMatchObject(holding(good))
      const elsewhere = String(envelope.error?.details?.["token_saved_to"])
      expect(kept(files.text(elsewhere))).toMatchObject({ token: other })
    })
  )
})

describe("a sign-up whose config cannot be written", () => {
  it.scopedLive("suggests one that needs no file, which runs as it stands", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({
        service: handsOut(good),
        fault: (call, path) => (call === "probe" && path === folder ? "erofs" : undefined)
      })
      const { envelope, requests } = yield* machine.run(signup("two"))
      const suggested = envelope.error?.recovery?.suggested_command ?? ""
      expect([envelope.error?.code, envelope.error?.details?.["cause"], requests]).toEqual([
        "PUBLIC_CLI_CONFIG_WRITE_FAILED",
        "erofs",
        []
      ])
      expect(suggested).toMatch(/^image-skill signup .*--show-token --no-save/)
      const shown = yield* machine.run(suggested.split(" ").slice(1))
      expect([shown.exitCode, shown.envelope.data]).toMatchObject([0, { token: good }])
      const after = yield* machine.run(["whoami", ...there], { env: { IMAGE_SKILL_TOKEN: good } })
      expect(after.requests[0]?.headers["authorization"]).toBe(`Bearer ${good}`)
    })
  )
})

describe("auth logout", () => {
  const elsewhere = "https://else.example"
  const both = {
    ...holding(good),
    credentials: { [origin]: { token: good }, [elsewhere]: { token: other } }
  }

  it.live("of one service names the others whose tokens stay, and how to remove them", () =>
    Effect.gen(function* () {
      for (const [argv, removed, left] of [
        [["auth", "logout", "--local"], false, [origin, elsewhere]],
        [["auth", "logout"], true, [elsewhere]]
      ] as const) {
        const { envelope, files } = yield* runCommand(argv, { config: both })
        expect(envelope.data).toMatchObject({
          removed,
          origin: removed ? origin : "local",
          remaining_origins: left,
          next: left.map((each) => ({ argv: ["auth", "logout", "--api-base-url", each] }))
        })
        for (const each of left) expect(envelope.warnings.join()).toContain(each)
        expect(files.text(at)?.includes(good)).toBe(!removed)
      }
    })
  )

  it.scopedLive("as it suggests leaves no token at all", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({ config: both })
      yield* machine.run(["config", "use", "local"])
      const { envelope } = yield* machine.run(["auth", "logout"])
      const { next } = envelope.data as { next: ReadonlyArray<{ argv: ReadonlyArray<string> }> }
      for (const { argv } of next) yield* machine.run(argv)
      expect(machine.files.text(at)).not.toContain("isk_r_")
      const last = yield* machine.run(["auth", "logout"])
      expect([last.envelope.warnings, last.envelope.data]).toMatchObject([[], { removed: false }])
    })
  )

  it.live("removes a last saved token that is no service's any more", () =>
    Effect.gen(function* () {
      const { envelope, files } = yield* runCommand(["auth", "logout"], {
        config: { version: 1, api_base_url: "local", token: good }
      })
      expect(envelope.data).toMatchObject({ removed: true })
      expect(files.text(at)).not.toContain(good)
    })
  )

  it.live("tells of a token in the environment, and of earlier ones in files", () =>
    Effect.gen(function* () {
      const aside = `${folder}/config.replaced-1-1.json`
      const { envelope } = yield* runCommand(["auth", "logout", ...there], {
        env: { IMAGE_SKILL_TOKEN: good },
        files: { [aside]: "{}", [`${folder}/other.json`]: "{}" }
      })
      expect(envelope.data).toMatchObject({ removed: false, remaining_files: [aside] })
      expect(envelope.warnings.join()).toMatch(/config\.replaced-1-1\.json.*IMAGE_SKILL_TOKEN/)
    })
  )
})

describe("a service address that is no good", () => {
  it.live("in the config is shown, without a password, with the way to mend it", () =>
    Effect.gen(function* () {
      for (const [address, told] of [
        ["nowhere", "nowhere"],
        ["http://user:CANARY@127.0.0.1", "[redacted]"]
      ]) {
        const config = { api_base_url: address, token: good }
        const { envelope, exitCode, stdout } = yield* runCommand(["config", "show"], { config })
        expect([exitCode, envelope.data]).toMatchObject([
          0,
          { api_base_url: told, effective: { api_base_url: null, chosen_by: "config" } }
        ])
        expect(envelope.warnings.join()).toContain("config use")
        expect(stdout).not.toContain("CANARY")
        const failed = yield* runCommand(["whoami"], { config })
        expect([failed.exitCode, failed.envelope.error?.recovery?.["next_step"]]).toEqual([
          2,
          expect.stringContaining("config use")
        ])
      }
    })
  )

  it.live("is refused by config use, which has no flag for it", () =>
    Effect.gen(function* () {
      const { envelope, exitCode } = yield* runCommand(["config", "use", "foo"])
      expect(exitCode).toBe(2)
      expect(envelope.error?.recovery).not.toHaveProperty("required_flag")
      expect(envelope.error?.recovery?.["next_step"]).toContain("config use")
      const both = yield* runCommand([...signup("two"), "--save", "--no-save"])
      expect([both.exitCode, both.requests]).toEqual([2, []])
      expect(both.envelope.error?.recovery).not.toHaveProperty("required_flag")
    })
  )
})

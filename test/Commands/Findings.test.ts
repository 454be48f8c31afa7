import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { vi } from "vitest"
import { atWork } from "../support/MoneyBin.js"
import { rowsOf } from "../support/MoneySupervisor.js"
import { temporaryFolder } from "../support/StandIn.js"
import { failsWith, home, makeMachine, routes, runCommand, succeeds } from "../../src/Testing/index.js"

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

describe("in a working folder that was removed", () => {
  const gone = <A, E, R>(body: Effect.Effect<A, E, R>) =>
    Effect.acquireUseRelease(
      Effect.sync(() =>
        vi.spyOn(process, "cwd").mockImplementation(() => {
          throw Object.assign(new Error("uv_cwd"), { code: "ENOENT" })
        })
      ),
      () => body,
      (spy) => Effect.sync(() => spy.mockRestore())
    )

  it.scopedLive("doctor finds it not writable, and a create does not begin what it could not save", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({
        env: { IMAGE_SKILL_TOKEN: "isk_r_abcdefghij", IMAGE_SKILL_API_BASE_URL: origin }
      })
      const found = yield* gone(machine.run(["doctor"]))
      expect([found.exitCode, found.envelope.data]).toMatchObject([
        0,
        { output_folder: { path: null, writable: { ok: false, cause: "enoent" } } }
      ])
      for (const place of ["x.png", "."]) {
        const { envelope, exitCode, requests } = yield* gone(
          machine.run(["create", "--prompt", "x", "--download", place])
        )
        expect([exitCode, envelope.error?.code, envelope.error?.details?.["cause"], requests]).toEqual([
          9,
          "OUTPUT_WRITE_FAILED",
          "enoent",
          []
        ])
      }
      const got = yield* gone(machine.run(["assets", "get", "image_1"]))
      expect([got.exitCode, got.envelope.error?.code]).toEqual([9, "OUTPUT_WRITE_FAILED"])
    })
  )
})

it.live("an asset that cannot be had leaves standard output, which was to be its bytes, empty", () =>
  Effect.gen(function* () {
    for (const flags of [["--output", "-"], ["--output=-"]]) {
      const { bytes, envelope, exitCode, stderr } = yield* runCommand(
        ["assets", ...flags, "get", "image_1", "--api-base-url", origin],
        { env: { IMAGE_SKILL_TOKEN: "isk_r_abcdefghij" }, service: () => failsWith("NOT_FOUND") }
      )
      expect([exitCode, bytes.length, envelope.error?.code]).toEqual([1, 0, "NOT_FOUND"])
      expect(JSON.parse(stderr)).toEqual(envelope)
    }
    // Asking for help is not asking for bytes.
    const help = yield* runCommand(["assets", "get", "--output", "-", "--help"])
    expect([help.exitCode, help.stderr, help.stdout === ""]).toEqual([0, "", false])
  })
)

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

describe("jobs show", () => {
  const create = ["create", "--local", "--prompt", "a red fox and an owl", "--output-count", "4"]
  /** A create that was cut off while its engine drew. */
  const cut = Effect.gen(function* () {
    const dataFolder = yield* temporaryFolder
    const machine = yield* makeMachine({ dataFolder })
    const signal = Effect.as(
      Effect.promise(() => atWork(dataFolder)),
      "SIGINT" as const
    )
    expect((yield* machine.run(create, { signal })).exitCode).toBe(130)
    const [job] = rowsOf(dataFolder)["jobs"] ?? []
    expect(job?.["status"]).toBe("running")
    return { machine, id: String(job?.["id"]) }
  })

  it.scopedLive("drives an embedded job that nobody drives to its end", () =>
    Effect.gen(function* () {
      const { id, machine } = yield* cut
      const { envelope } = yield* machine.run(["jobs", "show", "--local", id])
      expect(envelope.data).toMatchObject({ job: { status: "completed" } })
      const quota = yield* machine.run(["usage", "quota", "--local"])
      expect(quota.envelope.data).toMatchObject({ limits: { reserved_credits: 0 } })
    })
  )

  it.scopedLive("answers within --timeout-ms, however far it came", () =>
    Effect.gen(function* () {
      const { id, machine } = yield* cut
      const { envelope, exitCode } = yield* machine.run([
        "jobs",
        "show",
        "--local",
        id,
        "--timeout-ms",
        "3000"
      ])
      expect([exitCode, envelope.data]).toMatchObject([0, { job: { job_id: id } }])
    })
  )
})

it.scopedLive("usage quota tells what each model that can run takes and costs", () =>
  Effect.gen(function* () {
    const machine = yield* makeMachine()
    const quota = (yield* machine.run(["usage", "quota", "--local"])).envelope.data as {
      model_limits: ReadonlyArray<Record<string, unknown>>
    }
    const models = (yield* machine.run(["models", "list", "--available", "--local"])).envelope.data as {
      models: ReadonlyArray<{
        id: string
        media: { output: { max_outputs_per_request: number } }
        economics: { credit_pricing: { credits_required: number } }
      }>
    }
    expect(quota.model_limits.length).toBeGreaterThan(0)
    const byId = (left: { model_id?: unknown }, right: { model_id?: unknown }) =>
      String(left.model_id) < String(right.model_id) ? -1 : 1
    expect([...quota.model_limits].sort(byId)).toEqual(
      models.models
        .map(({ economics, id, media }) => ({
          model_id: id,
          max_outputs_per_request: media.output.max_outputs_per_request,
          credits_required: economics.credit_pricing.credits_required
        }))
        .sort(byId)
    )
  })
)

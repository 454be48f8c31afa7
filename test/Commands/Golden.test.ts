import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { flagsOf } from "../../src/Commands/Argv.js"
import { allCommands } from "../../src/Commands/index.js"
import {
  type CommandOptions,
  type CommandResult,
  home,
  type Machine,
  makeMachine,
  runCommand
} from "../../src/Testing/index.js"
import { splitWords } from "../../src/Schema/Shell.js"
import { Argv } from "../support/Speaker.js"
import { fieldsOf, golden, goldenNames, isUpdate, normalised } from "../support/StandInGolden.js"

const fileOf = (path: ReadonlyArray<string>) => `${path.join("-")}.json`

describe("help", () => {
  for (const [name, argv] of [
    ["general.json", ["help"]] as const,
    ...allCommands.map(({ path }) => [fileOf(path), ["help", ...path]] as const)
  ]) {
    it(name, async () => {
      const { envelope, exitCode } = await Effect.runPromise(runCommand(argv, { sameIds: true }))
      expect(exitCode).toBe(0)
      golden(`help/${name}`, `${JSON.stringify(envelope.data, null, 2)}\n`)
    })
  }

  it("has no golden file of a command that is gone", () => {
    expect(goldenNames("help").filter((name) => name !== "general.json")).toEqual(
      allCommands.map(({ path }) => fileOf(path)).sort()
    )
  })
})

/** What earlier scenarios left for later ones. */
interface Left {
  readonly id: (name: string) => string
}

interface Scenario extends CommandOptions {
  readonly name: string
  readonly exit: number
  readonly argv: (left: Left) => ReadonlyArray<string>
  /** The command's data is too long to keep as it is; its fields are kept all the same. */
  readonly fieldsOnly?: boolean
}

const fox = `${home}/fox.png`
const shared = "a red fox beside a lighthouse at sunset"

const scenarios: ReadonlyArray<Scenario> = [
  { name: "version", exit: 0, argv: () => ["version"] },
  { name: "commands", exit: 0, argv: () => ["commands"], fieldsOnly: true },
  { name: "doctor", exit: 0, argv: () => ["doctor", "--local"], fieldsOnly: true },
  {
    name: "models-list",
    exit: 0,
    argv: () => ["models", "list", "--local", "--available"],
    fieldsOnly: true
  },
  {
    name: "models-show",
    exit: 0,
    argv: () => ["models", "show", "--local", "local.transform"],
    fieldsOnly: true
  },
  { name: "capabilities-list", exit: 0, argv: () => ["capabilities", "list", "--local"], fieldsOnly: true },
  {
    name: "capabilities-show",
    exit: 0,
    argv: () => ["capabilities", "show", "--local", "is.image.generate.local-canvas.v1"],
    fieldsOnly: true
  },
  { name: "whoami", exit: 0, argv: () => ["whoami", "--local"] },
  { name: "usage-quota", exit: 0, argv: () => ["usage", "quota", "--local"] },
  { name: "create-dry-run", exit: 0, argv: () => ["create", "--local", "--prompt", shared, "--dry-run"] },
  {
    name: "create",
    exit: 0,
    argv: () => ["create", "--local", "--prompt", shared, "--idempotency-key", "golden", "--download", fox]
  },
  {
    name: "create-replayed",
    exit: 0,
    argv: () => ["create", "--local", "--prompt", shared, "--idempotency-key", "golden"]
  },
  {
    name: "create-conflict",
    exit: 1,
    argv: () => ["create", "--local", "--prompt", "a blue fox", "--idempotency-key", "golden"]
  },
  {
    name: "create-over-budget",
    exit: 5,
    argv: () => ["create", "--local", "--prompt", shared, "--max-usd", "0.001"]
  },
  {
    name: "create-bad-parameters",
    exit: 2,
    argv: () => ["create", "--local", "--prompt", shared, "--model-parameters-json", '{"nonsense":1}']
  },
  {
    name: "create-no-such-model",
    exit: 1,
    argv: () => ["create", "--local", "--prompt", shared, "--model", "no.such-model"]
  },
  {
    name: "create-place-taken",
    exit: 9,
    argv: () => ["create", "--local", "--prompt", shared, "--download", fox]
  },
  { name: "jobs-show", exit: 0, argv: ({ id }) => ["jobs", "show", "--local", id("job")] },
  { name: "jobs-wait", exit: 0, argv: ({ id }) => ["jobs", "wait", "--local", id("job")] },
  {
    name: "jobs-missing",
    exit: 1,
    argv: () => ["jobs", "show", "--local", "job_00000000000000000000000000000000"]
  },
  { name: "jobs-list", exit: 0, argv: () => ["jobs", "list", "--local"] },
  { name: "assets-show", exit: 0, argv: ({ id }) => ["assets", "show", "--local", id("image")] },
  {
    name: "assets-get",
    exit: 0,
    argv: ({ id }) => ["assets", "get", "--local", id("image"), "--output", `${home}/again.png`]
  },
  { name: "assets-list", exit: 0, argv: () => ["assets", "list", "--local"] },
  { name: "upload", exit: 0, argv: () => ["upload", "--local", fox] },
  {
    name: "edit",
    exit: 0,
    argv: () => [
      "edit",
      "--local",
      "--input",
      fox,
      "--model-parameters-json",
      '{"grayscale":true,"resize":{"width":64}}',
      "--idempotency-key",
      "golden-edit"
    ]
  },
  {
    name: "edit-missing-asset",
    exit: 1,
    argv: () => ["edit", "--local", "--input", "image_00000000000000000000000000000000", "--prompt", "grey"]
  },
  { name: "activity-list", exit: 0, argv: () => ["activity", "list", "--local", "--limit", "3"] },
  { name: "activity-show", exit: 0, argv: ({ id }) => ["activity", "show", "--local", id("job")] },
  { name: "engines-list", exit: 0, argv: () => ["engines", "list", "--local"], fieldsOnly: true },
  { name: "auth-status", exit: 0, argv: () => ["auth", "status", "--local"] },
  { name: "config-use", exit: 0, argv: () => ["config", "use", "local"] },
  { name: "config-show", exit: 0, argv: () => ["config", "show"] },
  {
    name: "signup-local",
    exit: 0,
    argv: () => [
      "signup",
      "--local",
      "--agent",
      "--agent-contact",
      "inbox@example.com",
      "--agent-name",
      "painter",
      "--runtime",
      "test"
    ]
  }
]

/** Commands without a golden envelope, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  "admin organizations list": "of the operator's own tests: test/Server/Admin",
  "admin organizations show": "of the operator's own tests: test/Server/Admin",
  "admin organizations create": "of the operator's own tests: test/Server/Admin",
  "admin tokens list": "of the operator's own tests: test/Server/Admin",
  "admin tokens create": "of the operator's own tests: test/Server/Admin",
  "admin tokens revoke": "of the operator's own tests: test/Server/Admin",
  "admin grants": "of the operator's own tests: test/Server/Admin",
  "admin credits grant": "of the operator's own tests: test/Server/Admin",
  "admin credits take": "of the operator's own tests: test/Server/Admin",
  "admin policy show": "of the operator's own tests: test/Server/Admin",
  "admin policy check": "of the operator's own tests: test/Server/Admin",
  "admin policy set": "of the operator's own tests: test/Server/Admin",
  "admin jobs resolve": "of the operator's own tests: test/Server/Admin",
  "admin payments reconcile": "it needs Stripe: test/Server/Payments",
  "admin backup": "of the operator's own tests: test/Server/Admin",
  "admin restore": "of the operator's own tests: test/Server/Admin",
  "admin verify": "of the operator's own tests: test/Server/Admin",
  help: "the help files above are its data",
  serve: "it goes on: test/Server/Http",
  "auth save": "it writes a token: test of signup and auth",
  "auth logout": "as auth save",
  trust: "it inspects a hosted service and this client: its own tests",
  "engines test": "it asks the engines that are configured: their own tests",
  "jobs cancel": "needs a job under way: test/Server",
  "jobs recover": "needs an unresolved attempt: test/Server",
  "assets delete": "its data is one id",
  "feedback create": "its data is one id",
  "credits methods": "of the payments' own tests",
  "credits packs list": "of the payments' own tests",
  "credits quote": "it needs Stripe: test/Commands/Credits.test.ts",
  "credits buy": "as credits quote",
  "credits status": "as credits quote"
}

describe("envelopes of the embedded service", () => {
  const scope = Effect.runSync(Scope.make())
  let machine: Machine
  const results = new Map<string, CommandResult>()
  const missing = scenarios.filter(({ argv }) => {
    const words = argv({ id: () => "job_1" })
    return !allCommands.some(({ path }) => path.every((word, index) => words[index] === word))
  })
  const present = scenarios.filter((scenario) => !missing.includes(scenario))

  beforeAll(async () => {
    machine = await Effect.runPromise(Scope.extend(makeMachine(), scope))
    const id = (kind: string) => {
      const data = (results.get("create")?.envelope.data ?? {}) as {
        job_id?: string
        assets?: ReadonlyArray<{ asset_id: string }>
      }
      return (kind === "job" ? data.job_id : data.assets?.[0]?.asset_id) ?? "missing"
    }
    for (const { argv, name, ...options } of present)
      results.set(name, await Effect.runPromise(machine.run(argv({ id }), options)))
  }, 60_000)
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

  it("are of commands that exist, and leave none out without a reason", () => {
    expect(missing.map(({ name }) => name)).toEqual([])
    const covered = new Set(
      scenarios.flatMap(({ argv }) => {
        const words = argv({ id: () => "job_1" })
        return allCommands
          .filter(({ path }) => path.every((word, index) => words[index] === word))
          .map(({ path }) => path.join(" "))
      })
    )
    const names = allCommands.map(({ path }) => path.join(" "))
    expect(names.filter((name) => !covered.has(name) && !(name in elsewhere))).toEqual([])
  })

  for (const { exit, fieldsOnly = false, name } of present) {
    it(name, () => {
      const result = results.get(name)
      if (result === undefined) throw new Error("it did not run")
      expect([result.exitCode, result.stderr], JSON.stringify(result.envelope.error)).toEqual([exit, ""])
      expect(result.stdout).toBe(`${result.stdout.trimEnd()}\n`)
      expect(JSON.parse(result.stdout)).toEqual(result.envelope)
      const recovery = result.envelope.error?.recovery
      const failed = allCommands.find(
        ({ path }) => result.envelope.command === `image-skill ${path.join(" ")}`
      )
      if (recovery?.required_flag !== undefined)
        expect(flagsOf(failed ?? allCommands[0]!).map((flag) => `--${flag.name}`)).toContain(
          recovery.required_flag
        )
      if (result.envelope.error !== null)
        expect(
          Argv.isOurs(splitWords(recovery?.suggested_command ?? "")?.slice(1) ?? ["-"]),
          recovery?.suggested_command
        ).toBe(true)
      // A service's answer keeps its declared shape.
      const command = allCommands.find(({ operation }) => result.telemetry[0]?.operation === operation.id)
      if (command !== undefined && result.envelope.ok)
        expect(Schema.is(command.operation.output as Schema.Schema<unknown>)(result.envelope.data)).toBe(true)
      if (!fieldsOnly) {
        const text = normalised(result.stdout, { data: machine.dataFolder, home, cwd: process.cwd() })
        golden(`envelopes/${name}.json`, text)
      }
    })
  }

  it("hold the declared fields, and no other", () => {
    const fields = Object.fromEntries(
      present
        .filter(({ exit }) => exit === 0)
        .map(({ name }) => [
          name,
          [...fieldsOf(results.get(name)?.envelope.data)]
            .filter(
              (field) =>
                !/\.(?:parameters|cataloged_parameters|providers|input_schema|output_schema|schema|properties)\./.test(
                  field
                )
            )
            .sort()
        ])
    )
    golden("fields.json", `${JSON.stringify(fields, null, 2)}\n`)
  })

  it("have no golden file without a scenario", () => {
    const kept = present.filter(({ fieldsOnly }) => fieldsOnly !== true).map(({ name }) => `${name}.json`)
    expect(goldenNames("envelopes")).toEqual(kept.sort())
  })

  it("were compared, not written", () => {
    expect(isUpdate && process.env["CI"] !== undefined).toBe(false)
  })
})

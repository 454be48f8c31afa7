import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { credentialFlags } from "../../src/Commands/Flags.js"
import { type Code, codes, exitCodes } from "../../src/Errors.js"
import { type CommandOptions, type MachineOptions, runCommand, succeeds } from "../../src/Testing/index.js"

const canary = "CANARY4fQ9z"
const live = ["create", "--prompt", "a red fox"]

interface Case extends CommandOptions, MachineOptions {
  readonly why: string
  readonly argv: ReadonlyArray<string>
  /** INVALID_ARGUMENTS unless given. */
  readonly code?: Code
  /** The flag that the answer names: in `recovery.required_flag`, or in the message. */
  readonly flag?: string
  readonly meant?: string
  /** The command whose help is suggested. */
  readonly help?: string
}

const badMoney = [
  "NaN",
  "Infinity",
  "-Infinity",
  "1e999",
  "1e-2",
  "0,05",
  "$0.05",
  "0.05$",
  "5%",
  "-5",
  "+5",
  "",
  " ",
  "0x10",
  "0b11",
  "1_000",
  "1,000.00",
  ".5",
  "5.",
  "00.5",
  "0.1234567",
  "1000000",
  "٣",
  "0.05\n",
  "five"
]
const badCounts = [
  "0",
  "-1",
  "101",
  "1.5",
  "1e3",
  "0b11",
  "99999999999999999999",
  "+2",
  "",
  "two",
  "٣",
  "NaN"
]
const badTimes = ["0", "-1", "abc", "1e3", "86400001", "1.5", "", "Infinity"]
const badJson = [
  "",
  "[]",
  "null",
  "1",
  '"x"',
  "{",
  "{a:1}",
  '{"seed":1e400}',
  '{"a":{"b":-1e999}}',
  '{"__proto__":{"x":1}}',
  `${'{"a":'.repeat(17)}1${"}".repeat(17)}`
]
const badIds = ["..", "../..", "a/b", "a%2Fb", ".", "job_1/../x", "job_", "image_1", "", " job_1", "job_1\n"]

const cases: ReadonlyArray<Case> = [
  // Misspelt words.
  {
    why: "a misspelt flag",
    argv: [...live, "--output-cuont", "2"],
    code: "PUBLIC_CLI_FLAG_NOT_AVAILABLE",
    help: "create",
    meant: "--output-count"
  },
  {
    why: "a flag with underscores",
    argv: [...live, "--output_count", "2"],
    code: "PUBLIC_CLI_FLAG_NOT_AVAILABLE",
    meant: "--output-count"
  },
  {
    why: "a flag in capitals",
    argv: ["create", "--PROMPT", "x"],
    code: "PUBLIC_CLI_FLAG_NOT_AVAILABLE",
    meant: "--prompt"
  },
  {
    why: "a flag with one dash",
    argv: ["create", "-prompt", "x"],
    code: "PUBLIC_CLI_FLAG_NOT_AVAILABLE",
    meant: "--prompt"
  },
  { why: "another command's flag", argv: ["whoami", "--dry-run"], code: "PUBLIC_CLI_FLAG_NOT_AVAILABLE" },
  {
    why: "an unknown short flag",
    argv: [...live, "-x"],
    code: "PUBLIC_CLI_FLAG_NOT_AVAILABLE",
    flag: "create has no flag -x",
    help: "create"
  },
  {
    why: "a misspelt flag before the command",
    argv: ["--output-cuont=2", "jobs", "show", "job_1"],
    code: "PUBLIC_CLI_FLAG_NOT_AVAILABLE",
    help: "jobs show"
  },
  {
    why: "a built-in of the parser: --wizard",
    argv: ["create", "--wizard"],
    code: "PUBLIC_CLI_FLAG_NOT_AVAILABLE"
  },
  {
    why: "a built-in of the parser: --completions",
    argv: ["--completions", "sh"],
    code: "PUBLIC_CLI_FLAG_NOT_AVAILABLE"
  },
  {
    why: "a built-in of the parser: --log-level",
    argv: ["whoami", "--log-level", "debug"],
    code: "PUBLIC_CLI_FLAG_NOT_AVAILABLE"
  },
  {
    why: "a misspelt command",
    argv: ["creat", "--prompt", "x"],
    code: "PUBLIC_CLI_COMMAND_NOT_AVAILABLE",
    meant: "create"
  },
  {
    why: "a misspelt command with --help",
    argv: ["creat", "--help"],
    code: "PUBLIC_CLI_COMMAND_NOT_AVAILABLE",
    meant: "create"
  },
  {
    why: "a misspelt subcommand",
    argv: ["jobs", "shw", "job_1"],
    code: "PUBLIC_CLI_COMMAND_NOT_AVAILABLE",
    meant: "jobs show"
  },
  {
    why: "two letters of a subcommand that changed places",
    argv: ["jobs", "shwo", "job_1"],
    code: "PUBLIC_CLI_COMMAND_NOT_AVAILABLE",
    meant: "jobs show"
  },
  { why: "a bare group", argv: ["jobs"], code: "PUBLIC_CLI_COMMAND_NOT_AVAILABLE" },
  {
    why: "a command in capitals",
    argv: ["WHOAMI"],
    code: "PUBLIC_CLI_COMMAND_NOT_AVAILABLE",
    meant: "whoami"
  },
  { why: "nothing like a command", argv: ["zzzzzzzzzzzz"], code: "PUBLIC_CLI_COMMAND_NOT_AVAILABLE" },

  // Booleans take no value.
  ...["true", "false", "yes", "no", "0", "1", "on", "off", "FALSE"].flatMap(
    (value): ReadonlyArray<Case> => [
      { why: `--dry-run ${value}`, argv: [...live, "--dry-run", value], flag: "--dry-run" },
      { why: `--dry-run=${value}`, argv: [...live, `--dry-run=${value}`], flag: "--dry-run" }
    ]
  ),
  {
    why: "--accept-unknown-cost no",
    argv: [...live, "--accept-unknown-cost", "no"],
    flag: "--accept-unknown-cost"
  },
  { why: "--json=false", argv: ["whoami", "--json=false"], flag: "--json" },
  { why: "--local=", argv: ["whoami", "--local="], flag: "--local" },

  // Guards.
  ...badMoney.flatMap(
    (value): ReadonlyArray<Case> => [
      { why: `max-usd ${JSON.stringify(value)}`, argv: [...live, `--max-usd=${value}`], flag: "--max-usd" },
      {
        why: `max-estimated-usd-per-image ${JSON.stringify(value)}`,
        argv: [...live, "--max-estimated-usd-per-image", value],
        flag: "--max-estimated-usd-per-image"
      }
    ]
  ),
  ...badCounts.map(
    (value): Case => ({
      why: `output-count ${JSON.stringify(value)}`,
      argv: [...live, `--output-count=${value}`],
      flag: "--output-count"
    })
  ),
  ...badTimes.map(
    (value): Case => ({
      why: `timeout-ms ${JSON.stringify(value)}`,
      argv: ["jobs", "wait", "job_1", `--timeout-ms=${value}`],
      flag: "--timeout-ms"
    })
  ),
  ...["0", "1e12", "60001", "abc", "-1", "9"].map(
    (value): Case => ({
      why: `poll-interval-ms ${value}`,
      argv: ["jobs", "wait", "job_1", `--poll-interval-ms=${value}`],
      flag: "--poll-interval-ms"
    })
  ),
  ...["0", "-1", "101", "abc"].map(
    (value): Case => ({
      why: `limit ${value}`,
      argv: ["activity", "list", "--limit", value],
      flag: "--limit"
    })
  ),
  ...badJson.map(
    (value): Case => ({
      why: `model-parameters-json ${value.slice(0, 30)}`,
      argv: [...live, `--model-parameters-json=${value}`],
      flag: "--model-parameters-json"
    })
  ),
  ...["", " ", "\n", "a b", "é", "x".repeat(256), "a\u0007"].map(
    (value): Case => ({
      why: `idempotency-key ${JSON.stringify(value.slice(0, 10))}`,
      argv: [...live, `--idempotency-key=${value}`],
      flag: "--idempotency-key"
    })
  ),
  ...["16x9", "0:1", "1:0", "-1:1", "a:b", "1:", "99999:1", ""].map(
    (value): Case => ({
      why: `aspect-ratio ${value}`,
      argv: [...live, `--aspect-ratio=${value}`],
      flag: "--aspect-ratio"
    })
  ),
  ...["", " ", "a/b", "../x", "-x", "x".repeat(121)].map(
    (value): Case => ({
      why: `model ${value.slice(0, 10)}`,
      argv: [...live, `--model=${value}`],
      flag: "--model"
    })
  ),
  { why: "an unknown choice", argv: ["models", "list", "--operation", "image.paint"], flag: "--operation" },
  { why: "an empty query", argv: ["models", "list", "--query", ""], flag: "--query" },

  // Prompts.
  ...["", " ", "\n\t ", "\u00a0"].map(
    (value): Case => ({
      why: `prompt ${JSON.stringify(value)}`,
      argv: ["create", `--prompt=${value}`],
      flag: "--prompt"
    })
  ),
  {
    why: "a prompt longer than the limit",
    argv: ["create", "--prompt", "x".repeat(65_537)],
    flag: "--prompt"
  },
  { why: "no prompt", argv: ["create"], flag: "--prompt" },
  { why: "an unquoted prompt", argv: ["create", "--prompt", "a", "red", "fox"] },
  { why: "a prompt twice", argv: ["create", "--prompt", "a", "--prompt", "b"], flag: "--prompt" },
  { why: "a prompt twice in two forms", argv: ["create", "--prompt", "a", "--prompt=b"], flag: "--prompt" },
  {
    why: "a prompt without text before another flag",
    argv: ["create", "--prompt", "--dry-run"],
    flag: "--prompt"
  },
  { why: "a prompt without text at the end", argv: ["create", "--prompt"], flag: "--prompt" },
  {
    why: "a prompt and a file",
    argv: [...live, "--prompt-file", "/p/prompt.txt"],
    flag: "--prompt-file",
    files: { "/p/prompt.txt": "x" }
  },
  { why: "an edit without an image", argv: ["edit", "--prompt", "x"], flag: "--input" },
  { why: "an output folder's old name", argv: [...live, "--output-dir", "/tmp"], flag: "--download" },

  // Prompt files: what they hold.
  ...[
    ["empty", ""],
    ["blank", " \n"],
    ["with NUL", "a\u0000b"],
    ["too long", "x".repeat(65_537)]
  ].map(
    ([name, content]): Case => ({
      why: `a prompt file that is ${name}`,
      argv: ["create", "--prompt-file", "/p/prompt.txt"],
      files: { "/p/prompt.txt": content ?? "" },
      flag: "--prompt-file"
    })
  ),
  {
    why: "a prompt file that is no UTF-8",
    argv: ["create", "--prompt-file", "/p/prompt.txt"],
    files: { "/p/prompt.txt": new Uint8Array([0x61, 0xff, 0x62]) },
    flag: "--prompt-file"
  },
  {
    why: "a prompt file that is missing",
    argv: ["create", "--prompt-file", "/p/none.txt"],
    code: "INPUT_READ_FAILED"
  },
  {
    why: "a prompt file that is a folder",
    argv: ["create", "--prompt-file", "/p"],
    folders: ["/p"],
    code: "INPUT_READ_FAILED"
  },
  {
    why: "a prompt file that is huge",
    argv: ["create", "--prompt-file", "/p/prompt.txt"],
    files: { "/p/prompt.txt": "x".repeat(300_000) },
    code: "INPUT_READ_FAILED"
  },

  // Standard input: one consumer.
  {
    why: "a token and a prompt from standard input",
    argv: ["create", "--prompt-file", "-", "--token-stdin"],
    stdin: "x\n",
    flag: "--prompt-file"
  },
  {
    why: "two tokens",
    argv: ["whoami", "--token", canary, "--token-stdin"],
    stdin: "x\n",
    flag: "--token-stdin"
  },
  { why: "a token from a terminal", argv: ["whoami", "--token-stdin"], flag: "--token-stdin" },
  {
    why: "a token of two lines",
    argv: ["whoami", "--token-stdin"],
    stdin: `${canary}\nsecond\n`,
    flag: "standard input"
  },
  {
    why: "a token that is too long",
    argv: ["whoami", "--token-stdin"],
    stdin: canary.repeat(1000),
    flag: "standard input"
  },
  {
    why: "an empty token from standard input",
    argv: ["whoami", "--token-stdin"],
    stdin: "\n",
    code: "AUTH_REQUIRED"
  },
  { why: "an empty token", argv: ["whoami", "--token="], flag: "--token" },
  {
    why: "a token that no header can hold",
    argv: ["whoami", "--token", "isk_r_“quoted”"],
    code: "TOKEN_INVALID"
  },
  {
    why: "a token with an inner newline",
    argv: ["whoami", "--token", `${canary}\nx`],
    code: "TOKEN_INVALID"
  },
  {
    why: "a prompt from an empty standard input",
    argv: ["create", "--prompt-file", "-"],
    stdin: "",
    flag: "--prompt-file"
  },

  // The service's address.
  {
    why: "two services",
    argv: ["whoami", "--local", "--api-base-url", "https://a.test"],
    flag: "--api-base-url"
  },
  ...[
    "not a url",
    "",
    "http://127.0.0.1:99999",
    "ftp://a.test",
    "file:///etc/passwd",
    "http://a.test",
    "https://u:p@a.test",
    "https://a.test?x=1",
    "https://a.test#x",
    "javascript:alert(1)"
  ].map(
    (url): Case => ({
      why: `address ${url}`,
      argv: ["whoami", `--api-base-url=${url}`],
      flag: "--api-base-url"
    })
  ),

  // Identifiers never become paths.
  ...badIds.flatMap(
    (id): ReadonlyArray<Case> => [
      { why: `jobs show ${JSON.stringify(id)}`, argv: ["jobs", "show", "--", id] },
      { why: `jobs wait ${JSON.stringify(id)}`, argv: ["jobs", "wait", "--", id] }
    ]
  ),
  ...["..", ".", "a/b", "", "%2e%2e"].flatMap(
    (id): ReadonlyArray<Case> => [
      { why: `models show ${id}`, argv: ["models", "show", "--", id] },
      { why: `capabilities show ${id}`, argv: ["capabilities", "show", "--", id] },
      { why: `activity show ${id}`, argv: ["activity", "show", "--", id] }
    ]
  ),
  { why: "an asset by somebody else's URL", argv: ["assets", "show", "https://other.test/a/image_1.png"] },
  { why: "an asset by a path", argv: ["assets", "get", "/etc/passwd"] },

  // Words that nobody asked for, and words that are missing.
  { why: "a stray word", argv: ["whoami", "now"] },
  { why: "a stray word behind --", argv: ["whoami", "--", "--local"] },
  { why: "two ids", argv: ["jobs", "show", "job_1", "job_2"] },
  { why: "no id", argv: ["jobs", "show"], help: "jobs show" },
  { why: "no service", argv: ["config", "use", ""], flag: "local, or the address of a service" },
  { why: "pictures to standard output", argv: [...live, "--download", "-"], flag: "assets get --output -" },
  {
    why: "flags that exclude each other",
    argv: ["models", "list", "--catalog-only", "--available"],
    flag: "--catalog-only"
  },
  {
    why: "bytes and a file",
    argv: ["assets", "get", "image_1", "--output", "-", "--overwrite"],
    flag: "--overwrite"
  },
  {
    why: "bytes, and a flag that is none",
    argv: ["assets", "get", "image_1", "--output=-", "--bogus"],
    code: "PUBLIC_CLI_FLAG_NOT_AVAILABLE"
  },
  ...["a.png", "http://127.0.0.1:8787/a/image_1.png", "https://x.test/a.png", "job_1", ""].map(
    (id): Case => ({
      why: `an input asset id like ${JSON.stringify(id)}`,
      argv: ["edit", "--input-asset-id", id, "--prompt", "x"],
      files: { [`${process.cwd()}/a.png`]: "png" },
      flag: "--input-asset-id"
    })
  ),
  ...(
    [
      [["help", "creat"], "create"],
      [["help", "credits", "pakcs"], "credits packs"],
      [["credits", "packs", "lst"], "credits packs list"]
    ] as const
  ).map(
    ([argv, meant]): Case => ({
      why: `a misspelt command: ${argv.join(" ")}`,
      argv,
      code: "PUBLIC_CLI_COMMAND_NOT_AVAILABLE",
      meant
    })
  ),
  {
    why: "half a command",
    argv: ["credits", "packs"],
    code: "PUBLIC_CLI_COMMAND_NOT_AVAILABLE",
    flag: "credits packs needs one of: list"
  },
  { why: "an empty command", argv: [""], code: "PUBLIC_CLI_COMMAND_NOT_AVAILABLE" },
  {
    why: "another command's word for where the picture goes",
    argv: ["create", "--prompt", "x", "--output", "x.png"],
    code: "PUBLIC_CLI_FLAG_NOT_AVAILABLE",
    meant: "--download"
  },

  // Credentials have no place on a command line, in any form and before any command.
  ...[...credentialFlags].flatMap(
    (name): ReadonlyArray<Case> => [
      {
        why: `--${name} VALUE`,
        argv: [...live, `--${name}`, canary],
        code: "PAYMENT_CREDENTIAL_FLAG_REJECTED",
        flag: `--${name}`
      },
      {
        why: `--${name}=VALUE`,
        argv: [`--${name}=${canary}`, "whoami"],
        code: "PAYMENT_CREDENTIAL_FLAG_REJECTED",
        flag: `--${name}`
      }
    ]
  ),
  {
    why: "a credential flag with one dash",
    argv: ["whoami", "-card", canary],
    code: "PAYMENT_CREDENTIAL_FLAG_REJECTED",
    flag: "--card"
  },
  {
    why: "a credential flag as a value",
    argv: ["create", "--prompt", "--card", canary],
    code: "PAYMENT_CREDENTIAL_FLAG_REJECTED"
  }
]

const token = "isk_t_sentinel0000"

describe("bad arguments end in their own code; nothing is sent, nothing is written", () => {
  for (const { argv, code = "INVALID_ARGUMENTS", flag, help, meant, why, ...options } of cases) {
    it(why, () =>
      Effect.runPromise(
        Effect.gen(function* () {
          const { changed, envelope, exitCode, requests, stderr, stdout, telemetry } = yield* runCommand(
            argv,
            {
              service: () => succeeds({}),
              ...options,
              env:
                argv.includes("--token-stdin") || argv.some((word) => word.startsWith("--token"))
                  ? {}
                  : { IMAGE_SKILL_TOKEN: token }
            }
          )
          expect(envelope.error?.code).toBe(code)
          expect(exitCode).toBe(exitCodes[codes[code].tag])
          expect(envelope).toMatchObject({ ok: false, data: null, error: { retryable: false } })
          if (meant !== undefined) expect(envelope.error?.recovery?.did_you_mean).toBe(meant)
          if (flag !== undefined) {
            const named = [envelope.error?.recovery?.required_flag, envelope.error?.message].join(" ")
            expect(named).toContain(flag)
          }
          expect(envelope.error?.recovery?.suggested_command).toMatch(/^image-skill /)
          if (help !== undefined)
            expect(envelope.error?.recovery?.suggested_command).toBe(`image-skill ${help} --help`)
          // Where a service's media lie is asked of it before a URL is called foreign.
          expect(requests.filter(({ url }) => !url.endsWith("/healthz"))).toEqual([])
          expect(changed).toEqual([])
          // Where standard output was to be a picture, it holds nothing else (contract §1).
          const [told, other] = argv.join("=").includes("--output=-") ? [stderr, stdout] : [stdout, stderr]
          expect([other, told.trim() === ""]).toEqual(["", false])
          expect(stdout + stderr).not.toContain(canary)
          expect(JSON.stringify(telemetry)).not.toContain(canary)
        })
      )
    )
  }
})

describe("what looks odd but is right", () => {
  const lines: ReadonlyArray<
    {
      readonly why: string
      readonly argv: ReadonlyArray<string>
      readonly path: string
      readonly body?: object
    } & CommandOptions &
      MachineOptions
  > = [
    { why: "a flag before the command", argv: ["--json", "whoami"], path: "/v1/whoami" },
    {
      why: "a boolean flag before an argument",
      argv: ["jobs", "show", "--json", "job_1"],
      path: "/v1/jobs/job_1"
    },
    {
      why: "a flag between the command's words",
      argv: ["jobs", "--json", "show", "job_1"],
      path: "/v1/jobs/job_1"
    },
    { why: "-- before an argument", argv: ["jobs", "show", "--", "job_1"], path: "/v1/jobs/job_1" },
    { why: "--flag=value", argv: ["activity", "list", "--limit=5"], path: "/v1/activity?limit=5" },
    { why: "an alias of one word", argv: ["usage"], path: "/v1/quota" },
    { why: "another alias", argv: ["quota"], path: "/v1/quota" },
    { why: "a bare group that lists", argv: ["models"], path: "/v1/models" },
    {
      why: "a prompt that begins with dashes",
      argv: ["create", "--prompt=--hello"],
      path: "/v1/create",
      body: { prompt: "--hello" }
    },
    {
      why: "a prompt that reads like an unknown flag",
      argv: ["create", "--prompt", "--zzzzqqqq fox"],
      path: "/v1/create",
      body: { prompt: "--zzzzqqqq fox" }
    },
    {
      why: "a prompt that reads like a boolean",
      argv: ["create", "--prompt", "no"],
      path: "/v1/create",
      body: { prompt: "no" }
    },
    {
      why: "a prompt with a newline and blanks",
      argv: ["create", "--prompt= a\nb "],
      path: "/v1/create",
      body: { prompt: " a\nb " }
    },
    {
      why: "modality first",
      argv: ["image", "create", "--prompt", "x"],
      path: "/v1/create",
      body: { prompt: "x" }
    },
    {
      why: "a prompt file with BOM, CRLF and a last newline",
      argv: ["create", "--prompt-file", "/p/p.txt"],
      files: { "/p/p.txt": "\ufeffa\r\nb\r\n" },
      path: "/v1/create",
      body: { prompt: "a\nb" }
    },
    {
      why: "a prompt from standard input",
      argv: ["create", "--prompt-file", "-"],
      stdin: "a red fox\n",
      path: "/v1/create",
      body: { prompt: "a red fox" }
    },
    {
      why: "a guard to the cent",
      argv: ["create", "--prompt", "x", "--max-usd", "0.07"],
      path: "/v1/create",
      body: { max_usd: 0.07 }
    },
    {
      why: "the smallest guard",
      argv: ["create", "--prompt", "x", "--max-usd", "0.000001"],
      path: "/v1/create",
      body: { max_usd: 0.000001 }
    },
    {
      why: "an odd deadline",
      argv: ["create", "--prompt", "x", "--timeout-ms", "999"],
      path: "/v1/create",
      body: { prompt: "x" }
    }
  ]
  for (const { argv, body, path, why, ...options } of lines) {
    it(why, () =>
      Effect.runPromise(
        Effect.gen(function* () {
          const { envelope, requests } = yield* runCommand(argv, {
            service: () =>
              succeeds({
                models: [],
                events: [],
                limits: {},
                job_id: "job_1",
                job: { job_id: "job_1", status: "completed" },
                status: "completed"
              }),
            ...options,
            env: { IMAGE_SKILL_TOKEN: token, IMAGE_SKILL_API_BASE_URL: "https://a.test/tenant/" }
          })
          expect(envelope.error).toBeNull()
          expect(requests.map(({ url }) => url)).toEqual([`https://a.test/tenant${path}`])
          if (body !== undefined)
            expect(JSON.parse(new TextDecoder().decode(requests[0]?.body))).toMatchObject(body)
        })
      )
    )
  }
})

describe("help", () => {
  const run = (argv: ReadonlyArray<string>) =>
    Effect.runPromise(runCommand(argv, { service: () => succeeds({}) }))
  const data = async (argv: ReadonlyArray<string>) => {
    const { changed, envelope, exitCode, requests, telemetry } = await run(argv)
    expect([exitCode, requests, changed, telemetry, envelope.ok]).toEqual([0, [], [], [], true])
    return envelope.data
  }

  it("is the same by every way to ask for it", async () => {
    const general = await data(["help"])
    expect(general).toHaveProperty("commands")
    for (const argv of [[], ["--help"], ["-h"], ["--json", "--help"]])
      expect(await data(argv)).toEqual(general)
  })

  it("of a command stands anywhere in its line, and wins over all that is wrong with it", async () => {
    const { envelope } = await run(["help", "create"])
    for (const argv of [
      ["create", "--help"],
      ["--help", "create"],
      ["create", "-h"],
      ["create", "--prompt", "--help"],
      ["create", "--prompt", "x", "--help", "--max-usd", "NaN"],
      ["create", "stray", "--help"],
      ["image", "create", "--help"]
    ]) {
      const asked = await run(argv)
      expect(asked.envelope.data, argv.join(" ")).toEqual(envelope.data)
      expect(asked.requests).toEqual([])
    }
  })

  it("of a group lists its commands", async () => {
    expect(await data(["help", "jobs"])).toEqual(await data(["jobs", "--help"]))
    expect(await data(["help", "credits", "packs"])).toEqual(await data(["credits", "packs", "--help"]))
    expect((await data(["jobs", "-h"]))?.["commands"]).toContainEqual(
      expect.objectContaining({ command: "jobs show" })
    )
  })

  it("is not what a version is", async () => {
    const version = await data(["version"])
    expect(version).toMatchObject({ package: "image-skill" })
    expect(await data(["--version"])).toEqual(version)
    expect(await data(["-v"])).toEqual(version)
  })
})

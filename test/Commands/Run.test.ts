import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { normalise } from "../../src/Commands/Argv.js"
import { allCommands } from "../../src/Commands/index.js"
import { splitWords } from "../../src/Schema/Shell.js"
import {
  type FakeAnswer,
  type FakeHandler,
  failsWith,
  fakeActor,
  home,
  makeMachine,
  routes,
  runCommand,
  succeeds
} from "../../src/Testing/index.js"
import { Argv } from "../support/Speaker.js"
import { jsonObject, nastyText } from "../support/Arbitraries.js"

const token = "isk_r_CANARYtoken0123456789"
const env = { IMAGE_SKILL_TOKEN: token, IMAGE_SKILL_API_BASE_URL: "https://service.test" }
const run = (argv: ReadonlyArray<string>, options: Parameters<typeof runCommand>[1] = {}) =>
  Effect.runPromise(runCommand(argv, { env, ...options }))

/** Examples that talk to a remote service, without the flags that would make them local, slow or long-lived. */
const remote = allCommands
  .filter(({ operation, usesService }) => usesService && operation.id !== "serve")
  .map(({ examples, operation, path }) => ({
    id: operation.id,
    name: path.join(" "),
    argv: (examples[0]?.argv ?? path).filter(
      (word, index, words) =>
        word !== "--local" && word !== "--timeout-ms" && words[index - 1] !== "--timeout-ms"
    )
  }))

const photo = {
  files: {
    [`${process.cwd()}/photo.jpg`]: new Uint8Array(
      Buffer.from(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "base64"
      )
    )
  }
}

const faults: Readonly<Record<string, FakeAnswer>> = {
  refused: { fault: "econnrefused" },
  reset: { fault: "econnreset", phase: "first_byte" },
  html: { status: 200, body: "<html>portal</html>" },
  empty: { status: 200, body: "" },
  "502 text": { status: 502, body: "bad gateway" },
  "401 text": { status: 401, body: "no" },
  "429 text": { status: 429, body: "slow down", headers: { "retry-after": "7" } },
  redirect: { status: 307, headers: { location: "https://evil.test/" } },
  "ok:true with 500": { status: 500, json: { ok: true, data: {} } },
  "ok:maybe": { status: 200, json: { ok: "maybe", data: {} } },
  "exit header 0": {
    status: 500,
    headers: { "x-image-skill-exit-code": "0" },
    json: { ok: false, error: { code: "X", message: "y", retryable: false } }
  },
  "a new code": {
    status: 503,
    json: { ok: false, error: { code: "BRAND_NEW", message: `echo ${token}`, retryable: true } }
  },
  "too deep": { status: 200, body: "[".repeat(100_000) }
}

describe("every command, whatever the service does, ends in one envelope, with a way on, without the token", () => {
  for (const { argv, id, name } of remote) {
    it(name, async () => {
      for (const [fault, answer] of Object.entries(faults)) {
        const result = await run([...argv, "--timeout-ms", "150"], { service: () => answer, ...photo })
        const { envelope, exitCode, stderr, stdout, telemetry } = result
        const what = `${name}: ${fault}: ${JSON.stringify(envelope.error)}`
        expect(JSON.parse(stdout), what).toEqual(envelope)
        expect(envelope.ok ? exitCode === 0 : exitCode >= 1 && exitCode <= 9, what).toBe(true)
        expect(stdout + stderr + JSON.stringify(telemetry)).not.toContain("CANARY")
        expect(telemetry, what).toHaveLength(1)
        expect(telemetry[0]).toMatchObject({
          operation: id,
          exit_code: exitCode,
          status: envelope.ok ? "ok" : "failed"
        })
        if (!envelope.ok) {
          expect(envelope.error.code, what).not.toBe("PUBLIC_CLI_FAILED")
          const { suggested_command: suggested = "", local_alternative: local } =
            envelope.error.recovery ?? {}
          for (const line of [suggested, ...(local === undefined ? [] : [local])])
            expect(Argv.isOurs(splitWords(line)?.slice(1) ?? ["-"]), `${what} ${line}`).toBe(true)
        }
      }
    })
  }
})

describe("what a hostile service answers", () => {
  it("never breaks a run, in 200 random answers to random commands", async () => {
    const answers = fc.sample(
      fc.record({
        line: fc.constantFrom(...remote.map(({ argv }) => argv)),
        ok: fc.boolean(),
        data: jsonObject,
        error: fc.record(
          {
            code: nastyText,
            message: nastyText,
            retryable: fc.boolean(),
            recovery: jsonObject,
            details: jsonObject
          },
          { requiredKeys: ["code", "message", "retryable"] }
        ),
        more: jsonObject,
        status: fc.constantFrom(200, 202, 400, 402, 429, 500, 503)
      }),
      { numRuns: 200, seed: 71 }
    )
    for (const { data, error, line, more, ok, status } of answers) {
      const { envelope, exitCode, stdout, telemetry } = await run([...line, "--timeout-ms", "100"], {
        service: () => ({ status, json: ok ? { ...more, ok, data } : { ...more, ok, error } }),
        ...photo
      })
      expect(JSON.parse(stdout)).toEqual(envelope)
      expect(envelope.ok).toBe(exitCode === 0)
      expect(stdout).not.toMatch(/isk_[a-z]_[A-Za-z0-9_-]{8,}/)
      expect(telemetry).toHaveLength(1)
    }
  }, 60_000)
})

describe("secrets", () => {
  const canaries = {
    prompt: "CANARYprompt",
    key: "CANARYkey",
    token,
    contact: "CANARYcontact@example.com",
    path: "CANARYpath.png"
  }
  const echo: FakeHandler = ({ headers }) =>
    failsWith("QUOTA_EXCEEDED", {
      message: `you sent ${headers["authorization"]}`,
      details: { sent: headers }
    })

  it("a prompt, a key, a path and a token are in no telemetry, neither in memory nor in the spool", async () => {
    for (const service of [
      echo,
      () =>
        succeeds({
          status: "completed",
          job_id: canaries.key,
          capability: { id: `is.${canaries.prompt}` },
          cost: { credit_pricing: { credits_required: 1.5 } }
        })
    ]) {
      const line = [
        "create",
        "--prompt",
        canaries.prompt,
        "--idempotency-key",
        canaries.key,
        "--download",
        `./${canaries.path}`
      ]
      const { telemetry } = await run(line, { service })
      expect(telemetry).toHaveLength(1)
      expect(JSON.stringify(telemetry)).not.toContain("CANARY")
      const spooled = await run(line, { service, spool: true })
      const spool = spooled.files.text(`${home}/.local/state/image-skill/telemetry/events.jsonl`) ?? ""
      expect(spool.split("\n").filter((each) => each !== "")).toHaveLength(1)
      expect(spool).not.toContain("CANARY")
      expect(spooled.files.modes.get(`${home}/.local/state/image-skill/telemetry/events.jsonl`)).toBe(0o600)
    }
  })

  it("telemetry is off when the environment says so, and never for help and version", async () => {
    for (const off of [
      { IMAGE_SKILL_TELEMETRY: "off" },
      { IMAGE_SKILL_TELEMETRY: "OFF" },
      { DO_NOT_TRACK: "1" }
    ]) {
      const { changed } = await run(["whoami"], {
        service: () => succeeds({}),
        spool: true,
        env: { ...env, ...off }
      })
      expect(changed).toEqual([])
    }
    for (const argv of [["help"], ["version"], ["create", "--help"], ["--help"]]) {
      expect((await run(argv, { spool: true })).changed).toEqual([])
    }
    expect(
      (
        await run(["whoami"], {
          service: () => succeeds({}),
          spool: true,
          env: { ...env, DO_NOT_TRACK: "0" }
        })
      ).changed
    ).toHaveLength(1)
  })

  it("telemetry that cannot be written changes nothing", async () => {
    const given = await run(["whoami"], {
      service: () => succeeds({}),
      spool: true,
      fault: (call) => (call === "append" || call === "makeFolder" ? "enospc" : undefined)
    })
    expect([given.exitCode, given.stderr]).toEqual([0, ""])
  })

  it("an echoed token is redacted by every way it came", async () => {
    const ways: ReadonlyArray<readonly [argv: ReadonlyArray<string>, options: object]> = [
      [["whoami"], { env: { ...env, IMAGE_SKILL_TOKEN: "CANARY plain token".replaceAll(" ", "-") } }],
      [["whoami", "--token", "CANARY-flag"], {}],
      [["whoami", "--token-stdin"], { stdin: "CANARY-stdin\n" }],
      [
        ["whoami"],
        {
          env: { IMAGE_SKILL_API_BASE_URL: "https://service.test" },
          config: { version: 1, credentials: { "https://service.test": { token: "CANARY-config" } } }
        }
      ]
    ]
    for (const [argv, options] of ways) {
      const { requests, stderr, stdout } = await run(argv, { service: echo, ...options })
      expect(requests[0]?.headers["authorization"]).toMatch(/^Bearer CANARY/)
      expect(stdout + stderr).not.toContain("CANARY")
      expect(stdout).toContain("[redacted]")
    }
  })

  it("a token in a prompt does not come back in a suggestion", async () => {
    const { envelope, stdout } = await run(["create", "--prompt", `draw ${token}`], {
      service: () => ({ fault: "econnreset", phase: "first_byte" })
    })
    expect(envelope.error?.recovery?.suggested_command).toContain("[redacted]")
    expect(stdout).not.toContain("CANARY")
  })

  it("a token goes to no other origin: not by a flag's address, nor a redirect, nor to a media host", async () => {
    const config = { version: 1, credentials: { "https://service.test": { token: "CANARY-config" } } }
    const other = await run(["whoami", "--api-base-url", "https://other.test"], {
      env: {},
      config,
      service: () => succeeds({})
    })
    expect([other.envelope.error?.code, other.requests]).toEqual(["AUTH_REQUIRED", []])
    const redirected = await run(["whoami"], {
      service: () => ({ status: 302, headers: { location: "https://other.test/" } })
    })
    expect(redirected.requests).toHaveLength(1)
    const media = await run(["assets", "get", "image_1", "--output", `${home}/x.png`], {
      service: () => succeeds({ asset: { asset_id: "image_1", url: "https://other.test/a/image_1.png" } })
    })
    // The second is the question which media host the service announces.
    expect(media.requests.map(({ url }) => new URL(url).origin)).toEqual([
      "https://service.test",
      "https://service.test"
    ])
    expect(media.envelope.error).toMatchObject({
      code: "ASSET_DOWNLOAD_FAILED",
      details: { cause: "foreign_media_origin" }
    })
    expect(media.changed).toEqual([])
  })
})

describe("interruption and time", () => {
  it("a signal during a create names the key, and the same command again uses it", async () => {
    for (const [signal, exit] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
      ["SIGHUP", 129]
    ] as const) {
      const { envelope, exitCode, requests, telemetry } = await run(["create", "--prompt", "a red fox"], {
        service: () => Effect.never,
        signal: Effect.delay(Effect.succeed(signal), "50 millis")
      })
      const key = (JSON.parse(new TextDecoder().decode(requests[0]?.body)) as { idempotency_key: string })
        .idempotency_key
      expect(exitCode).toBe(exit)
      expect(envelope.error).toMatchObject({
        code: "INTERRUPTED",
        details: { outcome: "unknown" },
        recovery: { idempotency_key: key, retry: { policy: "same_key", key } }
      })
      expect(envelope.error?.recovery?.suggested_command).toContain(`--idempotency-key ${key}`)
      expect(telemetry[0]).toMatchObject({ status: "interrupted", exit_code: exit })
    }
  })

  it("a deadline ends a command that gets no answer, with 8", async () => {
    for (const argv of [
      ["whoami"],
      ["create", "--prompt", "x"],
      ["jobs", "wait", "job_1"],
      ["models", "list"]
    ]) {
      const { envelope, exitCode } = await run([...argv, "--timeout-ms", "60"], {
        service: () => Effect.never
      })
      expect([exitCode, envelope.error?.code, envelope.error?.retryable], argv.join(" ")).toEqual([
        8,
        "TIMEOUT",
        true
      ])
    }
  })

  it("an odd deadline is as good as an even one", async () => {
    for (const millis of ["1", "3", "7", "99", "999"]) {
      const { envelope } = await run(["create", "--prompt", "x", "--timeout-ms", millis], {
        service: () => ({ fault: "econnrefused" })
      })
      expect(envelope.error?.code).toMatch(/^(?:HOSTED_API_REQUEST_FAILED|TIMEOUT)$/)
    }
  })

  it("jobs wait looks until the job ends, over a passing fault, and ends by the job's own class", async () => {
    let looks = 0
    const ending =
      (job: object): FakeHandler =>
      () => {
        looks += 1
        return looks === 1
          ? succeeds({ job: { job_id: "job_1", status: "running" } })
          : looks === 2
            ? failsWith("PROVIDER_FAILURE")
            : succeeds({ job: { job_id: "job_1", ...job } })
      }
    const table = [
      [{ status: "completed" }, 0, undefined],
      [{ status: "canceled" }, 1, "JOB_CANCELED"],
      [{ status: "cancelled" }, 1, "JOB_CANCELED"],
      [{ status: "failed" }, 7, "PROVIDER_FAILURE"],
      [
        { status: "failed", error: { code: "CONTENT_POLICY_DENIED", message: "no", retryable: false } },
        6,
        "CONTENT_POLICY_DENIED"
      ],
      [
        {
          status: "failed",
          error: { code: "ARTIFACT_STORAGE_WRITE_FAILED", message: "no", retryable: false }
        },
        9,
        "ARTIFACT_STORAGE_WRITE_FAILED"
      ],
      [{ status: "failed", error: { code: "BRAND_NEW", message: "no", retryable: false } }, 7, "BRAND_NEW"]
    ] as const
    for (const [job, exit, code] of table) {
      looks = 0
      const { envelope, exitCode, requests } = await run(
        ["jobs", "wait", "job_1", "--poll-interval-ms", "10", "--timeout-ms", "5000"],
        { service: ending(job) }
      )
      expect([exitCode, envelope.error?.code, requests.length]).toEqual([exit, code, 3])
    }
  })
})

describe("a create that is paid for", () => {
  const asset = { asset_id: "image_1", url: "https://service.test/a/image_1.png", content_length: 3 }
  const made = succeeds({ job_id: "job_1", status: "completed", assets: [asset], idempotency_key: "k" })

  it("checks the place of its download before anything is sent", async () => {
    const { envelope, exitCode, requests } = await run(
      ["create", "--prompt", "x", "--download", "/none/x.png"],
      { service: () => made }
    )
    expect([exitCode, envelope.error?.code, requests]).toEqual([9, "OUTPUT_WRITE_FAILED", []])
    const taken = await run(["create", "--prompt", "x", "--download", `${home}/x.png`], {
      service: () => made,
      files: { [`${home}/x.png`]: "old" }
    })
    expect([taken.exitCode, taken.requests, taken.files.text(`${home}/x.png`)]).toEqual([9, [], "old"])
    expect(taken.envelope.error?.recovery?.required_flag).toBe("--download")
  })

  it("whose download fails afterwards is 9, never to be paid again, and says how to fetch it", async () => {
    const { changed, envelope, exitCode } = await run(
      ["create", "--prompt", "x", "--download", `${home}/x.png`],
      {
        service: routes({ "POST /v1/create": made, "GET /a/image_1.png": { status: 503, body: "" } })
      }
    )
    expect([exitCode, envelope.error?.retryable]).toEqual([9, false])
    expect(changed.filter((path) => !path.includes("/attempts/"))).toEqual([])
    expect(envelope.error).toMatchObject({
      details: { job_id: "job_1", asset_ids: ["image_1"] },
      recovery: {
        retry: { policy: "never", key: "k" },
        suggested_command: `image-skill assets get --output ${home}/x.png image_1`
      }
    })
  })

  it("with --dry-run writes nothing, sends no key and asks for no place", async () => {
    const { changed, requests } = await run(
      ["create", "--prompt", "x", "--dry-run", "--download", "/none/x.png"],
      { service: () => succeeds({ status: "planned" }) }
    )
    expect(changed).toEqual([])
    expect(JSON.parse(new TextDecoder().decode(requests[0]?.body))).toEqual({ prompt: "x", dry_run: true })
  })

  it("passes on what it does not know", async () => {
    const { envelope } = await run(["whoami"], {
      service: () => succeeds({ brand: { new: [1] } }, { actor: { ...fakeActor, shoe_size: 43 } })
    })
    expect(envelope).toMatchObject({ data: { brand: { new: [1] } }, actor: { shoe_size: 43 } })
  })
})

describe("a machine", () => {
  it("keeps its files and its service's data from one command to the next, and another knows nothing of them", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const [one, two] = [yield* makeMachine(), yield* makeMachine()]
          const made = yield* one.run(["create", "--local", "--prompt", "a red fox", "--dry-run"])
          expect(made.envelope.error).toBeNull()
          const used = yield* one.run(["config", "use", "local"])
          expect(used.changed).toContain(`${home}/.config/image-skill/config.json`)
          expect((yield* one.run(["whoami"])).envelope.ok).toBe(true)
          expect((yield* two.run(["whoami"])).envelope.ok).toBe(false)
          expect(one.dataFolder).not.toBe(two.dataFolder)
        })
      )
    ))

  it("understands what its own help says", () => {
    for (const { examples } of allCommands)
      for (const { argv } of examples) expect(Either.isRight(normalise(allCommands, argv))).toBe(true)
  })
})

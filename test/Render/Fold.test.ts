import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Argv } from "../support/Speaker.js"
import { codes, exitCodes, failure, type ImageSkillError } from "../../src/Errors.js"
import { fold, type Outcome, type Run, type Signal, writeEnvelope } from "../../src/Render/Fold.js"
import { write } from "../../src/Render/Write.js"
import type { Envelope } from "../../src/Schema/Envelope.js"
import { describe as describeWords } from "../../src/Commands/Run.js"
import { create } from "../../src/Operations/Create.js"
import { suggest } from "../../src/Operations/Suggest.js"
import { Captured, layerCapture } from "../../src/Testing/index.js"
import { code, json, jsonObject, nastyText, token } from "../support/Arbitraries.js"

const run: Run = {
  command: "image-skill create",
  traceId: "trace_0123456789abcdef0123456789abcdef",
  warnings: ["a warning of the run"],
  signal: null,
  prefix: ["image-skill"],
  context: ["--local"],
  topic: ["create"],
  again: ["create", "--prompt", "a red fox"],
  isOurs: Argv.isOurs,
  describe: describeWords,
  docsUrl: (name) => `docs#${name}`,
  attempt: null,
  isLocal: true
}

const attempt = {
  key: "key-1",
  jobId: "job_1",
  again: suggest("retry", "x", create, { prompt: "a red fox", idempotency_key: "key-1" })
}

const error: fc.Arbitrary<ImageSkillError> = fc
  .tuple(
    code,
    nastyText,
    fc.option(jsonObject, { nil: undefined }),
    fc.option(jsonObject, { nil: undefined }),
    fc.boolean()
  )
  .map(([name, reason, details, recovery, retryable]) =>
    failure(name, reason, {
      retryable,
      ...(details === undefined ? {} : { details }),
      ...(recovery === undefined ? {} : { recovery: recovery as never })
    })
  )

const cause: fc.Arbitrary<Cause.Cause<ImageSkillError>> = fc.letrec<{ cause: Cause.Cause<ImageSkillError> }>(
  (tie) => ({
    cause: fc.oneof(
      { depthSize: "small" },
      error.map((each) => Cause.fail(each)),
      json.map((defect) => Cause.die(defect)),
      fc.constant(Cause.die(new Error("defect with isk_r_CANARYCANARYCANARY"))),
      fc.constant(Cause.fail("not one of ours" as never)),
      fc.constant(Cause.interrupt(FiberId.none)),
      fc.constant(Cause.empty),
      fc.tuple(tie("cause"), tie("cause")).map(([left, right]) => Cause.sequential(left, right)),
      fc.tuple(tie("cause"), tie("cause")).map(([left, right]) => Cause.parallel(left, right))
    )
  })
).cause

const outcome: fc.Arbitrary<Outcome> = fc.record(
  {
    data: jsonObject,
    warnings: fc.array(nastyText, { maxLength: 3 }),
    actor: fc.constantFrom(null, { actor_type: "human", actor_id: "agt_1" }),
    traceId: fc.constantFrom(null, "trace_ffffffffffffffffffffffffffffffff")
  },
  { requiredKeys: ["data"] }
)

const exits: fc.Arbitrary<Exit.Exit<Outcome, ImageSkillError>> = fc.oneof(
  outcome.map((each) => Exit.succeed(each)),
  cause.map((each) => Exit.failCause(each))
)
const runs: fc.Arbitrary<Run> = fc
  .record({
    signal: fc.constantFrom<Signal | null>(null, "SIGINT", "SIGTERM", "SIGHUP"),
    again: fc.constantFrom<ReadonlyArray<string> | null>(
      null,
      ["create", "--prompt=-x"],
      ["jobs", "show", "job_1"],
      ["upload", "--", "--local"]
    ),
    context: fc.constantFrom<ReadonlyArray<string>>([], ["--local"], ["--api-base-url", "https://a.test"]),
    attempt: fc.constantFrom<Run["attempt"]>(null, attempt, { ...attempt, jobId: null }),
    isLocal: fc.boolean()
  })
  .map((part) => ({ ...run, ...part }))

const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }
const keys = ["ok", "command", "trace_id", "actor", "data", "warnings", "error"]

describe("the fold", () => {
  it("is total: any end of a run is one envelope of the contract's shape with the right exit code", () => {
    fc.assert(
      fc.property(exits, runs, (exit, given) => {
        const { envelope, errorTag, exitCode } = fold(exit, given)
        expect(Object.keys(envelope)).toEqual(keys)
        if (Exit.isSuccess(exit)) {
          expect([envelope.ok, exitCode, errorTag, envelope.error]).toEqual([true, 0, null, null])
          return
        }
        expect([envelope.ok, envelope.data]).toEqual([false, null])
        const { error: told } = envelope
        if (told === null) throw new Error("unreachable")
        expect(typeof told.message).toBe("string")
        expect(told.recovery?.docs_url).toBe(`docs#${told.code}`)
        const known = Object.entries(codes).find(([name]) => name === told.code)?.[1]
        expect(known?.tag).toBe(errorTag)
        const first = Cause.failureOption(exit.cause)
        if (told.code === "INTERRUPTED" && given.signal !== null) expect(exitCode).toBe(signals[given.signal])
        else expect(exitCode).toBe(exitCodes[known?.tag ?? "GenericFailure"])
        expect(exitCode).not.toBe(0)
        if (first._tag === "Some" && typeof first.value === "object") expect(told.code).toBe(first.value.code)
        else expect(["INTERRUPTED", "PUBLIC_CLI_FAILED"]).toContain(told.code)
      }),
      { numRuns: 3_000, seed: 21 }
    )
  })

  it("tells a command only as an action: the first one, and every action once (contract §12)", () => {
    fc.assert(
      fc.property(exits, runs, (exit, given) => {
        const { next = [], suggested_command } = fold(exit, given).envelope.error?.recovery ?? {}
        const commands = next.map(({ command }) => command)
        expect(new Set(commands).size).toBe(commands.length)
        if (suggested_command !== undefined) expect(commands[0]).toBe(suggested_command)
        for (const { argv, effect } of next) expect(describeWords(argv)?.effect).toEqual(effect)
      }),
      { numRuns: 1_500, seed: 24 }
    )
  })

  it("tells nothing of a defect", () => {
    for (const defect of ["CANARY", new Error("CANARY"), { secret: "CANARY" }, new TypeError("CANARY")]) {
      const { envelope, exitCode } = fold(Exit.die(defect), run)
      expect([envelope.error?.code, exitCode]).toEqual(["PUBLIC_CLI_FAILED", 1])
      expect(JSON.stringify(envelope)).not.toContain("CANARY")
    }
  })

  for (const [signal, expected] of Object.entries(signals)) {
    it(`makes ${signal} ${expected} and names what to go on with`, () => {
      const { envelope, exitCode } = fold(Exit.interrupt(FiberId.none), {
        ...run,
        signal: signal as Signal,
        attempt
      })
      expect(exitCode).toBe(expected)
      expect(envelope.error).toMatchObject({
        code: "INTERRUPTED",
        details: { job_id: "job_1", outcome: "unknown" },
        recovery: {
          idempotency_key: "key-1",
          retry: { policy: "same_key", key: "key-1" },
          suggested_command: "image-skill jobs wait job_1 --local"
        }
      })
      const early = fold(Exit.interrupt(FiberId.none), {
        ...run,
        signal: signal as Signal,
        attempt: { ...attempt, jobId: null }
      })
      expect(early.envelope.error?.recovery?.suggested_command).toBe(
        "image-skill create --prompt 'a red fox' --idempotency-key key-1 --local"
      )
    })
  }
})

// By Unicode's own classes: controls but newline, formats, separators of lines, lone surrogates.
const invisible =
  /[^\P{Cc}\n]|[\u061c\u{e0001}-\u{e007f}]|[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Zl}|\p{Zp}|\p{Cs}/u

const envelope: fc.Arbitrary<Envelope> = fc
  .tuple(exits, runs)
  .map(([exit, given]) => fold(exit, given).envelope)

describe("a written envelope", () => {
  it("parses back to the same value, is whole, and shows every character", () => {
    fc.assert(
      fc.property(envelope, fc.boolean(), (value, oneLine) => {
        const text = writeEnvelope(value, new Set(), { oneLine })
        expect(text.endsWith("}\n")).toBe(true)
        expect(text.trimEnd().includes("\n")).toBe(!oneLine)
        expect(text).not.toMatch(invisible)
        const told = JSON.stringify(value).replaceAll(/isk_[A-Za-z0-9_-]{8,}/g, "[redacted]")
        expect(JSON.parse(text)).toEqual(JSON.parse(told))
      }),
      { numRuns: 2_000, seed: 22 }
    )
  })

  it("holds no secret and no token, wherever it stood, and keeps its shape", () => {
    const secret = fc.oneof(
      token,
      nastyText.filter((text) => text.length >= 4),
      fc.constantFrom("true", "null", "data", "error", "image", '": "', "\\u00", "retryable")
    )
    fc.assert(
      fc.property(secret, code, jsonObject, (hidden, name, around) => {
        const inside = `before ${hidden} after`
        const { envelope: value } = fold(
          Exit.fail(
            failure(name, inside, {
              details: { ...around, inside, nested: [{ [hidden]: hidden }] },
              recovery: { suggested_command: inside, next_step: inside },
              warnings: [inside]
            })
          ),
          { ...run, again: ["create", "--prompt", inside] }
        )
        const text = writeEnvelope(value, new Set([hidden]))
        const read = JSON.parse(text) as Envelope
        expect(Object.keys(read)).toEqual(keys)
        const texts: Array<string> = []
        JSON.stringify(read, (_, inner: unknown) => {
          if (typeof inner === "string") texts.push(inner)
          return inner
        })
        expect(texts.filter((each) => each.includes(hidden) && !"[redacted]".includes(hidden))).toEqual([])
        expect(text).not.toMatch(/isk_[a-z]_[A-Za-z0-9_-]{8,}/)
        expect(texts.join()).toContain("[redacted]")
      }),
      { numRuns: 1_500, seed: 23 }
    )
  })

  it("holds no known secret in a key of data or details either", () => {
    const hidden = "odd-secret"
    const keyed = { [`x-${hidden}`]: [{ [hidden]: 1 }] }
    const shown = { "x-[redacted]": [{ "[redacted]": 1 }] }
    const read = (exit: Parameters<typeof fold>[0]) =>
      JSON.parse(writeEnvelope(fold(exit, run).envelope, new Set([hidden]))) as Envelope
    expect(read(Exit.succeed({ data: keyed })).data).toEqual(shown)
    expect(read(Exit.fail(failure("INTERNAL_ERROR", "x", { details: keyed }))).error?.details).toMatchObject(
      shown
    )
    expect(
      Object.keys(
        JSON.parse(writeEnvelope(fold(Exit.succeed({ data: {} }), run).envelope, new Set(["data", "error"])))
      )
    ).toEqual(keys)
  })

  it("spares the one token that the caller asked to see", () => {
    const value = fold(
      Exit.succeed({ data: { token: "isk_r_abcdefghij", other: "isk_r_zzzzzzzzzz" } }),
      run
    ).envelope
    const read = JSON.parse(
      writeEnvelope(value, new Set(["isk_r_abcdefghij"]), { spared: "isk_r_abcdefghij" })
    ) as Envelope
    expect(read.data).toEqual({ token: "isk_r_abcdefghij", other: "[redacted]" })
  })

  it("can be written whatever a handler left in it", () => {
    const value = fold(
      Exit.succeed({ data: { big: 10n ** 30n, none: undefined, deep: { list: [1n] } } }),
      run
    ).envelope
    expect((JSON.parse(writeEnvelope(value, new Set())) as Envelope).data).toEqual({
      big: "1000000000000000000000000000000",
      deep: { list: ["1"] }
    })
  })
})

describe("the last write", () => {
  const end = (options: {
    readonly stdoutFault?: string
    readonly bytes?: Uint8Array
    readonly lastWords?: string
  }) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const exitCode = yield* write({
          text: "{}\n",
          exitCode: 3,
          bytes: options.bytes ?? null,
          lastWords: options.lastWords ?? null,
          log: null,
          resident: null
        })
        const { stderr, stdout } = yield* Captured
        return { exitCode, stdout: stdout(), stderr: stderr() }
      }).pipe(Effect.provide(layerCapture(options)))
    )

  it("keeps the exit code", async () => {
    expect(await end({})).toEqual({ exitCode: 3, stdout: "{}\n", stderr: "" })
  })
  it("puts bytes on standard output and the envelope on standard error", async () => {
    expect(await end({ bytes: new Uint8Array([65]) })).toEqual({ exitCode: 3, stdout: "A", stderr: "{}\n" })
  })
  it("is quiet, 141, when the reader has gone", async () => {
    expect(await end({ stdoutFault: "epipe" })).toEqual({ exitCode: 141, stdout: "", stderr: "" })
  })
  it("is 9 with one line when the disk is full or standard output is closed", async () => {
    for (const stdoutFault of ["enospc", "ebadf", "eio"]) {
      const { exitCode, stderr } = await end({ stdoutFault })
      expect(exitCode).toBe(9)
      expect(stderr).toMatch(/^image-skill: [^\n]+\n$/)
    }
  })
  it("names paid work on standard error when its document is lost, and only then", async () => {
    const lastWords = "idempotency key k1, job job_1"
    expect((await end({ stdoutFault: "enospc", lastWords })).stderr).toBe(
      "image-skill: the answer could not be written (enospc); idempotency key k1, job job_1\n"
    )
    expect((await end({ lastWords })).stderr).toBe("")
  })
})

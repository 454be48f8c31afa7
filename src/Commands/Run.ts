import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { failure, type ImageSkillError } from "../Errors.js"
import { authOf } from "../Operations/Operation.js"
import { staysLocal } from "../Operations/Suggest.js"
import { explain, fold, type Folded, redact, writeEnvelope } from "../Render/Fold.js"
import type { Resident } from "../Render/Write.js"
import { readOnly } from "../Schema/Effects.js"
import type { Envelope } from "../Schema/Envelope.js"
import { TelemetryEvent } from "../Schema/Telemetry.js"
import type { Entropy } from "../Services/Entropy.js"
import type { Deadlines } from "../Services/Deadlines.js"
import { Env } from "../Services/Env.js"
import type { Files } from "../Services/Files.js"
import { Stdin } from "../Services/Stdin.js"
import { Invocation, noFlags } from "../Services/Invocation.js"
import { Prefix } from "../Services/Prefix.js"
import { type Signal, Signals } from "../Services/Signals.js"
import { Telemetry } from "../Services/Telemetry.js"
import { version } from "../Version.js"
import { commandIn, normalise, type Normalised, wordsOf } from "./Argv.js"
import type { Command, Success } from "./Command.js"
import { helpData } from "./Help.js"
import { allCommands } from "./index.js"
import { parse } from "./Parse.js"
import type { CommandServices } from "./Services.js"

/** What a finished run leaves to be written. */
export interface Finished {
  readonly envelope: Envelope
  /** The envelope as text, redacted. */
  readonly text: string
  readonly exitCode: number
  /** Bytes for standard output; the text then goes to standard error. */
  readonly bytes: Uint8Array | null
  /** A line for standard error when a debug log was asked for. */
  readonly log: string | null
  /** Where paid work can be taken up again, for when nothing else can be written. */
  readonly lastWords: string | null
  /** What goes on behind the document, if anything does. */
  readonly resident: Resident | null
}

/** The services of a command beside those of every run. */
export type CommandLayer = Layer.Layer<Exclude<CommandServices, BaseServices>, ImageSkillError, BaseServices>

/** What every run has, whatever its command. */
export type BaseServices =
  | Deadlines
  | Entropy
  | Env
  | Files
  | Invocation
  | Prefix
  | Signals
  | Stdin
  | Telemetry

/** How a run is put together. */
export interface RunOptions {
  /** Made for the command that runs, and only when it uses a service. */
  readonly layer: CommandLayer
  readonly docsUrl: (code: string) => string
}

/**
 * Runs one command line from its words to its envelope; never fails. Whatever happens, a signal too, is folded into one envelope
 * and one exit code (contract §1, §2).
 */
export const run = (argv: ReadonlyArray<string>, { docsUrl, layer }: RunOptions) =>
  Effect.gen(function* () {
    const started = yield* Clock.currentTimeMillis
    const env = yield* Env
    const signals = yield* Signals
    const understood = normalise(allCommands, argv)
    const parsed = yield* Effect.either(
      Effect.flatMap(understood, (normalised) => (normalised.help ? Effect.succeed(null) : parse(normalised)))
    )
    const common = Either.isRight(parsed) && parsed.right !== null ? parsed.right.common : noFlags
    const invocation = yield* Invocation.make(common)
    // Known secrets, also when nothing sends them: a prompt that quotes one comes back in suggestions.
    for (const token of [common.token, env.get("IMAGE_SKILL_TOKEN"), env.get("IMAGE_SKILL_HOSTED_TOKEN")])
      if (token !== undefined) invocation.secrets.add(token.trim())

    let signal: Signal | null = null
    const work: Effect.Effect<Success, ImageSkillError, BaseServices> = Effect.gen(function* () {
      const { command } = yield* understood
      const values = yield* parsed
      return values === null
        ? { data: helpData(allCommands, command.path) ?? {} }
        : yield* perform(command, values.values, common.timeoutMs, layer)
    })
    const exit = yield* Effect.raceFirst(
      Effect.exit(work),
      Effect.flatMap(signals.next, (heard) => {
        signal = heard
        return Effect.interrupt
      })
    ).pipe(Effect.provideService(Invocation, invocation), Effect.exit, Effect.map(Exit.flatten))

    const prefix = yield* Effect.flatMap(Prefix, ({ words }) => words)
    const command = Either.isRight(understood) ? understood.right.command : null
    const isLocal =
      common.local ||
      (common.apiBaseUrl === undefined && env.get("IMAGE_SKILL_API_BASE_URL") === "local") ||
      invocation.service === "embedded"
    const topic = (command ?? commandIn(allCommands, argv))?.path ?? null
    const folded = fold(exit, {
      command: ["image-skill", ...(topic ?? [])].join(" "),
      traceId: invocation.traceId,
      warnings:
        common.token === undefined
          ? []
          : ["--token shows in process lists; prefer --token-stdin or IMAGE_SKILL_TOKEN"],
      signal,
      prefix,
      context: common.local
        ? ["--local"]
        : common.apiBaseUrl === undefined
          ? []
          : ["--api-base-url", common.apiBaseUrl],
      topic,
      again: Either.isRight(understood) ? withoutContext(understood.right) : null,
      isOurs: (words) => Either.isRight(normalise(allCommands, words)),
      describe: (words) => describe(words, isLocal),
      docsUrl,
      attempt: invocation.attempt,
      isLocal
    })
    const telemetry = yield* Telemetry
    const isHelp = Either.isRight(understood) && understood.right.help
    if (command !== null && !isHelp && !quiet.has(command.operation.id)) {
      yield* telemetry.record(eventOf(command, folded, invocation, started, yield* Clock.currentTimeMillis))
    }
    const resident = Exit.isSuccess(exit) ? (exit.value.resident ?? null) : null
    return {
      envelope: folded.envelope,
      text: writeEnvelope(folded.envelope, invocation.secrets, {
        oneLine: resident !== null,
        ...(invocation.spared === undefined ? {} : { spared: invocation.spared })
      }),
      resident,
      exitCode: folded.exitCode,
      bytes: (Exit.isSuccess(exit) ? exit.value.bytes : undefined) ?? (ownsStdout(argv) ? noBytes : null),
      lastWords: lastWordsOf(invocation),
      log: env.get("IMAGE_SKILL_LOG_LEVEL") === "debug" ? explain(exit, invocation.secrets) : null
    } satisfies Finished
  })

const noBytes = new Uint8Array(0)

// Standard output is to be a file's content then, and an envelope of a failure is none (contract §1); also when the words are wrong.
const ownsStdout = (argv: ReadonlyArray<string>): boolean => {
  const flags = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv
  return (
    flags.some((word, at) => word === "--output=-" || (word === "--output" && flags[at + 1] === "-")) &&
    !flags.some((word) => word === "--help" || word === "-h") &&
    commandIn(allCommands, argv)?.operation.id === "assets.get"
  )
}

// The caller's own key may hold anything that is visible, a secret too.
const lastWordsOf = ({ attempt, secrets }: typeof Invocation.Service): string | null =>
  attempt === null
    ? null
    : redact(`idempotency key ${attempt.key}, job ${attempt.jobId ?? "not known"}`, secrets)

// The contract keeps these silent: they tell nothing but the program itself (§10).
const quiet: ReadonlySet<string> = new Set(["help", "version"])

const perform = (
  command: Command<CommandServices>,
  values: Readonly<Record<string, unknown>>,
  timeoutMs: number | undefined,
  layer: CommandLayer
): Effect.Effect<Success, ImageSkillError, BaseServices> => {
  // The services are lazy: nothing is opened or sent until a command asks for it.
  const work = Effect.provide(command.run(values), layer)
  if (timeoutMs === undefined) return work
  if (command.ownsDeadline) return withinStdin(work, timeoutMs)
  return Effect.timeoutFail(work, {
    duration: timeoutMs,
    onTimeout: () => failure("TIMEOUT", `no answer within ${timeoutMs} ms`)
  })
}

/** Ends work whose standard input does not end in time; a command that keeps its own deadline begins to count only behind it. */
const withinStdin = <A, R>(
  work: Effect.Effect<A, ImageSkillError, R | Stdin>,
  timeoutMs: number
): Effect.Effect<A, ImageSkillError, R | Stdin> =>
  Effect.flatMap(Deferred.make<never, ImageSkillError>(), (late) =>
    work.pipe(
      Effect.updateService(Stdin, (stdin) => ({
        ...stdin,
        read: (options) =>
          Effect.timeoutTo(stdin.read(options), {
            duration: timeoutMs,
            onSuccess: (bytes) => Effect.succeed(bytes),
            onTimeout: () =>
              Effect.zipRight(
                Deferred.fail(
                  late,
                  failure("TIMEOUT", `standard input did not end within ${timeoutMs} ms`, {
                    details: { sent: "no" }
                  })
                ),
                Effect.never
              )
          }).pipe(Effect.flatten)
      })),
      Effect.raceFirst(Deferred.await(late))
    )
  )

/**
 * What running these words would do, by the declaration of their operation; `null` when they are no command line of ours. `isLocal`:
 * the embedded service answers when they choose none.
 */
export const describe = (words: ReadonlyArray<string>, isLocal = false) =>
  Either.match(normalise(allCommands, words), {
    onLeft: () => null,
    onRight: ({ command, given, help }) => {
      const stands = (name: string) => given.some((flag) => flag.name === name)
      // What decides on effects and tokens; references are somebody's, whatever they are.
      const references = given.filter(({ name }) => referenceFlags.has(name))
      const input = { dry_run: stands("dry-run"), references }
      return {
        effect: help || stands("guide") ? readOnly : command.operation.effects(input),
        // A guide looks at what there is, with a token and without.
        requires_auth:
          !help &&
          !stands("guide") &&
          authOf(command.operation, input) === "required" &&
          !staysLocal(words, isLocal)
      }
    }
  })

const referenceFlags: ReadonlySet<string> = new Set([
  "reference-image",
  "element-frontal",
  "element-reference"
])

const contextFlags: ReadonlySet<string> = new Set(["local", "api-base-url", "token", "token-stdin", "json"])

const withoutContext = (normalised: Normalised<CommandServices>): ReadonlyArray<string> =>
  wordsOf({ ...normalised, given: normalised.given.filter(({ name }) => !contextFlags.has(name)) })

const eventOf = (
  command: Command<CommandServices>,
  { envelope, errorTag, exitCode }: Folded,
  invocation: typeof Invocation.Service,
  started: number,
  ended: number
): TelemetryEvent => {
  const data: Readonly<Record<string, unknown>> = envelope.data ?? {}
  const at = (value: unknown, key: string): unknown =>
    typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, unknown>>)[key]
      : undefined
  const text = (value: unknown): string | null => (typeof value === "string" ? value : null)
  const credits = at(at(data["cost"], "credit_pricing"), "credits_required")
  const outputs = at(data["request"], "output_count")
  return {
    schema: "image-skill.telemetry.v1",
    occurred_at: new Date(ended).toISOString(),
    operation: command.operation.id,
    client_version: version,
    service: invocation.service,
    actor_class: actorClass(text(at(envelope.actor, "actor_type"))),
    capability_id: fitting("capability_id", at(data["capability"], "id")),
    status: envelope.ok ? "ok" : envelope.error.code === "INTERRUPTED" ? "interrupted" : "failed",
    exit_code: exitCode,
    error_class: errorTag,
    duration_ms: Math.min(86_400_000, Math.max(0, Math.round(ended - started))),
    credits_required: fitting("credits_required", credits),
    output_count: fitting("output_count", outputs),
    retry_state: data["idempotent_replayed"] === true ? "replayed" : "first",
    job_id:
      fitting("job_id", data["job_id"] ?? at(data["job"], "job_id")) ??
      fitting("job_id", invocation.attempt?.jobId),
    trace_id: invocation.traceId
  }
}

// A service may answer anything: what does not fit the closed schema is left out, so that the event itself is kept.
const fitting = <Key extends "capability_id" | "credits_required" | "output_count" | "job_id">(
  key: Key,
  value: unknown
): TelemetryEvent[Key] => {
  const fits = Schema.is(TelemetryEvent.fields[key] as Schema.Schema<TelemetryEvent[Key]>)
  return value !== undefined && fits(value) ? value : (null as TelemetryEvent[Key])
}

const actorClass = (type: string | null): TelemetryEvent["actor_class"] =>
  type === "agent" || type === "human" || type === "session" || type === "system" ? type : "unknown"

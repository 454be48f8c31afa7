import * as CliConfig from "@effect/cli/CliConfig"
import * as Args from "@effect/cli/Args"
import * as Cli from "@effect/cli/Command"
import * as Descriptor from "@effect/cli/CommandDescriptor"
import * as Options from "@effect/cli/Options"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Terminal from "@effect/platform/Terminal"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import { failure, type InvalidArguments } from "../Errors.js"
import { followedBy, layerSync } from "../Stack.js"
import { flagsOf, type Normalised } from "./Argv.js"
import type { Declared } from "./Command.js"
import { type Argument, type Flag, readArgument, readFlag, serviceFlags } from "./Flags.js"
import { type CommonFlags, noFlags } from "../Services/Invocation.js"

/** What a command line gave: the command's own values and the flags that all share. */
export interface Parsed {
  readonly values: Readonly<Record<string, unknown>>
  readonly common: CommonFlags
}

// Nothing of ours asks the terminal, and a parser that waited for one would hang an agent.
const inert = Path.layer.pipe(
  followedBy(layerSync(FileSystem.FileSystem, () => FileSystem.makeNoop({}))),
  followedBy(
    layerSync(Terminal.Terminal, () =>
      Terminal.Terminal.of({
        columns: Effect.succeed(80),
        rows: Effect.succeed(24),
        isTTY: Effect.succeed(false),
        readInput: Effect.flatMap(Mailbox.make<Terminal.UserInput>(), (mailbox) =>
          Effect.as(mailbox.shutdown, mailbox)
        ),
        readLine: Effect.fail(new Terminal.QuitException()),
        display: () => Effect.void
      })
    )
  )
)

// @effect/cli trims values and reads their first characters; as JSON text they pass unchanged.
const wrap = (value: string): string => JSON.stringify(value)
const unwrap = (value: string): string => JSON.parse(value) as string

const optionOf = (flag: Flag<unknown>) =>
  flag.kind === "toggle"
    ? Options.map(Options.boolean(flag.name), (on): ReadonlyArray<string> => (on ? [""] : []))
    : Options.map(Options.repeated(Options.text(flag.name)), (values) => values.map(unwrap))

/** Parses normalised words with @effect/cli and reads every value by its declaration. */
export const parse = <R>({
  command,
  given: flagsGiven,
  operands
}: Normalised<R>): Effect.Effect<Parsed, InvalidArguments> =>
  Effect.gen(function* () {
    const name = command.path.join("-")
    const stands = new Set(flagsGiven.map((flag) => flag.name))
    // Only the flags that stand: the parser compares every word with every option that it knows. `json` keeps the set from being empty.
    const options = flagsOf(command).filter((flag) => flag.name === "json" || stands.has(flag.name))
    const cli = Cli.make(name, {
      flags: Options.all(Object.fromEntries(options.map((flag) => [flag.name, optionOf(flag)]))),
      positional: Args.map(Args.repeated(Args.text()), (values) => values.map(unwrap))
    })
    const words = flagsGiven.flatMap((flag) =>
      flag.value === undefined ? [`--${flag.name}`] : [`--${flag.name}`, wrap(flag.value)]
    )
    const directive = yield* Descriptor.parse(
      cli.descriptor,
      [name, ...words, ...operands.map(wrap)],
      CliConfig.make({ isCaseSensitive: true, showBuiltIns: false })
    ).pipe(
      Effect.provide(inert),
      Effect.mapError(() => failure("INVALID_ARGUMENTS", "the command line could not be understood"))
    )
    if (directive._tag === "BuiltIn" || directive.leftover.length > 0) {
      return yield* Effect.fail(failure("INVALID_ARGUMENTS", "the command line could not be understood"))
    }
    const { flags: given, positional } = directive.value as {
      flags: Readonly<Record<string, ReadonlyArray<string>>>
      positional: ReadonlyArray<string>
    }

    const values: Record<string, unknown> = {}
    for (const [key, declared] of Object.entries(command.flags)) {
      values[key] = yield* readDeclared(declared, given)
    }
    for (const [index, [key, declared]] of Object.entries(command.arguments).entries()) {
      const text = positional[index]
      values[key] = text === undefined ? undefined : yield* readArgument(declared as Argument<unknown>, text)
    }
    return { values, common: command.usesService ? yield* readCommon(given) : noFlags }
  })

const readDeclared = (declared: Declared, given: Readonly<Record<string, ReadonlyArray<string>>>) => {
  const flag = ("name" in declared ? declared : declared[0]) as Flag<unknown>
  const texts = given[flag.name] ?? []
  if (!("name" in declared)) return Effect.forEach(texts, (text) => readFlag(flag, text))
  const [text] = texts
  return text === undefined ? Effect.succeed(undefined) : readFlag(flag, text)
}

const readCommon = (
  given: Readonly<Record<string, ReadonlyArray<string>>>
): Effect.Effect<CommonFlags, InvalidArguments> =>
  Effect.gen(function* () {
    const one = <A>(flag: Flag<A>) => {
      const [text] = given[flag.name] ?? []
      return text === undefined ? Effect.succeed(undefined) : readFlag(flag, text)
    }
    const common = {
      local: (yield* one(serviceFlags.local)) ?? false,
      apiBaseUrl: yield* one(serviceFlags.apiBaseUrl),
      token: yield* one(serviceFlags.token),
      tokenStdin: (yield* one(serviceFlags.tokenStdin)) ?? false,
      timeoutMs: yield* one(serviceFlags.timeoutMs)
    }
    if (common.local && common.apiBaseUrl !== undefined) {
      return yield* Effect.fail(failure("INVALID_ARGUMENTS", "--local and --api-base-url exclude each other"))
    }
    if (common.token !== undefined && common.tokenStdin) {
      return yield* Effect.fail(failure("INVALID_ARGUMENTS", "--token and --token-stdin exclude each other"))
    }
    return common
  })

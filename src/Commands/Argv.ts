import { distance } from "fastest-levenshtein"
import * as Either from "effect/Either"
import { type Code, failure, type InvalidArguments } from "../Errors.js"
import { booleanWord } from "../Operations/Operation.js"
import type { Command, Declared } from "./Command.js"
import { credentialFlags, everywhere, type Flag, serviceFlags } from "./Flags.js"

/** A command line, understood: the command, and its words in the one order that @effect/cli parses right. */
export interface Normalised<R> {
  readonly command: Command<R>
  /** The flags in their order; a toggle has no value. */
  readonly given: ReadonlyArray<{ readonly name: string; readonly value: string | undefined }>
  readonly operands: ReadonlyArray<string>
  readonly help: boolean
}

/** The words of an understood command line in their one order: command, flags as `--name value`, `--`, arguments. */
export const wordsOf = <R>({ command, given, help, operands }: Normalised<R>): ReadonlyArray<string> => [
  ...command.path,
  ...(help ? ["--help"] : []),
  ...given.flatMap(({ name, value }) =>
    value === undefined
      ? [`--${name}`]
      : value.startsWith("-")
        ? [`--${name}=${value}`]
        : [`--${name}`, value]
  ),
  // A word like `no` behind a flag without a value would read as its value.
  ...(operands.some((operand) => operand.startsWith("-") || booleanWord.test(operand))
    ? ["--", ...operands]
    : operands)
]

/** All flags that a command understands. */
export const flagsOf = (command: Named): ReadonlyArray<Flag<unknown>> => [
  ...Object.values(command.flags).map((declared: Declared) =>
    "name" in declared ? declared : { ...declared[0], kind: "repeated" as const }
  ),
  ...(command.usesService ? Object.values(serviceFlags) : []),
  ...Object.values(everywhere)
]

const refuse = (code: Code & CodesOfArguments, reason: string, recovery: Record<string, unknown> = {}) =>
  Either.left(failure(code, reason, { recovery }) as InvalidArguments)

type CodesOfArguments =
  | "INVALID_ARGUMENTS"
  | "PUBLIC_CLI_COMMAND_NOT_AVAILABLE"
  | "PUBLIC_CLI_FLAG_NOT_AVAILABLE"
  | "PAYMENT_CREDENTIAL_FLAG_REJECTED"

/**
 * Understands a command line by the declarations alone: pure, and idempotent on its own result. What @effect/cli would misread
 * (a boolean that eats a word, `--flag=`, flags before the command, help in any place, repeated or unfinished flags) is settled
 * here, with messages that name the flag (contract §4).
 */
export const normalise = <R>(
  commands: ReadonlyArray<Command<R>>,
  argv: ReadonlyArray<string>
): Either.Either<Normalised<R>, InvalidArguments> => {
  const words = asksVersion(argv) ? ["version", ...argv.slice(1)] : argv
  const meant = commandIn(commands, argv)
  const first = understand(commands, words, meant)
  if (Either.isLeft(first)) return Either.left(first.left)
  // One name may be a toggle to one command and take a value for another: the command itself decides.
  const second = first.right.command === meant ? first : understand(commands, words, first.right.command)
  if (Either.isLeft(second)) return Either.left(second.left)
  const { afterDashes, command, given, help, rest, topic } = second.right

  const own = flagTable(command)
  for (const { name } of given) {
    if (!own.has(name)) return unknownFlag(`--${name}`, command)
  }
  // Without a command of its own, help is about the program or a group: the help command shows it.
  if (help && topic !== undefined) return Either.right({ command, help: false, given: [], operands: topic })
  if (help) return Either.right({ command, help, given: [], operands: [] })

  for (const { flag, name, value } of given) {
    if (flag.kind !== "toggle" && value === undefined) {
      return refuse("INVALID_ARGUMENTS", `--${name} needs a value`, { required_flag: `--${name}` })
    }
  }
  const single = given.filter(({ flag }) => flag.kind !== "repeated").map(({ name }) => name)
  const twice = single.find((name, index) => single.indexOf(name) !== index)
  if (twice !== undefined)
    return refuse("INVALID_ARGUMENTS", `--${twice} stands twice`, { required_flag: `--${twice}` })

  const operands = [...rest, ...afterDashes]
  const declared = Object.values(command.arguments)
  if (operands.length > declared.length) {
    return refuse(
      "INVALID_ARGUMENTS",
      `${operands.length - declared.length} arguments too many: quote text that holds spaces`
    )
  }
  const missing = declared.slice(operands.length).find(({ required }) => required)
  if (missing !== undefined)
    return refuse("INVALID_ARGUMENTS", `${missing.name} is missing: ${missing.summary}`)

  return Either.right({
    command,
    help: false,
    given: given.map(({ name, value }) => ({ name, value })),
    operands
  })
}

/** Keeps what is made of a command or of their table: every suggestion is understood again before it is told, fifty in a list of models. */
const kept = <Of extends WeakKey, A>(make: (of: Of) => A): ((of: Of) => A) => {
  const made = new WeakMap<Of, A>()
  return (of) => {
    const known = made.get(of)
    if (known !== undefined) return known
    const value = make(of)
    made.set(of, value)
    return value
  }
}

type FlagTable = ReadonlyMap<string, Flag<unknown>>

const tableOf = (flags: ReadonlyArray<Flag<unknown>>): FlagTable =>
  new Map(flags.map((flag) => [flag.name, flag]))

const flagTable = kept((command: Named) => tableOf(flagsOf(command)))

const flagTableOfAll = kept((commands: ReadonlyArray<Named>) => tableOf(commands.flatMap(flagsOf)))

interface Spelling {
  readonly path: ReadonlyArray<string>
  /** Where its command stands in the table. */
  readonly at: number
}

/** The ways to write all commands, by their first word. */
const spellingsOf = kept((commands: ReadonlyArray<Spelled>): ReadonlyMap<string, Array<Spelling>> => {
  const all = commands.flatMap((command, at) =>
    [command.path, ...command.aliases].map((path) => ({ path, at }))
  )
  const byFirst = new Map<string, Array<Spelling>>()
  for (const spelling of all) {
    const [first = ""] = spelling.path
    const known = byFirst.get(first)
    if (known === undefined) byFirst.set(first, [spelling])
    else known.push(spelling)
  }
  return byFirst
})

/** The flags by which words are split. */
interface Known {
  readonly get: (name: string) => Flag<unknown> | undefined
  readonly names: () => ReadonlyArray<string>
}

/** All commands' flags, those of the command that is meant first: mostly they are enough, and the others' are not looked at. */
const knownTo = (commands: ReadonlyArray<Named>, meant: Named | null): Known => {
  const own = meant === null ? tableOf([]) : flagTable(meant)
  return {
    get: (name) => own.get(name) ?? flagTableOfAll(commands).get(name),
    names: () => [...new Set([...own.keys(), ...flagTableOfAll(commands).keys()])]
  }
}

/** Splits words by all commands' flags, those of the command that is meant first, and finds the command that they name. */
const understand = <R>(
  commands: ReadonlyArray<Command<R>>,
  words: ReadonlyArray<string>,
  meant: Command<R> | null
) => {
  return Either.flatMap(
    splitFlags(words, knownTo(commands, meant), meant),
    ({ afterDashes, given, positional }) => {
      const help = given.some(({ name }) => name === "help")
      return Either.map(findCommand(commands, positional, help), (found) => ({
        ...found,
        given: [...given, ...implied(found.command, positional)],
        help,
        afterDashes
      }))
    }
  )
}

/** What a command's spelling says beside its own words: `video create` is `create --modality video`. */
const implied = (command: Named, [first]: ReadonlyArray<string>): ReadonlyArray<Given> => {
  const flag = flagTable(command).get("modality")
  return flag === undefined || first === undefined || first === command.path[0]
    ? []
    : [{ name: flag.name, flag, value: first }]
}

/** A command as far as its words and flags go. */
type Named = Pick<Command<never>, "path" | "flags" | "usesService">

type Spelled = Pick<Command<never>, "path" | "aliases">

interface Given {
  readonly name: string
  readonly flag: Flag<unknown>
  readonly value: string | undefined
}

interface Split {
  readonly given: ReadonlyArray<Given>
  readonly positional: ReadonlyArray<string>
  readonly afterDashes: ReadonlyArray<string>
}

const shortFlags: ReadonlyMap<string, string> = new Map([["-h", "help"]])

// Only as the first word: anywhere else it would be another command's flag.
const asksVersion = ([first]: ReadonlyArray<string>): boolean => first === "--version" || first === "-v"

const splitFlags = (
  argv: ReadonlyArray<string>,
  known: Known,
  meant: Named | null
): Either.Either<Split, InvalidArguments> => {
  const given: Array<Given> = []
  const positional: Array<string> = []
  let index = 0
  while (index < argv.length) {
    const word = argv[index] ?? ""
    index += 1
    if (word === "--") return Either.right({ given, positional, afterDashes: argv.slice(index) })
    const short = shortFlags.get(word)
    if (short === undefined && (!word.startsWith("-") || word === "-")) {
      positional.push(word)
      continue
    }
    const equals = word.indexOf("=")
    const name = short ?? (equals < 0 ? word : word.slice(0, equals)).replace(/^--?/, "")
    if (credentialFlags.has(name)) {
      return refuse(
        "PAYMENT_CREDENTIAL_FLAG_REJECTED",
        `--${name} is never accepted: credentials have no place on a command line`
      )
    }
    const flag = short === undefined && !word.startsWith("--") ? undefined : known.get(name)
    if (flag === undefined) {
      return unknownFlag(equals < 0 ? word : word.slice(0, equals), meant, known.names())
    }
    if (flag.kind === "toggle") {
      const next = argv[index]
      if (equals >= 0 || (next !== undefined && booleanWord.test(next))) {
        return refuse("INVALID_ARGUMENTS", `--${name} takes no value`, { required_flag: `--${name}` })
      }
      given.push({ name, flag, value: undefined })
    } else if (equals >= 0) {
      given.push({ name, flag, value: word.slice(equals + 1) })
    } else {
      const next = argv[index]
      const isValue = next !== undefined && !isFlagLike(next, known)
      given.push({ name, flag, value: isValue ? next : undefined })
      if (isValue) index += 1
    }
  }
  return Either.right({ given, positional, afterDashes: [] })
}

// A forgotten value must not swallow the flag behind it, nor a misspelt one; `--name=--value` says that it is meant.
const isFlagLike = (word: string, known: Known): boolean => {
  if (word === "--" || shortFlags.get(word) !== undefined) return true
  if (!word.startsWith("--")) return false
  const name = word.slice(2).split("=")[0] ?? ""
  return (
    known.get(name) !== undefined ||
    credentialFlags.has(name) ||
    nearest(name.replaceAll("_", "-"), known.names()) !== undefined
  )
}

const findCommand = <R>(
  commands: ReadonlyArray<Command<R>>,
  positional: ReadonlyArray<string>,
  help: boolean
): Either.Either<
  {
    readonly command: Command<R>
    readonly rest: ReadonlyArray<string>
    /** What the help command is to explain, when help was asked for and the words name no command. */
    readonly topic?: ReadonlyArray<string>
  },
  InvalidArguments
> => {
  const [first = ""] = positional
  const spelled = spellingsOf(commands)
  const group = spelled.get(first) ?? []
  const [best] = group
    .filter(({ path }) => path.every((word, index) => positional[index] === word))
    .sort((left, right) => right.path.length - left.path.length)
  const command = best === undefined ? undefined : commands[best.at]
  if (best !== undefined && command !== undefined)
    return Either.right({ command, rest: positional.slice(best.path.length) })

  const helpCommand = commands.find(({ path }) => path[0] === "help")
  if (helpCommand !== undefined && positional.length === 0) {
    return Either.right({ command: helpCommand, rest: [], topic: [] })
  }
  if (
    helpCommand !== undefined &&
    help &&
    group.some(({ path }) => positional.every((word, index) => path[index] === word))
  ) {
    return Either.right({ command: helpCommand, rest: [], topic: positional })
  }
  if (group.length > 0) {
    // As far as the words go along with a command: what is wrong, or missing, is the one behind them.
    const along = ({ path }: Spelling) => {
      const end = path.findIndex((word, index) => positional[index] !== word)
      return end < 0 ? path.length : end
    }
    const right = Math.max(...group.map(along))
    const before = positional.slice(0, right).join(" ")
    const wrong = positional[right]
    const words = [
      ...new Set(group.filter((each) => along(each) === right).flatMap(({ path }) => path[right] ?? []))
    ]
    const near = wrong === undefined ? undefined : nearest(wrong, words)
    return refuse(
      "PUBLIC_CLI_COMMAND_NOT_AVAILABLE",
      wrong === undefined
        ? `${before} needs one of: ${words.join(", ")}`
        : `there is no command ${before} ${shown(wrong)}; there are: ${words.join(", ")}`,
      near === undefined ? {} : { did_you_mean: `${before} ${near}` }
    )
  }
  const near = nearest(first, [...spelled.keys()])
  return refuse(
    "PUBLIC_CLI_COMMAND_NOT_AVAILABLE",
    `there is no command ${shown(first)}`,
    near === undefined ? {} : { did_you_mean: near }
  )
}

/** The command that words name, as far as it can be told when their flags cannot be understood: for help, never to run. */
export const commandIn = <R>(
  commands: ReadonlyArray<Command<R>>,
  argv: ReadonlyArray<string>
): Command<R> | null => {
  const end = argv.indexOf("--")
  const words = (end < 0 ? argv : argv.slice(0, end)).filter((word) => !word.startsWith("-"))
  return Either.match(findCommand(commands, words, false), {
    onLeft: () => null,
    onRight: ({ command, topic }) => (topic === undefined ? command : null)
  })
}

const unknownFlag = (word: string, command: Named | null, otherwise: ReadonlyArray<string> = []) => {
  const name = word.replace(/^--?/, "").replaceAll("_", "-")
  // A hidden flag is an older word, or one that is refused with a better one: never the word to learn.
  const own = command === null ? null : flagsOf(command).filter(({ hidden }) => !hidden)
  const names = own === null ? otherwise : own.map((flag) => flag.name)
  const near = names.find((known) => known === otherWords.get(name)) ?? nearest(name, names)
  return refuse(
    "PUBLIC_CLI_FLAG_NOT_AVAILABLE",
    command === null
      ? `there is no flag ${shown(word)}`
      : `${command.path.join(" ")} has no flag ${shown(word)}`,
    near === undefined ? {} : { did_you_mean: `--${near}` }
  )
}

// What one command calls so has another name elsewhere.
const otherWords: ReadonlyMap<string, string> = new Map([["output", "download"]])

const shown = (word: string): string => word.slice(0, 60)

const nearest = (word: string, candidates: ReadonlyArray<string>): string | undefined => {
  const plain = (text: string) => text.toLowerCase().replaceAll("-", "")
  // Two neighbours that changed places are one slip of the fingers, not two.
  const far = (from: string, to: string) => distance(from, to) - (isSwapped(from, to) ? 1 : 0)
  const [best] = candidates
    .map((candidate) => ({ candidate, far: far(plain(word), plain(candidate)) }))
    .filter(({ candidate, far }) => far <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((left, right) => left.far - right.far)
  return best?.candidate
}

const isSwapped = (left: string, right: string): boolean => {
  const at = [...left].findIndex((letter, index) => letter !== right[index])
  return (
    at >= 0 &&
    left.slice(at, at + 2) === `${right[at + 1] ?? ""}${right[at] ?? ""}` &&
    left.slice(at + 2) === right.slice(at + 2)
  )
}

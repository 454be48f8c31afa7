import type * as Effect from "effect/Effect"
import type { ImageSkillError } from "../Errors.js"
import type { AnyOperation } from "../Operations/Operation.js"
import type { Suggestion } from "../Operations/Suggest.js"
import type { Resident } from "../Render/Write.js"
import type { Actor } from "../Schema/Envelope.js"
import type { Argument, Flag } from "./Flags.js"

/** What a command leaves for the fold: the envelope's success half. */
export interface Success {
  readonly data: object
  readonly warnings?: ReadonlyArray<string>
  readonly actor?: Actor | null
  /** The trace id under which the service answered. */
  readonly traceId?: string | null
  /** What to run next, written for the caller's shell by the fold. */
  readonly next?: ReadonlyArray<Suggestion>
  /** Bytes that go to standard output instead of the envelope, which then goes to standard error. */
  readonly bytes?: Uint8Array
  /** What goes on after the envelope, which then stands in one line. */
  readonly resident?: Resident
}

/** An example of a command line, its words after the program's name. */
export interface Example {
  readonly why: string
  readonly argv: ReadonlyArray<string>
}

/** The values that a command line gave, by the keys of the declarations. */
export type Values<Flags, Arguments> = {
  readonly [Key in keyof Flags]: Flags[Key] extends Flag<infer A>
    ? A | undefined
    : Flags[Key] extends readonly [Flag<infer A>]
      ? ReadonlyArray<A>
      : never
} & { readonly [Key in keyof Arguments]: Arguments[Key] extends Argument<infer A> ? A | undefined : never }

/** A flag, or one that may be repeated, written in brackets. */
// Declarations are invariant in nothing that is used here; `unknown` would refuse every reader.
// oxlint-disable-next-line typescript/no-explicit-any
export type Declared = Flag<any> | readonly [Flag<any>]

/** A command as it is declared: words, flags, arguments, and what it runs. */
export interface Command<R> {
  readonly operation: AnyOperation
  /** Its words; more than one spelling may lead to it. */
  readonly path: ReadonlyArray<string>
  readonly aliases: ReadonlyArray<ReadonlyArray<string>>
  readonly summary: string
  readonly flags: Readonly<Record<string, Declared>>
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly arguments: Readonly<Record<string, Argument<any>>>
  readonly examples: ReadonlyArray<Example>
  /** Whether it takes the flags that choose a service and a token. */
  readonly usesService: boolean
  /** Whether it keeps the deadline of `--timeout-ms` itself, because work goes on behind it. */
  readonly ownsDeadline: boolean
  readonly run: (values: Readonly<Record<string, unknown>>) => Effect.Effect<Success, ImageSkillError, R>
}

/** Declares a command; `run` gets the values typed by the declarations. */
export const command = <
  const Flags extends Readonly<Record<string, Declared>>,
  // oxlint-disable-next-line typescript/no-explicit-any
  const Arguments extends Readonly<Record<string, Argument<any>>>,
  R
>(declaration: {
  readonly operation: AnyOperation
  readonly aliases?: ReadonlyArray<ReadonlyArray<string>>
  readonly flags: Flags
  readonly arguments: Arguments
  readonly examples: ReadonlyArray<Example>
  readonly usesService: boolean
  readonly ownsDeadline?: boolean
  readonly run: (values: Values<Flags, Arguments>) => Effect.Effect<Success, ImageSkillError, R>
}): Command<R> => ({
  operation: declaration.operation,
  path: declaration.operation.command,
  aliases: declaration.aliases ?? [],
  summary: declaration.operation.summary,
  flags: declaration.flags,
  arguments: declaration.arguments,
  examples: declaration.examples,
  usesService: declaration.usesService,
  ownsDeadline: declaration.ownsDeadline ?? false,
  // The runner builds the values from these same declarations.
  run: (values) => declaration.run(values as Values<Flags, Arguments>)
})

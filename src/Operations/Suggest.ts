import type { Action } from "../Schema/Action.js"
import { quoteWords } from "../Schema/Shell.js"
import { type AnyOperation, authOf, type InputOf } from "./Operation.js"

/** A suggestion before it is written for one caller's shell: what to run, and why. */
export interface Suggestion {
  readonly id: string
  readonly why: string
  readonly argv: ReadonlyArray<string>
  readonly missing_inputs: ReadonlyArray<string>
  readonly requires_auth: boolean
  readonly effect: Action["effect"]
}

/**
 * Suggests an operation with an input. The effects come from its declaration. `missing` names the inputs of which the words
 * hold only a placeholder, because we cannot know them (contract §12).
 */
export const suggest = <O extends AnyOperation>(
  id: string,
  why: string,
  operation: O,
  input: InputOf<O>,
  missing: ReadonlyArray<string> = []
): Suggestion => ({
  id,
  why,
  argv: operation.argv(input),
  missing_inputs: missing,
  requires_auth: authOf(operation, input) === "required",
  effect: operation.effects(input)
})

/**
 * Writes a suggestion as an action: `prefix` names the program, `context` are the words that choose the same service again, unless
 * the suggestion chooses one itself. With `isLocal` the service is the embedded one where no word says so: by the environment or the
 * config.
 */
export const toAction = (
  suggestion: Suggestion,
  prefix: ReadonlyArray<string>,
  around: ReadonlyArray<string>,
  isLocal = false
): Action => {
  const context = choosesService(suggestion.argv) ? [] : around
  // Context goes before a `--`, behind which flags would be plain words.
  const end = suggestion.argv.indexOf("--")
  const argv =
    end < 0
      ? [...suggestion.argv, ...context]
      : [...suggestion.argv.slice(0, end), ...context, ...suggestion.argv.slice(end)]
  return {
    id: suggestion.id,
    why: suggestion.why,
    command: quoteWords([...prefix, ...argv]),
    argv,
    copy_runnable: suggestion.missing_inputs.length === 0,
    missing_inputs: suggestion.missing_inputs,
    // The embedded service knows its user without a token.
    requires_auth: suggestion.requires_auth && !staysLocal(argv, isLocal),
    effect: suggestion.effect
  }
}

const beforeDashes = (argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = argv.indexOf("--")
  return end < 0 ? argv : argv.slice(0, end)
}

/** Whether words are answered by the embedded service, `isLocal` being whether it is the one that answers when they do not say. */
export const staysLocal = (argv: ReadonlyArray<string>, isLocal: boolean): boolean =>
  beforeDashes(argv).includes("--local") || (isLocal && !choosesService(argv))

const choosesService = (argv: ReadonlyArray<string>): boolean =>
  beforeDashes(argv).some((word) => word === "--local" || word === "--api-base-url")

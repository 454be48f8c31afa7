import type { Action } from "../Schema/Action.js"
import { quoteWords } from "../Schema/Shell.js"
import type { Suggestion } from "../Operations/Suggest.js"

/** How a run speaks to its caller: in the caller's own words for this program and this service. */
export interface Speaker {
  /** The words that name this program. */
  readonly prefix: ReadonlyArray<string>
  /** The words that choose the same service again: `--local`, `--api-base-url URL`, or none. */
  readonly context: ReadonlyArray<string>
  /** The command's own words, as far as a line that could not be understood names one. */
  readonly topic: ReadonlyArray<string> | null
  /** The words of the command that ran, without context and secrets; `null` when they could not be understood. */
  readonly again: ReadonlyArray<string> | null
  /** Whether the words are a command of ours with known flags. */
  readonly isOurs: (words: ReadonlyArray<string>) => boolean
  /** What running these words of ours would do; `null` for words that are not ours. */
  readonly describe: (words: ReadonlyArray<string>) => Pick<Action, "effect" | "requires_auth"> | null
  readonly docsUrl: (code: string) => string
  /** The paid work that the run had begun. */
  readonly attempt: {
    readonly key: string
    readonly jobId: string | null
    readonly again: Suggestion
    readonly fetch?: ReadonlyArray<Suggestion>
  } | null
  readonly isLocal: boolean
}

/** Words of ours, written for this caller, with what their operation's declaration says they do; `null` when they are not ours. */
export const act = (
  id: string,
  why: string,
  words: ReadonlyArray<string>,
  speaker: Speaker,
  missing: ReadonlyArray<string> = []
): Action | null => {
  const argv = contextual(words, speaker)
  const described = speaker.describe(argv)
  return described === null
    ? null
    : {
        id,
        why,
        command: quoteWords([...speaker.prefix, ...argv]),
        argv,
        copy_runnable: missing.length === 0,
        missing_inputs: missing,
        requires_auth: described.requires_auth,
        effect: described.effect
      }
}

/** Words with those that choose the same service again, where the command takes them. */
export const contextual = (
  words: ReadonlyArray<string>,
  speaker: Pick<Speaker, "context" | "isOurs">
): ReadonlyArray<string> => {
  const whole = inContext(words, speaker.context)
  return speaker.isOurs(whole) ? whole : words
}

/** The words before a `--`, which alone may be flags. */
export const beforeDashes = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = words.indexOf("--")
  return end < 0 ? words : words.slice(0, end)
}

/** Words with those that choose a service, unless they choose one themselves. */
export const inContext = (
  words: ReadonlyArray<string>,
  context: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const own = beforeDashes(words)
  if (own.includes("--local") || own.includes("--api-base-url")) return words
  const end = words.indexOf("--")
  return end < 0 ? [...words, ...context] : [...words.slice(0, end), ...context, ...words.slice(end)]
}

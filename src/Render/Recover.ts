import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ImageSkillError } from "../Errors.js"
import { Action } from "../Schema/Action.js"
import { quoteWords, splitWords } from "../Schema/Shell.js"
import { untrusted } from "../Schema/Text.js"
import type { Recovery } from "../Schema/Recovery.js"
import { advise, fallback } from "./Advise.js"
import { keysOf } from "./Keys.js"
import { act, beforeDashes, contextual, type Speaker } from "./Speaker.js"

/** What a failure's details and recovery become for this caller. */
export interface Recovered {
  readonly details: Readonly<Record<string, unknown>>
  readonly recovery: Recovery
}

/** Adds what to do next to a failure, in the caller's own words; commands that are not ours are put where nobody runs them. */
export const recover = (error: ImageSkillError, speaker: Speaker): Recovered => {
  const theirs = error.recovery ?? {}
  const adopted = adopt(theirs.suggested_command, speaker)
  const keys = keysOf(error, speaker)
  const own = advise(error, speaker, keys.fresh)
  const chosen =
    // Signing in is the service's to explain; everything else we know better.
    (error._tag === "AuthRequired" ? (adopted.action ?? own.action) : (own.action ?? adopted.action)) ??
    fallback(error, speaker)
  const known = [...(own.action === null ? [] : [own.action]), ...own.next, ...vetted(theirs.next, speaker)]
  // The command that is told stands first among the actions, and each stands once (contract §12).
  const next = once(
    chosen === null ? known : [known.find(({ command }) => command === chosen.command) ?? chosen, ...known]
  )
  // What a caller is told to run is ours to write; only the rest of a service's recovery passes as it came.
  const {
    after_auth: _after,
    local_alternative: _local,
    next: _next,
    suggested_command: _command,
    install_command: install,
    idempotency_key: _key,
    retry: _retry,
    ...rest
  } = theirs
  return {
    details: {
      ...error.details,
      ...(keys.spent === null ? {} : { idempotency_key: keys.spent }),
      ...(adopted.untrusted === null ? {} : { untrusted_command: adopted.untrusted }),
      ...own.details
    },
    recovery: {
      ...rest,
      // Only the embedded service speaks of this machine's packages.
      ...(speaker.isLocal && install !== undefined ? { install_command: install } : {}),
      ...(keys.named === null ? {} : { idempotency_key: keys.named }),
      ...(keys.retry === undefined ? {} : { retry: keys.retry }),
      ...own.recovery,
      ...(chosen === null ? {} : { suggested_command: chosen.command }),
      docs_url: speaker.docsUrl(error.code),
      ...(next.length === 0 ? {} : { next })
    }
  }
}

/** The actions without those whose command stands before them. */
const once = (actions: ReadonlyArray<Action>): ReadonlyArray<Action> =>
  actions.filter(({ command }, at) => actions.findIndex((other) => other.command === command) === at)

/** A service's command, rewritten as ours; or, when it is none of ours, kept as untrusted text (contract §1). */
const adopt = (
  command: string | undefined,
  speaker: Speaker
): { readonly action: Action | null; readonly untrusted: string | null } => {
  if (command === undefined) return { action: null, untrusted: null }
  const words = splitWords(command)
  const own = words === null ? null : withoutProgram(words)
  // What stands here is run without much thought: it must cost nothing and take nothing away. What waits for a job may have it
  // debited, but only as it was agreed when the job was made.
  const action =
    own === null || !isHarmless(own, speaker)
      ? null
      : act("suggested", "the way on that this failure names", own, speaker, placeholdersIn(own))
  const isSafe = action?.effect.no_spend === true || own?.slice(0, 2).join(" ") === "jobs wait"
  return action !== null && isSafe
    ? { action, untrusted: null }
    : { action: null, untrusted: untrusted(command) }
}

/** The flags whose values are words like `AGENT_NAME`, which the caller has to replace. */
const placeholdersIn = (words: ReadonlyArray<string>): ReadonlyArray<string> =>
  words.flatMap((word, at) => {
    const flag = words[at - 1] ?? ""
    return flag.startsWith("--") && /^(?:[A-Z]+(?:_[A-Z]+)+|RUNTIME|PROMPT|KEY)$/.test(word)
      ? [flag.slice(2).replaceAll("-", "_")]
      : []
  })

/** A service's suggested actions, as far as they are commands of ours: the words are theirs, the command line is written anew. */
export const vetted = (
  actions: unknown,
  speaker: Pick<Speaker, "prefix" | "context" | "isOurs" | "describe">
): ReadonlyArray<Action> =>
  (actions === undefined ? [] : Option.getOrElse(decodeActions(actions), (): ReadonlyArray<Action> => []))
    .filter(({ argv }) => isHarmless(argv, speaker))
    .flatMap((action) => {
      const argv = contextual(action.argv, speaker)
      // What a command does is ours to say: a service might call a purchase free.
      const described = speaker.describe(argv)
      return described === null
        ? []
        : [
            {
              ...action,
              ...described,
              id: untrusted(action.id),
              why: untrusted(action.why),
              argv,
              command: quoteWords([...speaker.prefix, ...argv])
            }
          ]
    })

const decodeActions = Schema.decodeUnknownOption(Schema.Array(Action))

// A service may suggest what to do, but not with whom, with which token, or with which of the caller's files.
const refusedFlags =
  /^--(?:api-base-url|token|token-stdin|prompt-file|output|output-dir|download|overwrite)(?:=|$)/
// What changes how later commands are run, or opens the machine, is the caller's own business.
const refusedCommands: ReadonlySet<string> = new Set([
  "config",
  "auth",
  "serve",
  "admin",
  "upload",
  "assets delete"
])

const isHarmless = (words: ReadonlyArray<string>, speaker: Pick<Speaker, "isOurs">): boolean =>
  !beforeDashes(words).some((word) => refusedFlags.test(word)) &&
  !refusedCommands.has(words[0] ?? "") &&
  !refusedCommands.has(words.slice(0, 2).join(" ")) &&
  speaker.isOurs(words)

/** The words behind the program's name: a service may name it as it is called elsewhere; `null` when it names another. */
export const withoutProgram = (words: ReadonlyArray<string>): ReadonlyArray<string> | null => {
  if (words[0] === "image-skill") return words.slice(1)
  if (words[0] !== "npx") return null
  const at = words.findIndex((word) => /^image-skill(?:@[\w.-]+)?$/.test(word))
  return at < 0 || at > 2 ? null : words.slice(at + 1)
}

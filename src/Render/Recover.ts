import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ImageSkillError } from "../Errors.js"
import { Action } from "../Schema/Action.js"
import { suggest, type Suggestion, toAction } from "../Operations/Suggest.js"
import { jobsWait } from "../Operations/Jobs.js"
import { jobsRecover } from "../Operations/Recovery.js"
import { signup } from "../Operations/Signup.js"
import { paymentProviders } from "../Schema/Credits.js"
import { quoteWords, splitWords } from "../Schema/Shell.js"
import { untrusted } from "../Schema/Text.js"
import type { Recovery } from "../Schema/Recovery.js"
import { mayHaveRun } from "../Operations/Outcome.js"

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

/** What a failure's details and recovery become for this caller. */
export interface Recovered {
  readonly details: Readonly<Record<string, unknown>>
  readonly recovery: Recovery
}

/** Adds what to do next to a failure, in the caller's own words; commands that are not ours are put where nobody runs them. */
export const recover = (error: ImageSkillError, speaker: Speaker): Recovered => {
  const theirs = error.recovery ?? {}
  const adopted = adopt(theirs.suggested_command, speaker)
  const own = advise(error, speaker)
  const next = [...own.next, ...vetted(theirs.next, speaker)]
  // Signing in is the service's to explain; everything else we know better.
  const command =
    (error._tag === "AuthRequired" ? (adopted.command ?? own.command) : (own.command ?? adopted.command)) ??
    fallback(error, speaker)
  // What a caller is told to run is ours to write; only the rest of a service's recovery passes as it came.
  const {
    after_auth: _after,
    local_alternative: _local,
    next: _next,
    suggested_command: _command,
    install_command: install,
    ...rest
  } = theirs
  return {
    details: {
      ...error.details,
      ...(adopted.untrusted === null ? {} : { untrusted_command: adopted.untrusted }),
      ...own.details
    },
    recovery: {
      ...rest,
      // Only the embedded service speaks of this machine's packages.
      ...(speaker.isLocal && install !== undefined ? { install_command: install } : {}),
      ...(speaker.attempt === null ? {} : { idempotency_key: speaker.attempt.key }),
      ...own.recovery,
      ...(command === null ? {} : { suggested_command: command }),
      docs_url: speaker.docsUrl(error.code),
      ...(next.length === 0 ? {} : { next })
    }
  }
}

/** A service's command, rewritten as ours; or, when it is none of ours, kept as untrusted text (contract §1). */
const adopt = (
  command: string | undefined,
  speaker: Speaker
): { readonly command: string | null; readonly untrusted: string | null } => {
  if (command === undefined) return { command: null, untrusted: null }
  const words = splitWords(command)
  const own = words === null ? null : withoutProgram(words)
  // What stands here is run without much thought: it must cost nothing and take nothing away.
  return own !== null && isHarmless(own, speaker) && speaker.describe(own)?.effect.no_spend === true
    ? { command: quoteWords([...speaker.prefix, ...contextual(own, speaker)]), untrusted: null }
    : { command: null, untrusted: untrusted(command) }
}

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

/** Words with those that choose the same service again, where the command takes them. */
export const contextual = (
  words: ReadonlyArray<string>,
  speaker: Pick<Speaker, "context" | "isOurs">
): ReadonlyArray<string> => {
  const whole = inContext(words, speaker.context)
  return speaker.isOurs(whole) ? whole : words
}

const beforeDashes = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = words.indexOf("--")
  return end < 0 ? words : words.slice(0, end)
}

/** The words behind the program's name: a service may name it as it is called elsewhere; `null` when it names another. */
export const withoutProgram = (words: ReadonlyArray<string>): ReadonlyArray<string> | null => {
  if (words[0] === "image-skill") return words.slice(1)
  if (words[0] !== "npx") return null
  const at = words.findIndex((word) => /^image-skill(?:@[\w.-]+)?$/.test(word))
  return at < 0 || at > 2 ? null : words.slice(at + 1)
}

const inContext = (words: ReadonlyArray<string>, context: ReadonlyArray<string>): ReadonlyArray<string> => {
  const own = beforeDashes(words)
  if (own.includes("--local") || own.includes("--api-base-url")) return words
  const end = words.indexOf("--")
  return end < 0 ? [...words, ...context] : [...words.slice(0, end), ...context, ...words.slice(end)]
}

/** What can always be done: look at the money, read the command's help, or have the machine checked. */
const fallback = (error: ImageSkillError, speaker: Speaker): string | null => {
  if (speaker.isLocal && error.recovery?.["install_command"] !== undefined) return null
  const words =
    error._tag === "QuotaExceeded"
      ? error.code === "BUDGET_EXCEEDED" || error.code === "BUDGET_REQUIRES_CONFIRMATION"
        ? ["models", "list", "--available"]
        : ["usage", "quota"]
      : error._tag === "ContentPolicyDenied" ||
          error._tag === "CapabilityDenied" ||
          error._tag === "InvalidArguments"
        ? null
        : ["doctor"]
  return words === null
    ? helpFor(undefined, speaker)
    : quoteWords([...speaker.prefix, ...inContext(words, speaker.context)])
}

interface Advice {
  readonly command: string | null
  readonly recovery: Recovery
  readonly details: Readonly<Record<string, unknown>>
  readonly next: NonNullable<Recovery["next"]>
}

const nothing: Advice = { command: null, recovery: {}, details: {}, next: [] }

/** What we ourselves know to do about a failure. */
const advise = (error: ImageSkillError, speaker: Speaker): Advice => {
  const { attempt, context, prefix } = speaker
  const line = (words: ReadonlyArray<string>, where = context) =>
    quoteWords([...prefix, ...inContext(words, where)])

  if (error._tag === "AuthRequired" && !speaker.isLocal) {
    const again =
      speaker.again === null || attempt === null ? speaker.again : withKey(speaker.again, attempt.key)
    const aboutSigningIn = signsIn.has(again?.[0] ?? "")
    const local =
      again === null || aboutSigningIn || !speaker.isOurs([...again, "--local"])
        ? null
        : line(again, ["--local"])
    const signUp = toAction(signUpSuggestion, prefix, context)
    return {
      ...nothing,
      // The same service, not another one: the embedded service is another identity with other money.
      command: aboutSigningIn ? null : signUp.command,
      next: aboutSigningIn ? [] : [signUp],
      recovery: {
        ...(local === null ? {} : { local_alternative: local }),
        ...(again === null || aboutSigningIn
          ? {}
          : {
              after_auth: {
                command: line(again),
                with_env: `IMAGE_SKILL_TOKEN="$YOUR_TOKEN" ${line(again)}`,
                with_stdin: `printf '%s\\n' "$YOUR_TOKEN" | ${line(inContext(again, ["--token-stdin"]))}`
              }
            })
      }
    }
  }
  if (attempt !== null && error.code === "IDEMPOTENCY_CONFLICT") {
    const fresh = error.recovery?.idempotency_key
    return fresh === undefined || speaker.again === null
      ? nothing
      : {
          ...nothing,
          command: line(withKey(speaker.again, fresh)),
          recovery: { idempotency_key: fresh }
        }
  }

  const jobId = attempt?.jobId ?? jobOf(error)
  const fetches = (attempt?.fetch ?? []).map((suggestion) => toAction(suggestion, prefix, context))
  const [fetch] = fetches
  if (fetch !== undefined) return { ...nothing, command: fetch.command, next: fetches }

  const isInDoubt = error.details?.["outcome"] === "unknown"
  const told = error.recovery?.retry?.policy
  // Whoever does not know what became of a request cannot mean that another key is safe.
  const decided = isInDoubt && told === "new_key" ? undefined : told
  if (attempt !== null && error.code === "ARTIFACT_STORAGE_WRITE_FAILED" && decided === undefined) {
    const finish = toAction(
      suggest("recover", "it was paid for: this finishes what is left of it", jobsRecover, {
        key: attempt.key
      }),
      prefix,
      context
    )
    return {
      command: finish.command,
      details: {},
      recovery: { retry: { policy: "never", key: attempt.key } },
      next: [finish]
    }
  }
  if (attempt !== null && decided !== undefined && decided !== "same_key") return nothing
  // The same command again saves the outputs too, which waiting for the job would not.
  const saves = attempt?.again.argv.includes("--download") ?? false
  if (
    attempt !== null &&
    jobId !== null &&
    !saves &&
    (error._tag === "Timeout" || error.code === "INTERRUPTED")
  ) {
    const wait = toAction(
      suggest("wait_for_job", "the job goes on; this waits for it", jobsWait, { job_id: jobId }),
      prefix,
      context
    )
    return {
      command: wait.command,
      details: { job_id: jobId, outcome: "unknown" },
      recovery: { idempotency_key: attempt.key, retry: { policy: "same_key", key: attempt.key } },
      next: [wait]
    }
  }
  if (attempt !== null && (mayHaveRun(error) || isInDoubt)) {
    const again = toAction(attempt.again, prefix, context)
    return {
      command: again.command,
      details: {
        ...(jobId === null ? {} : { job_id: jobId }),
        outcome: "unknown",
        note: "a credit may be reserved; the same key never pays twice"
      },
      recovery: { idempotency_key: attempt.key, retry: { policy: "same_key", key: attempt.key } },
      next: [again]
    }
  }
  // An interrupted look at something changes nothing: look again.
  if (error.code === "INTERRUPTED" && speaker.again !== null) {
    return { ...nothing, command: line(speaker.again) }
  }
  if (error.code === "HOSTED_API_REQUEST_FAILED" || error.code === "HOSTED_API_NON_JSON_RESPONSE") {
    return {
      ...nothing,
      command: line(["doctor"]),
      recovery:
        speaker.isLocal || speaker.again === null
          ? {}
          : { local_alternative: line(speaker.again, ["--local"]) }
    }
  }
  // The same service with the same data, on any port that is free.
  if (error.details?.["cause"] === "eaddrinuse" && speaker.again?.[0] === "serve") {
    return { ...nothing, command: line(withFlag(speaker.again, "--port", "0")) }
  }
  // Whoever gave a key and is told that it is still good only has to run the same line again.
  const sameKey = decided === "same_key" ? error.recovery?.retry?.key : null
  if (typeof sameKey === "string" && speaker.again?.includes(sameKey) === true) {
    return { ...nothing, command: line(speaker.again) }
  }
  const near = error.recovery?.did_you_mean
  if (error._tag === "InvalidArguments") {
    const corrected = speaker.again === null ? null : withProvider(error, speaker.again)
    if (corrected !== null) return { ...nothing, command: line(corrected) }
    return {
      ...nothing,
      command: error.recovery?.suggested_command === undefined ? helpFor(near, speaker) : null
    }
  }
  return nothing
}

// Commands that are themselves about being signed in, to which a local alternative means nothing.
const signsIn: ReadonlySet<string> = new Set(["auth", "signup"])

const signUpSuggestion = suggest(
  "sign_up",
  "get an identity and a token of this service; put your own words for those in capitals",
  signup,
  {
    agent_contact: "AGENT_OR_OPERATOR_INBOX",
    agent_name: "AGENT_NAME",
    runtime: "RUNTIME",
    save: true,
    show_token: false
  },
  ["agent_contact", "agent_name", "runtime"]
)

const helpFor = (near: string | undefined, speaker: Speaker): string => {
  if (speaker.topic !== null) return quoteWords([...speaker.prefix, ...speaker.topic, "--help"])
  const alternative = near === undefined || near.startsWith("-") ? ["help"] : [...near.split(" "), "--help"]
  return quoteWords([...speaker.prefix, ...(speaker.isOurs(alternative) ? alternative : ["help"])])
}

const withKey = (words: ReadonlyArray<string>, key: string): ReadonlyArray<string> =>
  withFlag(words, "--idempotency-key", key)

const withFlag = (words: ReadonlyArray<string>, flag: string, value: string): ReadonlyArray<string> => {
  const at = words.indexOf(flag)
  const inline = words.findIndex((word) => word.startsWith(`${flag}=`))
  if (at >= 0) return [...words.slice(0, at + 1), value, ...words.slice(at + 2)]
  if (inline >= 0) return [...words.slice(0, inline), `${flag}=${value}`, ...words.slice(inline + 1)]
  return inContext(words, [flag, value])
}

/** The purchase again, with the provider that its quote is paid by; whether it is bought stays the caller's own choice. */
const withProvider = (error: ImageSkillError, words: ReadonlyArray<string>): ReadonlyArray<string> | null => {
  const provider = paymentProviders.find((known) => known === error.details?.["required_provider"])
  return provider === undefined || words[0] !== "credits" || words[1] !== "buy"
    ? null
    : withFlag(words, "--provider", provider)
}

const jobOf = (error: ImageSkillError): string | null => {
  const { job, job_id } = error.details ?? {}
  if (typeof job_id === "string") return job_id
  return typeof job === "object" && job !== null && "job_id" in job && typeof job.job_id === "string"
    ? job.job_id
    : null
}

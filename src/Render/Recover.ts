import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ImageSkillError } from "../Errors.js"
import { Action } from "../Schema/Action.js"
import { suggest, type Suggestion, toAction } from "../Operations/Suggest.js"
import { jobsWait } from "../Operations/Jobs.js"
import { quoteWords, splitWords } from "../Schema/Shell.js"
import { untrusted } from "../Schema/Text.js"
import type { Recovery } from "../Schema/Recovery.js"

/** How a run speaks to its caller: in the caller's own words for this program and this service. */
export interface Speaker {
  /** The words that name this program. */
  readonly prefix: ReadonlyArray<string>
  /** The words that choose the same service again: `--local`, `--api-base-url URL`, or none. */
  readonly context: ReadonlyArray<string>
  /** The words of the command that ran, without context and secrets; `null` when they could not be understood. */
  readonly again: ReadonlyArray<string> | null
  /** Whether the words are a command of ours with known flags. */
  readonly isOurs: (words: ReadonlyArray<string>) => boolean
  readonly docsUrl: (code: string) => string
  /** The paid work that the run had begun. */
  readonly attempt: { readonly key: string; readonly jobId: string | null; readonly again: Suggestion } | null
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
  const command = own.command ?? adopted.command ?? fallback(error, speaker)
  // What a caller is told to run is ours to write; only the rest of a service's recovery passes as it came.
  const {
    after_auth: _after,
    local_alternative: _local,
    next: _next,
    suggested_command: _command,
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
  return own !== null && isHarmless(own, speaker)
    ? { command: quoteWords([...speaker.prefix, ...inContext(own, speaker.context)]), untrusted: null }
    : { command: null, untrusted: untrusted(command) }
}

/** A service's suggested actions, as far as they are commands of ours: the words are theirs, the command line is written anew. */
export const vetted = (
  actions: unknown,
  speaker: Pick<Speaker, "prefix" | "context" | "isOurs">
): ReadonlyArray<Action> =>
  Option.getOrElse(decodeActions(actions), (): ReadonlyArray<Action> => [])
    .filter(({ argv }) => isHarmless(argv, speaker))
    .map((action) => {
      const argv = inContext(action.argv, speaker.context)
      return {
        ...action,
        id: untrusted(action.id),
        why: untrusted(action.why),
        argv,
        command: quoteWords([...speaker.prefix, ...argv])
      }
    })

const decodeActions = Schema.decodeUnknownOption(Schema.Array(Action))

// A service may suggest what to do, but not with whom, nor with which token.
const chooser = /^--(?:api-base-url|token)(?:=|$)/

const isHarmless = (words: ReadonlyArray<string>, speaker: Pick<Speaker, "isOurs">): boolean =>
  !beforeDashes(words).some((word) => chooser.test(word)) && speaker.isOurs(words)

const beforeDashes = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = words.indexOf("--")
  return end < 0 ? words : words.slice(0, end)
}

// A service may name the program as it is called elsewhere; only the words behind the name are used.
const withoutProgram = (words: ReadonlyArray<string>): ReadonlyArray<string> | null => {
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
  if (error.recovery?.["install_command"] !== undefined) return null
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
    const { again } = speaker
    const local = again === null ? null : line(again, ["--local"])
    return {
      ...nothing,
      command: local,
      recovery: {
        ...(local === null ? {} : { local_alternative: local }),
        ...(again === null
          ? {}
          : {
              after_auth: {
                command: line(again),
                with_env: `IMAGE_SKILL_TOKEN="$YOUR_TOKEN" ${line(again)}`,
                with_stdin: `printf '%s\\n' "$YOUR_TOKEN" | ${line([...again, "--token-stdin"])}`
              }
            })
      }
    }
  }

  const jobId = attempt?.jobId ?? jobOf(error)
  const mayHaveRun = error.details?.["sent"] === "maybe"
  if (attempt !== null && jobId !== null && (error._tag === "Timeout" || error.code === "INTERRUPTED")) {
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
  if (attempt !== null && (mayHaveRun || error.code === "INTERRUPTED" || error._tag === "Timeout")) {
    const again = toAction(attempt.again, prefix, context)
    return {
      command: again.command,
      details: {
        outcome: "unknown",
        note: "a credit may be reserved; the same key never pays twice"
      },
      recovery: { idempotency_key: attempt.key, retry: { policy: "same_key", key: attempt.key } },
      next: [again]
    }
  }
  if (attempt !== null && error.code === "IDEMPOTENCY_CONFLICT") {
    const fresh = error.recovery?.idempotency_key
    return fresh === undefined || speaker.again === null
      ? nothing
      : { ...nothing, command: line(withKey(speaker.again, fresh)) }
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
  const near = error.recovery?.did_you_mean
  if (error._tag === "InvalidArguments") {
    return {
      ...nothing,
      command: error.recovery?.suggested_command === undefined ? helpFor(near, speaker) : null
    }
  }
  return nothing
}

const helpFor = (near: string | undefined, speaker: Speaker): string => {
  const words = speaker.again ?? []
  const topic = words.slice(
    0,
    words.findIndex((word) => word.startsWith("-")) < 0 ? 2 : words.findIndex((word) => word.startsWith("-"))
  )
  const command = [...topic, "--help"]
  if (speaker.isOurs(command)) return quoteWords([...speaker.prefix, ...command])
  const alternative = near === undefined || near.startsWith("-") ? ["help"] : [...near.split(" "), "--help"]
  return quoteWords([...speaker.prefix, ...(speaker.isOurs(alternative) ? alternative : ["help"])])
}

const withKey = (words: ReadonlyArray<string>, key: string): ReadonlyArray<string> => {
  const at = words.indexOf("--idempotency-key")
  const inline = words.findIndex((word) => word.startsWith("--idempotency-key="))
  if (at >= 0) return [...words.slice(0, at + 1), key, ...words.slice(at + 2)]
  if (inline >= 0) return [...words.slice(0, inline), `--idempotency-key=${key}`, ...words.slice(inline + 1)]
  return inContext(words, ["--idempotency-key", key])
}

const jobOf = (error: ImageSkillError): string | null => {
  const { job, job_id } = error.details ?? {}
  if (typeof job_id === "string") return job_id
  return typeof job === "object" && job !== null && "job_id" in job && typeof job.job_id === "string"
    ? job.job_id
    : null
}

import type { ImageSkillError } from "../Errors.js"
import { jobsWait } from "../Operations/Jobs.js"
import { jobOf, mayHaveRun } from "../Operations/Outcome.js"
import { jobsRecover } from "../Operations/Recovery.js"
import { signup } from "../Operations/Signup.js"
import { suggest, type Suggestion, toAction } from "../Operations/Suggest.js"
import type { Action } from "../Schema/Action.js"
import { paymentProviders } from "../Schema/Credits.js"
import type { Recovery } from "../Schema/Recovery.js"
import { quoteWords } from "../Schema/Shell.js"
import { act, inContext, type Speaker } from "./Speaker.js"

/** What can always be done: look at the money, read the command's help, or have the machine checked. */
export const fallback = (error: ImageSkillError, speaker: Speaker): Action | null => {
  if (speaker.isLocal && error.recovery?.["install_command"] !== undefined) return null
  switch (error._tag) {
    case "QuotaExceeded":
      return error.code === "BUDGET_EXCEEDED" || error.code === "BUDGET_REQUIRES_CONFIRMATION"
        ? act("list_models", "see what the models cost", ["models", "list", "--available"], speaker)
        : act("quota", "see what is left", ["usage", "quota"], speaker)
    case "ContentPolicyDenied":
    case "CapabilityDenied":
    case "InvalidArguments":
      return help(undefined, speaker)
    default:
      return doctor(speaker)
  }
}

const doctor = (speaker: Speaker): Action | null =>
  act("doctor", "check this machine and the service", ["doctor"], speaker)

/** What we ourselves know to do about a failure. */
export interface Advice {
  readonly action: Action | null
  readonly recovery: Recovery
  readonly details: Readonly<Record<string, unknown>>
  /** Further actions. */
  readonly next: ReadonlyArray<Action>
}

const nothing: Advice = { action: null, recovery: {}, details: {}, next: [] }

/** What we ourselves know to do about a failure. */
export const advise = (error: ImageSkillError, speaker: Speaker, fresh: string | null): Advice => {
  const { attempt, context, prefix } = speaker
  const write = (suggestion: Suggestion) => toAction(suggestion, prefix, context, speaker.isLocal)
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
    return {
      ...nothing,
      // The same service, not another one: the embedded service is another identity with other money.
      action: aboutSigningIn ? null : write(signUpSuggestion),
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
  if (fresh !== null) {
    const action = anew(error, speaker, fresh)
    if (action !== null) return { ...nothing, action }
  }

  const jobId = attempt?.jobId ?? jobOf(error)
  const [fetch, ...fetches] = (attempt?.fetch ?? []).map(write)
  if (fetch !== undefined) return { ...nothing, action: fetch, next: fetches }

  const isInDoubt = error.details?.["outcome"] === "unknown"
  const told = error.recovery?.retry?.policy
  // Whoever does not know what became of a request cannot mean that another key is safe.
  const decided = isInDoubt && told === "new_key" ? undefined : told
  if (attempt !== null && error.code === "ARTIFACT_STORAGE_WRITE_FAILED" && decided === undefined) {
    return {
      ...nothing,
      action: write(
        suggest("recover", "it was paid for: this finishes what is left of it", jobsRecover, {
          key: attempt.key
        })
      ),
      recovery: { retry: { policy: "never", key: attempt.key } }
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
    return {
      ...nothing,
      action: write(
        suggest("wait_for_job", "the job goes on; this waits for it", jobsWait, { job_id: jobId })
      ),
      details: { job_id: jobId, outcome: "unknown" },
      recovery: { idempotency_key: attempt.key, retry: { policy: "same_key", key: attempt.key } }
    }
  }
  if (attempt !== null && (mayHaveRun(error) || isInDoubt)) {
    return {
      ...nothing,
      action: write(attempt.again),
      details: {
        ...(jobId === null ? {} : { job_id: jobId }),
        outcome: "unknown",
        note: "a credit may be reserved; the same key never pays twice"
      },
      recovery: { idempotency_key: attempt.key, retry: { policy: "same_key", key: attempt.key } }
    }
  }
  // An interrupted look at something changes nothing: look again.
  if (error.code === "INTERRUPTED" && speaker.again !== null) {
    return {
      ...nothing,
      action: act("look_again", "an interrupted look changes nothing", speaker.again, speaker)
    }
  }
  if (error.code === "HOSTED_API_REQUEST_FAILED" || error.code === "HOSTED_API_NON_JSON_RESPONSE") {
    return {
      ...nothing,
      action: doctor(speaker),
      recovery:
        speaker.isLocal || speaker.again === null
          ? {}
          : { local_alternative: line(speaker.again, ["--local"]) }
    }
  }
  // The same service with the same data, on any port that is free.
  if (error.details?.["cause"] === "eaddrinuse" && speaker.again?.[0] === "serve") {
    return {
      ...nothing,
      action: act(
        "any_port",
        "the same service on a port that is free",
        withFlag(speaker.again, "--port", "0"),
        speaker
      )
    }
  }
  // Whoever gave a key and is told that it is still good only has to run the same line again.
  const sameKey = decided === "same_key" ? error.recovery?.retry?.key : null
  if (typeof sameKey === "string" && speaker.again?.includes(sameKey) === true) {
    return {
      ...nothing,
      action: act("retry_same_key", "the same key never does a thing twice", speaker.again, speaker)
    }
  }
  const near = error.recovery?.did_you_mean
  if (error._tag === "InvalidArguments") {
    const corrected = speaker.again === null ? null : withProvider(error, speaker.again)
    if (corrected !== null) {
      return {
        ...nothing,
        action: act("buy", "the purchase with the provider of its quote", corrected, speaker)
      }
    }
    return {
      ...nothing,
      action: error.recovery?.suggested_command === undefined ? help(near, speaker) : null
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

/** The command again under a fresh key, where that is the way on; another prompt is the caller's to find. */
const anew = (error: ImageSkillError, speaker: Speaker, fresh: string): Action | null => {
  const { again, attempt } = speaker
  const words = attempt?.again.argv ?? again
  if (words === null) return null
  const keyed = withKey(words, fresh)
  if (!speaker.isOurs(keyed)) return null
  switch (error.code) {
    case "IDEMPOTENCY_CONFLICT":
      return act("new_key", "the same under a key that was not used yet", keyed, speaker)
    case "PROVIDER_FAILURE":
    case "JOB_CANCELED":
      return act("new_key", "a new attempt, which costs anew: the old key is used up", keyed, speaker)
    case "CONTENT_POLICY_DENIED":
      return words.some((word) => word === "--prompt" || word.startsWith("--prompt="))
        ? act(
            "other_prompt",
            "the same prompt would be refused again; put your own for the word in capitals",
            withFlag(keyed, "--prompt", "NEW_PROMPT"),
            speaker,
            ["prompt"]
          )
        : null
    default:
      return null
  }
}

const help = (near: string | undefined, speaker: Speaker): Action | null => {
  const alternative = near === undefined || near.startsWith("-") ? ["help"] : [...near.split(" "), "--help"]
  const words =
    speaker.topic === null
      ? speaker.isOurs(alternative)
        ? alternative
        : ["help"]
      : [...speaker.topic, "--help"]
  // Help is the same whatever the service.
  return act("help", "see what can be said", words, { ...speaker, context: [] })
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

import { type Code, type ErrorOf, failure, type FailureOptions } from "../../../Errors.js"
import type { MicroUsd } from "../../../Schema/Money.js"
import { untrusted } from "../../../Schema/Text.js"
import { ProviderFault } from "../Provider.js"
import type { Broken, Reply } from "./Exchange.js"

/** The vendor that failed, and what of its words must not be repeated: keys and the caller's prompt. */
export interface Speaker {
  readonly id: string
  readonly secrets: ReadonlyArray<string>
}

/** What a vendor's failure means: what may have been paid, which of our codes, and what is known of it. */
export interface Meaning {
  readonly acceptance: ProviderFault["acceptance"]
  readonly code: Code
  readonly cause: string
  readonly reason: string
  /** The vendor's own words, shown escaped and cut. */
  readonly said?: string | undefined
  readonly retryable?: boolean
  readonly retryAfterSeconds?: number | null
  readonly billed?: MicroUsd | null
  readonly details?: Readonly<Record<string, unknown>>
}

/** A vendor's words made safe to pass on: without secrets and the prompt, visible, and short (contract §1). */
export const sayable = (words: string, speaker: Speaker): string =>
  untrusted(
    speaker.secrets
      .filter((secret) => secret.length > 3)
      .reduce((text, secret) => text.replaceAll(secret, "[…]"), words)
      .replace(/\b(?:sk|xai|key)-[A-Za-z0-9_*-]{8,}/g, "[…]")
  )

/** Longest text of a vendor's in details, in characters. */
const detailLimit = 80

/** What a vendor's answer brings into details: every text of it made safe, and no more of it than a reader can use. */
const tellable = (value: unknown, speaker: Speaker, depth = 0): unknown => {
  if (typeof value === "string") {
    // Only then cut: a cut through a secret would leave half of it.
    const shown = sayable(value, speaker)
    return shown.length > detailLimit
      ? `${shown.slice(0, detailLimit - 1).replace(/[\ud800-\udbff]$/, "")}…`
      : shown
  }
  if (typeof value !== "object" || value === null) return value
  if (depth === 3) return null
  if (Array.isArray(value)) return value.slice(0, 20).map((inner) => tellable(inner, speaker, depth + 1))
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 20)
      .map(([key, inner]) => [tellable(key, speaker), tellable(inner, speaker, depth + 1)])
  )
}

/** Makes the fault of a meaning. */
export const faultOf = (speaker: Speaker, meaning: Meaning): ProviderFault => {
  const said = meaning.said === undefined ? "" : `: ${sayable(meaning.said, speaker)}`
  const options: FailureOptions = {
    ...(meaning.retryable === undefined ? {} : { retryable: meaning.retryable }),
    details: {
      provider_id: speaker.id,
      ...(tellable({ cause: meaning.cause, ...meaning.details }, speaker) as object)
    },
    ...(meaning.retryAfterSeconds === undefined || meaning.retryAfterSeconds === null
      ? {}
      : { recovery: { retry_after_seconds: meaning.retryAfterSeconds } })
  }
  const error: ErrorOf<Code> = failure(meaning.code, untrusted(`${meaning.reason}${said}`), options)
  return new ProviderFault({
    acceptance: meaning.acceptance,
    error,
    ...(meaning.billed === undefined || meaning.billed === null ? {} : { billed: meaning.billed })
  })
}

/** A submission whose exchange broke: refused when nothing was sent, lost when the answer had begun, else unknown. */
export const brokenSubmission = (speaker: Speaker, broken: Broken, isFree: boolean): ProviderFault => {
  const { cause, phase, retryable, sent, timeout } = broken.network
  const details = { phase, ...(broken.status === null ? {} : { status: broken.status }) }
  if (sent === "no" || isFree) {
    return faultOf(speaker, {
      acceptance: "refused",
      code: timeout && sent !== "no" ? "TIMEOUT" : "PROVIDER_FAILURE",
      cause,
      reason:
        sent === "no"
          ? `${speaker.id} could not be reached (${cause})`
          : `${speaker.id} gave no whole answer (${cause})`,
      retryable: retryable || isFree,
      details
    })
  }
  const isSuccess = broken.status !== null && broken.status >= 200 && broken.status < 300
  return isSuccess
    ? faultOf(speaker, {
        acceptance: "accepted",
        code: "PROVIDER_FAILURE",
        cause,
        reason: `${speaker.id} took the request, but its answer was lost on the way (${cause})`,
        retryable: false,
        details
      })
    : faultOf(speaker, {
        acceptance: "unknown",
        code: "PROVIDER_OUTCOME_UNKNOWN",
        cause,
        reason: `${speaker.id} may have taken the request, but gave no whole answer (${cause})`,
        details
      })
}

/** Seconds that a vendor asks to wait, at most an hour; `null` when it does not say. */
export const retryAfter = (headers: Reply["headers"], now: number): number | null => {
  const millis = /^[0-9]{1,9}(?:\.[0-9]+)?$/.test(headers["retry-after-ms"] ?? "")
    ? Number(headers["retry-after-ms"]) / 1_000
    : null
  const given = headers["retry-after"] ?? ""
  const seconds = /^[0-9]{1,9}$/.test(given)
    ? Number(given)
    : Number.isNaN(Date.parse(given))
      ? null
      : (Date.parse(given) - now) / 1_000
  const wait = millis ?? seconds
  return wait === null ? null : Math.min(3_600, Math.max(0, Math.ceil(wait)))
}

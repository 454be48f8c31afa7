import { MicroUsd } from "../../../Schema/Money.js"
import { ceilDiv } from "../../../Schema/Money.js"
import type { ProviderFault } from "../Provider.js"
import { bodyText, type Reply } from "../Wire/Exchange.js"
import { faultOf, type Meaning, retryAfter, type Speaker } from "../Wire/Faults.js"
import { count, jsonOf, record, text } from "../Wire/Json.js"

const ticksPerMicroUsd = 10_000
const mostTicks = 10_000_000_000_000

/** What an answer's usage says that it cost, rounded up to a micro-dollar; `null` when it says nothing usable. */
export const xaiCost = (body: unknown): MicroUsd | null => {
  const ticks = count(record(record(body)["usage"])["cost_in_usd_ticks"])
  return ticks === undefined || ticks > mostTicks ? null : MicroUsd.make(ceilDiv(ticks, ticksPerMicroUsd))
}

/** An error in either of the two shapes: native, or like OpenAI's (providers.md §2.4). */
const read = (body: unknown) => {
  const outer = record(body)
  const inner = record(outer["error"])
  return {
    code: text(outer["code"]) ?? text(inner["code"]),
    message: text(outer["error"]) ?? text(inner["message"]),
    param: text(inner["param"])
  }
}

/** A denial by xAI's content policy; one that was billed was made first, and the bill is kept. */
export const policyFault = (
  speaker: Speaker,
  isMade: boolean,
  billed: MicroUsd | null,
  said?: string
): ProviderFault =>
  faultOf(speaker, {
    acceptance: isMade || billed !== null ? "accepted" : "refused",
    code: "CONTENT_POLICY_DENIED",
    cause: "content_policy",
    reason: "xai's content policy refused the request",
    said,
    billed
  })

const policyWords = /content moderation|content-moderated|violates usage guidelines/i

/** What an answer that is no success means. */
export const xaiFault = (speaker: Speaker, reply: Reply, modelId: string, now: number): ProviderFault => {
  const body = jsonOf(bodyText(reply))
  const { code, message, param } = read(body)
  const { status } = reply
  const words = message ?? ""
  const fault = (meaning: Omit<Meaning, "acceptance"> & Partial<Pick<Meaning, "acceptance">>) =>
    faultOf(speaker, {
      acceptance: "refused",
      said: message,
      ...meaning,
      details: { status, ...meaning.details }
    })
  if (status >= 500) {
    const isOver = status === 500 && message !== undefined
    return isOver || (status === 503 && (message !== undefined || reply.headers["retry-after"] !== undefined))
      ? fault({
          // Its end in xAI's own words, though the work may have been billed.
          acceptance: isOver ? "accepted" : "refused",
          code: "PROVIDER_FAILURE",
          cause: `http_${status}`,
          reason: `xai failed (status ${status})`,
          retryable: true,
          retryAfterSeconds: retryAfter(reply.headers, now)
        })
      : fault({
          acceptance: "unknown",
          code: "PROVIDER_OUTCOME_UNKNOWN",
          cause: `http_${status}`,
          reason: `xai may have taken the request, but its gateway answered with status ${status}`
        })
  }
  if (code === "imagine:content-moderated" || policyWords.test(words)) {
    return policyFault(speaker, false, xaiCost(body), message)
  }
  if (status === 401 || (status === 400 && /api key/i.test(words))) {
    return fault({
      code: "PROVIDER_FAILURE",
      cause: "provider_auth",
      reason: "xai does not accept the key in XAI_API_KEY",
      said: undefined,
      retryable: false
    })
  }
  if (status === 402 || ((status === 403 || status === 429) && /credits|spending limit/i.test(words))) {
    return fault({
      code: "PROVIDER_FAILURE",
      cause: "provider_quota",
      reason: "the service's account with xai has no funds left",
      retryable: false
    })
  }
  if (status === 403 || status === 404) {
    return fault({
      code: "CAPABILITY_DENIED",
      cause: status === 403 ? "provider_permission" : "model_not_found",
      reason: `xai does not let this account use ${modelId}`
    })
  }
  if (status === 429) {
    return fault({
      code: "RATE_LIMITED",
      cause: "provider_rate_limit",
      reason: "xai takes no more requests at the moment",
      retryAfterSeconds: retryAfter(reply.headers, now)
    })
  }
  if (status === 413) {
    return fault({
      code: "INPUT_POLICY_DENIED",
      cause: "provider_input",
      reason: "xai does not take an image of this size"
    })
  }
  return fault({
    code: param === undefined ? "PROVIDER_FAILURE" : "MODEL_PARAMETERS_INVALID",
    cause: status === 400 || status === 422 ? "provider_rejected" : `http_${status}`,
    reason: `xai refused the request (status ${status})`,
    retryable: status === 408,
    details: param === undefined ? {} : { parameter: param }
  })
}

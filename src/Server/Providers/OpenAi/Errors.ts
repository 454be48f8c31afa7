import type { JsonObject } from "../../../Schema/Open.js"
import type { ProviderFault } from "../Provider.js"
import { bodyText, type Reply } from "../Wire/Exchange.js"
import { faultOf, type Meaning, retryAfter, type Speaker } from "../Wire/Faults.js"
import { jsonOf, record, text } from "../Wire/Json.js"

/** An error as OpenAI words it; all absent when the body is somebody else's, e.g. a gateway's page. */
interface Said {
  readonly isTheirs: boolean
  readonly message: string | undefined
  readonly type: string | undefined
  readonly code: string | undefined
  readonly param: string | undefined
  readonly moderation: JsonObject
}

const read = (reply: Reply): Said => {
  const error = record(record(jsonOf(bodyText(reply)))["error"])
  return {
    isTheirs: text(error["message"]) !== undefined || text(error["type"]) !== undefined,
    message: text(error["message"]),
    type: text(error["type"]),
    code: text(error["code"]),
    param: text(error["param"]),
    moderation: record(error["moderation_details"])
  }
}

const policyCodes: ReadonlySet<string | undefined> = new Set([
  "moderation_blocked",
  "content_policy_violation"
])
const billingCodes: ReadonlySet<string | undefined> = new Set([
  "billing_hard_limit_reached",
  "insufficient_quota",
  "billing_not_active"
])

/** What an answer that is no success means (providers.md §1.4). */
export const openAiFault = (
  speaker: Speaker,
  reply: Reply,
  asked: { readonly keyVariable: string; readonly modelId: string },
  now: number
): ProviderFault => {
  const said = read(reply)
  const { status } = reply
  const base = {
    said: said.message,
    details: { status, ...(said.code === undefined ? {} : { provider_code: said.code }) }
  }
  const fault = (meaning: Omit<Meaning, "said"> & { readonly said?: string | undefined }) =>
    faultOf(speaker, { ...base, ...meaning, details: { ...base.details, ...meaning.details } })

  if (status >= 500) return serverFault(fault, speaker, reply, said, now)
  if (policyCodes.has(said.code)) {
    const stage = text(said.moderation["moderation_stage"]) ?? "unstated"
    // Only blocks of the input are known to be free (providers.md §1.4); older ones do not tell the stage.
    return fault({
      acceptance: stage === "input" || stage === "unstated" ? "refused" : "accepted",
      code: "CONTENT_POLICY_DENIED",
      cause: "content_policy",
      reason: `${speaker.id}'s content policy refused the request`,
      details: { stage: stage, categories: said.moderation["categories"] ?? null }
    })
  }
  if (billingCodes.has(said.code) || said.type === "insufficient_quota") {
    return fault({
      acceptance: "refused",
      code: "PROVIDER_FAILURE",
      cause: "provider_quota",
      reason: `the service's account with ${speaker.id} has no funds or quota left`,
      retryable: false
    })
  }
  if (status === 401) {
    return fault({
      acceptance: "refused",
      code: "PROVIDER_FAILURE",
      cause: "provider_auth",
      reason: `${speaker.id} does not accept the key in ${asked.keyVariable}`,
      said: undefined,
      retryable: false
    })
  }
  if (status === 403 || said.code === "model_not_found") {
    return fault({
      acceptance: "refused",
      code: "CAPABILITY_DENIED",
      cause: status === 403 ? "provider_permission" : "model_not_found",
      reason: `${speaker.id} does not let this account use ${asked.modelId}`
    })
  }
  if (status === 429) {
    return fault({
      acceptance: "refused",
      code: "RATE_LIMITED",
      cause: "provider_rate_limit",
      reason: `${speaker.id} takes no more requests at the moment`,
      retryAfterSeconds: retryAfter(reply.headers, now)
    })
  }
  if (
    status === 413 ||
    said.code === "invalid_mask_image_format" ||
    said.code === "invalid_image_file" ||
    /^(?:image|mask)(?:\[|$)/.test(said.param ?? "")
  ) {
    return fault({
      acceptance: "refused",
      code: "INPUT_POLICY_DENIED",
      cause: "provider_input",
      reason: `${speaker.id} does not take this image or mask`
    })
  }
  if (status === 400 || status === 422) {
    return fault({
      acceptance: "refused",
      code: said.param === undefined ? "PROVIDER_FAILURE" : "MODEL_PARAMETERS_INVALID",
      cause: "provider_rejected",
      reason: `${speaker.id} refused the request`,
      retryable: false,
      details: said.param === undefined ? {} : { parameter: said.param }
    })
  }
  return fault({
    acceptance: "refused",
    code: "PROVIDER_FAILURE",
    cause: `http_${status}`,
    reason: `${speaker.id} answered with status ${status}`,
    retryable: status === 408 || status === 409
  })
}

/**
 * 503 means that nobody took the request. An error in the vendor's own words is its end: no picture will come, though the work may
 * have been billed. A gateway's page says only that the answer did not come: the picture may have been made.
 */
const serverFault = (
  fault: (meaning: Meaning) => ProviderFault,
  speaker: Speaker,
  reply: Reply,
  said: Said,
  now: number
): ProviderFault => {
  const { status } = reply
  const isOver = status === 500 && said.isTheirs
  return isOver || (status === 503 && (said.isTheirs || reply.headers["retry-after"] !== undefined))
    ? fault({
        acceptance: isOver ? "accepted" : "refused",
        code: "PROVIDER_FAILURE",
        cause: `http_${status}`,
        reason: `${speaker.id} failed (status ${status})`,
        retryable: true,
        retryAfterSeconds: retryAfter(reply.headers, now)
      })
    : fault({
        acceptance: "unknown",
        code: "PROVIDER_OUTCOME_UNKNOWN",
        cause: `http_${status}`,
        reason: `${speaker.id} may have taken the request, but its gateway answered with status ${status}`
      })
}

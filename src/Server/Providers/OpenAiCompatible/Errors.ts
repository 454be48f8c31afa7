import type { ProviderFault } from "../Provider.js"
import { bodyText, type Reply } from "../Wire/Exchange.js"
import { faultOf, type Meaning, retryAfter, type Speaker } from "../Wire/Faults.js"
import { jsonOf, list, record, text } from "../Wire/Json.js"

/** A server's own words, in whichever shape it has: `error` as text or object, or FastAPI's `detail` (providers.md §4.1). */
const wordsOf = (reply: Reply): string | undefined => {
  const body = record(jsonOf(bodyText(reply)))
  const error = record(body["error"])
  return (
    text(body["message"]) ??
    text(body["error"]) ??
    text(error["message"]) ??
    text(body["detail"]) ??
    text(record(list(body["detail"])[0])["msg"])
  )
}

/** What an answer that is no success means; what costs nothing is simply refused. */
export const compatibleFault = (
  speaker: Speaker,
  reply: Reply,
  isFree: boolean,
  now: number
): ProviderFault => {
  const { status } = reply
  const said = wordsOf(reply)
  const fault = (
    meaning: Omit<Meaning, "acceptance" | "said" | "details"> & Partial<Pick<Meaning, "acceptance">>
  ) => faultOf(speaker, { acceptance: "refused", ...meaning, said, details: { status } })
  const code = text(record(record(jsonOf(bodyText(reply)))["error"])["code"])
  if (code === "moderation_blocked" || code === "content_policy_violation") {
    return fault({
      code: "CONTENT_POLICY_DENIED",
      cause: "content_policy",
      reason: "the image server's content policy refused the request"
    })
  }
  if (status >= 500) {
    const isOver = status === 500 && said !== undefined
    return isFree || isOver || (status === 503 && said !== undefined)
      ? fault({
          acceptance: isOver && !isFree ? "accepted" : "refused",
          code: status === 504 ? "TIMEOUT" : "PROVIDER_FAILURE",
          cause: `http_${status}`,
          reason: `the image server failed (status ${status})`,
          retryable: true,
          retryAfterSeconds: retryAfter(reply.headers, now)
        })
      : faultOf(speaker, {
          acceptance: "unknown",
          code: "PROVIDER_OUTCOME_UNKNOWN",
          cause: `http_${status}`,
          reason: `the image server may have taken the request, but answered with status ${status}`,
          details: { status }
        })
  }
  if (status === 401 || status === 403) {
    return fault({
      code: "PROVIDER_FAILURE",
      cause: "provider_auth",
      reason: "the image server does not accept IMAGE_SKILL_OPENAI_COMPATIBLE_KEY",
      retryable: false
    })
  }
  if (status === 404 || status === 405) {
    return fault({
      code: "CAPABILITY_DENIED",
      cause: `http_${status}`,
      reason: "the image server has no such route or model"
    })
  }
  if (status === 429) {
    return fault({
      code: "RATE_LIMITED",
      cause: "provider_rate_limit",
      reason: "the image server takes no more requests at the moment",
      retryAfterSeconds: retryAfter(reply.headers, now)
    })
  }
  if (status === 413) {
    return fault({
      code: "INPUT_POLICY_DENIED",
      cause: "provider_input",
      reason: "the image server does not take an image of this size"
    })
  }
  return fault({
    code: "PROVIDER_FAILURE",
    cause: status === 400 || status === 422 ? "provider_rejected" : `http_${status}`,
    reason: `the image server refused the request (status ${status})`,
    retryable: status === 408
  })
}

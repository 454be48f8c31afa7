import type { Code } from "../../../Errors.js"
import type { ProviderFault } from "../Provider.js"
import { bodyText, type Reply } from "../Wire/Exchange.js"
import { faultOf, type Meaning, retryAfter, type Speaker } from "../Wire/Faults.js"
import { jsonOf, list, record, text } from "../Wire/Json.js"

/** An error as fal words it: a model's (`type`) or a request's (`errorType`); neither when the body is somebody else's. */
export interface FalError {
  readonly isTheirs: boolean
  readonly message: string | undefined
  readonly type: string | undefined
  readonly errorType: string | undefined
  readonly parameter: string | undefined
}

/** Reads an error's body, whichever of its shapes it has (providers.md §3.4). */
export const falError = (reply: Reply): FalError => {
  const body = record(jsonOf(bodyText(reply)))
  const [first] = list(body["detail"])
  const detail = record(first)
  const platform = record(body["error"])
  const place = list(detail["loc"]).filter((part) => part !== "body" && typeof part === "string")
  const message = text(body["detail"]) ?? text(detail["msg"]) ?? text(platform["message"])
  const errorType = text(body["error_type"]) ?? text(reply.headers["x-fal-error-type"])
  return {
    isTheirs: message !== undefined || errorType !== undefined,
    message,
    type: text(detail["type"]) ?? text(platform["type"]),
    errorType,
    parameter: place.length === 0 ? undefined : place.join(".")
  }
}

const inputTypes: ReadonlySet<string | undefined> = new Set([
  "image_too_small",
  "image_too_large",
  "image_load_error",
  "file_download_error",
  "face_detection_error",
  "file_too_large",
  "unsupported_image_format"
])

// Some endpoints say it in a plain text only.
const policyWords = /content (?:moderation|policy)|flagged (?:by|as)|safety (?:checker|system)|nsfw/i

const isLocked = (error: FalError): boolean => /exhausted balance|user is locked/i.test(error.message ?? "")

interface Means {
  readonly code: Code
  readonly cause: string
  readonly reason: string
  readonly retryable?: boolean
  readonly parameter?: string | undefined
}

const meaningOf = (speaker: Speaker, status: number, error: FalError): Means => {
  if (
    error.type === "content_policy_violation" ||
    (status < 500 && error.type === undefined && policyWords.test(error.message ?? ""))
  ) {
    return {
      code: "CONTENT_POLICY_DENIED",
      cause: "content_policy",
      reason: `${speaker.id}'s content policy refused the request`
    }
  }
  if (inputTypes.has(error.type) || status === 413) {
    return {
      code: "INPUT_POLICY_DENIED",
      cause: error.type ?? "provider_input",
      reason: `${speaker.id} does not take this image`
    }
  }
  if (error.type === "no_media_generated") {
    return {
      code: "PROVIDER_FAILURE",
      cause: "no_media_generated",
      reason: `${speaker.id} made nothing`,
      retryable: false
    }
  }
  if (status === 401) {
    return {
      code: "PROVIDER_FAILURE",
      cause: "provider_auth",
      reason: `${speaker.id} does not accept the key in FAL_KEY`,
      retryable: false
    }
  }
  if (status === 403) {
    return isLocked(error)
      ? {
          code: "PROVIDER_FAILURE",
          cause: "provider_quota",
          reason: `the service's account with ${speaker.id} has no funds left`,
          retryable: false
        }
      : {
          code: "CAPABILITY_DENIED",
          cause: "provider_permission",
          reason: `${speaker.id} does not let this account use the model`
        }
  }
  if (status === 429) {
    return {
      code: "RATE_LIMITED",
      cause: "provider_rate_limit",
      reason: `${speaker.id} takes no more requests at the moment`
    }
  }
  if (status === 400 || status === 422) {
    return {
      code: error.parameter === undefined ? "PROVIDER_FAILURE" : "MODEL_PARAMETERS_INVALID",
      cause: error.type ?? "provider_rejected",
      reason: `${speaker.id} refused the request`,
      retryable: false,
      parameter: error.parameter
    }
  }
  return {
    code: status === 504 ? "TIMEOUT" : "PROVIDER_FAILURE",
    cause: error.errorType ?? error.type ?? `http_${status}`,
    reason: `${speaker.id} failed (status ${status})`,
    retryable: status >= 500 || status === 408 || status === 409
  }
}

/** The fault of an answer, with what it means for the money. */
export const falFault = (
  speaker: Speaker,
  reply: Reply,
  acceptance: ProviderFault["acceptance"],
  now: number
): ProviderFault => {
  const error = falError(reply)
  const { parameter, ...means } = meaningOf(speaker, reply.status, error)
  const refusal = reply.headers["x-fal-retryable"]
  return faultOf(speaker, {
    ...means,
    cause: means.cause,
    acceptance,
    ...(means.cause === "provider_auth" ? {} : { said: error.message }),
    ...(refusal === "false" && means.code === "PROVIDER_FAILURE" ? { retryable: false } : {}),
    ...(means.code === "RATE_LIMITED" ? { retryAfterSeconds: retryAfter(reply.headers, now) } : {}),
    details: { status: reply.status, ...(parameter === undefined ? {} : { parameter }) }
  })
}

/** A submission that fal did not take: refused, unless a gateway spoke and the request may be in the queue. */
export const falSubmissionFault = (speaker: Speaker, reply: Reply, now: number): ProviderFault => {
  const { status } = reply
  const { isTheirs } = falError(reply)
  if (status < 500 || status === 503 || (status === 500 && isTheirs)) {
    return falFault(speaker, reply, "refused", now)
  }
  const meaning: Meaning = {
    acceptance: "unknown",
    code: "PROVIDER_OUTCOME_UNKNOWN",
    cause: `http_${status}`,
    reason: `${speaker.id} may have queued the request, but answered with status ${status}`,
    details: { status }
  }
  return faultOf(speaker, meaning)
}

/** A request that fal took and then failed: server faults are never charged, refusals by a runner may be (providers.md §3.2). */
export const falResultFault = (speaker: Speaker, reply: Reply, now: number): ProviderFault =>
  falFault(speaker, reply, reply.status >= 500 ? "refused" : "accepted", now)

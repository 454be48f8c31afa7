import type { ProviderFault } from "../Provider.js"
import { bodyText, type Reply } from "../Wire/Exchange.js"
import { faultOf, type Meaning, retryAfter, type Speaker } from "../Wire/Faults.js"
import { jsonOf, list, record, text } from "../Wire/Json.js"
import { ofMasks, same } from "./Request.js"

/** A server's own words: FastAPI's `detail`, as text or as a list, or the name and text of what was raised. */
const wordsOf = (reply: Reply) => {
  const body = record(jsonOf(bodyText(reply)))
  const first = record(list(body["detail"])[0])
  return {
    raised: text(body["error"]),
    field: text(list(first["loc"]).at(-1)),
    said: text(body["detail"]) ?? text(first["msg"]) ?? text(body["errors"]) ?? text(body["error"])
  }
}

// What a request decides, by the server's own name of it; anything else is ours or the server's.
const parameters: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...same, ...ofMasks, "seed"].map((name) => [name, name])),
  width: "size",
  height: "size"
}

/** What an answer that is no success means; the server is the operator's own, so whatever it is cost nobody anything. */
export const automaticFault = (speaker: Speaker, reply: Reply, now: number): ProviderFault => {
  const { status } = reply
  const { field, raised, said } = wordsOf(reply)
  const fault = (meaning: Omit<Meaning, "acceptance" | "details">, details = {}) =>
    faultOf(speaker, { acceptance: "refused", said, ...meaning, details: { status, ...details } })
  if (status === 401 || status === 403) {
    return fault({
      code: "PROVIDER_FAILURE",
      cause: "provider_auth",
      reason: "the image server does not accept IMAGE_SKILL_AUTOMATIC1111_KEY",
      said: undefined,
      retryable: false
    })
  }
  if (said === "Sampler not found") {
    return fault(
      {
        code: "MODEL_PARAMETERS_INVALID",
        cause: "sampler_not_found",
        reason: "the image server has no such sampler",
        said: undefined
      },
      { parameter: "sampler_name" }
    )
  }
  if (status === 413 || said === "Invalid encoded image") {
    return fault({
      code: "INPUT_POLICY_DENIED",
      cause: "provider_input",
      reason:
        status === 413
          ? "the image server does not take a picture of this size"
          : "the image server cannot read the picture",
      said: undefined
    })
  }
  if (status === 404 || status === 405) {
    return fault({
      code: "CAPABILITY_DENIED",
      cause: `http_${status}`,
      reason: `the image server has nothing there (status ${status}); its API needs --api`
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
  if (status < 500) {
    const parameter = Object.hasOwn(parameters, field ?? "") ? parameters[field ?? ""] : undefined
    return fault(
      {
        code: parameter === undefined ? "PROVIDER_FAILURE" : "MODEL_PARAMETERS_INVALID",
        cause: status === 400 || status === 422 ? "provider_rejected" : `http_${status}`,
        reason: `the image server refused the request (status ${status})`,
        retryable: status === 408
      },
      parameter === undefined ? {} : { parameter }
    )
  }
  const isMemory = /out ?of ?memory/i.test(`${raised ?? ""} ${said ?? ""}`)
  return fault(
    {
      code: status === 504 || status === 524 ? "TIMEOUT" : "PROVIDER_FAILURE",
      cause: isMemory ? "out_of_memory" : `http_${status}`,
      reason: isMemory
        ? "the image server has not enough memory for this size"
        : `the image server failed (status ${status})`,
      retryable: true,
      retryAfterSeconds: retryAfter(reply.headers, now)
    },
    raised === undefined ? {} : { exception: raised }
  )
}

/** A run that came to nothing; it cost nobody anything. */
export const nothing = (speaker: Speaker, cause: string, reason: string): ProviderFault =>
  faultOf(speaker, { acceptance: "refused", code: "PROVIDER_FAILURE", cause, reason, retryable: true })

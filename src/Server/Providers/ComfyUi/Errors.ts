import type { ProviderFault } from "../Provider.js"
import { bodyText, type Reply } from "../Wire/Exchange.js"
import { faultOf, type Meaning, retryAfter, type Speaker } from "../Wire/Faults.js"
import { jsonOf, list, record, text } from "../Wire/Json.js"

/** What is wrong with a graph, by ComfyUI's own words on its first bad node. */
const validationOf = (reply: Reply) => {
  const body = record(jsonOf(bodyText(reply)))
  const [node] = Object.values(record(body["node_errors"])).map(record)
  const first = record(list(node?.["errors"])[0])
  const outer = record(body["error"])
  return {
    type: text(first["type"]) ?? text(outer["type"]),
    input: text(record(first["extra_info"])["input_name"]) ?? text(first["details"]),
    message: text(first["message"]) ?? text(outer["message"]) ?? text(body["error"])
  }
}

// What a request decides, by the name of the node's input; anything else is the workflow's own fault.
const parameters: Readonly<Record<string, string>> = {
  ckpt_name: "checkpoint",
  steps: "steps",
  cfg: "cfg",
  seed: "seed",
  denoise: "denoise",
  width: "size",
  height: "size"
}

/** A submission that was answered with a failure; it costs nobody anything, but may have been queued behind a gateway's page. */
export const comfySubmissionFault = (speaker: Speaker, reply: Reply, now: number): ProviderFault => {
  const { status } = reply
  const { input, message, type } = validationOf(reply)
  const fault = (meaning: Omit<Meaning, "acceptance" | "details">, details = {}) =>
    faultOf(speaker, { acceptance: "refused", said: message, ...meaning, details: { status, ...details } })
  if (status === 401 || status === 403) {
    return fault({
      code: "PROVIDER_FAILURE",
      cause: "provider_auth",
      reason: "ComfyUI does not accept IMAGE_SKILL_COMFYUI_KEY",
      said: undefined,
      retryable: false
    })
  }
  if (status === 413) {
    return fault({
      code: "INPUT_POLICY_DENIED",
      cause: "provider_input",
      reason: "ComfyUI does not take a picture of this size"
    })
  }
  if (status === 429) {
    return fault({
      code: "RATE_LIMITED",
      cause: "provider_rate_limit",
      reason: "ComfyUI takes no more requests at the moment",
      retryAfterSeconds: retryAfter(reply.headers, now)
    })
  }
  if (status < 500) {
    const parameter = Object.hasOwn(parameters, input ?? "") ? parameters[input ?? ""] : undefined
    return fault(
      {
        code: parameter === undefined ? "PROVIDER_FAILURE" : "MODEL_PARAMETERS_INVALID",
        cause: type ?? `http_${status}`,
        reason: `ComfyUI refused the workflow (status ${status})`,
        retryable: status === 408
      },
      parameter === undefined ? {} : { parameter }
    )
  }
  return status === 503
    ? fault({
        code: "PROVIDER_FAILURE",
        cause: "http_503",
        reason: "ComfyUI is not ready (status 503)",
        retryable: true,
        retryAfterSeconds: retryAfter(reply.headers, now)
      })
    : inDoubt(speaker, `http_${status}`, `answered with status ${status}`)
}

/** A submission of which nobody knows whether it was queued: ComfyUI is asked before it is sent again. */
export const inDoubt = (speaker: Speaker, cause: string, what: string): ProviderFault =>
  faultOf(speaker, {
    acceptance: "unknown",
    code: "PROVIDER_OUTCOME_UNKNOWN",
    cause,
    reason: `ComfyUI may have queued the workflow, but ${what}`
  })

/** A workflow that failed while it ran, by its messages in the history. */
export const executionFault = (speaker: Speaker, messages: ReadonlyArray<unknown>): ProviderFault => {
  const events = messages.map((message) => list(message))
  const error = record(events.find(([name]) => name === "execution_error")?.[1])
  const isInterrupted = events.some(([name]) => name === "execution_interrupted")
  const type = text(error["exception_type"]) ?? "unknown"
  const isMemory = /memory/i.test(type)
  return faultOf(speaker, {
    acceptance: "refused",
    code: "PROVIDER_FAILURE",
    cause: isInterrupted ? "execution_interrupted" : isMemory ? "out_of_memory" : "execution_error",
    reason: isInterrupted ? "the workflow was interrupted" : "the workflow failed while it ran",
    said: text(error["exception_message"]),
    // Memory may be free the next time.
    retryable: isInterrupted || isMemory,
    details: {
      node: text(error["node_type"]) ?? "unknown",
      exception: type
    }
  })
}

/** A run that came to nothing; it cost nobody anything. */
export const nothing = (speaker: Speaker, cause: string, reason: string): ProviderFault =>
  faultOf(speaker, {
    acceptance: "refused",
    code: "PROVIDER_FAILURE",
    cause,
    reason,
    retryable: true
  })

/** What cannot be asked for now, and can later. */
export const later = (speaker: Speaker, cause: string): ProviderFault =>
  faultOf(speaker, {
    acceptance: "interrupted",
    code: cause === "queue_timeout" ? "TIMEOUT" : "PROVIDER_FAILURE",
    cause,
    reason: `ComfyUI has not told the result yet (${cause}); the job can be waited for again`,
    retryable: true
  })

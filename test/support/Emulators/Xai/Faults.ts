import {
  base64Faults,
  bodyFaults,
  httpFaults,
  okFaults,
  pictureFaults,
  retryHeader,
  urlFaults,
  wireFaults
} from "../Core/CommonFaults.js"
import type { FaultSpec, FaultTable, ReplyOf, Twist } from "../Core/Protocol.js"
import { without } from "../Core/Reply.js"
import type { Json } from "../Core/Types.js"
import { invalidArgument, nativeError, wrappedError } from "./Fields.js"
import { micros, ticks } from "./Prices.js"

const refusal = (summary: string, reply: ReplyOf): FaultSpec => ({ summary, billed: "no", reply })
const bent = (summary: string, twist: Twist): FaultSpec => ({ summary, billed: "yes", twist: () => twist })
const moderated = "Generated image rejected by content moderation."

/** What the vendor charges for an attempt that it then withholds. */
const charged: (request: { body: Json }) => Json = ({ body }) => ({
  usage: {
    cost_in_usd_ticks: ticks(
      micros(
        body?.model ?? "",
        body?.resolution ?? "1k",
        body?.images?.length ?? (body?.image ? 1 : 0),
        body?.n ?? 1
      )
    )
  }
})

const each = (change: (item: Json) => Json): Twist => ({ body: (b) => ({ ...b, data: b.data.map(change) }) })
const limited = "Too many requests for team. Your team has reached its rate limit of 300 requests per minute."

const own: FaultTable = {
  "moderated-billed": {
    summary: "policy: 400 imagine:content-moderated with usage: the attempt is charged",
    billed: "yes",
    reply: (r) => nativeError(400, "imagine:content-moderated", moderated, charged(r))
  },
  "moderated-unbilled": refusal("policy: 400 imagine:content-moderated without usage", () =>
    nativeError(400, "imagine:content-moderated", moderated)
  ),
  "moderated-old-code": {
    summary: "policy: the older code string with the same words, charged",
    billed: "yes",
    reply: (r) => nativeError(400, invalidArgument, moderated, charged(r))
  },
  "moderated-wrapped": refusal("policy: the OpenAI-like body", () =>
    wrappedError(400, moderated, "invalid_request_error", "imagine:content-moderated")
  ),
  "moderated-empty": bent("policy: 200 with data [] and block_reason", {
    body: (b) => ({ ...b, data: [], block_reason: "content_moderated" })
  }),
  "moderated-item": bent(
    "policy: 200 with respect_moderation false and empty items",
    each((item) => ({ ...item, url: "", b64_json: null, respect_moderation: false }))
  ),
  "moderated-bare-item": bent(
    "policy: items with neither url nor b64_json",
    each(() => ({ mime_type: "image/jpeg", revised_prompt: "" }))
  ),
  "moderated-partly": bent("policy: only the first of several items is withheld", {
    count: (n) => Math.max(2, n),
    body: (b) => ({
      ...b,
      data: b.data.map((item: Json, i: number) =>
        i === 0 ? { ...item, url: "", b64_json: null, respect_moderation: false } : item
      )
    })
  }),
  "moderated-prompt": refusal("policy: the prompt itself is refused, 403", () =>
    nativeError(
      403,
      "The caller does not have permission to execute the specified operation",
      "Content violates usage guidelines."
    )
  ),
  "prompt-echoed": refusal("policy: the error repeats the whole prompt", (r) =>
    nativeError(400, "imagine:content-moderated", `Rejected: "${r.body?.prompt}"`)
  ),
  "key-echoed": refusal("400 that repeats the whole key", (_, __, key) =>
    nativeError(400, invalidArgument, `Incorrect API key provided: ${key}.`)
  ),
  "auth-invalid-key": refusal("an incorrect key, said with 400", () =>
    nativeError(
      400,
      invalidArgument,
      "Incorrect API key provided: xa***. You can obtain an API key from https://console.x.ai."
    )
  ),
  "auth-missing": refusal("401", () =>
    nativeError(401, "Unauthenticated", "No authorization header or an invalid one was given.")
  ),
  "auth-wrapped": refusal("401 in the OpenAI-like body", () =>
    wrappedError(401, "Invalid API key.", "authentication_error", "invalid_api_key")
  ),
  "team-blocked": refusal("403: the team is blocked", () =>
    nativeError(
      403,
      "The caller does not have permission to execute the specified operation",
      "Your team is blocked. Please contact support."
    )
  ),
  "no-permission": refusal("403: the key may not use this model", () =>
    nativeError(
      403,
      "The caller does not have permission to execute the specified operation",
      "Your API key does not have permission to use model grok-imagine-image."
    )
  ),
  "no-credits": refusal("403: no credits (wording unverified)", () =>
    nativeError(
      403,
      "The caller does not have permission to execute the specified operation",
      "Your newly created team doesn't have any credits yet. You can purchase credits on https://console.x.ai."
    )
  ),
  "no-credits-429": refusal("429: credits used up (wording unverified)", () =>
    nativeError(
      429,
      "Some resource has been exhausted",
      "Your team has either used all available credits or reached its monthly spending limit."
    )
  ),
  "model-not-found": refusal("404 for the model", () =>
    nativeError(
      404,
      "Some requested entity was not found",
      "The model grok-imagine-image does not exist or your team does not have access to it."
    )
  ),
  "method-not-allowed": refusal("405", () =>
    nativeError(405, "Method Not Allowed", "The requested method is not allowed.")
  ),
  "unsupported-media": refusal("415", () =>
    nativeError(415, "Unsupported Media Type", "Expected request with `Content-Type: application/json`")
  ),
  "invalid-argument": refusal("400 argument not supported", () =>
    nativeError(400, invalidArgument, "Argument not supported: size")
  ),
  "invalid-argument-wrapped": refusal("400 in the OpenAI-like body", () =>
    wrappedError(400, "Argument not supported: size", "invalid_request_error")
  ),
  unprocessable: refusal("422 with serde's words", () =>
    nativeError(
      422,
      "Unprocessable Entity",
      "Failed to deserialize the JSON body into the target type: missing field `prompt` at line 1 column 2"
    )
  ),
  "unprocessable-text": refusal("422 as plain text", () => ({
    status: 422,
    headers: { "content-type": "text/plain" },
    body: Buffer.from(
      'Failed to deserialize the JSON body into the target type: n: invalid type: string "2", expected u32'
    )
  })),
  "source-unreadable": refusal("400: the source picture cannot be read", () =>
    nativeError(400, invalidArgument, "Failed to download the image from the URL provided.")
  ),
  "rate-limited": refusal("429, no Retry-After unless scripted", (_, call) =>
    nativeError(429, "Some resource has been exhausted", limited, {}, retryHeader(call.retryAfter))
  ),
  "rate-limited-retry-after": refusal("429 with Retry-After 1", (_, call) =>
    nativeError(429, "Some resource has been exhausted", limited, {}, retryHeader(call.retryAfter, "1"))
  ),
  "rate-limited-wrapped": refusal("429 in the OpenAI-like body", () =>
    wrappedError(429, limited, "rate_limit_error", "rate_limit_exceeded")
  ),
  "http-202-deferred": {
    summary: "202 without a result",
    billed: "unknown",
    reply: () => ({
      status: 202,
      headers: { "content-type": "application/json" },
      body: Buffer.from('{"request_id":"x"}')
    })
  },
  "usage-missing": bent("no usage", { usage: () => undefined }),
  "usage-null": bent("usage null", { usage: () => null }),
  "usage-no-ticks": bent("usage without ticks", { usage: () => ({}) }),
  "usage-zero": bent("zero ticks", { usage: () => ({ cost_in_usd_ticks: 0 }) }),
  "usage-negative": bent("negative ticks", { usage: (u) => ({ cost_in_usd_ticks: -u.cost_in_usd_ticks }) }),
  "usage-absurd": bent("a million dollars", { usage: () => ({ cost_in_usd_ticks: 1e16 }) }),
  "usage-infinite": bent("1e308 ticks", { usage: () => ({ cost_in_usd_ticks: 1e308 }) }),
  "usage-text": bent("ticks as text", { usage: (u) => ({ cost_in_usd_ticks: String(u.cost_in_usd_ticks) }) }),
  "usage-fraction": bent("half a tick", { usage: (u) => ({ cost_in_usd_ticks: u.cost_in_usd_ticks + 0.5 }) }),
  "usage-sub-micro": bent("ticks finer than a micro-USD", {
    usage: (u) => ({ cost_in_usd_ticks: u.cost_in_usd_ticks + 1 })
  }),
  "mime-lies": bent(
    "mime_type says png",
    each((item) => ({ ...item, mime_type: "image/png" }))
  ),
  "mime-missing": bent("no mime_type", each(without("mime_type"))),
  "data-missing": bent("200 without data", { body: without("data") })
}

export const xaiFaults: FaultTable = {
  ...wireFaults,
  ...httpFaults((status, message) => ({
    code: status >= 500 ? "The service is currently unavailable" : invalidArgument,
    error: message
  })),
  ...okFaults,
  ...pictureFaults,
  ...base64Faults,
  ...urlFaults,
  ...bodyFaults,
  ...own
}

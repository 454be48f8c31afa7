import {
  base64Faults,
  bodyFaults,
  httpFaults,
  okFaults,
  pictureFaults,
  retryHeader,
  wireFaults
} from "../Core/CommonFaults.js"
import type { FaultSpec, FaultTable, ReplyOf } from "../Core/Protocol.js"
import { bytesReply, without } from "../Core/Reply.js"
import type { Json, Reply, Request } from "../Core/Types.js"
import { errorReply, invalid } from "./Fields.js"

const refusal = (summary: string, reply: ReplyOf): FaultSpec => ({ summary, billed: "no", reply })
const unsure = (summary: string, reply: () => Reply): FaultSpec => ({ summary, billed: "unknown", reply })

const blocked = (stage: string, categories: ReadonlyArray<string>): Reply =>
  errorReply(
    400,
    `Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com and include the request ID req_emulated. safety_violations=[${categories.join(", ")}].`,
    "image_generation_user_error",
    null,
    "moderation_blocked",
    {},
    { moderation_details: { moderation_stage: stage, categories } }
  )

const promptOf = (request: Request): string =>
  request.body?.prompt ?? request.body?.fields?.find(([name]: [string]) => name === "prompt")?.[1] ?? ""

const limit = (type: string, what: string): FaultSpec =>
  refusal(`rate limit on ${what}, Retry-After as scripted (default 1)`, (_, call) =>
    errorReply(
      429,
      `Rate limit reached for gpt-image-2 in organization org-emulated on ${what} per min: Limit 5, Used 5, Requested 1. Please try again in 1s.`,
      type,
      null,
      "rate_limit_exceeded",
      {
        ...retryHeader(call.retryAfter, "1"),
        "x-ratelimit-limit-requests": "5",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "1s"
      }
    )
  )

const overUsage = (summary: string, usage: (u: Json) => Json): FaultSpec => ({
  summary,
  billed: "yes",
  twist: () => ({ usage })
})

const own: FaultTable = {
  "invalid-value": refusal("400 invalid_value on size", () =>
    invalid(
      "Invalid value: '7x7'. Supported values are: '1024x1024', '1536x1024', '1024x1536', and 'auto'.",
      "size",
      "invalid_value"
    )
  ),
  "unknown-parameter": refusal("400 unknown_parameter", () =>
    invalid("Unknown parameter: 'input_fidelity'.", "input_fidelity", "unknown_parameter")
  ),
  "missing-parameter": refusal("400 missing_required_parameter", () =>
    invalid("Missing required parameter: 'prompt'.", "prompt", "missing_required_parameter")
  ),
  "invalid-null-code": refusal("400 with code null and param null", () =>
    invalid("Invalid request.", null, null)
  ),
  "invalid-mask": refusal("400 invalid_mask_image_format", () =>
    errorReply(
      400,
      "Invalid mask image format - mask size does not match image size",
      "image_generation_user_error",
      "mask",
      "invalid_mask_image_format"
    )
  ),
  "invalid-image": refusal("400 for a picture it cannot read", () =>
    invalid(
      "Invalid image file or mode for image 1, please check your image file.",
      "image",
      "invalid_image_file"
    )
  ),
  "moderation-input": refusal("policy: moderation_blocked at the input stage, with details", () =>
    blocked("input", ["violence"])
  ),
  "moderation-output": unsure("policy: moderation_blocked at the output stage", () =>
    blocked("output", ["sexual", "violence"])
  ),
  "moderation-unknown-stage": unsure("policy: moderation_blocked, stage unknown", () =>
    blocked("unknown", ["self-harm"])
  ),
  "moderation-no-details": refusal("policy: moderation_blocked without moderation_details", () =>
    errorReply(
      400,
      "Your request was rejected as a result of our safety system.",
      "image_generation_user_error",
      null,
      "moderation_blocked"
    )
  ),
  "policy-violation-old": refusal("policy: content_policy_violation as dall-e said it", () =>
    invalid(
      "Your request was rejected as a result of our safety system. Your prompt may contain text that is not allowed by our safety system.",
      null,
      "content_policy_violation"
    )
  ),
  "policy-violation-user-error": refusal(
    "policy: content_policy_violation of type image_generation_user_error",
    () =>
      errorReply(
        400,
        "This request has been blocked by our content filters.",
        "image_generation_user_error",
        null,
        "content_policy_violation"
      )
  ),
  "prompt-echoed": refusal("policy: the error repeats the whole prompt", (request) =>
    errorReply(
      400,
      `Rejected prompt: "${promptOf(request)}"`,
      "image_generation_user_error",
      "prompt",
      "moderation_blocked"
    )
  ),
  "key-echoed": refusal("401 that repeats the whole key", (_, __, key) =>
    errorReply(401, `Incorrect API key provided: ${key}.`, "invalid_request_error", null, "invalid_api_key")
  ),
  "billing-hard-limit": refusal("400 billing_hard_limit_reached: the operator's quota", () =>
    invalid("Billing hard limit has been reached", null, "billing_hard_limit_reached")
  ),
  "auth-invalid-key": refusal("401 invalid_api_key", () =>
    errorReply(401, "Incorrect API key provided: sk-***.", "invalid_request_error", null, "invalid_api_key")
  ),
  "auth-missing-key": refusal("401 with code null", () =>
    errorReply(401, "You didn't provide an API key.", "invalid_request_error")
  ),
  "not-verified": refusal("403: the organization is not verified", () =>
    errorReply(
      403,
      "Your organization must be verified to use the model `gpt-image-2`. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization.",
      "invalid_request_error"
    )
  ),
  "no-permission": refusal("403 without access to the model", () =>
    errorReply(
      403,
      "Project `proj_x` does not have access to model `gpt-image-2`",
      "invalid_request_error",
      null,
      "model_not_found"
    )
  ),
  "model-not-found": refusal("404 model_not_found", () =>
    errorReply(
      404,
      "The model 'gpt-image-2' does not exist or you do not have access to it.",
      "invalid_request_error",
      "model",
      "model_not_found"
    )
  ),
  "too-large-400": refusal("400 for an upload that is too large", () =>
    errorReply(400, "Image file is too large.", "invalid_request_error", "image", null)
  ),
  "insufficient-quota": refusal("429 insufficient_quota: not retryable", () =>
    errorReply(
      429,
      "You exceeded your current quota, please check your plan and billing details.",
      "insufficient_quota",
      null,
      "insufficient_quota"
    )
  ),
  "rate-limited": limit("requests", "requests"),
  "rate-limited-tokens": limit("tokens", "tokens"),
  "rate-limited-images": limit("images", "images"),
  "rate-limited-input-images": limit("input-images", "input-images"),
  "rate-limited-no-header": refusal("rate limit without Retry-After", () =>
    errorReply(429, "Rate limit reached for gpt-image-2.", "requests", null, "rate_limit_exceeded")
  ),
  "rate-limited-ms": refusal("rate limit with retry-after-ms 250", () =>
    errorReply(429, "Rate limit reached.", "requests", null, "rate_limit_exceeded", {
      "retry-after-ms": "250",
      "retry-after": "1"
    })
  ),
  "rate-limited-long": refusal("rate limit, Retry-After one day", () =>
    errorReply(429, "Rate limit reached.", "requests", null, "rate_limit_exceeded", {
      "retry-after": "86400"
    })
  ),
  "rate-limited-bad-header": refusal("rate limit, Retry-After no number and no date", () =>
    errorReply(429, "Rate limit reached.", "requests", null, "rate_limit_exceeded", { "retry-after": "soon" })
  ),
  "should-retry-false": refusal("503 with x-should-retry: false", () =>
    errorReply(503, "Overloaded", "server_error", null, null, { "x-should-retry": "false" })
  ),
  "server-error-null": unsure("500 with type and code null", () =>
    bytesReply(
      500,
      "application/json",
      Buffer.from('{"error":{"message":null,"type":null,"param":null,"code":null}}')
    )
  ),
  "url-instead-of-b64": {
    summary: "dall-e's shape: a URL where base64 was expected",
    billed: "yes",
    twist: () => ({
      body: (b) => ({ ...b, data: b.data.map(() => ({ url: "https://pictures.invalid/x.png" })) })
    })
  },
  "null-b64": {
    summary: "an item with b64_json null",
    billed: "yes",
    twist: () => ({ body: (b) => ({ ...b, data: b.data.map(() => ({ b64_json: null })) }) })
  },
  "data-missing": {
    summary: "200 without data",
    billed: "yes",
    twist: () => ({ body: without("data") })
  },
  "size-echo-lies": {
    summary: "the echoed size is not the picture's",
    billed: "yes",
    twist: () => ({ body: (b) => ({ ...b, size: "1x1" }) })
  },
  "usage-missing": overUsage("no usage", () => undefined),
  "usage-null": overUsage("usage null", () => null),
  "usage-negative": overUsage("negative tokens", (u) => ({
    ...u,
    output_tokens: -u.output_tokens,
    total_tokens: -1
  })),
  "usage-absurd": overUsage("a million times the tokens", (u) => ({
    ...u,
    output_tokens: u.output_tokens * 1e6
  })),
  "usage-infinite": overUsage("1e308 tokens", (u) => ({ ...u, output_tokens: 1e308 })),
  "usage-text": overUsage("tokens as words", (u) => ({ ...u, input_tokens: "many", output_tokens: "1056" })),
  "usage-fraction": overUsage("half tokens", (u) => ({ ...u, output_tokens: 10.5 })),
  "usage-no-details": overUsage("no token details, as documented", (u) => ({
    input_tokens: u.input_tokens,
    output_tokens: u.output_tokens,
    total_tokens: u.total_tokens,
    input_tokens_details: u.input_tokens_details
  })),
  "usage-inconsistent": overUsage("a total that is not the sum", (u) => ({ ...u, total_tokens: 1 }))
}

export const openaiFaults: FaultTable = {
  ...wireFaults,
  ...httpFaults((status, message) => ({
    error: {
      message,
      type: status >= 500 ? "server_error" : "invalid_request_error",
      param: null,
      code: status >= 500 ? "server_error" : null
    }
  })),
  ...okFaults,
  ...pictureFaults,
  ...base64Faults,
  ...bodyFaults,
  ...own
}

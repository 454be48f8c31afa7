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
import { jsonReply, textReply, without } from "../Core/Reply.js"
import type { Json } from "../Core/Types.js"

const refusal = (summary: string, reply: ReplyOf): FaultSpec => ({ summary, billed: "no", reply })
const bent = (summary: string, twist: Twist): FaultSpec => ({ summary, billed: "yes", twist: () => twist })
const each = (change: (item: Json) => Json): Twist => ({ body: (b) => ({ ...b, data: b.data.map(change) }) })

const own: FaultTable = {
  "error-string": refusal('400 {"error":"prompt required"} (sd-server)', () =>
    jsonReply(400, { error: "prompt required" })
  ),
  "error-detail": refusal('400 {"detail":"…"} (vLLM-omni)', () =>
    jsonReply(400, { detail: "Invalid size format: 7. Expected 'WIDTHxHEIGHT'." })
  ),
  "error-detail-list": refusal("422 with a list (vLLM-omni)", () =>
    jsonReply(422, {
      detail: [
        { loc: ["body", "n"], msg: "Input should be less than or equal to 10", type: "less_than_equal" }
      ]
    })
  ),
  "error-localai": refusal("500 with a numeric code (LocalAI)", () =>
    jsonReply(500, {
      error: {
        code: 500,
        message: "could not load model: rpc error: code = Unknown desc = Unexpected EOF",
        type: ""
      }
    })
  ),
  "error-text": refusal("400 as plain text", () => textReply(400, "bad request")),
  "no-results": refusal("500 generate_image returned no results", () =>
    jsonReply(500, { error: "generate_image returned no results" })
  ),
  "server-error-message": refusal("500 server_error with a message", () =>
    jsonReply(500, { error: "server_error", message: "ggml_backend_alloc failed" })
  ),
  "out-of-memory": refusal("500 CUDA out of memory", () =>
    jsonReply(500, { detail: "CUDA out of memory. Tried to allocate 2.00 GiB" })
  ),
  "not-initialised": refusal("503 engine not initialised", () =>
    jsonReply(503, { detail: "Diffusion engine not initialized. Start server with a diffusion model." })
  ),
  "auth-missing": refusal("401", () =>
    jsonReply(401, {
      error: { code: 401, message: "An authentication key is required", type: "invalid_request_error" }
    })
  ),
  forbidden: refusal("403", () => jsonReply(403, { error: "forbidden" })),
  "model-not-found": refusal("404 for the model", () =>
    jsonReply(404, { error: { code: 404, message: "model not found", type: "" } })
  ),
  "edits-not-found": refusal("404 as a web framework says it", () => jsonReply(404, { detail: "Not Found" })),
  "queue-full": refusal("429 queue full", (_, call) =>
    jsonReply(429, { error: "queue full" }, retryHeader(call.retryAfter))
  ),
  "policy-openai-shaped": refusal("policy, as a proxy to OpenAI passes it on", () =>
    jsonReply(400, {
      error: {
        message: "Rejected by the safety system.",
        type: "image_generation_user_error",
        param: null,
        code: "moderation_blocked"
      }
    })
  ),
  "prompt-echoed": refusal("the error repeats the whole prompt", (r) =>
    jsonReply(400, { error: `cannot draw: ${r.body?.prompt}` })
  ),
  "created-missing": bent("no created, no id", { body: ({ data }) => ({ data }) }),
  "usage-absent": bent("no usage, as ever", {}),
  "usage-nonsense": bent("usage of words", { body: (b) => ({ ...b, usage: { total_tokens: "many" } }) }),
  "usage-negative": bent("negative usage", {
    body: (b) => ({ ...b, usage: { input_tokens: -1, output_tokens: -1, total_tokens: -2 } })
  }),
  "null-fields": bent(
    "url and revised_prompt null beside b64_json",
    each((item) => ({ url: null, revised_prompt: null, ...item }))
  ),
  "both-forms": bent(
    "url and b64_json at once",
    each((item) => ({ b64_json: "aGVsbG8=", ...item, url: "http://10.0.0.1/x.png" }))
  ),
  "null-item": bent(
    "an item that is null",
    each(() => null)
  ),
  "neither-form": bent(
    "an item without url and b64_json",
    each(() => ({ index: 0 }))
  ),
  "data-object": bent("data is an object", { body: (b) => ({ ...b, data: b.data[0] }) }),
  "data-missing": bent("200 without data", { body: without("data") }),
  "nested-error-200": bent("200 with error beside data", { body: (b) => ({ ...b, error: null }) })
}

export const compatibleFaults: FaultTable = {
  ...wireFaults,
  ...httpFaults((status, message) => ({ error: { code: status, message, type: "" } })),
  ...okFaults,
  ...pictureFaults,
  ...base64Faults,
  ...urlFaults,
  ...bodyFaults,
  ...own
}

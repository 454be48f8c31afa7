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
import type { FaultSpec, FaultTable, JobTwist, ReplyOf, Twist } from "../Core/Protocol.js"
import { htmlReply, without } from "../Core/Reply.js"
import type { Json, Reply } from "../Core/Types.js"
import { blackPng } from "../Media/Pictures.js"
import { entry, modelError, plainDetail, requestError } from "./Errors.js"

const refusal = (summary: string, reply: ReplyOf): FaultSpec => ({ summary, billed: "no", reply })
const bent = (summary: string, twist: Twist): FaultSpec => ({ summary, billed: "yes", twist: () => twist })
const job = (summary: string, twist: JobTwist): FaultSpec => bent(summary, { job: twist })

/** The job ends in a failure that the result tells; `completed` is what the status adds. */
const fails = (
  summary: string,
  reply: Reply,
  completed: Json = { error: "Request failed" },
  billed = false
): FaultSpec => ({
  summary,
  billed: billed ? "yes" : "no",
  twist: () => ({ job: { failure: { reply, completed, billed } } })
})
const failsWith = (summary: string, type: string, msg: string, billed = false): FaultSpec =>
  fails(summary, modelError(422, [entry(type, msg, ["body", "prompt"])], false), { error: msg }, billed)
const queueError = (status: number, type: string): FaultSpec =>
  fails(`job ends with ${status} ${type}`, requestError(status, type, type.replaceAll("_", " ")), {
    error: type.replaceAll("_", " "),
    error_type: type
  })

const each = (change: (item: Json) => Json): Twist => ({
  body: (b) => (b.images ? { ...b, images: b.images.map(change) } : b)
})

const queueFaults: FaultTable = {
  "queue-never-finishing": job("stays IN_PROGRESS until finish()", { stays: "IN_PROGRESS" }),
  "queue-never-starting": job("stays IN_QUEUE until finish()", { stays: "IN_QUEUE" }),
  "queue-long": job("ten more polls than usual", { extraPolls: 10 }),
  "late-success": job("a cancel is acknowledged, yet the job completes and is charged", {
    cancel: "ignored",
    extraPolls: 2
  }),
  "cancel-already-completed": job("cancel answers 400 ALREADY_COMPLETED", { cancel: "already-completed" }),
  "cancel-not-found": job("cancel answers 404 NOT_FOUND", { cancel: "not-found" }),
  "status-404": job("status forgets the request", { vanishes: "status" }),
  "result-404": job("COMPLETED, yet the result is gone", { vanishes: "result" }),
  "status-always-200": job("status answers 200 in every state, as older copies say", { statusCode: 200 }),
  "status-always-202": job("status answers 202 even when COMPLETED", { statusCode: 202 }),
  "status-unknown-state": job('the state is "PAUSED"', { status: (b) => ({ ...b, status: "PAUSED" }) }),
  "status-failed-state": job('the state is "FAILED", which fal does not document', {
    status: (b) => (b.status === "COMPLETED" ? { ...b, status: "FAILED" } : b)
  }),
  "status-minimal": job("status without URLs, logs or metrics", { status: (b) => ({ status: b.status }) }),
  "status-foreign-urls": job("status points to another host", {
    status: (b) => ({ ...b, response_url: "https://elsewhere.invalid/result" })
  }),
  "submit-foreign-urls": job("submit points to another host: the key must not follow", {
    submit: (b) => ({
      ...b,
      status_url: "https://elsewhere.invalid/s",
      response_url: "https://elsewhere.invalid/r",
      cancel_url: "https://elsewhere.invalid/c"
    })
  }),
  "submit-no-urls": job("submit gives only the request id", {
    submit: (b) => ({ status: b.status, request_id: b.request_id })
  }),
  "submit-no-request-id": job("submit without a request id", {
    submit: without("request_id")
  }),
  "submit-response-suffix": job("response_url ends in /response", {
    submit: (b) => ({ ...b, response_url: `${b.response_url}/response` })
  }),
  "result-not-json": job("the result is HTML", { result: () => htmlReply(200, "Oops") }),
  "result-empty-object": bent("the result is {}", { body: () => ({}) })
}

const failures: FaultTable = {
  "completed-with-error": fails(
    "COMPLETED with error; the result is 500",
    plainDetail(500, "Internal Server Error"),
    { error: "Internal Server Error", error_type: "internal_error" }
  ),
  "completed-timeout": fails(
    "COMPLETED with error_type request_timeout; the result is 504",
    requestError(504, "request_timeout", "Request timed out"),
    { error: "Request timed out", error_type: "request_timeout" }
  ),
  "user-timeout": fails(
    "504 by the caller's own x-fal-request-timeout",
    requestError(504, "request_timeout", "Request timed out", { "x-fal-request-timeout-type": "user" }),
    { error: "Request timed out", error_type: "request_timeout" }
  ),
  "startup-timeout": queueError(504, "startup_timeout"),
  "runner-scheduling-failure": queueError(503, "runner_scheduling_failure"),
  "runner-disconnected": queueError(503, "runner_disconnected"),
  "runner-incomplete": queueError(502, "runner_incomplete_response"),
  "runner-server-error": queueError(500, "runner_server_error"),
  "policy-denied": failsWith(
    "policy: 422 content_policy_violation",
    "content_policy_violation",
    "The content could not be processed because it contained material flagged by a content checker."
  ),
  "policy-denied-billed": failsWith(
    "policy: 422 content_policy_violation after a runner ran: charged",
    "content_policy_violation",
    "The content could not be processed because it contained material flagged by a content checker.",
    true
  ),
  "policy-no-media": failsWith(
    "policy-like: 422 no_media_generated",
    "no_media_generated",
    "No images were generated."
  ),
  "policy-text": fails(
    "policy in a plain detail text",
    plainDetail(422, "The prompt was flagged by the content moderation system."),
    { error: "flagged" }
  ),
  "policy-at-submit": refusal("policy: 422 at submit", () =>
    modelError(422, [
      entry(
        "content_policy_violation",
        "The content could not be processed because it contained material flagged by a content checker.",
        ["body", "prompt"]
      )
    ])
  ),
  "has-nsfw-concepts": bent("policy: black pictures with has_nsfw_concepts true", {
    bytes: () => blackPng(64, 64),
    body: (b) => ({ ...b, has_nsfw_concepts: (b.images ?? [1]).map(() => true) })
  }),
  "has-nsfw-partly": bent("policy: only the first of several is flagged", {
    count: (n) => Math.max(2, n),
    body: (b) => ({ ...b, has_nsfw_concepts: (b.images ?? [1]).map((_: Json, i: number) => i === 0) })
  }),
  "prompt-echoed": refusal("422 that repeats the whole input", (r) =>
    modelError(422, [
      entry("value_error", `Invalid prompt: ${r.body?.prompt}`, ["body", "prompt"], undefined, r.body)
    ])
  ),
  "key-echoed": refusal("401 that repeats the whole key", (_, __, key) =>
    plainDetail(401, `Invalid Key: ${key}`)
  ),
  "invalid-parameter": refusal("422 list at submit", () =>
    modelError(
      422,
      [
        entry(
          "less_than_equal",
          "Input should be less than or equal to 4",
          ["body", "num_images"],
          { le: 4 },
          9
        )
      ],
      false
    )
  ),
  "invalid-parameter-list": refusal("422 with three entries at submit", () =>
    modelError(422, [
      entry("missing", "Field required", ["body", "prompt"]),
      entry("literal_error", "Input should be 'jpeg' or 'png'", ["body", "output_format"]),
      entry("extra_forbidden", "Extra inputs are not permitted", ["body", "x"])
    ])
  ),
  "invalid-parameter-late": failsWith(
    "422 list from the result",
    "image_too_small",
    "Image dimensions are too small."
  ),
  "source-unreadable": fails(
    "422 file_download_error from the result",
    modelError(
      422,
      [
        entry(
          "file_download_error",
          "Failed to download the file.",
          ["body", "image_url"],
          undefined,
          "https://x.invalid/a.png"
        )
      ],
      true
    ),
    { error: "Failed to download the file." }
  ),
  "generation-timeout": fails(
    "504 generation_timeout",
    modelError(504, [entry("generation_timeout", "The request timed out during generation.")], true)
  ),
  "downstream-error": fails(
    "400 downstream_service_error",
    modelError(400, [entry("downstream_service_error", "Downstream service returned an error.")], false)
  ),
  "downstream-unavailable": fails(
    "500 downstream_service_unavailable",
    modelError(500, [entry("downstream_service_unavailable", "Downstream service is unavailable.")], true)
  ),
  "auth-missing": refusal("401", () =>
    plainDetail(
      401,
      'Cannot access application "fal-ai/flux". Authentication is required to access this application.'
    )
  ),
  "auth-forbidden": refusal("403 without a reason", () => plainDetail(403, "Forbidden")),
  "balance-exhausted": refusal("403 exhausted balance: the operator's funds", () =>
    plainDetail(
      403,
      "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."
    )
  ),
  "admin-lock": refusal("403 admin lock", () => plainDetail(403, "User is locked. Reason: Admin lock.")),
  "top-up-lock": refusal("403 TOP_UP lock", () => plainDetail(403, "User is locked. Reason: TOP_UP.")),
  "app-not-found": refusal("404 for the app", () => plainDetail(404, 'Application "x" not found')),
  "wrong-path": refusal("405", () => plainDetail(405, "Method Not Allowed")),
  "rate-limited": refusal("429, no Retry-After unless scripted", (_, call) =>
    plainDetail(429, "Too many requests. Please try again later.", retryHeader(call.retryAfter))
  ),
  "rate-limited-retry-after": refusal("429 with Retry-After 1", (_, call) =>
    plainDetail(429, "Too many requests.", retryHeader(call.retryAfter, "1"))
  ),
  "concurrency-limited": refusal("429 by concurrency", (_, call) =>
    plainDetail(429, "Reached concurrent requests limit", retryHeader(call.retryAfter))
  )
}

const units = (summary: string, usage: (n: number) => Json): FaultSpec => bent(summary, { usage })

const accounting: FaultTable = {
  "usage-missing": units("no x-fal-billable-units", () => undefined),
  "usage-zero": units("zero units", () => 0),
  "usage-negative": units("negative units", (n) => -n),
  "usage-absurd": units("a million times the units", (n) => n * 1e6),
  "usage-infinite": units("units of Infinity", () => "Infinity"),
  "usage-text": units("units in words", () => "one"),
  "usage-fraction": units("a long fraction of a unit", (n) => n + 0.123456789),
  "null-sizes": bent(
    "width and height null, as some models do",
    each((i) => ({ ...i, width: null, height: null }))
  ),
  "sizes-lie": bent(
    "width and height are not the picture's",
    each((i) => ({ ...i, width: 7, height: 7 }))
  ),
  "size-missing": bent(
    "only url in each file",
    each((i) => ({ url: i.url }))
  ),
  "single-image": bent("image instead of images", {
    body: ({ images, ...rest }) => ({ ...rest, image: images?.[0] })
  }),
  "nested-null": bent(
    "a null in the list",
    each(() => null)
  ),
  "type-octet-stream": bent(
    "content_type application/octet-stream",
    each((i) => ({ ...i, content_type: "application/octet-stream" }))
  )
}

export const falFaults: FaultTable = {
  ...wireFaults,
  ...httpFaults((_, message) => ({ detail: message })),
  ...okFaults,
  ...pictureFaults,
  ...base64Faults,
  ...urlFaults,
  ...bodyFaults,
  ...queueFaults,
  ...failures,
  ...accounting
}

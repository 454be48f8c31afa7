import { httpFaults, okFaults, pictureFaults, retryHeader, wireFaults } from "../Core/CommonFaults.js"
import type { FaultSpec, FaultTable, JobTwist, ReplyOf } from "../Core/Protocol.js"
import { bytesReply, htmlReply, jsonReply, without } from "../Core/Reply.js"
import type { Json } from "../Core/Types.js"

const refusal = (summary: string, reply: ReplyOf): FaultSpec => ({ summary, billed: "no", reply })
const job = (summary: string, twist: JobTwist): FaultSpec => ({
  summary,
  billed: "no",
  twist: () => ({ job: twist })
})

const invalid =
  (type: string, input: string, message: string): ReplyOf =>
  (request) =>
    jsonReply(400, {
      error: {
        type: "prompt_outputs_failed_validation",
        message: "Prompt outputs failed validation",
        details: "",
        extra_info: {}
      },
      node_errors: {
        [Object.keys(request.body?.prompt ?? { "3": 0 })[0] ?? "3"]: {
          errors: [{ type, message, details: input, extra_info: { input_name: input } }],
          dependent_outputs: ["9"],
          class_type: "KSampler"
        }
      }
    })

const ended = (summary: string, messages: ReadonlyArray<Json>): FaultSpec =>
  job(summary, {
    status: (entry) => ({
      ...entry,
      outputs: {},
      status: { status_str: "error", completed: false, messages: [["execution_start", {}], ...messages] }
    })
  })

const broken = (type: string, message: string): Json => [
  "execution_error",
  {
    node_id: "3",
    node_type: "KSampler",
    executed: [],
    exception_type: type,
    exception_message: message,
    traceback: []
  }
]

const own: FaultTable = {
  "value-not-in-list": refusal(
    "a checkpoint that is not there",
    invalid("value_not_in_list", "ckpt_name", "Value not in list")
  ),
  "value-too-big": refusal(
    "a number above its maximum",
    invalid("value_bigger_than_max", "steps", "Value bigger than max")
  ),
  "value-too-small": refusal(
    "a number below its minimum",
    invalid("value_smaller_than_min", "cfg", "Value smaller than min")
  ),
  "input-missing": refusal(
    "a node without an input",
    invalid("required_input_missing", "clip", "Required input is missing")
  ),
  "type-mismatch": refusal(
    "outputs linked wrongly",
    invalid("return_type_mismatch", "model", "Return type mismatch")
  ),
  "no-prompt": refusal("400 no prompt", () => jsonReply(400, { error: "no prompt", node_errors: [] })),
  "no-outputs-in-graph": refusal("400 prompt_no_outputs", () =>
    jsonReply(400, {
      error: { type: "prompt_no_outputs", message: "Prompt has no outputs", details: "", extra_info: {} },
      node_errors: {}
    })
  ),
  "unknown-node": refusal("400 invalid_prompt", () =>
    jsonReply(400, {
      error: {
        type: "invalid_prompt",
        message: "Cannot execute because a node is unknown",
        details: "",
        extra_info: {}
      },
      node_errors: {}
    })
  ),
  "auth-missing": refusal("401 of a proxy", () => bytesReply(401, "text/plain", Buffer.from("Unauthorized"))),
  "rate-limited": refusal("429 of a proxy", (_, call) =>
    jsonReply(429, { error: "slow down" }, retryHeader(call.retryAfter, "2"))
  ),
  "not-found": refusal("404: another program listens there", () => htmlReply(404, "Not Found")),
  "prompt-echoed": refusal("the error repeats the whole prompt", (request) =>
    jsonReply(400, { error: `bad: ${JSON.stringify(request.body?.prompt)}`, node_errors: [] })
  ),
  "no-prompt-id": job("200 without prompt_id", { submit: without("prompt_id") }),
  "strange-prompt-id": job("an id that is a path", {
    submit: (body) => ({ ...body, prompt_id: "../../etc" })
  }),
  "node-errors-beside": job("200 with errors of a node that is not needed", {
    submit: (body) => ({
      ...body,
      node_errors: { "7": { errors: [], dependent_outputs: [], class_type: "X" } }
    })
  }),
  "out-of-memory": ended("memory runs out", [broken("torch.OutOfMemoryError", "Allocation on device")]),
  "node-fails": ended("a node fails", [broken("RuntimeError", "mat1 and mat2 shapes cannot be multiplied")]),
  interrupted: ended("somebody interrupts it", [["execution_interrupted", { node_id: "3" }]]),
  "error-without-messages": ended("an error that says nothing", []),
  "outputs-empty": job("success, and nothing saved", { status: (entry) => ({ ...entry, outputs: {} }) }),
  "outputs-null": job("outputs of another shape", {
    status: (entry) => ({ ...entry, outputs: { "9": null } })
  }),
  "temp-only": job("previews only", {
    status: (entry) => ({
      ...entry,
      outputs: Object.fromEntries(
        Object.entries(entry.outputs).map(([id, node]) => [
          id,
          { images: (node as Json).images.map((image: Json) => ({ ...image, type: "temp" })) }
        ])
      )
    })
  }),
  "status-missing": job("a history without status (older servers)", { status: without("status") }),
  "queue-long": job("ten more looks than usual", { extraPolls: 10 }),
  "queue-never-finishing": job("it runs for ever", { stays: "IN_PROGRESS" }),
  "queue-never-starting": job("it waits for ever", { stays: "IN_QUEUE" }),
  forgotten: job("a restart forgets it", { vanishes: "status" }),
  "view-404": job("the file is gone", { result: () => bytesReply(404, "", Buffer.alloc(0)) }),
  "view-403": job("the path is refused", { result: () => bytesReply(403, "", Buffer.alloc(0)) }),
  "view-500": job("the file cannot be read, ever", { result: () => bytesReply(500, "", Buffer.alloc(0)) }),
  "view-empty": job("an empty file", { result: (reply) => ({ ...reply, body: Buffer.alloc(0) }) }),
  "view-html": job("a login page instead of the file", { result: () => htmlReply(200, "Sign in") }),
  "view-type-lies": job("the right bytes as text", {
    result: (reply) => ({ ...reply, headers: { ...reply.headers, "content-type": "text/html" } })
  })
}

/** Nothing that a server of one's own does is billed. */
export const comfyFaults: FaultTable = Object.fromEntries(
  Object.entries({
    ...wireFaults,
    ...httpFaults((_, message) => ({ error: message, node_errors: [] })),
    ...okFaults,
    ...pictureFaults,
    ...own
  }).map(([name, spec]) => [name, { ...spec, billed: "no" as const }])
)

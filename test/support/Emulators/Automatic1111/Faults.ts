import {
  base64Faults,
  bodyFaults,
  httpFaults,
  okFaults,
  pictureFaults,
  retryHeader,
  wireFaults
} from "../Core/CommonFaults.js"
import type { FaultSpec, FaultTable, ReplyOf, Twist } from "../Core/Protocol.js"
import { bytesReply, htmlReply, jsonReply, textReply, without } from "../Core/Reply.js"
import type { Json } from "../Core/Types.js"
import { png } from "../Media/Pictures.js"

const refusal = (summary: string, reply: ReplyOf): FaultSpec => ({ summary, billed: "no", reply })
const bent = (summary: string, twist: Twist): FaultSpec => ({ summary, billed: "no", twist: () => twist })

const raised = (error: string, errors: string) => () =>
  jsonReply(500, { error, detail: "", body: "", errors })

const invalid = (field: string, msg: string, more: object = {}) =>
  jsonReply(422, { detail: [{ loc: ["body", field], msg, type: "value_error", ...more }] })

const images = (change: (images: ReadonlyArray<string>) => Json): Twist => ({
  body: (body) => ({ ...body, images: change(body.images) })
})

const grid = png(96, 96, 77).toString("base64")

const info = (change: (info: Json) => Json): Twist => ({
  body: (body) => ({ ...body, info: JSON.stringify(change(JSON.parse(body.info))) })
})

const own: FaultTable = {
  "sampler-not-found": refusal("404 Sampler not found", () =>
    jsonReply(404, { detail: "Sampler not found" })
  ),
  "init-image-not-found": refusal("404 Init image not found", () =>
    jsonReply(404, { detail: "Init image not found" })
  ),
  "script-not-found": refusal("404 Script not found", () => jsonReply(404, { detail: "Script not found" })),
  "no-api": refusal("404 of a server without --api", () => jsonReply(404, { detail: "Not Found" })),
  "not-found-html": refusal("404: another program listens there", () => htmlReply(404, "Not Found")),
  "method-not-allowed": refusal("405", () => jsonReply(405, { detail: "Method Not Allowed" })),
  "auth-wrong": refusal("401 with WWW-Authenticate", () =>
    jsonReply(401, { detail: "Incorrect username or password" }, { "www-authenticate": "Basic" })
  ),
  "auth-missing": refusal("401 of a proxy", () =>
    bytesReply(401, "text/plain", Buffer.from("Unauthorized"), { "www-authenticate": "Basic" })
  ),
  "key-echoed": refusal("500 that repeats the whole header", (request, _, key) =>
    jsonReply(500, {
      error: "HTTPException",
      detail: "",
      body: "",
      errors: `bad credentials ${key} of ${request.headers.authorization}, ${key.split(":")[1]}`
    })
  ),
  "prompt-echoed": refusal("422 that repeats the prompt", (request) =>
    invalid("prompt", `cannot parse ${request.body?.prompt}`, { input: request.body?.prompt })
  ),
  "steps-refused": refusal("422 for one field", () =>
    invalid("steps", "ensure this value is less than or equal to 150")
  ),
  "width-refused": refusal("422 for the width", () => invalid("width", "must be a multiple of 8")),
  "field-refused": refusal("422 for a field of ours", () => invalid("send_images", "extra fields")),
  "detail-text": refusal("422 with a text", () => jsonReply(422, { detail: "always on script x not found" })),
  "bad-request": refusal("400 as SD.Next says it", () => jsonReply(400, { error: "Init image is none" })),
  "bad-request-text": refusal("400 as plain text", () => textReply(400, "bad request")),
  "invalid-image": refusal("500 Invalid encoded image", () =>
    jsonReply(500, {
      error: "HTTPException",
      detail: "Invalid encoded image",
      body: "",
      errors: ""
    })
  ),
  "out-of-memory": refusal(
    "500 CUDA out of memory",
    raised("OutOfMemoryError", "CUDA out of memory. Tried to allocate 8.00 GiB")
  ),
  "nans-produced": refusal(
    "500 NansException",
    raised("NansException", "A tensor with all NaNs was produced in Unet.")
  ),
  "model-broken": refusal("500 while the model is loaded", raised("FileNotFoundError", "No checkpoints")),
  "rate-limited": refusal("429 of a proxy", (_, call) =>
    jsonReply(429, { detail: "slow down" }, retryHeader(call.retryAfter, "2"))
  ),
  "images-null": bent(
    "images null",
    images(() => null)
  ),
  "images-missing": bent("no images", { body: without("images") }),
  "images-object": bent(
    "images as an object",
    images((all) => ({ ...all }))
  ),
  "images-nulls": bent(
    "images that are null",
    images((all) => all.map(() => null))
  ),
  "one-image-null": bent(
    "one image is null",
    images((all) => [all[0], ...all.slice(1).map(() => null)])
  ),
  interrupted: bent(
    "somebody interrupted it before a picture",
    images(() => [])
  ),
  "grid-first": bent(
    "a grid of all before them",
    images((all) => [grid, ...all])
  ),
  "grid-and-maps": bent("a grid before, and maps of an extension behind", {
    body: (body) => ({
      ...body,
      images: [grid, ...body.images, grid, grid],
      info: JSON.stringify({ ...JSON.parse(body.info), index_of_first_image: 1 })
    })
  }),
  "maps-behind": bent("maps of an extension behind", {
    body: (body) => ({
      ...body,
      images: [...body.images, grid, grid],
      info: JSON.stringify({ ...JSON.parse(body.info), index_of_first_image: 0 })
    })
  }),
  "info-missing": bent("no info", { body: without("info") }),
  "info-object": bent("info as an object", {
    body: (body) => ({ ...body, info: JSON.parse(body.info) })
  }),
  "info-not-json": bent("info that is no JSON", { body: (body) => ({ ...body, info: "Steps: 20" }) }),
  "info-strange": bent(
    "info of other types",
    info(() => ({ all_seeds: 7, index_of_first_image: "one", sd_model_name: [] }))
  ),
  "index-absurd": bent(
    "a first image beyond the last",
    info((told) => ({ ...told, index_of_first_image: 99 }))
  ),
  "other-checkpoint": bent(
    "made by another checkpoint",
    info((told) => ({ ...told, sd_model_name: "another" }))
  ),
  "parameters-missing": bent("no parameters", { body: without("parameters") })
}

const { "content-type-missing": untyped, "content-type-text": asText, "extra-fields": more } = bodyFaults

/** Nothing that a server of one's own does is billed. */
export const automatic1111Faults: FaultTable = Object.fromEntries(
  Object.entries({
    ...wireFaults,
    ...httpFaults((status, message) =>
      status === 500 ? { error: "RuntimeError", detail: "", body: "", errors: message } : { detail: message }
    ),
    ...okFaults,
    ...pictureFaults,
    ...base64Faults,
    ...(untyped && asText && more
      ? { "content-type-missing": untyped, "content-type-text": asText, "extra-fields": more }
      : {}),
    ...own
  }).map(([name, spec]) => [name, { ...spec, billed: "no" as const }])
)

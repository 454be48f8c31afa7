import { isObject, problems } from "../Core/Checks.js"
import { type Multipart, parseMultipart } from "../Core/Multipart.js"
import type { Done, Host, Protocol, Twist } from "../Core/Protocol.js"
import { bytesReply, jsonReply } from "../Core/Reply.js"
import type { Json, Reply, Request } from "../Core/Types.js"
import { pictures, typeOfFormat } from "../Media/Outputs.js"
import { checkEdit } from "./Edits.js"
import { openaiFaults } from "./Faults.js"
import { conflict, errorReply, generationFields, invalid, models, resolveSize, wording } from "./Fields.js"
import { inputImageTokens, micros, outputTokens, type Quality, textTokens } from "./Prices.js"

interface Plan {
  readonly kind: "generation" | "edit" | "models"
  readonly body: Json
  readonly width: number
  readonly height: number
  readonly imageTokens: number
}

type Checked = { readonly refuse: Reply } | { readonly plan: Plan }

let counter = 0

const authorised = (request: Request, key: string): Reply | undefined => {
  const given = request.headers.authorization
  if (given === undefined || !given.startsWith("Bearer ")) {
    return errorReply(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
      "invalid_request_error"
    )
  }
  if (given !== `Bearer ${key}`) {
    return errorReply(
      401,
      "Incorrect API key provided: sk-***. You can find your API key at https://platform.openai.com/account/api-keys.",
      "invalid_request_error",
      null,
      "invalid_api_key"
    )
  }
  return undefined
}

const planOf = (kind: "generation" | "edit", body: Json, images: Multipart["files"]): Checked => {
  const model = body.model ?? "dall-e-2"
  if (!models.includes(model)) {
    return {
      refuse: errorReply(
        404,
        `The model '${model}' does not exist or you do not have access to it.`,
        "invalid_request_error",
        "model",
        "model_not_found"
      )
    }
  }
  const clash = conflict(body)
  if (clash) return { refuse: clash }
  const size = resolveSize(model, body.size)
  if ("status" in size) return { refuse: size }
  const imageTokens = images.reduce(
    (sum, f) => sum + inputImageTokens(model, body.input_fidelity ?? "low", f.width ?? 0, f.height ?? 0),
    0
  )
  return { plan: { kind, body, width: size[0], height: size[1], imageTokens } }
}

const checkGeneration = (request: Request): Checked => {
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
    return {
      refuse: invalid("Invalid Content-Type: expected 'application/json'.", null, "unsupported_content_type")
    }
  }
  if (!isObject(request.body))
    return { refuse: invalid("We could not parse the JSON body of your request.", null, null) }
  const [problem] = problems(generationFields, request.body)
  return problem ? { refuse: wording(problem) } : planOf("generation", request.body, [])
}

const checkEditRequest = (request: Request): Checked => {
  const type = request.headers["content-type"] ?? ""
  if (!/^multipart\/form-data\b/i.test(type)) {
    return {
      refuse: invalid(
        `Invalid Content-Type header (${type}), expected multipart/form-data.`,
        null,
        "unsupported_content_type"
      )
    }
  }
  const form = parseMultipart(type, request.raw)
  if (typeof form === "string")
    return { refuse: invalid(`Could not parse multipart form: ${form}.`, null, null) }
  Object.assign(request, { body: form })
  const checked = checkEdit(form)
  return "refuse" in checked ? checked : planOf("edit", checked.body, checked.images)
}

const sse = (events: ReadonlyArray<Json>): Buffer =>
  Buffer.from(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""))

const draw = (plan: Plan, twist: Twist): Done => {
  const { body } = plan
  const quality: Quality = body.quality === undefined || body.quality === "auto" ? "medium" : body.quality
  const format = body.output_format ?? "png"
  const background = body.background === undefined || body.background === "auto" ? "opaque" : body.background
  const asked = {
    n: body.n ?? 1,
    width: plan.width,
    height: plan.height,
    type: typeOfFormat(format, "image/png"),
    transparent: background === "transparent"
  }
  const partials = body.stream === true ? (body.partial_images ?? 0) : 0
  const text = textTokens(body.prompt)
  const planned = (outputTokens(body.model, quality, plan.width, plan.height) + partials * 100) * asked.n
  const output = twist.units ? twist.units(planned) : planned
  const usage = {
    input_tokens: text + plan.imageTokens,
    input_tokens_details: { text_tokens: text, image_tokens: plan.imageTokens },
    output_tokens: output,
    output_tokens_details: { image_tokens: output, text_tokens: 0 },
    total_tokens: text + plan.imageTokens + output
  }
  const encode = (bytes: Buffer): string => (twist.base64 ?? ((s: string) => s))(bytes.toString("base64"))
  const data = pictures(asked, twist).map((p) => ({ b64_json: encode(p.bytes) }))
  const described = { background, output_format: format, quality, size: `${plan.width}x${plan.height}` }
  const told = twist.usage ? twist.usage(usage) : usage
  counter += 1
  const requestId = `req_${counter.toString(16).padStart(32, "0")}`
  const headers = {
    "x-request-id": requestId,
    "openai-processing-ms": "8123",
    "openai-version": "2020-10-01",
    "openai-organization": "org-emulated"
  }
  const cost = micros(body.model, { text, image: plan.imageTokens, output })
  if (body.stream === true) {
    const prefix = plan.kind === "edit" ? "image_edit" : "image_generation"
    const event = (b64: string, more: Json): Json => ({
      ...more,
      b64_json: b64,
      created_at: 1_790_000_000,
      ...described
    })
    const events = data.flatMap(({ b64_json }) => [
      ...Array.from({ length: partials }, (_, i) =>
        event(b64_json, { type: `${prefix}.partial_image`, partial_image_index: i })
      ),
      event(b64_json, { type: `${prefix}.completed`, usage: told })
    ])
    return { reply: bytesReply(200, "text/event-stream", sse(events), headers), micros: cost, requestId }
  }
  const answer = {
    created: Math.floor(Date.now() / 1000),
    ...described,
    data,
    ...(told === undefined ? {} : { usage: told })
  }
  const sent = jsonReply(200, twist.body ? twist.body(answer) : answer, headers)
  return {
    reply: twist.headers ? { ...sent, headers: twist.headers({ ...sent.headers }) } : sent,
    micros: cost,
    requestId
  }
}

const listed = models.map((id) => ({ id, object: "model", created: 1_776_729_600, owned_by: "system" }))

export const openaiProtocol = (): Protocol<Plan> => ({
  provider: "openai",
  basePath: "/v1",
  defaultKey: "sk-emulated-0123456789abcdefghijklmnop",
  headers: ["openai-organization", "openai-project", "x-stainless-*", "x-client-request-id"],
  faults: openaiFaults,
  route: (method, path) =>
    method === "POST" && /^\/v1\/images\/(generations|edits)$/.test(path)
      ? "submit"
      : method === "GET" && path === "/v1/models"
        ? "catalog"
        : undefined,
  noRoute: (method, path) => errorReply(404, `Invalid URL (${method} ${path})`, "invalid_request_error"),
  badHeader: (name) => invalid(`Unknown header: '${name}'.`, null, "unknown_header"),
  check: (request, host: Host) => {
    const refuse = authorised(request, host.key)
    if (refuse) return { refuse }
    if (request.point === "catalog")
      return { plan: { kind: "models", body: {}, width: 0, height: 0, imageTokens: 0 } }
    return request.path.endsWith("/edits") ? checkEditRequest(request) : checkGeneration(request)
  },
  perform: (plan, twist) =>
    plan.kind === "models" ? { reply: jsonReply(200, { object: "list", data: listed }) } : draw(plan, twist)
})

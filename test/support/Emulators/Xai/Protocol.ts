import { isObject, problems } from "../Core/Checks.js"
import type { Done, Host, Protocol, Twist } from "../Core/Protocol.js"
import { jsonReply } from "../Core/Reply.js"
import type { Json, Reply, Request } from "../Core/Types.js"
import { pictures } from "../Media/Outputs.js"
import { xaiFaults } from "./Faults.js"
import {
  editFields,
  generationFields,
  invalidArgument,
  models,
  nativeError,
  readSource,
  wording
} from "./Fields.js"
import { micros, ticks } from "./Prices.js"

interface Plan {
  readonly kind: "images" | "models"
  readonly body: Json
  readonly sources: number
  readonly width: number
  readonly height: number
}

type Checked = { readonly refuse: Reply } | { readonly plan: Plan }

const authorised = (request: Request, key: string): Reply | undefined => {
  const given = request.headers.authorization
  if (given === undefined) {
    return nativeError(
      401,
      "Unauthenticated",
      "No authorization header or an invalid one was given: use 'Authorization: Bearer <api key>'."
    )
  }
  if (!given.startsWith("Bearer "))
    return nativeError(401, "Unauthenticated", "Invalid Authorization header: expected Bearer.")
  return given === `Bearer ${key}`
    ? undefined
    : nativeError(
        400,
        invalidArgument,
        "Incorrect API key provided: xa***. You can obtain an API key from https://console.x.ai."
      )
}

/** Pixels are not published: an area of one or four million at the ratio, edges in steps of 16. */
const dimensions = (ratio: number, resolution: string): readonly [number, number] => {
  const area = resolution === "2k" ? 2048 * 2048 : 1024 * 1024
  const step = (n: number): number => Math.max(16, Math.round(n / 16) * 16)
  return [step(Math.sqrt(area * ratio)), step(Math.sqrt(area / ratio))]
}

const sourcesOf = (body: Json): { readonly values: ReadonlyArray<Json> } | { readonly refuse: Reply } =>
  body.image !== undefined && body.images !== undefined
    ? { refuse: nativeError(400, invalidArgument, "Only one of image and images may be given.") }
    : body.image === undefined && body.images === undefined
      ? {
          refuse: nativeError(
            422,
            "Unprocessable Entity",
            "Failed to deserialize the JSON body into the target type: missing field `image` at line 1 column 2"
          )
        }
      : { values: body.images ?? [body.image] }

const checkImages = (request: Request): Checked => {
  const { body } = request
  const edit = request.path.endsWith("/edits")
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "") || request.raw.length === 0) {
    return {
      refuse: nativeError(
        415,
        "Unsupported Media Type",
        "Expected request with `Content-Type: application/json`"
      )
    }
  }
  if (!isObject(body))
    return {
      refuse: nativeError(400, "Bad Request", "Failed to parse the request body as JSON: EOF while parsing")
    }
  const [problem] = problems(edit ? editFields : generationFields, body)
  if (problem) return { refuse: wording(problem) }
  const model = body.model ?? ""
  if (!models.includes(model))
    return {
      refuse: nativeError(
        404,
        "Some requested entity was not found",
        `The model ${model} does not exist or your team does not have access to it.`
      )
    }
  const sources = edit ? sourcesOf(body) : { values: [] }
  if ("refuse" in sources) return sources
  const read = sources.values.map(readSource)
  const bad = read.find((one) => "refuse" in one)
  if (bad && "refuse" in bad) return bad
  const first = read[0] && "seen" in read[0] ? read[0].seen : undefined
  const named =
    (body.aspect_ratio ?? "auto") === "auto" ? undefined : body.aspect_ratio.split(":").map(Number)
  const ratio = named ? named[0] / named[1] : first ? first.width / first.height : 1
  const [width, height] = dimensions(ratio, body.resolution ?? "1k")
  return { plan: { kind: "images", body, sources: sources.values.length, width, height } }
}

let counter = 0

const draw = (plan: Plan, twist: Twist, host: Host): Done => {
  const { body } = plan
  const asked = { n: body.n ?? 1, width: plan.width, height: plan.height, type: "image/jpeg" as const }
  const made = pictures(asked, twist)
  const planned = micros(body.model, body.resolution ?? "1k", plan.sources, asked.n)
  const cost = twist.units ? twist.units(planned) : planned
  counter += 1
  const requestId = `xai-${counter.toString(16).padStart(8, "0")}`
  const data = made.map((p, i) => ({
    ...(body.response_format === "b64_json"
      ? { url: null, b64_json: (twist.base64 ?? ((s: string) => s))(p.bytes.toString("base64")) }
      : { url: host.files.put("/xai-imgen", ".jpeg", "image/jpeg", p.bytes, twist.file), b64_json: null }),
    mime_type: "image/jpeg",
    revised_prompt: "",
    ...(body.storage_options === undefined
      ? {}
      : { file_output: { file_id: `file-${requestId}-${i}`, public_url: null } })
  }))
  const usage = { cost_in_usd_ticks: ticks(cost) }
  const told = twist.usage ? twist.usage(usage) : usage
  const answer = { data, block_reason: null, ...(told === undefined ? {} : { usage: told }) }
  const reply = jsonReply(200, twist.body ? twist.body(answer) : answer, { "x-request-id": requestId })
  return {
    reply: twist.headers ? { ...reply, headers: twist.headers({ ...reply.headers }) } : reply,
    micros: cost,
    requestId
  }
}

const listed = {
  object: "list",
  data: models.map((id) => ({ id, object: "model", created: 1_775_174_400, owned_by: "xai" }))
}

export const xaiProtocol = (): Protocol<Plan> => ({
  provider: "xai",
  basePath: "/v1",
  defaultKey: "xai-emulated-0123456789abcdefghijklmnop",
  headers: ["x-stainless-*"],
  faults: xaiFaults,
  route: (method, path) =>
    method === "POST" && /^\/v1\/images\/(generations|edits)$/.test(path)
      ? "submit"
      : method === "GET" && path === "/v1/models"
        ? "catalog"
        : undefined,
  noRoute: (_, path) =>
    /^\/v1\/(images\/(generations|edits)|models)$/.test(path)
      ? nativeError(405, "Method Not Allowed", "The requested method is not allowed for this resource.")
      : nativeError(404, "Not Found", `The requested resource was not found: ${path}`),
  badHeader: (name) => nativeError(400, invalidArgument, `Header not supported: ${name}`),
  check: (request, host) => {
    const refuse = authorised(request, host.key)
    if (refuse) return { refuse }
    return request.point === "catalog"
      ? { plan: { kind: "models", body: {}, sources: 0, width: 0, height: 0 } }
      : checkImages(request)
  },
  perform: (plan, twist, host) =>
    plan.kind === "models" ? { reply: jsonReply(200, listed) } : draw(plan, twist, host)
})

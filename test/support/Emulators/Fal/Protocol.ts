import { isObject, problems } from "../Core/Checks.js"
import type { Done, Host, Protocol } from "../Core/Protocol.js"
import { bytesReply, jsonReply } from "../Core/Reply.js"
import type { Json, Point, Reply, Request } from "../Core/Types.js"
import { dataUri, measure } from "../Media/Measure.js"
import { apps } from "./Apps.js"
import { entry, modelError, plainDetail, platformError, requestError, wording } from "./Errors.js"
import { falFaults } from "./Faults.js"
import type { Input } from "./Outputs.js"
import { makeQueue, type QueueOptions } from "./Queue.js"

export interface FalOptions extends QueueOptions {
  /** Where wrong input is told: at once, or (as behind the real gateway) by the job's result. */
  readonly validate: "submit" | "result"
}

interface Plan {
  readonly what:
    | "submit"
    | "run"
    | "status"
    | "stream"
    | "result"
    | "cancel"
    | "initiate"
    | "upload"
    | "pricing"
    | "estimate"
  readonly request: Request
  readonly input?: Input
  readonly base?: string
  readonly id?: string
  readonly invalid?: Reply
}

const requestPath =
  /^\/((?:workflows\/|comfy\/)?[^/]+\/[^/]+)\/requests\/([0-9a-f-]{36})(\/status\/stream|\/status|\/cancel|\/response)?$/
const submitPath = /^\/(?:sync\/)?([a-z0-9_-]+(?:\/[A-Za-z0-9._-]+)+)$/

const routeOf = (method: string, path: string): Point | undefined => {
  const request = requestPath.exec(path)
  if (request) {
    const tail = request[3]
    if (method === "GET")
      return tail === "/cancel"
        ? undefined
        : tail === "/status" || tail === "/status/stream"
          ? "status"
          : "result"
    return method === "PUT" && tail === "/cancel" ? "cancel" : undefined
  }
  if (path === "/storage/upload/initiate" && method === "POST") return "upload"
  if (path.startsWith("/uploads/") && method === "PUT") return "upload"
  if (path === "/v1/models/pricing" && method === "GET") return "catalog"
  if (path === "/v1/models/pricing/estimate" && method === "POST") return "catalog"
  return method === "POST" && submitPath.test(path) && !path.includes("/requests/") ? "submit" : undefined
}

const noRoute = (_method: string, path: string): Reply =>
  path.includes("/requests/") || submitPath.test(path)
    ? plainDetail(405, "Method Not Allowed")
    : plainDetail(404, "Not Found")

const authorised = (request: Request, key: string): Reply | undefined => {
  if (request.path.startsWith("/uploads/")) return undefined
  const given = request.headers.authorization
  if (given === `Key ${key}`) return undefined
  if (request.path.startsWith("/v1/"))
    return platformError(401, "authorization_error", "Authentication is required.")
  const app = submitPath.exec(request.path)?.[1] ?? "unknown"
  return given === undefined || !given.startsWith("Key ")
    ? plainDetail(
        401,
        `Cannot access application "${app}". Authentication is required to access this application.`
      )
    : plainDetail(401, "Invalid Key. Please check your API key.")
}

const badSubmitHeader = (request: Request): Reply | undefined => {
  const {
    "x-fal-queue-priority": priority,
    "x-fal-request-timeout": timeout,
    "x-fal-no-retry": noRetry,
    "x-fal-store-io": store
  } = request.headers
  const wrong =
    (priority !== undefined && !["normal", "low"].includes(String(priority)) && "x-fal-queue-priority") ||
    (timeout !== undefined && !(Number(timeout) > 1) && "x-fal-request-timeout") ||
    (noRetry !== undefined && !["1", "true", "yes"].includes(String(noRetry)) && "x-fal-no-retry") ||
    (store !== undefined && store !== "0" && "x-fal-store-io")
  if (wrong) return requestError(400, "bad_request", `Invalid value for header ${wrong}`)
  const stray = Object.keys(request.query).find((name) => name !== "fal_webhook")
  if (stray !== undefined) return requestError(400, "bad_request", `Unknown query parameter ${stray}`)
  const webhook = request.query.fal_webhook
  return webhook !== undefined && !webhook.startsWith("https://")
    ? requestError(400, "bad_request", "fal_webhook must be an https URL")
    : undefined
}

/** Looks into data URIs and into files that were uploaded here; other URLs pass. */
const badLink = (name: string, value: Json, host: Host): Json | undefined => {
  if (Array.isArray(value))
    return value.map((one) => badLink(name, one, host)).find((bad) => bad !== undefined)
  if (typeof value !== "string") return undefined
  if (value.startsWith("data:")) {
    const uri = dataUri(value)
    return uri && measure(uri.bytes)
      ? undefined
      : entry(
          "image_load_error",
          "Failed to load the image. Please ensure the image file is not corrupted and is in a supported format.",
          ["body", name]
        )
  }
  return value.startsWith(host.url) && !host.files.has(value)
    ? entry(
        "file_download_error",
        "Failed to download the file. Please check if the URL is accessible and try again.",
        ["body", name]
      )
    : undefined
}

const checkInput = (
  request: Request,
  host: Host
): { readonly input: Input; readonly invalid?: Reply } | { readonly refuse: Reply } => {
  const endpoint = submitPath.exec(request.path)?.[1] ?? ""
  const app = Object.hasOwn(apps, endpoint) ? apps[endpoint] : undefined
  if (!app) return { refuse: plainDetail(404, `Application "${endpoint}" not found`) }
  const header = badSubmitHeader(request)
  if (header) return { refuse: header }
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "") || !isObject(request.body)) {
    return {
      refuse: modelError(422, [
        entry("model_attributes_type", "Input should be a valid dictionary or object to extract fields from")
      ])
    }
  }
  const found = problems(app.fields, request.body).map(wording)
  const links = Object.entries(request.body)
    .filter(([name]) => /_urls?$/.test(name))
    .flatMap(([name, value]) => badLink(name, value, host) ?? [])
  const all = [...found, ...links]
  const input = { endpoint, app, body: request.body }
  return all.length > 0 ? { input, invalid: modelError(422, all, false) } : { input }
}

const checkUpload = (request: Request): { readonly refuse: Reply } | { readonly plan: Plan } => {
  if (request.method === "PUT") return { plan: { what: "upload", request } }
  const { content_type: type, file_name: name, ...rest } = request.body ?? {}
  const fine =
    request.query.storage_type === "fal-cdn-v3" &&
    typeof type === "string" &&
    typeof name === "string" &&
    Object.keys(rest).length === 0
  return fine
    ? { plan: { what: "initiate", request } }
    : { refuse: modelError(422, [entry("missing", "Field required", ["body", "file_name"])]) }
}

const catalog = ({ request, what }: Plan): Done => {
  if (what === "estimate") {
    const micros = Object.entries(request.body?.endpoints ?? {}).reduce(
      (sum, [id, v]) => sum + (apps[id]?.unitMicros ?? 0) * ((v as Json).unit_quantity ?? 0),
      0
    )
    return {
      reply: jsonReply(200, { estimate_type: "unit_price", total_cost: micros / 1e6, currency: "USD" })
    }
  }
  const ids = (request.query.endpoint_id ?? "").split(",").filter((id) => id !== "")
  if (ids.length < 1 || ids.length > 50)
    return { reply: platformError(400, "validation_error", "endpoint_id: 1 to 50 ids") }
  if (ids.some((id) => !Object.hasOwn(apps, id)))
    return { reply: platformError(404, "not_found", "endpoint not found") }
  const prices = ids.map((id) => ({
    endpoint_id: id,
    unit_price: (apps[id]?.unitMicros ?? 0) / 1e6,
    unit: apps[id]?.unit,
    currency: "USD"
  }))
  return { reply: jsonReply(200, { prices, next_cursor: null, has_more: false }) }
}

const upload = ({ request, what }: Plan, host: Host): Done => {
  if (what === "initiate") {
    const { path, url } = host.files.reserve("/uploads", request.body.file_name)
    return { reply: jsonReply(200, { upload_url: host.url + path, file_url: url }) }
  }
  const filled = host.files.fill(
    request.path,
    request.headers["content-type"] ?? "application/octet-stream",
    request.raw
  )
  return { reply: filled ? bytesReply(200, "", Buffer.alloc(0)) : plainDetail(403, "Signature expired") }
}

export const falProtocol = (options: FalOptions): Protocol<Plan> => {
  const queue = makeQueue(options)
  return {
    provider: "fal",
    basePath: "",
    defaultKey: "emulated-id:emulated-secret-0123456789",
    headers: [
      "x-fal-queue-priority",
      "x-fal-request-timeout",
      "x-fal-runner-hint",
      "x-fal-object-lifecycle-preference",
      "x-fal-object-lifecycle",
      "x-fal-no-retry",
      "x-fal-store-io"
    ],
    faults: falFaults,
    route: routeOf,
    noRoute,
    badHeader: (name) => requestError(400, "bad_request", `Unknown header ${name}`),
    check: (request, host) => {
      const refuse = authorised(request, host.key)
      if (refuse) return { refuse }
      if (request.point === "upload") return checkUpload(request)
      if (request.point === "catalog")
        return { plan: { what: request.method === "GET" ? "pricing" : "estimate", request } }
      const match = requestPath.exec(request.path)
      if (match) {
        const what =
          match[3] === "/status"
            ? "status"
            : match[3] === "/status/stream"
              ? "stream"
              : match[3] === "/cancel"
                ? "cancel"
                : "result"
        return { plan: { what, request, base: match[1] ?? "", id: match[2] ?? "" } }
      }
      const checked = checkInput(request, host)
      if ("refuse" in checked) return checked
      const sync = request.path.startsWith("/sync/")
      if (checked.invalid && (sync || options.validate === "submit")) return { refuse: checked.invalid }
      return { plan: { what: sync ? "run" : "submit", request, ...checked } }
    },
    perform: (plan, twist, host) => {
      const { what, request, base = "", id = "", input, invalid } = plan
      const logs = request.query.logs === "1"
      if (what === "status") return queue.status(base, id, logs, host)
      if (what === "stream") return queue.stream(base, id, logs, host)
      if (what === "result") return queue.result(base, id, host)
      if (what === "cancel") return queue.cancel(base, id, host)
      if (what === "initiate" || what === "upload") return upload(plan, host)
      if (!input) return catalog(plan)
      const bent = invalid ? { ...twist, job: { ...twist.job, failure: { reply: invalid } } } : twist
      return what === "run"
        ? queue.run(input, bent, host)
        : queue.submit(input, bent, host, request.query.fal_webhook !== undefined)
    },
    jobs: queue.views,
    finish: queue.finish,
    forget: queue.clear
  }
}

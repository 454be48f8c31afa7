import { isObject, problems } from "../Core/Checks.js"
import { parseMultipart } from "../Core/Multipart.js"
import type { Done, Host, Protocol, Twist } from "../Core/Protocol.js"
import { jsonReply } from "../Core/Reply.js"
import type { Json, Reply, Request } from "../Core/Types.js"
import { measure } from "../Media/Measure.js"
import { extensionOf, pictures, typeOfFormat } from "../Media/Outputs.js"
import { compatibleFaults } from "./Faults.js"
import { type Profile, type ProfileName, profiles } from "./Profiles.js"

interface Plan {
  readonly kind: "images" | "models" | "health"
  readonly body: Json
}

type Checked = { readonly refuse: Reply } | { readonly plan: Plan }

export interface CompatibleProfile {
  readonly profile: ProfileName
  /** Whether the server asks for its key. */
  readonly auth: boolean
  /** LocalAI may answer with a path instead of a whole URL. */
  readonly relativeUrls: boolean
}

const checked = (profile: Profile, fields: Profile["fields"], body: Json): Checked => {
  const [problem] = problems(fields, body)
  if (problem) return { refuse: profile.refuse(problem) }
  if (body.model !== undefined && !profile.models.includes(body.model))
    return { refuse: profile.error(404, `model ${body.model} not found`) }
  return { plan: { kind: "images", body } }
}

const checkGeneration = (profile: Profile, request: Request): Checked => {
  if (request.raw.length === 0) return { refuse: profile.error(400, "empty body") }
  return isObject(request.body)
    ? checked(profile, profile.fields, request.body)
    : { refuse: profile.error(400, "invalid params") }
}

const checkEdit = (profile: Profile, fields: Profile["fields"], request: Request): Checked => {
  const type = request.headers["content-type"] ?? ""
  if (!/^multipart\/form-data\b/i.test(type))
    return { refuse: profile.error(400, "Content-Type must be multipart/form-data") }
  const form = parseMultipart(type, request.raw)
  if (typeof form === "string") return { refuse: profile.error(400, form) }
  Object.assign(request, { body: form })
  const images = form.files.filter((f) => f.field === "image[]" || f.field === "image")
  if (images.length === 0) return { refuse: profile.error(400, "at least one image[] required") }
  if (images.some((f) => measure(f.bytes) === undefined))
    return { refuse: profile.error(400, "invalid params") }
  if (form.files.some((f) => !["image", "image[]", "mask"].includes(f.field)))
    return { refuse: profile.error(400, "invalid params") }
  const numeric = (name: string, value: string): Json =>
    ["n", "output_compression"].includes(name) && /^\d+$/.test(value) ? Number(value) : value
  return checked(
    profile,
    fields,
    Object.fromEntries(form.fields.map(([name, value]) => [name, numeric(name, value)]))
  )
}

let counter = 0

const draw = (profile: Profile, relative: boolean, body: Json, twist: Twist, host: Host): Done => {
  const [width = 0, height = 0] =
    body.size === undefined ? profile.defaultSize : body.size.split("x").map(Number)
  const made = pictures(
    { n: body.n ?? 1, width, height, type: typeOfFormat(body.output_format, "image/png") },
    twist
  )
  const wantsUrl = profile.urls && body.response_format !== "b64_json"
  const shorten = (url: string): string =>
    relative && url.startsWith(host.url) ? url.slice(host.url.length) : url
  const data = made.map((p, index) =>
    wantsUrl
      ? {
          url: shorten(host.files.put("/generated-images", extensionOf[p.type], p.type, p.bytes, twist.file)),
          index
        }
      : { b64_json: (twist.base64 ?? ((s: string) => s))(p.bytes.toString("base64")), index }
  )
  counter += 1
  const id = `gen-${counter}`
  const answer = { id, created: Math.floor(Date.now() / 1000), data }
  const reply = jsonReply(200, twist.body ? twist.body(answer) : answer)
  return {
    reply: twist.headers ? { ...reply, headers: twist.headers({ ...reply.headers }) } : reply,
    micros: 0,
    requestId: id
  }
}

export const compatibleProtocol = (options: CompatibleProfile): Protocol<Plan> => {
  const profile = profiles[options.profile]
  const { editFields } = profile
  return {
    provider: "compatible",
    basePath: "/v1",
    defaultKey: "local-emulated-key",
    headers: ["x-stainless-*"],
    faults: compatibleFaults,
    route: (method, path) =>
      method === "POST" && path === "/v1/images/generations"
        ? "submit"
        : method === "POST" && path === "/v1/images/edits" && editFields
          ? "submit"
          : method === "GET" && /^(\/v1\/models|\/readyz|\/healthz|\/health)$/.test(path)
            ? "catalog"
            : undefined,
    noRoute: () => profile.error(404, "Not Found"),
    badHeader: (name) => profile.error(400, `unknown header ${name}`),
    check: (request, host) => {
      const open = !options.auth || /^\/(readyz|healthz|health)$/.test(request.path)
      if (!open && request.headers.authorization !== `Bearer ${host.key}`)
        return { refuse: profile.error(401, "Unauthorized") }
      if (request.point === "catalog")
        return { plan: { kind: request.path === "/v1/models" ? "models" : "health", body: {} } }
      return request.path.endsWith("/edits") && editFields
        ? checkEdit(profile, editFields, request)
        : checkGeneration(profile, request)
    },
    perform: (plan, twist, host) =>
      plan.kind === "images"
        ? draw(profile, options.relativeUrls, plan.body, twist, host)
        : {
            reply: jsonReply(
              200,
              plan.kind === "health"
                ? { status: "ok" }
                : {
                    object: "list",
                    data: profile.models.map((id) => ({ id, object: "model", owned_by: "local" }))
                  }
            )
          }
  }
}

import { createHash } from "node:crypto"
import { isObject, problems } from "../Core/Checks.js"
import type { Done, Host, Protocol, Twist } from "../Core/Protocol.js"
import { jsonReply } from "../Core/Reply.js"
import type { JobView, Json, Point, Reply, Request } from "../Core/Types.js"
import { pictures } from "../Media/Outputs.js"
import { automatic1111Faults } from "./Faults.js"
import { img2img, pictureOf, refusal, samplers, txt2img } from "./Fields.js"

export interface AutomaticOptions {
  /** How many looks at the progress see each state; none: a run is over when it is answered. */
  readonly polls: { readonly queued: number; readonly running: number }
  /** Whether the server was started with `--api-auth`. */
  readonly auth: boolean
  /** `sdnext` does not know the caller's id of a run. */
  readonly server: "automatic1111" | "sdnext"
}

interface Run {
  readonly id: string
  readonly endpoint: string
  polls: number
  cancelled: boolean
}

const models = ["v1-5-pruned-emaonly", "sd_xl_base_1.0"].map((model_name, index) => {
  const sha256 = createHash("sha256").update(model_name).digest("hex")
  return {
    title: `${model_name}.safetensors [${sha256.slice(0, 10)}]`,
    model_name,
    hash: index === 0 ? sha256.slice(0, 10) : null,
    sha256: index === 0 ? sha256 : null,
    filename: `/srv/webui/models/Stable-diffusion/${model_name}.safetensors`,
    config: null
  }
})

const posts: Readonly<Record<string, Point>> = {
  "/sdapi/v1/txt2img": "submit",
  "/sdapi/v1/img2img": "submit",
  "/sdapi/v1/interrupt": "cancel",
  "/internal/progress": "status"
}
const gets: Readonly<Record<string, Point>> = {
  "/sdapi/v1/progress": "status",
  "/sdapi/v1/sd-models": "catalog",
  "/sdapi/v1/samplers": "catalog",
  "/sdapi/v1/options": "catalog",
  "/internal/ping": "catalog"
}

const detail = (status: number, words: string) => ({ refuse: jsonReply(status, { detail: words }) })
const unreadable = {
  refuse: jsonReply(500, {
    error: "HTTPException",
    detail: "Invalid encoded image",
    body: "",
    errors: ""
  })
}

/** AUTOMATIC1111's web API and SD.Next's copy of it (providers.md §4.2). */
export const automatic1111Protocol = (options: AutomaticOptions): Protocol<Request> => {
  const runs: Array<Run> = []

  const stateOf = ({ cancelled, polls }: Run): JobView["state"] =>
    cancelled || polls >= options.polls.queued + options.polls.running
      ? "COMPLETED"
      : polls >= options.polls.queued
        ? "IN_PROGRESS"
        : "IN_QUEUE"

  const check = (request: Request): { readonly refuse: Reply } | { readonly plan: Request } => {
    const { body } = request
    if (!isObject(body)) return detail(422, "field required")
    const isEdit = request.path.endsWith("/img2img")
    const [problem] = problems(isEdit ? img2img : txt2img, body)
    if (problem) return { refuse: refusal(problem) }
    if (body.sampler_name !== undefined && !samplers.includes(body.sampler_name))
      return detail(404, "Sampler not found")
    if (!isEdit) return { plan: request }
    if (body.init_images === undefined) return detail(404, "Init image not found")
    const inputs = body.init_images.map(pictureOf)
    if (inputs.some((input: Json) => input === undefined)) return unreadable
    if (body.mask === undefined) return { plan: request }
    const mask = pictureOf(body.mask)
    if (mask === undefined) return unreadable
    // White is repainted; what an alpha channel means differs between the two servers.
    if (mask.alpha) return detail(422, "a mask with an alpha channel is ambiguous")
    return mask.width === inputs[0].width && mask.height === inputs[0].height
      ? { plan: request }
      : detail(422, "the mask is not of the picture's size")
  }

  const paint = ({ body, path }: Request, twist: Twist): Done => {
    const count = (body.n_iter ?? 1) * (body.batch_size ?? 1)
    const { height = 512, width = 512 } = body
    const made = pictures({ n: count, width, height, type: "image/png" }, twist)
    const given = options.server === "automatic1111" ? body.force_task_id : undefined
    const id = given ?? `task(${runs.length})`
    runs.push({ id, endpoint: path, polls: 0, cancelled: false })
    const seed = body.seed === undefined || body.seed === -1 ? 1234567 : body.seed
    const wanted = body.override_settings?.sd_model_checkpoint
    // A checkpoint that is not there is passed over.
    const model = models.find((each) => Object.values(each).includes(wanted)) ?? models[0]
    const encode = twist.base64 ?? ((encoded: string) => encoded)
    const answer = {
      images: body.send_images === false ? [] : made.map(({ bytes }) => encode(bytes.toString("base64"))),
      parameters: { ...body, init_images: null, mask: null },
      info: JSON.stringify({
        prompt: body.prompt ?? "",
        seed,
        all_seeds: made.map((_, index) => seed + index),
        width,
        height,
        sampler_name: body.sampler_name ?? "Euler",
        cfg_scale: body.cfg_scale ?? 7,
        steps: body.steps ?? 50,
        sd_model_name: model?.model_name,
        sd_model_hash: model?.hash,
        infotexts: made.map(() => "")
      })
    }
    const reply = jsonReply(200, twist.body ? twist.body(answer) : answer)
    return {
      reply: twist.headers ? { ...reply, headers: twist.headers({ ...reply.headers }) } : reply,
      micros: 0,
      requestId: id
    }
  }

  const running = (): Run | undefined => runs.find((run) => stateOf(run) === "IN_PROGRESS")

  const look = (id: Json): Json => {
    const run = runs.find((each) => each.id === id)
    const state = run === undefined ? undefined : stateOf(run)
    if (run !== undefined) run.polls += 1
    return {
      active: state === "IN_PROGRESS",
      queued: state === "IN_QUEUE",
      completed: state === "COMPLETED",
      progress: null,
      eta: null,
      live_preview: null,
      id_live_preview: -1,
      textinfo: "Waiting..."
    }
  }

  const told = (path: string): Json => {
    if (path === "/sdapi/v1/sd-models") return models
    if (path === "/sdapi/v1/samplers") {
      return samplers.map((name) => ({ name, aliases: [], options: {} }))
    }
    if (path === "/sdapi/v1/options") return { sd_model_checkpoint: models[0]?.title }
    return {}
  }

  const answer = ({ body, path }: Request): Reply => {
    if (path === "/internal/progress") return jsonReply(200, look(body?.id_task))
    if (path === "/sdapi/v1/interrupt") {
      const run = running()
      if (run !== undefined) run.cancelled = true
      return jsonReply(200, {})
    }
    return path === "/sdapi/v1/progress"
      ? jsonReply(200, {
          progress: running() === undefined ? 0 : 0.5,
          eta_relative: 0,
          state: { skipped: false, interrupted: false, job: "", job_count: 0, job_no: 0 },
          current_image: null,
          textinfo: null
        })
      : jsonReply(200, told(path))
  }

  const isOpen = (request: Request, host: Host): boolean =>
    !options.auth ||
    request.path.startsWith("/internal/") ||
    request.headers.authorization === `Basic ${Buffer.from(host.key).toString("base64")}`

  return {
    provider: "automatic1111",
    basePath: "",
    defaultKey: "painter:emulated-password",
    headers: [],
    faults: automatic1111Faults,
    route: (method, path) => (method === "POST" ? posts[path] : method === "GET" ? gets[path] : undefined),
    noRoute: () => jsonReply(404, { detail: "Not Found" }),
    badHeader: (name) => jsonReply(400, { error: `unknown header ${name}` }),
    check: (request, host) => {
      if (!isOpen(request, host)) {
        return {
          refuse: jsonReply(
            401,
            { detail: "Incorrect username or password" },
            { "www-authenticate": "Basic" }
          )
        }
      }
      return request.point === "submit" ? check(request) : { plan: request }
    },
    perform: (request, twist) =>
      request.point === "submit" ? paint(request, twist) : { reply: answer(request) },
    jobs: () =>
      runs.map((run) => ({
        requestId: run.id,
        endpoint: run.endpoint,
        state: stateOf(run),
        cancelled: run.cancelled,
        polls: run.polls
      })),
    finish: (id) => {
      const run = runs.find((each) => each.id === id)
      if (run !== undefined) run.polls = Number.MAX_SAFE_INTEGER
    },
    forget: () => {
      runs.length = 0
    }
  }
}

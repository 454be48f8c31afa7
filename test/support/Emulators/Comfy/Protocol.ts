import { randomUUID } from "node:crypto"
import { isObject } from "../Core/Checks.js"
import { parseMultipart } from "../Core/Multipart.js"
import type { Done, Protocol, Twist } from "../Core/Protocol.js"
import { bytesReply, jsonReply } from "../Core/Reply.js"
import type { Json, JobView, Point, Reply, Request } from "../Core/Types.js"
import { type Picture, pictures } from "../Media/Outputs.js"
import { comfyFaults } from "./Faults.js"
import { checkGraph, checkpoints } from "./Graph.js"

export interface ComfyOptions {
  /** How many looks see each state before the run is over. */
  readonly polls: { readonly queued: number; readonly running: number }
  /** Newer servers take the caller's id of a run. */
  readonly ids: "given" | "own"
}

interface Run {
  readonly id: string
  readonly number: number
  readonly body: Json
  readonly twist: Twist
  readonly made: ReadonlyArray<Picture>
  polls: number
  finished: boolean
  cancelled: boolean
}

interface Plan {
  readonly path: string
  readonly request: Request
  readonly size?: { readonly width: number; readonly height: number; readonly count: number }
  readonly upload?: {
    readonly name: string
    readonly subfolder: string
    readonly size: readonly [number, number]
  }
}

const bare = (path: string): string => path.replace(/^\/api(?=\/)/, "")

const routeOf = (method: string, full: string): Point | undefined => {
  const path = bare(full)
  if (method === "POST") {
    return path === "/prompt"
      ? "submit"
      : path === "/upload/image"
        ? "upload"
        : path === "/queue" || path === "/interrupt"
          ? "cancel"
          : undefined
  }
  if (method !== "GET") return undefined
  if (/^\/history\/[^/]+$/.test(path) || path === "/queue") return "status"
  if (path === "/view") return "result"
  return path === "/system_stats" || path === "/object_info/CheckpointLoaderSimple" ? "catalog" : undefined
}

const bad = (reply: Json): { readonly refuse: Reply } => ({ refuse: jsonReply(400, reply) })

const sorted = (value: object): string => Object.keys(value).sort().join()

/** ComfyUI, as far as a workflow of core nodes needs it (providers.md §4.3). */
export const comfyProtocol = (options: ComfyOptions): Protocol<Plan> => {
  const runs = new Map<string, Run>()
  const uploads = new Map<string, readonly [number, number]>()
  let numbers = 0

  const stateOf = (run: Run): JobView["state"] => {
    if (run.finished) return "COMPLETED"
    const { stays, extraPolls = 0 } = run.twist.job ?? {}
    const { queued, running } = options.polls
    const natural =
      run.polls > queued + running + extraPolls
        ? "COMPLETED"
        : run.polls > queued
          ? "IN_PROGRESS"
          : "IN_QUEUE"
    return stays === "IN_QUEUE" ? stays : stays !== undefined && natural === "COMPLETED" ? stays : natural
  }
  const isGone = (run: Run): boolean => run.cancelled || run.twist.job?.vanishes === "status"

  const checkPrompt = (request: Request): { readonly refuse: Reply } | { readonly plan: Plan } => {
    const { body } = request
    if (!isObject(body) || !isObject(body.prompt)) return bad({ error: "no prompt", node_errors: [] })
    const known = ["client_id", "extra_data", "front", "number", "prompt", "prompt_id"]
    const strange = Object.keys(body).find((name) => !known.includes(name))
    if (strange !== undefined) return bad({ error: `unknown field ${strange}`, node_errors: [] })
    const checked = checkGraph(body.prompt, uploads)
    return "refuse" in checked ? bad(checked.refuse) : { plan: { path: "/prompt", request, size: checked } }
  }

  const checkUpload = (request: Request): { readonly refuse: Reply } | { readonly plan: Plan } => {
    const form = parseMultipart(request.headers["content-type"] ?? "", request.raw)
    if (typeof form === "string") return { refuse: bytesReply(400, "", Buffer.alloc(0)) }
    Object.assign(request, { body: form })
    const fields = Object.fromEntries(form.fields)
    const [file] = form.files
    const fine =
      file?.field === "image" &&
      form.files.length === 1 &&
      file.width !== undefined &&
      file.height !== undefined &&
      !/[/\\]/.test(file.filename) &&
      Object.keys(fields).every((name) => ["overwrite", "subfolder", "type"].includes(name)) &&
      ["input", "temp", "output", undefined].includes(fields["type"]) &&
      !/\.\./.test(fields["subfolder"] ?? "")
    return fine
      ? {
          plan: {
            path: "/upload/image",
            request,
            upload: {
              name: file.filename,
              subfolder: fields["subfolder"] ?? "",
              size: [file.width ?? 0, file.height ?? 0]
            }
          }
        }
      : { refuse: bytesReply(400, "", Buffer.alloc(0)) }
  }

  const submit = ({ request, size }: Plan, twist: Twist): Done => {
    const { body } = request
    const id = options.ids === "given" && typeof body.prompt_id === "string" ? body.prompt_id : randomUUID()
    const asked = size ?? { width: 512, height: 512, count: 1 }
    numbers += 1
    runs.set(id, {
      id,
      number: numbers,
      body,
      twist,
      made: pictures({ n: asked.count, width: asked.width, height: asked.height, type: "image/png" }, twist),
      polls: 0,
      finished: false,
      cancelled: false
    })
    const answer = { prompt_id: id, number: numbers, node_errors: {} }
    return {
      reply: jsonReply(200, twist.job?.submit ? twist.job.submit(answer) : answer),
      micros: 0,
      requestId: id,
      outcome: "accepted"
    }
  }

  const tuple = (run: Run): Json => [
    run.number,
    run.id,
    run.body.prompt,
    run.body.extra_data ?? {},
    ["saved"]
  ]

  const history = (path: string): Json => {
    const run = runs.get(path.slice("/history/".length))
    if (run === undefined || isGone(run)) return {}
    run.polls += 1
    if (stateOf(run) !== "COMPLETED") return {}
    run.finished = true
    const entry = {
      prompt: tuple(run),
      outputs: {
        saved: {
          images: run.made.map((_, index) => ({
            filename: `${run.id}_${index}_.png`,
            subfolder: "",
            type: "output"
          }))
        }
      },
      status: {
        status_str: "success",
        completed: true,
        messages: [["execution_success", { prompt_id: run.id }]]
      },
      meta: {}
    }
    return { [run.id]: run.twist.job?.status ? run.twist.job.status(entry) : entry }
  }

  const inState = (state: JobView["state"]): ReadonlyArray<Run> =>
    [...runs.values()].filter((run) => !isGone(run) && stateOf(run) === state)

  const view = ({ query }: Request): Reply => {
    const found = [...runs.values()]
      .flatMap((run) => run.made.map((picture, index) => ({ run, picture, name: `${run.id}_${index}_.png` })))
      .find(({ name }) => name === query.filename)
    if (found === undefined || sorted(query) !== "filename,subfolder,type")
      return bytesReply(404, "", Buffer.alloc(0))
    const reply = bytesReply(200, "image/png", found.picture.bytes, {
      "content-disposition": `filename="${found.name}"`
    })
    return found.run.twist.job?.result ? found.run.twist.job.result(reply) : reply
  }

  const stop = (run: Run | undefined): void => {
    if (run !== undefined) run.cancelled = true
  }

  const cancel = (path: string, { body }: Request): Reply => {
    if (path === "/interrupt") {
      stop(inState("IN_PROGRESS").find(({ id }) => body?.prompt_id === undefined || body.prompt_id === id))
    } else {
      for (const id of Array.isArray(body?.delete) ? body.delete : []) {
        stop(inState("IN_QUEUE").find((run) => run.id === id))
      }
    }
    return bytesReply(200, "", Buffer.alloc(0))
  }

  return {
    provider: "comfyui",
    basePath: "",
    defaultKey: "comfy-emulated-key",
    headers: [],
    faults: comfyFaults,
    route: routeOf,
    noRoute: () => bytesReply(404, "text/plain", Buffer.from("404: Not Found")),
    badHeader: (name) => jsonReply(400, { error: `unknown header ${name}`, node_errors: [] }),
    check: (request) => {
      const path = bare(request.path)
      if (path === "/prompt") return checkPrompt(request)
      return path === "/upload/image" ? checkUpload(request) : { plan: { path, request } }
    },
    perform: (plan, twist) => {
      const { path, request, upload } = plan
      if (path === "/prompt") return submit(plan, twist)
      if (upload !== undefined) {
        uploads.set(upload.subfolder === "" ? upload.name : `${upload.subfolder}/${upload.name}`, upload.size)
        return { reply: jsonReply(200, { name: upload.name, subfolder: upload.subfolder, type: "input" }) }
      }
      if (path === "/view") return { reply: view(request) }
      if (request.method === "POST") return { reply: cancel(path, request) }
      if (path === "/queue") {
        return {
          reply: jsonReply(200, {
            queue_running: inState("IN_PROGRESS").map(tuple),
            queue_pending: inState("IN_QUEUE").map(tuple)
          })
        }
      }
      if (path.startsWith("/history/")) return { reply: jsonReply(200, history(path)) }
      return {
        reply: jsonReply(
          200,
          path === "/system_stats"
            ? { system: { os: "posix", comfyui_version: "0.3.75" }, devices: [] }
            : {
                CheckpointLoaderSimple: {
                  input: { required: { ckpt_name: [checkpoints] } },
                  output: ["MODEL", "CLIP", "VAE"]
                }
              }
        )
      }
    },
    jobs: () =>
      [...runs.values()].map((run) => ({
        requestId: run.id,
        endpoint: "/prompt",
        state: stateOf(run),
        cancelled: run.cancelled,
        polls: run.polls
      })),
    finish: (id) => {
      const run = runs.get(id)
      if (run) run.finished = true
    },
    forget: () => {
      numbers = 0
      runs.clear()
      uploads.clear()
    }
  }
}

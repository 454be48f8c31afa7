import { custom, int, num, oneOf, type Problem, required, type Shape, text } from "../Core/Checks.js"
import { jsonReply } from "../Core/Reply.js"
import type { Reply } from "../Core/Types.js"

export type ProfileName = "localai" | "sd-server" | "vllm-omni"

/** What one kind of local server takes, and how it complains (providers.md §4.1). */
export interface Profile {
  readonly models: ReadonlyArray<string>
  readonly fields: Shape
  readonly editFields?: Shape
  readonly defaultSize: readonly [number, number]
  readonly urls: boolean
  readonly ignoresUnknown: boolean
  readonly refuse: (problem: Problem) => Reply
  readonly error: (status: number, message: string) => Reply
}

const size = custom(
  "string",
  "WIDTHxHEIGHT",
  (v) => typeof v === "string" && /^[1-9]\d{1,4}x[1-9]\d{1,4}$/.test(v)
)

const words = (p: Problem): string =>
  p.problem === "unknown"
    ? `unknown parameter ${p.param}`
    : p.problem === "missing"
      ? `${p.param} required`
      : `invalid ${p.param}: expected ${p.wrong.expected}`

const localai: Profile = {
  models: ["stablediffusion", "flux.1-dev"],
  fields: {
    prompt: required(text({ min: 1 })),
    model: text(),
    n: int(1, 10),
    size,
    step: int(1),
    mode: int(),
    seed: int(),
    file: text(),
    response_format: oneOf("url", "b64_json")
  },
  defaultSize: [512, 512],
  urls: true,
  ignoresUnknown: false,
  refuse: (p) => jsonReply(400, { error: { code: 400, message: words(p), type: "" } }),
  error: (status, message) => jsonReply(status, { error: { code: status, message, type: "" } })
}

const sdFields: Shape = {
  prompt: required(text({ min: 1 })),
  n: int(1, 8),
  size,
  output_format: oneOf("png", "jpeg", "webp"),
  output_compression: int(0, 100),
  model: text(),
  response_format: oneOf("b64_json")
}

const sdServer: Profile = {
  models: ["sd-cpp-local"],
  fields: sdFields,
  editFields: { ...sdFields, output_format: oneOf("png", "jpeg") },
  defaultSize: [512, 512],
  urls: false,
  ignoresUnknown: false,
  refuse: (p) =>
    jsonReply(400, {
      error: p.problem === "missing" ? "prompt required" : "invalid params",
      message: words(p)
    }),
  error: (status, message) =>
    jsonReply(status, status >= 500 ? { error: "server_error", message } : { error: message })
}

const vllm: Profile = {
  models: ["Qwen/Qwen-Image"],
  fields: {
    prompt: required(text({ min: 1 })),
    model: text(),
    n: int(1, 10),
    size,
    response_format: oneOf("b64_json"),
    user: text(),
    negative_prompt: text(),
    num_inference_steps: int(1, 200),
    guidance_scale: num(0, 20),
    true_cfg_scale: num(0, 20),
    seed: int()
  },
  defaultSize: [1024, 1024],
  urls: false,
  ignoresUnknown: false,
  refuse: (p) =>
    p.param === "size" && p.problem === "wrong"
      ? jsonReply(400, { detail: `Invalid size format: ${p.value}. Expected 'WIDTHxHEIGHT'.` })
      : jsonReply(422, {
          detail: [
            {
              loc: ["body", p.param],
              msg: words(p),
              type:
                p.problem === "missing"
                  ? "missing"
                  : p.problem === "unknown"
                    ? "extra_forbidden"
                    : "value_error"
            }
          ]
        }),
  error: (status, message) => jsonReply(status, { detail: message })
}

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  localai,
  "sd-server": sdServer,
  "vllm-omni": vllm
}

import { isObject } from "../Core/Checks.js"
import type { Json } from "../Core/Types.js"

/** The kinds of value that flow between nodes. */
type Kind = "MODEL" | "CLIP" | "VAE" | "CONDITIONING" | "LATENT" | "IMAGE" | "MASK"

type Input =
  | { readonly link: Kind }
  | { readonly int: readonly [min: number, max: number, step?: number] }
  | { readonly float: readonly [min: number, max: number] }
  | { readonly text: true }
  | { readonly oneOf: "checkpoints" | "samplers" | "schedulers" | "uploads" }

interface NodeClass {
  readonly inputs: Readonly<Record<string, Input>>
  readonly outputs: ReadonlyArray<Kind>
  readonly saves?: true
}

const side: Input = { int: [16, 16_384, 8] }

/** The core nodes of providers.md §4.3. */
export const classes: Readonly<Record<string, NodeClass>> = {
  CheckpointLoaderSimple: {
    inputs: { ckpt_name: { oneOf: "checkpoints" } },
    outputs: ["MODEL", "CLIP", "VAE"]
  },
  CLIPTextEncode: { inputs: { text: { text: true }, clip: { link: "CLIP" } }, outputs: ["CONDITIONING"] },
  EmptyLatentImage: {
    inputs: { width: side, height: side, batch_size: { int: [1, 4096] } },
    outputs: ["LATENT"]
  },
  LoadImage: { inputs: { image: { oneOf: "uploads" } }, outputs: ["IMAGE", "MASK"] },
  VAEEncode: { inputs: { pixels: { link: "IMAGE" }, vae: { link: "VAE" } }, outputs: ["LATENT"] },
  VAEEncodeForInpaint: {
    inputs: {
      pixels: { link: "IMAGE" },
      vae: { link: "VAE" },
      mask: { link: "MASK" },
      grow_mask_by: { int: [0, 64] }
    },
    outputs: ["LATENT"]
  },
  KSampler: {
    inputs: {
      model: { link: "MODEL" },
      seed: { int: [0, 2 ** 64] },
      steps: { int: [1, 10_000] },
      cfg: { float: [0, 100] },
      sampler_name: { oneOf: "samplers" },
      scheduler: { oneOf: "schedulers" },
      positive: { link: "CONDITIONING" },
      negative: { link: "CONDITIONING" },
      latent_image: { link: "LATENT" },
      denoise: { float: [0, 1] }
    },
    outputs: ["LATENT"]
  },
  VAEDecode: { inputs: { samples: { link: "LATENT" }, vae: { link: "VAE" } }, outputs: ["IMAGE"] },
  SaveImage: {
    inputs: { images: { link: "IMAGE" }, filename_prefix: { text: true } },
    outputs: [],
    saves: true
  }
}

const choices = {
  checkpoints: ["sd_xl_base_1.0.safetensors", "v1-5-pruned-emaonly.safetensors"],
  samplers: ["euler", "euler_ancestral", "dpmpp_2m"],
  schedulers: ["normal", "karras", "simple"]
} as const

export const checkpoints = choices.checkpoints

interface NodeError {
  readonly type: string
  readonly message: string
  readonly details: string
  readonly extra_info: Json
}

const error = (type: string, message: string, input: string, more: Json = {}): NodeError => ({
  type,
  message,
  details: input,
  extra_info: { input_name: input, ...more }
})

const wrong = (
  name: string,
  input: Input,
  value: Json,
  graph: Json,
  uploads: ReadonlySet<string>
): NodeError | undefined => {
  if (value === undefined) return error("required_input_missing", "Required input is missing", name)
  if ("link" in input) {
    if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== "string")
      return error(
        "bad_linked_input",
        "Bad linked input, must be a length-2 list of [node_id, slot_index]",
        name
      )
    const from = Object.hasOwn(graph, value[0]) ? classes[graph[value[0]].class_type] : undefined
    return from?.outputs[value[1]] === input.link
      ? undefined
      : error("return_type_mismatch", "Return type mismatch between linked nodes", name)
  }
  if ("text" in input)
    return typeof value === "string"
      ? undefined
      : error("invalid_input_type", "Failed to convert an input value", name)
  if ("oneOf" in input) {
    const allowed: ReadonlyArray<string> = input.oneOf === "uploads" ? [...uploads] : choices[input.oneOf]
    return allowed.includes(value) ? undefined : error("value_not_in_list", "Value not in list", name)
  }
  const [min, max, step = 1] = "int" in input ? input.int : [...input.float, 0]
  if (typeof value !== "number" || ("int" in input && !Number.isInteger(value)))
    return error("invalid_input_type", "Failed to convert an input value to a number", name)
  if (value < min) return error("value_smaller_than_min", `Value ${value} smaller than min of ${min}`, name)
  if (value > max) return error("value_bigger_than_max", `Value ${value} bigger than max of ${max}`, name)
  // Stricter than the server, which rounds to the step.
  return step > 1 && value % step !== 0
    ? error("invalid_input_type", `Value not a multiple of ${step}`, name)
    : undefined
}

/** What a run will make, or the 400 body that refuses it. */
export const checkGraph = (
  graph: Json,
  uploads: ReadonlyMap<string, readonly [number, number]>
):
  | { readonly refuse: Json }
  | { readonly width: number; readonly height: number; readonly count: number } => {
  const refuse = (type: string, message: string, node_errors: Json = {}) => ({
    refuse: { error: { type, message, details: "", extra_info: {} }, node_errors }
  })
  const ids = Object.keys(graph)
  const known = ids.every((id) => isObject(graph[id]) && Object.hasOwn(classes, graph[id].class_type))
  if (!known) return refuse("invalid_prompt", "Cannot execute because a node has an unknown class_type.")
  if (!ids.some((id) => classes[graph[id].class_type]?.saves))
    return refuse("prompt_no_outputs", "Prompt has no outputs")
  const names = new Set(uploads.keys())
  const found = ids.flatMap((id) => {
    const { class_type, inputs } = graph[id]
    const declared = classes[class_type]?.inputs ?? {}
    const strange = Object.keys(inputs).filter((name) => !Object.hasOwn(declared, name))
    const errors = [
      ...strange.map((name) => error("unknown_input", "The node has no such input", name)),
      ...Object.entries(declared).flatMap(
        ([name, input]) => wrong(name, input, inputs[name], graph, names) ?? []
      )
    ]
    return errors.length === 0 ? [] : [[id, { errors, dependent_outputs: [], class_type }] as const]
  })
  if (found.length > 0)
    return refuse(
      "prompt_outputs_failed_validation",
      "Prompt outputs failed validation",
      Object.fromEntries(found)
    )
  const of = (type: string): Json =>
    ids.map((id) => graph[id]).find((node) => node.class_type === type)?.inputs
  const latent = of("EmptyLatentImage")
  const encode = of("VAEEncodeForInpaint") ?? of("VAEEncode")
  const source = encode === undefined ? undefined : uploads.get(graph[encode.pixels[0]].inputs.image)
  return latent === undefined
    ? { width: source?.[0] ?? 512, height: source?.[1] ?? 512, count: 1 }
    : { width: latent.width, height: latent.height, count: latent.batch_size }
}

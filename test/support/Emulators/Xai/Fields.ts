import {
  custom,
  int,
  isObject,
  list,
  oneOf,
  type Problem,
  problems,
  required,
  type Rule,
  type Shape,
  text
} from "../Core/Checks.js"
import { jsonReply } from "../Core/Reply.js"
import type { Json, Reply } from "../Core/Types.js"
import { dataUri, type Measured, measure } from "../Media/Measure.js"

export const models = ["grok-imagine-image", "grok-imagine-image-quality"].flatMap((m) => [
  m,
  `${m}-latest`,
  `${m}-20260403`
])

export const ratios = [
  "1:1",
  "3:4",
  "4:3",
  "9:16",
  "16:9",
  "2:3",
  "3:2",
  "9:19.5",
  "19.5:9",
  "9:20",
  "20:9",
  "1:2",
  "2:1",
  "auto"
]

const storage = custom("map", "{ filename, public_url }", (value) => {
  const shape: Shape = {
    filename: text(),
    public_url: custom("boolean", "a boolean", (v) => typeof v === "boolean")
  }
  return isObject(value) && problems(shape, value).length === 0
})

export const generationFields: Shape = {
  prompt: required(text({ min: 1 })),
  model: text(),
  n: int(1, 10),
  aspect_ratio: oneOf(...ratios),
  resolution: oneOf("1k", "2k"),
  quality: oneOf("low", "medium", "high"),
  response_format: oneOf("url", "b64_json"),
  user: text(),
  storage_options: storage
}

const source: Rule = custom("image", "{ url | file_id, type: 'image_url' }", (value) => {
  if (!isObject(value)) return false
  const shape: Shape = { url: text({ min: 1 }), file_id: text({ min: 1 }), type: oneOf("image_url") }
  return (
    problems(shape, value).length === 0 &&
    (typeof value.url === "string") !== (typeof value.file_id === "string")
  )
})

export const editFields: Shape = { ...generationFields, image: source, images: list(source, 1, 3) }

/** The native body; `wrapped` is the OpenAI-like one, which clients must read too. */
export const nativeError = (
  status: number,
  code: string,
  error: string,
  extra: Json = {},
  headers: Record<string, string> = {}
): Reply => jsonReply(status, { code, error, ...extra }, headers)

export const wrappedError = (
  status: number,
  message: string,
  type: string,
  code: string | null = null,
  headers: Record<string, string> = {}
): Reply => jsonReply(status, { error: { message, type, param: null, code } }, headers)

export const invalidArgument = "Client specified an invalid argument"

export const wording = (problem: Problem): Reply => {
  if (problem.problem === "unknown")
    return nativeError(400, invalidArgument, `Argument not supported: ${problem.param}`)
  const serde = (words: string): Reply =>
    nativeError(
      422,
      "Unprocessable Entity",
      `Failed to deserialize the JSON body into the target type: ${words}`
    )
  if (problem.problem === "missing") return serde(`missing field \`${problem.param}\` at line 1 column 2`)
  if (problem.wrong.why === "type")
    return serde(`${problem.param}: invalid type, expected ${problem.wrong.expected} at line 1 column 9`)
  if (problem.rule.oneOf)
    return serde(
      `${problem.param}: unknown variant \`${problem.value}\`, expected one of ${problem.wrong.expected} at line 1 column 9`
    )
  return nativeError(400, invalidArgument, `Invalid ${problem.param}: expected ${problem.wrong.expected}.`)
}

/** A source picture; a remote URL or file id cannot be looked into. */
export const readSource = (value: {
  url?: string
}): { readonly seen: Measured | undefined } | { readonly refuse: Reply } => {
  if (value.url === undefined || /^https?:\/\/\S+$/.test(value.url)) return { seen: undefined }
  const seen = measure(dataUri(value.url)?.bytes ?? Buffer.alloc(0))
  return seen && seen.type !== "image/gif"
    ? { seen }
    : {
        refuse: nativeError(
          400,
          invalidArgument,
          "Invalid image: only https URLs and base64 data URIs of png, jpeg or webp are supported."
        )
      }
}

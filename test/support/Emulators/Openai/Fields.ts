import { bool, int, oneOf, type Problem, required, type Shape, text } from "../Core/Checks.js"
import { jsonReply } from "../Core/Reply.js"
import type { Json, Reply } from "../Core/Types.js"
import { isSecond } from "./Prices.js"

export const models = [
  "gpt-image-2",
  "gpt-image-2-2026-04-21",
  "gpt-image-1.5",
  "gpt-image-1",
  "gpt-image-1-mini",
  "chatgpt-image-latest"
]

const shared: Shape = {
  prompt: required(text({ max: 32_000, min: 1 })),
  model: text(),
  n: int(1, 10),
  size: text(),
  quality: oneOf("low", "medium", "high", "auto"),
  background: oneOf("transparent", "opaque", "auto"),
  output_format: oneOf("png", "jpeg", "webp"),
  output_compression: int(0, 100),
  stream: bool,
  partial_images: int(0, 3),
  user: text()
}

export const generationFields: Shape = { ...shared, moderation: oneOf("auto", "low") }
export const editFields: Shape = { ...shared, input_fidelity: oneOf("low", "high") }

export const errorReply = (
  status: number,
  message: string,
  type: string,
  param: string | null = null,
  code: string | null = null,
  headers: Record<string, string> = {},
  extra: Json = {}
): Reply =>
  jsonReply(
    status,
    { error: { message, type, param, code, ...extra } },
    { "x-request-id": "req_emulated_error", ...headers }
  )

export const invalid = (message: string, param: string | null, code: string | null): Reply =>
  errorReply(400, message, "invalid_request_error", param, code)

/** The vendor's words for something wrong with a body. */
export const wording = (problem: Problem): Reply => {
  const { param } = problem
  if (problem.problem === "unknown")
    return invalid(`Unknown parameter: '${param}'.`, param, "unknown_parameter")
  if (problem.problem === "missing")
    return invalid(`Missing required parameter: '${param}'.`, param, "missing_required_parameter")
  const shown =
    typeof problem.value === "string" ? `'${problem.value.slice(0, 80)}'` : JSON.stringify(problem.value)
  if (problem.wrong.why === "type") {
    return invalid(
      `Invalid type for '${param}': expected ${problem.wrong.expected}, but got ${shown} instead.`,
      param,
      "invalid_type"
    )
  }
  if (problem.rule.oneOf)
    return invalid(
      `Invalid value: ${shown}. Supported values are: ${problem.wrong.expected}.`,
      param,
      "invalid_value"
    )
  return invalid(
    `Invalid value for '${param}': expected a value ${problem.wrong.expected}.`,
    param,
    "invalid_value"
  )
}

const sizeOf = (size: string): readonly [number, number] | undefined => {
  const match = /^([1-9]\d{1,4})x([1-9]\d{1,4})$/.exec(size)
  return match ? [Number(match[1]), Number(match[2])] : undefined
}

const fixed = ["1024x1024", "1536x1024", "1024x1536"]

/** The size to draw, or a refusal. */
export const resolveSize = (model: string, size: string | undefined): readonly [number, number] | Reply => {
  if (size === undefined || size === "auto") return [1024, 1024]
  const parsed = sizeOf(size)
  if (!isSecond(model)) {
    if (parsed && fixed.includes(size)) return parsed
    return invalid(
      `Invalid value: '${size}'. Supported values are: ${[...fixed, "auto"].map((s) => `'${s}'`).join(", ")}.`,
      "size",
      "invalid_value"
    )
  }
  if (!parsed)
    return invalid(`Invalid size '${size}'. Size must be WIDTHxHEIGHT or 'auto'.`, "size", "invalid_value")
  const [w, h] = parsed
  const pixels = w * h
  const fits =
    w % 16 === 0 &&
    h % 16 === 0 &&
    Math.max(w, h) <= 3840 &&
    Math.max(w, h) <= 3 * Math.min(w, h) &&
    pixels >= 655_360 &&
    pixels <= 8_294_400
  return fits
    ? parsed
    : invalid(
        `Invalid size '${size}'. Edges must be multiples of 16, at most 3840, within 3:1, 655360 to 8294400 pixels.`,
        "size",
        "invalid_value"
      )
}

/** Rules that hold between fields. */
export const conflict = (body: Json): Reply | undefined => {
  const {
    model,
    background,
    output_format: format,
    output_compression: compression,
    input_fidelity: fidelity,
    stream,
    partial_images: partial
  } = body
  if (background === "transparent" && isSecond(model))
    return invalid("Transparent background is not supported for this model.", "background", "invalid_value")
  if (background === "transparent" && format === "jpeg")
    return invalid(
      "Transparent background is not supported for 'jpeg' output.",
      "background",
      "invalid_value"
    )
  if (compression !== undefined && compression !== 100 && (format ?? "png") === "png") {
    return invalid(
      "Compression less than 100 is not supported for PNG output format.",
      "output_compression",
      "invalid_value"
    )
  }
  if (fidelity !== undefined && (isSecond(model) || model === "gpt-image-1-mini")) {
    return invalid("Unknown parameter: 'input_fidelity'.", "input_fidelity", "unknown_parameter")
  }
  if (partial !== undefined && partial > 0 && stream !== true)
    return invalid("'partial_images' needs 'stream'.", "partial_images", "invalid_value")
  return undefined
}

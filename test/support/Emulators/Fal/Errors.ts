import type { Problem } from "../Core/Checks.js"
import { jsonReply } from "../Core/Reply.js"
import type { Json, Reply } from "../Core/Types.js"

/** One entry of the list that model errors come in (§3.4 A). */
export const entry = (
  type: string,
  msg: string,
  loc: ReadonlyArray<string | number> = ["body"],
  ctx?: Json,
  input?: Json
): Json => ({
  loc,
  msg,
  type,
  url: `https://docs.fal.ai/errors/#${type}`,
  ...(ctx === undefined ? {} : { ctx }),
  ...(input === undefined ? {} : { input })
})

export const modelError = (status: number, details: ReadonlyArray<Json>, retryable?: boolean): Reply =>
  jsonReply(
    status,
    { detail: details },
    retryable === undefined ? {} : { "x-fal-retryable": String(retryable) }
  )

/** §3.4 B. */
export const requestError = (
  status: number,
  type: string,
  detail: string,
  headers: Record<string, string> = {}
): Reply => jsonReply(status, { detail, error_type: type }, { "x-fal-error-type": type, ...headers })

export const plainDetail = (status: number, detail: string, headers: Record<string, string> = {}): Reply =>
  jsonReply(status, { detail }, headers)

/** §3.4 D. */
export const platformError = (status: number, type: string, message: string): Reply =>
  jsonReply(status, {
    error: {
      type,
      message,
      docs_url: "https://docs.fal.ai/errors",
      request_id: "00000000-0000-4000-8000-000000000000"
    }
  })

const names: Readonly<Record<string, string>> = {
  ge: "greater_than_equal",
  le: "less_than_equal",
  min_length: "sequence_too_short",
  max_length: "sequence_too_long"
}

/** Pydantic's words for something wrong with a field. */
export const wording = (problem: Problem): Json => {
  const loc = ["body", problem.param]
  if (problem.problem === "missing") return entry("missing", "Field required", loc)
  if (problem.problem === "unknown") return entry("extra_forbidden", "Extra inputs are not permitted", loc)
  const { wrong, rule, value } = problem
  if (wrong.why === "type")
    return entry(
      `${rule.kind === "integer" ? "int" : rule.kind === "boolean" ? "bool" : rule.kind}_type`,
      `Input should be ${wrong.expected}`,
      loc,
      undefined,
      value
    )
  if (rule.oneOf)
    return entry(
      "literal_error",
      `Input should be ${wrong.expected}`,
      loc,
      { expected: wrong.expected },
      value
    )
  const [limit] = Object.keys(wrong.ctx ?? {})
  return entry(
    names[limit ?? ""] ?? "value_error",
    `Input should be ${wrong.expected}`,
    loc,
    wrong.ctx,
    value
  )
}

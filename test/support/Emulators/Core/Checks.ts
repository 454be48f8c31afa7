import type { Json } from "./Types.js"

/** What a field may hold; `test` answers with words when the value is wrong. */
export interface Rule {
  readonly required?: true
  readonly kind: string
  readonly oneOf?: ReadonlyArray<string>
  readonly test: (value: Json) => Wrong | undefined
}

export interface Wrong {
  readonly why: "type" | "value" | "range" | "length"
  readonly expected: string
  readonly ctx?: Readonly<Record<string, Json>>
}

export type Shape = Readonly<Record<string, Rule>>

/** One thing wrong with a body; each vendor words it in its own way. */
export type Problem =
  | { readonly problem: "unknown"; readonly param: string }
  | { readonly problem: "missing"; readonly param: string; readonly kind: string }
  | {
      readonly problem: "wrong"
      readonly param: string
      readonly value: Json
      readonly wrong: Wrong
      readonly rule: Rule
    }

export const required = (rule: Rule): Rule => ({ ...rule, required: true })

export const text = (limits: { readonly max?: number; readonly min?: number } = {}): Rule => ({
  kind: "string",
  test: (value) =>
    typeof value !== "string"
      ? { why: "type", expected: "a string" }
      : limits.max !== undefined && [...value].length > limits.max
        ? { why: "length", expected: `at most ${limits.max} characters`, ctx: { max_length: limits.max } }
        : [...value].length < (limits.min ?? 0)
          ? { why: "length", expected: `at least ${limits.min} characters`, ctx: { min_length: limits.min } }
          : undefined
})

export const oneOf = (...values: ReadonlyArray<string>): Rule => ({
  kind: "string",
  oneOf: values,
  test: (value) =>
    typeof value !== "string"
      ? { why: "type", expected: "a string" }
      : values.includes(value)
        ? undefined
        : { why: "value", expected: values.map((v) => `'${v}'`).join(", "), ctx: { expected: values } }
})

const within = (kind: "integer" | "number", min: number, max: number): Rule => ({
  kind,
  test: (value) =>
    typeof value !== "number" || (kind === "integer" && !Number.isInteger(value))
      ? { why: "type", expected: `a${kind === "integer" ? "n integer" : " number"}` }
      : value < min
        ? { why: "range", expected: `>= ${min}`, ctx: { ge: min } }
        : value > max
          ? { why: "range", expected: `<= ${max}`, ctx: { le: max } }
          : undefined
})

export const int = (min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): Rule =>
  within("integer", min, max)
export const num = (min = -Infinity, max = Infinity): Rule => within("number", min, max)

export const bool: Rule = {
  kind: "boolean",
  test: (value) => (typeof value === "boolean" ? undefined : { why: "type", expected: "a boolean" })
}

export const custom = (kind: string, expected: string, holds: (value: Json) => boolean): Rule => ({
  kind,
  test: (value) => (holds(value) ? undefined : { why: "value", expected })
})

export const list = (item: Rule, min: number, max: number): Rule => ({
  kind: "array",
  test: (value) =>
    !Array.isArray(value)
      ? { why: "type", expected: "a list" }
      : value.length < min
        ? { why: "length", expected: `at least ${min} items`, ctx: { min_length: min } }
        : value.length > max
          ? { why: "length", expected: `at most ${max} items`, ctx: { max_length: max } }
          : value.map((one) => item.test(one)).find((wrong) => wrong !== undefined)
})

export const isObject = (value: Json): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Everything wrong with an object, unknown fields first. */
export const problems = (shape: Shape, body: Json): ReadonlyArray<Problem> => {
  const found: Array<Problem> = []
  for (const param of Object.keys(body)) {
    if (!Object.hasOwn(shape, param)) found.push({ problem: "unknown", param })
  }
  for (const [param, rule] of Object.entries(shape)) {
    const value = body[param]
    if (value === undefined) {
      if (rule.required) found.push({ problem: "missing", param, kind: rule.kind })
      continue
    }
    const wrong = rule.test(value)
    if (wrong) found.push({ problem: "wrong", param, value, wrong, rule })
  }
  return found
}

/** A value of a bracketed form: text, or an object of them; lists are objects whose keys are numbers. */
export type FormValue = string | { [name: string]: FormValue }
export type Form = { [name: string]: FormValue }

/** Reads `a[b][0]=c` as Stripe does. */
export const readForm = (text: string): Form => {
  const form: Form = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const path = [
      name.split("[")[0] ?? "",
      ...[...name.matchAll(/\[([^\]]*)\]/g)].map(([, part]) => part ?? "")
    ]
    let at: Form = form
    for (const [index, given] of path.entries()) {
      const part = given === "" ? String(Object.keys(at).length) : given
      if (index === path.length - 1) at[part] = value
      else {
        const inner = at[part]
        at = (typeof inner === "object" ? inner : (at[part] = {})) as Form
      }
    }
  }
  return form
}

/** What a parameter may be: a test of its text, an object of parameters, a list of one kind, or any names with text. */
export type Rule =
  | ((text: string) => boolean)
  | { readonly object: Rules; readonly required?: ReadonlyArray<string> }
  | { readonly list: Rule }
  | { readonly map: { readonly most: number; readonly key: number; readonly value: number } }
export type Rules = { readonly [name: string]: Rule }

/** What is wrong with a form; Stripe names the parameter. */
export interface Wrong {
  readonly param: string
  readonly code: "parameter_unknown" | "parameter_missing" | "parameter_invalid_integer" | "parameter_invalid"
}

const inside = (prefix: string, name: string): string => (prefix === "" ? name : `${prefix}[${name}]`)

/** Checks a form strictly: a parameter that the endpoint does not document is refused. */
export const check = (
  form: Form,
  { object, required = [] }: { readonly object: Rules; readonly required?: ReadonlyArray<string> },
  prefix = ""
): Wrong | null => {
  for (const [name, value] of Object.entries(form)) {
    const rule = Object.hasOwn(object, name) ? object[name] : undefined
    if (rule === undefined) return { param: inside(prefix, name), code: "parameter_unknown" }
    const wrong = checkOne(value, rule, inside(prefix, name))
    if (wrong !== null) return wrong
  }
  const missing = required.find((name) => form[name] === undefined)
  return missing === undefined ? null : { param: inside(prefix, missing), code: "parameter_missing" }
}

const checkOne = (value: FormValue, rule: Rule, param: string): Wrong | null => {
  const invalid: Wrong = { param, code: "parameter_invalid" }
  if (typeof rule === "function") return typeof value === "string" && rule(value) ? null : invalid
  if (typeof value === "string") return invalid
  if ("object" in rule) return check(value, rule, param)
  if ("list" in rule) {
    for (const [index, item] of Object.entries(value)) {
      if (!/^\d+$/.test(index)) return invalid
      const wrong = checkOne(item, rule.list, inside(param, index))
      if (wrong !== null) return wrong
    }
    return null
  }
  const entries = Object.entries(value)
  const fits =
    entries.length <= rule.map.most &&
    entries.every(
      ([key, text]) => key.length <= rule.map.key && typeof text === "string" && text.length <= rule.map.value
    )
  return fits ? null : invalid
}

export const integer =
  (least: number, most: number) =>
  (text: string): boolean =>
    /^\d{1,12}$/.test(text) && Number(text) >= least && Number(text) <= most
export const oneOf =
  (...words: ReadonlyArray<string>) =>
  (text: string): boolean =>
    words.includes(text)
export const text =
  (most: number) =>
  (given: string): boolean =>
    given.length > 0 && given.length <= most
export const url = (given: string): boolean => /^https?:\/\/[^\s]+$/.test(given)
export const metadata: Rule = { map: { most: 50, key: 40, value: 500 } }

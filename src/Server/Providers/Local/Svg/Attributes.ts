import { refuse, snippet, tag } from "./Refusal.js"
import { id } from "./Values.js"
import { elements, inherited, isInert, presentation } from "./Vocabulary.js"

const svgNamespace = "http://www.w3.org/2000/svg"
const xlinkNamespace = "http://www.w3.org/1999/xlink"
const xmlNamespace = "http://www.w3.org/XML/1998/namespace"
const xmlnsNamespace = "http://www.w3.org/2000/xmlns/"

/** Most characters of one attribute's value; path data and points may fill the markup. */
const maxValue = 2000
const longAttributes: ReadonlySet<string> = new Set(["d", "points"])

/** An attribute as the XML parser gives it. */
export interface RawAttribute {
  readonly name: string
  readonly local: string
  readonly uri: string
  readonly value: string
}

const collapse = (value: string): string => value.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "")

const isCounted = (attribute: RawAttribute): boolean => attribute.uri !== xmlnsNamespace

/** The name under which an attribute is looked up; null for one that is left out; foreign names are refused. */
const plainName = (attribute: RawAttribute, element: string, line: number): string | null => {
  if (attribute.uri === "") return attribute.name
  if (attribute.uri === xlinkNamespace && attribute.local === "href") return "href"
  if (attribute.uri === xmlNamespace && (attribute.local === "space" || attribute.local === "lang"))
    return null
  return refuse(line, `attribute ${snippet(attribute.name, 20)} on ${tag(element)} is not accepted`)
}

const canonical = (name: string, raw: string, element: string, line: number): string | null => {
  const value = collapse(raw)
  const most = longAttributes.has(name) ? Infinity : maxValue
  const grammar = elements.get(element)?.[name] ?? presentation[name]
  if (grammar === undefined) {
    return refuse(line, `attribute ${snippet(name, 20)} on ${tag(element)} is not accepted`)
  }
  if (value === "inherit" && inherited.has(name)) return null
  const accepted = value.length <= most && /^[\x20-\x7e]*$/.test(value) ? grammar(value) : null
  if (accepted === null) {
    return refuse(
      line,
      `${name} on ${tag(element)} has a value that is not accepted: "${snippet(value, 20)}"`
    )
  }
  return accepted
}

const declarations = (
  style: string,
  element: string,
  line: number
): ReadonlyArray<readonly [string, string]> =>
  style.split(";").flatMap((declaration) => {
    const text = collapse(declaration)
    if (text === "") return []
    const found = /^(-?[a-z][a-z-]{0,40}) ?: ?([^\\{}@<>]{1,2000})$/i.exec(text)
    const property = found?.[1]?.toLowerCase()
    const value = found?.[2]
    const isFine =
      property !== undefined && value !== undefined && !value.includes("/*") && !value.includes("!")
    if (!isFine) {
      return refuse(
        line,
        `style on ${tag(element)} has a declaration that is not accepted: "${snippet(text, 20)}"`
      )
    }
    if (isInert(property)) return []
    if (presentation[property] === undefined) {
      return refuse(line, `style property ${snippet(property, 20)} on ${tag(element)} is not accepted`)
    }
    return [[property, value] as const]
  })

/** Accepted attributes with canonical values; a style attribute is dissolved into presentation attributes, which it overrides. */
export const readAttributes = (
  raw: ReadonlyArray<RawAttribute>,
  element: string,
  line: number
): Map<string, string> => {
  const accepted = new Map<string, string>()
  const put = (name: string, value: string): void => {
    const text = canonical(name, value, element, line)
    if (text === null) accepted.delete(name)
    else accepted.set(name, text)
  }
  let style: string | null = null
  for (const attribute of raw.filter(isCounted)) {
    const name = plainName(attribute, element, line)
    if (name === null || isInert(name)) continue
    if (name === "style") style = attribute.value
    else if (name === "id") {
      // An id that no reference can spell names nothing.
      if (id(attribute.value) !== null) accepted.set("id", attribute.value)
    } else if (name === "href" && accepted.has("href")) {
      refuse(line, `${tag(element)} has two href attributes`)
    } else put(name, attribute.value)
  }
  if (style !== null && style.length > maxValue) refuse(line, `style on ${tag(element)} is too long`)
  for (const [property, value] of style === null ? [] : declarations(style, element, line))
    put(property, value)
  return accepted
}

/** Whether an element's namespace is SVG's, or none in a document that declares none. */
export const isSvgNamespace = (uri: string, root: string): boolean =>
  uri === root && (uri === "" || uri === svgNamespace)

import { readColour } from "./Colours.js"
import { readTransform } from "./Matrix.js"
import { readLength, readNumber, readNumbers, writeNumber } from "./Numbers.js"
import { readPath } from "./PathData.js"

/** Reads one attribute's value: its canonical text, or null when it is not accepted. */
export type Grammar = (text: string) => string | null

/** Source of a pattern for an id. */
const idPattern = "[A-Za-z_][A-Za-z0-9_.-]{0,79}"
const wholeId = new RegExp(`^${idPattern}$`)
const reference = new RegExp(`^url\\(\\s*(['"]?)#(${idPattern})\\1\\s*\\)(?:\\s+(\\S.*))?$`)
const fragment = new RegExp(`^#(${idPattern})$`)

/** An id that references may name. */
export const id: Grammar = (text) => (wholeId.test(text) ? text : null)

const leadingUrl = new RegExp(`^url\\(#(${idPattern})\\)`)

/** The id that a canonical attribute refers to, or null; a colour as `#abc` is no reference outside href. */
export const referredId = (attribute: string, canonical: string): string | null =>
  (attribute === "href" ? fragment : leadingUrl).exec(canonical)?.[1] ?? null

/** `#id`, the only form of href. */
export const href: Grammar = (text) => (fragment.test(text) ? text : null)

/** `none` or `url(#id)`. */
export const resource: Grammar = (text) => {
  if (text === "none") return text
  const found = reference.exec(text)
  return found?.[2] === undefined || found[3] !== undefined ? null : `url(#${found[2]})`
}

/** A colour. */
export const colour: Grammar = readColour

const plainPaint: Grammar = (text) => (text.toLowerCase() === "none" ? "none" : readColour(text))

/** `none`, a colour, or `url(#id)` with one of those to fall back on. */
export const paint: Grammar = (text) => {
  const found = reference.exec(text)
  if (found?.[2] === undefined) return plainPaint(text)
  if (found[3] === undefined) return `url(#${found[2]})`
  const fallback = plainPaint(found[3])
  return fallback === null ? null : `url(#${found[2]}) ${fallback}`
}

/** One of some words. */
export const word =
  (...words: ReadonlyArray<string>): Grammar =>
  (text) =>
    words.includes(text) ? text : null

/** A number within bounds. */
export const number =
  (least: number, most: number): Grammar =>
  (text) => {
    const value = readNumber(text)
    return value !== null && value >= least && value <= most ? text : null
  }

/** One to `count` numbers, each within bounds. */
export const numbers =
  (count: number, least: number, most: number): Grammar =>
  (text) => {
    const values = readNumbers(text, count)
    const isFine =
      values !== null && values.length > 0 && values.every((value) => value >= least && value <= most)
    return isFine ? text : null
  }

/** An integer within bounds. */
export const integer =
  (least: number, most: number): Grammar =>
  (text) =>
    /^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= most ? text : null

const canonicalLength = (text: string, least: number): string | null => {
  const length = readLength(text)
  if (length === null || length.value < least) return null
  if (length.isPercent || readNumber(text) !== null) return text
  return writeNumber(length.value)
}

/** A length in user units or per cent; absolute units are turned into user units. */
export const length: Grammar = (text) => canonicalLength(text, -Infinity)

/** A length that is not negative. */
export const extent: Grammar = (text) => canonicalLength(text, 0)

/** `auto` or a length that is not negative. */
export const autoExtent: Grammar = (text) => (text === "auto" ? text : extent(text))

/** An opacity or offset: any small number or percentage, clamped by the renderer. */
export const fraction: Grammar = (text) => {
  const length = readLength(text)
  return length !== null && /^[^a-z]*(?:e[^a-z]*)?$/i.test(text) && Math.abs(length.value) <= 1000
    ? text
    : null
}

/** Path data. */
export const path: Grammar = (text) => (text === "none" ? "" : readPath(text) === null ? null : text)

/** Pairs of coordinates, at most 10,000. */
export const points: Grammar = (text) => {
  const values = readNumbers(text, 20_000)
  return values !== null && values.length % 2 === 0 ? text : null
}

/** A transform list. */
export const transform: Grammar = (text) =>
  text === "none" ? "" : readTransform(text) === null ? null : text

/** Four numbers of which the last two are positive. */
export const viewBox: Grammar = (text) => {
  const values = readNumbers(text, 4)
  const [, , width = 0, height = 0] = values ?? []
  return values?.length === 4 && width > 0 && height > 0 ? text : null
}

/** preserveAspectRatio. */
export const aspectRatio: Grammar = (text) =>
  /^(?:none|x(?:Min|Mid|Max)Y(?:Min|Mid|Max))(?: (?:meet|slice))?$/.test(text) ? text : null

/** `none` or at most 64 lengths in user units, not negative. */
export const dashes: Grammar = (text) => {
  if (text === "none") return text
  const parts = text.split(/\s*,\s*|\s+/)
  const lengths = parts.map(readLength)
  const isFine =
    parts.length <= 64 && lengths.every((one) => one !== null && !one.isPercent && one.value >= 0)
  return isFine ? parts.map((part) => canonicalLength(part, 0)).join(" ") : null
}

/** A name that connects filter primitives. */
export const name: Grammar = (text) => (/^[A-Za-z_][A-Za-z0-9_.-]{0,79}$/.test(text) ? text : null)

/** A marker's direction. */
export const orientation: Grammar = (text) =>
  text === "auto" || text === "auto-start-reverse" || readNumber(text.replace(/deg$/, "")) !== null
    ? text
    : null

/** Which of fill, stroke and markers is painted first. */
export const paintOrder: Grammar = (text) => {
  const words = text.split(" ")
  const isOrder = words.length <= 3 && words.every((one) => ["fill", "stroke", "markers"].includes(one))
  return text === "normal" || (isOrder && new Set(words).size === words.length) ? text : null
}

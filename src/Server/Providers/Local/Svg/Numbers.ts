/** Largest magnitude of any number in a document. */
export const maxMagnitude = 1_000_000

/** Source of a pattern for one SVG number; digits and exponent are bounded, so that matching is linear. */
export const numberPattern = "[+-]?(?:\\d{1,40}(?:\\.\\d{0,40})?|\\.\\d{1,40})(?:[eE][+-]?\\d{1,3})?"

const whole = new RegExp(`^${numberPattern}$`)

/** The number that a text spells, or null when it spells none within the magnitude. */
export const readNumber = (text: string): number | null => {
  if (!whole.test(text)) return null
  const value = Number(text)
  return Math.abs(value) <= maxMagnitude ? value : null
}

/** Numbers separated by white space or single commas, or null; at most `most` of them. */
export const readNumbers = (text: string, most: number): ReadonlyArray<number> | null => {
  const token = new RegExp(`\\s*(${numberPattern})\\s*(,(?=\\s*[-+.\\d]))?`, "y")
  const values: Array<number> = []
  while (token.lastIndex < text.length) {
    const found = token.exec(text)
    const value = found?.[1] === undefined ? null : readNumber(found[1])
    if (value === null || values.length >= most) return null
    values.push(value)
  }
  return values
}

const pixelsOf: { readonly [unit: string]: number } = {
  "": 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  mm: 96 / 25.4,
  cm: 96 / 2.54,
  in: 96
}

const lengthPattern = new RegExp(`^(${numberPattern})(px|pt|pc|mm|cm|in|%)?$`)

/** A length in user units, or a percentage of the viewport. */
export interface Length {
  readonly value: number
  readonly isPercent: boolean
}

/** The length that a text spells, absolute units turned into user units (96 to the inch), or null. */
export const readLength = (text: string): Length | null => {
  const found = lengthPattern.exec(text)
  if (found?.[1] === undefined) return null
  const unit = found[2] ?? ""
  const value = Number(found[1]) * (unit === "%" ? 1 : (pixelsOf[unit] ?? 1))
  return Math.abs(value) <= maxMagnitude ? { value, isPercent: unit === "%" } : null
}

/** A number as canonical text: at most six decimals, never an exponent. */
export const writeNumber = (value: number): string => {
  const text = value.toFixed(6).replace(/\.?0+$/, "")
  return text === "-0" || text === "" ? "0" : text
}

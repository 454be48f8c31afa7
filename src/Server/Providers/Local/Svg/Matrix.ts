import { readNumbers } from "./Numbers.js"

/** An affine map as SVG writes it: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/** The map that changes nothing. */
export const identity: Matrix = [1, 0, 0, 1, 0, 0]

/** First `inner`, then `outer`. */
export const multiply = (outer: Matrix, inner: Matrix): Matrix => {
  const [a, b, c, d, e, f] = outer
  const [g, h, i, j, k, l] = inner
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f]
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180

const rotation = (degrees: number): Matrix => {
  const cos = Math.cos(radians(degrees))
  const sin = Math.sin(radians(degrees))
  return [cos, sin, -sin, cos, 0, 0]
}

const single = (name: string, values: ReadonlyArray<number>): Matrix | null => {
  const [p = 0, q, r, s = 0, t = 0, u = 0] = values
  const count = values.length
  switch (name) {
    case "translate":
      return count === 1 || count === 2 ? [1, 0, 0, 1, p, q ?? 0] : null
    case "scale":
      return count === 1 || count === 2 ? [p, 0, 0, q ?? p, 0, 0] : null
    case "skewX":
      return count === 1 ? [1, 0, Math.tan(radians(p)), 1, 0, 0] : null
    case "skewY":
      return count === 1 ? [1, Math.tan(radians(p)), 0, 1, 0, 0] : null
    case "matrix":
      return count === 6 ? [p, q ?? 0, r ?? 0, s, t, u] : null
    case "rotate": {
      if (count === 1) return rotation(p)
      if (count !== 3) return null
      const centre: Matrix = [1, 0, 0, 1, q ?? 0, r ?? 0]
      const back: Matrix = [1, 0, 0, 1, -(q ?? 0), -(r ?? 0)]
      return multiply(multiply(centre, rotation(p)), back)
    }
    default:
      return null
  }
}

/** The map that a transform list of at most 32 functions spells, or null. */
export const readTransform = (text: string): Matrix | null => {
  const call = /\s*,?\s*(translate|scale|rotate|skewX|skewY|matrix)\s*\(([^()]{1,400})\)\s*/y
  let matrix = identity
  for (let count = 0; call.lastIndex < text.length; count++) {
    const found = call.exec(text)
    const values = found?.[2] === undefined ? null : readNumbers(found[2], 6)
    const step = found?.[1] === undefined || values === null ? null : single(found[1], values)
    if (step === null || count >= 32) return null
    matrix = multiply(matrix, step)
  }
  return matrix
}

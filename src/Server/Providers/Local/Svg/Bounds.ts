import type { Matrix } from "./Matrix.js"

/** An upright rectangle in some user space. */
export interface Bounds {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The smallest rectangle around both; null counts as nothing. */
export const union = (one: Bounds | null, other: Bounds | null): Bounds | null => {
  if (one === null || other === null) return one ?? other
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom)
  }
}

/** A rectangle grown on all sides. */
export const grow = (bounds: Bounds, by: number): Bounds => ({
  left: bounds.left - by,
  top: bounds.top - by,
  right: bounds.right + by,
  bottom: bounds.bottom + by
})

/** The smallest upright rectangle around a mapped one. */
export const mapBounds = ([a, b, c, d, e, f]: Matrix, bounds: Bounds): Bounds => {
  const corners = [
    [bounds.left, bounds.top],
    [bounds.right, bounds.top],
    [bounds.left, bounds.bottom],
    [bounds.right, bounds.bottom]
  ] as const
  const xs = corners.map(([x, y]) => a * x + c * y + e)
  const ys = corners.map(([x, y]) => b * x + d * y + f)
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) }
}

/** The part of a canvas, 0 to 1, that a rectangle covers; what cannot be measured counts as all of it. */
export const coverage = (canvas: Bounds, bounds: Bounds | null): number => {
  if (bounds === null) return 0
  const width = Math.min(canvas.right, bounds.right) - Math.max(canvas.left, bounds.left)
  const height = Math.min(canvas.bottom, bounds.bottom) - Math.max(canvas.top, bounds.top)
  const share = (width * height) / ((canvas.right - canvas.left) * (canvas.bottom - canvas.top))
  if (Number.isNaN(share)) return 1
  return width <= 0 || height <= 0 ? 0 : Math.min(1, share)
}

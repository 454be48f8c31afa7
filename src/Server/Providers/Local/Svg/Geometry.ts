import { type Bounds } from "./Bounds.js"
import { readLength, readNumbers } from "./Numbers.js"
import { readPath } from "./PathData.js"
import type { SvgNode } from "./Tree.js"

/** What a shape's own attributes say of its outline. */
export interface Outline {
  readonly segments: number
  /** In its user space without stroke: null is nothing, "unknown" what percentages hide. */
  readonly bounds: Bounds | null | "unknown"
  /** Upper bound of its length in user units. */
  readonly length: number
}

const shapes: ReadonlySet<string> = new Set("path rect circle ellipse line polyline polygon".split(" "))

/** Whether an element draws something of its own. */
export const isShape = (node: SvgNode): boolean => shapes.has(node.name)

const hidden: Outline = { segments: 4, bounds: "unknown", length: 1e7 }

const fromBox = (left: number, top: number, right: number, bottom: number): Outline => ({
  segments: 4,
  bounds: { left, top, right, bottom },
  length: 4 * (Math.abs(right - left) + Math.abs(bottom - top))
})

const fromPoints = (values: ReadonlyArray<number>): Outline => {
  const xs = values.filter((_, index) => index % 2 === 0)
  const ys = values.filter((_, index) => index % 2 === 1)
  if (xs.length === 0) return { segments: 0, bounds: null, length: 0 }
  const [left, right] = [xs.reduce((a, b) => Math.min(a, b)), xs.reduce((a, b) => Math.max(a, b))]
  const [top, bottom] = [ys.reduce((a, b) => Math.min(a, b)), ys.reduce((a, b) => Math.max(a, b))]
  return {
    segments: xs.length,
    bounds: { left, top, right, bottom },
    length: xs.length * Math.hypot(right - left, bottom - top)
  }
}

/** Lengths of a node in user units; null when one of them is a percentage. */
const lengths = (node: SvgNode, names: ReadonlyArray<string>): ReadonlyArray<number> | null => {
  const read = names.map(
    (name) => readLength(node.attributes.get(name) ?? "0") ?? { value: 0, isPercent: false }
  )
  return read.some(({ isPercent }) => isPercent) ? null : read.map(({ value }) => value)
}

const round = (node: SvgNode, horizontal: string, vertical: string): Outline => {
  const [cx = 0, cy = 0, rx = 0, ry = 0] = lengths(node, ["cx", "cy", horizontal, vertical]) ?? [NaN]
  // One radius alone counts for both.
  const [x, y] = [Math.max(rx, rx === 0 ? ry : 0), Math.max(ry, ry === 0 ? rx : 0)]
  return Number.isNaN(cx) ? hidden : fromBox(cx - x, cy - y, cx + x, cy + y)
}

/** The outline of a shape. */
export const outlineOf = (node: SvgNode): Outline => {
  switch (node.name) {
    case "path":
      return readPath(node.attributes.get("d") ?? "") ?? hidden
    case "polyline":
    case "polygon":
      return fromPoints(readNumbers(node.attributes.get("points") ?? "", 20_000) ?? [])
    case "circle":
      return round(node, "r", "r")
    case "ellipse":
      return round(node, "rx", "ry")
    case "line": {
      const ends = lengths(node, ["x1", "y1", "x2", "y2"])
      return ends === null ? hidden : fromPoints(ends)
    }
    default: {
      const box = lengths(node, ["x", "y", "width", "height"])
      const [x = 0, y = 0, width = 0, height = 0] = box ?? []
      return box === null ? hidden : fromBox(x, y, x + width, y + height)
    }
  }
}

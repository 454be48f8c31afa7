import type { Colour } from "./Colour.js"

/** How light treats a part: shaded by form, plain, shining by itself, or only a drawn line. */
export type Finish = "lit" | "matte" | "glow"

/** A colour run: linear between two points, or radial around the first with the second's x as radius (box fractions). */
export interface Gradient {
  readonly kind: "linear" | "radial"
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly stops: ReadonlyArray<readonly [offset: number, colour: Colour, alpha: number]>
}

/** One closed or open outline with its paint. */
export interface Shape {
  readonly d: string
  /** The same outline in straight edges, for styles that want facets. */
  readonly hard: string
  readonly fill: Colour | Gradient | null
  readonly stroke: Colour | null
  readonly width: number
  readonly opacity: number
  readonly finish: Finish
}

/** Shapes moved together; `flip` mirrors around the group's own origin. */
export interface Group {
  readonly x: number
  readonly y: number
  readonly scale: number
  readonly flip: boolean
  readonly angle: number
  readonly children: ReadonlyArray<Node>
}

/** A part of the picture. */
export type Node = Shape | Group

/** Tells the two kinds of node apart. */
export const isGroup = (node: Node): node is Group => "children" in node

/** Two decimals, or one for large values: below half a pixel at every size we draw. */
export const num = (value: number): string => {
  const rounded = Math.abs(value) < 100 ? Math.round(value * 100) / 100 : Math.round(value * 10) / 10
  return Object.is(rounded, -0) ? "0" : String(rounded)
}

type Point = readonly [number, number]

const parsePoints = (text: string): ReadonlyArray<Point> =>
  text
    .trim()
    .split(/\s+/)
    .map((pair) => {
      const [x, y] = pair.split(",")
      return [Number(x), Number(y)] as const
    })

/** Points as the text that the drawing helpers read: `"x,y x,y"`. */
export const points = (list: ReadonlyArray<Point>): string =>
  list.map(([x, y]) => `${num(x)},${num(y)}`).join(" ")

const straight = (list: ReadonlyArray<Point>, closed: boolean): string =>
  `M${list.map(([x, y]) => `${num(x)} ${num(y)}`).join("L")}${closed ? "Z" : ""}`

/** Catmull-Rom through the points, as cubic Béziers. */
const smooth = (list: ReadonlyArray<Point>, closed: boolean): string => {
  const count = list.length
  const at = (index: number): Point => {
    const wrapped = closed ? (index + count) % count : Math.min(count - 1, Math.max(0, index))
    return list[wrapped] ?? [0, 0]
  }
  const segments = closed ? count : count - 1
  let d = `M${num(at(0)[0])} ${num(at(0)[1])}`
  for (let index = 0; index < segments; index++) {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)]
    d += `C${num(from[0] + (to[0] - before[0]) / 6)} ${num(from[1] + (to[1] - before[1]) / 6)} ${num(
      to[0] - (after[0] - from[0]) / 6
    )} ${num(to[1] - (after[1] - from[1]) / 6)} ${num(to[0])} ${num(to[1])}`
  }
  return closed ? `${d}Z` : d
}

const filled = (fill: Shape["fill"], d: string, hard = d): Shape => ({
  d,
  hard,
  fill,
  stroke: null,
  width: 0,
  opacity: 1,
  finish: "lit"
})

/** A soft closed outline through the points. */
export const blob = (fill: Shape["fill"], text: string): Shape => {
  const list = parsePoints(text)
  return filled(fill, smooth(list, true), straight(list, true))
}

/** A closed outline with straight edges. */
export const poly = (fill: Shape["fill"], text: string): Shape =>
  filled(fill, straight(parsePoints(text), true))

/** A closed outline from path data. */
export const path = (fill: Shape["fill"], d: string): Shape => filled(fill, d)

/** An ellipse; facets make it ten-sided. */
export const oval = (fill: Shape["fill"], cx: number, cy: number, rx: number, ry = rx): Shape => {
  const corners: Array<Point> = []
  for (let corner = 0; corner < 10; corner++) {
    const angle = ((corner + 0.5) * Math.PI) / 5
    corners.push([cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)])
  }
  const arc = `A${num(rx)} ${num(ry)} 0 1 0`
  return filled(
    fill,
    `M${num(cx - rx)} ${num(cy)}${arc} ${num(cx + rx)} ${num(cy)}${arc} ${num(cx - rx)} ${num(cy)}Z`,
    straight(corners, true)
  )
}

/** A rectangle, with rounded corners where a radius is given. */
export const rect = (fill: Shape["fill"], x: number, y: number, w: number, h: number, radius = 0): Shape => {
  const r = Math.min(radius, w / 2, h / 2)
  const square = `M${num(x)} ${num(y)}H${num(x + w)}V${num(y + h)}H${num(x)}Z`
  if (r === 0) return filled(fill, square)
  const arc = (dx: number, dy: number) => `a${num(r)} ${num(r)} 0 0 1 ${num(dx)} ${num(dy)}`
  return filled(
    fill,
    `M${num(x + r)} ${num(y)}H${num(x + w - r)}${arc(r, r)}V${num(y + h - r)}${arc(-r, r)}H${num(x + r)}${arc(-r, -r)}V${num(y + r)}${arc(r, -r)}Z`,
    square
  )
}

/** A soft open line with round ends. */
export const line = (stroke: Colour, width: number, text: string): Shape => {
  const list = parsePoints(text)
  return {
    d: smooth(list, false),
    hard: straight(list, false),
    fill: null,
    stroke,
    width,
    opacity: 1,
    finish: "matte"
  }
}

/** The outline of an ellipse as a line. */
export const ring = (stroke: Colour, width: number, cx: number, cy: number, rx: number, ry = rx): Shape => ({
  ...oval(null, cx, cy, rx, ry),
  stroke,
  width,
  finish: "matte"
})

/** The same shape in even colour. */
export const matte = (shape: Shape): Shape => ({ ...shape, finish: "matte" })

/** The same shape shining by itself: neither night nor haze dims it. */
export const glow = (shape: Shape): Shape => ({ ...shape, finish: "glow" })

/** The same shape, partly transparent. */
export const fade = (opacity: number, shape: Shape): Shape => ({ ...shape, opacity: shape.opacity * opacity })

/** Moves, scales, turns and mirrors nodes together. */
export const group = (
  children: ReadonlyArray<Node>,
  placed: { x?: number; y?: number; scale?: number; flip?: boolean; angle?: number } = {}
): Group => ({
  x: placed.x ?? 0,
  y: placed.y ?? 0,
  scale: placed.scale ?? 1,
  flip: placed.flip ?? false,
  angle: placed.angle ?? 0,
  children
})

/** A radial spot that fades out to nothing. */
export const halo = (colour: Colour, cx: number, cy: number, rx: number, ry: number, alpha: number): Shape =>
  glow(
    oval(
      {
        kind: "radial",
        from: [0.5, 0.5],
        to: [0.5, 0],
        stops: [
          [0, colour, alpha],
          [0.45, colour, alpha * 0.45],
          [1, colour, 0]
        ]
      },
      cx,
      cy,
      rx,
      ry
    )
  )

/** A vertical colour run over the shape's own box. */
export const vertical = (...stops: ReadonlyArray<readonly [number, Colour, number?]>): Gradient => ({
  kind: "linear",
  from: [0, 0],
  to: [0, 1],
  stops: stops.map(([offset, colour, alpha]) => [offset, colour, alpha ?? 1])
})

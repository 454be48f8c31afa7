import type { Colour } from "../Colour.js"
import { blob, line, matte, num, oval, path, type Shape } from "../Parts.js"

/** Near black, warm enough to sit with every palette. */
export const coal = "#2b2730"
/** Paper white. */
export const chalk = "#fbf6ec"
/** Window glass by day. */
export const glass = "#a9d3e6"
/** Window light by night. */
export const lamplight = "#ffd98a"
/** Bare wood. */
export const wood = "#a8713f"
/** Bare metal. */
export const steel = "#a7b1bb"

/** A dark eye with a glint towards the light. */
export const eye = (x: number, y: number, r: number): ReadonlyArray<Shape> => [
  matte(oval(coal, x, y, r)),
  matte(oval("#ffffff", x - r * 0.3, y - r * 0.35, r * 0.32))
]

/** A leg that narrows to a paw, from a hip at `top` down to the ground at `bottom`. */
export const leg = (
  colour: Colour,
  x: number,
  top: number,
  bottom: number,
  width: number,
  toe = 4
): Shape => {
  const half = width / 2
  return path(
    colour,
    `M${num(x - half * 1.35)} ${num(top)}C${num(x - half)} ${num((top + bottom) / 2)} ${num(x - half * 0.8)} ${num(
      (top + bottom) / 2
    )} ${num(x - half * 0.8)} ${num(bottom - half)}Q${num(x - half * 0.9)} ${num(bottom)} ${num(x - half * 0.3)} ${num(
      bottom
    )}H${num(x + half * 0.6 + toe)}Q${num(x + half + toe)} ${num(bottom - half * 1.1)} ${num(
      x + half * 0.8
    )} ${num(bottom - half * 1.3)}C${num(x + half * 0.8)} ${num((top + bottom) / 2)} ${num(x + half)} ${num(
      (top + bottom) / 2
    )} ${num(x + half * 1.35)} ${num(top)}Z`
  )
}

/** A spoked wheel on its hub. */
export const wheel = (x: number, y: number, r: number, rim: Colour = steel): ReadonlyArray<Shape> => [
  oval(coal, x, y, r),
  oval(rim, x, y, r * 0.58),
  matte(oval(coal, x, y, r * 0.16))
]

/** A curve of short strokes, such as a mouth or a feather edge. */
export const stroke = (colour: Colour, width: number, text: string): Shape => line(colour, width, text)

/** A four-cornered pane with soft corners, as a blob for organic leaves. */
export const leaf = (
  colour: Colour,
  x: number,
  y: number,
  length: number,
  width: number,
  angle: number
): Shape => {
  const turn = (angle * Math.PI) / 180
  const at = (along: number, across: number) =>
    `${num(x + along * Math.cos(turn) - across * Math.sin(turn))},${num(y + along * Math.sin(turn) + across * Math.cos(turn))}`
  return blob(
    colour,
    [at(0, 0), at(length * 0.45, width / 2), at(length, 0), at(length * 0.45, -width / 2)].join(" ")
  )
}

/** The points mirrored inside a box of the given width. */
export const mirrored = (width: number, text: string): string =>
  text
    .split(" ")
    .map((pair) => {
      const [x = "0", y = "0"] = pair.split(",")
      return `${num(width - Number(x))},${y}`
    })
    .join(" ")

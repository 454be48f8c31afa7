import { type Colour, mix } from "../Colour.js"
import type { Pen } from "../Pen.js"
import { type Gradient, num, type Shape } from "../Parts.js"
import type { Role } from "../Scene.js"

/** Where a shape is painted: its role and distance, the scale it is drawn at, and whether it is mirrored. */
export interface Place {
  readonly role: Role
  readonly depth: number
  readonly scale: number
  readonly flip: boolean
  /** The shape's colour after palette and light. */
  readonly tone: (colour: Colour) => Colour
}

/** The frame that a style's ground and overlay fill. */
export interface Frame {
  readonly w: number
  readonly h: number
  readonly focus: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
}

/** A manner of drawing. */
export interface Style {
  readonly id: string
  readonly words: ReadonlyArray<string>
  /** Leaves out scenery that is not needed. */
  readonly sparse: boolean
  readonly paint: (shape: Shape, place: Place, pen: Pen) => string
  readonly under: (frame: Frame, pen: Pen) => string
  readonly over: (frame: Frame, pen: Pen) => string
}

/** Nothing under or over the scene. */
export const none = () => ""

/** Whether a fill is a run of colours. */
export const isRun = (fill: Shape["fill"]): fill is Gradient => fill !== null && typeof fill !== "string"

/** A colour run that covers becomes its middle colour; one that fades out, such as a halo, has no place in a drawn style. */
export const firm = (shape: Shape): Shape | null => {
  if (!isRun(shape.fill)) return shape
  const middle = shape.fill.stops[Math.floor(shape.fill.stops.length / 2)]
  if (middle === undefined || shape.fill.stops.some(([, , alpha]) => alpha < 0.9)) return null
  return { ...shape, fill: middle[1] }
}

/** The attribute for a shape's transparency, where it has any. */
export const opacity = (shape: Shape, factor = 1): string => {
  const value = shape.opacity * factor
  return value >= 0.995 ? "" : ` opacity="${num(value)}"`
}

/** The attributes of a line; ends and corners are round for the whole drawing. */
export const strokeOf = (colour: Colour, width: number): string =>
  ` stroke="${colour}" stroke-width="${num(width)}"`

/** A shape in its own colours. */
export const plain = (shape: Shape, place: Place, pen: Pen, d = shape.d): string => {
  const fill = isRun(shape.fill)
    ? pen.run(shape.fill, place)
    : shape.fill === null
      ? "none"
      : place.tone(shape.fill)
  const edge = shape.stroke === null ? "" : strokeOf(place.tone(shape.stroke), shape.width)
  return `<path d="${d}" fill="${fill}"${edge}${opacity(shape)}/>`
}

/** A shape with light on its form. */
export const modelled = (shape: Shape, place: Place, pen: Pen): string => {
  if (shape.finish !== "lit" || shape.fill === null || isRun(shape.fill) || place.role === "sky") {
    return plain(shape, place, pen)
  }
  const colour = place.tone(shape.fill)
  const reach = place.role === "subject" ? 1 : 0.6
  return `<path d="${shape.d}" fill="${pen.form(colour, reach, place.flip)}"${opacity(shape)}/>`
}

/** A rectangle over the whole frame. */
export const frameRect = (frame: Frame, fill: string, extra = ""): string =>
  `<path d="M0 0H${num(frame.w)}V${num(frame.h)}H0Z" fill="${fill}"${extra}/>`

/** Darker corners. */
export const vignette = (frame: Frame, pen: Pen): string =>
  frameRect(
    frame,
    pen.run({
      kind: "radial",
      from: [0.5, 0.46],
      to: [0.78, 0],
      stops: [
        [0, "#1a1430", 0],
        [0.62, "#1a1430", 0],
        [1, "#1a1430", 0.3]
      ]
    })
  )

/** A band along the edges. */
export const border = (frame: Frame, colour: Colour, width: number): string =>
  `<path d="M0 0H${num(frame.w)}V${num(frame.h)}H0ZM${width} ${width}V${num(frame.h - width)}H${num(frame.w - width)}V${width}Z" fill="${colour}"/>`

const banded = (fill: Gradient): Gradient => {
  if (fill.kind === "radial") return fill
  const bands = 5
  const at = (place: number): readonly [number, Colour, number] => {
    let before = fill.stops[0] ?? [0, "#000000", 1]
    for (const stop of fill.stops) {
      if (stop[0] >= place) {
        const part = stop[0] === before[0] ? 1 : (place - before[0]) / (stop[0] - before[0])
        return [place, mix(before[1], stop[1], part), before[2] + (stop[2] - before[2]) * part]
      }
      before = stop
    }
    return before
  }
  return {
    ...fill,
    stops: Array.from({ length: bands }, (_, index) => at((index + 0.5) / bands)).flatMap(
      ([, colour, alpha], index) => [
        [index / bands, colour, alpha] as const,
        [(index + 1) / bands, colour, alpha] as const
      ]
    )
  }
}

/** A shape in even colours, its runs in bands. */
export const flatPaint = (shape: Shape, place: Place, pen: Pen): string =>
  plain(isRun(shape.fill) ? { ...shape, fill: banded(shape.fill) } : shape, place, pen)

import { type Colour, mix, shade } from "./Colour.js"
import { type Gradient, num } from "./Parts.js"
import type { Random } from "./Random.js"

/** Collects the paint definitions of a drawing, each once, under ids that count up. */
export interface Pen {
  readonly random: Random
  /** Light on a rounded form: brighter towards the upper left. */
  readonly form: (colour: Colour, reach: number, flip: boolean) => string
  /** Pigment that pools at the lower edge. */
  readonly pool: (colour: Colour, flip: boolean) => string
  /** Two even tones with a hard crease. */
  readonly facet: (colour: Colour, flip: boolean) => string
  readonly run: (gradient: Gradient, place?: { readonly tone: (colour: Colour) => Colour }) => string
  readonly dots: (scale: number) => string
  readonly hatch: (kind: "hatch" | "dense" | "stripe" | "bold", scale: number) => string
  readonly definitions: () => string
}

/** Strokes of hatching: the distance between them, how much of it is ink, and the ink. */
const hatches = {
  hatch: { step: 8, ink: 0.13, colour: "#4a474d" },
  dense: { step: 6, ink: 0.28, colour: "#3a383d" },
  stripe: { step: 12, ink: 0.2, colour: "#1b1a1f" },
  bold: { step: 11, ink: 0.42, colour: "#1b1a1f" }
} as const

/** Marks keep one size on the page whatever the scale of the group they fill. */
const evenly = (scale: number): number => 1 / Math.max(0.05, Math.round(scale * 20) / 20)

/** A fresh pen for one drawing. */
export const makePen = (random: Random): Pen => {
  const known = new Map<string, string>()
  const bodies: Array<string> = []
  const define = (body: (id: string) => string): string => {
    const key = body("")
    const found = known.get(key)
    if (found !== undefined) return found
    const id = `p${known.size}`
    const reference = `url(#${id})`
    known.set(key, reference)
    bodies.push(body(id))
    return reference
  }
  const stop = (offset: number, colour: Colour, alpha: number): string =>
    `<stop offset="${num(offset)}" stop-color="${colour}"${alpha >= 0.995 ? "" : ` stop-opacity="${num(alpha)}"`}/>`
  const across = (flip: boolean, stops: string, slope = 0.62): string =>
    define(
      (id) =>
        `<linearGradient id="${id}" x1="${flip ? slope : 0}" y1="0" x2="${flip ? 0 : slope}" y2="1">${stops}</linearGradient>`
    )
  return {
    random,
    form: (colour, reach, flip) =>
      across(
        flip,
        stop(0, shade(mix(colour, "#fff3d6", 0.05 * reach), 0.055 * reach), 1) +
          stop(0.45, colour, 1) +
          stop(1, shade(mix(colour, "#3a3170", 0.07 * reach), -0.085 * reach), 1)
      ),
    pool: (colour, flip) =>
      across(
        flip,
        stop(0, shade(colour, 0.08), 1) +
          stop(0.55, shade(colour, 0.02), 1) +
          stop(1, shade(colour, -0.07), 1),
        0.3
      ),
    facet: (colour, flip) =>
      across(
        flip,
        [
          [0, 0.06],
          [0.34, 0.06],
          [0.34, 0],
          [0.62, 0],
          [0.62, -0.08],
          [1, -0.08]
        ]
          .map(([offset = 0, step = 0]) => stop(offset, step === 0 ? colour : shade(colour, step), 1))
          .join(""),
        0.9
      ),
    run: ({ kind, from, to, stops }, place) => {
      const body = stops
        .map(([offset, colour, alpha]) =>
          stop(offset, place === undefined ? colour : place.tone(colour), alpha)
        )
        .join("")
      return define((id) =>
        kind === "linear"
          ? `<linearGradient id="${id}" x1="${num(from[0])}" y1="${num(from[1])}" x2="${num(to[0])}" y2="${num(to[1])}">${body}</linearGradient>`
          : `<radialGradient id="${id}" cx="${num(from[0])}" cy="${num(from[1])}" r="${num(to[0])}">${body}</radialGradient>`
      )
    },
    dots: (scale) => {
      const inverse = evenly(scale)
      return define(
        (id) =>
          `<pattern id="${id}" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="scale(${num(inverse)})"><path d="M0 3a3 3 0 1 0 6 0a3 3 0 1 0 -6 0ZM6 9a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z" fill="#1d1a26"/></pattern>`
      )
    },
    hatch: (kind, scale) => {
      const { step, ink, colour } = hatches[kind]
      const reach = num(step * evenly(scale))
      // A repeating gradient is painted many times faster than a pattern of lines.
      return define(
        (id) =>
          `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="${reach}" y2="${reach}" spreadMethod="repeat">${stop(0, colour, 0)}${stop(0.06, colour, 1)}${stop(0.06 + ink, colour, 1)}${stop(0.12 + ink, colour, 0)}</linearGradient>`
      )
    },
    definitions: () => (bodies.length === 0 ? "" : `<defs>${bodies.join("")}</defs>`)
  }
}

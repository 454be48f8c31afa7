import type { Colour } from "./Colour.js"
import type { Node } from "./Parts.js"
import type { Random } from "./Random.js"

/** Where a subject is at home: standing, in the air, on or in water. */
export type Realm = "ground" | "air" | "afloat" | "water"

/** The colours a subject is drawn with. */
export interface Ink {
  /** The body: the prompt's colour, or the subject's own. */
  readonly main: Colour
  readonly light: Colour
  readonly dark: Colour
  /** The second colour of the prompt, or the subject's own. */
  readonly accent: Colour
  readonly random: Random
  /** Whether it is dark outside, so that windows and lamps shine. */
  readonly night: boolean
}

/** Something the renderer can draw: parts in a box of `w` by `h` units, standing on the box's lower edge. */
export interface Subject {
  readonly id: string
  readonly words: ReadonlyArray<string>
  readonly w: number
  readonly h: number
  readonly realm: Realm
  /** Real height in metres, roughly; compressed when subjects share a picture. */
  readonly size: number
  /** The setting when the prompt names none. */
  readonly home: string
  readonly colour: Colour
  readonly accent: Colour
  /** Where another subject can be put: the middle and half width of a surface, and its height in the box. */
  readonly seat: { readonly x: number; readonly y: number; readonly half: number }
  /** The top of the head, for hats. */
  readonly head: { readonly x: number; readonly y: number; readonly half: number }
  /** Has room beneath it, such as a table. */
  readonly shelter: boolean
  /** Mirroring would look wrong or change nothing. */
  readonly symmetric: boolean
  readonly draw: (ink: Ink) => ReadonlyArray<Node>
}

type Required = "id" | "words" | "w" | "h" | "colour" | "draw"

/** Fills in what most subjects share. */
export const subject = (given: Pick<Subject, Required> & Partial<Omit<Subject, Required>>): Subject => ({
  realm: "ground",
  size: 1,
  home: "studio",
  accent: "#f2e6cf",
  seat: { x: given.w / 2, y: given.h * 0.04, half: given.w * 0.3 },
  head: { x: given.w / 2, y: given.h * 0.04, half: given.w * 0.2 },
  shelter: false,
  symmetric: false,
  ...given
})

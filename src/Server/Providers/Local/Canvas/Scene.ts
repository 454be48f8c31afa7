import type { Colour } from "./Colour.js"
import type { Node } from "./Parts.js"
import type { Random } from "./Random.js"

/** What a layer is for; styles and palettes treat them differently. */
export type Role = "sky" | "scenery" | "shadow" | "subject" | "air"

/** Nodes at one distance: 0 is near, 1 is at the horizon and takes the colour of the air. */
export interface Layer {
  readonly role: Role
  readonly depth: number
  readonly nodes: ReadonlyArray<Node>
}

/** Shorthand for a layer. */
export const layer = (role: Role, depth: number, nodes: ReadonlyArray<Node>): Layer => ({
  role,
  depth,
  nodes
})

/** The colour and strength of the light, and what the air does to distance. */
export interface Light {
  readonly lamp: readonly [number, number, number]
  /** How much of the lamp's colour reaches the subject, 0..1. */
  readonly onSubject: number
  readonly haze: Colour
  readonly hazeAmount: number
  readonly night: boolean
}

/** Where a scene happens: sizes in units of a thousandth of the shorter side. */
export interface Stage {
  readonly w: number
  readonly h: number
  readonly horizon: number
  /** Where the main subject stands. */
  readonly base: number
  readonly time: string
  readonly weather: string
  readonly light: Light
  readonly random: Random
  /** Things the prompt forbids or already draws as subjects, by id. */
  readonly avoid: ReadonlySet<string>
  /** Leave out everything that is not needed. */
  readonly sparse: boolean
  /** The middle of the picture, kept free of tall scenery. */
  readonly focus: { readonly x: number; readonly half: number }
  /** Whether something stands on the ground. */
  readonly standing: boolean
  /** The colour the prompt gives to the setting. */
  readonly tint: Colour | null
}

/** The layers behind the subjects, far to near, and those before them. */
export interface Scenery {
  readonly behind: ReadonlyArray<Layer>
  readonly before: ReadonlyArray<Layer>
}

/** A place, with its words and how it frames a subject. */
export interface Setting {
  readonly id: string
  readonly words: ReadonlyArray<string>
  readonly outdoors: boolean
  /** Fractions of the height. */
  readonly horizon: number
  readonly base: number
  /** Where a floating subject sits: on water, in mid-space, or on the ground like the rest. */
  readonly medium: "land" | "surface" | "deep" | "open"
  readonly build: (stage: Stage) => Scenery
}

import { drawn } from "./Drawn.js"
import { painted } from "./Painted.js"
import type { Style } from "./Style.js"

/** The manners of drawing by their words; the first is the default. */
export const styles: readonly [Style, ...ReadonlyArray<Style>] = [...painted, ...drawn]

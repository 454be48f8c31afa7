import { maxMarkup } from "./Parameters.js"
import { parseSvg } from "./Parse.js"
import { checkReferences } from "./References.js"
import { refuse, SvgRefusal } from "./Refusal.js"
import { measureWork } from "./Work.js"
import { frameOf, writeSvg } from "./Write.js"

/** Markup that may be drawn, in its canonical form with its own size, or the first reason why it may not. */
export type SvgCheck =
  | {
      readonly ok: true
      /** Written anew from the parsed tree: no text, comments, declarations or foreign names are left. */
      readonly svg: string
      /** Pixels that the document itself states. */
      readonly width: number
      readonly height: number
      readonly viewBox: readonly [number, number, number, number]
      /** Elements drawn once every reference is followed, at most 20,000. */
      readonly elements: number
      /** Drawing takes about as long as this many translucent layers of the output's size. */
      readonly layers: number
    }
  | { readonly ok: false; readonly reason: string }

const check = (markup: string): SvgCheck => {
  const root = parseSvg(markup)
  const ids = checkReferences(root)
  const frame = frameOf(root)
  const [left, top, width, height] = frame.viewBox
  const work = measureWork(root, ids, { left, top, right: left + width, bottom: top + height })
  const svg = writeSvg(root, frame)
  if (svg.length > maxMarkup)
    refuse(root.line, `the document is longer than ${maxMarkup} characters when written out`)
  return { ok: true, svg, ...frame, ...work }
}

/** Parses SVG strictly against allow-lists and bounds; a reason names element or attribute and line. */
export const checkSvg = (markup: string): SvgCheck => {
  try {
    return check(markup)
  } catch (cause) {
    if (cause instanceof SvgRefusal) return { ok: false, reason: cause.message }
    throw cause
  }
}

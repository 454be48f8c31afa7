import { maxMagnitude, readLength, readNumbers, writeNumber } from "./Numbers.js"
import { refuse } from "./Refusal.js"
import { descendants, type SvgNode } from "./Tree.js"
import { referredId } from "./Values.js"

/** The document's own size in pixels and the user space that it shows. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly viewBox: readonly [number, number, number, number]
}

/** Shorter sides would vanish among the decimals that are written. */
const leastSide = 0.001

const absolute = (text: string | undefined): number | null => {
  const length = text === undefined ? null : readLength(text)
  return length === null || length.isPercent || length.value <= 0 ? null : length.value
}

/** Reads the root's frame; a side that it does not state follows from the viewBox. */
export const frameOf = (root: SvgNode): Frame => {
  const stated = root.attributes.get("viewBox")
  const [left = 0, top = 0, right, bottom] = stated === undefined ? [] : (readNumbers(stated, 4) ?? [])
  const width = absolute(root.attributes.get("width"))
  const height = absolute(root.attributes.get("height"))
  const boxWidth = right ?? width
  const boxHeight = bottom ?? height
  if (boxWidth === null || boxHeight === null) {
    return refuse(root.line, "<svg> needs a viewBox, or a width and a height that are not percentages")
  }
  const frame = {
    width: width ?? (height === null ? boxWidth : (height * boxWidth) / boxHeight),
    height: height ?? (width === null ? boxHeight : (width * boxHeight) / boxWidth)
  }
  if (
    [frame.width, frame.height, boxWidth, boxHeight].some((side) => side < leastSide || side > maxMagnitude)
  ) {
    refuse(root.line, `the sides of <svg> must lie between ${leastSide} and ${maxMagnitude}`)
  }
  return { ...frame, viewBox: [left, top, boxWidth, boxHeight] }
}

const escape = (value: string): string =>
  value.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;")

const writeAttributes = (attributes: ReadonlyMap<string, string>, kept: ReadonlySet<string>): string =>
  [...attributes]
    .filter(([name, value]) => value !== "" && (name !== "id" || kept.has(value)))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => ` ${name}="${escape(value)}"`)
    .join("")

const writeNode = (
  node: SvgNode,
  kept: ReadonlySet<string>,
  attributes = node.attributes,
  head = ""
): string => {
  const start = `<${node.name}${head}${writeAttributes(attributes, kept)}`
  const children = node.children.map((child) => writeNode(child, kept)).join("")
  return children === "" ? `${start}/>` : `${start}>${children}</${node.name}>`
}

/** Writes the tree with sorted attributes, referenced ids only and the frame spelt out; nothing else of the input is left. */
export const writeSvg = (root: SvgNode, { width, height, viewBox }: Frame): string => {
  const kept = new Set<string>()
  for (const node of descendants(root)) {
    for (const [name, value] of node.attributes) {
      const id = referredId(name, value)
      if (id !== null) kept.add(id)
    }
  }
  const attributes = new Map(root.attributes)
  for (const name of ["x", "y"]) attributes.delete(name)
  attributes.set("width", writeNumber(width))
  attributes.set("height", writeNumber(height))
  attributes.set("viewBox", viewBox.map(writeNumber).join(" "))
  return writeNode(root, kept, attributes, ' xmlns="http://www.w3.org/2000/svg"')
}

import { type Colour, mix, under } from "./Colour.js"
import { isGroup, type Node, num } from "./Parts.js"
import { makePen } from "./Pen.js"
import type { Random } from "./Random.js"
import type { Layer, Light, Role } from "./Scene.js"
import type { Frame, Place, Style } from "./Styles/Style.js"

/** Everything that turns layers into markup. */
export interface Manner {
  readonly style: Style
  readonly light: Light
  readonly palette: (colour: Colour) => Colour
  readonly random: Random
}

const toner = (manner: Manner, role: Role, depth: number, shining: boolean) => {
  const { light, palette } = manner
  const reach = role === "subject" ? light.onSubject : 1
  const [red, green, blue] = light.lamp
  const soft = (channel: number) => 1 + (channel - 1) * reach
  const lamp = [soft(red), soft(green), soft(blue)] as const
  const seen = new Map<Colour, Colour>()
  return (colour: Colour): Colour => {
    const found = seen.get(colour)
    if (found !== undefined) return found
    const lit =
      shining || role === "sky" ? colour : mix(under(colour, lamp), light.haze, depth * light.hazeAmount)
    const result = palette(lit)
    seen.set(colour, result)
    return result
  }
}

/** Scales need more digits than places do. */
const num4 = (value: number): string => String(Math.round(value * 10000) / 10000)

/** Writes layers as SVG of `width` by `height` pixels over a frame of units. */
export const render = (
  layers: ReadonlyArray<Layer>,
  frame: Frame,
  manner: Manner,
  size: { readonly width: number; readonly height: number }
): string => {
  const pen = makePen(manner.random)
  const { style } = manner
  const write = (node: Node, place: Place, glowing: Place): string => {
    if (!isGroup(node)) return style.paint(node, node.finish === "glow" ? glowing : place, pen)
    const scale = place.scale * node.scale
    const flip = place.flip !== node.flip
    const children = node.children
      .map((child) => write(child, { ...place, scale, flip }, { ...glowing, scale, flip }))
      .join("")
    if (children === "") return ""
    const moves = [
      node.x === 0 && node.y === 0 ? "" : `translate(${num(node.x)} ${num(node.y)})`,
      node.angle === 0 ? "" : `rotate(${num(node.angle)})`,
      node.scale === 1 && !node.flip
        ? ""
        : `scale(${num4(node.flip ? -node.scale : node.scale)} ${num4(node.scale)})`
    ].filter((move) => move !== "")
    return `<g${moves.length === 0 ? "" : ` transform="${moves.join(" ")}"`}>${children}</g>`
  }
  const body = layers
    .map(({ role, depth, nodes }) => {
      const place: Place = { role, depth, scale: 1, flip: false, tone: toner(manner, role, depth, false) }
      const glowing: Place = { ...place, tone: toner(manner, role, depth, true) }
      return nodes.map((node) => write(node, place, glowing)).join("")
    })
    .join("")
  const ground = style.under(frame, pen)
  const overlay = style.over(frame, pen)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${num(frame.w)} ${num(frame.h)}" stroke-linecap="round" stroke-linejoin="round">${pen.definitions()}${ground}${body}${overlay}</svg>`
}

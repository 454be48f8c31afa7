import { type Bounds, coverage, grow, mapBounds, union } from "./Bounds.js"
import { isShape, type Outline, outlineOf } from "./Geometry.js"
import { identity, type Matrix, multiply, readTransform } from "./Matrix.js"
import { readLength } from "./Numbers.js"
import type { Ids } from "./References.js"
import { refuse, tag } from "./Refusal.js"
import type { SvgNode } from "./Tree.js"
import { referredId } from "./Values.js"

/** Most elements drawn once every reference is followed. */
const maxDrawn = 20_000
/** Most nesting once every reference is followed. */
const maxNesting = 200
/** Most of the sum of squared segment counts: filling a path may take time with the square of its segments. */
const maxCrossings = 200_000_000
/** Most dashes on all outlines together. */
const maxDashes = 200_000
/** Most primitives of one filter. */
const maxPrimitives = 16

/**
 * Time that things took in librsvg 2.63 for each output pixel that they cover, as a multiple of one translucent layer
 * (16 ns on the machine of feasibility.md).
 */
const price = {
  solid: 0.03,
  gradient: 0.5,
  pattern: 0.5,
  layer: 1,
  blend: 1.5,
  mask: 6,
  filter: 6,
  primitive: 30,
  blur: 55
}
/** What a layer or filter takes however small it is, in the same unit for the whole canvas. */
const least = { layer: 0.06, filter: 1.4 }

/** What drawing a document takes. */
export interface Work {
  readonly elements: number
  /** Full-canvas translucent layers that would take as long. */
  readonly layers: number
}

/** What an element hands to those that inherit from it. */
interface Inherited {
  readonly fill: string
  readonly stroke: string
  readonly strokeWidth: number
  readonly markers: ReadonlyArray<string>
  readonly dashes: string
}

const atRoot: Inherited = { fill: "black", stroke: "none", strokeWidth: 1, markers: [], dashes: "none" }

const inherit = (from: Inherited, node: SvgNode): Inherited => {
  const width = node.attributes.get("stroke-width")
  const marked = ["marker-start", "marker-mid", "marker-end"].flatMap(
    (name) => node.attributes.get(name) ?? []
  )
  return {
    fill: node.attributes.get("fill") ?? from.fill,
    stroke: node.attributes.get("stroke") ?? from.stroke,
    strokeWidth: width === undefined ? from.strokeWidth : (readLength(width)?.value ?? 1),
    markers: marked.length > 0 ? marked : from.markers,
    dashes: node.attributes.get("stroke-dasharray") ?? from.dashes
  }
}

const treeContext = (node: SvgNode | null): Inherited =>
  node === null ? atRoot : inherit(treeContext(node.parent), node)

/** Drawn only where something refers to them. */
const definitions: ReadonlySet<string> = new Set(
  "defs symbol marker clipPath mask pattern filter linearGradient radialGradient".split(" ")
)

/** Where an element is drawn: null once a viewBox inside makes the mapping unknown. */
type Placement = Matrix | null

/** Follows every reference as the renderer would, adding up what it takes and refusing what takes too much. */
class Walk {
  elements = 0
  layers = 0
  private crossings = 0
  private dashes = 0
  private readonly entered = new Set<SvgNode>()
  private readonly outlines = new Map<SvgNode, Outline>()

  constructor(
    private readonly ids: Ids,
    private readonly canvas: Bounds
  ) {}

  private outline(node: SvgNode): Outline {
    const known = this.outlines.get(node) ?? outlineOf(node)
    this.outlines.set(node, known)
    return known
  }

  private target(value: string | undefined): SvgNode | null {
    const id = value === undefined ? null : referredId("fill", value)
    return id === null ? null : (this.ids.get(id) ?? null)
  }

  private linked(node: SvgNode): SvgNode | null {
    const id = referredId("href", node.attributes.get("href") ?? "")
    return id === null ? null : (this.ids.get(id) ?? null)
  }

  /** Draws what a reference leads to, once; a second entry on the way is a cycle made by inheritance. */
  private follow(target: SvgNode, from: SvgNode, depth: number, draw: () => Bounds | null): Bounds | null {
    if (this.entered.has(target)) return refuse(from.line, `${tag(from.name)} refers to what contains it`)
    if (depth > maxNesting) return refuse(from.line, "references are nested too deep")
    this.entered.add(target)
    const bounds = draw()
    this.entered.delete(target)
    return bounds
  }

  private contents(node: SvgNode, context: Inherited, placement: Placement, depth: number): Bounds | null {
    let bounds: Bounds | null = null
    for (const child of node.children) {
      if (!definitions.has(child.name))
        bounds = union(bounds, this.draw(child, context, placement, depth + 1))
    }
    return bounds
  }

  /** Content that stands beside the tree (pattern, mask, clip, marker), which inherits from its own ancestors. */
  private aside(target: SvgNode | null, from: SvgNode, depth: number): void {
    if (target === null) return
    this.follow(target, from, depth, () => {
      this.aside(this.linked(target), target, depth + 1)
      const drawn = this.contents(target, treeContext(target), null, depth + 1)
      // A mask may be masked itself, and a clip clipped.
      this.effects(target, this.canvas, depth + 1)
      return drawn
    })
  }

  private paintPrice(paint: string): number {
    const target = this.target(paint)
    if (paint === "none") return 0
    if (target === null) return price.solid
    return target.name === "pattern" ? price.pattern : price.gradient
  }

  private place(bounds: Outline["bounds"], placement: Placement, by: number): Bounds | null {
    if (bounds === null) return null
    if (bounds === "unknown" || placement === null) return this.canvas
    return mapBounds(placement, grow(bounds, by))
  }

  private shape(node: SvgNode, context: Inherited, placement: Placement, depth: number): Bounds | null {
    const { segments, bounds, length } = this.outline(node)
    const isStroked = context.stroke !== "none"
    const drawn = this.place(bounds, placement, isStroked ? context.strokeWidth * 2 : 0)
    const share = coverage(this.canvas, drawn)
    this.layers += share * (this.paintPrice(context.fill) + this.paintPrice(context.stroke))
    this.crossings += segments ** 2
    if (this.crossings > maxCrossings) refuse(node.line, "the paths have too many segments together")
    if (isStroked) this.dash(node, context.dashes, length)
    this.aside(this.target(context.fill), node, depth)
    this.aside(this.target(context.stroke), node, depth)
    for (const marker of context.markers) this.mark(node, marker, segments, depth)
    return drawn
  }

  /** A marker is drawn at every vertex: walked once, counted as often. */
  private mark(node: SvgNode, marker: string, vertices: number, depth: number): void {
    const before = { elements: this.elements, layers: this.layers }
    this.aside(this.target(marker), node, depth)
    const more = Math.max(0, vertices - 1)
    this.elements += (this.elements - before.elements) * more
    this.layers += (this.layers - before.layers) * more
    this.bound(node)
  }

  private dash(node: SvgNode, dashes: string, length: number): void {
    if (dashes === "none") return
    const period = dashes.split(" ").reduce((sum, part) => sum + (readLength(part)?.value ?? 0), 0)
    if (period === 0) return
    this.dashes += length / period
    if (this.dashes > maxDashes) refuse(node.line, "the strokes have too many dashes together")
  }

  private bound(node: SvgNode): void {
    if (this.elements > maxDrawn) {
      refuse(node.line, `more than ${maxDrawn} elements are drawn once references are followed`)
    }
  }

  private used(node: SvgNode, context: Inherited, placement: Placement, depth: number): Bounds | null {
    const target = this.linked(node)
    if (target === null) return null
    const [x, y] = [readLength(node.attributes.get("x") ?? "0"), readLength(node.attributes.get("y") ?? "0")]
    const isShifted = x?.isPercent === false && y?.isPercent === false
    const moved =
      placement === null || !isShifted ? null : multiply(placement, [1, 0, 0, 1, x.value, y.value])
    return this.follow(target, node, depth, () => this.draw(target, context, moved, depth + 1))
  }

  private filterRegion(filter: SvgNode, drawn: Bounds | null): Bounds | null {
    if (drawn === null) return null
    if (filter.attributes.get("filterUnits") === "userSpaceOnUse") return this.canvas
    const read = (name: string, otherwise: number): number => {
      const length = readLength(filter.attributes.get(name) ?? "")
      return length === null ? otherwise : length.isPercent ? length.value / 100 : length.value
    }
    const [width, height] = [drawn.right - drawn.left, drawn.bottom - drawn.top]
    const left = drawn.left + read("x", -0.1) * width
    const top = drawn.top + read("y", -0.1) * height
    return { left, top, right: left + read("width", 1.2) * width, bottom: top + read("height", 1.2) * height }
  }

  private filtered(filter: SvgNode, drawn: Bounds | null): void {
    if (filter.children.length > maxPrimitives) {
      refuse(filter.line, `the filter has more than ${maxPrimitives} primitives`)
    }
    const share = coverage(this.canvas, this.filterRegion(filter, drawn))
    const primitives = filter.children.reduce(
      (sum, { name, children }) =>
        sum +
        (/Blur|Shadow/.test(name) ? price.blur : price.primitive) +
        children.length * (price.primitive / 3),
      0
    )
    this.layers += share * (price.filter + primitives) + (filter.children.length + 1) * least.filter
  }

  /** The layers that an element's own opacity, blending, clip, mask and filter take. */
  private effects(node: SvgNode, drawn: Bounds | null, depth: number): void {
    const { attributes } = node
    const share = coverage(this.canvas, drawn)
    const isTranslucent =
      attributes.has("opacity") && !/^[+]?1(?:\.0*)?$|^100%$/.test(attributes.get("opacity") ?? "")
    if (isTranslucent || attributes.get("isolation") === "isolate")
      this.layers += share * price.layer + least.layer
    if ((attributes.get("mix-blend-mode") ?? "normal") !== "normal")
      this.layers += share * price.blend + least.layer
    const clip = this.target(attributes.get("clip-path"))
    if (clip !== null) this.layers += share * price.layer + least.layer
    this.aside(clip, node, depth)
    const mask = this.target(attributes.get("mask"))
    if (mask !== null) this.layers += share * price.mask + least.layer
    this.aside(mask, node, depth)
    const filter = this.target(attributes.get("filter"))
    if (filter !== null) this.filtered(filter, drawn)
  }

  draw(node: SvgNode, from: Inherited, outer: Placement, depth: number): Bounds | null {
    this.elements += 1
    this.bound(node)
    if (depth > maxNesting) refuse(node.line, "references are nested too deep")
    const context = inherit(from, node)
    const own = readTransform(node.attributes.get("transform") ?? "") ?? identity
    const isInnerView = node.name === "symbol" || (node.name === "svg" && node.parent !== null)
    const placement = outer === null || isInnerView ? null : multiply(outer, own)
    if (placement?.some((entry) => !(Math.abs(entry) <= 1e12)) === true) {
      refuse(node.line, `transform on ${tag(node.name)} leads out of range`)
    }
    const drawn = isShape(node)
      ? this.shape(node, context, placement, depth)
      : node.name === "use"
        ? this.used(node, context, placement, depth)
        : this.contents(node, context, placement, depth)
    this.effects(node, drawn, depth)
    return drawn
  }
}

/** Measures what drawing takes by following every reference; refuses documents that unfold without end. */
export const measureWork = (root: SvgNode, ids: Ids, canvas: Bounds): Work => {
  const walk = new Walk(ids, canvas)
  walk.draw(root, atRoot, identity, 0)
  return { elements: walk.elements, layers: Math.round(walk.layers * 100) / 100 }
}

import * as V from "./Values.js"

/** Grammars by attribute name. */
export type Attributes = { readonly [attribute: string]: V.Grammar }

const blendModes = (
  "normal multiply screen overlay darken lighten color-dodge color-burn hard-light soft-light " +
  "difference exclusion hue saturation color luminosity"
).split(" ")

const colourSpace = V.word("auto", "sRGB", "linearRGB")

/** Presentation attributes, which may also stand in a style attribute, on any element. */
export const presentation: Attributes = {
  fill: V.paint,
  stroke: V.paint,
  color: V.colour,
  "stop-color": V.colour,
  "flood-color": V.colour,
  opacity: V.fraction,
  "fill-opacity": V.fraction,
  "stroke-opacity": V.fraction,
  "stop-opacity": V.fraction,
  "flood-opacity": V.fraction,
  "fill-rule": V.word("nonzero", "evenodd"),
  "clip-rule": V.word("nonzero", "evenodd"),
  "stroke-width": V.extent,
  "stroke-linecap": V.word("butt", "round", "square"),
  "stroke-linejoin": V.word("miter", "round", "bevel", "miter-clip", "arcs"),
  "stroke-miterlimit": V.number(1, 1000),
  "stroke-dasharray": V.dashes,
  "stroke-dashoffset": V.length,
  "clip-path": V.resource,
  mask: V.resource,
  filter: V.resource,
  "marker-start": V.resource,
  "marker-mid": V.resource,
  "marker-end": V.resource,
  display: V.word("inline", "block", "none"),
  visibility: V.word("visible", "hidden", "collapse"),
  overflow: V.word("visible", "hidden", "auto", "scroll"),
  "mask-type": V.word("luminance", "alpha"),
  "mix-blend-mode": V.word(...blendModes),
  isolation: V.word("auto", "isolate"),
  "paint-order": V.paintOrder,
  "vector-effect": V.word("none", "non-scaling-stroke"),
  "color-interpolation": colourSpace,
  "color-interpolation-filters": colourSpace,
  "color-rendering": V.word("auto", "optimizeSpeed", "optimizeQuality"),
  "shape-rendering": V.word("auto", "optimizeSpeed", "crispEdges", "geometricPrecision")
}

/** Presentation attributes that descendants inherit, for which `inherit` therefore says nothing. */
export const inherited: ReadonlySet<string> = new Set(
  (
    "fill stroke color fill-opacity stroke-opacity fill-rule clip-rule stroke-width " +
    "stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset " +
    "marker-start marker-mid marker-end visibility paint-order shape-rendering " +
    "color-interpolation color-interpolation-filters color-rendering"
  ).split(" ")
)

const box: Attributes = { x: V.length, y: V.length, width: V.autoExtent, height: V.autoExtent }
const units = V.word("userSpaceOnUse", "objectBoundingBox")
const link: Attributes = { href: V.href }
const view: Attributes = { viewBox: V.viewBox, preserveAspectRatio: V.aspectRatio }
const moved: Attributes = { transform: V.transform }
const gradient: Attributes = {
  ...link,
  gradientUnits: units,
  gradientTransform: V.transform,
  spreadMethod: V.word("pad", "reflect", "repeat")
}
const primitive: Attributes = { ...box, in: V.name, result: V.name }
const offset = V.number(-10_000, 10_000)
/** Beyond this a blur is a flat colour, at the price of a region that is as large. */
const deviation = V.numbers(2, 0, 500)

/** The elements that are drawn, each with its own attributes beside `id` and the presentation attributes. */
export const elements: ReadonlyMap<string, Attributes> = new Map<string, Attributes>([
  ["svg", { ...box, ...view, ...moved }],
  ["g", moved],
  ["defs", moved],
  ["symbol", { ...view, ...box, refX: V.length, refY: V.length }],
  ["use", { ...box, ...link, ...moved }],
  ["title", {}],
  ["desc", {}],
  ["path", { ...moved, d: V.path, pathLength: V.number(0.001, 1e6) }],
  ["rect", { ...moved, ...box, rx: V.autoExtent, ry: V.autoExtent }],
  ["circle", { ...moved, cx: V.length, cy: V.length, r: V.extent }],
  ["ellipse", { ...moved, cx: V.length, cy: V.length, rx: V.autoExtent, ry: V.autoExtent }],
  ["line", { ...moved, x1: V.length, y1: V.length, x2: V.length, y2: V.length }],
  ["polyline", { ...moved, points: V.points }],
  ["polygon", { ...moved, points: V.points }],
  ["linearGradient", { ...gradient, x1: V.length, y1: V.length, x2: V.length, y2: V.length }],
  [
    "radialGradient",
    { ...gradient, cx: V.length, cy: V.length, r: V.extent, fx: V.length, fy: V.length, fr: V.extent }
  ],
  ["stop", { offset: V.fraction }],
  ["clipPath", { ...moved, clipPathUnits: units }],
  ["mask", { ...box, maskUnits: units, maskContentUnits: units }],
  [
    "pattern",
    {
      ...box,
      ...view,
      ...link,
      patternUnits: units,
      patternContentUnits: units,
      patternTransform: V.transform
    }
  ],
  [
    "marker",
    {
      ...view,
      refX: V.length,
      refY: V.length,
      markerWidth: V.extent,
      markerHeight: V.extent,
      markerUnits: V.word("strokeWidth", "userSpaceOnUse"),
      orient: V.orientation
    }
  ],
  ["filter", { ...box, filterUnits: units, primitiveUnits: units }],
  ["feGaussianBlur", { ...primitive, stdDeviation: deviation, edgeMode: V.word("none") }],
  ["feOffset", { ...primitive, dx: offset, dy: offset }],
  ["feBlend", { ...primitive, in2: V.name, mode: V.word(...blendModes) }],
  [
    "feColorMatrix",
    {
      ...primitive,
      type: V.word("matrix", "saturate", "hueRotate", "luminanceToAlpha"),
      values: V.numbers(20, -1000, 1000)
    }
  ],
  ["feMerge", primitive],
  ["feMergeNode", { in: V.name }],
  ["feFlood", primitive],
  [
    "feComposite",
    {
      ...primitive,
      in2: V.name,
      operator: V.word("over", "in", "out", "atop", "xor", "lighter", "arithmetic"),
      k1: V.number(-100, 100),
      k2: V.number(-100, 100),
      k3: V.number(-100, 100),
      k4: V.number(-100, 100)
    }
  ],
  ["feDropShadow", { ...primitive, dx: offset, dy: offset, stdDeviation: deviation }]
])

/** Attributes and style properties that change nothing in a document without text, scripts and style sheets: left out. */
export const isInert = (name: string): boolean =>
  /^(?:data|aria)-[a-z0-9_.-]{1,60}$/i.test(name) ||
  /^(?:font|text)-[a-z-]{1,30}$/.test(name) ||
  inert.has(name)

const inert: ReadonlySet<string> = new Set(
  (
    "class role lang version baseProfile enable-background focusable pointer-events cursor " +
    "image-rendering letter-spacing word-spacing white-space"
  ).split(" ")
)

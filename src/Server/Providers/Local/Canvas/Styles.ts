import { type Colour, fromLch, lch, mix, shade } from "./Colour.js"
import type { Pen } from "./Pen.js"
import { type Gradient, num, type Shape } from "./Parts.js"
import type { Role } from "./Scene.js"

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

const none = () => ""

const isRun = (fill: Shape["fill"]): fill is Gradient => fill !== null && typeof fill !== "string"

/** A colour run that covers becomes its middle colour; one that fades out, such as a halo, has no place in a drawn style. */
const firm = (shape: Shape): Shape | null => {
  if (!isRun(shape.fill)) return shape
  const middle = shape.fill.stops[Math.floor(shape.fill.stops.length / 2)]
  if (middle === undefined || shape.fill.stops.some(([, , alpha]) => alpha < 0.9)) return null
  return { ...shape, fill: middle[1] }
}

const opacity = (shape: Shape, factor = 1): string => {
  const value = shape.opacity * factor
  return value >= 0.995 ? "" : ` opacity="${num(value)}"`
}

const strokeOf = (colour: Colour, width: number): string => ` stroke="${colour}" stroke-width="${num(width)}"`

const plain = (shape: Shape, place: Place, pen: Pen, d = shape.d): string => {
  const fill = isRun(shape.fill)
    ? pen.run(shape.fill, place)
    : shape.fill === null
      ? "none"
      : place.tone(shape.fill)
  const edge = shape.stroke === null ? "" : strokeOf(place.tone(shape.stroke), shape.width)
  return `<path d="${d}" fill="${fill}"${edge}${opacity(shape)}/>`
}

const modelled = (shape: Shape, place: Place, pen: Pen): string => {
  if (shape.finish !== "lit" || shape.fill === null || isRun(shape.fill) || place.role === "sky") {
    return plain(shape, place, pen)
  }
  const colour = place.tone(shape.fill)
  const reach = place.role === "subject" ? 1 : 0.6
  return `<path d="${shape.d}" fill="${pen.form(colour, reach, place.flip)}"${opacity(shape)}/>`
}

const frameRect = (frame: Frame, fill: string, extra = ""): string =>
  `<path d="M0 0H${num(frame.w)}V${num(frame.h)}H0Z" fill="${fill}"${extra}/>`

const vignette = (frame: Frame, pen: Pen): string =>
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

const border = (frame: Frame, colour: Colour, width: number): string =>
  `<path d="M0 0H${num(frame.w)}V${num(frame.h)}H0ZM${width} ${width}V${num(frame.h - width)}H${num(frame.w - width)}V${width}Z" fill="${colour}"/>`

const outlined = (
  given: Shape,
  place: Place,
  paint: { fill: (colour: Colour) => Colour; ink: (colour: Colour) => Colour; width: number; d?: string }
): string => {
  const shape = firm(given)
  if (shape === null || isRun(shape.fill)) return ""
  const width = (paint.width * (place.role === "subject" ? 1 : 0.7) * (1 - place.depth * 0.4)) / place.scale
  const d = paint.d ?? shape.d
  if (shape.fill === null) {
    const stroke = shape.stroke ?? "#000000"
    const core = `<path d="${d}" fill="none"${strokeOf(paint.fill(place.tone(stroke)), shape.width)}${opacity(shape)}/>`
    if (shape.width * place.scale < paint.width * 2.2) {
      return `<path d="${d}" fill="none"${strokeOf(paint.ink(place.tone(stroke)), Math.max(width * 0.7, shape.width * 0.6))}${opacity(shape)}/>`
    }
    const rim = `<path d="${d}" fill="none"${strokeOf(paint.ink(place.tone(stroke)), shape.width + width * 2)}${opacity(shape)}/>`
    return rim + core
  }
  const colour = place.tone(shape.fill)
  return `<path d="${d}" fill="${paint.fill(colour)}"${strokeOf(paint.ink(colour), width)}${opacity(shape)}/>`
}

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

const flatPaint = (shape: Shape, place: Place, pen: Pen): string =>
  plain(isRun(shape.fill) ? { ...shape, fill: banded(shape.fill) } : shape, place, pen)

const illustration: Style = {
  id: "illustration",
  words: ["illustration", "illustrated", "storybook", "cartoon illustration"],
  sparse: false,
  paint: modelled,
  under: none,
  over: vignette
}

const flat: Style = {
  id: "flat",
  words: ["flat", "flat design", "flat style", "vector", "vector art", "flat illustration"],
  sparse: false,
  paint: flatPaint,
  under: none,
  over: none
}

const minimal: Style = {
  id: "minimal",
  words: ["minimal", "minimalist", "minimalistic", "simple", "icon"],
  sparse: true,
  paint: (shape, place, pen) => {
    const quiet = {
      ...place,
      tone: (colour: Colour) =>
        place.role === "subject" ? place.tone(colour) : mix(place.tone(colour), "#f3efe8", 0.35)
    }
    return flatPaint(shape, quiet, pen)
  },
  under: none,
  over: none
}

const paper: Colour = "#f8f3e7"

const watercolour: Style = {
  id: "watercolour",
  words: ["watercolor", "watercolour", "aquarelle", "gouache", "painted", "painting style", "painterly"],
  sparse: false,
  paint: (shape, place, pen) => {
    if (isRun(shape.fill)) {
      return plain({ ...shape, opacity: shape.opacity * (place.role === "sky" ? 0.75 : 0.7) }, place, pen)
    }
    const washed = {
      ...place,
      tone: (colour: Colour) => mix(place.tone(colour), paper, 0.16 + place.depth * 0.2)
    }
    if (shape.fill === null) return plain({ ...shape, opacity: shape.opacity * 0.85 }, washed, pen)
    const colour = washed.tone(shape.fill)
    const edge = strokeOf(shade(colour, -0.14), 1.6 / place.scale)
    const body = `<path d="${shape.d}" fill="${pen.pool(colour, place.flip)}"${edge} stroke-opacity="0.55"${opacity(shape, 0.94)}/>`
    if (place.role !== "subject") return body
    const slip = num(5 / place.scale)
    return `${body}<path d="${shape.d}" transform="translate(${slip} ${num(3 / place.scale)})" fill="${colour}"${opacity(shape, 0.16)}/>`
  },
  under: (frame) => frameRect(frame, paper),
  over: (frame, pen) => {
    const random = pen.random.fork("paper")
    const blooms = Array.from({ length: 9 }, () => {
      const radius = random.between(0.08, 0.22) * Math.max(frame.w, frame.h)
      const [x, y] = [random.next() * frame.w, random.next() * frame.h]
      const light = random.chance(0.6)
      const fill = pen.run({
        kind: "radial",
        from: [0.5, 0.5],
        to: [0.5, 0],
        stops: light
          ? [
              [0, paper, 0.3],
              [0.8, paper, 0.16],
              [1, paper, 0]
            ]
          : [
              [0, "#6a7fa8", 0],
              [0.86, "#6a7fa8", 0.1],
              [1, "#6a7fa8", 0]
            ]
      })
      return `<path d="M${num(x - radius)} ${num(y)}a${num(radius)} ${num(radius)} 0 1 0 ${num(radius * 2)} 0a${num(radius)} ${num(radius)} 0 1 0 ${num(-radius * 2)} 0Z" fill="${fill}"/>`
    })
    const edge: Array<string> = []
    const steps = 14
    const deep = () => random.between(14, 44)
    for (let index = 0; index < steps; index++)
      edge.push(`${num((frame.w * (index + 0.5)) / steps)} ${num(deep())}`)
    for (let index = 0; index < steps; index++)
      edge.push(`${num(frame.w - deep())} ${num((frame.h * (index + 0.5)) / steps)}`)
    for (let index = steps; index > 0; index--)
      edge.push(`${num((frame.w * (index - 0.5)) / steps)} ${num(frame.h - deep())}`)
    for (let index = steps; index > 0; index--)
      edge.push(`${num(deep())} ${num((frame.h * (index - 0.5)) / steps)}`)
    const outer = `M0 0H${num(frame.w)}V${num(frame.h)}H0Z`
    const soft = [0.35, 1].map(
      (alpha, index) =>
        `<path fill-rule="evenodd" d="${outer}M${edge.join("L")}Z" fill="${paper}" opacity="${alpha}"${index === 0 ? ` stroke="${paper}" stroke-width="26"` : ` stroke="${paper}" stroke-width="10"`}/>`
    )
    return blooms.join("") + soft.join("")
  }
}

const geometric: Style = {
  id: "geometric",
  words: ["geometric", "low poly", "lowpoly", "polygonal", "faceted", "cubist", "origami", "abstract"],
  sparse: false,
  paint: (shape, place, pen) => {
    if (shape.fill === null || isRun(shape.fill)) return plain(shape, place, pen, shape.hard)
    return `<path d="${shape.hard}" fill="${pen.facet(place.tone(shape.fill), place.flip)}"${opacity(shape)}/>`
  },
  under: none,
  over: (frame, pen) => {
    const random = pen.random.fork("facets")
    const across = Math.max(4, Math.round(frame.w / 220))
    const down = Math.max(4, Math.round(frame.h / 220))
    const corner = (column: number, row: number): string =>
      `${num((frame.w * column) / across + (column % across === 0 ? 0 : (jitter[(column * 7 + row * 3) % jitter.length] ?? 0)))} ${num((frame.h * row) / down + (row % down === 0 ? 0 : (jitter[(column * 5 + row * 11) % jitter.length] ?? 0)))}`
    const jitter = Array.from({ length: 23 }, () => random.between(-60, 60))
    const facets: Array<string> = []
    for (let row = 0; row < down; row++) {
      for (let column = 0; column < across; column++) {
        const [a, b, c, d] = [
          corner(column, row),
          corner(column + 1, row),
          corner(column, row + 1),
          corner(column + 1, row + 1)
        ]
        for (const triangle of [`M${a}L${b}L${c}Z`, `M${b}L${d}L${c}Z`]) {
          const alpha = random.between(-0.1, 0.1)
          facets.push(
            `<path d="${triangle}" fill="${alpha > 0 ? "#ffffff" : "#1a1430"}" opacity="${num(Math.abs(alpha))}"/>`
          )
        }
      }
    }
    return facets.join("")
  }
}

const snap = (colour: Colour): Colour => {
  const { l, c, h } = lch(colour)
  const level = Math.round(l * 6) / 6
  const tint = level < 0.25 ? { l: 0.24, c: 0.06, h: 280 } : level > 0.9 ? { l: 0.95, c: 0.035, h: 88 } : null
  return fromLch(
    tint ?? {
      l: level,
      c: c < 0.03 ? 0.03 : Math.max(0.09, Math.round(c * 20) / 18),
      h: Math.round((h - 8) / 20) * 20 + 8
    }
  )
}

const poster: Style = {
  id: "poster",
  words: [
    "poster",
    "travel poster",
    "retro",
    "screen print",
    "screenprint",
    "art deco",
    "vintage poster",
    "propaganda poster"
  ],
  sparse: false,
  paint: (shape, place, pen) =>
    flatPaint(shape, { ...place, tone: (colour) => snap(place.tone(colour)) }, pen),
  under: none,
  over: (frame) =>
    border(frame, "#f6ead0", 38) +
    `<path d="M46 46H${num(frame.w - 46)}V${num(frame.h - 46)}H46Z" fill="none" stroke="#2a2744" stroke-width="5"/>`
}

const blue: Colour = "#1c4a86"

const blueprint: Style = {
  id: "blueprint",
  words: ["blueprint", "technical drawing", "schematic", "technical", "diagram", "cyanotype"],
  sparse: true,
  paint: (shape, place) =>
    place.role === "sky" || place.role === "shadow"
      ? ""
      : outlined(shape, place, {
          fill: (colour) => mix(blue, "#7fb0e6", (lch(colour).l - 0.35) * 0.32 * (1 - place.depth)),
          ink: () => mix("#e8f3ff", blue, place.role === "subject" ? 0 : 0.35 + place.depth * 0.35),
          width: 3
        }),
  under: (frame) => {
    const lines: Array<string> = []
    const step = 50
    for (let x = step; x < frame.w; x += step) lines.push(`M${num(x)} 0V${num(frame.h)}`)
    for (let y = step; y < frame.h; y += step) lines.push(`M0 ${num(y)}H${num(frame.w)}`)
    return `${frameRect(frame, blue)}<path d="${lines.join("")}" stroke="#5f93d1" stroke-width="1.2" opacity="0.45" fill="none"/>`
  },
  over: (frame) => {
    const { x, y, w, h } = frame.focus
    const [left, right, top, bottom] = [x, x + w, y, y + h]
    const low = Math.min(frame.h - 40, bottom + 46)
    const side = Math.min(frame.w - 40, right + 46)
    const d = `M${num(left)} ${num(low)}H${num(right)}M${num(left)} ${num(low - 14)}V${num(low + 14)}M${num(right)} ${num(low - 14)}V${num(low + 14)}M${num(side)} ${num(top)}V${num(bottom)}M${num(side - 14)} ${num(top)}H${num(side + 14)}M${num(side - 14)} ${num(bottom)}H${num(side + 14)}M${num(x + w / 2)} ${num(top - 30)}V${num(bottom + 24)}`
    return `<path d="${d}" fill="none" stroke="#e8f3ff" stroke-width="2" stroke-dasharray="14 7" opacity="0.7"/>${border(frame, "#e8f3ff", 6)}`
  }
}

const neon: Style = {
  id: "neon",
  words: ["neon", "neon sign", "cyberpunk", "synthwave", "vaporwave", "neon lights"],
  sparse: false,
  paint: (given, place, pen) => {
    if (place.role === "shadow") return ""
    const shape = place.role === "sky" ? given : (firm(given) ?? given)
    if (isRun(shape.fill)) {
      const dark = (colour: Colour) =>
        fromLch({ l: 0.13 + lch(place.tone(colour)).l * 0.16, c: 0.09, h: lch(colour).h > 0 ? 305 : 275 })
      return place.role === "sky" ? plain(shape, { ...place, tone: dark }, pen) : ""
    }
    const bright = (colour: Colour) => {
      const { l, c, h } = lch(place.tone(colour))
      const hue = c < 0.035 ? (l > 0.6 ? 205 : 330) : h
      return fromLch({ l: Math.max(0.66, Math.min(0.88, l + 0.2)), c: 0.2, h: hue })
    }
    const strength = place.role === "subject" ? 1 : 0.6 * (1 - place.depth * 0.5)
    const ink = bright(shape.fill ?? shape.stroke ?? "#ff00ff")
    const body =
      place.role === "sky" && shape.finish === "glow"
        ? ink
        : shape.fill === null
          ? "none"
          : fromLch({ l: 0.2 - place.depth * 0.03, c: 0.07, h: lch(ink).h })
    const lineAt = (width: number, alpha: number, fill: string, colour = ink) =>
      `<path d="${shape.d}" fill="${fill}"${strokeOf(colour, width / place.scale)} stroke-opacity="${num(alpha * strength)}"${opacity(shape)}/>`
    const tube = place.role === "subject" ? lineAt(2, 0.9, "none", mix(ink, "#ffffff", 0.6)) : ""
    // Small scenery gets one stroke instead of three: it is most of a drawing's bytes.
    if (place.role !== "subject") return lineAt(5, 0.8, body)
    return lineAt(12, 0.16, body) + lineAt(5, 0.75, "none") + tube
  },
  under: (frame) => frameRect(frame, "#120b24"),
  over: vignette
}

const lineArt: Style = {
  id: "line art",
  words: [
    "line art",
    "line drawing",
    "lineart",
    "outline",
    "ink drawing",
    "colouring book",
    "coloring book",
    "coloring page",
    "colouring page"
  ],
  sparse: true,
  paint: (shape, place) =>
    place.role === "sky" || place.role === "shadow"
      ? ""
      : outlined(shape, place, {
          fill: (colour) => (lch(colour).l < 0.33 && place.role === "subject" ? "#2b2730" : "#fbf8f1"),
          ink: () => mix("#2b2730", "#fbf8f1", place.depth * 0.6),
          width: 5
        }),
  under: (frame) => frameRect(frame, "#fbf8f1"),
  over: none
}

const paperCut: Style = {
  id: "paper cut",
  words: [
    "paper cut",
    "papercut",
    "paper cutout",
    "paper cut out",
    "cut paper",
    "paper art",
    "collage",
    "layered paper"
  ],
  sparse: false,
  paint: (given, place, pen) => {
    if (isRun(given.fill) && place.role === "sky") return flatPaint(given, place, pen)
    const shape = firm(given)
    if (shape === null || isRun(shape.fill)) return ""
    if (place.role === "sky" && shape.finish === "glow") return plain(shape, place, pen)
    const shift = (8 - place.depth * 4) / place.scale
    const cast = (dx: number, alpha: number) =>
      `<path d="${shape.d}" transform="translate(${num(place.flip ? -dx : dx)} ${num(dx)})" fill="${shape.fill === null ? "none" : "#1a1430"}"${shape.stroke === null ? "" : strokeOf("#1a1430", shape.width)} opacity="${num(alpha * shape.opacity)}"/>`
    const rim =
      shape.fill === null
        ? ""
        : ` stroke="${shade(place.tone(shape.fill), 0.1)}" stroke-width="${num(1.6 / place.scale)}"`
    const sheet =
      shape.fill === null
        ? plain(shape, place, pen)
        : `<path d="${shape.d}" fill="${place.tone(shape.fill)}"${rim}${opacity(shape)}/>`
    if (place.role === "subject") return cast(shift * 0.4, 0.16) + cast(shift, 0.2) + sheet
    // Sprigs of many small parts lie flat; their shadows would only cost bytes.
    return shape.d.indexOf("M", 1) > 0 || shape.opacity < 0.7 ? sheet : cast(shift, 0.2) + sheet
  },
  under: none,
  over: none
}

const comic: Style = {
  id: "comic",
  words: ["comic", "comic book", "pop art", "cartoon", "manga", "cel shaded"],
  sparse: false,
  paint: (shape, place, pen) => {
    if (isRun(shape.fill)) return flatPaint(shape, place, pen)
    if (place.role === "sky" || place.role === "air") return plain(shape, place, pen)
    const lively = (colour: Colour) => {
      const { l, c, h } = lch(colour)
      return fromLch({ l: 0.08 + l * 0.93, c: Math.min(0.24, c * 1.25), h })
    }
    const drawn = outlined(shape, place, {
      fill: lively,
      ink: () => mix("#1d1a26", "#9aa0b4", place.depth * 0.7),
      width: 6
    })
    const dots =
      shape.fill !== null && shape.finish === "lit" && place.role === "subject"
        ? `<path d="${shape.d}" fill="${pen.dots(place.scale)}" opacity="0.2"/>`
        : ""
    return drawn + dots
  },
  under: none,
  over: (frame) => border(frame, "#1d1a26", 12)
}

const pencil: Style = {
  id: "pencil sketch",
  words: [
    "sketch",
    "pencil sketch",
    "pencil drawing",
    "hand drawn",
    "charcoal drawing",
    "graphite",
    "doodle",
    "etching"
  ],
  sparse: true,
  paint: (given, place, pen) => {
    const shape = firm(given)
    if (place.role === "sky" || shape === null || isRun(shape.fill)) return ""
    const ink = mix("#3a383d", "#f7f4ec", place.depth * 0.55)
    const drawn = outlined(shape, place, {
      fill: (colour) => mix("#f7f4ec", "#d3cfc7", Math.max(0, 0.75 - lch(colour).l)),
      ink: () => ink,
      width: 2.4
    })
    if (shape.fill === null) return drawn
    const l = lch(place.tone(shape.fill)).l
    const hatch =
      l < 0.86
        ? `<path d="${shape.d}" fill="${pen.hatch(l < 0.5 ? "dense" : "hatch", place.scale)}" opacity="${num(0.75 - place.depth * 0.4)}"/>`
        : ""
    const again = `<path d="${shape.d}" transform="rotate(0.5) translate(${num(1.6 / place.scale)} ${num(-1.2 / place.scale)})" fill="none"${strokeOf(ink, 1.3 / place.scale)} opacity="0.6"/>`
    return drawn + hatch + again
  },
  under: (frame) => frameRect(frame, "#f7f4ec"),
  over: none
}

const stained: Style = {
  id: "stained glass",
  words: ["stained glass", "mosaic", "church window"],
  sparse: false,
  paint: (given, place, pen) => {
    if (place.role === "shadow") return ""
    if (isRun(given.fill) && place.role === "sky") return flatPaint(given, place, pen)
    const shape = firm(given)
    if (shape === null || isRun(shape.fill)) return ""
    const lead = "#1c1a22"
    if (shape.fill === null)
      return outlined(shape, place, { fill: (colour) => colour, ink: () => lead, width: 4 })
    const { l, c, h } = lch(place.tone(shape.fill))
    const panel = fromLch({ l: 0.12 + l * 0.86, c: Math.min(0.23, c * 1.4 + 0.02), h })
    const width = (place.role === "subject" ? 6 : 5 - place.depth * 2) / place.scale
    return `<path d="${shape.d}" fill="${pen.form(panel, 1.5, place.flip)}"${strokeOf(lead, width)}${opacity(shape)}/>`
  },
  under: none,
  over: (frame) => {
    const [cx, cy] = [frame.focus.x + frame.focus.w / 2, frame.focus.y + frame.focus.h / 2]
    const reach = Math.hypot(frame.w, frame.h)
    const inner = Math.max(frame.focus.w, frame.focus.h) * 0.56
    const rays = Array.from({ length: 14 }, (_, index) => {
      const angle = (index * Math.PI) / 7 + 0.18
      return `M${num(cx + inner * Math.cos(angle))} ${num(cy + inner * Math.sin(angle))}L${num(cx + reach * Math.cos(angle))} ${num(cy + reach * Math.sin(angle))}`
    })
    return `<path d="${rays.join("")}" stroke="#1c1a22" stroke-width="5" fill="none"/>${border(frame, "#1c1a22", 18)}`
  }
}

const woodcut: Style = {
  id: "woodcut",
  words: ["woodcut", "linocut", "engraving", "block print", "noir", "black ink"],
  sparse: true,
  paint: (given, place, pen) => {
    const shape = firm(given)
    if (place.role === "sky" || shape === null || isRun(shape.fill)) return ""
    const tone = (colour: Colour) => lch(colour).l
    const drawn = outlined(shape, place, {
      fill: (colour) => (tone(colour) < 0.42 ? "#1b1a1f" : "#f4eee0"),
      ink: (colour) => (tone(colour) < 0.3 && place.role === "subject" ? "#f4eee0" : "#1b1a1f"),
      width: 5.5
    })
    if (shape.fill === null) return drawn
    const l = tone(place.tone(shape.fill))
    const cut =
      l >= 0.42 && l < 0.84
        ? `<path d="${shape.d}" fill="${pen.hatch(l < 0.62 ? "bold" : "stripe", place.scale)}"/>`
        : ""
    return drawn + cut
  },
  under: (frame) => frameRect(frame, "#f4eee0"),
  over: (frame) => border(frame, "#1b1a1f", 22)
}

const silhouette: Style = {
  id: "silhouette",
  words: ["silhouette", "silhouetted", "backlit", "shadow art", "shadow play"],
  sparse: false,
  paint: (given, place, pen) => {
    if (place.role === "sky" || given.finish === "glow") return flatPaint(given, place, pen)
    const shape = firm(given)
    if (shape === null || isRun(shape.fill)) return ""
    const near =
      place.role === "subject" ? "#171425" : mix("#2a2440", place.tone("#2a2440"), place.depth * 0.8)
    return plain(
      { ...shape, opacity: shape.opacity < 0.7 ? 0 : shape.opacity },
      { ...place, tone: () => near },
      pen
    )
  },
  under: none,
  over: vignette
}

/** The manners of drawing by their words; the first is the default. */
export const styles: ReadonlyArray<Style> = [
  illustration,
  flat,
  minimal,
  watercolour,
  geometric,
  poster,
  blueprint,
  neon,
  lineArt,
  paperCut,
  comic,
  pencil,
  stained,
  woodcut,
  silhouette
]

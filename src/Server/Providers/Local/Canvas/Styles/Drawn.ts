import { type Colour, fromLch, lch, mix } from "../Colour.js"
import { num, type Shape } from "../Parts.js"
import {
  border,
  firm,
  flatPaint,
  frameRect,
  isRun,
  none,
  opacity,
  plain,
  strokeOf,
  vignette,
  type Place,
  type Style
} from "./Style.js"

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

/** Styles that work in outlines. */
export const drawn = [blueprint, neon, lineArt, comic, pencil, stained, woodcut] as const

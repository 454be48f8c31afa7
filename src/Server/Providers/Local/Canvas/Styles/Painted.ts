import { type Colour, fromLch, lch, mix, shade } from "../Colour.js"
import { num } from "../Parts.js"
import {
  border,
  firm,
  flatPaint,
  frameRect,
  isRun,
  modelled,
  none,
  opacity,
  plain,
  strokeOf,
  vignette,
  type Style
} from "./Style.js"

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

/** Styles that work in areas of colour; the first is the default. */
export const painted = [
  illustration,
  flat,
  minimal,
  watercolour,
  geometric,
  poster,
  paperCut,
  silhouette
] as const

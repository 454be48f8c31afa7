/** Colours travel as `#rrggbb` and are mixed in OKLab, where equal steps look equal. */
export type Colour = string

interface Lab {
  readonly l: number
  readonly a: number
  readonly b: number
}

/** Lightness 0..1, chroma 0..~0.3, hue in degrees. */
export interface Lch {
  readonly l: number
  readonly c: number
  readonly h: number
}

const clamp = (value: number, low = 0, high = 1): number => Math.min(high, Math.max(low, value))

const toLinear = (channel: number): number =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4

const fromLinear = (channel: number): number =>
  channel <= 0.0031308 ? channel * 12.92 : 1.055 * channel ** (1 / 2.4) - 0.055

/** The three channels, 0..1. */
export const channels = (colour: Colour): readonly [number, number, number] => {
  const value = Number.parseInt(colour.slice(1), 16)
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}

/** `#rrggbb` from channels of 0..1. */
export const hex = (red: number, green: number, blue: number): Colour =>
  `#${[red, green, blue]
    .map((channel) =>
      Math.round(clamp(channel) * 255)
        .toString(16)
        .padStart(2, "0")
    )
    .join("")}`

const toLab = (colour: Colour): Lab => {
  const [red, green, blue] = channels(colour)
  const r = toLinear(red)
  const g = toLinear(green)
  const b = toLinear(blue)
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  }
}

const fromLab = ({ l, a, b }: Lab): Colour => {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3
  return hex(
    fromLinear(clamp(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short)),
    fromLinear(clamp(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short)),
    fromLinear(clamp(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short))
  )
}

/** Lightness, chroma and hue of a colour. */
export const lch = (colour: Colour): Lch => {
  const { l, a, b } = toLab(colour)
  return { l, c: Math.hypot(a, b), h: (Math.atan2(b, a) * 180) / Math.PI }
}

/** A colour from lightness, chroma and hue. */
export const fromLch = ({ l, c, h }: Lch): Colour =>
  fromLab({ l, a: c * Math.cos((h * Math.PI) / 180), b: c * Math.sin((h * Math.PI) / 180) })

/** From `from` (0) to `to` (1). */
export const mix = (from: Colour, to: Colour, amount: number): Colour => {
  const one = toLab(from)
  const two = toLab(to)
  const part = clamp(amount)
  return fromLab({
    l: one.l + (two.l - one.l) * part,
    a: one.a + (two.a - one.a) * part,
    b: one.b + (two.b - one.b) * part
  })
}

/** Lighter (positive) or darker (negative) by a step of lightness. */
export const shade = (colour: Colour, step: number): Colour => {
  const { l, c, h } = lch(colour)
  const lightness = clamp(l + step)
  return fromLch({ l: lightness, c: c * (lightness > 0.93 ? 0.6 : 1), h: h - step * 30 })
}

/** Turns the hue, in degrees. */
export const turn = (colour: Colour, degrees: number): Colour => {
  const { l, c, h } = lch(colour)
  return fromLch({ l, c, h: h + degrees })
}

/** As if lit by a coloured lamp: each channel times the lamp's. */
export const under = (colour: Colour, lamp: readonly [number, number, number]): Colour => {
  const [red, green, blue] = channels(colour)
  return hex(red * lamp[0], green * lamp[1], blue * lamp[2])
}

/** Words for colours; a noun takes the colour named before it. */
export const colours: ReadonlyArray<{
  readonly id: string
  readonly words: ReadonlyArray<string>
  readonly hex: Colour
}> = [
  { id: "red", words: ["red", "scarlet", "ruby"], hex: "#d6392f" },
  { id: "crimson", words: ["crimson", "maroon", "burgundy"], hex: "#9c2338" },
  { id: "orange", words: ["orange", "tangerine", "ginger"], hex: "#ee8227" },
  { id: "yellow", words: ["yellow", "lemon"], hex: "#f5c93b" },
  { id: "gold", words: ["gold", "golden", "brass"], hex: "#e2ac34" },
  { id: "green", words: ["green", "emerald"], hex: "#4b9e52" },
  { id: "olive", words: ["olive", "khaki"], hex: "#83853f" },
  { id: "teal", words: ["teal", "turquoise", "aqua", "cyan"], hex: "#2aa5a0" },
  { id: "blue", words: ["blue", "cobalt", "azure", "sapphire"], hex: "#2f74c9" },
  { id: "navy", words: ["navy", "indigo"], hex: "#2a3c7d" },
  { id: "purple", words: ["purple", "violet", "lilac", "lavender"], hex: "#8558b6" },
  { id: "pink", words: ["pink", "rosy", "magenta", "coral"], hex: "#ea7fa2" },
  { id: "brown", words: ["brown", "chocolate", "bronze", "copper", "wooden"], hex: "#8f5c38" },
  { id: "beige", words: ["beige", "cream", "tan", "sandy"], hex: "#dcc39a" },
  { id: "white", words: ["white", "ivory", "pale"], hex: "#f3f0ea" },
  { id: "silver", words: ["silver", "silvery", "chrome", "metallic"], hex: "#b9c2cb" },
  { id: "grey", words: ["grey", "gray"], hex: "#8b9198" },
  { id: "black", words: ["black", "ebony", "charcoal"], hex: "#34343c" }
]

/** The hex value of a colour word's id. */
export const colourHex = (id: string): Colour | null => colours.find((entry) => entry.id === id)?.hex ?? null

import { type Colour, colours, fromLch, lch, mix } from "./Colour.js"

/** A palette: how every colour of the scene is led towards a common harmony. */
export interface Palette {
  readonly id: string
  readonly words: ReadonlyArray<string>
  readonly apply: (colour: Colour) => Colour
}

const towards =
  (hue: number, pull: number, chroma: number) =>
  (colour: Colour): Colour => {
    const now = lch(colour)
    const from = (now.h * Math.PI) / 180
    const to = (hue * Math.PI) / 180
    const a = Math.cos(from) * now.c * (1 - pull) + Math.cos(to) * (now.c * 0.6 + 0.035) * pull
    const b = Math.sin(from) * now.c * (1 - pull) + Math.sin(to) * (now.c * 0.6 + 0.035) * pull
    return fromLch({ l: now.l, c: Math.hypot(a, b) * chroma, h: (Math.atan2(b, a) * 180) / Math.PI })
  }

const ramp =
  (...steps: ReadonlyArray<Colour>) =>
  (colour: Colour): Colour => {
    const place = Math.min(0.999, Math.max(0, (lch(colour).l - 0.15) / 0.82)) * (steps.length - 1)
    const index = Math.floor(place)
    return mix(steps[index] ?? "#000000", steps[index + 1] ?? "#ffffff", place - index)
  }

/** Palettes by their words; single colours become duotones. */
export const palettes: readonly [Palette, ...ReadonlyArray<Palette>] = [
  { id: "natural", words: ["natural", "natural colours", "realistic colours"], apply: (colour) => colour },
  {
    id: "warm",
    words: ["warm", "warm colours", "warm palette", "warm tones", "autumn", "autumnal", "cozy", "cosy"],
    apply: towards(58, 0.45, 1.05)
  },
  {
    id: "cool",
    words: ["cool", "cool colours", "cool palette", "cool tones", "cold", "icy", "wintry"],
    apply: towards(235, 0.5, 1)
  },
  {
    id: "pastel",
    words: ["pastel", "pastel colours", "pastel palette", "soft colours", "candy"],
    apply: (colour) => {
      const { l, c, h } = lch(colour)
      return fromLch({ l: 0.46 + l * 0.52, c: Math.min(0.085, c * 0.62 + 0.012), h })
    }
  },
  {
    id: "vivid",
    words: ["vivid", "vibrant", "colourful", "colorful", "saturated", "rainbow colours", "bright colours"],
    apply: (colour) => {
      const { l, c, h } = lch(colour)
      return fromLch({ l: 0.06 + l * 0.93, c: c < 0.02 ? c : Math.min(0.26, c * 1.35 + 0.015), h })
    }
  },
  {
    id: "muted",
    words: ["muted", "faded", "desaturated", "subdued", "earthy", "earth tones"],
    apply: (colour) => {
      const { l, c, h } = lch(colour)
      return fromLch({ l: 0.1 + l * 0.84, c: c * 0.5, h })
    }
  },
  {
    id: "monochrome",
    words: ["monochrome", "black and white", "grayscale", "greyscale", "monochromatic"],
    apply: ramp("#16181d", "#5e636b", "#b4b8be", "#fbfbfa")
  },
  {
    id: "sepia",
    words: ["sepia", "vintage", "antique", "old photograph"],
    apply: ramp("#2a1a10", "#7a5334", "#c9a374", "#fbf0da")
  },
  {
    id: "dark",
    words: ["dark", "moody", "gloomy", "gothic", "dark palette"],
    apply: (colour) => {
      const { l, c, h } = lch(colour)
      return fromLch({ l: l * 0.72, c: c * 0.85, h })
    }
  },
  ...colours.map(({ id, hex }) => {
    const { c, h } = lch(hex)
    const step = (l: number, part: number) => fromLch({ l, c: Math.min(c, 0.15) * part, h })
    return {
      id,
      words: ["palette", "tones", "hues", "colours", "light", "shades"].map((noun) => `${id} ${noun}`),
      apply: ramp(step(0.2, 0.55), step(0.42, 0.9), step(0.62, 1), step(0.82, 0.6), step(0.97, 0.14))
    }
  })
]

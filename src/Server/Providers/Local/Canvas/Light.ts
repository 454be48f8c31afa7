import { type Colour, mix } from "./Colour.js"
import type { Light, Setting } from "./Scene.js"

/** A time of day: the sky from the zenith to the horizon, and the lamp that it makes. */
export interface Hour {
  readonly id: string
  readonly words: ReadonlyArray<string>
  readonly sky: readonly [Colour, Colour, Colour]
  readonly lamp: readonly [number, number, number]
  readonly night: boolean
  /** Height of the sun or moon over the horizon, as a part of the sky; its colour. */
  readonly disc: { readonly height: number; readonly colour: Colour; readonly size: number }
}

/** Times of day by their words. */
export const hours: readonly [Hour, ...ReadonlyArray<Hour>] = [
  {
    id: "day",
    words: [
      "day",
      "daytime",
      "daylight",
      "noon",
      "midday",
      "morning",
      "afternoon",
      "sunny",
      "sunshine",
      "sunlit",
      "bright day"
    ],
    sky: ["#4c95dc", "#8cc3ee", "#def0f7"],
    lamp: [1, 1, 1],
    night: false,
    disc: { height: 0.72, colour: "#fff3c0", size: 52 }
  },
  {
    id: "dawn",
    words: ["dawn", "sunrise", "daybreak", "first light", "early morning"],
    sky: ["#6c82c4", "#d9a8c2", "#ffe3bd"],
    lamp: [1.02, 0.92, 0.92],
    night: false,
    disc: { height: 0.24, colour: "#fff0c4", size: 62 }
  },
  {
    id: "golden hour",
    words: ["golden hour", "golden light", "late afternoon", "warm light"],
    sky: ["#7da7cf", "#f3cf96", "#ffe9b4"],
    lamp: [1.06, 0.94, 0.78],
    night: false,
    disc: { height: 0.34, colour: "#fff4c9", size: 62 }
  },
  {
    id: "sunset",
    words: ["sunset", "sundown", "evening", "setting sun", "evening light"],
    sky: ["#43407f", "#d8627c", "#ffc27a"],
    lamp: [1, 0.8, 0.78],
    night: false,
    disc: { height: 0.16, colour: "#ffdf93", size: 76 }
  },
  {
    id: "dusk",
    words: ["dusk", "twilight", "blue hour", "gloaming"],
    sky: ["#252a5c", "#6a5f9e", "#e2a3a4"],
    lamp: [0.7, 0.66, 0.86],
    night: true,
    disc: { height: 0.66, colour: "#f5ecd2", size: 40 }
  },
  {
    id: "night",
    words: [
      "night",
      "nighttime",
      "midnight",
      "starry night",
      "moonlight",
      "moonlit",
      "starry",
      "starry sky",
      "starlight",
      "under the stars",
      "dark night",
      "nocturnal",
      "stars"
    ],
    sky: ["#0d1536", "#1f2f66", "#42528f"],
    lamp: [0.46, 0.54, 0.8],
    night: true,
    disc: { height: 0.7, colour: "#f6f0d4", size: 50 }
  }
]

/** A weather, and what it does to the light. */
export interface Weather {
  readonly id: string
  readonly words: ReadonlyArray<string>
  readonly veil: Colour
  readonly veilAmount: number
  readonly dim: number
  readonly haze: number
}

/** Weathers by their words. */
export const weathers: readonly [Weather, ...ReadonlyArray<Weather>] = [
  {
    id: "clear",
    words: ["clear", "clear sky", "cloudless", "fair weather"],
    veil: "#ffffff",
    veilAmount: 0,
    dim: 1,
    haze: 0.62
  },
  {
    id: "cloudy",
    words: ["cloudy", "clouds", "overcast", "cloudy sky"],
    veil: "#b9c6d1",
    veilAmount: 0.42,
    dim: 0.95,
    haze: 0.66
  },
  {
    id: "rain",
    words: ["rain", "rainy", "raining", "drizzle", "downpour", "shower", "wet weather"],
    veil: "#8795a5",
    veilAmount: 0.66,
    dim: 0.86,
    haze: 0.72
  },
  {
    id: "snow",
    words: ["snowing", "snowfall", "snowflake", "snowy weather", "falling snow", "blizzard", "snow"],
    veil: "#cfdae6",
    veilAmount: 0.6,
    dim: 0.97,
    haze: 0.74
  },
  {
    id: "fog",
    words: ["fog", "foggy", "mist", "misty", "haze", "hazy"],
    veil: "#dfe4e8",
    veilAmount: 0.72,
    dim: 0.97,
    haze: 0.92
  },
  {
    id: "storm",
    words: ["storm", "stormy", "thunderstorm", "thunder", "tempest", "hurricane"],
    veil: "#4a5468",
    veilAmount: 0.74,
    dim: 0.76,
    haze: 0.7
  },
  {
    id: "wind",
    words: ["wind", "windy", "breeze", "breezy", "gale"],
    veil: "#c9dce6",
    veilAmount: 0.15,
    dim: 1,
    haze: 0.62
  }
]

/** The sky's three colours under a weather; a dark hour keeps a dark veil. */
export const skyColours = (
  hour: Hour,
  weather: Weather,
  tint: Colour | null
): readonly [Colour, Colour, Colour] => {
  const veil = hour.night ? mix(weather.veil, hour.sky[1], 0.72) : mix(weather.veil, hour.sky[2], 0.2)
  const under = (colour: Colour, part: number) => mix(colour, veil, weather.veilAmount * part)
  const tinted = (colour: Colour, part: number) => (tint === null ? colour : mix(colour, tint, part))
  return [
    tinted(under(hour.sky[0], 1), 0.75),
    tinted(under(hour.sky[1], 0.95), 0.6),
    tinted(under(hour.sky[2], 0.8), 0.35)
  ]
}

/** The light of an hour under a weather; indoors only the warmth comes in. */
export const lightOf = (
  hour: Hour,
  weather: Weather,
  haze: Colour,
  { outdoors, medium }: Pick<Setting, "outdoors" | "medium">
): Light => {
  const evening = hour.night ? ([0.86, 0.78, 0.72] as const) : hour.lamp
  const enclosed =
    medium === "deep"
      ? ([0.84, 0.97, 1.02] as const)
      : medium === "open"
        ? ([0.96, 0.94, 1.04] as const)
        : evening
  const [red, green, blue] = outdoors ? hour.lamp : enclosed
  const dim = outdoors ? weather.dim : 1
  return {
    lamp: [red * dim, green * dim, blue * Math.min(1, dim + 0.04)],
    onSubject: 0.62,
    haze,
    hazeAmount: outdoors ? weather.haze : 0.12,
    night: hour.night
  }
}

import { type Colour, mix, shade } from "../Colour.js"
import {
  fade,
  glow,
  group,
  halo,
  line,
  matte,
  type Node,
  num,
  oval,
  path,
  poly,
  rect,
  vertical
} from "../Parts.js"
import type { Random } from "../Random.js"
import { layer, type Setting, type Stage } from "../Scene.js"
import { broadleaf } from "../Subjects/Plants.js"
import { beside, ground, strewn } from "./Land.js"

const skyline = (
  stage: Stage,
  random: Random,
  foot: number,
  low: number,
  high: number,
  colour: Colour,
  lights: number
): ReadonlyArray<Node> => {
  const nodes: Array<Node> = []
  for (let x = -30; x < stage.w + 20; ) {
    const width = random.between(60, 130)
    const tall = random.between(low, high)
    const tone = shade(colour, random.between(-0.04, 0.04))
    const roof = random.int(0, 3)
    nodes.push(matte(rect(tone, x, foot - tall, width - 4, tall + 10)))
    if (roof === 0) nodes.push(matte(rect(tone, x + width * 0.25, foot - tall - 26, width * 0.44, 28)))
    if (roof === 1)
      nodes.push(
        line(
          tone,
          4,
          `${num(x + width * 0.45)},${num(foot - tall)} ${num(x + width * 0.45)},${num(foot - tall - 54)}`
        )
      )
    if (roof === 2)
      nodes.push(
        matte(
          poly(
            tone,
            `${num(x)},${num(foot - tall + 1)} ${num(x + width - 4)},${num(foot - tall - 34)} ${num(x + width - 4)},${num(foot - tall + 1)}`
          )
        )
      )
    if (lights > 0) {
      const rows = Math.floor((tall - 30) / 34)
      const columns = Math.floor((width - 18) / 24)
      const panes: Array<string> = []
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          if (random.chance(lights))
            panes.push(rect(null, x + 12 + column * 24, foot - tall + 18 + row * 34, 12, 18).d)
        }
      }
      const lit = stage.light.night
      const windows = matte(path(lit ? "#ffd98a" : mix("#dcecf4", tone, 0.3), panes.join("")))
      if (panes.length > 0) nodes.push(lit ? glow(windows) : windows)
    }
    x += width
  }
  return nodes
}

const city: Setting = {
  id: "city",
  words: ["city", "cityscape", "skyline", "town", "downtown", "metropolis", "urban", "rooftop", "plaza"],
  outdoors: true,
  horizon: 0.68,
  base: 0.86,
  medium: "land",
  build: (stage) => {
    const random = stage.random.fork("city")
    const { w, h, horizon, sparse } = stage
    const stone = stage.tint ?? "#7f8da6"
    const sight = Math.min(horizon, 620)
    return {
      behind: [
        layer("scenery", 0.88, skyline(stage, random, horizon + 10, sight * 0.36, sight * 0.76, stone, 0)),
        layer(
          "scenery",
          0.52,
          skyline(
            stage,
            random,
            horizon + 14,
            sight * 0.22,
            sight * 0.56,
            shade(stone, -0.05),
            sparse ? 0 : 0.55
          )
        ),
        layer(
          "scenery",
          0.26,
          sparse ? [] : skyline(stage, random, horizon + 16, sight * 0.1, sight * 0.28, "#8b7f86", 0.6)
        ),
        layer("scenery", 0.04, [
          ground("#a9a7ac", stage, horizon + 10),
          ...[-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5].map((index) =>
            fade(
              0.3,
              line(
                "#7f7d86",
                2.4,
                `${num(w / 2 + index * 90)},${num(horizon + 10)} ${num(w / 2 + index * 330)},${num(h + 10)}`
              )
            )
          ),
          ...[0.12, 0.3, 0.56, 0.9].map((part) =>
            fade(
              0.3,
              line(
                "#7f7d86",
                2.4,
                `-10,${num(horizon + 10 + (h - horizon) * part)} ${num(w + 10)},${num(horizon + 10 + (h - horizon) * part)}`
              )
            )
          ),
          ...(sparse || stage.avoid.has("tree")
            ? []
            : beside(stage, [w * 0.06, w * 0.94], 60).map((x) =>
                group(broadleaf("#5f9a55", "#5f4a3a", random), {
                  x: x - 70,
                  y: horizon + 60 - 170,
                  scale: 0.72
                })
              ))
        ])
      ],
      before: []
    }
  }
}

const street: Setting = {
  id: "street",
  words: [
    "street",
    "road",
    "alley",
    "avenue",
    "sidewalk",
    "highway",
    "village",
    "neighborhood",
    "neighbourhood",
    "racetrack"
  ],
  outdoors: true,
  horizon: 0.64,
  base: 0.87,
  medium: "land",
  build: (stage) => {
    const random = stage.random.fork("street")
    const { w, h, horizon, sparse } = stage
    const kerb = horizon + (h - horizon) * 0.22
    const reach = Math.min(horizon * 0.76, 520)
    const facades: Array<Node> = []
    for (let x = -40; x < w + 20; ) {
      const width = random.between(150, 220)
      const tall = reach * random.between(0.72, 1)
      const colour = random.pick("#d98a6a", "#e3c48f", "#8fb0b5", "#c9a3a0", "#a9b58a", "#dcb2a0")
      const top = horizon - tall
      facades.push(
        rect(colour, x, top, width - 3, tall + 30),
        rect(shade(colour, -0.12), x - 4, top - 12, width + 5, 16, 3)
      )
      if (!sparse) {
        const columns = width > 185 ? 3 : 2
        const rows = Math.max(1, Math.floor((tall - 130) / 96))
        const [frames, dark, lit]: [Array<string>, Array<string>, Array<string>] = [[], [], []]
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            const px = x + (width / columns) * (column + 0.5) - 17
            const py = top + 28 + row * 96
            const on = stage.light.night && random.chance(0.62)
            frames.push(rect(null, px - 5, py - 5, 44, 64).d)
            ;(on ? lit : dark).push(rect(null, px, py, 34, 54).d)
          }
        }
        facades.push(matte(path("#f3ece0", frames.join(""))))
        if (dark.length > 0) facades.push(matte(path("#5f7f96", dark.join(""))))
        if (lit.length > 0) facades.push(glow(path("#ffd98a", lit.join(""))))
        const shop = random.pick("#c9503f", "#3f7f8a", "#d9a33f", "#5f8a55")
        const bay = rect(stage.light.night ? "#ffe2a3" : "#7f9aa8", x + 16, horizon - 66, width - 82, 72, 3)
        facades.push(
          stage.light.night ? glow(bay) : bay,
          rect("#6b4a3a", x + width - 56, horizon - 70, 38, 100, 3),
          path(
            shop,
            `M${num(x + 8)} ${num(horizon - 92)}H${num(x + width - 10)}L${num(x + width - 2)} ${num(horizon - 58)}H${num(x)}Z`
          ),
          ...[1, 3, 5].map((stripe) =>
            path(
              "#f6efe2",
              `M${num(x + 8 + ((width - 18) * stripe) / 7)} ${num(horizon - 92)}h${num((width - 18) / 7)}l2 34h${num(-(width - 18) / 7 - 4)}z`
            )
          )
        )
      }
      x += width
    }
    const lampPost = (x: number): ReadonlyArray<Node> => [
      ...(stage.light.night ? [halo("#ffe2a3", x + 42, kerb - 318, 130, 120, 0.7)] : []),
      line(
        "#3a3f48",
        9,
        `${num(x)},${num(kerb + 8)} ${num(x)},${num(kerb - 300)} ${num(x + 14)},${num(kerb - 334)} ${num(x + 44)},${num(kerb - 336)}`
      ),
      rect("#3a3f48", x - 12, kerb - 2, 24, 14, 4),
      glow(
        path(stage.light.night ? "#fff0c0" : "#f6f0e0", `M${num(x + 26)} ${num(kerb - 330)}h36l-8 24h-20z`)
      )
    ]
    return {
      behind: [
        layer("scenery", 0.36, facades),
        layer("scenery", 0.06, [
          matte(rect("#c9c3bb", -10, horizon + 22, w + 20, kerb - horizon)),
          ...Array.from({ length: Math.round(w / 110) }, (_, index) =>
            fade(
              0.35,
              line(
                "#8f8a86",
                2,
                `${num(index * 116)},${num(horizon + 24)} ${num(index * 116 - 24)},${num(kerb)}`
              )
            )
          ),
          matte(rect("#98938f", -10, kerb, w + 20, 12)),
          matte(
            path(
              vertical([0, "#6b6f78"], [1, "#4c4f59"]),
              `M-10 ${num(kerb + 12)}H${num(w + 10)}V${num(h + 10)}H-10Z`
            )
          ),
          ...Array.from({ length: Math.round(w / 170) + 1 }, (_, index) =>
            matte(
              poly(
                "#f0e6c8",
                `${num(index * 190 - 20)},${num(h - 52)} ${num(index * 190 + 80)},${num(h - 52)} ${num(index * 190 + 70)},${num(h - 36)} ${num(index * 190 - 34)},${num(h - 36)}`
              )
            )
          ),
          ...(sparse ? [] : beside(stage, [w * 0.08, w * 0.86], 30).flatMap(lampPost))
        ])
      ],
      before: []
    }
  }
}

const space: Setting = {
  id: "space",
  words: [
    "space",
    "outer space",
    "galaxy",
    "cosmos",
    "universe",
    "orbit",
    "nebula",
    "lunar surface",
    "on the moon",
    "milky way",
    "cosmic"
  ],
  outdoors: false,
  horizon: 0.8,
  base: 0.84,
  medium: "open",
  build: (stage) => {
    const random = stage.random.fork("space")
    const { w, h, sparse } = stage
    const tint = stage.tint ?? "#5a4ab0"
    const count = Math.round((260 * strewn(w) * strewn(h)) / 1_000_000)
    const dots = stage.avoid.has("star")
      ? []
      : Array.from({ length: sparse ? Math.round(count / 3) : count }, () =>
          fade(
            random.between(0.35, 1),
            glow(
              oval(
                random.pick("#ffffff", "#ffe9c4", "#c9dcff"),
                random.next() * w,
                random.next() * h,
                random.between(0.9, 2.8)
              )
            )
          )
        )
    const clouds = sparse
      ? []
      : [
          halo(tint, w * 0.2, h * 0.24, w * 0.5, h * 0.36, 0.55),
          halo("#c2457f", w * 0.78, h * 0.6, w * 0.46, h * 0.36, 0.42),
          halo("#2f8fb0", w * 0.6, h * 0.14, w * 0.4, h * 0.24, 0.4)
        ]
    const far =
      stage.avoid.has("planet") || sparse
        ? []
        : [
            oval("#c98a6a", w * 0.84, h * 0.2, 74),
            fade(0.5, oval("#a5644f", w * 0.84 + 22, h * 0.2 + 20, 20, 10)),
            fade(0.4, oval("#e3b08a", w * 0.84 - 24, h * 0.2 - 24, 26, 12)),
            oval("#7fa3c9", w * 0.13, h * 0.68, 30)
          ]
    const rim = h * 0.8
    const crater = (x: number, y: number, r: number) => [
      oval("#8d8a9c", x, y, r, r * 0.32),
      oval("#a8a5b5", x + r * 0.06, y + r * 0.07, r * 0.84, r * 0.23)
    ]
    const surface = stage.standing
      ? [
          matte(
            path(
              vertical([0, "#c9c6d3"], [0.3, "#b1aebf"], [1, "#7d7a90"]),
              `M-20 ${num(rim)}Q${num(w / 2)} ${num(rim - Math.min(90, w * 0.08))} ${num(w + 20)} ${num(rim)}V${num(h + 20)}H-20Z`
            )
          ),
          ...crater(w * 0.16, rim + (h - rim) * 0.42, 54),
          ...crater(w * 0.8, rim + (h - rim) * 0.3, 40),
          ...crater(w * 0.66, rim + (h - rim) * 0.78, 70)
        ]
      : []
    return {
      behind: [
        layer("sky", 1, [
          path(
            vertical([0, "#0b0e26"], [0.6, "#191a45"], [1, "#2a1f52"]),
            `M-10 -10H${num(w + 10)}V${num(h + 10)}H-10Z`
          ),
          ...clouds,
          ...dots
        ]),
        layer("scenery", 0, [...far, ...surface])
      ],
      before: []
    }
  }
}

const sky: Setting = {
  id: "sky",
  words: ["sky", "in the clouds", "above the clouds", "heaven", "heavens"],
  outdoors: true,
  horizon: 1.02,
  base: 0.8,
  medium: "open",
  build: (stage) => {
    const random = stage.random.fork("sky-floor")
    const { w, h, sparse } = stage
    const white = mix("#ffffff", stage.light.haze, stage.light.night ? 0.6 : 0.18)
    const bank = (y: number, r: number, colour: Colour) =>
      Array.from({ length: Math.round(w / (r * 0.95)) + 2 }, (_, index) =>
        matte(
          oval(
            colour,
            index * r * 0.95 + random.between(-20, 20),
            y + random.between(-0.2, 0.2) * r,
            r * random.between(0.8, 1.2),
            r * random.between(0.6, 0.8)
          )
        )
      )
    if (stage.avoid.has("cloud")) return { behind: [], before: [] }
    return {
      behind: [layer("scenery", 0.5, sparse ? [] : bank(h * 0.95, 110, mix(white, "#9ab6d6", 0.35)))],
      before: [
        layer("scenery", 0.1, bank(h * 1.03, 120, mix(white, "#9ab6d6", 0.14))),
        layer("scenery", 0, sparse ? [] : bank(h * 1.1, 130, white))
      ]
    }
  }
}

/** Towns, and the places above them. */
export const builtAndBeyond: ReadonlyArray<Setting> = [city, street, space, sky]

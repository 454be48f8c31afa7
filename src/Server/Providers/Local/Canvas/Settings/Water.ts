import { mix, shade } from "../Colour.js"
import { fade, glow, group, line, matte, num, oval, path, points, vertical } from "../Parts.js"
import { layer, type Setting, type Stage } from "../Scene.js"
import type { Random } from "../Random.js"
import { beside, falling, peaks, pines, ridge, ripples, rocks, spread, strewn, trees, tufts } from "./Land.js"

const sheet = (stage: Stage, colour: string, top: number, bottom: number) =>
  matte(
    path(
      vertical([0, mix(colour, stage.light.haze, 0.5)], [0.35, colour], [1, shade(colour, -0.12)]),
      `M-10 ${num(top)}H${num(stage.w + 10)}V${num(bottom)}H-10Z`
    )
  )

const wave = (stage: Stage, random: Random, y: number, colour: string, crest: number) => {
  const step = 150
  const start = -random.between(40, 150)
  let d = `M${num(start)} ${num(stage.h + 20)}V${num(y)}`
  for (let x = start; x < stage.w + 60; x += step)
    d += `q${step / 4} ${num(-crest)} ${step / 2} 0t${step / 2} 0`
  return path(falling(colour, 0.04), `${d}V${num(stage.h + 20)}Z`)
}

const glitter = (stage: Stage, random: Random, top: number) => {
  const x = stage.w * 0.21
  return Array.from({ length: 16 }, (_, index) => {
    const y = top + 8 + index * 13
    const half = (12 + index * 3.4) * random.between(0.5, 1.2)
    return fade(
      0.55,
      glow(oval(stage.light.night ? "#f6f0d4" : "#fff6d8", x + random.between(-20, 20), y, half, 2.6))
    )
  })
}

const ocean: Setting = {
  id: "ocean",
  words: ["ocean", "sea", "seascape", "open sea", "waves", "bay", "harbor", "harbour", "water"],
  outdoors: true,
  horizon: 0.56,
  base: 0.76,
  medium: "surface",
  build: (stage) => {
    const random = stage.random.fork("ocean")
    const { w, h, horizon, base, sparse } = stage
    const sea = stage.tint ?? "#2f7fa8"
    return {
      behind: [
        layer("scenery", 0.86, sparse ? [] : [ridge("#7f98ad", stage, random, horizon - 6, 12, 2)]),
        layer("scenery", 0.1, [
          sheet(stage, sea, horizon, h + 20),
          ...glitter(stage, random, horizon),
          ...(sparse ? [] : ripples(stage, random, horizon + 14, base, "#a9d8e8", shade(sea, -0.07), 30))
        ])
      ],
      before: [
        layer("scenery", 0.04, [fade(0.93, wave(stage, random, base - 12, shade(sea, -0.015), 14))]),
        layer("scenery", 0, [
          wave(stage, random, base + (h - base) * 0.42, shade(sea, -0.05), 20),
          ...(sparse ? [] : ripples(stage, random, base + 14, h, "#bfe4ee", shade(sea, -0.11), 12)),
          fade(
            0.8,
            line(
              "#eaf6fa",
              3,
              points([
                [w * 0.1, base + 22],
                [w * 0.22, base + 16],
                [w * 0.34, base + 23]
              ])
            )
          ),
          fade(
            0.8,
            line(
              "#eaf6fa",
              3,
              points([
                [w * 0.64, base + 34],
                [w * 0.78, base + 27],
                [w * 0.9, base + 35]
              ])
            )
          )
        ])
      ]
    }
  }
}

const beach: Setting = {
  id: "beach",
  words: ["beach", "shore", "seaside", "coast", "coastline", "tropical", "tropical beach", "summer"],
  outdoors: true,
  horizon: 0.52,
  base: 0.83,
  medium: "land",
  build: (stage) => {
    const random = stage.random.fork("beach")
    const { w, h, horizon, base, sparse } = stage
    const sea = "#3796b4"
    const sand = stage.tint ?? "#ecd3a0"
    const shore = horizon + (base - horizon) * 0.52
    const edge = `M-10 ${num(shore + 16)}C${num(w * 0.2)} ${num(shore - 16)} ${num(w * 0.34)} ${num(shore + 34)} ${num(w * 0.55)} ${num(shore + 12)}S${num(w * 0.85)} ${num(shore - 26)} ${num(w + 10)} ${num(shore - 6)}`
    const shell = (x: number, y: number) => [
      oval("#f6ddd0", x, y, 13, 10),
      fade(
        0.6,
        line("#c9968a", 2, `${num(x - 7)},${num(y + 4)} ${num(x)},${num(y - 8)} ${num(x + 7)},${num(y + 4)}`)
      )
    ]
    return {
      behind: [
        layer("scenery", 0.9, sparse ? [] : [ridge("#7fa39a", stage, random, horizon + 2, 22, 1.6)]),
        layer("scenery", 0.14, [
          sheet(stage, sea, horizon, shore + 80),
          ...glitter(stage, random, horizon),
          ...ripples(stage, random, horizon + 10, shore - 10, "#b4e0e8", shade(sea, -0.06), 26)
        ]),
        layer("scenery", 0.03, [
          fade(0.9, path("#f7fbf8", `${edge}V${num(shore + 60)}H-10Z`)),
          group([path(falling(shade(sand, -0.07), 0), `${edge}V${num(h + 20)}H-10Z`)], { y: 12 }),
          group([path(falling(sand), `${edge}V${num(h + 20)}H-10Z`)], { y: 34 }),
          ...[0, 1, 2, 3, 4].map((index) =>
            fade(
              0.4,
              line(
                shade(sand, -0.07),
                3,
                `${num(w * random.between(-0.1, 0.4))},${num(base + 26 + index * 24)} ${num(w * 0.5)},${num(base + 18 + index * 27)} ${num(w * random.between(0.6, 1.1))},${num(base + 32 + index * 24)}`
              )
            )
          )
        ])
      ],
      before: sparse
        ? []
        : [
            layer("scenery", 0, [
              ...shell(w * 0.14, h - 66),
              ...shell(w * 0.84, h - 44),
              ...rocks(random, [w * 0.95], h, 70, "#9c8b78"),
              ...tufts(random, [w * 0.03, w * 0.08], h + 4, h + 14, 120, "#7f9a55")
            ])
          ]
    }
  }
}

const lake: Setting = {
  id: "lake",
  words: ["lake", "pond", "lakeside", "reservoir", "swamp", "marsh", "pool"],
  outdoors: true,
  horizon: 0.54,
  base: 0.8,
  medium: "surface",
  build: (stage) => {
    const random = stage.random.fork("lake")
    const { w, h, horizon, base, sparse } = stage
    const water = stage.tint ?? "#4d93ac"
    const bank = beside(stage, spread(stage, random, 14), -30)
    return {
      behind: [
        layer("scenery", 0.84, peaks("#7286a0", stage, random, horizon + 10, h * 0.24, 2.4, "#f4f7fb")),
        layer("scenery", 0.46, [
          ridge("#5f8a5c", stage, random, horizon - 20, 14, 3),
          ...(sparse ? [] : pines(stage, random, bank, horizon, 100, "#41725a", false))
        ]),
        layer("scenery", 0.1, [
          sheet(stage, water, horizon, h + 20),
          ...(sparse
            ? []
            : bank.map((x) =>
                fade(
                  0.22,
                  path(
                    "#24503f",
                    `M${num(x - 26)} ${num(horizon)}H${num(x + 26)}L${num(x)} ${num(horizon + 96)}Z`
                  )
                )
              )),
          ...ripples(stage, random, horizon + 10, h, "#c3e6ea", shade(water, -0.07), 30)
        ])
      ],
      before: [
        layer("scenery", 0, [
          fade(
            0.9,
            line(
              "#d9f0f2",
              3,
              points([
                [stage.focus.x - stage.focus.half * 0.9, base + 8],
                [stage.focus.x, base + 16],
                [stage.focus.x + stage.focus.half * 0.9, base + 8]
              ])
            )
          ),
          ...(sparse
            ? []
            : [w * 0.05, w * 0.1, w * 0.9, w * 0.96].flatMap((x) => {
                const tall = random.between(150, 240)
                return [
                  line(
                    "#5d7f45",
                    5,
                    points([
                      [x, h + 10],
                      [x + 4, h - tall * 0.5],
                      [x + 12, h - tall]
                    ])
                  ),
                  line(
                    "#7a5136",
                    15,
                    points([
                      [x + 11, h - tall - 22],
                      [x + 12, h - tall + 16]
                    ])
                  )
                ]
              })),
          ...(sparse
            ? []
            : tufts(random, [w * 0.02, w * 0.14, w * 0.86, w * 0.99], h, h + 20, 150, "#4f7a45"))
        ])
      ]
    }
  }
}

const river: Setting = {
  id: "river",
  words: ["river", "stream", "riverside", "riverbank", "creek", "brook", "waterfall"],
  outdoors: true,
  horizon: 0.58,
  base: 0.82,
  medium: "land",
  build: (stage) => {
    const random = stage.random.fork("river")
    const { w, h, horizon, base, sparse } = stage
    const water = stage.tint ?? "#58a5bd"
    const green = "#7faa5a"
    const top = horizon + 24
    return {
      behind: [
        layer("scenery", 0.9, [ridge("#7b93a8", stage, random, horizon - 70, 44, 2.6)]),
        layer("scenery", 0.55, [
          ridge("#6f9a5d", stage, random, horizon - 6, 16, 3),
          ...(sparse ? [] : trees(stage, random, spread(stage, random, 9), horizon + 14, 90, "#578a4c"))
        ]),
        layer("scenery", 0.08, [
          ridge(falling(green), stage, random, top, 6, 2),
          path(
            "#c9b98a",
            `M${num(w * 0.62)} ${num(top + 4)}Q${num(w * 0.3)} ${num(top + (h - top) * 0.22)} ${num(w * 0.46)} ${num(top + (h - top) * 0.42)}T${num(w * 0.1)} ${num(h + 20)}H${num(w * 0.98)}Q${num(w * 0.6)} ${num(top + (h - top) * 0.62)} ${num(w * 0.74)} ${num(top + (h - top) * 0.36)}Q${num(w * 0.78)} ${num(top + (h - top) * 0.2)} ${num(w * 0.66)} ${num(top + 4)}Z`
          ),
          path(
            vertical([0, mix(water, stage.light.haze, 0.5)], [1, shade(water, -0.08)]),
            `M${num(w * 0.625)} ${num(top + 4)}Q${num(w * 0.325)} ${num(top + (h - top) * 0.22)} ${num(w * 0.49)} ${num(top + (h - top) * 0.42)}T${num(w * 0.15)} ${num(h + 20)}H${num(w * 0.92)}Q${num(w * 0.57)} ${num(top + (h - top) * 0.62)} ${num(w * 0.71)} ${num(top + (h - top) * 0.36)}Q${num(w * 0.75)} ${num(top + (h - top) * 0.2)} ${num(w * 0.655)} ${num(top + 4)}Z`
          ),
          ...[0.3, 0.45, 0.58, 0.72, 0.86, 0.94].map((part, index) =>
            fade(
              0.7,
              line(
                "#d9f0f2",
                2 + part * 3,
                points([
                  [w * (0.52 - index * 0.012) - 30 * part, top + (h - top) * part],
                  [w * 0.54, top + (h - top) * part - 5],
                  [w * 0.56 + 60 * part, top + (h - top) * part]
                ])
              )
            )
          )
        ])
      ],
      before: sparse
        ? []
        : [
            layer("scenery", 0, [
              ...rocks(random, [w * 0.12, w * 0.9], h, 54, "#8b8f8a"),
              ...tufts(
                random,
                beside(stage, spread(stage, random, 16), -60),
                h,
                h + 24,
                80,
                shade(green, -0.1)
              ),
              ...tufts(random, [w * 0.06, w * 0.95], base, base + 30, 40, shade(green, -0.07))
            ])
          ]
    }
  }
}

const underwater: Setting = {
  id: "underwater",
  words: [
    "underwater",
    "undersea",
    "seabed",
    "reef",
    "coral reef",
    "deep sea",
    "under the sea",
    "under water",
    "aquarium",
    "ocean floor"
  ],
  outdoors: false,
  horizon: 0.8,
  base: 0.9,
  medium: "deep",
  build: (stage) => {
    const random = stage.random.fork("underwater")
    const { w, h, sparse } = stage
    const deep = stage.tint ?? (stage.light.night ? "#123a63" : "#1b6f9c")
    const light = mix(deep, "#b5f0ea", 0.62)
    const floor = h * 0.82
    const weed = (x: number, y: number, tall: number, colour: string) => {
      const sway = random.between(0.08, 0.16) * tall
      return line(
        colour,
        tall * 0.07,
        points([
          [x, y],
          [x - sway, y - tall * 0.3],
          [x + sway, y - tall * 0.62],
          [x - sway * 0.4, y - tall]
        ])
      )
    }
    const coral = (x: number, y: number, s: number, colour: string) => [
      line(
        colour,
        15 * s,
        points([
          [x, y],
          [x - 4 * s, y - 52 * s],
          [x - 26 * s, y - 96 * s]
        ])
      ),
      line(
        colour,
        13 * s,
        points([
          [x - 3 * s, y - 40 * s],
          [x + 24 * s, y - 70 * s],
          [x + 28 * s, y - 104 * s]
        ])
      ),
      line(
        colour,
        11 * s,
        points([
          [x - 6 * s, y - 60 * s],
          [x + 2 * s, y - 112 * s]
        ])
      ),
      line(
        colour,
        10 * s,
        points([
          [x + 18 * s, y - 62 * s],
          [x + 46 * s, y - 78 * s]
        ])
      )
    ]
    const bubbles = Array.from({ length: Math.round(strewn(w) / 45) }, () => {
      const [x, y, r] = [random.next() * w, random.between(0.06, 0.8) * h, random.between(3, 12)]
      return [
        fade(0.3, glow(oval("#dffaff", x, y, r))),
        fade(0.7, glow(oval("#ffffff", x - r * 0.3, y - r * 0.3, r * 0.25)))
      ]
    }).flat()
    const rays = stage.light.night
      ? []
      : [0.05, 0.22, 0.4, 0.6].map((place) =>
          glow(
            path(
              vertical([0, "#e8fff4", 0.28], [1, "#e8fff4", 0]),
              `M${num(w * place)} -10h${num(random.between(40, 80))}L${num(w * place + 300)} ${num(h * 0.8)}h${num(-random.between(120, 200))}Z`
            )
          )
        )
    return {
      behind: [
        layer("sky", 1, [
          path(
            vertical([0, light], [0.4, mix(deep, light, 0.3)], [1, shade(deep, -0.12)]),
            `M-10 -10H${num(w + 10)}V${num(h + 10)}H-10Z`
          ),
          ...rays
        ]),
        layer("scenery", 0, [ridge(mix(deep, light, 0.2), stage, random, floor - 70, 40, 2.6)]),
        layer("scenery", 0, [
          ridge(mix(deep, "#1d5a70", 0.4), stage, random, floor - 22, 26, 3),
          ...(sparse
            ? []
            : beside(stage, spread(stage, random, 9), -120).map((x) =>
                weed(x, floor + 30, random.between(110, 220), mix("#2f8a6a", deep, 0.35))
              ))
        ]),
        layer("scenery", 0, [
          ridge(falling(mix("#e3cf9a", deep, 0.3)), stage, random, floor + 34, 12, 2),
          ...(sparse
            ? []
            : rocks(random, spread(stage, random, 3), floor + 80, 40, mix("#7a8590", deep, 0.3)))
        ]),
        layer("air", 0, sparse ? [] : bubbles)
      ],
      before: sparse
        ? []
        : [
            layer("scenery", 0, [
              ...coral(w * 0.08, h - 6, 1.2, "#e8725f"),
              ...coral(w * 0.9, h - 2, 1.45, "#d95f94"),
              ...[w * 0.02, w * 0.17, w * 0.8, w * 0.98].map((x) =>
                weed(x, h + 10, random.between(130, 240), "#2f8a6a")
              ),
              ridge(falling(mix("#efdca8", deep, 0.16)), stage, random, h - 30, 10, 3)
            ])
          ]
    }
  }
}

/** Places by, on and under water. */
export const waters: ReadonlyArray<Setting> = [ocean, beach, lake, river, underwater]

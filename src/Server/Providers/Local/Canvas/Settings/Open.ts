import { mix, shade } from "../Colour.js"
import { fade, group, line, matte, num, oval, path, poly, rect } from "../Parts.js"
import { layer, type Setting } from "../Scene.js"
import {
  beams,
  beside,
  blooms,
  falling,
  ground,
  peaks,
  pines,
  ridge,
  rocks,
  spread,
  trees,
  tufts
} from "./Land.js"

const meadow: Setting = {
  id: "meadow",
  words: [
    "meadow",
    "grassland",
    "prairie",
    "pasture",
    "hills",
    "hillside",
    "countryside",
    "lawn",
    "grass",
    "valley",
    "park",
    "spring"
  ],
  outdoors: true,
  horizon: 0.62,
  base: 0.83,
  medium: "land",
  build: (stage) => {
    const random = stage.random.fork("meadow")
    const { w, h, horizon, base, sparse } = stage
    const green = stage.tint ?? "#79ad55"
    const low = horizon + (base - horizon) * 0.42
    return {
      behind: [
        layer("scenery", 0.95, [ridge("#7d9cb0", stage, random, horizon - 60, 34, 3)]),
        layer("scenery", 0.62, [
          ridge(shade(green, -0.03), stage, random, horizon - 18, 26, 3),
          ...(sparse
            ? []
            : trees(stage, random, beside(stage, spread(stage, random, 8), -60), horizon + 12, 74, "#5b8f4c"))
        ]),
        layer("scenery", 0.3, [
          ridge(falling(shade(green, 0.01)), stage, random, low - 18, 20, 2.4),
          ...(sparse
            ? []
            : trees(stage, random, beside(stage, [w * 0.05, w * 0.92], 70), low + 14, 210, "#56924a"))
        ]),
        layer("scenery", 0.05, [
          ridge(falling(shade(green, 0.03), 0.03), stage, random, low + 34, 10, 2),
          ...(sparse
            ? []
            : tufts(random, spread(stage, random, 14), low + 60, base + 10, 22, shade(green, -0.06)))
        ])
      ],
      before: sparse
        ? []
        : [
            layer("scenery", 0, [
              ...blooms(stage, random, spread(stage, random, 18), base + 18, h - 30, 12, [
                "#fdfaf0",
                "#f5b8cb",
                "#f7cf57",
                "#c9a6e8"
              ]),
              ...tufts(random, spread(stage, random, 20), h - 20, h + 24, 74, shade(green, -0.1))
            ])
          ]
    }
  }
}

const forest: Setting = {
  id: "forest",
  words: ["forest", "woods", "woodland", "jungle", "rainforest", "grove"],
  outdoors: true,
  horizon: 0.6,
  base: 0.84,
  medium: "land",
  build: (stage) => {
    const random = stage.random.fork("forest")
    const { w, h, horizon, base, sparse } = stage
    const green = stage.tint ?? "#4f7f52"
    const floor = "#84914f"
    const tall = Math.min(h * 0.46, 620)
    const bare = stage.avoid.has("tree") || stage.avoid.has("pine")
    const trunk = (x: number, width: number, mirrored: boolean) =>
      group(
        [
          path(
            "#5a4333",
            `M-60 -10H${num(width)}Q${num(width + 12)} ${num(h * 0.5)} ${num(width + 4)} ${num(h * 0.84)}Q${num(width + 22)} ${num(h * 0.95)} ${num(width + 84)} ${num(h + 10)}H-60Z`
          ),
          ...[0.3, 0.62].map((part) =>
            fade(
              0.4,
              line(
                "#3d2c22",
                4,
                `${num(width * part)},${num(h * 0.04)} ${num(width * part + 8)},${num(h * 0.4)} ${num(width * part + 2)},${num(h * 0.8)}`
              )
            )
          )
        ],
        { x, flip: mirrored }
      )
    const canopy = Array.from({ length: Math.round(w / 62) + 2 }, (_, index) => {
      const x = index * 66 - 30
      const edge = Math.abs(x / w - 0.5) * 2
      return oval(
        shade("#35603f", random.between(-0.03, 0.04)),
        x,
        -24 + random.between(-16, 12) + edge ** 2 * 26,
        84,
        40 + edge ** 3 * 76
      )
    })
    return {
      behind: [
        layer("scenery", 0.96, bare ? [] : [ridge(green, stage, random, horizon - tall * 0.42, 26, 9)]),
        layer(
          "scenery",
          0.84,
          pines(stage, random, spread(stage, random, 15), horizon + 16, tall, green, false)
        ),
        layer("scenery", 0.62, [
          ridge(floor, stage, random, horizon + 6, 8, 3),
          ...pines(stage, random, spread(stage, random, 9), horizon + 34, tall * 1.02, green, false)
        ]),
        layer("scenery", 0.4, [
          ridge(falling(floor), stage, random, horizon + 26, 12, 3),
          ...(sparse
            ? []
            : pines(
                stage,
                random,
                beside(stage, spread(stage, random, 7), -70),
                horizon + 76,
                tall * 1.2,
                shade(green, -0.02),
                false
              ))
        ]),
        ...(sparse ? [] : [beams(stage, random, "#fff2c4", 0.26)]),
        layer("scenery", 0.06, [
          ridge(falling(shade(floor, -0.02)), stage, random, horizon + 76, 12, 2),
          ...(sparse
            ? []
            : tufts(random, spread(stage, random, 15), horizon + 120, base, 26, shade(green, -0.02)))
        ])
      ],
      before:
        sparse || bare
          ? []
          : [
              layer("scenery", 0.08, [...canopy, trunk(0, 42, false), trunk(w, 54, true)]),
              layer("scenery", 0, [
                ...tufts(random, spread(stage, random, 16), h - 10, h + 26, 84, "#3a6a44"),
                ...rocks(random, [w * 0.14], h - 4, 44, "#7d8478")
              ])
            ]
    }
  }
}

const mountains: Setting = {
  id: "mountains",
  words: [
    "mountains",
    "mountain range",
    "alps",
    "highlands",
    "alpine",
    "peaks",
    "canyon",
    "cliffs",
    "mountainside"
  ],
  outdoors: true,
  horizon: 0.64,
  base: 0.85,
  medium: "land",
  build: (stage) => {
    const random = stage.random.fork("mountains")
    const { h, horizon, base, sparse } = stage
    const stone = stage.tint ?? "#6d7c99"
    return {
      behind: [
        layer(
          "scenery",
          0.86,
          peaks(shade(stone, 0.06), stage, random, horizon + 20, h * 0.36, 2.6, "#f7f9fc")
        ),
        layer(
          "scenery",
          0.5,
          peaks(stone, stage, random, horizon + 34, h * 0.24, 3.4, sparse ? null : "#f2f5fa")
        ),
        layer("scenery", 0.36, [
          ridge("#54785d", stage, random, horizon + 12, 16, 4),
          ...(sparse
            ? []
            : pines(stage, random, spread(stage, random, 22), horizon + 34, 84, "#3f6a55", false))
        ]),
        layer("scenery", 0.12, [
          ridge(falling("#7ba05c"), stage, random, horizon + 46, 14, 2),
          ...(sparse
            ? []
            : [
                ...pines(
                  stage,
                  random,
                  beside(stage, spread(stage, random, 6), 30),
                  horizon + 96,
                  190,
                  "#356149",
                  false
                ),
                ...rocks(random, spread(stage, random, 4), base, 30, "#8b8f97")
              ])
        ])
      ],
      before: sparse
        ? []
        : [
            layer("scenery", 0, [
              ...rocks(random, [stage.w * 0.03, stage.w * 0.95], h + 6, 110, "#6f7480"),
              ...tufts(random, spread(stage, random, 15), h - 6, h + 24, 58, "#5d8449")
            ])
          ]
    }
  }
}

const desert: Setting = {
  id: "desert",
  words: ["desert", "dune", "dunes", "sahara", "sand dune"],
  outdoors: true,
  horizon: 0.6,
  base: 0.82,
  medium: "land",
  build: (stage) => {
    const random = stage.random.fork("desert")
    const { w, h, horizon, base, sparse } = stage
    const sand = stage.tint ?? "#e6b871"
    const cactus = (x: number, y: number, tall: number) => {
      const s = tall / 100
      return [
        rect("#5d8a58", x - 9 * s, y - 100 * s, 18 * s, 100 * s, 9 * s),
        path(
          "#5d8a58",
          `M${num(x - 8 * s)} ${num(y - 36 * s)}h${num(-10 * s)}q${num(-14 * s)} 0 ${num(-14 * s)} ${num(-14 * s)}v${num(-18 * s)}q0 ${num(-6 * s)} ${num(6 * s)} ${num(-6 * s)}t${num(6 * s)} ${num(6 * s)}v${num(14 * s)}q0 ${num(6 * s)} ${num(6 * s)} ${num(6 * s)}h${num(6 * s)}z`
        ),
        path(
          "#547f52",
          `M${num(x + 8 * s)} ${num(y - 50 * s)}h${num(8 * s)}q${num(6 * s)} 0 ${num(6 * s)} ${num(-6 * s)}v${num(-14 * s)}q0 ${num(-6 * s)} ${num(6 * s)} ${num(-6 * s)}t${num(6 * s)} ${num(6 * s)}v${num(20 * s)}q0 ${num(12 * s)} ${num(-14 * s)} ${num(12 * s)}h${num(-12 * s)}z`
        )
      ]
    }
    const mesa = (x: number, width: number, tall: number) =>
      matte(
        poly(
          "#b8704f",
          `${num(x)},${num(horizon + 20)} ${num(x + width * 0.14)},${num(horizon - tall * 0.5)} ${num(x + width * 0.2)},${num(horizon - tall)} ${num(x + width * 0.8)},${num(horizon - tall)} ${num(x + width * 0.88)},${num(horizon - tall * 0.5)} ${num(x + width)},${num(horizon + 20)}`
        )
      )
    return {
      behind: [
        layer(
          "scenery",
          0.82,
          sparse ? [] : [mesa(w * 0.6, 230, 110), mesa(w * 0.84, 190, 76), mesa(w * -0.02, 170, 60)]
        ),
        layer("scenery", 0.62, [ridge(falling(shade(sand, 0.03)), stage, random, horizon, 22, 2.2)]),
        layer("scenery", 0.34, [
          ridge(falling(sand), stage, random, horizon + 44, 26, 1.8),
          ...(stage.avoid.has("cactus") || sparse
            ? []
            : beside(stage, [w * 0.12, w * 0.8, w * 0.9], 30).flatMap((x, index) =>
                cactus(x, horizon + 70, [120, 84, 64][index] ?? 80)
              ))
        ]),
        layer("scenery", 0.06, [
          ridge(falling(shade(sand, -0.015), 0.06), stage, random, horizon + 104, 16, 1.5),
          ...[0, 1, 2, 3].map((index) =>
            fade(
              0.4,
              line(
                shade(sand, -0.08),
                3,
                `${num(w * random.between(0, 0.3))},${num(base + 30 + index * 26)} ${num(w * 0.5)},${num(base + 18 + index * 28)} ${num(w * random.between(0.7, 1))},${num(base + 34 + index * 26)}`
              )
            )
          )
        ])
      ],
      before: sparse
        ? []
        : [
            layer("scenery", 0, [
              ...rocks(random, [w * 0.07, w * 0.9], h - 6, 62, "#b98458"),
              ...tufts(random, [w * 0.17, w * 0.8], h - 4, h + 8, 66, "#a3934f")
            ])
          ]
    }
  }
}

const savanna: Setting = {
  id: "savanna",
  words: ["savanna", "savannah", "safari", "plain", "plains", "steppe", "outback"],
  outdoors: true,
  horizon: 0.64,
  base: 0.85,
  medium: "land",
  build: (stage) => {
    const random = stage.random.fork("savanna")
    const { w, h, horizon, base, sparse } = stage
    const straw = stage.tint ?? "#d8b25c"
    const acacia = (x: number, y: number, tall: number) => {
      const s = tall / 200
      return group(
        [
          line("#5f4632", 13, "100,200 96,140 60,80"),
          line("#5f4632", 11, "97,142 130,84 150,70"),
          line("#5f4632", 9, "98,130 100,70"),
          path("#6f8a45", "M4 76Q20 40 76 46Q100 26 138 40Q190 42 200 72Q150 88 100 80Q50 90 4 76z"),
          fade(0.6, path("#8ba656", "M20 66Q40 46 80 52Q110 36 140 48Q90 50 60 62Q40 64 20 66z"))
        ],
        { x: x - 100 * s, y: y - tall, scale: s }
      )
    }
    return {
      behind: [
        layer("scenery", 0.9, [ridge("#8d8a86", stage, random, horizon - 26, 22, 2.4)]),
        layer("scenery", 0.6, [
          ground(straw, stage, horizon),
          ...(stage.avoid.has("tree")
            ? []
            : beside(stage, spread(stage, random, 5), -40).map((x) => acacia(x, horizon + 14, 110)))
        ]),
        layer("scenery", 0.2, [
          ridge(falling(straw), stage, random, horizon + 54, 8, 3),
          ...(stage.avoid.has("tree") || sparse
            ? []
            : beside(stage, [w * 0.12, w * 0.9], 10)
                .slice(0, 1)
                .map((x) => acacia(x, horizon + 92, 300)))
        ]),
        layer(
          "scenery",
          0.04,
          sparse
            ? []
            : tufts(random, spread(stage, random, 26), horizon + 80, base + 6, 34, shade(straw, -0.07))
        )
      ],
      before: sparse
        ? []
        : [layer("scenery", 0, tufts(random, spread(stage, random, 26), h - 14, h + 26, 96, "#a98a3e"))]
    }
  }
}

const snow: Setting = {
  id: "snow",
  words: [
    "snow field",
    "snowy field",
    "winter",
    "tundra",
    "arctic",
    "antarctica",
    "snowy",
    "ice",
    "north pole",
    "glacier",
    "snowy landscape",
    "winter landscape"
  ],
  outdoors: true,
  horizon: 0.62,
  base: 0.84,
  medium: "land",
  build: (stage) => {
    const random = stage.random.fork("snow")
    const { w, h, horizon, base, sparse } = stage
    const white = stage.tint === null ? "#eef4f9" : mix("#eef4f9", stage.tint, 0.5)
    return {
      behind: [
        layer("scenery", 0.8, peaks("#8fa3bd", stage, random, horizon + 20, h * 0.24, 3, "#fafcff")),
        layer("scenery", 0.5, [
          ridge(falling("#d3e0ec"), stage, random, horizon - 4, 18, 3),
          ...(sparse
            ? []
            : pines(stage, random, spread(stage, random, 14), horizon + 16, 96, "#4f7280", true))
        ]),
        layer("scenery", 0.2, [
          ridge(falling("#e2ecf4"), stage, random, horizon + 44, 20, 2),
          ...(sparse
            ? []
            : pines(
                stage,
                random,
                beside(stage, spread(stage, random, 6), 20),
                horizon + 84,
                230,
                "#3c6468",
                true
              ))
        ]),
        layer("scenery", 0, [
          ridge(falling(white), stage, random, horizon + 100, 14, 1.6),
          ...[0, 1, 2].map((index) =>
            fade(
              0.5,
              line(
                "#c3d3e4",
                4,
                `${num(w * 0.1 * index)},${num(base + 34 + index * 24)} ${num(w * 0.5)},${num(base + 22 + index * 30)} ${num(w * (0.8 + index * 0.06))},${num(base + 40 + index * 22)}`
              )
            )
          )
        ])
      ],
      before: sparse ? [] : [layer("scenery", 0, [ridge("#f8fbfe", stage, random, h - 34, 16, 2)])]
    }
  }
}

/** Open country. */
export const openCountry: ReadonlyArray<Setting> = [meadow, forest, mountains, desert, savanna, snow]

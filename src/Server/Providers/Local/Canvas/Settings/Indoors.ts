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
  ring,
  vertical
} from "../Parts.js"
import { layer, type Setting, type Stage } from "../Scene.js"

const wall = (stage: Stage, colour: Colour, bottom: number): Node =>
  path(
    vertical([0, shade(colour, 0.03)], [1, shade(colour, -0.05)]),
    `M-10 -10H${num(stage.w + 10)}V${num(bottom)}H-10Z`
  )

const studio: Setting = {
  id: "studio",
  words: [
    "studio",
    "backdrop",
    "photo studio",
    "plain background",
    "white background",
    "pedestal",
    "background"
  ],
  outdoors: false,
  horizon: 0.7,
  base: 0.82,
  medium: "land",
  build: (stage) => {
    const { w, h, horizon, sparse } = stage
    const cloth = stage.tint ?? stage.random.fork("cloth").pick("#d9cdbd", "#c4d0d3", "#d8c3bb", "#c9cfbd")
    const wallColour = stage.light.night ? mix(cloth, "#2f2f48", 0.5) : cloth
    return {
      behind: [
        layer("sky", 0, [
          path(
            vertical(
              [0, shade(wallColour, -0.06)],
              [0.55, wallColour],
              [0.72, shade(wallColour, 0.045)],
              [0.78, shade(wallColour, 0.06)],
              [1, shade(wallColour, -0.05)]
            ),
            `M-10 -10H${num(w + 10)}V${num(h + 10)}H-10Z`
          ),
          halo(
            "#fffaf0",
            stage.focus.x - 60,
            horizon * 0.62,
            Math.max(380, w * 0.46),
            Math.max(360, h * 0.42),
            stage.light.night ? 0.4 : 0.62
          ),
          ...(sparse
            ? [
                glow(
                  fade(
                    0.5,
                    oval(shade(wallColour, 0.06), stage.focus.x, horizon * 0.62, Math.min(w, h) * 0.36)
                  )
                )
              ]
            : [])
        ]),
        layer("sky", 0, [
          path(
            vertical([0, "#2f2440", 0.05], [0.3, "#2f2440", 0.01], [1, "#2f2440", 0.1]),
            `M-10 ${num(horizon)}Q${num(w / 2)} ${num(horizon - 16)} ${num(w + 10)} ${num(horizon)}V${num(h + 10)}H-10Z`
          )
        ])
      ],
      before: []
    }
  }
}

const plank = (stage: Stage, top: number, colour: Colour): ReadonlyArray<Node> => {
  const { w, h } = stage
  const random = stage.random.fork("planks")
  return [
    path(
      vertical([0, shade(colour, 0.07)], [0.5, colour], [1, shade(colour, -0.09)]),
      `M-10 ${num(top)}H${num(w + 10)}V${num(h + 10)}H-10Z`
    ),
    ...[0.18, 0.42, 0.72].map((part) =>
      fade(
        0.5,
        line(
          shade(colour, -0.13),
          3,
          `-10,${num(top + (h - top) * part)} ${num(w + 10)},${num(top + (h - top) * part)}`
        )
      )
    ),
    ...Array.from({ length: Math.round(Math.min(w, 1800) / 60) }, () => {
      const [x, y] = [random.next() * w, top + 12 + random.next() * (h - top)]
      const length = random.between(50, 150)
      return fade(
        0.28,
        line(
          shade(colour, -0.12),
          2,
          `${num(x)},${num(y)} ${num(x + length / 2)},${num(y + random.between(-4, 4))} ${num(x + length)},${num(y)}`
        )
      )
    })
  ]
}

const workbench: Setting = {
  id: "workbench",
  words: [
    "workbench",
    "workshop",
    "tool bench",
    "garage",
    "laboratory",
    "lab",
    "desktop",
    "tabletop",
    "desk top",
    "office"
  ],
  outdoors: false,
  horizon: 0.68,
  base: 0.84,
  medium: "land",
  build: (stage) => {
    const { w, h, horizon, sparse } = stage
    const board = stage.tint ?? "#8fa09b"
    const dark = shade(board, -0.16)
    const top = horizon
    const holes: Array<string> = []
    const pitch = 46 * Math.max(1, Math.sqrt(Math.max(w, h) / 1500))
    for (let y = 40; y < top - 30; y += pitch) {
      for (let x = 30; x < w; x += pitch) holes.push(`M${num(x)} ${num(y)}h7v7h-7z`)
    }
    const hang = (x: number, kind: number): ReadonlyArray<Node> => {
      const y = top * 0.2
      const tools: ReadonlyArray<ReadonlyArray<Node>> = [
        [
          rect("#b98046", -8, 34, 16, 170, 7),
          path("#6f7882", "M-46 6H40L46 14V38L40 44H-30Q-48 40 -60 52Q-54 12 -46 6z")
        ],
        [
          path(
            "#7f8a94",
            "M-10 60V190Q-10 206 0 206Q10 206 10 190V60Q34 48 30 22Q26 4 12 0V26H-12V0Q-26 4 -30 22Q-34 48 -10 60z"
          )
        ],
        [path("#8b959e", "M-70 20H70L64 66L-60 44z"), path("#b5623c", "M64 10H110Q118 40 104 74H62z")],
        [rect("#c9503f", -13, 0, 26, 86, 10), rect("#8b959e", -5, 84, 10, 110, 3)],
        [ring("#b58a4f", 12, 0, 62, 44), ring("#9c733f", 5, 0, 62, 34)]
      ]
      return [group(tools[kind % tools.length] ?? [], { x, y })]
    }
    const slots = [0.1, 0.26, 0.76, 0.9]
      .map((part) => part * w)
      .filter((x) => Math.abs(x - stage.focus.x) > 150)
    const shelf = h * 0.62
    return {
      behind: [
        layer("scenery", 0, [
          wall(stage, board, top + 10),
          matte(fade(0.5, path(dark, holes.join("") || "M0 0z")))
        ]),
        layer(
          "scenery",
          0.1,
          sparse ? [] : slots.flatMap((x, index) => hang(x, index + stage.random.fork("tools").int(0, 4)))
        ),
        layer("air", 0, [
          halo(
            "#ffe9b8",
            stage.focus.x - w * 0.12,
            top * 0.5,
            w * 0.56,
            shelf * 0.7,
            stage.light.night ? 0.5 : 0.4
          )
        ]),
        layer("scenery", 0, [
          matte(fade(0.3, rect("#1a1420", -10, top - 12, w + 20, 14))),
          ...plank(stage, top, "#b98550")
        ])
      ],
      before: sparse
        ? []
        : [
            layer("scenery", 0, [
              group(
                [
                  poly("#ecd0a0", "0,8 16,0 16,16"),
                  rect("#e0a93a", 16, 0, 120, 16, 2),
                  rect("#d98a92", 136, 0, 16, 16, 4)
                ],
                { x: w * 0.08, y: h - 62, angle: -8 }
              ),
              group([oval("#9aa3ad", 0, 0, 15, 9), oval("#6b737d", 0, 0, 6, 3.6)], {
                x: w * 0.86,
                y: h - 46
              }),
              group([oval("#9aa3ad", 0, 0, 12, 7), oval("#6b737d", 0, 0, 5, 3)], { x: w * 0.91, y: h - 66 })
            ])
          ]
    }
  }
}

const skyPane = (stage: Stage, x: number, y: number, pw: number, ph: number): ReadonlyArray<Node> => {
  const { light } = stage
  const top = light.night ? "#1b2a5c" : mix(light.haze, "#5a9fe0", 0.55)
  return [
    rect("#fbf6ec", x - 16, y - 16, pw + 32, ph + 32, 6),
    glow(
      path(vertical([0, top], [1, light.haze]), `M${num(x)} ${num(y)}h${num(pw)}v${num(ph)}h${num(-pw)}z`)
    ),
    ...(light.night
      ? [
          glow(oval("#f6f0d4", x + pw * 0.3, y + ph * 0.3, 22)),
          ...[0.16, 0.62, 0.82, 0.5].map((part, index) =>
            glow(oval("#ffffff", x + pw * part, y + ph * (0.14 + index * 0.15), 2.4))
          )
        ]
      : [
          fade(0.85, glow(oval("#ffffff", x + pw * 0.34, y + ph * 0.34, 34, 12))),
          fade(0.85, glow(oval("#ffffff", x + pw * 0.5, y + ph * 0.3, 26, 13)))
        ]),
    fade(
      0.8,
      path(
        "#6d9a62",
        `M${num(x)} ${num(y + ph)}v${num(-ph * 0.2)}q${num(pw * 0.3)} ${num(-ph * 0.14)} ${num(pw * 0.55)} 0t${num(pw * 0.45)} ${num(-ph * 0.03)}V${num(y + ph)}z`
      )
    ),
    line("#fbf6ec", 10, `${num(x + pw / 2)},${num(y)} ${num(x + pw / 2)},${num(y + ph)}`),
    line("#fbf6ec", 10, `${num(x)},${num(y + ph / 2)} ${num(x + pw)},${num(y + ph / 2)}`),
    rect("#efe6d6", x - 26, y + ph + 12, pw + 52, 18, 4)
  ]
}

const room: Setting = {
  id: "room",
  words: [
    "room",
    "living room",
    "bedroom",
    "indoors",
    "interior",
    "house interior",
    "classroom",
    "hallway",
    "library",
    "museum hall",
    "cafe"
  ],
  outdoors: false,
  horizon: 0.7,
  base: 0.86,
  medium: "land",
  build: (stage) => {
    const { w, h, horizon, sparse } = stage
    const paint = stage.tint ?? stage.random.fork("paint").pick("#a9bfb8", "#d3b7a0", "#a8b4cc", "#c9b9a3")
    const pw = Math.min(230, w * 0.24)
    const ph = Math.min(300, horizon * 0.44)
    const x = w * 0.09
    const y = Math.max(60, horizon * 0.2)
    const boards = Array.from({ length: Math.round(w / 130) + 8 }, (_, index) => {
      const from = w / 2 + (index - (w / 130 + 8) / 2) * 110
      return fade(
        0.4,
        line(
          "#7d5233",
          2.6,
          `${num(from)},${num(horizon)} ${num(w / 2 + (from - w / 2) * 1.9)},${num(h + 10)}`
        )
      )
    })
    return {
      behind: [
        layer("scenery", 0, [
          wall(stage, paint, horizon + 10),
          ...(sparse
            ? []
            : [
                fade(0.35, rect(shade(paint, -0.06), -10, horizon * 0.74, w + 20, horizon * 0.28)),
                rect(shade(paint, 0.07), -10, horizon * 0.72, w + 20, 10)
              ]),
          rect("#f3ece0", -10, horizon - 20, w + 20, 24)
        ]),
        layer("scenery", 0, sparse ? [] : skyPane(stage, x, y, pw, ph)),
        layer("scenery", 0, [
          path(
            vertical([0, "#b98a5c"], [1, "#8a5c38"]),
            `M-10 ${num(horizon + 4)}H${num(w + 10)}V${num(h + 10)}H-10Z`
          ),
          ...boards,
          ...(sparse
            ? []
            : [
                oval("#b5523f", stage.focus.x, stage.base + 16, Math.max(250, stage.focus.half * 1.35), 64),
                ring(
                  "#e9c98a",
                  6,
                  stage.focus.x,
                  stage.base + 16,
                  Math.max(250, stage.focus.half * 1.35) * 0.9,
                  54
                )
              ])
        ]),
        ...(sparse || w < 700
          ? []
          : [
              layer("scenery", 0.05, [
                rect("#7d5233", w * 0.78, y + 10, 130, 160, 4),
                rect("#f3ece0", w * 0.78 + 11, y + 21, 108, 138),
                path("#8fb7c9", `M${num(w * 0.78 + 20)} ${num(y + 30)}h90v120h-90z`),
                path("#5f8f6a", `M${num(w * 0.78 + 20)} ${num(y + 150)}v-40l30 -36l26 30l16 -16l18 20v42z`)
              ])
            ]),
        layer(
          "air",
          0,
          stage.light.night
            ? []
            : [
                glow(
                  path(
                    vertical([0, "#fff2c9", 0.22], [1, "#fff2c9", 0]),
                    `M${num(x)} ${num(y)}h${num(pw)}L${num(x + pw + 420)} ${num(h)}H${num(x + 150)}Z`
                  )
                )
              ]
        )
      ],
      before: []
    }
  }
}

const kitchen: Setting = {
  id: "kitchen",
  words: ["kitchen", "countertop", "dining room", "bakery", "restaurant", "picnic table", "market"],
  outdoors: false,
  horizon: 0.7,
  base: 0.85,
  medium: "land",
  build: (stage) => {
    const { w, h, horizon, sparse } = stage
    const tile = stage.tint ?? "#dfe6de"
    const seams: Array<string> = []
    for (let y = horizon - 70, row = 0; y > -70; y -= 70, row++) {
      seams.push(`M-10 ${num(y)}H${num(w + 10)}`)
      for (let x = row % 2 === 0 ? 0 : 70; x < w; x += 140) seams.push(`M${num(x)} ${num(y)}v70`)
    }
    const seam = { ...line(shade(tile, -0.08), 3, "0,0 1,0"), d: seams.join(""), hard: seams.join("") }
    const shelf = horizon * 0.3
    const jars = [0.06, 0.15, 0.24, 0.76, 0.85, 0.94].map((part, index): ReadonlyArray<Node> => {
      const x = part * w
      const colour = ["#d9a33f", "#7fa38a", "#c96f55", "#7f9ab8", "#d9c08a", "#a5805f"][index] ?? "#d9a33f"
      const tall = [74, 96, 66, 88, 70, 100][index] ?? 80
      return [
        rect(colour, x - 28, shelf - tall, 56, tall, 10),
        rect(shade(colour, -0.12), x - 24, shelf - tall - 14, 48, 18, 4),
        fade(0.4, rect("#ffffff", x - 20, shelf - tall + 14, 8, tall - 30, 4))
      ]
    })
    return {
      behind: [
        layer("scenery", 0, [wall(stage, tile, horizon + 10), seam]),
        layer(
          "scenery",
          0.1,
          sparse || w < 420
            ? []
            : [
                ...jars.flat(),
                rect("#9c6a42", -10, shelf, w * 0.32, 18, 3),
                rect("#9c6a42", w * 0.7, shelf, w * 0.32, 18, 3)
              ]
        ),
        layer("air", 0, [
          halo("#fff3cf", w * 0.24, horizon * 0.4, w * 0.6, horizon * 0.7, stage.light.night ? 0.25 : 0.5)
        ]),
        layer("scenery", 0, [
          matte(fade(0.25, rect("#1a1420", -10, horizon - 10, w + 20, 12))),
          ...plank(stage, horizon, "#cfa06a"),
          matte(rect("#a87646", -10, h - 26, w + 20, 40))
        ])
      ],
      before: []
    }
  }
}

/** Places with a wall and a surface. */
export const indoors = [studio, workbench, room, kitchen] as const

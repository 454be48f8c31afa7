import { shade } from "../Colour.js"
import { fade, matte, num, oval, path, rect } from "../Parts.js"
import { layer, type Setting } from "../Scene.js"
import { beside, blooms, falling, ground, ridge, spread, trees, tufts } from "./Land.js"

const field: Setting = {
  id: "field",
  words: ["field", "farmland", "crop", "wheat", "wheat field", "cornfield", "harvest", "vineyard", "orchard"],
  outdoors: true,
  horizon: 0.58,
  base: 0.84,
  medium: "land",
  build: (stage) => {
    const random = stage.random.fork("field")
    const { w, h, horizon, base, sparse } = stage
    const wheat = stage.tint ?? "#dcb755"
    const vanish = w * 0.56
    const rows = Array.from({ length: 13 }, (_, index) => {
      const spreadAt = (index - 6) / 6
      const x = vanish + spreadAt * (w * 0.5 + 900)
      return matte(
        fade(
          0.42,
          path(
            shade(wheat, -0.09),
            `M${num(vanish + spreadAt * 130)} ${num(horizon + 26)}L${num(x - 42)} ${num(h + 10)}H${num(x + 42)}Z`
          )
        )
      )
    })
    const bale = (x: number, y: number, r: number) => [
      oval("#e3c377", x, y - r, r),
      oval("#c9a355", x + r * 0.5, y - r, r * 0.72, r),
      oval("#eed593", x + r * 0.5, y - r, r * 0.46, r * 0.66)
    ]
    return {
      behind: [
        layer("scenery", 0.85, [ridge("#8aa6a0", stage, random, horizon - 34, 26, 2.6)]),
        layer("scenery", 0.55, [
          ridge("#8fb064", stage, random, horizon - 2, 10, 3),
          ...(sparse
            ? []
            : trees(stage, random, beside(stage, spread(stage, random, 9), -40), horizon + 18, 84, "#5d8f4d"))
        ]),
        layer("scenery", 0.16, [ground(wheat, stage, horizon + 20), ...rows]),
        layer(
          "scenery",
          0.06,
          sparse
            ? []
            : beside(stage, [w * 0.1, w * 0.86], 40).flatMap((x, index) =>
                bale(x, horizon + 130 + index * 34, 40 + index * 6)
              )
        )
      ],
      before: sparse
        ? []
        : [
            layer(
              "scenery",
              0,
              tufts(random, spread(stage, random, 26), h - 10, h + 24, 78, shade(wheat, -0.06))
            ),
            layer(
              "scenery",
              0,
              tufts(random, spread(stage, random, 4), base + 20, base + 60, 30, shade(wheat, -0.05))
            )
          ]
    }
  }
}

const garden: Setting = {
  id: "garden",
  words: ["garden", "backyard", "yard", "greenhouse", "flowerbed", "flower bed"],
  outdoors: true,
  horizon: 0.62,
  base: 0.84,
  medium: "land",
  build: (stage) => {
    const random = stage.random.fork("garden")
    const { w, h, horizon, base, sparse } = stage
    const green = stage.tint ?? "#86b85c"
    const pickets = Array.from({ length: Math.round(w / 62) + 1 }, (_, index) => {
      const x = index * 62 + 6
      return `M${num(x)} ${num(horizon + 70)}V${num(horizon - 34)}L${num(x + 15)} ${num(horizon - 54)}L${num(x + 30)} ${num(horizon - 34)}V${num(horizon + 70)}Z`
    })
    const fence = [matte(path("#fbf6ec", pickets.join("")))]
    const hedge = spread(stage, random, 9).map((x) =>
      oval(
        shade("#5d9a4e", random.between(-0.04, 0.03)),
        x,
        horizon - 34,
        random.between(84, 130),
        random.between(60, 96)
      )
    )
    return {
      behind: [
        layer(
          "scenery",
          0.7,
          sparse ? [] : trees(stage, random, spread(stage, random, 5), horizon, h * 0.34, "#6a9c58")
        ),
        layer("scenery", 0.32, hedge),
        layer(
          "scenery",
          0.14,
          sparse
            ? []
            : [
                rect("#efe7d8", -10, horizon - 14, w + 20, 12),
                rect("#efe7d8", -10, horizon + 30, w + 20, 12),
                ...fence
              ]
        ),
        layer("scenery", 0.04, [
          ridge(falling(green), stage, random, horizon + 66, 6, 3),
          ...(sparse
            ? []
            : blooms(stage, random, spread(stage, random, 26), horizon + 62, horizon + 104, 15, [
                "#e8607f",
                "#f7cf57",
                "#fdfaf0",
                "#b98be0"
              ])),
          ...(sparse
            ? []
            : tufts(random, spread(stage, random, 12), horizon + 130, base + 6, 22, shade(green, -0.07)))
        ])
      ],
      before: sparse
        ? []
        : [
            layer("scenery", 0, [
              ...tufts(random, spread(stage, random, 18), h + 4, h + 26, 92, "#5d9a4e"),
              ...blooms(stage, random, beside(stage, spread(stage, random, 12), -80), h - 76, h - 40, 26, [
                "#e8607f",
                "#f7cf57",
                "#fdfaf0",
                "#b98be0"
              ])
            ])
          ]
    }
  }
}

/** Land that people work. */
export const tendedLand: ReadonlyArray<Setting> = [field, garden]

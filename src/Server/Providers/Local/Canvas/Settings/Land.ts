import { type Colour, mix, shade } from "../Colour.js"
import {
  blob,
  fade,
  glow,
  group,
  line,
  matte,
  type Node,
  num,
  oval,
  path,
  points,
  poly,
  type Shape,
  vertical
} from "../Parts.js"
import type { Random } from "../Random.js"
import { type Layer, layer, type Stage } from "../Scene.js"
import { broadleaf, conifer } from "../Subjects/Plants.js"

/** A band from a smooth, wandering crest down to the lower edge of the frame. */
export const ridge = (
  fill: Shape["fill"],
  stage: Stage,
  random: Random,
  y: number,
  swell: number,
  waves: number
): Shape => {
  const steps = Math.max(4, Math.round((waves * stage.w) / 1000) + 2)
  const crest: Array<string> = []
  const phase = random.between(0, 6.28)
  const at = (index: number) =>
    y + swell * (0.6 * Math.sin(index * 1.7 + phase) + 0.4 * random.between(-1, 1))
  const left = -40
  const step = (stage.w + 80) / steps
  let previous = at(0)
  crest.push(`M${left} ${num(previous)}`)
  for (let index = 1; index <= steps; index++) {
    const next = at(index)
    const x = left + step * index
    crest.push(
      `C${num(x - step * 0.6)} ${num(previous)} ${num(x - step * 0.4)} ${num(next)} ${num(x)} ${num(next)}`
    )
    previous = next
  }
  return path(fill, `${crest.join("")}V${num(stage.h + 20)}H${left}Z`)
}

/** Jagged peaks with snow on the light side. */
export const peaks = (
  colour: Colour,
  stage: Stage,
  random: Random,
  y: number,
  height: number,
  count: number,
  snow: Colour | null
): ReadonlyArray<Shape> => {
  const total = Math.max(2, Math.round((count * stage.w) / 1000))
  const span = (stage.w + 200) / total
  return Array.from({ length: total }, (_, index) => {
    const x = -100 + span * (index + 0.5) + random.between(-0.2, 0.2) * span
    const top = y - height * random.between(0.62, 1)
    const half = span * random.between(0.75, 1.05)
    const rise = y - top
    const at = (dx: number, dy: number) => `${num(x + dx * half)},${num(top + dy * rise)}`
    const face = matte(
      poly(
        colour,
        [
          at(0, 0),
          at(0.3, 0.24),
          at(0.46, 0.32),
          at(1, 1.05),
          at(-1, 1.05),
          at(-0.5, 0.42),
          at(-0.3, 0.3)
        ].join(" ")
      )
    )
    const lit = matte(
      poly(
        shade(colour, 0.055),
        [
          at(0, 0),
          at(-0.08, 0.3),
          at(0.08, 0.46),
          at(-0.16, 0.7),
          at(-0.1, 1.05),
          at(-1, 1.05),
          at(-0.5, 0.42),
          at(-0.3, 0.3)
        ].join(" ")
      )
    )
    const cap =
      snow === null
        ? []
        : [
            matte(
              poly(
                mix(snow, colour, 0.28),
                [at(0, 0), at(0.26, 0.21), at(0.14, 0.26), at(0.08, 0.22), at(-0.02, 0.3)].join(" ")
              )
            ),
            matte(
              poly(
                snow,
                [at(0, 0), at(-0.02, 0.3), at(-0.1, 0.23), at(-0.18, 0.31), at(-0.27, 0.27)].join(" ")
              )
            )
          ]
    return [face, lit, ...cap]
  }).flat()
}

/** Ground from the horizon to the lower edge, lighter far away. */
export const ground = (colour: Colour, stage: Stage, y: number, far = 0.06): Shape =>
  matte(
    path(
      vertical([0, shade(colour, far)], [0.5, colour], [1, shade(colour, -0.09)]),
      `M-10 ${num(y)}H${num(stage.w + 10)}V${num(stage.h + 10)}H-10Z`
    )
  )

/** The same colour run for a shape that already has an outline. */
export const falling = (colour: Colour, far = 0.05): ReturnType<typeof vertical> =>
  vertical([0, shade(colour, far)], [0.4, colour], [1, shade(colour, -0.1)])

/** How wide a frame counts when scenery is strewn: beyond one and a half squares the same things stand further apart. */
export const strewn = (w: number): number => (w <= 1500 ? w : 1500 + (w - 1500) * 0.15)

/** Horizontal places spread over the width, `per` to a thousand units, each a little off its mark. */
export const spread = (stage: Stage, random: Random, per: number): ReadonlyArray<number> => {
  const count = Math.max(2, Math.round((per * strewn(stage.w)) / 1000))
  return Array.from(
    { length: count },
    (_, index) => (stage.w * (index + 0.5 + random.between(-0.38, 0.38))) / count
  )
}

/** Keeps only places beside the subject. */
export const beside = (stage: Stage, places: ReadonlyArray<number>, margin = 0): ReadonlyArray<number> =>
  places.filter((x) => Math.abs(x - stage.focus.x) > stage.focus.half + margin)

/** A row of conifers whose feet stand on `y`. */
export const pines = (
  stage: Stage,
  random: Random,
  places: ReadonlyArray<number>,
  y: number,
  height: number,
  colour: Colour,
  snow: boolean
): ReadonlyArray<Node> =>
  stage.avoid.has("tree") || stage.avoid.has("pine")
    ? []
    : places.map((x) => {
        const tall = height * random.between(0.72, 1.15)
        const scale = tall / 260
        return group(conifer(shade(colour, random.between(-0.03, 0.03)), "#5a4030", snow), {
          x: x - 70 * scale,
          y: y - tall + random.between(-6, 10),
          scale
        })
      })

/** A row of broad trees whose feet stand on `y`. */
export const trees = (
  stage: Stage,
  random: Random,
  places: ReadonlyArray<number>,
  y: number,
  height: number,
  colour: Colour
): ReadonlyArray<Node> =>
  stage.avoid.has("tree")
    ? []
    : places.map((x) => {
        const tall = height * random.between(0.75, 1.15)
        const scale = tall / 240
        return group(broadleaf(shade(colour, random.between(-0.03, 0.03)), "#6b4a34", random), {
          x: x - 100 * scale,
          y: y - tall + random.between(-4, 8),
          scale
        })
      })

/** Tufts of grass; larger towards the viewer. */
export const tufts = (
  random: Random,
  places: ReadonlyArray<number>,
  low: number,
  high: number,
  size: number,
  colour: Colour
): ReadonlyArray<Node> =>
  places.map((x) => {
    const y = random.between(low, high)
    const tall = size * random.between(0.6, 1.2)
    const blades = [-0.5, -0.22, 0.05, 0.3, 0.55].map((lean, index) => {
      const height = tall * (index % 2 === 0 ? 0.72 : 1)
      const root = x + lean * tall * 0.4
      return `M${num(root - tall * 0.07)} ${num(y)}Q${num(root + lean * tall * 0.2)} ${num(y - height * 0.6)} ${num(root + lean * tall * 0.8)} ${num(y - height)}Q${num(root + lean * tall * 0.4 + tall * 0.08)} ${num(y - height * 0.5)} ${num(root + tall * 0.07)} ${num(y)}Z`
    })
    return matte(path(shade(colour, random.between(-0.03, 0.04)), blades.join("")))
  })

/** Small flowers strewn over the ground. */
export const blooms = (
  stage: Stage,
  random: Random,
  places: ReadonlyArray<number>,
  low: number,
  high: number,
  size: number,
  colours: readonly [Colour, ...Array<Colour>]
): ReadonlyArray<Node> =>
  stage.avoid.has("flower")
    ? []
    : places.flatMap((x) => {
        const y = random.between(low, high)
        const near = (y - low) / Math.max(1, high - low)
        const r = size * (0.55 + 0.6 * near)
        const colour = random.pick(...colours)
        return [
          line("#4f8a46", r * 0.3, `${num(x)},${num(y + r * 2.4)} ${num(x + r * 0.2)},${num(y)}`),
          matte(
            path(
              colour,
              [0, 1, 2, 3, 4]
                .map((petal) => {
                  const angle = petal * 1.2566 - 1.57
                  return oval(null, x + Math.cos(angle) * r * 0.62, y + Math.sin(angle) * r * 0.62, r * 0.5).d
                })
                .join("")
            )
          ),
          matte(oval("#f7cf57", x, y, r * 0.4))
        ]
      })

/** Rocks with a lit top. */
export const rocks = (
  random: Random,
  places: ReadonlyArray<number>,
  y: number,
  size: number,
  colour: Colour
): ReadonlyArray<Node> =>
  places.flatMap((x) => {
    const r = size * random.between(0.5, 1.1)
    const foot = y + random.between(-0.2, 0.5) * size
    return [
      blob(
        colour,
        points([
          [x - r, foot],
          [x - r * 0.8, foot - r * 0.55],
          [x - r * 0.1, foot - r * 0.85],
          [x + r * 0.7, foot - r * 0.5],
          [x + r, foot],
          [x, foot + r * 0.14]
        ])
      ),
      fade(
        0.5,
        blob(
          shade(colour, 0.09),
          points([
            [x - r * 0.7, foot - r * 0.42],
            [x - r * 0.1, foot - r * 0.76],
            [x + r * 0.4, foot - r * 0.55],
            [x - r * 0.15, foot - r * 0.42]
          ])
        )
      )
    ]
  })

/** Puffy cloud of width `w` around a point. */
export const puff = (
  random: Random,
  x: number,
  y: number,
  w: number,
  colour: Colour,
  under: Colour
): ReadonlyArray<Shape> => {
  const h = w * 0.3
  const at = (dx: number, dy: number): readonly [number, number] => [x + dx * w, y + dy * h]
  const lift = () => random.between(-0.1, 0.1)
  return [
    matte(
      path(
        vertical([0, colour], [0.6, colour], [1, under]),
        blob(
          null,
          points([
            at(-0.5, 0.1),
            at(-0.4, -0.22 + lift()),
            at(-0.24, -0.26 + lift()),
            at(-0.14, -0.7 + lift()),
            at(0.08, -0.82 + lift()),
            at(0.2, -0.46 + lift()),
            at(0.36, -0.42 + lift()),
            at(0.5, 0.06),
            at(0.4, 0.3),
            at(0, 0.34),
            at(-0.4, 0.32)
          ])
        ).d
      )
    )
  ]
}

/** Streaks of light and shade on water between two heights, wider and sparser near the viewer. */
export const ripples = (
  stage: Stage,
  random: Random,
  top: number,
  bottom: number,
  light: Colour,
  dark: Colour,
  per = 26
): ReadonlyArray<Node> => {
  const count = Math.round((per * strewn(stage.w)) / 1000)
  return Array.from({ length: count }, () => {
    const part = random.next() ** 1.4
    const y = top + (bottom - top) * part
    const half = (18 + 110 * part) * random.between(0.5, 1.2)
    const thick = 1.5 + 7 * part
    const x = random.between(-40, stage.w + 40)
    return fade(
      random.between(0.25, 0.6),
      matte(
        path(
          random.chance(0.55) ? light : dark,
          `M${num(x - half)} ${num(y)}Q${num(x)} ${num(y - thick)} ${num(x + half)} ${num(y)}Q${num(x)} ${num(y + thick)} ${num(x - half)} ${num(y)}Z`
        )
      )
    )
  })
}

/** Slanting light from the upper left. */
export const beams = (stage: Stage, random: Random, colour: Colour, alpha: number): Layer =>
  layer(
    "air",
    0,
    stage.light.night
      ? []
      : [0.08, 0.3, 0.52].map((place) => {
          const x = stage.w * place + random.between(-60, 60)
          const half = random.between(40, 90)
          return glow(
            path(
              vertical([0, colour, alpha], [1, colour, 0]),
              `M${num(x - half * 0.6)} -10H${num(x + half * 0.6)}L${num(x + half * 2.4 + stage.h * 0.35)} ${num(stage.h * 0.86)}H${num(x - half + stage.h * 0.35)}Z`
            )
          )
        })
  )

import { type Colour, mix } from "./Colour.js"
import type { Hour, Weather } from "./Light.js"
import { fade, glow, halo, line, matte, type Node, num, oval, path, vertical } from "./Parts.js"
import { type Layer, layer, type Stage } from "./Scene.js"
import { puff, strewn } from "./Settings/Land.js"

/** Stars over a height, denser at the top. */
export const stars = (stage: Stage, bottom: number, per: number): ReadonlyArray<Node> => {
  const random = stage.random.fork("stars")
  const count = Math.round((per * strewn(stage.w)) / 1000)
  return stage.avoid.has("star")
    ? []
    : Array.from({ length: count }, () => {
        const x = random.next() * stage.w
        const y = random.next() ** 1.3 * bottom
        const r = random.between(0.8, 2.6) * (random.chance(0.08) ? 1.8 : 1)
        return fade(
          random.between(0.45, 1),
          glow(oval(random.pick("#ffffff", "#fff0cf", "#cfe0ff"), x, y, r))
        )
      })
}

/** The open sky: colour, sun or moon, stars and clouds. */
export const openSky = (
  stage: Stage,
  hour: Hour,
  weather: Weather,
  colours: readonly [Colour, Colour, Colour]
): Layer => {
  const random = stage.random.fork("sky")
  const covered = weather.veilAmount > 0.5
  const horizon = stage.horizon
  const disc = {
    x: stage.w * (stage.focus.x > stage.w * 0.5 ? random.between(0.16, 0.22) : random.between(0.18, 0.26)),
    y: Math.max(90, horizon * (1 - hour.disc.height) * random.between(0.94, 1.06)),
    r: hour.disc.size
  }
  const moon = hour.id === "night" || hour.id === "dusk"
  const hidden = stage.avoid.has(moon ? "moon" : "sun")
  const body: ReadonlyArray<Node> =
    hidden || weather.veilAmount > 0.7
      ? []
      : [
          halo(hour.disc.colour, disc.x, disc.y, disc.r * 6, disc.r * 6, moon ? 0.34 : 0.55),
          fade(covered ? 0.5 : 1, glow(oval(hour.disc.colour, disc.x, disc.y, disc.r))),
          ...(moon && !covered
            ? [
                fade(0.22, glow(oval("#b9b08a", disc.x - disc.r * 0.3, disc.y - disc.r * 0.2, disc.r * 0.2))),
                fade(
                  0.22,
                  glow(oval("#b9b08a", disc.x + disc.r * 0.3, disc.y + disc.r * 0.3, disc.r * 0.26))
                ),
                fade(
                  0.22,
                  glow(oval("#b9b08a", disc.x + disc.r * 0.18, disc.y - disc.r * 0.45, disc.r * 0.13))
                )
              ]
            : [])
        ]
  const cloudColour = mix(
    hour.night
      ? mix(colours[1], "#ffffff", 0.16)
      : mix("#ffffff", colours[2], hour.id === "day" ? 0.1 : 0.42),
    weather.veil,
    weather.veilAmount * 0.55
  )
  const cloudShade = mix(cloudColour, colours[hour.id === "day" ? 1 : 0], 0.34)
  const cloudCount =
    stage.avoid.has("cloud") || stage.sparse
      ? 0
      : weather.id === "clear"
        ? 2.6
        : weather.id === "wind"
          ? 4
          : 6.5
  const clouds = Array.from({ length: Math.round((cloudCount * (stage.w + 400)) / 1400) }, () => {
    const y = random.between(0.08, 0.78) * horizon
    const w = random.between(150, 330) * (1.15 - (y / horizon) * 0.55) * (weather.veilAmount > 0.3 ? 1.5 : 1)
    return { y, shapes: puff(random, random.between(-0.05, 1.05) * stage.w, y, w, cloudColour, cloudShade) }
  })
    .sort((one, two) => one.y - two.y)
    .flatMap(({ shapes }) => shapes.map((shape) => fade(hour.night ? 0.55 : 0.88, shape)))
  return layer("sky", 1, [
    path(
      vertical([0, colours[0]], [0.55, colours[1]], [1, colours[2]]),
      `M-10 -10H${num(stage.w + 10)}V${num(horizon + 30)}H-10Z`
    ),
    ...(hour.night && weather.veilAmount < 0.5 && !stage.sparse
      ? stars(stage, horizon * 0.92, hour.id === "night" ? 130 : 40)
      : []),
    ...body,
    ...clouds
  ])
}

/** What falls or drifts between the picture and the viewer. */
export const weatherLayers = (stage: Stage): ReadonlyArray<Layer> => {
  const random = stage.random.fork("weather")
  const scatter = (per: number) => Math.round((per * strewn(stage.w) * strewn(stage.h)) / 1_000_000)
  if (stage.weather === "rain" || stage.weather === "storm") {
    const slant = stage.weather === "storm" ? 0.42 : 0.2
    const drops = Array.from({ length: scatter(150) }, () => {
      const [x, y] = [random.between(-60, stage.w + 60), random.between(-40, stage.h)]
      const length = random.between(26, 62)
      return `M${num(x)} ${num(y)}l${num(-length * slant)} ${num(length)}`
    })
    const rain = { ...line("#e6f1fa", 2, "0,0 0,0"), d: drops.join(""), hard: drops.join("") }
    const bolt =
      stage.weather === "storm" && !stage.avoid.has("lightning")
        ? [
            halo("#dfe6ff", stage.w * 0.78, stage.horizon * 0.4, 260, 320, 0.5),
            glow(
              path(
                "#fff7d8",
                `M${num(stage.w * 0.8)} 0l-46 ${num(stage.horizon * 0.42)}l34 -8l-42 ${num(stage.horizon * 0.4)}l96 ${num(-stage.horizon * 0.5)}l-40 6l46 ${num(-stage.horizon * 0.3)}z`
              )
            )
          ]
        : []
    return [layer("sky", 0.6, bolt), layer("air", 0, [fade(0.5, rain)])]
  }
  if (stage.weather === "snow") {
    return [
      layer(
        "air",
        0,
        Array.from({ length: scatter(150) }, () =>
          fade(
            random.between(0.5, 0.95),
            glow(oval("#ffffff", random.next() * stage.w, random.next() * stage.h, random.between(1.8, 6)))
          )
        )
      )
    ]
  }
  if (stage.weather === "fog") {
    const veil = stage.light.haze
    return [
      layer(
        "air",
        0,
        [0.42, 0.58, 0.72, 0.88].map((place, index) => {
          const y = stage.h * place
          const x = stage.w * (index % 2 === 0 ? 0.3 : 0.72)
          return halo(veil, x, y, stage.w * 0.75, stage.h * 0.11, 0.62)
        })
      )
    ]
  }
  if (stage.weather === "wind") {
    return [
      layer(
        "air",
        0,
        Array.from({ length: 5 }, (_, index) => {
          const y = stage.h * (0.16 + index * 0.13) + random.between(-20, 20)
          const x = random.between(-0.1, 0.6) * stage.w
          const length = random.between(180, 340)
          return fade(
            0.5,
            matte(
              line(
                "#ffffff",
                4,
                `${num(x)},${num(y)} ${num(x + length * 0.5)},${num(y - 14)} ${num(x + length)},${num(y)} ${num(x + length + 34)},${num(y - 34)} ${num(x + length - 4)},${num(y - 44)}`
              )
            )
          )
        })
      )
    ]
  }
  return []
}

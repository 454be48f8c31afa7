import { type Colour, colourHex, mix, shade, turn } from "./Colour.js"
import { isCelestial, type Layout, layout, type Placement } from "./Compose.js"
import { type Hour, hours, lightOf, skyColours, type Weather, weathers } from "./Light.js"
import { type Palette, palettes } from "./Palettes.js"
import { type Bond, type Mention, read } from "./Parse.js"
import { group, matte, type Node, oval } from "./Parts.js"
import { hash, type Random, random } from "./Random.js"
import { type Layer, layer, type Setting, type Stage } from "./Scene.js"
import { settings } from "./Settings/index.js"
import { openSky, weatherLayers } from "./Sky.js"
import { styles } from "./Styles/index.js"
import type { Style } from "./Styles/Style.js"
import type { Subject } from "./Subject.js"
import { subjects } from "./Subjects/index.js"

/** Everything decided about a picture before a line of it is written. */
export interface Scenario {
  readonly mentions: ReadonlyArray<Mention>
  readonly kept: ReadonlyArray<Bond>
  readonly setting: Setting
  readonly hour: Hour
  readonly weather: Weather
  readonly palette: Palette
  readonly style: Style
  readonly unread: ReadonlyArray<string>
  readonly stage: Stage
  readonly layout: Layout
  readonly layers: ReadonlyArray<Layer>
  readonly random: Random
  readonly colour: (colour: Colour) => Colour
}

/** Finds by id, or the first. */
const pick = <A extends { readonly id: string }>(
  list: readonly [A, ...ReadonlyArray<A>],
  id: string | null
): A => list.find((entry) => entry.id === id) ?? list[0]

/** The subject of an id. */
export const subjectOf = (id: string): Subject => pick(subjects, id)

const wilds = ["mountains", "meadow", "lake", "beach", "forest"] as const

const nocturnal = new Set(["moon", "star", "ghost"])

const contactShadow = (placement: Placement, night: boolean): ReadonlyArray<Node> => {
  if (placement.rests === "nothing") return []
  const { x, y, w, h } = placement
  const foot = y + h
  const strength = (placement.rests === "seat" ? 0.8 : 1) * (night ? 1.15 : 1)
  const soft = (alpha: number, reach: number, cx: number, cy: number, ry: number): Node =>
    matte(
      oval(
        {
          kind: "radial",
          from: [0.5, 0.5],
          to: [0.5, 0],
          stops: [
            [0, "#1a1430", alpha * strength],
            [0.6, "#1a1430", alpha * strength * 0.5],
            [1, "#1a1430", 0]
          ]
        },
        cx,
        cy,
        reach,
        ry
      )
    )
  if (placement.rests === "seat") return [soft(0.45, w * 0.5, x + w * 0.53, foot - 1, Math.min(12, w * 0.06))]
  return [
    soft(0.4, w * 0.74, x + w * 0.62, foot + Math.min(4, h * 0.01), Math.min(46, Math.max(9, w * 0.1))),
    soft(0.55, w * 0.5, x + w * 0.51, foot - 1, Math.min(20, Math.max(5, w * 0.045)))
  ]
}

const drawn = (placement: Placement, mention: Mention, night: boolean, seed: Random): Node => {
  const { subject } = placement
  const named = mention.colours.map(colourHex).filter((colour): colour is Colour => colour !== null)
  const main = shade(named[0] ?? subject.colour, mention.shadeStep)
  const parts = subject.draw({
    main,
    light: shade(main, 0.085),
    dark: shade(main, -0.1),
    accent: named[1] ?? subject.accent,
    random: seed,
    night
  })
  const { scale, w, h } = placement
  const body = group(parts, {
    x: (-w / 2) * (placement.flip ? -1 : 1),
    y: -h / 2,
    scale,
    flip: placement.flip
  })
  return group([body], { x: placement.x + w / 2, y: placement.y + h / 2, angle: placement.angle })
}

/** The place of what the first mention rests on; things of the air go where the rest of the picture is. */
const homeOf = (mentions: ReadonlyArray<Mention>, bonds: ReadonlyArray<Bond>): string | null => {
  const seen = mentions.map(({ subject }) => subjectOf(subject))
  let index = Math.max(
    0,
    seen.findIndex(({ realm }) => realm !== "air")
  )
  for (let step = 0; step < mentions.length; step++) {
    const host = bonds.find(
      ({ subject, relation }) => subject === index && (relation === "on" || relation === "in")
    )?.object
    if (typeof host !== "number") break
    index = host
  }
  return seen[index]?.home ?? null
}

const enclosing = new Set(["forest", "city", "street"])

/** Reads a prompt and decides the picture, with sizes in thousandths of the shorter side. */
export const plan = (request: {
  readonly prompt: string
  readonly width: number
  readonly height: number
  readonly seed: number
  readonly output: number
}): Scenario => {
  const reading = read(request.prompt)
  const seed = random(`${hash(request.prompt)}/${request.seed}/${request.output}`)
  const shorter = Math.min(request.width, request.height)
  const w = (1000 * request.width) / shorter
  const h = (1000 * request.height) / shorter

  const seen = reading.mentions.map(({ subject }) => subjectOf(subject))
  const grounded = seen.some(({ realm }) => realm === "ground")
  const home =
    homeOf(reading.mentions, reading.bonds) ??
    (reading.sky ? "sky" : random(String(hash(request.prompt))).pick(...wilds))
  const wantsSky = reading.sky && !grounded && reading.setting === null
  const proposed = reading.setting ?? (wantsSky ? "sky" : home)
  const setting = pick(settings, reading.avoid.has(proposed) ? "meadow" : proposed)

  const impliedTime = seen.some(({ id }) => nocturnal.has(id)) || setting.id === "space" ? "night" : "day"
  const hour = pick(hours, reading.time ?? impliedTime)
  const weather = pick(weathers, reading.weather)
  const palette = pick(palettes, reading.palette)
  const style = pick(styles, reading.style)

  const tall = h / w
  // A tall frame shows more ground, a wide one more of the subject.
  const reach = tall > 1.25 ? -Math.min(0.1, (tall - 1.25) * 0.06) : 0
  const base = h * (setting.base + reach + (tall < 0.6 ? 0.03 : 0))
  const horizon = h * (setting.horizon + reach)

  const arranged = layout(
    reading.mentions,
    reading.bonds,
    subjectOf,
    { w, h, base, medium: setting.medium },
    seed.fork("layout")
  )
  const { focus } = arranged
  const tint = colourHex(reading.skyColour ?? "")
  const sky = skyColours(hour, weather, tint)
  const light = lightOf(hour, weather, mix(sky[2], sky[1], 0.3), setting)
  const avoid = new Set([...reading.avoid, ...seen.map(({ id }) => id)])
  if (avoid.has("moon") || avoid.has("sun")) {
    avoid.add("sun")
    avoid.add("moon")
  }
  if (seen.some(({ id }) => id === "rainbow" || id === "cloud")) avoid.delete("cloud")
  if (seen.some(({ id }) => id === "star")) avoid.delete("star")
  if (reading.avoid.has("star")) avoid.add("star")

  const stage: Stage = {
    w,
    h,
    horizon,
    base,
    time: hour.id,
    weather: weather.id,
    light,
    random: seed.fork("stage"),
    avoid,
    sparse: style.sparse,
    focus: {
      x: focus.x + focus.w / 2,
      half: reading.mentions.length === 0 ? 0 : Math.min(focus.w / 2, w * 0.36)
    },
    standing: arranged.standing,
    tint: colourHex(reading.settingColour ?? "")
  }
  const scenery = setting.build(stage)
  const weatherSheets =
    setting.medium === "deep" || setting.id === "space" || !setting.outdoors ? [] : weatherLayers(stage)
  const behindSubject = weatherSheets.filter(({ role }) => role === "sky")
  const beforeSubject = weatherSheets.filter(({ role }) => role === "air")

  const skyward = setting.outdoors && !enclosing.has(setting.id) && arranged.standing
  const figure = (placement: Placement): ReadonlyArray<Layer> => {
    const mention = reading.mentions[placement.mention]
    if (mention === undefined) return []
    const shadows = setting.medium === "surface" ? [] : contactShadow(placement, light.night)
    return [
      layer("shadow", 0, shadows),
      layer("subject", 0, [
        drawn(
          placement,
          mention,
          light.night && setting.medium !== "deep",
          seed.fork(`figure/${arranged.placements.indexOf(placement)}`)
        )
      ])
    ]
  }
  const inSky = (placement: Placement): boolean =>
    skyward && placement.rests === "nothing" && isCelestial(placement.subject)
  const figures = arranged.placements.filter((placement) => !inSky(placement)).flatMap(figure)
  const bodies = arranged.placements.filter(inSky).flatMap(figure)

  const jitter = seed.fork("palette").between(-5, 5)
  return {
    mentions: reading.mentions,
    kept: arranged.kept,
    setting,
    hour,
    weather,
    palette,
    style,
    unread: reading.unread,
    stage,
    layout: arranged,
    layers: [
      ...(setting.outdoors ? [openSky(stage, hour, weather, sky)] : []),
      ...bodies,
      ...behindSubject,
      ...scenery.behind,
      ...figures,
      ...scenery.before,
      ...beforeSubject
    ],
    random: seed.fork("pen"),
    colour: (colour) => palette.apply(turn(colour, request.output === 0 ? 0 : jitter))
  }
}

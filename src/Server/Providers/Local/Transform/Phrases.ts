import { maxSide, type TransformFormat, type TransformParameters } from "./Parameters.js"

/** The parameters that one clause asks for. */
export type Patch = TransformParameters

/** A whole clause in lower case without filler words, and what it asks for; null when its numbers are out of range. */
type Rule = readonly [pattern: RegExp, patch: (found: RegExpExecArray) => Patch | null]

const colours: ReadonlyMap<string, string> = new Map([
  ["white", "#ffffff"],
  ["black", "#000000"],
  ["gray", "#808080"],
  ["red", "#e53935"],
  ["orange", "#fb8c00"],
  ["yellow", "#fdd835"],
  ["green", "#43a047"],
  ["blue", "#1e88e5"],
  ["purple", "#8e24aa"],
  ["pink", "#f06292"],
  ["brown", "#795548"],
  ["beige", "#f5f5dc"],
  ["sepia", "#b08d57"]
])

const colour = `(#[0-9a-f]{6}|${[...colours.keys()].join("|")})`
const colourOf = (text: string | undefined): string => colours.get(text ?? "") ?? text ?? ""

const within = (value: number, least: number, most: number): number | null =>
  Number.isFinite(value) && value >= least && value <= most ? value : null

const sideOf = (text: string | undefined): number | null => within(Number(text), 1, maxSide)

const slightly = "(slightly |bit |little |little bit |subtly |gently )?"
const strongly = "(much |lot |strongly |very |heavily |really )?"
const degree = `${slightly}${strongly}`

/** A step of the usual size, a third of it, or twice it. */
const strength = (found: RegExpExecArray, usual: number, from = 1): number =>
  found[from] !== undefined ? usual / 3 : found[from + 1] !== undefined ? usual * 2 : usual

const round = (value: number): number => Math.round(value * 100) / 100

const whole = (source: string): RegExp => new RegExp(`^(?:${source})$`)

const size = "(\\d{1,5}) ?(?:px|pixels)? ?(?:x|by) ?(\\d{1,5}) ?(?:px|pixels)?"
const one = "(\\d{1,5}) ?(?:px|pixels)?"

const both = (
  across: string | undefined,
  down: string | undefined,
  fit: "cover" | "contain" | "inside" | "fill"
): Patch | null => {
  const [width, height] = [sideOf(across), sideOf(down)]
  return width === null || height === null ? null : { resize: { width, height, fit } }
}

const side = (name: "width" | "height", text: string | undefined): Patch | null => {
  const pixels = sideOf(text)
  return pixels === null ? null : { resize: { [name]: pixels } }
}

const turn = (text: string | undefined, sign: number): Patch | null => {
  const degrees = within(Number(text), -360, 360)
  return degrees === null ? null : { rotate: degrees * sign }
}

const format = (text: string | undefined): Patch => {
  const formats: ReadonlyMap<string, TransformFormat> = new Map([
    ["png", "png"],
    ["jpg", "jpeg"],
    ["jpeg", "jpeg"],
    ["webp", "webp"],
    ["avif", "avif"]
  ])
  const found = formats.get(text ?? "")
  return found === undefined ? {} : { format: found }
}

const geometry: ReadonlyArray<Rule> = [
  [
    whole(`(?:resize|scale|shrink|enlarge)(?: to)? ${size}|${size}`),
    (found) => both(found[1] ?? found[3], found[2] ?? found[4], "cover")
  ],
  [
    whole(`(?:fit|resize to fit)(?: in| into| inside| within)? ${size}`),
    (found) => both(found[1], found[2], "inside")
  ],
  [whole(`(?:pad|letterbox)(?: to)? ${size}`), (found) => both(found[1], found[2], "contain")],
  [whole(`stretch(?: to)? ${size}`), (found) => both(found[1], found[2], "fill")],
  [
    whole(`(?:resize|scale|shrink|enlarge)?(?: to)? ?${one} wide|(?:resize to )?width(?: of| to)? ${one}`),
    (found) => side("width", found[1] ?? found[2])
  ],
  [
    whole(
      `(?:resize|scale|shrink|enlarge)?(?: to)? ?${one} (?:high|tall)|(?:resize to )?height(?: of| to)? ${one}`
    ),
    (found) => side("height", found[1] ?? found[2])
  ],
  [
    whole(
      "(?:rotate|)(?: by)? ?(-?\\d{1,3}(?:\\.\\d{1,3})?) ?(?:degrees|degree|deg|°)?(?: to)?(?: clockwise| right| cw)?"
    ),
    (found) => (found[0].startsWith("rotate") || /deg|°/.test(found[0]) ? turn(found[1], 1) : null)
  ],
  [
    whole(
      "rotate(?: by)? (\\d{1,3}(?:\\.\\d{1,3})?) ?(?:degrees|degree|deg|°)?(?: to)? (?:counterclockwise|counter-clockwise|anticlockwise|anti-clockwise|left|ccw)"
    ),
    (found) => turn(found[1], -1)
  ],
  [
    whole("(?:rotate|)(?: to)? ?(?:right|clockwise)"),
    (found) => (found[0].startsWith("rotate") ? { rotate: 90 } : null)
  ],
  [whole("rotate(?: to)? (?:left|counterclockwise|anticlockwise)"), () => ({ rotate: -90 })],
  [whole("(?:rotate )?upside down"), () => ({ rotate: 180 })],
  [
    whole("(?:flip|mirror)(?: horizontally| left to right| sideways| left-right)|mirror|mirrored|flop"),
    () => ({ flop: true })
  ],
  [
    whole("(?:flip|mirror)(?: vertically| top to bottom| up-down)?"),
    (found) => (found[0] === "flip" ? null : { flip: true })
  ],
  [
    whole("crop(?: to)? (\\d{1,5}) ?x ?(\\d{1,5})(?: at| from) (\\d{1,5}) ?[x, ] ?(\\d{1,5})"),
    (found) => ({
      crop: {
        left: Number(found[3]),
        top: Number(found[4]),
        width: Math.max(1, Number(found[1])),
        height: Math.max(1, Number(found[2]))
      }
    })
  ]
]

const tones: ReadonlyArray<Rule> = [
  [
    whole(
      `(?:convert to |in |into )?(?:to )?(?:grayscale|gray scale|monochrome|gray|black-white|black white|b&w|bw)|(?:desaturate(?: completely| fully)?)|remove (?:all )?colors?`
    ),
    () => ({ grayscale: true })
  ],
  [whole(`(?:add )?sepia(?: tone| toned)?`), () => ({ tint: "#b08d57" })],
  [
    whole(`tint(?: with| in)? ${colour}|${colour} tint|add ${colour} tint`),
    (found) => ({ tint: colourOf(found[1] ?? found[2] ?? found[3]) })
  ],
  [whole(`(?:invert|negate)(?: colors)?|negative`), () => ({ invert: true })],
  [
    whole(`${degree}(?:brighten|brighter|lighter|lighten)(?: up)?|increase brightness`),
    (found) => ({ modulate: { brightness: round(1 + strength(found, 0.25)) } })
  ],
  [
    whole(`${degree}(?:darken|darker)|decrease brightness|reduce brightness`),
    (found) => ({ modulate: { brightness: round(1 - strength(found, 0.25)) } })
  ],
  [
    whole(
      `${degree}(?:more saturated|more vivid|more colorful|saturate|vivid|colorful)|(?:increase|boost) (?:saturation|colors)`
    ),
    (found) => ({ modulate: { saturation: round(1 + strength(found, 0.4)) } })
  ],
  [
    whole(
      `${degree}(?:less saturated|less vivid|less colorful|muted|more muted)|(?:reduce|decrease) saturation`
    ),
    (found) => ({ modulate: { saturation: round(1 - strength(found, 0.4)) } })
  ],
  [
    whole(`${degree}(?:warmer|warm|warm up)|increase warmth`),
    (found) => ({ temperature: Math.round(strength(found, 35)) })
  ],
  [
    whole(`${degree}(?:cooler|colder|cool|cool down)`),
    (found) => ({ temperature: -Math.round(strength(found, 35)) })
  ],
  [
    whole(`${degree}more contrast|(?:increase|add|boost) contrast`),
    (found) => ({ contrast: round(1 + strength(found, 0.3)) })
  ],
  [
    whole(`${degree}less contrast|(?:reduce|decrease|lower) contrast`),
    (found) => ({ contrast: round(1 - strength(found, 0.3)) })
  ]
]

const effects: ReadonlyArray<Rule> = [
  [
    whole("blur(?: with)?(?: radius| sigma)?(?: of| by)? (\\d{1,3}(?:\\.\\d{1,3})?)(?: ?px| pixels)?"),
    (found) => (within(Number(found[1]), 0.3, 100) === null ? null : { blur: Number(found[1]) })
  ],
  [
    whole(`${degree}(?:blur|blurry|blurred|blurrier|soften|softer)`),
    (found) => ({ blur: round(strength(found, 5)) })
  ],
  [whole(`${degree}(?:sharpen|sharper|sharp|crisper)`), (found) => ({ sharpen: round(strength(found, 1)) })],
  [
    whole("(?:blur|sharpen)( slightly| bit| little)?( lot| strongly| heavily| much)?"),
    (found) =>
      found[0].startsWith("blur")
        ? { blur: round(strength(found, 5)) }
        : { sharpen: round(strength(found, 1)) }
  ],
  [
    whole(
      "(?:remove|cut out|delete|erase|drop|get rid of|clear) (?:flat |plain |white )?(?:background|backdrop)|(?:with )?transparent (?:background|backdrop)|(?:background|backdrop) transparent|(?:with )?no background|cut ?out"
    ),
    () => ({ remove_background: {} })
  ],
  [
    whole(`(?:replace|change) background (?:with|by|to) ${colour}`),
    (found) => ({ remove_background: {}, background: colourOf(found[1]) })
  ],
  [
    whole(`(?:put )?(?:on|with|in front of) ${colour}(?: background| backdrop)?|${colour} background`),
    (found) => ({ background: colourOf(found[1] ?? found[2]) })
  ]
]

const output: ReadonlyArray<Rule> = [
  [
    whole(
      "(?:convert|save|export|change|encode)?(?: as| to| into| in)? ?(png|jpg|jpeg|webp|avif)(?: format| file)? (?:at |with |of )?quality(?: of)? (\\d{1,3})"
    ),
    (found) =>
      within(Number(found[2]), 1, 100) === null ? null : { ...format(found[1]), quality: Number(found[2]) }
  ],
  [
    whole(
      "(?:convert|save|export|change|encode)?(?: as| to| into| in)? ?(png|jpg|jpeg|webp|avif)(?: format| file)?"
    ),
    (found) => format(found[1])
  ],
  [
    whole("(?:at |with )?quality(?: of| to| at)? (\\d{1,3}) ?%?|(?:at |with )?(\\d{1,3}) ?%? quality"),
    (found) =>
      within(Number(found[1] ?? found[2]), 1, 100) === null ? null : { quality: Number(found[1] ?? found[2]) }
  ]
]

/** The clauses that are understood; each must match as a whole. */
export const rules: ReadonlyArray<Rule> = [...geometry, ...tones, ...effects, ...output]

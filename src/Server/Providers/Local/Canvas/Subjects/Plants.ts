import { type Colour, shade } from "../Colour.js"
import { blob, fade, glow, line, matte, type Node, oval, path, poly, rect } from "../Parts.js"
import type { Random } from "../Random.js"
import { subject } from "../Subject.js"
import { chalk, leaf } from "./Features.js"

/** A broad crown on a trunk, in a box of 200 by 240. */
export const broadleaf = (crown: Colour, trunk: Colour, random: Random): ReadonlyArray<Node> => {
  const wobble = () => random.between(-6, 6)
  const puff = (x: number, y: number, r: number, colour: Colour) =>
    oval(colour, x + wobble(), y + wobble(), r, r * 0.92)
  return [
    path(trunk, "M86 240Q94 200 90 140H112Q108 200 118 240z"),
    line(trunk, 9, "98,170 70,136"),
    line(trunk, 8, "104,160 134,128"),
    puff(56, 118, 44, shade(crown, -0.08)),
    puff(146, 116, 44, shade(crown, -0.1)),
    puff(100, 124, 48, shade(crown, -0.05)),
    puff(64, 76, 46, crown),
    puff(138, 72, 46, shade(crown, -0.03)),
    puff(100, 50, 46, shade(crown, 0.03)),
    fade(0.7, puff(84, 56, 26, shade(crown, 0.08))),
    fade(0.6, puff(54, 86, 18, shade(crown, 0.07)))
  ]
}

/** A conifer in tiers, in a box of 140 by 260. */
export const conifer = (needles: Colour, trunk: Colour, snow: boolean): ReadonlyArray<Node> => [
  rect(trunk, 60, 222, 20, 38),
  path(needles, "M70 96L136 218Q138 226 128 228Q70 240 12 228Q2 226 4 218z"),
  path(shade(needles, 0.03), "M70 50L124 156Q124 164 116 166Q70 176 24 166Q16 164 16 156z"),
  path(shade(needles, 0.06), "M70 4L110 96Q110 104 102 105Q70 112 38 105Q30 104 30 96z"),
  ...(snow
    ? [
        path(chalk, "M70 4L90 50Q80 44 74 54Q66 42 58 56Q54 46 48 54z"),
        path(
          chalk,
          "M40 110L28 136Q36 130 42 142Q50 126 62 142Q58 122 44 108zM100 108L114 138Q104 132 98 140Q88 126 78 140Q84 118 100 108z"
        )
      ]
    : [])
]

const tree = subject({
  id: "tree",
  words: ["tree", "oak", "maple", "birch", "apple tree", "cherry tree", "willow"],
  w: 200,
  h: 240,
  size: 7,
  home: "meadow",
  colour: "#5b9a4a",
  accent: "#7a5136",
  shelter: true,
  draw: ({ main, accent, random }) => broadleaf(main, accent, random)
})

const pine = subject({
  id: "pine",
  words: ["pine", "pine tree", "fir", "fir tree", "spruce", "christmas tree", "conifer"],
  w: 140,
  h: 260,
  size: 9,
  home: "mountains",
  colour: "#2f6f55",
  accent: "#6b4a34",
  symmetric: true,
  draw: ({ main, accent }) => conifer(main, accent, false)
})

const palm = subject({
  id: "palm",
  words: ["palm", "palm tree", "coconut tree", "coconut palm"],
  w: 220,
  h: 250,
  size: 8,
  home: "beach",
  colour: "#3f9a5a",
  accent: "#a5774a",
  shelter: true,
  draw: ({ main, dark, light, accent }) => [
    path(accent, "M78 250Q84 160 112 72L124 76Q104 160 106 250z"),
    ...[110, 140, 170, 200, 226].map((y) =>
      fade(
        0.5,
        line(shade(accent, -0.12), 2.4, `${78 + (250 - y) * 0.13},${y} ${104 + (250 - y) * 0.05},${y + 3}`)
      )
    ),
    blob(dark, "118,74 150,50 190,62 216,98 178,82 150,78"),
    blob(dark, "118,74 84,46 40,56 8,94 54,80 88,80"),
    blob(main, "118,72 140,26 184,10 216,24 180,36 148,54"),
    blob(main, "118,72 98,26 58,6 22,16 58,32 90,52"),
    blob(light, "118,72 106,40 118,8 134,2 132,40"),
    blob(main, "118,74 142,88 158,128 156,160 138,122"),
    blob(main, "118,74 92,90 74,128 72,156 98,120"),
    oval("#7a4d2d", 108, 82, 9),
    oval("#7a4d2d", 126, 84, 9)
  ]
})

const cactus = subject({
  id: "cactus",
  words: ["cactus", "saguaro", "succulent"],
  w: 150,
  h: 220,
  size: 3,
  home: "desert",
  colour: "#4f9460",
  accent: "#ee7f9b",
  draw: ({ main, dark, accent }) => [
    path(
      main,
      "M54 128H32Q8 126 6 96V74Q8 62 18 62Q28 62 30 74V94Q30 104 40 104H54zM98 148H116Q142 146 144 112V82Q142 70 132 70Q122 70 120 82V110Q120 122 110 122H98z"
    ),
    rect(main, 50, 12, 52, 208, 26),
    ...[64, 76, 88].map((x) => fade(0.7, line(dark, 2.6, `${x},34 ${x},212`))),
    line(dark, 2.2, "18,76 18,100 34,114"),
    line(dark, 2.2, "132,84 132,116 116,134"),
    ...[0, 72, 144, 216, 288].map((angle) => leaf(accent, 76, 12, 12, 9, angle - 90)),
    oval("#f7d15a", 76, 12, 4),
    oval(accent, 132, 68, 6)
  ]
})

const petals = (colour: Colour, x: number, y: number, r: number, count: number, width: number) =>
  Array.from({ length: count }, (_, index) => leaf(colour, x, y, r, width, (index * 360) / count - 90))

const flower = subject({
  id: "flower",
  words: ["flower", "daisy", "wildflower", "blossom", "poppy", "orchid"],
  w: 130,
  h: 230,
  size: 0.4,
  home: "meadow",
  colour: "#ee7fa6",
  accent: "#f5c543",
  draw: ({ main, dark, accent }) => [
    line("#4b8f4a", 8, "68,224 62,160 66,70"),
    leaf("#5aa653", 64, 196, 58, 26, -32),
    leaf("#4b8f4a", 64, 178, 56, 26, -146),
    ...petals(dark, 66, 62, 58, 8, 30),
    ...petals(main, 66, 62, 54, 8, 27),
    oval(accent, 66, 62, 18),
    fade(0.6, oval(shade(accent, 0.1), 61, 57, 7))
  ]
})

const rose = subject({
  id: "rose",
  words: ["rose", "peony"],
  w: 120,
  h: 240,
  size: 0.4,
  home: "garden",
  colour: "#cf2f45",
  accent: "#3f8a4a",
  draw: ({ main, dark, light, accent }) => [
    line(accent, 7, "58,236 64,180 60,96"),
    poly(accent, "62,190 76,184 64,180"),
    poly(accent, "60,150 46,144 60,140"),
    leaf(accent, 62, 176, 56, 32, -24),
    leaf(accent, 60, 208, 50, 30, -156),
    blob(main, "60,100 24,88 14,54 22,26 46,14 60,8 76,14 98,26 106,54 96,88"),
    blob(dark, "28,40 44,30 58,56 60,98 34,88 22,64"),
    blob(dark, "92,40 76,30 64,56 60,98 86,88 98,64"),
    blob(light, "38,26 60,14 82,26 78,48 60,56 42,48"),
    blob(main, "46,30 60,22 74,30 70,44 60,48 50,44"),
    line(dark, 3, "54,36 60,30 66,34 62,40"),
    leaf(accent, 60, 100, 26, 12, 160),
    leaf(accent, 60, 100, 26, 12, 20)
  ]
})

const tulip = subject({
  id: "tulip",
  words: ["tulip", "lily"],
  w: 110,
  h: 230,
  size: 0.4,
  home: "garden",
  colour: "#e6544f",
  accent: "#5aa653",
  symmetric: true,
  draw: ({ main, dark, light, accent }) => [
    line(accent, 8, "55,228 55,90"),
    blob(accent, "55,226 30,196 14,140 10,106 34,140 52,184"),
    blob(shade(accent, -0.06), "55,226 80,198 96,150 100,122 78,150 58,190"),
    path(dark, "M55 12Q34 34 34 70H76Q76 34 55 12z"),
    path(main, "M14 20Q40 32 52 96Q22 96 16 66Q12 42 14 20zM96 20Q70 32 58 96Q88 96 94 66Q98 42 96 20z"),
    path(light, "M55 34Q36 56 36 78Q40 100 55 102Q70 100 74 78Q74 56 55 34z")
  ]
})

const sunflower = subject({
  id: "sunflower",
  words: ["sunflower", "dandelion"],
  w: 160,
  h: 260,
  size: 1.8,
  home: "field",
  colour: "#f4b82e",
  accent: "#6b4226",
  draw: ({ main, dark, accent }) => [
    line("#4b8f4a", 10, "82,254 76,180 80,80"),
    leaf("#5aa653", 78, 206, 72, 42, -28),
    leaf("#4b8f4a", 78, 180, 70, 40, -152),
    ...petals(dark, 80, 80, 78, 14, 24),
    ...petals(main, 80, 80, 68, 14, 20),
    oval(accent, 80, 80, 33),
    oval(shade(accent, -0.08), 80, 80, 22),
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((index) =>
      matte(
        oval(shade(accent, 0.16), 80 + 27 * Math.cos(index * 0.785), 80 + 27 * Math.sin(index * 0.785), 3)
      )
    )
  ]
})

const mushroom = subject({
  id: "mushroom",
  words: ["mushroom", "toadstool", "fungus"],
  w: 180,
  h: 180,
  size: 0.25,
  home: "forest",
  colour: "#cf3f38",
  accent: chalk,
  symmetric: true,
  shelter: true,
  draw: ({ main, accent }) => [
    path(accent, "M68 84Q74 130 56 172Q90 186 124 172Q106 130 112 84z"),
    path("#d9ccb4", "M26 88Q90 72 154 88Q140 104 90 104Q40 104 26 88z"),
    path(main, "M8 88Q12 8 90 8Q168 8 172 88Q172 98 158 96Q90 80 22 96Q8 98 8 88z"),
    oval(accent, 60, 44, 15, 13),
    oval(accent, 112, 34, 11, 9),
    oval(accent, 136, 68, 12, 10),
    oval(accent, 92, 66, 10, 8),
    oval(accent, 34, 72, 8, 8)
  ]
})

const oakLeaf = subject({
  id: "leaf",
  words: ["leaf", "maple leaf", "fern"],
  w: 160,
  h: 210,
  size: 0.2,
  home: "studio",
  colour: "#d9772f",
  draw: ({ main, dark }) => [
    line(dark, 7, "80,150 78,180 88,206"),
    path(
      main,
      "M80 4L94 40L118 28L112 66L152 62L138 88L158 102L116 124L122 144L80 150L38 144L44 124L2 102L22 88L8 62L48 66L42 28L66 40z"
    ),
    line(dark, 3, "80,154 80,32"),
    line(dark, 2.6, "80,146 116,92 134,78"),
    line(dark, 2.6, "80,146 44,92 26,78"),
    line(dark, 2.2, "80,100 104,62"),
    line(dark, 2.2, "80,100 56,62")
  ]
})

const mountain = subject({
  id: "mountain",
  words: ["mountain", "peak", "hill", "summit", "cliff", "rock", "boulder"],
  w: 320,
  h: 220,
  size: 300,
  home: "mountains",
  colour: "#7f8aa3",
  accent: chalk,
  draw: ({ main, dark, light, accent }) => [
    poly(dark, "214,96 250,66 318,220 160,220"),
    matte(poly(main, "4,220 130,14 178,86 214,140 262,220")),
    matte(poly(light, "4,220 130,14 112,90 128,130 96,170 104,220")),
    matte(poly(accent, "130,14 92,76 106,72 112,92 128,78 144,98 152,78 172,80")),
    matte(poly(shade(accent, -0.12), "130,14 128,78 144,98 152,78 172,80")),
    matte(poly(accent, "250,66 228,84 244,88 254,100 266,98"))
  ]
})

const volcano = subject({
  id: "volcano",
  words: ["volcano", "crater"],
  w: 300,
  h: 230,
  size: 200,
  home: "mountains",
  colour: "#5f4a4e",
  accent: "#f2662c",
  draw: ({ main, dark, accent }) => [
    fade(0.8, blob("#b9aeb2", "136,72 112,46 120,20 146,22 152,4 178,8 190,24 210,22 216,44 192,54 176,76")),
    glow(line(accent, 6, "146,80 126,40 104,34")),
    glow(line(accent, 6, "156,80 178,38 204,52")),
    path(main, "M6 230Q84 190 118 78Q150 90 182 78Q216 190 294 230z"),
    path(dark, "M182 78Q216 190 294 230H180Q176 150 158 86z"),
    glow(oval(accent, 150, 79, 32, 9)),
    glow(
      path(accent, "M128 82Q132 120 116 150Q126 160 130 180Q140 150 144 130Q150 160 158 168Q164 120 168 84z")
    ),
    glow(oval("#ffd75e", 150, 78, 20, 5))
  ]
})

const island = subject({
  id: "island",
  words: ["island", "desert island", "atoll"],
  w: 300,
  h: 190,
  realm: "afloat",
  size: 20,
  home: "ocean",
  colour: "#ecd196",
  accent: "#3f9a5a",
  seat: { x: 150, y: 132, half: 60 },
  draw: ({ main, dark, accent }) => [
    path("#a5774a", "M176 146Q190 96 178 46L188 44Q206 96 192 148z"),
    blob(accent, "182,48 206,26 240,30 258,54 226,48"),
    blob(accent, "182,48 160,22 126,26 108,48 142,46"),
    blob(shade(accent, -0.08), "182,48 208,54 224,80 220,100 204,72"),
    blob(shade(accent, -0.08), "182,48 158,54 142,78 146,98 162,72"),
    blob(shade(accent, 0.07), "182,48 172,20 184,4 198,6 194,30"),
    path(main, "M4 190Q60 136 150 132Q240 136 296 190z"),
    fade(0.6, path(dark, "M4 190Q30 168 60 158Q150 186 296 190z")),
    blob(shade(accent, -0.04), "70,152 66,134 82,124 98,130 112,122 122,138 112,150")
  ]
})

/** Plants, and the land they grow on. */
export const plants = [
  tree,
  pine,
  palm,
  cactus,
  flower,
  rose,
  tulip,
  sunflower,
  mushroom,
  oakLeaf,
  mountain,
  volcano,
  island
]

import { shade } from "../Colour.js"
import { blob, fade, glow, halo, line, oval, path, poly, rect, ring } from "../Parts.js"
import { subject } from "../Subject.js"
import { chalk, coal, leaf, wood } from "./Features.js"

const room = { home: "room" } as const

const lamp = subject({
  id: "lamp",
  words: ["lamp", "desk lamp", "table lamp", "floor lamp"],
  w: 150,
  h: 220,
  ...room,
  size: 0.6,
  colour: "#f0c98a",
  accent: "#7d4a34",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    halo("#ffe7ae", 75, 78, 120, 110, 0.55),
    line(accent, 9, "75,100 75,200"),
    oval(accent, 75, 150, 17, 24),
    glow(path(main, "M44 8H106L144 106Q75 120 6 106z")),
    fade(0.5, line(dark, 3, "8,104 75,116 142,104")),
    path(accent, "M32 212Q36 194 75 194Q114 194 118 212Q118 218 110 218H40Q32 218 32 212z")
  ]
})

const lantern = subject({
  id: "lantern",
  words: ["lantern", "oil lamp"],
  w: 130,
  h: 220,
  size: 0.4,
  home: "forest",
  colour: "#3f4a52",
  accent: "#ffc75a",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    ring(main, 6, 65, 32, 28, 28),
    halo(accent, 65, 128, 84, 84, 0.6),
    path(main, "M28 74L48 46H82L102 74z"),
    rect(main, 18, 72, 94, 13, 4),
    glow(rect("#ffe8b0", 28, 84, 74, 96, 8)),
    glow(path(accent, "M65 104Q90 138 65 170Q40 138 65 104z")),
    glow(path("#fff6d8", "M65 130Q76 148 65 166Q54 148 65 130z")),
    line(dark, 5, "28,84 28,180"),
    line(dark, 5, "102,84 102,180"),
    line(dark, 3, "65,84 65,104"),
    rect(main, 16, 178, 98, 16, 4),
    path(main, "M26 194H104L114 216H16z")
  ]
})

const candle = subject({
  id: "candle",
  words: ["candle", "candlestick"],
  w: 120,
  h: 220,
  ...room,
  size: 0.25,
  colour: "#f4ead2",
  accent: "#c69a3a",
  draw: ({ main, dark, accent }) => [
    halo("#ffd98a", 60, 40, 80, 70, 0.6),
    path(main, "M38 78Q46 72 60 74Q76 72 82 78V190H38z"),
    path(dark, "M38 82Q44 96 48 120Q40 132 38 116zM82 84Q76 96 74 108Q80 116 82 104z"),
    line(coal, 3, "60,76 60,60"),
    glow(path("#f79a33", "M60 8Q88 46 60 68Q32 46 60 8z")),
    glow(path("#ffe59a", "M60 30Q74 52 60 66Q46 52 60 30z")),
    path(accent, "M20 184H100Q102 200 84 202Q80 212 96 218H24Q40 212 36 202Q18 200 20 184z"),
    ring(accent, 6, 104, 196, 11)
  ]
})

const chair = subject({
  id: "chair",
  words: ["chair", "stool", "seat", "rocking chair"],
  w: 150,
  h: 220,
  ...room,
  size: 1,
  colour: "#b5723c",
  accent: "#c9584a",
  shelter: true,
  seat: { x: 82, y: 116, half: 40 },
  draw: ({ main, dark, accent }) => [
    path(dark, "M104 132H114V206H104zM50 132H58V200H50z"),
    path(main, "M16 8Q22 4 28 8L42 130H30z"),
    path(
      main,
      "M24 20Q60 12 66 16L68 34Q50 30 26 38zM29 58Q56 50 71 52L73 68Q54 66 31 74zM32 94Q60 86 75 88L76 100Q60 98 34 108z"
    ),
    path(main, "M62 12Q68 8 74 12L84 120H74z"),
    path(accent, "M28 122Q36 112 60 112H124Q136 114 138 122Q138 132 126 132H40Q28 132 28 122z"),
    path(main, "M28 130H140V140H28z"),
    path(main, "M30 138H43L40 220H30zM126 138H140V220H130z"),
    line(main, 5, "36,178 134,178")
  ]
})

const table = subject({
  id: "table",
  words: ["table", "desk", "workbench", "bench", "counter"],
  w: 280,
  h: 150,
  ...room,
  size: 0.9,
  colour: "#b57b45",
  symmetric: true,
  shelter: true,
  seat: { x: 140, y: 20, half: 110 },
  draw: ({ main, dark, light }) => [
    path(dark, "M54 40H70V140H54zM210 40H226V140H210z"),
    poly(light, "36,12 244,12 276,32 4,32"),
    rect(main, 4, 30, 272, 16, 3),
    rect(dark, 22, 46, 236, 20),
    rect(light, 122, 52, 36, 7, 3),
    path(main, "M16 46H36L32 150H18zM244 46H264L262 150H248z"),
    ...["60,20 130,20", "150,26 230,26", "40,28 90,28"].map((at) => fade(0.3, line(dark, 2, at)))
  ]
})

const sofa = subject({
  id: "sofa",
  words: ["sofa", "couch", "armchair", "settee"],
  w: 280,
  h: 150,
  ...room,
  size: 1,
  colour: "#4f7f86",
  accent: "#e9b44c",
  symmetric: true,
  seat: { x: 140, y: 86, half: 80 },
  draw: ({ main, dark, light, accent }) => [
    rect(wood, 34, 134, 14, 16, 3),
    rect(wood, 232, 134, 14, 16, 3),
    rect(dark, 30, 10, 220, 100, 24),
    rect(main, 42, 22, 94, 76, 14),
    rect(main, 144, 22, 94, 76, 14),
    rect(light, 40, 84, 98, 30, 12),
    rect(light, 142, 84, 98, 30, 12),
    rect(dark, 28, 108, 224, 28, 8),
    rect(main, 4, 58, 42, 80, 20),
    rect(main, 234, 58, 42, 80, 20),
    path(accent, "M54 46L92 40L100 82L60 88z")
  ]
})

const bed = subject({
  id: "bed",
  words: ["bed", "cot"],
  w: 280,
  h: 140,
  ...room,
  size: 1.1,
  colour: "#6f86b8",
  accent: chalk,
  seat: { x: 160, y: 60, half: 70 },
  draw: ({ main, dark, light, accent }) => [
    path(wood, "M6 16Q6 6 16 6Q26 6 26 16V140H6zM256 58Q256 50 265 50Q274 50 274 58V140H256z"),
    rect(shade(wood, -0.06), 20, 94, 240, 22),
    rect(accent, 22, 68, 238, 34, 10),
    blob(accent, "28,70 34,46 66,40 94,48 98,68 62,78"),
    path(main, "M88 68Q130 52 200 56Q254 58 260 72V104H88z"),
    path(light, "M88 68Q130 52 150 54V104H88z"),
    fade(0.5, line(dark, 3, "180,60 176,100")),
    fade(0.5, line(dark, 3, "222,62 220,100"))
  ]
})

const book = subject({
  id: "book",
  words: ["book", "novel", "notebook", "diary", "open book"],
  w: 230,
  h: 130,
  ...room,
  size: 0.25,
  colour: "#a8443f",
  accent: chalk,
  symmetric: true,
  seat: { x: 115, y: 40, half: 60 },
  draw: ({ main, accent }) => [
    path(main, "M4 34Q60 10 115 38Q170 10 226 34V124Q170 102 115 128Q60 102 4 124z"),
    path(accent, "M14 28Q66 4 115 32V116Q66 92 14 112z"),
    path(shade(accent, -0.05), "M216 28Q164 4 115 32V116Q164 92 216 112z"),
    ...[44, 58, 72, 86].flatMap((y) => [
      fade(0.5, line("#a89f92", 2.6, `30,${y} 66,${y - 9} 100,${y + 3}`)),
      fade(0.5, line("#a89f92", 2.6, `130,${y + 3} 164,${y - 9} 200,${y}`))
    ]),
    path("#d9a93c", "M150 20L162 18V62L156 56L150 62z")
  ]
})

const clock = subject({
  id: "clock",
  words: ["clock", "alarm clock", "watch", "pocket watch"],
  w: 170,
  h: 200,
  ...room,
  size: 0.3,
  colour: "#c9584a",
  accent: chalk,
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    line(dark, 9, "44,172 30,196"),
    line(dark, 9, "126,172 140,196"),
    ring(dark, 7, 85, 22, 22, 18),
    path(main, "M14 62Q6 28 40 16Q60 14 64 34zM156 62Q164 28 130 16Q110 14 106 34z"),
    oval(main, 85, 112, 76),
    oval(accent, 85, 112, 60),
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((hour) => {
      const [dx, dy] = [Math.cos((hour * Math.PI) / 6), Math.sin((hour * Math.PI) / 6)]
      const inner = hour % 3 === 0 ? 44 : 49
      return line(
        coal,
        hour % 3 === 0 ? 5 : 3,
        `${(85 + dx * inner).toFixed(1)},${(112 + dy * inner).toFixed(1)} ${(85 + dx * 53).toFixed(1)},${(112 + dy * 53).toFixed(1)}`
      )
    }),
    line(coal, 6, "85,112 62,98"),
    line(coal, 4.4, "85,112 112,82"),
    oval(main, 85, 112, 6)
  ]
})

const vase = subject({
  id: "vase",
  words: ["vase", "urn", "jug", "pot", "jar"],
  w: 130,
  h: 200,
  ...room,
  size: 0.35,
  colour: "#3d7fa6",
  accent: "#f0c98a",
  symmetric: true,
  seat: { x: 65, y: 10, half: 26 },
  draw: ({ main, dark, light, accent }) => [
    path(
      main,
      "M36 6H94Q96 18 88 26Q80 52 98 74Q126 104 118 142Q110 188 92 196H38Q20 188 12 142Q4 104 32 74Q50 52 42 26Q34 18 36 6z"
    ),
    oval(dark, 65, 8, 29, 6),
    path(accent, "M12 118Q64 134 118 118L119 134Q64 150 12 134z"),
    line(accent, 4, "36,76 64,84 94,76"),
    fade(0.6, blob(light, "30,96 40,84 40,116 34,150 24,132"))
  ]
})

const bottle = subject({
  id: "bottle",
  words: ["bottle", "wine bottle", "flask", "potion"],
  w: 90,
  h: 230,
  ...room,
  size: 0.3,
  colour: "#3f7a55",
  accent: "#f2e4c4",
  symmetric: true,
  draw: ({ main, light, accent }) => [
    path(
      main,
      "M34 26H56V72Q56 88 72 100Q82 110 82 124V214Q82 226 70 226H20Q8 226 8 214V124Q8 110 18 100Q34 88 34 72z"
    ),
    rect("#b98a52", 33, 4, 24, 26, 4),
    rect(accent, 8, 136, 74, 58),
    fade(0.5, line(main, 3, "22,154 68,154")),
    fade(0.5, line(main, 3, "28,168 62,168")),
    fade(0.7, line(light, 7, "20,122 22,128")),
    fade(0.6, line(light, 6, "42,38 42,74 28,104"))
  ]
})

const umbrella = subject({
  id: "umbrella",
  words: ["umbrella", "parasol"],
  w: 220,
  h: 220,
  size: 1,
  home: "beach",
  colour: "#e2553f",
  accent: "#fbf0dc",
  shelter: true,
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    line("#7d4a34", 7, "110,20 110,192 118,212 134,208 136,194"),
    path(
      main,
      "M6 116Q14 18 110 14Q206 18 214 116Q196 96 178 116Q160 96 144 116Q128 96 110 116Q92 96 76 116Q60 96 42 116Q24 96 6 116z"
    ),
    path(
      accent,
      "M110 14Q52 40 42 116Q60 96 76 116Q80 44 110 14zM110 14Q168 40 178 116Q160 96 144 116Q140 44 110 14z"
    ),
    fade(0.3, path(dark, "M110 14Q206 18 214 116Q196 96 178 116Q168 40 110 14z")),
    line("#7d4a34", 6, "110,14 110,4")
  ]
})

const hat = subject({
  id: "hat",
  words: ["hat", "top hat", "cap", "fedora", "wizard hat", "cowboy hat"],
  w: 200,
  h: 120,
  ...room,
  size: 0.2,
  colour: "#4a3b52",
  accent: "#c9483c",
  draw: ({ main, dark, light, accent }) => [
    path(main, "M44 92Q50 20 64 8Q84 2 100 14Q116 2 136 8Q150 20 156 92z"),
    path(accent, "M46 74Q100 88 154 74L156 92Q100 104 44 92z"),
    path(dark, "M2 92Q20 82 44 88Q100 104 156 88Q180 82 198 92Q176 118 100 118Q24 118 2 92z"),
    fade(0.6, line(light, 5, "64,26 58,62"))
  ]
})

const shoe = subject({
  id: "shoe",
  words: ["shoe", "sneaker", "boot", "trainer"],
  w: 220,
  h: 130,
  ...room,
  size: 0.15,
  colour: "#3b82b0",
  accent: chalk,
  seat: { x: 52, y: 14, half: 26 },
  draw: ({ main, dark, accent }) => [
    path(main, "M10 20Q10 8 26 12Q52 22 78 8Q92 4 98 16Q112 48 158 60Q206 68 212 104H8Q4 60 10 20z"),
    path(dark, "M10 60Q50 66 56 104H8Q6 80 10 60z"),
    path(accent, "M172 64Q210 72 212 104H156Q152 76 172 64z"),
    ...["92,40 112,28", "106,52 126,40", "122,62 140,50"].map((at) => line(accent, 6, at)),
    path(accent, "M4 102H214Q218 104 216 114Q214 126 200 126H18Q4 126 4 114z"),
    line(dark, 3, "10,114 210,114")
  ]
})

const key = subject({
  id: "key",
  words: ["key"],
  w: 230,
  h: 100,
  ...room,
  size: 0.08,
  colour: "#d9a93c",
  draw: ({ main, dark, light }) => [
    path(main, "M4 50A46 46 0 1 0 96 50A46 46 0 1 0 4 50zM28 50A22 22 0 1 1 72 50A22 22 0 1 1 28 50z"),
    path(main, "M92 42H222Q228 42 228 50Q228 58 222 58H214V84H200V70H190V84H176V58H92z"),
    rect(dark, 100, 38, 10, 24, 3),
    fade(0.8, line(light, 4, "112,47 216,47")),
    fade(0.8, line(light, 4, "16,34 30,18 50,12"))
  ]
})

const gift = subject({
  id: "gift",
  words: ["gift", "present", "box", "parcel", "package", "crate"],
  w: 170,
  h: 180,
  ...room,
  size: 0.3,
  colour: "#3f9a8a",
  accent: "#d8443a",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    rect(main, 16, 84, 138, 96, 4),
    rect(accent, 70, 84, 30, 96),
    rect(dark, 6, 58, 158, 32, 5),
    rect(accent, 68, 58, 34, 32),
    blob(accent, "85,56 58,54 32,38 34,12 58,10 78,32"),
    blob(accent, "85,56 112,54 138,38 136,12 112,10 92,32"),
    oval(shade(accent, -0.1), 52, 32, 10, 9),
    oval(shade(accent, -0.1), 118, 32, 10, 9),
    oval(shade(accent, 0.06), 85, 50, 13, 11)
  ]
})

const bell = subject({
  id: "bell",
  words: ["bell"],
  w: 150,
  h: 170,
  ...room,
  size: 0.3,
  colour: "#e0ac3a",
  symmetric: true,
  draw: ({ main, dark, light }) => [
    ring(dark, 7, 75, 16, 12),
    oval(dark, 75, 150, 17),
    path(
      main,
      "M75 22Q114 26 116 74Q118 112 142 128Q148 140 136 142H14Q2 140 8 128Q32 112 34 74Q36 26 75 22z"
    ),
    line(dark, 4, "14,132 75,136 136,132"),
    fade(0.7, line(light, 7, "52,48 48,80 44,104"))
  ]
})

const mirror = subject({
  id: "mirror",
  words: ["mirror", "picture frame", "painting", "portrait", "frame", "window"],
  w: 160,
  h: 210,
  ...room,
  size: 0.8,
  colour: "#c69a3a",
  accent: "#bfdde8",
  symmetric: true,
  draw: ({ main, dark, light, accent }) => [
    path(main, "M4 26H20Q26 4 80 4Q134 4 140 26H156V184H140Q134 206 80 206Q26 206 20 184H4z"),
    path(dark, "M22 38H138V172H22z"),
    rect(accent, 28, 44, 104, 122),
    fade(0.6, poly(chalk, "40,154 96,52 116,52 60,154")),
    oval(light, 80, 20, 8),
    oval(light, 80, 190, 8)
  ]
})

const plantPot = subject({
  id: "houseplant",
  words: ["houseplant", "potted plant", "plant", "plant pot", "bonsai"],
  w: 170,
  h: 220,
  ...room,
  size: 0.6,
  colour: "#4f9a5a",
  accent: "#c46f4a",
  draw: ({ main, dark, light, accent }) => [
    leaf(dark, 85, 150, 104, 44, -150),
    leaf(dark, 85, 150, 100, 42, -34),
    leaf(main, 85, 150, 126, 46, -118),
    leaf(main, 85, 150, 122, 46, -66),
    leaf(light, 85, 152, 142, 46, -92),
    ...[-150, -118, -92, -66, -34].map((angle) => {
      const turn = (angle * Math.PI) / 180
      return fade(
        0.5,
        line(
          dark,
          2.2,
          `85,150 ${(85 + 88 * Math.cos(turn)).toFixed(1)},${(150 + 88 * Math.sin(turn)).toFixed(1)}`
        )
      )
    }),
    path(accent, "M42 162H128L118 214Q116 220 108 220H62Q54 220 52 214z"),
    rect(shade(accent, 0.06), 34, 146, 102, 22, 5)
  ]
})

const basket = subject({
  id: "basket",
  words: ["basket", "bowl", "bucket"],
  w: 190,
  h: 170,
  ...room,
  size: 0.35,
  colour: "#c08a4c",
  symmetric: true,
  seat: { x: 95, y: 78, half: 60 },
  draw: ({ main, dark, light }) => [
    line(dark, 9, "24,82 40,24 95,6 150,24 166,82"),
    path(main, "M12 82H178L162 158Q160 168 148 168H42Q30 168 28 158z"),
    ...[0, 1, 2].flatMap((row) =>
      [0, 1, 2, 3, 4].map((column) =>
        fade(
          0.7,
          line(
            row % 2 === 0 ? dark : light,
            5,
            `${34 + column * 26 + (row % 2) * 10},${104 + row * 20} ${48 + column * 26 + (row % 2) * 10},${104 + row * 20}`
          )
        )
      )
    ),
    rect(light, 6, 74, 178, 16, 8)
  ]
})

/** Things found in a home. */
export const household = [
  lamp,
  lantern,
  candle,
  chair,
  table,
  sofa,
  bed,
  book,
  clock,
  vase,
  bottle,
  umbrella,
  hat,
  shoe,
  key,
  gift,
  bell,
  mirror,
  plantPot,
  basket
]

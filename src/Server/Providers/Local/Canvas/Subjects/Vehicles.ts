import { blob, fade, glow, halo, line, matte, oval, path, poly, rect, ring } from "../Parts.js"
import { subject } from "../Subject.js"
import { chalk, coal, glass, lamplight, steel, wheel, wood } from "./Features.js"

const car = subject({
  id: "car",
  words: ["car", "automobile", "taxi", "sedan", "sports car", "race car"],
  w: 260,
  h: 120,
  size: 1.6,
  home: "street",
  colour: "#d8443a",
  seat: { x: 122, y: 8, half: 44 },
  head: { x: 122, y: 8, half: 30 },
  draw: ({ main, dark, light, night }) => [
    blob(dark, "60,62 88,16 124,6 160,12 194,56"),
    path(
      main,
      "M12 96Q4 96 6 80L10 66Q16 56 40 54L64 50Q76 14 104 8H146Q164 10 178 28L198 54Q236 56 248 66Q258 76 254 92Q252 98 244 98Z"
    ),
    path(night ? lamplight : glass, "M78 50Q86 22 106 18H120V50zM128 18H146Q156 18 164 28L182 50H128z"),
    fade(0.5, poly(chalk, "84,48 98,20 108,18 94,50")),
    line(dark, 2.4, "124,54 124,90"),
    line(light, 3, "18,68 60,60 120,58"),
    rect(dark, 138, 60, 16, 4, 2),
    rect(steel, 2, 84, 24, 8, 4),
    rect(steel, 234, 84, 24, 8, 4),
    glow(oval("#fff1b8", 246, 72, 7, 8)),
    oval("#a31f25", 12, 72, 5, 7),
    oval(coal, 64, 96, 27, 22),
    oval(coal, 196, 96, 27, 22),
    ...wheel(64, 98, 22),
    ...wheel(196, 98, 22)
  ]
})

const truck = subject({
  id: "truck",
  words: ["truck", "lorry", "van", "pickup"],
  w: 270,
  h: 150,
  size: 3,
  home: "street",
  colour: "#3b82b0",
  accent: "#ece5d6",
  seat: { x: 90, y: 8, half: 70 },
  draw: ({ main, dark, accent, night }) => [
    rect(coal, 20, 108, 234, 16, 4),
    rect(accent, 6, 8, 166, 106, 6),
    ...[40, 74, 108, 142].map((x) => fade(0.25, line(coal, 2, `${x},14 ${x},108`))),
    rect(main, 6, 66, 166, 14),
    path(main, "M180 38H216Q226 38 232 48L246 72Q262 76 264 88V118H180z"),
    path(night ? lamplight : glass, "M194 48H214Q220 48 224 54L234 72H194z"),
    rect(dark, 192, 82, 14, 4, 2),
    glow(oval("#fff1b8", 256, 96, 6, 7)),
    rect(steel, 250, 112, 18, 9, 3),
    ...wheel(48, 126, 24),
    ...wheel(104, 126, 24),
    ...wheel(222, 126, 24)
  ]
})

const bus = subject({
  id: "bus",
  words: ["bus", "school bus", "tram", "coach"],
  w: 280,
  h: 160,
  size: 3,
  home: "street",
  colour: "#e4a52e",
  seat: { x: 140, y: 8, half: 100 },
  draw: ({ main, dark, light, night }) => [
    rect(main, 6, 8, 266, 128, 18),
    rect(light, 14, 12, 250, 12, 6),
    ...[18, 64, 110, 156].map((x) => rect(night ? lamplight : glass, x, 34, 38, 38, 5)),
    rect(night ? lamplight : glass, 204, 34, 24, 88, 4),
    line(dark, 2.4, "216,34 216,122"),
    path(night ? lamplight : glass, "M238 34H262Q270 36 270 50V84H238z"),
    rect(dark, 6, 86, 192, 7),
    glow(oval("#fff1b8", 262, 112, 7)),
    oval(coal, 62, 136, 30, 26),
    oval(coal, 190, 136, 30, 26),
    ...wheel(62, 136, 24),
    ...wheel(190, 136, 24)
  ]
})

const bicycle = subject({
  id: "bicycle",
  words: ["bicycle", "bike", "cycle", "motorbike", "motorcycle"],
  w: 230,
  h: 150,
  size: 1.1,
  home: "street",
  colour: "#d9573f",
  accent: "#3a2f38",
  seat: { x: 84, y: 32, half: 16 },
  draw: ({ main, accent }) => {
    const spokes = (cx: number) =>
      [0, 1, 2, 3].map((index) => {
        const angle = (index * Math.PI) / 4 + 0.2
        const [dx, dy] = [44 * Math.cos(angle), 44 * Math.sin(angle)]
        return fade(0.6, line(steel, 1.4, `${cx - dx},${102 - dy} ${cx + dx},${102 + dy}`))
      })
    return [
      ...spokes(50),
      ...spokes(180),
      ring(coal, 7, 50, 102, 44),
      ring(coal, 7, 180, 102, 44),
      line(main, 7, "50,102 84,50"),
      line(main, 7, "50,102 106,104"),
      line(main, 7, "106,104 84,50"),
      line(main, 7, "84,54 152,48"),
      line(main, 7, "106,104 152,50"),
      line(main, 7, "180,102 148,32"),
      line(accent, 6, "148,32 142,18 158,14 172,22"),
      line(accent, 5, "84,50 80,34"),
      blob(accent, "58,28 82,26 104,32 84,40 64,38"),
      oval(steel, 106, 104, 12),
      line(accent, 4, "106,104 116,124"),
      rect(accent, 108, 122, 18, 5, 2)
    ]
  }
})

const boat = subject({
  id: "boat",
  words: ["boat", "sailboat", "sailing boat", "yacht", "dinghy", "sailing ship"],
  w: 220,
  h: 240,
  realm: "afloat",
  size: 6,
  home: "ocean",
  colour: "#c2463d",
  accent: "#fbf3e2",
  seat: { x: 150, y: 186, half: 40 },
  draw: ({ main, dark, light, accent }) => [
    line(wood, 6, "106,192 106,8"),
    path(accent, "M112 14Q190 80 198 174Q160 184 112 176z"),
    path(accent, "M100 34Q50 96 26 166Q64 178 100 172z"),
    fade(0.6, line("#d6c9b0", 2.4, "112,70 160,78")),
    fade(0.6, line("#d6c9b0", 2.4, "112,124 186,132")),
    fade(0.6, line("#d6c9b0", 2.4, "100,110 56,116")),
    path(main, "M106 8L140 18L106 28z"),
    path(main, "M10 188Q104 200 212 184Q204 232 170 238H62Q26 232 10 188z"),
    path(light, "M10 188Q104 200 212 184L209 196Q104 211 14 200z"),
    fade(0.5, line(dark, 3, "30,216 110,222 196,212"))
  ]
})

const ship = subject({
  id: "ship",
  words: ["ship", "steamship", "ferry", "freighter", "cargo ship", "ocean liner"],
  w: 300,
  h: 180,
  realm: "afloat",
  size: 14,
  home: "ocean",
  colour: "#2d4a6b",
  accent: "#f1ece0",
  seat: { x: 70, y: 106, half: 30 },
  draw: ({ main, dark, accent, night }) => [
    fade(0.5, blob("#cfd3d8", "122,26 106,18 92,22 70,10 80,4 104,8 124,10 136,22")),
    path("#c9483c", "M116 28H142L140 76H112zM160 28H186L184 76H156z"),
    path(coal, "M116 28H142L141 42H115zM160 28H186L185 42H159z"),
    rect(accent, 84, 70, 132, 26, 4),
    rect(accent, 64, 92, 176, 24, 4),
    ...[96, 120, 144, 168, 192].map((x) => rect(night ? lamplight : glass, x, 77, 12, 11, 3)),
    ...[76, 100, 124, 148, 172, 196, 220].map((x) => oval(night ? lamplight : glass, x, 104, 5)),
    path(main, "M6 112H246L296 102Q286 152 262 178H40Q12 160 6 112z"),
    path("#c9483c", "M24 158Q32 172 40 178H262Q270 170 276 158z"),
    line(accent, 3.4, "10,124 150,126 286,120"),
    ...[60, 90, 120, 150, 180, 210].map((x) => matte(oval(dark, x, 142, 4.5))),
    line(coal, 3, "252,108 252,58"),
    line(coal, 1.6, "252,60 212,92")
  ]
})

const rocket = subject({
  id: "rocket",
  words: ["rocket", "spaceship", "spacecraft", "starship", "rocket ship", "space shuttle"],
  w: 130,
  h: 250,
  realm: "air",
  size: 20,
  home: "space",
  colour: "#eceff3",
  accent: "#d8443a",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    glow(path("#f5862c", "M42 192Q30 222 64 250Q100 222 88 192z")),
    glow(path("#ffd75e", "M50 192Q44 214 65 234Q86 214 80 192z")),
    path(accent, "M36 124Q6 150 4 200Q22 180 42 178zM94 124Q124 150 126 200Q108 180 88 178z"),
    rect("#59616c", 44, 180, 42, 14, 4),
    path(main, "M65 4Q104 48 100 122Q98 160 88 184H42Q32 160 30 122Q26 48 65 4z"),
    path(accent, "M65 4Q88 30 96 66Q65 58 34 66Q42 30 65 4z"),
    oval(dark, 65, 98, 20),
    oval("#7cc3e8", 65, 98, 14),
    fade(0.8, oval(chalk, 60, 92, 4)),
    line(dark, 2.4, "33,140 65,146 97,140"),
    path(accent, "M60 150H70V200H60z")
  ]
})

const train = subject({
  id: "train",
  words: ["train", "locomotive", "steam train", "steam engine", "railway"],
  w: 300,
  h: 170,
  size: 3.6,
  home: "field",
  colour: "#33684e",
  accent: "#d8443a",
  seat: { x: 64, y: 36, half: 34 },
  draw: ({ main, dark, light, accent, night }) => [
    fade(0.75, blob("#eceae6", "210,26 196,14 200,2 220,4 232,0 246,10 238,24 224,22")),
    rect(coal, 18, 122, 264, 14, 3),
    rect(main, 24, 42, 82, 86, 4),
    path(accent, "M14 34Q66 22 116 34V46H14z"),
    rect(night ? lamplight : glass, 38, 58, 22, 30, 4),
    rect(night ? lamplight : glass, 70, 58, 22, 30, 4),
    rect(main, 100, 68, 164, 54, 22),
    fade(0.6, rect(light, 108, 74, 146, 8, 4)),
    ...[136, 172, 208].map((x) => rect("#d9a93c", x, 68, 7, 54)),
    path(dark, "M202 68L196 30H232L226 68z"),
    rect(coal, 192, 24, 44, 10, 3),
    path("#d9a93c", "M142 68Q142 46 156 46Q170 46 170 68z"),
    oval(dark, 262, 95, 14, 26),
    glow(oval("#fff1b8", 268, 78, 9)),
    poly(accent, "262,124 298,160 254,160"),
    ...wheel(58, 134, 34, accent),
    ...wheel(140, 146, 22, accent),
    ...wheel(192, 146, 22, accent),
    ...wheel(240, 146, 22, accent),
    line(steel, 6, "58,146 140,150 192,150")
  ]
})

const plane = subject({
  id: "plane",
  words: ["plane", "airplane", "aeroplane", "aircraft", "jet", "airliner"],
  w: 280,
  h: 140,
  realm: "air",
  size: 6,
  home: "sky",
  colour: "#eef1f4",
  accent: "#2f74c9",
  draw: ({ main, dark, accent, night }) => [
    path(dark, "M134 70L112 20H130L170 66z"),
    path(accent, "M30 66L8 14H38L72 58z"),
    path(main, "M14 72Q20 58 62 54H214Q262 58 276 80Q262 98 214 100H92Q40 94 14 72z"),
    path(accent, "M24 80Q56 92 92 100H214Q250 98 268 88Q210 88 24 80z"),
    ...[84, 102, 120, 138, 156, 174, 192].map((x) => oval(night ? lamplight : "#4f6b86", x, 70, 4.4, 5.6)),
    path("#4f6b86", "M228 62Q246 64 256 72H230z"),
    path(main, "M164 84L96 136H122L204 88z"),
    fade(0.5, line(dark, 2, "118,134 196,90")),
    rect(dark, 128, 110, 36, 15, 7),
    path(main, "M40 78L12 96H32L66 82z")
  ]
})

const helicopter = subject({
  id: "helicopter",
  words: ["helicopter", "chopper", "drone"],
  w: 270,
  h: 150,
  realm: "air",
  size: 4,
  home: "sky",
  colour: "#e0b23a",
  accent: "#37424f",
  draw: ({ main, dark, accent }) => [
    path(main, "M10 38L26 34L36 60L130 62V84L36 74z"),
    line(accent, 4, "8,30 34,62"),
    line(accent, 4, "32,30 12,62"),
    rect(accent, 166, 20, 10, 28),
    fade(0.85, rect(accent, 74, 14, 192, 7, 3)),
    blob(main, "118,62 142,44 182,40 220,50 248,78 246,104 214,118 154,116 122,98"),
    path(glass, "M188 50Q224 54 240 82H188z"),
    path(glass, "M150 54H178V82H142Q142 62 150 54z"),
    line(dark, 3, "122,94 180,100 246,94"),
    line(accent, 5, "152,116 146,138"),
    line(accent, 5, "210,116 216,138"),
    line(accent, 6, "124,138 180,140 232,138 246,130")
  ]
})

const balloon = subject({
  id: "balloon",
  words: ["hot air balloon", "balloon", "airship", "blimp", "zeppelin"],
  w: 170,
  h: 250,
  realm: "air",
  size: 18,
  home: "sky",
  colour: "#e2553f",
  accent: "#f7d27a",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    line(wood, 2.4, "56,160 70,212"),
    line(wood, 2.4, "114,160 100,212"),
    line(wood, 2.4, "76,172 78,212"),
    line(wood, 2.4, "94,172 92,212"),
    path(main, "M85 4Q164 8 166 84Q160 132 106 174H64Q10 132 4 84Q6 8 85 4z"),
    path(
      accent,
      "M85 4Q36 16 36 84Q40 136 72 174H64Q10 132 4 84Q6 8 85 4zM85 4Q62 20 62 84Q64 136 80 174H90Q106 136 108 84Q108 20 85 4zM85 4Q134 16 134 84Q130 136 98 174H106Q160 132 166 84Q164 8 85 4z"
    ),
    fade(0.35, path(dark, "M8 102Q85 134 162 102L156 116Q85 148 14 116z")),
    path(dark, "M64 172H106L102 182H68z"),
    path("#b07a42", "M66 210H104L100 244Q98 248 92 248H78Q72 248 70 244z"),
    rect("#8a5a2c", 63, 207, 44, 8, 3),
    fade(0.5, line("#8a5a2c", 2, "70,228 100,228"))
  ]
})

const submarine = subject({
  id: "submarine",
  words: ["submarine"],
  w: 270,
  h: 150,
  realm: "water",
  size: 5,
  home: "underwater",
  colour: "#e7b93c",
  accent: "#8f5c38",
  draw: ({ main, dark, accent }) => [
    line(dark, 7, "148,44 148,10 172,10"),
    path(main, "M112 56L118 28H172L180 56z"),
    path(accent, "M40 82L8 56V126L40 106z"),
    blob(main, "30,94 58,62 120,50 200,54 246,76 262,98 244,122 196,138 110,140 52,126"),
    path(accent, "M34 106Q140 130 260 106Q230 136 196 138L110 140Q60 132 34 106z"),
    ...[100, 150, 200].flatMap((x) => [
      oval(accent, x, 90, 18),
      oval("#9fd8ec", x, 90, 12),
      fade(0.7, oval(chalk, x - 4, 86, 3.4))
    ]),
    oval(dark, 12, 91, 6, 30)
  ]
})

const ufo = subject({
  id: "ufo",
  words: ["ufo", "flying saucer", "alien ship", "saucer"],
  w: 220,
  h: 120,
  realm: "air",
  size: 6,
  home: "sky",
  colour: "#9aa5b5",
  accent: "#8fe3c2",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    halo(accent, 110, 100, 70, 24, 0.5),
    path(accent, "M68 56Q68 8 110 8Q152 8 152 56z"),
    fade(0.6, path(chalk, "M80 48Q82 22 104 16Q92 28 92 50z")),
    oval(dark, 110, 82, 62, 28),
    oval(main, 110, 66, 106, 26),
    ...[34, 72, 110, 148, 186].map((x, index) =>
      glow(oval("#fff1b8", x, 70 + (2 - Math.abs(index - 2)) * 5, 7, 5))
    )
  ]
})

/** Things that carry people. */
export const vehicles = [
  car,
  truck,
  bus,
  bicycle,
  boat,
  ship,
  rocket,
  train,
  plane,
  helicopter,
  balloon,
  submarine,
  ufo
]

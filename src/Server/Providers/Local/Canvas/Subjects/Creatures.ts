import { blob, fade, line, matte, oval, path, poly, ring } from "../Parts.js"
import { subject } from "../Subject.js"
import { chalk, coal, eye, mirrored } from "./Features.js"

const owl = subject({
  id: "owl",
  words: ["owl", "owlet"],
  w: 140,
  h: 190,
  size: 0.5,
  home: "forest",
  colour: "#8a623f",
  accent: "#f0d9b0",
  symmetric: true,
  draw: ({ main, dark, light, accent }) => [
    line("#6b4a34", 12, "2,178 50,174 100,178 138,172"),
    blob(main, "26,66 16,10 46,26 70,22 94,26 124,10 114,66 122,112 104,162 70,178 36,162 18,112"),
    blob(accent, "42,102 70,92 98,102 98,142 70,164 42,142"),
    ...[0, 1, 2].flatMap((row) =>
      [0, 1, 2].map((column) => {
        const x = 52 + column * 18
        const y = 112 + row * 15
        return line(main, 3, `${x - 6},${y} ${x},${y + 5} ${x + 6},${y}`)
      })
    ),
    blob(dark, "24,92 44,106 46,140 34,160 20,136"),
    blob(dark, "116,92 96,106 94,140 106,160 120,136"),
    oval(light, 48, 64, 25),
    oval(light, 92, 64, 25),
    oval("#f6c445", 48, 64, 16),
    oval("#f6c445", 92, 64, 16),
    ...eye(49, 64, 10),
    ...eye(91, 64, 10),
    poly("#e58e2e", "62,72 78,72 70,92"),
    path("#e58e2e", "M50 168q5 -8 10 0v12h-10zM80 168q5 -8 10 0v12h-10z")
  ]
})

const bird = subject({
  id: "bird",
  words: [
    "bird",
    "sparrow",
    "robin",
    "songbird",
    "swallow",
    "seagull",
    "gull",
    "pigeon",
    "dove",
    "crow",
    "raven",
    "eagle",
    "hawk",
    "parrot"
  ],
  w: 200,
  h: 140,
  realm: "air",
  size: 0.4,
  home: "sky",
  colour: "#3f86c8",
  accent: "#f2a65a",
  head: { x: 156, y: 48, half: 14 },
  draw: ({ main, dark, light, accent }) => [
    blob(dark, "118,72 128,36 150,10 162,2 158,36 142,74"),
    poly(dark, "44,84 4,78 14,94 2,108 48,100"),
    blob(main, "40,90 74,70 114,62 142,50 166,48 178,64 170,92 138,112 92,114 58,104"),
    blob(accent, "118,92 148,86 172,84 160,102 134,112 104,112"),
    poly("#f0b429", "174,60 198,68 174,76"),
    blob(light, "116,84 96,76 72,44 40,12 22,6 30,40 54,76 84,96"),
    blob(dark, "84,94 54,76 30,40 24,16 44,44 70,68 102,86"),
    ...eye(160, 62, 4.8)
  ]
})

const duck = subject({
  id: "duck",
  words: ["duck", "duckling", "goose", "swan", "rubber duck"],
  w: 180,
  h: 150,
  realm: "afloat",
  size: 0.5,
  home: "lake",
  colour: "#f2c53d",
  accent: "#ef8b2c",
  seat: { x: 66, y: 84, half: 30 },
  head: { x: 128, y: 10, half: 20 },
  draw: ({ main, dark, accent }) => [
    blob(
      main,
      "4,74 26,88 66,84 98,78 100,56 98,28 124,8 150,22 152,50 142,70 154,96 146,128 110,148 60,148 24,128"
    ),
    blob(dark, "36,98 66,92 98,102 92,124 62,132 38,120 26,106"),
    blob(accent, "148,30 166,34 178,46 164,52 146,48"),
    line("#a4581c", 2, "150,42 172,45"),
    ...eye(134, 30, 5.6)
  ]
})

const chicken = subject({
  id: "chicken",
  words: ["chicken", "hen", "rooster", "cockerel"],
  w: 170,
  h: 180,
  size: 0.5,
  home: "field",
  colour: "#c9662f",
  accent: "#d8362f",
  seat: { x: 74, y: 84, half: 22 },
  head: { x: 122, y: 30, half: 16 },
  draw: ({ main, dark, light, accent }) => [
    blob("#2f5d55", "44,104 20,92 4,58 14,24 36,16 30,44 42,66 58,84"),
    blob("#3f7d6c", "50,100 30,76 34,44 54,34 50,58 66,84"),
    line("#e3a02d", 5, "74,146 74,176 60,178"),
    line("#e3a02d", 5, "74,176 88,178"),
    line("#e3a02d", 5, "98,144 98,176 84,178"),
    line("#e3a02d", 5, "98,176 112,178"),
    blob(main, "38,98 60,84 90,84 102,58 104,38 122,28 140,38 142,62 140,98 124,136 90,152 56,138"),
    blob(light, "102,60 140,60 140,92 120,104 98,92"),
    blob(dark, "50,102 80,98 106,108 96,130 68,132"),
    blob(accent, "102,36 100,14 110,20 116,4 124,18 136,8 138,28 142,40 122,32"),
    blob(accent, "138,60 148,62 146,80 138,80"),
    poly("#f0b429", "140,44 162,52 140,60"),
    ...eye(128, 46, 4.6)
  ]
})

const penguin = subject({
  id: "penguin",
  words: ["penguin"],
  w: 130,
  h: 190,
  size: 0.9,
  home: "snow",
  colour: "#2d3548",
  accent: "#f2a33c",
  head: { x: 66, y: 8, half: 24 },
  seat: { x: 66, y: 8, half: 20 },
  draw: ({ main, dark, accent }) => [
    blob(dark, "32,84 14,98 2,134 10,140 34,122"),
    blob(dark, "98,84 116,98 128,134 120,140 96,122"),
    blob(main, "36,32 48,10 66,6 86,12 96,34 104,76 110,132 98,172 66,184 34,172 22,132 28,76"),
    blob(chalk, "46,78 66,68 86,78 96,128 88,166 66,174 44,166 36,128"),
    blob(chalk, "44,38 56,28 66,36 78,28 90,38 84,58 66,66 48,58"),
    ...eye(56, 42, 4.8),
    ...eye(78, 42, 4.8),
    poly(accent, "58,50 76,50 67,64"),
    oval(accent, 46, 183, 20, 7),
    oval(accent, 86, 183, 20, 7)
  ]
})

const butterfly = subject({
  id: "butterfly",
  words: ["butterfly", "moth"],
  w: 200,
  h: 170,
  realm: "air",
  size: 0.3,
  home: "garden",
  colour: "#ef8a34",
  accent: "#3a2a3f",
  symmetric: true,
  draw: ({ main, light, accent }) => {
    const side = (flip: boolean) => {
      const at = (text: string) => (flip ? mirrored(200, text) : text)
      const x = (value: number) => (flip ? 200 - value : value)
      return [
        blob(accent, at("98,70 72,24 34,2 6,14 4,52 28,82 70,90 98,88")),
        blob(main, at("92,72 68,34 38,14 18,22 16,50 36,72 70,80")),
        blob(accent, at("98,88 64,92 36,112 38,146 62,166 86,148 98,110")),
        blob(light, at("92,96 66,102 48,118 52,142 66,152 80,138")),
        oval(accent, x(44), 44, 9),
        oval(chalk, x(22), 28, 4),
        oval(chalk, x(14), 44, 3),
        oval(accent, x(66), 128, 7)
      ]
    }
    return [
      ...side(false),
      ...side(true),
      line(accent, 3, "98,52 86,28 74,16"),
      line(accent, 3, "102,52 114,28 126,16"),
      oval("#4a3648", 100, 92, 7, 42),
      oval("#4a3648", 100, 52, 8)
    ]
  }
})

const bee = subject({
  id: "bee",
  words: ["bee", "bumblebee", "wasp", "honeybee"],
  w: 170,
  h: 140,
  realm: "air",
  size: 0.25,
  home: "garden",
  colour: "#f4bd35",
  accent: "#33292f",
  draw: ({ main, accent }) => [
    fade(0.85, blob("#d8ecf5", "78,56 60,24 66,4 90,4 98,28 92,56")),
    fade(0.85, blob("#e9f5fa", "94,56 100,22 120,6 136,20 126,44 106,58")),
    poly(accent, "22,86 2,92 22,98"),
    blob(main, "18,90 34,62 74,52 114,54 146,72 150,96 132,118 88,126 42,118"),
    path(accent, "M44 57Q34 90 48 121L64 124Q52 90 62 53zM82 51Q74 90 86 127L104 125Q94 90 102 52z"),
    oval(accent, 142, 84, 25, 24),
    line(accent, 3.4, "150,64 158,46 168,44"),
    line(accent, 3.4, "142,62 144,44 152,36"),
    matte(oval(chalk, 150, 82, 7)),
    matte(oval(coal, 152, 82, 3.6)),
    line(accent, 3, "76,124 72,136"),
    line(accent, 3, "100,124 100,136")
  ]
})

const snail = subject({
  id: "snail",
  words: ["snail", "slug"],
  w: 190,
  h: 130,
  size: 0.15,
  home: "garden",
  colour: "#c9884e",
  accent: "#e6cf9a",
  head: { x: 160, y: 42, half: 14 },
  draw: ({ main, dark, accent }) => [
    line(accent, 5, "160,58 158,34 152,14"),
    line(accent, 5, "168,58 176,36 184,20"),
    oval(coal, 152, 12, 5),
    oval(coal, 184, 18, 5),
    blob(accent, "2,124 40,112 100,112 140,104 148,66 164,50 180,60 180,88 172,118 152,128 60,130"),
    oval(main, 84, 66, 58, 56),
    ring(dark, 6, 84, 68, 40, 39),
    ring(dark, 6, 86, 70, 24, 23),
    oval(dark, 88, 72, 9),
    line(coal, 2.4, "176,78 168,84 162,82")
  ]
})

const frog = subject({
  id: "frog",
  words: ["frog", "toad"],
  w: 180,
  h: 130,
  size: 0.3,
  home: "lake",
  colour: "#6aa84a",
  accent: "#e5efb0",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    blob(dark, "34,74 8,78 2,108 14,128 54,128 44,106"),
    blob(dark, "146,74 172,78 178,108 166,128 126,128 136,106"),
    blob(main, "38,56 90,38 142,56 154,92 136,122 90,128 44,122 26,92"),
    blob(accent, "56,88 90,80 124,88 122,114 90,124 58,114"),
    oval(main, 56, 34, 23),
    oval(main, 124, 34, 23),
    oval("#f6e9a8", 56, 32, 15),
    oval("#f6e9a8", 124, 32, 15),
    ...eye(57, 32, 8),
    ...eye(123, 32, 8),
    line(dark, 4, "46,66 68,78 90,80 112,78 134,66"),
    oval(main, 62, 124, 18, 6),
    oval(main, 118, 124, 18, 6)
  ]
})

const turtle = subject({
  id: "turtle",
  words: ["turtle", "tortoise"],
  w: 210,
  h: 120,
  size: 0.5,
  home: "beach",
  colour: "#4f8a4c",
  accent: "#a9bf68",
  seat: { x: 92, y: 10, half: 34 },
  head: { x: 182, y: 40, half: 14 },
  draw: ({ main, dark, light, accent }) => [
    poly(accent, "22,92 2,104 28,104"),
    blob(accent, "148,92 160,60 178,42 200,50 206,66 192,80 178,96"),
    blob(accent, "44,92 74,92 70,116 46,120 38,112"),
    blob(accent, "128,92 158,90 164,112 148,120 130,114"),
    path(main, "M14 96Q18 8 94 8Q168 8 170 96Z"),
    path(light, "M70 30L112 30L126 60L92 78L58 60zM40 44L58 40L48 68L28 72zM128 38L146 46L156 70L138 66z"),
    path(dark, "M10 90Q92 106 174 90L170 104Q92 116 14 104z"),
    ...eye(190, 58, 4.4),
    line(coal, 2.2, "204,66 196,71 190,70")
  ]
})

const dragon = subject({
  id: "dragon",
  words: ["dragon", "wyvern", "dinosaur"],
  w: 260,
  h: 220,
  size: 5,
  home: "mountains",
  colour: "#3f9a68",
  accent: "#f2c46a",
  seat: { x: 116, y: 104, half: 20 },
  head: { x: 206, y: 32, half: 18 },
  draw: ({ main, dark, light, accent }) => [
    blob(dark, "140,108 152,62 176,28 168,66 182,62 166,92 174,96 152,118"),
    path(main, "M84 176Q28 200 16 158Q8 128 34 112L42 122Q28 138 38 154Q52 172 84 142z"),
    poly(accent, "36,122 16,96 46,104"),
    path(dark, "M146 150L150 206Q150 214 162 214H176L168 150zM96 160L102 206Q104 214 114 214H126L120 160z"),
    blob(
      main,
      "66,160 76,126 108,106 146,108 160,84 170,56 188,40 204,56 194,90 186,132 168,168 128,182 86,182"
    ),
    blob(accent, "186,74 196,86 186,132 168,164 142,174 160,140 176,108"),
    path(
      main,
      "M76 150Q62 178 78 206Q82 214 94 214H108Q104 202 104 186L116 160zM150 160L150 208Q152 218 164 218H178Q174 206 174 180z"
    ),
    poly(accent, "146,104 142,86 158,92"),
    poly(accent, "156,84 150,66 166,70"),
    poly(accent, "166,60 160,42 178,48"),
    line(accent, 7, "190,42 180,24 166,16"),
    line(accent, 6, "200,38 196,20 186,8"),
    blob(main, "178,54 188,34 210,30 228,42 250,54 256,66 242,76 214,74 192,76"),
    matte(oval(coal, 246, 58, 2.6)),
    line(dark, 2.6, "254,67 236,68 216,66"),
    oval("#f8dc6a", 210, 46, 6.4),
    matte(oval(coal, 211, 46, 2.6, 5)),
    path(light, "M120 122Q96 76 42 38Q58 36 60 22Q92 34 118 62Q142 88 142 122z"),
    path(dark, "M120 122Q96 76 42 38Q50 66 40 82Q62 82 66 102Q84 98 92 116Q108 110 120 122z"),
    line(dark, 3, "132,116 112,68 62,24"),
    poly(chalk, "226,74 230,84 234,74"),
    poly(chalk, "238,74 242,83 246,73")
  ]
})

const spider = subject({
  id: "spider",
  words: ["spider", "tarantula"],
  w: 200,
  h: 130,
  size: 0.2,
  home: "forest",
  colour: "#4b4152",
  accent: "#c8463e",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    ...[
      "84,70 54,30 26,40 6,88",
      "84,76 44,52 24,76 20,122",
      "86,84 60,78 48,96 50,128",
      "88,66 70,16 44,6 22,20"
    ].flatMap((at) => [line(dark, 6, at), line(dark, 6, mirrored(200, at))]),
    oval(main, 100, 58, 36, 38),
    poly(accent, "100,42 110,56 100,70 90,56"),
    oval(main, 100, 94, 23, 20),
    matte(oval(chalk, 91, 96, 5)),
    matte(oval(chalk, 109, 96, 5)),
    matte(oval(coal, 91, 97, 2.6)),
    matte(oval(coal, 109, 97, 2.6))
  ]
})

/** Birds, insects and reptiles. */
export const creatures = [
  owl,
  bird,
  duck,
  chicken,
  penguin,
  butterfly,
  bee,
  snail,
  frog,
  turtle,
  dragon,
  spider
]

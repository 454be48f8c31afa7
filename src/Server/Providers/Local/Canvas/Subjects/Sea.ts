import { blob, fade, line, matte, oval, path, poly } from "../Parts.js"
import { subject } from "../Subject.js"
import { chalk, coal, eye } from "./Features.js"

const fish = subject({
  id: "fish",
  words: ["fish", "goldfish", "salmon", "trout", "koi"],
  w: 200,
  h: 120,
  realm: "water",
  size: 0.4,
  home: "underwater",
  colour: "#f08a34",
  accent: "#fff1d6",
  draw: ({ main, dark, light, accent }) => [
    blob(dark, "42,60 20,34 4,16 14,50 12,62 4,104 22,88"),
    blob(dark, "84,26 104,4 138,14 146,32"),
    blob(dark, "92,94 104,118 126,108 128,92"),
    blob(main, "34,60 66,30 116,18 160,28 192,58 164,90 116,102 66,90"),
    path(accent, "M146 23Q128 60 148 95L160 90Q142 60 160 28z"),
    fade(0.9, path(accent, "M84 24Q68 60 86 97L98 100Q82 60 97 21z")),
    blob(light, "112,64 130,54 136,68 124,80"),
    matte(oval(chalk, 170, 52, 8.5)),
    matte(oval(coal, 172, 52, 4.6)),
    line(dark, 2.6, "190,66 182,70 176,68")
  ]
})

const whale = subject({
  id: "whale",
  words: ["whale", "humpback"],
  w: 280,
  h: 170,
  realm: "water",
  size: 9,
  home: "ocean",
  colour: "#3f6fa3",
  accent: "#dfeaf0",
  seat: { x: 170, y: 52, half: 50 },
  head: { x: 206, y: 48, half: 34 },
  draw: ({ main, dark, accent }) => [
    line("#bfe4f2", 6, "202,48 200,26 186,12 172,18"),
    line("#bfe4f2", 6, "206,48 208,26 222,10 236,18"),
    blob(
      main,
      "30,52 10,44 2,22 22,26 38,36 46,14 62,10 60,36 52,60 76,96 116,78 166,52 224,48 264,74 276,110 262,146 216,164 150,166 92,152 52,116 38,84"
    ),
    path(accent, "M276 112Q226 122 176 116Q118 112 92 148Q150 172 216 164Q262 150 276 112z"),
    ...["270,124 220,134 150,132", "262,138 214,146 136,146", "244,152 206,156 132,157"].map((at) =>
      line("#a9bccb", 2.6, at)
    ),
    blob(dark, "168,126 196,130 176,160 148,168 150,150"),
    ...eye(226, 98, 5.4)
  ]
})

const shark = subject({
  id: "shark",
  words: ["shark"],
  w: 260,
  h: 140,
  realm: "water",
  size: 4,
  home: "underwater",
  colour: "#6f8696",
  accent: "#e8eef0",
  draw: ({ main, dark, accent }) => [
    poly(main, "132,48 118,4 168,50"),
    poly(dark, "122,92 88,136 150,104"),
    path(main, "M48 72L4 16Q34 34 58 62zM48 72L14 128Q40 108 62 82z"),
    blob(main, "40,70 92,50 156,40 216,50 256,72 222,94 160,104 92,92"),
    path(accent, "M256 74Q190 82 96 90Q160 108 222 94z"),
    line(dark, 3, "172,58 168,70 172,80"),
    line(dark, 3, "180,57 176,69 180,79"),
    line(dark, 3, "188,57 184,69 188,78"),
    path(chalk, "M210 82L216 92L222 83L228 90L234 81z"),
    matte(oval(coal, 222, 64, 4))
  ]
})

const octopus = subject({
  id: "octopus",
  words: ["octopus", "squid", "kraken"],
  w: 200,
  h: 190,
  realm: "water",
  size: 1.2,
  home: "underwater",
  colour: "#b4548a",
  accent: "#f3c3d0",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    line(dark, 15, "76,104 50,118 22,106 8,124"),
    line(dark, 15, "124,104 150,118 178,106 192,124"),
    line(main, 17, "74,112 54,144 24,148 14,172"),
    line(main, 17, "126,112 146,144 176,148 186,172"),
    line(main, 17, "86,116 78,152 58,166 54,182"),
    line(main, 17, "114,116 122,152 142,166 146,182"),
    line(main, 17, "100,116 98,150 106,170 98,184"),
    blob(main, "58,104 48,58 66,20 100,8 134,20 152,58 142,104 120,128 80,128"),
    fade(0.7, oval(accent, 76, 36, 7, 5)),
    fade(0.7, oval(accent, 112, 28, 8, 6)),
    fade(0.7, oval(accent, 92, 50, 5, 4)),
    matte(oval(chalk, 80, 84, 13)),
    matte(oval(chalk, 120, 84, 13)),
    matte(oval(coal, 82, 86, 7)),
    matte(oval(coal, 118, 86, 7)),
    line(dark, 3.4, "90,106 100,112 110,106")
  ]
})

const jellyfish = subject({
  id: "jellyfish",
  words: ["jellyfish"],
  w: 140,
  h: 200,
  realm: "water",
  size: 0.5,
  home: "underwater",
  colour: "#c07be0",
  accent: "#f7d3f4",
  symmetric: true,
  draw: ({ main, light, accent }) => [
    ...[24, 116].map((x) => line(main, 4, `${x},84 ${x - 8},120 ${x + 8},150 ${x - 6},184`)),
    ...[44, 70, 96].map((x, index) =>
      line(accent, 9, `${x},84 ${x + 9},118 ${x - 8},148 ${x + 5},${188 - (index % 2) * 14}`)
    ),
    path(
      main,
      "M8 88Q8 6 70 6Q132 6 132 88Q122 98 112 88Q100 100 90 88Q80 100 70 88Q60 100 50 88Q40 100 28 88Q18 98 8 88z"
    ),
    fade(0.6, path(light, "M22 78Q24 22 66 18Q36 34 40 80z")),
    fade(0.8, oval(accent, 88, 44, 9, 6)),
    fade(0.8, oval(accent, 66, 60, 7, 5)),
    fade(0.8, oval(accent, 104, 66, 6, 4))
  ]
})

const crab = subject({
  id: "crab",
  words: ["crab", "lobster"],
  w: 210,
  h: 140,
  size: 0.3,
  home: "beach",
  colour: "#d9503a",
  accent: "#f6b48a",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    ...["66,96 36,94 16,112", "66,104 40,108 26,128", "70,112 52,120 46,136"].map((at) => line(dark, 8, at)),
    ...["144,96 174,94 194,112", "144,104 170,108 184,128", "140,112 158,120 164,136"].map((at) =>
      line(dark, 8, at)
    ),
    line(main, 12, "66,82 44,70 36,52"),
    line(main, 12, "144,82 166,70 174,52"),
    path(
      main,
      "M36 62Q4 52 8 22Q12 4 34 2Q26 16 32 26Q40 16 54 14Q62 40 36 62zM174 62Q206 52 202 22Q198 4 176 2Q184 16 178 26Q170 16 156 14Q148 40 174 62z"
    ),
    line(dark, 5, "90,70 86,48"),
    line(dark, 5, "120,70 124,48"),
    blob(main, "50,92 70,66 105,60 140,66 160,92 142,120 105,128 68,120"),
    matte(oval(chalk, 86, 46, 9)),
    matte(oval(chalk, 124, 46, 9)),
    matte(oval(coal, 87, 47, 4.6)),
    matte(oval(coal, 123, 47, 4.6)),
    fade(0.7, oval(accent, 80, 82, 9, 5)),
    line(dark, 3.4, "90,102 105,110 120,102")
  ]
})

/** Life in the water. */
export const sea = [fish, whale, shark, octopus, jellyfish, crab]

import { blob, fade, line, matte, oval, path, poly } from "../Parts.js"
import { subject } from "../Subject.js"
import { chalk, coal, eye, leg } from "./Features.js"

const fox = subject({
  id: "fox",
  words: ["fox", "vixen"],
  w: 230,
  h: 160,
  size: 0.9,
  home: "forest",
  colour: "#e0702c",
  accent: chalk,
  seat: { x: 105, y: 74, half: 40 },
  head: { x: 170, y: 34, half: 22 },
  draw: ({ main, dark, accent }) => [
    blob(main, "66,92 52,62 30,44 8,46 2,70 18,98 46,112 70,108"),
    blob(accent, "2,70 8,46 26,44 32,52 22,62 20,78 14,90"),
    leg(dark, 86, 100, 157, 13),
    leg(dark, 152, 100, 157, 12),
    blob(main, "54,90 72,74 108,72 140,62 166,66 172,92 156,116 118,116 86,120 60,112"),
    leg(main, 72, 100, 160, 16),
    leg(main, 140, 104, 160, 14),
    path(
      "#4a2b23",
      "M66 142H78L77 156Q78 160 84 160H70Q66 158 66 142zM134 142H146L146 156Q147 160 152 160H138Q134 158 134 142z"
    ),
    blob(accent, "150,76 170,72 174,92 162,112 148,112 146,94"),
    poly(dark, "180,42 192,8 204,44"),
    poly(main, "148,46 156,4 180,36"),
    poly("#4a2b23", "155,34 158,14 170,34"),
    blob(main, "146,62 154,38 176,30 198,42 206,58 226,70 222,78 200,84 172,90 152,80"),
    blob(accent, "148,66 164,76 184,70 204,70 222,74 214,82 192,86 168,92 152,84"),
    ...eye(186, 58, 4.6),
    matte(oval(coal, 225, 72, 5.5, 4.5))
  ]
})

const cat = subject({
  id: "cat",
  words: ["cat", "kitten", "tabby", "kitty"],
  w: 150,
  h: 190,
  size: 0.6,
  home: "room",
  colour: "#8d8794",
  accent: chalk,
  head: { x: 76, y: 26, half: 28 },
  seat: { x: 76, y: 24, half: 24 },
  draw: ({ main, dark, light, accent }) => [
    line(main, 15, "104,178 136,180 146,158 132,138 138,118"),
    blob(main, "46,92 76,80 106,92 120,140 122,178 108,190 42,190 28,178 32,138"),
    blob(accent, "60,100 76,96 92,100 94,130 76,142 58,130"),
    oval(light, 58, 184, 17, 8),
    oval(light, 94, 184, 17, 8),
    poly(main, "34,58 32,4 68,32"),
    poly(main, "118,58 120,4 84,32"),
    poly("#e9a5a5", "41,42 40,18 58,32"),
    poly("#e9a5a5", "111,42 112,18 94,32"),
    blob(main, "28,64 40,34 76,26 112,34 124,64 108,92 76,100 44,92"),
    blob(accent, "60,80 76,72 92,80 90,92 76,97 62,92"),
    ...eye(56, 64, 7.5),
    ...eye(96, 64, 7.5),
    matte(poly("#d9727a", "70,75 82,75 76,82")),
    fade(0.55, line(coal, 1.6, "58,84 36,80")),
    fade(0.55, line(coal, 1.6, "58,88 38,92")),
    fade(0.55, line(coal, 1.6, "94,84 116,80")),
    fade(0.55, line(coal, 1.6, "94,88 114,92")),
    line(dark, 4, "68,34 68,44"),
    line(dark, 4, "76,32 76,44"),
    line(dark, 4, "84,34 84,44")
  ]
})

const dog = subject({
  id: "dog",
  words: ["dog", "puppy", "hound", "terrier", "labrador", "wolf"],
  w: 210,
  h: 180,
  size: 0.8,
  home: "meadow",
  colour: "#b98048",
  accent: "#f4e4c8",
  seat: { x: 92, y: 80, half: 40 },
  head: { x: 160, y: 22, half: 22 },
  draw: ({ main, dark, accent }) => [
    line(main, 13, "46,94 24,80 12,58 18,40"),
    leg(dark, 74, 110, 177, 16),
    leg(dark, 142, 110, 177, 16),
    blob(main, "38,104 52,84 92,82 128,76 150,60 174,76 166,108 148,128 112,126 80,130 48,128"),
    leg(main, 58, 108, 180, 20),
    leg(main, 128, 112, 180, 18),
    blob(accent, "150,84 170,82 166,110 150,126 142,108"),
    blob(main, "132,52 136,30 156,18 178,26 186,44 206,52 208,66 196,76 172,80 148,80"),
    blob(accent, "178,54 206,54 208,66 196,76 176,76"),
    blob(dark, "138,28 152,24 154,48 146,74 132,80 124,62"),
    path("#c43d3d", "M132 84Q150 96 172 82L172 90Q150 104 134 92z"),
    ...eye(172, 44, 5),
    matte(oval(coal, 203, 54, 7, 6)),
    line(coal, 2.5, "204,62 194,70 184,68")
  ]
})

const rabbit = subject({
  id: "rabbit",
  words: ["rabbit", "bunny", "hare"],
  w: 150,
  h: 190,
  size: 0.45,
  home: "meadow",
  colour: "#c7b09a",
  accent: chalk,
  head: { x: 104, y: 66, half: 20 },
  seat: { x: 60, y: 112, half: 26 },
  draw: ({ main, dark, accent }) => [
    blob(dark, "104,76 108,36 122,6 132,14 128,48 116,78"),
    blob(main, "88,78 80,38 84,4 98,2 106,34 104,76"),
    blob("#eab0ac", "93,66 88,36 90,14 97,16 100,40 99,66"),
    oval(accent, 16, 156, 16),
    blob(main, "20,150 32,118 66,106 100,116 116,146 116,180 96,190 36,190 18,176"),
    blob(accent, "96,124 116,132 118,166 106,182 96,160"),
    blob(dark, "28,166 46,142 74,148 82,172 74,190 32,190"),
    oval(main, 62, 184, 34, 8),
    oval(main, 112, 184, 18, 7),
    blob(main, "76,96 84,72 108,66 132,76 144,96 134,114 108,120 84,114"),
    blob(accent, "124,98 144,96 136,112 116,118 112,108"),
    ...eye(118, 90, 6),
    matte(oval("#d9727a", 142, 95, 5, 4))
  ]
})

const horse = subject({
  id: "horse",
  words: ["horse", "pony", "stallion", "mare", "foal"],
  w: 240,
  h: 230,
  size: 2.2,
  home: "meadow",
  colour: "#8a4f2d",
  accent: "#3d2520",
  seat: { x: 104, y: 94, half: 34 },
  head: { x: 188, y: 20, half: 20 },
  draw: ({ main, dark, accent }) => [
    blob(accent, "44,98 26,104 12,140 14,186 24,190 34,150 50,120"),
    leg(dark, 76, 128, 226, 16, 3),
    leg(dark, 164, 126, 226, 15, 3),
    blob(
      main,
      "40,116 50,94 84,92 124,98 146,84 158,56 170,32 190,22 200,48 188,92 178,128 150,144 110,142 76,150 48,146"
    ),
    leg(main, 58, 124, 230, 20, 3),
    leg(main, 150, 128, 230, 18, 3),
    path(
      accent,
      "M50 218H66L70 230H48zM142 218H158L162 230H140zM70 216H84L87 226H68zM158 216H170L174 226H156z"
    ),
    poly(main, "180,28 184,2 196,22"),
    blob(main, "168,44 176,22 194,18 208,34 224,66 232,80 224,92 208,88 196,66 180,66"),
    blob(accent, "186,14 172,20 156,44 142,72 134,92 150,94 164,78 172,50 184,34"),
    fade(0.5, blob("#f1d9bd", "202,38 208,38 224,70 220,74 212,62")),
    ...eye(196, 42, 4.8),
    matte(oval(coal, 225, 80, 2.6, 3.4))
  ]
})

const elephant = subject({
  id: "elephant",
  words: ["elephant", "mammoth"],
  w: 260,
  h: 200,
  size: 3.2,
  home: "savanna",
  colour: "#8e99a8",
  accent: chalk,
  seat: { x: 100, y: 24, half: 46 },
  head: { x: 186, y: 28, half: 28 },
  draw: ({ main, dark, light, accent }) => [
    line(dark, 5, "24,84 10,104 12,130"),
    path(dark, "M74 120H106V194Q90 200 76 194zM146 120H174V194Q160 200 146 194z"),
    blob(main, "20,110 28,52 70,24 120,22 164,38 186,80 176,136 130,152 70,154 30,146"),
    path(main, "M30 120H66V194Q48 204 32 194zM116 126H150V194Q132 204 118 194z"),
    path(accent, "M34 190h8v8h-8zM46 191h8v8h-8zM120 191h8v8h-8zM132 191h8v8h-8z"),
    blob(
      main,
      "156,58 172,30 204,28 226,50 236,84 242,120 248,150 258,158 250,172 234,164 222,130 208,104 176,108"
    ),
    fade(0.35, line(dark, 2, "226,120 238,116")),
    fade(0.35, line(dark, 2, "230,134 243,130")),
    blob(accent, "206,104 216,100 224,116 240,128 222,128 210,118"),
    blob(dark, "146,42 168,30 188,48 186,92 168,122 144,108 136,74"),
    blob(light, "150,50 168,40 180,54 178,88 166,108 150,98 144,74"),
    ...eye(206, 62, 4.8)
  ]
})

const bear = subject({
  id: "bear",
  words: ["bear", "grizzly", "polar bear", "teddy", "teddy bear"],
  w: 160,
  h: 200,
  size: 1.9,
  home: "forest",
  colour: "#7a4f33",
  accent: "#d9b48a",
  seat: { x: 80, y: 24, half: 30 },
  head: { x: 80, y: 20, half: 30 },
  draw: ({ main, dark, accent }) => [
    oval(main, 40, 26, 19),
    oval(main, 120, 26, 19),
    oval(accent, 40, 27, 10),
    oval(accent, 120, 27, 10),
    blob(main, "34,108 80,84 126,108 142,156 126,192 80,196 34,192 18,156"),
    oval(accent, 80, 148, 36, 38),
    blob(main, "34,104 16,122 4,152 14,164 32,150 46,124"),
    blob(main, "126,104 144,122 156,152 146,164 128,150 114,124"),
    oval(main, 40, 182, 30, 18),
    oval(main, 120, 182, 30, 18),
    oval(accent, 36, 184, 15, 11),
    oval(accent, 124, 184, 15, 11),
    blob(main, "26,62 42,24 80,14 118,24 134,62 118,94 80,104 42,94"),
    oval(accent, 80, 78, 26, 20),
    matte(oval(coal, 80, 68, 10, 7)),
    line(coal, 2.6, "80,76 80,84 72,89"),
    line(coal, 2.6, "80,84 88,89"),
    ...eye(56, 54, 5.6),
    ...eye(104, 54, 5.6),
    fade(0.2, oval(dark, 80, 194, 40, 5))
  ]
})

const deer = subject({
  id: "deer",
  words: ["deer", "stag", "reindeer", "moose", "elk", "doe"],
  w: 210,
  h: 240,
  size: 1.8,
  home: "forest",
  colour: "#a8693a",
  accent: "#f1dcc0",
  seat: { x: 92, y: 124, half: 32 },
  head: { x: 162, y: 68, half: 14 },
  draw: ({ main, dark, accent }) => [
    line("#6b4a34", 6, "158,74 144,52 138,26 142,6"),
    line("#6b4a34", 5, "141,44 122,34 116,16"),
    line("#6b4a34", 5, "139,26 128,14"),
    line("#6b4a34", 6, "170,72 182,50 188,26 182,6"),
    line("#6b4a34", 5, "185,42 202,32 206,16"),
    line("#6b4a34", 5, "188,26 198,12"),
    leg(dark, 64, 150, 237, 11, 2),
    leg(dark, 138, 150, 237, 11, 2),
    blob(main, "34,140 46,122 84,124 122,120 140,94 156,80 172,92 164,126 148,156 110,162 66,166 40,160"),
    blob(accent, "34,132 44,124 44,146 36,152"),
    leg(main, 50, 144, 240, 14, 2),
    leg(main, 126, 150, 240, 13, 2),
    blob(accent, "162,104 168,112 156,148 142,158 144,136"),
    blob(main, "146,82 128,70 122,74 132,88 148,92"),
    blob(main, "148,88 154,70 172,68 186,82 202,96 200,108 184,110 164,104"),
    blob(accent, "184,98 202,98 200,108 184,110"),
    ...eye(174, 84, 4.4),
    matte(oval(coal, 202, 98, 4.5, 4)),
    ...[58, 66, 74, 84, 90].map((x, index) => matte(oval(accent, x, 133 + (index % 2) * 10, 3)))
  ]
})

const cow = subject({
  id: "cow",
  words: ["cow", "bull", "ox", "calf", "cattle"],
  w: 240,
  h: 170,
  size: 1.7,
  home: "field",
  colour: "#f2ece2",
  accent: "#3b3338",
  seat: { x: 96, y: 44, half: 48 },
  head: { x: 196, y: 34, half: 22 },
  draw: ({ main, dark, accent }) => [
    line(accent, 5, "26,58 12,84 14,118"),
    oval(accent, 14, 122, 6, 10),
    leg(dark, 70, 110, 167, 16, 2),
    leg(dark, 154, 110, 167, 16, 2),
    blob("#e8a9a4", "74,118 104,118 104,134 88,138 76,132"),
    blob(main, "22,80 30,48 80,44 140,46 178,44 190,80 172,122 120,126 70,126 32,122"),
    blob(accent, "44,50 76,46 84,68 66,88 44,80"),
    blob(accent, "112,46 150,48 156,72 138,96 116,84 104,64"),
    leg(main, 48, 108, 170, 20, 2),
    leg(main, 136, 110, 170, 19, 2),
    path(accent, "M40 158H56V170H40zM128 158H144V170H128z"),
    line("#d8c7a4", 7, "182,40 176,26 180,16"),
    line("#d8c7a4", 7, "208,40 216,26 212,16"),
    blob(main, "178,46 162,46 156,56 170,62 184,58"),
    blob(main, "176,48 194,34 214,42 222,64 232,84 226,100 208,104 192,94 180,74"),
    blob(accent, "178,46 194,36 202,56 192,72 182,66"),
    blob("#e8a9a4", "206,84 230,82 230,98 210,104 200,96"),
    ...eye(206, 60, 5),
    matte(oval("#a8605f", 223, 90, 2.6, 3.4))
  ]
})

const pig = subject({
  id: "pig",
  words: ["pig", "piglet", "hog", "boar"],
  w: 200,
  h: 140,
  size: 0.9,
  home: "field",
  colour: "#f0a6a8",
  seat: { x: 88, y: 22, half: 40 },
  head: { x: 158, y: 28, half: 20 },
  draw: ({ main, dark }) => [
    line(main, 6, "22,64 6,58 6,44 18,46 16,58"),
    leg(dark, 64, 98, 137, 18, 2),
    leg(dark, 136, 98, 137, 18, 2),
    blob(main, "18,74 34,34 82,20 132,28 162,58 160,96 126,116 70,118 30,108"),
    leg(main, 44, 96, 140, 22, 2),
    leg(main, 116, 98, 140, 22, 2),
    poly(dark, "166,38 182,14 184,46"),
    oval(main, 158, 64, 34, 36),
    poly(dark, "134,44 132,14 158,34"),
    oval(dark, 188, 72, 11, 16),
    matte(oval("#9c565c", 187, 67, 2.6, 3.6)),
    matte(oval("#9c565c", 187, 78, 2.6, 3.6)),
    ...eye(166, 56, 5),
    line("#9c565c", 2.6, "176,90 166,94 158,90")
  ]
})

const sheep = subject({
  id: "sheep",
  words: ["sheep", "lamb", "ram", "ewe"],
  w: 200,
  h: 160,
  size: 1,
  home: "meadow",
  colour: "#f3eee2",
  accent: "#3e3a42",
  seat: { x: 88, y: 22, half: 40 },
  head: { x: 162, y: 32, half: 20 },
  draw: ({ main, accent, light }) => [
    leg(accent, 66, 110, 157, 12, 2),
    leg(accent, 130, 110, 157, 12, 2),
    leg(accent, 50, 110, 160, 13, 2),
    leg(accent, 116, 110, 160, 13, 2),
    blob(
      main,
      "14,80 8,58 28,48 32,28 56,32 72,14 92,26 114,14 126,32 148,34 148,54 162,70 152,88 156,106 134,110 122,126 100,116 80,128 62,114 40,122 30,106 14,104"
    ),
    fade(0.6, line(light, 5, "44,58 56,50 66,58")),
    fade(0.5, line("#cfc5b4", 4, "74,86 86,96 98,88")),
    fade(0.5, line("#cfc5b4", 4, "108,64 120,72 130,64")),
    blob(accent, "150,54 130,52 126,62 142,68 154,66"),
    blob(accent, "148,60 156,42 174,42 186,58 192,82 184,96 168,94 154,80"),
    blob(main, "144,52 146,34 162,26 178,34 184,48 166,52"),
    matte(oval(chalk, 174, 64, 4.4)),
    matte(oval(coal, 175, 64.4, 2.4))
  ]
})

const lion = subject({
  id: "lion",
  words: ["lion", "lioness"],
  w: 230,
  h: 180,
  size: 1.4,
  home: "savanna",
  colour: "#dba24c",
  accent: "#8f4a22",
  seat: { x: 84, y: 82, half: 36 },
  head: { x: 164, y: 14, half: 30 },
  draw: ({ main, dark, accent, light }) => [
    line(main, 8, "36,100 14,98 6,76 16,58"),
    oval(accent, 18, 54, 9, 13),
    leg(dark, 68, 116, 177, 17),
    leg(dark, 142, 116, 177, 17),
    blob(main, "30,112 40,88 80,82 130,82 166,92 166,122 130,138 80,136 42,136"),
    leg(main, 50, 112, 180, 22),
    leg(main, 126, 116, 180, 20),
    blob(
      accent,
      "104,72 112,50 108,34 126,28 136,10 154,16 170,6 184,18 202,18 208,36 222,50 214,70 220,90 202,100 194,118 174,116 158,128 144,114 124,110 120,92"
    ),
    oval(main, 140, 36, 11),
    oval(main, 190, 36, 11),
    blob(main, "132,66 140,42 166,34 192,42 200,66 190,92 166,102 142,92"),
    blob(light, "150,80 166,72 182,80 180,94 166,99 152,94"),
    ...eye(152, 62, 5),
    ...eye(180, 62, 5),
    matte(poly(accent, "157,74 175,74 166,84")),
    line(accent, 2.6, "166,84 166,89 158,92"),
    line(accent, 2.6, "166,89 174,92")
  ]
})

const giraffe = subject({
  id: "giraffe",
  words: ["giraffe"],
  w: 190,
  h: 290,
  size: 5,
  home: "savanna",
  colour: "#e9bb62",
  accent: "#a5622c",
  seat: { x: 70, y: 144, half: 24 },
  head: { x: 150, y: 20, half: 14 },
  draw: ({ main, dark, accent }) => [
    line(dark, 4, "28,156 14,176 16,206"),
    leg(dark, 62, 170, 287, 12, 2),
    leg(dark, 112, 170, 287, 12, 2),
    blob(
      main,
      "26,166 40,144 76,140 104,124 124,70 138,32 156,34 152,76 140,130 130,172 96,190 56,192 32,184"
    ),
    leg(main, 46, 166, 290, 15, 2),
    leg(main, 98, 170, 290, 14, 2),
    ...[
      "44,154 62,150 66,164 50,170",
      "74,150 92,146 92,162 76,164",
      "100,138 116,132 116,152 102,156",
      "60,172 78,170 78,184 62,186",
      "88,168 106,164 106,180 90,182",
      "114,112 128,104 130,120 118,126",
      "124,86 138,82 138,98 126,102",
      "132,60 144,58 142,74 132,78"
    ].map((at) => matte(poly(accent, at))),
    line(accent, 5, "144,26 140,8"),
    line(accent, 5, "156,24 156,6"),
    blob(main, "138,34 120,28 116,34 130,44"),
    blob(main, "134,44 138,24 158,22 172,34 186,50 182,60 164,58 146,56"),
    blob(dark, "172,44 188,50 184,60 168,58"),
    ...eye(158, 36, 4)
  ]
})

const mouse = subject({
  id: "mouse",
  words: ["mouse", "rat", "hamster"],
  w: 190,
  h: 110,
  size: 0.2,
  home: "room",
  colour: "#9a9aa8",
  accent: "#efb4b1",
  seat: { x: 92, y: 30, half: 20 },
  head: { x: 140, y: 34, half: 16 },
  draw: ({ main, dark, accent }) => [
    line(accent, 5, "62,98 30,104 10,90 14,68 4,54"),
    oval(dark, 146, 32, 20),
    blob(main, "46,96 54,56 88,34 122,38 150,52 176,72 188,84 176,94 150,102 108,106 64,106"),
    oval(main, 118, 30, 24),
    oval(accent, 118, 31, 15),
    oval(accent, 86, 106, 12, 5),
    oval(accent, 146, 104, 10, 5),
    ...eye(152, 66, 5.4),
    matte(oval(accent, 187, 83, 5)),
    fade(0.5, line(coal, 1.5, "176,84 158,92")),
    fade(0.5, line(coal, 1.5, "176,86 164,98"))
  ]
})

/** Animals with fur. */
export const mammals = [
  fox,
  cat,
  dog,
  rabbit,
  horse,
  elephant,
  bear,
  deer,
  cow,
  pig,
  sheep,
  lion,
  giraffe,
  mouse
] as const

import { shade } from "../Colour.js"
import { blob, fade, glow, halo, line, matte, oval, path, poly, rect, ring } from "../Parts.js"
import { subject } from "../Subject.js"
import { chalk, coal, leaf } from "./Features.js"

const kitchen = { home: "kitchen", size: 0.2 } as const

const apple = subject({
  id: "apple",
  words: ["apple"],
  w: 150,
  h: 165,
  ...kitchen,
  colour: "#d23b33",
  accent: "#5fa04e",
  draw: ({ main, light, accent }) => [
    blob(main, "75,44 52,34 24,42 8,78 16,124 44,158 75,156 106,158 134,124 142,78 126,42 98,34"),
    fade(0.75, blob(light, "32,60 44,50 46,74 36,100 26,90")),
    line("#6b4a34", 6, "75,48 76,26 84,10"),
    leaf(accent, 80, 28, 50, 28, -18)
  ]
})

const pear = subject({
  id: "pear",
  words: ["pear"],
  w: 130,
  h: 190,
  ...kitchen,
  colour: "#b7bd48",
  accent: "#5fa04e",
  draw: ({ main, light, accent }) => [
    blob(main, "65,28 44,40 42,74 22,104 8,144 26,180 65,186 104,180 122,144 108,104 88,74 86,40"),
    fade(0.7, blob(light, "36,120 48,104 48,136 38,156 28,146")),
    line("#6b4a34", 6, "65,34 66,18 58,6"),
    leaf(accent, 66, 22, 44, 22, -12)
  ]
})

const banana = subject({
  id: "banana",
  words: ["banana", "plantain"],
  w: 210,
  h: 140,
  ...kitchen,
  colour: "#f3cf45",
  draw: ({ main, dark, light }) => [
    path(main, "M14 16Q8 92 80 124Q146 148 204 112Q208 104 200 100Q140 112 96 82Q52 54 38 12Q26 4 14 16z"),
    path(dark, "M14 16Q8 92 80 124Q146 148 204 112Q140 130 86 106Q34 80 22 14z"),
    fade(0.6, line(light, 5, "42,44 72,78 118,100")),
    path("#6b5a34", "M14 18L12 4L34 2L38 14zM200 100L208 100L208 110L203 113z")
  ]
})

const orange = subject({
  id: "orange fruit",
  words: ["orange fruit", "mandarin", "peach", "grapefruit"],
  w: 160,
  h: 150,
  ...kitchen,
  colour: "#f08c2e",
  accent: "#4f9a4a",
  draw: ({ main, light, accent }) => [
    oval(main, 72, 84, 66, 65),
    fade(0.7, oval(light, 48, 62, 18, 12)),
    ...[52, 70, 92, 104, 62, 84].map((x, index) =>
      fade(0.5, oval(shade(main, -0.1), x, 96 + (index % 3) * 14, 2.4))
    ),
    leaf(accent, 74, 24, 62, 32, -14),
    leaf(shade(accent, -0.08), 72, 24, 46, 26, 196),
    line("#6b4a34", 6, "73,30 72,14")
  ]
})

const strawberry = subject({
  id: "strawberry",
  words: ["strawberry", "raspberry", "berry"],
  w: 140,
  h: 170,
  ...kitchen,
  colour: "#dc3545",
  accent: "#4f9a4a",
  symmetric: true,
  draw: ({ main, accent }) => [
    blob(main, "70,40 30,36 8,62 18,104 44,144 70,166 96,144 122,104 132,62 110,36"),
    ...[
      [40, 70],
      [70, 64],
      [100, 70],
      [30, 92],
      [56, 96],
      [84, 96],
      [110, 92],
      [46, 120],
      [70, 126],
      [94, 120],
      [70, 148]
    ].map(([x = 0, y = 0]) => matte(oval("#f8dc8a", x, y, 3, 4.4))),
    ...[-160, -125, -90, -55, -20, 150, 30].map((angle) => leaf(accent, 70, 38, 42, 20, angle)),
    line(accent, 6, "70,36 72,12")
  ]
})

const carrot = subject({
  id: "carrot",
  words: ["carrot", "parsnip"],
  w: 90,
  h: 230,
  ...kitchen,
  colour: "#ee7d2b",
  accent: "#4f9a4a",
  draw: ({ main, dark, accent }) => [
    leaf(accent, 45, 84, 76, 20, -90),
    leaf(accent, 45, 84, 70, 20, -118),
    leaf(shade(accent, -0.06), 45, 84, 70, 20, -62),
    path(main, "M45 78Q84 74 82 104Q74 178 46 228Q16 178 8 104Q6 74 45 78z"),
    line(dark, 3, "20,110 44,114"),
    line(dark, 3, "54,134 72,130"),
    line(dark, 3, "28,160 46,163")
  ]
})

const pumpkin = subject({
  id: "pumpkin",
  words: ["pumpkin", "jack o lantern", "gourd", "squash"],
  w: 200,
  h: 160,
  size: 0.4,
  home: "field",
  colour: "#e97f2a",
  accent: "#5b7a3a",
  draw: ({ main, dark, light, accent }) => [
    path(accent, "M88 48Q92 20 70 10L88 4Q112 18 112 48z"),
    oval(dark, 44, 98, 42, 52),
    oval(dark, 156, 98, 42, 52),
    oval(main, 70, 98, 40, 58),
    oval(main, 130, 98, 40, 58),
    oval(light, 100, 99, 32, 60),
    fade(0.5, line(dark, 3, "56,52 42,98 58,146")),
    fade(0.5, line(dark, 3, "144,52 158,98 142,146"))
  ]
})

const cup = subject({
  id: "cup",
  words: ["cup", "mug", "coffee", "tea", "coffee cup", "teacup", "cup of tea", "cup of coffee", "cocoa"],
  w: 190,
  h: 180,
  ...kitchen,
  colour: "#3f8f9a",
  accent: "#5b3a28",
  seat: { x: 76, y: 70, half: 40 },
  draw: ({ main, dark, light, accent }) => [
    fade(0.55, line("#ffffff", 6, "56,56 48,40 60,26 52,8")),
    fade(0.55, line("#ffffff", 6, "84,56 76,40 90,26 82,8")),
    ring(dark, 14, 138, 112, 30, 28),
    path(main, "M14 72H138L130 158Q126 176 106 176H46Q26 176 22 158z"),
    oval(dark, 76, 72, 62, 13),
    oval(accent, 76, 74, 54, 9),
    fade(0.6, line(light, 8, "32,96 38,150"))
  ]
})

const teapot = subject({
  id: "teapot",
  words: ["teapot", "kettle", "coffee pot"],
  w: 240,
  h: 170,
  size: 0.3,
  home: "kitchen",
  colour: "#c9584a",
  accent: chalk,
  seat: { x: 116, y: 26, half: 20 },
  draw: ({ main, dark, light, accent }) => [
    line(dark, 14, "62,66 26,56 14,88 28,124 60,130"),
    path(main, "M158 128Q192 122 200 82Q204 60 224 48L238 58Q222 78 220 100Q210 150 162 152z"),
    blob(main, "116,40 72,52 48,92 58,138 92,164 140,164 174,138 184,92 160,52"),
    path(dark, "M76 54Q116 26 156 54Q116 66 76 54z"),
    oval(dark, 116, 27, 12, 11),
    fade(0.7, blob(light, "70,80 82,66 84,96 74,122 64,106")),
    ...[0, 72, 144, 216, 288].map((angle) => leaf(accent, 126, 108, 20, 14, angle)),
    oval("#f2c14e", 126, 108, 5),
    rect(dark, 84, 160, 64, 9, 4)
  ]
})

const cake = subject({
  id: "cake",
  words: ["cake", "birthday cake", "cupcake", "pie", "gateau"],
  w: 200,
  h: 190,
  size: 0.3,
  home: "kitchen",
  colour: "#f3b7c5",
  accent: "#8a5436",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    ...[62, 100, 138].flatMap((x, index) => [
      rect(index === 1 ? "#7fb6d9" : "#f2d06b", x - 5, 34, 10, 38, 3),
      halo("#ffe39a", x, 22, 18, 20, 0.7),
      glow(path("#f79a33", `M${x} 6Q${x + 11} 24 ${x} 34Q${x - 11} 24 ${x} 6z`))
    ]),
    rect(accent, 38, 72, 124, 46, 8),
    path(
      main,
      "M34 84Q34 66 52 66H148Q166 66 166 84V92Q158 106 150 92Q142 112 132 94Q122 104 114 92Q104 116 94 94Q86 104 78 92Q70 110 60 94Q52 106 42 94Q34 98 34 92z"
    ),
    rect(accent, 18, 116, 164, 60, 8),
    path(
      main,
      "M14 128Q14 110 32 110H168Q186 110 186 128V138Q176 156 166 138Q156 162 144 140Q132 152 122 138Q110 164 98 140Q88 152 78 138Q66 160 56 140Q46 154 36 138Q24 152 14 140z"
    ),
    oval(chalk, 100, 178, 98, 10),
    ...[44, 72, 100, 128, 156].map((x) => oval(dark, x, 112, 6))
  ]
})

const iceCream = subject({
  id: "ice cream",
  words: ["ice cream", "ice cream cone", "icecream", "gelato", "sorbet"],
  w: 120,
  h: 230,
  ...kitchen,
  colour: "#f2a7bb",
  accent: "#f5e3bd",
  symmetric: true,
  draw: ({ main, light, accent }) => [
    path("#d9a35b", "M20 108H100L60 228z"),
    ...["34,112 76,176", "62,112 88,146", "86,112 46,176", "58,112 32,146"].map((at) =>
      line("#b67f3c", 2.6, at)
    ),
    oval(accent, 60, 52, 40),
    oval("#c9403f", 62, 12, 10),
    blob(main, "10,96 18,70 42,58 78,58 102,70 110,96 100,112 88,104 76,120 62,106 48,116 36,104 22,114"),
    fade(0.8, oval(light, 34, 82, 9, 7))
  ]
})

const donut = subject({
  id: "donut",
  words: ["donut", "doughnut", "bagel"],
  w: 180,
  h: 150,
  ...kitchen,
  colour: "#ee8fb0",
  accent: "#cf9550",
  symmetric: true,
  draw: ({ main, accent }) => [
    path(accent, "M4 84A86 64 0 1 0 176 84A86 64 0 1 0 4 84zM66 78A24 15 0 1 1 114 78A24 15 0 1 1 66 78z"),
    path(
      main,
      "M14 76Q16 18 90 16Q164 18 166 76Q162 100 146 92Q136 114 120 98Q106 118 90 102Q72 116 60 98Q44 112 34 92Q18 100 14 76zM66 74A24 15 0 1 0 114 74A24 15 0 1 0 66 74z"
    ),
    ...[
      [36, 60, 0],
      [56, 38, 1],
      [86, 30, 2],
      [118, 38, 0],
      [142, 58, 1],
      [132, 80, 2],
      [50, 80, 2],
      [78, 48, 1],
      [104, 52, 2],
      [90, 98, 0]
    ].map(([x = 0, y = 0, kind = 0]) =>
      line(["#fff3c4", "#7fc6d9", "#f5c543"][kind] ?? chalk, 5, `${x},${y} ${x + 7},${y + (kind - 1) * 5}`)
    )
  ]
})

const pizza = subject({
  id: "pizza",
  words: ["pizza", "slice of pizza", "pizza slice"],
  w: 190,
  h: 170,
  ...kitchen,
  colour: "#f3c75a",
  accent: "#c84434",
  draw: ({ main, accent }) => [
    poly(main, "18,46 172,30 108,168"),
    path("#c98a45", "M6 44Q84 -8 182 26Q190 38 176 44Q90 24 20 58Q4 58 6 44z"),
    oval(accent, 64, 70, 16),
    oval(accent, 124, 58, 16),
    oval(accent, 102, 106, 15),
    leaf("#4f9a4a", 84, 92, 18, 10, -30),
    leaf("#4f9a4a", 136, 82, 18, 10, 40),
    line(main, 7, "60,98 62,118"),
    line(main, 7, "128,118 128,134")
  ]
})

const burger = subject({
  id: "burger",
  words: ["burger", "hamburger", "sandwich", "cheeseburger"],
  w: 190,
  h: 150,
  ...kitchen,
  colour: "#d99a4a",
  accent: "#6b3d26",
  symmetric: true,
  draw: ({ main, accent }) => [
    path(main, "M18 120H172Q174 148 148 148H42Q16 148 18 120z"),
    rect(accent, 10, 96, 170, 26, 13),
    path("#f5c543", "M12 92H178L160 106L138 94L112 112L90 94z"),
    path(
      "#6aae4e",
      "M6 84Q16 74 30 82Q46 72 60 82Q78 72 94 82Q110 72 128 82Q146 72 160 82Q176 72 184 84Q186 96 172 92Q150 100 130 92Q110 100 92 92Q70 100 50 92Q30 100 18 94Q6 96 6 84z"
    ),
    path(main, "M14 74Q16 6 95 6Q174 6 176 74Q176 80 168 80H22Q14 80 14 74z"),
    ...[
      [50, 40],
      [78, 24],
      [112, 26],
      [140, 44],
      [96, 46]
    ].map(([x = 0, y = 0]) => matte(oval("#fbe6b8", x, y, 6, 3.6)))
  ]
})

const bread = subject({
  id: "bread",
  words: ["bread", "loaf", "toast", "baguette"],
  w: 220,
  h: 120,
  ...kitchen,
  colour: "#c98a45",
  draw: ({ main, dark, light }) => [
    blob(main, "8,90 14,54 44,30 110,18 176,30 206,54 212,90 180,116 110,118 40,116"),
    ...["58,34 76,68", "98,24 116,62", "138,26 156,64"].map((at) => line(light, 10, at)),
    fade(0.4, line(dark, 4, "24,104 110,110 196,104"))
  ]
})

const cheese = subject({
  id: "cheese",
  words: ["cheese"],
  w: 200,
  h: 130,
  ...kitchen,
  colour: "#f2c445",
  draw: ({ main, dark, light }) => [
    poly(light, "8,62 150,8 192,58"),
    path(main, "M8 62L192 58V122H8z"),
    oval(dark, 50, 92, 16, 13),
    oval(dark, 112, 82, 11, 9),
    oval(dark, 154, 102, 14, 11),
    oval(dark, 124, 38, 14, 7),
    oval(dark, 92, 112, 8, 6)
  ]
})

const egg = subject({
  id: "egg",
  words: ["egg", "easter egg"],
  w: 120,
  h: 160,
  ...kitchen,
  colour: "#f3e2c8",
  symmetric: true,
  draw: ({ main, light }) => [
    blob(main, "60,6 28,34 8,84 20,132 60,154 100,132 112,84 92,34"),
    fade(0.8, oval(light, 42, 60, 12, 22)),
    ...[
      [72, 110],
      [84, 84],
      [62, 130],
      [92, 112]
    ].map(([x = 0, y = 0]) => fade(0.4, matte(oval(coal, x, y, 2))))
  ]
})

/** Things to eat and drink. */
export const food = [
  apple,
  pear,
  banana,
  orange,
  strawberry,
  carrot,
  pumpkin,
  cup,
  teapot,
  cake,
  iceCream,
  donut,
  pizza,
  burger,
  bread,
  cheese,
  egg
]

import { shade } from "../Colour.js"
import { fade, line, matte, oval, path, poly, rect, ring } from "../Parts.js"
import { subject } from "../Subject.js"
import { chalk, coal, steel } from "./Features.js"

const guitar = subject({
  id: "guitar",
  words: ["guitar", "ukulele", "banjo", "lute"],
  w: 130,
  h: 280,
  size: 1,
  home: "room",
  colour: "#d08a3f",
  accent: "#5b3626",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    path(accent, "M50 6H80L84 42H74V52H56V42H46z"),
    ...[14, 26, 38].flatMap((y) => [oval(steel, 43, y, 5, 4), oval(steel, 87, y, 5, 4)]),
    path(
      main,
      "M65 136Q104 126 112 158Q114 178 104 190Q128 206 126 240Q120 276 65 276Q10 276 4 240Q2 206 26 190Q16 178 18 158Q26 126 65 136z"
    ),
    rect(accent, 57, 44, 16, 132),
    ...[60, 78, 96, 114, 130].map((y) => line(steel, 2, `57,${y} 73,${y}`)),
    oval(dark, 65, 186, 23),
    oval(coal, 65, 186, 18),
    rect(accent, 42, 232, 46, 10, 4),
    ...[61, 65, 69].map((x) => fade(0.8, line(chalk, 1.3, `${x},20 ${x},234`)))
  ]
})

const violin = subject({
  id: "violin",
  words: ["violin", "cello", "fiddle", "viola"],
  w: 150,
  h: 270,
  size: 0.7,
  home: "room",
  colour: "#a5542b",
  accent: "#2f2622",
  draw: ({ main, dark, accent }) => [
    line("#7d4a34", 5, "136,10 122,260"),
    line(chalk, 2.4, "142,14 129,258"),
    path(accent, "M52 8Q60 0 68 8Q72 20 66 26V112H54V26Q48 20 52 8z"),
    oval(accent, 47, 28, 7, 4),
    oval(accent, 73, 38, 7, 4),
    path(
      main,
      "M60 100Q92 94 98 122Q100 140 86 152Q82 164 92 176Q116 192 112 226Q106 262 60 262Q14 262 8 226Q4 192 28 176Q38 164 34 152Q20 140 22 122Q28 94 60 100z"
    ),
    rect(accent, 54, 104, 12, 66, 2),
    path(accent, "M50 214H70L66 250H54z"),
    rect(chalk, 46, 196, 28, 5, 2),
    line(dark, 4, "38,170 32,186 40,204"),
    line(dark, 4, "82,170 88,186 80,204"),
    ...[57, 60, 63].map((x) => fade(0.8, line(chalk, 1.2, `${x},20 ${x},216`)))
  ]
})

const piano = subject({
  id: "piano",
  words: ["piano", "grand piano", "keyboard"],
  w: 270,
  h: 220,
  size: 1.6,
  home: "room",
  colour: "#2f2b36",
  accent: "#c69a3a",
  seat: { x: 70, y: 104, half: 40 },
  draw: ({ main, dark, light, accent }) => [
    path(main, "M92 100L118 10Q196 -4 258 52L238 100z"),
    fade(0.4, path(light, "M108 88L126 24Q190 12 236 56L226 88z")),
    line(accent, 3.4, "196,100 216,48"),
    rect(main, 16, 98, 240, 44, 8),
    rect(dark, 16, 132, 240, 18, 4),
    rect(chalk, 24, 122, 150, 18, 2),
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((index) => matte(rect(coal, 36 + index * 15, 122, 8, 10))),
    path(main, "M30 148H50L46 212H36zM222 148H242L236 212H226zM128 148H144L142 204H130z"),
    oval(accent, 41, 213, 8, 6),
    oval(accent, 231, 213, 8, 6),
    path(light, "M40 98L52 76H112L106 98z")
  ]
})

const drum = subject({
  id: "drum",
  words: ["drum", "snare", "drum kit", "tambourine"],
  w: 200,
  h: 190,
  size: 0.6,
  home: "room",
  colour: "#c9403f",
  accent: "#d9a93c",
  symmetric: true,
  seat: { x: 100, y: 62, half: 60 },
  draw: ({ main, accent }) => [
    line("#b98046", 7, "36,6 104,58"),
    line("#b98046", 7, "164,6 96,58"),
    oval("#d9a35b", 36, 7, 8),
    oval("#d9a35b", 164, 7, 8),
    path(main, "M10 72H190V160Q170 188 100 188Q30 188 10 160z"),
    ...[26, 62, 100, 138, 174].map((x, index) =>
      line(
        chalk,
        4,
        `${x},${88 + (2 - Math.abs(index - 2)) * 4} ${index % 2 === 0 ? x + 16 : x - 16},${164 + (2 - Math.abs(index - 2)) * 4}`
      )
    ),
    path(accent, "M8 154Q30 184 100 184Q170 184 192 154V166Q170 190 100 190Q30 190 8 166z"),
    oval(accent, 100, 72, 94, 26),
    oval("#f6efe0", 100, 69, 84, 20)
  ]
})

const trumpet = subject({
  id: "trumpet",
  words: ["trumpet", "horn", "trombone", "saxophone", "bugle"],
  w: 260,
  h: 120,
  size: 0.5,
  home: "studio",
  colour: "#e0ac3a",
  draw: ({ main, dark, light }) => [
    ring(dark, 9, 118, 74, 58, 24),
    path(main, "M28 44H180Q226 40 252 6Q262 54 252 100Q226 62 180 58H28z"),
    path(light, "M180 46Q226 42 252 10Q254 26 254 40Q220 52 180 50z"),
    poly(main, "28,42 8,36 8,66 28,60"),
    ...[94, 118, 142].flatMap((x) => [
      rect(light, x - 8, 22, 16, 80, 5),
      rect(dark, x - 4, 8, 8, 16, 2),
      oval(chalk, x, 9, 8, 4)
    ])
  ]
})

const note = subject({
  id: "music note",
  words: ["music note", "musical note", "note", "music", "melody", "song"],
  w: 150,
  h: 190,
  size: 0.5,
  home: "studio",
  realm: "air",
  colour: "#4a4a9e",
  draw: ({ main, dark }) => [
    path(main, "M46 32L142 8V40L46 64z"),
    line(main, 10, "51,46 51,156"),
    line(main, 10, "137,28 137,134"),
    path(
      shade(main, 0.04),
      "M6 166Q6 140 34 138Q56 140 56 158Q54 184 28 184Q8 182 6 166zM92 144Q92 118 120 116Q142 118 142 136Q140 162 114 162Q94 160 92 144z"
    ),
    fade(0.4, line(dark, 4, "56,52 132,33"))
  ]
})

/** Instruments that sound. */
export const music = [guitar, violin, piano, drum, trumpet, note]

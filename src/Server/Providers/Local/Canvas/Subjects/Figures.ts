import { shade } from "../Colour.js"
import { blob, fade, glow, line, matte, oval, path, poly, rect } from "../Parts.js"
import { subject } from "../Subject.js"
import { chalk, coal, eye } from "./Features.js"

const skinTones = ["#f1c9a5", "#c98e62", "#8d5a3b", "#e2b088"] as const
const hairTones = ["#4a3028", "#2b2730", "#a8622f", "#d9b26a"] as const

const person = subject({
  id: "person",
  words: [
    "person",
    "man",
    "woman",
    "girl",
    "boy",
    "child",
    "people",
    "human",
    "traveler",
    "traveller",
    "hiker",
    "farmer",
    "photographer",
    "musician",
    "artist",
    "figure",
    "lady",
    "kid",
    "mother",
    "father",
    "friend",
    "king",
    "queen",
    "prince",
    "princess"
  ],
  w: 120,
  h: 270,
  size: 1.7,
  home: "meadow",
  colour: "#d9674a",
  accent: "#3d4f6e",
  head: { x: 62, y: 12, half: 27 },
  seat: { x: 62, y: 12, half: 22 },
  draw: ({ main, dark, accent, random }) => {
    const skin = random.pick(...skinTones)
    const hair = random.pick(...hairTones)
    return [
      line(dark, 19, "86,100 104,138 98,170"),
      oval(skin, 98, 174, 9),
      path(accent, "M36 160L26 252H50L62 184L72 252H96L90 160z"),
      path(coal, "M22 250H50V262Q50 268 44 268H14Q14 254 22 250zM72 250H96L110 262Q112 268 106 268H72z"),
      rect(skin, 52, 66, 20, 26, 8),
      path(main, "M62 80Q96 80 98 108L94 172H32L28 108Q30 80 62 80z"),
      line(main, 19, "36,102 20,138 26,166"),
      oval(skin, 26, 172, 9),
      path(hair, "M34 48Q28 8 62 6Q96 8 92 50Q94 66 86 70H38Q32 64 34 48z"),
      oval(skin, 64, 46, 25, 29),
      path(hair, "M38 44Q40 16 66 16Q92 18 90 40Q76 40 66 28Q56 42 38 44z"),
      matte(oval(coal, 58, 48, 3.2)),
      matte(oval(coal, 76, 48, 3.2)),
      line("#b5604f", 2.6, "61,61 67,64 74,61"),
      fade(0.35, line(dark, 3, "62,92 62,168"))
    ]
  }
})

const astronaut = subject({
  id: "astronaut",
  words: ["astronaut", "cosmonaut", "spaceman", "diver"],
  w: 170,
  h: 250,
  size: 1.8,
  home: "space",
  colour: "#eef0f3",
  accent: "#e0793a",
  symmetric: true,
  head: { x: 85, y: 6, half: 40 },
  draw: ({ main, dark, accent }) => [
    rect(dark, 34, 92, 102, 82, 18),
    path(main, "M54 164L44 238H78L85 188L92 238H126L116 164z"),
    rect(shade(main, -0.12), 38, 228, 42, 20, 9),
    rect(shade(main, -0.12), 90, 228, 42, 20, 9),
    line(main, 30, "52,116 24,140 20,172"),
    line(main, 30, "118,116 146,140 150,172"),
    oval(accent, 20, 178, 15),
    oval(accent, 150, 178, 15),
    rect(main, 44, 96, 82, 84, 22),
    rect(accent, 46, 172, 78, 9, 4),
    rect("#c3ccd4", 62, 124, 46, 30, 6),
    oval("#d8443a", 74, 134, 5),
    oval("#5fb98a", 90, 134, 5),
    rect("#3d5f86", 68, 143, 32, 5, 2),
    oval(main, 85, 56, 51, 50),
    oval(accent, 85, 58, 41, 37),
    oval("#2c3e5c", 85, 58, 36, 32),
    fade(0.85, blob("#a9cde6", "60,52 72,34 92,30 78,46 68,64")),
    oval(dark, 35, 58, 7, 14),
    oval(dark, 135, 58, 7, 14)
  ]
})

const knight = subject({
  id: "knight",
  words: ["knight", "warrior", "soldier", "samurai"],
  w: 180,
  h: 260,
  size: 1.9,
  home: "mountains",
  colour: "#a3adb8",
  accent: "#b8393b",
  head: { x: 88, y: 20, half: 26 },
  draw: ({ main, dark, light, accent }) => [
    path(shade(accent, -0.06), "M54 92Q32 170 28 232H72L88 120z"),
    matte(poly(light, "150,8 156,24 156,150 144,150 144,24")),
    rect("#c69a3a", 134, 148, 32, 7, 3),
    rect("#6b4a34", 146, 154, 8, 22, 3),
    path(dark, "M60 168L54 246H82L88 188L94 246H122L116 168z"),
    rect(main, 46, 240, 38, 20, 8),
    rect(main, 92, 240, 38, 20, 8),
    line(main, 24, "118,108 142,132 150,152"),
    path(main, "M88 88Q126 88 126 116L120 160H56L50 116Q50 88 88 88z"),
    path(accent, "M56 156H120L128 196H48z"),
    path(accent, "M88 16Q64 4 48 18Q60 18 66 30zM88 16Q100 2 86 2Q78 2 78 12z"),
    path(main, "M58 56Q56 16 88 14Q120 16 118 56V82Q88 96 58 82z"),
    rect(coal, 66, 48, 44, 8, 4),
    line(dark, 3, "88,58 88,86"),
    ...[76, 100].map((x) => line(dark, 2.4, `${x},66 ${x},80`)),
    path("#c69a3a", "M12 112Q36 120 60 112Q64 170 36 192Q8 170 12 112z"),
    path(accent, "M20 122Q36 127 52 122Q54 164 36 180Q18 164 20 122z")
  ]
})

const wizard = subject({
  id: "wizard",
  words: ["wizard", "witch", "mage", "sorcerer", "magician"],
  w: 190,
  h: 270,
  size: 1.9,
  home: "forest",
  colour: "#5a4aa0",
  accent: "#f2c445",
  draw: ({ main, dark, accent }) => [
    line("#7d5233", 7, "158,70 152,266"),
    glow(oval("#8fe3f2", 159, 62, 14)),
    path(main, "M86 108Q128 108 136 268H26Q40 108 86 108z"),
    path(dark, "M86 108Q128 108 136 268H100z"),
    path(main, "M106 120L158 144L154 168L104 158z"),
    oval("#f1c9a5", 154, 156, 10),
    oval("#f1c9a5", 82, 86, 25, 27),
    path(chalk, "M56 92Q64 104 82 98Q100 104 108 92Q112 140 82 182Q52 140 56 92z"),
    path(main, "M84 4Q96 0 98 10Q92 18 108 66H54Q64 30 84 4z"),
    oval(main, 82, 70, 54, 12),
    path(accent, "M58 56H105L108 66H55z"),
    path(
      accent,
      "M62 218L66 228L76 229L68 236L71 246L62 240L53 246L56 236L48 229L58 228zM108 200L111 208L119 208L113 213L115 221L108 216L101 221L103 213L97 208L105 208z"
    ),
    matte(oval(coal, 74, 86, 3)),
    matte(oval(coal, 92, 86, 3))
  ]
})

const ghost = subject({
  id: "ghost",
  words: ["ghost", "spirit", "phantom"],
  w: 150,
  h: 190,
  realm: "air",
  size: 1.4,
  home: "forest",
  colour: "#eef1f7",
  symmetric: true,
  draw: ({ main, dark }) => [
    path(
      main,
      "M14 84Q14 6 75 6Q136 6 136 84L146 176Q132 192 118 174Q104 192 90 174Q75 192 60 174Q46 192 32 174Q18 192 4 176z"
    ),
    matte(oval(coal, 54, 74, 9, 13)),
    matte(oval(coal, 94, 74, 9, 13)),
    matte(oval(coal, 74, 108, 9, 12)),
    fade(0.5, oval("#f0a6b4", 40, 98, 9, 5)),
    fade(0.5, oval("#f0a6b4", 108, 98, 9, 5)),
    fade(0.3, line(dark, 5, "112,120 116,158"))
  ]
})

const snowman = subject({
  id: "snowman",
  words: ["snowman"],
  w: 190,
  h: 250,
  size: 1.7,
  home: "snow",
  colour: "#f4f7fb",
  accent: "#c9403f",
  head: { x: 94, y: 36, half: 30 },
  draw: ({ main, accent }) => [
    line("#6b4a34", 6, "52,140 18,116 4,94"),
    line("#6b4a34", 5, "22,118 6,120"),
    line("#6b4a34", 6, "136,140 170,116 184,94"),
    line("#6b4a34", 5, "166,118 184,120"),
    oval(main, 94, 204, 62, 46),
    oval(main, 94, 138, 48, 42),
    oval(main, 94, 76, 36, 35),
    path(accent, "M62 98Q94 118 126 98L128 110Q118 118 112 118L118 152L102 152L98 122Q76 122 60 110z"),
    rect(coal, 68, 2, 52, 38, 3),
    rect(accent, 68, 28, 52, 9),
    rect(coal, 52, 36, 84, 9, 4),
    ...[80, 108].map((x) => matte(oval(coal, x, 68, 4.4))),
    poly("#ee7d2b", "92,76 136,84 93,88"),
    ...[142, 164, 196].map((y) => matte(oval(coal, 88, y, 4.4)))
  ]
})

const mermaid = subject({
  id: "mermaid",
  words: ["mermaid", "siren"],
  w: 220,
  h: 220,
  realm: "water",
  size: 1.7,
  home: "underwater",
  colour: "#2fa08f",
  accent: "#d9553a",
  draw: ({ main, dark, light, accent }) => [
    blob(accent, "126,14 150,10 172,30 178,66 190,100 174,112 150,98 132,60"),
    path(main, "M118 108Q160 118 150 160Q128 206 60 188Q40 182 34 166Q70 170 98 156Q114 144 110 112z"),
    path(dark, "M40 172Q8 158 2 126Q30 132 46 156Q40 188 14 212Q8 190 22 172z"),
    ...["120,130 132,136 144,130", "112,148 126,154 140,148", "94,164 108,170 122,164"].map((at) =>
      line(light, 3, at)
    ),
    path("#f1c9a5", "M118 66H142Q158 80 152 122Q130 132 112 118Q108 84 118 66z"),
    line("#f1c9a5", 12, "118,80 92,98 84,76"),
    line("#f1c9a5", 12, "148,80 168,106 160,130"),
    path("#c26fb0", "M112 84Q124 76 132 86Q140 76 154 84Q152 98 132 98Q114 98 112 84z"),
    oval("#f1c9a5", 128, 44, 24, 26),
    path(accent, "M104 40Q108 10 136 12Q158 18 156 50Q140 42 132 26Q122 40 104 40z"),
    ...eye(120, 48, 3.6),
    ...eye(136, 48, 3.6)
  ]
})

const statue = subject({
  id: "totem",
  words: ["statue", "totem", "monument", "moai", "sculpture"],
  w: 120,
  h: 230,
  size: 4,
  home: "meadow",
  colour: "#9a9790",
  draw: ({ main, dark, light }) => [
    path(main, "M22 24Q60 0 98 24L104 120L110 222Q60 236 10 222L16 120z"),
    path(dark, "M20 60H100L98 80Q80 74 70 84H50Q40 74 22 80z"),
    path(light, "M50 74H70L78 134Q60 148 42 134z"),
    rect(dark, 36, 164, 48, 9, 4),
    path(dark, "M8 80L18 76V136L8 128zM112 80L102 76V136L112 128z")
  ]
})

/** People and beings drawn upright. */
export const figures = [person, astronaut, knight, wizard, ghost, snowman, mermaid, statue]

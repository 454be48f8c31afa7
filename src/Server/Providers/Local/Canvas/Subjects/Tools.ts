import { shade } from "../Colour.js"
import { blob, fade, glow, halo, line, matte, oval, path, poly, rect, ring } from "../Parts.js"
import { subject } from "../Subject.js"
import { chalk, coal, glass, steel, wood } from "./Features.js"

const camera = subject({
  id: "camera",
  words: ["camera", "field camera", "film camera", "photo camera", "view camera", "polaroid"],
  w: 210,
  h: 170,
  size: 0.3,
  home: "workbench",
  colour: "#7a4b2e",
  accent: "#c9a35a",
  seat: { x: 110, y: 26, half: 40 },
  draw: ({ main, dark, light, accent }) => [
    rect(accent, 30, 14, 34, 18, 5),
    rect(steel, 150, 18, 26, 14, 4),
    path(dark, "M78 30L88 8H132L142 30z"),
    matte(rect(glass, 98, 14, 24, 12, 3)),
    rect(main, 8, 28, 194, 134, 14),
    rect(accent, 8, 42, 194, 12),
    rect(accent, 8, 142, 194, 9),
    rect(shade(main, -0.1), 18, 58, 30, 80, 4),
    rect(shade(main, -0.1), 162, 58, 30, 80, 4),
    oval(accent, 105, 98, 56),
    oval(coal, 105, 98, 49),
    oval("#4a4650", 105, 98, 39),
    oval("#1f2f47", 105, 98, 28),
    oval("#3c6d9a", 105, 98, 19),
    fade(0.85, oval("#cfeaf6", 96, 88, 8, 6)),
    fade(0.5, oval("#cfeaf6", 114, 110, 4)),
    oval("#c9403f", 180, 40, 5),
    fade(0.6, line(light, 3, "20,34 90,33"))
  ]
})

const robot = subject({
  id: "robot",
  words: ["robot", "android", "droid", "automaton"],
  w: 170,
  h: 230,
  size: 1.5,
  home: "studio",
  colour: "#8fb3c4",
  accent: "#f0a13a",
  symmetric: true,
  head: { x: 85, y: 26, half: 36 },
  seat: { x: 85, y: 26, half: 30 },
  draw: ({ main, dark, light, accent }) => [
    line(dark, 6, "85,30 85,12"),
    glow(oval(accent, 85, 10, 9)),
    rect(dark, 54, 176, 20, 40, 6),
    rect(dark, 96, 176, 20, 40, 6),
    rect(main, 42, 208, 38, 22, 10),
    rect(main, 90, 208, 38, 22, 10),
    line(dark, 15, "38,118 18,138 20,168"),
    line(dark, 15, "132,118 152,138 150,168"),
    path(
      main,
      "M6 166Q6 156 20 156Q34 156 34 166V186H25V174H15V186H6zM136 166Q136 156 150 156Q164 156 164 166V186H155V174H145V186H136z"
    ),
    rect(dark, 70, 94, 30, 16),
    rect(main, 36, 104, 98, 78, 16),
    rect(light, 50, 118, 70, 36, 8),
    oval(accent, 66, 136, 8),
    rect("#5fb98a", 84, 128, 28, 6, 3),
    rect("#d8443a", 84, 139, 20, 6, 3),
    rect(main, 28, 28, 114, 70, 20),
    oval(dark, 26, 62, 8, 14),
    oval(dark, 144, 62, 8, 14),
    rect("#2b3748", 42, 42, 86, 42, 16),
    glow(oval("#8ff0e0", 64, 60, 10)),
    glow(oval("#8ff0e0", 106, 60, 10)),
    glow(line("#8ff0e0", 3.4, "74,75 85,79 96,75"))
  ]
})

const computer = subject({
  id: "computer",
  words: ["computer", "laptop", "monitor", "pc", "screen"],
  w: 230,
  h: 160,
  size: 0.4,
  home: "workbench",
  colour: "#aab3bd",
  accent: "#2f6fb0",
  symmetric: true,
  draw: ({ main, dark, light, accent }) => [
    rect(main, 28, 4, 174, 122, 10),
    rect("#1f2a3a", 38, 14, 154, 100, 4),
    glow(path(accent, "M38 84L78 52L112 80L146 44L192 82V110Q192 114 188 114H42Q38 114 38 110z")),
    glow(oval("#ffd75e", 70, 36, 11)),
    path(light, "M12 126H218L228 146H2z"),
    ...[132, 138].map((y) => fade(0.5, line(dark, 2.6, `${30 - (y - 132)},${y} ${200 + (y - 132)},${y}`))),
    path(dark, "M2 146H228Q228 158 216 158H14Q2 158 2 146z")
  ]
})

const phone = subject({
  id: "phone",
  words: ["phone", "telephone", "smartphone", "mobile", "cellphone", "mobile phone"],
  w: 110,
  h: 210,
  size: 0.16,
  home: "studio",
  colour: "#363d4a",
  accent: "#57a5d8",
  symmetric: true,
  draw: ({ main, accent }) => [
    rect(main, 4, 4, 102, 202, 18),
    glow(rect(accent, 11, 14, 88, 182, 10)),
    rect(coal, 40, 14, 30, 9, 4),
    ...[0, 1, 2].flatMap((row) =>
      [0, 1, 2].map((column) =>
        glow(
          rect(
            ["#f6c64a", "#ee7d63", "#7fd19a", "#fbf6ec"][(row * 2 + column * 3) % 4] ?? chalk,
            20 + column * 25,
            44 + row * 30,
            20,
            20,
            6
          )
        )
      )
    ),
    glow(rect(chalk, 34, 182, 42, 5, 2))
  ]
})

const television = subject({
  id: "television",
  words: ["television", "tv", "tv set", "radio"],
  w: 220,
  h: 200,
  size: 0.7,
  home: "room",
  colour: "#b5723c",
  accent: "#6fb7c9",
  draw: ({ main, dark, accent }) => [
    line(steel, 4, "110,54 66,6"),
    line(steel, 4, "110,54 152,10"),
    line(dark, 9, "48,178 38,198"),
    line(dark, 9, "172,178 182,198"),
    rect(main, 6, 48, 208, 138, 16),
    rect(coal, 20, 62, 142, 110, 18),
    glow(rect(accent, 28, 69, 126, 96, 16)),
    fade(0.6, glow(path(chalk, "M40 100Q42 80 64 78L50 130Q40 120 40 100z"))),
    oval(chalk, 188, 82, 13),
    line(coal, 3.4, "188,82 194,74"),
    oval(chalk, 188, 116, 10),
    ...[138, 148, 158].map((y) => line(dark, 3.4, `176,${y} 200,${y}`))
  ]
})

const gear = subject({
  id: "gear",
  words: ["gear", "cog", "cogwheel", "machine"],
  w: 180,
  h: 180,
  size: 0.3,
  home: "workbench",
  colour: "#9099a3",
  symmetric: true,
  draw: ({ main, dark, light }) => {
    const teeth = 9
    const outline = Array.from({ length: teeth }, (_, index) => {
      const at = (radius: number, part: number) => {
        const angle = ((index + part) * 2 * Math.PI) / teeth
        return `${(90 + radius * Math.cos(angle)).toFixed(1)} ${(90 + radius * Math.sin(angle)).toFixed(1)}`
      }
      return `${at(66, 0.02)}L${at(86, 0.13)}L${at(86, 0.42)}L${at(66, 0.53)}`
    }).join("L")
    return [
      path(main, `M${outline}ZM68 90A22 22 0 1 0 112 90A22 22 0 1 0 68 90z`),
      ring(dark, 4, 90, 90, 48),
      ring(light, 4, 90, 90, 30),
      ...[0, 1, 2, 3, 4].map((index) =>
        oval(dark, 90 + 48 * Math.cos(index * 1.257), 90 + 48 * Math.sin(index * 1.257), 5)
      )
    ]
  }
})

const hammer = subject({
  id: "hammer",
  words: ["hammer", "mallet"],
  w: 160,
  h: 220,
  size: 0.3,
  home: "workbench",
  colour: "#b98046",
  accent: "#7f8892",
  draw: ({ main, dark, accent }) => [
    rect(main, 70, 50, 20, 166, 8),
    rect(dark, 67, 140, 26, 76, 10),
    path(accent, "M62 18H104L108 24V54L104 60H62L50 52Q30 46 4 66Q14 22 50 24z"),
    rect(shade(accent, -0.1), 108, 14, 24, 50, 5),
    rect(shade(accent, 0.08), 132, 18, 12, 42, 4)
  ]
})

const wrench = subject({
  id: "wrench",
  words: ["wrench", "spanner", "tool", "screwdriver"],
  w: 110,
  h: 230,
  size: 0.3,
  home: "workbench",
  colour: "#9aa5b0",
  accent: "#d8443a",
  draw: ({ main, dark, light, accent }) => [
    path(
      main,
      "M32 6Q6 18 8 48Q10 72 38 82L36 190Q36 224 55 226Q74 224 74 190L72 82Q100 72 102 48Q104 18 78 6V44L66 54H44L32 44z"
    ),
    rect(accent, 40, 110, 30, 72, 8),
    oval(dark, 55, 202, 8),
    fade(0.8, line(light, 4, "18,36 24,60 40,72"))
  ]
})

const scissors = subject({
  id: "scissors",
  words: ["scissors", "shears"],
  w: 150,
  h: 220,
  size: 0.2,
  home: "workbench",
  colour: "#d8443a",
  accent: "#c3ccd4",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    path(accent, "M116 4Q122 60 80 128L64 118z"),
    path(shade(accent, -0.08), "M34 4Q28 60 70 128L86 118z"),
    line(main, 14, "70,116 92,148"),
    line(main, 14, "80,116 58,148"),
    ring(main, 15, 38, 178, 25, 31),
    ring(main, 15, 112, 178, 25, 31),
    oval(dark, 75, 112, 6)
  ]
})

const pencil = subject({
  id: "pencil",
  words: ["pencil", "pen", "crayon"],
  w: 220,
  h: 190,
  size: 0.16,
  home: "studio",
  colour: "#f0b93a",
  accent: "#ea7f8f",
  draw: ({ main, dark, light, accent }) => [
    poly(accent, "186,8 212,32 198,48 172,22"),
    poly(steel, "172,22 198,48 186,60 160,34"),
    poly(light, "160,34 170,43 58,149 42,136"),
    poly(main, "168,41 178,51 64,160 52,146"),
    poly(dark, "178,51 186,60 74,166 64,158"),
    poly("#ecd0a0", "42,134 74,166 12,184"),
    poly(coal, "22,158 34,176 8,186")
  ]
})

const brush = subject({
  id: "paintbrush",
  words: ["paintbrush", "brush", "palette knife", "easel"],
  w: 180,
  h: 240,
  size: 1.4,
  home: "studio",
  colour: "#b5723c",
  accent: "#fbf6ec",
  draw: ({ main, dark, accent }) => [
    line(dark, 9, "92,30 92,226"),
    line(main, 9, "84,20 24,236"),
    line(main, 9, "96,20 156,236"),
    rect(main, 80, 4, 20, 26, 4),
    rect(accent, 18, 40, 144, 116, 3),
    path("#8fc5e6", "M26 48H154V120H26z"),
    path("#6aa457", "M26 118Q60 92 92 112Q124 90 154 110V148H26z"),
    oval("#f5c543", 124, 70, 13),
    path("#d9694a", "M44 126Q60 106 78 128Q64 140 44 126z"),
    rect(dark, 10, 154, 160, 12, 4),
    line("#d8443a", 6, "40,152 70,152")
  ]
})

const microscope = subject({
  id: "microscope",
  words: ["microscope"],
  w: 160,
  h: 220,
  size: 0.4,
  home: "workbench",
  colour: "#4a5666",
  accent: "#c9a35a",
  draw: ({ main, dark, light, accent }) => [
    path(main, "M18 196H142Q152 198 152 210V216H8V210Q8 198 18 196z"),
    path(dark, "M92 196Q140 164 134 110Q128 78 96 66L88 88Q112 98 114 122Q114 156 66 178V196z"),
    rect(main, 34, 152, 72, 12, 4),
    fade(0.9, rect(glass, 48, 146, 40, 6)),
    path(main, "M44 36L72 26L104 112L76 122z"),
    path(accent, "M36 16L62 6L72 28L46 38z"),
    path(accent, "M80 120L100 112L104 132L90 138z"),
    oval(light, 114, 122, 12),
    oval(accent, 114, 122, 6)
  ]
})

const telescope = subject({
  id: "telescope",
  words: ["telescope", "binoculars", "spyglass"],
  w: 240,
  h: 210,
  size: 1.4,
  home: "mountains",
  colour: "#9c6a38",
  accent: "#d9b05a",
  draw: ({ main, dark, light, accent }) => [
    line(wood, 9, "104,116 56,206"),
    line(wood, 9, "108,116 160,206"),
    line(shade(wood, -0.1), 9, "106,116 108,206"),
    poly(dark, "18,138 8,118 52,98 62,118"),
    poly(accent, "52,120 42,98 60,90 70,112"),
    poly(main, "66,114 54,88 150,44 164,72"),
    poly(accent, "162,74 148,42 160,36 176,68"),
    poly(main, "172,70 156,36 206,10 226,48"),
    poly(accent, "222,50 204,10 216,4 236,44"),
    oval(dark, 106, 112, 14),
    fade(0.6, line(light, 5, "70,92 146,56"))
  ]
})

const lightbulb = subject({
  id: "lightbulb",
  words: ["lightbulb", "light bulb", "bulb", "idea"],
  w: 140,
  h: 210,
  size: 0.15,
  home: "studio",
  colour: "#ffd75e",
  accent: "#9aa5b0",
  symmetric: true,
  draw: ({ main, accent }) => [
    halo(main, 70, 72, 110, 110, 0.5),
    glow(path(main, "M70 6Q132 10 132 74Q128 110 100 136L96 160H44L40 136Q12 110 8 74Q8 10 70 6z")),
    line("#c9782c", 4, "54,158 50,104 60,90 70,106 80,90 90,104 86,158"),
    fade(0.9, glow(blob("#fffbe8", "28,60 40,32 52,30 40,58 36,84"))),
    rect(accent, 42, 160, 56, 13, 6),
    rect(shade(accent, -0.08), 42, 173, 56, 13, 6),
    path(accent, "M48 186H92Q90 204 70 206Q50 204 48 186z")
  ]
})

const anchor = subject({
  id: "anchor",
  words: ["anchor"],
  w: 170,
  h: 210,
  size: 1,
  home: "beach",
  colour: "#4a5a6e",
  symmetric: true,
  draw: ({ main, light }) => [
    ring(main, 11, 85, 26, 17),
    rect(main, 77, 42, 16, 156, 4),
    rect(main, 44, 60, 82, 15, 7),
    path(
      main,
      "M85 208Q20 196 12 132L2 146L6 112L38 128L26 134Q40 176 85 184Q130 176 144 134L132 128L164 112L168 146L158 132Q150 196 85 208z"
    ),
    fade(0.6, line(light, 4, "81,82 81,178"))
  ]
})

const compass = subject({
  id: "compass",
  words: ["compass"],
  w: 160,
  h: 190,
  size: 0.1,
  home: "workbench",
  colour: "#c9a04a",
  accent: chalk,
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    ring(dark, 8, 80, 20, 14),
    rect(main, 70, 28, 20, 16, 4),
    oval(main, 80, 112, 76),
    oval(accent, 80, 112, 60),
    ...[0, 1, 2, 3].map((index) =>
      oval(dark, 80 + 50 * Math.cos((index * Math.PI) / 2), 112 + 50 * Math.sin((index * Math.PI) / 2), 4)
    ),
    matte(poly("#d8443a", "108,70 88,120 72,104")),
    matte(poly("#3d5f86", "52,154 88,120 72,104")),
    oval(dark, 80, 112, 5)
  ]
})

const sword = subject({
  id: "sword",
  words: ["sword", "dagger", "blade", "katana", "knife"],
  w: 110,
  h: 270,
  size: 1,
  home: "studio",
  colour: "#c3ccd4",
  accent: "#c69a3a",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    matte(path(main, "M55 4L72 28V196H38V28z")),
    matte(path(dark, "M55 4L72 28V196H55z")),
    path(accent, "M6 190Q20 184 38 194H72Q90 184 104 190Q108 206 92 206H18Q2 206 6 190z"),
    rect("#6b4a34", 46, 206, 18, 44, 4),
    ...[214, 225, 236].map((y) => line(accent, 3, `46,${y} 64,${y + 5}`)),
    oval(accent, 55, 257, 12)
  ]
})

const shield = subject({
  id: "shield",
  words: ["shield", "emblem", "badge"],
  w: 160,
  h: 200,
  size: 0.9,
  home: "studio",
  colour: "#2f5f9e",
  accent: "#d9a93c",
  symmetric: true,
  draw: ({ main, light, accent }) => [
    path(accent, "M80 4Q116 24 156 22Q164 142 80 198Q-4 142 4 22Q44 24 80 4z"),
    path(main, "M80 18Q112 34 144 34Q148 132 80 182Q12 132 16 34Q48 34 80 18z"),
    path(light, "M80 18Q48 34 16 34Q12 132 80 182z"),
    path(accent, "M80 60L92 90L124 92L99 112L108 144L80 126L52 144L61 112L36 92L68 90z")
  ]
})

/** Instruments and machines for making and measuring. */
export const tools = [
  camera,
  robot,
  computer,
  phone,
  television,
  gear,
  hammer,
  wrench,
  scissors,
  pencil,
  brush,
  microscope,
  telescope,
  lightbulb,
  anchor,
  compass,
  sword,
  shield
]

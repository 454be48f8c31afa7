import { shade } from "../Colour.js"
import { blob, fade, glow, halo, line, matte, oval, path, poly, rect } from "../Parts.js"
import { subject } from "../Subject.js"

const sky = { realm: "air", home: "sky" } as const

const starPath = (cx: number, cy: number, outer: number, inner: number, corners = 5): string =>
  Array.from({ length: corners * 2 }, (_, index) => {
    const radius = index % 2 === 0 ? outer : inner
    const angle = (index * Math.PI) / corners - Math.PI / 2
    return `${index === 0 ? "M" : "L"}${(cx + radius * Math.cos(angle)).toFixed(1)} ${(cy + radius * Math.sin(angle)).toFixed(1)}`
  }).join("") + "z"

const star = subject({
  id: "star",
  words: ["star"],
  w: 180,
  h: 174,
  ...sky,
  size: 30,
  home: "space",
  colour: "#f8cf4a",
  symmetric: true,
  draw: ({ main, light }) => [
    halo(main, 90, 94, 130, 130, 0.4),
    glow(path(main, starPath(90, 94, 90, 40))),
    fade(0.5, glow(path(light, "M90 4L112 62L90 94zM4 66L66 62L90 94zM37 167L54 107L90 94z")))
  ]
})

const moon = subject({
  id: "moon",
  words: ["moon", "crescent", "crescent moon"],
  w: 160,
  h: 180,
  ...sky,
  size: 40,
  colour: "#f6e7b0",
  draw: ({ main, dark }) => [
    halo(main, 80, 90, 150, 150, 0.4),
    glow(path(main, "M112 6A86 86 0 1 0 150 150A78 78 0 0 1 112 6z")),
    ...[
      [40, 80, 9],
      [58, 128, 12],
      [36, 112, 6],
      [64, 46, 6],
      [98, 160, 7]
    ].map(([x = 0, y = 0, r = 0]) => fade(0.45, glow(oval(dark, x, y, r))))
  ]
})

const sun = subject({
  id: "sun",
  words: ["sun"],
  w: 200,
  h: 200,
  ...sky,
  size: 40,
  colour: "#fbc23a",
  accent: "#f79a33",
  symmetric: true,
  draw: ({ main, accent, light }) => [
    halo(main, 100, 100, 150, 150, 0.4),
    glow(path(accent, starPath(100, 100, 98, 72, 14))),
    glow(oval(main, 100, 100, 62)),
    fade(0.6, glow(oval(light, 82, 80, 26, 22)))
  ]
})

const planet = subject({
  id: "planet",
  words: ["planet", "saturn", "jupiter", "mars", "earth", "globe", "world"],
  w: 260,
  h: 170,
  ...sky,
  home: "space",
  size: 60,
  colour: "#d98f5c",
  accent: "#f0d9a8",
  draw: ({ main, dark, light, accent }) => [
    halo(light, 130, 85, 120, 110, 0.25),
    path(
      accent,
      "M30 118Q-8 132 6 144Q60 150 150 104Q262 44 256 26Q246 14 196 34L200 44Q236 32 238 40Q226 62 142 98Q60 132 26 132Q22 128 38 124z"
    ),
    oval(main, 130, 85, 72),
    fade(0.7, path(light, "M64 64Q120 78 192 50L196 62Q120 92 60 76z")),
    fade(0.6, path(dark, "M60 98Q130 106 201 80L200 98Q130 124 68 118z")),
    fade(0.5, path(light, "M92 142Q134 140 176 128L162 144Q130 158 104 152z")),
    path(accent, "M6 144Q60 150 150 104Q230 62 250 36L256 26Q258 44 152 112Q62 160 12 152Q2 150 6 144z")
  ]
})

const cloud = subject({
  id: "cloud",
  words: ["cloud"],
  w: 240,
  h: 130,
  ...sky,
  size: 30,
  colour: "#f6f8fb",
  draw: ({ main, dark }) => [
    path(
      main,
      "M40 126Q4 124 6 94Q10 68 40 68Q42 30 80 26Q98 2 132 8Q164 14 172 44Q206 40 216 66Q238 74 234 100Q228 126 198 126z"
    ),
    fade(0.5, path(dark, "M40 126Q12 124 8 102Q50 116 110 108Q180 100 233 104Q226 126 198 126z"))
  ]
})

const rainbow = subject({
  id: "rainbow",
  words: ["rainbow"],
  w: 280,
  h: 150,
  ...sky,
  size: 60,
  home: "meadow",
  colour: "#e2553f",
  symmetric: true,
  draw: ({ main }) => [
    ...[main, "#f29b3c", "#f6d552", "#62b56a", "#4a90d0", "#8a63b8"].map((colour, index) => {
      const r = 128 - index * 11
      return glow({
        ...line(colour, 11.5, ""),
        d: `M${140 - r} 136A${r} ${r} 0 0 1 ${140 + r} 136`,
        hard: `M${140 - r} 136A${r} ${r} 0 0 1 ${140 + r} 136`
      })
    }),
    blob("#f6f8fb", "2,146 2,122 22,118 34,104 56,108 66,122 86,126 86,146"),
    blob("#f6f8fb", "194,146 194,126 214,122 226,106 248,106 258,120 278,124 278,146")
  ]
})

const lightning = subject({
  id: "lightning",
  words: ["lightning", "thunderbolt", "lightning bolt", "bolt"],
  w: 120,
  h: 220,
  ...sky,
  size: 30,
  colour: "#fbd646",
  draw: ({ main, light }) => [
    halo(main, 60, 110, 90, 130, 0.4),
    glow(poly(main, "70,4 10,124 54,120 34,216 112,84 66,90 98,6")),
    fade(0.7, glow(poly(light, "70,4 10,124 30,122 84,6")))
  ]
})

const comet = subject({
  id: "comet",
  words: ["comet", "meteor", "shooting star", "asteroid"],
  w: 240,
  h: 170,
  ...sky,
  home: "space",
  size: 20,
  colour: "#8fd0f0",
  accent: "#f6e7b0",
  draw: ({ main, accent, light }) => [
    fade(0.55, glow(path(main, "M236 4Q150 34 58 84L26 130L66 160L108 130Q180 60 236 4z"))),
    fade(0.8, glow(path(light, "M190 40Q120 74 60 104L44 130L70 146L96 128Q150 80 190 40z"))),
    glow(oval(accent, 50, 122, 42)),
    ...[
      [40, 112, 8],
      [62, 130, 10],
      [38, 138, 5]
    ].map(([x = 0, y = 0, r = 0]) => fade(0.5, glow(oval(shade(accent, -0.15), x, y, r))))
  ]
})

const kite = subject({
  id: "kite",
  words: ["kite"],
  w: 170,
  h: 230,
  ...sky,
  size: 1.4,
  home: "meadow",
  colour: "#e2553f",
  accent: "#f6c64a",
  draw: ({ main, accent }) => [
    line("#6b5a4a", 2.6, "72,134 90,164 66,186 92,206 78,228"),
    ...["70,164 110,160 108,176 74,170", "50,190 86,184 88,200 54,200"].map((at) => poly(accent, at)),
    matte(poly(main, "86,4 6,62 72,136")),
    matte(poly(accent, "86,4 164,76 72,136")),
    matte(poly(shade(main, -0.12), "6,62 80,68 72,136")),
    line(shade(main, -0.2), 3, "86,4 72,136"),
    line(shade(main, -0.2), 3, "6,62 164,76")
  ]
})

const heart = subject({
  id: "heart",
  words: ["heart", "love", "valentine"],
  w: 180,
  h: 164,
  realm: "air",
  size: 0.8,
  home: "studio",
  colour: "#dc3f54",
  symmetric: true,
  draw: ({ main, light }) => [
    path(main, "M90 160Q6 104 6 54Q8 8 50 6Q78 8 90 34Q102 8 130 6Q172 8 174 54Q174 104 90 160z"),
    fade(0.7, blob(light, "26,58 34,32 54,24 46,42 38,66"))
  ]
})

const diamond = subject({
  id: "diamond",
  words: ["diamond", "gem", "jewel", "crystal", "gemstone"],
  w: 190,
  h: 160,
  size: 0.05,
  home: "studio",
  colour: "#7fd3ea",
  symmetric: true,
  draw: ({ main, dark, light }) => [
    matte(poly(main, "46,6 144,6 186,58 95,156 4,58")),
    matte(poly(light, "46,6 70,58 4,58")),
    matte(poly(shade(main, 0.16), "46,6 95,6 70,58")),
    matte(poly(light, "95,6 144,6 120,58")),
    matte(poly(dark, "144,6 186,58 120,58")),
    matte(poly(shade(main, 0.08), "4,58 70,58 95,156")),
    matte(poly(dark, "120,58 186,58 95,156"))
  ]
})

const crown = subject({
  id: "crown",
  words: ["crown", "tiara"],
  w: 200,
  h: 140,
  size: 0.25,
  home: "studio",
  colour: "#e8b53a",
  accent: "#c9403f",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    path(main, "M18 124L6 40L52 76L100 14L148 76L194 40L182 124Q100 142 18 124z"),
    path(dark, "M16 108Q100 128 184 108L182 126Q100 144 18 126z"),
    oval(accent, 6, 36, 9),
    oval(accent, 194, 36, 9),
    oval(accent, 100, 12, 11),
    ...[50, 100, 150].map((x, index) =>
      oval(index === 1 ? "#3d7fa6" : accent, x, index === 1 ? 118 : 114, 7)
    ),
    matte(poly("#3d7fa6", "100,62 112,80 100,98 88,80"))
  ]
})

const ball = subject({
  id: "ball",
  words: ["ball", "football", "soccer ball", "beach ball", "sphere", "orb"],
  w: 150,
  h: 150,
  size: 0.25,
  home: "beach",
  colour: "#e2553f",
  accent: "#fbf6ec",
  draw: ({ main, accent }) => [
    oval(accent, 75, 75, 72),
    path(main, "M66 30Q20 40 6 94Q0 60 18 32Q36 8 66 30zM70 28Q120 10 146 64Q140 30 114 14Q92 0 70 28z"),
    path("#3d7fa6", "M74 34Q120 50 128 124Q146 104 147 78Q138 30 74 34z"),
    path("#f6c64a", "M66 36Q40 90 70 147Q44 146 24 126Q20 70 66 36z"),
    oval(accent, 69, 32, 9)
  ]
})

const flag = subject({
  id: "flag",
  words: ["flag", "banner", "pennant"],
  w: 190,
  h: 240,
  size: 3,
  home: "mountains",
  colour: "#d8443a",
  accent: "#fbf6ec",
  draw: ({ main, dark, accent }) => [
    rect("#8a6a4a", 16, 10, 9, 230, 3),
    oval("#d9a93c", 20, 10, 9),
    path(main, "M25 22Q66 4 106 24Q146 42 186 24V124Q146 142 106 124Q66 104 25 124z"),
    path(accent, "M25 56Q66 38 106 58Q146 76 186 58V90Q146 108 106 90Q66 70 25 90z"),
    fade(0.25, path(dark, "M106 24Q126 34 140 34V134Q126 134 106 124z"))
  ]
})

/** Things in the sky, and plain symbols. */
export const symbols = [
  star,
  moon,
  sun,
  planet,
  cloud,
  rainbow,
  lightning,
  comet,
  kite,
  heart,
  diamond,
  crown,
  ball,
  flag
]

import { type Colour, shade } from "../Colour.js"
import { blob, fade, glow, halo, line, matte, oval, path, poly, rect, ring } from "../Parts.js"
import { type Ink, subject } from "../Subject.js"
import { chalk, coal, glass, lamplight, wood } from "./Features.js"

const pane =
  ({ night }: Ink, day: Colour = glass) =>
  (x: number, y: number, w: number, h: number, radius = 2) =>
    night ? glow(rect(lamplight, x, y, w, h, radius)) : rect(day, x, y, w, h, radius)

const house = subject({
  id: "house",
  words: ["house", "cottage", "cabin", "home", "hut", "farmhouse", "mansion"],
  w: 220,
  h: 200,
  size: 7,
  home: "meadow",
  colour: "#f0dcb8",
  accent: "#b5503c",
  seat: { x: 110, y: 14, half: 20 },
  draw: (ink) => {
    const window = pane(ink)
    return [
      path(shade(ink.accent, -0.12), "M150 22H176V76L150 56z"),
      rect(ink.main, 30, 92, 160, 108),
      path(shade(ink.main, -0.08), "M30 92H190V104H30z"),
      path(ink.accent, "M110 10L214 96Q216 104 206 104H14Q4 104 6 96z"),
      fade(0.5, path(shade(ink.accent, 0.08), "M110 10L6 96Q5 104 14 104L110 24z")),
      oval(shade(ink.main, -0.2), 110, 72, 15),
      ink.night ? glow(oval(lamplight, 110, 72, 11)) : oval(glass, 110, 72, 11),
      path("#7d4a34", "M92 200V142Q92 126 110 126Q128 126 128 142V200z"),
      oval("#e2ac34", 122, 166, 3),
      window(44, 120, 36, 38),
      window(140, 120, 36, 38),
      ...[62, 158].flatMap((x) => [
        line(chalk, 3, `${x},120 ${x},158`),
        line(chalk, 3, `${x - 18},139 ${x + 18},139`)
      ]),
      rect("#9c6a45", 40, 158, 44, 7, 2),
      rect("#9c6a45", 136, 158, 44, 7, 2)
    ]
  }
})

const castle = subject({
  id: "castle",
  words: ["castle", "fortress", "palace", "citadel"],
  w: 270,
  h: 250,
  size: 20,
  home: "mountains",
  colour: "#c0b6ab",
  accent: "#a83f46",
  symmetric: true,
  draw: (ink) => {
    const { main, dark, accent } = ink
    const window = pane(ink, "#5a5560")
    const battlement = (x: number, y: number, w: number, teeth: number) => {
      const step = w / (teeth * 2 - 1)
      return Array.from({ length: teeth }, (_, index) =>
        rect(main, x + index * step * 2, y - step, step, step + 1)
      )
    }
    return [
      line(wood, 3, "135,18 135,2"),
      path(accent, "M136 2L158 8L136 15z"),
      rect(dark, 108, 68, 54, 130),
      path(accent, "M100 70L135 14L170 70z"),
      rect(main, 66, 128, 138, 122),
      ...battlement(66, 128, 138, 6),
      rect(main, 14, 96, 58, 154),
      ...battlement(10, 96, 66, 4),
      rect(dark, 10, 96, 66, 9),
      rect(main, 198, 96, 58, 154),
      ...battlement(194, 96, 66, 4),
      rect(dark, 194, 96, 66, 9),
      path(accent, "M8 82L43 32L78 82zM192 82L227 32L262 82z"),
      path(dark, "M104 250V190Q104 158 135 158Q166 158 166 190V250z"),
      path("#6b4a34", "M112 250V192Q112 167 135 167Q158 167 158 192V250z"),
      line(coal, 2.4, "135,168 135,250"),
      window(36, 122, 14, 28, 7),
      window(220, 122, 14, 28, 7),
      window(128, 88, 14, 28, 7),
      window(36, 182, 14, 24, 7),
      window(220, 182, 14, 24, 7),
      ...[
        "84,150 98,150",
        "178,152 192,152",
        "82,214 94,214",
        "182,224 194,224",
        "22,230 34,230",
        "236,170 248,170"
      ].map((at) => fade(0.4, line(dark, 4, at)))
    ]
  }
})

const beam = (reach: number, lampSide: 0 | 1) =>
  glow(
    poly(
      {
        kind: "linear",
        from: [lampSide, 0],
        to: [1 - lampSide, 0],
        stops: [
          [0, "#ffe9a8", 0.75],
          [1, "#ffe9a8", 0]
        ]
      },
      `84,46 ${reach},-6 ${reach},106`
    )
  )

const lighthouse = subject({
  id: "lighthouse",
  words: ["lighthouse", "beacon"],
  w: 170,
  h: 270,
  size: 22,
  home: "beach",
  colour: "#d2443c",
  accent: chalk,
  symmetric: true,
  draw: ({ main, accent, night }) => [
    ...(night ? [beam(-190, 1), beam(360, 0)] : []),
    halo("#fff1b8", 84, 46, 50, 40, night ? 0.9 : 0.4),
    path(accent, "M60 76H108L124 256H44z"),
    path(main, "M57 104H111L114 136H54zM51 172H117L120 206H48z"),
    rect(coal, 48, 68, 72, 9, 3),
    glow(rect("#fff0b5", 64, 34, 40, 34, 3)),
    line(coal, 3, "77,34 77,68"),
    line(coal, 3, "91,34 91,68"),
    path(main, "M56 36Q60 14 84 6Q108 14 112 36z"),
    line(coal, 4, "84,8 84,2"),
    path("#6b4a34", "M74 256V230Q74 218 84 218Q94 218 94 230V256z"),
    rect("#5b6b7a", 79, 86, 10, 12, 5),
    rect("#5b6b7a", 79, 148, 10, 14, 5),
    blob("#7d7a78", "6,270 16,250 44,240 84,252 130,240 156,252 166,270")
  ]
})

const windmill = subject({
  id: "windmill",
  words: ["windmill", "mill", "wind turbine"],
  w: 220,
  h: 260,
  size: 14,
  home: "field",
  colour: "#efe3cb",
  accent: "#8a4f34",
  symmetric: true,
  draw: (ink) => {
    const window = pane(ink, "#5b6b7a")
    const blade = (angle: number) => {
      const turn = (angle * Math.PI) / 180
      const at = (x: number, y: number) =>
        `${(110 + x * Math.cos(turn) - y * Math.sin(turn)).toFixed(1)},${(100 + x * Math.sin(turn) + y * Math.cos(turn)).toFixed(1)}`
      return [
        poly(chalk, [at(22, 2), at(106, 2), at(106, 24), at(22, 20)].join(" ")),
        ...[40, 62, 84].map((x) => fade(0.5, line(ink.accent, 1.8, `${at(x, 2)} ${at(x, 22)}`))),
        line(wood, 5, `${at(0, 0)} ${at(108, 0)}`)
      ]
    }
    return [
      path(ink.main, "M80 108H140L158 260H62z"),
      path(ink.accent, "M72 110Q76 64 110 60Q144 64 148 110z"),
      path("#7d4a34", "M96 260V224Q96 212 110 212Q124 212 124 224V260z"),
      window(102, 132, 16, 22, 8),
      window(102, 172, 16, 22, 8),
      rect(ink.dark, 66, 200, 88, 7, 3),
      ...[20, 110, 200, 290].flatMap(blade),
      oval(ink.accent, 110, 100, 10)
    ]
  }
})

const bridge = subject({
  id: "bridge",
  words: ["bridge", "viaduct", "aqueduct"],
  w: 320,
  h: 130,
  size: 12,
  home: "river",
  colour: "#b3a28e",
  symmetric: true,
  shelter: true,
  seat: { x: 160, y: 22, half: 90 },
  draw: ({ main, dark, light }) => [
    path(
      main,
      "M0 130V46Q160 4 320 46V130H286Q284 76 244 74Q204 76 200 130H178V130Q176 130 120 130Q116 76 76 74Q36 76 34 130z"
    ),
    path(
      dark,
      "M34 130Q36 76 76 74Q116 76 120 130H112Q108 84 76 82Q44 84 42 130zM200 130Q204 76 244 74Q284 76 286 130H278Q276 84 244 82Q212 84 208 130z"
    ),
    path(light, "M0 46Q160 4 320 46V54Q160 12 0 54z"),
    ...[20, 60, 100, 140, 180, 220, 260, 300].map((x) =>
      rect(light, x - 4, 18 + Math.abs(160 - x) ** 2 / 950, 8, 22, 2)
    ),
    path(light, "M0 34Q160 -8 320 34V40Q160 -2 0 40z"),
    ...["140,60 158,60", "164,78 182,78", "136,96 152,96", "8,80 22,80", "298,90 312,90"].map((at) =>
      fade(0.4, line(dark, 4, at))
    )
  ]
})

const tower = subject({
  id: "tower",
  words: ["tower", "eiffel tower", "radio tower", "watchtower"],
  w: 150,
  h: 290,
  size: 60,
  home: "city",
  colour: "#8b6f5a",
  symmetric: true,
  draw: ({ main, dark, light }) => [
    path(main, "M2 290Q54 220 66 60H84Q96 220 148 290H112Q96 240 75 240Q54 240 38 290z"),
    path(dark, "M66 92H84L86 122H64zM62 140H88L92 176H58z"),
    ...["66,72 84,92", "84,72 66,92", "62,142 90,174", "88,142 60,174", "54,194 98,216", "96,194 52,216"].map(
      (at) => line(light, 2.6, at)
    ),
    rect(main, 46, 178, 58, 9, 3),
    rect(main, 56, 122, 38, 8, 3),
    rect(main, 60, 48, 30, 14, 3),
    line(main, 5, "75,50 75,6"),
    oval(light, 75, 6, 4),
    path(dark, "M30 228H120L126 240H24z")
  ]
})

const skyscraper = subject({
  id: "skyscraper",
  words: ["skyscraper", "building", "office building", "apartment", "hotel"],
  w: 130,
  h: 280,
  size: 80,
  home: "city",
  colour: "#6f8ca8",
  symmetric: true,
  draw: (ink) => {
    const window = pane(ink, "#cfe4ee")
    return [
      line(ink.dark, 5, "65,40 65,4"),
      rect(ink.main, 46, 30, 38, 30),
      rect(ink.main, 28, 56, 74, 60),
      rect(ink.main, 8, 104, 114, 176),
      ...[0, 1, 2, 3, 4, 5, 6].flatMap((row) =>
        [0, 1, 2, 3].map((column) =>
          (row * 3 + column * 5) % 7 === 0
            ? rect(ink.dark, 20 + column * 25, 118 + row * 19, 15, 11, 1)
            : window(20 + column * 25, 118 + row * 19, 15, 11, 1)
        )
      ),
      ...[0, 1].flatMap((row) =>
        [0, 1, 2].map((column) => window(36 + column * 22, 68 + row * 17, 14, 10, 1))
      ),
      path("#4a3b38", "M52 280V258H78V280z"),
      fade(0.25, rect(chalk, 8, 104, 8, 176))
    ]
  }
})

const church = subject({
  id: "church",
  words: ["church", "chapel", "cathedral", "monastery"],
  w: 220,
  h: 250,
  size: 16,
  home: "meadow",
  colour: "#f2ebdd",
  accent: "#6d6f86",
  draw: (ink) => {
    const window = pane(ink, "#7fa9c4")
    return [
      line("#c69a3a", 4, "54,32 54,6"),
      line("#c69a3a", 4, "44,15 64,15"),
      rect(ink.main, 86, 142, 122, 108),
      path(ink.accent, "M78 146L104 92H196L218 146z"),
      rect(ink.main, 22, 104, 64, 146),
      path(ink.accent, "M14 108L54 26L94 108z"),
      oval(ink.dark, 54, 130, 14),
      oval(chalk, 54, 130, 10),
      line(coal, 2.4, "54,130 54,123"),
      line(coal, 2.4, "54,130 59,133"),
      path("#7d4a34", "M40 250V206Q40 190 54 190Q68 190 68 206V250z"),
      ...[104, 140, 176].map((x) => window(x, 164, 20, 48, 10))
    ]
  }
})

const barn = subject({
  id: "barn",
  words: ["barn", "farm", "stable", "shed", "warehouse", "factory"],
  w: 250,
  h: 180,
  size: 9,
  home: "field",
  colour: "#b23b34",
  accent: "#59505a",
  draw: ({ main, dark, accent }) => [
    path(dark, "M120 62L126 24H224Q238 46 244 70V180H120z"),
    path(accent, "M74 8H206Q226 26 248 74L236 78Q220 46 204 32H84z"),
    path(main, "M14 180V76L32 44L74 14L116 44L134 76V180z"),
    path(accent, "M74 4L122 38L142 78L130 82L113 48L74 20L35 48L18 82L6 78L26 38z"),
    rect(chalk, 44, 106, 60, 74),
    rect(main, 49, 111, 50, 69),
    line(chalk, 5, "50,112 98,178"),
    line(chalk, 5, "98,112 50,178"),
    rect(chalk, 60, 54, 28, 28),
    rect("#4a3b38", 64, 58, 20, 20),
    ...[160, 200].map((x) => rect(chalk, x, 104, 22, 26)),
    ...[163, 203].map((x) => rect("#4a3b38", x, 107, 16, 20))
  ]
})

const tent = subject({
  id: "tent",
  words: ["tent", "tipi", "teepee", "campsite", "camp", "yurt"],
  w: 220,
  h: 150,
  size: 2,
  home: "forest",
  colour: "#e08a3c",
  accent: "#5a4636",
  draw: ({ main, dark, light, accent, night }) => [
    line(wood, 5, "100,20 92,4"),
    line(wood, 5, "92,20 102,4"),
    path(dark, "M96 14L170 22L216 146H130z"),
    path(main, "M96 14L136 148H8z"),
    night ? glow(path(lamplight, "M94 56L112 148H60z")) : path(accent, "M94 56L112 148H60z"),
    path(light, "M94 56L60 148H42L90 44zM94 56L112 148H122L96 44z"),
    fade(0.4, line(accent, 2, "170,22 216,146")),
    line(accent, 2, "20,124 2,146"),
    line(accent, 2, "202,108 219,146")
  ]
})

const pyramid = subject({
  id: "pyramid",
  words: ["pyramid", "ziggurat"],
  w: 280,
  h: 160,
  size: 60,
  home: "desert",
  colour: "#dfb469",
  symmetric: false,
  draw: ({ main, dark, light }) => [
    matte(poly(main, "116,4 4,160 176,160")),
    matte(poly(dark, "116,4 276,160 176,160")),
    matte(poly(light, "116,4 98,29 122,30")),
    matte(poly(main, "116,4 122,30 141,29")),
    ...["84,49 127,50 160,48", "58,86 140,88 198,84", "30,124 156,126 238,122"].map((at) =>
      fade(0.35, line(dark, 2.4, at))
    ),
    path("#5f4426", "M98 160V138Q98 132 104 132H114Q120 132 120 138V160z")
  ]
})

const igloo = subject({
  id: "igloo",
  words: ["igloo"],
  w: 230,
  h: 120,
  size: 2.4,
  home: "snow",
  colour: "#e6f0f6",
  accent: "#41597a",
  draw: ({ main, dark, accent }) => [
    path(main, "M6 120Q8 8 102 8Q184 10 194 120z"),
    ...["20,72 100,62 184,70", "44,36 102,28 160,34", "10,100 60,96 120,98"].map((at) => line(dark, 2.4, at)),
    ...["70,32 66,64", "128,31 134,64", "44,68 38,98", "100,64 98,96"].map((at) => line(dark, 2.4, at)),
    path(main, "M136 120V84Q138 54 178 54Q220 56 224 84V120z"),
    path(accent, "M152 120V90Q154 70 180 70Q206 70 208 90V120z")
  ]
})

const temple = subject({
  id: "temple",
  words: ["temple", "pagoda", "shrine", "museum", "parthenon"],
  w: 250,
  h: 190,
  size: 14,
  home: "mountains",
  colour: "#e9ddc6",
  accent: "#c7a77a",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    rect(dark, 34, 84, 182, 76),
    path(main, "M125 6L238 62V70H12V62z"),
    path(accent, "M125 22L196 58H54z"),
    oval(main, 125, 46, 9),
    rect(main, 18, 68, 214, 15),
    ...[30, 74, 118, 162, 206].map((x) => rect(main, x - 1, 86, 17, 72, 2)),
    ...[30, 74, 118, 162, 206].flatMap((x) => [
      rect(accent, x - 5, 81, 25, 7, 2),
      rect(accent, x - 5, 154, 25, 7, 2)
    ]),
    rect(main, 18, 160, 214, 11),
    rect(accent, 10, 169, 230, 11),
    rect(main, 2, 179, 246, 11)
  ]
})

const fountain = subject({
  id: "fountain",
  words: ["fountain"],
  w: 200,
  h: 170,
  size: 3,
  home: "garden",
  colour: "#c4bfb8",
  accent: "#8fd0ea",
  symmetric: true,
  draw: ({ main, dark, accent }) => [
    line(accent, 6, "100,60 92,16 66,18 54,56"),
    line(accent, 6, "100,60 108,16 134,18 146,56"),
    line(accent, 7, "100,62 100,8"),
    line(accent, 5, "60,64 40,70 28,116"),
    line(accent, 5, "140,64 160,70 172,116"),
    path(main, "M46 58H154Q148 82 112 86V126H88V86Q52 82 46 58z"),
    oval(accent, 100, 59, 50, 7),
    path(main, "M6 116H194Q190 158 166 168H34Q10 158 6 116z"),
    oval(dark, 100, 117, 94, 14),
    oval(accent, 100, 118, 86, 11),
    fade(0.6, ring(chalk, 2, 74, 118, 24, 4))
  ]
})

/** Things people build to stay. */
export const buildings = [
  house,
  castle,
  lighthouse,
  windmill,
  bridge,
  tower,
  skyscraper,
  church,
  barn,
  tent,
  pyramid,
  igloo,
  temple,
  fountain
]

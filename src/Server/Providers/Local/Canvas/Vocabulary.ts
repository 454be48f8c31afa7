import { colours } from "./Colour.js"
import { hours, weathers } from "./Light.js"
import { palettes } from "./Palettes.js"
import { settings } from "./Settings/index.js"
import { styles } from "./Styles/index.js"
import { subjects } from "./Subjects/index.js"

/** One meaning with the words that call for it. */
export interface VocabularyEntry {
  readonly id: string
  readonly words: ReadonlyArray<string>
}

const entries = (list: ReadonlyArray<VocabularyEntry>): ReadonlyArray<VocabularyEntry> =>
  list.map(({ id, words }) => ({ id, words }))

const postures = [
  "sitting",
  "standing",
  "resting",
  "lying",
  "placed",
  "perched",
  "sleeping",
  "floating",
  "parked"
]

const withPosture = (...words: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...words,
  ...words.flatMap((word) => postures.map((posture) => `${posture} ${word}`))
]

/** Everything the engine understands, as data. */
export const vocabulary = {
  subjects: entries(subjects),
  settings: entries(settings),
  times: entries(hours),
  weathers: entries(weathers),
  palettes: entries(palettes),
  styles: entries(styles),
  colours: entries(colours),
  relations: [
    { id: "left of", words: ["left of", "to the left of", "on the left of", "on the left side of"] },
    { id: "right of", words: ["right of", "to the right of", "on the right of", "on the right side of"] },
    { id: "behind", words: withPosture("behind", "in back of") },
    { id: "in front of", words: withPosture("in front of") },
    { id: "on", words: withPosture("on", "on top of", "atop", "upon", "onto") },
    {
      id: "above",
      words: [
        "above",
        "over",
        "flying above",
        "flying over",
        "hovering over",
        "hovering above",
        "floating above"
      ]
    },
    { id: "under", words: withPosture("under", "below", "beneath", "underneath") },
    { id: "in", words: withPosture("in", "inside", "inside of", "into", "within") },
    { id: "beside", words: withPosture("beside", "next to", "near", "by", "alongside") }
  ],
  sides: [
    { id: "left", words: ["on the left", "at left", "on the left side", "at the left"] },
    { id: "right", words: ["on the right", "at right", "on the right side", "at the right"] }
  ],
  sizes: [
    { id: "large", words: ["big", "large", "huge", "giant", "tall", "enormous", "gigantic", "massive"] },
    { id: "small", words: ["small", "little", "tiny", "mini", "miniature", "short"] }
  ],
  counts: [
    { id: "1", words: ["one", "single", "lone", "a", "an", "lonely", "solitary"] },
    { id: "2", words: ["two", "pair of", "a pair of", "couple of", "a couple of", "both", "twin"] },
    { id: "3", words: ["three", "few", "a few", "some", "trio of"] },
    { id: "4", words: ["four", "several"] },
    {
      id: "5",
      words: ["five", "group of", "a group of", "bunch of", "a bunch of", "row of", "a row of", "various"]
    },
    {
      id: "6",
      words: ["six", "many", "half a dozen", "herd of", "a herd of", "pack of", "a pack of", "lots of"]
    },
    { id: "7", words: ["seven", "flock of", "a flock of", "school of", "a school of"] },
    { id: "8", words: ["eight", "crowd of", "a crowd of", "swarm of", "a swarm of"] },
    { id: "9", words: ["nine"] },
    { id: "10", words: ["ten"] },
    { id: "11", words: ["eleven"] },
    {
      id: "12",
      words: [
        "twelve",
        "dozen",
        "a dozen",
        "dozens of",
        "hundred",
        "thousand",
        "hundreds of",
        "thousands of",
        "countless"
      ]
    }
  ],
  negations: [
    {
      id: "without",
      words: [
        "no",
        "without",
        "not",
        "never",
        "minus",
        "free of",
        "lacking",
        "excluding",
        "except",
        "nor",
        "don't",
        "without any",
        "but no"
      ]
    }
  ]
} as const satisfies Readonly<Record<string, ReadonlyArray<VocabularyEntry>>>

/** A word of the prompt, with its stem and whether a pause stands before it. */
export interface Token {
  readonly text: string
  readonly stem: string
  readonly plural: boolean
  readonly pause: boolean
}

const irregular: Readonly<Record<string, string>> = {
  mice: "mouse",
  people: "person",
  persons: "person",
  men: "man",
  women: "woman",
  children: "child",
  geese: "goose",
  wolves: "wolf",
  knives: "knife",
  leaves: "leaf",
  loaves: "loaf",
  calves: "calf",
  oxen: "ox",
  cacti: "cactus",
  fungi: "fungus",
  octopi: "octopus",
  shoes: "shoe",
  horses: "horse",
  houses: "house",
  roses: "rose",
  vases: "vase",
  foxes: "fox",
  axes: "axe",
  trees: "tree",
  bees: "bee",
  movies: "movie",
  cookies: "cookie"
}

// Words that end in s without being a plural, or that name their thing only in the plural.
const invariable = new Set([
  "bus",
  "cactus",
  "octopus",
  "compass",
  "glass",
  "grass",
  "canvas",
  "christmas",
  "moss",
  "scissors",
  "shears",
  "binoculars",
  "always",
  "news",
  "is",
  "was",
  "as",
  "this",
  "its",
  "has",
  "us",
  "cosmos",
  "atlas",
  "isis",
  "series",
  "lens",
  "chess",
  "dress",
  "less",
  "albatross",
  "walrus",
  "darkness",
  "wilderness",
  "fortress",
  "campus",
  "venus",
  "mars",
  "alps",
  "highlands",
  "pancreas"
])

/** Takes a simple plural off. */
export const stem = (word: string): { readonly stem: string; readonly plural: boolean } => {
  const known = irregular[word]
  if (known !== undefined && Object.hasOwn(irregular, word)) return { stem: known, plural: true }
  if (word.length < 4 || !word.endsWith("s") || word.endsWith("ss") || invariable.has(word))
    return { stem: word, plural: false }
  if (word.endsWith("'s")) return { stem: word.slice(0, -2), plural: false }
  if (word.endsWith("ies") && word.length > 4) return { stem: `${word.slice(0, -3)}y`, plural: true }
  if (/(?:[sx]|ch|sh|zz|o)es$/.test(word) && !/(?:oes|ses)$/.test(word))
    return { stem: word.slice(0, -2), plural: true }
  if (/(?:toes|goes|sses|uses)$/.test(word)) return { stem: word.slice(0, -2), plural: true }
  return { stem: word.slice(0, -1), plural: true }
}

const longest = 400

/** Splits a prompt into words; case, accents of compatibility and hyphens do not matter. */
export const tokenise = (prompt: string): ReadonlyArray<Token> => {
  const text = prompt.slice(0, 20_000).normalize("NFKC").toLowerCase().replaceAll("’", "'")
  const tokens: Array<Token> = []
  let end = 0
  for (const match of text.matchAll(/[\p{L}\p{M}\p{N}]+(?:'[\p{L}]+)?/gu)) {
    if (tokens.length >= longest) break
    const word = match[0]
    const between = text.slice(end, match.index)
    end = match.index + word.length
    tokens.push({ text: word, ...stem(word), pause: /[,.;:!?()\n—–/|]/.test(between) })
  }
  return tokens
}

/** Words that carry no picture. */
export const functionWords: ReadonlySet<string> = new Set(
  (
    "a an the and or of to with without from for at as is are was were be been being it its it's this that these those there here " +
    "his her their our my your he she they them we you i me which who whose whom what where when while during all each every any " +
    "very so such just also too then than into onto through across along around about up down out off away against among between " +
    "has have had having do does did done can could will would shall should may might must please make create draw drawing drawn " +
    "generate show shows showing shown depict depicting depicts render paint picture image scene view style styled artwork art " +
    "illustrate design composition featuring feature includes include including some set seen made looking look looks full filled " +
    "covered surrounded back front top bottom side middle center centre left right want like let give me only but if not no " +
    "sitting standing resting lying placed colour color colored coloured look kind type sort"
  ).split(" ")
)

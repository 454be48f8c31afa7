import { vocabulary } from "./Vocabulary.js"
import { functionWords, stem, type Token, tokenise } from "./Words.js"

type Kind = keyof typeof vocabulary

interface Meaning {
  readonly kind: Kind
  readonly id: string
  readonly word: string
}

/** A thing the prompt names, in the order it names them. */
export interface Mention {
  readonly word: string
  readonly subject: string
  readonly count: number
  readonly colours: ReadonlyArray<string>
  readonly shadeStep: number
  readonly size: number
  readonly side: "left" | "right" | null
}

/** A relation between two mentions by index, or between a mention and the setting. */
export interface Bond {
  readonly relation: string
  readonly subject: number
  readonly object: number | { readonly setting: string }
}

/** What a prompt asks for, as far as the vocabulary reaches. */
export interface Reading {
  readonly mentions: ReadonlyArray<Mention>
  readonly bonds: ReadonlyArray<Bond>
  readonly setting: string | null
  readonly settingColour: string | null
  readonly skyColour: string | null
  readonly sky: boolean
  readonly time: string | null
  readonly weather: string | null
  readonly palette: string | null
  readonly style: string | null
  /** Ids the prompt rules out. */
  readonly avoid: ReadonlySet<string>
  readonly unread: ReadonlyArray<string>
}

const kinds: ReadonlyArray<Kind> = [
  "negations",
  "relations",
  "sides",
  "counts",
  "sizes",
  "colours",
  "subjects",
  "settings",
  "times",
  "weathers",
  "palettes",
  "styles"
]

const longestPhrase = 5

let lexicon: ReadonlyMap<string, ReadonlyArray<Meaning>> | undefined

/** All phrases by their stems; made at the first prompt, for it takes 2 ms. */
const lexiconOf = (): ReadonlyMap<string, ReadonlyArray<Meaning>> => (lexicon ??= readVocabulary())

const readVocabulary = (): ReadonlyMap<string, ReadonlyArray<Meaning>> => {
  const map = new Map<string, Array<Meaning>>()
  for (const kind of kinds) {
    for (const { id, words } of vocabulary[kind]) {
      for (const word of words) {
        const key = word
          .split(" ")
          .map((part) => stem(part).stem)
          .join(" ")
        const list = map.get(key) ?? []
        list.push({ kind, id, word })
        map.set(key, list)
      }
    }
  }
  return map
}

const placeWords = new Set([
  "in",
  "at",
  "on",
  "inside",
  "through",
  "across",
  "along",
  "near",
  "by",
  "over",
  "under",
  "of",
  "into",
  "within",
  "above"
])
const articles = new Set([
  "a",
  "an",
  "the",
  "some",
  "this",
  "that",
  "its",
  "his",
  "her",
  "their",
  "my",
  "your"
])
const deeper: Readonly<Record<string, number>> = {
  dark: -0.12,
  deep: -0.08,
  light: 0.1,
  pale: 0.12,
  bright: 0.05
}
const worn = new Set(["hat", "crown"])

const maximumCount = 12
const maximumMentions = 8

interface Match {
  readonly meaning: Meaning
  readonly length: number
  readonly plural: boolean
}

interface Pending {
  count: number | null
  colours: Array<string>
  shadeStep: number
  size: number
}

const fresh = (): Pending => ({ count: null, colours: [], shadeStep: 0, size: 1 })

const afterPlaceWord = (tokens: ReadonlyArray<Token>, index: number): boolean => {
  for (let at = index - 1; at >= Math.max(0, index - 4); at--) {
    const token = tokens[at]
    if (token === undefined || tokens[at + 1]?.pause === true) return false
    if (placeWords.has(token.text)) return true
    const modifies =
      articles.has(token.text) ||
      (lexiconOf().get(token.stem) ?? []).some(
        ({ kind }) =>
          kind === "colours" ||
          kind === "sizes" ||
          kind === "palettes" ||
          kind === "weathers" ||
          kind === "times"
      )
    if (!modifies && lexiconOf().has(token.stem)) return false
  }
  return false
}

const matchAt = (tokens: ReadonlyArray<Token>, index: number, pending: Pending): Match | null => {
  for (let length = Math.min(longestPhrase, tokens.length - index); length > 0; length--) {
    const part = tokens.slice(index, index + length)
    if (part.slice(1).some((token) => token.pause)) continue
    const meanings = lexiconOf().get(part.map((token) => token.stem).join(" "))
    if (meanings === undefined) continue
    const text = part.map((token) => token.text).join(" ")
    const last = part[part.length - 1]
    const counted = pending.count !== null && (pending.count > 1 || last?.plural === false)
    const score = ({ kind, word }: Meaning): number =>
      (word === text ? 2 : 0) +
      (kind === "settings" && afterPlaceWord(tokens, index) ? 3 : 0) +
      (kind === "subjects" && counted ? ((pending.count ?? 0) > 1 ? 6 : 2) : 0) +
      (kind === "colours" && nounFollows(tokens, index + length) ? 3 : 0)
    let best = meanings[0]
    for (const meaning of meanings) {
      if (best === undefined || score(meaning) > score(best)) best = meaning
    }
    if (best !== undefined) return { meaning: best, length, plural: last?.plural ?? false }
  }
  return null
}

const nounFollows = (tokens: ReadonlyArray<Token>, index: number): boolean => {
  const next = tokens[index]
  return next !== undefined && !next.pause && !functionWords.has(next.text)
}

/** Reads a prompt against the vocabulary. */
export const read = (prompt: string): Reading => {
  const tokens = tokenise(prompt)
  const mentions: Array<Mention> = []
  const bonds: Array<Bond> = []
  const avoid = new Set<string>()
  const unread = new Set<string>()
  const chosen: {
    [K in "setting" | "settingColour" | "skyColour" | "time" | "weather" | "palette" | "style"]: string | null
  } = {
    setting: null,
    settingColour: null,
    skyColour: null,
    time: null,
    weather: null,
    palette: null,
    style: null
  }
  let sky = false
  let pending = fresh()
  // The mentions that the next relation speaks of: "a cat and a dog on a sofa" means both.
  let together: Array<number> = []
  let answered = false
  let relation: string | null = null
  let opening: { relation: string; object: number } | null = null
  let linked = false
  let negated = false

  const choose = (slot: "setting" | "time" | "weather" | "palette" | "style", id: string, word: string) => {
    if (chosen[slot] === null) chosen[slot] = id
    else if (chosen[slot] !== id) unread.add(word)
  }

  const bind = (object: Bond["object"], ownIndex: number | null) => {
    if (relation === null) return
    if (together.length === 0) {
      if (typeof object === "number") opening = { relation, object }
    } else {
      for (const subject of together) {
        if (subject !== ownIndex && subject !== object) bonds.push({ relation, subject, object })
      }
    }
    relation = null
    answered = true
  }

  const addMention = (word: string, subject: string, plural: boolean) => {
    if (mentions.length >= maximumMentions) {
      unread.add(word)
      pending = fresh()
      return
    }
    const count = Math.min(maximumCount, pending.count ?? (plural ? 3 : 1))
    const index = mentions.length
    mentions.push({
      word,
      subject,
      count: Math.max(1, count === 1 && plural && pending.count === null ? 3 : count),
      colours: pending.colours,
      shadeStep: pending.shadeStep,
      size: pending.size,
      side: null
    })
    pending = fresh()
    if (relation !== null) {
      const opens = together.length === 0
      // "a girl with a crown beside a horse": it is still the girl who stands there.
      const accessory = relation === "wears" || relation === "holds"
      const holders = together
      bind(index, index)
      together = opens ? [] : accessory ? holders : [index]
      linked = false
      return
    }
    if (opening !== null && (together.length === 0 || linked)) {
      bonds.push({ relation: opening.relation, subject: index, object: opening.object })
    } else opening = null
    together = linked && !answered ? [...together, index] : [index]
    answered = false
    linked = false
  }

  // "the table" is the table already on the page.
  const again = (index: number, subject: string): boolean => {
    const known = mentions.findIndex((mention) => mention.subject === subject)
    if (tokens[index - 1]?.text !== "the" || known < 0 || pending.colours.length > 0) return false
    if (relation !== null) bind(known, known)
    together = [known]
    answered = false
    linked = false
    pending = fresh()
    return true
  }

  for (let index = 0; index < tokens.length; ) {
    const token = tokens[index]
    if (token === undefined) break
    const { text } = token
    const next = tokens[index + 1]
    if (token.pause) {
      negated = false
      linked = together.length > 0 && relation === null
      pending = fresh()
    }

    if (text === "and" || text === "or" || text === "plus") {
      linked = true
      if (
        negated &&
        text !== "or" &&
        next !== undefined &&
        (articles.has(next.text) || lexiconOf().get(next.stem)?.[0]?.kind === "counts")
      )
        negated = false
      index++
      continue
    }
    if (text === "at") negated = false
    if (text === "with" || text === "but" || text === "while" || text === "wearing") {
      negated = false
      const wears = text !== "but" && text !== "while" && together.length > 0
      linked = wears
      index++
      if (wears) relation = "wears"
      continue
    }
    if (text === "of" && together.length === 1 && mentions.length > 0 && next !== undefined) {
      relation = "holds"
      index++
      continue
    }
    if (text === "is" || text === "are") {
      const colour = lexiconOf()
        .get(next?.stem ?? "")
        ?.find(({ kind }) => kind === "colours")
      const last = mentions[mentions.length - 1]
      if (colour !== undefined && last !== undefined && !nounFollows(tokens, index + 2)) {
        mentions[mentions.length - 1] = { ...last, colours: [colour.id] }
        index += 2
        continue
      }
    }
    const step = deeper[text]
    if (
      step !== undefined &&
      Object.hasOwn(deeper, text) &&
      (lexiconOf().get(next?.stem ?? "") ?? []).some(({ kind }) => kind === "colours") &&
      next?.pause === false
    ) {
      pending.shadeStep = step
      index++
      continue
    }
    if (/^\d{1,3}$/.test(text) && next !== undefined && !next.pause) {
      pending.count = Math.max(1, Math.min(maximumCount, Number(text)))
      index++
      continue
    }

    const match = matchAt(tokens, index, pending)
    if (match === null) {
      if (!functionWords.has(text) && !negated) unread.add(text)
      index++
      continue
    }
    const { meaning, length, plural } = match
    const word = tokens
      .slice(index, index + length)
      .map((part) => part.text)
      .join(" ")
    index += length

    if (meaning.kind === "negations") {
      negated = true
      relation = null
      continue
    }
    if (negated && meaning.kind !== "relations" && meaning.kind !== "sides") {
      if (meaning.kind === "counts" || meaning.kind === "sizes" || meaning.kind === "colours") continue
      for (const { id } of lexiconOf().get(
        word
          .split(" ")
          .map((part) => stem(part).stem)
          .join(" ")
      ) ?? [meaning])
        avoid.add(id)
      if (meaning.id === "cloudy") avoid.add("cloud")
      if (word === "stars") avoid.add("star")
      continue
    }
    switch (meaning.kind) {
      case "relations":
        negated = false
        pending = fresh()
        if (relation === null || relation === "wears") relation = meaning.id
        break
      case "sides": {
        const last = mentions[mentions.length - 1]
        if (last !== undefined)
          mentions[mentions.length - 1] = { ...last, side: meaning.id === "left" ? "left" : "right" }
        break
      }
      case "counts": {
        const count = Number(meaning.id)
        pending.count = Math.max(pending.count ?? 1, count)
        break
      }
      case "sizes":
        pending.size = meaning.id === "large" ? 1.35 : 0.68
        break
      case "colours":
        pending.colours = [...pending.colours, meaning.id]
        break
      case "subjects":
        if (!again(index - length, meaning.id)) addMention(word, meaning.id, plural)
        break
      case "settings": {
        const colour = pending.colours[0] ?? null
        pending = fresh()
        if (meaning.id === "sky") {
          sky = true
          chosen.skyColour ??= colour
          relation = null
          break
        }
        choose("setting", meaning.id, word)
        if (chosen.setting === meaning.id) {
          chosen.settingColour ??= colour
          if (relation === "on" || relation === "in front of" || relation === "above")
            bind({ setting: meaning.id }, null)
        }
        relation = null
        break
      }
      case "times":
        choose("time", meaning.id, word)
        relation = null
        break
      case "weathers":
        if (word === "snow" && afterPlaceWord(tokens, index - length)) choose("setting", "snow", word)
        else choose("weather", meaning.id, word)
        relation = null
        break
      case "palettes":
        choose("palette", meaning.id, word)
        break
      default:
        choose("style", meaning.id, word)
    }
  }

  // A colour that no noun took tints the whole picture.
  const loose = pending.colours[0]
  if (loose !== undefined && mentions.length === 0 && chosen.palette === null) chosen.palette = loose
  else if (loose !== undefined) unread.add(loose)

  return {
    mentions,
    bonds: bonds.map((bond) => dressed(bond, mentions)).filter((bond): bond is Bond => bond !== null),
    ...chosen,
    sky,
    avoid,
    unread: [...unread]
  }
}

/** "with" says on for hats and beside for all else; "a basket of apples" puts the apples in. */
const dressed = (bond: Bond, mentions: ReadonlyArray<Mention>): Bond | null => {
  if (bond.relation !== "wears" && bond.relation !== "holds") return bond
  if (typeof bond.object !== "number") return null
  const object = mentions[bond.object]
  const swapped = { subject: bond.object, object: bond.subject }
  if (bond.relation === "holds") return { relation: "in", ...swapped }
  return object !== undefined && worn.has(object.subject) ? { relation: "on", ...swapped } : null
}

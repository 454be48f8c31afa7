import { type Patch, rules } from "./Phrases.js"
import type { TransformParameters } from "./Parameters.js"

/** What of a prompt could be turned into parameters, and the clauses that could not. */
export interface UnderstoodPrompt {
  readonly parameters: TransformParameters
  readonly understood: ReadonlyArray<string>
  readonly not_understood: ReadonlyArray<string>
}

/** Longest prompt that is read, most clauses, and the longest clause that is reported, in characters. */
const maxPrompt = 4000
const maxClauses = 40
const maxClause = 80

/** Words that ask, point or soften, and say nothing of what to do. */
const filler =
  /\b(?:please|kindly|can you|could you|would you|i want you to|i want|i would like to|i'd like to|just|then|also|now|it|this|that|the|a|an|my|image|picture|photo|photograph|pic|to be|make|turn|so|is)\b/g

const normalise = (clause: string): string =>
  clause
    .replace(/×/g, "x")
    .replace(/colour/g, "color")
    .replace(/grey/g, "gray")
    .replace(filler, " ")
    .replace(/\s+/g, " ")
    .trim()

/** Clauses: a point or comma between digits does not end one. */
const clausesOf = (prompt: string): ReadonlyArray<string> =>
  prompt
    .slice(0, maxPrompt)
    .toLowerCase()
    .replace(/\bblack and white\b/g, "black-white")
    .split(/[;!?\n]|,(?!\d)|(?<!\d),|\.(?!\d)|\band\b|\bthen\b|\bplus\b|&/)
    .map((clause) => clause.trim().replace(/\s+/g, " "))
    .filter((clause) => clause !== "")
    .slice(0, maxClauses)

const patchOf = (clause: string): Patch | null => {
  for (const [pattern, patch] of rules) {
    const found = pattern.exec(clause)
    const changed = found === null ? null : patch(found)
    if (changed !== null) return changed
  }
  return null
}

/** A later clause wins over an earlier one, but for turns, which add up, and factors, which are merged. */
const merge = (one: TransformParameters, patch: Patch): TransformParameters => ({
  ...one,
  ...patch,
  ...(one.rotate !== undefined && patch.rotate !== undefined
    ? { rotate: (one.rotate + patch.rotate) % 360 }
    : {}),
  ...(one.modulate !== undefined && patch.modulate !== undefined
    ? { modulate: { ...one.modulate, ...patch.modulate } }
    : {}),
  ...(one.resize !== undefined && patch.resize !== undefined
    ? { resize: { ...one.resize, ...patch.resize } }
    : {})
})

/** Turns a plain instruction into parameters by a small fixed grammar; used only when no parameters are given. */
export const promptToParameters = (prompt: string): UnderstoodPrompt => {
  let parameters: TransformParameters = {}
  const understood: Array<string> = []
  const missed: Array<string> = []
  for (const clause of clausesOf(prompt)) {
    const plain = normalise(clause)
    // Only filler: nothing was asked, so nothing was missed.
    if (plain === "") continue
    const patch = patchOf(plain)
    const shown = clause.slice(0, maxClause)
    if (patch === null) missed.push(shown)
    else {
      parameters = merge(parameters, patch)
      understood.push(shown)
    }
  }
  return { parameters, understood, not_understood: missed }
}

const plain = /^[A-Za-z0-9_@%+=:,./-]+$/

/** Quotes one word so that any POSIX shell hands it on unchanged. */
export const quoteWord = (word: string): string =>
  plain.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** Joins words into one command line that a POSIX shell splits back into the same words. */
export const quoteWords = (words: ReadonlyArray<string>): string => words.map(quoteWord).join(" ")

/**
 * Splits a command line made of plain words and quoted words. `null` when it holds anything that a shell would expand, run
 * or redirect: such a line is somebody's program, not a command of ours.
 */
export const splitWords = (line: string): ReadonlyArray<string> | null => {
  const words: Array<string> = []
  let word: string | null = null
  let index = 0
  while (index < line.length) {
    const character = line.charAt(index)
    if (character === " " || character === "\t") {
      if (word !== null) words.push(word)
      word = null
      index += 1
    } else if (character === "'") {
      const end = line.indexOf("'", index + 1)
      if (end < 0) return null
      word = (word ?? "") + line.slice(index + 1, end)
      index = end + 1
    } else if (character === '"') {
      const end = line.indexOf('"', index + 1)
      if (end < 0) return null
      const inner = line.slice(index + 1, end)
      if (/[$`\\!]/.test(inner)) return null
      word = (word ?? "") + inner
      index = end + 1
    } else if (character === "\\" && line.charAt(index + 1) === "'") {
      word = (word ?? "") + "'"
      index += 2
    } else if (plain.test(character)) {
      word = (word ?? "") + character
      index += 1
    } else {
      return null
    }
  }
  if (word !== null) words.push(word)
  return words
}

/** Thrown inside the checker only; `checkSvg` turns it into a reason. */
export class SvgRefusal extends Error {}

/** A piece of the caller's text that is safe to repeat: printable, at most `most` characters. */
export const snippet = (text: string, most: number): string => {
  const printable = Array.from(text.slice(0, most + 1), (character) =>
    /^[\p{L}\p{N}\p{P}\p{S} ]$/u.test(character) ? character : "?"
  ).join("")
  return text.length > most ? `${printable.slice(0, most - 1)}…` : printable
}

/** An element's name as a reason shows it. */
export const tag = (name: string): string => `<${snippet(name, 18)}>`

/** Refuses the document for something at a line, counted from 1. */
export const refuse = (line: number, what: string): never => {
  throw new SvgRefusal(`line ${line}: ${what}`)
}

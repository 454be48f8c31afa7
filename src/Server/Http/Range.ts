/** A part of some bytes: first and last byte, both included. */
export interface Span {
  readonly first: number
  readonly last: number
}

/**
 * Reads a `Range` header of one range against a length. `null` means all of it: no range, several, or one that cannot be read,
 * which a server may answer whole; "unsatisfiable" one that begins behind the end.
 */
export const readRange = (header: string | undefined, length: number): Span | null | "unsatisfiable" => {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "")
  if (match === null) return null
  const [, from = "", to = ""] = match
  if (from === "" && to === "") return null
  if (from === "") {
    const count = Number(to)
    return count === 0 || length === 0
      ? "unsatisfiable"
      : { first: Math.max(0, length - count), last: length - 1 }
  }
  const first = Number(from)
  if (to !== "" && Number(to) < first) return null
  if (first >= length) return "unsatisfiable"
  return { first, last: to === "" ? length - 1 : Math.min(Number(to), length - 1) }
}

/** Whether an `If-None-Match` header names an entity tag. */
export const matchesTag = (header: string | undefined, tag: string): boolean =>
  header !== undefined &&
  header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === tag)

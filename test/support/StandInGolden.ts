import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { expect } from "vitest"

const folder = path.resolve(import.meta.dirname, "../golden")

/** Whether this run writes the golden files instead of comparing with them. */
export const isUpdate = process.env["UPDATE_GOLDEN"] === "1"

/** Compares a text with `test/golden/<name>`; `UPDATE_GOLDEN=1` writes it. */
export const golden = (name: string, text: string): void => {
  const at = path.join(folder, name)
  if (isUpdate) {
    mkdirSync(path.dirname(at), { recursive: true })
    writeFileSync(at, text)
    return
  }
  expect(
    existsSync(at),
    `${name} is missing: UPDATE_GOLDEN=1 npx vitest run test/Commands/Golden.test.ts`
  ).toBe(true)
  expect(text).toBe(readFileSync(at, "utf8"))
}

/** Names of the golden files in a folder. */
export const goldenNames = (name: string): ReadonlyArray<string> =>
  existsSync(path.join(folder, name)) ? readdirSync(path.join(folder, name)).sort() : []

const ids = /(job|image|video|audio|file|evt|usage|quote|payatt|rcpt|crev|sig|agt|org|trace)_[0-9a-f]{24,32}/g

/** Replaces what differs from run to run: ids by number in their order, times, hashes, sizes, places, keys that were made up. */
export const normalised = (text: string, places: Readonly<Record<string, string>>): string => {
  const seen = new Map<string, string>()
  const counts = new Map<string, number>()
  let told = text
  for (const [name, place] of Object.entries(places)) told = told.replaceAll(place, `<${name}>`)
  return told
    .replaceAll(ids, (id, kind: string) => {
      const known = seen.get(id)
      if (known !== undefined) return known
      const count = (counts.get(kind) ?? 0) + 1
      counts.set(kind, count)
      seen.set(id, `<${kind} ${count}>`)
      return `<${kind} ${count}>`
    })
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "<time>")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "<sha256>")
    .replaceAll(/\b(?:is-[0-9a-f]{32}|retry-[0-9a-f]{16})\b/g, "<key>")
    .replaceAll(/("(?:content_length|bytes|latency_ms|duration_ms|retry_after_seconds)": )\d+/g, "$1<number>")
}

/** The paths and types of a value's fields: `assets[].width: number`. */
export const fieldsOf = (value: unknown, at = "data"): ReadonlyArray<string> => {
  if (Array.isArray(value)) return [...new Set(value.flatMap((inner) => fieldsOf(inner, `${at}[]`)))]
  if (typeof value !== "object" || value === null) return [`${at}: ${value === null ? "null" : typeof value}`]
  return Object.entries(value).flatMap(([key, inner]) => fieldsOf(inner, `${at}.${key}`))
}

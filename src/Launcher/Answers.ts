import { closeSync, openSync, readSync } from "node:fs"
import { traceDigits } from "./Document.js"

/** Where the answers to fixed command lines stand: the words joined by NUL, then offset and length in bytes. */
export type AnswerIndex = Readonly<Record<string, readonly [offset: number, length: number]>>

/** What stands in an answer in place of the digits of its trace id. */
export const tracePlaceholder = `trace_${"0".repeat(32)}`

/** How an argument list is written in the index; no argument can hold a NUL. */
export const answerKey = (argv: ReadonlyArray<string>): string => argv.join("\0")

/** The answer that Main would write, from the file made at build time, under a fresh trace id; `null` leaves it to Main. */
export const findAnswer = (file: string, index: AnswerIndex, argv: ReadonlyArray<string>): Buffer | null => {
  // One empty word would be written as no words are.
  if (argv.includes("")) return null
  const key = answerKey(argv)
  if (!Object.prototype.hasOwnProperty.call(index, key)) return null
  const place = index[key]
  if (place === undefined) return null
  try {
    const [offset, length] = place
    const bytes = Buffer.allocUnsafe(length)
    const descriptor = openSync(file, "r")
    const count = readSync(descriptor, bytes, 0, length, offset)
    closeSync(descriptor)
    const trace = bytes.indexOf(tracePlaceholder)
    if (count !== length || trace < 0) return null
    bytes.write(traceDigits(), trace + "trace_".length, "latin1")
    return bytes
  } catch {
    return null
  }
}

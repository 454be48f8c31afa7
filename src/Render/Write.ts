import * as Effect from "effect/Effect"
import { Output } from "../Services/Output.js"

/** A finished run, as far as writing needs it. */
export interface Written {
  readonly text: string
  readonly exitCode: number
  readonly bytes: Uint8Array | null
  readonly log: string | null
  /** What standard error is told when the document is lost: how to go on with paid work; `null` when there is none. */
  readonly lastWords: string | null
  /** What lives on behind the document, if anything does. */
  readonly resident: Resident | null
}

/** Something that a command started and that outlives its document. */
export interface Resident {
  /** Ends when it is asked to. */
  readonly ended: Effect.Effect<void>
  readonly stop: Effect.Effect<void>
}

/**
 * Writes a run's document, and bytes where the caller asked for them, and answers the exit code that is left: a reader who has gone
 * away is 141 without a word, a full disk is 9 with one line on standard error, which names the key and the job of paid work (contract
 * §1, §2, §11). What is resident stays until it is
 * asked to end, unless nobody could be told that it is there.
 */
export const write = ({ resident, ...document }: Written) =>
  Effect.gen(function* () {
    const left = yield* writeDocument(document)
    if (resident !== null) {
      if (left === 0) yield* resident.ended
      yield* resident.stop
    }
    return left
  })

const writeDocument = ({ bytes, exitCode, lastWords, log, text }: Omit<Written, "resident">) =>
  Effect.gen(function* () {
    const output = yield* Output
    if (log !== null) yield* Effect.ignore(output.stderr(log))
    const written = yield* Effect.either(bytes === null ? output.stdout(text) : output.stdout(bytes))
    if (bytes !== null) yield* Effect.ignore(output.stderr(text))
    if (written._tag === "Right") return exitCode
    if (written.left.cause === "epipe") return 141
    const lost = `image-skill: the answer could not be written (${written.left.cause})`
    yield* Effect.ignore(output.stderr(`${lost}${lastWords === null ? "" : `; ${lastWords}`}\n`))
    return 9
  })

import { writeSync } from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { layerSync } from "../Stack.js"

/** A stream could not be written: the errno in lower case. */
export interface OutputProblem {
  readonly _tag: "OutputProblem"
  readonly cause: string
}

/** Standard output and error: what is written there is written whole, or the problem is known. */
export class Output extends Context.Tag("image-skill/Output")<
  Output,
  {
    readonly stdout: (bytes: string | Uint8Array) => Effect.Effect<void, OutputProblem>
    readonly stderr: (text: string) => Effect.Effect<void, OutputProblem>
  }
>() {
  /** This process's. */
  static readonly layer = layerSync(Output, () => ({
    stdout: (bytes) => write(1, bytes),
    stderr: (text) => write(2, text)
  }))
}

const problemOf = (error: unknown): OutputProblem => ({
  _tag: "OutputProblem",
  cause:
    error instanceof Error && "code" in error && typeof error.code === "string"
      ? error.code.toLowerCase()
      : "unknown"
})

const write = (descriptor: 1 | 2, content: string | Uint8Array): Effect.Effect<void, OutputProblem> =>
  Effect.suspend(() => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content
    let offset = 0
    const step: Effect.Effect<void, OutputProblem> = Effect.suspend(() => {
      while (offset < bytes.length) {
        try {
          offset += writeSync(descriptor, bytes, offset)
        } catch (error) {
          const problem = problemOf(error)
          // A pipe that somebody made non-blocking is full: wait for its reader.
          return problem.cause === "eagain"
            ? Effect.zipRight(Effect.sleep("2 millis"), step)
            : Effect.fail(problem)
        }
      }
      return Effect.void
    })
    return step
  })

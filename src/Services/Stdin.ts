import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layerSucceed } from "../Stack.js"

/** Standard input could not be read: it is a terminal, too large, never ended, or failed. */
export interface StdinProblem {
  readonly _tag: "StdinProblem"
  readonly cause: "terminal" | "too_large" | "timeout" | "failed"
}

/** Standard input, read once by whoever the command line names. */
export class Stdin extends Context.Tag("image-skill/Stdin")<
  Stdin,
  {
    readonly isTerminal: Effect.Effect<boolean>
    /** All of it, at most `limit` bytes, within five seconds for one line and without a limit of time for a file. */
    readonly read: (options: {
      readonly limit: number
      readonly firstLineOnly: boolean
    }) => Effect.Effect<Uint8Array, StdinProblem>
  }
>() {
  /** This process's. */
  static readonly layer = layerSucceed(Stdin, {
    isTerminal: Effect.sync(() => process.stdin.isTTY === true),
    read: ({ firstLineOnly, limit }) =>
      Effect.async<Uint8Array, StdinProblem>((resume) => {
        const chunks: Array<Buffer> = []
        let size = 0
        const stop = () => {
          process.stdin.off("data", onData).off("end", onEnd).off("error", onError)
          process.stdin.destroy()
        }
        const end = (effect: Effect.Effect<Uint8Array, StdinProblem>) => {
          stop()
          resume(effect)
        }
        const onEnd = () => end(Effect.sync(() => new Uint8Array(Buffer.concat(chunks))))
        const onError = () => end(Effect.fail({ _tag: "StdinProblem", cause: "failed" }))
        const onData = (chunk: Buffer) => {
          size += chunk.length
          chunks.push(chunk)
          if (size > limit) end(Effect.fail({ _tag: "StdinProblem", cause: "too_large" }))
          else if (firstLineOnly && chunk.includes(10)) onEnd()
        }
        process.stdin.on("data", onData).on("end", onEnd).on("error", onError)
        return Effect.sync(stop)
      }).pipe((read) =>
        firstLineOnly
          ? Effect.timeoutFail(read, {
              duration: "5 seconds",
              onTimeout: (): StdinProblem => ({ _tag: "StdinProblem", cause: "timeout" })
            })
          : read
      )
  })
  /** Fixed text, for tests; `null` stands for a terminal. */
  static readonly layerOf = (text: string | null) =>
    Layer.succeed(Stdin, {
      isTerminal: Effect.succeed(text === null),
      read: ({ limit }) => {
        const bytes = new TextEncoder().encode(text ?? "")
        return bytes.length > limit
          ? Effect.fail({ _tag: "StdinProblem", cause: "too_large" } as const)
          : Effect.succeed(bytes)
      }
    })
}

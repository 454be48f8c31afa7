import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Output } from "../Services/Output.js"

/** What was written to standard output and error. */
export class Captured extends Context.Tag("image-skill/Testing/Captured")<
  Captured,
  {
    /** All of standard output, as bytes. */
    readonly bytes: () => Uint8Array
    readonly stdout: () => string
    readonly stderr: () => string
  }
>() {}

/** What a captured output may do wrong. */
export interface CaptureOptions {
  /** Makes every write to standard output fail with this errno, e.g. `epipe` or `enospc`. */
  readonly stdoutFault?: string
}

/** Standard output and error in memory. */
export const makeCapture = (
  options: CaptureOptions = {}
): { readonly output: typeof Output.Service; readonly captured: typeof Captured.Service } => {
  const out: Array<Uint8Array> = []
  const err: Array<string> = []
  const bytes = () => new Uint8Array(Buffer.concat(out))
  return {
    output: {
      stdout: (content) =>
        options.stdoutFault === undefined
          ? Effect.sync(() => void out.push(typeof content === "string" ? Buffer.from(content) : content))
          : Effect.fail({ _tag: "OutputProblem", cause: options.stdoutFault }),
      stderr: (text) => Effect.sync(() => void err.push(text))
    },
    captured: {
      bytes,
      stdout: () => new TextDecoder().decode(bytes()),
      stderr: () => err.join("")
    }
  }
}

/** Standard output and error in memory, and the handle to read them. */
export const layerCapture = (options: CaptureOptions = {}): Layer.Layer<Output | Captured> =>
  Layer.effectContext(
    Effect.sync(() => {
      const { captured, output } = makeCapture(options)
      return Context.make(Output, output).pipe(Context.add(Captured, captured))
    })
  )

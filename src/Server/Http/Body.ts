import type { IncomingMessage } from "node:http"

/** Why a body could not be read. */
export type BodyProblem = "too_large" | "too_slow" | "aborted"

/** A body, or why there is none. */
export type ReadBody =
  | { readonly _tag: "Body"; readonly bytes: Uint8Array }
  | { readonly _tag: "Problem"; readonly problem: BodyProblem }

const empty: ReadBody = { _tag: "Body", bytes: new Uint8Array() }

/**
 * Reads a body of at most `limit` bytes, counting while it comes in; a silence longer than `idleMs`, or an average below
 * `leastRate` bytes per second after it, gives up.
 */
export const readBody = (
  request: IncomingMessage,
  options: { readonly limit: number; readonly idleMs: number; readonly leastRate: number }
): Promise<ReadBody> => {
  const declared = request.headers["content-length"]
  if (declared === undefined && request.headers["transfer-encoding"] === undefined)
    return Promise.resolve(empty)
  if (declared !== undefined && Number(declared) > options.limit) {
    return Promise.resolve({ _tag: "Problem", problem: "too_large" })
  }
  return new Promise((resolve) => {
    const chunks: Array<Buffer> = []
    const started = Date.now()
    let size = 0
    let quiet = setTimeout(() => end({ _tag: "Problem", problem: "too_slow" }), options.idleMs)
    const end = (result: ReadBody) => {
      clearTimeout(quiet)
      request.off("data", onData).off("end", onEnd).off("error", onError).off("close", onError)
      request.pause()
      resolve(result)
    }
    const onData = (chunk: Buffer) => {
      size += chunk.length
      if (size > options.limit) return end({ _tag: "Problem", problem: "too_large" })
      chunks.push(chunk)
      const elapsed = Date.now() - started
      if (elapsed > options.idleMs && (size * 1000) / elapsed < options.leastRate) {
        return end({ _tag: "Problem", problem: "too_slow" })
      }
      clearTimeout(quiet)
      quiet = setTimeout(() => end({ _tag: "Problem", problem: "too_slow" }), options.idleMs)
    }
    const onEnd = () =>
      end({ _tag: "Body", bytes: chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks) })
    const onError = () => end({ _tag: "Problem", problem: "aborted" })
    request.on("data", onData).on("end", onEnd).on("error", onError).on("close", onError)
  })
}

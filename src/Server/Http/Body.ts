import type { IncomingMessage } from "node:http"

/** Why a body could not be read. */
export type BodyProblem = "too_large" | "too_slow" | "aborted" | "crowded"

/** A body, or why there is none. */
export type ReadBody =
  | { readonly _tag: "Body"; readonly bytes: Uint8Array }
  | { readonly _tag: "Problem"; readonly problem: BodyProblem }

/** How a body is read. */
export interface BodyOptions {
  readonly limit: number
  /** The longest silence, and the time over which the least rate is looked at, in milliseconds. */
  readonly idleMs: number
  /** In bytes per second. */
  readonly leastRate: number
  /** Where the bytes are counted as long as they are being read. */
  readonly space: {
    readonly take: (bytes: number) => boolean
    readonly give: (bytes: number) => void
  }
}

const empty: ReadBody = { _tag: "Body", bytes: new Uint8Array() }

/**
 * Reads a body of at most `limit` bytes, counting while it comes in; a silence longer than `idleMs`, or fewer bytes in that time
 * than `leastRate` allows, gives up. What came quickly before does not excuse what comes slowly now.
 */
export const readBody = (
  request: IncomingMessage,
  { idleMs, leastRate, limit, space }: BodyOptions
): Promise<ReadBody> => {
  const declared = request.headers["content-length"]
  if (declared === undefined && request.headers["transfer-encoding"] === undefined)
    return Promise.resolve(empty)
  if (declared !== undefined && Number(declared) > limit) {
    return Promise.resolve({ _tag: "Problem", problem: "too_large" })
  }
  if (request.destroyed) return Promise.resolve({ _tag: "Problem", problem: "aborted" })
  return new Promise((resolve) => {
    const chunks: Array<Buffer> = []
    let size = 0
    let before = 0
    const slow = () => end({ _tag: "Problem", problem: "too_slow" })
    let quiet = setTimeout(slow, idleMs)
    const floor = setInterval(() => {
      if ((size - before) * 1000 < leastRate * idleMs) return slow()
      before = size
    }, idleMs)
    const end = (result: ReadBody) => {
      clearTimeout(quiet)
      clearInterval(floor)
      request.off("data", onData).off("end", onEnd).off("error", onError).off("close", onError)
      request.pause()
      space.give(size)
      resolve(result)
    }
    const onData = (chunk: Buffer) => {
      if (size + chunk.length > limit) return end({ _tag: "Problem", problem: "too_large" })
      if (!space.take(chunk.length)) return end({ _tag: "Problem", problem: "crowded" })
      size += chunk.length
      chunks.push(chunk)
      clearTimeout(quiet)
      quiet = setTimeout(slow, idleMs)
    }
    const onEnd = () =>
      end({ _tag: "Body", bytes: chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks) })
    const onError = () => end({ _tag: "Problem", problem: "aborted" })
    request.on("data", onData).on("end", onEnd).on("error", onError).on("close", onError)
  })
}

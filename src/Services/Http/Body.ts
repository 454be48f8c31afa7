import type { IncomingMessage } from "node:http"
import type { Readable, Transform } from "node:stream"
import * as Effect from "effect/Effect"
import type { Exchange } from "./Exchange.js"
import type { NetworkFault } from "./Fault.js"
import type { Pull } from "./Response.js"

const decoders: Record<string, (zlib: typeof import("node:zlib")) => Transform> = {
  gzip: (zlib) => zlib.createGunzip(),
  "x-gzip": (zlib) => zlib.createGunzip(),
  deflate: (zlib) => zlib.createInflate(),
  br: (zlib) => zlib.createBrotliDecompress()
}

/** The encoding that a body must be freed from, or null when it is as it should be. */
export const encodingOf = (response: IncomingMessage): string | null => {
  const encoding = response.headers["content-encoding"]?.trim().toLowerCase() ?? ""
  return encoding === "" || encoding === "identity" ? null : encoding
}

const decoded = (
  exchange: Exchange,
  response: IncomingMessage,
  encoding: string
): Effect.Effect<Readable, NetworkFault> => {
  const decoder = decoders[encoding]
  if (decoder === undefined) return exchange.failure("bad_encoding")
  return Effect.map(
    Effect.promise(() => import("node:zlib")),
    (zlib) => {
      const transform = decoder(zlib)
      exchange.own(() => transform.destroy())
      transform.on("error", () => exchange.fail("bad_encoding"))
      return response.pipe(transform)
    }
  )
}

/**
 * The decoded body of an answer, pulled as fast as it is consumed; fails when it exceeds the limit on decoded bytes, is cut, or
 * comes too slowly. Nothing is read before the first pull.
 */
export const pullBody = (exchange: Exchange, response: IncomingMessage, method: string): Pull => {
  const { socket } = response
  const empty = method === "HEAD" || response.statusCode === 204 || response.statusCode === 304
  const limit = exchange.limits.maxBytes
  let source: Readable | undefined
  let wake: (() => void) | undefined
  let ready = false
  let ended = false
  let bytes = 0
  // What a decoder gives counts too: waiting for it is no fault of the network.
  const watch = exchange.meter(() => socket.bytesRead + bytes)

  const open = Effect.gen(function* () {
    // Until somebody reads, an unread answer must not keep the process alive.
    socket.ref()
    const encoding = encodingOf(response)
    const declared = encoding === null ? Number(response.headers["content-length"] ?? 0) : 0
    if (declared > limit && !empty) return yield* exchange.failure("too_large")
    const opened: Readable =
      encoding === null || empty ? response : yield* decoded(exchange, response, encoding)
    const notice = (): void => {
      ready = true
      wake?.()
    }
    opened.on("readable", notice)
    opened.on("end", () => {
      ended = true
      notice()
    })
    source = opened
    return opened
  })

  const wait = exchange.step<void>((done) => {
    // Bytes may have come since the last look; they are announced only once.
    if (ready) return done()
    const stop = watch()
    wake = done
    return () => {
      wake = undefined
      stop()
    }
  })

  const next: Pull = Effect.gen(function* () {
    const from = source ?? (yield* open)
    for (;;) {
      ready = false
      const chunk: Uint8Array | null = from.read()
      if (chunk !== null) {
        bytes += chunk.length
        if (bytes <= limit) return chunk
        return yield* exchange.failure("too_large")
      } else if (ended) {
        exchange.close()
        return null
      }
      yield* wait
    }
  })
  return Effect.onInterrupt(next, () => Effect.sync(() => exchange.close()))
}

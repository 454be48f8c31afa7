/** What goes over the pipe between the service and its child: a head of JSON and the bytes that it speaks of. */
export interface Frame {
  readonly head: string
  readonly body: Uint8Array
}

/** Largest head in bytes: the parameters of an edit, or a reason. */
const maxHead = 1024 * 1024

/** Largest body in bytes: a source and a mask, or a picture of 50 million pixels that nothing can compress. */
const maxBody = 256 * 1024 * 1024

const lengths = 8

/** A frame as it is written: both lengths, the head, then the parts of the body. */
export const framed = (head: unknown, parts: ReadonlyArray<Uint8Array>): ReadonlyArray<Uint8Array> => {
  const text = Buffer.from(JSON.stringify(head))
  const start = Buffer.alloc(lengths)
  start.writeUInt32BE(text.length, 0)
  start.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 0),
    4
  )
  return [start, text, ...parts]
}

/** Puts frames together from pieces as they come; what it returns throws when a frame announces more than any may hold. */
export const frameReader = (onFrame: (frame: Frame) => void): ((piece: Uint8Array) => void) => {
  const start = Buffer.alloc(lengths)
  // Made at their full length at once: gathered pieces would stand in memory twice.
  let frame: { readonly head: Buffer; readonly body: Buffer } | null = null
  let filled = 0

  const fill = (target: Buffer, from: number, piece: Uint8Array): number => {
    const taken = Math.max(0, Math.min(target.length - (filled - from), piece.length))
    target.set(piece.subarray(0, taken), filled - from)
    filled += taken
    return taken
  }
  const open = () => {
    const [head, body] = [start.readUInt32BE(0), start.readUInt32BE(4)]
    if (head > maxHead || body > maxBody) throw new RangeError("a frame is longer than any may be")
    return { head: Buffer.alloc(head), body: Buffer.allocUnsafeSlow(body) }
  }

  return (piece) => {
    let rest = piece
    do {
      if (filled < lengths) rest = rest.subarray(fill(start, 0, rest))
      if (filled < lengths) return
      frame ??= open()
      const { body, head } = frame
      if (filled < lengths + head.length) rest = rest.subarray(fill(head, lengths, rest))
      if (filled >= lengths + head.length) rest = rest.subarray(fill(body, lengths + head.length, rest))
      if (filled < lengths + head.length + body.length) return
      frame = null
      filled = 0
      onFrame({ head: head.toString("utf8"), body })
    } while (rest.length > 0)
  }
}

import * as HttpBody from "@effect/platform/HttpBody"
import * as Stream from "effect/Stream"
import type { ImageSkillError } from "../Errors.js"

/** Bytes that travel as base64 in one field of a JSON body and are never in memory as a whole. */
export interface Attachment {
  /** The request's field, which holds empty text where the bytes belong. */
  readonly field: string
  /** How many bytes there are: their length as text is known before they are read. */
  readonly length: number
  /** Read from the start for every sending. */
  readonly bytes: Stream.Stream<Uint8Array, ImageSkillError>
}

/** A JSON body with the attachment in its field, of a length that is told before the first byte. */
export const withAttachment = (json: string, { bytes, field, length }: Attachment): HttpBody.HttpBody => {
  // Quotes inside of a JSON text are escaped, so this stands nowhere but at the field itself.
  const empty = `${JSON.stringify(field)}:""`
  const place = json.indexOf(empty) + empty.length - 1
  const [before, after] = [Buffer.from(json.slice(0, place)), Buffer.from(json.slice(place))]
  return HttpBody.stream(
    Stream.make<[Uint8Array]>(before).pipe(Stream.concat(base64(bytes)), Stream.concat(Stream.make(after))),
    "application/json; charset=utf-8",
    before.length + 4 * Math.ceil(length / 3) + after.length
  )
}

/** Base64 of bytes as they come: three of them are four characters, so up to two wait for the next piece. */
const base64 = <E>(bytes: Stream.Stream<Uint8Array, E>): Stream.Stream<Uint8Array, E> =>
  Stream.suspend(() => {
    let waiting: Buffer = Buffer.alloc(0)
    return bytes.pipe(
      Stream.map((piece) => {
        const all =
          waiting.length === 0
            ? Buffer.from(piece.buffer, piece.byteOffset, piece.length)
            : Buffer.concat([waiting, piece])
        const whole = all.length - (all.length % 3)
        // A copy: the piece's own bytes are written over by the next one's.
        waiting = Buffer.from(all.subarray(whole))
        return Buffer.from(all.toString("base64", 0, whole), "latin1")
      }),
      Stream.concat(Stream.suspend(() => Stream.make(Buffer.from(waiting.toString("base64"), "latin1"))))
    )
  })

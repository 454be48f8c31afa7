import { randomBytes } from "node:crypto"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { formatId, type IdKind } from "../Schema/Ids.js"
import { layerSucceed } from "../Stack.js"

/** Unguessable bytes; identifiers and keys are made of them. */
export class Entropy extends Context.Tag("image-skill/Entropy")<
  Entropy,
  { readonly bytes: (count: number) => Uint8Array }
>() {
  /** The system's generator. */
  static readonly layer = layerSucceed(Entropy, { bytes: (count) => randomBytes(count) })
  /** The same sequence each time: for tests only. */
  static readonly layerSequence = Layer.sync(Entropy, () => {
    let state = 0
    return {
      bytes: (count) => {
        state += 1
        const bytes = new Uint8Array(count)
        new DataView(bytes.buffer).setUint32(Math.max(0, count - 4), state)
        return bytes
      }
    }
  })
}

/** A new identifier with 128 random bits (contract §8 asks for 96). */
export const makeId = (kind: IdKind): Effect.Effect<string, never, Entropy> =>
  Effect.map(Entropy, (entropy) => formatId(kind, entropy.bytes(16)))

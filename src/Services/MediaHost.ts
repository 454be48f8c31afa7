import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ImageSkillError } from "../Errors.js"
import { health } from "../Operations/Account.js"
import { once } from "../Once.js"
import { layerEffect } from "../Stack.js"
import { ApiClient } from "./ApiClient.js"
import { type AssetReference, mediaOrigins, readReference } from "./AssetReference.js"
import { Target } from "./Target.js"

/** Where the service's media stand: at its own address, or at one that it announces (contract §4, §9). */
export class MediaHost extends Context.Tag("image-skill/MediaHost")<
  MediaHost,
  {
    /** Understands an image argument; only a URL that looks like an asset's makes the service be asked for its media host. */
    readonly read: (text: string) => Effect.Effect<AssetReference, ImageSkillError>
    /** Whether an asset's bytes may be fetched from an origin. */
    readonly isOurs: (origin: string) => Effect.Effect<boolean, ImageSkillError>
  }
>() {
  /** As the service announces it, asked until it has told. */
  static readonly layer = layerEffect(
    MediaHost,
    Effect.gen(function* () {
      const api = yield* ApiClient
      const target = yield* Target
      const announced = Effect.orElseSucceed(
        yield* once(
          Effect.map(api.call(health, {}), ({ data }) =>
            typeof data.media_origin === "string" && URL.canParse(data.media_origin)
              ? new URL(data.media_origin).origin
              : null
          )
        ),
        () => null
      )
      return {
        read: (text) =>
          Effect.gen(function* () {
            const service = yield* target.resolve
            const plain = readReference(text, service)
            if (plain._tag !== "Remote" || service.kind === "embedded") return plain
            const { origin } = new URL(plain.url)
            const asItWere = readReference(text, service, origin)
            return asItWere._tag === "Owned" && origin === (yield* announced) ? asItWere : plain
          }),
        isOurs: (origin) =>
          Effect.gen(function* () {
            return mediaOrigins(yield* target.resolve).has(origin) || origin === (yield* announced)
          })
      }
    })
  )
}

import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../../Errors.js"
import { sniff } from "../../Domain/Media/Sniff.js"
import { child, pixels } from "../Local/Pixels.js"
import type { MediaInput, ProviderFault } from "../Provider.js"

// Black where the mask is opaque and white where it is transparent, which is the part to repaint.
const drawing = { modulate: { brightness: 0, saturation: 0 }, background: "#ffffff", format: "png" }

/**
 * A mask as this server reads it: white is repainted. Its own reading of an alpha channel is the opposite of ours, and SD.Next
 * drops the channel.
 */
export const whereWhite = (mask: Uint8Array): Effect.Effect<Uint8Array, ProviderFault> =>
  pixels(() => child.run({ work: "transform", source: mask.length, parameters: drawing }, [mask]))

/** A picture turned as it is seen: whether a server heeds EXIF's orientation depends on its version. */
export const turned = (picture: Uint8Array): Effect.Effect<Uint8Array, ProviderFault> =>
  (sniff(picture)?.orientation ?? 1) === 1
    ? Effect.succeed(picture)
    : pixels(() =>
        child.run({ work: "transform", source: picture.length, parameters: { format: "png" } }, [picture])
      )

/** A mask without an alpha channel names no part, so nothing would be repainted. */
export const checkMask = (mask: MediaInput | null): Effect.Effect<void, ImageSkillError> =>
  mask === null
    ? Effect.void
    : Effect.flatMap(mask.read, (bytes) =>
        sniff(bytes)?.alpha === false
          ? Effect.fail(
              failure("INPUT_POLICY_DENIED", "the mask must be transparent where the image is repainted", {
                details: { role: "mask", mime_type: mask.mimeType }
              })
            )
          : Effect.void
      )

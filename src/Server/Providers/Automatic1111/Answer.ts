import * as Effect from "effect/Effect"
import { MicroUsd } from "../../../Schema/Money.js"
import type { JsonObject } from "../../../Schema/Open.js"
import type { Delivery, ProviderFault } from "../Provider.js"
import { fromBase64 } from "../Wire/Base64.js"
import { bodyText, type Reply } from "../Wire/Exchange.js"
import type { Speaker } from "../Wire/Faults.js"
import { count, jsonOf, list, record, text } from "../Wire/Json.js"
import { mismatches } from "../Wire/Mismatch.js"
import type { Checkpoint } from "./Checkpoints.js"
import { nothing } from "./Errors.js"
import type { Request } from "./Request.js"

/** The pictures among the images: a grid of all may come before them, and what extensions add after. */
const picturesOf = (images: ReadonlyArray<unknown>, info: JsonObject): ReadonlyArray<unknown> => {
  const made = list(info["all_seeds"]).length
  if (made === 0 || images.length <= made) return images
  const first = count(info["index_of_first_image"]) ?? (made > 1 && images.length === made + 1 ? 1 : 0)
  return images.slice(first, first + made)
}

/** What the server says of the run, as the JSON text that it is. */
const infoOf = (info: unknown): JsonObject => record(typeof info === "string" ? jsonOf(info) : info)

/** Reads an answer of success. */
export const deliveryOf = (
  speaker: Speaker,
  reply: Reply,
  request: Request,
  checkpoint: Checkpoint | undefined
): Effect.Effect<Delivery, ProviderFault> =>
  Effect.suspend(() => {
    const answer = jsonOf(bodyText(reply))
    const { images, info } = record(answer)
    const told = infoOf(info)
    const pictures = picturesOf(list(images), told)
    const outputs = pictures.flatMap((image) => fromBase64(text(image) ?? "") ?? [])
    if (outputs.length === 0) {
      return Effect.fail(
        answer === undefined
          ? nothing(speaker, "invalid_json", "the image server's answer cannot be read")
          : nothing(speaker, "no_image", "the image server answered with success and without a picture")
      )
    }
    const model = text(told["sd_model_name"])
    return Effect.succeed({
      outputs: outputs.map((bytes) => ({ bytes })),
      actualCost: MicroUsd.make(0),
      report: null,
      warnings: [
        ...request.warnings,
        ...(outputs.length < pictures.length
          ? [`${pictures.length - outputs.length} of the server's pictures cannot be read`]
          : []),
        ...(checkpoint === undefined || model === undefined || checkpoint.names.includes(model)
          ? []
          : ["another checkpoint than the one asked for made this"]),
        ...mismatches(outputs, { size: request.size, format: null })
      ]
    })
  })

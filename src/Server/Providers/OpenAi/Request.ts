import * as Effect from "effect/Effect"
import type { ImageSkillError } from "../../../Errors.js"
import type { JsonObject } from "../../../Schema/Open.js"
import { fieldsOf } from "../../Domain/Catalog/Fields.js"
import type { MediaInput, Plan } from "../Provider.js"
import { readWithin } from "../Wire/CheckPlan.js"
import { type Ask, jsonBody } from "../Wire/Exchange.js"
import { multipart, type Part } from "../Wire/Multipart.js"

/** A request's path and body. */
export interface Request {
  readonly path: string
  readonly body: NonNullable<Ask["body"]>
}

const imageLimit = 50 * 1024 * 1024 - 1
/** Largest mask in bytes (providers.md §1.3). */
export const maskLimit = 4 * 1024 * 1024 - 1

/** The fields of a plan as OpenAI names them; `fixed` are those that the adapter decides. */
export const openAiFields = (plan: Plan, model: string | undefined): JsonObject => ({
  ...(model === undefined ? {} : { model }),
  ...(plan.prompt === null ? {} : { prompt: plan.prompt }),
  n: plan.outputCount,
  ...fieldsOf(plan.model, plan.parameters, plan.aspectRatio),
  ...plan.model.fixedControls
})

/** A plan as a request: JSON to make, a form to edit (providers.md §1.2, §1.3). */
export const openAiRequest = (
  plan: Plan,
  model: string | undefined
): Effect.Effect<Request, ImageSkillError> =>
  Effect.gen(function* () {
    const fields = openAiFields(plan, model)
    if (plan.model.wire?.["endpoint"] !== "edits") {
      return { path: "/images/generations", body: jsonBody(fields) }
    }
    const sources = [
      ...(plan.input === null ? [] : [plan.input]),
      ...(plan.references ?? []).map(({ media }) => media)
    ]
    const name = sources.length === 1 ? "image" : "image[]"
    const images = yield* Effect.forEach(sources, (media, index) =>
      Effect.map(readWithin(media, imageLimit), (bytes) => file(name, `image-${index}`, media, bytes))
    )
    const mask =
      plan.mask === null ? [] : [file("mask", "mask", plan.mask, yield* readWithin(plan.mask, maskLimit))]
    const texts = Object.entries(fields).map(
      ([field, value]): Part => ({ name: field, value: String(value) })
    )
    return { path: "/images/edits", body: multipart([...texts, ...images, ...mask], plan.jobId) }
  })

const file = (name: string, stem: string, media: MediaInput, bytes: Uint8Array): Part => ({
  name,
  // The vendor tells types by the name's ending.
  filename: `${stem}.${media.mimeType === "image/jpeg" ? "jpg" : media.mimeType.slice("image/".length)}`,
  mimeType: media.mimeType,
  bytes
})

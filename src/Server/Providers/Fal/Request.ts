import * as Effect from "effect/Effect"
import type { ImageSkillError } from "../../../Errors.js"
import type { JsonObject } from "../../../Schema/Open.js"
import { fieldsOf } from "../../Domain/Catalog/Fields.js"
import type { MediaInput, Plan, PlannedReference } from "../Provider.js"
import { toDataUri } from "../Wire/Base64.js"
import { readWithin } from "../Wire/CheckPlan.js"

// fal takes larger ones through its storage only.
const imageLimit = 25 * 1024 * 1024

const uriOf = (media: MediaInput): Effect.Effect<string, ImageSkillError> =>
  Effect.map(readWithin(media, imageLimit), (bytes) => toDataUri(bytes, media.mimeType))

/** A plan as a model's input: the bare object that the queue takes (providers.md §3.2, §3.5). */
export const falInput = (plan: Plan): Effect.Effect<JsonObject, ImageSkillError> =>
  Effect.gen(function* () {
    const { input, mask, model, outputCount, prompt } = plan
    const wire = model.wire ?? {}
    const countField = wire["count"]
    const inputField = wire["input"]
    const maskField = wire["mask"]
    return {
      ...(prompt === null ? {} : { prompt }),
      ...fieldsOf(model, plan.parameters, plan.aspectRatio),
      ...model.fixedControls,
      ...(countField === undefined ? {} : { [countField]: outputCount }),
      ...(inputField === undefined || input === null
        ? {}
        : {
            [inputField]: inputField.endsWith("urls") ? [yield* uriOf(input)] : yield* uriOf(input)
          }),
      ...(maskField === undefined || mask === null ? {} : { [maskField]: yield* uriOf(mask) }),
      ...(yield* referenceFields(plan.references ?? []))
    }
  })

const referenceFields = (
  references: ReadonlyArray<PlannedReference>
): Effect.Effect<JsonObject, ImageSkillError> =>
  Effect.gen(function* () {
    const elements = references.filter(({ role }) => role !== "reference_image")
    const images = references.filter(({ role }) => role === "reference_image")
    const fields: Record<string, unknown> = {}
    if (elements.length > 0) fields["elements"] = yield* elementsOf(elements)
    for (const [place, reference] of images.entries()) {
      const ordinal = place === 0 ? "first" : "second"
      fields[`${ordinal}_image_url`] = yield* uriOf(reference.media)
      if (reference.task !== null) fields[`${ordinal}_reference_task`] = reference.task
    }
    return fields
  })

const elementsOf = (references: ReadonlyArray<PlannedReference>) => {
  const indexes = [...new Set(references.map(({ index }) => index))].sort((left, right) => left - right)
  return Effect.forEach(indexes, (index) =>
    Effect.gen(function* () {
      const own = references.filter((reference) => reference.index === index)
      const frontal = own.find(({ role }) => role === "element_frontal")
      const others = own
        .filter(({ role }) => role === "element_reference")
        .sort((left, right) => (left.referenceIndex ?? 0) - (right.referenceIndex ?? 0))
      return {
        ...(frontal === undefined ? {} : { frontal_image_url: yield* uriOf(frontal.media) }),
        ...(others.length === 0
          ? {}
          : { reference_image_urls: yield* Effect.forEach(others, ({ media }) => uriOf(media)) })
      }
    })
  )
}

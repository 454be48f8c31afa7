import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../Errors.js"
import type { CreateRequest } from "../../Schema/Create.js"
import type { JsonObject } from "../../Schema/Open.js"
import type { MediaInput, PlannedReference } from "../Providers/Provider.js"
import type { AssetRow } from "../Storage/Assets.js"
import type { ModelSpec } from "./Catalog/ModelSpec.js"

type Asked = NonNullable<CreateRequest["references"]>
type Owned<R> = (
  id: string
) => Effect.Effect<{ readonly row: AssetRow; readonly media: MediaInput }, ImageSkillError, R>

const types: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp"])
const largest = 10 * 1024 * 1024
const shortest = 300

/** The references of a request, checked against the model's roles and counts, and their assets (contract §4). */
export const resolveReferences = <R>(
  model: ModelSpec,
  asked: Asked,
  owned: Owned<R>
): Effect.Effect<ReadonlyArray<PlannedReference>, ImageSkillError, R> =>
  Effect.gen(function* () {
    if (asked.length === 0) return []
    const rule = model.references
    if (rule === null || asked.some(({ role }) => !rule.roles.includes(role))) {
      return yield* Effect.fail(
        failure("CAPABILITY_DENIED", `${model.id} takes no such references`, {
          details: { model_id: model.id, references: rule }
        })
      )
    }
    const wrong = problemOf(asked, rule)
    if (wrong !== null) return yield* invalid(wrong, { model_id: model.id, references: rule })
    const ordered = [...asked].sort(
      (left, right) =>
        left.index - right.index || (left.reference_index ?? -1) - (right.reference_index ?? -1)
    )
    return yield* Effect.forEach(ordered, (reference) =>
      Effect.gen(function* () {
        const { media, row } = yield* owned(reference.asset_id)
        const unfit = unfitness(row)
        if (unfit !== null) return yield* invalid(`a reference image ${unfit}`, { asset_id: row.id })
        return {
          media,
          role: reference.role,
          index: reference.index,
          referenceIndex: reference.reference_index ?? null,
          task: reference.reference_task ?? null
        }
      })
    )
  })

const invalid = (reason: string, details: JsonObject) =>
  Effect.fail(failure("REFERENCES_INVALID", reason, { details }))

const problemOf = (asked: Asked, rule: NonNullable<ModelSpec["references"]>): string | null => {
  const of = (role: Asked[number]["role"]) => asked.filter((reference) => reference.role === role)
  const images = of("reference_image")
  const frontals = of("element_frontal")
  const others = of("element_reference")
  const elements = new Set([...frontals, ...others].map(({ index }) => index))
  if (asked.length > rule.max) return `the model takes at most ${rule.max} references`
  if (asked.some(({ reference_task }) => reference_task !== undefined && rule.tasks === undefined)) {
    return "the model tells no tasks of references apart"
  }
  if (!isContiguous(images.map(({ index }) => index)))
    return "reference images are numbered from 0 without gaps"
  if (!isContiguous([...elements])) return "elements are numbered from 0 without gaps"
  if (new Set(frontals.map(({ index }) => index)).size !== frontals.length)
    return "an element has one frontal image"
  if (others.some(({ index }) => !frontals.some((frontal) => frontal.index === index))) {
    return "an element's reference needs its frontal image"
  }
  return [...elements].some((index) => others.filter((other) => other.index === index).length > 3)
    ? "an element has at most 3 references"
    : null
}

const isContiguous = (indexes: ReadonlyArray<number>): boolean =>
  new Set(indexes).size === indexes.length && indexes.every((index) => index < indexes.length)

const unfitness = (row: AssetRow): string | null => {
  if (!types.has(row.mimeType)) return "must be PNG, JPEG or WebP"
  if (row.bytes < 1 || row.bytes > largest) return "must have 1 byte to 10 MB"
  if (row.width === null || row.height === null) return "states no size"
  if (row.width < shortest || row.height < shortest) return `must have sides of at least ${shortest} pixels`
  return row.width * 100 < row.height * 40 || row.width * 100 > row.height * 250
    ? "must have a width of 0.40 to 2.50 times its height"
    : null
}

import * as Effect from "effect/Effect"
import { failure, type InvalidArguments } from "../Errors.js"
import type { CreateInput } from "../Schema/Create.js"
import { repeated, text } from "./Flags.js"

type Reference = NonNullable<CreateInput["references"]>[number]
type Task = NonNullable<Reference["reference_task"]>

const flag = (name: string, placeholder: string, summary: string) =>
  [repeated(text(name, placeholder, summary))] as const

/** The flags that name reference images (contract §4). */
export const referenceFlags = {
  element_frontal: flag("element-frontal", "IMAGE[@E]", "The front view of element E, 0 to 9"),
  element_reference: flag("element-reference", "IMAGE[@E[:R]]", "Another view R, 0 to 2, of element E"),
  reference_image: flag(
    "reference-image",
    "IMAGE[@I[:TASK]]",
    "Reference image I, 0 to 9; TASK is ip, id or style"
  )
}

/** The values of those flags. */
export interface ReferenceValues {
  readonly element_frontal: ReadonlyArray<string>
  readonly element_reference: ReadonlyArray<string>
  readonly reference_image: ReadonlyArray<string>
}

// A suffix that does not fit stays part of the path: `photo@home.png` is a file.
const suffixed = (value: string, suffix: RegExp): readonly [image: string, parts: RegExpExecArray | null] => {
  const parts = suffix.exec(value)
  return parts === null || parts.index === 0 ? [value, null] : [value.slice(0, parts.index), parts]
}

const frontal = (value: string): Reference => {
  const [image, parts] = suffixed(value, /@([0-9])$/)
  return { image, role: "element_frontal", index: Number(parts?.[1] ?? 0) }
}

const reference = (value: string): Reference => {
  const [image, parts] = suffixed(value, /@([0-9])(?::([0-2]))?$/)
  return {
    image,
    role: "element_reference",
    index: Number(parts?.[1] ?? 0),
    ...(parts?.[2] === undefined ? {} : { reference_index: Number(parts[2]) })
  }
}

const picture = (value: string): Reference => {
  const [image, parts] = suffixed(value, /@([0-9])(?::(ip|id|style))?$/)
  return {
    image,
    role: "reference_image",
    index: Number(parts?.[1] ?? 0),
    // The expression lets nothing else through.
    ...(parts?.[2] === undefined ? {} : { reference_task: parts[2] as Task })
  }
}

const most = 40
const mostViews = 3

/** Why these references cannot stand together; `null` when they can. The service checks what the model takes (contract §4). */
const objection = (references: ReadonlyArray<Reference>): string | null => {
  const of = (role: Reference["role"]) => references.filter((one) => one.role === role)
  const indexes = (role: Reference["role"]) => of(role).map(({ index }) => index)
  const gap = (used: ReadonlyArray<number>) => used.findIndex((_, place) => !used.includes(place))
  const twice = (used: ReadonlyArray<number>) => used.find((index, place) => used.indexOf(index) !== place)

  const fronts = indexes("element_frontal")
  if (references.length > most) return `at most ${most} reference images fit one request`
  const doubled = twice(fronts)
  if (doubled !== undefined) return `element ${doubled} has more than one frontal image`
  if (gap(fronts) >= 0) return `element ${gap(fronts)} is missing: elements count from 0 without gaps`
  for (const view of of("element_reference")) {
    if (!fronts.includes(view.index)) return `element ${view.index} has references but no --element-frontal`
    const views = of("element_reference").filter(({ index }) => index === view.index)
    if (views.length > mostViews) return `element ${view.index} has more than ${mostViews} references`
    const named = views.flatMap(({ reference_index }) => reference_index ?? [])
    if (twice(named) !== undefined) return `element ${view.index} has reference ${twice(named)} twice`
  }
  const pictures = indexes("reference_image")
  const repeatedPicture = twice(pictures)
  if (repeatedPicture !== undefined) return `reference image ${repeatedPicture} stands twice`
  return gap(pictures) >= 0
    ? `reference image ${gap(pictures)} is missing: reference images count from 0 without gaps`
    : null
}

/** Reads the reference flags into references, or says which rule they break; `undefined` when none stands. */
export const readReferences = (
  values: ReferenceValues
): Effect.Effect<CreateInput["references"], InvalidArguments> => {
  const references = [
    ...values.element_frontal.map(frontal),
    ...values.element_reference.map(reference),
    ...values.reference_image.map(picture)
  ]
  const reason = objection(references)
  if (reason !== null) return Effect.fail(failure("REFERENCES_INVALID", reason))
  return Effect.succeed(references.length === 0 ? undefined : references)
}

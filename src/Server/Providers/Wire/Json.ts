import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { JsonObject } from "../../../Schema/Open.js"

const decodeJson = Schema.decodeUnknownEither(Schema.parseJson())

/** Parses foreign text; `undefined` when it is not JSON. */
export const jsonOf = (text: string): unknown => Either.getOrUndefined(decodeJson(text))

/** The value as an object, empty when it is none: a provider's fields are looked at one by one. */
export const record = (value: unknown): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}

/** The value as a list, empty when it is none. */
export const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** The value as text that is not empty, or nothing. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined

/** The value as a count: an integer of 0 or more, or nothing. */
export const count = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined

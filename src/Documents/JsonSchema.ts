import * as JSONSchema from "effect/JSONSchema"
import type * as Schema from "effect/Schema"

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 embeds it. */
export type Json = { readonly [name: string]: unknown }

/** The schemas under `#/components/schemas`; what `known` holds as text is written as a reference to its name. */
export interface Components {
  readonly schemas: Record<string, Json>
  readonly known: Map<string, string>
}

/** A schema as it travels; a request is closed, an answer may hold more than it names (contract §1). */
export const jsonSchemaOf = (
  components: Components,
  schema: Schema.Schema.All,
  kind: "request" | "answer"
): Json => {
  const definitions: Record<string, object> = {}
  const made = JSONSchema.fromAST(schema.ast, {
    definitions: definitions as never,
    definitionPath: "#/components/schemas/",
    target: "openApi3.1",
    additionalPropertiesStrategy: kind === "request" ? "strict" : "allow"
  })
  for (const [name, definition] of Object.entries(definitions)) {
    components.schemas[name] = compact(components, definition)
  }
  return compact(components, made)
}

/** Gives an answer's schema a name: wherever it stands from now on, a reference stands instead. */
export const nameSchema = (components: Components, name: string, schema: Schema.Schema.All): void => {
  const made = jsonSchemaOf(components, schema, "answer")
  components.schemas[name] = made
  components.known.set(JSON.stringify(made), name)
}

const compact = (components: Components, schema: object): Json => {
  const tidied: Json = Object.fromEntries(
    Object.entries(schema)
      .filter(([name, value]) => !isNoise(name, value))
      .map(([name, value]) => [name, inside(components, value)])
  )
  const nullable = typeOrNull(tidied["anyOf"])
  const written = nullable === null ? tidied : { type: nullable }
  const name = components.known.get(JSON.stringify(written))
  return name === undefined ? written : { $ref: `#/components/schemas/${name}` }
}

const inside = (components: Components, value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((one) => inside(components, one))
    : typeof value === "object" && value !== null
      ? compact(components, value)
      : value

// What Effect writes though it says nothing: names of its own building blocks, its filters' titles, defaults.
const isNoise = (name: string, value: unknown): boolean =>
  ((name === "$id" || name === "title") && typeof value === "string") ||
  (name === "description" &&
    typeof value === "string" &&
    value.startsWith("a string matching the pattern")) ||
  (name === "additionalProperties" && (value === true || isEmpty(value))) ||
  (name === "required" && Array.isArray(value) && value.length === 0) ||
  (name === "properties" && isEmpty(value))

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  Object.keys(value).every((key) => key === "$id" || key === "title")

const typeOrNull = (anyOf: unknown): ReadonlyArray<string> | null => {
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return null
  const [one, two] = anyOf as ReadonlyArray<Json>
  const bare = (schema: Json | undefined) => schema !== undefined && Object.keys(schema).join() === "type"
  return bare(one) && bare(two) && typeof one?.["type"] === "string" && two?.["type"] === "null"
    ? [one["type"], "null"]
    : null
}

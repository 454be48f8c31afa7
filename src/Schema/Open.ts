import * as Schema from "effect/Schema"

/** A JSON object of any content. */
export const JsonObject = Schema.Record({ key: Schema.String, value: Schema.Unknown })
/** A JSON object of any content. */
export type JsonObject = typeof JsonObject.Type

/** An object with some known fields; unknown ones pass through untouched, because a newer service may add them (contract §1). */
export const open = <Fields extends Schema.Struct.Fields>(fields: Fields) => Schema.Struct(fields, JsonObject)

/** A key that may be missing but is never `undefined`. */
export const optional = <S extends Schema.Schema.All>(schema: S) =>
  Schema.optionalWith(schema, { exact: true })

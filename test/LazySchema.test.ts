import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as JSONSchema from "effect/JSONSchema"
import * as Real from "effect/Schema"

// What the bundle gives our sources for `effect/Schema`; it is JavaScript, for the build runs it as it is.
const Lazy = (await import("../scripts/build/lazy-schema.mjs" as string)) as typeof Real

/** The same declarations, made with one or the other. */
const declare = (Schema: typeof Real) => {
  const Name = Schema.String.pipe(Schema.minLength(2), Schema.maxLength(5))
  const Mark = Schema.Literal("a", "b", 3).annotations({ identifier: "Mark" })
  const Inner = Schema.Struct(
    {
      mark: Mark,
      name: Schema.optionalWith(Name, { exact: true }),
      late: Schema.optionalWith(Schema.NullOr(Schema.Int), { default: () => 7 })
    },
    Schema.Record({ key: Schema.String, value: Schema.Unknown })
  )
  const Outer = Schema.Struct({
    list: Schema.Array(Inner).pipe(Schema.maxItems(2)),
    pair: Schema.Tuple(Schema.String, Schema.Number),
    either: Schema.Union(Inner, Schema.Null),
    some: Schema.NonEmptyArray(Mark),
    piped: Schema.Number.pipe(Schema.optionalWith({ exact: true }))
  }).annotations({ identifier: "Outer", title: "outer" })
  const Trimmed = Schema.transform(Schema.String, Schema.NonEmptyString, {
    strict: true,
    decode: (text) => text.trim(),
    encode: (text) => text
  })
  class Failure extends Schema.TaggedError<Failure>()("Failure", { code: Mark, inner: Inner }) {}
  return { Failure, Inner, Mark, Name, Outer, Text: Schema.parseJson(Outer), Trimmed }
}
const real = declare(Real)
const lazy = declare(Lazy)

const good = {
  list: [{ mark: "a", name: "fox", more: 1 }],
  pair: ["x", 1],
  either: { mark: 3, late: null },
  some: ["b"]
}
const values: ReadonlyArray<unknown> = [
  good,
  { ...good, either: null, piped: 4 },
  { ...good, list: [{ mark: "c" }] },
  { ...good, list: [{ mark: "a", name: "x" }] },
  { ...good, list: [good.either, good.either, good.either] },
  { ...good, pair: ["x"] },
  { ...good, some: [] },
  { ...good, piped: "4" },
  null,
  "text",
  42
]

const plain = (result: Either.Either<unknown, unknown>) =>
  Either.match(result, { onLeft: String, onRight: (value) => ({ value }) })

describe("schemas that wait, beside those that do not", () => {
  it.each(values.map((value) => [value]))("decode and encode %j alike", (value) => {
    for (const name of ["Inner", "Mark", "Name", "Outer", "Trimmed"] as const) {
      const decoded = [real, lazy].map((schemas) =>
        plain(Real.decodeUnknownEither(schemas[name] as Real.Schema<unknown>)(value))
      )
      expect(decoded[1]).toEqual(decoded[0])
      expect(plain(Lazy.decodeUnknownEither(lazy[name] as Real.Schema<unknown>)(value))).toEqual(decoded[0])
      const is = Real.is(real[name] as Real.Schema<unknown>)(value)
      expect(Lazy.is(lazy[name] as Real.Schema<unknown>)(value)).toBe(is)
    }
    const texts = [real, lazy].map((schemas) =>
      plain(Real.decodeUnknownEither(schemas.Text as Real.Schema<unknown, string>)(JSON.stringify(value)))
    )
    expect(texts[1]).toEqual(texts[0])
  })

  it("give the same decoders, whichever way they are asked", () => {
    const decoded = Effect.runSync(Lazy.decodeUnknown(lazy.Outer)(good))
    expect(decoded).toEqual(Effect.runSync(Real.decodeUnknown(real.Outer)(good)))
    const encoded = Real.encodeSync(real.Outer)(decoded)
    expect(Effect.runSync(Lazy.encode(lazy.Outer)(decoded))).toEqual(encoded)
    expect(Lazy.encodeSync(lazy.Outer)(decoded)).toEqual(encoded)
    expect(Effect.runSync(Lazy.validate(lazy.Outer)(decoded))).toEqual(decoded)
    const excess = Lazy.encode(lazy.Mark, { onExcessProperty: "error" })
    expect(Effect.runSync(excess("a"))).toBe("a")
  })

  it("are schemas to whoever asks, with the same fields, tree and JSON Schema", () => {
    for (const name of ["Inner", "Mark", "Outer"] as const) {
      expect(Real.isSchema(lazy[name])).toBe(true)
      expect(String(lazy[name].ast)).toBe(String(real[name].ast))
      expect(JSONSchema.make(lazy[name] as Real.Schema<unknown>)).toEqual(
        JSONSchema.make(real[name] as Real.Schema<unknown>)
      )
    }
    expect(Object.keys(lazy.Outer.fields)).toEqual(Object.keys(real.Outer.fields))
    expect(lazy.Mark.literals).toEqual(real.Mark.literals)
    expect("fields" in lazy.Outer).toBe(true)
    expect(Object.keys(lazy.Outer).sort()).toEqual(Object.keys(real.Outer).sort())
  })

  it("make errors that are errors", () => {
    const failure = new lazy.Failure({ code: "a", inner: { mark: "b", late: 1 } })
    expect(failure).toBeInstanceOf(lazy.Failure)
    expect(failure).toBeInstanceOf(Error)
    expect([failure._tag, failure.code]).toEqual(["Failure", "a"])
    expect(() => new lazy.Failure({ code: "z" as "a", inner: { mark: "b", late: 1 } })).toThrow("Mark")
  })

  it("make errors whose class, shape and schema are those of errors that do not wait", () => {
    for (const { Failure } of [declare(Lazy), real]) {
      // In this order nothing has looked at the class before.
      expect(Failure.name).toBe("Failure")
      expect({} instanceof Failure).toBe(false)
      const error = new Failure({ code: "a", inner: { mark: "b", late: 1 } })
      expect([error.name, String(error), error.constructor]).toEqual([
        "Failure",
        String(new real.Failure({ code: "a", inner: { mark: "b", late: 1 } })),
        Failure
      ])
      expect(Object.keys(error)).toEqual(["code", "inner", "_tag"])
      expect(error.stack).toContain("LazySchema.test")
      expect(Effect.runSync(Effect.flip(error as Effect.Effect<never, typeof error>))).toBe(error)
      expect([Failure._tag, Failure.identifier, Object.keys(Failure.fields)]).toEqual([
        "Failure",
        "Failure",
        ["_tag", "code", "inner"]
      ])
      expect(String(Failure.ast)).toBe(String(real.Failure.ast))
    }
    for (const { Failure } of [declare(Lazy), real]) {
      // And here its schema is looked at first.
      expect(Real.isSchema(Failure)).toBe(true)
      const encoded = { _tag: "Failure", code: "a", inner: { mark: "b", late: 1 } }
      const error = Real.decodeUnknownSync(Failure)(encoded)
      expect(error).toBeInstanceOf(Failure)
      expect(error).toBeInstanceOf(Error)
      expect(Real.encodeSync(Failure)(error)).toEqual(encoded)
      class Nearer extends Failure.extend<Nearer>("Nearer")({ more: Real.String }) {}
      expect(new Nearer({ code: "a", inner: { mark: "b", late: 1 }, more: "x" })).toBeInstanceOf(Failure)
    }
  })

  it("are made when they are looked at, and once", () => {
    let made = 0
    const counted = Lazy.Struct({
      get a() {
        made += 1
        return Lazy.String
      }
    })
    const piped = Lazy.Array(counted).pipe(Lazy.maxItems(3)).annotations({ title: "list" })
    const read = Lazy.decodeUnknownEither(piped)
    expect(made).toBe(0)
    expect(Either.isRight(read([{ a: "x" }]))).toBe(true)
    const once = made
    expect(once).toBeGreaterThan(0)
    expect(Either.isRight(read([{ a: "y" }]))).toBe(true)
    expect(made).toBe(once)
  })

  it("stand in for every function by which our sources make schemas, but those that are left as they are", () => {
    // What takes a schema through a pipe only makes a step of it; the others are rare, or must be what they are at once.
    const leftAsTheyAre = new Set(
      "brand between compose encodedSchema filter finite fromAST lessThanOrEqualTo make maxItems maxLength minItems minLength nonNegative pattern positive split suspend".split(
        " "
      )
    )
    const used = new Set<string>()
    for (const file of sourcesUnder("src")) {
      const text = fs.readFileSync(file, "utf8")
      if (!text.includes('from "effect/Schema"')) continue
      for (const [, name = ""] of text.matchAll(/\bSchema\.([A-Za-z]+)\(/g)) used.add(name)
    }
    const before: Readonly<Record<string, unknown>> = { ...Real }
    const after: Readonly<Record<string, unknown>> = { ...Lazy }
    const changed = (name: string) => name in before && after[name] !== before[name]
    expect([...used].filter((name) => !changed(name) && !leftAsTheyAre.has(name)).sort()).toEqual([])
    expect(used.size).toBeGreaterThan(20)
  })
})

const sourcesUnder = (folder: string): ReadonlyArray<string> =>
  fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.join(folder, name))

/**
 * `effect/Schema` as our own sources get it inside the bundle: what makes a schema, or a decoder from one, waits until the schema is first
 * looked at. The program declares some seven hundred schemas, of which a command needs a dozen; making the others took 7 ms of each
 * start, a twelfth of a whole request.
 *
 * A schema that waits is a proxy: whatever is asked of it, the true schema is made and answers. Only `pipe` and `annotations` make another
 * one that waits. Decoding does not pass through proxies: a decoder takes the syntax tree from its schema once, and trees hold none.
 * Nothing but time may differ, so the sources are typed, tested and published against `effect/Schema` itself.
 */
import * as Real from "effect/Schema"

export * from "effect/Schema"

const waiting = (make) => {
  let schema
  const get = () => (schema ??= make())
  // A schema is a function to whoever asks. An arrow has no property that a proxy would have to show as it is.
  return new Proxy(() => {}, {
    get: (_, name) => {
      if (name === "pipe") return (...steps) => waiting(() => get().pipe(...steps))
      if (name === "annotations") return (annotations) => waiting(() => get().annotations(annotations))
      return get()[name]
    },
    has: (_, name) => name in get(),
    ownKeys: () => Reflect.ownKeys(get()),
    getOwnPropertyDescriptor: (_, name) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(get(), name)
      // A proxy may not call a property fixed that its target has not.
      return descriptor && { ...descriptor, configurable: true }
    },
    getPrototypeOf: () => Reflect.getPrototypeOf(get()),
    apply: (_, self, args) => Reflect.apply(get(), self, args)
  })
}

const schema =
  (make) =>
  (...args) =>
    waiting(() => make(...args))

/**
 * The class that an error extends, made when the first error is, or somebody asks the class for its schema. Until then its prototype stands
 * empty below the error's own; whoever extends it is found in `receiver` and `newTarget`, as with a class that does not wait.
 */
const waitingClass = (make) => {
  const waiting = class {}
  let made
  const get = () => {
    if (made === undefined) {
      made = make()
      Object.setPrototypeOf(waiting.prototype, made.prototype)
    }
    return made
  }
  return new Proxy(waiting, {
    construct: (_, args, newTarget) => Reflect.construct(get(), args, newTarget),
    get: (_, name, receiver) =>
      name === "prototype" ? waiting.prototype : Reflect.get(get(), name, receiver),
    has: (_, name) => name in get()
  })
}

/** A function that another one returns, made when it is first called. */
const decoder =
  (make) =>
  (...args) => {
    let decode
    return (...rest) => (decode ??= make(...args))(...rest)
  }

export const Array = schema(Real.Array)
export const Literal = schema(Real.Literal)
export const NonEmptyArray = schema(Real.NonEmptyArray)
export const NullOr = schema(Real.NullOr)
export const Record = schema(Real.Record)
export const Struct = schema(Real.Struct)
export const Tuple = schema(Real.Tuple)
export const Union = schema(Real.Union)
export const parseJson = schema(Real.parseJson)
export const transform = schema(Real.transform)

export const TaggedError =
  (identifier) =>
  (...args) =>
    waitingClass(() => Real.TaggedError(identifier)(...args))

// What is made already, but for the steps that a pipe adds.
export const Int = waiting(() => Real.Int)
export const NonEmptyString = waiting(() => Real.NonEmptyString)
const Number_ = waiting(() => Real.Number)
const String_ = waiting(() => Real.String)
export { Number_ as Number, String_ as String }

// Without its schema it is a step of a pipe.
export const optionalWith = (...args) =>
  args.length === 1 ? Real.optionalWith(...args) : waiting(() => Real.optionalWith(...args))

export const decode = decoder(Real.decode)
export const decodeEither = decoder(Real.decodeEither)
export const decodeUnknown = decoder(Real.decodeUnknown)
export const decodeUnknownEither = decoder(Real.decodeUnknownEither)
export const decodeUnknownOption = decoder(Real.decodeUnknownOption)
export const encode = decoder(Real.encode)
export const encodeSync = decoder(Real.encodeSync)
export const encodeUnknown = decoder(Real.encodeUnknown)
export const is = decoder(Real.is)
export const validate = decoder(Real.validate)

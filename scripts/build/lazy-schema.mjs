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

// A schema that waits is a function to whoever asks, as schemas are, and keeps how it is made. Seven hundred of them: each is small.
const waiting = (make, args) => {
  // An arrow has no property that a proxy would have to show as it is.
  const target = () => {}
  target.make = make
  target.args = args
  return new Proxy(target, waits)
}

const made = (target) => (target.schema ??= target.make(...target.args))

const waits = {
  get: (target, name) => {
    if (name === "pipe") return (...steps) => waiting(() => made(target).pipe(...steps), [])
    if (name === "annotations") return (given) => waiting(() => made(target).annotations(given), [])
    return made(target)[name]
  },
  has: (target, name) => name in made(target),
  ownKeys: (target) => Reflect.ownKeys(made(target)),
  getOwnPropertyDescriptor: (target, name) => {
    const descriptor = Reflect.getOwnPropertyDescriptor(made(target), name)
    // A proxy may not call a property fixed that its target has not.
    return descriptor && { ...descriptor, configurable: true }
  },
  getPrototypeOf: (target) => Reflect.getPrototypeOf(made(target)),
  apply: (target, self, args) => Reflect.apply(made(target), self, args)
}

const schema =
  (make) =>
  (...args) =>
    waiting(make, args)

/**
 * The class that an error extends, made when the first error is, or somebody asks the class for its schema. Until then its prototype stands
 * empty below the error's own; whoever extends it is found in `receiver` and `newTarget`, as with a class that does not wait.
 */
const waitingClass = (make) => {
  const standIn = class {}
  let real
  const get = () => {
    if (real === undefined) {
      real = make()
      Object.setPrototypeOf(standIn.prototype, real.prototype)
    }
    return real
  }
  return new Proxy(standIn, {
    construct: (_, args, newTarget) => Reflect.construct(get(), args, newTarget),
    get: (_, name, receiver) =>
      name === "prototype" ? standIn.prototype : Reflect.get(get(), name, receiver),
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
export const typeSchema = schema(Real.typeSchema)

export const TaggedError =
  (identifier) =>
  (...args) =>
    waitingClass(() => Real.TaggedError(identifier)(...args))

// What is made already, but for the steps that a pipe adds.
export const Int = waiting(() => Real.Int, [])
export const NonEmptyString = waiting(() => Real.NonEmptyString, [])
const Number_ = waiting(() => Real.Number, [])
const String_ = waiting(() => Real.String, [])
export { Number_ as Number, String_ as String }

// Without its schema it is a step of a pipe.
export const optionalWith = (...args) =>
  args.length === 1 ? Real.optionalWith(...args) : waiting(Real.optionalWith, args)

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

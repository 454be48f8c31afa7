import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { failure, type InvalidArguments } from "../Errors.js"
import type { AnyServiceOperation } from "../Operations/Operation.js"

/** What decoding needs of a request. */
export interface Encoded {
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

/** Largest JSON body of every operation but upload, in bytes. */
export const jsonBodyLimit = 512 * 1024
/** Largest body of an upload: 25 MiB as base64 and its frame, in bytes. */
export const uploadBodyLimit = 36 * 1024 * 1024

/** Largest body that an operation takes, in bytes. */
export const bodyLimitOf = (operation: AnyServiceOperation): number =>
  operation.wire.method !== "POST" ? 0 : operation.id === "upload" ? uploadBodyLimit : jsonBodyLimit

/** Reads an operation's request from path, query, headers and body, strictly: we act on it (contract §6). */
export const decode = (
  operation: AnyServiceOperation,
  request: Encoded,
  parameters: Readonly<Record<string, string>>
): Effect.Effect<unknown, InvalidArguments> =>
  Effect.gen(function* () {
    const { wire } = operation
    const headers = Object.fromEntries(
      Object.entries(wire.headers ?? {}).flatMap(([field, header]) => {
        const value = request.headers[header]
        return value === undefined ? [] : [[field, value]]
      })
    )
    const rest =
      wire.method === "POST"
        ? yield* readBody(operation, request.body)
        : yield* readQuery(operation, request.query)
    for (const [field, header] of Object.entries(wire.alsoHeaders ?? {})) {
      const value = request.headers[header]
      if (value === undefined) continue
      if (Object.hasOwn(rest, field) && rest[field] !== value) {
        return yield* Effect.fail(
          failure("INVALID_ARGUMENTS", `the header ${header} is not the body's ${field}`, {
            details: { path: field, header }
          })
        )
      }
      rest[field] = value
    }
    return yield* Schema.decodeUnknown(wire.request, { onExcessProperty: "error" })({
      ...rest,
      ...headers,
      ...parameters
    }).pipe(Effect.mapError(invalid))
  })

const readBody = (
  operation: AnyServiceOperation,
  body: Uint8Array
): Effect.Effect<Record<string, unknown>, InvalidArguments> =>
  Effect.gen(function* () {
    const limit = bodyLimitOf(operation)
    const refuse = (reason: string) => Effect.fail(failure("INVALID_ARGUMENTS", reason))
    if (body.length > limit) return yield* refuse(`the body is larger than ${limit} bytes`)
    const parsed = yield* Effect.try({
      try: (): unknown => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)),
      catch: () => failure("INVALID_ARGUMENTS", "the body is not JSON in UTF-8")
    })
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
      return yield* refuse("the body is not a JSON object")
    }
    return { ...parsed }
  })

// Query text becomes what the schema's field is: a number, a boolean or text, and never more than one of a name.
const readQuery = (
  operation: AnyServiceOperation,
  query: URLSearchParams
): Effect.Effect<Record<string, unknown>, InvalidArguments> =>
  Effect.gen(function* () {
    const values: Record<string, unknown> = {}
    const kinds = queryKinds(operation)
    for (const [name, text] of query) {
      if (Object.hasOwn(values, name)) {
        return yield* Effect.fail(
          failure("INVALID_ARGUMENTS", "a query parameter stands twice", {
            details: { path: name.slice(0, 60) }
          })
        )
      }
      const kind = kinds.get(name) ?? "text"
      values[name] =
        kind === "number" && /^-?\d{1,15}$/.test(text)
          ? Number(text)
          : kind === "boolean" && (text === "true" || text === "false")
            ? text === "true"
            : text
    }
    return values
  })

const kindsById = new Map<string, ReadonlyMap<string, "number" | "boolean" | "text">>()

const queryKinds = (operation: AnyServiceOperation): ReadonlyMap<string, "number" | "boolean" | "text"> => {
  const known = kindsById.get(operation.id)
  if (known !== undefined) return known
  const kinds = new Map<string, "number" | "boolean" | "text">()
  const { ast } = Schema.encodedSchema(operation.wire.request as Schema.Schema<unknown, unknown>)
  if (ast._tag === "TypeLiteral") {
    for (const property of ast.propertySignatures) {
      const tag = property.type._tag
      kinds.set(
        String(property.name),
        tag === "NumberKeyword" ? "number" : tag === "BooleanKeyword" ? "boolean" : "text"
      )
    }
  }
  kindsById.set(operation.id, kinds)
  return kinds
}

const expectation = (issue: ParseResult.ArrayFormatterIssue): string =>
  issue._tag === "Missing"
    ? "a value"
    : issue._tag === "Unexpected"
      ? "no such field"
      : (/^[Ee]xpected ([^,]{1,200}?)(?:, actual .*)?$/s.exec(issue.message)?.[1] ?? "another value")

/** The first place where a request does not fit, and what was expected there; the value itself may be a prompt. */
const invalid = (error: ParseResult.ParseError): InvalidArguments => {
  const issues = ParseResult.ArrayFormatter.formatErrorSync(error)
  const pathOf = (issue: ParseResult.ArrayFormatterIssue | undefined) =>
    (issue?.path ?? []).map(String).join(".")
  const at = pathOf(issues[0])
  const path = at.slice(0, 80)
  // Where one of several values may stand, each of them is an issue of its own.
  const expected = [...new Set(issues.filter((issue) => pathOf(issue) === at).map(expectation))]
    .join(" or ")
    .slice(0, 300)
  return failure(
    "INVALID_ARGUMENTS",
    path === "" ? `the request does not fit: expected ${expected}` : `${path}: expected ${expected}`,
    { details: { path, expected } }
  )
}

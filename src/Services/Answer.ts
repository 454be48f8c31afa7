import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { codeRow, exitCodes, failure, foreignFailure, type ImageSkillError, type Tag } from "../Errors.js"
import { Actor, type EnvelopeError, readError, WireEnvelope } from "../Schema/Envelope.js"
import { JsonObject } from "../Schema/Open.js"
import { untrusted } from "../Schema/Text.js"

/** What a service answered to a successful request. */
export interface Answer<A> {
  readonly data: A
  readonly warnings: ReadonlyArray<string>
  readonly actor: Actor | null
  readonly traceId: string | null
  readonly status: number
}

/** A response as far as reading needs it. */
export interface RawResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  /** Whether a token went with the request: its text is then not quoted, because it may repeat the token. */
  readonly tokenSent?: boolean
}

const exitHeader = "x-image-skill-exit-code"
const deepest = 64

const tagOfExit = Object.fromEntries(Object.entries(exitCodes).map(([tag, exit]) => [exit, tag])) as Readonly<
  Record<number, Tag>
>
const tagOfStatus: Readonly<Record<number, Tag>> = {
  400: "InvalidArguments",
  401: "AuthRequired",
  402: "QuotaExceeded",
  403: "AuthRequired",
  422: "ContentPolicyDenied",
  429: "QuotaExceeded",
  504: "Timeout",
  507: "ArtifactStorage"
}

const statusTag = (status: number): Tag =>
  tagOfStatus[status] ?? (status >= 500 ? "ProviderFailure" : "GenericFailure")

// Another text in its place would be taken for an id that can be asked about; the client's own is told instead (contract §1).
const isTraceId = Schema.is(Schema.String.pipe(Schema.pattern(/^trace_[0-9a-f]{16,120}$/)))

const Strings = Schema.Array(Schema.String)
const decode = <A, I>(schema: Schema.Schema<A, I>) =>
  Schema.decodeUnknownOption(schema, { onExcessProperty: "preserve" })
const decodeEnvelope = decode(WireEnvelope)
const decodeActor = decode(Actor)
const decodeStrings = decode(Strings)
const decodeObject = decode(JsonObject)

/**
 * Reads a response as the contract orders: status and header first, then the envelope, then the operation's data (contract §2).
 * `tells` says whether a success holds what it must to be one.
 */
export const readAnswer = <A, I>(
  output: Schema.Schema<A, I>,
  response: RawResponse,
  tells: (answer: Answer<A>) => boolean = () => true
): Effect.Effect<Answer<A>, ImageSkillError> =>
  Effect.suspend(() => {
    if (response.status >= 300 && response.status < 400) return Effect.fail(redirected(response))
    const parsed = parseJson(response.text)
    if (Either.isLeft(parsed)) return Effect.fail(notJson(response))
    const envelope = Option.getOrNull(decodeEnvelope(parsed.right))
    if (envelope === null) return Effect.fail(notEnvelope(response, "no_envelope"))

    const warnings = Option.getOrElse(decodeStrings(envelope.warnings), () => []).map(untrusted)
    const traceId = isTraceId(envelope.trace_id) ? envelope.trace_id : null
    if (!envelope.ok) {
      const error = readError(envelope.error, (code) => codeRow(code)?.retryable ?? false)
      return error === null
        ? Effect.fail(notEnvelope(response, "error_missing"))
        : Effect.fail(reported(response, error, { warnings, traceId, actor: envelope.actor }))
    }
    const header = response.headers[exitHeader]
    if (response.status < 200 || response.status > 299)
      return Effect.fail(invalid("ok_with_failure_status", response))
    if (header !== undefined && header.trim() !== "0")
      return Effect.fail(invalid("ok_with_failure_header", response))
    if (Option.isNone(decodeObject(envelope.data))) return Effect.fail(invalid("data_missing", response))
    return Schema.decodeUnknown(output, { onExcessProperty: "preserve" })(envelope.data).pipe(
      Effect.mapBoth({
        // The parse error prints values; which field broke is enough.
        onFailure: () => invalid("data_invalid", response),
        onSuccess: (data) => ({
          data,
          warnings,
          actor: Option.getOrNull(decodeActor(envelope.actor)),
          traceId,
          status: response.status
        })
      }),
      Effect.filterOrFail(tells, () => invalid("data_incomplete", response))
    )
  })

/** The failure that an envelope tells, read as `readAnswer` does; `null` when there is no such envelope. */
export const readFailure = (response: RawResponse): ImageSkillError | null => {
  const envelope = Option.getOrNull(Option.flatMap(Either.getRight(parseJson(response.text)), decodeEnvelope))
  if (envelope === null || envelope.ok) return null
  const error = readError(envelope.error, (code) => codeRow(code)?.retryable ?? false)
  // Warnings and actor are those of a request of its own; the caller's are told elsewhere.
  return error === null ? null : reported(response, error, { warnings: [], traceId: null, actor: undefined })
}

const parseJson = (text: string): Either.Either<unknown, "not_json"> =>
  // Depth is told by counting, because the engine's own limit is a stack overflow.
  nesting(text) > deepest
    ? Either.left("not_json")
    : Either.try({ try: (): unknown => JSON.parse(text), catch: () => "not_json" as const })

const nesting = (text: string): number => {
  let depth = 0
  let most = 0
  let inString = false
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (inString) {
      if (unit === 92) index += 1
      else if (unit === 34) inString = false
    } else if (unit === 34) inString = true
    else if (unit === 91 || unit === 123) {
      depth += 1
      if (depth > most) most = depth
    } else if (unit === 93 || unit === 125) depth -= 1
  }
  return most
}

const seen = (response: RawResponse) => ({
  status: response.status,
  content_type: untrusted(response.headers["content-type"] ?? "none"),
  sent: "maybe"
})

const retryAfter = (response: RawResponse): { readonly retry_after_seconds?: number } => {
  const value = response.headers["retry-after"]?.trim() ?? ""
  return /^\d{1,6}$/.test(value) ? { retry_after_seconds: Number(value) } : {}
}

const invalid = (cause: string, response: RawResponse): ImageSkillError =>
  failure("HOSTED_API_INVALID_RESPONSE", `the service's answer breaks the contract (${cause})`, {
    retryable: response.status >= 500,
    details: { cause, ...seen(response) }
  })

const redirected = (response: RawResponse): ImageSkillError => {
  const location = response.headers["location"] ?? ""
  return failure("HOSTED_API_INVALID_RESPONSE", "the service redirected, which is never followed", {
    details: {
      cause: "unexpected_redirect",
      ...(URL.canParse(location) ? { target_origin: untrusted(new URL(location).origin) } : {}),
      ...seen(response)
    }
  })
}

const withoutEnvelope = (
  code: "HOSTED_API_NON_JSON_RESPONSE" | "HOSTED_API_INVALID_RESPONSE",
  cause: string,
  response: RawResponse
): ImageSkillError => {
  const details = { ...seen(response), cause: "non_json" }
  const recovery = retryAfter(response)
  switch (response.status) {
    case 401:
    case 403:
      return failure("AUTH_REQUIRED", `the service refused with ${response.status} and no envelope`, {
        details
      })
    case 402:
      return failure("QUOTA_EXCEEDED", "the service refused with 402 and no envelope", { details })
    case 429:
      return failure("RATE_LIMITED", "the service limits requests", { details, recovery })
    default:
      return failure(code, `the address answered ${response.status} without an envelope`, {
        retryable: response.status >= 500,
        details: {
          ...seen(response),
          cause,
          ...(response.tokenSent === true ? {} : { begins_with: untrusted(response.text.slice(0, 80)) })
        },
        recovery
      })
  }
}

const notJson = (response: RawResponse) =>
  withoutEnvelope("HOSTED_API_NON_JSON_RESPONSE", "non_json", response)
const notEnvelope = (response: RawResponse, cause: string) =>
  withoutEnvelope("HOSTED_API_INVALID_RESPONSE", cause, response)

const reported = (
  response: RawResponse,
  error: EnvelopeError,
  seenBy: {
    readonly warnings: ReadonlyArray<string>
    readonly traceId: string | null
    readonly actor: unknown
  }
): ImageSkillError => {
  const header = response.headers[exitHeader]?.trim() ?? ""
  // A header of 0, or one that is no exit code of the contract, cannot make a failure look like a success.
  const byHeader = /^[1-9]$/.test(header) ? tagOfExit[Number(header)] : undefined
  const tag = byHeader ?? codeRow(error.code)?.tag ?? statusTag(response.status)
  const recovery = { ...retryAfter(response), ...error.recovery }
  // Whether a request was sent is for us to know.
  const { sent: _sent, ...details } = error.details ?? {}
  return foreignFailure(tag, {
    code: untrusted(error.code),
    reason: untrusted(error.message),
    retryable: error.retryable,
    ...(error.details === undefined ? {} : { details }),
    ...(Object.keys(recovery).length === 0 ? {} : { recovery }),
    ...(seenBy.traceId === null ? {} : { trace_id: seenBy.traceId }),
    ...(seenBy.actor === undefined || seenBy.actor === null ? {} : { actor: seenBy.actor }),
    warnings: seenBy.warnings
  })
}

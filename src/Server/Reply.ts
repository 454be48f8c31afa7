import { codeRow, exitCodeOf, type ImageSkillError } from "../Errors.js"
import type { Actor, Envelope, EnvelopeError } from "../Schema/Envelope.js"
import { toEnvelopeError } from "./Domain/JobError.js"

/** An answer as any way in sends it: always an envelope (contract §6). */
export interface ServiceResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What every envelope of one request shares. */
export interface Speaking {
  readonly command: string
  readonly traceId: string
  readonly actor: Actor | null
  /** Where an error code is described, if that is anywhere. */
  readonly docsUrl?: ((code: string) => string) | undefined
}

/** Writes an envelope as a response, with the exit code, the request's id and the time to wait in its header. */
export const render = (status: number, exitCode: number, envelope: Envelope): ServiceResponse => {
  const retryAfter = envelope.error?.recovery?.retry_after_seconds
  return {
    status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-image-skill-exit-code": String(exitCode),
      "x-request-id": envelope.trace_id,
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {})
    },
    body: JSON.stringify(envelope)
  }
}

/** A success. */
export const renderSuccess = (
  { actor, command, traceId }: Speaking,
  data: Readonly<Record<string, unknown>>,
  options: { readonly status?: number; readonly warnings?: ReadonlyArray<string> } = {}
): ServiceResponse =>
  render(options.status ?? 200, 0, {
    ok: true,
    command,
    trace_id: traceId,
    actor,
    data,
    warnings: options.warnings ?? [],
    error: null
  })

/** A failure; `status` where HTTP has a finer word for it than the code's row (404, 405, 410, 413, 415, 416). */
export const renderFailure = (
  { actor, command, docsUrl, traceId }: Speaking,
  error: ImageSkillError,
  options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {}
): ServiceResponse => {
  const response = render(options.status ?? codeRow(error.code)?.status ?? 500, exitCodeOf(error), {
    ok: false,
    command,
    trace_id: traceId,
    actor,
    data: null,
    warnings: error.warnings ?? [],
    error: documented(toEnvelopeError(error), docsUrl)
  })
  return { ...response, headers: { ...response.headers, ...options.headers } }
}

const documented = (error: EnvelopeError, docsUrl: Speaking["docsUrl"]): EnvelopeError =>
  docsUrl === undefined ? error : { ...error, recovery: { ...error.recovery, docs_url: docsUrl(error.code) } }

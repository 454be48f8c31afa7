import { type Code, codes, exitCodes } from "../Errors.js"
import type { FakeAnswer, FakeHandler, RecordedRequest } from "../Services/Http/Fake.js"

const traceId = "trace_00000000000000000000000000000000"

/** The actor that the fake service sees. */
export const fakeActor = {
  actor_type: "agent",
  actor_id: "agt_00000000000000000000000000000000",
  organization_id: "org_00000000000000000000000000000000",
  claim_state: "unclaimed"
} as const

/** A service's successful answer that holds `data`; `more` replaces or adds parts of the envelope. */
export const succeeds = (data: object, more: object = {}): FakeAnswer => ({
  status: 200,
  headers: { "x-image-skill-exit-code": "0", "x-request-id": traceId },
  json: {
    ok: true,
    command: "image-skill",
    trace_id: traceId,
    actor: fakeActor,
    data,
    warnings: [],
    error: null,
    ...more
  }
})

/** A service's failure with one of our codes, with the status and exit header of the table; `more` is added to the error. */
export const failsWith = (code: Code, more: object = {}): FakeAnswer => ({
  status: codes[code].status,
  headers: { "x-image-skill-exit-code": String(exitCodes[codes[code].tag]), "x-request-id": traceId },
  json: {
    ok: false,
    command: "image-skill",
    trace_id: traceId,
    actor: fakeActor,
    data: null,
    warnings: [],
    error: { code, message: `the fake service answers ${code}`, retryable: codes[code].retryable, ...more }
  }
})

/** Answers by `METHOD /path` (a trailing `*` fits any rest), or with NOT_FOUND. */
export const routes =
  (table: Readonly<Record<string, FakeAnswer | FakeHandler>>): FakeHandler =>
  (request) => {
    const asked = `${request.method} ${new URL(request.url).pathname}`
    const key =
      Object.keys(table).find((pattern) => pattern === asked) ??
      Object.keys(table).find((pattern) => pattern.endsWith("*") && asked.startsWith(pattern.slice(0, -1)))
    const answer = key === undefined ? undefined : table[key]
    if (answer === undefined) return failsWith("NOT_FOUND")
    return typeof answer === "function" ? answer(request) : answer
  }

/** A recorded request's body as text. */
export const bodyText = (request: RecordedRequest): string => new TextDecoder().decode(request.body)

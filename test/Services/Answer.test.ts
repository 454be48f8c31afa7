import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Code, codes, exitCodeOf, exitCodes } from "../../src/Errors.js"
import { open } from "../../src/Schema/Open.js"
import { type RawResponse, readAnswer } from "../../src/Services/Answer.js"
import { json, jsonObject } from "../support/Arbitraries.js"

const Output = open({ value: Schema.Number })
const read = (response: RawResponse) => Effect.runSync(Effect.either(readAnswer(Output, response)))

const envelope = (more: object = {}): string =>
  JSON.stringify({
    ok: true,
    command: "x",
    trace_id: "trace_1",
    actor: null,
    data: { value: 1 },
    warnings: [],
    error: null,
    ...more
  })
const failed = (code: string, more: object = {}): string =>
  envelope({ ok: false, data: null, error: { code, message: "told", retryable: false, ...more } })

interface Row {
  readonly why: string
  readonly status: number
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
  /** 0 is a success. */
  readonly exit: number
  readonly code?: string
  readonly retryable?: boolean
  readonly details?: object
  readonly recovery?: object
}

const exit = (value: string) => ({ "x-image-skill-exit-code": value })

// Contract §2, in its order.
const rows: ReadonlyArray<Row> = [
  { why: "a success", status: 200, text: envelope(), exit: 0 },
  { why: "a success with header 0", status: 200, headers: exit("0"), text: envelope(), exit: 0 },
  { why: "a success still running", status: 202, headers: exit("0"), text: envelope(), exit: 0 },
  {
    why: "unknown fields",
    status: 200,
    text: envelope({ extra: 1, data: { value: 1, extra: { a: [1] } } }),
    exit: 0
  },
  {
    why: "a success without warnings, actor and trace",
    status: 200,
    text: '{"ok":true,"data":{"value":1}}',
    exit: 0
  },
  ...[100, 199, 400, 404, 500, 503].map(
    (status): Row => ({
      why: `ok:true with ${status}`,
      status,
      text: envelope(),
      exit: 7,
      code: "HOSTED_API_INVALID_RESPONSE",
      retryable: status >= 500
    })
  ),
  ...["1", "7", "256", "-1", "abc", "7.5", "00"].map(
    (value): Row => ({
      why: `ok:true with header ${value}`,
      status: 200,
      headers: exit(value),
      text: envelope(),
      exit: 7,
      code: "HOSTED_API_INVALID_RESPONSE"
    })
  ),
  ...[undefined, null, [], "x", 1].map(
    (data): Row => ({
      why: `ok:true with data ${JSON.stringify(data)}`,
      status: 200,
      text: envelope({ data }),
      exit: 7,
      code: "HOSTED_API_INVALID_RESPONSE"
    })
  ),
  {
    why: "data that breaks the schema",
    status: 200,
    text: envelope({ data: { value: "CANARY" } }),
    exit: 7,
    code: "HOSTED_API_INVALID_RESPONSE"
  },
  {
    why: 'ok:"maybe"',
    status: 200,
    text: envelope({ ok: "maybe" }),
    exit: 7,
    code: "HOSTED_API_INVALID_RESPONSE"
  },

  // ok:false: the header, else our code, else the status.
  ...Object.keys(codes).map(
    (code): Row => ({
      why: `our code ${code}`,
      status: 200,
      text: failed(code),
      exit: exitCodes[codes[code as Code].tag],
      code
    })
  ),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map(
    (value): Row => ({
      why: `a code of theirs with header ${value}`,
      status: 200,
      headers: exit(String(value)),
      text: failed("BRAND_NEW_CODE"),
      exit: value,
      code: "BRAND_NEW_CODE"
    })
  ),
  {
    why: "the header wins over our code",
    status: 402,
    headers: exit("4"),
    text: failed("QUOTA_EXCEEDED"),
    exit: 4,
    code: "QUOTA_EXCEEDED"
  },
  ...["0", "10", "256", "-1", "abc", "7.5", "99999999999", ""].map(
    (value): Row => ({
      why: `a header of ${JSON.stringify(value)} never counts`,
      status: 402,
      headers: exit(value),
      text: failed("QUOTA_EXCEEDED"),
      exit: 5,
      code: "QUOTA_EXCEEDED"
    })
  ),
  ...(
    [
      [400, 2],
      [401, 3],
      [403, 3],
      [402, 5],
      [429, 5],
      [422, 6],
      [504, 8],
      [507, 9],
      [500, 7],
      [502, 7],
      [503, 7],
      [404, 1],
      [409, 1],
      [418, 1],
      [200, 1]
    ] as const
  ).map(
    ([status, expected]): Row => ({
      why: `a code of theirs with ${status}`,
      status,
      text: failed("BRAND_NEW_CODE"),
      exit: expected,
      code: "BRAND_NEW_CODE"
    })
  ),
  { why: "codes of the prototype", status: 402, text: failed("constructor"), exit: 5, code: "constructor" },
  {
    why: "Retry-After goes into the recovery",
    status: 429,
    headers: { "retry-after": "7" },
    text: failed("RATE_LIMITED"),
    exit: 5,
    code: "RATE_LIMITED",
    recovery: { retry_after_seconds: 7 }
  },
  {
    why: "the recovery's own time wins",
    status: 429,
    headers: { "retry-after": "7" },
    text: failed("RATE_LIMITED", { recovery: { retry_after_seconds: 3 } }),
    exit: 5,
    code: "RATE_LIMITED",
    recovery: { retry_after_seconds: 3 }
  },

  // No envelope.
  ...["", "<html>", "{", "[1]", "null", '"x"', "{}", "SSH-2.0", "\u0000", `${"[".repeat(200_000)}`].flatMap(
    (text): ReadonlyArray<Row> => {
      const shown = text.slice(0, 8)
      const json = ["[1]", "null", '"x"', "{}"].includes(text)
      const rest = json ? "HOSTED_API_INVALID_RESPONSE" : "HOSTED_API_NON_JSON_RESPONSE"
      return [
        {
          why: `${shown} with 401`,
          status: 401,
          text,
          exit: 3,
          code: "AUTH_REQUIRED",
          details: { cause: "non_json" }
        },
        {
          why: `${shown} with 403`,
          status: 403,
          text,
          exit: 3,
          code: "AUTH_REQUIRED",
          details: { cause: "non_json" }
        },
        {
          why: `${shown} with 402`,
          status: 402,
          text,
          exit: 5,
          code: "QUOTA_EXCEEDED",
          details: { cause: "non_json" }
        },
        {
          why: `${shown} with 429`,
          status: 429,
          headers: { "retry-after": "9" },
          text,
          exit: 5,
          code: "RATE_LIMITED",
          retryable: true,
          details: { cause: "non_json" },
          recovery: { retry_after_seconds: 9 }
        },
        ...[200, 204, 400, 404, 408, 413, 422].map(
          (status): Row => ({
            why: `${shown} with ${status}`,
            status,
            text,
            exit: 7,
            code: rest,
            retryable: false
          })
        ),
        ...[500, 502, 503, 504, 507].map(
          (status): Row => ({
            why: `${shown} with ${status}`,
            status,
            text,
            exit: 7,
            code: rest,
            retryable: true
          })
        )
      ]
    }
  ),
  {
    why: "ok:false without an error",
    status: 500,
    text: envelope({ ok: false, data: null, error: null }),
    exit: 7,
    code: "HOSTED_API_INVALID_RESPONSE"
  },
  ...[301, 302, 303, 307, 308].map(
    (status): Row => ({
      why: `a redirect ${status}`,
      status,
      headers: { location: "https://evil.test/landing?x=CANARY" },
      text: envelope(),
      exit: 7,
      code: "HOSTED_API_INVALID_RESPONSE",
      details: { cause: "unexpected_redirect", target_origin: "https://evil.test" }
    })
  )
]

describe("an answer is read in the contract's order", () => {
  for (const {
    code,
    details,
    exit: expected,
    headers = {},
    recovery,
    retryable,
    status,
    text,
    why
  } of rows) {
    it(why, () => {
      const answer = read({ status, headers, text })
      if (expected === 0) {
        expect(Either.isRight(answer)).toBe(true)
        return
      }
      if (Either.isRight(answer)) throw new Error("expected a failure")
      const error = answer.left
      expect([exitCodeOf(error), error.code]).toEqual([expected, code])
      if (retryable !== undefined) expect(error.retryable).toBe(retryable)
      if (details !== undefined) expect(error.details).toMatchObject(details)
      if (recovery !== undefined) expect(error.recovery).toMatchObject(recovery)
      expect(JSON.stringify(error)).not.toContain("CANARY")
    })
  }
})

describe("a trace id", () => {
  it("is passed on when it has the shape of one; another text is not", () => {
    const own = `trace_${"0a".repeat(8)}`
    for (const [told, expected] of [
      [own, own],
      ["short", null],
      ["trace_short", null],
      [`${own} `, null],
      [`trace_${"g".repeat(32)}`, null],
      [`trace_${"0".repeat(500)}`, null],
      [7, null]
    ] as const) {
      const ends = [
        envelope({ trace_id: told }),
        failed("NOT_FOUND").replace('"trace_1"', JSON.stringify(told))
      ]
      const [made, lost] = ends.map((text, at) => read({ status: at === 0 ? 200 : 404, headers: {}, text }))
      expect(made !== undefined && Either.isRight(made) && made.right.traceId).toBe(expected)
      expect(lost !== undefined && Either.isLeft(lost) && (lost.left.trace_id ?? null)).toBe(expected)
    }
  })
})

describe("a hostile answer", () => {
  const status = fc.constantFrom(
    200,
    201,
    202,
    204,
    301,
    400,
    401,
    402,
    403,
    404,
    409,
    422,
    429,
    500,
    502,
    503,
    504,
    507,
    599
  )
  const header = fc.constantFrom(undefined, "0", "1", "5", "9", "10", "-1", "abc", "256", "7.5", " 3 ")
  const odd = fc.oneof(json, fc.constantFrom<unknown>(true, false, "maybe", null, [], {}))
  const body = fc.oneof(
    fc
      .record(
        {
          ok: fc.oneof(fc.boolean(), odd),
          trace_id: odd,
          actor: odd,
          data: fc.oneof(jsonObject, odd),
          warnings: fc.oneof(fc.array(odd, { maxLength: 3 }), odd),
          error: fc.oneof(
            fc.record(
              {
                code: odd,
                message: odd,
                retryable: fc.oneof(fc.boolean(), odd),
                details: odd,
                recovery: odd
              },
              { requiredKeys: [] }
            ),
            odd
          )
        },
        { requiredKeys: [] }
      )
      .map((value) => JSON.stringify(value)),
    fc
      .record({
        code: fc.oneof(fc.constantFrom(...Object.keys(codes)), fc.string()),
        message: fc.string({ maxLength: 700 }),
        retryable: fc.boolean(),
        recovery: jsonObject
      })
      .map((error) => failed(error.code, error)),
    json.map((value) => JSON.stringify(value)),
    fc.string(),
    fc.json().map((text) => text.slice(0, text.length / 2))
  )

  it("is one of the nine errors or a success that fits, 5,000 times", () => {
    let [successes, failures] = [0, 0]
    fc.assert(
      fc.property(status, header, body, (code, exitHeader, text) => {
        const answer = read({ status: code, headers: exitHeader === undefined ? {} : exit(exitHeader), text })
        if (Either.isRight(answer)) {
          successes += 1
          expect(code >= 200 && code < 300 && (exitHeader === undefined || exitHeader === "0")).toBe(true)
          expect(typeof answer.right.data.value).toBe("number")
          return
        }
        failures += 1
        const error = answer.left
        expect(exitCodeOf(error)).toBeGreaterThanOrEqual(1)
        expect(exitCodeOf(error)).toBeLessThanOrEqual(9)
        expect(error.reason.length).toBeLessThanOrEqual(500)
        expect(error.code.length).toBeLessThanOrEqual(500)
      }),
      { numRuns: 5_000, seed: 61 }
    )
    expect(failures).toBeGreaterThan(4_000)
    expect(successes + failures).toBe(5_000)
  })

  it("does not act through __proto__", () => {
    const text =
      '{"ok":true,"data":{"value":1,"__proto__":{"next":"x","status":"failed"}},"__proto__":{"error":1}}'
    const answer = read({ status: 200, headers: {}, text })
    expect(Either.isRight(answer)).toBe(true)
    expect(({} as Record<string, unknown>)["next"]).toBeUndefined()
  })
})

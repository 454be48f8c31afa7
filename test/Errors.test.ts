import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as Errors from "../src/Errors.js"

// The contract's own table (§2), written out again so that neither moves alone.
const contract: Readonly<Record<string, readonly [exit: number, codes: string]>> = {
  GenericFailure: [
    1,
    "PUBLIC_CLI_FAILED 500, INTERNAL_ERROR 500, NOT_FOUND 404, CREDIT_QUOTE_CONFLICT 409, CREDIT_QUOTE_EXPIRED 409, IDEMPOTENCY_CONFLICT 409, JOB_CANCELED 409, INTERRUPTED 500"
  ],
  InvalidArguments: [
    2,
    "INVALID_ARGUMENTS 400, PUBLIC_CLI_COMMAND_NOT_AVAILABLE 400, PUBLIC_CLI_FLAG_NOT_AVAILABLE 400, PAYMENT_CREDENTIAL_FLAG_REJECTED 400, MODEL_PARAMETERS_INVALID 400, REFERENCES_INVALID 400"
  ],
  AuthRequired: [3, "AUTH_REQUIRED 401, TOKEN_INVALID 401, TOKEN_REVOKED 401"],
  CapabilityDenied: [4, "CAPABILITY_DENIED 403, PAYMENT_METHOD_UNAVAILABLE 403"],
  QuotaExceeded: [
    5,
    "QUOTA_EXCEEDED 402, BUDGET_EXCEEDED 402, BUDGET_REQUIRES_CONFIRMATION 402, DAILY_JOB_LIMIT_REACHED 429, RATE_LIMITED 429"
  ],
  ContentPolicyDenied: [6, "CONTENT_POLICY_DENIED 422, INPUT_POLICY_DENIED 422"],
  ProviderFailure: [
    7,
    "PROVIDER_FAILURE 502, PROVIDER_OUTCOME_UNKNOWN 502, HOSTED_API_REQUEST_FAILED 502, HOSTED_API_NON_JSON_RESPONSE 502, HOSTED_API_INVALID_RESPONSE 502, REMOTE_UPLOAD_FETCH_FAILED 502, ASSET_DOWNLOAD_FAILED 502"
  ],
  Timeout: [8, "TIMEOUT 504"],
  ArtifactStorage: [
    9,
    "ARTIFACT_STORAGE_WRITE_FAILED 507, PUBLIC_CLI_CONFIG_WRITE_FAILED 507, CONFIG_READ_FAILED 507, OUTPUT_EXISTS 507, OUTPUT_WRITE_FAILED 507, INPUT_READ_FAILED 507, ASSET_INTEGRITY_FAILED 507, UPLOAD_ASSET_ID_MISSING 507, DATA_FOLDER_NEWER 507, ENGINE_NOT_INSTALLED 507"
  ]
}

describe("the table of codes", () => {
  it("is the contract's, code by code", () => {
    const ours = Object.entries(Errors.codes).map(
      ([code, { status, tag }]) => `${tag} ${Errors.exitCodes[tag]} ${code} ${status}`
    )
    const theirs = Object.entries(contract).flatMap(([tag, [exit, codes]]) =>
      codes.split(", ").map((each) => `${tag} ${exit} ${each}`)
    )
    expect(ours.sort()).toEqual(theirs.sort())
  })

  it("lets only what a repeat can help be retried", () => {
    const retryable = Object.entries(Errors.codes)
      .filter(([, row]) => row.retryable)
      .map(([code]) => code)
    expect(retryable.sort()).toEqual(
      [
        "ASSET_DOWNLOAD_FAILED",
        "HOSTED_API_REQUEST_FAILED",
        "INTERRUPTED",
        "PROVIDER_FAILURE",
        "RATE_LIMITED",
        "TIMEOUT"
      ].sort()
    )
  })

  it("is documented in one or two sentences a code", () => {
    for (const [code, { docs }] of Object.entries(Errors.codes))
      expect(docs, code).toMatch(/^[A-Za-z].{20,200}\.$/)
  })

  it("is not read through the prototype", () => {
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty", ""])
      expect(Errors.codeRow(name)).toBeUndefined()
  })
})

const classes = {
  GenericFailure: Errors.GenericFailure,
  InvalidArguments: Errors.InvalidArguments,
  AuthRequired: Errors.AuthRequired,
  CapabilityDenied: Errors.CapabilityDenied,
  QuotaExceeded: Errors.QuotaExceeded,
  ContentPolicyDenied: Errors.ContentPolicyDenied,
  ProviderFailure: Errors.ProviderFailure,
  Timeout: Errors.Timeout,
  ArtifactStorage: Errors.ArtifactStorage
} satisfies Record<Errors.Tag, unknown>

describe("failures", () => {
  for (const code of Object.keys(Errors.codes) as ReadonlyArray<Errors.Code>) {
    it(`${code} is an error that says its reason and survives encoding`, () => {
      const error = Errors.failure(code, "because", {
        details: { a: 1 },
        recovery: { suggested_command: "x", other: 2 }
      })
      expect(Errors.isImageSkillError(error)).toBe(true)
      expect([error.message, error._tag, error.retryable]).toEqual([
        "because",
        Errors.codes[code].tag,
        Errors.codes[code].retryable
      ])
      expect(Errors.exitCodeOf(error)).toBe(Errors.exitCodes[Errors.codes[code].tag])
      const schema = classes[Errors.codes[code].tag] as unknown as Schema.Schema<
        Errors.ImageSkillError,
        unknown
      >
      const again = Schema.decodeUnknownSync(schema)(Schema.encodeSync(schema)(error))
      expect(again).toEqual(error)
      expect(Effect.runSync(Effect.flip(Effect.fail(error)))).toBe(error)
    })
  }

  it("are told from look-alikes", () => {
    for (const other of [
      null,
      undefined,
      "TIMEOUT",
      new Error("x"),
      { _tag: "Timeout", code: "TIMEOUT", reason: "x", retryable: true }
    ])
      expect(Errors.isImageSkillError(other)).toBe(false)
  })
})

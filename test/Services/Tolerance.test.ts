import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { Job } from "../../src/Schema/Job.js"
import { JsonObject } from "../../src/Schema/Open.js"
import { SignupAnswer } from "../../src/Schema/Signup.js"
import { readAnswer } from "../../src/Services/Answer.js"

const told = (error: object, tokenSent = false) =>
  Effect.runSync(
    Effect.flip(
      readAnswer(JsonObject, {
        status: 507,
        headers: {},
        text: JSON.stringify({ ok: false, data: null, error }),
        tokenSent
      })
    )
  )

const code = "ARTIFACT_STORAGE_WRITE_FAILED"

describe("one odd field of a failure", () => {
  const odd: ReadonlyArray<object> = [
    { details: null },
    { details: ["x"] },
    { recovery: null },
    { recovery: { suggested_command: null } },
    { recovery: { retry_after_seconds: "5" } },
    { recovery: { retry: { policy: "whenever" } } },
    { recovery: { next: [{ id: 1 }] } },
    { retryable: "yes" },
    { message: 5 }
  ]
  for (const field of odd) {
    it(`${JSON.stringify(field)} does not hide it`, () => {
      expect(told({ code, message: "full", retryable: true, ...field })).toMatchObject({
        _tag: "ArtifactStorage",
        code
      })
    })
  }

  it("is left out alone: its neighbours and unknown fields survive", () => {
    const error = told({
      code: "RATE_LIMITED",
      details: { a: 1 },
      recovery: { suggested_command: null, docs_url: "u", retry_after_seconds: 5, novel: { x: null } }
    })
    expect([error.reason, error.retryable, error.details]).toEqual(["", true, { a: 1 }])
    expect(error.recovery).toEqual({ docs_url: "u", retry_after_seconds: 5, novel: { x: null } })
    expect(told({ code: "NOVEL_CODE" }).retryable).toBe(false)
  })
})

it("a job is read whatever its error and outcome look like", () => {
  const read = (more: object) => Schema.decodeUnknownSync(Job)({ job_id: "job_1", status: "failed", ...more })
  expect(read({ error: "x", outcome: null })).toMatchObject({ error: null, outcome: null })
  expect(read({ error: { code: "X", details: null }, outcome: "novel" })).toMatchObject({
    outcome: "novel",
    error: { code: "X", message: "", retryable: false }
  })
  expect(read({ error: null }).error).toBeNull()
  const error = { code: "X", message: "m", retryable: true, recovery: { docs_url: "u" } }
  expect(Schema.encodeSync(Job)(read({ error })).error).toEqual(error)
})

it("a sign-up's token is read whatever its other fields look like", () => {
  const answer = { token: "isk_r_abcdefgh", agent_id: 5, grants: "all", storage: [], claim_state: {} }
  expect(Schema.decodeUnknownSync(SignupAnswer)(answer).token).toBe("isk_r_abcdefgh")
})

it("an answer that is no JSON is quoted only when no token was sent", () => {
  const read = (tokenSent: boolean) =>
    Effect.runSync(
      Effect.flip(readAnswer(JsonObject, { status: 500, headers: {}, text: "got isk_r_abc", tokenSent }))
    ).details
  expect(read(false)).toHaveProperty("begins_with")
  expect(read(true)).not.toHaveProperty("begins_with")
})

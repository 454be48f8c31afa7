// A command line in memory: what it printed, how it ended, what it sent, which files it changed.
import assert from "node:assert/strict"
import { Console, Effect } from "effect"
import { bodyText, failsWith, routes, runCommand, succeeds } from "image-skill/testing"

const created = runCommand(["create", "--prompt", "a fox", "--idempotency-key", "task-1", "--token-stdin"], {
  stdin: "isk_r_0123456789abcdef",
  env: { IMAGE_SKILL_API_BASE_URL: "https://images.example.com" },
  service: routes({
    "POST /v1/create": succeeds({ job_id: "job_1", status: "completed", assets: [] })
  })
})
const refused = runCommand(["whoami", "--token-stdin"], {
  stdin: "isk_r_0123456789abcdef",
  env: { IMAGE_SKILL_API_BASE_URL: "https://images.example.com" },
  service: routes({ "GET /v1/whoami": failsWith("TOKEN_REVOKED") })
})

await Effect.gen(function* () {
  const { envelope, exitCode, requests, stdout } = yield* created
  assert.equal(exitCode, 0)
  assert.equal(envelope.data?.["job_id"], "job_1")
  assert.match(bodyText(requests[0]!), /"idempotency_key":"task-1"/)
  assert.doesNotMatch(stdout, /isk_r_/)

  const failed = yield* refused
  assert.equal(failed.exitCode, 3)
  assert.equal(failed.envelope.error?.code, "TOKEN_REVOKED")
  yield* Console.log("exit 0 with one request, exit 3 with a revoked token; no token in the output")
}).pipe(Effect.runPromise)

import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { inFolder } from "../../../src/Server/Admin/Folder.js"
import { Credits } from "../../../src/Schema/Money.js"
import { Database } from "../../../src/Server/Storage/Database.js"
import { Jobs } from "../../../src/Server/Storage/Jobs.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import { Organizations } from "../../../src/Server/Storage/Organizations.js"
import { makeMachine } from "../../../src/Testing/index.js"
import { temporaryFolder } from "../Http/Served.js"

const jobId = "job_00000000000000000000000000000001"

/** An organization of 100 credits with a job of 12 that was submitted, and of which nobody knows what became. */
const doubtful = Effect.gen(function* () {
  const organizations = yield* Organizations
  const ledger = yield* Ledger
  const { run, sql, transaction } = yield* Database
  return yield* transaction(
    Effect.gen(function* () {
      const organizationId = yield* organizations.add("one")
      const agentId = yield* organizations.addAgent(organizationId, "painter")
      yield* ledger.open(organizationId)
      yield* ledger.grant(organizationId, Credits.make(100), "promo", "preview")
      yield* (yield* Jobs).insert(
        {
          id: jobId,
          organizationId,
          agentId,
          operation: "create",
          status: "running",
          traceId: "trace_0123456789abcdef",
          key: null,
          modelId: "openai.gpt-image-2",
          capabilityId: null,
          record: {
            pricing: { credits_per_output: 12, credits: 12, provider_micro_usd: 70_000, confidence: "known" },
            output_count: 1,
            request: {},
            cost: null,
            safety: null
          },
          day: "2026-11-21",
          createdAt: Date.now(),
          completedAt: null
        },
        null
      )
      yield* (yield* Jobs).countDaily(organizationId, "2026-11-21", 1)
      yield* ledger.hold(organizationId, jobId, Credits.make(12))
      yield* run(sql`UPDATE jobs SET outcome = 'unknown' WHERE id = ${jobId}`)
      yield* run(sql`INSERT INTO checkpoints (job_id, step, state, epoch, output, written_at)
        VALUES (${jobId}, 'submit', 'started', 0, NULL, 0)`)
      return organizationId
    })
  )
})

for (const [flag, lost] of [
  ["--paid", 70_000],
  ["--not-paid", null]
] as const) {
  it.live(`admin jobs resolve ${flag} ends the job failed, gives the hold back, and is done once`, () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const organization = yield* inFolder(root, doubtful, { mayMake: true })
      const machine = yield* makeMachine({ dataFolder: root })
      const resolved = yield* machine.run(["admin", "jobs", "resolve", jobId, flag])
      expect(resolved.exitCode).toBe(0)
      expect(resolved.envelope.data).toMatchObject({
        written_off: lost !== null,
        job: { status: "failed", error: { code: "PROVIDER_OUTCOME_UNKNOWN" } }
      })
      yield* inFolder(
        root,
        Effect.gen(function* () {
          const ledger = yield* Ledger
          const { run, sql } = yield* Database
          expect(yield* ledger.balances(organization)).toEqual({ free: 100, paid: 0, held: 0, spent: 0 })
          expect(yield* ledger.audit).toEqual([])
          expect(
            yield* run(sql`SELECT provider_micro_usd AS lost FROM write_offs WHERE job_id = ${jobId}`)
          ).toEqual([{ lost }])
        })
      )
      const again = yield* machine.run(["admin", "jobs", "resolve", jobId, flag])
      expect([again.exitCode, again.envelope.error?.code]).toEqual([2, "INVALID_ARGUMENTS"])
    }).pipe(Effect.scoped)
  )
}

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { ArtifactStorage } from "../../Errors.js"
import { Database } from "./Database.js"

/** Keeps a piece of feedback; part of the caller's transaction. */
export const storeFeedback = (feedback: {
  readonly id: string
  readonly organizationId: string
  readonly agentId: string
  readonly body: string
}): Effect.Effect<void, ArtifactStorage, Database> =>
  Effect.gen(function* () {
    const { run, sql } = yield* Database
    const now = yield* Clock.currentTimeMillis
    yield* run(sql`INSERT INTO feedback (id, organization_id, agent_id, body, created_at)
      VALUES (${feedback.id}, ${feedback.organizationId}, ${feedback.agentId}, ${feedback.body}, ${now})`)
  })

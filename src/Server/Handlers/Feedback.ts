import * as Effect from "effect/Effect"
import { failure } from "../../Errors.js"
import type { feedbackCreate } from "../../Operations/Feedback.js"
import { tokenPattern } from "../../Schema/Config.js"
import type { FeedbackRequest } from "../../Schema/Feedback.js"
import { makeId } from "../../Services/Entropy.js"
import { Activity } from "../Storage/Activity.js"
import { Database } from "../Storage/Database.js"
import { storeFeedback } from "../Storage/Feedback.js"
import { type Handler, identityOf } from "./Handler.js"

const shaped = new RegExp(tokenPattern, "g")

/** What would make feedback easier to act on. */
const guidance = (request: FeedbackRequest): ReadonlyArray<string> => [
  ...(request.title === undefined ? ["give it a title"] : []),
  ...(request.body === undefined ? ["say in a body what happened and why it matters"] : []),
  ...(request.expected === undefined ? ["say what was expected"] : []),
  ...(request.actual === undefined ? ["say what happened instead"] : []),
  ...(request.evidence === undefined ? ["name evidence: a trace, job or event id"] : []),
  ...(request.proof_needed === undefined ? ["say what would prove that it is handled"] : [])
]

export const createFeedback: Handler<typeof feedbackCreate> = (request, caller) =>
  Effect.gen(function* () {
    if (request.title === undefined && request.body === undefined) {
      return yield* Effect.fail(
        failure("INVALID_ARGUMENTS", "feedback needs a title or a body", {
          details: { fields: ["title", "body"] },
          recovery: { required_flag: "--title", required_flags: ["--title", "--body"] }
        })
      )
    }
    const identity = yield* identityOf(caller)
    const { transaction } = yield* Database
    const activity = yield* Activity
    const id = yield* makeId("feedback")
    const type = request.type ?? "user_feedback"
    // A token that slipped into the text must not lie in the database.
    const body = JSON.stringify({ ...request, type }).replace(shaped, "[redacted]")
    const event = yield* transaction(
      Effect.zipRight(
        storeFeedback({ id, organizationId: identity.organizationId, agentId: identity.agentId, body }),
        activity.record(identity.organizationId, {
          type: "feedback.created",
          summary: "feedback stored",
          operation: "feedback",
          subject: { type: "feedback", id },
          links: { job_id: null, asset_ids: [], usage_event_id: null, feedback_id: id },
          status: "accepted",
          details: { feedback_type: type, severity: request.severity ?? null },
          traceId: caller.traceId
        })
      )
    )
    const missing = guidance(request)
    return {
      data: {
        feedback_id: id,
        activity_event_id: event,
        state: "accepted",
        type,
        stored: true,
        quality: { complete: missing.length === 0, guidance: missing }
      }
    }
  })

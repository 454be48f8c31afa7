import { readOnly } from "../Schema/Effects.js"
import { FeedbackAnswer, FeedbackRequest } from "../Schema/Feedback.js"
import { flag, service, toggle } from "./Operation.js"

const list = (items: ReadonlyArray<string> | undefined) => items?.join(",")

/** Leaves feedback with the service, durably or not at all (contract §6). */
export const feedbackCreate = service({
  id: "feedback.create",
  command: ["feedback", "create"],
  summary: "Leave feedback with the service: what happened, what was expected, what would prove it handled",
  input: FeedbackRequest,
  output: FeedbackAnswer,
  codes: ["ARTIFACT_STORAGE_WRITE_FAILED"],
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: (input) => [
    "feedback",
    "create",
    ...flag("type", input.type),
    ...flag("title", input.title),
    ...flag("body", input.body),
    ...flag("command", input.command),
    ...flag("expected", input.expected),
    ...flag("actual", input.actual),
    ...flag("friction", input.friction),
    ...flag("proof-needed", input.proof_needed),
    ...flag("strategic-reason", input.strategic_reason),
    ...flag("dedupe-key", input.dedupe_key),
    ...flag("source", input.source),
    ...flag("trace-id", input.trace_id),
    ...flag("surface", list(input.surface)),
    ...flag("evidence", list(input.evidence)),
    ...flag("severity", input.severity),
    ...flag("confidence", input.confidence),
    ...flag("next-state", input.next_state),
    ...toggle("allow-weak-signal", input.allow_weak_signal)
  ],
  wire: { method: "POST", path: "/v1/feedback", request: FeedbackRequest },
  grant: "feedback"
})

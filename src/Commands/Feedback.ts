import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { failure } from "../Errors.js"
import { activityShow } from "../Operations/Activity.js"
import { feedbackCreate } from "../Operations/Feedback.js"
import { suggest } from "../Operations/Suggest.js"
import { FeedbackBody, FeedbackItem, FeedbackText, FeedbackTitle, FeedbackWord } from "../Schema/Feedback.js"
import { command } from "./Command.js"
import { choice, schema, toggle } from "./Flags.js"
import { defined, request } from "./ServiceCommand.js"

const levels = ["low", "medium", "high", "critical"] as const
const isItem = Schema.is(FeedbackItem)
const items = Schema.split(",").pipe(
  Schema.filter((list) => list.length <= 50 && list.every((one) => isItem(one.trim())), {
    message: () => "expected items of 1 to 200 characters with commas between them"
  })
)
const detail = (name: string, summary: string) => schema(name, "TEXT", summary, FeedbackText)
const trimmed = (list: ReadonlyArray<string> | undefined) => list?.map((one) => one.trim())

export const feedback = command({
  operation: feedbackCreate,
  flags: {
    title: schema("title", "TEXT", "A short, concrete title", FeedbackTitle),
    body: schema("body", "TEXT", "What happened, what was expected, and why it matters", FeedbackBody),
    type: schema("type", "WORD", "The kind; user_feedback unless given", FeedbackWord),
    command: detail("command", "The command or workflow it is about"),
    expected: detail("expected", "What was expected"),
    actual: detail("actual", "What happened instead"),
    friction: detail("friction", "What stood in the way"),
    proof_needed: detail("proof-needed", "What would prove that it is handled"),
    strategic_reason: detail("strategic-reason", "Why it matters beyond this one case"),
    dedupe_key: schema("dedupe-key", "KEY", "The same for feedback about the same thing", FeedbackItem),
    source: schema("source", "TEXT", "Where the observation comes from", FeedbackItem),
    trace_id: schema("trace-id", "TRACE_ID", "The run that it is about", FeedbackItem),
    surface: schema("surface", "A,B", "Where: cli, docs, api", items),
    evidence: schema("evidence", "A,B", "Trace, job, asset or event ids", items),
    severity: choice("severity", levels, "How bad it is"),
    confidence: choice("confidence", levels, "How sure you are"),
    next_state: schema("next-state", "WORD", "What should become of it", FeedbackWord),
    allow_weak_signal: toggle(
      "allow-weak-signal",
      "Say that it rests on little evidence, and is meant all the same"
    )
  },
  arguments: {},
  examples: [
    {
      why: "say what went wrong, with evidence",
      argv: [
        "feedback",
        "create",
        "--title",
        "Short title",
        "--body",
        "What happened",
        "--evidence",
        "job:job_0123"
      ]
    }
  ],
  usesService: true,
  run: (values) => {
    const { body, surface, evidence, title, ...rest } = values
    if (title === undefined && body === undefined) {
      return Effect.fail(
        failure("INVALID_ARGUMENTS", "feedback needs --title, --body or both", {
          recovery: { required_flag: "--title", required_flags: ["--title", "--body"] }
        })
      )
    }
    const absent = title === undefined ? "--title" : body === undefined ? "--body" : null
    return request(
      feedbackCreate,
      defined({ ...rest, title, body, surface: trimmed(surface), evidence: trimmed(evidence) }),
      (data) => [
        suggest("show_feedback", "see the ledger's record of it", activityShow, {
          reference: data.feedback_id
        })
      ]
    ).pipe(
      Effect.map((success) =>
        absent === null
          ? success
          : {
              ...success,
              warnings: [...(success.warnings ?? []), `feedback is easier to act on with ${absent} too`]
            }
      )
    )
  }
})

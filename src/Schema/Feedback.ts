import * as Schema from "effect/Schema"
import { open, optional } from "./Open.js"

const prose = (most: number) =>
  Schema.String.pipe(
    Schema.filter((text) => text.trim() !== "" && text.length <= most && !text.includes("\u0000"), {
      message: () => `expected text of 1 to ${most} characters`
    })
  )
const word = Schema.String.pipe(
  Schema.pattern(/^[a-z][a-z0-9_]{0,39}$/, {
    message: () => "expected a word in lower case, like user_feedback"
  })
)
/** An id, or a place: one of a list. */
export const FeedbackItem = Schema.String.pipe(
  Schema.pattern(/^\S\P{Cc}{0,199}$/u, { message: () => "expected 1 to 200 characters on one line" })
)

/** Feedback's title. */
export const FeedbackTitle = prose(200)
/** What happened, was expected, and why it matters. */
export const FeedbackBody = prose(8_000)
/** One of feedback's finer fields. */
export const FeedbackText = prose(2_000)
/** A kind of feedback, or the state that its author wishes for. */
export const FeedbackWord = word
/** How bad, or how sure. */
export const Level = Schema.Literal("low", "medium", "high", "critical")

/** Request of `POST /v1/feedback` (contract §6): title, body or both; no prompts, keys, image bytes or private data. */
export const FeedbackRequest = Schema.Struct({
  type: optional(word),
  title: optional(FeedbackTitle),
  body: optional(FeedbackBody),
  command: optional(FeedbackText),
  expected: optional(FeedbackText),
  actual: optional(FeedbackText),
  friction: optional(FeedbackText),
  proof_needed: optional(FeedbackText),
  strategic_reason: optional(FeedbackText),
  dedupe_key: optional(FeedbackItem),
  source: optional(FeedbackItem),
  trace_id: optional(FeedbackItem),
  surface: optional(Schema.Array(FeedbackItem).pipe(Schema.maxItems(20))),
  evidence: optional(Schema.Array(FeedbackItem).pipe(Schema.maxItems(50))),
  severity: optional(Level),
  confidence: optional(Level),
  next_state: optional(word),
  allow_weak_signal: optional(Schema.Boolean)
})
/** Request of `POST /v1/feedback` (contract §6). */
export type FeedbackRequest = typeof FeedbackRequest.Type

/** Answer of `feedback create` (contract §6). */
export const FeedbackAnswer = open({ feedback_id: Schema.String })

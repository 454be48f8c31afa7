import * as Schema from "effect/Schema"
import { CreditsAnswer, MovedCredits, OrganizationId, Reason } from "../Schema/Admin.js"
import { IdempotencyKey } from "../Schema/Ids.js"
import { optional } from "../Schema/Open.js"
import { admin, folderField } from "./AdminOperation.js"
import { flag } from "./Operation.js"

const Movement = Schema.Struct({
  ...folderField,
  organization: OrganizationId,
  credits: MovedCredits,
  reason: Reason,
  idempotency_key: optional(IdempotencyKey)
})

const words = (input: typeof Movement.Type) => [
  ...flag("organization", input.organization),
  ...flag("credits", input.credits),
  ...flag("reason", input.reason),
  ...flag("idempotency-key", input.idempotency_key)
]

/** Gives an organization free credits, once for each key (contract §7). */
export const adminCreditsGrant = admin({
  id: "admin.credits.grant",
  command: ["admin", "credits", "grant"],
  summary: "Give an organization free credits, with a reason; the same key gives them once",
  input: Movement,
  output: CreditsAnswer,
  codes: ["NOT_FOUND", "IDEMPOTENCY_CONFLICT"],
  argv: (input) => ["admin", "credits", "grant", ...words(input)]
})

/** Takes free credits back, never below zero and never paid ones, once for each key (contract §7). */
export const adminCreditsTake = admin({
  id: "admin.credits.take",
  command: ["admin", "credits", "take"],
  summary: "Take free credits back, with a reason; never more than there are, never paid ones",
  input: Movement,
  output: CreditsAnswer,
  codes: ["NOT_FOUND", "IDEMPOTENCY_CONFLICT", "QUOTA_EXCEEDED"],
  argv: (input) => ["admin", "credits", "take", ...words(input)]
})

import * as Schema from "effect/Schema"
import { ActivityAnswer } from "../Schema/Activity.js"
import { readOnly } from "../Schema/Effects.js"
import { ActivityReference } from "../Schema/Ids.js"
import { optional } from "../Schema/Open.js"
import { flag, service } from "./Operation.js"

const Query = Schema.Struct({
  limit: optional(Schema.Int.pipe(Schema.between(1, 100))),
  subject: optional(ActivityReference)
})
const Reference = Schema.Struct({ reference: ActivityReference })

/** Lists the newest activity of the caller's organization (contract §6, §8). */
export const activityList = service({
  id: "activity.list",
  command: ["activity", "list"],
  summary: "List recent activity: jobs, assets, usage, credits and feedback, newest first",
  input: Query,
  output: ActivityAnswer,
  codes: [],
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: (input) => ["activity", "list", ...flag("limit", input.limit), ...flag("subject", input.subject)],
  wire: { method: "GET", path: "/v1/activity", request: Query },
  grant: "read"
})

/** Shows one event, or the events of a job, asset, usage, feedback or trace (contract §6, §8). */
export const activityShow = service({
  id: "activity.show",
  command: ["activity", "show"],
  summary: "Show one activity event, or all events of a job, asset, usage or trace",
  input: Reference,
  output: ActivityAnswer,
  codes: ["NOT_FOUND"],
  auth: "required",
  effects: () => readOnly,
  touches: () => [],
  argv: ({ reference }) => ["activity", "show", reference],
  wire: { method: "GET", path: "/v1/activity/:reference", request: Reference },
  grant: "read"
})

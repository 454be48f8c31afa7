import { activityList, activityShow } from "../Operations/Activity.js"
import { ActivityReference } from "../Schema/Ids.js"
import { command } from "./Command.js"
import { argument, integer, schema } from "./Flags.js"
import { defined, request } from "./ServiceCommand.js"

export const listActivity = command({
  operation: activityList,
  flags: {
    limit: integer("limit", 1, 100, "How many events at most; 20 unless given"),
    subject: schema(
      "subject",
      "REF",
      "Only events of this job, asset, usage, feedback or trace",
      ActivityReference
    )
  },
  arguments: {},
  examples: [{ why: "what happened lately", argv: ["activity", "list", "--local", "--limit", "5"] }],
  usesService: true,
  run: (values) => request(activityList, { ...defined(values), limit: values.limit ?? 20 })
})

export const showActivity = command({
  operation: activityShow,
  flags: {},
  arguments: {
    reference: argument("REF", "an event, job, asset, usage, feedback or trace id", ActivityReference)
  },
  examples: [
    {
      why: "everything about one job",
      argv: ["activity", "show", "--local", "job_0123456789abcdef0123456789abcdef"]
    }
  ],
  usesService: true,
  run: (values) => request(activityShow, { reference: values.reference ?? "" })
})

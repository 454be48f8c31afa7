import * as Schema from "effect/Schema"
import { JobId } from "../Schema/Ids.js"
import { Job } from "../Schema/Job.js"
import { open, optional } from "../Schema/Open.js"
import { admin, folderField } from "./AdminOperation.js"
import { toggle } from "./Operation.js"

/** Decides what became of a job whose outcome is unknown: it ends failed, nothing is debited (contract §8). */
export const adminJobsResolve = admin({
  id: "admin.jobs.resolve",
  command: ["admin", "jobs", "resolve"],
  summary: "Decide what became of a job whose outcome is unknown: it ends failed and nothing is debited",
  input: Schema.Struct({
    ...folderField,
    job_id: JobId,
    paid: optional(Schema.Boolean),
    not_paid: optional(Schema.Boolean)
  }),
  output: open({ job: Job, written_off: Schema.Boolean }),
  codes: ["NOT_FOUND"],
  argv: (input) => [
    "admin",
    "jobs",
    "resolve",
    input.job_id,
    ...toggle("paid", input.paid),
    ...toggle("not-paid", input.not_paid)
  ]
})

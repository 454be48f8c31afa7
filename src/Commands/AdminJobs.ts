import * as Effect from "effect/Effect"
import { adminJobsResolve } from "../Operations/AdminJobs.js"
import { JobId } from "../Schema/Ids.js"
import { folderFlag, lacks, onFolder } from "./AdminCommand.js"
import { command } from "./Command.js"
import { argument, toggle } from "./Flags.js"

export const adminResolvedJob = command({
  operation: adminJobsResolve,
  flags: {
    paid: toggle("paid", "The provider was paid: its cost is written off"),
    not_paid: toggle("not-paid", "The provider was not paid"),
    ...folderFlag
  },
  arguments: { job: argument("JOB_ID", "a job whose outcome is unknown", JobId) },
  examples: [
    {
      why: "the provider's own list does not show the job",
      argv: ["admin", "jobs", "resolve", "job_0123456789abcdef0123456789abcdef", "--not-paid"]
    }
  ],
  usesService: false,
  run: ({ data, job = "", not_paid, paid }) =>
    Effect.gen(function* () {
      if ((paid === true) === (not_paid === true)) {
        return yield* lacks("say what you found, one of the two", "--paid", "--not-paid")
      }
      return {
        data: yield* onFolder(data, ({ resolveJob }, root) =>
          resolveJob(root, job, paid === true ? "paid" : "not_paid")
        )
      }
    })
})

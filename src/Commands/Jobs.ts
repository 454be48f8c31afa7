import * as Effect from "effect/Effect"
import { assetsGet } from "../Operations/Assets.js"
import { jobsShow, jobsWait } from "../Operations/Jobs.js"
import { suggest, type Suggestion } from "../Operations/Suggest.js"
import { JobId } from "../Schema/Ids.js"
import { type Job, terminalStatuses } from "../Schema/Job.js"
import { ImageSkill } from "../Services/ImageSkill.js"
import { Invocation } from "../Services/Invocation.js"
import { command } from "./Command.js"
import { argument, integer } from "./Flags.js"
import { defined, request, successOf } from "./ServiceCommand.js"

const job = argument("JOB_ID", "a job's id, as create and edit answer it", JobId)

const next = (shown: Job): ReadonlyArray<Suggestion> => {
  const [asset] = shown.assets ?? []
  if (asset !== undefined) {
    return [
      suggest("download", "save the output to a file, verified", assetsGet, { reference: asset.asset_id })
    ]
  }
  return terminalStatuses.has(shown.status)
    ? []
    : [suggest("wait_for_job", "wait until the job ends", jobsWait, { job_id: shown.job_id })]
}

export const showJob = command({
  operation: jobsShow,
  flags: {},
  arguments: { job },
  examples: [
    {
      why: "a job's state and assets",
      argv: ["jobs", "show", "--local", "job_0123456789abcdef0123456789abcdef"]
    }
  ],
  usesService: true,
  run: (values) => request(jobsShow, { job_id: values.job ?? "" }, (data) => next(data.job))
})

export const waitForJob = command({
  operation: jobsWait,
  flags: {
    poll_interval_ms: integer(
      "poll-interval-ms",
      10,
      60_000,
      "How often to look, in milliseconds; 1000 unless given"
    )
  },
  arguments: { job },
  examples: [
    {
      why: "wait a minute at most",
      argv: ["jobs", "wait", "--local", "job_0123456789abcdef0123456789abcdef", "--timeout-ms", "60000"]
    }
  ],
  usesService: true,
  ownsDeadline: true,
  run: (values) =>
    Effect.gen(function* () {
      const client = yield* ImageSkill
      const { flags } = yield* Invocation
      const answer = yield* client.waitForJob(
        defined({
          job_id: values.job ?? "",
          timeout_ms: flags.timeoutMs,
          poll_interval_ms: values.poll_interval_ms
        })
      )
      return successOf(answer, next(answer.data.job))
    })
})

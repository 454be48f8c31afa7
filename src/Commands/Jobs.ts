import * as Effect from "effect/Effect"
import { failure } from "../Errors.js"
import { assetsGet } from "../Operations/Assets.js"
import { jobsCancel, jobsList, jobsShow, jobsWait } from "../Operations/Jobs.js"
import { jobsRecover } from "../Operations/Recovery.js"
import { suggest, type Suggestion } from "../Operations/Suggest.js"
import { IdempotencyKey, JobId } from "../Schema/Ids.js"
import { type Job, jobStatuses, terminalStatuses } from "../Schema/Job.js"
import { ImageSkill } from "../Services/ImageSkill.js"
import { Invocation } from "../Services/Invocation.js"
import { command } from "./Command.js"
import { argument, choice, integer, text, toggle } from "./Flags.js"
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

export const listJobs = command({
  operation: jobsList,
  flags: {
    limit: integer("limit", 1, 100, "How many jobs at most; 20 unless given"),
    cursor: text("cursor", "CURSOR", "Where to go on: next_cursor of the list before"),
    status: choice("status", jobStatuses, "Only jobs in this state")
  },
  arguments: {},
  examples: [
    { why: "the jobs that are still running", argv: ["jobs", "list", "--local", "--status", "running"] }
  ],
  usesService: true,
  run: (values) =>
    request(
      jobsList,
      defined({ limit: values.limit, cursor: values.cursor, status: values.status }),
      (data) => data.jobs.slice(0, 1).flatMap(next)
    )
})

export const cancelJob = command({
  operation: jobsCancel,
  flags: {},
  arguments: { job },
  examples: [
    {
      why: "give up a job; nothing is debited",
      argv: ["jobs", "cancel", "--local", "job_0123456789abcdef0123456789abcdef"]
    }
  ],
  usesService: true,
  run: (values) => request(jobsCancel, { job_id: values.job ?? "" })
})

export const recoverJob = command({
  operation: jobsRecover,
  flags: {
    all: toggle("all", "Every attempt that is unresolved; the same as naming no key"),
    operation: choice(
      "operation",
      ["create", "edit", "upload"],
      "What the key was used for, where it was more than one thing"
    )
  },
  arguments: {
    key: argument("KEY", "the idempotency key of the attempt; all of them without it", IdempotencyKey, false)
  },
  examples: [
    { why: "finish every attempt that was cut off", argv: ["jobs", "recover", "--local", "--all"] },
    { why: "finish one of them", argv: ["jobs", "recover", "--local", "my-key-1"] }
  ],
  usesService: true,
  ownsDeadline: true,
  run: (values) =>
    Effect.gen(function* () {
      const { all, key, operation } = values
      if (key !== undefined && all === true) {
        return yield* Effect.fail(failure("INVALID_ARGUMENTS", "--all and a key exclude each other"))
      }
      const client = yield* ImageSkill
      const answer = yield* client.recover(defined({ key, operation }))
      return successOf(
        answer,
        answer.data.attempts.flatMap((attempt) =>
          attempt.job === null || attempt.job === undefined ? [] : next(attempt.job)
        )
      )
    })
})

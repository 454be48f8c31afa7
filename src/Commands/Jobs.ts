import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { failure } from "../Errors.js"
import { assetsGet } from "../Operations/Assets.js"
import { jobsCancel, jobsList, jobsShow, jobsWait } from "../Operations/Jobs.js"
import { jobsRecover, jobsResume, operationsList } from "../Operations/Recovery.js"
import { suggest, type Suggestion } from "../Operations/Suggest.js"
import { IdempotencyKey, JobId } from "../Schema/Ids.js"
import { type Job, jobStatuses, terminalStatuses } from "../Schema/Job.js"
import { Attempts } from "../Services/Attempts.js"
import { ImageSkill, waitDefaults } from "../Services/ImageSkill.js"
import { Invocation } from "../Services/Invocation.js"
import { Target } from "../Services/Target.js"
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
  ownsDeadline: true,
  run: (values) =>
    Effect.gen(function* () {
      const { flags } = yield* Invocation
      const limit = flags.timeoutMs ?? waitDefaults.timeoutMs
      const shown = driven(values.job ?? "", (yield* Clock.currentTimeMillis) + limit)
      const answer = yield* flags.timeoutMs === undefined
        ? shown
        : Effect.timeoutFail(shown, {
            duration: limit,
            onTimeout: () => failure("TIMEOUT", `no answer within ${limit} ms`)
          })
      return successOf(answer, next(answer.data.job))
    })
})

const isUnderWay = ({ outcome, status }: Job): boolean =>
  !terminalStatuses.has(status) && outcome !== "unknown"

/**
 * A job as it is, or as it is once this process has driven it: what the embedded service begins at a mere look ends with the
 * process, and a loop of looks would never see its end (contract §9). Drives until a time in milliseconds, and nothing that a live
 * process waits for already.
 */
const driven = (job_id: string, end: number) =>
  Effect.gen(function* () {
    const client = yield* ImageSkill
    const look = client.call(jobsShow, { job_id })
    const first = yield* look
    const { kind } = yield* (yield* Target).resolve
    if (kind !== "embedded" || !isUnderWay(first.data.job)) return first
    const { attempts } = (yield* client.call(operationsList, {})).data
    if (attempts.some((attempt) => attempt.job_id === job_id && attempt.waited_for)) return first
    // A job that cannot go on now is shown as it stands.
    const left = Math.min(end - (yield* Clock.currentTimeMillis), 3_600_000)
    // The rest is for the answer.
    const wait_ms = Math.max(1, Math.floor(left - Math.min(500, left / 2)))
    yield* Effect.ignore(client.call(jobsResume, { job_id, wait_ms }))
    return yield* look
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
  run: (values) =>
    Effect.gen(function* () {
      const job_id = values.job ?? ""
      const client = yield* ImageSkill
      const answer = yield* client.call(jobsCancel, { job_id })
      // Whoever canceled it knows its end: the same command again is another one.
      if (answer.data.job.status === "canceled") yield* (yield* Attempts).seen(job_id, "nothing")
      return successOf(answer)
    })
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

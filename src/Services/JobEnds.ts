import * as Effect from "effect/Effect"
import { codeRow, failure, foreignFailure, type ImageSkillError } from "../Errors.js"
import { type Job, terminalStatuses } from "../Schema/Job.js"
import type { Answer } from "./Answer.js"

/** Why a wait ended without the job's end, in words. */
export const lateReason = (job: Job | null, fault: ImageSkillError | null, limit: number): string =>
  job === null
    ? `the service told nothing of the job within ${limit} ms${fault === null ? "" : ` (${fault.code})`}; whether it ended is not known`
    : `the job did not end within ${limit} ms; it goes on`

/** What stood in the way of the last look. */
export const pastFault = ({ code, details = {} }: ImageSkillError) => ({
  last_code: code,
  ...(details["cause"] === undefined ? {} : { cause: details["cause"] }),
  ...(details["status"] === undefined ? {} : { status: details["status"] })
})

/** Whether a job has ended, in any service's spelling. */
export const isOver = (job: Job): boolean => terminalStatuses.has(job.status) || job.status === "cancelled"

/** A refused connection, a name that does not resolve or a foreign certificate will not pass; a busy or restarting service will. */
export const isPassing = (error: ImageSkillError): boolean =>
  error.code === "RATE_LIMITED" ||
  error.code === "INTERNAL_ERROR" ||
  error._tag === "Timeout" ||
  (error._tag === "ProviderFailure" && (error.retryable || error.code !== "HOSTED_API_REQUEST_FAILED"))

/** A job that ended well is the answer; one that did not is its own failure. */
export const endOf = <A>(job: Job, answer: Answer<A>): Effect.Effect<Answer<A>, ImageSkillError> => {
  if (job.status === "completed" || job.status === "planned") return Effect.succeed(answer)
  if (job.status === "canceled" || job.status === "cancelled") {
    return Effect.fail(failure("JOB_CANCELED", "the job was canceled", { details: { job } }))
  }
  const { error } = job
  return Effect.fail(
    error === undefined || error === null
      ? failure("PROVIDER_FAILURE", "the job failed without saying why", {
          retryable: false,
          details: { job }
        })
      : foreignFailure(codeRow(error.code)?.tag ?? "ProviderFailure", {
          code: error.code,
          reason: error.message,
          retryable: error.retryable,
          details: { ...error.details, job },
          ...(error.recovery === undefined ? {} : { recovery: error.recovery })
        })
  )
}

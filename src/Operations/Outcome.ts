import { codeRow, type ImageSkillError } from "../Errors.js"
import { terminalStatuses } from "../Schema/Job.js"

/** Whether a failure says nothing of what became of a request: an end of ours, or a code that we do not know. */
const isSilent = (error: ImageSkillError): boolean =>
  error._tag === "Timeout" ||
  error.code === "INTERRUPTED" ||
  error.code === "INTERNAL_ERROR" ||
  error.code === "PUBLIC_CLI_FAILED" ||
  (codeRow(error.code) === undefined && (error._tag === "ProviderFailure" || error._tag === "GenericFailure"))

/** Whether a paid request that failed like this may have run at the service all the same (contract §11). */
export const mayHaveRun = (error: ImageSkillError): boolean => {
  const sent = error.details?.["sent"]
  return sent === "maybe" || (sent !== "no" && isSilent(error))
}

/** Whether a failure leaves its attempt unresolved: it may have run, or its job goes on (contract §11). */
export const leavesOpen = (error: ImageSkillError): boolean => {
  const { job_id, outcome } = error.details ?? {}
  if (outcome === "unknown" || mayHaveRun(error)) return true
  if (namesEnd(error)) return false
  // The provider was paid, whatever else the service says of it (contract §2).
  if (error.code === "ARTIFACT_STORAGE_WRITE_FAILED") return true
  const policy = error.recovery?.retry?.policy
  return policy === "after_reconcile" || (policy === "same_key" && typeof job_id === "string")
}

/** Whether a failure names the job behind it as ended. */
export const namesEnd = (error: ImageSkillError): boolean => {
  const job = error.details?.["job"]
  return (
    typeof job === "object" && job !== null && "status" in job && terminalStatuses.has(String(job.status))
  )
}

/** The job that a failure speaks of, by its id. */
export const jobOf = (error: ImageSkillError): string | null => {
  const { job, job_id } = error.details ?? {}
  if (typeof job_id === "string") return job_id
  return typeof job === "object" && job !== null && "job_id" in job && typeof job.job_id === "string"
    ? job.job_id
    : null
}

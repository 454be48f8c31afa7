import { codeRow, foreignFailure, type ImageSkillError } from "../../Errors.js"
import type { EnvelopeError } from "../../Schema/Envelope.js"
import type { JsonObject } from "../../Schema/Open.js"

/** A failure as a job keeps it and an envelope shows it. */
export const toEnvelopeError = (error: ImageSkillError): EnvelopeError => ({
  code: error.code,
  message: error.reason,
  retryable: error.retryable,
  ...(error.details === undefined ? {} : { details: error.details }),
  ...(error.recovery === undefined ? {} : { recovery: error.recovery })
})

/** A failure that a job kept, to fail with again; `details` are added. */
export const fromEnvelopeError = (error: EnvelopeError, details: JsonObject = {}): ImageSkillError =>
  foreignFailure(codeRow(error.code)?.tag ?? "GenericFailure", {
    code: error.code,
    reason: error.message,
    retryable: error.retryable,
    details: { ...error.details, ...details },
    ...(error.recovery === undefined ? {} : { recovery: error.recovery })
  })

import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../../Errors.js"
import { isSharpMissing } from "../../Domain/Media/Decode.js"
import { MediaRefused } from "../../Domain/Media/Refused.js"
import { ProviderFault } from "../Provider.js"
import { ChildFault, makePixelChild } from "./Child/index.js"

/** The child of this service: what callers sent is decoded and drawn there; what this process drew itself need not be. */
export const child = makePixelChild()

/** A failure that cost nothing. */
export const refused = (error: ImageSkillError): ProviderFault =>
  new ProviderFault({ acceptance: "refused", error })

/** Runs pixels; a missing sharp is told apart, since its cure is one command, and so is what the caller's bytes are to blame for. */
export const pixels = <A>(work: () => Promise<A>): Effect.Effect<A, ProviderFault> =>
  Effect.tryPromise({ try: work, catch: (error) => refused(pixelFailure(error)) })

const pixelFailure = (error: unknown): ImageSkillError => {
  if (error instanceof MediaRefused) {
    return error.parameter === null
      ? failure("INPUT_POLICY_DENIED", error.reason)
      : failure("MODEL_PARAMETERS_INVALID", error.reason, { details: { parameter: error.parameter } })
  }
  if (error instanceof ChildFault) return childFailures[error.reason]()
  return isSharpMissing(error)
    ? notInstalled()
    : failure("PROVIDER_FAILURE", "the local engine could not make the picture", { retryable: false })
}

const notInstalled = () =>
  failure("ENGINE_NOT_INSTALLED", "the image engine (sharp) is not installed", {
    recovery: { install_command: "npm install sharp@0.35.5" }
  })

const childFailures: Readonly<Record<ChildFault["reason"], () => ImageSkillError>> = {
  time: () =>
    failure("INPUT_POLICY_DENIED", "the picture takes longer than 10 seconds to decode and draw", {
      details: { cause: "time_limit" }
    }),
  memory: () =>
    failure("INPUT_POLICY_DENIED", "the picture takes more than 512 MB to decode and draw", {
      details: { cause: "memory_limit" }
    }),
  ended: () =>
    failure("PROVIDER_FAILURE", "the image engine broke off in the middle of this picture, twice", {
      retryable: false,
      details: { cause: "engine_ended" }
    }),
  missing: notInstalled,
  defect: () =>
    failure("PROVIDER_FAILURE", "the local engine could not make the picture", { retryable: false })
}

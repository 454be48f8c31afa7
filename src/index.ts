/**
 * image-skill for Effect programs: `ImageSkill` with one typed method for each thing that it does, layers for a hosted service, and
 * the nine errors. The embedded service is in `image-skill/server`, fakes are in `image-skill/testing`.
 *
 * @module
 */
export {
  ArtifactStorage,
  AuthRequired,
  CapabilityDenied,
  type Code,
  codeRow,
  codes,
  ContentPolicyDenied,
  type ErrorOf,
  exitCodeOf,
  exitCodes,
  failure,
  type FailureOptions,
  GenericFailure,
  type ImageSkillError,
  InvalidArguments,
  isImageSkillError,
  ProviderFailure,
  QuotaExceeded,
  type Tag,
  Timeout
} from "./Errors.js"
export * as Operations from "./Operations/index.js"
export type {
  AnyOperation,
  AnyServiceOperation,
  InputOf,
  Operation,
  OutputOf,
  RequestOf,
  ServiceOperation
} from "./Operations/Operation.js"
export * as Schema from "./Schema/index.js"
export type { Answer } from "./Services/Answer.js"
export { Deadlines, type DeadlinesShape } from "./Services/Deadlines.js"
export { Entropy } from "./Services/Entropy.js"
export { Env } from "./Services/Env.js"
export { type FileProblem, Files } from "./Services/Files.js"
export { ImageSkill } from "./Services/ImageSkill.js"
export { type HostedOptions, layerHosted, type LibraryPieces } from "./Services/Library.js"
export { version } from "./Version.js"

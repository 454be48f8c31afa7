import * as Schema from "effect/Schema"
import { Recovery } from "./Schema/Recovery.js"

/** The process exit code of each error tag (contract §2). */
export const exitCodes = {
  GenericFailure: 1,
  InvalidArguments: 2,
  AuthRequired: 3,
  CapabilityDenied: 4,
  QuotaExceeded: 5,
  ContentPolicyDenied: 6,
  ProviderFailure: 7,
  Timeout: 8,
  ArtifactStorage: 9
} as const

/** One of the nine error tags (contract §2). */
export type Tag = keyof typeof exitCodes

/** One row of the code table. */
export interface CodeRow {
  readonly tag: Tag
  /** The HTTP status of our service; the tag's usual one where only a client ends this way. */
  readonly status: number
  readonly retryable: boolean
  /** One sentence for the documentation: what it means and what to do. */
  readonly docs: string
}

/** The one table of error codes: code → tag, HTTP status, whether a retry can help, documentation (contract §2). */
export const codes = {
  PUBLIC_CLI_FAILED: {
    tag: "GenericFailure",
    status: 500,
    retryable: false,
    docs: "The client failed in a way that it does not know. Run doctor; the trace id names the run."
  },
  INTERNAL_ERROR: {
    tag: "GenericFailure",
    status: 500,
    retryable: false,
    docs: "The service failed in a way that it does not know. Nothing more was spent than jobs show reports."
  },
  NOT_FOUND: {
    tag: "GenericFailure",
    status: 404,
    retryable: false,
    docs: "No such job, asset, model, event or route for this identity."
  },
  CREDIT_QUOTE_CONFLICT: {
    tag: "GenericFailure",
    status: 409,
    retryable: false,
    docs: "The quote's idempotency key was used with other terms. Use the fresh key of the recovery."
  },
  CREDIT_QUOTE_EXPIRED: {
    tag: "GenericFailure",
    status: 409,
    retryable: false,
    docs: "The quote has expired; ask for a new one."
  },
  IDEMPOTENCY_CONFLICT: {
    tag: "GenericFailure",
    status: 409,
    retryable: false,
    docs: "The idempotency key belongs to a request with other terms. The recovery holds a command with a fresh key."
  },
  JOB_CANCELED: {
    tag: "GenericFailure",
    status: 409,
    retryable: false,
    docs: "The job was canceled; nothing was debited."
  },
  INVALID_ARGUMENTS: {
    tag: "InvalidArguments",
    status: 400,
    retryable: false,
    docs: "An argument is missing, unknown or out of range. Nothing was sent or spent."
  },
  PUBLIC_CLI_COMMAND_NOT_AVAILABLE: {
    tag: "InvalidArguments",
    status: 400,
    retryable: false,
    docs: "There is no such command."
  },
  PUBLIC_CLI_FLAG_NOT_AVAILABLE: {
    tag: "InvalidArguments",
    status: 400,
    retryable: false,
    docs: "The command has no such flag."
  },
  PAYMENT_CREDENTIAL_FLAG_REJECTED: {
    tag: "InvalidArguments",
    status: 400,
    retryable: false,
    docs: "Payment and provider credentials are never accepted on a command line."
  },
  MODEL_PARAMETERS_INVALID: {
    tag: "InvalidArguments",
    status: 400,
    retryable: false,
    docs: "model_parameters do not fit the model's schema; models show prints it."
  },
  REFERENCES_INVALID: {
    tag: "InvalidArguments",
    status: 400,
    retryable: false,
    docs: "The reference images break a rule of the contract or of the model."
  },
  AUTH_REQUIRED: {
    tag: "AuthRequired",
    status: 401,
    retryable: false,
    docs: "The operation needs a token: sign up, or use --local."
  },
  TOKEN_INVALID: {
    tag: "AuthRequired",
    status: 401,
    retryable: false,
    docs: "The service does not know this token."
  },
  TOKEN_REVOKED: {
    tag: "AuthRequired",
    status: 401,
    retryable: false,
    docs: "The token was revoked or rotated."
  },
  CAPABILITY_DENIED: {
    tag: "CapabilityDenied",
    status: 403,
    retryable: false,
    docs: "The identity or the model cannot do this: a missing grant, a model that cannot run here, or a control that it lacks."
  },
  PAYMENT_METHOD_UNAVAILABLE: {
    tag: "CapabilityDenied",
    status: 403,
    retryable: false,
    docs: "The payment rail is not available on this service."
  },
  QUOTA_EXCEEDED: {
    tag: "QuotaExceeded",
    status: 402,
    retryable: false,
    docs: "Too few credits for this operation. Nothing was spent."
  },
  BUDGET_EXCEEDED: {
    tag: "QuotaExceeded",
    status: 402,
    retryable: false,
    docs: "The price is above the caller's own guard. Nothing was spent."
  },
  BUDGET_REQUIRES_CONFIRMATION: {
    tag: "QuotaExceeded",
    status: 402,
    retryable: false,
    docs: "The price is not known before the run; --accept-unknown-cost accepts a bounded one."
  },
  DAILY_JOB_LIMIT_REACHED: {
    tag: "QuotaExceeded",
    status: 429,
    retryable: false,
    docs: "The organization's live jobs of this UTC day, or the bytes that it may upload in it, are used up; details tell which."
  },
  RATE_LIMITED: {
    tag: "QuotaExceeded",
    status: 429,
    retryable: true,
    docs: "Too many requests; wait as long as the recovery says."
  },
  CONTENT_POLICY_DENIED: {
    tag: "ContentPolicyDenied",
    status: 422,
    retryable: false,
    docs: "The provider's content policy refused the request. Nothing was debited."
  },
  INPUT_POLICY_DENIED: {
    tag: "ContentPolicyDenied",
    status: 422,
    retryable: false,
    docs: "The input is not an acceptable image by its bytes, or is too large."
  },
  PROVIDER_FAILURE: {
    tag: "ProviderFailure",
    status: 502,
    retryable: true,
    docs: "The provider failed before it was paid; the reservation was released."
  },
  PROVIDER_OUTCOME_UNKNOWN: {
    tag: "ProviderFailure",
    status: 502,
    retryable: false,
    docs: "The provider may have been paid and cannot be asked. Never retried blindly; the hold is voided after reconciliation."
  },
  HOSTED_API_REQUEST_FAILED: {
    tag: "ProviderFailure",
    status: 502,
    retryable: true,
    docs: "The request to the service failed on the way; details.cause names why."
  },
  HOSTED_API_NON_JSON_RESPONSE: {
    tag: "ProviderFailure",
    status: 502,
    retryable: false,
    docs: "The address answered something that is not JSON: a proxy, a portal, or another server."
  },
  HOSTED_API_INVALID_RESPONSE: {
    tag: "ProviderFailure",
    status: 502,
    retryable: false,
    docs: "The address answered JSON that breaks the contract."
  },
  REMOTE_UPLOAD_FETCH_FAILED: {
    tag: "ProviderFailure",
    status: 502,
    retryable: false,
    docs: "The image's URL could not be fetched."
  },
  ASSET_DOWNLOAD_FAILED: {
    tag: "ProviderFailure",
    status: 502,
    retryable: true,
    docs: "The asset's bytes could not be fetched; the asset is safe, fetch it again."
  },
  TIMEOUT: {
    tag: "Timeout",
    status: 504,
    retryable: true,
    docs: "The deadline passed. The work may go on: the recovery names the job or the key."
  },
  ARTIFACT_STORAGE_WRITE_FAILED: {
    tag: "ArtifactStorage",
    status: 507,
    retryable: false,
    docs: "The provider was paid but the result could not be stored. Never retry the create; resume the job."
  },
  PUBLIC_CLI_CONFIG_WRITE_FAILED: {
    tag: "ArtifactStorage",
    status: 507,
    retryable: false,
    docs: "The config file cannot be written; point IMAGE_SKILL_CONFIG_PATH at a writable place."
  },
  CONFIG_READ_FAILED: {
    tag: "ArtifactStorage",
    status: 507,
    retryable: false,
    docs: "The config file is there but cannot be read or parsed. It is not overwritten."
  },
  OUTPUT_EXISTS: {
    tag: "ArtifactStorage",
    status: 507,
    retryable: false,
    docs: "The output file exists; --overwrite replaces it."
  },
  OUTPUT_WRITE_FAILED: {
    tag: "ArtifactStorage",
    status: 507,
    retryable: false,
    docs: "The output file could not be written."
  },
  INPUT_READ_FAILED: {
    tag: "ArtifactStorage",
    status: 507,
    retryable: false,
    docs: "The input file could not be read."
  },
  ASSET_INTEGRITY_FAILED: {
    tag: "ArtifactStorage",
    status: 507,
    retryable: false,
    docs: "The asset's bytes are not those that were stored; nothing was written."
  },
  UPLOAD_ASSET_ID_MISSING: {
    tag: "ArtifactStorage",
    status: 507,
    retryable: false,
    docs: "The service accepted an upload without naming the asset."
  },
  DATA_FOLDER_NEWER: {
    tag: "ArtifactStorage",
    status: 507,
    retryable: false,
    docs: "The data folder was written by a newer version; it was left untouched."
  },
  ENGINE_NOT_INSTALLED: {
    tag: "ArtifactStorage",
    status: 507,
    retryable: false,
    docs: "An optional native package is missing; the recovery names the install command."
  },
  INTERRUPTED: {
    tag: "GenericFailure",
    status: 500,
    retryable: true,
    docs: "A signal ended the command; the recovery names the job or key to go on with. The exit code is 128 plus the signal."
  }
} as const satisfies Record<string, CodeRow>

/** An error code of ours (contract §2). */
export type Code = keyof typeof codes

/** Our row of a code, or nothing when it is somebody else's. */
export const codeRow = (code: string): CodeRow | undefined =>
  Object.hasOwn(codes, code) ? codes[code as Code] : undefined

const absent = { exact: true } as const

// `code` is open, because a code that a newer service sends must survive its way through us (contract §1); ours are closed by `failure`.
const fields = {
  code: Schema.String,
  reason: Schema.String,
  retryable: Schema.Boolean,
  details: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.Unknown }), absent),
  recovery: Schema.optionalWith(Recovery, absent),
  /** The trace id under which a service reported this failure. */
  trace_id: Schema.optionalWith(Schema.String, absent),
  /** Who the service says acted. */
  actor: Schema.optionalWith(Schema.Unknown, absent),
  warnings: Schema.optionalWith(Schema.Array(Schema.String), absent)
}

/** Exit 1: what fits no other class (contract §2). */
export class GenericFailure extends Schema.TaggedError<GenericFailure>()("GenericFailure", fields) {
  override get message(): string {
    return this.reason
  }
}
/** Exit 2: the request is wrong; nothing was sent or spent (contract §2). */
export class InvalidArguments extends Schema.TaggedError<InvalidArguments>()("InvalidArguments", fields) {
  override get message(): string {
    return this.reason
  }
}
/** Exit 3: a token is missing, unknown or revoked (contract §2). */
export class AuthRequired extends Schema.TaggedError<AuthRequired>()("AuthRequired", fields) {
  override get message(): string {
    return this.reason
  }
}
/** Exit 4: this identity or model cannot do that (contract §2). */
export class CapabilityDenied extends Schema.TaggedError<CapabilityDenied>()("CapabilityDenied", fields) {
  override get message(): string {
    return this.reason
  }
}
/** Exit 5: credits, budget, daily jobs or rate (contract §2). */
export class QuotaExceeded extends Schema.TaggedError<QuotaExceeded>()("QuotaExceeded", fields) {
  override get message(): string {
    return this.reason
  }
}
/** Exit 6: a content or input policy refused (contract §2). */
export class ContentPolicyDenied extends Schema.TaggedError<ContentPolicyDenied>()(
  "ContentPolicyDenied",
  fields
) {
  override get message(): string {
    return this.reason
  }
}
/** Exit 7: the provider, or the service as seen from the client, failed (contract §2). */
export class ProviderFailure extends Schema.TaggedError<ProviderFailure>()("ProviderFailure", fields) {
  override get message(): string {
    return this.reason
  }
}
/** Exit 8: a deadline passed (contract §2). */
export class Timeout extends Schema.TaggedError<Timeout>()("Timeout", fields) {
  override get message(): string {
    return this.reason
  }
}
/** Exit 9: a file, the config, the database or the asset store (contract §2). */
export class ArtifactStorage extends Schema.TaggedError<ArtifactStorage>()("ArtifactStorage", fields) {
  override get message(): string {
    return this.reason
  }
}

const classes = {
  GenericFailure,
  InvalidArguments,
  AuthRequired,
  CapabilityDenied,
  QuotaExceeded,
  ContentPolicyDenied,
  ProviderFailure,
  Timeout,
  ArtifactStorage
} as const satisfies Record<Tag, unknown>

/** Any failure of an operation: the nine tags, and nothing else (contract §2). */
export type ImageSkillError = InstanceType<(typeof classes)[Tag]>

/** The error class that a code belongs to. */
export type ErrorOf<C extends Code> = InstanceType<(typeof classes)[(typeof codes)[C]["tag"]]>

/** What may be said of a failure beside its code and reason. */
export interface FailureOptions {
  readonly retryable?: boolean
  readonly details?: Readonly<Record<string, unknown>>
  readonly recovery?: Recovery
  readonly warnings?: ReadonlyArray<string>
}

/** Makes the tagged error of one of our codes; the table decides tag and default retryability. */
export const failure = <C extends Code>(
  code: C,
  reason: string,
  options: FailureOptions = {}
): ErrorOf<C> => {
  const { tag, retryable } = codes[code]
  return new classes[tag]({ code, reason, retryable, ...options }) as ErrorOf<C>
}

/** Makes the tagged error that a service reported; its code may be unknown to us. */
export const foreignFailure = (
  tag: Tag,
  fields: ConstructorParameters<typeof GenericFailure>[0]
): ImageSkillError => new classes[tag](fields)

/** Tells our errors from anything else that an Effect may fail with. */
export const isImageSkillError = (error: unknown): error is ImageSkillError =>
  Object.values(classes).some((candidate) => error instanceof candidate)

/** The exit code of a failure, from its tag alone. */
export const exitCodeOf = (error: ImageSkillError): number => exitCodes[error._tag]

import { failure, foreignFailure, type ImageSkillError } from "../Errors.js"
import { assetsGet } from "../Operations/Assets.js"
import { create as createOperation, edit as editOperation, isOwnedId } from "../Operations/Create.js"
import { suggest, type Suggestion, toAction } from "../Operations/Suggest.js"
import type { Asset, Download } from "../Schema/Asset.js"
import type { CreateInput, CreateResult, EditInput } from "../Schema/Create.js"
import type { Begun } from "./Attempts.js"
import type { Place } from "./Downloads.js"
import type { Wanted } from "./Intent.js"

/** That an attempt is gone on with, for its warnings (contract §11). */
export const goesOn = ({ started_at }: NonNullable<Begun["attachedTo"]>): string =>
  `this goes on with the attempt of ${started_at}, which was left unresolved, and pays for nothing twice; --again makes another one`

/** A failure of an attempt that was gone on with: whoever did not know that it was another's learns it here, and the way out (contract §11). */
export const withAttached = (
  error: ImageSkillError,
  attachedTo: NonNullable<Begun["attachedTo"]>,
  wanted: Wanted
): ImageSkillError =>
  foreignFailure(error._tag, {
    ...error,
    details: { ...error.details, attached_to: attachedTo },
    recovery: {
      ...error.recovery,
      next: [...(error.recovery?.next ?? []), toAction(anotherOf(wanted, anotherOne), ["image-skill"], [])]
    },
    warnings: [goesOn(attachedTo), ...(error.warnings ?? [])]
  })

const anotherOne = "make another one, beside the attempt that is unresolved"

// Where the first one's output went, another's cannot go; nor can it have the first one's key.
const anotherOf = ({ input, operation }: Wanted, why: string): Suggestion => {
  const { download: _download, idempotency_key: _key, reuse: _reuse, ...asked } = input
  const fresh = { ...asked, again: true }
  return operation === "edit"
    ? suggest("again", why, editOperation, fresh as EditInput)
    : suggest("again", why, createOperation, fresh as CreateInput)
}

/** The pictures are made and paid for: only files are missing, so nothing but their download may be repeated. */
export const unsaved = (
  made: CreateResult,
  saved: ReadonlyArray<Download>,
  missing: ReadonlyArray<{ readonly asset: Asset }>,
  error: ImageSkillError
): ImageSkillError =>
  failure(
    error._tag === "ArtifactStorage" ? (error.code as "OUTPUT_WRITE_FAILED") : "OUTPUT_WRITE_FAILED",
    error.reason,
    {
      retryable: false,
      details: {
        ...error.details,
        job_id: made.job_id ?? null,
        asset_ids: missing.map(({ asset }) => asset.asset_id),
        downloads: saved
      },
      recovery: { retry: { policy: "never", key: made.idempotency_key ?? null } }
    }
  )

/** A job that had ended has nothing left to save: only another one brings a file, and it costs anew (contract §13). */
export const nothingLeft = (made: CreateResult, wanted: Wanted): ImageSkillError => {
  const why = "make another one, which costs anew; its outputs can be saved with --download"
  const jobId = made.job_id ?? null
  return failure(
    "OUTPUT_WRITE_FAILED",
    "the job has no output any more that could be saved: what it made was deleted",
    {
      retryable: false,
      details: { cause: "asset_deleted", job_id: jobId, asset_ids: [], downloads: [] },
      recovery: {
        retry: { policy: "never", key: made.idempotency_key ?? null },
        ...(jobId === null ? {} : { suggested_command: `image-skill jobs show ${jobId}` }),
        next: [toAction(anotherOf(wanted, why), ["image-skill"], [])]
      }
    }
  )
}

/** The downloads that are still to be made, each to the file that it was meant for. */
export const fetchesOf = (
  all: ReadonlyArray<Asset>,
  missing: ReadonlyArray<{ readonly asset: Asset; readonly error: ImageSkillError }>,
  place: Place
): ReadonlyArray<Suggestion> =>
  missing
    .filter(({ asset }) => isOwnedId(asset.asset_id))
    .map(({ asset, error }) =>
      suggest("download", "fetch what was made and paid for", assetsGet, {
        reference: asset.asset_id,
        // Where another file stands it cannot go.
        ...(error.code === "OUTPUT_EXISTS"
          ? {}
          : { output: place.fileOf(asset.asset_id, asset.mime_type ?? null, all.indexOf(asset), all.length) })
      })
    )

/** An output that was not saved before the deadline. */
export const tooLate = (asset: Asset): ImageSkillError =>
  failure("OUTPUT_WRITE_FAILED", "the output did not come before the deadline; it is made and paid for", {
    details: { asset_id: asset.asset_id, cause: "deadline" }
  })

/** A failure with what a caller would have been told of a success. */
export const withWarnings =
  (warnings: ReadonlyArray<string>) =>
  (error: ImageSkillError): ImageSkillError =>
    warnings.length === 0
      ? error
      : foreignFailure(error._tag, {
          ...error,
          warnings: [...warnings, ...(error.warnings ?? [])]
        })

/** Unlike a download, a create never replaces a file: the way on is another place. */
export const elsewhere = (error: ImageSkillError): ImageSkillError =>
  error.code === "OUTPUT_EXISTS"
    ? failure("OUTPUT_EXISTS", `${error.reason}; name another place`, {
        details: error.details ?? {},
        recovery: { required_flag: "--download" }
      })
    : error

import { createHash } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../Errors.js"
import type { JsonObject } from "../../Schema/Open.js"
import { untrusted } from "../../Schema/Text.js"
import { uploadLimit, type UploadRequest } from "../../Schema/Upload.js"
import { Entropy, makeId } from "../../Services/Entropy.js"
import { Activity } from "../Storage/Activity.js"
import { Assets } from "../Storage/Assets.js"
import { Blobs } from "../Storage/Blobs.js"
import { Database } from "../Storage/Database.js"
import { Jobs } from "../Storage/Jobs.js"
import { Vault } from "../Storage/Vault.js"
import { AssetUrls } from "./AssetUrls.js"
import { Crash } from "./Crash.js"
import type { Identity } from "./Identity.js"
import type { ImageFormat } from "./Media/Header.js"
import { refusePixels, uprightSize } from "./Media/Pixels.js"
import { MediaRefused } from "./Media/Refused.js"
import { sniff } from "./Media/Sniff.js"
import { stripLocation } from "./Media/StripLocation.js"
import type { Policy } from "./Policy.js"
import { presentAsset } from "./Present.js"
import { countUpload, dayOf, foreseeUpload } from "./UploadQuota.js"

/**
 * Makes an owned asset of uploaded bytes, told by the bytes themselves; the same key with the same bytes is the same asset.
 * `DAILY_JOB_LIMIT_REACHED` when the policy's bytes of the UTC day have no room for them; nothing is stored then.
 */
export const upload = Effect.fn("Uploading.upload")(function* (
  identity: Identity,
  request: UploadRequest,
  traceId: string
) {
  const bytes = yield* decode(request)
  const checked = yield* check(bytes, request)
  const key = request.idempotency_key ?? null
  const vault = yield* Vault
  const terms = vault.digest(`upload ${request.sha256}`)
  const jobs = yield* Jobs
  const bound = key === null ? null : yield* jobs.findKey(identity.agentId, "upload", key)
  if (bound !== null && bound.terms !== terms) {
    return yield* Effect.fail(
      failure("IDEMPOTENCY_CONFLICT", "this idempotency key belongs to an upload of other bytes", {
        details: { idempotency_key: key }
      })
    )
  }
  const assets = yield* Assets
  // An upload whose asset was deleted since is made anew, so that a keyed edit can still find its input.
  const [kept] = bound === null ? [] : yield* assets.ofJob(bound.jobId)
  yield* Crash.point("upload_checked", bound?.jobId ?? "")
  const asset =
    kept ??
    (yield* Effect.flatMap(
      store(identity, request, checked, { key, terms, traceId, replaces: bound?.jobId ?? null }),
      (jobId) =>
        Effect.flatMap(assets.ofJob(jobId), ([stored]) =>
          stored === undefined
            ? Effect.fail(failure("NOT_FOUND", "the asset was deleted while it was uploaded"))
            : Effect.succeed(stored)
        )
    ))
  yield* Crash.point("uploaded", asset.jobId)
  const data: JsonObject = {
    request: shown(request),
    asset: presentAsset(yield* AssetUrls, asset),
    upload: {
      bytes: asset.bytes,
      mime_type: asset.mimeType,
      // Of what was sent; the asset's own differs when its metadata told a place.
      sha256: request.sha256,
      policy: { status: "allowed", location_removed: asset.sha256 !== request.sha256 }
    },
    idempotent_replayed: kept !== undefined
  }
  return { data, warnings: checked.warnings }
})

// A caller may have sent more than a name and an origin: no path of its machine and no address with its secrets is told again.
const shown = ({ filename, remote_origin, source_kind }: UploadRequest) => {
  const origin =
    remote_origin !== null && URL.canParse(remote_origin) ? new URL(remote_origin).origin : "null"
  return {
    source_kind,
    filename: untrusted(filename.split(/[\\/]/).at(-1) ?? ""),
    remote_origin: origin === "null" ? null : origin
  }
}

// One pattern for the whole text would track back over all of it and overflow its stack on a photograph of some megabytes.
const isBase64 = (text: string): boolean => {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(padding === 0 ? text : text.slice(0, -padding))
}

const decode = (request: UploadRequest): Effect.Effect<Uint8Array, ImageSkillError> =>
  Effect.suspend(() => {
    const text = request.bytes_base64
    if (!isBase64(text)) {
      return Effect.fail(
        failure("INVALID_ARGUMENTS", "bytes_base64 is not base64", { details: { path: "bytes_base64" } })
      )
    }
    const bytes = new Uint8Array(Buffer.from(text, "base64"))
    const wrong = (path: string) =>
      Effect.fail(
        failure("INVALID_ARGUMENTS", `${path} is not that of the bytes: they were changed on the way`, {
          details: { path }
        })
      )
    if (bytes.length !== request.content_length) return wrong("content_length")
    if (createHash("sha256").update(bytes).digest("hex") !== request.sha256) return wrong("sha256")
    return Effect.succeed(bytes)
  })

const check = (bytes: Uint8Array, request: UploadRequest) =>
  Effect.suspend(() => {
    const denied = (reason: string, details: JsonObject) =>
      Effect.fail(
        failure("INPUT_POLICY_DENIED", reason, { details: { filename: shown(request).filename, ...details } })
      )
    if (bytes.length > uploadLimit) return denied("the image is larger than 25 MiB", { bytes: bytes.length })
    const image = sniff(bytes)
    if (image === null) {
      return denied("the bytes are not a png, jpeg, webp, gif or avif image", {
        accepted: ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"]
      })
    }
    const refusal = refusePixels(image)
    if (refusal !== null) return denied(refusal, { width: image.width, height: image.height })
    const claimed = request.mime_type.toLowerCase().split(";")[0]
    const stripped = strip(bytes, image.format)
    if (stripped === null) return denied("the image's metadata is damaged", { format: image.format })
    return Effect.succeed({
      bytes: stripped,
      image,
      warnings:
        claimed === image.mime || claimed === "" || claimed === "application/octet-stream"
          ? []
          : [`the bytes are ${image.mime}, not what the upload's mime_type says`]
    })
  })

// Metadata that cannot be understood could hide a place, so the image is refused rather than passed on.
const strip = (bytes: Uint8Array, format: ImageFormat): Uint8Array | null => {
  try {
    return stripLocation(bytes, format)
  } catch (cause) {
    if (cause instanceof MediaRefused) return null
    throw cause
  }
}

type Checked = Effect.Effect.Success<ReturnType<typeof check>>

const store = (
  identity: Identity,
  request: UploadRequest,
  { bytes, image }: Checked,
  attempt: {
    readonly key: string | null
    readonly terms: string
    readonly traceId: string
    /** The job that the key stood for, whose asset is gone. */
    readonly replaces: string | null
  }
): Effect.Effect<
  string,
  ImageSkillError,
  Vault | Blobs | Database | Jobs | Assets | Activity | Entropy | Policy
> =>
  Effect.gen(function* () {
    yield* foreseeUpload(identity.organizationId, bytes)
    const blobs = yield* Blobs
    const { transaction } = yield* Database
    const jobs = yield* Jobs
    const assets = yield* Assets
    const activity = yield* Activity
    const extension = image.format === "jpeg" ? "jpg" : image.format
    const blob = yield* blobs.put(bytes, extension)
    yield* Crash.point("upload_blob_stored", "")
    const vault = yield* Vault
    // A key's asset has the same id in every process that tries, so that none leaves a file behind that no row knows.
    const assetId =
      attempt.key === null || attempt.replaces !== null
        ? yield* makeId("image")
        : `image_${vault.digest(`upload ${identity.agentId} ${attempt.key} ${attempt.terms}`).slice(0, 32)}`
    yield* blobs.link(blob.sha256, extension, assetId)
    yield* Crash.point("upload_linked", "")
    const now = yield* Clock.currentTimeMillis
    const jobId = yield* makeId("job")
    const made = yield* transaction(
      Effect.gen(function* () {
        if (attempt.key !== null) {
          const meanwhile = yield* jobs.findKey(identity.agentId, "upload", attempt.key)
          if (meanwhile !== null && meanwhile.jobId !== attempt.replaces) return meanwhile.jobId
        }
        const refusal = yield* countUpload(identity.organizationId, blob, now)
        if (refusal !== null) {
          // Told as a value, so that the note of what was written in vain is kept.
          yield* assets.leave({ id: assetId, sha256: blob.sha256, extension })
          return refusal
        }
        if (attempt.key !== null) {
          yield* jobs.bindKey(identity.agentId, "upload", attempt.key, { terms: attempt.terms, jobId })
        }
        yield* jobs.insert(
          {
            id: jobId,
            organizationId: identity.organizationId,
            agentId: identity.agentId,
            operation: "upload",
            status: "completed",
            traceId: attempt.traceId,
            key: attempt.key,
            modelId: null,
            capabilityId: null,
            record: {
              pricing: null,
              output_count: 1,
              request: { source_kind: request.source_kind },
              cost: null,
              safety: { status: "allowed" }
            },
            day: dayOf(now),
            createdAt: now,
            completedAt: now
          },
          null
        )
        yield* assets.insert(identity.organizationId, [
          {
            id: assetId,
            jobId,
            position: 0,
            kind: "uploaded",
            sha256: blob.sha256,
            extension,
            mimeType: image.mime,
            bytes: blob.bytes,
            width: uprightSize(image)?.width ?? null,
            height: uprightSize(image)?.height ?? null,
            format: image.format,
            alpha: image.alpha
          }
        ])
        yield* activity.record(identity.organizationId, {
          type: "asset.uploaded",
          summary: `${image.mime} uploaded`,
          operation: "upload",
          subject: { type: "asset", id: assetId },
          links: { job_id: jobId, asset_ids: [assetId], usage_event_id: null },
          status: "stored",
          traceId: attempt.traceId
        })
        yield* Crash.point("upload_writing", jobId)
        return jobId
      })
    )
    return typeof made === "string" ? made : yield* Effect.fail(made)
  })

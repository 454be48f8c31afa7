import type { Asset } from "../../Schema/Asset.js"
import type { Job } from "../../Schema/Job.js"
import type { AssetRow } from "../Storage/Assets.js"
import type { JobRow } from "../Storage/Jobs.js"
import type { AssetUrls } from "./AssetUrls.js"

const iso = (millis: number | null): string | null =>
  millis === null ? null : new Date(millis).toISOString()

/** An asset as answers show it (contract §13). */
export const presentAsset = (urls: typeof AssetUrls.Service, asset: AssetRow): Asset => {
  const url = urls.urlOf(asset.id, asset.extension)
  return {
    asset_id: asset.id,
    job_id: asset.jobId,
    kind: asset.kind,
    url,
    path: url,
    mime_type: asset.mimeType,
    content_length: asset.bytes,
    sha256: asset.sha256,
    width: asset.width,
    height: asset.height,
    format: asset.format,
    alpha: asset.alpha,
    created_at: iso(asset.createdAt)
  }
}

/** A job as its owner sees it (contract §8). */
export const presentJob = (
  urls: typeof AssetUrls.Service,
  job: JobRow,
  assets: ReadonlyArray<AssetRow>
): Job => ({
  job_id: job.id,
  operation: job.operation,
  status: job.status,
  ...(job.outcome === null ? {} : { outcome: job.outcome }),
  trace_id: job.traceId,
  created_at: iso(job.createdAt),
  updated_at: iso(job.updatedAt),
  completed_at: iso(job.completedAt),
  capability: job.capabilityId === null ? null : { id: job.capabilityId },
  cost: job.record.cost,
  safety: job.record.safety,
  assets: assets.map((asset) => presentAsset(urls, asset)),
  ...(job.record.plan_receipt === undefined ? {} : { plan_receipt: job.record.plan_receipt }),
  error: job.error
})

import type { Asset } from "../../Schema/Asset.js"
import type { Job } from "../../Schema/Job.js"
import type { JsonObject } from "../../Schema/Open.js"
import type { Retry } from "../../Schema/Recovery.js"
import type { AssetRow } from "../Storage/Assets.js"
import type { JobRow } from "../Storage/Jobs.js"
import type { AssetUrls } from "./AssetUrls.js"
import { unknownLimitMs } from "./Ending.js"
import { withDebit } from "./Pricing.js"

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

/** What a job costs: what it holds while it runs, what was debited once it has ended (contract §7). */
export const costOfJob = ({ record }: Pick<JobRow, "record">): JsonObject | null =>
  record.debited === undefined ? record.cost : withDebit(record.cost, record.debited)

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
  cost: costOfJob(job),
  safety: job.record.safety,
  assets: assets.map((asset) => presentAsset(urls, asset)),
  ...(job.record.plan_receipt === undefined ? {} : { plan_receipt: job.record.plan_receipt }),
  // The waits of an outcome that is unknown say the same as the create that began it (contract §11).
  error:
    job.error === null || job.outcome !== "unknown"
      ? job.error
      : { ...job.error, recovery: { ...job.error.recovery, retry: retryInDoubt(job) } }
})

/** What may be done with the key of a job whose outcome is unknown: nothing, before the doubt has ended (contract §8, §11). */
export const retryInDoubt = (job: Pick<JobRow, "key" | "createdAt">): Retry => ({
  policy: "after_reconcile",
  key: job.key,
  not_before: new Date(job.createdAt + unknownLimitMs).toISOString()
})

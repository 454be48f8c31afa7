import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../Errors.js"
import { Credits, MicroUsd } from "../../Schema/Money.js"
import type { JsonObject } from "../../Schema/Open.js"
import { Entropy, makeId } from "../../Services/Entropy.js"
import type { ProviderFault } from "../Providers/Provider.js"
import { Activity } from "../Storage/Activity.js"
import { type AssetRow, Assets } from "../Storage/Assets.js"
import { Database } from "../Storage/Database.js"
import { type Fence, type JobRecord, type JobRow, Jobs } from "../Storage/Jobs.js"
import { Ledger } from "../Storage/Ledger.js"
import { Crash } from "./Crash.js"
import { toEnvelopeError } from "./JobError.js"
import type { StoredDelivery } from "./Outputs.js"
import { billOf, costAfter, withDebit } from "./Pricing.js"
import { Fenced, type Stop } from "./Steps.js"

/** The rooms in which a job ends. */
export type SettlingServices = Jobs | Ledger | Activity | Assets | Database | Entropy

type NewAsset = Omit<AssetRow, "createdAt">

const unpriced = { credits: 0, credits_per_output: 0, provider_micro_usd: null, confidence: "known" } as const

/** What a provider is owed for all that was asked for, as far as it was known before. */
export const estimateOf = (record: JobRecord): MicroUsd | null =>
  record.pricing === null || record.pricing.provider_micro_usd === null
    ? null
    : MicroUsd.make(record.pricing.provider_micro_usd * record.output_count)

/** Assets, debit, usage, write-off, events and the job's end: all in one transaction, or none. */
export const settle = (
  job: JobRow,
  fence: Fence,
  delivery: StoredDelivery,
  assets: ReadonlyArray<NewAsset>
): Effect.Effect<void, Stop, SettlingServices> =>
  Effect.gen(function* () {
    const { transaction } = yield* Database
    const jobs = yield* Jobs
    const ledger = yield* Ledger
    const activity = yield* Activity
    const bill = billOf(job.record.pricing ?? unpriced, assets.length, delivery.actual_micro_usd)
    const usage = yield* makeId("usage")
    const cost = costAfter(job.record.cost, bill, assets.length)
    const record: JobRecord = {
      ...job.record,
      cost,
      usage_id: usage,
      debited: bill.captured,
      delivered: assets.length,
      safety: { status: "allowed" },
      warnings: [
        ...(job.record.warnings ?? []),
        ...(delivery.warnings ?? []),
        ...(assets.length === job.record.output_count
          ? []
          : [`${job.record.output_count} outputs were asked for and ${assets.length} delivered`]),
        ...(bill.capped ? ["the provider did not tell its cost; what was reserved was debited"] : []),
        ...(bill.excess > 0
          ? [
              `the run cost ${bill.excess} credits more than was reserved; the service bears them, they were not debited`
            ]
          : [])
      ]
    }
    const details = {
      credits: bill.captured,
      ...(bill.excess > 0 ? { written_off_credits: bill.excess } : {})
    }

    yield* Crash.point("settle_begun", job.id)
    yield* transaction(
      Effect.gen(function* () {
        // First, because everything below may only be written by whoever still holds the job.
        const ended = yield* jobs.end(job.id, fence, {
          status: "completed",
          record,
          error: null,
          replayable: true
        })
        if (!ended) return yield* Effect.fail(new Fenced())
        yield* (yield* Assets).insert(job.organizationId, assets)
        const captured = yield* ledger.resolve(job.id, "posted", bill.captured)
        if (captured !== bill.captured) {
          return yield* Effect.dieMessage(`the hold of ${job.id} is not what its job says`)
        }
        yield* Crash.point("settling", job.id)
        yield* ledger.recordUsage(usage, {
          organization: job.organizationId,
          jobId: job.id,
          credits: bill.captured,
          providerCost: bill.providerCost
        })
        if (bill.excess > 0) {
          yield* ledger.writeOff(job.id, {
            credits: bill.excess,
            providerCost: null,
            reason: "COST_ABOVE_RESERVATION"
          })
        }
        const links = { job_id: job.id, asset_ids: assets.map(({ id }) => id), usage_event_id: usage }
        const common = { operation: job.operation, links, traceId: job.traceId, cost }
        yield* announceAssets(job, assets, usage, cost)
        yield* activity.record(job.organizationId, {
          ...common,
          type: "usage.credit_consumed",
          operation: "usage",
          summary: `${bill.captured} credits consumed`,
          subject: { type: "usage", id: usage },
          status: "posted",
          details
        })
        yield* activity.record(job.organizationId, {
          ...common,
          type: "job.completed",
          summary: `${job.operation} job completed`,
          subject: { type: "job", id: job.id },
          status: "completed",
          details
        })
        yield* jobs.dropInput(job.id)
        yield* Crash.point("settle_written", job.id)
      })
    )
  })

const announceAssets = (
  job: JobRow,
  assets: ReadonlyArray<NewAsset>,
  usage: string | null,
  cost: JsonObject | null
) =>
  Effect.flatMap(Activity, (activity) =>
    Effect.forEach(
      assets,
      (asset) =>
        activity.record(job.organizationId, {
          type: "asset.created",
          summary: `${asset.mimeType} stored`,
          operation: job.operation,
          subject: { type: "asset", id: asset.id },
          links: { job_id: job.id, asset_ids: [asset.id], usage_event_id: usage },
          status: "stored",
          cost,
          traceId: job.traceId
        }),
      { discard: true }
    )
  )

/** Tells that a job has ended without a debit, in the transaction that ends it. */
export const announceEnd = (
  job: JobRow,
  status: "failed" | "canceled",
  details: JsonObject
): Effect.Effect<string, Effect.Effect.Error<ReturnType<typeof Activity.Service.record>>, Activity> =>
  Effect.flatMap(Activity, (activity) =>
    activity.record(job.organizationId, {
      type: "job.completed",
      summary: `${job.operation} job ${status}`,
      operation: job.operation,
      subject: { type: "job", id: job.id },
      links: { job_id: job.id, asset_ids: [], usage_event_id: null },
      status,
      cost: withDebit(job.record.cost, 0),
      details,
      traceId: job.traceId
    })
  )

/** Ends a job by what its provider's failure means for the money (contract §7, §8). */
export const endByFault = (
  job: JobRow,
  fence: Fence,
  fault: ProviderFault
): Effect.Effect<void, ImageSkillError | Fenced, SettlingServices> =>
  Effect.gen(function* () {
    // Taken and to be asked again later: the job pauses where it is.
    if (fault.acceptance === "interrupted") return yield* Effect.fail(fault.error)
    const { transaction } = yield* Database
    const jobs = yield* Jobs
    if (fault.acceptance === "unknown") {
      const held = yield* jobs.end(job.id, fence, {
        status: "running",
        outcome: "unknown",
        record: job.record,
        error: toEnvelopeError(asUnknown(fault.error)),
        replayable: true
      })
      if (!held) return yield* Effect.fail(new Fenced())
      return yield* Crash.point("unknown_noted", job.id)
    }
    const policy = fault.error._tag === "ContentPolicyDenied"
    const replayable = policy || fault.acceptance === "accepted"
    yield* transaction(
      Effect.gen(function* () {
        const ended = yield* jobs.end(job.id, fence, {
          status: "failed",
          record: {
            ...job.record,
            debited: 0,
            safety: { status: policy ? "denied" : "not_evaluated" }
          },
          error: toEnvelopeError(
            // The same key only gets this end again, so a retry as it stands cannot help.
            fault.acceptance === "accepted" ? notRetryable(fault.error) : fault.error
          ),
          replayable
        })
        if (!ended) return yield* Effect.fail(new Fenced())
        const ledger = yield* Ledger
        yield* ledger.resolve(job.id, "voided", Credits.make(0))
        yield* Crash.point("voiding", job.id)
        if (!replayable) yield* jobs.countDaily(job.organizationId, job.day, -1)
        if (fault.acceptance === "accepted") {
          yield* ledger.writeOff(job.id, {
            credits: 0,
            providerCost: fault.billed ?? estimateOf(job.record),
            reason: fault.error.code
          })
        }
        yield* announceEnd(job, "failed", { error_code: fault.error.code })
        yield* jobs.dropInput(job.id)
      })
    )
    yield* Crash.point("voided", job.id)
  })

// Whatever a provider called it: what is not known is told by one code.
const asUnknown = (error: ImageSkillError): ImageSkillError =>
  error.code === "PROVIDER_OUTCOME_UNKNOWN"
    ? error
    : failure("PROVIDER_OUTCOME_UNKNOWN", error.reason, {
        details: { ...error.details, cause: error.code.toLowerCase() }
      })

const notRetryable = (error: ImageSkillError): ImageSkillError =>
  error.retryable
    ? failure("PROVIDER_FAILURE", error.reason, {
        retryable: false,
        ...(error.details === undefined ? {} : { details: error.details })
      })
    : error

/**
 * Keeps what a provider delivered after its job had been given up: the assets are the caller's, nobody is debited, and the cost
 * was written off when the hold ended (reliability §3(c)). A canceled job keeps nothing, or canceling late would be free.
 */
export const keepLate = (
  job: JobRow,
  delivery: StoredDelivery,
  assets: ReadonlyArray<NewAsset>
): Effect.Effect<boolean, Stop, SettlingServices> =>
  Effect.gen(function* () {
    const { transaction } = yield* Database
    const jobs = yield* Jobs
    const store = yield* Assets
    const ledger = yield* Ledger
    return yield* transaction(
      Effect.gen(function* () {
        const now = yield* jobs.find(job.id)
        if (now === null || now.status !== "failed" || !now.replayable) return false
        if ((yield* store.ofJob(job.id)).length > 0) return false
        yield* store.insert(job.organizationId, assets)
        yield* ledger.writeOff(job.id, {
          credits: 0,
          providerCost:
            delivery.actual_micro_usd === null
              ? estimateOf(job.record)
              : MicroUsd.make(delivery.actual_micro_usd),
          reason: "LATE_SUCCESS"
        })
        yield* announceAssets(job, assets, null, withDebit(job.record.cost, 0))
        return true
      })
    )
  })

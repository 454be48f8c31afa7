import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberMap from "effect/FiberMap"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { failure, type ImageSkillError } from "../../Errors.js"
import { terminalStatuses } from "../../Schema/Job.js"
import { Credits, MicroUsd } from "../../Schema/Money.js"
import { JsonObject } from "../../Schema/Open.js"
import { type Plan, type Provider, ProviderFault, Providers } from "../Providers/Provider.js"
import { Activity } from "../Storage/Activity.js"
import { type AssetRow, Assets } from "../Storage/Assets.js"
import { Blobs } from "../Storage/Blobs.js"
import { Database } from "../Storage/Database.js"
import { type Fence, type JobRow, Jobs } from "../Storage/Jobs.js"
import { Ledger } from "../Storage/Ledger.js"
import { OwnerLock } from "../Storage/OwnerLock.js"
import { Vault } from "../Storage/Vault.js"
import { Catalog } from "./Catalog/Catalog.js"
import { Crash } from "./Crash.js"
import { toEnvelopeError } from "./JobError.js"
import { type StoredDelivery, StoredDelivery as StoredDeliverySchema, storeDelivery } from "./Outputs.js"
import { owned } from "./Planning.js"
import { type Drive, Fenced, runStep, type Step, type Stop } from "./Steps.js"

/** A job as its driver left it, with what only the process that drove it knows. */
export interface Driven {
  readonly job: JobRow
  /** What the engine says it depicted; `null` for anyone who did not drive the job. */
  readonly report: JsonObject | null
}

/** What a job still needs to run: sealed while it runs, gone afterwards. */
export const SealedInput = Schema.parseJson(
  Schema.Struct({
    model_id: Schema.String,
    prompt: Schema.NullOr(Schema.String),
    parameters: JsonObject,
    aspect_ratio: Schema.NullOr(Schema.String),
    output_count: Schema.Int,
    input_asset_id: Schema.NullOr(Schema.String),
    mask_asset_id: Schema.NullOr(Schema.String)
  })
)

// Only for an owner whose lock cannot be tested; takeover otherwise does not wait for it.
const leaseMs = 60_000
const settled = (job: JobRow) => terminalStatuses.has(job.status) || job.outcome === "unknown"

/** Drives jobs through their steps to their end, once each, whoever asks (contract §9). */
export class Driver extends Context.Tag("image-skill/Server/Driver")<
  Driver,
  {
    /**
     * Drives a job to its end, or waits for the process that does. Interrupting the caller leaves the job going on as long as
     * the service lives. Fails when the job pauses, for example because its result cannot be stored now.
     */
    readonly drive: (jobId: string) => Effect.Effect<Driven, ImageSkillError>
  }
>() {
  /** Over the service's storage and providers. */
  static readonly layer = Layer.scoped(
    Driver,
    Effect.gen(function* () {
      const jobs = yield* Jobs
      const lock = yield* OwnerLock
      const running = yield* FiberMap.make<string, Driven, ImageSkillError>()
      const context = yield* Effect.context<StepServices>()

      const toEnd = (jobId: string): Effect.Effect<Driven, ImageSkillError> =>
        Effect.gen(function* () {
          let pause = 5
          while (true) {
            const job = yield* jobs.find(jobId)
            if (job === null) return yield* Effect.fail(failure("NOT_FOUND", "there is no such job"))
            if (settled(job)) return { job, report: null }
            if (job.owner !== null && job.owner !== lock.owner && (yield* lock.isAlive(job.owner))) {
              yield* Effect.sleep(`${pause} millis`)
              pause = Math.min(pause * 2, 200)
              continue
            }
            const fence = yield* jobs.claim(job, lock.owner, leaseMs)
            if (fence === null) continue
            const report = yield* advance(job, fence).pipe(
              Effect.provide(context),
              Effect.catchTag("Fenced", () => Effect.succeed(null)),
              Effect.onError(() => Effect.ignore(jobs.release(jobId, fence)))
            )
            const after = yield* jobs.find(jobId)
            if (after !== null && settled(after)) return { job: after, report }
          }
        })

      return {
        drive: (jobId) =>
          FiberMap.run(running, jobId, toEnd(jobId), { onlyIfMissing: true }).pipe(Effect.flatMap(Fiber.join))
      }
    })
  )
}

type StepServices = Jobs | Ledger | Activity | Assets | Blobs | Database | Vault | Providers | Catalog

const Submission = Schema.Union(
  Schema.Struct({ _tag: Schema.Literal("Pending"), reference: JsonObject }),
  Schema.Struct({ _tag: Schema.Literal("Stored"), delivery: StoredDeliverySchema })
)
type Submission = typeof Submission.Type

const StoredAssets = Schema.Array(Schema.String)

/** Takes a job through submit, collect, store and settle; the engine's report on success. */
const advance = (
  job: JobRow,
  fence: Fence
): Effect.Effect<JsonObject | null, ImageSkillError | Fenced, StepServices> =>
  Effect.gen(function* () {
    const jobs = yield* Jobs
    const drive: Drive = { jobs, job, fence, checkpoints: yield* jobs.checkpoints(job.id) }
    const { plan, provider } = yield* restore(job)
    const services = yield* Effect.context<StepServices>()
    let report: JsonObject | null = null

    const stored = (delivery: Parameters<typeof storeDelivery>[1]) => {
      report = delivery.report
      return storeDelivery(job.id, delivery)
    }
    const keep = (submitted: Effect.Effect.Success<ReturnType<Provider["submit"]>>) =>
      submitted._tag === "Pending"
        ? Effect.succeed<Submission>(submitted)
        : Effect.map(stored(submitted.delivery), (delivery): Submission => ({ _tag: "Stored", delivery }))

    const submit: Step<Submission, typeof Submission.Encoded> = {
      name: "submit",
      schema: Submission,
      resubmit: provider.resubmit,
      execute: Crash.point("submit_started", job.id).pipe(
        Effect.zipRight(provider.submit(plan)),
        Effect.tap(() => Crash.point("submitted", job.id)),
        Effect.flatMap(keep),
        Effect.provide(services)
      ),
      ...(provider.lookup === undefined
        ? {}
        : {
            lookup: provider.lookup(plan).pipe(
              Effect.flatMap((found) => (found === null ? Effect.succeed(null) : keep(found))),
              Effect.provide(services)
            )
          })
    }
    const collect = (reference: JsonObject): Step<StoredDelivery, typeof StoredDeliverySchema.Encoded> => ({
      name: "collect",
      schema: StoredDeliverySchema,
      resubmit: "safe",
      execute: provider.collect(plan, reference).pipe(
        Effect.tap(() => Crash.point("collected", job.id)),
        Effect.flatMap(stored),
        Effect.provide(services)
      )
    })

    return yield* Effect.gen(function* () {
      const submission = yield* runStep(drive, submit)
      yield* Crash.point("submit_stored", job.id)
      const delivery =
        submission._tag === "Stored"
          ? submission.delivery
          : yield* runStep(drive, collect(submission.reference))
      yield* Crash.point("outputs_checkpointed", job.id)
      const assets = yield* assetsOf(job, delivery)
      yield* runStep(drive, {
        name: "store",
        schema: StoredAssets,
        resubmit: "safe",
        execute: linkAssets(assets).pipe(Effect.provide(services))
      })
      yield* Crash.point("store_checkpointed", job.id)
      yield* settle(job, fence, delivery, assets)
      yield* Crash.point("settled", job.id)
      return report
    }).pipe(Effect.catchTag("ProviderFault", (fault) => Effect.as(endByFault(job, fence, fault), null)))
  })

/** The plan of a job that may have begun in another process. */
const restore = (job: JobRow) =>
  Effect.gen(function* () {
    const jobs = yield* Jobs
    const vault = yield* Vault
    const catalog = yield* Catalog
    const { providers } = yield* Providers
    const sealed = yield* jobs.sealedInput(job.id)
    if (sealed === null) {
      return yield* Effect.fail(failure("ASSET_INTEGRITY_FAILED", `the input of ${job.id} is missing`))
    }
    const input = yield* vault
      .unseal(sealed)
      .pipe(
        Effect.flatMap((text) =>
          Effect.mapError(Schema.decode(SealedInput)(text), () =>
            failure("ASSET_INTEGRITY_FAILED", `the input of ${job.id} cannot be read`)
          )
        )
      )
    const { model } = yield* catalog.find(input.model_id)
    const provider = providers.find(({ id }) => id === model.providerId)
    if (provider === undefined) {
      return yield* Effect.fail(
        failure(
          "CAPABILITY_DENIED",
          `${model.id} cannot run here; the job goes on where its provider is configured`
        )
      )
    }
    const identity = { organizationId: job.organizationId }
    const media = (id: string | null, role: "input" | "mask") =>
      id === null ? Effect.succeed(null) : Effect.map(owned(identity, id, role), (found) => found.media)
    const plan: Plan = {
      jobId: job.id,
      model,
      prompt: input.prompt,
      parameters: input.parameters,
      aspectRatio: input.aspect_ratio,
      outputCount: input.output_count,
      input: yield* media(input.input_asset_id, "input"),
      mask: yield* media(input.mask_asset_id, "mask")
    }
    return { plan, provider }
  })

/** The assets of a delivery. Their ids follow from the job's, so that storing again after a crash makes the same ones. */
const assetsOf = (job: JobRow, delivery: StoredDelivery) =>
  Effect.map(Vault, (vault) =>
    delivery.outputs.map(
      (output, position): Omit<AssetRow, "createdAt"> => ({
        id: `${output.kind}_${vault.digest(`asset ${job.id} ${position}`).slice(0, 32)}`,
        jobId: job.id,
        position,
        kind: job.operation === "edit" ? "edited" : "generated",
        sha256: output.sha256,
        extension: output.extension,
        mimeType: output.mime_type,
        bytes: output.bytes,
        width: output.width,
        height: output.height,
        format: output.format,
        alpha: output.alpha
      })
    )
  )

const linkAssets = (assets: ReadonlyArray<Omit<AssetRow, "createdAt">>) =>
  Effect.flatMap(Blobs, (blobs) =>
    Effect.forEach(assets, (asset) =>
      Effect.as(
        Effect.tap(blobs.link(asset.sha256, asset.extension, asset.id), () =>
          Crash.point("assets_linked", asset.jobId)
        ),
        asset.id
      )
    )
  )

/** Assets, debit, usage, events and the job's end: all in one transaction, or none. */
const settle = (
  job: JobRow,
  fence: Fence,
  delivery: StoredDelivery,
  assets: ReadonlyArray<Omit<AssetRow, "createdAt">>
): Effect.Effect<void, Stop, StepServices> =>
  Effect.gen(function* () {
    const { transaction } = yield* Database
    const jobs = yield* Jobs
    const ledger = yield* Ledger
    const activity = yield* Activity
    const { pricing } = job.record
    const perOutput = pricing?.credits_per_output ?? 0
    // Only what was delivered is paid for, and never more than was reserved.
    const debit = Credits.make(Math.min(perOutput * assets.length, pricing?.credits ?? 0))
    const providerCost =
      delivery.actual_micro_usd ??
      (pricing === null || pricing.provider_micro_usd === null
        ? null
        : pricing.provider_micro_usd * assets.length)

    yield* transaction(
      Effect.gen(function* () {
        const usage = yield* ledger.recordUsage(
          job.organizationId,
          job.id,
          debit,
          providerCost === null ? null : MicroUsd.make(providerCost)
        )
        const record = {
          ...job.record,
          usage_id: usage,
          safety: { status: "allowed" },
          warnings: [...(job.record.warnings ?? []), ...(delivery.warnings ?? [])]
        }
        const ended = yield* jobs.end(job.id, fence, {
          status: "completed",
          record,
          error: null,
          replayable: true
        })
        if (!ended) return yield* Effect.fail(new Fenced())
        yield* (yield* Assets).insert(job.organizationId, assets)
        yield* ledger.resolve(job.id, "posted", debit)
        yield* Crash.point("settling", job.id)
        const links = { job_id: job.id, asset_ids: assets.map(({ id }) => id), usage_event_id: usage }
        const common = { operation: job.operation, links, traceId: job.traceId, cost: job.record.cost }
        for (const asset of assets) {
          yield* activity.record(job.organizationId, {
            ...common,
            type: "asset.created",
            summary: `${asset.mimeType} stored`,
            subject: { type: "asset", id: asset.id },
            links: { ...links, asset_ids: [asset.id] },
            status: "stored"
          })
        }
        yield* activity.record(job.organizationId, {
          ...common,
          type: "usage.credit_consumed",
          operation: "usage",
          summary: `${debit} credits consumed`,
          subject: { type: "usage", id: usage },
          status: "posted",
          details: { credits: debit }
        })
        yield* activity.record(job.organizationId, {
          ...common,
          type: "job.completed",
          summary: `${job.operation} job completed`,
          subject: { type: "job", id: job.id },
          status: "completed"
        })
        yield* jobs.dropInput(job.id)
      })
    )
  })

/** Ends a job by what its provider's failure means for the money (contract §7, §8). */
const endByFault = (
  job: JobRow,
  fence: Fence,
  fault: ProviderFault
): Effect.Effect<void, ImageSkillError | Fenced, StepServices> =>
  Effect.gen(function* () {
    // Taken and to be asked again later: the job pauses where it is.
    if (fault.acceptance === "interrupted") return yield* Effect.fail(fault.error)
    const { transaction } = yield* Database
    const jobs = yield* Jobs
    const error = toEnvelopeError(fault.error)
    if (fault.acceptance === "unknown") {
      const held = yield* jobs.end(job.id, fence, {
        status: "running",
        outcome: "unknown",
        record: job.record,
        error,
        replayable: true
      })
      return held ? undefined : yield* Effect.fail(new Fenced())
    }
    const policy = fault.error._tag === "ContentPolicyDenied"
    yield* transaction(
      Effect.gen(function* () {
        const ended = yield* jobs.end(job.id, fence, {
          status: "failed",
          record: { ...job.record, ...(policy ? { safety: { status: "denied" } } : {}) },
          error,
          replayable: policy || fault.acceptance === "accepted"
        })
        if (!ended) return yield* Effect.fail(new Fenced())
        const ledger = yield* Ledger
        yield* ledger.resolve(job.id, "voided", Credits.make(0))
        if (fault.acceptance === "refused") yield* jobs.countDaily(job.organizationId, job.day, -1)
        if (fault.acceptance === "accepted") {
          yield* ledger.writeOff(job.id, {
            credits: 0,
            providerCost: fault.billed ?? null,
            reason: fault.error.code
          })
        }
        yield* (yield* Activity).record(job.organizationId, {
          type: "job.completed",
          summary: `${job.operation} job failed`,
          operation: job.operation,
          subject: { type: "job", id: job.id },
          links: { job_id: job.id, asset_ids: [], usage_event_id: null },
          status: "failed",
          cost: job.record.cost,
          details: { error_code: fault.error.code },
          traceId: job.traceId
        })
        yield* jobs.dropInput(job.id)
      })
    )
  })

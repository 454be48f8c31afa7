import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { failure, type ImageSkillError } from "../../Errors.js"
import { JsonObject } from "../../Schema/Open.js"
import { type Delivery, ProviderFault, type Providers, type Submitted } from "../Providers/Provider.js"
import type { AssetRow } from "../Storage/Assets.js"
import { Blobs } from "../Storage/Blobs.js"
import { type Fence, type JobRow, Jobs } from "../Storage/Jobs.js"
import { Vault } from "../Storage/Vault.js"
import { stopIfCanceled, submitStoppably } from "./Abandon.js"
import type { Catalog } from "./Catalog/Catalog.js"
import { Crash } from "./Crash.js"
import { type StoredDelivery, StoredDelivery as StoredDeliverySchema, storeDelivery } from "./Outputs.js"
import { restore, type Work } from "./Restore.js"
import { endByFault, keepLate, settle, type SettlingServices } from "./Settling.js"
import { type Drive, Fenced, leftBehind, runStep, type Step, type Stop } from "./Steps.js"

/** The rooms that a job's steps use. */
export type StepServices = SettlingServices | Blobs | Vault | Providers | Catalog

const Submission = Schema.Union(
  Schema.Struct({ _tag: Schema.Literal("Pending"), reference: JsonObject }),
  Schema.Struct({ _tag: Schema.Literal("Stored"), delivery: StoredDeliverySchema })
)
type Submission = typeof Submission.Type

/** Takes a job through submit, collect and settle; the engine's report on success. */
export const advance = (
  job: JobRow,
  fence: Fence,
  unstored: Map<string, unknown>
): Effect.Effect<JsonObject | null, ImageSkillError | Fenced, StepServices> =>
  Effect.gen(function* () {
    const jobs = yield* Jobs
    const drive: Drive = { jobs, job, fence, unstored, checkpoints: yield* jobs.checkpoints(job.id) }
    yield* Crash.point("claimed", job.id)
    const services = yield* Effect.context<StepServices>()
    const seen: { report: JsonObject | null; delivery: StoredDelivery | null; assets: Assets } = {
      report: null,
      delivery: null,
      assets: []
    }
    const keepDelivery = (delivery: Delivery) =>
      storeDelivery(job.id, delivery).pipe(
        Effect.tap((stored) =>
          Effect.sync(() => {
            seen.report = delivery.report
            seen.delivery = stored
          })
        ),
        Effect.provide(services)
      )

    const submit = (work: Work): Step<Submission, typeof Submission.Encoded, Submitted> => ({
      name: "submit",
      schema: Submission,
      resubmit: work.provider.resubmit,
      isFree: work.provider.resubmit === "safe",
      noted: Crash.point("submit_noted", job.id),
      call: submitStoppably(job.id, work).pipe(Effect.provide(services)),
      fenced: (submitted) => stopIfCanceled(job.id, work, submitted).pipe(Effect.provide(services)),
      keep: (submitted) =>
        Effect.zipRight(
          Crash.point("submitted", job.id),
          submitted._tag === "Pending"
            ? Effect.succeed<Submission>(submitted)
            : Effect.map(
                keepDelivery(submitted.delivery),
                (delivery): Submission => ({ _tag: "Stored", delivery })
              )
        ),
      ...(work.provider.lookup === undefined ? {} : { lookup: work.provider.lookup(work.plan) })
    })
    const collect = (
      { plan, provider }: Work,
      reference: JsonObject
    ): Step<StoredDelivery, typeof StoredDeliverySchema.Encoded, Delivery> => ({
      name: "collect",
      schema: StoredDeliverySchema,
      resubmit: "safe",
      noted: Crash.point("collect_noted", job.id),
      call: provider.collect(plan, reference).pipe(
        Effect.catchAllDefect(() => Effect.fail(uncollected())),
        // It was taken; what is not known of it now can be asked for later.
        Effect.mapError((fault) =>
          fault.acceptance === "unknown"
            ? new ProviderFault({ acceptance: "interrupted", error: fault.error })
            : fault
        )
      ),
      keep: (delivery) => Effect.zipRight(Crash.point("collected", job.id), keepDelivery(delivery))
    })

    const begun = leftBehind(drive.checkpoints, "submit", "started") !== undefined
    const submitted = leftBehind(drive.checkpoints, "submit", "done") !== undefined
    const restored = yield* Effect.either(restore(job, begun))
    if (Either.isLeft(restored)) {
      // Whoever ended the job meanwhile took its input with it: that is no fault of the input.
      const now = yield* jobs.find(job.id)
      if (now?.owner !== fence.owner || now.epoch !== fence.epoch) return yield* Effect.fail(new Fenced())
    }
    if (Either.isLeft(restored) && !begun && !isPassing(restored.left)) {
      // Nothing was sent, and it cannot be sent from here: the caller gets the credits back instead of a job that never ends.
      yield* endByFault(job, fence, new ProviderFault({ acceptance: "refused", error: restored.left }))
      return null
    }
    if (!submitted) yield* restored
    yield* Crash.point("restored", job.id)

    return yield* Effect.gen(function* () {
      const submission = yield* Either.isLeft(restored)
        ? readBack(drive)
        : runStep(drive, submit(restored.right))
      yield* Crash.point("submit_stored", job.id)
      const delivery =
        submission._tag === "Stored"
          ? submission.delivery
          : yield* Effect.flatMap(restored, (work) =>
              runStep(drive, collect(work, submission.reference))
            ).pipe(Effect.zipLeft(Crash.point("collect_stored", job.id)))
      yield* Crash.point("outputs_checkpointed", job.id)
      const assets = yield* assetsOf(job, delivery)
      seen.assets = assets
      // Done again after a crash it makes the same files, so nothing is noted of it.
      yield* linkAssets(assets)
      yield* Crash.point("outputs_linked", job.id)
      yield* settle(job, fence, delivery, assets)
      yield* Crash.point("settled", job.id)
      return seen.report
    }).pipe(
      Effect.catchTag("ProviderFault", (fault) => Effect.as(endByFault(job, fence, fault), null)),
      Effect.tapErrorTag("Fenced", () =>
        Effect.zipRight(
          seen.delivery === null ? Effect.void : late(job, seen.delivery),
          withdraw(job, seen.assets)
        )
      )
    )
  })

const uncollected = () =>
  new ProviderFault({
    acceptance: "interrupted",
    error: failure("PROVIDER_FAILURE", "the provider's adapter failed while it waited for the result")
  })

/** What an earlier driver's submission left, where the plan itself can no longer be restored. */
const readBack = (drive: Drive): Effect.Effect<Submission, Stop> =>
  runStep<Submission, typeof Submission.Encoded, Submission>(drive, {
    name: "submit",
    schema: Submission,
    resubmit: "unsafe",
    call: Effect.dieMessage("only a finished submission is read back"),
    keep: Effect.succeed
  })

// A database that is busy or a full disk pass; a secret that is lost does not.
const isPassing = (error: ImageSkillError): boolean => error.code === "ARTIFACT_STORAGE_WRITE_FAILED"

const late = (job: JobRow, delivery: StoredDelivery) =>
  Effect.gen(function* () {
    const assets = yield* assetsOf(job, delivery)
    if (yield* keepLate(job, delivery, assets)) yield* linkAssets(assets)
  }).pipe(Effect.ignore)

/** Takes back the links of a job that was canceled meanwhile, whose result is kept nowhere; whoever took it over needs them. */
const withdraw = (job: JobRow, assets: Assets) =>
  Effect.gen(function* () {
    if (assets.length === 0 || (yield* (yield* Jobs).find(job.id))?.status !== "canceled") return
    const blobs = yield* Blobs
    yield* Effect.forEach(assets, ({ extension, id }) => blobs.unlinkAsset(id, extension), { discard: true })
  }).pipe(Effect.ignore)

type Assets = ReadonlyArray<Omit<AssetRow, "createdAt">>

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

const linkAssets = (assets: Assets) =>
  Effect.flatMap(Blobs, (blobs) =>
    Effect.forEach(assets, (asset) =>
      Crash.point("assets_linking", asset.jobId).pipe(
        Effect.zipRight(blobs.link(asset.sha256, asset.extension, asset.id)),
        Effect.zipRight(Crash.point("assets_linked", asset.jobId)),
        Effect.as(asset.id)
      )
    )
  )

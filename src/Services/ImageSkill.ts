import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../Errors.js"
import { assetsGet, assetsShow } from "../Operations/Assets.js"
import { create as createOperation, edit as editOperation } from "../Operations/Create.js"
import { jobsShow, jobsWait } from "../Operations/Jobs.js"
import { mayHaveRun } from "../Operations/Outcome.js"
import { jobsRecover, operationsShow } from "../Operations/Recovery.js"
import type { AnyServiceOperation, InputOf, OutputOf, RequestOf } from "../Operations/Operation.js"
import { upload as uploadOperation } from "../Operations/Upload.js"
import { suggest, type Suggestion } from "../Operations/Suggest.js"
import type { Asset, Download } from "../Schema/Asset.js"
import type { CreateInput, CreateRequest, CreateResult, EditInput } from "../Schema/Create.js"
import type { Job } from "../Schema/Job.js"
import { layerEffect } from "../Stack.js"
import type { Answer } from "./Answer.js"
import { ApiClient, checkFields, checkInput } from "./ApiClient.js"
import { Attempts, type Begun } from "./Attempts.js"
import { Deadlines, withRequestLimits } from "./Deadlines.js"
import { Downloads, type Existing, misnamed, type Place } from "./Downloads.js"
import type { Wanted } from "./Intent.js"
import { Invocation } from "./Invocation.js"
import { endOf, isOver, isPassing, lateReason, pastFault } from "./JobEnds.js"
import { MediaHost } from "./MediaHost.js"
import {
  elsewhere,
  fetchesOf,
  goesOn,
  nothingLeft,
  tooLate,
  unsaved,
  withAttached,
  withWarnings
} from "./PaidEnds.js"
import { recoverAttempts } from "./Recovering.js"
import { Target } from "./Target.js"
import { uploadKey, Uploads } from "./Uploads.js"

/** How long the embedded service's own jobs are driven by default, in milliseconds (contract §9). */
export const embeddedDeadlineMs = 600_000

/** How long `jobs wait` waits by default, and how often it looks, in milliseconds (contract §4). */
export const waitDefaults = { timeoutMs: 30_000, pollIntervalMs: 1_000 }

type Result<A> = Effect.Effect<Answer<A>, ImageSkillError>

/** Everything that image-skill does, for Effect programs: typed inputs and outputs, and one of nine errors (contract §2). */
export class ImageSkill extends Context.Tag("image-skill/ImageSkill")<
  ImageSkill,
  {
    /** One request to the service, as its operation declares it. */
    readonly call: <O extends AnyServiceOperation>(operation: O, request: RequestOf<O>) => Result<OutputOf<O>>
    /** Creates; references that are files or URLs are uploaded first, `download` saves the outputs (contract §4, §11, §13). */
    readonly create: (input: CreateInput) => Result<CreateResult>
    /** Edits; input, mask and references that are files or URLs are uploaded first (contract §4, §11, §13). */
    readonly edit: (input: EditInput) => Result<CreateResult>
    /** Uploads a file or a URL's image. */
    readonly upload: (input: {
      readonly source: string
      readonly idempotency_key?: string
    }) => ReturnType<typeof Uploads.Service.upload>
    /** Shows an owned asset, by id or owned URL. */
    readonly showAsset: (reference: string) => Result<OutputOf<typeof assetsShow>>
    /** Saves an owned asset to a file (contract §13). */
    readonly getAsset: (input: {
      readonly reference: string
      readonly output?: string
      readonly overwrite?: boolean
    }) => Result<{ readonly asset: Asset; readonly download: Download }>
    /** An owned asset's verified bytes. */
    readonly readAsset: (reference: string) => Result<{ readonly asset: Asset; readonly bytes: Uint8Array }>
    /** Waits until a job ends; a failed job is a failure of its own class (contract §4). */
    readonly waitForJob: (input: {
      readonly job_id: string
      readonly timeout_ms?: number
      readonly poll_interval_ms?: number
    }) => Result<OutputOf<typeof jobsShow>>
    /** Resolves one unresolved attempt by its key, or all, without paying again (contract §11). */
    readonly recover: (input: InputOf<typeof jobsRecover>) => Result<OutputOf<typeof jobsRecover>>
  }
>() {
  /** Over the client's services. */
  static readonly layer = layerEffect(
    ImageSkill,
    Effect.gen(function* () {
      const api = yield* ApiClient
      const target = yield* Target
      const uploads = yield* Uploads
      const downloads = yield* Downloads
      const attempts = yield* Attempts
      const media = yield* MediaHost
      const deadlines = yield* Deadlines
      const invocation = yield* Invocation
      const context = yield* Effect.context<ApiClient | Attempts | Deadlines | Invocation | Target>()

      const showAsset = (reference: string): Result<OutputOf<typeof assetsShow>> =>
        Effect.gen(function* () {
          const found = yield* ownedBy(reference)
          if (found.url === null) return yield* api.call(assetsShow, { id: found.assetId })
          const asset = yield* downloads.describe({ asset_id: found.assetId, url: found.url })
          return byUrl(reference, asset)
        })

      /** An owned asset; `url` when it was named by one at the service's media, where nobody needs to be signed in. */
      const ownedBy = (reference: string) =>
        Effect.gen(function* () {
          const service = yield* target.resolve
          const found = yield* media.read(reference)
          if (found._tag !== "Owned") {
            return yield* Effect.fail(
              failure(
                "INVALID_ARGUMENTS",
                "expected an owned asset's id or URL; other URLs are not looked at"
              )
            )
          }
          // The embedded service knows its user, and more than a file can tell.
          return {
            ...found,
            url: service.kind === "embedded" || found.assetId === reference ? null : reference
          }
        })

      const waitForJob: (typeof ImageSkill.Service)["waitForJob"] = (input) =>
        Effect.gen(function* () {
          yield* checkFields(jobsWait, input)
          const { job_id, poll_interval_ms: interval, timeout_ms: limit = waitDefaults.timeoutMs } = input
          const end = (yield* Clock.currentTimeMillis) + limit
          return yield* waitUntil(job_id, { end, limit, interval })
        })

      /** Waits until `end`, the end of a whole operation that was given `limit` milliseconds. */
      const waitUntil = (
        job_id: string,
        {
          end,
          interval = waitDefaults.pollIntervalMs,
          limit
        }: { readonly end: number; readonly limit: number; readonly interval?: number | undefined }
      ): Result<OutputOf<typeof jobsShow>> =>
        Effect.gen(function* () {
          const late = (job: Job | null) => {
            const doubt = job?.outcome === "unknown" ? (job.error?.recovery?.retry ?? null) : null
            return failure("TIMEOUT", lateReason(job, fault, limit), {
              details: {
                // While no answer came at all, what came instead is all that is known.
                ...(job === null && fault !== null ? pastFault(fault) : {}),
                job_id,
                ...(job === null ? {} : { job }),
                ...(job?.outcome === "unknown" ? { outcome: "unknown" } : {})
              },
              recovery: {
                // The key and the time until which it is of no use, as the service tells them with the job.
                retry: { ...doubt, policy: job?.outcome === "unknown" ? "after_reconcile" : "same_key" },
                ...(typeof doubt?.key === "string" ? { idempotency_key: doubt.key } : {}),
                suggested_command: `image-skill jobs wait ${job_id}`
              }
            })
          }
          let last: Job | null = null
          let fault: ImageSkillError | null = null
          let away = 0
          while (true) {
            const left = end - (yield* Clock.currentTimeMillis)
            if (left <= 0) return yield* Effect.fail(late(last))
            const looked = yield* api.call(jobsShow, { job_id }).pipe(
              // So that what stands in the way is told, instead of being tried again beyond the end.
              withRequestLimits({ total: left }),
              Effect.timeoutFail({ duration: left, onTimeout: () => late(last) }),
              Effect.map((answer): Answer<OutputOf<typeof jobsShow>> | null => answer),
              // A passing fault between two looks does not end the wait, but says how long to stay away.
              Effect.catchIf(isPassing, (error) => {
                away = (error.recovery?.retry_after_seconds ?? 0) * 1000
                fault = error
                return Effect.succeed(null)
              })
            )
            if (looked !== null) {
              last = looked.data.job
              if (isOver(last)) {
                yield* attempts.seen(job_id, last.status === "completed" ? "made" : "nothing")
                return yield* endOf(last, looked)
              }
            }
            const pause = Math.min(Math.max(interval, away), end - (yield* Clock.currentTimeMillis))
            away = 0
            if (pause > 0) yield* Effect.sleep(pause)
          }
        })

      /** What a key stands for, before anything is spent under it: whether it has come to a job. */
      const hasRun = (operation: Wanted["operation"], key: string): Effect.Effect<boolean> =>
        Effect.match(api.call(operationsShow, { key, operation }), {
          onFailure: () => false,
          onSuccess: ({ data }) =>
            data.job_id !== null && data.job_id !== undefined && data.state !== "released"
        })

      /** The idempotency key, the attempt, the deadline and the uploads that create and edit share. */
      const paid = <R extends CreateRequest | RequestOf<typeof editOperation>>(
        wanted: Wanted,
        again: (key: string) => Suggestion,
        images: ReadonlyArray<string>,
        build: (
          key: string | undefined,
          resolve: (image: string) => Effect.Effect<string, ImageSkillError>
        ) => Effect.Effect<R, ImageSkillError>,
        send: (request: R) => Result<CreateResult>
      ): Result<CreateResult> =>
        Effect.gen(function* () {
          const { input } = wanted
          yield* checkInput(wanted.operation === "edit" ? editOperation : createOperation, input)
          yield* Effect.forEach(images, uploads.check, { discard: true })
          const service = yield* target.resolve
          const limit =
            invocation.flags.timeoutMs ??
            (service.kind === "embedded" ? embeddedDeadlineMs : Duration.toMillis(deadlines.createTotal))
          const end = (yield* Clock.currentTimeMillis) + limit
          const left = Effect.map(Clock.currentTimeMillis, (now) => Math.max(1, end - now))
          const late = (sent: "no" | "maybe") =>
            failure("TIMEOUT", `no result within ${limit} ms`, { details: { sent } })
          const seen = new Map<string, string>()
          const built = (key: string | undefined) =>
            build(key, (image) =>
              uploads.resolve(image, key === undefined ? () => undefined : uploadKey(key), seen)
            ).pipe(Effect.timeoutFail({ duration: limit, onTimeout: () => late("no") }))
          if (input.dry_run === true) {
            const request = yield* built(undefined)
            return yield* withRequestLimits(send(request), { total: yield* left })
          }

          const begun = yield* attempts.begin(wanted)
          const { key } = begun
          const place = input.download === undefined ? null : yield* placeFor(wanted, input.download, begun)
          const noted = yield* begun.note
          const work = Effect.gen(function* () {
            const underWay = Effect.sync(() => {
              invocation.attempt = { key, jobId: null, again: again(key) }
            })
            // An upload that is in doubt leaves the attempt open too: the same key goes on with the same asset.
            const request = yield* built(key).pipe(
              Effect.tapError((error) => (mayHaveRun(error) ? underWay : Effect.void)),
              Effect.onInterrupt(() => underWay),
              Effect.map((made) => ({ ...made, ...begun.wire }))
            )
            // From here on the service may have the request, and money may move.
            yield* underWay
            const patience = yield* left
            // Told only when the caller is less patient than the service, so that the answer still names the job.
            const wait =
              patience < 120_000
                ? { wait_ms: Math.max(1, Math.floor(patience - Math.min(500, patience / 2))) }
                : {}
            const first = yield* withRequestLimits(send({ ...request, ...wait }), {
              total: patience,
              firstByte: patience
            }).pipe(Effect.timeoutFail({ duration: patience, onTimeout: () => late("maybe") }))
            const jobId = first.data.job_id ?? null
            if (jobId !== null) invocation.attempt = { key, jobId, again: again(key) }
            const answer =
              service.kind === "embedded" && first.data.status === "running" && jobId !== null
                ? yield* Effect.zipRight(waitUntil(jobId, { end, limit, interval: 100 }), send(request))
                : first
            return place === null
              ? answer
              : yield* withDownloads(
                  answer,
                  place,
                  wanted,
                  invocation.flags.timeoutMs === undefined ? null : left
                )
          }).pipe(Effect.onExit(begun.end), Effect.mapError(withWarnings(noted)))
          const { attachedTo } = begun
          if (attachedTo === null) {
            const answer = yield* work
            return { ...answer, warnings: [...noted, ...answer.warnings] }
          }
          const answer = yield* Effect.mapError(work, (error) => withAttached(error, attachedTo, wanted))
          return {
            ...answer,
            data: { ...answer.data, attached_to: attachedTo },
            warnings: [...noted, goesOn(attachedTo), ...answer.warnings]
          }
        })

      /** Where the outputs go. What is there already is only looked at again for a key that has run: then it may be that output. */
      const placeFor = (
        wanted: Wanted,
        output: string,
        begun: Begun
      ): Effect.Effect<Place, ImageSkillError> => {
        const count = wanted.input.output_count ?? 1
        const prepared = (existing: Existing) => downloads.prepare(output, { existing, count })
        return prepared("refuse").pipe(
          Effect.catchIf(
            (error) => error.code === "OUTPUT_EXISTS" && begun.mayReplay,
            (taken) =>
              Effect.flatMap(hasRun(wanted.operation, begun.key), (ran) =>
                ran ? prepared("keep") : Effect.fail(taken)
              )
          ),
          Effect.mapError(elsewhere)
        )
      }

      const withDownloads = (
        answer: Answer<CreateResult>,
        place: Place,
        wanted: Wanted,
        left: Effect.Effect<number> | null
      ): Result<CreateResult> =>
        Effect.gen(function* () {
          const assets = answer.data.assets ?? []
          const saved: Array<Download> = []
          const missing: Array<{ readonly asset: Asset; readonly error: ImageSkillError }> = []
          for (const [index, asset] of assets.entries()) {
            const saving = downloads.save(asset, place, { index, count: assets.length })
            const result = yield* Effect.either(
              left === null
                ? saving
                : Effect.timeoutFail(saving, { duration: yield* left, onTimeout: () => tooLate(asset) })
            )
            if (result._tag === "Right") saved.push(result.right.download)
            else missing.push({ asset, error: result.left })
          }
          const [first] = missing
          if (first !== undefined) {
            if (invocation.attempt !== null) {
              invocation.attempt = { ...invocation.attempt, fetch: fetchesOf(assets, missing, place) }
            }
            return yield* Effect.fail(unsaved(answer.data, saved, missing, first.error))
          }
          const running = answer.data.status === "running" || answer.data.status === "queued"
          if (!running && assets.length === 0) {
            return yield* Effect.fail(withWarnings(answer.warnings)(nothingLeft(answer.data, wanted)))
          }
          return {
            ...answer,
            data: { ...answer.data, downloads: saved },
            warnings: [
              ...answer.warnings,
              ...saved.flatMap(misnamed),
              ...(running ? ["the job still runs; nothing was downloaded yet"] : [])
            ]
          }
        })

      const references = (
        input: CreateInput | EditInput,
        resolve: (image: string) => Effect.Effect<string, ImageSkillError>
      ) =>
        input.references === undefined
          ? Effect.succeed({})
          : Effect.forEach(input.references, ({ image, ...place }) =>
              Effect.map(resolve(image), (asset_id) => ({ asset_id, ...place }))
            ).pipe(Effect.map((resolved) => ({ references: resolved })))
      const keyed = (key: string | undefined) => (key === undefined ? {} : { idempotency_key: key })

      /** An owned asset's bytes, put to use; named by its URL, one request brings bytes and headers. */
      const fetched = <A extends { readonly asset: Asset }>(
        reference: string,
        use: (asset: Asset) => Effect.Effect<A, ImageSkillError>
      ) =>
        Effect.gen(function* () {
          const found = yield* ownedBy(reference)
          if (found.url !== null) {
            const used = yield* use({ asset_id: found.assetId, url: found.url })
            return { answer: byUrl(reference, used.asset), use: { ...used, asset: fromHeaders(used.asset) } }
          }
          const answer = yield* api.call(assetsShow, { id: found.assetId })
          const used = yield* use(answer.data.asset)
          return { answer, use: { ...used, asset: answer.data.asset } }
        })

      return {
        call: api.call,
        create: (input) => {
          const { references: given = [], ...plain } = input
          const shared = onWire(plain)
          return paid<CreateRequest>(
            { operation: "create", input },
            (key) => suggest("retry_same_key", sameKey, createOperation, underKey(input, key)),
            given.map(({ image }) => image),
            (key, resolve) =>
              Effect.map(references(input, resolve), (resolved) => ({
                ...shared,
                ...resolved,
                ...keyed(key)
              })),
            (request) => api.call(createOperation, request)
          )
        },
        edit: (input) => {
          const { input: source, mask, references: given = [], ...plain } = input
          const shared = onWire(plain)
          return paid<RequestOf<typeof editOperation>>(
            { operation: "edit", input },
            (key) => suggest("retry_same_key", sameKey, editOperation, underKey(input, key)),
            [source, ...(mask === undefined ? [] : [mask]), ...given.map(({ image }) => image)],
            (key, resolve) =>
              Effect.gen(function* () {
                const input_asset_id = yield* resolve(source)
                const masked = mask === undefined ? {} : { mask_asset_id: yield* resolve(mask) }
                return {
                  input_asset_id,
                  ...masked,
                  ...shared,
                  ...(yield* references(input, resolve)),
                  ...keyed(key)
                }
              }),
            (request) => api.call(editOperation, request)
          )
        },
        upload: (input) =>
          Effect.zipRight(
            checkFields(uploadOperation, input),
            Effect.suspend(() => uploads.upload(input.source, () => input.idempotency_key))
          ),
        showAsset,
        getAsset: (input) =>
          Effect.gen(function* () {
            yield* checkFields(assetsGet, input)
            const { output, overwrite = false, reference } = input
            const place = yield* downloads.prepare(output ?? null, {
              existing: overwrite ? "replace" : "refuse"
            })
            const { answer, use } = yield* fetched(reference, (asset) => downloads.save(asset, place))
            return {
              ...answer,
              data: { ...answer.data, asset: use.asset, download: use.download },
              warnings: [...answer.warnings, ...misnamed(use.download)]
            }
          }),
        readAsset: (reference) =>
          Effect.map(fetched(reference, downloads.bytes), ({ answer, use }) => ({
            ...answer,
            data: { ...answer.data, asset: use.asset, bytes: use.bytes }
          })),
        waitForJob,
        recover: (input) =>
          Effect.zipRight(
            checkFields(jobsRecover, input),
            Effect.suspend(() => Effect.provide(recoverAttempts(input), context))
          )
      }
    })
  )
}

const sameKey = "the same request under the same key never pays twice"

/** The same input under a key; with it, no other attempt is looked for. */
const underKey = <I extends CreateInput | EditInput>(
  { again: _again, reuse: _reuse, ...input }: I,
  idempotency_key: string
) => ({ ...input, idempotency_key })

/** What of an input concerns the service; the rest is the client's own. */
const onWire = <I extends Partial<CreateInput>>({
  again: _again,
  download: _download,
  idempotency_key: _key,
  reuse: _reuse,
  ...rest
}: I) => rest

const fromHeaders = (asset: Asset): Asset => ({ ...asset, source: "media_headers" })

const byUrl = (reference: string, asset: Asset): Answer<OutputOf<typeof assetsShow>> => ({
  data: { request: { reference, reference_type: "asset_url" }, asset: fromHeaders(asset) },
  warnings: [],
  actor: null,
  traceId: null,
  status: 200
})

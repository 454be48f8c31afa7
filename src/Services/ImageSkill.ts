import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { codeRow, failure, foreignFailure, type ImageSkillError } from "../Errors.js"
import { assetsShow } from "../Operations/Assets.js"
import { create as createOperation, edit as editOperation } from "../Operations/Create.js"
import { jobsShow } from "../Operations/Jobs.js"
import type { AnyServiceOperation, OutputOf, RequestOf } from "../Operations/Operation.js"
import { suggest } from "../Operations/Suggest.js"
import type { Asset, Download } from "../Schema/Asset.js"
import type { CreateInput, CreateRequest, CreateResult, EditInput } from "../Schema/Create.js"
import { type Job, terminalStatuses } from "../Schema/Job.js"
import type { Answer } from "./Answer.js"
import { ApiClient, checkInput } from "./ApiClient.js"
import { readReference } from "./AssetReference.js"
import { Deadlines, withRequestLimits } from "./Deadlines.js"
import { Downloads, misnamed, type Place } from "./Downloads.js"
import { Entropy } from "./Entropy.js"
import { Invocation } from "./Invocation.js"
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
  }
>() {
  /** Over the client's services. */
  static readonly layer = Layer.effect(
    ImageSkill,
    Effect.gen(function* () {
      const api = yield* ApiClient
      const target = yield* Target
      const uploads = yield* Uploads
      const downloads = yield* Downloads
      const entropy = yield* Entropy
      const deadlines = yield* Deadlines
      const invocation = yield* Invocation

      const showAsset = (reference: string): Result<OutputOf<typeof assetsShow>> =>
        Effect.gen(function* () {
          const found = readReference(reference, yield* target.resolve)
          return found._tag === "Owned"
            ? yield* api.call(assetsShow, { id: found.assetId })
            : yield* Effect.fail(
                failure(
                  "INVALID_ARGUMENTS",
                  "expected an owned asset's id or URL; other URLs are not looked at"
                )
              )
        })

      const waitForJob: (typeof ImageSkill.Service)["waitForJob"] = ({
        job_id,
        poll_interval_ms,
        timeout_ms
      }) =>
        Effect.gen(function* () {
          const limit = timeout_ms ?? waitDefaults.timeoutMs
          const interval = poll_interval_ms ?? waitDefaults.pollIntervalMs
          const end = (yield* Clock.currentTimeMillis) + limit
          const late = (job: Job | null) =>
            failure("TIMEOUT", `the job did not end within ${limit} ms; it goes on`, {
              details: {
                job_id,
                ...(job === null ? {} : { job }),
                ...(job?.outcome === "unknown" ? { outcome: "unknown" } : {})
              },
              recovery: {
                retry: { policy: job?.outcome === "unknown" ? "after_reconcile" : "same_key" },
                suggested_command: `image-skill jobs wait ${job_id}`
              }
            })
          let last: Job | null = null
          let away = 0
          while (true) {
            const left = end - (yield* Clock.currentTimeMillis)
            if (left <= 0) return yield* Effect.fail(late(last))
            const looked = yield* api.call(jobsShow, { job_id }).pipe(
              Effect.timeoutFail({ duration: left, onTimeout: () => late(last) }),
              Effect.map((answer): Answer<OutputOf<typeof jobsShow>> | null => answer),
              // A passing fault between two looks does not end the wait, but says how long to stay away.
              Effect.catchIf(isPassing, (error) => {
                away = (error.recovery?.retry_after_seconds ?? 0) * 1000
                return Effect.succeed(null)
              })
            )
            if (looked !== null) {
              last = looked.data.job
              if (isOver(last)) return yield* endOf(last, looked)
            }
            const pause = Math.min(Math.max(interval, away), end - (yield* Clock.currentTimeMillis))
            away = 0
            if (pause > 0) yield* Effect.sleep(pause)
          }
        })

      /** The idempotency key, the deadline and the uploads that create and edit share. */
      const paid = <R extends CreateRequest | RequestOf<typeof editOperation>>(
        input: CreateInput | EditInput,
        again: (key: string) => ReturnType<typeof suggest>,
        images: ReadonlyArray<string>,
        build: (
          key: string,
          resolve: (image: string) => Effect.Effect<string, ImageSkillError>
        ) => Effect.Effect<R, ImageSkillError>,
        send: (request: R) => Result<CreateResult>
      ): Result<CreateResult> =>
        Effect.gen(function* () {
          yield* checkInput("input" in input ? editOperation : createOperation, input)
          const dry = input.dry_run === true
          const key = input.idempotency_key ?? `is-${Buffer.from(entropy.bytes(16)).toString("hex")}`
          const service = yield* target.resolve
          const place: Place | null =
            input.download === undefined || dry
              ? null
              : yield* downloads
                  .prepare(input.download, { overwrite: false, count: input.output_count ?? 1 })
                  .pipe(Effect.mapError(elsewhere))
          yield* Effect.forEach(images, uploads.check, { discard: true })
          const limit =
            invocation.flags.timeoutMs ??
            (service.kind === "embedded" ? embeddedDeadlineMs : Duration.toMillis(deadlines.createTotal))
          const end = (yield* Clock.currentTimeMillis) + limit
          const left = Effect.map(Clock.currentTimeMillis, (now) => Math.max(1, end - now))
          const late = (sent: "no" | "maybe") =>
            failure("TIMEOUT", `no result within ${limit} ms`, { details: { sent } })

          const seen = new Map<string, string>()
          const request = yield* build(key, (image) => uploads.resolve(image, uploadKey(key), seen)).pipe(
            Effect.timeoutFail({ duration: limit, onTimeout: () => late("no") })
          )
          // From here on the service may have the request, and money may move.
          if (!dry) invocation.attempt = { key, jobId: null, again: again(key) }
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
          if (!dry && jobId !== null) invocation.attempt = { key, jobId, again: again(key) }
          const answer =
            service.kind === "embedded" && first.data.status === "running" && jobId !== null
              ? yield* Effect.zipRight(
                  waitForJob({
                    job_id: jobId,
                    timeout_ms: yield* left,
                    poll_interval_ms: 100
                  }),
                  send(request)
                )
              : first
          return place === null ? answer : yield* withDownloads(answer, place)
        })

      const withDownloads = (answer: Answer<CreateResult>, place: Place): Result<CreateResult> =>
        Effect.gen(function* () {
          const assets = answer.data.assets ?? []
          const saved: Array<Download> = []
          const missing: Array<{ readonly asset: Asset; readonly error: ImageSkillError }> = []
          for (const [index, asset] of assets.entries()) {
            const file = place.fileOf(asset, index, assets.length)
            const result = yield* Effect.either(downloads.save(asset, file, place.overwrite))
            if (result._tag === "Right") saved.push(result.right)
            else missing.push({ asset, error: result.left })
          }
          const [first] = missing
          if (first !== undefined)
            return yield* Effect.fail(unsaved(answer.data, saved, missing, first.error))
          const running = answer.data.status === "running" || answer.data.status === "queued"
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
      const keyed = (input: CreateInput | EditInput, key: string) =>
        input.dry_run === true ? {} : { idempotency_key: key }

      return {
        call: api.call,
        create: (input) => {
          const { download: _, references: given = [], ...shared } = input
          return paid<CreateRequest>(
            input,
            (key) =>
              suggest(
                "retry_same_key",
                "the same request under the same key never pays twice",
                createOperation,
                { ...input, idempotency_key: key }
              ),
            given.map(({ image }) => image),
            (key, resolve) =>
              Effect.map(references(input, resolve), (resolved) => ({
                ...shared,
                ...resolved,
                ...keyed(input, key)
              })),
            (request) => api.call(createOperation, request)
          )
        },
        edit: (input) => {
          const { download: _, input: source, mask, references: given = [], ...shared } = input
          return paid<RequestOf<typeof editOperation>>(
            input,
            (key) =>
              suggest(
                "retry_same_key",
                "the same request under the same key never pays twice",
                editOperation,
                { ...input, idempotency_key: key }
              ),
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
                  ...keyed(input, key)
                }
              }),
            (request) => api.call(editOperation, request)
          )
        },
        upload: ({ idempotency_key, source }) => uploads.upload(source, () => idempotency_key),
        showAsset,
        getAsset: ({ output, overwrite = false, reference }) =>
          Effect.gen(function* () {
            const place = yield* downloads.prepare(output ?? null, { overwrite })
            const answer = yield* showAsset(reference)
            const { asset } = answer.data
            const download = yield* downloads.save(asset, place.fileOf(asset, 0, 1), overwrite)
            return {
              ...answer,
              data: { ...answer.data, download },
              warnings: [...answer.warnings, ...misnamed(download)]
            }
          }),
        readAsset: (reference) =>
          Effect.gen(function* () {
            const answer = yield* showAsset(reference)
            return { ...answer, data: { ...answer.data, bytes: yield* downloads.bytes(answer.data.asset) } }
          }),
        waitForJob
      }
    })
  )
}

// The pictures are made and paid for: only files are missing, so nothing but their download may be repeated.
const unsaved = (
  made: CreateResult,
  saved: ReadonlyArray<Download>,
  missing: ReadonlyArray<{ readonly asset: Asset }>,
  error: ImageSkillError
): ImageSkillError => {
  const ids = missing.map(({ asset }) => asset.asset_id)
  return failure(
    error._tag === "ArtifactStorage" ? (error.code as "OUTPUT_WRITE_FAILED") : "OUTPUT_WRITE_FAILED",
    error.reason,
    {
      retryable: false,
      details: { ...error.details, job_id: made.job_id ?? null, asset_ids: ids, downloads: saved },
      recovery: {
        retry: { policy: "never", key: made.idempotency_key ?? null },
        suggested_command: `image-skill assets get ${ids[0] ?? ""}`
      }
    }
  )
}

// Unlike a download, a create never replaces a file: the way on is another place.
const elsewhere = (error: ImageSkillError): ImageSkillError =>
  error.code === "OUTPUT_EXISTS"
    ? failure("OUTPUT_EXISTS", `${error.reason}; name another place`, {
        details: error.details ?? {},
        recovery: { required_flag: "--download" }
      })
    : error

const isOver = (job: Job): boolean => terminalStatuses.has(job.status) || job.status === "cancelled"

// A refused connection, a name that does not resolve or a foreign certificate will not pass; a busy or restarting service will.
const isPassing = (error: ImageSkillError): boolean =>
  error.code === "RATE_LIMITED" ||
  error.code === "INTERNAL_ERROR" ||
  error._tag === "Timeout" ||
  (error._tag === "ProviderFailure" && (error.retryable || error.code !== "HOSTED_API_REQUEST_FAILED"))

/** A job that ended well is the answer; one that did not is its own failure. */
const endOf = <A>(job: Job, answer: Answer<A>): Result<A> => {
  if (job.status === "completed" || job.status === "planned") return Effect.succeed(answer)
  if (job.status === "canceled" || job.status === "cancelled") {
    return Effect.fail(failure("JOB_CANCELED", "the job was canceled", { details: { job } }))
  }
  const { error } = job
  return Effect.fail(
    error === undefined || error === null
      ? failure("PROVIDER_FAILURE", "the job failed without saying why", {
          retryable: false,
          details: { job }
        })
      : foreignFailure(codeRow(error.code)?.tag ?? "ProviderFailure", {
          code: error.code,
          reason: error.message,
          retryable: error.retryable,
          details: { ...error.details, job },
          ...(error.recovery === undefined ? {} : { recovery: error.recovery })
        })
  )
}

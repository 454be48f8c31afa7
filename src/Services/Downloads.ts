import { createHash } from "node:crypto"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import type * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Scope } from "effect/Scope"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { failure, foreignFailure, type ImageSkillError } from "../Errors.js"
import type { Asset, Download } from "../Schema/Asset.js"
import { imageTypeOf } from "../Schema/ImageType.js"
import { version } from "../Version.js"
import { layerEffect } from "../Stack.js"
import { readFailure } from "./Answer.js"
import { requestFailure } from "./ApiClient.js"
import { assetFolder } from "./AssetReference.js"
import { withRequestLimits } from "./Deadlines.js"
import { problem as problemOf } from "./Descriptors.js"
import { type FileProblem, Files, hashOf } from "./Files.js"
import { MediaHost } from "./MediaHost.js"
import { Target } from "./Target.js"

/** What to do with a file that stands where a download is to go: `keep` is content with one that holds the very same bytes. */
export type Existing = "refuse" | "replace" | "keep"

/** A place for downloads that was found good before anything was paid for. */
export interface Place {
  /** The file for output `index` of `count`; in a folder its name is made of the asset's id and the type of its bytes. */
  readonly fileOf: (assetId: string, mimeType: string | null, index: number, count: number) => string
  readonly existing: Existing
}

/** An asset as its place at the media host shows it, and one request for its bytes. */
interface Opened {
  readonly asset: Asset
  readonly bytes: Stream.Stream<Uint8Array, ImageSkillError>
  /** What the owner of the bytes makes of it that they are wrong. */
  readonly report?: (error: ImageSkillError) => Effect.Effect<ImageSkillError>
}

/** Largest download in bytes (4 GiB). */
const downloadLimit = 4 * 1024 * 1024 * 1024

/** Brings assets' bytes to files: streamed, verified by length and sha256, whole or not at all (contract §13). */
export class Downloads extends Context.Tag("image-skill/Downloads")<
  Downloads,
  {
    /** Checks a file or folder to save to; `null` means the current folder. `OUTPUT_EXISTS` or `OUTPUT_WRITE_FAILED`. */
    readonly prepare: (
      output: string | null,
      options: { readonly existing: Existing; readonly count?: number }
    ) => Effect.Effect<Place, ImageSkillError>
    /** Saves output `index` of `count`; the asset comes back with what its bytes' headers told beside. */
    readonly save: (
      asset: Asset,
      place: Place,
      output?: { readonly index: number; readonly count: number }
    ) => Effect.Effect<{ readonly asset: Asset; readonly download: Download }, ImageSkillError>
    /** The verified bytes themselves. */
    readonly bytes: (
      asset: Asset
    ) => Effect.Effect<{ readonly asset: Asset; readonly bytes: Uint8Array }, ImageSkillError>
    /** What the headers of an owned URL tell of its asset; nobody needs to be signed in for that. */
    readonly describe: (asset: Asset) => Effect.Effect<Asset, ImageSkillError>
  }
>() {
  /** From the target's own media, never with a token. */
  static readonly layer = layerEffect(
    Downloads,
    Effect.gen(function* () {
      const files = yield* Files
      const target = yield* Target
      const http = HttpClient.withTracerPropagation(yield* HttpClient.HttpClient, false)
      const media = yield* MediaHost
      const prepare: (typeof Downloads.Service)["prepare"] = (output, { count = 1, existing }) =>
        Effect.gen(function* () {
          if (output === "-") return yield* Effect.fail(standardOutput())
          // A working folder that is gone has no path.
          const at = yield* Effect.try({
            try: () => path.resolve(output ?? "."),
            catch: (error) => unwritable(problemOf(output ?? ".")(error))
          })
          const entry = yield* files.entry(at).pipe(Effect.mapError(unwritable))
          // A link to a folder is a folder to its user; a link to anything else is replaced or refused like a file.
          const linked =
            entry === "link"
              ? yield* files.entry(`${at}${path.sep}.`).pipe(Effect.orElseSucceed(() => entry))
              : entry
          const isFolder = linked === "directory"
          if (!isFolder && (output ?? ".").endsWith("/")) {
            return yield* Effect.fail(unwritable({ _tag: "FileProblem", cause: "enoent", path: at }))
          }
          if (!isFolder && entry !== "missing" && existing === "refuse") return yield* Effect.fail(exists(at))
          if (!isFolder && entry === "other") {
            return yield* Effect.fail(unwritable({ _tag: "FileProblem", cause: "not_a_file", path: at }))
          }
          yield* files
            .probe(isFolder ? at : path.dirname(at))
            .pipe(Effect.mapError((problem) => unwritable({ ...problem, path: at })))
          const numbered = (index: number) => {
            const { dir, ext, name } = path.parse(at)
            return path.join(dir, `${name}-${index + 1}${ext}`)
          }
          for (let index = 0; !isFolder && existing === "refuse" && count > 1 && index < count; index++) {
            const taken = yield* files.entry(numbered(index)).pipe(Effect.mapError(unwritable))
            if (taken !== "missing") return yield* Effect.fail(exists(numbered(index)))
          }
          const fileOf: Place["fileOf"] = (assetId, mimeType, index, total) =>
            isFolder ? path.join(at, nameOf(assetId, mimeType)) : total === 1 ? at : numbered(index)
          return { fileOf, existing }
        })

      const open = (asset: Asset, method: "GET" | "HEAD"): Effect.Effect<Opened, ImageSkillError, Scope> =>
        Effect.gen(function* () {
          const service = yield* target.resolve
          const url = asset.url ?? ""
          if (!URL.canParse(url)) return yield* Effect.fail(unavailable("no_url", asset))
          const parsed = new URL(url)
          if (parsed.protocol === "file:") {
            const file = fileURLToPath(parsed)
            return service.dataFolder !== null && path.dirname(file) === assetFolder(service.dataFolder)
              ? {
                  asset,
                  bytes: Stream.mapError(files.stream(file), ({ cause }) => unavailable(cause, asset)),
                  report: (error) => reported(`${service.baseUrl}/a/${path.basename(file)}`, asset, error)
                }
              : yield* Effect.fail(unavailable("outside_asset_store", asset))
          }
          if (!(yield* media.isOurs(parsed.origin))) {
            return yield* Effect.fail(unavailable("foreign_media_origin", asset))
          }
          const response = yield* withRequestLimits(
            http.execute(
              HttpClientRequest.make(method)(url, {
                headers: { "user-agent": `image-skill/${version}`, "accept-encoding": "identity" }
              })
            ),
            { maxBytes: downloadLimit, total: "1 hour" }
          ).pipe(Effect.mapError((error) => downloadFailure(requestFailure(error), asset)))
          if (response.status !== 200) return yield* Effect.fail(yield* refusedBy(response, asset))
          return {
            asset: { ...factsOf(response.headers), ...asset },
            bytes: Stream.mapError(response.stream, (error) => downloadFailure(requestFailure(error), asset))
          }
        })

      /**
       * Has the embedded service look at content that was read past it, so that it is put aside there (contract §9); its word counts,
       * unless it finds nothing wrong.
       */
      const reported = (url: string, asset: Asset, error: ImageSkillError): Effect.Effect<ImageSkillError> =>
        http.execute(HttpClientRequest.get(url)).pipe(
          Effect.flatMap((response) =>
            response.status === 200 ? Effect.succeed(error) : refusedBy(response, asset)
          ),
          Effect.orElseSucceed(() => error)
        )

      /** The bytes, whose last act is to be checked, so that wrong ones are never put in place. */
      const verified = ({ asset, bytes, report = Effect.succeed }: Opened) => {
        const hash = createHash("sha256")
        const seen = { sha256: "", length: 0 }
        const check = Effect.suspend(() => {
          seen.sha256 = hash.digest("hex")
          const expected = asset.content_length
          if (typeof expected === "number" && expected !== seen.length) {
            return Effect.fail(altered("length", asset, { expected, received: seen.length }))
          }
          if (typeof asset.sha256 === "string" && asset.sha256 !== seen.sha256)
            return Effect.fail(altered("sha256", asset, {}))
          return seen.length === 0 ? Effect.fail(altered("empty", asset, {})) : Effect.void
        })
        const counted = Stream.tap(bytes, (chunk) =>
          Effect.sync(() => {
            hash.update(chunk)
            seen.length += chunk.length
          })
        ).pipe(
          // More than there should be never becomes right: an endless body would fill the disk first.
          Stream.tap(() =>
            typeof asset.content_length === "number" && seen.length > asset.content_length
              ? Effect.fail(
                  altered("length", asset, { expected: asset.content_length, received: seen.length })
                )
              : Effect.void
          )
        )
        const content = Stream.concat(counted, Stream.drain(Stream.fromEffect(check))).pipe(
          Stream.catchAll((error) =>
            Stream.fromEffect(
              Effect.flatMap(
                error.code === "ASSET_INTEGRITY_FAILED" ? report(error) : Effect.succeed(error),
                Effect.fail
              )
            )
          )
        )
        return { content, seen }
      }

      return {
        prepare,
        save: (named, place, { count, index } = { count: 1, index: 0 }) =>
          Effect.gen(function* () {
            const opened = yield* open(named, "GET")
            const { asset } = opened
            const { content, seen } = verified(opened)
            // The bytes say what they are; a name and a header only claim it.
            const { rest, start } = yield* beginningOf(content)
            const mimeType = imageTypeOf(start) ?? asset.mime_type ?? null
            const file = place.fileOf(asset.asset_id, mimeType, index, count)
            const isSame = Effect.gen(function* () {
              if (place.existing !== "keep" || (yield* files.size(file)) !== seen.length) return false
              return (yield* hashOf(files, file)) === seen.sha256
            }).pipe(Effect.orElseSucceed(() => false))
            const unchanged = yield* files
              .write(file, Stream.concat(Stream.make(start), rest), {
                replace: place.existing === "replace",
                mode: 0o644
              })
              .pipe(
                Effect.as(false),
                Effect.catchAll((error) =>
                  error._tag !== "FileProblem"
                    ? Effect.fail(error)
                    : error.cause === "eexist"
                      ? Effect.filterOrFail(
                          isSame,
                          (same) => same,
                          () => exists(file)
                        )
                      : Effect.fail(unwritable(error))
                )
              )
            const download: Download = {
              asset_id: asset.asset_id,
              output: file,
              bytes: seen.length,
              sha256: seen.sha256,
              mime_type: mimeType,
              verified: [
                ...(typeof asset.content_length === "number" ? (["length"] as const) : []),
                ...(typeof asset.sha256 === "string" ? (["sha256"] as const) : [])
              ],
              ...(unchanged ? { unchanged } : {})
            }
            return { asset, download }
          }).pipe(Effect.scoped),
        bytes: (named) =>
          Effect.gen(function* () {
            const opened = yield* open(named, "GET")
            const chunks = yield* Stream.runCollect(
              Stream.map(verified(opened).content, (piece) => Uint8Array.from(piece))
            )
            return { asset: opened.asset, bytes: new Uint8Array(Buffer.concat([...chunks])) }
          }).pipe(Effect.scoped),
        describe: (asset) =>
          open(asset, "HEAD").pipe(
            Effect.map((opened) => opened.asset),
            Effect.scoped
          )
      }
    })
  )
}

// Every picture's type is told by its first bytes; a network may bring them one by one.
const enoughToTell = 64

/** A stream's first bytes, and what comes behind them. `Stream.peel` would make a defect of a failure of the rest. */
const beginningOf = <E>(content: Stream.Stream<Uint8Array, E>) =>
  Effect.gen(function* () {
    const pull = yield* Stream.toPull(content)
    const next = pull.pipe(
      Effect.map((chunk): Chunk.Chunk<Uint8Array> | null => chunk),
      Effect.catchAll((ended) =>
        Option.match(ended, { onNone: () => Effect.succeed(null), onSome: (error) => Effect.fail(error) })
      )
    )
    let start = Buffer.alloc(0)
    while (start.length < enoughToTell) {
      const chunk = yield* next
      if (chunk === null) return { start, rest: Stream.empty }
      start = Buffer.concat([start, ...chunk])
    }
    return { start, rest: Stream.fromPull(Effect.succeed(pull)) }
  })

/** What a media host's headers tell of an asset. */
const factsOf = (headers: Readonly<Record<string, string | undefined>>): Partial<Asset> => {
  const length = headers["content-length"]
  const sha256 = /^(?:W\/)?"([0-9a-f]{64})"$/.exec(headers["etag"] ?? "")?.[1]
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase()
  return {
    ...(type === undefined || type === "" ? {} : { mime_type: type }),
    ...(length !== undefined && /^\d{1,15}$/.test(length) ? { content_length: Number(length) } : {}),
    ...(sha256 === undefined ? {} : { sha256 })
  }
}

const endings: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "avif",
  "video/mp4": "mp4",
  "video/webm": "webm",
  "audio/mpeg": "mp3",
  "audio/wav": "wav",
  "audio/ogg": "ogg",
  "audio/flac": "flac",
  "model/gltf-binary": "glb"
}

/** Says where a saved file's name promises another type than its bytes are (contract §13). */
export const misnamed = ({ mime_type, output }: Download): ReadonlyArray<string> => {
  const ending = path.extname(output).slice(1).toLowerCase().replace("jpeg", "jpg")
  const claims = Object.values(endings).includes(ending)
  return mime_type !== null && claims && !(Object.hasOwn(endings, mime_type) && endings[mime_type] === ending)
    ? [`${path.basename(output)} holds ${mime_type}`]
    : []
}

// Of the id and the type only: a name that a server chose could be anything, `.bashrc` too.
const nameOf = (assetId: string, mimeType: string | null): string =>
  `${/^[A-Za-z0-9_-]{1,130}$/.test(assetId) ? assetId : "asset"}.${Object.hasOwn(endings, mimeType ?? "") ? endings[mimeType ?? ""] : "bin"}`

// A file of that name would be made in silence, while the caller waits for bytes.
const standardOutput = () =>
  failure(
    "INVALID_ARGUMENTS",
    "- is standard output, which only assets get --output - writes to; name a file or a folder (./- for one of that name)",
    { details: { cause: "standard_output" } }
  )

const exists = (file: string) =>
  failure("OUTPUT_EXISTS", "the output exists and was not touched", {
    details: { path: file },
    recovery: { required_flag: "--overwrite" }
  })

const unwritable = (problem: FileProblem) =>
  failure("OUTPUT_WRITE_FAILED", `the output cannot be written (${problem.cause})`, {
    details: { path: problem.path, cause: problem.cause }
  })

const unavailable = (cause: string, asset: Asset) =>
  failure("ASSET_DOWNLOAD_FAILED", `the asset's bytes cannot be fetched (${cause})`, {
    retryable: false,
    details: { asset_id: asset.asset_id, cause }
  })

// No envelope is longer; a page that is may end where it likes.
const refusalLimit = 64 * 1024

/** What a media host said instead of the bytes: the service's own words where it used an envelope, else its status (contract §2). */
const refusedBy = (
  { headers, status, stream }: HttpClientResponse,
  asset: Asset
): Effect.Effect<ImageSkillError> =>
  Stream.runFoldWhile(
    stream,
    Buffer.alloc(0),
    (text) => text.length <= refusalLimit,
    (text, piece) => Buffer.concat([text, piece])
  ).pipe(
    Effect.orElseSucceed(() => Buffer.alloc(0)),
    Effect.map((text) => {
      const told = readFailure({ status, headers, text: text.toString("utf8") })
      return told === null
        ? failure("ASSET_DOWNLOAD_FAILED", `the media host answered ${status}`, {
            retryable: (status >= 500 && status !== 507) || status === 429,
            details: { asset_id: asset.asset_id, cause: "http_status", status }
          })
        : foreignFailure(told._tag, {
            ...told,
            details: { cause: "http_status", ...told.details, asset_id: asset.asset_id, status }
          })
    })
  )

// Nothing of the request's own details: what was sent here was no paid request.
const downloadFailure = (error: ImageSkillError, asset: Asset): ImageSkillError => {
  const details = { asset_id: asset.asset_id, cause: error.details?.["cause"] ?? "network" }
  return error._tag === "Timeout"
    ? failure("TIMEOUT", "the asset's bytes did not come in time; the asset is safe, fetch it again", {
        details
      })
    : failure("ASSET_DOWNLOAD_FAILED", error.reason, { details })
}

const altered = (cause: string, asset: Asset, details: object) =>
  failure(
    "ASSET_INTEGRITY_FAILED",
    `the asset's bytes are not those that were stored (${cause}); nothing was written`,
    {
      details: { asset_id: asset.asset_id, cause, ...details }
    }
  )

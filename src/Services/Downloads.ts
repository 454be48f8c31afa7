import { createHash } from "node:crypto"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { failure, type ImageSkillError } from "../Errors.js"
import { health } from "../Operations/Account.js"
import type { Asset, Download } from "../Schema/Asset.js"
import { version } from "../Version.js"
import { ApiClient, requestFailure } from "./ApiClient.js"
import { assetFolder, mediaOrigins } from "./AssetReference.js"
import { withRequestLimits } from "./Deadlines.js"
import { type FileProblem, Files } from "./Files.js"
import { Target } from "./Target.js"

/** A place for downloads that was found good before anything was paid for. */
export interface Place {
  /** The file for output `index` of `count`, with this asset's own ending. */
  readonly fileOf: (asset: Asset, index: number, count: number) => string
  readonly overwrite: boolean
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
      options: { readonly overwrite: boolean; readonly count?: number }
    ) => Effect.Effect<Place, ImageSkillError>
    readonly save: (
      asset: Asset,
      file: string,
      overwrite: boolean
    ) => Effect.Effect<Download, ImageSkillError>
    /** The verified bytes themselves. */
    readonly bytes: (asset: Asset) => Effect.Effect<Uint8Array, ImageSkillError>
  }
>() {
  /** From the target's own media, never with a token. */
  static readonly layer = Layer.effect(
    Downloads,
    Effect.gen(function* () {
      const files = yield* Files
      const target = yield* Target
      const http = HttpClient.withTracerPropagation(yield* HttpClient.HttpClient, false)
      const api = yield* ApiClient
      // Asked only when an asset stands elsewhere than at the service itself.
      const announced = yield* Effect.cached(
        Effect.match(api.call(health, {}), {
          onFailure: () => null,
          onSuccess: ({ data }) =>
            typeof data.media_origin === "string" && URL.canParse(data.media_origin)
              ? new URL(data.media_origin).origin
              : null
        })
      )

      const prepare: (typeof Downloads.Service)["prepare"] = (output, { count = 1, overwrite }) =>
        Effect.gen(function* () {
          const at = path.resolve(output ?? ".")
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
          if (!isFolder && entry !== "missing" && !overwrite) return yield* Effect.fail(exists(at))
          if (!isFolder && entry === "other") {
            return yield* Effect.fail(unwritable({ _tag: "FileProblem", cause: "not_a_file", path: at }))
          }
          yield* files.probe(isFolder ? at : path.dirname(at)).pipe(Effect.mapError(unwritable))
          const numbered = (index: number) => {
            const { dir, ext, name } = path.parse(at)
            return path.join(dir, `${name}-${index + 1}${ext}`)
          }
          for (let index = 0; !isFolder && !overwrite && count > 1 && index < count; index++) {
            const taken = yield* files.entry(numbered(index)).pipe(Effect.mapError(unwritable))
            if (taken !== "missing") return yield* Effect.fail(exists(numbered(index)))
          }
          const fileOf: Place["fileOf"] = (asset, index, total) =>
            isFolder ? path.join(at, nameOf(asset)) : total === 1 ? at : numbered(index)
          return { fileOf, overwrite }
        })

      const stream = (asset: Asset): Stream.Stream<Uint8Array, ImageSkillError> =>
        Stream.unwrap(
          Effect.gen(function* () {
            const service = yield* target.resolve
            const url = asset.url ?? ""
            if (!URL.canParse(url)) return yield* Effect.fail(unavailable("no_url", asset))
            const parsed = new URL(url)
            if (parsed.protocol === "file:") {
              const file = fileURLToPath(parsed)
              return service.dataFolder !== null && path.dirname(file) === assetFolder(service.dataFolder)
                ? Stream.mapError(files.stream(file), ({ cause }) => unavailable(cause, asset))
                : yield* Effect.fail(unavailable("outside_asset_store", asset))
            }
            if (!mediaOrigins(service).has(parsed.origin) && parsed.origin !== (yield* announced)) {
              return yield* Effect.fail(unavailable("foreign_media_origin", asset))
            }
            const response = yield* withRequestLimits(
              http.execute(
                HttpClientRequest.get(url, {
                  headers: { "user-agent": `image-skill/${version}`, "accept-encoding": "identity" }
                })
              ),
              { maxBytes: downloadLimit, total: "1 hour" }
            ).pipe(Effect.mapError((error) => downloadFailure(requestFailure(error), asset)))
            if (response.status !== 200) return yield* Effect.fail(refusedBy(response.status, asset))
            return Stream.mapError(response.stream, (error) => downloadFailure(requestFailure(error), asset))
          })
        )

      const verified = (asset: Asset) => {
        const hash = createHash("sha256")
        let length = 0
        const check = Effect.suspend(() => {
          const sha256 = hash.digest("hex")
          const expected = asset.content_length
          if (typeof expected === "number" && expected !== length) {
            return Effect.fail(altered("length", asset, { expected, received: length }))
          }
          if (typeof asset.sha256 === "string" && asset.sha256 !== sha256)
            return Effect.fail(altered("sha256", asset, {}))
          return length === 0 ? Effect.fail(altered("empty", asset, {})) : Effect.succeed({ sha256, length })
        })
        const counted = Stream.tap(stream(asset), (chunk) =>
          Effect.sync(() => {
            hash.update(chunk)
            length += chunk.length
          })
        )
        return { counted, check }
      }

      return {
        prepare,
        save: (asset, file, overwrite) =>
          Effect.gen(function* () {
            const { check, counted } = verified(asset)
            let seen = { sha256: "", length: 0 }
            // The check is the stream's last act, so that a file with wrong bytes is never put in place.
            const content = Stream.concat(
              counted,
              Stream.drain(
                Stream.fromEffect(Effect.tap(check, (result) => Effect.sync(() => (seen = result))))
              )
            )
            yield* files
              .write(file, content, { replace: overwrite, mode: 0o644 })
              .pipe(
                Effect.mapError((error) =>
                  error._tag === "FileProblem"
                    ? error.cause === "eexist"
                      ? exists(file)
                      : unwritable(error)
                    : error
                )
              )
            return {
              asset_id: asset.asset_id,
              output: file,
              bytes: seen.length,
              sha256: seen.sha256,
              mime_type: asset.mime_type ?? null,
              verified: [
                ...(typeof asset.content_length === "number" ? (["length"] as const) : []),
                ...(typeof asset.sha256 === "string" ? (["sha256"] as const) : [])
              ]
            }
          }),
        bytes: (asset) =>
          Effect.gen(function* () {
            const { check, counted } = verified(asset)
            const chunks = yield* Stream.runCollect(counted)
            yield* check
            return new Uint8Array(Buffer.concat([...chunks]))
          })
      }
    })
  )
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
const nameOf = (asset: Asset): string =>
  `${/^[A-Za-z0-9_-]{1,130}$/.test(asset.asset_id) ? asset.asset_id : "asset"}.${Object.hasOwn(endings, asset.mime_type ?? "") ? endings[asset.mime_type ?? ""] : "bin"}`

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

const refusedBy = (status: number, asset: Asset) =>
  failure("ASSET_DOWNLOAD_FAILED", `the media host answered ${status}`, {
    retryable: status >= 500 || status === 429,
    details: { asset_id: asset.asset_id, cause: "http_status", status }
  })

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

import { createHash } from "node:crypto"
import * as path from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { failure, type ImageSkillError } from "../Errors.js"
import { upload as uploadOperation } from "../Operations/Upload.js"
import { imageTypeOf } from "../Schema/ImageType.js"
import { uploadLimit, uploadMimeTypes } from "../Schema/Upload.js"
import { layerEffect } from "../Stack.js"
import { type Answer } from "./Answer.js"
import { ApiClient } from "./ApiClient.js"
import { withRequestLimits } from "./Deadlines.js"
import { Files } from "./Files.js"
import { MediaHost } from "./MediaHost.js"
import { RemoteImage } from "./RemoteImage.js"
import type { OutputOf } from "../Operations/Operation.js"

type UploadAnswer = Answer<OutputOf<typeof uploadOperation>>

/** A key for an upload inside a keyed operation: the same bytes again are the same asset (contract §11). */
export type UploadKey = (sha256: string) => string | undefined

/** The upload key of a keyed operation; a key too long to be followed by the hash is told by its own. */
export const uploadKey =
  (key: string): UploadKey =>
  (sha256) => {
    const plain = `${key}/upload/${sha256}`
    return plain.length <= 255 ? plain : `${createHash("sha256").update(key).digest("hex")}/upload/${sha256}`
  }

/** Makes owned assets of what a caller hands over: ids and owned URLs as they are, files and URLs by uploading (contract §6). */
export class Uploads extends Context.Tag("image-skill/Uploads")<
  Uploads,
  {
    readonly upload: (source: string, keyOf: UploadKey) => Effect.Effect<UploadAnswer, ImageSkillError>
    /** The asset id of an image argument; `seen` holds those that this one request has resolved already. */
    readonly resolve: (
      image: string,
      keyOf: UploadKey,
      seen: Map<string, string>
    ) => Effect.Effect<string, ImageSkillError>
    /** Whether a local file could be uploaded, without reading or sending it. */
    readonly check: (image: string) => Effect.Effect<void, ImageSkillError>
  }
>() {
  /** Over the API client, the caller's files and guarded fetches. */
  static readonly layer = layerEffect(
    Uploads,
    Effect.gen(function* () {
      const api = yield* ApiClient
      const files = yield* Files
      const remote = yield* RemoteImage
      const media = yield* MediaHost

      const send = (
        picture: Picture,
        source: {
          readonly kind: "local_path" | "remote_url"
          readonly filename: string
          readonly origin: string | null
          readonly mime: string
        },
        keyOf: UploadKey
      ) =>
        Effect.gen(function* () {
          // Looked at before anything is sent: a file which is no picture, a key perhaps, never leaves the machine.
          const { head, length, sha256 } = yield* measure(picture)
          if (imageTypeOf(head) === null) return yield* Effect.fail(notAnImage(source.filename))
          const key = keyOf(sha256)
          return yield* withRequestLimits(
            api.call(
              uploadOperation,
              {
                source_kind: source.kind,
                filename: source.filename,
                remote_origin: source.origin,
                mime_type: source.mime,
                content_length: length,
                sha256,
                bytes_base64: "",
                ...(key === undefined ? {} : { idempotency_key: key })
              },
              { field: "bytes_base64", length, bytes: unchanged(picture, sha256, source.filename) }
            ),
            { total: "10 minutes", firstByte: "2 minutes" }
          )
        })

      const upload = (source: string, keyOf: UploadKey): Effect.Effect<UploadAnswer, ImageSkillError> =>
        Effect.gen(function* () {
          const reference = yield* media.read(source)
          switch (reference._tag) {
            case "File":
              return yield* send(
                Stream.mapError(files.stream(reference.path, uploadLimit), unreadable),
                {
                  kind: "local_path",
                  filename: path.basename(reference.path).slice(0, 255),
                  origin: null,
                  mime: mimeOf(reference.path)
                },
                keyOf
              )
            case "Remote": {
              const fetched = yield* remote.fetch(reference.url)
              const name = new URL(reference.url).pathname.split("/").at(-1) ?? ""
              return yield* send(
                inPieces(fetched.bytes),
                {
                  kind: "remote_url",
                  filename: name === "" ? "image" : name.slice(0, 255),
                  origin: fetched.origin,
                  mime: fetched.mimeType
                },
                keyOf
              )
            }
            case "Owned":
              return yield* Effect.fail(
                failure("INVALID_ARGUMENTS", "this is an owned asset already; use its id", {
                  details: { asset_id: reference.assetId }
                })
              )
            case "Foreign":
              return yield* Effect.fail(foreign())
          }
        })

      return {
        upload,
        resolve: (image, keyOf, seen) =>
          Effect.gen(function* () {
            // The same picture named twice in one request is uploaded once.
            const known = seen.get(image)
            if (known !== undefined) return known
            const reference = yield* media.read(image)
            if (reference._tag === "Owned") return reference.assetId
            const { data } = yield* upload(image, keyOf)
            const id = data.asset?.asset_id
            if (typeof id === "string" && id !== "") seen.set(image, id)
            return typeof id === "string" && id !== ""
              ? id
              : yield* Effect.fail(
                  failure("UPLOAD_ASSET_ID_MISSING", "the service took the upload but named no asset")
                )
          }),
        check: (image) =>
          Effect.gen(function* () {
            const reference = yield* media.read(image)
            if (reference._tag === "Foreign") return yield* Effect.fail(foreign())
            if (reference._tag !== "File") return
            const size = yield* files.size(reference.path).pipe(Effect.mapError(unreadable))
            if (size === null)
              return yield* Effect.fail(unreadable({ cause: "enoent", path: reference.path }))
            if (size > uploadLimit)
              return yield* Effect.fail(unreadable({ cause: "efbig", path: reference.path }))
          })
      }
    })
  )
}

/** A picture's bytes, read from the start each time: once to measure them, once to send them. */
type Picture = Stream.Stream<Uint8Array, ImageSkillError>

// A type is told by its first bytes.
const headBytes = 512

const measure = (picture: Picture) =>
  Effect.suspend(() => {
    const hash = createHash("sha256")
    return Effect.map(
      Stream.runFold(picture, { head: Buffer.alloc(0), length: 0 }, ({ head, length }, piece) => {
        hash.update(piece)
        return {
          head: head.length < headBytes ? Buffer.concat([head, piece.subarray(0, headBytes)]) : head,
          length: length + piece.length
        }
      }),
      (measured) => ({ ...measured, sha256: hash.digest("hex") })
    )
  })

/** The same bytes again; the request breaks off before its end when they are others by now. */
const unchanged = (picture: Picture, sha256: string, filename: string): Picture =>
  Stream.suspend(() => {
    const hash = createHash("sha256")
    return picture.pipe(
      Stream.tap((piece) => Effect.sync(() => hash.update(piece))),
      Stream.concat(
        Stream.suspend(() =>
          hash.digest("hex") === sha256
            ? Stream.empty
            : Stream.fail(unreadable({ cause: "changed", path: filename }))
        )
      )
    )
  })

const pieceBytes = 48 * 1024

const inPieces = (bytes: Uint8Array): Picture =>
  Stream.unfold(0, (at) =>
    at >= bytes.length ? Option.none() : Option.some([bytes.subarray(at, at + pieceBytes), at + pieceBytes])
  )

const foreign = () =>
  failure("INVALID_ARGUMENTS", "an image is an owned id or URL, an http(s) URL, or a path")

const notAnImage = (filename: string) =>
  failure("INPUT_POLICY_DENIED", "the bytes are not a png, jpeg, webp, gif or avif image; nothing was sent", {
    details: { filename, accepted: uploadMimeTypes }
  })

const unreadable = ({ cause, path: at }: { readonly cause: string; readonly path: string }) =>
  cause === "efbig"
    ? failure("INPUT_POLICY_DENIED", "the image is larger than 25 MiB", { details: { path: at, cause } })
    : failure("INPUT_READ_FAILED", `the image cannot be read (${cause})`, { details: { path: at, cause } })

const mimes: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".webp": "image/webp",
  ".gif": "image/gif",
  ".avif": "image/avif"
}

// Only a claim: the service tells the type by the bytes.
const mimeOf = (at: string): string => mimes[path.extname(at).toLowerCase()] ?? "application/octet-stream"

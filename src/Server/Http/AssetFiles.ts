import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { failure, type ImageSkillError } from "../../Errors.js"
import { Assets } from "../Storage/Assets.js"
import { Blobs } from "../Storage/Blobs.js"
import { matchesTag, readRange } from "./Range.js"

/** Bytes to send, or a refusal with the status that fits it. */
export type AssetReply =
  | {
      readonly _tag: "Bytes"
      readonly status: 200 | 206 | 304
      readonly headers: Readonly<Record<string, string>>
      readonly body: Uint8Array | Stream.Stream<Uint8Array, ImageSkillError> | null
    }
  | {
      readonly _tag: "Refused"
      readonly status: number
      readonly error: ImageSkillError
      readonly headers?: Readonly<Record<string, string>>
    }

const fileName = /^((?:image|video|audio|file)_[A-Za-z0-9_-]{1,120})\.([a-z0-9]{1,8})$/

// Up to here an asset is read and checked whole before its first byte leaves; larger ones are checked before their last.
const wholeUpTo = 4 * 1024 * 1024

/**
 * An asset's bytes by its file name. Its id is the secret: who knows it may read, without a token (contract §6). `tag` is the
 * hash, so that a client can check what it got.
 */
export const serveAsset = (
  file: string,
  headers: Readonly<Record<string, string | undefined>>
): Effect.Effect<AssetReply, never, Assets | Blobs> =>
  Effect.gen(function* () {
    const [, id = "", extension = ""] = fileName.exec(file) ?? []
    const found = id === "" ? null : yield* (yield* Assets).locate(id)
    if (found === null || found.asset.extension !== extension) {
      return refused(404, failure("NOT_FOUND", "there is no such asset"))
    }
    if (found.deleted) return refused(410, failure("NOT_FOUND", "the asset was deleted"))
    const { asset } = found
    const tag = `"${asset.sha256}"`
    const common = {
      etag: tag,
      "cache-control": "private, max-age=3600, immutable",
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
      "accept-ranges": "bytes"
    }
    if (matchesTag(headers["if-none-match"], tag)) {
      return { _tag: "Bytes", status: 304, headers: common, body: null } as const
    }
    const stale = headers["if-range"] !== undefined && headers["if-range"] !== tag
    const span = stale ? null : readRange(headers["range"], asset.bytes)
    if (span === "unsatisfiable") {
      return refused(416, failure("INVALID_ARGUMENTS", "the range lies behind the asset's end"), {
        "content-range": `bytes */${asset.bytes}`
      })
    }
    const blobs = yield* Blobs
    const { status, wanted, ranged } =
      span === null
        ? ({ status: 200, wanted: asset.bytes, ranged: {} } as const)
        : ({
            status: 206,
            wanted: span.last - span.first + 1,
            ranged: { "content-range": `bytes ${span.first}-${span.last}/${asset.bytes}` }
          } as const)
    const full = { ...common, "content-type": asset.mimeType, "content-length": String(wanted), ...ranged }
    const reply = (body: Uint8Array | Stream.Stream<Uint8Array, ImageSkillError>) =>
      ({ _tag: "Bytes", status, headers: full, body }) as const
    if (asset.bytes <= wholeUpTo) {
      const bytes = yield* blobs.read(asset.sha256, extension)
      return reply(span === null ? bytes : bytes.subarray(span.first, span.last + 1))
    }
    if (span === null) return reply(blobs.stream(asset.sha256, extension))
    return reply(yield* blobs.span(asset.sha256, extension, span))
  }).pipe(Effect.catchAll((error) => Effect.succeed(refused(null, error))))

const refused = (
  status: number | null,
  error: ImageSkillError,
  headers: Readonly<Record<string, string>> = {}
): AssetReply => ({ _tag: "Refused", status: status ?? 507, error, headers })

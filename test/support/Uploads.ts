import { createHash } from "node:crypto"
import { crc32, deflateSync } from "node:zlib"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { UploadRequest } from "../../src/Schema/Upload.js"
import type { Identity } from "../../src/Server/Domain/Identity.js"
import { upload } from "../../src/Server/Domain/Uploading.js"
import { Blobs } from "../../src/Server/Storage/Blobs.js"
import {
  dataFolder,
  layerBlobsMemory,
  layerService,
  layerStorageFile,
  type MoneyRooms
} from "./MoneyService.js"

const chunk = (type: string, data: Uint8Array): Uint8Array => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

const pixels = deflateSync(Buffer.from([0, 1, 2, 3]))
// The signature and the four chunks without their data but for the header's and the pixels'.
const bare = 8 + 4 * 12 + 13 + pixels.length

/** A PNG of exactly so many bytes, at least 100, like no other with another seed; nothing of it is left out when it is stored. */
export const pictureOf = (seed: number, bytes: number): Buffer => {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])
  const padding = Buffer.alloc(bytes - bare)
  padding.writeUInt32BE(seed, 0)
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("iCCP", padding),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0))
  ])
}

/** The request that uploads a picture. */
export const requestOf = (picture: Buffer, key?: string): UploadRequest =>
  ({
    source_kind: "local_path",
    filename: "x.png",
    remote_origin: null,
    mime_type: "image/png",
    content_length: picture.length,
    sha256: createHash("sha256").update(picture).digest("hex"),
    bytes_base64: picture.toString("base64"),
    ...(key === undefined ? {} : { idempotency_key: key })
  }) as UploadRequest

/** What became of an upload: its asset's id, or the failure's code and details. */
export const outcomeOf = (identity: Identity, picture: Buffer, key?: string) =>
  upload(identity, requestOf(picture, key), "trace_0123456789abcdef").pipe(
    Effect.map(({ data }) => ({
      code: "ok",
      asset: String((data["asset"] as { readonly asset_id: unknown }).asset_id),
      replayed: data["idempotent_replayed"] === true,
      details: null,
      recovery: null
    })),
    Effect.catchAll(({ code, details, recovery }) =>
      Effect.succeed({ code, asset: null, replayed: false, details: details ?? {}, recovery: recovery ?? {} })
    )
  )

/** Two services that have one database file open, each as a process of its own would; the day's limit is both's. */
export const twoServices = (dailyUploadBytes: number | null) =>
  Effect.gen(function* () {
    const root = yield* dataFolder
    const scope = yield* Effect.scope
    const blobs = Context.get(yield* Layer.buildWithScope(layerBlobsMemory, scope), Blobs)
    const service = layerService(() => Effect.die("no engine is asked"), { dailyUploadBytes })
    return yield* Effect.forEach([0, 1], () =>
      Effect.gen(function* () {
        const storage = yield* Layer.buildWithScope(layerStorageFile(root, blobs), scope)
        const rooms = yield* Effect.provide(Layer.buildWithScope(service, scope), storage)
        return Context.merge(storage, rooms) as Context.Context<MoneyRooms>
      })
    )
  })

import { createHash, randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import sharp from "sharp"
import { Blobs } from "../../../src/Server/Storage/Blobs.js"
import { DataFolder } from "../../../src/Server/Storage/DataFolder.js"
import { send, served, signUp, temporaryFolder } from "../Http/Served.js"

const spanOf = (sha256: string, first: number, last: number) =>
  Effect.flatMap(Blobs, (blobs) =>
    Effect.flatMap(blobs.span(sha256, "png", { first, last }), (pieces) =>
      Effect.map(Stream.runCollect(pieces), (all) => Buffer.concat([...all]))
    )
  )

/** Changes one byte of a stored file, as a broken disk or a careless hand would. */
const spoil = (file: string) => {
  fs.chmodSync(file, 0o644)
  const handle = fs.openSync(file, "r+")
  fs.writeSync(handle, Buffer.from([255, 0, 255, 0]), 0, 4, 100)
  fs.closeSync(handle)
}

describe("ranges", () => {
  it.scopedLive("are the content's own bytes at any place, and none once the content is another", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* Effect.gen(function* () {
        const blobs = yield* Blobs
        const paths = yield* DataFolder
        const bytes = randomBytes(700_001)
        const { sha256 } = yield* blobs.put(bytes, "png")
        const places = [0, 1, 262_143, 262_144, 262_145, 524_288, 699_999, 700_000]
        for (const first of places) {
          for (const last of places.filter((each) => each >= first)) {
            expect(Buffer.compare(yield* spanOf(sha256, first, last), bytes.subarray(first, last + 1))).toBe(
              0
            )
          }
        }
        const file = path.join(paths.blobs, sha256.slice(0, 2), `${sha256}.png`)
        // Found right before, and far away from the bytes that are asked for.
        spoil(file)
        expect(yield* Effect.flip(spanOf(sha256, 600_000, 600_001))).toMatchObject({
          code: "ASSET_INTEGRITY_FAILED",
          details: { cause: "wrong_content" }
        })
        expect([fs.existsSync(file), fs.readdirSync(paths.quarantine)]).toEqual([false, [`${sha256}.png`]])
        expect(yield* Effect.flip(spanOf(sha256, 0, 1))).toMatchObject({ details: { cause: "missing" } })
        // Put back, it is looked at again.
        yield* blobs.put(bytes, "png")
        expect(yield* spanOf(sha256, 5, 6)).toEqual(bytes.subarray(5, 7))
      }).pipe(Effect.provide(Layer.provideMerge(Blobs.layer, DataFolder.layer(folder))))
    })
  )

  it.scopedLive(
    "of a large asset are served from the disk, and a wrong file is told before its first byte",
    () =>
      Effect.gen(function* () {
        const { address, dataFolder } = yield* served()
        const { token } = yield* signUp(address)
        const pixels = randomBytes(1_300 * 1_300 * 3)
        const picture = yield* Effect.promise(() =>
          sharp(pixels, { raw: { width: 1_300, height: 1_300, channels: 3 } })
            .png({ compressionLevel: 0 })
            .toBuffer()
        )
        expect(picture.length).toBeGreaterThan(4 * 1024 * 1024)
        const sha256 = createHash("sha256").update(picture).digest("hex")
        const sent = yield* send(address, "POST", "/v1/upload", {
          token,
          body: {
            source_kind: "local_path",
            filename: "noise.png",
            remote_origin: null,
            mime_type: "image/png",
            content_length: picture.length,
            sha256,
            bytes_base64: picture.toString("base64")
          }
        })
        expect(sent.json.error).toBeNull()
        const { sha256: stored, url } = sent.json.data.asset
        const get = (range: string) => send(address, "GET", new URL(url).pathname, { headers: { range } })
        for (const [first, last] of [
          [0, 0],
          [300_000, 1_299_999],
          [picture.length - 7, picture.length - 1]
        ] as const) {
          const part = yield* get(`bytes=${first}-${last}`)
          expect([part.status, part.headers["content-range"], part.headers["content-length"]]).toEqual([
            206,
            `bytes ${first}-${last}/${picture.length}`,
            String(last - first + 1)
          ])
          expect(Buffer.compare(part.bytes, picture.subarray(first, last + 1))).toBe(0)
        }
        spoil(path.join(dataFolder, "blobs", stored.slice(0, 2), `${stored}.png`))
        const wrong = yield* get("bytes=4000000-4000010")
        expect([wrong.status, wrong.json.error.code]).toEqual([507, "ASSET_INTEGRITY_FAILED"])
      })
  )
})

import { createHash, randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Blobs } from "../../../src/Server/Storage/Blobs.js"
import { DataFolder } from "../../../src/Server/Storage/DataFolder.js"
import { folder, mounted } from "./support.js"

const inFolder = <A, E>(effect: Effect.Effect<A, E, Blobs | DataFolder>) =>
  Effect.scoped(
    Effect.flatMap(folder, (at) =>
      Effect.provide(effect, Layer.provideMerge(Blobs.layer, DataFolder.layer(at)))
    )
  )

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")
const blobOf = (paths: { readonly blobs: string }, sha256: string) =>
  path.join(paths.blobs, sha256.slice(0, 2), `${sha256}.png`)
const collect = <E>(stream: Stream.Stream<Uint8Array, E>) =>
  Effect.map(Stream.runCollect(stream), (pieces) => Buffer.concat(Chunk.toReadonlyArray(pieces)))

it.live("stores, reads, streams and shows content of any size", () =>
  Effect.gen(function* () {
    const blobs = yield* Blobs
    const paths = yield* DataFolder
    for (const size of [0, 1, 1024, 256 * 1024, 256 * 1024 + 1, 3_000_000]) {
      const bytes = new Uint8Array(randomBytes(size))
      const stored = yield* blobs.put(bytes, "png")
      expect(stored).toEqual({ sha256: hash(bytes), bytes: size })
      const file = blobOf(paths, stored.sha256)
      const { ino, mode } = fs.statSync(file)
      expect(mode & 0o777).toBe(0o444)
      expect(yield* blobs.put(bytes, "png")).toEqual(stored)
      expect(fs.statSync(file).ino).toBe(ino)
      const read = yield* blobs.read(stored.sha256, "png")
      expect(Buffer.compare(read, bytes)).toBe(0)
      expect(Buffer.compare(yield* collect(blobs.stream(stored.sha256, "png")), bytes)).toBe(0)
      const shown = yield* blobs.link(stored.sha256, "png", `image_${size}`)
      expect(yield* blobs.link(stored.sha256, "png", `image_${size}`)).toBe(shown)
      expect([shown, fs.statSync(shown).ino]).toEqual([path.join(paths.assets, `image_${size}.png`), ino])
      // A job that is done once more after a loss of power may make other bytes, be they as many.
      const other = yield* blobs.put(new Uint8Array(randomBytes(size)), "png")
      yield* blobs.link(other.sha256, "png", `image_${size}`)
      expect(hash(fs.readFileSync(shown))).toBe(other.sha256)
      yield* blobs.unlinkAsset(`image_${size}`, "png")
      yield* blobs.unlinkAsset(`image_${size}`, "png")
      expect([fs.existsSync(shown), fs.existsSync(file)]).toEqual([false, true])
    }
    expect(fs.readdirSync(paths.tmp)).toEqual([])
  }).pipe(inFolder)
)

it.live("stores the same content once when many do so at the same time", () =>
  Effect.gen(function* () {
    const blobs = yield* Blobs
    const paths = yield* DataFolder
    const bytes = new Uint8Array(randomBytes(50_000))
    const all = yield* Effect.all(
      Array.from({ length: 30 }, () =>
        Effect.tap(blobs.put(bytes, "png"), ({ sha256 }) => blobs.link(sha256, "png", "image_1"))
      ),
      { concurrency: "unbounded" }
    )
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(1)
    expect(fs.readdirSync(path.dirname(blobOf(paths, hash(bytes))))).toHaveLength(1)
    expect(fs.readdirSync(paths.tmp)).toEqual([])
  }).pipe(inFolder)
)

it.live("puts wrong content aside, and takes the right one again", () =>
  Effect.gen(function* () {
    const blobs = yield* Blobs
    const paths = yield* DataFolder
    const bytes = new Uint8Array(randomBytes(700_000))
    const flipped = Uint8Array.from(bytes, (byte, index) => (index === 699_999 ? byte ^ 1 : byte))
    const sha256 = hash(bytes)
    const file = blobOf(paths, sha256)
    for (const wrong of [flipped, bytes.subarray(1), new Uint8Array(0)]) {
      for (const reading of [blobs.read(sha256, "png"), collect(blobs.stream(sha256, "png"))]) {
        yield* blobs.put(bytes, "png")
        fs.rmSync(file)
        fs.writeFileSync(file, wrong)
        expect(yield* Effect.flip(reading)).toMatchObject({
          code: "ASSET_INTEGRITY_FAILED",
          details: { cause: "wrong_content" }
        })
        expect(fs.readdirSync(paths.quarantine)).toEqual([`${sha256}.png`])
        expect(yield* Effect.flip(reading)).toMatchObject({
          code: "ASSET_INTEGRITY_FAILED",
          details: { cause: "missing" }
        })
      }
    }
    expect(yield* Effect.flip(blobs.link(sha256, "png", "image_1"))).toMatchObject({
      code: "ASSET_INTEGRITY_FAILED",
      details: { cause: "missing" }
    })
    yield* blobs.put(bytes, "png")
    fs.rmSync(file)
    fs.writeFileSync(file, "torn")
    yield* blobs.put(bytes, "png")
    expect(Buffer.compare(yield* blobs.read(sha256, "png"), bytes)).toBe(0)
  }).pipe(inFolder)
)

it.live("shows a wrong piece of a stream to nobody when there is one piece", () =>
  Effect.gen(function* () {
    const blobs = yield* Blobs
    const bytes = new Uint8Array(randomBytes(1000))
    const { sha256 } = yield* blobs.put(bytes, "png")
    const file = blobOf(yield* DataFolder, sha256)
    fs.rmSync(file)
    fs.writeFileSync(file, "x".repeat(1000))
    const seen: Array<Uint8Array> = []
    yield* Effect.flip(
      Stream.runForEach(blobs.stream(sha256, "png"), (piece) => Effect.sync(() => seen.push(piece)))
    )
    expect(seen).toEqual([])
  }).pipe(inFolder)
)

it.live("never lets a name leave its folder", () =>
  Effect.gen(function* () {
    const blobs = yield* Blobs
    const { sha256 } = yield* blobs.put(new Uint8Array([1]), "png")
    const bad = [
      "",
      "..",
      "../../x",
      "a/b",
      "image_1/../../x",
      "image_1\0",
      "image_",
      `image_${"x".repeat(200)}`
    ]
    for (const name of bad) {
      for (const attempt of [
        blobs.put(new Uint8Array([1]), name),
        blobs.link(sha256, name, "image_1"),
        blobs.link(name, "png", "image_1"),
        blobs.link(sha256, "png", name),
        blobs.read(name, "png"),
        collect(blobs.stream(name, "png")),
        blobs.unlinkAsset(name, "png")
      ]) {
        expect(yield* Effect.flip(Effect.asVoid(attempt))).toMatchObject({
          details: { cause: "invalid_name" }
        })
      }
    }
  }).pipe(inFolder)
)

it.live("removes old temporary files only", () =>
  Effect.gen(function* () {
    const blobs = yield* Blobs
    const { assets, tmp } = yield* DataFolder
    const old = path.join(tmp, "old.part")
    fs.writeFileSync(old, "x")
    fs.utimesSync(old, new Date(0), new Date(0))
    fs.writeFileSync(path.join(tmp, "young.part"), "x")
    fs.mkdirSync(path.join(tmp, "folder"))
    for (const name of [`.${"a".repeat(24)}.part`, "image_1.png"]) {
      fs.writeFileSync(path.join(assets, name), "x")
      fs.utimesSync(path.join(assets, name), new Date(0), new Date(0))
    }
    expect(yield* blobs.sweepTemp(60_000)).toBe(2)
    expect(fs.readdirSync(assets)).toEqual(["image_1.png"])
    expect(fs.readdirSync(tmp).sort()).toEqual(["folder", "young.part"])
  }).pipe(inFolder)
)

it.live("stores to the end when it is interrupted", () =>
  Effect.gen(function* () {
    const blobs = yield* Blobs
    const { tmp } = yield* DataFolder
    const bytes = new Uint8Array(randomBytes(4_000_000))
    const storing = yield* Effect.fork(blobs.put(bytes, "png"))
    yield* Effect.sleep("1 millis")
    yield* Fiber.interrupt(storing)
    expect(fs.readdirSync(tmp)).toEqual([])
    expect((yield* blobs.read(hash(bytes), "png")).byteLength).toBe(bytes.byteLength)
  }).pipe(inFolder)
)

it.live("leaves nothing behind on a full disk", (context) =>
  Effect.scoped(
    Effect.gen(function* () {
      const at = path.join(yield* folder, "small")
      if (!(yield* mounted(at, "256k"))) return context.skip()
      yield* Effect.gen(function* () {
        const blobs = yield* Blobs
        const paths = yield* DataFolder
        const files = () =>
          fs
            .readdirSync(at, { recursive: true })
            .map(String)
            .filter((name) => fs.statSync(path.join(at, name)).isFile())
        const before = files()
        const error = yield* Effect.flip(blobs.put(new Uint8Array(randomBytes(400_000)), "png"))
        expect(error).toMatchObject({
          code: "ARTIFACT_STORAGE_WRITE_FAILED",
          retryable: false,
          details: { cause: "enospc" }
        })
        expect(files()).toEqual(before)
        const small = yield* blobs.put(new Uint8Array(randomBytes(50_000)), "png")
        fs.writeFileSync(path.join(paths.tmp, "filler"), new Uint8Array(180_000))
        fs.writeFileSync(path.join(paths.assets, "image_1.png"), "different")
        expect(yield* Effect.flip(blobs.link(small.sha256, "png", "image_1"))).toMatchObject({
          details: { cause: "enospc" }
        })
        expect(fs.readFileSync(path.join(paths.assets, "image_1.png"), "utf8")).toBe("different")
        expect([fs.readdirSync(paths.tmp), fs.readdirSync(paths.assets)]).toEqual([
          ["filler"],
          ["image_1.png"]
        ])
      }).pipe(Effect.provide(Layer.provideMerge(Blobs.layer, DataFolder.layer(at))))
    })
  )
)

it.live("copies an asset's file where no hard link can be made", (context) =>
  Effect.scoped(
    Effect.gen(function* () {
      const at = yield* folder
      if (!(yield* mounted(path.join(at, "a"), "1m"))) return context.skip()
      yield* Effect.gen(function* () {
        const blobs = yield* Blobs
        const paths = yield* DataFolder
        const bytes = new Uint8Array(randomBytes(1000))
        const { sha256 } = yield* blobs.put(bytes, "png")
        const shown = yield* blobs.link(sha256, "png", "image_1")
        expect(yield* blobs.link(sha256, "png", "image_1")).toBe(shown)
        expect([Buffer.compare(fs.readFileSync(shown), bytes), fs.statSync(shown).mode & 0o777]).toEqual([
          0, 0o444
        ])
        expect(fs.readdirSync(paths.tmp)).toEqual([])
      }).pipe(Effect.provide(Layer.provideMerge(Blobs.layer, DataFolder.layer(at))))
    })
  )
)

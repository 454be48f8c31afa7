import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { open } from "../../../src/Server/Storage/DataFolder.js"
import { folder } from "./support.js"

it.scoped("makes every folder for this user only, and again changes nothing", () =>
  Effect.gen(function* () {
    const root = path.join(yield* folder, "one", "two")
    const paths = yield* open(root)
    for (const each of ["..", "", "a", "blobs", "tmp", "locks", "backups", "quarantine"]) {
      expect(statSync(path.join(root, each)).mode & 0o777).toBe(0o700)
    }
    expect(readFileSync(path.join(root, "format"), "utf8")).toBe("1\n")
    expect(readdirSync(paths.tmp)).toEqual([])
    const before = statSync(path.join(root, "format")).mtimeMs
    expect(yield* open(root)).toEqual(paths)
    expect(statSync(path.join(root, "format")).mtimeMs).toBe(before)
    expect(paths).toMatchObject({ root, assets: path.join(root, "a"), format: 1 })
  })
)

it.scoped("leaves a newer and an unreadable format untouched", () =>
  Effect.gen(function* () {
    const root = yield* folder
    const file = path.join(root, "format")
    writeFileSync(file, "2\n")
    expect(yield* Effect.flip(open(root))).toMatchObject({
      code: "DATA_FOLDER_NEWER",
      details: { found: 2, known: 1 }
    })
    for (const text of ["", "one\n", "1.5\n", "-1\n", "1\n1\n", "\0"]) {
      writeFileSync(file, text)
      expect(yield* Effect.flip(open(root))).toMatchObject({
        _tag: "ArtifactStorage",
        code: "CONFIG_READ_FAILED",
        details: { path: file }
      })
    }
    expect(readdirSync(root)).toEqual(["format"])
  })
)

it.scoped("follows a link to a folder, and refuses a file in its place", () =>
  Effect.gen(function* () {
    const at = yield* folder
    mkdirSync(path.join(at, "real"))
    symlinkSync(path.join(at, "real"), path.join(at, "link"))
    yield* open(path.join(at, "link"))
    expect(existsSync(path.join(at, "real", "format"))).toBe(true)
    writeFileSync(path.join(at, "file"), "mine")
    for (const root of [path.join(at, "file"), path.join(at, "file", "below")]) {
      const error = yield* Effect.flip(open(root))
      expect(error).toMatchObject({ code: "ARTIFACT_STORAGE_WRITE_FAILED", details: { path: root } })
      expect(["eexist", "enotdir"]).toContain(error.details?.["cause"])
      expect(JSON.stringify(error.recovery)).toContain("IMAGE_SKILL_DATA_DIR")
    }
    expect(readFileSync(path.join(at, "file"), "utf8")).toBe("mine")
  })
)

it.scoped("ends soon where nothing can be made", () =>
  Effect.gen(function* () {
    for (const root of ["/proc/nothing/here", "/proc/self/nothing", "/dev/null/x"]) {
      const before = performance.now()
      const error = yield* Effect.flip(open(root))
      expect(performance.now() - before).toBeLessThan(100)
      expect(error).toMatchObject({ code: "ARTIFACT_STORAGE_WRITE_FAILED", details: { path: root } })
      expect(["enoent", "eacces", "enotdir", "eexist"]).toContain(error.details?.["cause"])
    }
  })
)

import * as fs from "node:fs"
import nodeFs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { execFileSync } from "node:child_process"
import { Files } from "../../src/Services/Files.js"
import { makeMemoryFiles } from "../../src/Testing/index.js"
import { temporaryFolder } from "../support/StandIn.js"

const bytes = (text: string) => new TextEncoder().encode(text)
const whole = (text: string) => Stream.make(bytes(text))
const mode = (at: string) => (fs.statSync(at).mode & 0o777).toString(8)
const asRoot = process.getuid?.() === 0

const inFolder = <A, E>(body: (folder: string, files: typeof Files.Service) => Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    return yield* body(folder, yield* Files)
  }).pipe(Effect.provide(Files.layer))

describe("a file is written whole or not at all", () => {
  it.scopedLive("with its mode, into a folder where nothing else is left", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        const at = path.join(folder, "x.json")
        yield* files.write(at, Stream.make(bytes("one "), bytes("two")), { replace: false, mode: 0o600 })
        expect([fs.readFileSync(at, "utf8"), mode(at), fs.readdirSync(folder)]).toEqual([
          "one two",
          "600",
          ["x.json"]
        ])
        fs.chmodSync(at, 0o644)
        yield* files.write(at, whole("three"), { replace: true, mode: 0o600 })
        expect([fs.readFileSync(at, "utf8"), mode(at), fs.readdirSync(folder)]).toEqual([
          "three",
          "600",
          ["x.json"]
        ])
      })
    )
  )

  for (const replace of [false, true]) {
    it.scopedLive(`nothing is left when the content fails (replace: ${replace})`, () =>
      inFolder((folder, files) =>
        Effect.gen(function* () {
          const at = path.join(folder, "x")
          if (replace) fs.writeFileSync(at, "old")
          const content = Stream.concat(whole("half"), Stream.fail("cut" as const))
          expect(yield* Effect.flip(files.write(at, content, { replace, mode: 0o600 }))).toBe("cut")
          expect(fs.readdirSync(folder)).toEqual(replace ? ["x"] : [])
          if (replace) expect(fs.readFileSync(at, "utf8")).toBe("old")
        })
      )
    )

    it.scopedLive(`nothing is left when it is interrupted (replace: ${replace})`, () =>
      inFolder((folder, files) =>
        Effect.gen(function* () {
          const at = path.join(folder, "x")
          if (replace) fs.writeFileSync(at, "old")
          const begun = yield* Deferred.make<void>()
          const content = Stream.concat(
            whole("half"),
            Stream.fromEffect(Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never))
          )
          const fiber = yield* Effect.fork(files.write(at, content, { replace, mode: 0o600 }))
          yield* Deferred.await(begun)
          expect(fs.readdirSync(folder).some((name) => name.endsWith(".part"))).toBe(true)
          expect((yield* Fiber.interrupt(fiber))._tag).toBe("Failure")
          expect(fs.readdirSync(folder)).toEqual(replace ? ["x"] : [])
          if (replace) expect(fs.readFileSync(at, "utf8")).toBe("old")
        })
      )
    )
  }

  it.scopedLive("without replace, one of many writers wins and none is overwritten", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        const at = path.join(folder, "x")
        const results = yield* Effect.forEach(
          Array.from({ length: 40 }, (_, index) => `writer ${index}`),
          (text) => Effect.either(files.write(at, whole(text), { replace: false, mode: 0o600 })),
          { concurrency: "unbounded" }
        )
        const won = results.findIndex(({ _tag }) => _tag === "Right")
        expect(results.filter(({ _tag }) => _tag === "Right")).toHaveLength(1)
        for (const result of results)
          if (result._tag === "Left") expect(result.left).toMatchObject({ cause: "eexist" })
        expect([fs.readFileSync(at, "utf8"), fs.readdirSync(folder)]).toEqual([`writer ${won}`, ["x"]])
      })
    )
  )

  it.scopedLive("another's temporary file is never removed, and names are not to be guessed", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        const names = new Set<string>()
        const at = path.join(folder, "x")
        const content = Stream.tap(whole("ours"), () =>
          Effect.sync(() => {
            for (const name of fs.readdirSync(folder)) if (name.endsWith(".part")) names.add(name)
          })
        )
        yield* files.write(at, content, { replace: true, mode: 0o600 })
        yield* files.write(at, content, { replace: true, mode: 0o600 })
        expect([...names].every((name) => /^\.x\.[0-9a-f]{12}\.part$/.test(name))).toBe(true)
        expect(names.size).toBe(2)
        yield* files.probe(folder)
        expect(fs.readdirSync(folder)).toEqual(["x"])
      })
    )
  )

  it.scopedLive("a file that appears meanwhile is not overwritten", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        const at = path.join(folder, "x")
        const content = Stream.tap(whole("ours"), () => Effect.sync(() => fs.writeFileSync(at, "theirs")))
        expect(yield* Effect.flip(files.write(at, content, { replace: false, mode: 0o600 }))).toMatchObject({
          cause: "eexist"
        })
        expect([fs.readFileSync(at, "utf8"), fs.readdirSync(folder)]).toEqual(["theirs", ["x"]])
      })
    )
  )

  it.scopedLive("a reader never sees a torn file while many replace it", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        const at = path.join(folder, "x")
        const text = (index: number) => String(index % 10).repeat(20_000)
        yield* files.write(at, whole(text(0)), { replace: true, mode: 0o600 })
        let torn = 0
        let reads = 0
        const reader = yield* Effect.fork(
          Effect.forever(
            Effect.zipRight(
              Effect.sync(() => {
                const seen = fs.readFileSync(at, "utf8")
                reads += 1
                if (seen.length !== 20_000 || seen !== seen.charAt(0).repeat(20_000)) torn += 1
              }),
              Effect.yieldNow()
            )
          )
        )
        yield* Effect.forEach(
          Array.from({ length: 60 }, (_, index) => index),
          (index) =>
            files.write(
              at,
              Stream.make(bytes(text(index).slice(0, 9_999)), bytes(text(index).slice(9_999))),
              { replace: true, mode: 0o600 }
            ),
          { concurrency: 10, discard: true }
        )
        yield* Fiber.interrupt(reader)
        expect(torn).toBe(0)
        expect(reads).toBeGreaterThan(20)
        expect(fs.readdirSync(folder)).toEqual(["x"])
      })
    )
  )

  it.scopedLive("a link is replaced itself, never written through", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        const [victim, link, dangling] = ["victim", "link", "dangling"].map((name) =>
          path.join(folder, name)
        ) as [string, string, string]
        fs.writeFileSync(victim, "secret")
        fs.symlinkSync(victim, link)
        fs.symlinkSync(path.join(folder, "nowhere"), dangling)
        for (const at of [link, dangling])
          expect(
            yield* Effect.flip(files.write(at, whole("new"), { replace: false, mode: 0o600 }))
          ).toMatchObject({ cause: "eexist" })
        expect([fs.readFileSync(victim, "utf8"), fs.existsSync(path.join(folder, "nowhere"))]).toEqual([
          "secret",
          false
        ])
        yield* files.write(link, whole("new"), { replace: true, mode: 0o600 })
        expect([
          fs.readFileSync(victim, "utf8"),
          fs.readFileSync(link, "utf8"),
          fs.lstatSync(link).isSymbolicLink()
        ]).toEqual(["secret", "new", false])
      })
    )
  )

  for (const [why, at, cause] of [
    ["a missing folder", "none/x", "enoent"],
    ["a file as a folder", "file/x", "enotdir"],
    ["a name that is too long", "x".repeat(300), "enametoolong"]
  ] as const) {
    it.scopedLive(`${why} is told by its errno and leaves nothing`, () =>
      inFolder((folder, files) =>
        Effect.gen(function* () {
          fs.writeFileSync(path.join(folder, "file"), "x")
          const problem = yield* Effect.flip(
            files.write(path.join(folder, at), whole("x"), { replace: false, mode: 0o600 })
          )
          expect(problem).toMatchObject({ _tag: "FileProblem", cause })
          expect(fs.readdirSync(folder)).toEqual(["file"])
        })
      )
    )
  }

  it.scopedLive.skipIf(asRoot)(
    "a folder without permission is told, and is found out beforehand by a probe",
    () =>
      inFolder((folder, files) =>
        Effect.gen(function* () {
          fs.chmodSync(folder, 0o500)
          expect(yield* Effect.flip(files.probe(folder))).toMatchObject({ cause: "eacces" })
          expect(
            yield* Effect.flip(
              files.write(path.join(folder, "x"), whole("x"), { replace: false, mode: 0o600 })
            )
          ).toMatchObject({ cause: "eacces" })
          fs.chmodSync(folder, 0o700)
        })
      )
  )
})

describe("a file is read within bounds", () => {
  it.scopedLive("not beyond its limit, not from a folder, a FIFO or nothing", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        const at = path.join(folder, "x")
        fs.writeFileSync(at, "12345")
        fs.symlinkSync(at, path.join(folder, "link"))
        execFileSync("mkfifo", [path.join(folder, "fifo")])
        expect(new TextDecoder().decode(yield* files.read(at, 5))).toBe("12345")
        expect(new TextDecoder().decode(yield* files.read(path.join(folder, "link"), 5))).toBe("12345")
        for (const [name, limit, cause] of [
          ["x", 4, "efbig"],
          [".", 9, "eisdir"],
          ["fifo", 9, "einval"],
          ["none", 9, "enoent"]
        ] as const)
          expect(yield* Effect.flip(files.read(path.join(folder, name), limit)), name).toMatchObject({
            cause
          })
      })
    )
  )

  it.scopedLive("its entry is told without following a link", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        fs.writeFileSync(path.join(folder, "file"), "")
        fs.mkdirSync(path.join(folder, "folder"))
        fs.symlinkSync("nowhere", path.join(folder, "link"))
        execFileSync("mkfifo", [path.join(folder, "fifo")])
        const names = ["file", "folder", "link", "fifo", "none"]
        const entries = yield* Effect.forEach(names, (name) => files.entry(path.join(folder, name)))
        expect(entries).toEqual(["file", "directory", "link", "other", "missing"])
      })
    )
  )
})

describe("folders and lines", () => {
  it.scopedLive("folders are made private, all of those that were missing, and only those", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        fs.mkdirSync(path.join(folder, "a"), { mode: 0o755 })
        yield* files.makeFolder(path.join(folder, "a/b/c"))
        yield* files.makeFolder(path.join(folder, "a/b/c"))
        expect(["a", "a/b", "a/b/c"].map((name) => mode(path.join(folder, name)))).toEqual([
          "755",
          "700",
          "700"
        ])
      })
    )
  )

  it.scopedLive("lines that many add never mix", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        const at = path.join(folder, "spool")
        const lines = Array.from({ length: 200 }, (_, index) => `${String(index % 10).repeat(300)}\n`)
        yield* Effect.forEach(lines, (line) => files.append(at, line), { concurrency: "unbounded" })
        expect(
          fs
            .readFileSync(at, "utf8")
            .split(/(?<=\n)/)
            .sort()
        ).toEqual([...lines].sort())
        expect(mode(at)).toBe("600")
      })
    )
  )
})

describe("an interrupted write", () => {
  it.scopedLive("is over before its descriptor is another file's", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        // As if the thread that writes were held up.
        const write = nodeFs.write
        const late = ((...words: Parameters<typeof write>) =>
          setTimeout(() => Reflect.apply(write, nodeFs, words), 40)) as unknown as typeof write
        yield* Effect.acquireRelease(
          Effect.sync(() => {
            nodeFs.write = late
            syncBuiltinESMExports()
          }),
          () =>
            Effect.sync(() => {
              nodeFs.write = write
              syncBuiltinESMExports()
            })
        )
        const writing = yield* Effect.fork(
          files.write(path.join(folder, "x"), whole("interrupted"), { replace: true, mode: 0o600 })
        )
        yield* Effect.sleep("15 millis")
        yield* Fiber.interrupt(writing)
        const innocent = Array.from({ length: 20 }, (_, index) => path.join(folder, `innocent-${index}`))
        const opened = innocent.map((at) => fs.openSync(at, "w"))
        yield* Effect.sleep("80 millis")
        for (const file of opened) fs.closeSync(file)
        expect(innocent.map((at) => fs.readFileSync(at, "utf8")).join("")).toBe("")
        expect(fs.readdirSync(folder).sort()).toEqual(innocent.map((at) => path.basename(at)).sort())
      }).pipe(Effect.scoped)
    )
  )
})

describe("a line is added at once", () => {
  it.scopedLive("and the size that the file has then is known", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        const at = path.join(folder, "spool")
        expect(yield* files.append(at, "one\n")).toBe(4)
        expect(yield* files.append(at, "zwölf\n")).toBe(11)
        expect(fs.readFileSync(at, "utf8")).toBe("one\nzwölf\n")
      })
    )
  )

  it.scopedLive("but not to a pipe that nobody reads, which would be waited for", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        const at = path.join(folder, "pipe")
        execFileSync("mkfifo", [at])
        const failed = yield* Effect.flip(files.append(at, "one\n"))
        expect(failed).toEqual({ _tag: "FileProblem", cause: "enxio", path: at })
      })
    )
  )
})

describe("a path that can be none", () => {
  it.scopedLive("is a problem, not a defect", () =>
    inFolder((folder, files) =>
      Effect.gen(function* () {
        const at = path.join(folder, "a\0b")
        for (const effect of [
          files.read(at, 10),
          files.size(at),
          files.append(at, "x"),
          files.write(at, whole("x"), { replace: true, mode: 0o600 }),
          Stream.runDrain(files.stream(at))
        ]) {
          const failed = yield* Effect.flip(effect as Effect.Effect<unknown, { readonly cause: string }>)
          expect(failed.cause).toBe("err_invalid_arg_value")
        }
      })
    )
  )
})

describe("the memory file system answers as the real one", () => {
  it.scopedLive("to the same calls", () =>
    Effect.gen(function* () {
      const real = yield* Effect.provide(Files, Files.layer)
      const folder = yield* temporaryFolder
      const { files: memory } = makeMemoryFiles({ folders: [folder] })
      const told = (files: typeof Files.Service) => {
        const at = (name: string) => path.join(folder, name)
        const seen = <A>(effect: Effect.Effect<A, unknown>) =>
          Effect.match(effect, {
            onFailure: (error) =>
              typeof error === "object" && error !== null && "cause" in error ? error.cause : error,
            onSuccess: (value) =>
              value instanceof Uint8Array ? new TextDecoder().decode(value) : (value ?? null)
          })
        return Effect.all(
          [
            files.entry(at("x")),
            files.read(at("x"), 10),
            files.write(at("none/x"), whole("x"), { replace: false, mode: 0o600 }),
            files.write(at("x"), whole("one"), { replace: false, mode: 0o600 }),
            files.write(at("x"), whole("two"), { replace: false, mode: 0o600 }),
            files.read(at("x"), 10),
            files.read(at("x"), 2),
            files.write(at("x"), whole("three"), { replace: true, mode: 0o600 }),
            files.write(at("x"), Stream.concat(whole("y"), Stream.fail("cut")), {
              replace: true,
              mode: 0o600
            }),
            files.read(at("x"), 10),
            files.size(at("x")),
            files.size(at("none")),
            files.entry(at("x")),
            files.makeFolder(at("a/b")),
            files.entry(at("a")),
            files.read(at("a"), 10),
            files.makeFolder(at("x/y")),
            files.probe(at("a")),
            files.probe(at("none")),
            files.append(at("lines"), "1\n"),
            files.append(at("lines"), "2\n"),
            files.append(at("none/lines"), "2\n"),
            files.read(at("lines"), 10),
            files.rename(at("lines"), at("x")),
            files.rename(at("lines"), at("y")),
            files.read(at("x"), 10),
            Stream.runFold(files.stream(at("x")), "", (all, chunk) => all + new TextDecoder().decode(chunk)),
            Stream.runDrain(files.stream(at("none"))),
            files.remove(at("x")),
            files.remove(at("x")),
            files.entry(at("x"))
          ].map((effect) => seen(effect as Effect.Effect<unknown, unknown>))
        )
      }
      expect(yield* told(memory)).toEqual(yield* told(real))
    })
  )
})

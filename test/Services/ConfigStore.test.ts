import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConfigStore } from "../../src/Services/ConfigStore.js"
import { withoutToken, withToken } from "../../src/Services/Credentials.js"
import { Env } from "../../src/Services/Env.js"
import { Files } from "../../src/Services/Files.js"
import { temporaryFolder } from "../support/StandIn.js"

const mode = (at: string) => (fs.statSync(at).mode & 0o777).toString(8)

const store = (env: Readonly<Record<string, string>>) =>
  Effect.provide(
    ConfigStore,
    ConfigStore.layer.pipe(Layer.provide(Layer.merge(Env.layerOf(env), Files.layer)))
  )

const inFolder = <A, E>(body: (folder: string, config: typeof ConfigStore.Service) => Effect.Effect<A, E>) =>
  Effect.flatMap(temporaryFolder, (folder) =>
    Effect.flatMap(store({ IMAGE_SKILL_CONFIG_PATH: path.join(folder, "new/deep/config.json") }), (config) =>
      body(path.join(folder, "new/deep"), config)
    )
  )

const put = (folder: string, content: string | Uint8Array): string => {
  const at = path.join(folder, "config.json")
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(at, content, { mode: 0o644 })
  return at
}

const corrupt: Readonly<Record<string, string | Uint8Array>> = {
  empty: "",
  truncated: '{"version":1,"token":"isk_r_CANARY',
  "an array": '[{"token":"isk_r_CANARYCANARY"}]',
  "a string": '"isk_r_CANARYCANARY"',
  null: "null",
  "NUL bytes": "\u0000".repeat(64),
  "a byte order mark": '\ufeff{"version":1}',
  "not UTF-8": new Uint8Array([0x7b, 0xff, 0x7d]),
  "a wrong type": '{"token":{"isk_r_CANARYCANARY":1}}',
  "wrong credentials": '{"credentials":["isk_r_CANARYCANARY"]}',
  "a wrong version": '{"version":"isk_r_CANARYCANARY"}',
  "two documents": '{"version":1}{"version":2}',
  "a conflict of git": '<<<<<<< HEAD\n{"version":1}\n=======\n',
  huge: `{"x":"${"y".repeat(1024 * 1024)}"}`
}

describe("a config that is there but cannot be used", () => {
  for (const [why, content] of Object.entries(corrupt)) {
    it.scopedLive(`is CONFIG_READ_FAILED when it is ${why}, tells no value, and stays as it is`, () =>
      inFolder((folder, config) =>
        Effect.gen(function* () {
          const at = put(folder, content)
          const before = fs.readFileSync(at)
          for (const attempt of [config.load, config.update((old) => ({ ...old, token: "new" }))]) {
            const error = yield* Effect.flip(attempt as Effect.Effect<unknown, { readonly code: string }>)
            expect(error).toMatchObject({ code: "CONFIG_READ_FAILED", details: { path: at } })
            expect(JSON.stringify(error)).not.toContain("CANARY")
          }
          expect([fs.readFileSync(at).equals(before), fs.readdirSync(folder)]).toEqual([
            true,
            ["config.json"]
          ])
        })
      )
    )
  }

  it.scopedLive("is CONFIG_READ_FAILED when it is a folder", () =>
    inFolder((folder, config) =>
      Effect.gen(function* () {
        fs.mkdirSync(path.join(folder, "config.json"), { recursive: true })
        expect(yield* Effect.flip(config.load)).toMatchObject({
          code: "CONFIG_READ_FAILED",
          details: { cause: "eisdir" }
        })
      })
    )
  )
})

describe("changes at the same time", () => {
  const named = (name: string) => ({
    origin: `https://${name}.test`,
    apiBaseUrl: `https://${name}.test`,
    token: `isk_r_token_${name}`,
    at: "2026-01-01T00:00:00.000Z"
  })

  it.scopedLive("lose nobody's token, and leave no lock", () =>
    inFolder((folder, config) =>
      Effect.gen(function* () {
        const names = Array.from({ length: 20 }, (_, index) => `n${index}`)
        // Each through a store of its own, as processes have.
        yield* Effect.forEach(
          names,
          (name) =>
            Effect.flatMap(store({ IMAGE_SKILL_CONFIG_PATH: config.path }), (own) =>
              own.update((old) => withToken(old, named(name)))
            ),
          { concurrency: "unbounded" }
        )
        expect(Object.keys((yield* config.load)?.credentials ?? {}).sort()).toEqual(
          names.map((name) => `https://${name}.test`).sort()
        )
        expect(fs.readdirSync(folder)).toEqual(["config.json"])
      })
    )
  )

  it.scopedLive("wait for another's lock, remove one left behind, and never one that is held", () =>
    inFolder((folder, config) =>
      Effect.gen(function* () {
        const lock = `${config.path}.lock`
        fs.mkdirSync(folder, { recursive: true })
        fs.writeFileSync(lock, "")
        const error = yield* Effect.flip(config.update((old) => withToken(old, named("a"))))
        expect(error).toMatchObject({
          code: "PUBLIC_CLI_CONFIG_WRITE_FAILED",
          details: { cause: "locked" }
        })
        expect(fs.readdirSync(folder)).toEqual(["config.json.lock"])
        const past = new Date(Date.now() - 11_000)
        fs.utimesSync(lock, past, past)
        yield* config.update((old) => withToken(old, named("a")))
        expect(fs.readdirSync(folder)).toEqual(["config.json"])
      })
    )
  )
})

describe("a config", () => {
  it.scopedLive("that is missing is none, and is made private", () =>
    inFolder((folder, config) =>
      Effect.gen(function* () {
        expect(yield* config.load).toBeNull()
        yield* config.update((old) =>
          withToken(old, {
            origin: "https://a.test",
            apiBaseUrl: "https://a.test/x",
            token: "isk_r_abcdefgh",
            at: "2026-01-01T00:00:00.000Z"
          })
        )
        expect([mode(config.path), mode(folder), mode(path.dirname(folder)), fs.readdirSync(folder)]).toEqual(
          ["600", "700", "700", ["config.json"]]
        )
        expect(yield* config.load).toMatchObject({
          version: 1,
          token: "isk_r_abcdefgh",
          api_base_url: "https://a.test/x",
          credentials: { "https://a.test": { token: "isk_r_abcdefgh" } }
        })
      })
    )
  )

  it.scopedLive(
    "of another program's making keeps its unknown keys, and becomes private when it is written",
    () =>
      inFolder((folder, config) =>
        Effect.gen(function* () {
          const at = put(
            folder,
            JSON.stringify({
              version: 7,
              theme: { dark: [1, null] },
              credentials: { "https://b.test": { token: "b", note: "keep" } }
            })
          )
          yield* config.update((old) =>
            withToken(old, {
              origin: "https://a.test",
              apiBaseUrl: "https://a.test",
              token: "a",
              at: "2026-01-01T00:00:00.000Z"
            })
          )
          expect(mode(at)).toBe("600")
          expect(JSON.parse(fs.readFileSync(at, "utf8"))).toMatchObject({
            theme: { dark: [1, null] },
            credentials: { "https://a.test": { token: "a" }, "https://b.test": { token: "b", note: "keep" } }
          })
        })
      )
  )

  it.scopedLive(
    "that is a link of one's own stays one: what is changed or removed is so in the file behind it",
    () =>
      inFolder((folder, config) =>
        Effect.gen(function* () {
          fs.mkdirSync(path.join(folder, "kept"), { recursive: true })
          const real = path.join(folder, "kept/real.json")
          fs.writeFileSync(real, '{"version":1,"theme":"dark"}', { mode: 0o644 })
          fs.symlinkSync("kept/middle.json", config.path)
          fs.symlinkSync("../kept/real.json", path.join(folder, "kept/middle.json"))
          const saved = {
            origin: "https://a.test",
            apiBaseUrl: "https://a.test",
            token: "isk_r_linked12",
            at: ""
          }
          yield* config.probe
          yield* config.update((old) => withToken(old, saved))
          expect([fs.readFileSync(real, "utf8").includes(saved.token), mode(real)]).toEqual([true, "600"])
          yield* config.update((old) => withoutToken(old, saved.origin))
          expect(JSON.parse(fs.readFileSync(real, "utf8"))).toMatchObject({ theme: "dark", token: null })
          expect(fs.readFileSync(real, "utf8")).not.toContain(saved.token)
          expect(fs.lstatSync(config.path).isSymbolicLink()).toBe(true)
          expect([fs.readdirSync(folder).sort(), fs.readdirSync(path.join(folder, "kept")).sort()]).toEqual([
            ["config.json", "kept"],
            ["middle.json", "real.json"]
          ])
        })
      )
  )

  it.scopedLive("that is a link out of its folder is refused; what it led to is not touched", () =>
    inFolder((folder, config) =>
      Effect.gen(function* () {
        fs.mkdirSync(folder, { recursive: true })
        const outside = path.join(path.dirname(folder), "outside")
        fs.mkdirSync(outside)
        const victim = path.join(outside, "victim.json")
        fs.writeFileSync(victim, '{"version":1}', { mode: 0o644 })
        // Straight, and by a folder that only looks as if it stood inside.
        fs.symlinkSync(outside, path.join(folder, "inside"))
        for (const to of [victim, "inside/victim.json"]) {
          fs.symlinkSync(to, config.path)
          for (const attempt of [config.probe, config.update((old) => ({ ...old, token: "x" }))])
            expect(yield* Effect.flip(attempt)).toMatchObject({
              code: "PUBLIC_CLI_CONFIG_WRITE_FAILED",
              details: { cause: "link_outside", leads_to: fs.realpathSync(victim) }
            })
          expect([fs.readFileSync(victim, "utf8"), mode(victim), fs.readdirSync(outside)]).toEqual([
            '{"version":1}',
            "644",
            ["victim.json"]
          ])
          expect(fs.lstatSync(config.path).isSymbolicLink()).toBe(true)
          fs.unlinkSync(config.path)
        }
      })
    )
  )

  it.scopedLive("that is a link to nothing is not written through, and found out beforehand", () =>
    inFolder((folder, config) =>
      Effect.gen(function* () {
        fs.mkdirSync(folder, { recursive: true })
        fs.symlinkSync(path.join(folder, "gone.json"), config.path)
        for (const attempt of [config.probe, config.update((old) => old)])
          expect(yield* Effect.flip(attempt)).toMatchObject({
            code: "PUBLIC_CLI_CONFIG_WRITE_FAILED",
            details: { cause: "link_dangling", path: config.path }
          })
        expect(fs.readdirSync(folder)).toEqual(["config.json"])
      })
    )
  )

  // Only the superuser can give files away.
  it.scopedLive.skipIf(process.geteuid?.() !== 0)(
    "that another user's link or file stands behind is refused; what it leads to is not touched",
    () =>
      inFolder((folder, config) =>
        Effect.gen(function* () {
          fs.mkdirSync(folder, { recursive: true })
          const victim = path.join(folder, "victim.json")
          const refused = Effect.gen(function* () {
            for (const attempt of [config.probe, config.update((old) => ({ ...old, token: "x" }))])
              expect(yield* Effect.flip(attempt)).toMatchObject({
                code: "PUBLIC_CLI_CONFIG_WRITE_FAILED",
                details: { cause: "link_not_own" }
              })
            expect([
              fs.readFileSync(victim, "utf8"),
              mode(victim),
              fs.lstatSync(config.path).isSymbolicLink()
            ]).toEqual(['{"version":1}', "644", true])
          })
          fs.writeFileSync(victim, '{"version":1}', { mode: 0o644 })
          fs.symlinkSync(victim, config.path)
          fs.lchownSync(config.path, 65_534, 65_534)
          yield* refused
          fs.lchownSync(config.path, 0, 0)
          fs.chownSync(victim, 65_534, 65_534)
          yield* refused
        })
      )
  )

  it.scopedLive(
    "that cannot be written is PUBLIC_CLI_CONFIG_WRITE_FAILED, found out beforehand with real bytes",
    () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        fs.writeFileSync(path.join(folder, "file"), "")
        const config = yield* store({ IMAGE_SKILL_CONFIG_PATH: path.join(folder, "file/config.json") })
        for (const attempt of [config.probe, config.update((old) => old)])
          expect((yield* Effect.flip(attempt)).code).toMatch(
            /^(?:PUBLIC_CLI_CONFIG_WRITE_FAILED|CONFIG_READ_FAILED)$/
          )
        expect(yield* Effect.flip(config.probe)).toMatchObject({
          code: "PUBLIC_CLI_CONFIG_WRITE_FAILED",
          recovery: { next_step: expect.any(String) as string }
        })
      })
  )

  it.scopedLive("of a newer program keeps its version and what is not known of it", () =>
    inFolder((folder, config) =>
      Effect.gen(function* () {
        put(folder, '{"version":99,"later":{"x":1}}')
        yield* config.update((old) => ({ ...old, version: 1, api_base_url: "local" }))
        expect(yield* config.load).toEqual({ version: 99, later: { x: 1 }, api_base_url: "local" })
      })
    )
  )

  it.scopedLive("that can be written is proven so without a trace", () =>
    inFolder((folder, config) =>
      Effect.gen(function* () {
        yield* config.probe
        expect(fs.readdirSync(folder)).toEqual([])
      })
    )
  )

  it.scopedLive("saved by many at once is one of theirs, whole", () =>
    inFolder((_, config) =>
      Effect.gen(function* () {
        yield* Effect.forEach(
          Array.from({ length: 30 }, (__, index) => index),
          (index) =>
            config.update((old) => ({ ...old, writer: index, padding: String(index).repeat(5_000) })),
          { concurrency: "unbounded", discard: true }
        )
        const saved = yield* config.load
        expect(saved?.["padding"]).toBe(String(saved?.["writer"]).repeat(5_000))
      })
    )
  )
})

describe("the config's place", () => {
  const table: ReadonlyArray<readonly [env: Readonly<Record<string, string>>, at: string]> = [
    [{ HOME: "/h" }, "/h/.config/image-skill/config.json"],
    [{ HOME: "/h", XDG_CONFIG_HOME: "/x" }, "/x/image-skill/config.json"],
    [{ HOME: "/h", XDG_CONFIG_HOME: "" }, "/h/.config/image-skill/config.json"],
    [{ HOME: "/h", XDG_CONFIG_HOME: "x" }, "/h/.config/image-skill/config.json"],
    [{ HOME: "/h", XDG_CONFIG_HOME: "./" }, "/h/.config/image-skill/config.json"],
    [{ HOME: "/h", IMAGE_SKILL_CONFIG_PATH: "/c/y.json", XDG_CONFIG_HOME: "/x" }, "/c/y.json"],
    [{ HOME: "/h", IMAGE_SKILL_CONFIG_PATH: "" }, "/h/.config/image-skill/config.json"],
    [{ HOME: "/h", IMAGE_SKILL_CONFIG_PATH: "  " }, "/h/.config/image-skill/config.json"]
  ]
  for (const [env, at] of table)
    it.effect(JSON.stringify(env), () => Effect.map(store(env), (config) => expect(config.path).toBe(at)))
})

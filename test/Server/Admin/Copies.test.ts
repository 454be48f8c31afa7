import { cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { afterAll, beforeAll, describe } from "vitest"
import { backUp, restore, verify } from "../../../src/Server/Admin/index.js"
import { inFolder } from "../../../src/Server/Admin/Folder.js"
import { Ledger } from "../../../src/Server/Storage/Ledger.js"
import { send, served, signUp, temporaryFolder } from "../Http/Served.js"
import { buildChild, entries, fill, killWhen, startChild, upload, noise } from "./support.js"

const code = <A, E extends { readonly code: string }>(effect: Effect.Effect<A, E>) =>
  Effect.map(Effect.either(effect), (either) => (either._tag === "Left" ? either.left.code : "none"))

const modesUnder = (folder: string): ReadonlySet<number> =>
  new Set(
    readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((name) => {
      const found = statSync(path.join(folder, name))
      return found.isFile() ? [found.mode & 0o777] : []
    })
  )

describe("a backup", () => {
  it.live(
    "made while agents work comes back sound, with what was acknowledged before it, and goes on",
    () =>
      Effect.gen(function* () {
        const dataFolder = yield* temporaryFolder
        const place = yield* temporaryFolder
        const service = yield* served({ dataFolder })
        const agent = yield* signUp(service.address)
        const acknowledged = yield* fill(service.address, agent.token, 3, 64)
        const writer = yield* Effect.fork(
          Effect.forever(
            Effect.gen(function* () {
              const asset = yield* upload(
                service.address,
                agent.token,
                yield* Effect.promise(() => noise(32))
              )
              // Deletions too: what goes while it is copied must not be missed afterwards.
              yield* send(service.address, "DELETE", `/v1/assets/${asset}`, {
                token: agent.token
              })
              yield* send(service.address, "POST", "/v1/create", {
                token: agent.token,
                body: { prompt: "a fox", model: "local.canvas", aspect_ratio: "1:1", wait_ms: 1 }
              })
            })
          )
        )
        const backups = yield* Effect.forEach([1, 2, 3], (n) =>
          Effect.map(backUp(dataFolder, path.join(place, `b${n}`)), ({ data }) => data)
        )
        yield* Fiber.interrupt(writer)
        for (const { path: from, verified } of backups) {
          expect(verified).toBe(true)
          expect(modesUnder(from)).toEqual(new Set([0o600]))
          expect(statSync(from).mode & 0o777).toBe(0o700)
          const target = `${from}-restored`
          yield* restore({ from, target, replace: false })
          const found = yield* verify(target)
          expect(found.sound).toBe(true)
          expect(found.checked.assets).toBeGreaterThanOrEqual(acknowledged.length)
          expect(
            yield* inFolder(
              target,
              Effect.flatMap(Ledger, ({ audit }) => audit)
            )
          ).toEqual([])
        }
        // The newest one is a service again: the token holds, the assets are there, jobs under way end.
        const again = yield* served({ dataFolder: `${backups[2]?.path}-restored` })
        for (const id of acknowledged) {
          expect((yield* send(again.address, "GET", `/a/${id}.png`)).status).toBe(200)
        }
        const ended = Effect.gen(function* () {
          const jobs = yield* send(again.address, "GET", "/v1/jobs?status=running", { token: agent.token })
          expect(jobs.status).toBe(200)
          return jobs.json.data.jobs.length === 0
        })
        yield* Effect.repeat(Effect.delay(ended, "50 millis"), { until: (over) => over }).pipe(
          Effect.timeout("20 seconds")
        )
      }).pipe(Effect.scoped),
    60_000
  )

  it.live(
    "overwrites nothing, and neither does a restore",
    () =>
      Effect.gen(function* () {
        const dataFolder = yield* temporaryFolder
        const place = yield* temporaryFolder
        const from = path.join(place, "b")
        {
          const service = yield* served({ dataFolder })
          const agent = yield* signUp(service.address)
          yield* fill(service.address, agent.token, 1, 32)
          yield* backUp(dataFolder, from)
          expect(yield* code(backUp(dataFolder, from))).toBe("OUTPUT_EXISTS")
          // In use, empty or not.
          expect(yield* code(restore({ from, target: dataFolder, replace: false }))).toBe("OUTPUT_EXISTS")
          expect(yield* code(restore({ from, target: dataFolder, replace: true }))).toBe(
            "OUTPUT_WRITE_FAILED"
          )
          yield* service.stop
        }
        const other = path.join(place, "other")
        mkdirSync(other)
        writeFileSync(path.join(other, "mine"), "x")
        expect(yield* code(restore({ from, target: other, replace: false }))).toBe("OUTPUT_EXISTS")
        const { data } = yield* restore({ from, target: other, replace: true })
        expect(entries(data.previous_data_folder ?? "")).toEqual(["mine"])
        expect((yield* verify(other)).sound).toBe(true)

        // One byte of one file.
        for (const victim of ["image-skill.db", "blobs"]) {
          const damaged = path.join(place, `damaged-${victim}`)
          cpSync(from, damaged, { recursive: true })
          const [name = ""] =
            victim === "blobs"
              ? readdirSync(path.join(damaged, "blobs"), { recursive: true, encoding: "utf8" })
                  .filter((found) => found.endsWith(".png"))
                  .map((found) => path.join("blobs", found))
              : [victim]
          const bytes = Buffer.alloc(statSync(path.join(damaged, name)).size, 7)
          writeFileSync(path.join(damaged, name), bytes)
          const target = path.join(place, `never-${victim}`)
          expect(yield* code(restore({ from: damaged, target, replace: false }))).toBe(
            "ASSET_INTEGRITY_FAILED"
          )
          expect(entries(place).filter((found) => found.includes("never"))).toEqual([])
        }
        expect(yield* code(restore({ from: place, target: path.join(place, "x"), replace: false }))).toBe(
          "INPUT_READ_FAILED"
        )
      }).pipe(Effect.scoped),
    60_000
  )
})

describe("a process killed", () => {
  let script = ""
  beforeAll(() => {
    script = buildChild()
  })
  afterAll(() => undefined)

  const prepared = Effect.gen(function* () {
    const dataFolder = yield* temporaryFolder
    const place = yield* temporaryFolder
    const service = yield* served({ dataFolder })
    const agent = yield* signUp(service.address)
    const ids = yield* fill(service.address, agent.token, 12, 300)
    yield* service.stop
    return { dataFolder, place, ids }
  })

  it.live(
    "while it copies leaves no backup, and the next one is whole",
    () =>
      Effect.gen(function* () {
        const { dataFolder, place } = yield* prepared
        const shelves = () =>
          entries(place)
            .filter((name) => name.endsWith(".partial"))
            .map((name) => entries(path.join(place, name, "blobs")).length)
        for (const least of [0, 1, 6]) {
          const target = path.join(place, `b${least}`)
          const end = yield* Effect.promise(() =>
            killWhen(script, ["backup", dataFolder, target], () => shelves().some((found) => found >= least))
          )
          expect([end.signal, end.errors]).toEqual(["SIGKILL", ""])
          expect(entries(target)).toEqual([])
          for (const left of entries(place)) {
            const from = path.join(place, left)
            expect(yield* code(restore({ from, target: `${from}-x`, replace: false }))).toBe(
              "INPUT_READ_FAILED"
            )
            yield* Effect.promise(() =>
              import("node:fs/promises").then(({ rm }) => rm(from, { recursive: true }))
            )
          }
        }
        expect((yield* verify(dataFolder)).sound).toBe(true)
        const from = path.join(place, "whole")
        const end = yield* Effect.promise(() => startChild(script, ["backup", dataFolder, from]).ended)
        expect([end.code, end.errors]).toEqual([0, ""])
        yield* restore({ from, target: path.join(place, "back"), replace: false })
        expect((yield* verify(path.join(place, "back"))).checked.assets).toBe(12)
      }).pipe(Effect.scoped),
    90_000
  )

  it.live(
    "while it puts back leaves the data that was there, and the next restore ends it",
    () =>
      Effect.gen(function* () {
        const { dataFolder, place } = yield* prepared
        const from = path.join(place, "b")
        yield* backUp(dataFolder, from)
        const target = path.join(place, "data")
        cpSync(dataFolder, target, { recursive: true })
        const staged = () => entries(place).filter((name) => name.startsWith("data.restoring-"))
        const built = () => staged().map((name) => entries(path.join(place, name, "blobs")).length)
        for (const when of [
          () => staged().length > 0,
          () => built().some((found) => found >= 5),
          () => staged().some((name) => entries(path.join(place, name, "a")).length > 0),
          () => entries(place).some((name) => name.startsWith("data.replaced-"))
        ]) {
          const end = yield* Effect.promise(() =>
            killWhen(script, ["restore", from, target, "replace"], when)
          )
          // The last moment is short: it may be over before it is seen.
          if (end.signal !== "SIGKILL") expect([end.code, end.errors]).toEqual([0, ""])
          const whole = [
            target,
            ...entries(place)
              .filter((name) => name.startsWith("data.replaced-"))
              .map((name) => path.join(place, name))
          ]
          const sound = yield* Effect.forEach(whole, (at) =>
            Effect.map(Effect.either(verify(at)), ({ _tag }) => _tag === "Right")
          )
          // Whatever happened, all of the data is in one sound folder that nobody has to repair.
          expect(sound).toContain(true)
          if (entries(target).length > 0) expect(sound[0]).toBe(true)
          for (const name of staged()) {
            yield* Effect.promise(() =>
              import("node:fs/promises").then(({ rm }) => rm(path.join(place, name), { recursive: true }))
            )
          }
        }
        yield* restore({ from, target, replace: true })
        expect((yield* verify(target)).checked.assets).toBe(12)
      }).pipe(Effect.scoped),
    90_000
  )
})

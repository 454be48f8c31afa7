import { existsSync, readdirSync } from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import { Crash } from "../../../src/Server/Domain/Crash.js"
import type { Identity } from "../../../src/Server/Domain/Identity.js"
import { Policy, preview } from "../../../src/Server/Domain/Policy.js"
import { readPolicy } from "../../../src/Server/Http/PolicyFile.js"
import { Assets } from "../../../src/Server/Storage/Assets.js"
import { Database } from "../../../src/Server/Storage/Database.js"
import { DataFolder } from "../../../src/Server/Storage/DataFolder.js"
import { Jobs } from "../../../src/Server/Storage/Jobs.js"
import { Removals } from "../../../src/Server/Storage/Removals.js"
import * as Sqlite from "../../../src/Server/Storage/Sqlite.js"
import { home, makeMachine } from "../../../src/Testing/index.js"
import {
  brisk,
  dataFolder,
  layerMoney,
  layerStorageFolder,
  layerStorageMemory,
  type MoneyRooms,
  newcomer,
  Time
} from "../../support/MoneyService.js"
import { outcomeOf, pictureOf, requestOf } from "../../support/Uploads.js"
import { send, served, signUp, temporaryFolder } from "../Http/Served.js"

const noEngine = () => Effect.die("no engine is asked")
const inMemory = (dailyUploadBytes: number | null) =>
  layerMoney(layerStorageMemory, noEngine, { dailyUploadBytes })

const day = "2026-11-21"
const at = (time: string) => TestClock.setTime(Date.parse(`${day}T${time}Z`))
const usedOn = (identity: Identity, on = day) =>
  Effect.flatMap(Assets, (assets) => assets.uploadedOn(identity.organizationId, on))

describe("a day of uploads", () => {
  it.effect("is full at exactly its limit", () =>
    Effect.gen(function* () {
      yield* at("23:00:00.500")
      const identity = yield* newcomer(0)
      expect((yield* outcomeOf(identity, pictureOf(1, 700))).code).toBe("ok")
      expect(yield* outcomeOf(identity, pictureOf(2, 301), "k2")).toMatchObject({
        code: "DAILY_JOB_LIMIT_REACHED",
        details: {
          limit: 1_000,
          used: 700,
          asked: 301,
          unit: "bytes",
          resets_at: "2026-11-22T00:00:00.000Z"
        },
        recovery: { resets_at: "2026-11-22T00:00:00.000Z", retry_after_seconds: 3_600 }
      })
      // The refusal did not bind the key.
      expect((yield* outcomeOf(identity, pictureOf(3, 300), "k2")).code).toBe("ok")
      expect(yield* usedOn(identity)).toBe(1_000)
      expect((yield* outcomeOf(identity, pictureOf(4, 100))).code).toBe("DAILY_JOB_LIMIT_REACHED")
      // Each organization has its own.
      expect((yield* outcomeOf(yield* newcomer(0), pictureOf(4, 1_000))).code).toBe("ok")
    }).pipe(Effect.provide(inMemory(1_000)))
  )

  it.effect("counts neither a replay nor bytes that the organization has", () =>
    Effect.gen(function* () {
      yield* at("12:00:00")
      const identity = yield* newcomer(0)
      const first = yield* outcomeOf(identity, pictureOf(1, 1_000), "k")
      expect(first.code).toBe("ok")
      expect(yield* outcomeOf(identity, pictureOf(1, 1_000), "k")).toEqual({ ...first, replayed: true })
      for (const key of [undefined, "another"]) {
        const again = yield* outcomeOf(identity, pictureOf(1, 1_000), key)
        expect([again.code, again.replayed, again.asset === first.asset]).toEqual(["ok", false, false])
      }
      expect(yield* usedOn(identity)).toBe(1_000)
      // What another organization has is new to this one.
      const other = yield* newcomer(0)
      expect((yield* outcomeOf(other, pictureOf(1, 1_000))).code).toBe("ok")
      expect(yield* usedOn(other)).toBe(1_000)
    }).pipe(Effect.provide(inMemory(1_000)))
  )

  it.effect("gets nothing back by a deletion; what was deleted and comes again is stored anew", () =>
    Effect.gen(function* () {
      yield* at("12:00:00")
      const identity = yield* newcomer(0)
      const { asset } = yield* outcomeOf(identity, pictureOf(1, 600), "k")
      expect(yield* (yield* Assets).remove(identity.organizationId, asset ?? "")).toBe(true)
      expect(yield* usedOn(identity)).toBe(600)
      for (const [seed, key] of [
        [2, undefined],
        [1, undefined],
        [1, "k"]
      ] as const) {
        expect((yield* outcomeOf(identity, pictureOf(seed, 600), key)).code).toBe("DAILY_JOB_LIMIT_REACHED")
      }
      expect((yield* outcomeOf(identity, pictureOf(3, 400))).code).toBe("ok")
    }).pipe(Effect.provide(inMemory(1_000)))
  )

  it.effect("ends at midnight UTC", () =>
    Effect.gen(function* () {
      yield* at("23:59:59.999")
      const identity = yield* newcomer(0)
      expect((yield* outcomeOf(identity, pictureOf(1, 1_000))).code).toBe("ok")
      expect(yield* outcomeOf(identity, pictureOf(2, 1_000), "k")).toMatchObject({
        code: "DAILY_JOB_LIMIT_REACHED",
        recovery: { retry_after_seconds: 1 }
      })
      yield* TestClock.adjust(1)
      expect((yield* outcomeOf(identity, pictureOf(2, 1_000), "k")).code).toBe("ok")
      expect([yield* usedOn(identity), yield* usedOn(identity, "2026-11-22")]).toEqual([1_000, 1_000])
    }).pipe(Effect.provide(inMemory(1_000)))
  )

  it.effect("tells nobody to wait for room that no day has", () =>
    Effect.gen(function* () {
      const identity = yield* newcomer(0)
      const refused = yield* outcomeOf(identity, pictureOf(1, 1_001))
      expect([refused.code, refused.details?.["used"], refused.recovery]).toEqual([
        "DAILY_JOB_LIMIT_REACHED",
        0,
        {}
      ])
    }).pipe(Effect.provide(inMemory(1_000)))
  )

  it.effect("has no end without a limit, and is counted all the same", () =>
    Effect.gen(function* () {
      yield* at("12:00:00")
      const identity = yield* newcomer(0)
      yield* (yield* Assets).countUploaded(identity.organizationId, day, 1e15)
      expect((yield* outcomeOf(identity, pictureOf(1, 1_000))).code).toBe("ok")
      expect(yield* usedOn(identity)).toBe(1e15 + 1_000)
      // Uploads take no daily job (contract §7).
      expect(yield* (yield* Jobs).dailyUsed(identity.organizationId, day)).toBe(0)
    }).pipe(Effect.provide(inMemory(null)))
  )
})

describe("the policy", () => {
  it.effect("of serve allows 2 GB a day, the embedded one everything", () =>
    Effect.gen(function* () {
      expect(preview.dailyUploadBytes).toBe(2_000_000_000)
      expect((yield* Effect.provide(Policy, Policy.layerPreview())).dailyUploadBytes).toBe(2_000_000_000)
      expect((yield* Effect.provide(Policy, Policy.layerLocal)).dailyUploadBytes).toBeNull()
    })
  )

  it.effect("takes whole bytes or null", () =>
    Effect.gen(function* () {
      for (const value of [0, 1, 2_000_000_000, 1e15, null]) {
        const text = JSON.stringify({ daily_upload_bytes: value })
        expect(yield* readPolicy(text)).toEqual({ dailyUploadBytes: value })
      }
      for (const value of [-1, 1.5, "2GB", true, 1e15 + 1, {}]) {
        const refused = yield* Effect.flip(readPolicy(JSON.stringify({ daily_upload_bytes: value })))
        expect(refused).toMatchObject({ code: "INVALID_ARGUMENTS", details: { path: "daily_upload_bytes" } })
      }
      expect(yield* Effect.flip(readPolicy('{"daily_upload_byte": 1}'))).toMatchObject({
        recovery: { did_you_mean: "daily_upload_bytes" }
      })
    })
  )

  it.live("is checked, kept and shown by the admin commands", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({ dataFolder: yield* temporaryFolder })
      const file = `${home}/policy.json`
      const run = (words: string) => machine.run(words.split(" "))
      machine.files.put(file, '{"daily_upload_bytes": 5000000}')
      expect((yield* run(`admin policy check ${file}`)).exitCode).toBe(0)
      expect((yield* run("admin policy show")).envelope.data).toMatchObject({
        policy: { daily_upload_bytes: 2_000_000_000 }
      })
      expect((yield* run(`admin policy set ${file}`)).exitCode).toBe(0)
      expect((yield* run("admin policy show")).envelope.data).toMatchObject({
        named: ["daily_upload_bytes"],
        policy: { daily_upload_bytes: 5_000_000 }
      })
      machine.files.put(file, '{"daily_upload_bytes": "5 MB"}')
      expect((yield* run(`admin policy set ${file}`)).exitCode).toBe(2)
    }).pipe(Effect.scoped)
  )
})

const filesIn = (folder: string): ReadonlyArray<string> =>
  ["blobs", "a", "tmp"].flatMap((name) =>
    readdirSync(path.join(folder, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${name}/${entry.name}`)
  )

describe("over a socket", () => {
  it.live("a refusal is a 429 with exit 5 and the time to wait, and writes no file", () =>
    Effect.gen(function* () {
      const { address, dataFolder: folder } = yield* served({ policy: { dailyUploadBytes: 1_000 } })
      const { token } = yield* signUp(address)
      const upload = (seed: number, key: string) =>
        send(address, "POST", "/v1/upload", {
          token,
          body: requestOf(pictureOf(seed, 600)),
          headers: { "idempotency-key": key }
        })
      const first = yield* upload(1, "one")
      expect(first.status).toBe(200)
      const before = filesIn(folder)
      expect(before).toHaveLength(2)
      const refused = yield* upload(2, "two")
      expect([refused.status, refused.json.error.code, refused.headers["x-image-skill-exit-code"]]).toEqual([
        429,
        "DAILY_JOB_LIMIT_REACHED",
        "5"
      ])
      const { details, recovery, retryable } = refused.json.error
      expect(details).toMatchObject({ limit: 1_000, used: 600, asked: 600 })
      expect(retryable).toBe(false)
      expect(recovery.retry_after_seconds).toBeGreaterThan(0)
      expect(recovery.retry_after_seconds).toBeLessThanOrEqual(86_400)
      expect(refused.headers["retry-after"]).toBe(String(recovery.retry_after_seconds))
      expect(
        Math.abs(Date.parse(recovery.resets_at) - Date.now() - recovery.retry_after_seconds * 1_000)
      ).toBeLessThan(10_000)
      expect(filesIn(folder)).toEqual(before)
      const assets = yield* send(address, "GET", "/v1/assets", { token })
      expect(assets.json.data.assets).toHaveLength(1)
      const replayed = yield* upload(1, "one")
      expect([replayed.status, replayed.json.data.idempotent_replayed]).toEqual([200, true])
      // Creates go on: it is not their limit that is reached.
      const create = { prompt: "a fox", model: "local.canvas" }
      expect((yield* send(address, "POST", "/v1/create", { token, body: create })).status).toBe(200)
    }).pipe(Effect.scoped)
  )

  it.live("the command ends with 5 and says when the day ends", () =>
    Effect.gen(function* () {
      const service = yield* served({ policy: { dailyUploadBytes: 1_000 } })
      const { token } = yield* signUp(service.address)
      const machine = yield* makeMachine({
        env: { IMAGE_SKILL_API_BASE_URL: service.address, IMAGE_SKILL_TOKEN: token },
        service: ({ body, headers, method, url }) => {
          const { pathname, search } = new URL(url)
          const { host: _, "content-length": __, ...rest } = headers
          return Effect.map(
            send(service.address, method, `${pathname}${search}`, {
              headers: { ...rest, "content-length": String(body.length) },
              raw: Buffer.from(body)
            }),
            (answer) => ({
              status: answer.status,
              headers: Object.fromEntries(
                Object.entries(answer.headers).flatMap(([name, value]) =>
                  value === undefined ? [] : [[name, value]]
                )
              ),
              body: new Uint8Array(answer.bytes)
            })
          )
        }
      })
      machine.files.put(`${home}/one.png`, pictureOf(1, 600))
      machine.files.put(`${home}/two.png`, pictureOf(2, 600))
      expect((yield* machine.run(["upload", `${home}/one.png`])).exitCode).toBe(0)
      const refused = yield* machine.run(["upload", `${home}/two.png`])
      expect([refused.exitCode, refused.envelope.error?.code]).toEqual([5, "DAILY_JOB_LIMIT_REACHED"])
      expect(refused.envelope.error?.details).toMatchObject({ limit: 1_000, used: 600, asked: 600 })
      expect(refused.envelope.error?.recovery).toMatchObject({
        resets_at: expect.stringMatching(/T00:00:00\.000Z$/),
        retry_after_seconds: expect.any(Number)
      })
      // So does the edit that would have uploaded it first; it was not paid for.
      const edit = yield* machine.run(["edit", "--input", `${home}/two.png`, "--prompt", "brighter"])
      expect([edit.exitCode, edit.envelope.error?.code]).toEqual([5, "DAILY_JOB_LIMIT_REACHED"])
      const jobs = yield* send(service.address, "GET", "/v1/jobs", { token })
      expect(
        jobs.json.data.jobs.filter(({ operation }: { operation: string }) => operation === "edit")
      ).toEqual([])
    }).pipe(Effect.scoped)
  )
})

it.live("the embedded service has no limit, however much was uploaded", () =>
  Effect.gen(function* () {
    const machine = yield* makeMachine({ dataFolder: yield* temporaryFolder })
    machine.files.put(`${home}/one.png`, pictureOf(1, 600))
    machine.files.put(`${home}/two.png`, pictureOf(2, 600))
    expect((yield* machine.run(["upload", "--local", `${home}/one.png`])).exitCode).toBe(0)
    const changed = yield* Effect.flatMap(Database, ({ run, sql }) =>
      run(sql`UPDATE daily_uploads SET bytes = 1000000000000000 RETURNING day`)
    ).pipe(
      Effect.provide(
        Layer.provide(
          Database.layer,
          Sqlite.layer({ filename: path.join(machine.dataFolder, "image-skill.db") })
        )
      )
    )
    expect(changed).toHaveLength(1)
    expect((yield* machine.run(["upload", "--local", `${home}/two.png`])).exitCode).toBe(0)
  }).pipe(Effect.scoped)
)

describe("files that were written for an upload that was then refused", () => {
  /** Two uploads that both see room for one; the clock, and the files that the refused one left. */
  const outrun = Effect.gen(function* () {
    const root = yield* dataFolder
    const time = new Time(brisk)
    // Noon, so that no midnight comes in between.
    const noon = Date.parse(`${new Date().toISOString().slice(0, 10)}T12:00:00.000Z`)
    time.shift = noon - Date.now()
    const rooms = yield* Effect.flatMap(Effect.scope, (scope) =>
      Layer.buildWithScope(
        Removals.layer.pipe(
          Layer.provide(DataFolder.layer(root)),
          Layer.provideMerge(layerMoney(layerStorageFolder(root), noEngine, { dailyUploadBytes: 1_000 }))
        ),
        scope
      )
    )
    const on = <A, E>(effect: Effect.Effect<A, E, MoneyRooms | Removals>) =>
      Effect.provide(Effect.provide(effect, rooms), time.layer)
    const identity = yield* on(newcomer(0))
    const together = yield* Deferred.make<void>()
    let waiting = 0
    const crash = Context.make(Crash, {
      at: (point) => {
        if (point !== "upload_linked") return Effect.void
        waiting += 1
        return waiting < 2 ? Deferred.await(together) : Effect.asVoid(Deferred.succeed(together, undefined))
      }
    })
    const outcomes = yield* Effect.forEach(
      [1, 2],
      (seed) => Effect.provide(on(outcomeOf(identity, pictureOf(seed, 600), `k${seed}`)), crash),
      { concurrency: 2 }
    )
    const loser = outcomes.findIndex(({ code }) => code !== "ok") + 1
    expect(outcomes.map(({ code }) => code).toSorted()).toEqual(["DAILY_JOB_LIMIT_REACHED", "ok"])
    expect(filesIn(root)).toHaveLength(4)
    const collect = on(Effect.flatMap(Removals, (removals) => removals.collect))
    const hours = (count: number) =>
      Effect.sync(() => {
        time.shift += count * 3_600_000
      })
    return { collect, hours, identity, loser, on, root }
  })
  const notes = Effect.flatMap(Database, ({ run, sql }) =>
    Effect.map(run(sql`SELECT asset_id FROM leftovers`), (rows) => rows.length)
  )

  it.live("go after an hour", () =>
    Effect.gen(function* () {
      const { collect, hours, on, root } = yield* outrun
      expect([yield* collect, filesIn(root).length, yield* on(notes)]).toEqual([0, 4, 1])
      yield* hours(25)
      expect([yield* collect, filesIn(root).length, yield* on(notes)]).toEqual([1, 2, 0])
    }).pipe(Effect.scoped)
  )

  it.live("stay when they became an asset since", () =>
    Effect.gen(function* () {
      const { collect, hours, identity, loser, on, root } = yield* outrun
      yield* hours(24)
      const made = yield* on(outcomeOf(identity, pictureOf(loser, 600), `k${loser}`))
      expect(made.code).toBe("ok")
      expect(filesIn(root)).toHaveLength(4)
      yield* hours(2)
      expect([yield* collect, filesIn(root).length, yield* on(notes)]).toEqual([1, 4, 0])
      expect(existsSync(path.join(root, "a", `${made.asset}.png`))).toBe(true)
    }).pipe(Effect.scoped)
  )

  it.live("give up only their name while another asset shows the content", () =>
    Effect.gen(function* () {
      const { collect, hours, loser, on, root } = yield* outrun
      const other = yield* on(outcomeOf(yield* on(newcomer(0)), pictureOf(loser, 600)))
      expect(other.code).toBe("ok")
      expect(filesIn(root)).toHaveLength(5)
      yield* hours(2)
      expect([yield* collect, filesIn(root).length, yield* on(notes)]).toEqual([1, 4, 0])
      expect(existsSync(path.join(root, "a", `${other.asset}.png`))).toBe(true)
    }).pipe(Effect.scoped)
  )

  it.live("wait while somebody stores the same content again", () =>
    Effect.gen(function* () {
      const { collect, hours, loser, on, root } = yield* outrun
      yield* hours(24)
      // Here somebody has stored it, and not yet made an asset of it.
      const stopped = Context.make(Crash, {
        at: (point) => (point === "upload_linked" ? Effect.die("killed") : Effect.void)
      })
      const stranger = yield* on(newcomer(0))
      yield* Effect.exit(Effect.provide(on(outcomeOf(stranger, pictureOf(loser, 600))), stopped))
      const between = filesIn(root).length
      expect([yield* collect, filesIn(root).length, yield* on(notes)]).toEqual([0, between, 1])
      yield* hours(2)
      // Its own name goes with the content; that of whoever was killed is nobody's to know.
      expect([yield* collect, filesIn(root).length, yield* on(notes)]).toEqual([1, between - 2, 0])
    }).pipe(Effect.scoped)
  )
})

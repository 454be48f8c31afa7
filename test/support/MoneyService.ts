import { createHash } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import type { SqlError } from "@effect/sql/SqlError"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { type ArtifactStorage, failure } from "../../src/Errors.js"
import { Credits } from "../../src/Schema/Money.js"
import { AssetUrls } from "../../src/Server/Domain/AssetUrls.js"
import { Catalog } from "../../src/Server/Domain/Catalog/Catalog.js"
import { Driver } from "../../src/Server/Domain/Driver.js"
import type { Identity } from "../../src/Server/Domain/Identity.js"
import { Policy } from "../../src/Server/Domain/Policy.js"
import { Providers } from "../../src/Server/Providers/Provider.js"
import { Activity } from "../../src/Server/Storage/Activity.js"
import { Assets } from "../../src/Server/Storage/Assets.js"
import { Blobs } from "../../src/Server/Storage/Blobs.js"
import { Database } from "../../src/Server/Storage/Database.js"
import { DataFolder } from "../../src/Server/Storage/DataFolder.js"
import { Jobs } from "../../src/Server/Storage/Jobs.js"
import { Ledger } from "../../src/Server/Storage/Ledger.js"
import { migrate } from "../../src/Server/Storage/Migrator.js"
import { OwnerLock } from "../../src/Server/Storage/OwnerLock.js"
import * as Sqlite from "../../src/Server/Storage/Sqlite.js"
import { migrations } from "../../src/Server/Storage/Tables.js"
import { Vault } from "../../src/Server/Storage/Vault.js"
import { Entropy } from "../../src/Services/Entropy.js"
import { moneyModels, providersOf, type Wire } from "./MoneyProviders.js"

const realClock = Clock.make()

/** A clock that a test moves. */
export class Time {
  shift = 0
  readonly layer: Layer.Layer<never>
  /** How a pause is spent; without, it takes as long as it says. */
  constructor(pause: (duration: Duration.Duration) => Effect.Effect<void> = realClock.sleep) {
    this.layer = Layer.setClock({
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      unsafeCurrentTimeNanos: () => realClock.unsafeCurrentTimeNanos(),
      currentTimeNanos: realClock.currentTimeNanos,
      unsafeCurrentTimeMillis: () => Date.now() + this.shift,
      currentTimeMillis: Effect.sync(() => Date.now() + this.shift),
      sleep: pause
    })
  }
}

const short = (duration: Duration.Duration): boolean => Duration.toMillis(duration) <= 200

/** Short pauses between tries vanish; never where several processes wait for each other. */
export const hurried = (duration: Duration.Duration): Effect.Effect<void> =>
  short(duration) ? Effect.yieldNow() : realClock.sleep(duration)

/** Short pauses take a millisecond, so that whoever is waited for comes on. */
export const brisk = (duration: Duration.Duration): Effect.Effect<void> =>
  realClock.sleep(short(duration) ? Duration.millis(1) : duration)

/** Content in memory, where files are not what is tested. */
export const layerBlobsMemory = Layer.sync(Blobs, () => {
  const content = new Map<string, Uint8Array>()
  return {
    put: (bytes: Uint8Array) =>
      Effect.sync(() => {
        const sha256 = createHash("sha256").update(bytes).digest("hex")
        content.set(sha256, bytes)
        return { sha256, bytes: bytes.length }
      }),
    link: (_: string, extension: string, assetId: string) => Effect.succeed(`/${assetId}.${extension}`),
    read: (sha256: string) =>
      Effect.suspend(() => {
        const bytes = content.get(sha256)
        return bytes === undefined
          ? Effect.fail(failure("ASSET_INTEGRITY_FAILED", "missing"))
          : Effect.succeed(bytes)
      }),
    stream: () => {
      throw new Error("not used")
    },
    span: () => {
      throw new Error("not used")
    },
    unlinkAsset: () => Effect.void,
    room: Effect.succeed(Number.POSITIVE_INFINITY),
    sweepTemp: () => Effect.succeed(0)
  }
})

const layerLockMemory = Layer.succeed(OwnerLock, {
  owner: `owner_${"0".repeat(24)}`,
  isAlive: () => Effect.succeed(false),
  sweep: Effect.succeed(0)
})

const layerUrls = Layer.succeed(AssetUrls, {
  urlOf: (id: string, extension: string) => `file:///${id}.${extension}`,
  mediaOrigin: null
})

const quiet = Logger.replace(Logger.defaultLogger, Logger.none)

const tables = (filename: string) =>
  Layer.effectDiscard(migrate(migrations)).pipe(Layer.provideMerge(Sqlite.layer({ filename })))

const rooms = Layer.mergeAll(Ledger.layer, Activity.layer, Jobs.layer, Assets.layer).pipe(
  Layer.provideMerge(Database.layer)
)

/** What the operator of a test allows. */
export interface Allowed {
  readonly dailyJobs?: number
  readonly dailyUploadBytes?: number | null
}

/** The service over storage: driver, catalog, policy and the emulated providers. */
export const layerService = (wire: Wire, { dailyJobs = 1_000_000, dailyUploadBytes = null }: Allowed) =>
  Driver.layer.pipe(
    Layer.provideMerge(Catalog.layer(moneyModels)),
    Layer.provideMerge(
      Layer.mergeAll(
        Layer.succeed(Providers, { providers: providersOf(wire) }),
        Layer.succeed(Policy, {
          previewCredits: Credits.make(0),
          dailyJobs,
          dailyUploadBytes,
          marginPercent: 40,
          defaultProviders: null
        } as typeof Policy.Service)
      )
    )
  )

const layerDatabaseMemory = Layer.provide(
  tables(":memory:"),
  DataFolder.layer(path.join(tmpdir(), `money-${process.pid}`))
)

/** Storage without files: one database in memory, content in memory, one process. */
export const layerStorageMemory = rooms.pipe(
  Layer.provideMerge(layerDatabaseMemory),
  Layer.provideMerge(Layer.mergeAll(layerBlobsMemory, layerLockMemory, Vault.layerTest, layerUrls)),
  Layer.provideMerge(Entropy.layer)
)

/** Storage in memory in which every call can fail: `pass` runs before each query, begin and piece of content, and after each commit's work. */
export const layerStorageFailing = (pass: Effect.Effect<void, ArtifactStorage>) => {
  const database = Layer.map(Database.layer, (context) => {
    const { run, sql, transaction } = Context.get(context, Database)
    return Context.make(Database, {
      sql,
      run: <A, R>(effect: Effect.Effect<A, SqlError, R>) => Effect.zipRight(pass, run(effect)),
      transaction: <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.zipRight(pass, transaction(Effect.zipLeft(effect, pass)))
    })
  })
  const blobs = Layer.map(layerBlobsMemory, (context) => {
    const content = Context.get(context, Blobs)
    return Context.make(Blobs, {
      ...content,
      put: (...put) => Effect.zipRight(pass, content.put(...put)),
      link: (...link) => Effect.zipRight(pass, content.link(...link)),
      read: (...read) => Effect.zipRight(pass, content.read(...read))
    })
  })
  return Layer.mergeAll(Ledger.layer, Activity.layer, Jobs.layer, Assets.layer).pipe(
    Layer.provideMerge(database),
    Layer.provideMerge(layerDatabaseMemory),
    Layer.provideMerge(Layer.mergeAll(blobs, layerLockMemory, Vault.layerTest, layerUrls)),
    Layer.provideMerge(Entropy.layer)
  )
}

/** Storage in a real data folder, as the product has it. */
export const layerStorageFolder = (root: string) =>
  rooms.pipe(
    Layer.provideMerge(Layer.unwrapEffect(Effect.map(DataFolder, ({ database }) => tables(database)))),
    Layer.provideMerge(Layer.mergeAll(Blobs.layer, Vault.layer, OwnerLock.layer, AssetUrls.layerFiles)),
    Layer.provideMerge(Layer.mergeAll(Entropy.layer, DataFolder.layer(root)))
  )

// What a power loss would take is not tested here, and waiting for the disk is most of a run.
const layerUnsynced = Layer.effectDiscard(
  Effect.flatMap(Sqlite.Sqlite, ({ exec }) => exec("PRAGMA synchronous=OFF"))
)

/** A database in a real file with locks of its own; content is the caller's, so that several can share it. */
export const layerStorageFile = (root: string, blobs: Context.Tag.Service<Blobs>) =>
  rooms.pipe(
    Layer.provideMerge(
      Layer.unwrapEffect(
        Effect.map(DataFolder, ({ database }) => Layer.provideMerge(layerUnsynced, tables(database)))
      )
    ),
    Layer.provideMerge(
      Layer.mergeAll(Layer.succeed(Blobs, blobs), Vault.layerTest, OwnerLock.layer, AssetUrls.layerFiles)
    ),
    Layer.provideMerge(Layer.mergeAll(Entropy.layer, DataFolder.layer(root)))
  )

/** The rooms of storage. */
export type StorageRooms =
  | Ledger
  | Activity
  | Jobs
  | Assets
  | Database
  | Blobs
  | OwnerLock
  | Vault
  | AssetUrls
  | Entropy

/** Everything of a service that these tests use, with the emulated providers behind a wire. */
export const layerMoney = <E, R>(
  storage: Layer.Layer<StorageRooms, E, R>,
  wire: Wire,
  allowed: Allowed = {}
) => layerService(wire, allowed).pipe(Layer.provideMerge(storage), Layer.provideMerge(quiet))

/** The rooms of `layerMoney`. */
export type MoneyRooms = Layer.Layer.Success<ReturnType<typeof layerMoney>>

let organizations = 0

/** A new organization with its agent and so many free credits. */
export const newcomer = (credits: number, prefix = `${process.pid}`) =>
  Effect.gen(function* () {
    organizations += 1
    const name = `${prefix}x${organizations}`
    const { run, sql } = yield* Database
    const ledger = yield* Ledger
    const identity: Identity = {
      actorType: "agent",
      agentId: `agt_${name}`,
      organizationId: `org_${name}`,
      claimState: "unclaimed",
      tokenClass: "test",
      grants: ["read", "create", "edit", "upload"]
    }
    yield* run(sql`INSERT INTO organizations (id, claim_state, created_at)
      VALUES (${identity.organizationId}, 'unclaimed', 0)`)
    yield* ledger.open(identity.organizationId)
    yield* ledger.grant(identity.organizationId, Credits.make(credits), "promo", "preview")
    return identity
  })

/** A folder for one test, removed with its scope. */
export const dataFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(path.join(tmpdir(), "money-"))),
  (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
)

/** All rows of the tables that the oracle reads. */
export const readRows = (tables: ReadonlyArray<string>) =>
  Effect.flatMap(Database, ({ run, sql }) =>
    Effect.forEach(tables, (table) =>
      Effect.map(
        run(sql.unsafe<Record<string, unknown>>(`SELECT * FROM ${table}`)),
        (rows) => [table, rows] as const
      )
    )
  ).pipe(Effect.map((pairs) => Object.fromEntries(pairs)))

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Deadlines } from "../Services/Deadlines.js"
import type { CommandRunner } from "../Services/CommandRunner.js"
import { Entropy } from "../Services/Entropy.js"
import { Env } from "../Services/Env.js"
import { Observer } from "../Services/Observer.js"
import { beneath, build, followedBy, layerContext } from "../Stack.js"
import { Authenticator } from "./Authenticator.js"
import { Dispatch } from "./Dispatch.js"
import { AssetUrls } from "./Domain/AssetUrls.js"
import { Catalog } from "./Domain/Catalog/Catalog.js"
import { allModels } from "./Domain/Catalog/Models.js"
import { Driver } from "./Domain/Driver.js"
import { Stripe } from "./Domain/Payments/Stripe.js"
import { layerStripe } from "./Domain/Payments/StripeClient.js"
import { Policy } from "./Domain/Policy.js"
import { RateLimits } from "./Domain/RateLimits.js"
import type { Manual } from "./Manual.js"
import { layerProviders } from "./Providers/Vendors.js"
import { Activity } from "./Storage/Activity.js"
import { Assets } from "./Storage/Assets.js"
import { Blobs } from "./Storage/Blobs.js"
import { Database } from "./Storage/Database.js"
import { DataFolder } from "./Storage/DataFolder.js"
import { Identities } from "./Storage/Identities.js"
import { Jobs } from "./Storage/Jobs.js"
import { Ledger } from "./Storage/Ledger.js"
import { refuseLostDatabase } from "./Storage/LostDatabase.js"
import { migrate } from "./Storage/Migrator.js"
import { OwnerLock } from "./Storage/OwnerLock.js"
import { Payments } from "./Storage/Payments.js"
import { Removals } from "./Storage/Removals.js"
import { Reversals } from "./Storage/Reversals.js"
import * as Sqlite from "./Storage/Sqlite.js"
import { migrations } from "./Storage/Tables.js"
import { Tokens } from "./Storage/Tokens.js"
import { Vault } from "./Storage/Vault.js"

const database = layerContext(
  Effect.gen(function* () {
    yield* refuseLostDatabase
    const sqlite = yield* build(Sqlite.layer({ filename: (yield* DataFolder).database }))
    yield* Effect.provide(migrate(migrations), sqlite)
    return sqlite
  })
)

/** The service's storage in a data folder: database, blobs, secret, locks. */
export const layerStorage = Entropy.layer.pipe(
  followedBy(Blobs.layer),
  followedBy(Vault.layer),
  followedBy(OwnerLock.layer),
  followedBy(database),
  followedBy(Database.layer),
  followedBy(Ledger.layer),
  followedBy(Activity.layer),
  followedBy(Jobs.layer),
  followedBy(Assets.layer),
  followedBy(Identities.layer),
  followedBy(Payments.layer),
  followedBy(Removals.layer),
  followedBy(Reversals.layer),
  followedBy(Tokens.layer)
)

/** The environment and the deadlines by which engines are configured and asked. */
export type Machine = Layer.Layer<Env | Deadlines>

/** This process's own. */
export const machineProcess: Machine = Layer.merge(Env.layerProcess, Deadlines.layer)

/** What the embedded and the served way in share, over storage, policy and addresses. */
const layerService = layerProviders.pipe(
  followedBy(Catalog.layer(allModels)),
  beneath(Driver.layer.pipe(followedBy(Dispatch.layer)))
)

// Stripe could not tell it of a payment, and its one user has credits enough.
const layerNoSales = Stripe.layerNone("the embedded service sells nothing: Stripe could not reach it")

/** The embedded service on a data folder: the machine's user is the actor, assets are files (contract §9). */
export const layerEmbedded = (root: string, machine: Machine = machineProcess) =>
  DataFolder.layer(root).pipe(
    followedBy(layerStorage),
    followedBy(Policy.layerLocal),
    followedBy(AssetUrls.layerFiles),
    followedBy(RateLimits.layer),
    followedBy(Authenticator.layerLocalUser),
    followedBy(layerNoSales),
    // On top, so that what a program replaced in its machine counts.
    followedBy(machine),
    beneath(layerService)
  )

/** The service of many agents on a data folder: tokens tell them apart, assets are under the public address (contract §6). */
export const layerServed = (
  root: string,
  publicUrl: () => string,
  policy: Layer.Layer<Policy>,
  machine: Machine = machineProcess,
  commands: Layer.Layer<CommandRunner> | Layer.Layer<never> = Layer.empty,
  manual: Layer.Layer<Manual> | Layer.Layer<never> = Layer.empty
) =>
  layerService.pipe(
    Layer.provide(Layer.mergeAll(commands, manual)),
    Layer.provideMerge(layerStripe(publicUrl)),
    Layer.provideMerge(Observer.layer),
    Layer.provide(machine),
    Layer.provide(Authenticator.layerTokens),
    Layer.provide(RateLimits.layer),
    Layer.provide(AssetUrls.layerPublic(publicUrl)),
    Layer.provide(policy),
    Layer.merge(Layer.effectDiscard(Sqlite.keepLongLog)),
    Layer.provideMerge(layerStorage),
    Layer.provideMerge(DataFolder.layer(root))
  )

import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as fc from "fast-check"
import { Blobs } from "../../src/Server/Storage/Blobs.js"
import { Engine } from "./MoneyEngine.js"
import {
  audit,
  commands,
  freshModel,
  type Model,
  type Real,
  realOf,
  shrinkingCommands
} from "./MoneyModel.js"
import {
  brisk,
  dataFolder,
  hurried,
  layerBlobsMemory,
  layerService,
  layerStorageFile,
  layerStorageMemory,
  newcomer,
  type StorageRooms,
  Time
} from "./MoneyService.js"

/** What an organization may spend. */
export interface Limits {
  readonly credits: number
  readonly daily: number
}

/** Wallets and days that some runs exhaust and some do not. */
export const limits: fc.Arbitrary<Limits> = fc.record({
  credits: fc.constantFrom(10, 60, 400, 2_000),
  daily: fc.constantFrom(3, 12, 1_000)
})

type Program = Iterable<fc.AsyncCommand<Model, Real>>

const open = <E, R>(layer: Layer.Layer<StorageRooms, E, R>) =>
  Effect.flatMap(Effect.scope, (scope) => Layer.buildWithScope(layer, scope))

const modelRun = (
  storages: ReadonlyArray<Context.Context<StorageRooms>>,
  time: Time,
  { credits, daily }: Limits,
  program: Program
) =>
  Effect.gen(function* () {
    const engine = new Engine()
    const identity = yield* Effect.provide(newcomer(credits), storages[0] as Context.Context<StorageRooms>)
    const service = layerService((call) => Effect.sync(() => engine.handle(call)), { dailyJobs: daily })
    const real = yield* Effect.acquireRelease(
      Effect.promise(() => realOf({ storages, service, engine, time, identity })),
      ({ close }) => Effect.promise(close)
    )
    const model = freshModel(credits, daily)
    yield* Effect.promise(async () => {
      await fc.asyncModelRun(() => ({ model, real }), program)
      await audit(real, model)
    })
  })

/** One run over one database in memory. */
export const runInMemory = (limits: Limits, program: Program): Promise<void> =>
  run(
    Effect.flatMap(open(layerStorageMemory), (storage) =>
      modelRun([storage], new Time(hurried), limits, program)
    )
  )

/** One run over a real database file that two services have open, each as a process of its own would. */
export const runOnFile = (limits: Limits, program: Program): Promise<void> =>
  run(
    Effect.gen(function* () {
      const root = yield* dataFolder
      const blobs = Context.get(
        yield* Effect.flatMap(Effect.scope, (scope) => Layer.buildWithScope(layerBlobsMemory, scope)),
        Blobs
      )
      const one = yield* open(layerStorageFile(root, blobs))
      const other = yield* open(layerStorageFile(root, blobs))
      yield* modelRun([one, other], new Time(brisk), limits, program)
    })
  )

const run = (effect: Effect.Effect<void, unknown, Scope.Scope>): Promise<void> =>
  Effect.runPromise(Effect.scoped(effect))

const seed = Number(process.env["MONEY_SEED"] ?? Date.now() % 1_000_000_000)
/** How many commands a run has. */
export const usualLength = Number(process.env["MONEY_COMMANDS"] ?? 40)
// A failure is found fastest with few commands: set MONEY_SHRINK and the seed that failed.
const shrink = process.env["MONEY_SHRINK"] !== undefined

/** Checks a property as often as is usual, or as MONEY_RUNS says; a failure names the seed by which it comes again. */
export const holds = async <A>(
  name: string,
  property: fc.IAsyncProperty<A>,
  usual: number
): Promise<void> => {
  const runs = Number(process.env["MONEY_RUNS"] ?? usual)
  const before = process.cpuUsage()
  await fc.assert(property, { seed, numRuns: runs, endOnFailure: !shrink })
  const { system, user } = process.cpuUsage(before)
  const each = Math.round((user + system) / 1_000 / runs)
  process.stdout.write(`${runs} runs x ${usualLength} ${name}, seed ${seed}: ${each} ms of processor each\n`)
}

/** That any so many commands, one after the other, leave the money right. */
export const sequential = (
  runOne: (limits: Limits, program: Program) => Promise<void>,
  length = usualLength
): fc.IAsyncProperty<[Limits, Program]> =>
  fc.asyncProperty(limits, shrink ? shrinkingCommands(length) : commands(length), runOne)

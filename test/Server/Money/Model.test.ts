import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as fc from "fast-check"
import { it } from "vitest"
import { Engine } from "../../support/MoneyEngine.js"
import { audit, commands, shrinkingCommands, freshModel, realOf, visited } from "../../support/MoneyModel.js"
import {
  dataFolder,
  layerService,
  layerStorageFolder,
  layerStorageMemory,
  newcomer,
  type StorageRooms,
  Time
} from "../../support/MoneyService.js"

const seed = Number(process.env["MONEY_SEED"] ?? Date.now() % 1_000_000_000)
const runs = Number(process.env["MONEY_RUNS"] ?? 250)
const fileRuns = Math.max(3, Math.floor(runs / 50))
const length = Number(process.env["MONEY_COMMANDS"] ?? 40)

// A failure is found fastest with few commands: set MONEY_SHRINK and the seed that failed.
const shrink = process.env["MONEY_SHRINK"] !== undefined
const programs = shrink ? shrinkingCommands(length) : commands(length)

const oneRun = async (
  layer: Layer.Layer<StorageRooms, unknown>,
  limits: { readonly credits: number; readonly daily: number },
  program: Iterable<fc.AsyncCommand<ReturnType<typeof freshModel>, Awaited<ReturnType<typeof realOf>>>>
): Promise<void> => {
  const scope = Effect.runSync(Scope.make())
  const storage = await Effect.runPromise(Layer.buildWithScope(layer, scope))
  const engine = new Engine()
  const time = new Time()
  const wire = (call: Parameters<Engine["handle"]>[0]) => Effect.sync(() => engine.handle(call))
  const identity = await Effect.runPromise(Effect.provide(newcomer(limits.credits), storage))
  const real = await realOf({
    storage,
    service: layerService(wire, { dailyJobs: limits.daily }),
    engine,
    time,
    identity
  })
  try {
    const model = freshModel(limits.credits, limits.daily)
    await fc.asyncModelRun(() => ({ model, real }), program)
    await audit(real, model)
  } finally {
    await real.close()
    await Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

const limits = fc.record({
  credits: fc.constantFrom(10, 60, 400, 2_000),
  daily: fc.constantFrom(3, 12, 1_000)
})

it(`any ${length} commands leave the money right: ${runs} runs in memory (seed ${seed})`, async () => {
  const start = Date.now()
  await fc.assert(
    fc.asyncProperty(limits, programs, (limit, program) =>
      oneRun(layerStorageMemory, limit, program as never)
    ),
    { seed, numRuns: runs, endOnFailure: !shrink }
  )
  process.stdout.write(
    `${runs} runs x ${length} commands in memory, seed ${seed}: ${Date.now() - start} ms\n`
  )
  process.stdout.write(`${[...visited].map(([name, count]) => `${name} ${count}`).join(", ")}\n`)
}, 600_000)

it(`the same on a real database file (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(limits, programs, (limit, program) =>
      Effect.runPromise(
        Effect.scoped(
          Effect.flatMap(dataFolder, (root) =>
            Effect.promise(() => oneRun(layerStorageFolder(root), limit, program as never))
          )
        )
      )
    ),
    { seed, numRuns: fileRuns, endOnFailure: true }
  )
}, 600_000)

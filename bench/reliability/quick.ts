import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as fc from "fast-check"
import { Engine } from "../../test/support/MoneyEngine.js"
import { audit, commands, freshModel, realOf, visited } from "../../test/support/MoneyModel.js"
import { layerService, layerStorageMemory, newcomer, Time } from "../../test/support/MoneyService.js"

const [runs = "100", length = "40", seedText = "1"] = process.argv.slice(2)
const seed = Number(seedText)
const limits = fc.record({
  credits: fc.constantFrom(10, 60, 400, 2_000),
  daily: fc.constantFrom(3, 12, 1_000)
})

/** Runs the property and writes one line of JSON: how much ran, and what broke. */
const details = await fc.check(
  fc.asyncProperty(limits, commands(Number(length)), async (limit, program) => {
    const scope = Effect.runSync(Scope.make())
    const storage = await Effect.runPromise(Layer.buildWithScope(layerStorageMemory, scope))
    const engine = new Engine()
    const identity = await Effect.runPromise(Effect.provide(newcomer(limit.credits), storage))
    const real = await realOf({
      storage,
      service: layerService((call) => Effect.sync(() => engine.handle(call)), { dailyJobs: limit.daily }),
      engine,
      time: new Time(),
      identity
    })
    const model = freshModel(limit.credits, limit.daily)
    try {
      await fc.asyncModelRun(() => ({ model, real }), program)
      await audit(real, model)
    } finally {
      await real.close()
      await Effect.runPromise(Scope.close(scope, Exit.void))
    }
  }),
  { seed, numRuns: Number(runs), endOnFailure: true }
)

process.stdout.write(
  `${JSON.stringify({
    seed,
    runs: details.numRuns,
    commands: [...visited]
      .filter(([name]) => !name.startsWith("job "))
      .reduce((sum, [, count]) => sum + count, 0),
    failed: details.failed,
    why: details.failed ? String(details.errorInstance).slice(0, 400) : null
  })}\n`
)

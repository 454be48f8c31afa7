import * as fc from "fast-check"
import { concurrent } from "../../test/support/MoneyInterleaving.js"
import { visited } from "../../test/support/MoneyModel.js"
import { runInMemory, sequential } from "../../test/support/MoneyRun.js"

const [runs = "100", interleavings = "10", length = "40", seedText = "1"] = process.argv.slice(2)
const seed = Number(seedText)

const check = async <A>(property: fc.IAsyncProperty<A>, numRuns: number) => {
  const {
    errorInstance,
    failed,
    numRuns: ran
  } = await fc.check(property, { seed, numRuns, endOnFailure: true })
  return { runs: ran, why: failed ? String(errorInstance).slice(0, 4000) : null }
}

/** Runs both properties and writes one line of JSON: how much ran, and what broke. */
const one = await check(sequential(runInMemory, Number(length)), Number(runs))
const many = await check(concurrent(Number(length)), Number(interleavings))
const commands = [...visited]
  .filter(([name]) => !name.startsWith("job "))
  .reduce((sum, [, count]) => sum + count, 0)

process.stdout.write(
  `${JSON.stringify({
    seed,
    runs: one.runs,
    commands,
    interleavings: many.runs,
    deeds: many.runs * Number(length),
    failed: one.why !== null || many.why !== null,
    why: one.why ?? many.why
  })}\n`
)

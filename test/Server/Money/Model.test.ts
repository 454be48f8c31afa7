import { it } from "vitest"
import { visited } from "../../support/MoneyModel.js"
import { holds, runInMemory, sequential } from "../../support/MoneyRun.js"

it("any commands leave the money right: one database in memory", async () => {
  await holds("commands in memory", sequential(runInMemory), 600)
  process.stdout.write(`${[...visited].map(([name, count]) => `${name} ${count}`).join(", ")}\n`)
}, 600_000)

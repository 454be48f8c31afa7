import { it } from "vitest"
import { holds, runOnFile, sequential } from "../../support/MoneyRun.js"

it("any commands leave the money right: two services on one database file", async () => {
  await holds("commands on a file", sequential(runOnFile), 400)
}, 600_000)

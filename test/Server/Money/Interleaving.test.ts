import { it } from "vitest"
import { concurrent } from "../../support/MoneyInterleaving.js"
import { holds } from "../../support/MoneyRun.js"

it("what two services do at once leaves the money right, in any interleaving", async () => {
  await holds("interleaved deeds", concurrent(), 200)
}, 600_000)

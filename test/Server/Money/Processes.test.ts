import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { expect, it } from "vitest"
import type { Work } from "../../support/MoneyChild.js"
import { Engine } from "../../support/MoneyEngine.js"
import { buildChild, runChild, serveEngine, verdictOf } from "../../support/MoneySupervisor.js"

it("two processes race for the same keys on one file: each key is submitted and debited once", async () => {
  const script = buildChild(undefined, `processes-${process.pid}`)
  const folder = mkdtempSync(path.join(tmpdir(), "money-two-"))
  const engine = new Engine()
  const server = await serveEngine(engine)
  try {
    const work = Array.from(
      { length: 40 },
      (_, index): Work => ({
        kind: index % 5 === 0 ? "edit" : "create",
        key: `k${index}`,
        model: ["unsafe", "lookup", "safe", "metered"][index % 4] ?? "safe",
        prompt: JSON.stringify({ does: "deliver" }),
        count: 1
      })
    )
    const orders = { root: folder, port: server.port, credits: 10_000, work, parallel: 4 }
    const ends = await Promise.all([runChild(script, orders), runChild(script, orders)])
    expect(ends.map(({ errors }) => errors)).toEqual(["", ""])
    const [one, two] = ends.map(({ said }) => new Map(said.map((answer) => [answer.key, answer])))
    for (const { key } of work) {
      expect([one?.get(key)?.code, two?.get(key)?.code]).toEqual(["", ""])
      expect(one?.get(key)?.job).toBe(two?.get(key)?.job)
      expect(one?.get(key)?.assets).toEqual(two?.get(key)?.assets)
    }
    expect([...engine.jobs.values()].map(({ submissions }) => submissions)).toEqual(work.map(() => 1))
    expect(
      verdictOf(
        folder,
        engine.jobs,
        ends.flatMap(({ said }) => said)
      )
    ).toEqual([])
  } finally {
    server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)

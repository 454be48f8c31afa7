import { expect, it } from "vitest"
import { crashPoints } from "../../../src/Server/Domain/Crash.js"
import { buildChild, cells, runCell } from "../../support/MoneySupervisor.js"

it("kill -9 at every point, recovered by the same key: one submission, one debit, one set of events", async () => {
  const script = buildChild()
  const queue = [...cells]
  const wrong: Array<string> = []
  let slowest = 0
  const worker = async () => {
    for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
      const result = await runCell(script, cell)
      slowest = Math.max(slowest, result.recoveryMs)
      wrong.push(
        ...result.wrong.map((what) => `${cell.point} (${cell.work.kind} ${cell.work.model}): ${what}`)
      )
    }
  }
  await Promise.all([worker(), worker()])
  expect(wrong).toEqual([])
  expect(crashPoints.length).toBeGreaterThanOrEqual(22)
  process.stdout.write(
    `${cells.length} kills at ${crashPoints.length} points; slowest recovery ${slowest} ms\n`
  )
}, 180_000)

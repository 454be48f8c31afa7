import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import {
  buildChild,
  cells,
  rowsOf,
  runCell,
  runChild,
  serveEngine,
  verdictOf
} from "../../test/support/MoneySupervisor.js"
import type { Said, Work } from "../../test/support/MoneyChild.js"
import { Engine } from "../../test/support/MoneyEngine.js"

const [rootFolder = "", timesText = "1", kills = "6", creates = "500"] = process.argv.slice(2)
const script = buildChild(rootFolder, "bench-child")

const report = {
  injected: 0,
  survived: 0,
  creates_acknowledged: 0,
  wrong: [] as Array<string>,
  slowest_recovery_ms: 0
}

const queue = Array.from({ length: Number(timesText) }, () => cells).flat()
const worker = async () => {
  for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
    const result = await runCell(script, cell)
    report.injected += 1
    report.creates_acknowledged += result.acknowledged
    report.slowest_recovery_ms = Math.max(report.slowest_recovery_ms, result.recoveryMs)
    if (result.wrong.length === 0) report.survived += 1
    report.wrong.push(
      ...result.wrong.map((what) => `${cell.point} (${cell.work.kind} ${cell.work.model}): ${what}`)
    )
  }
}
await Promise.all([worker(), worker()])

// Two processes at a time on one folder, killed at random moments, until everything that was asked for is acknowledged.
const folder = mkdtempSync(path.join(tmpdir(), "money-bench-"))
const engine = new Engine()
const server = await serveEngine(engine)
const models = ["safe", "lookup", "unsafe", "metered"]
const works = Array.from(
  { length: Number(creates) },
  (_, index): Work => ({
    kind: "create",
    key: `bench-${index}`,
    model: models[index % models.length] ?? "safe",
    prompt: JSON.stringify({ does: "deliver" }),
    count: 1 + (index % 2)
  })
)
const acknowledged = new Map<string, Said>()
let killed = 0
let errors = ""
const round = async (dieMs: number | undefined) => {
  const open = works.filter(({ key }) => !acknowledged.has(key)).slice(0, 250)
  // Both do the same works at once: one key, two processes.
  const ends = await Promise.all(
    [open, [...open].reverse()].map((work, index) =>
      runChild(script, {
        root: folder,
        port: server.port,
        credits: 1_000_000,
        parallel: 4,
        work,
        ...(dieMs === undefined ? {} : { dieMs: dieMs + index * 150 })
      })
    )
  )
  for (const end of ends) {
    if (end.killed) killed += 1
    errors += end.errors
    for (const said of end.said) {
      // An outcome that nobody can know is an answer too; it is not asked for again.
      if (said.ok || said.code === "PROVIDER_OUTCOME_UNKNOWN") acknowledged.set(said.key, said)
    }
  }
}
for (let index = 0; index < Number(kills); index++) await round(500 + Math.floor(Math.random() * 900))
for (let index = 0; index < 12 && acknowledged.size < works.length; index++) await round(undefined)
await runChild(script, {
  root: folder,
  port: server.port,
  credits: 0,
  shift: 25 * 3_600_000,
  work: [{ kind: "expire", key: "x", model: "safe", prompt: "", count: 1 }]
})
const wrong = verdictOf(folder, engine.jobs, [...acknowledged.values()])
const unknown = [...acknowledged.values()].filter(({ ok }) => !ok).length
const jobs = rowsOf(folder)["jobs"]?.length ?? 0
report.injected += killed
report.survived += wrong.length === 0 ? killed : 0
report.creates_acknowledged += acknowledged.size
report.wrong.push(...wrong.map((what) => `two processes: ${what}`))
if (acknowledged.size < works.length)
  report.wrong.push(
    `two processes: ${works.length - acknowledged.size} never answered: ${errors.slice(0, 300)}`
  )
server.stop()
rmSync(folder, { recursive: true, force: true })
process.stdout.write(
  `${JSON.stringify({ ...report, cells: cells.length, random_kills: killed, unknown_outcomes: unknown, jobs })}\n`
)

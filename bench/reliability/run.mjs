// Writes report.json: what was injected, what survived, and every way in which something may be lost. All of them must be 0.
import { execFile } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import esbuild from "esbuild"

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.resolve(here, "../..")
const quick = process.argv.includes("--quick")
const cache = path.join(root, "node_modules/.cache/money")
mkdirSync(cache, { recursive: true })

const run = async (name, ...args) => {
  const outfile = path.join(cache, `bench-${name}.mjs`)
  await esbuild.build({
    entryPoints: [path.join(here, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["libsql", "sharp", "esbuild"],
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);"
    },
    logLevel: "error"
  })
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [outfile, ...args.map(String)], { maxBuffer: 1 << 26 }, (error, out, err) => {
      try {
        resolve(JSON.parse(out))
      } catch {
        reject(new Error(`${name} did not end: ${String(err || error).slice(0, 500)}`))
      }
    })
  })
}

const start = Date.now()
const seed = Number(process.env.MONEY_SEED ?? start % 1_000_000_000)
const crash = await run("crash", root, quick ? 1 : 25, quick ? 4 : 1_000, quick ? 500 : 20_000)
console.log(
  `crashes: ${crash.survived} of ${crash.injected} survived, ${crash.creates_acknowledged} creates acknowledged`
)
// In pieces, so that a long run can be told how far it came.
const quickRuns = Number(process.env.MONEY_RUNS ?? 1_000)
const pieces = quick ? [[quickRuns, 40]] : Array.from({ length: 20 }, () => [1_000, 100])
const property = []
for (const [index, [runs, commands]] of pieces.entries()) {
  const piece = await run("quick", runs, commands, seed + index)
  property.push(piece)
  console.log(
    `property: seed ${piece.seed}, ${piece.runs} runs, ${piece.commands} commands${piece.failed ? `: ${piece.why}` : ""}`
  )
}

const counters = [
  "double_submissions",
  "double_charges",
  "double_debits",
  "unpaid_assets",
  "paid_without_asset",
  "lost_deliveries",
  "negative_balances",
  "unbalanced_transfers",
  "wrong_balances",
  "open_holds_of_ended_jobs",
  "keys_with_two_jobs",
  "missing_events",
  "duplicate_events",
  "debits_above_hold",
  "acknowledged_lost",
  "orphan_assets"
]
const wrong = [
  ...crash.wrong,
  ...property.filter(({ failed }) => failed).map(({ seed: at, why }) => `seed ${at}: ${why}`)
]
const counted = (name) =>
  wrong.reduce((sum, text) => sum + Number(new RegExp(`${name}=(\\d+)`).exec(text)?.[1] ?? 0), 0)
const nothingLost = Object.fromEntries(counters.map((name) => [name, counted(name)]))
const known = new RegExp(counters.join("|"))
const report = {
  quick,
  at: new Date(start).toISOString(),
  node: process.version,
  seed,
  took_ms: Date.now() - start,
  injected: crash.injected,
  survived: crash.survived,
  creates_acknowledged: crash.creates_acknowledged,
  crash_cells: crash.cells,
  random_kills: crash.random_kills,
  unknown_outcomes: crash.unknown_outcomes,
  slowest_recovery_ms: crash.slowest_recovery_ms,
  property_runs: property.reduce((sum, { runs }) => sum + runs, 0),
  property_commands: property.reduce((sum, { commands }) => sum + commands, 0),
  nothing_lost: { ...nothingLost, other: wrong.filter((text) => !known.test(text)).length },
  wrong
}
writeFileSync(path.join(here, "report.json"), `${JSON.stringify(report, null, 2)}\n`)
console.log(JSON.stringify(report.nothing_lost))
if (wrong.length > 0 || crash.creates_acknowledged < 500) process.exitCode = 1

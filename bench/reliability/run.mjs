// Writes a report: what was injected, what survived, and every way in which something may be lost. All of them must be 0.
// The long run notes each piece as it ends, and goes on where it was stopped; --fresh starts anew.
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import esbuild from "esbuild"

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.resolve(here, "../..")
const quick = process.argv.includes("--quick")
const cache = path.join(root, "node_modules/.cache/money")
mkdirSync(cache, { recursive: true })

/** How much is done: rounds of all crash cells, with kills at random moments and creates under them; pieces of the properties. */
const plan = quick
  ? { rounds: 1, kills: 4, creates: 500, pieces: 2, runs: 500, interleavings: 100, length: 40 }
  : { rounds: 25, kills: 40, creates: 800, pieces: 100, runs: 200, interleavings: 20, length: 100 }

const bundle = async (name) => {
  const outfile = path.join(cache, `bench-${name}-${process.pid}.mjs`)
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
  return (...args) =>
    new Promise((resolve, reject) => {
      // A larger nursery: nearly everything that a run makes is gone when it ends.
      const argv = ["--max-semi-space-size=64", outfile, ...args.map(String)]
      execFile(process.execPath, argv, { maxBuffer: 1 << 26 }, (error, out, err) => {
        try {
          resolve(JSON.parse(out))
        } catch {
          reject(new Error(`${name} did not end: ${String(err || error).slice(0, 500)}`))
        }
      })
    })
}

const start = Date.now()
const progressFile = path.join(cache, "progress.json")
const resumes = !quick && !process.argv.includes("--fresh") && existsSync(progressFile)
const progress = resumes
  ? JSON.parse(readFileSync(progressFile, "utf8"))
  : {
      seed: Number(process.env.MONEY_SEED ?? start % 1_000_000_000),
      at: new Date(start).toISOString(),
      spent_ms: 0,
      crashes: [],
      property: [],
      resume: null
    }
const spentBefore = progress.spent_ms

const replace = (file, value) => {
  writeFileSync(`${file}.part`, `${JSON.stringify(value, null, 2)}\n`)
  renameSync(`${file}.part`, file)
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
const known = new RegExp(counters.join("|"))

const sum = (pieces, name) => pieces.reduce((total, piece) => total + piece[name], 0)

const reportOf = () => {
  const { crashes, property, seed } = progress
  const wrong = [
    ...crashes.flatMap((crash) => crash.wrong),
    ...property.filter(({ failed }) => failed).map((piece) => `seed ${piece.seed}: ${piece.why}`)
  ]
  const counted = (name) =>
    wrong.reduce((total, text) => total + Number(new RegExp(`${name}=(\\d+)`).exec(text)?.[1] ?? 0), 0)
  return {
    quick,
    complete: crashes.length === plan.rounds && property.length === plan.pieces,
    at: progress.at,
    node: process.version,
    seed,
    took_ms: progress.spent_ms,
    injected: sum(crashes, "injected"),
    survived: sum(crashes, "survived"),
    creates_acknowledged: sum(crashes, "creates_acknowledged"),
    crash_cells: sum(crashes, "cells"),
    random_kills: sum(crashes, "random_kills"),
    unknown_outcomes: sum(crashes, "unknown_outcomes"),
    slowest_recovery_ms: Math.max(0, ...crashes.map((crash) => crash.slowest_recovery_ms)),
    property_runs: sum(property, "runs"),
    property_commands: sum(property, "commands"),
    interleavings: sum(property, "interleavings"),
    interleaved_deeds: sum(property, "deeds"),
    fresh_create_ms: progress.resume?.fresh_ms ?? null,
    resumed_create_ms: progress.resume?.resumed_ms ?? null,
    nothing_lost: {
      ...Object.fromEntries(counters.map((name) => [name, counted(name)])),
      other: wrong.filter((text) => !known.test(text)).length
    },
    wrong
  }
}

const save = () => {
  progress.spent_ms = spentBefore + Date.now() - start
  if (!quick) replace(progressFile, progress)
  replace(path.join(here, quick ? "report.json" : "report-long.json"), reportOf())
}

const property = await bundle("quick")
const todo = Array.from({ length: plan.pieces }, (_, index) => progress.seed + index).filter(
  (seed) => !progress.property.some((piece) => piece.seed === seed)
)
const worker = async () => {
  for (let seed = todo.shift(); seed !== undefined; seed = todo.shift()) {
    const piece = await property(plan.runs, plan.interleavings, plan.length, seed)
    progress.property.push(piece)
    save()
    console.log(
      `property ${progress.property.length} of ${plan.pieces}: seed ${piece.seed}, ${piece.commands + piece.deeds} commands${piece.failed ? `: ${piece.why}` : ""}`
    )
  }
}

const crash = await bundle("crash")
while (progress.crashes.length < plan.rounds) {
  const round = await crash(root, 1, plan.kills, plan.creates)
  progress.crashes.push(round)
  save()
  console.log(
    `crashes ${progress.crashes.length} of ${plan.rounds}: ${round.survived} of ${round.injected} survived, ${round.creates_acknowledged} creates acknowledged`
  )
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker))
// Alone, because it is measured: the same command anew, and after its first run was killed while the engine drew.
progress.resume = await (await bundle("resume"))(root, 5)
save()
const report = reportOf()
console.log(JSON.stringify(report.nothing_lost))
const late = report.resumed_create_ms - report.fresh_create_ms
if (report.wrong.length > 0 || report.creates_acknowledged < 500 || late > 1_000) process.exitCode = 1

// Each mutant breaks one law of money in a copy of the source; a bench must see every one of them. Benches are the programs
// `quick` (the money's laws) and `secrets` of bench/reliability, or one test by its file and title: then that test alone must fail,
// and it must be there and pass with the product as it is. `node scripts/mutants.mjs [name…]` runs all mutants, or those named.
import { execFile } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import esbuild from "esbuild"
import { setup as bundlePixels } from "../test/support/PixelProgram.mjs"
import { payments } from "./mutants/payments.mjs"

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..")
const place = path.join(root, "node_modules/.cache/mutants")
const copy = path.join(place, "copy")

/** name, file, what stands there, what the mutant makes of it, and which bench must notice: the money's unless it says otherwise */
export const mutants = [
  [
    "skip the hold",
    "Domain/Creation.ts",
    "yield* ledger.hold(identity.organizationId, job.id, planned.quote.credits)",
    "yield* Effect.void"
  ],
  [
    "settle twice",
    "Storage/Jobs.ts",
    "WHERE id = ${id} AND owner = ${fence.owner} AND epoch = ${fence.epoch} AND status = 'running'\n                RETURNING id",
    "WHERE id = ${id}\n                RETURNING id"
  ],
  [
    "ignore the terms",
    "Domain/Creation.ts",
    "if (!terms.includes(bound.terms))",
    "if (bound.terms === null)"
  ],
  [
    "drop the fence",
    "Storage/Jobs.ts",
    "WHERE id = ${id} AND owner = ${fence.owner} AND epoch = ${fence.epoch} AND status = 'running'\n                ON CONFLICT",
    "WHERE id = ${id}\n                ON CONFLICT"
  ],
  [
    "forget the checkpoint",
    "Domain/Steps.ts",
    'Effect.flatMap((encoded) => note("done", encoded))',
    "Effect.flatMap((_encoded) => Effect.void)"
  ],
  [
    "keep the prompt",
    "Domain/Settling.ts",
    "yield* jobs.dropInput(job.id)\n        yield* Crash",
    "yield* Crash"
  ],
  [
    "submit again in doubt",
    "Domain/Steps.ts",
    'if (step.resubmit === "safe") return again(fault, left)',
    "if (left >= 0) return again(fault, left)"
  ],
  [
    "release on doubt",
    "Domain/Settling.ts",
    'if (fault.acceptance === "unknown") {',
    'if (fault.acceptance === ("never" as string)) {'
  ],
  [
    "debit what was not delivered",
    "Domain/Pricing.ts",
    "Math.min(reserved.credits_per_output * delivered, reserved.credits)",
    "reserved.credits"
  ],
  [
    "capture above the hold",
    "Domain/Pricing.ts",
    "const captured = Units.make(Math.min(owed, reserved.credits))",
    "const captured = owed"
  ],
  [
    "forget the daily count",
    "Domain/Creation.ts",
    "yield* jobs.countDaily(identity.organizationId, job.day, 1)",
    "yield* Effect.succeed(0)"
  ],
  [
    "forget the write-off",
    "Domain/Ending.ts",
    "if (begun) {\n          yield* ledger.writeOff",
    'if (begun && seen.id === "") {\n          yield* ledger.writeOff'
  ],
  [
    "reopen what was paid",
    "Domain/Settling.ts",
    'const replayable = policy || fault.acceptance === "accepted"',
    "const replayable = policy"
  ],
  [
    "forget an event",
    "Domain/Settling.ts",
    "yield* announceAssets(job, assets, usage, cost)",
    "yield* Effect.void"
  ],
  [
    "look a key up only once",
    "Domain/Creation.ts",
    "if (meanwhile !== null) return { job: meanwhile, replayed: true }",
    'if (meanwhile?.id === "") return { job: meanwhile, replayed: true }'
  ],
  [
    "print the token",
    "Http/Edge.ts",
    'method: (request.method ?? "").slice(0, 10),',
    "method: `${request.method} ${request.headers.authorization}`,",
    "secrets"
  ],
  [
    "store the token",
    "Storage/Tokens.ts",
    "return { id: idOf(digest), token }",
    "yield* run(sql`INSERT INTO facts (name, value) VALUES (${token}, ${digest})`)\n          return { id: idOf(digest), token }",
    "secrets"
  ],
  [
    "log the prompt",
    "Domain/Creation.ts",
    "summary: `${request.kind} planned without spending`,",
    "summary: `planned ${request.prompt}`,",
    "secrets"
  ],
  [
    "keep the prompt in the record",
    "Domain/Creation.ts",
    "        request: planned.receipt,",
    "        request: { ...planned.receipt, prompt: planned.plan.prompt },",
    "secrets"
  ],
  ...payments
]

const programs = {
  quick: ({ interleavings, runs, seed }) => [runs, interleavings, 40, seed],
  secrets: () => []
}

/** Bundles a bench, or a test, of the copy; `change` is what a mutant makes of one file. */
const bundle = (bench, outfile, change) =>
  esbuild.build({
    entryPoints: [path.join(copy, bench.file ?? `bench/reliability/${bench}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["libsql", "sharp", "vitest"],
    define: { __PIXEL_CHILD__: JSON.stringify(path.join(root, "node_modules/.cache/pixels/PixelChild.cjs")) },
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);"
    },
    plugins:
      change === undefined ? [] : [{ name: "mutant", setup: ({ onLoad }) => onLoad(change.at, change.load) }],
    logLevel: "error"
  })

const run = (args) =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      args.map(String),
      { timeout: 900_000, maxBuffer: 100_000_000 },
      (error, out, err) => {
        try {
          resolve(JSON.parse(out))
        } catch {
          resolve({ failed: true, why: `did not end: ${String(err || error).slice(0, 200)}` })
        }
      }
    )
  })

const vitest = path.join(root, "node_modules/vitest/vitest.mjs")
const settings = path.join(place, "vitest.config.mjs")
const literally = (title) => title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Runs tests of a bundle by their titles; what each came to. */
const runTests = async (script, titles) => {
  const pattern = titles.map(literally).join("|")
  const args = [
    "run",
    path.basename(script),
    "--root",
    path.dirname(script),
    "--config",
    settings,
    "-t",
    pattern
  ]
  const { failed = false, testResults = [], why } = await run([vitest, ...args])
  const ended = testResults.flatMap(({ assertionResults }) => assertionResults)
  return titles.map((title) => {
    const found = ended.find((one) => one.title === title)
    return { title, status: failed ? why : (found?.status ?? "did not run"), why: found?.failureMessages[0] }
  })
}

/** Whether a bench noticed a mutant, and by what. */
const judge = async (bench, script, options) => {
  if (bench.file === undefined) return run([script, ...programs[bench](options)])
  const [one] = await runTests(script, [bench.title])
  const name = path.basename(bench.file, ".test.ts")
  // A test that could not even be loaded has noticed nothing.
  return one.status === "failed"
    ? { failed: true, why: `${name}, ${one.title}: ${one.why}` }
    : { failed: false, why: `${name}, ${one.title}: ${one.status}` }
}

/** The same for benches that must find nothing, because the product is as it is; all tests of a file at once. */
const judgeSound = async (bench, script, options, titles) => {
  if (bench.file === undefined) return run([script, ...programs[bench](options)])
  const bad = (await runTests(script, titles)).filter(({ status }) => status !== "passed")
  return { failed: bad.length > 0, why: bad.map(({ status, title }) => `${title}: ${status}`).join("; ") }
}

const nameOf = (bench) => bench.file ?? bench
const slug = (name) => name.replace(/[^a-zA-Z0-9]+/g, "-")

/** Runs every mutant, or only those that are named; answers the names of those that nobody noticed. */
export const runMutants = async ({ runs = 60, interleavings = 60, seed = 7, only = [] } = {}) => {
  const options = { runs, interleavings, seed }
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place, { recursive: true })
  for (const folder of [
    "src",
    "test/support",
    "test/Server/Http",
    "test/Server/Payments",
    "bench/reliability"
  ]) {
    cpSync(path.join(root, folder), path.join(copy, folder), { recursive: true })
  }
  symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"))
  await bundlePixels()
  writeFileSync(
    settings,
    `export default { test: { include: ["*.mjs"], exclude: [], cache: false, testTimeout: 30_000, reporters: ["json"] } }`
  )

  const chosen = mutants
    .filter(([name]) => only.length === 0 || only.includes(name))
    .map(([name, file, from, to, bench = "quick"]) => ({ name, file, from, to, bench }))
  const survivors = only.filter((name) => !chosen.some((one) => one.name === name))
  for (const name of survivors) console.log(`UNKNOWN ${name}`)
  const say = (word, name, why, begun) => {
    const seconds = ((performance.now() - begun) / 1000).toFixed(1).padStart(5)
    console.log(`${word} ${seconds} s  ${name}${why ? `: ${why.split("\n")[0].slice(0, 200)}` : ""}`)
  }

  const sound = [...new Set(chosen.map(({ bench }) => nameOf(bench)))].map((name) => async () => {
    const begun = performance.now()
    const those = chosen.map(({ bench }) => bench).filter((bench) => nameOf(bench) === name)
    const titles = [...new Set(those.map(({ title }) => title))]
    const script = path.join(place, "sound", `${slug(name)}.mjs`)
    await bundle(those[0], script)
    const { failed, why } = await judgeSound(those[0], script, options, titles)
    say(failed ? "BROKEN " : "sound  ", `the product itself (${name})`, why, begun)
    if (failed) survivors.push(`the product itself (${name})`)
  })
  const broken = chosen.map(({ bench, file, from, name, to }) => async () => {
    const begun = performance.now()
    const at = path.join(copy, "src/Server", file)
    const text = readFileSync(at, "utf8")
    const times = text.split(from).length - 1
    if (times !== 1) {
      say("STALE  ", name, `its text stands ${times} times in ${file}`, begun)
      survivors.push(name)
      return
    }
    const script = path.join(place, slug(name), "bench.mjs")
    await bundle(bench, script, {
      at: { filter: new RegExp(`^${literally(at)}$`) },
      load: () => ({ contents: text.replace(from, () => to), loader: "ts" })
    })
    const { failed, why } = await judge(bench, script, options)
    say(failed ? "caught " : "MISSED ", name, why, begun)
    if (!failed) survivors.push(name)
  })

  // Two at once: most of a test's time is its start.
  const queue = [...sound, ...broken]
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next()
  }
  await Promise.all([worker(), worker()])
  rmSync(place, { recursive: true, force: true })
  return survivors
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const survivors = await runMutants({ only: process.argv.slice(2) })
  if (survivors.length > 0) {
    console.error(`not caught: ${survivors.join(", ")}`)
    process.exitCode = 1
  }
}

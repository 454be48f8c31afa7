// Each mutant breaks one law of money in a copy of the source; the oracle must see every one of them.
import { execFile } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import esbuild from "esbuild"

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..")
const place = path.join(root, "node_modules/.cache/mutants")

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
  ["ignore the terms", "Domain/Creation.ts", "if (bound.terms !== terms)", "if (bound.terms === null)"],
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
    "yield* announceAssets(job, assets, usage)",
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
  ]
]

const bundle = (from, bench, outfile) =>
  esbuild.build({
    entryPoints: [path.join(from, `bench/reliability/${bench}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["libsql", "sharp"],
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);"
    },
    logLevel: "error"
  })

const judge = (script, ...args) =>
  new Promise((resolve) => {
    execFile(process.execPath, [script, ...args.map(String)], { timeout: 900_000 }, (error, out, err) => {
      try {
        resolve(JSON.parse(out))
      } catch {
        resolve({ failed: true, why: `did not end: ${String(err || error).slice(0, 200)}` })
      }
    })
  })

/** Runs every mutant, or only those that are named; answers the names of those that nobody noticed. */
export const runMutants = async ({ runs = 60, interleavings = 60, seed = 7, only = [] } = {}) => {
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place, { recursive: true })
  const copy = path.join(place, "copy")
  for (const folder of ["src", "test/support", "bench/reliability"]) {
    cpSync(path.join(root, folder), path.join(copy, folder), { recursive: true })
  }
  symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"))
  const survivors = []
  const args = { quick: [runs, interleavings, 40, seed], secrets: [] }
  for (const bench of Object.keys(args)) {
    const sound = path.join(place, `sound-${bench}.mjs`)
    await bundle(copy, bench, sound)
    const original = await judge(sound, ...args[bench])
    console.log(
      `${original.failed ? "BROKEN " : "sound  "} the product itself (${bench})${original.why ? `: ${original.why}` : ""}`
    )
    if (original.failed) survivors.push(`the product itself (${bench})`)
  }
  const chosen = mutants.filter(([name]) => only.length === 0 || only.includes(name))
  for (const [name, file, from, to, bench = "quick"] of chosen) {
    const at = path.join(copy, "src/Server", file)
    const text = readFileSync(at, "utf8")
    if (text.split(from).length !== 2) {
      console.log(`STALE   ${name}: its text stands ${text.split(from).length - 1} times in ${file}`)
      survivors.push(name)
      continue
    }
    writeFileSync(
      at,
      text.replace(from, () => to)
    )
    const script = path.join(place, `${name.replaceAll(" ", "-")}.mjs`)
    await bundle(copy, bench, script)
    writeFileSync(at, text)
    const found = await judge(script, ...args[bench])
    console.log(
      `${found.failed ? "caught " : "MISSED "} ${name}${found.why ? `: ${found.why.split("\n")[0].slice(0, 140)}` : ""}`
    )
    if (!found.failed) survivors.push(name)
  }
  return survivors
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const survivors = await runMutants({ only: process.argv.slice(2) })
  if (survivors.length > 0) {
    console.error(`not caught: ${survivors.join(", ")}`)
    process.exitCode = 1
  }
}

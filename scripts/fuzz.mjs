// Runs the fuzzers whole: 100,000 command lines, 50,000 answers, 20,000 config files; each tells its seed and its progress.
//   FUZZ_SEED=123   the same values again        FUZZ_RUNS=5000   so many tries of each        npm run fuzz -- Arguments   only one
import { spawn } from "node:child_process"
import { mkdirSync } from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
mkdirSync(path.join(root, ".cache"), { recursive: true })
const report = path.join(root, ".cache/fuzz.txt")
const only = process.argv.slice(2).map((name) => `test/Fuzz/${name}`)
const child = spawn("npx", ["vitest", "run", ...(only.length > 0 ? only : ["test/Fuzz"])], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, FUZZ: "whole", FUZZ_REPORT: process.env.FUZZ_REPORT ?? report }
})
child.on("close", (code) => {
  console.log(`progress and seeds: ${report}`)
  process.exitCode = code ?? 1
})

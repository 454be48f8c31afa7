// What create, quota and activity cost as the ledger grows: they must not grow with it.
import { execFileSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import esbuild from "esbuild"

const here = path.dirname(fileURLToPath(import.meta.url))
const cache = path.resolve(here, "../../node_modules/.cache/money")
mkdirSync(cache, { recursive: true })
const outfile = path.join(cache, "bench-ledger.mjs")
await esbuild.build({
  entryPoints: [path.join(here, "ledger.ts")],
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
const sizes = process.argv.includes("--quick") ? ["1000", "100000"] : ["1000", "100000", "1000000"]
const rows = JSON.parse(execFileSync(process.execPath, [outfile, ...sizes], { encoding: "utf8" }))
console.table(rows)
const [first, last] = [rows[0], rows.at(-1)]
const grown = ["create_ms", "quota_ms", "activity_ms", "activity_of_one_ms"].filter(
  (name) => last[name] > first[name] * 3 + 2
)
if (grown.length > 0) {
  console.error(`grows with the ledger: ${grown.join(", ")}`)
  process.exitCode = 1
}

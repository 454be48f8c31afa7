/**
 * Runs the launcher's tests, and a first picture, on other versions of Node than this one, as they come from npm:
 *
 *     node scripts/nodes.mjs [MAJOR …]
 */
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const majors = process.argv.length > 2 ? process.argv.slice(2) : ["22", "24"]
const bin = join(root, "dist/bin/image-skill.cjs")

/** The path of a Node of that version, outside of the project's own packages. */
const nodeOf = (major) => {
  const folder = join(root, "node_modules/.cache/nodes", major)
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`
  const path = join(folder, "node_modules", name, "bin/node")
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "package.json"), `{"private":true}\n`)
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", `${name}@${major}`], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"]
    })
  }
  return path
}

let failed = false
for (const major of majors) {
  const node = nodeOf(major)
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim()
  const tests = readdirSync(join(root, "test")).filter((name) => /^Launcher.*\.test\.ts$/.test(name))
  const run = spawnSync(
    node,
    ["node_modules/vitest/vitest.mjs", "run", ...tests.map((name) => `test/${name}`)],
    {
      cwd: root,
      stdio: "inherit"
    }
  )
  const home = mkdtempSync(join(tmpdir(), "nodes-"))
  const env = { HOME: home, PATH: process.env.PATH }
  // Twice: compiled, then from the cache that the first run left.
  const codes = [0, 1].map(() => {
    const words = ["create", "--local", "--prompt", "a red fox", "--download", home]
    return spawnSync(node, [bin, ...words], { env, stdio: "ignore" }).status
  })
  const kept = readdirSync(join(home, ".cache/image-skill")).filter((name) => name.includes(version)).length
  rmSync(home, { recursive: true, force: true })
  const isFine = run.status === 0 && codes.every((code) => code === 0) && kept > 0
  failed ||= !isFine
  console.log(
    `${version}: ${isFine ? "fine" : "NOT FINE"} (pictures ${codes.join(", ")}; ${kept} units kept)`
  )
}
process.exitCode = failed ? 1 : 0

// Runs every example as its reader would: the programs against the built library, the shell scripts against the built bin.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { transformSync } from "esbuild"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const folder = path.join(root, "examples")
const home = mkdtempSync(path.join(tmpdir(), "image-skill-examples-"))
const bin = path.join(root, "dist/bin/image-skill.cjs")
const env = { PATH: process.env.PATH, HOME: home, IMAGE_SKILL: `${process.execPath} ${bin}` }

let failed = 0
for (const name of readdirSync(folder).sort()) {
  const source = path.join(folder, name)
  // A program is stripped of its types beside its source, so that it finds `image-skill` as any package of its folder would.
  const script = name.endsWith(".ts") ? path.join(folder, `.${name}.mjs`) : source
  if (script !== source) {
    writeFileSync(
      script,
      transformSync(readFileSync(source, "utf8"), { loader: "ts", format: "esm", target: "node20" }).code
    )
  }
  const command = name.endsWith(".ts") ? process.execPath : name.endsWith(".sh") ? "sh" : null
  if (command === null) continue
  const { status, stderr, stdout } = spawnSync(command, [script], {
    env,
    cwd: home,
    encoding: "utf8",
    timeout: 120_000
  })
  if (script !== source) rmSync(script)
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name}`)
  if (stdout.trim() !== "") console.log(stdout.trim().replace(/^/gm, "     "))
  if (status !== 0) {
    failed += 1
    console.log(stderr)
  }
}
rmSync(home, { recursive: true, force: true })
process.exitCode = failed === 0 ? 0 : 1

/**
 * Builds the bin into dist/bin:
 *
 *     image-skill.cjs        the launcher (src/Launcher), with the tables of units and answers in it
 *     answers.txt            what Main writes for `version`, `help` and every command's help
 *     Main-HASH.cjs          the client, Effect included
 *     index-HASH.cjs         the embedded service, loaded when first used; it takes Effect from Main's unit
 *     PixelChild.cjs         the process that decodes callers' pictures; started by the embedded service, with sharp alone beside it
 *     cache/                 V8's code cache of both for the Node that built them; not deterministic, not in the package
 *     THIRD-PARTY.txt        licences of what is bundled
 *
 * All but the cache is the same bytes for the same sources. The folder is replaced in one rename.
 */
import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { bundleLauncher, bundlePixelChild, bundleRunner, bundleUnits, pixelChild } from "./build/bundle.mjs"
import { licences } from "./build/licences.mjs"

const root = fileURLToPath(new URL("..", import.meta.url))
const target = `${root}dist/bin`
const stage = `${root}dist/.bin-${process.pid}`
const started = performance.now()

process.chdir(root)
rmSync(stage, { recursive: true, force: true })
mkdirSync(stage, { recursive: true })
try {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"))
  const { inputs, units } = await bundleUnits()
  for (const { code, file } of units) writeFileSync(`${stage}/${file}`, code)
  writeFileSync(`${stage}/${pixelChild}`, await bundlePixelChild())
  const table = Object.fromEntries(units.map(({ file, name, sha }) => [name, { file, sha }]))
  writeFileSync(`${stage}/THIRD-PARTY.txt`, licences(inputs))

  // Main is run by a process of its own, with an environment that holds nothing of the builder's.
  writeFileSync(`${stage}/run.cjs`, await bundleRunner())
  const home = `${stage}/home`
  mkdirSync(home)
  const answered = spawnSync(
    process.execPath,
    [
      `${stage}/run.cjs`,
      JSON.stringify({ folder: stage, units: table, version, bin: `${target}/image-skill.cjs` })
    ],
    {
      cwd: home,
      env: { HOME: home, PATH: "/nowhere" },
      encoding: "utf8",
      maxBuffer: 1 << 26,
      timeout: 60_000
    }
  )
  if (answered.status !== 0) {
    throw new Error(`Main could not be run:\n${answered.stdout}${answered.stderr}`)
  }
  const { index, text } = JSON.parse(answered.stdout)
  writeFileSync(`${stage}/answers.txt`, text)
  writeFileSync(
    `${stage}/image-skill.cjs`,
    await bundleLauncher({ __VERSION__: version, __UNITS__: table, __ANSWERS__: index })
  )
  chmodSync(`${stage}/image-skill.cjs`, 0o755)
  rmSync(`${stage}/run.cjs`)
  rmSync(home, { recursive: true, force: true })

  rmSync(target, { recursive: true, force: true })
  renameSync(stage, target)
  const sizes = units.map(({ code, name }) => `${name} ${Math.round(code.length / 1024)} kB`).join(", ")
  console.error(
    `dist/bin: ${sizes}, ${Object.keys(index).length} answers, ${Math.round(performance.now() - started)} ms`
  )
} finally {
  rmSync(stage, { recursive: true, force: true })
}

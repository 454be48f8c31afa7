/**
 * Packs the package, installs it into empty folders as strangers would, and uses it: without any optional package, with them, and
 * as a library under a strict TypeScript. Ends with `N passed, N failed`.
 *
 *     node scripts/smoke.mjs              builds (through npm's prepack) and packs
 *     node scripts/smoke.mjs --as-built   packs what dist holds
 */
import { spawnSync } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
const work = mkdtempSync(join(tmpdir(), "image-skill-smoke-"))
const home = join(work, "home")
mkdirSync(home)

let passed = 0
const failures = []
const check = (name, isRight, more = "") => {
  if (isRight) passed += 1
  else failures.push(name)
  console.log(
    `${isRight ? "ok  " : "FAIL"} ${name}${isRight || more === "" ? "" : `\n     ${more.trim().replaceAll("\n", "\n     ")}`}`
  )
  return isRight
}

const execute = (command, args, cwd, env = process.env) => {
  const started = performance.now()
  const { status, stderr, stdout } = spawnSync(command, args, {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: 1 << 28
  })
  return { status, stdout, stderr, seconds: (performance.now() - started) / 1000 }
}

const install = (name, folder, args) => {
  const run = execute("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...args], folder)
  check(
    `${name}: npm install in ${run.seconds.toFixed(1)} s, ${megabytes(sizeOf(join(folder, "node_modules")))}`,
    run.status === 0,
    run.stderr
  )
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`

const sizeOf = (path) => {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  return stat.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
    : stat.size
}

const project = (name) => {
  const folder = join(work, name)
  mkdirSync(folder)
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true, type: "module" }))
  return folder
}

// The environment of somebody who has only Node: no home of the builder's, no settings.
const plain = { HOME: home, PATH: process.env.PATH }

const runBin = (folder, argv) => {
  const run = execute(join(folder, "node_modules/.bin/image-skill"), argv, folder, plain)
  let envelope = null
  try {
    envelope = JSON.parse(run.stdout)
  } catch {
    // The check that follows fails and shows what there was.
  }
  return {
    ...run,
    envelope,
    shown: `exit ${run.status}\n${run.stdout.slice(0, 1000)}${run.stderr.slice(0, 1000)}`
  }
}

const pack = () => {
  const args = ["pack", "--json", "--silent", "--pack-destination", work]
  const run = execute("npm", process.argv.includes("--as-built") ? [...args, "--ignore-scripts"] : args, root)
  const at = run.stdout.lastIndexOf("\n[")
  const [packed] = run.status === 0 ? JSON.parse(run.stdout.slice(at < 0 ? run.stdout.indexOf("[") : at)) : []
  check("npm pack", packed !== undefined, run.stderr + run.stdout)
  if (packed === undefined) throw new Error("nothing to install")
  console.log(
    `     ${packed.filename}: ${megabytes(packed.size)} packed, ${megabytes(packed.unpackedSize)} unpacked, ${packed.entryCount} files`
  )
  return { tarball: join(work, packed.filename), files: new Set(packed.files.map(({ path }) => path)) }
}

const hostedClient = (tarball) => {
  const folder = project("hosted")
  install("alone", folder, ["--omit=optional", "--omit=peer", tarball])
  check(
    "alone: no libsql, sharp or effect came along",
    ["libsql", "sharp", "effect"].every((name) => !existsSync(join(folder, "node_modules", name)))
  )
  const version = runBin(folder, ["version"])
  check(
    "alone: version",
    version.status === 0 && version.envelope?.data?.version === manifest.version,
    version.shown
  )
  const help = runBin(folder, ["help"])
  check("alone: help", help.status === 0 && help.envelope?.ok === true, help.shown)
  const doctor = runBin(folder, ["doctor", "--api-base-url", "http://127.0.0.1:1"])
  check("alone: doctor", doctor.status === 0 && doctor.envelope?.ok === true, doctor.shown)
  const models = runBin(folder, ["models", "list", "--local"])
  check(
    "alone: models list --local says what to install",
    models.status === 9 &&
      models.envelope?.error?.code === "ENGINE_NOT_INSTALLED" &&
      JSON.stringify(models.envelope.error.recovery).includes("npm install libsql@"),
    models.shown
  )
}

const embeddedService = (tarball) => {
  const folder = project("embedded")
  install("with optional packages", folder, ["--omit=peer", tarball])
  for (const run of ["first", "second"]) {
    const picture = join(folder, `${run}.png`)
    const created = runBin(folder, [
      "create",
      "--local",
      "--prompt",
      "a red fox beside a lighthouse",
      "--download",
      picture
    ])
    const isPng = existsSync(picture) && readFileSync(picture).subarray(1, 4).toString() === "PNG"
    check(
      `with optional packages: create --local makes a PNG, ${run} run (${created.seconds.toFixed(2)} s)`,
      created.status === 0 && isPng,
      created.shown
    )
  }
}

const library = (tarball, files) => {
  const entries = Object.entries(manifest.exports).filter(([, target]) => typeof target === "object")
  const hasLibrary = [...files].some((file) => file.startsWith("dist/lib/"))
  const present = entries.filter(([, { default: file, types }]) =>
    [file, types].every((each) => files.has(each.slice(2)))
  )
  if (!hasLibrary) {
    console.log("     no dist/lib in the package: entries not checked")
    return
  }
  for (const [entry] of entries) {
    check(
      `library: ${entry} is in the package`,
      present.some(([name]) => name === entry)
    )
  }
  const folder = project("library")
  const pinned = (names) => names.map((name) => `${name}@${manifest.devDependencies[name]}`)
  const tools = pinned(
    [...Object.keys(manifest.peerDependencies), "typescript", "@types/node"].filter(
      (name) => name in manifest.devDependencies
    )
  )
  install("with peers", folder, [tarball, ...tools])
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        target: "ES2022",
        module: "NodeNext",
        moduleResolution: "NodeNext",
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        skipLibCheck: false,
        types: ["node"]
      },
      include: ["*.ts"]
    })
  )
  for (const [entry] of present) {
    const name = `image-skill${entry.slice(1)}`
    const file = `${entry.replace(/\W/g, "") || "main"}.ts`
    writeFileSync(
      join(folder, file),
      `import * as entry from "${name}"\nexport const names: ReadonlyArray<string> = Object.keys(entry)\n`
    )
    const count = `console.log(Object.keys(await import("${name}")).length)`
    const loaded = execute(process.execPath, ["--input-type=module", "-e", count], folder, plain)
    check(`library: ${name} loads`, loaded.status === 0 && Number(loaded.stdout) > 0, loaded.stderr)
  }
  const typed = execute(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."], folder)
  check(
    `library: ${present.length} entries type-check under strict NodeNext (${typed.seconds.toFixed(1)} s)`,
    typed.status === 0,
    typed.stdout
  )
}

try {
  const { files, tarball } = pack()
  check(
    "the package holds no code cache of its builder's",
    ![...files].some((file) => file.startsWith("dist/bin/cache"))
  )
  check("the bin is in the package", files.has("dist/bin/image-skill.cjs"))
  hostedClient(tarball)
  embeddedService(tarball)
  library(tarball, files)
} catch (error) {
  check(String(error), false)
} finally {
  rmSync(work, { recursive: true, force: true })
}
for (const name of failures) console.log(`failed: ${name}`)
console.log(`${passed} passed, ${failures.length} failed`)
process.exitCode = failures.length === 0 ? 0 : 1

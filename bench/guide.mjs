/**
 * What the guide takes, without and with a token, on a link without delay and on one of 50 ms a request, beside a script without
 * dependencies that sends the same requests one after the other. Prints a table and leaves bench/out/guide.json and guide.md.
 *
 *     node bench/guide.mjs [rounds]
 */
import { execFileSync, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { compare, ratioOf } from "./support/measure.mjs"

const rounds = Number(process.argv[2] ?? 9)
if (!Number.isInteger(rounds) || rounds < 1) throw new Error("usage: npm run bench:guide [-- ROUNDS]")
const root = fileURLToPath(new URL("..", import.meta.url))
const out = join(root, "bench/out")
const bin = process.env.BENCH_BIN ?? join(root, "dist/bin/image-skill.cjs")
const home = mkdtempSync(join(tmpdir(), "guide-"))
const env = { HOME: home, PATH: process.env.PATH }
const running = []

const started = (argv) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { env, stdio: ["ignore", "pipe", "ignore"] })
    running.push(child)
    child.stdout.once("data", (line) => resolve(line.toString()))
    child.once("exit", (code) => reject(new Error(`${argv.join(" ")} ended with ${code}`)))
  })

try {
  const { data: service } = JSON.parse(
    await started([bin, "serve", "--port", "0", "--data", join(home, "service")])
  )
  const contact = ["--agent-contact", "bench@example.com", "--agent-name", "bench", "--runtime", "bench"]
  const words = ["signup", "--agent", ...contact, "--show-token", "--api-base-url", service.address]
  const { token } = JSON.parse(execFileSync(process.execPath, [bin, ...words], { env })).data

  const cases = [{ name: "node -e 0", argv: [process.execPath, "-e", "0"], env }]
  const told = []
  for (const delay of [0, 50]) {
    const port = await started([join(root, "bench/support/slow.mjs"), String(service.port), String(delay)])
    const base = `http://127.0.0.1:${port.trim()}`
    for (const given of ["", token]) {
      const words = ["create", "--guide", "--prompt", "a red fox", "--api-base-url", base]
      const argv = [process.execPath, bin, ...words, ...(given === "" ? [] : ["--token", given])]
      execFileSync(argv[0], argv.slice(1), { env })
      const paths = await (await fetch(`${base}/requests`)).json()
      const name = `guide, ${given === "" ? "no token" : "token"}, ${delay} ms`
      cases.push({
        name: `script: ${name}`,
        argv: [process.execPath, join(root, "bench/support/guide-script.mjs"), base, given, ...paths],
        env
      })
      cases.push({ name, argv, env })
      told.push({ name, paths })
    }
  }
  const results = compare(cases, rounds)
  const named = Object.fromEntries(results.map((result) => [result.name, result]))
  const goals = told.map(({ name, paths }) => ({
    name: `${name} ÷ script's`,
    requests: paths.length,
    ratio: ratioOf(named[name], named[`script: ${name}`]),
    goal: name.includes("50 ms") ? 0.5 : null
  }))
  const number = (value, digits) => value.toFixed(digits)
  const table = [
    "| process | wall ms | CPU ms | peak MiB |",
    "|---|--:|--:|--:|",
    ...results.map(
      ({ cpu_ms, name, peak_mib, wall_ms }) =>
        `| ${name} | ${number(wall_ms, 0)} | ${number(cpu_ms, 0)} | ${number(peak_mib, 0)} |`
    ),
    "",
    "| goal | requests | measured | at most |",
    "|---|--:|--:|--:|",
    ...goals.map(
      ({ goal, name, ratio, requests }) => `| ${name} | ${requests} | ${number(ratio, 2)} | ${goal ?? "–"} |`
    )
  ].join("\n")
  const note = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, medians of ${rounds} rounds in turn.`
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, "guide.md"), `${note}\n\n${table}\n`)
  writeFileSync(
    join(out, "guide.json"),
    `${JSON.stringify({ node: process.version, rounds, told, results, goals }, null, 2)}\n`
  )
  console.log(`${note}\n\n${table}`)
} finally {
  for (const child of running) child.kill("SIGKILL")
  rmSync(home, { recursive: true, force: true })
}

/**
 * How long whole processes take from cold, beside `node -e 0` and beside a script without dependencies that does the same. Prints a
 * table and leaves bench/out/startup.json and startup.md. Not a test: machines differ, ratios less so.
 *
 *     node bench/startup.mjs [rounds]
 */
import { execFileSync, spawn } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { draw } from "../dist/lib/Server/Providers/Local/Canvas/index.js"
import { compare, median, ratioOf } from "./support/measure.mjs"

const rounds = Number(process.argv[2] ?? 15)
if (!Number.isInteger(rounds) || rounds < 1) throw new Error("usage: npm run bench:startup [-- ROUNDS]")
const root = fileURLToPath(new URL("..", import.meta.url))
const out = join(root, "bench/out")
const home = mkdtempSync(join(tmpdir(), "startup-"))
const bin = join(root, "dist/bin/image-skill.cjs")
// Below the repository, so that it finds the optional packages; without the cache that the build made.
const bare = join(out, "bare/dist/bin")

const running = []
const serve = (...argv) =>
  new Promise((resolve) => {
    const service = spawn(process.execPath, [join(root, "bench/support/service.mjs"), ...argv], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    running.push(service)
    service.stdout.once("data", (chunk) => resolve(chunk.toString().trim().split(" ").map(Number)))
  })
try {
  const [port, bytes] = await serve()
  rmSync(join(out, "bare"), { recursive: true, force: true })
  mkdirSync(bare, { recursive: true })
  cpSync(join(root, "dist/bin"), bare, { recursive: true, filter: (path) => !path.endsWith("/cache") })

  const env = { HOME: home, PATH: process.env.PATH }
  const catalog = join(home, "catalog.json")
  const listed = execFileSync(process.execPath, [bin, "models", "list", "--local"], { env })
  writeFileSync(catalog, JSON.stringify(JSON.parse(listed.toString())))
  const [catalogPort, catalogBytes] = await serve(catalog)
  const fresh = { ...env, XDG_CACHE_HOME: join(home, "fresh-cache") }
  const freshData = { ...env, IMAGE_SKILL_DATA_DIR: join(home, "fresh-data") }
  const own = (name, words, more = {}) => ({ name, argv: [process.execPath, bin, ...words], env, ...more })
  const first = (name, words) => ({
    name: `${name}, first run`,
    argv: [process.execPath, join(bare, "image-skill.cjs"), ...words],
    env: fresh,
    before: () => rmSync(fresh.XDG_CACHE_HOME, { recursive: true, force: true })
  })
  const script = (name, words) => ({
    name: `script: ${name}`,
    argv: [process.execPath, join(root, "bench/support/script.mjs"), ...words],
    env
  })
  const getFrom = (service) => ["models", "list", "--api-base-url", `http://127.0.0.1:${service}`]
  const get = getFrom(port)
  const prompt = "a red fox beside a lighthouse at sunset"
  const create = ["create", "--local", "--prompt", prompt]
  const drawn = join(home, "drawn.svg")
  writeFileSync(drawn, draw({ prompt, width: 1024, height: 1024, seed: 1, output: 0 }).svg)

  const results = compare(
    [
      { name: "node -e 0", argv: [process.execPath, "-e", "0"], env },
      script("version", ["version"]),
      own("version", ["version"]),
      own("help", ["help"]),
      own("create --help", ["create", "--help"]),
      own("a misspelt command", ["creat"], { exit: 2 }),
      script("one GET", get),
      own("one GET", get),
      first("one GET", get),
      script("a whole catalog", getFrom(catalogPort)),
      own("a whole catalog", getFrom(catalogPort)),
      own("models list --local", ["models", "list", "--local"]),
      own("create --local --dry-run", [...create, "--dry-run"]),
      own("create --local", create),
      {
        name: "script: the render itself",
        argv: [process.execPath, join(root, "bench/support/render.mjs"), drawn, join(home, "drawn.png")],
        env
      },
      own("create --local, new data folder", create, {
        env: freshData,
        before: () => rmSync(freshData.IMAGE_SKILL_DATA_DIR, { recursive: true, force: true })
      }),
      first("create --local", create)
    ],
    rounds
  )

  const named = Object.fromEntries(results.map((result) => [result.name, result]))
  // What the script takes beyond Node's own start is the render; what is left of a create without it is ours.
  const beyondRender = () => {
    const [own, render, node] = ["create --local", "script: the render itself", "node -e 0"].map(
      (name) => named[name].walls
    )
    return median(own.map((wall, round) => (wall - (render[round] - node[round])) / node[round]))
  }
  const goals = [
    ["version ÷ script's version", ratioOf(named.version, named["script: version"]), 0.9],
    ["help ÷ script's version", ratioOf(named.help, named["script: version"]), 0.9],
    ["one GET ÷ script's GET", ratioOf(named["one GET"], named["script: one GET"]), 0.6],
    ["one GET ÷ node -e 0", named["one GET"].ratio, 2],
    ["a whole catalog ÷ script's", ratioOf(named["a whole catalog"], named["script: a whole catalog"]), null],
    ["create --local ÷ node -e 0, without the render", beyondRender(), 2.5]
  ].map(([name, ratio, goal]) => ({ name, ratio, goal }))

  const number = (value, digits) => value.toFixed(digits)
  const table = [
    "| process | wall ms | ÷ node -e 0 | CPU ms | CPU ÷ | peak MiB |",
    "|---|--:|--:|--:|--:|--:|",
    ...results.map(
      ({ cpu_ms, cpu_ratio, name, peak_mib, ratio, wall_ms }) =>
        `| ${name} | ${number(wall_ms, 0)} | ${number(ratio, 2)} | ${number(cpu_ms, 0)} | ${number(cpu_ratio, 2)} | ${number(peak_mib, 0)} |`
    ),
    "",
    "| goal | measured | at most |",
    "|---|--:|--:|",
    ...goals.map(({ goal, name, ratio }) => `| ${name} | ${number(ratio, 2)} | ${goal ?? "–"} |`)
  ].join("\n")
  const note = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, medians of ${rounds} rounds in turn, ${bytes} bytes a GET, ${catalogBytes} of a catalog.`

  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, "startup.md"), `${note}\n\n${table}\n`)
  writeFileSync(
    join(out, "startup.json"),
    `${JSON.stringify({ node: process.version, rounds, results, goals }, null, 2)}\n`
  )
  console.log(`${note}\n\n${table}`)
} finally {
  for (const service of running) service.kill()
  rmSync(home, { recursive: true, force: true })
  rmSync(join(out, "bare"), { recursive: true, force: true })
}

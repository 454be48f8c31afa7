/**
 * What moving pictures takes: an upload and a download of 25 MB against a `serve` of this machine, beside a script without dependencies
 * that holds them whole. Prints a table and leaves bench/out/transfer.json and transfer.md. With `--slow`, a download of 1 GB too.
 *
 *     node bench/transfer.mjs [rounds] [--slow]
 */
import { execFileSync, spawn } from "node:child_process"
import { randomFillSync } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import sharp from "sharp"
import { compare } from "./support/measure.mjs"

const slow = process.argv.includes("--slow")
const rounds = Number(process.argv.slice(2).find((word) => !word.startsWith("--")) ?? 7)
if (!Number.isInteger(rounds) || rounds < 1) throw new Error("usage: npm run bench:transfer [-- ROUNDS]")
const root = fileURLToPath(new URL("..", import.meta.url))
const out = join(root, "bench/out")
const home = mkdtempSync(join(tmpdir(), "transfer-"))
const bin = process.env.BENCH_BIN ?? join(root, "dist/bin/image-skill.cjs")
const gigabyte = 1024 ** 3

const started = (argv) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, {
      env: { HOME: home, PATH: process.env.PATH },
      stdio: ["ignore", "pipe", "ignore"]
    })
    child.stdout.once("data", (line) => resolve({ child, line: line.toString() }))
    child.once("exit", (code) => reject(new Error(`${argv.join(" ")} ended with ${code}`)))
  })

const running = []
try {
  const service = await started([bin, "serve", "--port", "0", "--data", join(home, "service")])
  running.push(service.child)
  const base = JSON.parse(service.line).data.address
  const env = { HOME: home, PATH: process.env.PATH, IMAGE_SKILL_API_BASE_URL: base }
  const ask = (...words) => JSON.parse(execFileSync(process.execPath, [bin, ...words], { env })).data
  const contact = ["--agent-contact", "bench@example.com", "--agent-name", "bench", "--runtime", "bench"]
  const { token } = ask("signup", "--agent", ...contact, "--save", "--show-token")

  // Noise, so that the file is as large as its pixels.
  const side = 2_900
  const picture = join(home, "picture.png")
  const pixels = randomFillSync(Buffer.alloc(side * side * 3))
  await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toFile(picture)
  const { asset } = ask("upload", picture)

  const own = (name, ...words) => ({ name, argv: [process.execPath, bin, ...words], env })
  const script = (name, ...words) => ({
    name: `script: ${name}`,
    argv: [process.execPath, join(root, "bench/support/transfer-script.mjs"), name, base, token, ...words],
    env
  })
  const saved = join(home, "saved.png")
  const results = compare(
    [
      { name: "node -e 0", argv: [process.execPath, "-e", "0"], env },
      script("upload", picture),
      own("upload", "upload", picture),
      script("download", asset.asset_id, saved),
      own("download", "assets", "get", asset.asset_id, "--output", saved, "--overwrite")
    ],
    rounds
  )
  const named = Object.fromEntries(results.map((result) => [result.name, result]))

  if (slow) {
    const host = await started([join(root, "bench/support/large-asset.mjs"), String(gigabyte)])
    running.push(host.child)
    const [port, id] = host.line.trim().split(" ")
    const film = join(home, "film.mp4")
    const from = ["--api-base-url", `http://127.0.0.1:${port}`, "--token", token]
    const get = ["assets", "get", id, "--output", film, "--overwrite"]
    results.push(...compare([own("download of 1 GB", ...get, ...from)], 1))
    if (statSync(film).size !== gigabyte) throw new Error("the film is not whole")
  }
  const large = results.find(({ name }) => name === "download of 1 GB")

  const goals = [
    ["upload of 25 MB, peak MiB", named.upload.peak_mib, 120],
    ["upload ÷ script's upload", named.upload.wall_ms / named["script: upload"].wall_ms, null],
    ["download ÷ script's download", named.download.wall_ms / named["script: download"].wall_ms, null],
    ...(large === undefined ? [] : [["download of 1 GB, peak MiB", large.peak_mib, 100]])
  ].map(([name, measured, goal]) => ({ name, measured, goal }))
  const number = (value, digits) => value.toFixed(digits)
  const table = [
    "| process | wall ms | CPU ms | peak MiB |",
    "|---|--:|--:|--:|",
    ...results.map(
      ({ cpu_ms, name, peak_mib, wall_ms }) =>
        `| ${name} | ${number(wall_ms, 0)} | ${number(cpu_ms, 0)} | ${number(peak_mib, 0)} |`
    ),
    "",
    "| goal | measured | at most |",
    "|---|--:|--:|",
    ...goals.map(({ goal, measured, name }) => `| ${name} | ${number(measured, 2)} | ${goal ?? "–"} |`)
  ].join("\n")
  const note = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, medians of ${rounds} rounds in turn, ${statSync(picture).size} bytes.`
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, "transfer.md"), `${note}\n\n${table}\n`)
  writeFileSync(
    join(out, "transfer.json"),
    `${JSON.stringify({ node: process.version, rounds, results, goals }, null, 2)}\n`
  )
  console.log(`${note}\n\n${table}`)
} finally {
  for (const child of running) child.kill("SIGKILL")
  rmSync(home, { recursive: true, force: true })
}

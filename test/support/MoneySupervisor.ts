import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import * as net from "node:net"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { buildSync } from "esbuild"
import { type CrashPoint, crashPoints } from "../../src/Server/Domain/Crash.js"
import type { Orders, Said, Work } from "./MoneyChild.js"
import { type Call, Engine, type Known, type Script } from "./MoneyEngine.js"
import { judge, losses, oracleTables, type Rows } from "./MoneyOracle.js"

const here = path.dirname(fileURLToPath(import.meta.url))
// A bundle of this file lies elsewhere and names the project itself.
const root = here.includes(".cache") ? path.resolve(here, "../../..") : path.resolve(here, "../..")

/** Bundles the child once; `from` is another checkout, such as a mutant's. */
export const buildChild = (
  from: string = root,
  name = `child-${process.pid}`,
  entry = "test/support/MoneyChild.ts"
): string => {
  const cache = path.join(root, "node_modules/.cache/money")
  mkdirSync(cache, { recursive: true })
  const outfile = path.join(cache, `${name}.mjs`)
  buildSync({
    entryPoints: [path.join(from, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["libsql", "sharp"],
    nodePaths: [path.join(root, "node_modules")],
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);"
    },
    logLevel: "silent"
  })
  return outfile
}

/** The engine as a server: what reaches it is counted outside of every process that may die. */
export const serveEngine = async (
  engine: Engine
): Promise<{ readonly port: number; readonly stop: () => void }> => {
  const server = net.createServer((socket) => {
    let text = ""
    socket.on("error", () => undefined)
    socket.on("data", (data: Buffer) => {
      text += data.toString()
      if (!text.endsWith("\n")) return
      const call = JSON.parse(text) as Call
      text = ""
      const reply = engine.handle(call)
      if (reply.is === "lost") socket.destroy()
      else socket.end(`${JSON.stringify(reply)}\n`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    stop: () => server.close()
  }
}

/** How a child ended, and what it acknowledged before. */
export interface Ended {
  readonly killed: boolean
  readonly said: ReadonlyArray<Said>
  readonly errors: string
  readonly ms: number
}

/** Runs a child to its end. */
export const runChild = (script: string, orders: Orders): Promise<Ended> =>
  new Promise((resolve) => {
    const start = Date.now()
    const child = spawn(process.execPath, [script, JSON.stringify(orders)], {
      stdio: ["ignore", "pipe", "pipe"]
    })
    let out = ""
    let errors = ""
    child.stdout.on("data", (data: Buffer) => {
      out += data.toString()
    })
    child.stderr.on("data", (data: Buffer) => {
      errors += data.toString()
    })
    child.on("close", (_, signal) =>
      resolve({
        killed: signal === "SIGKILL",
        said: out
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line) as Said),
        errors,
        ms: Date.now() - start
      })
    )
  })

interface Reader {
  readonly prepare: (sql: string) => { readonly all: () => ReadonlyArray<Record<string, unknown>> }
  readonly close: () => void
}

/** Reads the rows of a database file with the engine alone, without any code of the product. */
export const rowsOf = (folder: string): Rows => {
  const Libsql = createRequire(import.meta.url)("libsql") as new (file: string) => Reader
  const database = new Libsql(path.join(folder, "image-skill.db"))
  try {
    return Object.fromEntries(
      oracleTables.map((table) => [table, database.prepare(`SELECT * FROM ${table}`).all()])
    )
  } finally {
    database.close()
  }
}

/** What is wrong with a folder: the oracle's losses, and what was acknowledged and is gone. */
export const verdictOf = (
  folder: string,
  engine: ReadonlyMap<string, Known>,
  acknowledged: ReadonlyArray<Said>
): ReadonlyArray<string> => {
  const rows = rowsOf(folder)
  const jobs = new Map((rows["jobs"] ?? []).map((row) => [String(row["id"]), row]))
  const assets = new Set((rows["assets"] ?? []).map((row) => String(row["id"])))
  const files = new Set(readdirSync(path.join(folder, "a")).map((name) => name.split(".")[0] ?? ""))
  const lost = acknowledged.filter(
    (said) =>
      said.ok &&
      said.job !== null &&
      (jobs.get(said.job)?.["status"] !== "completed" ||
        said.assets.some((asset) => !assets.has(asset) || !files.has(asset)))
  ).length
  const orphans = [...files].filter(
    (name) => /^(?:image|video|audio|file)_/.test(name) && !assets.has(name)
  ).length
  return [
    ...losses(judge(rows, engine)),
    ...(lost === 0 ? [] : [`acknowledged_lost=${lost}`]),
    ...(orphans === 0 ? [] : [`orphan_assets=${orphans}`])
  ]
}

/** One cell of the crash matrix: where a process dies during which work, and how it must end after recovery. */
export interface Cell {
  readonly point: string
  readonly work: Work
  /** The state that the recovery must reach. */
  readonly ends: "completed" | "failed" | "unknown"
  /** At which passing of the point it dies. */
  readonly dieAfter: number
}

/** What a cell came to: everything that is wrong with it, and how long the recovery took. */
export interface CellResult {
  readonly cell: Cell
  readonly wrong: ReadonlyArray<string>
  readonly acknowledged: number
  readonly recoveryMs: number
}

const work = (kind: Work["kind"], model: string, script: Script, count = 1): Work => ({
  kind,
  key: "crash-key",
  model,
  prompt: JSON.stringify(script),
  count
})

const deliver: Script = { does: "deliver" }

/** From a submission's announcement to the checkpoint of its result: only here can a death leave its outcome unknown. */
export const inDoubt: ReadonlyArray<CrashPoint> = [
  "submit_noted",
  "submitted",
  "blob_storing",
  "blob_stored",
  "outputs_stored"
]

const collecting: ReadonlyArray<CrashPoint> = ["collect_noted", "collected", "collect_stored"]

/** The crash matrix: every point once, the doubtful ones once for each class of provider. */
export const cells: ReadonlyArray<Cell> = crashPoints.flatMap((point): ReadonlyArray<Cell> => {
  const cell = (made: Work, ends: Cell["ends"] = "completed", dieAfter = 1): Cell => ({
    point,
    work: made,
    ends,
    dieAfter
  })
  if (point.startsWith("upload")) return [cell(work("edit", "lookup", deliver))]
  if (collecting.includes(point)) {
    return [cell(work("create", "unsafe", { does: "pend", collects: ["deliver"] }))]
  }
  if (point === "voiding" || point === "voided") {
    return [
      cell(work("create", "unsafe", { does: "deny" }), point === "voiding" ? "unknown" : "failed"),
      cell(work("create", "lookup", { does: "fail" }), "failed")
    ]
  }
  if (point === "unknown_noted") {
    return [cell(work("create", "unsafe", { does: "lose", charged: true, times: 9_999 }), "unknown")]
  }
  if (inDoubt.includes(point)) {
    return [
      cell(work("create", "lookup", deliver, 2), "completed", point === "blob_stored" ? 2 : 1),
      cell(work("create", "safe", deliver)),
      cell(work("edit", "unsafe", deliver), "unknown")
    ]
  }
  return [cell(work("create", "unsafe", deliver, 2), "completed", point.startsWith("assets_link") ? 2 : 1)]
})

/** Kills a process at a cell's point, recovers in another by the same key, and checks everything from outside. */
export const runCell = async (script: string, cell: Cell): Promise<CellResult> => {
  const folder = mkdtempSync(path.join(tmpdir(), "money-crash-"))
  const engine = new Engine()
  const server = await serveEngine(engine)
  const orders = { root: folder, port: server.port, credits: 100, work: [cell.work] }
  try {
    const first = await runChild(script, { ...orders, dieAt: cell.point, dieAfter: cell.dieAfter })
    // Twice, because an answer must also replay.
    const second = await runChild(script, { ...orders, work: [cell.work, cell.work] })
    const [recovered, replayed] = second.said
    const said = [...first.said, ...second.said]
    const wrong = [
      ...(first.killed ? [] : [`never died at ${cell.point}: ${first.errors.slice(0, 300)}`]),
      ...(second.errors === "" ? [] : [`recovery wrote: ${second.errors.slice(0, 300)}`]),
      ...endOf(cell, recovered),
      ...(cell.ends === "completed" &&
      (replayed?.replayed !== true || JSON.stringify(replayed.assets) !== JSON.stringify(recovered?.assets))
        ? ["the replay is another answer"]
        : []),
      ...verdictOf(folder, engine.jobs, said),
      ...[...engine.jobs.values()].flatMap((known) =>
        known.charges > 1 || (cell.work.model !== "safe" && known.submissions > 1 && known.charges > 0)
          ? [`charged ${known.charges} for ${known.submissions} submissions`]
          : []
      )
    ]
    const rows = rowsOf(folder)
    const assets = (rows["assets"] ?? []).filter((row) => row["kind"] !== "uploaded").length
    const debits = (rows["usages"] ?? []).length
    const wanted = cell.ends === "completed" ? 1 : 0
    if (debits !== wanted) wrong.push(`${debits} debits`)
    if (assets !== wanted * cell.work.count) wrong.push(`${assets} assets`)
    if (cell.ends === "unknown") wrong.push(...(await expireIn(script, orders, engine)))
    return { cell, wrong, acknowledged: said.length, recoveryMs: second.ms }
  } finally {
    server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const endOf = (cell: Cell, said: Said | undefined): ReadonlyArray<string> => {
  if (said === undefined) return ["the recovery said nothing"]
  if (cell.ends === "completed") return said.ok && said.status === "completed" ? [] : [`ended ${said.code}`]
  const unknown = said.code === "PROVIDER_OUTCOME_UNKNOWN"
  return !said.ok && unknown === (cell.ends === "unknown") ? [] : [`ended ${said.code}`]
}

/** A day later the hold is given back, nothing was submitted again, and the cost is written off. */
const expireIn = async (script: string, orders: Orders, engine: Engine): Promise<ReadonlyArray<string>> => {
  const before = [...engine.jobs.values()].reduce((sum, { submissions }) => sum + submissions, 0)
  const late = await runChild(script, {
    ...orders,
    shift: 25 * 3_600_000,
    work: [{ ...(orders.work[0] as Work), kind: "expire" }]
  })
  const after = [...engine.jobs.values()].reduce((sum, { submissions }) => sum + submissions, 0)
  const rows = rowsOf(orders.root)
  const open = (rows["jobs"] ?? []).filter((row) => row["status"] === "running").length
  return [
    ...(late.errors === "" ? [] : [`expiry wrote: ${late.errors.slice(0, 300)}`]),
    ...(before === after ? [] : ["expiry submitted again"]),
    ...(open === 0 ? [] : ["still open after a day"]),
    ...((rows["write_offs"] ?? []).length === 1 ? [] : ["not written off"]),
    ...verdictOf(orders.root, engine.jobs, [])
  ]
}

import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { atWork } from "../../test/support/MoneyBin.js"

const [root = "", timesText = "5"] = process.argv.slice(2)
const bin = path.join(root, "dist/bin/image-skill.cjs")
const command = [bin, "create", "--local", "--prompt", "a red fox", "--idempotency-key", "K"]

const start = (home: string) =>
  spawn(process.execPath, command, { env: { PATH: process.env["PATH"], HOME: home }, stdio: "ignore" })

const end = (child: ReturnType<typeof start>): Promise<number | null> =>
  new Promise((resolve) => child.once("close", resolve))

const timed = async (home: string): Promise<number> => {
  const before = performance.now()
  const code = await end(start(home))
  if (code !== 0) throw new Error(`a create ended with ${code}`)
  return performance.now() - before
}

const once = async (killed: boolean): Promise<number> => {
  const home = mkdtempSync(path.join(tmpdir(), "money-resume-"))
  try {
    if (killed) {
      const child = start(home)
      const died = end(child)
      await atWork(path.join(home, ".local/share/image-skill"))
      child.kill("SIGKILL")
      await died
    }
    return await timed(home)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const median = (values: ReadonlyArray<number>): number =>
  Math.round([...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0)

const fresh: Array<number> = []
const resumed: Array<number> = []
for (let index = 0; index < Number(timesText); index++) {
  fresh.push(await once(false))
  resumed.push(await once(true))
}
process.stdout.write(`${JSON.stringify({ fresh_ms: median(fresh), resumed_ms: median(resumed) })}\n`)

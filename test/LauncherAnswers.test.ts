import { execFile } from "node:child_process"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { bin, envelopeOf, type Ended, run, withFolder } from "./blackbox/Bin.js"

const { answers } = createRequire(import.meta.url)(bin) as { readonly answers: Readonly<Record<string, unknown>> }
const lists = Object.keys(answers).map((key) => (key === "" ? [] : key.split("\0")))

const withoutTrace = (text: string): string => text.replace(/trace_[0-9a-f]{32}/g, "trace_")

const runMain = async (env: Readonly<Record<string, string>>): Promise<ReadonlyArray<Ended>> => {
  const script = fileURLToPath(new URL("blackbox/runMain.cjs", import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, bin, JSON.stringify(lists)], {
    env: { PATH: process.env["PATH"], ...env },
    maxBuffer: 1 << 26
  })
  return JSON.parse(stdout) as ReadonlyArray<Ended>
}

describe("answers of the launcher", () => {
  it("hold version, help and the help of commands", () => {
    const lines = lists.map((words) => words.join(" "))
    for (const line of ["", "help", "version", "create --help", "help create", "jobs wait -h"]) {
      expect(lines).toContain(line)
    }
  })

  it("are byte for byte what Main answers, but for the trace id", () =>
    withFolder(async (home) => {
      const env = { HOME: home, IMAGE_SKILL_COMMAND: "npx something", IMAGE_SKILL_TOKEN: "isk_test_0123456789" }
      const expected = await runMain(env)
      const traces = new Set<string>()
      for (const [index, argv] of lists.entries()) {
        const answered = await run(argv, { env })
        const wanted = expected[index]
        expect(withoutTrace(answered.stdout), argv.join(" ")).toBe(withoutTrace(wanted?.stdout ?? ""))
        expect(answered.exit).toBe(wanted?.exit)
        expect(answered.stderr).toBe("")
        traces.add(envelopeOf(answered).trace_id)
      }
      expect(traces.size).toBe(lists.length)
      expect([...traces].every((trace) => /^trace_[0-9a-f]{32}$/.test(trace))).toBe(true)
    }))

  it("are for exactly these words: a word more is Main's affair", async () => {
    expect((await run(["version", "please"])).exit).toBe(2)
    expect((await run(["version", ""])).exit).toBe(2)
    expect((await run(["__proto__"])).exit).toBe(2)
    expect((await run(["toString"])).exit).toBe(2)
  })
})

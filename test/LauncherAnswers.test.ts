import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { type AnswerIndex, answerKey, findAnswer } from "../src/Launcher/Answers.js"
import { bin, built, type Ended, envelopeOf, run, withFolder } from "./blackbox/Bin.js"

const { answers } = createRequire(import.meta.url)(bin) as { readonly answers: AnswerIndex }
const lists = Object.keys(answers).map((key) => (key === "" ? [] : key.split("\0")))
const stored = readFileSync(join(built, "answers.txt"))

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
  it("are no answer to one empty word, which is not the same as no words", () => {
    const file = join(built, "answers.txt")
    expect([findAnswer(file, answers, [""]), findAnswer(file, answers, [])?.length]).toEqual([
      null,
      answers[""]?.[1]
    ])
  })

  it("hold version, help and the help of commands", () => {
    const lines = lists.map((words) => words.join(" "))
    for (const line of ["", "help", "version", "create --help", "help create", "jobs wait -h"]) {
      expect(lines).toContain(line)
    }
  })

  it("are byte for byte what Main answers, but for the trace id", () =>
    withFolder(async (home) => {
      const env = {
        HOME: home,
        IMAGE_SKILL_COMMAND: "npx something",
        IMAGE_SKILL_TOKEN: "isk_test_0123456789"
      }
      const expected = await runMain(env)
      const asked = new Set<number>()
      const traces: Array<string> = []
      for (const [index, argv] of lists.entries()) {
        const [offset = 0, length = 0] = answers[answerKey(argv)] ?? []
        const wanted = expected[index]
        expect(wanted?.exit).toBe(0)
        expect(withoutTrace(stored.toString("utf8", offset, offset + length)), argv.join(" ")).toBe(
          withoutTrace(wanted?.stdout ?? "")
        )
        // One process for each different answer.
        if (asked.has(offset)) continue
        asked.add(offset)
        const answered = await run(argv, { env })
        expect(withoutTrace(answered.stdout), argv.join(" ")).toBe(withoutTrace(wanted?.stdout ?? ""))
        expect({ exit: answered.exit, stderr: answered.stderr }).toEqual({ exit: 0, stderr: "" })
        traces.push(envelopeOf(answered).trace_id)
      }
      expect(new Set(traces).size).toBe(asked.size)
      expect(traces.every((trace) => /^trace_[0-9a-f]{32}$/.test(trace))).toBe(true)
    }))

  it("are for exactly these words: a word more is Main's affair", async () => {
    expect((await run(["version", "please"])).exit).toBe(2)
    expect((await run(["version", ""])).exit).toBe(2)
    expect((await run(["__proto__"])).exit).toBe(2)
    expect((await run(["toString"])).exit).toBe(2)
  })
})

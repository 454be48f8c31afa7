import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { bin as builtBin, copyOfBin, type Ended, envelopeOf, run, withFolder } from "./blackbox/Bin.js"

// Adds code at the end of a unit, inside its function.
const append = (main: string, code: string): void =>
  writeFileSync(
    main,
    readFileSync(main, "latin1").replace(/\n\}\)$/, () => `\n;${code}\n})`)
  )

// Runs a bin whose client was broken in some way.
const broken = (harm: (main: string) => void): Promise<Ended> =>
  withFolder((folder) => {
    const { bin, main } = copyOfBin(folder)
    harm(main)
    return run(["models", "list", "--local"], { bin, env: { HOME: folder } })
  })

const isOneFailure = (result: Ended): void => {
  const { command, error, ok, trace_id } = envelopeOf(result)
  expect({ ok, command, code: error?.code }).toEqual({
    ok: false,
    command: "image-skill",
    code: "PUBLIC_CLI_FAILED"
  })
  expect(trace_id).toMatch(/^trace_[0-9a-f]{32}$/)
  expect(result.stderr).toBe("")
  expect(result.stdout).not.toContain("secret")
  expect(result.exit).toBe(1)
}

describe("a program that is broken", () => {
  it.each<[string, (main: string) => void]>([
    ["a missing file", (main) => rmSync(main)],
    ["a file cut short", (main) => writeFileSync(main, readFileSync(main).subarray(0, 10_000))],
    ["a throw while it is loaded", (main) => append(main, `throw new Error("secret")`)],
    ["an exception nobody catches", (main) => append(main, `setImmediate(()=>{throw new Error("secret")})`)],
    ["a rejection nobody handles", (main) => append(main, `Promise.reject(new Error("secret"))`)],
    ["a thrown nothing", (main) => append(main, "setImmediate(()=>{throw undefined})")],
    ["a main that rejects", (main) => append(main, `module.exports={main:()=>Promise.reject("secret")}`)],
    ["a main that throws", (main) => append(main, `module.exports={main(){throw "secret"}}`)]
  ])("answers with one document: %s", async (_, harm) => isOneFailure(await broken(harm)))

  it("tells more only to those who ask for debug logs", () =>
    withFolder(async (folder) => {
      const { bin, main } = copyOfBin(folder)
      append(main, `throw new Error("the reason")`)
      const result = await run(["doctor"], { bin, env: { HOME: folder, IMAGE_SKILL_LOG_LEVEL: "debug" } })
      expect(envelopeOf(result).error?.code).toBe("PUBLIC_CLI_FAILED")
      expect(result.stderr).toContain("the reason")
    }))

  it("says which Node it needs", () =>
    withFolder(async (folder) => {
      for (const version of ["18.20.4", "20.14.0", "12.22.12"]) {
        const pretend = join(folder, "pretend.cjs")
        writeFileSync(
          pretend,
          `Object.defineProperty(process, "versions", { value: { node: "${version}" } })\nObject.defineProperty(process, "version", { value: "v${version}" })\n`
        )
        const result = await run(["version"], { node: ["--require", pretend] })
        isOneFailure(result)
        expect(envelopeOf(result).error?.message).toContain("20.15")
        expect(envelopeOf(result).error?.details).toEqual({
          cause: "node_version",
          found: `v${version}`,
          needed: ">=20.15"
        })
      }
    }))

  it("is written so that an old Node can read at least the launcher", () => {
    // Syntax that came after ES2015 and before Node 20.
    expect(readFileSync(builtBin, "utf8").replace(/"(?:[^"\\]|\\.)*"/g, '""')).not.toMatch(
      /\?\?|\?\.(?!\d)|\basync\b|\*\*|\.\.\.[^)\]]*}|catch\s*\{/
    )
  })
})

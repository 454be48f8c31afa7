import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ended, envelopeOf, service, shell, start, withFolder } from "./Bin.js"

const rows = Array.from({ length: 9000 }, (_, index) => ({
  id: `stand-in.model-${index}`,
  display_name: `Stand-in ${index}`,
  status: "available",
  description: "x".repeat(200)
}))
const big = JSON.stringify({
  ok: true,
  command: "image-skill models list",
  trace_id: "trace_0123456789abcdef0123456789abcdef",
  actor: null,
  data: { models: rows },
  warnings: [],
  error: null
})

describe("standard output", () => {
  let address = ""
  let close = () => {}
  beforeAll(async () => {
    const stand = await service((_, response) => {
      response.writeHead(200, { "content-type": "application/json" })
      response.end(big)
    })
    address = stand.address
    close = stand.close
  })
  afterAll(() => close())

  const list = () => ["models", "list", "--api-base-url", address]

  const isWhole = (stdout: string) => {
    expect(stdout.length).toBeGreaterThan(2_000_000)
    expect(envelopeOf({ stdout }).data?.["models"]).toHaveLength(rows.length)
    expect(stdout.endsWith("}\n")).toBe(true)
  }

  it("arrives whole through a pipe whose reader is slow", () =>
    withFolder(async (home) => {
      const result = await shell('set -o pipefail; "$@" | (sleep 1; cat)', list(), { env: { HOME: home } })
      isWhole(result.stdout)
      expect(result.exit).toBe(0)
    }))

  it("arrives whole through a socket whose reader stops and goes", () =>
    withFolder(async (home) => {
      const child = start(list(), { env: { HOME: home } })
      const result = ended(child)
      child.stdout?.on("data", () => {
        child.stdout?.pause()
        setTimeout(() => child.stdout?.resume(), 1)
      })
      isWhole((await result).stdout)
    }))

  it("ends quietly with 141 when its reader goes away", () =>
    withFolder(async (home) => {
      for (const argv of [list(), ["version"], ["creat"]]) {
        const line =
          argv[0] === "models"
            ? '"$@" | head -c 100 >/dev/null; exit "${PIPESTATUS[0]}"'
            : '(sleep 0.3; exec "$@") | true; exit "${PIPESTATUS[0]}"'
        const result = await shell(line, argv, { env: { HOME: home } })
        expect({ argv, ...result }).toEqual({ argv, exit: 141, stdout: "", stderr: "" })
      }
    }))

  it.skipIf(process.platform !== "linux")("ends with 9 and one line when the disk is full", () =>
    withFolder(async (home) => {
      for (const argv of [list(), ["version"], ["creat"]]) {
        const result = await shell('"$@" >/dev/full', argv, { env: { HOME: home } })
        expect(result.exit).toBe(9)
        expect(result.stderr).toBe("image-skill: the answer could not be written (enospc)\n")
      }
    })
  )

  it("that is closed from the start is no crash", () =>
    withFolder(async (home) => {
      for (const argv of [["version"], ["creat"]]) {
        const result = await shell('"$@" >&-', argv, { env: { HOME: home } })
        expect(result.stderr).not.toContain("    at ")
        expect(result.stdout).toBe("")
      }
    }))
})

import { spawn } from "node:child_process"
import { readdirSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { bin, ended, envelopeOf, service, shell, start, withFolder } from "./Bin.js"

// reliability §1.6: what only a process shows.

const token = { IMAGE_SKILL_TOKEN: "isk_test_0123456789abcdef" }

const made = JSON.stringify({
  ok: true,
  command: "x",
  trace_id: "trace_0",
  actor: null,
  data: { job_id: "job_1", status: "completed", assets: [] },
  warnings: [],
  error: null
})

const answering = (body: string) =>
  service((_, response) => {
    response.writeHead(200, { "content-type": "application/json" })
    response.end(body)
  })

describe("a signal while the program is still being loaded", () => {
  it.each<[NodeJS.Signals, number]>([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129]
  ])("%s leaves one document, and nothing was begun", (signal, exit) =>
    withFolder(async (home) => {
      let asked = 0
      const hanging = await service(() => (asked += 1))
      // The launcher's own listener is the first thing that it makes; the program behind it takes ten times as long to load.
      const preload = `const { on } = process; const once = process.once
process.once = function (name, listener) {
  const result = once.call(process, name, listener)
  if (name === "SIGTERM") process.kill(process.pid, ${JSON.stringify(signal)})
  return result
}`
      const at = `${home}/preload.cjs`
      writeFileSync(at, preload)
      const argv = ["create", "--prompt", "a fox", "--api-base-url", hanging.address]
      const child = start(argv, { env: { HOME: home, ...token }, node: ["--require", at] })
      const result = await ended(child)
      hanging.close()
      expect([result.exit, envelopeOf(result).error?.code, result.stderr]).toEqual([exit, "INTERRUPTED", ""])
      expect(asked).toBeLessThanOrEqual(1)
    })
  )
})

describe("standard output that takes nothing, behind a create that was paid for", () => {
  it.skipIf(process.platform !== "linux")("leaves key and job on standard error: a full disk", () =>
    withFolder(async (home) => {
      const stand = await answering(made)
      const argv = ["create", "--prompt", "x", "--idempotency-key", "key-1", "--api-base-url", stand.address]
      const result = await shell('"$@" >/dev/full', argv, { env: { HOME: home, ...token } })
      stand.close()
      expect(result).toEqual({
        exit: 9,
        stdout: "",
        stderr: "image-skill: the answer could not be written (enospc); idempotency key key-1, job job_1\n"
      })
    })
  )

  it("leaves key and job on standard error: a closed descriptor", () =>
    withFolder(async (home) => {
      const stand = await answering(made)
      const argv = ["create", "--prompt", "x", "--idempotency-key", "key-1", "--api-base-url", stand.address]
      const result = await shell('"$@" >&-', argv, { env: { HOME: home, ...token } })
      stand.close()
      expect(result.stdout).toBe("")
      expect(result.stderr).not.toContain("    at ")
      // Node opens /dev/null in its place, so that nothing looks wrong to the program.
      expect([0, 9]).toContain(result.exit)
    }))
})

describe("standard input that never ends", () => {
  it("is waited for no longer than the deadline", () =>
    withFolder(async (home) => {
      const before = Date.now()
      const child = spawn(
        process.execPath,
        [bin, "create", "--prompt-file", "-", "--timeout-ms", "400", "--api-base-url", "http://127.0.0.1:1"],
        { env: { PATH: process.env["PATH"], HOME: home, ...token }, stdio: ["pipe", "pipe", "pipe"] }
      )
      child.stdin.write("a red")
      const result = await ended(child)
      expect([result.exit, envelopeOf(result).error?.code]).toEqual([8, "TIMEOUT"])
      expect(envelopeOf(result).error?.details?.["sent"]).toBe("no")
      expect(Date.now() - before).toBeLessThan(8_000)
    }))

  it("is waited for five seconds at most where one line is wanted", () =>
    withFolder(async (home) => {
      const child = spawn(
        process.execPath,
        [bin, "whoami", "--token-stdin", "--api-base-url", "http://127.0.0.1:1"],
        { env: { PATH: process.env["PATH"], HOME: home }, stdio: ["pipe", "pipe", "pipe"] }
      )
      const result = await ended(child)
      expect([result.exit, envelopeOf(result).error?.code]).toEqual([2, "INVALID_ARGUMENTS"])
    }))
})

it("a signal during a download leaves no file", () =>
  withFolder(async (home) => {
    let begun = () => {}
    const half = new Promise<void>((resolve) => (begun = resolve))
    const stand = await service((request, response) => {
      if (request.url?.startsWith("/v1/assets/") === true) {
        const url = `${stand.address}/a/image_1.png`
        response.writeHead(200, { "content-type": "application/json" })
        response.end(
          JSON.stringify({ ok: true, data: { asset: { asset_id: "image_1", url, content_length: 1e6 } } })
        )
        return
      }
      response.writeHead(200, { "content-type": "image/png", "content-length": "1000000" })
      response.write(Buffer.alloc(200_000, 1), begun)
    })
    const out = `${home}/out.png`
    const child = start(["assets", "get", "image_1", "--output", out, "--api-base-url", stand.address], {
      env: { HOME: home, ...token }
    })
    const result = ended(child)
    await half
    child.kill("SIGTERM")
    const { exit, stdout } = await result
    stand.close()
    expect([exit, envelopeOf({ stdout }).error?.code]).toEqual([143, "INTERRUPTED"])
    expect(readdirSync(home).filter((name) => name.includes("out.png"))).toEqual([])
  }))

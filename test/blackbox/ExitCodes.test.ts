import { describe, expect, it } from "vitest"
import { envelopeOf, run, service, withFolder } from "./Bin.js"

const token = { IMAGE_SKILL_TOKEN: "isk_test_0123456789abcdef" }

describe("exit codes", () => {
  it.each<[string, number, ReadonlyArray<string>]>([
    ["nothing to do", 0, []],
    ["doctor, whatever it finds", 0, ["doctor", "--api-base-url", "http://127.0.0.1:1"]],
    ["an unknown command", 2, ["creat"]],
    ["an unknown flag", 2, ["create", "--promt", "x"]],
    ["a service that is not there", 7, ["models", "list", "--api-base-url", "http://127.0.0.1:1"]],
    ["a plain http address elsewhere", 2, ["models", "list", "--api-base-url", "http://example.invalid"]]
  ])("%s: %i", (_, exit, argv) =>
    withFolder(async (home) => {
      const result = await run(argv, { env: { HOME: home } })
      expect(result.exit).toBe(exit)
      expect(envelopeOf(result).ok).toBe(exit === 0)
      expect(result.stderr).toBe("")
    })
  )

  it.each<[number, string, number]>([
    [400, "INVALID_ARGUMENTS", 2],
    [401, "AUTH_REQUIRED", 3],
    [403, "CAPABILITY_DENIED", 4],
    [402, "QUOTA_EXCEEDED", 5],
    [422, "CONTENT_POLICY_DENIED", 6],
    [502, "PROVIDER_FAILURE", 7],
    [504, "TIMEOUT", 8],
    [507, "ARTIFACT_STORAGE_WRITE_FAILED", 9],
    [404, "NOT_FOUND", 1]
  ])("a service's %i %s: %i", (status, code, exit) =>
    withFolder(async (home) => {
      const stand = await service((_, response) => {
        response.writeHead(status, { "content-type": "application/json" })
        response.end(
          JSON.stringify({
            ok: false,
            command: "image-skill models show",
            trace_id: "trace_0123456789abcdef",
            actor: null,
            data: null,
            warnings: [],
            error: { code, message: "no", retryable: false }
          })
        )
      })
      const result = await run(
        ["models", "show", "m", "--api-base-url", stand.address, "--timeout-ms", "2000"],
        {
          env: { HOME: home, ...token }
        }
      )
      stand.close()
      expect(result.exit).toBe(exit)
      expect(envelopeOf(result).error?.code).toBe(code)
    })
  )

  it("does not wait for a connection that the service keeps open", () =>
    withFolder(async (home) => {
      const stand = await service((_, response) => {
        response.writeHead(200, { "content-type": "application/json", connection: "keep-alive" })
        response.end(
          JSON.stringify({
            ok: true,
            command: "image-skill models list",
            trace_id: "trace_0123456789abcdef",
            actor: null,
            data: { models: [] },
            warnings: [],
            error: null
          })
        )
      })
      const before = Date.now()
      const result = await run(["models", "list", "--api-base-url", stand.address], { env: { HOME: home } })
      stand.close()
      expect(result.exit).toBe(0)
      expect(Date.now() - before).toBeLessThan(4_000)
    }))
})

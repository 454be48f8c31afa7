import { describe, expect, it } from "vitest"
import { ended, envelopeOf, service, start, withFolder } from "./Bin.js"

describe("a signal during a create that hangs", () => {
  it.each<[NodeJS.Signals, number]>([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129]
  ])("%s leaves one document and exit %i", (signal, exit) =>
    withFolder(async (home) => {
      let heard = () => {}
      const asked = new Promise<void>((resolve) => (heard = resolve))
      // Takes every request and never answers.
      const hanging = await service(() => heard())
      const child = start(
        ["create", "--prompt", "a fox", "--api-base-url", hanging.address, "--idempotency-key", "key-1"],
        { env: { HOME: home, IMAGE_SKILL_TOKEN: "isk_test_0123456789abcdef" } }
      )
      const result = ended(child)
      await asked
      child.kill(signal)
      const { exit: code, stderr, stdout } = await result
      hanging.close()
      expect(envelopeOf({ stdout }).error?.code).toBe("INTERRUPTED")
      expect(stdout).not.toContain("isk_test")
      expect(stderr).toBe("")
      expect(code).toBe(exit)
    })
  )

  it("a second one of the same kind ends the process at once", () =>
    withFolder(async (home) => {
      let heard = () => {}
      const asked = new Promise<void>((resolve) => (heard = resolve))
      const hanging = await service(() => heard())
      const child = start(["models", "list", "--api-base-url", hanging.address], { env: { HOME: home } })
      const result = ended(child)
      await asked
      child.kill("SIGINT")
      child.kill("SIGINT")
      expect((await result).exit).toBe(130)
      hanging.close()
    }))
})

import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { ended, run, type Seen, start } from "./Bin.js"

const homes: Array<string> = []
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true })
})

const seen = (text: string) => JSON.parse(text) as Seen
const command = ["create", "--local", "--prompt", "a red fox beside a lighthouse", "--output-count", "4"]

describe("a create on this machine that is killed and typed again", () => {
  it.each([30, 90, 180])(
    "goes on with the same job, %i ms after its output began to be drawn",
    async (delay) => {
      const home = mkdtempSync(join(tmpdir(), "image-skill-attempts-"))
      homes.push(home)
      const env = { HOME: home }
      const before = seen((await run(["quota", "--local"], { env })).stdout)
      const child = start(command, { env })
      const first = ended(child)
      // Its own lock beside no other says that it is at work.
      const locks = join(home, ".local/share/image-skill/locks")
      while (readdirSync(locks).length === 0 && child.exitCode === null) await pause(2)
      await pause(delay)
      child.kill("SIGKILL")
      const cut = await first

      const second = seen((await run(command, { env })).stdout)
      expect(second.ok).toBe(true)
      const jobs = seen((await run(["jobs", "list", "--local"], { env })).stdout).data?.["jobs"]
      // Killed before it reserved anything, or after it had told everything, it left nothing to go on with.
      const told = cut.exit === 0 ? 2 : 1
      expect(jobs).toHaveLength(told)
      const after = seen((await run(["quota", "--local"], { env })).stdout)
      expect(credits(before) - credits(after)).toBe(4 * told)
    },
    30_000
  )
})

const credits = ({ data }: Seen): number =>
  (data?.["limits"] as { readonly remaining_credits: number } | undefined)?.remaining_credits ?? Number.NaN

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

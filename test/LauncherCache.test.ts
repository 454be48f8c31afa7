import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { copyOfBin, envelopeOf, run, withFolder } from "./blackbox/Bin.js"

// A command line that only Main can answer, quickly.
const line = ["creat"]

interface Place {
  readonly bin: string
  /** The file of the client's code. */
  readonly main: string
  readonly home: string
  /** Runs the line, and expects its one right answer. */
  readonly runs: (env?: Readonly<Record<string, string>>) => Promise<void>
  /** Paths of the entries that the user's cache holds. */
  readonly entries: () => ReadonlyArray<string>
}

const withPlace = (use: (place: Place) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    const home = join(folder, "home")
    const cache = join(home, ".cache/image-skill")
    mkdirSync(home)
    const copy = copyOfBin(folder)
    await use({
      ...copy,
      home,
      runs: async (env = { HOME: home }) => {
        const result = await run(line, { bin: copy.bin, env, cwd: folder })
        expect(result.stderr).toBe("")
        expect(envelopeOf(result).error?.code).toBe("PUBLIC_CLI_COMMAND_NOT_AVAILABLE")
        expect(result.exit).toBe(2)
      },
      entries: () => {
        try {
          return readdirSync(cache).map((name) => join(cache, name))
        } catch {
          return []
        }
      }
    })
  })

const only = (entries: ReadonlyArray<string>): string => {
  expect(entries).toHaveLength(1)
  return entries[0] ?? ""
}

describe("code cache", () => {
  it("is written by the first run, for this user only, and then left alone", () =>
    withPlace(async ({ entries, home, runs }) => {
      await runs()
      const entry = only(entries())
      expect(statSync(entry).mode & 0o777).toBe(0o600)
      expect(statSync(join(home, ".cache/image-skill")).mode & 0o777).toBe(0o700)
      const { ino } = statSync(entry)
      await runs()
      expect(statSync(only(entries())).ino).toBe(ino)
    }))

  it("is rewritten when it was cut short or a bit of it flipped", () =>
    withPlace(async ({ entries, runs }) => {
      await runs()
      const entry = only(entries())
      const whole = readFileSync(entry)
      const flipped = (at: number) => {
        const bytes = Buffer.from(whole)
        bytes[at] = (bytes[at] ?? 0) ^ 4
        return bytes
      }
      const damaged = [
        Buffer.alloc(0),
        whole.subarray(0, 7),
        whole.subarray(0, 16),
        whole.subarray(0, whole.length >> 1),
        whole.subarray(0, whole.length - 1),
        Buffer.concat([whole, Buffer.alloc(8)]),
        Buffer.alloc(whole.length),
        ...[0, 5, 9, 13, 16, 24, 40, 1000, whole.length >> 1, whole.length - 1].map(flipped)
      ]
      for (const bytes of damaged) {
        writeFileSync(entry, bytes)
        await runs()
        expect(readFileSync(only(entries())).subarray(0, 8)).toEqual(whole.subarray(0, 8))
        expect(readFileSync(entry).equals(bytes)).toBe(false)
      }
    }))

  it("never runs old code for a source that was edited to the same length", () =>
    withPlace(async ({ bin, entries, home, main, runs }) => {
      await runs()
      only(entries())
      writeFileSync(
        main,
        readFileSync(main, "latin1").replaceAll("there is no command", "there was a command")
      )
      for (const _ of [1, 2]) {
        const result = await run(line, { bin, env: { HOME: home } })
        expect(envelopeOf(result).error?.message).toContain("there was a command")
      }
    }))

  it("survives twenty first runs at once", () =>
    withPlace(async ({ entries, runs }) => {
      await Promise.all(Array.from({ length: 20 }, () => runs()))
      only(entries())
      await runs()
    }))

  it("is done without where it cannot be written", () =>
    withPlace(async ({ home, runs }) => {
      const file = join(home, "file")
      writeFileSync(file, "")
      for (const base of ["/proc/nowhere", "/dev/null", file, "/proc/self/fd/999/x"]) {
        await runs({ HOME: home, XDG_CACHE_HOME: base })
      }
      expect(readdirSync(home)).toEqual(["file"])
    }))

  it("is done without where no home is named, or one that is no absolute path", () =>
    withPlace(async ({ bin, home, runs }) => {
      await runs({})
      await runs({ HOME: "" })
      await runs({ HOME: "relative", XDG_CACHE_HOME: "also/relative" })
      expect(readdirSync(home)).toEqual([])
      expect(readdirSync(join(bin, "../../..")).sort()).toEqual(["dist", "home"])
    }))

  it("is not read when others may write it", () =>
    withPlace(async ({ entries, runs }) => {
      await runs()
      const entry = only(entries())
      chmodSync(entry, 0o666)
      await runs()
      expect(statSync(only(entries())).mode & 0o777).toBe(0o600)
    }))

  it.skipIf(process.getuid?.() !== 0)("is not read when it belongs to another user", () =>
    withPlace(async ({ entries, runs }) => {
      await runs()
      const entry = only(entries())
      chownSync(entry, 65534, 65534)
      await runs()
      expect(statSync(only(entries())).uid).toBe(0)
    })
  )

  it("falls back from a damaged cache beside the program to the user's", () =>
    withPlace(async ({ bin, entries, runs }) => {
      await runs()
      const name = only(entries()).split("/").at(-1) ?? ""
      mkdirSync(join(bin, "../cache"))
      writeFileSync(join(bin, "../cache", name), "damaged")
      await runs()
      expect(readFileSync(join(bin, "../cache", name), "utf8")).toBe("damaged")
    }))

  it("holds only a few entries", () =>
    withPlace(async ({ entries, home, runs }) => {
      const cache = join(home, ".cache/image-skill")
      mkdirSync(cache, { recursive: true, mode: 0o700 })
      for (let index = 0; index < 90; index++) writeFileSync(join(cache, `0.0.${index}-Main.jsc`), "old")
      writeFileSync(join(cache, "unrelated"), "kept")
      await runs()
      expect(entries().length).toBeLessThanOrEqual(49)
      expect(entries().some((path) => path.endsWith("unrelated"))).toBe(true)
    }))
})

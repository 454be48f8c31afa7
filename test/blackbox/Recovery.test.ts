import { spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import type { CrashPoint } from "../../src/Server/Domain/Crash.js"
import { atWork, buildCuttable } from "../support/MoneyBin.js"
import { pixel } from "../support/MoneyEngine.js"
import { judge, losses } from "../support/MoneyOracle.js"
import { rowsOf } from "../support/MoneySupervisor.js"
import { bin, ended, envelopeOf, run, start, withFolder } from "./Bin.js"

let cuttable = ""
beforeAll(async () => {
  cuttable = await buildCuttable(`cuttable-${process.pid}`)
})

const dataOf = (home: string) => join(home, ".local/share/image-skill")

/** What a folder holds once everything is over: how often it was paid, and what came of it. */
const outcomeOf = (home: string) => {
  const rows = rowsOf(dataOf(home))
  const count = (table: string, holds: (row: Record<string, unknown>) => boolean = () => true) =>
    (rows[table] ?? []).filter(holds).length
  // The local engine is in the process that dies, so what it did cannot be counted from outside; its charges are the debits.
  const once = { submissions: 1, charges: 1, collects: 0, lookups: 0, delivered: true }
  const known = new Map((rows["jobs"] ?? []).map((row) => [String(row["id"]), once]))
  return {
    losses: losses(judge(rows, known)),
    debits: count("usages"),
    captures: count("transfers", ({ kind }) => kind === "capture"),
    uploads: count("assets", ({ kind }) => kind === "uploaded"),
    made: count("assets", ({ kind }) => kind !== "uploaded"),
    paidJobs: count("jobs", ({ operation }) => operation !== "upload"),
    open: count("jobs", ({ status }) => status === "queued" || status === "running")
  }
}

const paidOnce = { losses: [], debits: 1, captures: 1, made: 1, paidJobs: 1, open: 0 }

describe("edit --input photo.png --idempotency-key K, cut", () => {
  const edit = ["edit", "--local", "--input", "photo.png", "--prompt", "rotate 90", "--idempotency-key", "K"]
  const cutAt = async (home: string, at: CrashPoint, by: "SIGKILL" | "SIGINT") => {
    writeFileSync(join(home, "photo.png"), pixel("the photo"))
    const env = {
      HOME: home,
      IMAGE_SKILL_COMMAND: `${process.execPath} ${bin}`,
      MONEY_CUT_AT: at,
      MONEY_CUT_BY: by
    }
    return run(edit, { env, cwd: home, bin: cuttable })
  }

  it.each<[string, CrashPoint]>([
    ["after the upload", "uploaded"],
    ["after the store", "outputs_linked"],
    ["after the charge", "settled"]
  ])("%s by SIGKILL, and run again: one debit, no conflict", (_, at) =>
    withFolder(async (home) => {
      expect((await cutAt(home, at, "SIGKILL")).exit).toBe(137)
      const again = envelopeOf(await run(edit, { env: { HOME: home }, cwd: home }))
      expect(again.error).toBeNull()
      expect(again.data?.["status"]).toBe("completed")
      expect(outcomeOf(home)).toEqual({ ...paidOnce, uploads: 1 })
    })
  )

  it.each<[string, CrashPoint]>([
    ["after the upload", "uploaded"],
    ["after the store", "outputs_linked"],
    ["after the charge", "settled"]
  ])("%s by SIGINT, and run again exactly as the recovery says: one debit, no conflict", (_, at) =>
    withFolder(async (home) => {
      const cut = await cutAt(home, at, "SIGINT")
      expect(cut.exit).toBe(130)
      const { error } = envelopeOf(cut)
      const suggested = String(error?.recovery?.["suggested_command"])
      const again = await ended(
        spawn("sh", ["-c", suggested], {
          cwd: home,
          env: { PATH: process.env["PATH"], HOME: home },
          stdio: ["ignore", "pipe", "pipe"]
        })
      )
      expect(envelopeOf(again).error, suggested).toBeNull()
      expect(outcomeOf(home)).toEqual({ ...paidOnce, uploads: 1 })
    })
  )
})

it("create --local, killed while its engine draws, goes on with the same job when it is run again at once", () =>
  withFolder(async (home) => {
    const create = ["create", "--local", "--prompt", "a red fox", "--idempotency-key", "K"]
    const child = start(create, { env: { HOME: home } })
    const end = ended(child)
    await atWork(dataOf(home))
    child.kill("SIGKILL")
    expect(await end).toMatchObject({ exit: 137, stdout: "" })
    const left = rowsOf(dataOf(home))["jobs"] ?? []
    const again = envelopeOf(await run(create, { env: { HOME: home } }))
    expect(again.data?.["job_id"]).toBe(left[0]?.["id"])
    expect(again.data?.["status"]).toBe("completed")
    expect(left[0]?.["status"]).toBe("running")
    expect(outcomeOf(home)).toEqual({ ...paidOnce, uploads: 0 })
  }))

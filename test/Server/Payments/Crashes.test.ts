import { spawn } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { build } from "esbuild"
import { expect, it } from "vitest"
import { paymentCrashPoints } from "../../../src/Server/Domain/Crash.js"
import { paySession, refundIntent, startStripe, type Thing } from "../../support/Emulators/Stripe/index.js"
import type { Orders, Said, Work } from "./PaymentChild.js"
import { environmentOf } from "./Shop.js"

const root = path.resolve(import.meta.dirname, "../../..")

const buildChild = async (): Promise<string> => {
  const cache = path.join(root, "node_modules/.cache/payments")
  mkdirSync(cache, { recursive: true })
  const outfile = path.join(cache, `child-${process.pid}.mjs`)
  await build({
    entryPoints: [path.join(import.meta.dirname, "PaymentChild.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["libsql", "sharp"],
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);"
    },
    logLevel: "silent"
  })
  return outfile
}

interface Ended {
  readonly killed: boolean
  readonly said: ReadonlyArray<Said>
  readonly errors: string
}

const runChild = (script: string, orders: Orders): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [script, JSON.stringify(orders)], {
      stdio: ["ignore", "pipe", "pipe"]
    })
    let out = ""
    let errors = ""
    child.stdout.on("data", (data: Buffer) => (out += data.toString()))
    child.stderr.on("data", (data: Buffer) => (errors += data.toString()))
    child.on("close", (_, signal) =>
      resolve({
        killed: signal === "SIGKILL",
        said: out
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line) as Said),
        errors
      })
    )
  })

interface Reader {
  readonly prepare: (sql: string) => { readonly all: () => ReadonlyArray<Record<string, unknown>> }
  readonly close: () => void
}

/** Counts rows with the engine alone, without any code of the product. */
const counts = (folder: string) => {
  const Libsql = createRequire(import.meta.url)("libsql") as new (file: string) => Reader
  const database = new Libsql(path.join(folder, "image-skill.db"))
  const one = (sql: string) => Number(Object.values(database.prepare(sql).all()[0] ?? {})[0])
  try {
    return {
      quotes: one("SELECT count(*) FROM quotes"),
      attempts: one("SELECT count(*) FROM payment_attempts"),
      told: one("SELECT count(*) FROM events WHERE type = 'payment.checkout_session.created'"),
      granted: one("SELECT coalesce(sum(amount), 0) FROM transfers WHERE kind = 'grant'"),
      receipts: one("SELECT count(*) FROM receipts"),
      reversed: one("SELECT coalesce(sum(amount), 0) FROM transfers WHERE kind = 'reversal'"),
      paid: one(
        "SELECT coalesce((SELECT balance FROM entries WHERE account_id = 'org_crash:paid' ORDER BY seq DESC LIMIT 1), 0)"
      )
    }
  } finally {
    database.close()
  }
}

const begun = { quotes: 1, attempts: 1, told: 1, granted: 0, receipts: 0, reversed: 0, paid: 0 }
const granted = { ...begun, granted: 500, receipts: 1, paid: 500 }
const reversed = { ...granted, reversed: 200, paid: 300 }

it("kill -9 around each write of a payment: nothing is lost, and nothing is done twice", async () => {
  const script = await buildChild()
  const stripe = await startStripe()
  const folders: Array<string> = []
  const folder = (copied?: string): string => {
    const made = mkdtempSync(path.join(tmpdir(), "payments-crash-"))
    folders.push(made)
    if (copied !== undefined) cpSync(copied, made, { recursive: true })
    return made
  }
  const env = environmentOf(stripe)
  const delivery = (event: Thing): Work => ({ do: "deliver", ...stripe.sign(event) })
  try {
    // One purchase as far as each stage; every later cell begins with a copy of it.
    const bought = folder()
    const first = await runChild(script, { root: bought, env, work: [{ do: "buy" }] })
    expect([first.errors, first.said[0]?.ok]).toEqual(["", true])
    const session = stripe.sessions()[0] as Thing
    const paid = paySession(stripe.books, session).at(-1) as Thing
    const rich = folder(bought)
    await runChild(script, { root: rich, env, work: [delivery(paid)] })
    expect(counts(rich)).toEqual(granted)
    const refund = refundIntent(stripe.books, session["payment_intent"], 200)[0] as Thing

    const wrong: Array<unknown> = []
    const cell = async (point: string, start: string | undefined, work: Work, ends: object) => {
      const at = folder(start)
      const died = await runChild(script, { root: at, env, dieAt: point, work: [work] })
      if (!died.killed || died.said.length > 0) wrong.push([point, "did not die", died])
      // Twice, because what is repeated must also be recognised.
      const after = await runChild(script, { root: at, env, work: [work, work, { do: "audit" }] })
      const [recovered, repeated, audit] = after.said
      if (recovered?.ok !== true || repeated?.ok !== true) wrong.push([point, after])
      if (JSON.stringify(audit?.said) !== "[]") wrong.push([point, audit?.said])
      const seen = counts(at)
      if (JSON.stringify(seen) !== JSON.stringify(ends)) wrong.push([point, seen])
      const mine = (recovered?.said ?? {}) as { readonly attempt?: string }
      if (work.do === "buy") {
        const made = stripe.sessions().filter((one) => one["client_reference_id"] === mine.attempt)
        if (made.length !== 1) wrong.push([point, "sessions", made.length])
      }
    }
    const queue = paymentCrashPoints.flatMap((point): ReadonlyArray<() => Promise<void>> => {
      if (point === "credits_granted") return [() => cell(point, bought, delivery(paid), granted)]
      if (point === "credits_reversed") return [() => cell(point, rich, delivery(refund), reversed)]
      return point.startsWith("event_")
        ? [() => cell(point, bought, delivery(paid), granted)]
        : [() => cell(point, undefined, { do: "buy" }, begun)]
    })
    expect(queue.length).toBe(12)
    const worker = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next()
    }
    await Promise.all([worker(), worker()])
    expect(wrong).toEqual([])
  } finally {
    await stripe.close()
    for (const one of folders) rmSync(one, { recursive: true, force: true })
    rmSync(script, { force: true })
  }
}, 180_000)

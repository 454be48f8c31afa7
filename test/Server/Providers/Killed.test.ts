import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { crashPoints, type CrashPoint } from "../../../src/Server/Domain/Crash.js"
import {
  type Emulator,
  startAutomatic1111,
  startComfyui,
  startFal,
  startOpenai
} from "../../support/Emulators/index.js"
import { buildChild } from "../../support/MoneySupervisor.js"
import type { ProviderEnd, ProviderOrders } from "../../support/ProviderChild.js"

let script: string
beforeAll(() => {
  script = buildChild(undefined, `provider-${process.pid}`, "test/support/ProviderChild.ts")
})
afterAll(() => rmSync(script))

/** Runs a process with its orders to its end, `null` when it was killed. */
const run = (orders: ProviderOrders): Promise<ProviderEnd | null> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, JSON.stringify(orders)], {
      stdio: ["ignore", "pipe", "pipe"]
    })
    let out = ""
    let errors = ""
    child.stdout.on("data", (data: Buffer) => (out += data.toString()))
    child.stderr.on("data", (data: Buffer) => (errors += data.toString()))
    child.on("close", (code, signal) =>
      signal === "SIGKILL"
        ? resolve(null)
        : code === 0
          ? resolve(JSON.parse(out) as ProviderEnd)
          : reject(new Error(errors))
    )
  })

const openaiEnv = ({ baseUrl, key }: Emulator) => ({
  OPENAI_API_KEY: key,
  IMAGE_SKILL_OPENAI_BASE_URL: baseUrl
})
const falEnv = ({ baseUrl, key }: Emulator) => ({ FAL_KEY: key, IMAGE_SKILL_FAL_QUEUE_URL: baseUrl })

const vendors = {
  openai: { start: startOpenai, env: openaiEnv, model: "openai.gpt-image-2", credits: 9 },
  fal: {
    start: () => startFal({ polls: { queued: 0, running: 0 } }),
    env: falEnv,
    model: "fal.ltx-video-13b-distilled",
    credits: 7
  },
  comfyui: {
    start: () => startComfyui({ polls: { queued: 0, running: 0 } }),
    env: ({ baseUrl }: Emulator) => ({ IMAGE_SKILL_COMFYUI_URL: baseUrl }),
    model: "comfyui.image",
    credits: 1
  },
  automatic1111: {
    start: startAutomatic1111,
    env: ({ baseUrl, key }: Emulator) => ({
      IMAGE_SKILL_AUTOMATIC1111_URL: baseUrl,
      IMAGE_SKILL_AUTOMATIC1111_KEY: key
    }),
    model: "automatic1111.image",
    credits: 1
  }
} as const

/** What the same key brings after a death: everything that is paid for once the answer is written down, no more before. */
const after = { paid: "made", lost: "PROVIDER_OUTCOME_UNKNOWN" } as const
const cells: ReadonlyArray<readonly [keyof typeof vendors, CrashPoint, keyof typeof after, number]> = [
  ["openai", "reserved", "paid", 1],
  // Announced and not yet sent: nobody can tell it from sent.
  ["openai", "submit_noted", "lost", 0],
  ["openai", "submitted", "lost", 1],
  ["openai", "submit_stored", "paid", 1],
  ["openai", "settling", "paid", 1],
  ["fal", "submit_noted", "lost", 0],
  ["fal", "submitted", "lost", 1],
  ["fal", "submit_stored", "paid", 1],
  ["fal", "collected", "paid", 1],
  ["fal", "outputs_linked", "paid", 1],
  ["fal", "settling", "paid", 1],
  // Who can be asked is asked: what did not arrive is sent, what did is collected.
  ["comfyui", "submit_noted", "paid", 1],
  ["comfyui", "submitted", "paid", 1],
  // Whose runs cost nobody money makes a lost one again.
  ["automatic1111", "submitted", "paid", 2]
]

describe("kill -9, then the same key in another process", () => {
  it.concurrent.each(cells)(
    "%s at %s: %s",
    async (name, point, end, submissions) => {
      expect(crashPoints).toContain(point)
      const vendor = vendors[name]
      const emulator = await vendor.start()
      const root = mkdtempSync(path.join(tmpdir(), "image-skill-killed-"))
      try {
        const orders = { root, env: vendor.env(emulator), model: vendor.model, key: "the-key" }
        expect(await run({ ...orders, dieAt: point })).toBe(null)
        const resumed = await run(orders)
        expect(resumed).toEqual(
          end === "paid"
            ? { code: null, assets: 1, debited: vendor.credits }
            : { code: after.lost, assets: 0, debited: 0 }
        )
        expect(emulator.submissions).toHaveLength(submissions)
        if (end === "paid") return
        // What is in doubt stays in doubt however often it is asked for.
        expect(await run(orders)).toEqual(resumed)
        expect(emulator.submissions).toHaveLength(submissions)
      } finally {
        rmSync(root, { recursive: true, force: true })
        await emulator.close()
      }
    },
    60_000
  )
})

import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import {
  type Emulator,
  faultInfo,
  faultNames,
  type ProviderName,
  starters
} from "../../support/Emulators/index.js"
import { adapterOf, deadlinesFor, faultPlan, perform, prompt, shortly } from "./ConformanceHarness.js"
import { endings } from "./ConformanceTables.js"

const providers: ReadonlyArray<ProviderName> = [
  "openai",
  "xai",
  "fal",
  "compatible",
  "comfyui",
  "automatic1111"
]

const withEmulator = async <A>(name: ProviderName, use: (emulator: Emulator) => Promise<A>): Promise<A> => {
  const emulator = await starters[name]()
  try {
    return await use(emulator)
  } finally {
    await emulator.close()
  }
}

describe.each(providers)("%s", (name) => {
  const rows = Object.entries(endings[name]).flatMap(([ending, faults]) =>
    faults.map((fault) => [fault, ending] as const)
  )

  it("has an ending for every fault that its emulator knows", () => {
    expect(rows.map(([fault]) => fault).sort()).toEqual([...faultNames(name)].sort())
    expect(rows.length).toBeGreaterThan(40)
  })

  it.concurrent.each(rows)(
    "%s ends as %s",
    async (fault, ending) => {
      await withEmulator(name, async (emulator) => {
        emulator.script({ fault, ...(fault === "late-success" ? { ms: 4_000 } : {}) })
        const provider = adapterOf(emulator, deadlinesFor(fault))
        const ended = await Effect.runPromise(perform(provider, faultPlan(name, fault)))
        expect(shortly(ended)).toBe(ending)
        // Whatever happened, nothing was sent twice.
        expect(emulator.submissions.length).toBeLessThanOrEqual(1)
        if (ended._tag !== "Failed") return
        const { acceptance, error } = ended.fault
        const told = JSON.stringify([error, error.message])
        expect(told).not.toContain(emulator.key.replace(/^(?:Bearer|Key) /, ""))
        expect(told).not.toContain(prompt)
        // What was surely billed is never called free, and what is called free was surely not billed.
        if (faultInfo(name, fault).billed === "yes") expect(acceptance).not.toBe("refused")
        if (acceptance === "refused") expect(emulator.paid).toBe(0)
      })
    },
    60_000
  )
})

describe("fal, after its queue has taken a request", () => {
  const passing = ["http-500", "http-502-html", "http-503", "http-504", "rate-limited", "cut-body"]
  it.concurrent.each(
    passing.flatMap((fault) => (["status", "result"] as const).map((on) => [fault, on] as const))
  )(
    "%s of a %s is waited out",
    async (fault, on) => {
      await withEmulator("fal", async (emulator) => {
        emulator.script({ fault, on })
        const ended = await Effect.runPromise(perform(adapterOf(emulator), faultPlan("fal", fault)))
        expect(shortly(ended)).toBe("ok 2")
        expect(emulator.submissions.length).toBe(1)
      })
    },
    30_000
  )

  it("a pause is gone on with by another process, without submitting again", async () => {
    await withEmulator("fal", async (emulator) => {
      const plan = faultPlan("fal", "")
      const submitted = await Effect.runPromise(adapterOf(emulator).submit(plan))
      expect(submitted._tag).toBe("Pending")
      if (submitted._tag !== "Pending") return
      // The reference survives a checkpoint.
      const reference = JSON.parse(JSON.stringify(submitted.reference)) as Record<string, unknown>
      emulator.script({ fault: "http-503", on: "status", times: 9 })
      const first = await Effect.runPromise(Effect.flip(adapterOf(emulator).collect(plan, reference)))
      expect(first.acceptance).toBe("interrupted")
      await Effect.runPromise(Effect.sleep("1 millis"))
      const delivery = await Effect.runPromise(
        Effect.retry(adapterOf(emulator).collect(plan, reference), { times: 3 })
      )
      expect(delivery.outputs.length).toBe(2)
      expect(emulator.submissions.length).toBe(1)
    })
  }, 30_000)

  it("a request is canceled at its own address", async () => {
    await withEmulator("fal", async (emulator) => {
      const plan = faultPlan("fal", "")
      const provider = adapterOf(emulator)
      const submitted = await Effect.runPromise(provider.submit(plan))
      if (submitted._tag !== "Pending" || provider.cancel === undefined) throw new Error("not pending")
      expect(await Effect.runPromise(provider.cancel(plan, submitted.reference))).toBe(true)
      expect(emulator.jobs.map(({ cancelled }) => cancelled)).toEqual([true])
    })
  })
})

import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { home, type Machine, makeMachine } from "../../src/Testing/index.js"

const create = (...more: ReadonlyArray<string>) => ["create", "--local", "--prompt", "a zorble fox", ...more]
const remaining = (machine: Machine) =>
  Effect.map(machine.run(["quota", "--local"]), ({ envelope }) => {
    const limits = envelope.data?.["limits"] as { readonly remaining_credits: number }
    return limits.remaining_credits
  })
const assetsOf = (data: unknown) =>
  (data as { readonly assets: ReadonlyArray<{ readonly asset_id: string }> }).assets.map(
    ({ asset_id }) => asset_id
  )

describe("a replay whose output was deleted", () => {
  it.scopedLive.each([["--idempotency-key", "d"], ["--reuse"]])(
    "says so instead of saving nothing: %s",
    (again) =>
      Effect.gen(function* () {
        const machine = yield* makeMachine()
        const made = yield* machine.run(create(...again))
        const [asset = ""] = assetsOf(made.envelope.data)
        yield* machine.run(["assets", "delete", asset, "--local"])
        const left = yield* remaining(machine)

        const shown = yield* machine.run(create(...again))
        expect([shown.exitCode, shown.envelope.data?.["assets"]]).toEqual([0, []])
        expect(shown.envelope.warnings).toContain(
          "an output was deleted since and cannot be fetched any more"
        )

        const file = `${home}/dl.png`
        const saved = yield* machine.run(create(...again, "--download", file))
        expect(saved.exitCode).toBe(9)
        expect(saved.envelope.error).toMatchObject({
          code: "OUTPUT_WRITE_FAILED",
          retryable: false,
          details: { cause: "asset_deleted", job_id: made.envelope.data?.["job_id"], asset_ids: [] },
          recovery: {
            retry: { policy: "never", key: made.envelope.data?.["idempotency_key"] },
            suggested_command: `image-skill jobs show ${String(made.envelope.data?.["job_id"])} --local`
          }
        })
        expect(saved.changed).not.toContain(file)
        const another = saved.envelope.error?.recovery?.next?.find(({ id }) => id === "again")
        expect(another?.effect.credit_debit).toBe(true)
        expect(yield* remaining(machine)).toBe(left)
        const fresh = yield* machine.run(another?.argv ?? [])
        expect([fresh.exitCode, fresh.envelope.data?.["idempotent_replayed"]]).toEqual([0, false])
        expect(yield* remaining(machine)).toBe(left - 1)
      })
  )

  it.scopedLive("tells how many of several are gone, and saves the others", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine()
      const line = create("--idempotency-key", "d", "--output-count", "3")
      const made = yield* machine.run(line)
      const [kept, ...gone] = assetsOf(made.envelope.data)
      for (const asset of gone) yield* machine.run(["assets", "delete", asset, "--local"])
      const { envelope, exitCode } = yield* machine.run([...line, "--download", `${home}/x.png`])
      expect([exitCode, assetsOf(envelope.data)]).toEqual([0, [kept]])
      expect(envelope.data?.["downloads"]).toHaveLength(1)
      expect(envelope.warnings).toContain("2 outputs were deleted since and cannot be fetched any more")
    })
  )
})

describe("the terms of a key", () => {
  it.scopedLive("count the usual aspect ratio as the same, said or not, and any other as another", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine()
      const before = yield* remaining(machine)
      const square = ["--aspect-ratio", "1:1"]
      for (const [key, first, second] of [
        ["a", [], square],
        ["b", square, []]
      ] as const) {
        const made = yield* machine.run(create("--idempotency-key", key, ...first))
        const again = yield* machine.run(create("--idempotency-key", key, ...second))
        expect(again.envelope.error).toBeNull()
        expect(again.envelope.data).toMatchObject({
          job_id: made.envelope.data?.["job_id"],
          idempotent_replayed: true
        })
        const other = yield* machine.run(create("--idempotency-key", key, "--aspect-ratio", "16:9"))
        expect(other.envelope.error?.code).toBe("IDEMPOTENCY_CONFLICT")
      }
      // A drawing brings its own ratio: to say 1:1 is to ask for something else.
      const drawing = ["--model", "local.svg", "--model-parameters-json"]
      const svg = JSON.stringify({
        svg: '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="9" height="9"/></svg>',
        long_edge: 512
      })
      const own = create(...drawing, svg, "--idempotency-key", "c")
      expect((yield* machine.run(own)).exitCode).toBe(0)
      expect((yield* machine.run([...own, "--aspect-ratio", "auto"])).exitCode).toBe(0)
      expect((yield* machine.run([...own, ...square])).envelope.error?.code).toBe("IDEMPOTENCY_CONFLICT")
      expect(before - (yield* remaining(machine))).toBe(3)
    })
  )
})

describe("a replay", () => {
  it.scopedLive("tells what was not depicted again, to whoever brings the prompt", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine()
      const line = create("--idempotency-key", "r", "--aspect-ratio", "3:2", "--output-count", "2")
      const made = yield* machine.run(line)
      expect(made.envelope.warnings).toContain("not depicted: zorble")
      const again = yield* machine.run(line)
      expect(again.envelope.data).toMatchObject({ idempotent_replayed: true })
      expect(again.envelope.data?.["render"]).toEqual(made.envelope.data?.["render"])
      expect(again.envelope.warnings).toEqual(made.envelope.warnings)
    })
  )

  it.scopedLive("of an edit by words tells what was understood", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine()
      const source = yield* machine.run(create())
      const [asset = ""] = assetsOf(source.envelope.data)
      const line = ["edit", "--local", "--input", asset, "--prompt", "make it grey", "--idempotency-key", "e"]
      const made = yield* machine.run(line)
      expect(made.envelope.data?.["render"]).toMatchObject({ understood: {} })
      const again = yield* machine.run(line)
      expect(again.envelope.data?.["render"]).toEqual(made.envelope.data?.["render"])
    })
  )
})

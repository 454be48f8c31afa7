import { spawn } from "node:child_process"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Processes } from "../../src/Services/Processes.js"

const onLinux = process.platform === "linux"

describe("a process", () => {
  it.effect("is alive while it is the one that was named, and not another of its id", () =>
    Effect.gen(function* () {
      const processes = yield* Processes
      const self = yield* processes.self
      expect(yield* processes.isAlive(self)).toBe(true)
      if (onLinux) expect(yield* processes.isAlive({ ...self, started: "boot/1" })).toBe(false)
      expect(yield* processes.isAlive({ pid: 2 ** 22 + 1, started: self.started })).toBe(false)
    }).pipe(Effect.provide(Processes.layer))
  )

  it.live.skipIf(!onLinux)("is dead when it has ended, although nobody has buried it", () =>
    Effect.gen(function* () {
      const processes = yield* Processes
      // A shell's child whose parent becomes a program that never asks what became of it.
      const parent = spawn("sh", ["-c", "sleep 0.3 & echo $!; exec sleep 20"], {
        stdio: ["ignore", "pipe", "ignore"]
      })
      yield* Effect.addFinalizer(() => Effect.sync(() => parent.kill("SIGKILL")))
      const pid = yield* Effect.promise(
        () =>
          new Promise<number>((resolve) =>
            parent.stdout.once("data", (text: Buffer) => resolve(Number(text)))
          )
      )
      const { started } = yield* processes.self
      const named = { pid, started: "" }
      expect(yield* processes.isAlive(named)).toBe(true)
      yield* Effect.sleep("600 millis")
      expect(yield* processes.isAlive({ pid, started })).toBe(false)
    }).pipe(Effect.scoped, Effect.provide(Processes.layer))
  )
})

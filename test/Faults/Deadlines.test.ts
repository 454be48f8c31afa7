import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { holds, runIn, workFolder } from "../support/FaultRun.js"
import { type Behaviour, faultServer, faults } from "../support/FaultServer.js"

// In real time, because everywhere else deadlines pass a hundred times as fast: `npm run test:slow`.

const cases: ReadonlyArray<{
  readonly why: string
  readonly fault: Behaviour
  readonly argv: ReadonlyArray<string>
  readonly cause?: string
  readonly seconds: readonly [number, number]
}> = [
  {
    why: "no first byte within 30 seconds",
    fault: faults.stallBeforeHeader,
    argv: ["whoami"],
    cause: "first_byte_timeout",
    seconds: [29, 34]
  },
  {
    why: "silence of 30 seconds in a body",
    fault: faults.stallInBody,
    argv: ["whoami"],
    cause: "idle_timeout",
    seconds: [29, 36]
  },
  {
    why: "a wait of 5 seconds that a service without an answer cannot make longer",
    fault: faults.stallBeforeHeader,
    argv: ["jobs", "wait", "job_1", "--timeout-ms", "5000"],
    seconds: [4.9, 10]
  }
]

describe.skipIf(process.env["SLOW"] !== "1").concurrent("in real time", () => {
  for (const { argv, cause, fault, seconds, why } of cases) {
    it(
      why,
      () =>
        Effect.runPromise(
          Effect.gen(function* () {
            const home = yield* workFolder
            const server = yield* faultServer(fault)
            const ended = yield* runIn(home, { argv: [...argv, "--api-base-url", server.url], haste: 1 })
            holds(ended, { exit: 8, code: "TIMEOUT", ...(cause === undefined ? {} : { cause }) })
            expect(ended.millis / 1_000).toBeGreaterThan(seconds[0])
            expect(ended.millis / 1_000).toBeLessThan(seconds[1])
          }).pipe(Effect.scoped)
        ),
      60_000
    )
  }
})

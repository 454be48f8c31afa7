import { appendFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"

/** How often a fuzzer tries: a slice with the tests, the whole by `npm run fuzz`. */
export interface Amount {
  readonly whole: number
  readonly slice: number
}

const asked = Number(process.env["FUZZ_RUNS"] ?? "0")
const isWhole = process.env["FUZZ"] === "whole"
const report = process.env["FUZZ_REPORT"]

/** The seed of this run: FUZZ_SEED, else one for all tests, and another one each time for the whole; it is told. */
const seed = Number(process.env["FUZZ_SEED"] ?? (isWhole ? Date.now() % 2 ** 31 : 20_261_121))

const batch = 1_000
/** Own work, in milliseconds, from which a try counts as hanging; a busy machine's waiting does not. */
const mostWork = 2_000
/** Waiting, in milliseconds, from which it does on any machine. */
const mostWaiting = 60_000

const work = (): number => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1_000
}

/** Tries `attempt`, which throws when something is wrong, on as many values as this run wants; seed and count are told. */
export const fuzz = async <A>(
  name: string,
  values: fc.Arbitrary<A>,
  { slice, whole }: Amount,
  attempt: (value: A) => Effect.Effect<void>
): Promise<void> => {
  const runs = asked > 0 ? asked : isWhole ? whole : slice
  const began = performance.now()
  let slowest = 0
  const tell = (done: number): void => {
    const seconds = Math.round((performance.now() - began) / 1_000)
    const line = `fuzz ${name}: ${done} of ${runs} tries, seed ${seed}, ${seconds} s, the slowest ${Math.round(slowest)} ms of work`
    if (done >= runs) process.stdout.write(`${line}\n`)
    if (report !== undefined) appendFileSync(report, `${line}\n`)
  }
  const property = fc.asyncProperty(values, async (value) => {
    const before = work()
    const isDone = await Effect.runPromise(
      Effect.timeoutTo(attempt(value), {
        duration: mostWaiting,
        onSuccess: () => true,
        onTimeout: () => false
      })
    )
    if (!isDone) throw new Error("hangs")
    const took = work() - before
    slowest = Math.max(slowest, took)
    if (took > mostWork) throw new Error(`hangs: ${Math.round(took)} ms of work`)
  })
  for (let done = 0; done < runs; done += batch) {
    // Each batch is a run of its own with a seed of its own: what was tried before is not kept.
    await fc.assert(property, { numRuns: Math.min(batch, runs - done), seed: seed + done })
    tell(Math.min(runs, done + batch))
  }
}

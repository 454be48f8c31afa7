import * as Effect from "effect/Effect"
import type { ExchangeLimits } from "../Deadlines.js"
import {
  type CauseName,
  causeOfNode,
  type FaultOptions,
  makeFault,
  type NetworkFault,
  type Phase
} from "./Fault.js"

// Node cannot wait longer than 2^31-1 ms; a longer deadline is none.
const longest = 2 ** 31 - 1

/**
 * The state of one request and its answer: its phase, its deadlines, and the first fault, which ends it. Every timer, socket event
 * and abort comes through `fail`, so that an exchange can end only once and leaves nothing open.
 */
export class Exchange {
  phase: Phase = "connect"
  via: "direct" | "proxy" = "direct"
  #fault: NetworkFault | undefined
  #closed = false
  readonly #waiting = new Set<(fault: NetworkFault) => void>()
  readonly #resources = new Set<() => void>()

  constructor(readonly limits: ExchangeLimits) {
    this.deadline(limits.total, "total_timeout")
  }

  /** Ends the exchange with a fault; later ones are echoes of the first. */
  fail(cause: CauseName, options: FaultOptions = {}): void {
    if (this.#closed) return
    const fault = makeFault(cause, this.phase, { via: this.via, ...options })
    this.#fault = fault
    this.close()
    for (const tell of this.#waiting) tell(fault)
  }

  /** Ends the exchange with an error that Node reported. */
  readonly failWith = (error: unknown): void => this.fail(causeOfNode(error, this.phase))

  /** Ends the exchange with a fault and is that failure, or the earlier one. */
  failure(cause: CauseName): Effect.Effect<never, NetworkFault> {
    return Effect.suspend(() => {
      this.fail(cause)
      return this.step<never>(() => {})
    })
  }

  /** Frees whatever the exchange holds; does nothing the second time. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const free of this.#resources) free()
    this.#resources.clear()
  }

  /** Gives the exchange something to free at its end; what it returns frees it now. */
  own(free: () => void): () => void {
    const release = (): void => {
      this.#resources.delete(release)
      free()
    }
    if (this.#closed) free()
    else this.#resources.add(release)
    return release
  }

  /** One asynchronous step: `start` calls `done` and may return a clean-up; fails when the exchange does. */
  step<A>(start: (done: (value: A) => void) => (() => void) | void): Effect.Effect<A, NetworkFault> {
    return Effect.async<A, NetworkFault>((resume) => {
      if (this.#closed) {
        resume(Effect.fail(this.#fault ?? makeFault("canceled", this.phase, { via: this.via })))
        return
      }
      let cleanUp: (() => void) | void
      let over = false
      const finish = (result: Effect.Effect<A, NetworkFault>): void => {
        if (over) return
        over = true
        this.#waiting.delete(tell)
        cleanUp?.()
        resume(result)
      }
      const tell = (fault: NetworkFault): void => finish(Effect.fail(fault))
      this.#waiting.add(tell)
      cleanUp = start((value) => finish(Effect.succeed(value)))
      if (over) cleanUp?.()
      return Effect.sync(() => {
        over = true
        this.#waiting.delete(tell)
        cleanUp?.()
      })
    })
  }

  /** Fails after so many milliseconds, unless the returned function is called before. */
  deadline(millis: number, cause: CauseName): () => void {
    if (millis > longest) return () => {}
    let checking: NodeJS.Immediate | undefined
    // Timers run before sockets are read: after the process was held up, an answer may already lie in the kernel.
    const timer = setTimeout(() => {
      checking = setImmediate(() => this.fail(cause))
    }, millis).unref()
    return this.own(() => {
      clearTimeout(timer)
      clearImmediate(checking)
    })
  }

  /**
   * Measures how bytes move: each call of the result watches one wait, until what it returns is called. Fails when nothing moves for
   * too long, or too little. Only the time spent waiting counts, so that a slow reader is not taken for a slow network.
   */
  meter(moved: () => number): () => () => void {
    const { bytesPerSecond, idle, rateWindow } = this.limits
    const tick = Math.max(5, Math.min(1_000, idle / 10))
    let windowStart = moved()
    let windowTime = 0
    const look = (wait: { at: number; seen: number; still: number }): void => {
      const now = performance.now()
      // Longer than two ticks means that this process slept, not the network.
      const time = Math.min(now - wait.at, 2 * tick)
      const total = moved()
      wait.still = total === wait.seen ? wait.still + time : 0
      wait.at = now
      wait.seen = total
      if (wait.still >= idle) return this.fail("idle_timeout")
      windowTime += time
      if (windowTime < rateWindow) return
      if (((total - windowStart) * 1_000) / windowTime < bytesPerSecond) return this.fail("rate_too_low")
      windowStart = total
      windowTime = 0
    }
    return () => {
      const wait = { at: performance.now(), seen: moved(), still: 0 }
      const timer = setInterval(() => look(wait), tick).unref()
      const stop = this.own(() => clearInterval(timer))
      return () => {
        stop()
        look(wait)
      }
    }
  }
}

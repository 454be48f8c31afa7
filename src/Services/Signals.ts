import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layerSucceed } from "../Stack.js"

/** A signal that asks the process to end. */
export type Signal = "SIGINT" | "SIGTERM" | "SIGHUP"

const signals: ReadonlyArray<Signal> = ["SIGINT", "SIGTERM", "SIGHUP"]

/** Signals to this process. */
export class Signals extends Context.Tag("image-skill/Signals")<
  Signals,
  {
    /** The next signal; a second one of the same kind then ends the process at once, as if nobody listened. */
    readonly next: Effect.Effect<Signal>
  }
>() {
  /** This process's. */
  static readonly layer = layerSucceed(Signals, {
    next: Effect.async<Signal>((resume) => {
      const heard = (signal: Signal) => resume(Effect.succeed(signal))
      for (const signal of signals) process.once(signal, heard)
      return Effect.sync(() => {
        for (const signal of signals) process.off(signal, heard)
      })
    })
  })
  /** None ever comes. */
  static readonly layerNone = Layer.succeed(Signals, { next: Effect.never })
}

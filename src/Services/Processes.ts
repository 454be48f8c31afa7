import { readFileSync } from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layerSucceed } from "../Stack.js"

/** A process of this machine: its id, and when it started. */
export interface ProcessName {
  readonly pid: number
  readonly started: string
}

/** Processes of this machine, so that what a dead one left is told from what a live one is at. */
export class Processes extends Context.Tag("image-skill/Processes")<
  Processes,
  {
    readonly self: Effect.Effect<ProcessName>
    /** Whether that very process still runs; in doubt it does. */
    readonly isAlive: (name: ProcessName) => Effect.Effect<boolean>
  }
>() {
  /** The real ones. */
  static readonly layer = layerSucceed(Processes, {
    self: Effect.suspend(() =>
      Effect.map(startOf(process.pid), (started) => ({ pid: process.pid, started }))
    ),
    isAlive: ({ pid, started }) =>
      Effect.suspend(() =>
        exists(pid) ? Effect.map(startOf(pid), (now) => sameStart(now, started)) : Effect.succeed(false)
      )
  })
  /** Whoever `alive` names still runs; this one is `self`. */
  static readonly layerOf = (self: ProcessName, alive: (name: ProcessName) => boolean) =>
    Layer.succeed(Processes, {
      self: Effect.succeed(self),
      isAlive: (name) => Effect.sync(() => alive(name))
    })
}

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process is there, but may not be signalled.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/** When a process started, in the words of this system; empty when it cannot be told. */
const startOf = (pid: number): Effect.Effect<string> =>
  Effect.suspend(() => {
    if (process.platform === "linux") return Effect.try(() => startOnLinux(pid))
    return process.platform === "win32" ? Effect.succeed("") : startByPs(pid)
  }).pipe(Effect.orElseSucceed(() => ""))

const startOnLinux = (pid: number): string => {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  // The name in parentheses may hold anything; behind it stand the state and, 19 fields on, the start in ticks since boot.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  // Dead, and only not buried yet.
  return state === "Z" || state === "X" ? "dead" : `${boot}/${fields[18] ?? ""}`
}

const startByPs = (pid: number) =>
  Effect.tryPromise(async () => {
    // Only where there is no /proc; and slow to load.
    const { execFileSync } = await import("node:child_process")
    const [state = "", ...start] = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { LC_ALL: "C", PATH: "/usr/bin:/bin" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 1_000
    })
      .trim()
      .split(/\s+/)
    return state.startsWith("Z") ? "dead" : start.join(" ")
  })

const sameStart = (now: string, then: string): boolean => now === "" || then === "" || now === then

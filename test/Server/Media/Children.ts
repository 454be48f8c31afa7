import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"

/** A frame of the child's pipe, written by hand: what a child that is not ours might send. */
const written = (head: string) => `
  const head = Buffer.from(${head})
  const start = Buffer.alloc(8)
  start.writeUInt32BE(head.length, 0)
  process.stdout.write(Buffer.concat([start, head]))
`

/** Programs that stand in for the child: each does on its first work what no picture should bring about. */
export const programs = {
  /** Decodes for ever, without ever looking at its input again. */
  endless: `process.stdin.once("data", () => { for (;;); })`,
  /** Waits for ever, but still sees its input end. */
  waiting: `process.stdin.on("data", () => {}).on("end", () => process.kill(process.pid, "SIGKILL"))`,
  crashing: `process.stdin.once("data", () => process.kill(process.pid, "SIGSEGV"))`,
  /** Fills memory faster than any timer can look. */
  greedy: `process.stdin.once("data", () => { const all = []; for (;;) all.push(Buffer.alloc(16e6, 1)) })`,
  /** Tells what it was started with. */
  telling: `process.stdin.once("data", () => {${written(
    `JSON.stringify({ refused: { reason: JSON.stringify([process.env, process.cwd(), process.execArgv]), parameter: null } })`
  )}})`,
  foreign: `process.stdin.once("data", () => {${written(`'{"made":true,"more":1}'`)}})`,
  babbling: `process.stdin.once("data", () => process.stdout.write("x".repeat(1000)))`
} as const

/** Writes the programs to a folder that goes with the scope; the path of each. */
export const childPrograms = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(path.join(tmpdir(), "children-"))
    for (const [name, text] of Object.entries(programs)) writeFileSync(path.join(folder, `${name}.cjs`), text)
    return (name: keyof typeof programs) => path.join(folder, `${name}.cjs`)
  }),
  (at) => Effect.sync(() => rmSync(path.dirname(at("endless")), { recursive: true, force: true }))
)

/** Whether a process is there and is no zombie. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Waits until something holds; fails after five seconds. */
export const eventually = (what: string, holds: () => boolean) =>
  Effect.promise(async () => {
    for (let tries = 0; tries < 250; tries++) {
      if (holds()) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`never: ${what}`)
  })

import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { buildSync } from "esbuild"
import type { ArtifactStorage } from "../../../src/Errors.js"
import { layer, type Sqlite } from "../../../src/Server/Storage/Sqlite.js"

/** A folder for one test, removed with its scope. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(path.join(tmpdir(), "storage-"))),
  (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
)

/** Runs an effect on a database of its own. */
export const onFile = <A, E>(
  effect: Effect.Effect<A, E, SqlClient | Sqlite>
): Effect.Effect<A, E | ArtifactStorage> =>
  Effect.scoped(
    Effect.flatMap(folder, (at) => Effect.provide(effect, layer({ filename: path.join(at, "test.db") })))
  )

/** A small disk of its own, where the user may mount one; answers whether it is there. */
export const mounted = (at: string, size: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      mkdirSync(at, { recursive: true })
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", at], { stdio: "ignore" })
        return true
      } catch {
        return false
      }
    }),
    // Lazily, because a closed connection keeps its file until its statements are collected.
    (done) => Effect.sync(() => (done ? execFileSync("umount", ["-l", at]) : undefined))
  )

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.resolve(here, "../../..")

/** Builds a script of this folder for Node without a loader; answers its path. */
export const built = (name: string): string => {
  const cache = path.join(root, "node_modules/.cache/storage-test")
  mkdirSync(cache, { recursive: true })
  const outfile = path.join(cache, `${name}-${process.pid}.mjs`)
  buildSync({
    entryPoints: [path.join(here, "children", `${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["libsql"],
    logLevel: "silent"
  })
  return outfile
}

/** One child process with its output and end. */
export interface Child {
  readonly process: ChildProcess
  /** The lines that it has written so far. */
  readonly lines: () => ReadonlyArray<string>
  readonly firstLine: Promise<string>
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>
}

/** Starts a built script. */
export const start = (script: string, ...args: ReadonlyArray<string>): Child => {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["pipe", "pipe", "pipe"] })
  let out = ""
  let err = ""
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, output: out + err }))
  })
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString()
      if (out.includes("\n")) resolve(out.slice(0, out.indexOf("\n")))
    })
    ended.then(({ output }) => reject(new Error(`ended without a line: ${output}`)))
  })
  firstLine.catch(() => undefined)
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString()
  })
  return { process: child, lines: () => out.split("\n").filter((line) => line !== ""), firstLine, ended }
}

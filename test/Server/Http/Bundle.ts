import { spawn, type ChildProcess, execFileSync } from "node:child_process"
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { build } from "esbuild"
import * as Effect from "effect/Effect"

const root = path.resolve(import.meta.dirname, "../../..")

/** The program from the sources as they are, bundled into a folder that goes with the scope; the path of its bin. */
export const bundled = Effect.acquireRelease(
  Effect.promise(async () => {
    // Inside the project, where the packages that stay outside the bundle are found.
    const folder = path.join(root, ".cache", `journey-${process.pid}`)
    mkdirSync(folder, { recursive: true })
    await build({
      entryPoints: {
        Main: path.join(root, "src/Main.ts"),
        // Beside the rest, where the service looks for it.
        PixelChild: path.join(root, "src/Server/Providers/Local/Child/PixelChild.ts")
      },
      bundle: true,
      splitting: true,
      platform: "node",
      format: "esm",
      packages: "external",
      outdir: folder,
      logLevel: "error"
    })
    const bin = path.join(folder, "image-skill.mjs")
    writeFileSync(
      bin,
      `import { main } from "./Main.js"\nprocess.exitCode = await main(process.argv.slice(2), ${JSON.stringify(bin)})\n`
    )
    return { bin, folder }
  }),
  ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** A clean environment below a folder: no saved configuration, no telemetry elsewhere. */
export const environmentIn = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"] ?? "",
  HOME: home,
  LANG: "C.UTF-8"
})

/** A line of shell, as an agent would run it; what it printed, parsed. */
export const shell = (line: string, home: string) =>
  Effect.promise(
    () =>
      new Promise<{
        readonly exit: number | null
        readonly stdout: string
        readonly stderr: string
        // oxlint-disable-next-line typescript/no-explicit-any
        readonly json: any
      }>((resolve) => {
        const child = spawn("sh", ["-c", line], {
          cwd: home,
          env: environmentIn(home),
          stdio: ["ignore", "pipe", "pipe"]
        })
        let stdout = ""
        let stderr = ""
        child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")))
        child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")))
        child.on("close", (exit) => resolve({ exit, stdout, stderr, json: parse(stdout) }))
      })
  )

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A `serve` of its own process. */
export interface ServeProcess {
  readonly child: ChildProcess
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly ready: any
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<number | null>
}

/** Starts `serve` with these words and waits for its line. */
export const serveProcess = (
  bin: string,
  home: string,
  words: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {}
) =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<ServeProcess>((resolve, reject) => {
          const child = spawn(process.execPath, [bin, "serve", ...words], {
            cwd: home,
            env: { ...environmentIn(home), ...env },
            stdio: ["ignore", "pipe", "pipe"]
          })
          let stdout = ""
          let stderr = ""
          const ended = new Promise<number | null>((done) => child.on("close", (code) => done(code)))
          child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")))
          child.stdout.on("data", (chunk: Buffer) => {
            stdout += chunk.toString("utf8")
            if (stdout.endsWith("\n")) {
              resolve({ child, ready: parse(stdout), stdout: () => stdout, stderr: () => stderr, ended })
            }
          })
          void ended.then((code) => reject(new Error(`serve ended with ${code}: ${stdout}${stderr}`)))
        })
    ),
    ({ child, ended }) =>
      Effect.promise(async () => {
        if (child.exitCode === null) child.kill("SIGKILL")
        await ended
      })
  )

/** Whether a program is there. */
export const has = (program: string): boolean => {
  try {
    execFileSync("which", [program])
    return true
  } catch {
    return existsSync(`/usr/bin/${program}`)
  }
}

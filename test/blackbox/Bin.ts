import { type ChildProcess, spawn } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The built bin's folder; `npm test` builds it first. */
export const built = fileURLToPath(new URL("../../dist/bin", import.meta.url))
/** The built bin. */
export const bin = join(built, "image-skill.cjs")

/** What a process left. */
export interface Ended {
  /** Exit code; 128 and the signal's number when a signal ended it, as a shell tells it. */
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** An envelope, as far as these tests look into it. */
export interface Seen {
  readonly ok: boolean
  readonly command: string
  readonly trace_id: string
  readonly data: Readonly<Record<string, unknown>> | null
  readonly error: {
    readonly code: string
    readonly message: string
    readonly details?: Readonly<Record<string, unknown>>
    readonly recovery?: Readonly<Record<string, unknown>>
  } | null
}

const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGTRAP: 5,
  SIGKILL: 9,
  SIGTERM: 15
}

/** Collects what a process leaves. */
export const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const out: Array<Buffer> = []
    const err: Array<Buffer> = []
    child.stdout?.on("data", (chunk: Buffer) => out.push(chunk))
    child.stderr?.on("data", (chunk: Buffer) => err.push(chunk))
    child.once("error", reject)
    child.once("close", (code, signal) =>
      resolve({
        exit: code ?? 128 + (signalNumbers[signal ?? ""] ?? 0),
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString()
      })
    )
  })

/** How a process is started: the environment is exactly this one, beside PATH. */
export interface Start {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly bin?: string
  /** Arguments for Node itself. */
  readonly node?: ReadonlyArray<string>
}

/** Starts the bin. */
export const start = (argv: ReadonlyArray<string>, options: Start = {}): ChildProcess =>
  spawn(process.execPath, [...(options.node ?? []), options.bin ?? bin, ...argv], {
    env: { PATH: process.env["PATH"], ...options.env },
    cwd: options.cwd ?? tmpdir(),
    stdio: ["ignore", "pipe", "pipe"]
  })

/** Runs the bin to its end. */
export const run = (argv: ReadonlyArray<string>, options: Start = {}): Promise<Ended> =>
  ended(start(argv, options))

/** Runs a line of bash in which `"$@"` is the bin; the line's own exit code counts. */
export const shell = (line: string, argv: ReadonlyArray<string>, options: Start = {}): Promise<Ended> =>
  ended(
    spawn("bash", ["-c", line, "bash", process.execPath, options.bin ?? bin, ...argv], {
      env: { PATH: process.env["PATH"], ...options.env },
      cwd: options.cwd ?? tmpdir(),
      stdio: ["ignore", "pipe", "pipe"]
    })
  )

/** The one document that standard output holds; throws when it holds none, or more. */
export const envelopeOf = ({ stdout }: Pick<Ended, "stdout">): Seen => JSON.parse(stdout) as Seen

/** Runs with a folder of its own, which is removed afterwards. */
export const withFolder = async <A>(use: (folder: string) => Promise<A>): Promise<A> => {
  const folder = mkdtempSync(join(tmpdir(), "image-skill-"))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A copy of the built bin, without the cache that the build made. */
export const copyOfBin = (folder: string): { readonly bin: string; readonly main: string } => {
  const target = join(folder, "dist/bin")
  mkdirSync(target, { recursive: true })
  cpSync(built, target, { recursive: true, filter: (path) => !path.endsWith("/cache") })
  const main = readdirSync(target).find((name) => /^Main-.*\.cjs$/.test(name)) ?? ""
  return { bin: join(target, "image-skill.cjs"), main: join(target, main) }
}

/** A service in this process that answers as it is told. */
export const service = async (
  answer: (request: IncomingMessage, response: ServerResponse) => void
): Promise<{ readonly address: string; readonly close: () => void }> => {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}

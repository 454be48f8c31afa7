import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Fault, JobView, ProviderName, Submission, Visit } from "./Core/Types.js"

export interface SpawnedState {
  readonly submissions: ReadonlyArray<Submission>
  readonly requests: ReadonlyArray<Visit>
  readonly jobs: ReadonlyArray<JobView>
  readonly paid: number
  readonly paidAtMost: number
  readonly pending: number
}

/** An emulator in a process of its own, which outlives whatever happens to the product. */
export interface SpawnedEmulator {
  readonly provider: ProviderName
  readonly url: string
  readonly baseUrl: string
  readonly key: string
  readonly pid: number
  readonly script: (...next: ReadonlyArray<Fault>) => Promise<void>
  readonly state: () => Promise<SpawnedState>
  readonly reset: () => Promise<void>
  readonly release: () => Promise<void>
  readonly listen: () => Promise<void>
  readonly finish: (requestId: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/** `options` are those of the provider's starter; the process ends with the one that started it. */
export const spawnEmulator = async (
  provider: ProviderName,
  options: Readonly<Record<string, unknown>> = {}
): Promise<SpawnedEmulator> => {
  const entry = fileURLToPath(new URL("./serve.mjs", import.meta.url))
  const child = spawn(
    process.execPath,
    [entry, provider, "--watch-stdin", "--options", JSON.stringify(options)],
    {
      stdio: ["pipe", "pipe", "inherit"]
    }
  )
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve)),
    exited.then(() => Promise.reject(new Error(`the ${provider} emulator did not start`)))
  ])
  const { url, baseUrl, control, key, pid } = JSON.parse(line)
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(control + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const said: unknown = await answer.json()
    if (!answer.ok) throw new Error(JSON.stringify(said))
    return said
  }
  const tell = async (method: string, path: string, body?: unknown): Promise<void> =>
    void (await ask(method, path, body))
  return {
    provider,
    url,
    baseUrl,
    key,
    pid,
    script: (...next) => tell("PUT", "/__script", next),
    state: () => ask("GET", "/__state") as Promise<SpawnedState>,
    reset: () => tell("DELETE", "/__script"),
    release: () => tell("POST", "/__release"),
    listen: () => tell("POST", "/__listen"),
    finish: (requestId) => tell("POST", `/__finish/${requestId}`),
    stop: async () => {
      child.kill("SIGTERM")
      await exited
    }
  }
}

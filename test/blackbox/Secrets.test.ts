import { randomBytes } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { filesBelow, holdsSecret } from "../support/Canaries.js"
import { png } from "../support/FaultRun.js"
import { type Ended, ended, envelopeOf, run, service, start, withFolder } from "./Bin.js"

// reliability §3(h): what is secret is planted, a journey is made, and everything that was written is searched.

const id = randomBytes(8).toString("hex")
const canaries = {
  prompt: `canary prompt ${id}`,
  key: `canary-key-${id}`,
  contact: `canary-contact-${id}@example.com`,
  providerKey: `sk-canary-${id}`,
  strayToken: `isk_r_canarystray${id}`
}
type Canary = keyof typeof canaries | "token" | "folder"

/** The closed list of places: what may lie where, by the start of the place's name. */
const allowed: Readonly<Record<Canary, ReadonlyArray<string>>> = {
  // What failed is told how to be run again, as it stood.
  prompt: ["stdout of failed"],
  key: ["stdout of", ".local/share/image-skill/", "served/", ".local/state/image-skill/attempts"],
  contact: ["stdout of failed"],
  providerKey: [],
  strayToken: [],
  token: [".config/image-skill/config.json"],
  folder: ["stdout of"]
}

describe("the search", () => {
  it("finds a secret in every spelling", () => {
    const secret = canaries.providerKey
    for (const before of ["", "a", "ab", "abc"]) {
      for (const bytes of [
        Buffer.from(before + secret),
        Buffer.from(Buffer.from(`${before}${secret}zz`).toString("base64")),
        Buffer.from(Buffer.from(before + secret).toString("hex")),
        Buffer.from(before + secret, "utf16le"),
        gzipSync(`${before}${secret}`)
      ])
        expect(holdsSecret(bytes, secret), before).toBe(true)
    }
    expect(holdsSecret(Buffer.from("sk-canary-"), secret)).toBe(false)
  })
})

describe("a journey with everything that is secret", () => {
  it(
    "leaves each secret in its closed list of places and nowhere else",
    () =>
      withFolder(async (outer) => {
        const home = path.join(outer, `canary-folder-${id}`)
        const places = new Map<string, Buffer>()
        // A provider that repeats what it was given.
        const provider = await service((request, response) => {
          const chunks: Array<Buffer> = []
          request.on("data", (chunk: Buffer) => chunks.push(chunk))
          request.on("end", () => {
            response.writeHead(401, { "content-type": "application/json" })
            response.end(
              JSON.stringify({
                error: {
                  message: `bad key ${request.headers.authorization}: ${Buffer.concat(chunks).toString()}`
                }
              })
            )
          })
        })
        const env = {
          HOME: home,
          IMAGE_SKILL_LOG_LEVEL: "debug",
          OPENAI_API_KEY: canaries.providerKey,
          IMAGE_SKILL_OPENAI_BASE_URL: `${provider.address}/v1`
        }
        mkdirSync(home)
        writeFileSync(path.join(home, "in.png"), png)
        let count = 0
        const step = async (
          argv: ReadonlyArray<string>,
          more: Readonly<Record<string, string>> = {}
        ): Promise<Ended> => {
          const result = await run(argv, { env: { ...env, ...more }, cwd: home })
          const name = `${result.exit === 0 ? "" : "failed "}${count++} ${argv.slice(0, 2).join(" ")}`
          places.set(`stdout of ${name}`, Buffer.from(result.stdout))
          places.set(`stderr of ${name}`, Buffer.from(result.stderr))
          expect(envelopeOf(result).ok, `${name} ${result.stdout}`).toBe(result.exit === 0)
          return result
        }
        const prompt = ["--prompt", canaries.prompt]
        const key = ["--idempotency-key", canaries.key]

        // The embedded service: a picture, the same again, an edit, a conflict, a provider that refuses, a refusal of ours.
        const made = await step([
          "create",
          "--local",
          ...prompt,
          ...key,
          "--download",
          path.join(home, "out.png")
        ])
        expect(made.exit).toBe(0)
        await step(["create", "--local", ...prompt, ...key])
        await step(["create", "--local", "--prompt", `${canaries.prompt} changed`, ...key])
        await step([
          "edit",
          "--local",
          "--input",
          path.join(home, "in.png"),
          "--model-parameters-json",
          '{"grayscale":true}'
        ])
        await step([
          "create",
          "--local",
          "--provider",
          "openai",
          ...prompt,
          "--accept-unknown-cost",
          "--max-usd",
          "1"
        ])
        await step(["create", "--local", ...prompt, "--max-usd", "NaN"])
        await step(["jobs", "list", "--local"])
        await step(["activity", "list", "--local"])
        await step(["doctor", "--local"])
        // A service that is not there, with a token of one's own.
        await step(["create", ...prompt, ...key, "--api-base-url", "http://127.0.0.1:1"], {
          IMAGE_SKILL_TOKEN: canaries.strayToken
        })

        // A service of one's own, with its log.
        const served = start(
          ["serve", "--port", "0", "--data", path.join(home, "served"), "--log-level", "debug"],
          {
            env,
            cwd: home
          }
        )
        const serving = ended(served)
        const address = await new Promise<string>((resolve) =>
          served.stdout?.once("data", (line: Buffer) =>
            resolve(String((JSON.parse(line.toString()) as { data: { address: string } }).data.address))
          )
        )
        const at = ["--api-base-url", address]
        const who = ["--agent-contact", canaries.contact, "--agent-name", "N", "--runtime", "R"]
        await step(["signup", "--agent", ...who, ...at])
        await step(["whoami", ...at])
        await step(["create", ...prompt, ...key, ...at])
        await step(["create", ...prompt, "--model", "no.such", ...at])
        await step(["upload", path.join(home, "in.png"), ...at])
        await step(["config", "show"])
        await step(["whoami", ...at], { IMAGE_SKILL_TOKEN: canaries.strayToken })
        served.kill("SIGTERM")
        const { stderr, stdout } = await serving
        places.set("log of serve", Buffer.from(stderr))
        places.set("stdout of serve", Buffer.from(stdout))
        provider.close()

        const files = filesBelow(home)
        for (const [name, bytes] of files) places.set(name, bytes)
        const config = JSON.parse(files.get(".config/image-skill/config.json")?.toString() ?? "{}") as {
          token?: string
        }
        expect(config.token).toMatch(/^isk_/)
        expect([...files.keys()].join()).toMatch(/telemetry/)
        const secrets: Readonly<Record<Canary, string>> = {
          ...canaries,
          token: config.token ?? "",
          folder: `canary-folder-${id}`
        }
        const leaks = Object.entries(secrets).flatMap(([canary, secret]) =>
          [...places]
            .filter(([, bytes]) => holdsSecret(bytes, secret))
            .map(([place]) => place)
            .filter((place) => !allowed[canary as Canary].some((start_) => place.startsWith(start_)))
            .map((place) => `${canary} in ${place}`)
        )
        expect(leaks).toEqual([])
        // The search did look at what it should have found.
        for (const canary of ["prompt", "key", "token"] as const)
          expect(
            [...places].some(([, bytes]) => holdsSecret(bytes, secrets[canary])),
            canary
          ).toBe(true)
      }),
    120_000
  )
})
